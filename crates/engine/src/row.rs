//! One row through a program: exact, three-valued, the meaning of every rule. The batch evaluator and the
//! explanation must agree with it.

use std::cmp::Ordering;

use crate::{
    Outcome,
    program::{Class, Fraction, Kind, Leaf, Missing, Program, Step, Test, Value},
};

/// What a leaf reaches: surely, and at most once missing figures are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Points reached, in thousandths.
    pub points_thousandths: i64,
    /// Points that missing figures may still add.
    pub open_thousandths: i64,
}

impl Reached {
    fn known(points_thousandths: i64) -> Self {
        Self { points_thousandths, open_thousandths: 0 }
    }

    /// Whether so many points are reached, whatever the missing figures turn out to be.
    pub fn at_least(self, points_thousandths: i64) -> Option<bool> {
        if self.points_thousandths >= points_thousandths {
            Some(true)
        } else if self.points_thousandths + self.open_thousandths < points_thousandths {
            Some(false)
        } else {
            None
        }
    }
}

/// One row's results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowScore {
    /// What each leaf reaches.
    pub leaves: Vec<Reached>,
    /// Outcome of each leaf.
    pub outcomes: Vec<Outcome>,
    /// Points of each group after its cap, missing data as none.
    pub groups_thousandths: Vec<i64>,
    /// Points together, missing data as none.
    pub total_thousandths: i64,
    /// Points together if every missing figure were the best.
    pub best_thousandths: i64,
    /// The class: 0 is none; open as long as missing data leave it so.
    pub class: Option<usize>,
    /// The lowest and the highest class that missing data leave open.
    pub classes: (usize, usize),
}

/// Scores one row; a figure that is `None` has no data.
pub fn score_row(program: &Program, figures: &[Option<i64>]) -> RowScore {
    let leaves: Vec<Reached> =
        program.leaves.iter().map(|leaf| reached(&leaf.kind, leaf.points_thousandths, figures)).collect();
    let outcomes: Vec<Outcome> =
        program.leaves.iter().zip(&leaves).map(|(leaf, reached)| outcome(leaf, *reached)).collect();
    let low = Sums::of(program, &leaves, &outcomes, figures, false);
    let high = Sums::of(program, &leaves, &outcomes, figures, true);
    let classes = classes(program, &outcomes, figures, &low, &high);
    let class = (classes.0 == classes.1).then_some(classes.0);
    RowScore {
        leaves,
        outcomes,
        total_thousandths: low.total,
        best_thousandths: high.total,
        groups_thousandths: low.groups,
        class,
        classes,
    }
}

/// How a leaf stands.
pub fn outcome(leaf: &Leaf, reached: Reached) -> Outcome {
    reached.at_least(leaf.met_at_thousandths).into()
}

/// Sums with missing data as nothing, or as the best.
struct Sums {
    groups: Vec<i64>,
    total: i64,
    /// The total if penalties without data turn out to be due in full: they take nothing from the points, yet
    /// they can still decide the class.
    after_open_penalties: i64,
    met: usize,
}

impl Sums {
    fn of(program: &Program, leaves: &[Reached], outcomes: &[Outcome], figures: &[Option<i64>], best: bool) -> Self {
        let mut groups = vec![0; program.group_caps_thousandths.len()];
        for (leaf, reached) in program.leaves.iter().zip(leaves) {
            groups[leaf.group] += reached.points_thousandths + if best { reached.open_thousandths } else { 0 };
        }
        for (group, cap) in groups.iter_mut().zip(&program.group_caps_thousandths) {
            *group = (*group).min(*cap);
        }
        let (mut total, mut open_penalties): (i64, i64) = (groups.iter().sum(), 0);
        for extra in &program.extras {
            let reached = reached(&extra.kind, extra.points_thousandths, figures);
            // Missing data are the best for a bonus when it is given, for a penalty when it is not.
            let adds_open = best && !extra.is_penalty;
            let points = reached.points_thousandths + if adds_open { reached.open_thousandths } else { 0 };
            total += if extra.is_penalty { -points } else { points };
            open_penalties += if extra.is_penalty { reached.open_thousandths } else { 0 };
        }
        let counts = |outcome: &&Outcome| **outcome == Outcome::Met || best && **outcome == Outcome::NoData;
        Self {
            groups,
            total: total.max(0),
            after_open_penalties: (total - open_penalties).max(0),
            met: outcomes.iter().filter(counts).count(),
        }
    }

    /// The highest class up to `at_most` whose conditions these sums meet with so many points together. Not the
    /// lesser of the two: a class may ask for something that a higher one does not.
    fn class(&self, program: &Program, total: i64, at_most: usize) -> usize {
        let meets = |class: &Class| {
            total >= class.points_thousandths
                && self.met >= class.met
                && class.group_share.is_none_or(|share| {
                    self.groups.iter().zip(&program.group_caps_thousandths).all(|(points, cap)| {
                        i128::from(*points) * i128::from(share.whole) >= i128::from(share.part) * i128::from(*cap)
                    })
                })
        };
        program.classes[..at_most].iter().rposition(meets).map_or(0, |at| at + 1)
    }
}

