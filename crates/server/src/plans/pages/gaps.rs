//! Criteria that are not met, each with its plan or the absence of one.

use dienhinh_domain::{
    calendar::format_day,
    cycles::Cycle,
    dossiers::State,
    ids::{CycleId, UnitId},
    plans::{Plan, of_criterion},
    programmes::{CriteriaSet, Criterion},
    units::lower_first,
};
use dienhinh_engine::Outcome as Score;
use dienhinh_storage::{Tx, dossiers};
use jiff::civil::Date;

use crate::{
    app::App,
    cycles::fill::batch::{Batch, Entry},
    dossiers::{case::Case, fill::words},
    plans::views::PlanLine,
    web::{lang::Lang, layout::Tone, problem::Outcome},
};

/// How long a criterion may be in a line, in characters.
const CRITERION_CHARS: usize = 140;

/// Which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Show {
    #[default]
    All,
    NoPlan,
    Overdue,
}

impl Show {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::NoPlan, Self::Overdue];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NoPlan => "no_plan",
            Self::Overdue => "overdue",
        }
    }

    /// The choice behind a word in the address; anything else shows all.
    pub(super) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.code() == code).unwrap_or_default()
    }

    pub(super) fn shows(self, gap: &Gap, today: Date) -> bool {
        match self {
            Self::All => true,
            Self::NoPlan => gap.status(today) == Status::NoPlan,
            Self::Overdue => gap.status(today) == Status::Overdue,
        }
    }
}

/// How a gap stands, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    NoPlan,
    Overdue,
    UnderWay,
}

/// A criterion that a unit does not meet.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    pub(super) cycle: CycleId,
    pub(super) group: String,
    pub(super) criterion: String,
    /// The unit and everything above it.
    pub(super) above: Vec<String>,
    pub(super) plan: Option<Plan>,
    href: String,
    unit: String,
    programme: String,
    text: String,
}

impl Gap {
    fn status(&self, today: Date) -> Status {
        match &self.plan {
            None => Status::NoPlan,
            Some(plan) if plan.due_on < today => Status::Overdue,
            Some(_) => Status::UnderWay,
        }
    }

    /// What comes first: no plan, then plans by the day they should be done.
    pub(super) fn urgency(&self, today: Date) -> (Status, Option<Date>) {
        (self.status(today), self.plan.as_ref().map(|plan| plan.due_on))
    }

    pub(super) fn line(&self, lang: Lang, today: Date) -> PlanLine {
        let plan = self.plan.as_ref();
        let (state, tone) = match self.status(today) {
            Status::NoPlan => (lang.t("show-no_plan"), Tone::No),
            Status::Overdue => (lang.t("show-overdue"), Tone::No),
            Status::UnderWay => (lang.t("plans-under-way"), Tone::Wait),
        };
        let cause = |plan: &Plan| lang.look_up(&format!("cause-{}", plan.cause.code()), &[]);
        PlanLine {
            href: self.href.clone(),
            unit: self.unit.clone(),
            programme: self.programme.clone(),
            criterion: self.text.clone(),
            cause: plan.map(cause).unwrap_or_default(),
            action: plan.map(|plan| plan.action.clone()).unwrap_or_default(),
            owner: plan.map(|plan| plan.owner.clone()).unwrap_or_default(),
            due_on: plan.map(|plan| format_day(plan.due_on)).unwrap_or_default(),
            state,
            tone,
        }
    }
}

/// The gaps of one unit in all its cycles.
pub(super) async fn of_unit(app: &App, tx: &mut Tx, lang: Lang, unit: UnitId) -> Outcome<Vec<Gap>> {
    let mut found = Vec::new();
    let dossiers = dossiers::of_unit(tx, unit).await?;
    for case in Case::many(app, tx, dossiers).await? {
        let (loaded, cycle) = (std::sync::Arc::clone(&case.loaded), case.cycle.clone());
        found.extend(gaps(lang, &loaded.set, &cycle, &Entry::of_case(case)?));
    }
    Ok(found)
}

