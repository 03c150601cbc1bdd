//! The shapes of rules, and the figures that they read.

use super::{Formula, Text};

/// A share `part/whole` as a set writes it. It is compared by multiplication, never divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Numerator.
    pub part: i64,
    /// Denominator, positive.
    pub whole: i64,
}

/// Where the value of an input comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A person of the unit types it.
    Entered,
    /// The product takes it from results it has.
    Derived,
    /// It is computed from other figures of the set.
    Computed(Formula),
}

/// What kind of value an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// 1 (met) or 0 (not met).
    Judgement,
    /// A whole number from 0 up.
    Count,
}

/// One figure of a criterion: a column of the engine, a field of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Unique in the set: `c14`, `c13.settled`, `c03.a`.
    pub key: String,
    /// What is counted.
    pub label: Text,
    /// What kind of value.
    pub kind: InputKind,
    /// Where it comes from.
    pub from: From,
    /// What it is measured in, where the author says so: `hộ`, `người`, `triệu đồng`.
    pub measured_in: Option<String>,
}

/// A bound on a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareBound {
    /// Not less than.
    AtLeast(Share),
    /// Not more than.
    AtMost(Share),
}

/// What is measured against steps or a scale; numbers are places in [`super::Criterion::inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// One figure.
    Count {
        /// The figure.
        input: usize,
    },
    /// A share of a whole.
    Share {
        /// Numerator.
        part: usize,
        /// Denominator.
        whole: usize,
    },
}

/// A step of a table of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where it begins; a count has the denominator 1.
    pub bound: Share,
    /// The bound itself belongs to it.
    pub inclusive: bool,
    /// Points from here on, in thousandths.
    pub points_thousandths: i64,
}

/// How the outcome of a criterion follows from its inputs; numbers are places in [`super::Criterion::inputs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A person judges.
    Judgement {
        /// 1 or 0.
        input: usize,
    },
    /// The figure lies within the bounds; at least one is given.
    Threshold {
        /// The figure.
        input: usize,
        /// Not less than.
        at_least: Option<i64>,
        /// Not more than.
        at_most: Option<i64>,
    },
    /// A share against a bound, exact.
    Ratio {
        /// Numerator.
        part: usize,
        /// Denominator.
        whole: usize,
        /// What is asked of it.
        bound: ShareBound,
    },
    /// Nothing occurred (for example Circular 124/2021/TT-BCA, art. 4.3).
    Zero {
        /// The number of occurrences.
        input: usize,
    },
    /// There are at least so many things.
    Objects {
        /// The number of things.
        input: usize,
        /// How many are needed.
        at_least: i64,
    },
    /// So many of the units directly below have registered, and so many are recognised, over all kinds
    /// together (Circular 124/2021/TT-BCA, art. 5.4) or of every kind for itself.
    ChildrenShare {
        /// The figures of all kinds together, or of each kind.
        counts: Vec<ChildCount>,
        /// How many must register.
        register: Share,
        /// How many must be recognised.
        recognise: Share,
    },
    /// A figure beside the same figure of the year before: `restrained, reduced` (for example Circular
    /// 124/2021/TT-BCA, art. 4.4).
    YearOverYear {
        /// This year.
        current: usize,
        /// Last year; may be zero.
        previous: usize,
        /// What is asked of this year's figure as a share of last year's.
        bound: ShareBound,
    },
    /// What was done beside what was planned. More than all of it may be done.
    Target {
        /// What was done.
        done: usize,
        /// What was planned; where nothing was, nothing is asked.
        planned: usize,
        /// How much of the plan is asked for.
        at_least: Share,
    },
    /// Points by steps: the last step whose bound is passed counts, before the first there are none.
    Bands {
        /// What is measured.
        measure: Measure,
        /// The steps; bounds ascend.
        bands: Vec<Band>,
    },
    /// Points in proportion between two bounds; rounded half up to a thousandth, once.
    Linear {
        /// What is measured.
        measure: Measure,
        /// No points up to here.
        from: Share,
        /// All points from here on; less than `from` where less is better.
        to: Share,
    },
    /// So many points for each thing, up to all of them.
    Each {
        /// The number of things.
        input: usize,
        /// Thousandths for each.
        each_thousandths: i64,
    },
    /// So many points off for each occurrence.
    Deduction {
        /// The number of occurrences.
        input: usize,
        /// Thousandths off for each.
        each_thousandths: i64,
        /// What is left at least, in thousandths.
        floor_thousandths: i64,
    },
    /// The result of the unit itself in another programme and the same year (for example criterion 19.2 of
    /// new-rural communes reads Circular 124).
    OtherProgramme {
        /// 1 when recognised, 0 when not; derived.
        input: usize,
    },
    /// Points of the parts together.
    SubPoints {
        /// The parts with their points.
        parts: Vec<Part>,
    },
    /// Every part is met.
    AllOf {
        /// The parts; each counts.
        parts: Vec<Part>,
    },
    /// At least `need` parts are met.
    NOfM {
        /// How many.
        need: usize,
        /// The parts; each counts.
        parts: Vec<Part>,
    },
}

/// Figures of units below; numbers are places in [`super::Criterion::inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildCount {
    /// All units.
    pub total: usize,
    /// Those that registered.
    pub registered: usize,
    /// Those that were recognised.
    pub recognised: usize,
}

/// A part of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `a`, `b`.
    pub id: String,
    /// What is required.
    pub text: Text,
    /// A rule that counts: no judgement, no parts.
    pub rule: Rule,
    /// Points in thousandths, in [`Rule::SubPoints`]; 0 elsewhere.
    pub points_thousandths: i64,
}
