//! One block of rows: leaves group by group, extras, gates, class.

#![expect(clippy::needless_bitwise_bool, reason = "a branch in a loop would undo the vectors")]
#![cfg_attr(
    not(debug_assertions),
    expect(clippy::inline_always, reason = "compiled once for each kind of vectors, into one function")
)]

use super::{
    BLOCK_ROWS, Columns, Part, arms,
    rules::{self, LANES, Lanes, Sink},
};
use crate::program::{Class, Extra, Gate, Missing, Program, Test};

/// What a block needs beside its results, used again for the next one.
pub(super) struct Scratch {
    /// The leaves in the order of their groups.
    order: Vec<usize>,
    /// Points of one rule.
    points: Vec<Lanes>,
    /// Counts of one rule with parts.
    parts: rules::PartCounts,
    sums: Sums,
}

/// Sums of each row, with missing data as nothing and, where a class must be certain, as the best.
struct Sums {
    low: Side,
    high: Side,
    /// What penalties without data would take.
    open_penalties: Vec<i32>,
    /// A gate has no data.
    open: Vec<u8>,
    met: Vec<[u8; LANES]>,
    no_data: Vec<[u8; LANES]>,
}

/// One way to take missing data.
struct Side {
    group: Vec<Lanes>,
    total: Vec<i32>,
    /// The highest class that the gates and the shares of groups leave.
    limit: Vec<u8>,
}

impl Side {
    fn of() -> Self {
        let group = vec![[0; LANES]; BLOCK_ROWS / LANES];
        Self { group, total: vec![0; BLOCK_ROWS], limit: vec![0; BLOCK_ROWS] }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn begin(&mut self, rows: usize, classes: u8) {
        self.total[..rows].fill(0);
        self.limit[..rows].fill(classes);
    }

    /// Cuts the group at its cap, adds it, and takes away the classes whose share it does not reach.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end_group(&mut self, rows: usize, cap: i32, classes: &[Class]) {
        let (group, total) = (&mut self.group.as_flattened_mut()[..rows], &mut self.total[..rows]);
        for (group, total) in group.iter_mut().zip(total) {
            *group = (*group).min(cap);
            *total += *group;
        }
        for (at, class) in classes.iter().enumerate() {
            let Some(share) = class.group_share else { continue };
            // Not less than `cap × part / whole`, up to a thousandth.
            let least = (i64::from(cap) * share.part + share.whole - 1) / share.whole;
            let (least, below) = (rules::small(least), small_count(at));
            for (points, limit) in self.group.as_flattened()[..rows].iter().zip(&mut self.limit[..rows]) {
                *limit = if *points >= least { *limit } else { (*limit).min(below) };
            }
        }
    }
}

/// Points are dropped once they are added.
const DROP: u8 = 0;
/// They are read again in this block.
const KEEP: u8 = 1;
/// They are results, and not read again.
const GIVE: u8 = 2;

/// Adds the points of a leaf to its group and counts it; keeps them where they are asked for.
struct Adding<'a, const POINTS: u8, const CERTAIN: bool> {
    most: i32,
    met_at: i32,
    /// What the next leaf reads.
    next: [&'a [Lanes]; 2],
    kept: &'a mut [Lanes],
    low: &'a mut [Lanes],
    high: &'a mut [Lanes],
    met: &'a mut [[u8; LANES]],
    no_data: &'a mut [[u8; LANES]],
}

impl<const POINTS: u8, const CERTAIN: bool> Sink for Adding<'_, POINTS, CERTAIN> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn put(&mut self, at: usize, points: &Lanes) {
        for next in self.next {
            if let Some(cells) = next.get(at) {
                arms::fetch(cells);
            }
        }
        match POINTS {
            KEEP => self.kept[at] = *points,
            GIVE => arms::write_past(&mut self.kept[at], points),
            _ => {}
        }
        for (sum, points) in self.low[at].iter_mut().zip(points) {
            *sum += (*points).max(0);
        }
        if CERTAIN {
            for (sum, points) in self.high[at].iter_mut().zip(points) {
                *sum += if *points < 0 { self.most } else { *points };
            }
        }
        for (met, points) in self.met[at].iter_mut().zip(points) {
            *met += u8::from(*points >= self.met_at);
        }
        for (no_data, points) in self.no_data[at].iter_mut().zip(points) {
            *no_data += u8::from(*points < 0);
        }
    }
}

