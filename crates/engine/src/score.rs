//! From figures to outcomes, points and the answer of the rules of recognition.

use dienhinh_domain::programmes::{Part, Rule, Share, ShareBound};

use crate::{Inputs, Plan};

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
    /// Points reached, in thousandths.
    pub points_thousandths: i64,
    /// Points still open: those of criteria without an outcome.
    pub open_thousandths: i64,
    /// Most points of the set.
    pub max_thousandths: i64,
    /// Whether the rules of recognition are met: enough criteria, every mandatory and every knock-out one.
    /// None as long as missing data could still decide it.
    pub recognised: Option<bool>,
}

/// Results in columns: by criterion, then by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// Outcome of each criterion in each row.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Points of each criterion in each row, in thousandths; 0 unless it is met.
    pub points_thousandths: Vec<Vec<i64>>,
    /// Totals of each row.
    pub totals: Vec<Totals>,
}

/// Scores every row.
///
/// Evaluation order: criteria one by one, then totals and recognition of each row.
pub fn score(plan: &Plan, inputs: &Inputs) -> Scores {
    let rows = inputs.rows();
    let mut totals = vec![Totals { of: plan.criteria.len(), ..Totals::default() }; rows];
    let mut lost = vec![Some(false); rows];
    let (mut outcomes, mut points) = (Vec::new(), Vec::new());
    for (at, criterion) in plan.criteria.iter().enumerate() {
        let column: Vec<Outcome> =
            (0..rows).map(|row| evaluate(&criterion.rule, &inputs.of_criterion(plan, at, row))).collect();
        for (row, outcome) in column.iter().enumerate() {
            totals[row].add(*outcome, criterion.points_thousandths);
            if criterion.mandatory || criterion.knock_out {
                lost[row] = either(lost[row], outcome.as_met().map(|met| !met));
            }
        }
        let reached = |outcome: &Outcome| if *outcome == Outcome::Met { criterion.points_thousandths } else { 0 };
        points.push(column.iter().map(reached).collect());
        outcomes.push(column);
    }
    for (row, lost) in totals.iter_mut().zip(lost) {
        row.recognised = both(row.enough(plan.min_met), lost.map(|lost| !lost));
    }
    Scores { outcomes, points_thousandths: points, totals }
}

impl Totals {
    fn add(&mut self, outcome: Outcome, points_thousandths: i64) {
        self.max_thousandths += points_thousandths;
        match outcome {
            Outcome::Met => {
                self.met += 1;
                self.points_thousandths += points_thousandths;
            }
            Outcome::Unmet => self.unmet += 1,
            Outcome::NoData => {
                self.no_data += 1;
                self.open_thousandths += points_thousandths;
            }
        }
    }

    /// Whether so many criteria are met, whatever the missing data turn out to be.
    fn enough(&self, min_met: usize) -> Option<bool> {
        if self.met >= min_met {
            Some(true)
        } else if self.met + self.no_data < min_met {
            Some(false)
        } else {
            None
        }
    }
}

/// The outcome of one rule on the figures of its criterion.
pub(crate) fn evaluate(rule: &Rule, figures: &[Option<i64>]) -> Outcome {
    let met = match rule {
        Rule::Judgement { input } => figures[*input].map(|value| value == 1),
        Rule::Threshold { input, at_least, at_most } => figures[*input]
            .map(|value| at_least.is_none_or(|bound| value >= bound) && at_most.is_none_or(|bound| value <= bound)),
        Rule::Ratio { part, whole, bound } => share_of(figures[*part], figures[*whole]).map(|found| match bound {
            ShareBound::AtLeast(bound) => not_less(found, *bound),
            ShareBound::AtMost(bound) => not_less(*bound, found),
        }),
        Rule::Zero { input } => figures[*input].map(|value| value == 0),
        Rule::Objects { input, at_least } => figures[*input].map(|value| value >= *at_least),
        Rule::ChildrenShare { total, registered, recognised, register, recognise } => {
            let reaches =
                |counted: usize, bound| share_of(figures[counted], figures[*total]).map(|found| not_less(found, bound));
            both(reaches(*registered, *register), reaches(*recognised, *recognise))
        }
        Rule::AllOf { parts } => counted(parts, figures, parts.len()),
        Rule::NOfM { need, parts } => counted(parts, figures, *need),
    };
    met.into()
}

/// Whether at least `need` parts are met, whatever the missing ones turn out to be.
fn counted(parts: &[Part], figures: &[Option<i64>], need: usize) -> Option<bool> {
    let mut totals = Totals::default();
    for part in parts {
        totals.add(evaluate(&part.rule, figures), 0);
    }
    totals.enough(need)
}

/// The share that two figures make. No data without both, with an empty whole, and with a part greater than
/// its whole, which is a mistake somewhere in the data.
pub(crate) fn share_of(part: Option<i64>, whole: Option<i64>) -> Option<Share> {
    let (part, whole) = (part?, whole?);
    (whole > 0 && part <= whole).then_some(Share { part, whole })
}

/// `left ≥ right` by multiplication: 17/25 is less than 70/100 because 17 × 100 < 70 × 25.
fn not_less(left: Share, right: Share) -> bool {
    i128::from(left.part) * i128::from(right.whole) >= i128::from(right.part) * i128::from(left.whole)
}

/// Kleene's "and".
fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Kleene's "or".
fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    both(left.map(|value| !value), right.map(|value| !value)).map(|value| !value)
}
