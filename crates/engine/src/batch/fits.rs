//! Which programs have loops, and which figures fit them. Whatever is not named here goes row by row.

use super::Columns;
use crate::program::{Class, Fraction, Kind, Leaf, Program, Test, Value};

/// The most points of a leaf, of extras and of all together, in thousandths.
const POINTS_MAX: i64 = 1 << 24;

/// The greatest number in a bound: a figure of 30 bits times it is exact in a double.
const BOUND_MAX: i64 = 1 << 20;

/// More steps than this have no loop.
pub(super) const STEPS_MAX: usize = 8;

/// Whether results have room for what the program gives.
pub(super) fn numbers(program: &Program) -> bool {
    let leaves = program.leaves.iter().map(|leaf| leaf.points_thousandths);
    let extras = program.extras.iter().map(|extra| extra.points_thousandths);
    let most = leaves.chain(extras).try_fold(0i64, i64::checked_add);
    let caps = program.group_caps_thousandths.iter().copied().try_fold(0i64, i64::checked_add);
    let is_small = |sum: Option<i64>| sum.is_some_and(|sum| (0..=i64::from(i32::MAX)).contains(&sum));
    program.leaves.len() < usize::from(u8::MAX) && program.classes.len() <= 100 && is_small(most) && is_small(caps)
}

/// Whether every rule of a program has a loop that is exact for these figures.
pub(super) fn loops(program: &Program, columns: &Columns) -> bool {
    let leaves = program.leaves.iter().all(|leaf| leaf_fits(leaf, columns));
    let extras = program.extras.iter().all(|extra| kind(&extra.kind, extra.points_thousandths, columns, true));
    let gates = program.gates.iter().all(|gate| match &gate.test {
        Test::Own(own) => kind(own, 1, columns, true),
        Test::Leaf(_) => true,
    });
    let sum: i64 = program.leaves.iter().map(|leaf| leaf.points_thousandths).sum::<i64>()
        + program.extras.iter().map(|extra| extra.points_thousandths).sum::<i64>();
    let caps = program.group_caps_thousandths.iter().all(|cap| points(*cap));
    leaves && extras && gates && caps && points(sum) && ascending(&program.classes)
}

fn leaf_fits(leaf: &Leaf, columns: &Columns) -> bool {
    // A leaf whose bar for "met" is out of its reach would be unmet even without data.
    let bar_fits = (1..=leaf.points_thousandths).contains(&leaf.met_at_thousandths);
    leaf.applies.is_none() && bar_fits && kind(&leaf.kind, leaf.points_thousandths, columns, true)
}

/// Each class asks for at least what the one below asks for: those that are reached then are the first so many.
fn ascending(classes: &[Class]) -> bool {
    let share = |class: &Class| class.group_share.map_or((0, 1), |share| (share.part, share.whole));
    let fits =
        |class: &Class| points(class.points_thousandths) && share(class).0 <= BOUND_MAX && share(class).1 <= BOUND_MAX;
    classes.iter().all(fits)
        && classes.windows(2).all(|pair| {
            let ((low, low_of), (high, high_of)) = (share(&pair[0]), share(&pair[1]));
            pair[0].points_thousandths <= pair[1].points_thousandths
                && pair[0].met <= pair[1].met
                && low * high_of <= high * low_of
        })
}

fn points(points: i64) -> bool {
    (0..=POINTS_MAX).contains(&points)
}

fn bound(fraction: &Fraction) -> bool {
    (0..=BOUND_MAX).contains(&fraction.part) && (1..=BOUND_MAX).contains(&fraction.whole)
}

fn kind(kind: &Kind, most: i64, columns: &Columns, may_have_parts: bool) -> bool {
    points(most)
        && match kind {
            Kind::Judgement { .. } => true,
            Kind::Within { at_least, at_most, .. } => at_least.iter().chain(at_most).all(bound),
            Kind::Steps { steps, .. } => {
                (1..=STEPS_MAX).contains(&steps.len())
                    && steps.iter().all(|step| bound(&step.bound) && points(step.points_thousandths))
            }
            Kind::Linear { value, from, to } => scale(*value, *from, *to, most, columns),
            Kind::Deduction { each_thousandths, floor_thousandths, .. } => {
                *each_thousandths > 0 && points(*each_thousandths) && points(*floor_thousandths)
            }
            Kind::Each { each_thousandths, .. } => *each_thousandths > 0 && points(*each_thousandths),
            Kind::Parts { parts, .. } => {
                may_have_parts && parts.len() < 100 && parts.iter().all(|part| self::kind(part, 1, columns, false))
            }
            Kind::Sum { .. } => false,
        }
}

/// Whether every product of a scale is exact in a double, for the figures that are there.
fn scale(value: Value, from: Fraction, to: Fraction, most: i64, columns: &Columns) -> bool {
    let wide = |number: i64| i128::from(number);
    let (a, b) = match value {
        Value::Count { column } => (i128::from(columns.most[column]), 1),
        Value::Share { whole, .. } => (i128::from(columns.most[whole]), i128::from(columns.most[whole])),
        Value::Change { .. } => return false,
    };
    let range = wide(to.part) * wide(from.whole) - wide(from.part) * wide(to.whole);
    let products = [
        wide(to.whole) * wide(from.whole) * a,
        wide(to.whole) * wide(from.part) * b,
        (2 * wide(most) + 1) * range.abs() * b.max(1),
    ];
    range != 0 && bound(&from) && bound(&to) && products.into_iter().all(|product| product < 1 << 51)
}
