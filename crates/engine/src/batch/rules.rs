//! The loops: points of one rule in every row of a block, −1 without data.
//!
//! Ratios are compared as products in doubles, which are exact for what [`super::fits`] lets through.

#![expect(clippy::needless_bitwise_bool, reason = "a branch in a loop would undo the vectors")]
#![cfg_attr(
    not(debug_assertions),
    expect(clippy::inline_always, reason = "compiled once for each kind of vectors, into one function")
)]

use super::{Columns, NO_DATA, fits::STEPS_MAX};
use crate::program::{Fraction, Kind, Step, Value};

/// Rows that are worked on together: so many bytes are one wide vector.
pub(super) const LANES: usize = 64;

/// Points of as many rows.
pub(super) type Lanes = [i32; LANES];

/// The rows of a block, a multiple of [`LANES`].
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) columns: &'a Columns,
    pub(super) first: usize,
    pub(super) rows: usize,
}

impl<'a> Block<'a> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn column(self, column: usize) -> &'a [Lanes] {
        lanes(&self.columns.cells[column][self.first..self.first + self.rows])
    }

    /// The columns of a rule with one or two of them.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn read_by(self, kind: &Kind) -> [&'a [Lanes]; 2] {
        let (one, other) = match kind {
            Kind::Judgement { column } | Kind::Deduction { column, .. } | Kind::Each { column, .. } => (*column, None),
            Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } => match *value {
                Value::Count { column } => (column, None),
                Value::Share { part, whole } => (part, Some(whole)),
                Value::Change { current, previous } => (current, Some(previous)),
            },
            Kind::Parts { .. } | Kind::Sum { .. } => return [&[]; 2],
        };
        [self.column(one), other.map_or(&[], |other| self.column(other))]
    }

    /// The greatest figure of a column in the whole batch.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn most(self, column: usize) -> i64 {
        i64::from(self.columns.most[column])
    }
}

/// A stretch of rows as lanes.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn lanes(values: &[i32]) -> &[Lanes] {
    values.as_chunks().0
}

/// What takes the points of a rule.
pub(super) trait Sink {
    /// Takes the points of the lanes in their place.
    fn put(&mut self, at: usize, points: &Lanes);
}

/// Keeps them.
impl Sink for &mut [Lanes] {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(&mut self, at: usize, points: &Lanes) {
        self[at] = *points;
    }
}

/// Parts of one rule that are met and that have no data.
pub(super) struct PartCounts {
    met: Vec<[i8; LANES]>,
    open: Vec<[i8; LANES]>,
}

impl PartCounts {
    pub(super) fn of(rows: usize) -> Self {
        let zeros = || vec![[0; LANES]; rows / LANES];
        Self { met: zeros(), open: zeros() }
    }
}

impl Sink for &mut PartCounts {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(&mut self, at: usize, points: &Lanes) {
        for (met, points) in self.met[at].iter_mut().zip(points) {
            *met += i8::from(*points >= 1);
        }
        for (open, points) in self.open[at].iter_mut().zip(points) {
            *open += i8::from(*points < 0);
        }
    }
}

