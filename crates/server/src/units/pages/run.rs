//! What a unit reached in each cycle. Of what was handed in the kept marks tell it; whole dossiers are read where
//! those do not.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use dienhinh_domain::{
    access::{Actor, may_read},
    cycles::Cycle,
    dossiers::{Dossier, Mark, Standing, State},
    ids::{CycleId, UnitId},
    plans::Plan,
    programmes::CriteriaSet,
    recognition::{Decision, Ruled},
    units::{UnitAsOf, UnitKind},
};
use dienhinh_engine::Outcome as Score;
use dienhinh_storage::{Tx, dossiers, plans, recognition, units};
use jiff::civil::Date;

use crate::{
    app::{App, LoadedSet},
    dossiers::{case::Case, fill::words},
    web::{
        lang::Lang,
        problem::{Outcome, Problem},
    },
};

/// The unit in one cycle.
pub(super) struct Run {
    pub(super) dossier: Dossier,
    pub(super) cycle: Cycle,
    pub(super) loaded: Arc<LoadedSet>,
    /// The kind it had at the end of the days assessed.
    pub(super) kind: UnitKind,
    /// Whether the visitor may see more than where it stands.
    pub(super) readable: bool,
    /// `32/34 đạt`; empty where there is nothing to say or the visitor may not see it.
    pub(super) result: String,
    /// The criteria that are not met, by their places in the set; of the latest year only.
    pub(super) unmet: Vec<usize>,
    /// The plans for them.
    pub(super) plans: Vec<Plan>,
    /// What gave the title, with this dossier alone.
    pub(super) decision: Option<Decision>,
    /// What was ruled on the title, the earliest first.
    pub(super) rulings: Vec<Ruled>,
}

/// Reads every run of a unit, latest year first, and of a year the one with most criteria first.
pub(super) async fn all(
    app: &App,
    tx: &mut Tx,
    lang: Lang,
    actor: Actor,
    cycles: &BTreeMap<CycleId, Cycle>,
    unit: UnitId,
) -> Outcome<Vec<Run>> {
    let found = dossiers::of_unit(tx, unit).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let standings = dossiers::standings(tx, found.iter().map(|dossier| dossier.id)).await?;
    let titled = found.iter().filter(|dossier| dossier.state.is_decided()).map(|dossier| dossier.id);
    let mut decisions = recognition::on_dossiers(tx, titled).await?;
    let given = decisions.values().flat_map(|decision| &decision.items).filter_map(|item| item.certificate.as_ref());
    let given: Vec<_> = given.map(|certificate| certificate.id).collect();
    let mut rulings =
        if given.is_empty() { BTreeMap::new() } else { recognition::rulings(tx, given.into_iter()).await? };
    let mut then: BTreeMap<Date, UnitAsOf> = BTreeMap::new();
    let mut runs = Vec::new();
    for dossier in found {
        let cycle = cycles.get(&dossier.cycle).ok_or(Problem::Missing("cycle"))?.clone();
        let of_then = match then.entry(cycle.last_day()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(units::get(tx, unit, cycle.last_day()).await?.ok_or(Problem::Missing("unit"))?)
            }
        };
        let decision = decisions.remove(&dossier.id).filter(|decision| decision.items[0].certificate.is_some());
        let title = decision.as_ref().and_then(|decision| decision.items[0].certificate.as_ref());
        runs.push(Run {
            rulings: title.and_then(|title| rulings.remove(&title.id)).unwrap_or_default(),
            kind: of_then.version.kind,
            readable: dossier.state.is_decided() || may_read(actor, of_then).is_ok(),
            result: String::new(),
            unmet: Vec::new(),
            plans: Vec::new(),
            decision,
            loaded: Arc::clone(app.set_of(&cycle)),
            cycle,
            dossier,
        });
    }
    runs.sort_by_key(|run| Reverse((run.cycle.year, run.loaded.set.criteria.len())));
    let mut not_told = Vec::new();
    for run in runs.iter_mut().filter(|run| run.readable && run.dossier.state != State::Invited) {
        if !standings.get(&run.dossier.id).is_some_and(|standing| run.take_from_marks(lang, standing)) {
            not_told.push(run.dossier.clone());
        }
    }
    for case in Case::many(app, tx, not_told).await? {
        if let Some(run) = runs.iter_mut().find(|run| run.dossier.id == case.dossier.id) {
            run.take_from_case(lang, &case)?;
        }
    }
    let latest = runs.first().map(|run| run.cycle.year);
    runs.iter_mut().filter(|run| Some(run.cycle.year) != latest).for_each(|run| run.unmet.clear());
    let unmet: Vec<_> = runs.iter().filter(|run| !run.unmet.is_empty()).map(|run| run.dossier.id).collect();
    let plans = if unmet.is_empty() { Vec::new() } else { plans::of_dossiers(tx, unmet.into_iter()).await? };
    for plan in plans {
        if let Some(run) = runs.iter_mut().find(|run| run.dossier.id == plan.dossier) {
            run.plans.push(plan);
        }
    }
    Ok(runs)
}

impl Run {
    /// Whether the kept marks tell the result.
    fn take_from_marks(&mut self, lang: Lang, kept: &Standing) -> bool {
        let Some((met, of)) = met_of(&self.loaded.set, kept) else { return false };
        let unmet = |mark: &Mark| matches!(mark, Mark::Unmet | Mark::Planned);
        self.unmet = (0..kept.marks.len()).filter(|at| unmet(&kept.marks[*at])).collect();
        self.result = lang.t2("met-of", "met", met, "of", of);
        true
    }

    fn take_from_case(&mut self, lang: Lang, case: &Case) -> Outcome<()> {
        let results = case.results(case.stage_in_force())?;
        let (totals, outcomes) = (results.totals, results.outcomes);
        self.unmet = (0..outcomes.len()).filter(|at| outcomes[*at] == Score::Unmet).collect();
        self.result = if case.dossier.state.is_handed_in() || totals.no_data == 0 {
            words::result_text(lang, &totals)
        } else {
            lang.t2("group-answered", "n", totals.met + totals.unmet, "of", totals.of)
        };
        Ok(())
    }

    /// The title that the unit strives for in the cycle.
    pub(super) fn award(&self, lang: Lang) -> &str {
        lang.of(self.loaded.set.award(self.kind))
    }
}

/// How many of the counted criteria are met, and of how many; none where marks do not tell: points, criteria that do
/// not apply to every unit, or data that are missing.
fn met_of(set: &CriteriaSet, standing: &Standing) -> Option<(usize, usize)> {
    if set.has_points() || set.criteria.len() != standing.marks.len() {
        return None;
    }
    let counted: Vec<_> =
        set.criteria.iter().zip(&standing.marks).filter(|(criterion, _)| set.is_counted(criterion)).collect();
    let told = counted.iter().all(|(criterion, mark)| criterion.applies.is_none() && **mark != Mark::NoData);
    told.then(|| (counted.iter().filter(|(_, mark)| **mark == Mark::Met).count(), counted.len()))
}
