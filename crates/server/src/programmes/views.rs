//! Programmes and their criteria (S6), read-only: what is required, on what ground.

use askama::Template;

use crate::{
    dossiers::views::parts::TagView,
    web::{filters, layout::Shell},
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
    /// The criteria in their groups.
    pub(crate) groups: Vec<CriteriaGroup>,
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
    /// Points, `3,0`; empty when the set has none.
    pub(crate) points: String,
    /// Document and clause.
    pub(crate) source: String,
}