/// A number that is known to be small.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn small(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Points of a rule.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn points(kind: &Kind, most: i32, block: &Block<'_>, counts: &mut PartCounts, mut sink: impl Sink) {
    let Kind::Parts { need, parts } = kind else { return simple(kind, most, *block, &mut sink) };
    let places = block.rows / LANES;
    counts.met[..places].fill([0; LANES]);
    counts.open[..places].fill([0; LANES]);
    for part in parts {
        simple(part, 1, *block, &mut &mut *counts);
    }
    let need = i8::try_from(*need).unwrap_or(i8::MAX);
    for (at, (met, open)) in counts.met[..places].iter().zip(&counts.open[..places]).enumerate() {
        let mut points = [0; LANES];
        for ((points, met), open) in points.iter_mut().zip(met).zip(open) {
            let unknown = if *met + *open < need { 0 } else { -1 };
            *points = if *met >= need { most } else { unknown };
        }
        sink.put(at, &points);
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn simple(kind: &Kind, most: i32, block: Block<'_>, sink: &mut impl Sink) {
    match kind {
        Kind::Judgement { column } => of_count(block.column(*column), sink, |value| if value == 1 { most } else { 0 }),
        Kind::Within { value, at_least, at_most } => within(*value, *at_least, *at_most, most, block, sink),
        Kind::Steps { value, steps } => by_steps(*value, steps, block, sink),
        Kind::Linear { value, from, to } => linear(*value, *from, *to, most, block, sink),
        Kind::Deduction { column, each_thousandths, floor_thousandths } => {
            let (each, floor) = (small(*each_thousandths), small(*floor_thousandths));
            // More occurrences take no more than all points. What has no data may overflow and is dropped.
            let enough = (most + each - 1) / each;
            of_count(block.column(*column), sink, |value| {
                most.wrapping_sub(each.wrapping_mul(value.min(enough))).max(floor)
            });
        }
        Kind::Each { column, each_thousandths } => {
            let each = small(*each_thousandths);
            let enough = (most + each - 1) / each;
            of_count(block.column(*column), sink, |value| each.wrapping_mul(value.min(enough)).min(most));
        }
        // Parts of parts and sums have no loop: a program with them goes row by row.
        Kind::Parts { .. } | Kind::Sum { .. } => {}
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn of_count(values: &[Lanes], sink: &mut impl Sink, points: impl Fn(i32) -> i32) {
    for (at, values) in values.iter().enumerate() {
        let mut found = [0; LANES];
        for (found, value) in found.iter_mut().zip(values) {
            let known = points(*value);
            *found = if *value == NO_DATA { -1 } else { known };
        }
        sink.put(at, &found);
    }
}

/// Points of a ratio from its part and whole; a share has none where the part is greater or the whole empty.
#[cfg_attr(not(debug_assertions), inline(always))]
fn of_ratio(value: Value, block: Block<'_>, sink: &mut impl Sink, points: impl Fn(i32, i32) -> i32) {
    match value {
        Value::Share { part, whole } => {
            of_pair(block, (part, whole), sink, &points, |part, whole| (part >= 0) & (whole > 0) & (part <= whole));
        }
        Value::Change { current, previous } => {
            of_pair(block, (current, previous), sink, &points, |current, previous| (current >= 0) & (previous >= 0));
        }
        Value::Count { .. } => {}
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn of_pair(
    block: Block<'_>,
    (one, other): (usize, usize),
    sink: &mut impl Sink,
    points: &impl Fn(i32, i32) -> i32,
    has_data: impl Fn(i32, i32) -> bool,
) {
    for (at, (ones, others)) in block.column(one).iter().zip(block.column(other)).enumerate() {
        let mut found = [0; LANES];
        for ((found, one), other) in found.iter_mut().zip(ones).zip(others) {
            let known = points(*one, *other);
            *found = if has_data(*one, *other) { known } else { -1 };
        }
        sink.put(at, &found);
    }
}

/// Whether the products with these bounds fit 32 bits for the figures that are there; what has no data may overflow
/// and is dropped.
#[cfg_attr(not(debug_assertions), inline(always))]
fn fits_32_bits(value: Value, block: Block<'_>, mut bounds: impl Iterator<Item = Fraction>) -> bool {
    let (Value::Share { part: one, whole: other } | Value::Change { current: one, previous: other }) = value else {
        return false;
    };
    let fits = |product: i64| product <= i64::from(i32::MAX);
    bounds.all(|bound| fits(block.most(one) * bound.whole) && fits(block.most(other) * bound.part))
}

/// Numerator and denominator of a bound.
#[cfg_attr(not(debug_assertions), inline(always))]
fn double(bound: Fraction) -> (f64, f64) {
    (f64::from(small(bound.part)), f64::from(small(bound.whole)))
}

/// The same in 32 bits.
#[cfg_attr(not(debug_assertions), inline(always))]
fn narrow(bound: Fraction) -> (i32, i32) {
    (small(bound.part), small(bound.whole))
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn within(
    value: Value,
    at_least: Option<Fraction>,
    at_most: Option<Fraction>,
    most: i32,
    block: Block<'_>,
    sink: &mut impl Sink,
) {
    if let Value::Count { column } = value {
        // Between two counts a bound asks for the next one up, or the next one down.
        let low = at_least.map_or(0, |bound| small((bound.part + bound.whole - 1) / bound.whole));
        let high = at_most.map_or(i32::MAX, |bound| small(bound.part / bound.whole));
        return of_count(block.column(column), sink, |value| if (value >= low) & (value <= high) { most } else { 0 });
    }
    if let (Some(bound), None) = (at_least, at_most)
        && fits_32_bits(value, block, at_least.into_iter())
    {
        let (part, whole) = narrow(bound);
        return of_ratio(
            value,
            block,
            sink,
            |found, of| {
                if found.wrapping_mul(whole) >= part.wrapping_mul(of) { most } else { 0 }
            },
        );
    }
    // Without a bound everything passes.
    let ((low, low_of), (high, high_of)) = (at_least.map_or((0.0, 1.0), double), at_most.map_or((1.0, 0.0), double));
    of_ratio(value, block, sink, |found, of| {
        let (found, of) = (f64::from(found), f64::from(of));
        let is_within = (found * low_of >= low * of) & (found * high_of <= high * of);
        if is_within { most } else { 0 }
    });
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn by_steps(value: Value, steps: &[Step], block: Block<'_>, sink: &mut impl Sink) {
    match steps.len() {
        1 | 2 => steps_of::<2>(value, steps, block, sink),
        3 | 4 => steps_of::<4>(value, steps, block, sink),
        _ => steps_of::<STEPS_MAX>(value, steps, block, sink),
    }
}

/// The last step that is passed gives its points; a step that is not there is like the last one.
#[cfg_attr(not(debug_assertions), inline(always))]
fn steps_of<const N: usize>(value: Value, steps: &[Step], block: Block<'_>, sink: &mut impl Sink) {
    let step = |at: usize| steps[at.min(steps.len() - 1)];
    let points: [i32; N] = std::array::from_fn(|at| small(step(at).points_thousandths));
    if let Value::Count { column } = value {
        let first: [i32; N] = std::array::from_fn(|at| {
            let Step { bound, inclusive, .. } = step(at);
            small(if inclusive { (bound.part + bound.whole - 1) / bound.whole } else { bound.part / bound.whole + 1 })
        });
        return of_count(block.column(column), sink, |value| {
            let mut found = 0;
            for at in 0..N {
                found = if value >= first[at] { points[at] } else { found };
            }
            found
        });
    }
    let inclusive: [bool; N] = std::array::from_fn(|at| step(at).inclusive);
    if inclusive == [true; N] && fits_32_bits(value, block, steps.iter().map(|step| step.bound)) {
        let bounds: [(i32, i32); N] = std::array::from_fn(|at| narrow(step(at).bound));
        return of_ratio(value, block, sink, |part, of| {
            let mut found = 0;
            for at in 0..N {
                let passes = part.wrapping_mul(bounds[at].1) >= bounds[at].0.wrapping_mul(of);
                found = if passes { points[at] } else { found };
            }
            found
        });
    }
    let bounds: [(f64, f64); N] = std::array::from_fn(|at| double(step(at).bound));
    of_ratio(value, block, sink, |part, of| {
        let (part, of) = (f64::from(part), f64::from(of));
        let mut found = 0;
        for at in 0..N {
            let (left, right) = (part * bounds[at].1, bounds[at].0 * of);
            found = if (left > right) | ((left >= right) & inclusive[at]) { points[at] } else { found };
        }
        found
    });
}

/// `floor((2 × most × above + range) / (2 × range))`: half up. A quotient that came out one beside is put right by
/// what is left of the division, which is exact. `inverse` is about `1 / (2 × range)`.
#[cfg_attr(not(debug_assertions), inline(always))]
fn scaled(most: f64, above: f64, range: f64, inverse: f64) -> i32 {
    let above = above.max(0.0).min(range);
    let (numerator, denominator) = (2.0 * most * above + range, 2.0 * range);
    let quotient = (numerator * inverse).floor();
    let left = numerator - quotient * denominator;
    let quotient = quotient - if left < 0.0 { 1.0 } else { 0.0 } + if left >= denominator { 1.0 } else { 0.0 };
    // The low bits of a double of this size are the number: a cast would look at each one for itself.
    #[expect(clippy::cast_possible_truncation, reason = "points have 24 bits")]
    let bits = (quotient + TWO_TO_THE_52).to_bits() as u32;
    bits.cast_signed()
}

/// From here on doubles are whole.
const TWO_TO_THE_52: f64 = 4_503_599_627_370_496.0;

#[cfg_attr(not(debug_assertions), inline(always))]
fn linear(value: Value, from: Fraction, to: Fraction, most: i32, block: Block<'_>, sink: &mut impl Sink) {
    let ((from_part, from_whole), (to_part, to_whole)) = (double(from), double(to));
    let range = to_part * from_whole - from_part * to_whole;
    // Where less is better both change their sign.
    let (sign, range) = if range < 0.0 { (-1.0, -range) } else { (1.0, range) };
    let (most, inverse) = (f64::from(most), 0.5 / range);
    let (factor, base) = (sign * to_whole * from_whole, sign * to_whole * from_part);
    if let Value::Count { column } = value {
        return of_count(block.column(column), sink, |value| {
            scaled(most, f64::from(value) * factor - base, range, inverse)
        });
    }
    of_ratio(value, block, sink, |part, of| {
        // What has no data is worked out on a whole of one and then dropped.
        let (part, of) = (f64::from(part), f64::from(of.max(1)));
        scaled(most, part * factor - of * base, range * of, inverse / of)
    });
}
