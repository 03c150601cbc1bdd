//! What every evaluator runs: a criteria set as columns, leaves, groups, gates and classes.
//!
//! Knows no texts and no units. [`crate::plan`] compiles a set into it; [`crate::row`] evaluates it one row at a
//! time; a batch evaluator must give the same numbers.

/// The largest figure that is taken: far beyond any count of things in a country.
pub const VALUE_MAX: i64 = 1_000_000_000_000;

/// A fraction as it is written in a rule; compared by multiplication, never divided. The denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Numerator.
    pub part: i64,
    /// Denominator.
    pub whole: i64,
}

impl Fraction {
    /// A whole number as a fraction.
    pub const fn whole(value: i64) -> Self {
        Self { part: value, whole: 1 }
    }
}

/// A measured value; numbers are columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// One figure.
    Count {
        /// Its column.
        column: usize,
    },
    /// A share of a whole. No data without both figures, with an empty whole, and with a part greater than its
    /// whole, which is a mistake somewhere in the data.
    Share {
        /// Numerator.
        part: usize,
        /// Denominator.
        whole: usize,
    },
    /// A figure beside the same figure of the year before; it may be greater, and last year's may be zero: beside
    /// nothing any figure is beyond every bound, and nothing beside nothing lies on every bound.
    Change {
        /// This year.
        current: usize,
        /// Last year.
        previous: usize,
    },
}

/// A step of a table: from here on so many points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where it begins.
    pub bound: Fraction,
    /// The bound itself belongs to the step.
    pub inclusive: bool,
    /// Points from here on, in thousandths.
    pub points_thousandths: i64,
}

/// How points follow from figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// 1 gives all points, 0 none.
    Judgement {
        /// The column.
        column: usize,
    },
    /// All points within the bounds, none outside; both bounds belong to it.
    Within {
        /// What is measured.
        value: Value,
        /// Not less than.
        at_least: Option<Fraction>,
        /// Not more than.
        at_most: Option<Fraction>,
    },
    /// The last step whose bound is passed gives its points; before the first there are none. Bounds ascend, and
    /// no step gives more than all points.
    Steps {
        /// What is measured.
        value: Value,
        /// The steps.
        steps: Vec<Step>,
    },
    /// Points in proportion between two bounds, none at or before `from`, all at or beyond `to`; rounded half up
    /// to a thousandth, once. `from` may be the greater one: then less is better. Nothing beside nothing gives none.
    /// Bounds up to 10⁶ and points up to 10⁷ thousandths keep the products within 128 bits.
    Linear {
        /// What is measured.
        value: Value,
        /// No points up to here.
        from: Fraction,
        /// All points from here on.
        to: Fraction,
    },
    /// So many points off for each occurrence, down to a floor.
    Deduction {
        /// The number of occurrences.
        column: usize,
        /// Thousandths off for each.
        each_thousandths: i64,
        /// What is left at least.
        floor_thousandths: i64,
    },
    /// So many points for each thing, up to all of them.
    Each {
        /// The number of things.
        column: usize,
        /// Thousandths for each.
        each_thousandths: i64,
    },
    /// All points when at least `need` parts are met, else none. Parts know all or nothing: [`Kind::Judgement`],
    /// [`Kind::Within`].
    Parts {
        /// How many.
        need: usize,
        /// The parts; their points are one for met.
        parts: Vec<Kind>,
    },
    /// The points of the parts together; what the parts give at most adds up to all points.
    Sum {
        /// Each part with its points in thousandths.
        parts: Vec<(Kind, i64)>,
    },
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// How points follow.
    pub kind: Kind,
    /// Most points, in thousandths. A set without points gives each leaf 1.
    pub points_thousandths: i64,
    /// Met from so many points on.
    pub met_at_thousandths: i64,
    /// Place of its group.
    pub group: usize,
    /// A rule of its own, which knows all or nothing, that says whether the leaf applies; none where it always does.
    /// As long as that has no data the leaf has none either: it may turn out to have any points.
    pub applies: Option<Kind>,
}

/// What becomes of a leaf that does not apply. It is no obstacle to a gate in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotApplicable {
    /// It leaves the base: its group's cap is at most what its other leaves have, and a class that asks for so many
    /// of all points (the caps together), or of all leaves, asks for the same share of those that remain. A unit to
    /// which no leaf applies is in no class.
    #[default]
    Drop,
    /// It has all its points and counts as met.
    Full,
    /// It has no points and does not count as met.
    Zero,
}

/// Points outside the groups, added or taken off; the total is never below 0. Missing figures add and take
/// nothing; at best a bonus without data is given. Under [`Missing::Certain`] a penalty without data leaves open
/// the class that it could cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// How points follow.
    pub kind: Kind,
    /// Most points, in thousandths.
    pub points_thousandths: i64,
    /// They are taken off.
    pub is_penalty: bool,
}

/// What a gate looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Whether a leaf is met.
    Leaf(usize),
    /// Whether a rule of its own, which knows all or nothing, is met.
    Own(Kind),
}

/// A condition of the classes: without it a unit is in no class above `at_most`, but in the highest one up to it
/// whose own conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What must hold.
    pub test: Test,
    /// The highest class without it; 0 is no class at all.
    pub at_most: usize,
}

/// What it takes to be in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Class {
    /// Points together, in thousandths.
    pub points_thousandths: i64,
    /// Leaves met.
    pub met: usize,
    /// Each group has at least this share of its cap.
    pub group_share: Option<Fraction>,
}

/// When missing data leave the class open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Whenever they could still decide it.
    Certain,
    /// When more leaves than this have no data, or a gate has none; otherwise they count as no points. A unit that
    /// is surely knocked out has class 0 however much is missing.
    Tolerated {
        /// How many leaves may have no data.
        leaves: usize,
    },
}

/// A compiled criteria set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// How many columns it reads.
    pub columns: usize,
    /// The criteria.
    pub leaves: Vec<Leaf>,
    /// Most points of each group, in thousandths; what leaves reach beyond it is cut.
    pub group_caps_thousandths: Vec<i64>,
    /// Bonus and penalty.
    pub extras: Vec<Extra>,
    /// Knock-outs and ceilings.
    pub gates: Vec<Gate>,
    /// Classes above "none", the lowest first.
    pub classes: Vec<Class>,
    /// What missing data do to the class.
    pub missing: Missing,
    /// What becomes of leaves that do not apply. Under [`NotApplicable::Drop`] no cap is more than the leaves of its
    /// group have together, and no class asks for more points than the caps have together.
    pub not_applicable: NotApplicable,
}
