//! A cycle in one area, scored in one batch: what the list of remedies and the trial of rules count from.
//!
//! Reads and scores; formats nothing and decides no permission.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::{Dossier, Stage},
    ids::{DossierId, UnitId},
    plans::Plan,
    programmes::{CriteriaSet, Criterion},
    units::{Level, UnitAsOf, UnitKind},
};
use dienhinh_engine::{BadValue, Inputs, Outcome as Score, Totals, score};
use dienhinh_storage::{Tx, dossiers::list, plans, units};
use jiff::civil::Date;

use crate::{
    app::{App, LoadedSet},
    dossiers::case::Case,
    web::problem::{Outcome, Problem},
};

/// How far down a hierarchy is followed, so that a wrong parent can never hang a page.
const LEVELS_MAX: usize = 12;

/// The dossiers of a cycle whose units lie in one area.
pub(crate) struct Batch {
    pub(crate) cycle: Cycle,
    pub(crate) loaded: Arc<LoadedSet>,
    /// In the reading order of their units.
    pub(crate) entries: Vec<Entry>,
    /// The figures that were scored, one row an entry.
    pub(crate) inputs: Inputs,
}

/// One dossier as it stands in the column that counts now.
pub(crate) struct Entry {
    pub(crate) dossier: Dossier,
    /// The unit as it was at the end of the days assessed.
    pub(crate) unit: UnitAsOf,
    /// Outcome of each criterion, in the order of the set.
    pub(crate) outcomes: Vec<Score>,
    pub(crate) totals: Totals,
    pub(crate) plans: Vec<Plan>,
}

impl Entry {
    /// A dossier that was read with everything around it.
    pub(crate) fn of_case(case: Case) -> Outcome<Self> {
        let results = case.results(case.stage_in_force())?;
        Ok(Self {
            outcomes: results.outcomes,
            totals: results.totals,
            dossier: case.dossier,
            unit: case.unit,
            plans: case.plans,
        })
    }
}

impl Batch {
    /// Reads and scores the dossiers of the units in an area. Missing: the area did not exist in the cycle.
    pub(crate) async fn load(app: &App, tx: &mut Tx, cycle: Cycle, area: UnitId) -> Outcome<Self> {
        let loaded = Arc::clone(app.set_of(&cycle));
        let within = units_within(tx, area, &loaded.set.kinds, cycle.last_day()).await?;
        let mut by_unit: BTreeMap<UnitId, Dossier> =
            list::all_of(tx, area, cycle.id).await?.into_iter().map(|dossier| (dossier.unit, dossier)).collect();
        let members: Vec<(UnitAsOf, Dossier)> =
            within.into_iter().filter_map(|unit| by_unit.remove(&unit.id()).map(|dossier| (unit, dossier))).collect();
        let (entries, inputs) = if derives(&loaded.set) {
            one_by_one(app, tx, &loaded, members).await?
        } else {
            together(tx, &cycle, area, &loaded, members).await?
        };
        Ok(Self { cycle, loaded, entries, inputs })
    }
}

/// The units of some kinds in an area, in reading order, found from the top down: far fewer questions than
/// asking each unit for the way up.
async fn units_within(tx: &mut Tx, area: UnitId, kinds: &[UnitKind], as_of: Date) -> Outcome<Vec<UnitAsOf>> {
    let top = units::get(tx, area, as_of).await?.ok_or(Problem::Missing("unit"))?;
    let mut found = Vec::new();
    let mut waiting = vec![top];
    while let Some(unit) = waiting.pop() {
        if may_hold(unit.version.kind, kinds) && unit.ancestors.len() < LEVELS_MAX {
            let mut ancestors = vec![unit.version.clone()];
            ancestors.extend(unit.ancestors.iter().cloned());
            let children = units::children(tx, unit.id(), as_of).await?;
            let below = |version| UnitAsOf { as_of, version, ancestors: ancestors.clone() };
            waiting.extend(children.into_iter().rev().map(below));
        }
        if kinds.contains(&unit.version.kind) {
            found.push(unit);
        }
    }
    Ok(found)
}

/// Whether units of the kinds can lie below a unit of this kind.
fn may_hold(kind: UnitKind, kinds: &[UnitKind]) -> bool {
    match kind.level() {
        Level::Country | Level::Province | Level::District => true,
        Level::Commune => kinds.iter().any(|kind| kind.level() > Level::Commune),
        Level::Below => false,
    }
}

/// Whether a set takes figures from the results of other units, which only a whole case knows.
fn derives(set: &CriteriaSet) -> bool {
    set.criteria.iter().any(Criterion::is_derived)
}

async fn one_by_one(
    app: &App,
    tx: &mut Tx,
    loaded: &LoadedSet,
    members: Vec<(UnitAsOf, Dossier)>,
) -> Outcome<(Vec<Entry>, Inputs)> {
    let mut inputs = Inputs::empty(&loaded.plan, members.len());
    let mut entries = Vec::new();
    let dossiers = members.into_iter().map(|(_, dossier)| dossier).collect();
    for case in Case::many(app, tx, dossiers).await? {
        inputs.copy_row(entries.len(), &case.results(case.stage_in_force())?.inputs, 0);
        entries.push(Entry::of_case(case)?);
    }
    Ok((entries, inputs))
}

/// One row a dossier, each filled from the column that counts for it.
async fn together(
    tx: &mut Tx,
    cycle: &Cycle,
    area: UnitId,
    loaded: &LoadedSet,
    members: Vec<(UnitAsOf, Dossier)>,
) -> Outcome<(Vec<Entry>, Inputs)> {
    let plan = &loaded.plan;
    let mut inputs = Inputs::empty(plan, members.len());
    let stages: BTreeSet<Stage> = members.iter().map(|(_, dossier)| dossier.state.stage_in_force()).collect();
    for stage in stages {
        let answers = list::answers_of(tx, area, cycle.id, stage).await?;
        for (row, (_, dossier)) in members.iter().enumerate() {
            let rows = answers.get(&dossier.id).filter(|_| dossier.state.stage_in_force() == stage);
            for (key, value) in rows.into_iter().flat_map(BTreeMap::values).flat_map(|answer| &answer.inputs) {
                match inputs.set(plan, row, key, Some(*value)) {
                    Ok(()) | Err(BadValue::UnknownColumn) => {}
                    Err(bad) => return Err(Problem::Failed(format!("dossier {}: {key} is {bad:?}", dossier.id))),
                }
            }
        }
    }
    let scores = score(plan, &inputs);
    let mut planned: BTreeMap<DossierId, Vec<Plan>> = BTreeMap::new();
    for plan in plans::of_cycle(tx, cycle.id).await? {
        planned.entry(plan.dossier).or_default().push(plan);
    }
    let entry = |(row, (unit, dossier)): (usize, (UnitAsOf, Dossier))| Entry {
        outcomes: scores.outcomes.iter().map(|column| column[row]).collect(),
        totals: scores.totals[row],
        plans: planned.remove(&dossier.id).unwrap_or_default(),
        dossier,
        unit,
    };
    Ok((members.into_iter().enumerate().map(entry).collect(), inputs))
}
