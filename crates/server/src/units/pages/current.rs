//! Where units stand now: for each kind of unit one cycle counts as the current one.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::State,
    ids::{CycleId, UnitId},
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{Tx, cycles, dossiers::standing_in, units};
use jiff::civil::Date;

use crate::{app::App, web::problem::Outcome};

/// The cycle that counts for each kind: of the latest year, and there the one with most criteria.
pub(crate) struct Current(BTreeMap<UnitKind, CycleId>);

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

impl Current {
    /// Finds the cycles.
    pub(crate) async fn load(app: &App, tx: &mut Tx) -> Outcome<Self> {
        let mut best: BTreeMap<UnitKind, ((i16, usize), CycleId)> = BTreeMap::new();
        for cycle in cycles::all(tx).await? {
            let set = &app.set_of(&cycle).set;
            let rank = (cycle.year, set.criteria.len());
            for kind in &set.kinds {
                if best.get(kind).is_none_or(|(known, _)| *known < rank) {
                    best.insert(*kind, (rank, cycle.id));
                }
            }
        }
        Ok(Self(best.into_iter().map(|(kind, (_, cycle))| (kind, cycle)).collect()))
    }

    /// Whether units of this kind are assessed at all.
    pub(crate) fn assesses(&self, kind: UnitKind) -> bool {
        self.0.contains_key(&kind)
    }

    /// Where units stand, asked at once. Callers bound their number.
    pub(crate) async fn standings(&self, tx: &mut Tx, units: Vec<UnitVersion>) -> Outcome<Vec<Standing>> {
        let cycles: Vec<CycleId> = self.0.values().copied().collect();
        let found = standing_in(tx, &cycles, units.iter().map(|unit| unit.unit)).await?;
        let states: BTreeMap<(UnitId, CycleId), State> =
            found.into_iter().map(|(unit, cycle, state)| ((unit, cycle), state)).collect();
        let state = |unit: &UnitVersion| {
            let cycle = self.0.get(&unit.kind)?;
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
        let mut by_kind = BTreeMap::new();
        for kind in units::kinds_below(tx, parent.unit).await? {
            let limit = i64::try_from(BELOW_MAX + 1).unwrap_or(i64::MAX);
            let mut units = units::children_of_kind(tx, parent.unit, kind, as_of, None, limit).await?;
            if units.is_empty() {
                continue;
            }
            let more = units.len() > BELOW_MAX;
            units.truncate(BELOW_MAX);
            by_kind.insert(kind, Below { units: self.standings(tx, units).await?, more });
        }
        Ok(by_kind)
    }
}

/// How many of some units take part in the current cycle.
pub(crate) fn registered(units: &[Standing]) -> usize {
    units.iter().filter(|(_, state)| state.is_some_and(|state| state != State::Invited)).count()
}
