//! A reform: units are created, merged, absorbed, split, changed or abolished on one day, by one document.
//!
//! A plan comes as rows and is laid beside the units as they stand on the eve. It holds as a whole or not at all. Nothing
//! is decided here about results: they stay with the unit that earned them. The columns are described in
//! `docs/guide/reforms.md`.

mod check;
mod outline;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{UnitKind, UnitVersion, succession::Succession};
use crate::ids::UnitId;

pub use self::{
    check::plan,
    outline::{Altered, Gain, Outline, Side},
    read::row,
};

/// The columns of a plan.
pub const PLAN_COLUMNS: [&str; 12] = [
    "operation",
    "unit",
    "unit_name",
    "successor",
    "kind",
    "name",
    "code",
    "parent",
    "portion",
    "area_portion",
    "population_portion",
    "clause",
];

/// What the key of a new unit begins with: codes are reused, and `31825` alone is the old unit. Excel makes a number of
/// `+31825` and leaves `#31825` alone.
const NEW: [char; 2] = ['#', '+'];

/// What stands as the successor of a new unit that nothing goes into because nobody knows what it was before.
const UNKNOWN: &str = "unknown";

/// What stands there when there was nothing before.
const NOTHING: &str = "none";

super::succession::words! {
    /// What a row does.
    Operation {
        /// A new unit comes into being; other rows say what goes into it.
        Create = "create",
        /// All of the unit goes into a new one, often with others.
        Merge = "merge",
        /// All of the unit goes into one that goes on.
        Absorb = "absorb",
        /// The unit ends; each row takes a share of it elsewhere.
        Split = "split",
        /// A part goes elsewhere; the unit goes on.
        CarveOut = "carve_out",
        /// The unit goes on with another name, kind, code or parent.
        Change = "change",
        /// The unit ends and nothing takes over; what lies below it goes to `parent`.
        Abolish = "abolish",
    }
}

impl Operation {
    /// Whether the unit of the row is no more from the day on.
    const fn ends(self) -> bool {
        matches!(self, Self::Merge | Self::Absorb | Self::Split | Self::Abolish)
    }

    /// The columns that say nothing in such a row: what stands there was meant for another one.
    const fn idle(self) -> &'static [&'static str] {
        match self {
            Self::Create => &["unit_name", "portion", "area_portion", "population_portion"],
            Self::Merge | Self::Absorb | Self::Split | Self::CarveOut => &["kind", "name", "code", "parent"],
            Self::Change => &["successor", "portion", "area_portion", "population_portion"],
            Self::Abolish => &["successor", "kind", "name", "code", "portion", "area_portion", "population_portion"],
        }
    }
}

/// A row of a plan as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    line: u64,
    operation: Operation,
    unit: String,
    unit_name: String,
    successor: String,
    kind: Option<UnitKind>,
    name: String,
    code: String,
    parent: String,
    /// Of the unit as a whole, its area and its people.
    portions: [super::succession::Portion; 3],
    clause: Option<String>,
}

/// The units as they stand on the eve of a reform.
#[derive(Debug, Default)]
pub struct Eve {
    /// Everything of the register's levels and above.
    pub units: Vec<UnitVersion>,
    /// What has an end, another version or a successor from the day on already.
    pub unsettled: BTreeSet<UnitId>,
    /// What lies directly above such a unit, or takes over from another from the day on.
    pub unsettled_below: BTreeSet<UnitId>,
    /// Whose codes begin on the day or later.
    pub later_codes: BTreeMap<String, BTreeSet<UnitId>>,
    /// How many residential areas and bodies lie directly below a unit.
    pub below: BTreeMap<UnitId, usize>,
}

/// A unit before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// One that is there on the eve.
    Old(UnitId),
    /// One that the plan creates, by its place in [`Plan::created`].
    New(usize),
}

/// What a unit is from the day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Its kind.
    pub kind: UnitKind,
    /// Its full name, with the kind.
    pub name: String,
    /// Its official code, where there is one.
    pub code: Option<String>,
    /// The unit above.
    pub parent: Option<Place>,
}

/// What a plan does, ready to be kept.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Units that come into being.
    pub created: Vec<Face>,
    /// Units that are no more.
    pub ended: BTreeSet<UnitId>,
    /// Units that go on as something else, also because what lay above them ended.
    pub changed: BTreeMap<UnitId, Face>,
    /// Whose residential areas and bodies lie below which unit from now on.
    pub heirs: BTreeMap<UnitId, Place>,
    /// Which unit takes over from which.
    pub successions: Vec<(UnitId, Place, Succession)>,
}