fn classes(
    program: &Program,
    outcomes: &[Outcome],
    figures: &[Option<i64>],
    low: &Sums,
    high: &Sums,
) -> (usize, usize) {
    // What holds whatever the missing data are, and what holds at best.
    let (mut surely, mut at_best, mut open) = (program.classes.len(), program.classes.len(), false);
    for gate in &program.gates {
        let holds = match &gate.test {
            Test::Leaf(at) => outcomes[*at].as_met(),
            Test::Own(kind) => reached(kind, 1, figures).at_least(1),
        };
        match holds {
            Some(true) => {}
            Some(false) => {
                surely = surely.min(gate.at_most);
                at_best = at_best.min(gate.at_most);
            }
            None => {
                surely = surely.min(gate.at_most);
                open = true;
            }
        }
    }
    match program.missing {
        Missing::Certain => {
            (low.class(program, low.after_open_penalties, surely), high.class(program, high.total, at_best))
        }
        Missing::Tolerated { leaves } => {
            let no_data = outcomes.iter().filter(|outcome| **outcome == Outcome::NoData).count();
            if at_best == 0 {
                (0, 0)
            } else if open || no_data > leaves {
                (0, at_best.max(1))
            } else {
                let class = low.class(program, low.total, surely);
                (class, class)
            }
        }
    }
}

/// What a rule reaches out of `points`.
pub fn reached(kind: &Kind, points: i64, figures: &[Option<i64>]) -> Reached {
    let known = match kind {
        Kind::Judgement { column } => figures[*column].map(|value| if value == 1 { points } else { 0 }),
        Kind::Within { value, at_least, at_most } => measured(*value, figures).map(|found| {
            let low = at_least.is_none_or(|bound| compare(found, bound) != Ordering::Less);
            let high = at_most.is_none_or(|bound| compare(found, bound) != Ordering::Greater);
            if low && high { points } else { 0 }
        }),
        Kind::Steps { value, steps } => measured(*value, figures)
            .map(|found| steps.iter().rev().find(|step| passes(found, step)).map_or(0, |step| step.points_thousandths)),
        Kind::Linear { value, from, to } => measured(*value, figures).map(|found| linear(found, *from, *to, points)),
        Kind::Deduction { column, each_thousandths, floor_thousandths } => figures[*column]
            .map(|count| points.saturating_sub(each_thousandths.saturating_mul(count)).max(*floor_thousandths)),
        Kind::Each { column, each_thousandths } => {
            figures[*column].map(|count| each_thousandths.saturating_mul(count).min(points))
        }
        Kind::Parts { need, parts } => {
            let (mut met, mut open) = (0, 0);
            for part in parts {
                match reached(part, 1, figures).at_least(1) {
                    Some(true) => met += 1,
                    Some(false) => {}
                    None => open += 1,
                }
            }
            if met >= *need {
                Some(points)
            } else if met + open < *need {
                Some(0)
            } else {
                None
            }
        }
        Kind::Sum { parts } => {
            let mut sum = Reached::known(0);
            for (part, points) in parts {
                let part = reached(part, *points, figures);
                sum.points_thousandths += part.points_thousandths;
                sum.open_thousandths += part.open_thousandths;
            }
            return sum;
        }
    };
    known.map_or(Reached { points_thousandths: 0, open_thousandths: points }, Reached::known)
}

/// The fraction that figures make; its denominator is 0 only for a change from nothing.
fn measured(value: Value, figures: &[Option<i64>]) -> Option<Fraction> {
    match value {
        Value::Count { column } => figures[column].map(Fraction::whole),
        Value::Share { part, whole } => {
            let (part, whole) = (figures[part]?, figures[whole]?);
            (whole > 0 && part <= whole).then_some(Fraction { part, whole })
        }
        Value::Change { current, previous } => Some(Fraction { part: figures[current]?, whole: figures[previous]? }),
    }
}

/// By multiplication: 17/25 is less than 70/100 because 17 × 100 < 70 × 25.
fn compare(left: Fraction, right: Fraction) -> Ordering {
    (i128::from(left.part) * i128::from(right.whole)).cmp(&(i128::from(right.part) * i128::from(left.whole)))
}

fn passes(found: Fraction, step: &Step) -> bool {
    match compare(found, step.bound) {
        Ordering::Greater => true,
        Ordering::Equal => step.inclusive,
        Ordering::Less => false,
    }
}

/// `points × (found − from) / (to − from)`, from 0 to `points`, half up.
#[expect(clippy::many_single_char_names, reason = "a formula over three fractions")]
fn linear(found: Fraction, from: Fraction, to: Fraction, points: i64) -> i64 {
    // With x = a/b, from = c/d, to = e/f: (x − from)/(to − from) = f·(a·d − c·b) / (b·(e·d − c·f)).
    let wide = |fraction: Fraction| (i128::from(fraction.part), i128::from(fraction.whole));
    let ((a, b), (c, d), (e, f)) = (wide(found), wide(from), wide(to));
    let (above, range) = (f * (a * d - c * b), b * (e * d - c * f));
    // The direction is read from the bounds: `range` is 0 for a change from nothing.
    let (above, range) = if e * d < c * f { (-above, -range) } else { (above, range) };
    if above <= 0 {
        return 0;
    }
    if above >= range {
        return points;
    }
    let rounded = (2 * i128::from(points) * above + range) / (2 * range);
    i64::try_from(rounded).unwrap_or(points)
}
