//! What the sheet's scripts get back when a field or a file was stored: the same words and the same
//! parts of the page that a reload would show.

use askama::Template;
use serde::Serialize;

use super::sheet::{MissingGroup, RowView, SheetPage};

/// After one row was stored.
#[derive(Debug, Serialize)]
pub(crate) struct SavedReply {
    /// `14:32`.
    pub(crate) saved_at: String,
    /// The revision now stored.
    pub(crate) revision: i64,
    /// `met`, `unmet` or `no_data`.
    pub(crate) outcome: &'static str,
    /// The word on the page.
    pub(crate) outcome_text: String,
    /// Points of the row; `None` without an outcome or when the set has none.
    pub(crate) points: Option<String>,
    /// What follows from the figures: `1.842/1.990 · 92,6%`.
    pub(crate) computed: String,
    /// The engine's sentence.
    pub(crate) explanation: String,
    /// The row lacks something.
    pub(crate) todo: bool,
    /// A plan is asked for.
    pub(crate) plan_needed: bool,
    /// The sheet as a whole.
    pub(crate) totals: TotalsReply,
    /// What is missing.
    pub(crate) missing: Vec<MissingGroup>,
    /// Parts of the page to put in place.
    pub(crate) html: PartsReply,
}

/// The sheet as a whole.
#[derive(Debug, Serialize)]
pub(crate) struct TotalsReply {
    /// Criteria met.
    pub(crate) met: usize,
    /// Criteria not met.
    pub(crate) unmet: usize,
    /// Criteria without an outcome.
    pub(crate) no_data: usize,
    /// Criteria of the set.
    pub(crate) of: usize,
    /// Points so far.
    pub(crate) points: Option<String>,
    /// Most points possible.
    pub(crate) max: Option<String>,
}

/// Parts of the page; names are the values of `data-part`, `data-outcome`, `data-files`, `data-group`.
#[derive(Debug, Serialize)]
pub(crate) struct PartsReply {
    /// Filters.
    pub(crate) chips: String,
    /// Progress on phones.
    pub(crate) progress: String,
    /// Summary.
    pub(crate) side: String,
    /// Bar at the end.
    pub(crate) submit: String,
    /// Outcome of the row.
    pub(crate) outcome: String,
    /// Proofs of the row.
    pub(crate) files: String,
    /// How many proofs the row has.
    pub(crate) proofs: usize,
    /// The group of the row.
    pub(crate) group_id: String,
    /// Head of that group.
    pub(crate) group_facts: String,
}

/// Somebody else changed the row meanwhile (409): their values, to be shown beside one's own.
#[derive(Debug, Serialize)]
pub(crate) struct ConflictReply {
    /// What to say.
    pub(crate) message: String,
    /// The stored revision.
    pub(crate) revision: i64,
    /// Stored values by field name, as they are typed.
    pub(crate) theirs: std::collections::BTreeMap<String, String>,
}

/// Fields that were refused (422), or the whole row (403): nothing was stored.
#[derive(Debug, Serialize)]
pub(crate) struct RefusedReply {
    /// What to say of the row as a whole.
    pub(crate) message: String,
    /// What to say beside each field.
    pub(crate) errors: std::collections::BTreeMap<String, String>,
}

impl SavedReply {
    /// Takes the reply for one row from a page that was built after storing, without a filter.
    /// `None` when the page has no such row.
    pub(crate) fn of(page: &SheetPage, criterion: &str, saved_at: String) -> Option<Self> {
        let group = page.groups.iter().find(|group| group.rows.iter().any(|row| row.id == criterion))?;
        let row = group.rows.iter().find(|row| row.id == criterion)?;
        let side = &page.side;
        Some(Self {
            saved_at,
            revision: row.revision,
            outcome: row.outcome.code(),
            outcome_text: row.outcome.text(row.lang),
            points: row.points.clone(),
            computed: row.computed().to_owned(),
            explanation: row.explanation.clone(),
            todo: !row.lacks.is_empty(),
            plan_needed: row.plan.as_ref().is_some_and(|plan| plan.needed),
            totals: TotalsReply {
                met: side.met,
                unmet: side.unmet,
                no_data: side.no_data,
                of: side.of,
                points: side.points.clone(),
                max: side.max.clone(),
            },
            missing: side.missing.clone(),
            html: PartsReply::of(page, row, &group.id, &group.facts).ok()?,
        })
    }
}

impl PartsReply {
    fn of(page: &SheetPage, row: &RowView, group_id: &str, facts: &impl Template) -> askama::Result<Self> {
        Ok(Self {
            chips: page.chips.render()?,
            progress: page.progress.render()?,
            side: page.side.render()?,
            submit: page.submit.render()?,
            outcome: row.outcome.tag(row.lang).render()?,
            files: row.evidence.render()?,
            proofs: row.evidence.files.len(),
            group_id: group_id.to_owned(),
            group_facts: facts.render()?,
        })
    }
}
