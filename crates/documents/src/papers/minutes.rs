//! Biên bản họp: who came to a meeting of a council, how they voted and what came of it.

use typst::foundations::{Dict, IntoValue, Value, dict};

use super::parts::{Letterhead, Signature};
use crate::{RenderError, text};

/// Minutes, A4 portrait (Nghị định 30/2020/NĐ-CP, annex III, form 1.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minutes {
    /// The head of the first page; the council is the issuing body.
    pub letterhead: Letterhead,
    /// What the meeting was about: `Họp xét công nhận danh hiệu năm 2023`.
    pub subject: String,
    /// What is known of the meeting, name and text: `Địa điểm`, `Phòng họp số 1`.
    pub facts: Vec<(String, String)>,
    /// The members, those who preside first.
    pub members: Vec<MinutesMember>,
    /// The rules of the vote, a sentence each.
    pub rules: Vec<String>,
    /// What was voted on.
    pub motions: Vec<MinutesMotion>,
    /// What is to be said besides, a paragraph each; at least the sentence that closes the minutes.
    pub remarks: Vec<String>,
    /// Who signs, from left to right; whoever presides last.
    pub signatures: Vec<Signature>,
    /// Made from sample data: every page says so.
    pub sample: bool,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesMember {
    /// The office: `Phó Giám đốc Sở Nội vụ`.
    pub position: String,
    /// `Ủy viên`.
    pub post: String,
    /// `Có mặt`, `Vắng mặt`.
    pub came: String,
}

/// One vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesMotion {
    /// The unit, with the names above it.
    pub unit: String,
    /// `32/34 đạt`.
    pub result: String,
    /// `5 tán thành, 1 không tán thành`; empty where there was no vote.
    pub votes: String,
    /// `Thông qua`; empty where there was no vote.
    pub outcome: String,
}

impl Minutes {
    pub(crate) fn inputs(&self) -> Result<Dict, RenderError> {
        let facts = self.facts.iter().map(|(name, said)| {
            let fact = dict! { "name" => text::line("facts", name)?, "text" => text::line("facts", said)? };
            Ok(fact.into_value())
        });
        let members: Result<Vec<Value>, RenderError> = self.members.iter().map(MinutesMember::inputs).collect();
        let motions: Result<Vec<Value>, RenderError> = self.motions.iter().map(MinutesMotion::inputs).collect();
        let signatures = self.signatures.iter().map(|signature| Ok(signature.inputs()?.into_value()));
        Ok(dict! {
            "letterhead" => self.letterhead.inputs()?,
            "subject" => text::line("subject", &self.subject)?,
            "facts" => facts.collect::<Result<Vec<Value>, RenderError>>()?,
            "members" => members?,
            "rules" => lines("rules", &self.rules)?,
            "motions" => motions?,
            "remarks" => lines("remarks", &self.remarks)?,
            "signatures" => signatures.collect::<Result<Vec<Value>, RenderError>>()?,
            "sample" => self.sample,
        })
    }
}

fn lines(field: &'static str, items: &[String]) -> Result<Vec<Value>, RenderError> {
    items.iter().map(|item| text::line(field, item)).collect()
}

impl MinutesMember {
    fn inputs(&self) -> Result<Value, RenderError> {
        let inputs = dict! {
            "position" => text::column("position", &self.position)?,
            "post" => text::narrow("post", &self.post)?,
            "came" => text::narrow("came", &self.came)?,
        };
        Ok(inputs.into_value())
    }
}

impl MinutesMotion {
    fn inputs(&self) -> Result<Value, RenderError> {
        let inputs = dict! {
            "unit" => text::column("unit", &self.unit)?,
            "result" => text::narrow("result", &self.result)?,
            "votes" => text::narrow("votes", &self.votes)?,
            "outcome" => text::narrow("outcome", &self.outcome)?,
        };
        Ok(inputs.into_value())
    }
}
