//! The record as a page: what was done, newest first, and what holds it together.

use askama::Template;

use crate::web::{filters, layout::Shell};

/// A page of the record.
#[derive(Debug, Clone, Template)]
#[template(path = "audit/audit.html")]
pub(crate) struct AuditPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What the list is narrowed to; empty for the whole area of the reader.
    pub(crate) narrowed: String,
    /// The last checkpoint; none while nothing was published.
    pub(crate) checkpoint: Option<CheckpointView>,
    /// The entries, newest first.
    pub(crate) entries: Vec<EntryView>,
    /// Where older ones are; empty when these are the oldest.
    pub(crate) older_href: String,
}

/// A published checkpoint.
#[derive(Debug, Clone)]
pub(crate) struct CheckpointView {
    /// `14:32 24/11/2023`.
    pub(crate) at: String,
    /// How many entries it counts.
    pub(crate) size: u64,
    /// The root over them, as 64 hex digits.
    pub(crate) root: String,
    /// The name of the record.
    pub(crate) origin: String,
}

/// One entry.
#[derive(Debug, Clone)]
pub(crate) struct EntryView {
    /// Its number.
    pub(crate) seq: i64,
    /// `14:32 24/11/2023`.
    pub(crate) at: String,
    /// The role.
    pub(crate) role: String,
    /// Who, where somebody had signed in.
    pub(crate) person: String,
    /// What was done.
    pub(crate) action: String,
    /// The unit; empty where it concerns the installation as a whole.
    pub(crate) unit: String,
    /// The entries on the unit.
    pub(crate) unit_href: String,
    /// The thing; empty where no page shows it.
    pub(crate) thing_href: String,
    /// The entries on the thing.
    pub(crate) subject_href: String,
}
