//! One row through a program: exact, three-valued, the meaning of every rule. The batch evaluator and the
//! explanation must agree with it.

use std::cmp::Ordering;

use crate::{
    Outcome,
    program::{Class, Fraction, Kind, Leaf, Missing, NotApplicable, Program, Step, Test, Value},
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
    /// Most points of each group: its cap, or less where leaves have left the base.
    pub caps_thousandths: Vec<i64>,
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
    let (leaves, outcomes): (Vec<Reached>, Vec<Outcome>) =
        program.leaves.iter().map(|leaf| stands(program, leaf, figures)).unzip();
    let may_leave = may_leave(program, &outcomes, figures);
    let base = Base::of(program, &outcomes, may_leave.len());
    let low = Sums::of(program, &base, &leaves, &outcomes, figures, false);
    let high = Sums::of(program, &base, &leaves, &outcomes, figures, true);
    let best = |at_best| {
        let without = best_class_without(program, &leaves, &outcomes, figures, &may_leave, at_best);
        high.class(program, high.total, at_best).max(without)
    };
    let classes = classes(program, &outcomes, figures, &low, best);
    let class = (classes.0 == classes.1).then_some(classes.0);
    RowScore {
        total_thousandths: low.total,
        best_thousandths: high.total,
        groups_thousandths: low.groups,
        caps_thousandths: base.caps,
        leaves,
        outcomes,
        class,
        classes,
    }
}

/// What a leaf reaches and how it stands.
pub fn stands(program: &Program, leaf: &Leaf, figures: &[Option<i64>]) -> (Reached, Outcome) {
    let points = leaf.points_thousandths;
    match leaf.applies.as_ref().map_or(Some(true), |applies| reached(applies, 1, figures).at_least(1)) {
        Some(true) => {
            let reached = reached(&leaf.kind, points, figures);
            (reached, reached.at_least(leaf.met_at_thousandths).into())
        }
        Some(false) if program.not_applicable == NotApplicable::Full => {
            (Reached::known(points), Outcome::NotApplicable)
        }
        Some(false) => (Reached::known(0), Outcome::NotApplicable),
        None => (Reached { points_thousandths: 0, open_thousandths: points }, Outcome::NoData),
    }
}

/// The leaves that may still turn out not to apply, where those leave the base.
fn may_leave(program: &Program, outcomes: &[Outcome], figures: &[Option<i64>]) -> Vec<usize> {
    if program.not_applicable != NotApplicable::Drop {
        return Vec::new();
    }
    let is_open =
        |leaf: &Leaf| leaf.applies.as_ref().is_some_and(|rule| reached(rule, 1, figures).at_least(1).is_none());
    let without_data = (0..outcomes.len()).filter(|at| outcomes[*at] == Outcome::NoData);
    without_data.filter(|at| is_open(&program.leaves[*at])).collect()
}

/// The highest class up to a given one if none of the leaves that may leave the base applies. With all of them and
/// their points a unit mostly stands better; only where penalties leave no points does a base without points help.
fn best_class_without(
    program: &Program,
    leaves: &[Reached],
    outcomes: &[Outcome],
    figures: &[Option<i64>],
    may_leave: &[usize],
    at_most: usize,
) -> usize {
    if may_leave.is_empty() {
        return 0;
    }
    let (mut leaves, mut outcomes) = (leaves.to_vec(), outcomes.to_vec());
    // In a group without points a leaf does not stand in the way, and may count as met.
    for at in may_leave.iter().filter(|at| program.group_caps_thousandths[program.leaves[**at].group] > 0) {
        (leaves[*at], outcomes[*at]) = (Reached::known(0), Outcome::NotApplicable);
    }
    let base = Base::of(program, &outcomes, 0);
    let best = Sums::of(program, &base, &leaves, &outcomes, figures, true);
    best.class(program, best.total, at_most)
}

