//! The points that one rule may turn out to give, in exact fractions.

use std::{cmp::Ordering, collections::BTreeSet};

use dienhinh_engine::program::{Fraction, Kind, Step, Value};
use num_bigint::BigInt;
use num_rational::BigRational;

/// Every number of thousandths, out of `points`, that a rule may give once missing figures are known; ascending.
/// A rule without data may give none or all: what lies between decides nothing that these two leave undecided.
pub(super) fn possible(kind: &Kind, points: i64, figures: &[Option<i64>]) -> Vec<i64> {
    match kind {
        Kind::Parts { need, parts } => {
            // A part is met when it has all its points, of which it has one.
            let parts: Vec<Vec<bool>> = parts
                .iter()
                .map(|part| possible(part, 1, figures).iter().map(|points| *points >= 1).collect())
                .collect();
            let met_counts = sums(parts.iter().map(|may| may.iter().map(|met| i64::from(*met)).collect()));
            let enough = |met: &i64| usize::try_from(*met).is_ok_and(|met| met >= *need);
            distinct(met_counts.iter().map(|met| if enough(met) { points } else { 0 }))
        }
        Kind::Sum { parts } => sums(parts.iter().map(|(part, points)| possible(part, *points, figures))),
        simple => known(simple, points, figures).map_or_else(|| distinct([0, points]), |points| vec![points]),
    }
}

fn distinct(points: impl IntoIterator<Item = i64>) -> Vec<i64> {
    points.into_iter().collect::<BTreeSet<i64>>().into_iter().collect()
}

/// Every sum of one from each list.
fn sums(lists: impl Iterator<Item = Vec<i64>>) -> Vec<i64> {
    lists.fold(vec![0], |sums, may| distinct(sums.iter().flat_map(|sum| may.iter().map(move |points| sum + points))))
}

/// The points of a rule without parts, when there are data.
fn known(kind: &Kind, points: i64, figures: &[Option<i64>]) -> Option<i64> {
    match kind {
        Kind::Judgement { column } => Some(if figures[*column]? == 1 { points } else { 0 }),
        Kind::Within { value, at_least, at_most } => {
            let found = Found::of(*value, figures)?;
            let too_little = at_least.is_some_and(|bound| found.beside(bound) == Ordering::Less);
            let too_much = at_most.is_some_and(|bound| found.beside(bound) == Ordering::Greater);
            Some(if too_little || too_much { 0 } else { points })
        }
        Kind::Steps { value, steps } => {
            let found = Found::of(*value, figures)?;
            let passed = |step: &&Step| match found.beside(step.bound) {
                Ordering::Less => false,
                Ordering::Equal => step.inclusive,
                Ordering::Greater => true,
            };
            Some(steps.iter().rfind(passed).map_or(0, |step| step.points_thousandths))
        }
        Kind::Linear { value, from, to } => Some(proportion(&Found::of(*value, figures)?, *from, *to, points)),
        Kind::Deduction { column, each_thousandths, floor_thousandths } => {
            let off = i128::from(figures[*column]?) * i128::from(*each_thousandths);
            Some(thousandths((i128::from(points) - off).max(i128::from(*floor_thousandths))))
        }
        Kind::Each { column, each_thousandths } => {
            let reached = i128::from(figures[*column]?) * i128::from(*each_thousandths);
            Some(thousandths(reached.min(i128::from(points))))
        }
        Kind::Parts { .. } | Kind::Sum { .. } => unreachable!("has parts"),
    }
}

fn thousandths(points: i128) -> i64 {
    i64::try_from(points).expect("no more than all points")
}

pub(super) fn rational(fraction: Fraction) -> BigRational {
    BigRational::new(BigInt::from(fraction.part), BigInt::from(fraction.whole))
}

fn whole(value: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(value))
}

/// What is measured.
enum Found {
    Number(BigRational),
    /// So much this year, nothing last year: no number says how many times as much.
    FromNothing(BigRational),
}

impl Found {
    fn of(value: Value, figures: &[Option<i64>]) -> Option<Self> {
        match value {
            Value::Count { column } => Some(Self::Number(whole(figures[column]?))),
            Value::Share { part, whole: of } => {
                let (part, of) = (figures[part]?, figures[of]?);
                let is_share = of > 0 && part <= of;
                is_share.then(|| Self::Number(rational(Fraction { part, whole: of })))
            }
            Value::Change { current, previous } => match (figures[current]?, figures[previous]?) {
                (current, 0) => Some(Self::FromNothing(whole(current))),
                (current, previous) => Some(Self::Number(rational(Fraction { part: current, whole: previous }))),
            },
        }
    }

    /// How it stands to a bound; beside last year's nothing, every share of it is nothing.
    fn beside(&self, bound: Fraction) -> Ordering {
        match self {
            Self::Number(number) => number.cmp(&rational(bound)),
            Self::FromNothing(current) => current.cmp(&(rational(bound) * whole(0))),
        }
    }
}

/// None at or before `from`, else all at or beyond `to`, else in proportion and rounded half up.
fn proportion(found: &Found, from: Fraction, to: Fraction, points: i64) -> i64 {
    let less_is_better = rational(from) > rational(to);
    let before = if less_is_better { Ordering::Greater } else { Ordering::Less };
    let (at_from, at_to) = (found.beside(from), found.beside(to));
    if at_from == before || at_from == Ordering::Equal {
        return 0;
    }
    if at_to != before {
        return points;
    }
    let Found::Number(number) = found else { unreachable!("from nothing, all bounds are passed or none") };
    let way = (number - rational(from)) / (rational(to) - rational(from));
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let rounded = (way * whole(points) + half).floor().to_integer();
    i64::try_from(rounded).expect("between none and all points")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_proportion_by_hand() {
        let [quarter, whole] = [Fraction { part: 1, whole: 4 }, Fraction::whole(1)];
        let share = Value::Share { part: 0, whole: 1 };
        for (from, to, part, of, points) in [
            (quarter, whole, 1, 4, 0),
            (quarter, whole, 5, 8, 500),
            (quarter, whole, 1, 3, 111),
            (quarter, whole, 2, 3, 556),
            (quarter, whole, 9, 9, 1000),
            (whole, quarter, 1, 3, 889),
            (whole, quarter, 1, 5, 1000),
            (whole, quarter, 1, 1, 0),
        ] {
            let kind = Kind::Linear { value: share, from, to };
            assert_eq!(possible(&kind, 1000, &[Some(part), Some(of)]), [points], "{part}/{of} from {from:?}");
        }
        let half_up =
            Kind::Linear { value: Value::Count { column: 0 }, from: Fraction::whole(0), to: Fraction::whole(2) };
        assert_eq!(possible(&half_up, 1, &[Some(1)]), [1]);
        assert_eq!(possible(&half_up, 1, &[None]), [0, 1]);
    }

    #[test]
    fn parts_are_open_as_long_as_they_could_decide() {
        let parts = (0..3).map(|column| Kind::Judgement { column }).collect();
        let two = Kind::Parts { need: 2, parts };
        for (figures, points) in [
            ([Some(1), Some(1), None], vec![10]),
            ([Some(0), None, Some(0)], vec![0]),
            ([Some(1), None, Some(0)], vec![0, 10]),
        ] {
            assert_eq!(possible(&two, 10, &figures), points, "{figures:?}");
        }
    }
}
