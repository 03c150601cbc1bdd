//! Appeals: what a unit says against a decision, and what it is answered.

use askama::Template;

use crate::web::{
    filters,
    layout::{Shell, Tone},
};

/// The appeals on one dossier, with the forms of whoever may file or answer one.
#[derive(Debug, Clone, Template)]
#[template(path = "appeals/appeals.html")]
pub(crate) struct AppealsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Identity of the dossier: `/appeals/{id}`.
    pub(crate) dossier: String,
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// The decision that holds, address and name; none before one was taken.
    pub(crate) decision: Option<(String, String)>,
    /// Where the dossier stands.
    pub(crate) state: (String, Tone),
    /// Why nothing can be filed, to whoever could; may be empty.
    pub(crate) nothing: String,
    /// The form for an appeal.
    pub(crate) file: Option<FileForm>,
    /// The appeals, the latest first.
    pub(crate) appeals: Vec<AppealView>,
}

/// The form for an appeal.
#[derive(Debug, Clone)]
pub(crate) struct FileForm {
    /// `22/02/2024`.
    pub(crate) until: String,
    /// Criteria that were not met.
    pub(crate) unmet: Vec<GroundField>,
    /// The others.
    pub(crate) others: Vec<GroundField>,
    /// The others are open: something was typed there.
    pub(crate) is_open: bool,
    /// What has to be put right, beside its field; empty when nothing is wrong.
    pub(crate) mistake: String,
}

/// Why one criterion should come out otherwise; its field is `ground.{criterion}`.
#[derive(Debug, Clone)]
pub(crate) struct GroundField {
    /// `c03`.
    pub(crate) criterion: String,
    /// Its number in the set.
    pub(crate) number: u16,
    /// What it asks.
    pub(crate) text: String,
    /// How it came out.
    pub(crate) judged: (String, Tone),
    /// What was typed.
    pub(crate) typed: String,
    /// It is this one that has to be put right.
    pub(crate) is_wrong: bool,
}

/// One appeal.
#[derive(Debug, Clone)]
pub(crate) struct AppealView {
    /// `01/12/2023`.
    pub(crate) filed_on: String,
    /// The decision that it is against.
    pub(crate) decision: (String, String),
    /// How it stands.
    pub(crate) state: (String, Tone),
    /// By when it is to be answered, or when it ended.
    pub(crate) when: String,
    /// Why, by criterion.
    pub(crate) grounds: Vec<GroundView>,
    /// What was answered; may be empty.
    pub(crate) answer: String,
    /// The unit may take it back.
    pub(crate) may_withdraw: bool,
    /// The form for an answer.
    pub(crate) form: Option<AnswerForm>,
}

/// Why one criterion should come out otherwise.
#[derive(Debug, Clone)]
pub(crate) struct GroundView {
    /// Its number in the set.
    pub(crate) number: u16,
    /// What it asks.
    pub(crate) text: String,
    /// How it was judged.
    pub(crate) judged: (String, Tone),
    /// Where both sides of it stand beside each other; empty for readers who do not appraise.
    pub(crate) href: String,
    /// What the unit says.
    pub(crate) ground: String,
}

/// The form for an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct AnswerForm {
    /// What was typed.
    pub(crate) typed: String,
    /// What has to be put right; empty when nothing is wrong.
    pub(crate) mistake: String,
}
