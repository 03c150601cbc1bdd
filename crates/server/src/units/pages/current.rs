//! Where units stand now: for each kind of unit one cycle counts as the current one.

use std::collections::BTreeMap;

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::State,
    ids::{CycleId, UnitId},
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{Tx, cycles, dossiers::standing_in, units};
use jiff::civil::Date;

use crate::{app::App, web::problem::Outcome};

/// The cycles, and which of them counts for each kind: of the latest year, and there the one with most criteria.
pub(crate) struct Current {
    cycles: BTreeMap<CycleId, Cycle>,
    of_kind: BTreeMap<UnitKind, CycleId>,
}

/// A unit and where its dossier of the current cycle stands; none without a dossier.
pub(crate) type Standing = (UnitVersion, Option<State>);

/// The first units of one kind directly below another, in reading order.
pub(crate) struct Below {
    pub(crate) units: Vec<Standing>,
    /// There are more than these.
    pub(crate) more: bool,
}

/// How many units below one a page shows of each kind before it leads on to their list.
const BELOW_MAX: usize = 50;

/// The first `most` units of each kind directly below one, from the top kind down, with whether there are more.
pub(super) async fn first_below(
    tx: &mut Tx,
    parent: UnitId,
    as_of: Date,
    most: usize,
) -> Outcome<BTreeMap<UnitKind, (Vec<UnitVersion>, bool)>> {
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut by_kind = BTreeMap::new();
    for kind in units::kinds_below(tx, parent).await? {
        let mut units = units::children_of_kind(tx, parent, kind, as_of, None, limit).await?;
        let more = units.len() > most;
        units.truncate(most);
        if !units.is_empty() {
            by_kind.insert(kind, (units, more));
        }
    }
    Ok(by_kind)
}

impl Current {
    /// Finds the cycles.
    pub(crate) async fn load(app: &App, tx: &mut Tx) -> Outcome<Self> {
        let mut best: BTreeMap<UnitKind, ((i16, usize), CycleId)> = BTreeMap::new();
        let cycles = cycles::all(tx).await?;
        for cycle in &cycles {
            let set = &app.set_of(cycle).set;
            let rank = (cycle.year, set.criteria.len());
            for kind in &set.kinds {
                if best.get(kind).is_none_or(|(known, _)| *known < rank) {
                    best.insert(*kind, (rank, cycle.id));
                }
            }
        }
        Ok(Self {
            cycles: cycles.into_iter().map(|cycle| (cycle.id, cycle)).collect(),
            of_kind: best.into_iter().map(|(kind, (_, cycle))| (kind, cycle)).collect(),
        })
    }

    /// All cycles.
    pub(crate) fn cycles(&self) -> &BTreeMap<CycleId, Cycle> {
        &self.cycles
    }

    /// Whether units of this kind are assessed at all.
    pub(crate) fn assesses(&self, kind: UnitKind) -> bool {
        self.of_kind.contains_key(&kind)
    }

    /// Where units stand, asked at once. Callers bound their number.
    pub(crate) async fn standings(&self, tx: &mut Tx, units: Vec<UnitVersion>) -> Outcome<Vec<Standing>> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let cycles: Vec<CycleId> = self.of_kind.values().copied().collect();
        let found = standing_in(tx, &cycles, units.iter().map(|unit| unit.unit)).await?;
        let states: BTreeMap<(UnitId, CycleId), State> =
            found.into_iter().map(|(unit, cycle, state)| ((unit, cycle), state)).collect();
        let state = |unit: &UnitVersion| {
            let cycle = self.of_kind.get(&unit.kind)?;
            states.get(&(unit.unit, *cycle)).copied()
        };
        Ok(units
            .into_iter()
            .map(|unit| {
                let state = state(&unit);
                (unit, state)
            })
            .collect())
    }

    /// The first units directly below one by kind, each with where it stands.
    pub(crate) async fn children(
        &self,
        tx: &mut Tx,
        parent: &UnitVersion,
        as_of: Date,
    ) -> Outcome<BTreeMap<UnitKind, Below>> {
        let mut all = Vec::new();
        let mut by_kind = BTreeMap::new();
        for (kind, (mut units, more)) in first_below(tx, parent.unit, as_of, BELOW_MAX).await? {
            all.append(&mut units);
            by_kind.insert(kind, Below { units: Vec::new(), more });
        }
        for standing in self.standings(tx, all).await? {
            if let Some(below) = by_kind.get_mut(&standing.0.kind) {
                below.units.push(standing);
            }
        }
        Ok(by_kind)
    }
}

/// How many of some units take part in the current cycle.
pub(crate) fn registered(units: &[Standing]) -> usize {
    units.iter().filter(|(_, state)| state.is_some_and(|state| state != State::Invited)).count()
}
