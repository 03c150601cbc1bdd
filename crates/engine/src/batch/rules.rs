//! The loops: points of one rule in every row of a block, −1 without data.
//!
//! Ratios are compared as products in doubles, which are exact for what [`super::fits`] lets through.

#![expect(
    clippy::inline_always,
    clippy::needless_bitwise_bool,
    reason = "compiled once for each kind of vectors, into one function; a branch in a loop would undo the vectors"
)]

use super::{Columns, NO_DATA, fits::STEPS_MAX};
use crate::program::{Fraction, Kind, Step, Value};

/// The rows of a block.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) columns: &'a Columns,
    pub(super) first: usize,
    pub(super) rows: usize,
}

impl<'a> Block<'a> {
    #[inline(always)]
    fn column(self, column: usize) -> &'a [i32] {
        &self.columns.cells[column][self.first..self.first + self.rows]
    }
}

/// Parts of one rule that are met and that have no data.
pub(super) struct PartCounts {
    met: Vec<i8>,
    open: Vec<i8>,
    points: Vec<i32>,
}

impl PartCounts {
    pub(super) fn of(rows: usize) -> Self {
        Self { met: vec![0; rows], open: vec![0; rows], points: vec![0; rows] }
    }
}

/// A number that is known to be small.
#[inline(always)]
pub(super) fn small(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Points of a rule.
#[inline(always)]
pub(super) fn points(kind: &Kind, most: i32, block: &Block<'_>, counts: &mut PartCounts, out: &mut [i32]) {
    let Kind::Parts { need, parts } = kind else { return simple(kind, most, *block, out) };
    let rows = block.rows;
    counts.met[..rows].fill(0);
    counts.open[..rows].fill(0);
    for part in parts {
        simple(part, 1, *block, &mut counts.points[..rows]);
        let counted = counts.met[..rows].iter_mut().zip(&mut counts.open[..rows]);
        for ((met, open), points) in counted.zip(&counts.points[..rows]) {
            *met += i8::from(*points >= 1);
            *open += i8::from(*points < 0);
        }
    }
    let need = i8::try_from(*need).unwrap_or(i8::MAX);
    for ((out, met), open) in out.iter_mut().zip(&counts.met[..rows]).zip(&counts.open[..rows]) {
        let unknown = if *met + *open < need { 0 } else { -1 };
        *out = if *met >= need { most } else { unknown };
    }
}

#[inline(always)]
fn simple(kind: &Kind, most: i32, block: Block<'_>, out: &mut [i32]) {
    match kind {
        Kind::Judgement { column } => of_count(block.column(*column), out, |value| if value == 1 { most } else { 0 }),
        Kind::Within { value, at_least, at_most } => within(*value, *at_least, *at_most, most, block, out),
        Kind::Steps { value, steps } => by_steps(*value, steps, block, out),
        Kind::Linear { value, from, to } => linear(*value, *from, *to, most, block, out),
        Kind::Deduction { column, each_thousandths, floor_thousandths } => {
            let (each, floor) = (small(*each_thousandths), small(*floor_thousandths));
            // More occurrences take no more than all points.
            let enough = (most + each - 1) / each;
            of_count(block.column(*column), out, |value| (most - each * value.min(enough)).max(floor));
        }
        Kind::Each { column, each_thousandths } => {
            let each = small(*each_thousandths);
            let enough = (most + each - 1) / each;
            of_count(block.column(*column), out, |value| (each * value.min(enough)).min(most));
        }
        // Parts of parts and sums have no loop: a program with them goes row by row.
        Kind::Parts { .. } | Kind::Sum { .. } => {}
    }
}

#[inline(always)]
fn of_count(values: &[i32], out: &mut [i32], points: impl Fn(i32) -> i32) {
    for (out, value) in out.iter_mut().zip(values) {
        let known = points((*value).max(0));
        *out = if *value == NO_DATA { -1 } else { known };
    }
}

/// Points of a ratio from its part and whole; a share has none where the part is greater or the whole empty.
#[inline(always)]
fn of_ratio(value: Value, block: Block<'_>, out: &mut [i32], points: impl Fn(f64, f64) -> i32) {
    match value {
        Value::Share { part, whole } => {
            for ((out, part), whole) in out.iter_mut().zip(block.column(part)).zip(block.column(whole)) {
                let known = points(f64::from(*part), f64::from(*whole));
                let has_data = (*part >= 0) & (*whole > 0) & (*part <= *whole);
                *out = if has_data { known } else { -1 };
            }
        }
        Value::Change { current, previous } => {
            for ((out, current), previous) in out.iter_mut().zip(block.column(current)).zip(block.column(previous)) {
                let known = points(f64::from(*current), f64::from(*previous));
                let has_data = (*current >= 0) & (*previous >= 0);
                *out = if has_data { known } else { -1 };
            }
        }
        Value::Count { .. } => {}
    }
}

/// Numerator and denominator of a bound.
#[inline(always)]
fn double(bound: Fraction) -> (f64, f64) {
    (f64::from(small(bound.part)), f64::from(small(bound.whole)))
}

#[inline(always)]
fn within(
    value: Value,
    at_least: Option<Fraction>,
    at_most: Option<Fraction>,
    most: i32,
    block: Block<'_>,
    out: &mut [i32],
) {
    if let Value::Count { column } = value {
        // Between two counts a bound asks for the next one up, or the next one down.
        let low = at_least.map_or(0, |bound| small((bound.part + bound.whole - 1) / bound.whole));
        let high = at_most.map_or(i32::MAX, |bound| small(bound.part / bound.whole));
        return of_count(block.column(column), out, |value| if (value >= low) & (value <= high) { most } else { 0 });
    }
    match (at_least.map(double), at_most.map(double)) {
        (Some((part, whole)), None) => {
            of_ratio(value, block, out, |found, of| if found * whole >= part * of { most } else { 0 });
        }
        (None, Some((part, whole))) => {
            of_ratio(value, block, out, |found, of| if found * whole <= part * of { most } else { 0 });
        }
        (low, high) => {
            // Without a bound everything passes.
            let ((low, low_of), (high, high_of)) = (low.unwrap_or((0.0, 1.0)), high.unwrap_or((1.0, 0.0)));
            of_ratio(value, block, out, |found, of| {
                let is_within = (found * low_of >= low * of) & (found * high_of <= high * of);
                if is_within { most } else { 0 }
            });
        }
    }
}

#[inline(always)]
fn by_steps(value: Value, steps: &[Step], block: Block<'_>, out: &mut [i32]) {
    match steps.len() {
        1 => steps_of::<1>(value, steps, block, out),
        2 => steps_of::<2>(value, steps, block, out),
        3 => steps_of::<3>(value, steps, block, out),
        4 => steps_of::<4>(value, steps, block, out),
        5 => steps_of::<5>(value, steps, block, out),
        6 => steps_of::<6>(value, steps, block, out),
        _ => steps_of::<STEPS_MAX>(value, steps, block, out),
    }
}

/// The last step that is passed gives its points; a step that is not there is like the one before it.
#[inline(always)]
fn steps_of<const N: usize>(value: Value, steps: &[Step], block: Block<'_>, out: &mut [i32]) {
    let step = |at: usize| steps[at.min(steps.len() - 1)];
    let points: [i32; N] = std::array::from_fn(|at| small(step(at).points_thousandths));
    if let Value::Count { column } = value {
        let first: [i32; N] = std::array::from_fn(|at| {
            let Step { bound, inclusive, .. } = step(at);
            small(if inclusive { (bound.part + bound.whole - 1) / bound.whole } else { bound.part / bound.whole + 1 })
        });
        return of_count(block.column(column), out, |value| {
            let mut found = 0;
            for at in 0..N {
                found = if value >= first[at] { points[at] } else { found };
            }
            found
        });
    }
    let bounds: [(f64, f64); N] = std::array::from_fn(|at| double(step(at).bound));
    if steps.iter().all(|step| step.inclusive) {
        return of_ratio(value, block, out, |part, of| {
            let mut found = 0;
            for at in 0..N {
                found = if part * bounds[at].1 >= bounds[at].0 * of { points[at] } else { found };
            }
            found
        });
    }
    let inclusive: [bool; N] = std::array::from_fn(|at| step(at).inclusive);
    of_ratio(value, block, out, |part, of| {
        let mut found = 0;
        for at in 0..N {
            let (left, right) = (part * bounds[at].1, bounds[at].0 * of);
            found = if (left > right) | ((left >= right) & inclusive[at]) { points[at] } else { found };
        }
        found
    });
}

/// `floor((2 × most × above + range) / (2 × range))`: half up. A quotient that was rounded to the next whole is put
/// right by what is left of the division, which is exact.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "points have 24 bits")]
fn scaled(most: f64, above: f64, range: f64) -> i32 {
    let above = above.max(0.0).min(range);
    let (numerator, denominator) = (2.0 * most * above + range, 2.0 * range);
    let quotient = (numerator / denominator).floor();
    let left = numerator - quotient * denominator;
    let quotient = if left < 0.0 { quotient - 1.0 } else { quotient };
    let quotient = if left >= denominator { quotient + 1.0 } else { quotient };
    quotient as i32
}

#[inline(always)]
fn linear(value: Value, from: Fraction, to: Fraction, most: i32, block: Block<'_>, out: &mut [i32]) {
    let ((from_part, from_whole), (to_part, to_whole)) = (double(from), double(to));
    let range = to_part * from_whole - from_part * to_whole;
    // Where less is better both change their sign.
    let sign = if range < 0.0 { -1.0 } else { 1.0 };
    let most = f64::from(most);
    if let Value::Count { column } = value {
        return of_count(block.column(column), out, |value| {
            let above = to_whole * (f64::from(value) * from_whole - from_part);
            scaled(most, sign * above, sign * range)
        });
    }
    of_ratio(value, block, out, |part, of| {
        // What has no data is worked out on a whole of one and then dropped.
        let of = if of > 0.0 { of } else { 1.0 };
        let above = to_whole * (part * from_whole - from_part * of);
        scaled(most, sign * above, sign * range * of)
    });
}
