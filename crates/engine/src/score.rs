//! From figures to outcomes, points and the answer of the rules of recognition.

use crate::{
    Inputs, Plan,
    row::{RowScore, score_row},
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
}

impl Outcome {
    /// The word in the API, in tables and in cases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::NoData => "no_data",
        }
    }

    /// The outcome as a three-valued truth.
    pub fn as_met(self) -> Option<bool> {
        match self {
            Self::Met => Some(true),
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
    /// Criteria met.
    pub met: usize,
    /// Criteria not met.
    pub unmet: usize,
    /// Criteria without an outcome.
    pub no_data: usize,
    /// Criteria of the set.
    pub of: usize,
    /// Points reached, in thousandths; missing data give none.
    pub points_thousandths: i64,
    /// Points that missing data may still add.
    pub open_thousandths: i64,
    /// Most points of the set.
    pub max_thousandths: i64,
    /// The class, as its place among the classes from 1; 0 is none. None as long as missing data leave it open.
    pub class: Option<usize>,
    /// Whether the rules of recognition are met: the class they ask for is reached. None as long as missing data
    /// could still decide it.
    pub recognised: Option<bool>,
}

/// Results in columns: by criterion, then by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// Outcome of each criterion in each row.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Points of each criterion in each row, in thousandths; missing data give none.
    pub points_thousandths: Vec<Vec<i64>>,
    /// Totals of each row.
    pub totals: Vec<Totals>,
}

/// Scores every row. Evaluation order: criteria, groups with their caps, total, gates and class.
pub fn score(plan: &Plan, inputs: &Inputs) -> Scores {
    let criteria = plan.criteria.len();
    let mut scores = Scores {
        outcomes: vec![Vec::with_capacity(inputs.rows()); criteria],
        points_thousandths: vec![Vec::with_capacity(inputs.rows()); criteria],
        totals: Vec::with_capacity(inputs.rows()),
    };
    for row in 0..inputs.rows() {
        let found = score_row(&plan.program, &inputs.row(row));
        for (at, (outcome, reached)) in found.outcomes.iter().zip(&found.leaves).enumerate() {
            scores.outcomes[at].push(*outcome);
            let points = if plan.has_points { reached.points_thousandths } else { 0 };
            scores.points_thousandths[at].push(points);
        }
        scores.totals.push(totals(plan, &found));
    }
    scores
}

fn totals(plan: &Plan, found: &RowScore) -> Totals {
    let count = |wanted: Outcome| found.outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let points = |points: i64| if plan.has_points { points } else { 0 };
    let (worst, best) = found.classes;
    let recognised = match plan.recognised_from {
        from if worst >= from => Some(true),
        from if best < from => Some(false),
        _ => None,
    };
    Totals {
        met: count(Outcome::Met),
        unmet: count(Outcome::Unmet),
        no_data: count(Outcome::NoData),
        of: found.outcomes.len(),
        points_thousandths: points(found.total_thousandths),
        open_thousandths: points(found.best_thousandths - found.total_thousandths),
        max_thousandths: points(plan.program.group_caps_thousandths.iter().sum()),
        class: found.class,
        recognised,
    }
}