impl Scratch {
    pub(super) fn of(program: &Program) -> Self {
        let mut order: Vec<usize> = (0..program.leaves.len()).collect();
        order.sort_by_key(|at| program.leaves[*at].group);
        let counts = || vec![[0; LANES]; BLOCK_ROWS / LANES];
        Self {
            order,
            points: vec![[0; LANES]; BLOCK_ROWS / LANES],
            parts: rules::PartCounts::of(BLOCK_ROWS),
            sums: Sums {
                low: Side::of(),
                high: Side::of(),
                open_penalties: vec![0; BLOCK_ROWS],
                open: vec![0; BLOCK_ROWS],
                met: counts(),
                no_data: counts(),
            },
        }
    }
}

fn small_count(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}

/// Scores the rows of a part: no more than a block, and a multiple of [`LANES`].
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn score(program: &Program, columns: &Columns, part: &mut Part<'_>, scratch: &mut Scratch) {
    match program.missing {
        Missing::Certain => score_as::<true>(program, columns, part, scratch),
        Missing::Tolerated { .. } => score_as::<false>(program, columns, part, scratch),
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn score_as<const CERTAIN: bool>(program: &Program, columns: &Columns, part: &mut Part<'_>, scratch: &mut Scratch) {
    let rows = part.totals.len();
    let block = rules::Block { columns, first: part.first_row, rows };
    let Scratch { order, points, parts, sums } = scratch;
    let points = &mut points[..rows / LANES];
    let classes = small_count(program.classes.len());
    sums.low.begin(rows, classes);
    sums.high.begin(rows, classes);
    sums.open[..rows].fill(0);
    sums.met.fill([0; LANES]);
    sums.no_data.fill([0; LANES]);
    sums.open_penalties[..rows].fill(0);

    let mut rest = order.as_slice();
    for (group, cap) in program.group_caps_thousandths.iter().enumerate() {
        let end = rest.iter().position(|at| program.leaves[*at].group != group).unwrap_or(rest.len());
        let (inside, after) = rest.split_at(end);
        rest = after;
        sums.low.group.fill([0; LANES]);
        if CERTAIN {
            sums.high.group.fill([0; LANES]);
        }
        for (place, at) in inside.iter().enumerate() {
            let leaf = &program.leaves[*at];
            let following = inside.get(place + 1).or(rest.first());
            let next = following.map_or([&[][..]; 2], |next| block.read_by(&program.leaves[*next].kind));
            let is_tested = |gate: &&Gate| matches!(gate.test, Test::Leaf(tested) if tested == *at);
            let (most, met_at) = (rules::small(leaf.points_thousandths), rules::small(leaf.met_at_thousandths));
            let given = part.points.get_mut(*at);
            if program.gates.iter().any(|gate| is_tested(&gate)) {
                let kept = given.map_or(&mut *points, |given| given.as_chunks_mut().0);
                rules::points(&leaf.kind, most, &block, parts, adding::<KEEP, CERTAIN>(most, met_at, next, kept, sums));
                for gate in program.gates.iter().filter(is_tested) {
                    apply(gate, kept.as_flattened(), met_at, sums, rows);
                }
            } else if let Some(given) = given {
                let given = given.as_chunks_mut().0;
                rules::points(
                    &leaf.kind,
                    most,
                    &block,
                    parts,
                    adding::<GIVE, CERTAIN>(most, met_at, next, given, sums),
                );
            } else {
                let none = &mut [];
                rules::points(&leaf.kind, most, &block, parts, adding::<DROP, CERTAIN>(most, met_at, next, none, sums));
            }
        }
        let cap = rules::small(*cap);
        sums.low.end_group(rows, cap, &program.classes);
        if CERTAIN {
            sums.high.end_group(rows, cap, &program.classes);
        }
    }
    for extra in &program.extras {
        rules::points(&extra.kind, rules::small(extra.points_thousandths), &block, parts, &mut *points);
        add_extra(extra, points.as_flattened(), sums, rows, CERTAIN);
    }
    for gate in &program.gates {
        if let Test::Own(kind) = &gate.test {
            rules::points(kind, 1, &block, parts, &mut *points);
            apply(gate, points.as_flattened(), 1, sums, rows);
        }
    }
    finish(program, part, sums, rows);
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn adding<'a, const POINTS: u8, const CERTAIN: bool>(
    most: i32,
    met_at: i32,
    next: [&'a [Lanes]; 2],
    kept: &'a mut [Lanes],
    sums: &'a mut Sums,
) -> Adding<'a, POINTS, CERTAIN> {
    let Sums { low, high, met, no_data, .. } = sums;
    Adding { most, met_at, next, kept, low: &mut low.group, high: &mut high.group, met, no_data }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn add_extra(extra: &Extra, points: &[i32], sums: &mut Sums, rows: usize, is_certain: bool) {
    let most = rules::small(extra.points_thousandths);
    let sign = if extra.is_penalty { -1 } else { 1 };
    for (total, points) in sums.low.total[..rows].iter_mut().zip(points) {
        *total += sign * (*points).max(0);
    }
    if !is_certain {
        return;
    }
    // Without data a bonus is given at best, and a penalty is not due.
    let at_best = if extra.is_penalty { 0 } else { most };
    for (total, points) in sums.high.total[..rows].iter_mut().zip(points) {
        *total += if *points < 0 { at_best } else { sign * *points };
    }
    if extra.is_penalty {
        for (open, points) in sums.open_penalties[..rows].iter_mut().zip(points) {
            *open += if *points < 0 { most } else { 0 };
        }
    }
}

/// What a gate without data could still take is taken from the low side alone.
#[cfg_attr(not(debug_assertions), inline(always))]
fn apply(gate: &Gate, points: &[i32], holds_from: i32, sums: &mut Sums, rows: usize) {
    let at_most = small_count(gate.at_most);
    for (limit, points) in sums.low.limit[..rows].iter_mut().zip(points) {
        *limit = if *points >= holds_from { *limit } else { (*limit).min(at_most) };
    }
    for (limit, points) in sums.high.limit[..rows].iter_mut().zip(points) {
        let surely_fails = (*points < holds_from) & (*points >= 0);
        *limit = if surely_fails { (*limit).min(at_most) } else { *limit };
    }
    for (open, points) in sums.open[..rows].iter_mut().zip(points) {
        *open |= u8::from(*points < 0);
    }
}

/// Totals and counts go out, and the class is found.
#[cfg_attr(not(debug_assertions), inline(always))]
fn finish(program: &Program, part: &mut Part<'_>, sums: &mut Sums, rows: usize) {
    part.met.copy_from_slice(&sums.met.as_flattened()[..rows]);
    part.no_data.copy_from_slice(&sums.no_data.as_flattened()[..rows]);
    part.not_applicable.fill(0);
    for (out, total) in part.totals.iter_mut().zip(&sums.low.total[..rows]) {
        *out = (*total).max(0);
    }
    match program.missing {
        Missing::Certain => certain(program, part, sums, rows),
        Missing::Tolerated { leaves } => tolerated(program, part, sums, rows, small_count(leaves)),
    }
}

/// How many classes have what they ask for, apart from shares and gates; they ascend, so these are the first ones.
#[cfg_attr(not(debug_assertions), inline(always))]
fn reached(classes: &[Class], total: &[i32], met: &[u8], out: &mut [i8]) {
    out.fill(0);
    for class in classes {
        let (points, count) = (rules::small(class.points_thousandths), small_count(class.met));
        for ((out, total), met) in out.iter_mut().zip(total).zip(met) {
            *out += i8::from((*total >= points) & (*met >= count));
        }
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn tolerated(program: &Program, part: &mut Part<'_>, sums: &mut Sums, rows: usize, leaves: u8) {
    reached(&program.classes, part.totals, part.met, part.classes);
    let (low, high) = (&sums.low.limit[..rows], &sums.high.limit[..rows]);
    let (no_data, open) = (&sums.no_data.as_flattened()[..rows], &sums.open[..rows]);
    let sides = low.iter().zip(high).zip(no_data.iter().zip(open));
    for (class, ((low, high), (no_data, open))) in part.classes.iter_mut().zip(sides) {
        let known = narrow(u8::try_from(*class).unwrap_or(0).min(*low));
        let unknown = if (*no_data > leaves) | (*open != 0) { -1 } else { known };
        *class = if *high == 0 { 0 } else { unknown };
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn certain(program: &Program, part: &mut Part<'_>, sums: &mut Sums, rows: usize) {
    let Sums { low, high, open_penalties, met, no_data, .. } = sums;
    for (total, open) in low.total[..rows].iter_mut().zip(&open_penalties[..rows]) {
        *total = (*total - open).max(0);
    }
    for total in &mut high.total[..rows] {
        *total = (*total).max(0);
    }
    // At best everything without data is met.
    for (met, no_data) in met.as_flattened_mut()[..rows].iter_mut().zip(&no_data.as_flattened()[..rows]) {
        *met += no_data;
    }
    let mut best = [0i8; BLOCK_ROWS];
    reached(&program.classes, &low.total[..rows], part.met, part.classes);
    reached(&program.classes, &high.total[..rows], &met.as_flattened()[..rows], &mut best[..rows]);
    let limits = low.limit[..rows].iter().zip(&high.limit[..rows]);
    for ((class, best), (low, high)) in part.classes.iter_mut().zip(&best[..rows]).zip(limits) {
        let (worst, best) = ((*class).min(narrow(*low)), (*best).min(narrow(*high)));
        *class = if worst == best { worst } else { -1 };
    }
}

/// Classes are 100 at most.
#[cfg_attr(not(debug_assertions), inline(always))]
fn narrow(class: u8) -> i8 {
    class.cast_signed()
}
