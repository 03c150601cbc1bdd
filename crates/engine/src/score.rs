//! From figures to outcomes, points and the answer of the rules of recognition.

use std::num::NonZeroUsize;

use crate::{
    Inputs, Plan,
    batch::{Columns, Results, has_loops, score_columns},
    compile::Place,
    program::{Extra, NotApplicable, Test},
    row::{RowScore, reached, score_row},
};

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule is met.
    Met,
    /// The rule is not met.
    Unmet,
    /// A figure is missing, or the figures contradict each other: nothing can be said.
    NoData,
    /// The criterion does not apply to the unit.
    NotApplicable,
}

impl Outcome {
    /// The word in the API, in tables and in cases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::NoData => "no_data",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The outcome as a three-valued truth: what does not apply is no obstacle.
    pub fn as_met(self) -> Option<bool> {
        match self {
            Self::Met | Self::NotApplicable => Some(true),
            Self::Unmet => Some(false),
            Self::NoData => None,
        }
    }
}

impl From<Option<bool>> for Outcome {
    fn from(met: Option<bool>) -> Self {
        match met {
            Some(true) => Self::Met,
            Some(false) => Self::Unmet,
            None => Self::NoData,
        }
    }
}

/// What a unit reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Criteria met. Only what is counted: neither bonus and penalty nor conditions.
    pub met: usize,
    /// Criteria not met.
    pub unmet: usize,
    /// Criteria without an outcome.
    pub no_data: usize,
    /// Criteria that do not apply.
    pub not_applicable: usize,
    /// Criteria that are counted; those that left the base are not.
    pub of: usize,
    /// Points reached, in thousandths; missing data give none.
    pub points_thousandths: i64,
    /// Points that missing data may still add.
    pub open_thousandths: i64,
    /// Most points, without bonus; those of criteria that left the base are not among them.
    pub max_thousandths: i64,
    /// The class, as its place among the classes from 1; 0 is none. None as long as missing data leave it open.
    pub class: Option<usize>,
    /// Whether the rules of recognition are met: the class they ask for is reached. None as long as missing data
    /// could still decide it.
    pub recognised: Option<bool>,
    /// A condition that puts the title off is not met: the unit is not recognised now and may be later.
    pub is_deferred: bool,
}

/// Results in columns: by criterion, then by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// Outcome of each criterion in each row. A bonus is met when it gives points, a penalty when it takes none.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Points of each criterion in each row, in thousandths; missing data give none, a penalty less than none.
    pub points_thousandths: Vec<Vec<i64>>,
    /// Totals of each row.
    pub totals: Vec<Totals>,
}

/// Fewer rows are not worth their way into columns.
const COLUMNS_FROM_ROWS: usize = 256;

/// Scores every row. Evaluation order: criteria, groups with their caps, total, gates and class.
///
/// Many rows go through [`crate::batch`], as far as nothing is missing in them; what missing figures leave open is
/// found row by row.
pub fn score(plan: &Plan, inputs: &Inputs) -> Scores {
    let criteria = plan.criteria.len();
    let mut scores = Scores {
        outcomes: vec![Vec::with_capacity(inputs.rows()); criteria],
        points_thousandths: vec![Vec::with_capacity(inputs.rows()); criteria],
        totals: Vec::with_capacity(inputs.rows()),
    };
    let inputs = inputs.completed(plan);
    let results = (inputs.rows() >= COLUMNS_FROM_ROWS).then(|| in_columns(plan, &inputs)).flatten();
    for row in 0..inputs.rows() {
        let figures = inputs.row(row);
        let complete = results.as_ref().and_then(|results| complete(plan, results, row, &figures));
        let (criteria, totals) = complete.unwrap_or_else(|| unit(plan, &figures));
        for (at, (outcome, points)) in criteria.into_iter().enumerate() {
            scores.outcomes[at].push(outcome);
            scores.points_thousandths[at].push(points);
        }
        scores.totals.push(totals);
    }
    scores
}

/// Results in columns of completed inputs; none where rows would go one by one anyway.
fn in_columns(plan: &Plan, inputs: &Inputs) -> Option<Results> {
    let columns = Columns::of(inputs).filter(|columns| has_loops(&plan.program, columns))?;
    let mut results = Results::of(columns.rows(), plan.program.leaves.len());
    score_columns(&plan.program, &columns, NonZeroUsize::MIN, &mut results).ok()?;
    Some(results)
}

