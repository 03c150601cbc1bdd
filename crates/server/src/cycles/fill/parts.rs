//! A cycle in one area by the parts of the area, from figures that are kept and not counted: what the overview shows.
//!
//! Reads a number of rows that depends on the parts and the criteria, never on the dossiers.

use std::{collections::BTreeMap, sync::Arc};

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::State,
    ids::UnitId,
    units::{Level, UnitAsOf, UnitKind, UnitVersion},
};
use dienhinh_storage::{
    Tx,
    cycles::figures::{self, Count, Marks},
    dossiers::list::{self, Listed, Sort, Wanted},
    units,
};

use crate::{
    app::{App, LoadedSet},
    web::problem::{Outcome, Problem},
};

/// Up to how many units each has a tile of its own; of more there are figures, and the list.
const TILES_MAX: i64 = 200;

/// The figures of a cycle in an area.
pub(crate) struct Figures {
    pub(crate) cycle: Cycle,
    pub(crate) loaded: Arc<LoadedSet>,
    pub(super) all: Tally,
    /// In reading order; only those with dossiers.
    pub(super) parts: Vec<Part>,
    /// Whether every unit is among the tiles of its part.
    pub(super) has_tiles: bool,
}

/// What lies next below the area: districts, communes, provinces, or the area itself where it is not divided.
pub(super) struct Part {
    pub(super) unit: UnitVersion,
    /// What lies above it.
    pub(super) above: Option<UnitVersion>,
    pub(super) tally: Tally,
    /// In reading order.
    pub(super) tiles: Vec<Listed>,
}

/// Dossiers by kind and state, and how the criteria came out in those that were handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Dossiers, and those of them that meet the rules.
    counts: BTreeMap<(UnitKind, State), (i64, i64)>,
    /// By the place of the criterion in the set.
    marks: BTreeMap<usize, Share>,
}

/// Criteria with an outcome, those of them that are not met, and those that have a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Share {
    pub(super) judged: i64,
    pub(super) unmet: i64,
    pub(super) planned: i64,
}

impl Tally {
    /// How many dossiers stand in states.
    pub(super) fn dossiers(&self, wanted: impl Fn(State) -> bool) -> i64 {
        self.counts.iter().filter(|((_, state), _)| wanted(*state)).map(|(_, (dossiers, _))| dossiers).sum()
    }

    /// All dossiers.
    pub(super) fn total(&self) -> i64 {
        self.dossiers(|_| true)
    }

    /// Those that were handed in.
    pub(super) fn handed_in(&self) -> i64 {
        self.dossiers(State::is_handed_in)
    }

    /// Those of them that meet the rules of recognition for certain.
    pub(super) fn fulfilling(&self) -> i64 {
        self.counts.values().map(|(_, fulfilling)| fulfilling).sum()
    }

    /// What belongs to units of one kind.
    pub(super) fn of_kind(&self, kind: UnitKind) -> Self {
        let counts = self.counts.iter().filter(|((of, _), _)| *of == kind).map(|(key, value)| (*key, *value));
        Self { counts: counts.collect(), marks: BTreeMap::new() }
    }

    /// Criteria at some places of the set, over all dossiers that were handed in.
    pub(super) fn share(&self, criteria: &[usize]) -> Share {
        let mut share = Share::default();
        for found in criteria.iter().filter_map(|place| self.marks.get(place)) {
            share.judged += found.judged;
            share.unmet += found.unmet;
            share.planned += found.planned;
        }
        share
    }

    /// Takes away what is in another. What comes to nothing goes.
    fn without(mut self, other: &Self) -> Self {
        for (key, (dossiers, fulfilling)) in &other.counts {
            let count = self.counts.entry(*key).or_default();
            *count = (count.0 - dossiers, count.1 - fulfilling);
        }
        for (place, share) in &other.marks {
            let left = self.marks.entry(*place).or_default();
            left.judged -= share.judged;
            left.unmet -= share.unmet;
            left.planned -= share.planned;
        }
        self.counts.retain(|_, count| *count != (0, 0));
        self.marks.retain(|_, share| *share != Share::default());
        self
    }
}

