//! The print view of the sheet: check what will be signed before it is handed in.

use askama::Template;

use super::parts::{OutcomeTag, OutcomeView};
use crate::web::{filters, layout::Shell};

/// The whole sheet as one table in its three columns.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/print.html")]
pub(crate) struct PrintPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Identity of the dossier.
    pub(crate) id: String,
    /// `Phiếu tự chấm điểm năm 2023`.
    pub(crate) heading: String,
    /// The unit assessed, with the names above it.
    pub(crate) unit: String,
    /// Set, version, state, in one line.
    pub(crate) facts: String,
    /// The set gives points.
    pub(crate) has_points: bool,
    /// The groups in their order.
    pub(crate) groups: Vec<PrintGroup>,
    /// `32/34 tiêu chí đạt · 96,0/100 điểm`.
    pub(crate) total: String,
    /// Sources and sample data, at the end of the page.
    pub(crate) colophon: String,
}

/// A group in print.
#[derive(Debug, Clone)]
pub(crate) struct PrintGroup {
    /// `I. Lãnh đạo, chỉ đạo`.
    pub(crate) title: String,
    /// Its rows.
    pub(crate) rows: Vec<PrintRow>,
}

/// A row in print.
#[derive(Debug, Clone)]
pub(crate) struct PrintRow {
    /// Number of the criterion.
    pub(crate) number: u16,
    /// What is required.
    pub(crate) text: String,
    /// Figures and explanation of the unit; may be empty.
    pub(crate) note: String,
    /// Self-assessed, appraised, council.
    pub(crate) outcomes: [Option<OutcomeView>; 3],
    /// Points that count now, `3,0/3,0`; may be empty.
    pub(crate) points: String,
    /// Names of the proofs with their pointers.
    pub(crate) proofs: Vec<String>,
}

impl PrintRow {
    fn tags(&self, page: &PrintPage) -> [Option<OutcomeTag>; 3] {
        self.outcomes.map(|outcome| outcome.map(|outcome| outcome.tag(page.shell.lang)))
    }
}
