//! A reform as people read it: who came of whom, unit by unit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Eve, Face, Place, Plan};
use crate::{
    ids::UnitId,
    units::{UnitKind, UnitVersion, succession::Succession},
};

/// What a reform does, or did, to units of the register's levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Units that take over from others, and new ones into which nothing went, by code.
    pub gains: Vec<Gain>,
    /// Units that go on as something else, or below another one, by code.
    pub changes: Vec<Altered>,
    /// Units that end and nobody takes over, by code.
    pub ends: Vec<Side>,
    /// How many units end, with those that others take over from.
    pub ended: usize,
}

/// A unit on one side of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Its identity; none while it is planned.
    pub unit: Option<UnitId>,
    /// Its name with its kind.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
}

/// A unit and what went into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// The unit from the day on.
    pub unit: Side,
    /// It comes into being on the day.
    pub is_new: bool,
    /// From whom, by code, as they were on the eve.
    pub from: Vec<(Side, Succession)>,
}

/// A unit that goes on as something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// On the eve.
    pub before: Side,
    /// From the day on.
    pub after: Side,
    /// Its kind on the eve and from the day on.
    pub kinds: [UnitKind; 2],
    /// What lies above it, on the eve and from the day on.
    pub above: [Option<Side>; 2],
}

impl Side {
    /// Short codes are those of higher levels.
    fn place(&self) -> (usize, Option<&str>, &str) {
        (self.code.as_ref().map_or(usize::MAX, String::len), self.code.as_deref(), &self.name)
    }
}

impl Outline {
    /// How many units come into being.
    pub fn created(&self) -> usize {
        self.gains.iter().filter(|gain| gain.is_new).count()
    }

    /// The same in the order of reading.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        for gain in &mut self.gains {
            gain.from.sort_by(|(left, _), (right, _)| left.place().cmp(&right.place()));
        }
        self.gains.sort_by(|left, right| left.unit.place().cmp(&right.unit.place()));
        self.changes.sort_by(|left, right| left.before.place().cmp(&right.before.place()));
        self.ends.sort_by(|left, right| left.place().cmp(&right.place()));
        self
    }

    /// What a plan would do to the units of the eve.
    pub fn of(plan: &Plan, eve: &Eve) -> Self {
        let sides = Sides { plan, old: eve.units.iter().map(|unit| (unit.unit, unit)).collect() };
        let mut gains: BTreeMap<Place, Gain> = BTreeMap::new();
        let takers = plan.successions.iter().map(|(_, to, _)| *to);
        for place in takers.chain((0..plan.created.len()).map(Place::New)) {
            gains.entry(place).or_insert_with(|| Gain {
                unit: sides.after(place),
                is_new: matches!(place, Place::New(_)),
                from: Vec::new(),
            });
        }
        for (from, to, succession) in &plan.successions {
            if let Some(gain) = gains.get_mut(to) {
                gain.from.push((side_of(sides.old[from]), succession.clone()));
            }
        }
        let givers: BTreeSet<UnitId> = plan.successions.iter().map(|(from, _, _)| *from).collect();
        let altered = |(unit, face): (&UnitId, &Face)| {
            let before = sides.old[unit];
            let above_before = before.parent.and_then(|parent| sides.old.get(&parent)).map(|above| side_of(above));
            let above_after = face.parent.map(|parent| sides.after(parent));
            Altered {
                before: side_of(before),
                after: sides.after(Place::Old(*unit)),
                kinds: [before.kind, face.kind],
                above: [above_before, above_after],
            }
        };
        Self {
            gains: gains.into_values().collect(),
            changes: plan.changed.iter().map(altered).collect(),
            ends: plan.ended.difference(&givers).map(|unit| side_of(sides.old[unit])).collect(),
            ended: plan.ended.len(),
        }
        .in_order()
    }
}

struct Sides<'a> {
    plan: &'a Plan,
    old: BTreeMap<UnitId, &'a UnitVersion>,
}

impl Sides<'_> {
    fn after(&self, place: Place) -> Side {
        let (unit, face) = match place {
            Place::New(at) => (None, &self.plan.created[at]),
            Place::Old(unit) => match self.plan.changed.get(&unit) {
                Some(face) => (Some(unit), face),
                None => return side_of(self.old[&unit]),
            },
        };
        Side { unit, name: face.name.clone(), code: face.code.clone() }
    }
}

fn side_of(version: &UnitVersion) -> Side {
    Side { unit: Some(version.unit), name: version.name.clone(), code: version.code.clone() }
}
