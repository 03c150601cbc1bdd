//! Programmes and their criteria (S6), read-only: what is required, on what ground.

use askama::Template;

use crate::{
    dossiers::views::parts::TagView,
    web::{
        filters,
        layout::{Shell, Tone},
    },
};

/// The criteria sets of this installation.
#[derive(Debug, Clone, Template)]
#[template(path = "programmes/programmes.html")]
pub(crate) struct ProgrammesPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The sets.
    pub(crate) sets: Vec<SetLine>,
}

/// A set in the list.
#[derive(Debug, Clone)]
pub(crate) struct SetLine {
    /// `/programmes/{code}`.
    pub(crate) href: String,
    /// Its title.
    pub(crate) title: String,
    /// `34 tiêu chí, 6 nhóm · phiên bản 1 · xã, phường, thị trấn`.
    pub(crate) facts: String,
    /// How far the texts are checked.
    pub(crate) mark: TagView,
}

/// One criteria set.
#[derive(Debug, Clone, Template)]
#[template(path = "programmes/programme.html")]
pub(crate) struct ProgrammePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Its title.
    pub(crate) title: String,
    /// `34 tiêu chí, 6 nhóm · phiên bản 1, hiệu lực từ 01/01/2022`.
    pub(crate) facts: String,
    /// What the mark of the set means for the reader; `None` when every text is verified.
    pub(crate) notice: Option<String>,
    /// Documents it rests on.
    pub(crate) legal_bases: Vec<String>,
    /// Calendar: label and day.
    pub(crate) calendar: Vec<(String, String)>,
    /// Classes of result: title and what it needs.
    pub(crate) classes: Vec<(String, String)>,
    /// How a council votes on them: point and rule; empty where none does.
    pub(crate) council: Vec<(String, String)>,
    /// The criteria in their groups.
    pub(crate) groups: Vec<CriteriaGroup>,
    /// Where another number may be tried; empty for readers who may not, and without a cycle.
    pub(crate) what_if_href: String,
}

/// A group of criteria.
#[derive(Debug, Clone)]
pub(crate) struct CriteriaGroup {
    /// Anchor.
    pub(crate) id: String,
    /// `I. Lãnh đạo, chỉ đạo`.
    pub(crate) title: String,
    /// `6 tiêu chí, 18 điểm`.
    pub(crate) facts: String,
    /// The criteria.
    pub(crate) criteria: Vec<CriterionView>,
}

/// One criterion as text.
#[derive(Debug, Clone)]
pub(crate) struct CriterionView {
    /// Its id, the anchor.
    pub(crate) id: String,
    /// Its number on paper.
    pub(crate) number: u16,
    /// What is required.
    pub(crate) text: String,
    /// Mandatory, knock-out, mark.
    pub(crate) tags: Vec<TagView>,
    /// The rule in words, with thresholds.
    pub(crate) rule: String,
    /// Guidance; may be empty.
    pub(crate) guidance: String,
    /// Evidence asked for; may be empty.
    pub(crate) evidence: String,
    /// Who collects its figures; may be empty.
    pub(crate) owner: String,
    /// What becomes of its figures when units are merged; may be empty.
    pub(crate) carry_over: String,
    /// Points, `3,0`; empty when the set has none.
    pub(crate) points: String,
    /// Document and clause.
    pub(crate) source: String,
}

/// What if a number of the set were another one.
#[derive(Debug, Clone, Template)]
#[template(path = "programmes/what_if.html")]
pub(crate) struct WhatIfPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `Nếu đổi một ngưỡng`.
    pub(crate) title: String,
    /// Programme and year.
    pub(crate) about: String,
    /// The page of the set.
    pub(crate) programme_href: String,
    /// Identity of the cycle that is asked about.
    pub(crate) cycle: String,
    /// The numbers that may be tried.
    pub(crate) parameters: Vec<ParameterView>,
    /// The other versions of the set that are installed.
    pub(crate) versions: Vec<VersionChoice>,
    /// The value as it was typed.
    pub(crate) value: String,
    /// What is wrong with it; empty when nothing is.
    pub(crate) error: String,
    /// The answer, once something was asked.
    pub(crate) result: Option<WhatIfResult>,
}

/// A version that may be tried.
#[derive(Debug, Clone)]
pub(crate) struct VersionChoice {
    /// Its name.
    pub(crate) version: String,
    /// `01/01/2027`.
    pub(crate) valid_from: String,
    /// It is the one asked about.
    pub(crate) chosen: bool,
}

/// A number that may be tried.
#[derive(Debug, Clone)]
pub(crate) struct ParameterView {
    /// `c19.at_least`.
    pub(crate) key: String,
    /// The criterion and the number as it stands.
    pub(crate) text: String,
    /// It is the one asked about.
    pub(crate) chosen: bool,
}

/// Who changes, and how.
#[derive(Debug, Clone)]
pub(crate) struct WhatIfResult {
    /// `Trong 46 hồ sơ đã nộp, số đủ điều kiện từ 38 còn 31.`
    pub(crate) sentence: String,
    /// What the other version asks for beyond the figures there are; empty when nothing.
    pub(crate) note: String,
    /// `Thay đổi kết quả: 7 đơn vị`.
    pub(crate) titles_heading: String,
    /// Units whose class or recognition changes.
    pub(crate) titles: Vec<ChangeView>,
    /// `Thay đổi tiêu chí 19: 9 đơn vị`; none when the number belongs to the set as a whole.
    pub(crate) criteria_heading: Option<String>,
    /// Units whose outcome of that criterion changes.
    pub(crate) criteria: Vec<ChangeView>,
}

/// One unit that changes.
#[derive(Debug, Clone)]
pub(crate) struct ChangeView {
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// Its dossier.
    pub(crate) href: String,
    /// `Đủ điều kiện → Chưa đủ điều kiện`.
    pub(crate) text: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}