/// What classes ask a share of: all leaves and points, or those that remain.
struct Base {
    /// Most points of each group.
    caps: Vec<i64>,
    leaves: usize,
    /// Leaves that surely belong to it.
    sure_leaves: usize,
}

impl Base {
    /// So many leaves may still turn out not to belong to it.
    fn of(program: &Program, outcomes: &[Outcome], may_leave: usize) -> Self {
        let drops = program.not_applicable == NotApplicable::Drop;
        let mut leaves = 0;
        let mut caps = vec![0; program.group_caps_thousandths.len()];
        for (leaf, outcome) in program.leaves.iter().zip(outcomes) {
            if drops && *outcome == Outcome::NotApplicable {
                continue;
            }
            leaves += 1;
            caps[leaf.group] += leaf.points_thousandths;
        }
        let has_lost = leaves < program.leaves.len();
        for (cap, declared) in caps.iter_mut().zip(&program.group_caps_thousandths) {
            *cap = if has_lost { (*cap).min(*declared) } else { *declared };
        }
        Self { caps, leaves, sure_leaves: leaves - may_leave }
    }
}

/// Sums with missing data as nothing, or as the best.
struct Sums<'a> {
    base: &'a Base,
    groups: Vec<i64>,
    total: i64,
    /// The total if penalties without data turn out to be due in full: they take nothing from the points, yet
    /// they can still decide the class.
    after_open_penalties: i64,
    met: usize,
    /// No leaf surely applies, or none may.
    is_empty: bool,
}

impl<'a> Sums<'a> {
    fn of(
        program: &Program,
        base: &'a Base,
        leaves: &[Reached],
        outcomes: &[Outcome],
        figures: &[Option<i64>],
        best: bool,
    ) -> Self {
        let mut groups = vec![0; base.caps.len()];
        for (leaf, reached) in program.leaves.iter().zip(leaves) {
            groups[leaf.group] += reached.points_thousandths + if best { reached.open_thousandths } else { 0 };
        }
        for (group, cap) in groups.iter_mut().zip(&base.caps) {
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
        let counts = |outcome: &&Outcome| match outcome {
            Outcome::Met => true,
            Outcome::Unmet => false,
            Outcome::NoData => best,
            Outcome::NotApplicable => program.not_applicable == NotApplicable::Full,
        };
        Self {
            groups,
            total: total.max(0),
            after_open_penalties: (total - open_penalties).max(0),
            met: outcomes.iter().filter(counts).count(),
            is_empty: if best { base.leaves == 0 } else { base.sure_leaves == 0 },
            base,
        }
    }

    /// The highest class up to `at_most` whose conditions these sums meet with so many points together. Not the
    /// lesser of the two: a class may ask for something that a higher one does not.
    fn class(&self, program: &Program, total: i64, at_most: usize) -> usize {
        let all_points: i64 = program.group_caps_thousandths.iter().sum();
        let base_points: i64 = self.base.caps.iter().sum();
        let has_points = |class: &Class| {
            if base_points == all_points {
                return total >= class.points_thousandths;
            }
            let (left, right) = (i128::from(total), i128::from(class.points_thousandths));
            left * i128::from(all_points) >= right * i128::from(base_points)
        };
        let meets = |class: &Class| {
            has_points(class)
                && self.met * program.leaves.len() >= class.met * self.base.leaves
                && class.group_share.is_none_or(|share| {
                    self.groups.iter().zip(&self.base.caps).all(|(points, cap)| {
                        i128::from(*points) * i128::from(share.whole) >= i128::from(share.part) * i128::from(*cap)
                    })
                })
        };
        if self.is_empty {
            return 0;
        }
        program.classes[..at_most].iter().rposition(meets).map_or(0, |at| at + 1)
    }
}

fn classes(
    program: &Program,
    outcomes: &[Outcome],
    figures: &[Option<i64>],
    low: &Sums<'_>,
    best: impl Fn(usize) -> usize,
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
        Missing::Certain => (low.class(program, low.after_open_penalties, surely), best(at_best)),
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