/// A row in which nothing is open, from its results in columns.
fn complete(
    plan: &Plan,
    results: &Results,
    row: usize,
    figures: &[Option<i64>],
) -> Option<(Vec<(Outcome, i64)>, Totals)> {
    let class = usize::try_from(results.classes[row]).ok()?;
    let is_open = |extra: &Extra| reached(&extra.kind, extra.points_thousandths, figures).open_thousandths > 0;
    if results.no_data[row] > 0 || plan.program.extras.iter().any(is_open) {
        return None;
    }
    let leaves = plan.program.leaves.len();
    let met = usize::from(results.met[row]);
    let of_points = |points: i64| if plan.has_points { points } else { 0 };
    let criteria: Vec<(Outcome, i64)> = with_points(plan, figures, |leaf| {
        let points = i64::from(results.points_thousandths[leaf][row]);
        (Some(points >= plan.program.leaves[leaf].met_at_thousandths).into(), points)
    });
    let totals = Totals {
        met,
        unmet: leaves - met,
        of: leaves,
        points_thousandths: of_points(results.totals_thousandths[row].into()),
        max_thousandths: of_points(plan.program.group_caps_thousandths.iter().sum()),
        class: Some(class),
        recognised: Some(class >= plan.recognised_from),
        is_deferred: is_deferred(plan, &criteria),
        ..Totals::default()
    };
    Some((criteria, totals))
}

/// Outcome and points of each criterion, from those of the leaves.
fn with_points(plan: &Plan, figures: &[Option<i64>], of_leaf: impl Fn(usize) -> (Outcome, i64)) -> Vec<(Outcome, i64)> {
    let of_place = |place: &Place| {
        let (outcome, points) = match place {
            Place::Leaf(leaf) => of_leaf(*leaf),
            Place::Extra(_) | Place::Gate(_) => beside(plan, *place, figures),
        };
        (outcome, if plan.has_points { points } else { 0 })
    };
    plan.places.iter().map(of_place).collect()
}

fn is_deferred(plan: &Plan, criteria: &[(Outcome, i64)]) -> bool {
    plan.deferrals.iter().any(|at| criteria[*at].0 == Outcome::Unmet)
}

/// Scores one row anew after figures of it changed; the others stay. Rows do not know of one another, so this is
/// what [`score()`] would give.
///
/// # Panics
/// When the row does not exist.
pub fn rescore(plan: &Plan, inputs: &Inputs, scores: &mut Scores, row: usize) {
    let mut one = Inputs::empty(plan, 1);
    one.copy_row(0, inputs, row);
    let (criteria, totals) = unit(plan, &one.completed(plan).row(0));
    for (at, (outcome, points)) in criteria.into_iter().enumerate() {
        scores.outcomes[at][row] = outcome;
        scores.points_thousandths[at][row] = points;
    }
    scores.totals[row] = totals;
}

/// Outcome and points of each criterion, and the totals.
fn unit(plan: &Plan, figures: &[Option<i64>]) -> (Vec<(Outcome, i64)>, Totals) {
    let found = score_row(&plan.program, figures);
    let criteria = with_points(plan, figures, |leaf| (found.outcomes[leaf], found.leaves[leaf].points_thousandths));
    let totals = totals(plan, &found, is_deferred(plan, &criteria));
    (criteria, totals)
}

/// How a criterion that is not counted stands, with its points.
pub(crate) fn beside(plan: &Plan, place: Place, figures: &[Option<i64>]) -> (Outcome, i64) {
    match place {
        Place::Extra(at) => {
            let extra = &plan.program.extras[at];
            let reached = reached(&extra.kind, extra.points_thousandths, figures);
            let points = reached.points_thousandths;
            let outcome = if reached.open_thousandths > 0 && points == 0 {
                Outcome::NoData
            } else {
                Some((points > 0) != extra.is_penalty).into()
            };
            (outcome, if extra.is_penalty { -points } else { points })
        }
        Place::Gate(at) => match &plan.program.gates[at].test {
            Test::Own(kind) => (reached(kind, 1, figures).at_least(1).into(), 0),
            Test::Leaf(_) => unreachable!("a condition has a rule of its own"),
        },
        Place::Leaf(_) => unreachable!("counted"),
    }
}

fn totals(plan: &Plan, found: &RowScore, is_deferred: bool) -> Totals {
    let count = |wanted: Outcome| found.outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let points = |points: i64| if plan.has_points { points } else { 0 };
    let (worst, best) = found.classes;
    let recognised = match plan.recognised_from {
        from if worst >= from => Some(true),
        from if best < from => Some(false),
        _ => None,
    };
    let not_applicable = count(Outcome::NotApplicable);
    // What does not apply and stays counts as what the set says of it.
    let (as_met, as_unmet, dropped) = match plan.program.not_applicable {
        NotApplicable::Drop => (0, 0, not_applicable),
        NotApplicable::Full => (not_applicable, 0, 0),
        NotApplicable::Zero => (0, not_applicable, 0),
    };
    Totals {
        met: count(Outcome::Met) + as_met,
        unmet: count(Outcome::Unmet) + as_unmet,
        no_data: count(Outcome::NoData),
        not_applicable,
        of: found.outcomes.len() - dropped,
        points_thousandths: points(found.total_thousandths),
        open_thousandths: points(found.best_thousandths - found.total_thousandths),
        max_thousandths: points(found.caps_thousandths.iter().sum()),
        class: found.class,
        recognised,
        is_deferred,
    }
}
