//! Where units stand now: for each kind of unit one cycle counts as the current one.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::State,
    ids::{CycleId, UnitId},
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{Tx, cycles, dossiers, units};
use jiff::civil::Date;

use crate::{app::App, web::problem::Outcome};

/// The cycle that counts for each kind: of the latest year, and there the one with most criteria.
pub(crate) struct Current(BTreeMap<UnitKind, CycleId>);

/// A unit and where its dossier of the current cycle stands; none without a dossier.
pub(crate) type Standing = (UnitVersion, Option<State>);

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

    /// Where a unit stands.
    pub(crate) async fn state(&self, tx: &mut Tx, unit: &UnitVersion) -> Outcome<Option<State>> {
        let Some(cycle) = self.0.get(&unit.kind) else { return Ok(None) };
        let dossiers = dossiers::of_unit(tx, unit.unit).await?;
        Ok(dossiers.iter().find(|dossier| dossier.cycle == *cycle).map(|dossier| dossier.state))
    }

    /// The units directly below one by kind, each with where it stands.
    pub(crate) async fn children(
        &self,
        tx: &mut Tx,
        parent: UnitId,
        as_of: Date,
    ) -> Outcome<BTreeMap<UnitKind, Vec<Standing>>> {
        let mut by_kind: BTreeMap<UnitKind, Vec<Standing>> = BTreeMap::new();
        for unit in units::children(tx, parent, as_of).await? {
            let state = self.state(tx, &unit).await?;
            by_kind.entry(unit.kind).or_default().push((unit, state));
        }
        Ok(by_kind)
    }
}

/// How many of some units take part in the current cycle.
pub(crate) fn registered(units: &[Standing]) -> usize {
    units.iter().filter(|(_, state)| state.is_some_and(|state| state != State::Invited)).count()
}
