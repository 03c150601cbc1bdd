//! Random programs of every shape that the engine's documents allow: caps that bind and that do not, classes in
//! and out of order, steps that fall again, rules that read the same figure.
//!
//! Rules below [`Kind::Parts`] and in gates get one point, so they are never a sum nor in proportion: what "all
//! their points" are would be a question.

use std::ops::Range;

use dienhinh_engine::program::{
    Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Step, Test, VALUE_MAX, Value,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

/// The first columns hold judgements, 1 or 0; the others hold figures.
pub const JUDGEMENTS: usize = 3;

const LEAVES_MAX: usize = 12;

/// A program.
pub fn program() -> impl Strategy<Value = Program> {
    let sizes = (JUDGEMENTS + 2..JUDGEMENTS + 30, 1..=LEAVES_MAX, 1..=4usize, 0..=4usize);
    sizes.prop_flat_map(|(columns, leaves, groups, classes)| {
        let parts = (
            vec(leaf(columns, groups), leaves),
            vec(0..=5i64, groups),
            vec(extra(columns), 0..=3),
            vec(gate(columns, leaves, classes), 0..=3),
            vec(class(leaves), classes),
            (any::<bool>(), missing(leaves), not_applicable()),
        );
        parts.prop_map(move |(leaves, caps, extras, gates, classes, (ascending, missing, not_applicable))| {
            let mut group_caps_thousandths: Vec<i64> =
                caps.iter().enumerate().map(|(at, cap)| cap_of(&leaves, at, *cap)).collect();
            let mut classes = classes_of(&leaves, classes, ascending);
            if not_applicable == NotApplicable::Drop && leaves.iter().any(|leaf| leaf.applies.is_some()) {
                in_proportion(&leaves, &mut group_caps_thousandths, &mut classes);
            }
            Program { columns, leaves, group_caps_thousandths, extras, gates, classes, missing, not_applicable }
        })
    })
}

/// From no points at all, over some that bind, to more than the leaves can reach.
fn cap_of(leaves: &[Leaf], group: usize, quarters: i64) -> i64 {
    let inside = leaves.iter().filter(|leaf| leaf.group == group);
    inside.map(|leaf| leaf.points_thousandths).sum::<i64>() * quarters / 4
}

/// What a set must keep to from whose base criteria may be left out: no cap beyond what its leaves have, no class
/// beyond all points.
fn in_proportion(leaves: &[Leaf], caps: &mut [i64], classes: &mut [Class]) {
    for (at, cap) in caps.iter_mut().enumerate() {
        *cap = (*cap).min(cap_of(leaves, at, 4));
    }
    let all = caps.iter().sum();
    for class in classes {
        class.points_thousandths = class.points_thousandths.min(all);
    }
}

fn not_applicable() -> impl Strategy<Value = NotApplicable> {
    prop_oneof![2 => Just(NotApplicable::Drop), 1 => Just(NotApplicable::Full), 1 => Just(NotApplicable::Zero)]
}

/// A class whose points are still twentieths of all points, and a little more or less.
type RoughClass = (i64, i64, Class);

fn class(leaves: usize) -> impl Strategy<Value = RoughClass> {
    let group_share = option::weighted(0.3, share_bound());
    (0..=20i64, -1..=1i64, 0..=leaves, any::<bool>(), group_share).prop_map(
        |(twentieths, beside, met, by_points, group_share)| {
            let met = if by_points { 0 } else { met };
            (twentieths, beside, Class { points_thousandths: 0, met, group_share })
        },
    )
}

fn classes_of(leaves: &[Leaf], rough: Vec<RoughClass>, ascending: bool) -> Vec<Class> {
    let all: i64 = leaves.iter().map(|leaf| leaf.points_thousandths).sum();
    let exact = |(twentieths, beside, class): RoughClass| Class {
        points_thousandths: (all * twentieths / 20 + beside).max(0),
        ..class
    };
    let mut classes: Vec<Class> = rough.into_iter().map(exact).collect();
    if ascending {
        classes.sort_by_key(|class| (class.points_thousandths, class.met));
    }
    classes
}

fn missing(leaves: usize) -> impl Strategy<Value = Missing> {
    prop_oneof![Just(Missing::Certain), (0..=leaves).prop_map(|leaves| Missing::Tolerated { leaves })]
}

fn gate(columns: usize, leaves: usize, classes: usize) -> impl Strategy<Value = Gate> {
    let own = prop_oneof![3 => simple(columns, 1, false), 1 => parts(columns)].prop_map(Test::Own);
    let test = prop_oneof![(0..leaves).prop_map(Test::Leaf), own];
    (test, 0..=classes).prop_map(|(test, at_most)| Gate { test, at_most })
}

fn extra(columns: usize) -> impl Strategy<Value = Extra> {
    let made = points().prop_flat_map(move |points| (Just(points), kind(columns, points), any::<bool>()));
    made.prop_map(|(points_thousandths, kind, is_penalty)| Extra { kind, points_thousandths, is_penalty })
}

fn leaf(columns: usize, groups: usize) -> impl Strategy<Value = Leaf> {
    let made = points().prop_flat_map(move |points| {
        let met_at = prop_oneof![4 => Just(points), 2 => 1..=points, 1 => Just(points / 2)];
        let applies = option::weighted(0.2, simple(columns, 1, false));
        (Just(points), kind(columns, points), met_at, 0..groups, applies)
    });
    made.prop_map(|(points_thousandths, kind, met_at, group, applies)| Leaf {
        kind,
        points_thousandths,
        // Without any points nothing is met that may turn out not to apply.
        met_at_thousandths: if applies.is_some() { met_at.max(1) } else { met_at },
        group,
        applies,
    })
}

fn points() -> impl Strategy<Value = i64> {
    prop_oneof![3 => select(vec![1, 2, 1000, 2500, 3000, 10_000_000]), 1 => 1..=20_000i64]
}

fn kind(columns: usize, points: i64) -> impl Strategy<Value = Kind> {
    prop_oneof![8 => simple(columns, points, true), 1 => parts(columns), 2 => sum(columns, points)]
}

/// A rule without parts. Out of one point there is nothing in proportion.
fn simple(columns: usize, points: i64, in_proportion: bool) -> BoxedStrategy<Kind> {
    let counts = JUDGEMENTS..columns;
    let judgement = (0..JUDGEMENTS).prop_map(|column| Kind::Judgement { column });
    let each = || prop_oneof![1..=points, Just((points / 3).max(1))];
    let deduction = (counts.clone(), each(), prop_oneof![2 => Just(0), 1 => 0..=points]).prop_map(
        |(column, each_thousandths, floor_thousandths)| Kind::Deduction { column, each_thousandths, floor_thousandths },
    );
    let each = (counts.clone(), each()).prop_map(|(column, each_thousandths)| Kind::Each { column, each_thousandths });
    let (within, steps) = (within(counts.clone()), steps(counts.clone(), points));
    if in_proportion {
        let linear = bounded(counts, 2..3).prop_map(|(value, bounds)| {
            let (from, to) = (bounds[0], bounds[1]);
            Kind::Linear { value, from, to }
        });
        prop_oneof![1 => judgement, 2 => within, 2 => steps, 3 => linear, 1 => deduction, 1 => each].boxed()
    } else {
        prop_oneof![1 => judgement, 2 => within, 1 => steps, 1 => deduction, 1 => each].boxed()
    }
}

fn within(counts: Range<usize>) -> impl Strategy<Value = Kind> {
    (bounded(counts, 2..3), 0..4u8).prop_map(|((value, bounds), sides)| {
        let at_least = (sides != 0).then_some(bounds[0]);
        let at_most = (sides <= 1).then_some(bounds[1]);
        Kind::Within { value, at_least, at_most }
    })
}

fn steps(counts: Range<usize>, points: i64) -> impl Strategy<Value = Kind> {
    let step = || (any::<bool>(), prop_oneof![Just(points), Just(points / 2), 0..=points]);
    (bounded(counts, 1..6), vec(step(), 6)).prop_map(|((value, mut bounds), steps)| {
        bounds.sort_by_key(|bound| i128::from(bound.part) * i128::from(i64::MAX) / i128::from(bound.whole));
        let steps = bounds.into_iter().zip(steps);
        let steps = steps.map(|(bound, (inclusive, points_thousandths))| Step { bound, inclusive, points_thousandths });
        Kind::Steps { value, steps: steps.collect() }
    })
}

fn parts(columns: usize) -> impl Strategy<Value = Kind> {
    let flat = |parts: BoxedStrategy<Kind>| {
        vec(parts, 1..=4).prop_flat_map(|parts| {
            let need = prop_oneof![9 => 1..=parts.len(), 1 => select(vec![0, parts.len() + 1])];
            (need, Just(parts)).prop_map(|(need, parts)| Kind::Parts { need, parts })
        })
    };
    let deeper = flat(simple(columns, 1, false));
    flat(prop_oneof![6 => simple(columns, 1, false), 1 => deeper].boxed())
}

/// Parts whose points add up to all points.
fn sum(columns: usize, points: i64) -> impl Strategy<Value = Kind> {
    (1..=4i64.min(points)).prop_flat_map(move |count| {
        let each = points / count;
        let part = |points: i64| {
            let kind = prop_oneof![4 => simple(columns, points, true), 1 => parts(columns)];
            kind.prop_map(move |kind| (kind, points)).boxed()
        };
        let mut shares: Vec<i64> = (1..count).map(|_| each).collect();
        shares.push(points - each * (count - 1));
        shares.into_iter().map(part).collect::<Vec<_>>().prop_map(|parts| Kind::Sum { parts })
    })
}

/// A measured value with bounds of its kind.
fn bounded(counts: Range<usize>, bounds: Range<usize>) -> impl Strategy<Value = (Value, Vec<Fraction>)> {
    let pair = (counts.clone(), counts.clone());
    let count = (counts.prop_map(|column| Value::Count { column }), vec(count_bound(), bounds.clone()));
    let share =
        (pair.clone().prop_map(|(part, whole)| Value::Share { part, whole }), vec(share_bound(), bounds.clone()));
    let change =
        (pair.prop_map(|(current, previous)| Value::Change { current, previous }), vec(change_bound(), bounds));
    prop_oneof![2 => count, 3 => share, 1 => change]
}

fn count_bound() -> impl Strategy<Value = Fraction> {
    let usual = select(vec![0, 1, 2, 3, 7, 10, 100, 1_000_000, VALUE_MAX]).prop_map(Fraction::whole);
    let halves = (0..20i64).prop_map(|part| Fraction { part, whole: 2 });
    prop_oneof![6 => usual, 1 => halves, 1 => (0..1_000_000i64).prop_map(Fraction::whole)]
}

fn share_bound() -> impl Strategy<Value = Fraction> {
    let usual = vec![(0, 1), (1, 1), (100, 100), (1, 2), (2, 3), (70, 100), (9, 10), (564, 1000)];
    let usual = select(usual).prop_map(|(part, whole)| Fraction { part, whole });
    let any = (1..=1_000_000i64).prop_flat_map(|whole| (0..=whole).prop_map(move |part| Fraction { part, whole }));
    prop_oneof![5 => usual, 1 => any]
}

fn change_bound() -> impl Strategy<Value = Fraction> {
    let usual = select(vec![(11, 10), (2, 1), (3, 2), (1_000_000, 1)]);
    prop_oneof![1 => share_bound(), 1 => usual.prop_map(|(part, whole)| Fraction { part, whole })]
}
