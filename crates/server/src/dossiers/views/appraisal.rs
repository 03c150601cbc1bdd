//! Appraisal side by side (S4): left what the unit says, right what the appraisers find.

use askama::{Template, filters::HtmlSafe};

use super::{
    parts::{EvidenceList, OutcomeTag, OutcomeView, TagView},
    sheet::{ChipsView, CountInput, SubmitView},
};
use crate::web::{filters, lang::Lang, layout::Shell};

/// The appraisal of one dossier.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/appraisal.html")]
pub(crate) struct AppraisalPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `Thẩm định năm 2023`.
    pub(crate) heading: String,
    /// The unit assessed.
    pub(crate) unit: String,
    /// Its page.
    pub(crate) unit_href: String,
    /// `huyện Vĩnh Lợi, tỉnh Bạc Liêu`.
    pub(crate) place: String,
    /// `34 tiêu chí, phiên bản 1 · nộp 24/11/2023 · vòng 1`.
    pub(crate) facts: String,
    /// Why nothing can be written now; `None` when it can.
    pub(crate) locked: Option<String>,
    /// Totals of both sides.
    pub(crate) totals: AppraisalTotals,
    /// Filters: differences and unseen, all, to be returned.
    pub(crate) chips: ChipsView,
    /// The rows under the filter.
    pub(crate) rows: Vec<AppraisalRow>,
    /// What the letter would say if the dossier went back now, and the steps of the whole dossier.
    pub(crate) end: AppraisalEnd,
}

/// The end of the page: the letter, and the bar with what blocks and the steps.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/appraisal_end.html")]
pub(crate) struct AppraisalEnd {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// The reasons, one a row that is marked.
    pub(crate) letter: Vec<LetterLine>,
    /// What blocks finishing, and the actions return and finish.
    pub(crate) submit: SubmitView,
    /// Sent beside a row, to be put in place of what stands on the page.
    pub(crate) beside_a_row: bool,
}

/// Totals of both sides.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/appraisal_totals.html")]
pub(crate) struct AppraisalTotals {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// The unit's result: `32/34 đạt · 96,0 điểm`.
    pub(crate) said: String,
    /// The appraisers' result so far.
    pub(crate) found: String,
    /// `Lệch −3,0 điểm`, or that there is no difference.
    pub(crate) difference: String,
    /// Rows not looked at yet.
    pub(crate) unseen: usize,
    /// Rows marked for return.
    pub(crate) returned: usize,
    /// Sent beside a row, to be put in place of what stands on the page.
    pub(crate) beside_a_row: bool,
}

/// One choice of a row.
#[derive(Debug, Clone)]
pub(crate) struct ChoiceView {
    /// `agree`, `met`, `unmet`, `correct`, `return`.
    pub(crate) value: &'static str,
    /// `Đồng ý`.
    pub(crate) text: String,
    /// It is the one stored.
    pub(crate) chosen: bool,
}

impl ChoiceView {
    fn class(&self) -> &'static str {
        match self.value {
            "agree" => "agree",
            "met" => "yes",
            "unmet" => "nay",
            "correct" => "change",
            _ => "send",
        }
    }

    fn icon(&self) -> &'static str {
        match self.value {
            "agree" | "met" => "check",
            "unmet" => "cross",
            "correct" => "swap",
            _ => "back",
        }
    }
}

/// One criterion in the appraisal; also what comes back when it was stored.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/appraisal_row.html")]
pub(crate) struct AppraisalRow {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Identity of the dossier.
    pub(crate) dossier: String,
    /// Id of the criterion, also the anchor.
    pub(crate) id: String,
    /// Its number on paper.
    pub(crate) number: u16,
    /// What is required.
    pub(crate) text: String,
    /// Mandatory, knock-out, illustrative.
    pub(crate) tags: Vec<TagView>,
    /// What the unit's answer leads to.
    pub(crate) said: OutcomeView,
    /// Figures and points of the unit: `18/25 · 72,0% · 3,0 điểm`.
    pub(crate) said_facts: String,
    /// The unit's explanation; may be empty.
    pub(crate) note: String,
    /// The reason of the round before, and the unit's reply; may be empty.
    pub(crate) replied: String,
    /// The proofs, not removable.
    pub(crate) evidence: EvidenceList,
    /// What may be chosen.
    pub(crate) choices: Vec<ChoiceView>,
    /// The figures to correct; empty where there is nothing to type.
    pub(crate) corrections: Vec<CountInput>,
    /// The reason for a correction or a return.
    pub(crate) reason: String,
    /// What was wrong with what was sent; empty when nothing was.
    pub(crate) error: String,
    /// What the appraisers' answer leads to, once there is one.
    pub(crate) found: Option<OutcomeView>,
    /// `0,0 điểm (−3,0)`; may be empty.
    pub(crate) found_facts: String,
    /// Both sides differ, or the row goes back.
    pub(crate) differs: bool,
    /// The reader may write now.
    pub(crate) editable: bool,
    /// What the row shows, for the form to bring back.
    pub(crate) seen: String,
    /// What changes with the row elsewhere on the page, when the row goes out alone.
    pub(crate) beside: Option<(AppraisalTotals, AppraisalEnd)>,
}

impl AppraisalRow {
    fn said_tag(&self) -> OutcomeTag {
        self.said.tag(self.lang)
    }

    fn found_tag(&self) -> Option<OutcomeTag> {
        self.found.map(|found| found.tag(self.lang))
    }
}

/// One reason in the letter.
#[derive(Debug, Clone)]
pub(crate) struct LetterLine {
    /// `#c21`.
    pub(crate) href: String,
    /// Number of the criterion.
    pub(crate) number: u16,
    /// Its text.
    pub(crate) text: String,
    /// Why it goes back.
    pub(crate) reason: String,
}

impl HtmlSafe for AppraisalTotals {}
impl HtmlSafe for AppraisalEnd {}
impl HtmlSafe for AppraisalRow {}
