//! Remedies: criteria that are not met, with the plan for each or its absence.

use askama::Template;

use crate::{
    dossiers::views::sheet::ChipsView,
    web::{
        filters,
        layout::{Shell, Tone},
    },
};

/// Unmet criteria of the reader's area.
#[derive(Debug, Clone, Template)]
#[template(path = "plans/plans.html")]
pub(crate) struct PlansPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `2 tiêu chí chưa đạt, 2 đã có kế hoạch`.
    pub(crate) summary: String,
    /// All, without a plan, overdue.
    pub(crate) chips: ChipsView,
    /// The criteria, the most urgent first.
    pub(crate) lines: Vec<PlanLine>,
}

/// One unmet criterion.
#[derive(Debug, Clone)]
pub(crate) struct PlanLine {
    /// The row on its sheet: `/dossiers/{id}#c02-plan`.
    pub(crate) href: String,
    /// The unit.
    pub(crate) unit: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// Number and text of the criterion.
    pub(crate) criterion: String,
    /// Cause; empty without a plan.
    pub(crate) cause: String,
    /// What will be done; empty without a plan.
    pub(crate) action: String,
    /// Office or post; empty without a plan.
    pub(crate) owner: String,
    /// Until when; empty without a plan.
    pub(crate) due_on: String,
    /// `Chưa có kế hoạch`, `Đang thực hiện`, `Quá hạn`.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}
