//! Pages for when something is refused, not found, or failed: what happened, what to do, what was kept. The bare one
//! needs nothing from the database.

use askama::Template;

use super::{
    filters,
    lang::Lang,
    layout::{Shell, Tone},
};

/// A link that helps on.
#[derive(Debug, Clone)]
pub(crate) struct NextStep {
    /// Where it leads.
    pub(crate) href: String,
    /// What to do there.
    pub(crate) text: String,
}

/// Refused (403, 409, 422), not found (404) or failed (500).
#[derive(Debug, Clone, Template)]
#[template(path = "web/trouble.html")]
pub(crate) struct TroublePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `No` for a failure, `Wait` for a refusal, `Plain` for not found.
    pub(crate) tone: Tone,
    /// What happened, in a few words.
    pub(crate) title: String,
    /// Why, and who can help.
    pub(crate) text: String,
    /// Time and code to read over the phone; `None` unless it helps support.
    pub(crate) code: Option<String>,
    /// What to do next.
    pub(crate) next: Vec<NextStep>,
}

/// The same without anything around it: the database is away, or the server has no time for more.
#[derive(Debug, Clone, Template)]
#[template(path = "web/trouble_bare.html")]
pub(crate) struct BareTroublePage {
    pub(crate) lang: Lang,
    /// What happened, in a few words.
    pub(crate) title: String,
    /// Why, and what to do.
    pub(crate) text: String,
    /// Time and code to read over the phone; `None` unless it helps support.
    pub(crate) code: Option<String>,
}