/// The gaps of the units of an area in one cycle; on demand only of dossiers that were handed in, which is
/// what the overview counts.
pub(super) async fn of_cycle(
    app: &App,
    tx: &mut Tx,
    lang: Lang,
    cycle: Cycle,
    area: UnitId,
    handed_in_only: bool,
) -> Outcome<Vec<Gap>> {
    let batch = Batch::load(app, tx, cycle, area).await?;
    let counts = |entry: &&Entry| !handed_in_only || entry.dossier.state.is_handed_in();
    let of_entry = |entry: &Entry| gaps(lang, &batch.loaded.set, &batch.cycle, entry);
    Ok(batch.entries.iter().filter(counts).flat_map(of_entry).collect())
}

/// What one dossier does not meet in the column that counts. A unit that has not registered owes nothing.
fn gaps(lang: Lang, set: &CriteriaSet, cycle: &Cycle, entry: &Entry) -> Vec<Gap> {
    if entry.dossier.state == State::Invited {
        return Vec::new();
    }
    let parent = entry.unit.ancestors.first().map(|above| lower_first(&above.name));
    let unit = [Some(entry.unit.version.name.clone()), parent].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let above: Vec<String> = std::iter::once(&entry.unit.version)
        .chain(&entry.unit.ancestors)
        .map(|version| version.unit.to_string())
        .collect();
    let gap = |criterion: &Criterion| Gap {
        cycle: cycle.id,
        group: set.groups[criterion.group].id.clone(),
        criterion: criterion.id.clone(),
        above: above.clone(),
        plan: of_criterion(&entry.plans, &criterion.id).cloned(),
        href: format!("/dossiers/{}#{}-plan", entry.dossier.id, criterion.id),
        unit: unit.clone(),
        programme: words::programme_year(lang, set, cycle.year),
        text: format!("{}. {}", criterion.number, words::cut(lang.of(&criterion.text), CRITERION_CHARS)),
    };
    let outcomes = set.criteria.iter().zip(&entry.outcomes);
    outcomes.filter(|(_, outcome)| **outcome == Score::Unmet).map(|(criterion, _)| gap(criterion)).collect()
}

#[cfg(test)]
mod tests {
    use dienhinh_domain::{ids::DossierId, plans::Cause};
    use jiff::civil::date;

    use super::*;

    fn gap(due_on: Option<Date>) -> Gap {
        let none = String::new;
        let plan = due_on.map(|due_on| Plan {
            dossier: DossierId::new(uuid::Uuid::nil()),
            criterion: none(),
            cause: Cause::Land,
            action: none(),
            owner: none(),
            due_on,
        });
        Gap {
            cycle: CycleId::new(uuid::Uuid::nil()),
            group: none(),
            criterion: none(),
            above: Vec::new(),
            plan,
            href: none(),
            unit: none(),
            programme: none(),
            text: none(),
        }
    }

    #[test]
    fn the_most_urgent_comes_first() {
        let today = date(2023, 11, 24);
        let mut dues = [Some(date(2024, 6, 30)), Some(today), None, Some(date(2023, 11, 23)), Some(date(2023, 1, 1))];
        dues.sort_by_key(|due| gap(*due).urgency(today));
        let expected = [None, Some(date(2023, 1, 1)), Some(date(2023, 11, 23)), Some(today), Some(date(2024, 6, 30))];
        assert_eq!(dues, expected);
    }

    #[test]
    fn a_choice_shows_what_it_names() {
        let today = date(2023, 11, 24);
        for (due, shown) in [
            (None, [true, true, false]),
            (Some(date(2023, 11, 23)), [true, false, true]),
            (Some(today), [true, false, false]),
        ] {
            assert_eq!(Show::ALL.map(|show| show.shows(&gap(due), today)), shown, "{due:?}");
        }
    }
}