impl Figures {
    /// Reads the figures of an area. Missing: the area did not exist in the cycle.
    pub(crate) async fn load(app: &App, tx: &mut Tx, cycle: Cycle, area: UnitId) -> Outcome<Self> {
        let loaded = Arc::clone(app.set_of(&cycle));
        let top = units::get(tx, area, cycle.last_day()).await?.ok_or(Problem::Missing("unit"))?;
        let divided = divided(tx, &top, &loaded.set.kinds).await?;
        let ids: Vec<UnitId> = std::iter::once(area).chain(divided.iter().map(|(unit, _)| unit.unit)).collect();
        let mut tallies =
            tallies(figures::counts(tx, cycle.id, &ids).await?, figures::marks(tx, cycle.id, &ids).await?);
        let all = tallies.get(&area).cloned().unwrap_or_default();
        let mut rest = all.clone();
        let mut parts = Vec::new();
        for (unit, above) in divided {
            let Some(tally) = tallies.remove(&unit.unit) else { continue };
            rest = rest.without(&tally);
            parts.push(Part { unit, above, tally, tiles: Vec::new() });
        }
        // What lies in the area and in none of its parts, which is all of it where it is not divided.
        if rest.total() > 0 {
            let (unit, above) = shown_as(&top);
            parts.push(Part { unit, above, tally: rest, tiles: Vec::new() });
        }
        let has_tiles = all.total() <= TILES_MAX;
        if has_tiles {
            put_tiles(tx, &cycle, area, &mut parts).await?;
        }
        Ok(Self { cycle, loaded, all, parts, has_tiles })
    }
}

/// The tallies of areas.
fn tallies(counts: Vec<Count>, marks: Vec<Marks>) -> BTreeMap<UnitId, Tally> {
    let mut tallies: BTreeMap<UnitId, Tally> = BTreeMap::new();
    for Count { area, kind, state, dossiers, fulfilling } in counts {
        tallies.entry(area).or_default().counts.insert((kind, state), (dossiers, fulfilling));
    }
    for Marks { area, criterion, judged, unmet, planned } in marks {
        tallies.entry(area).or_default().marks.insert(criterion, Share { judged, unmet, planned });
    }
    tallies
}

/// Into what an area is divided: the provinces of the country, the districts of a province, and where a set looks below
/// communes, the communes. Each with what lies above it.
async fn divided(tx: &mut Tx, top: &UnitAsOf, kinds: &[UnitKind]) -> Outcome<Vec<(UnitVersion, Option<UnitVersion>)>> {
    if top.version.kind.level() > Level::District {
        return Ok(Vec::new());
    }
    let below_communes = kinds.iter().all(|kind| kind.level() > Level::Commune);
    let mut found = Vec::new();
    for unit in units::children(tx, top.id(), top.as_of).await? {
        let is_district = unit.kind.level() == Level::District;
        if is_district && below_communes {
            let communes = units::children(tx, unit.unit, top.as_of).await?;
            let communes = communes.into_iter().filter(|unit| unit.kind.is_commune_level());
            found.extend(communes.map(|commune| (commune, Some(unit.clone()))));
        } else if is_district || unit.kind.level() == Level::Province || unit.kind.is_commune_level() && below_communes
        {
            found.push((unit, Some(top.version.clone())));
        }
    }
    Ok(found)
}

/// What an area that is not divided is called: a commune goes by its district, whatever else by itself.
fn shown_as(top: &UnitAsOf) -> (UnitVersion, Option<UnitVersion>) {
    let wanted = |above: &&UnitVersion| match top.version.kind {
        kind if kind.is_commune_level() => above.kind.level() <= Level::District,
        kind if kind.level() > Level::Commune => above.kind.is_commune_level(),
        _ => false,
    };
    match top.ancestors.iter().position(|above| wanted(&above)) {
        Some(at) => (top.ancestors[at].clone(), top.ancestors.get(at + 1).cloned()),
        None => (top.version.clone(), top.ancestors.first().cloned()),
    }
}

/// Puts each unit of a small area into its part.
async fn put_tiles(tx: &mut Tx, cycle: &Cycle, area: UnitId, parts: &mut [Part]) -> Outcome<()> {
    let wanted = Wanted { area, cycle, state: None, sort: Sort::Name };
    let listed = list::page(tx, wanted, None, TILES_MAX).await?;
    let above = units::above(tx, listed.iter().map(|row| row.unit), cycle.last_day()).await?;
    for row in listed {
        let lies_in = |part: &Part| {
            part.unit.unit == row.unit
                || above.get(&row.unit).is_some_and(|above| above.iter().any(|unit| unit.unit == part.unit.unit))
        };
        let at = parts.iter().position(lies_in).or(parts.len().checked_sub(1));
        if let Some(part) = at.and_then(|at| parts.get_mut(at)) {
            part.tiles.push(row);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(dossiers: i64, fulfilling: i64, unmet: i64) -> Tally {
        Tally {
            counts: BTreeMap::from([((UnitKind::Commune, State::Submitted), (dossiers, fulfilling))]),
            marks: BTreeMap::from([(3, Share { judged: dossiers, unmet, planned: 0 })]),
        }
    }

    #[test]
    fn what_is_left_is_what_no_part_has() {
        assert_eq!(tally(5, 2, 1).without(&tally(3, 2, 0)), tally(2, 0, 1));
        assert_eq!(tally(5, 2, 1).without(&tally(5, 2, 1)), Tally::default());
    }
}
