//! Random figures for a program, most of them on a bound of one of its rules or one beside it.

use dienhinh_engine::program::{Fraction, Kind, Program, Test, VALUE_MAX, Value};
use proptest::{collection::vec, prelude::*};

use super::programs::JUDGEMENTS;

/// One unit's figures, a cell for each column.
pub type Row = Vec<Option<i64>>;

/// So many rows for a program. In a row none, some (about 30 in 100) or most of the figures are missing.
pub fn rows(program: &Program, count: usize) -> impl Strategy<Value = Vec<Row>> + use<> {
    vec(row(program), count)
}

fn row(program: &Program) -> impl Strategy<Value = Row> + use<> {
    let columns = program.columns;
    let aims: Vec<_> = aims(program).into_iter().map(figures).collect();
    let missing_percent = prop_oneof![2 => Just(0u8), 1 => Just(5), 5 => Just(30), 1 => Just(70)];
    (vec(0..10i64, columns), aims, missing_percent, vec(0..100u8, columns)).prop_map(
        |(mut row, aims, missing_percent, dice)| {
            row[..JUDGEMENTS].iter_mut().for_each(|judgement| *judgement %= 2);
            // Rules that read the same column overwrite each other, so each is hit in some rows only.
            for (column, value) in aims.into_iter().flatten() {
                row[column] = value.clamp(0, VALUE_MAX);
            }
            row.into_iter().zip(dice).map(|(value, die)| (die >= missing_percent).then_some(value)).collect()
        },
    )
}

/// Columns and the bounds that they should come close to.
#[derive(Debug, Clone)]
enum Aim {
    One { column: usize, bounds: Vec<Fraction> },
    Two { part: usize, whole: usize, bounds: Vec<Fraction> },
}

fn aims(program: &Program) -> Vec<Aim> {
    let mut aims = Vec::new();
    program.leaves.iter().for_each(|leaf| aim(&leaf.kind, &mut aims));
    program.leaves.iter().filter_map(|leaf| leaf.applies.as_ref()).for_each(|applies| aim(applies, &mut aims));
    program.extras.iter().for_each(|extra| aim(&extra.kind, &mut aims));
    for gate in &program.gates {
        if let Test::Own(kind) = &gate.test {
            aim(kind, &mut aims);
        }
    }
    aims
}

fn aim(kind: &Kind, aims: &mut Vec<Aim>) {
    let mut at = |value: Value, bounds: Vec<Fraction>| {
        aims.push(match value {
            Value::Count { column } => Aim::One { column, bounds },
            Value::Share { part, whole } | Value::Change { current: part, previous: whole } => {
                Aim::Two { part, whole, bounds }
            }
        });
    };
    match kind {
        Kind::Judgement { .. } => {}
        Kind::Within { value, at_least, at_most } => at(*value, at_least.iter().chain(at_most).copied().collect()),
        Kind::Steps { value, steps } => at(*value, steps.iter().map(|step| step.bound).collect()),
        Kind::Linear { value, from, to } => at(*value, vec![*from, *to]),
        Kind::Deduction { column, .. } | Kind::Each { column, .. } => {
            at(Value::Count { column: *column }, (0..5).map(Fraction::whole).collect());
        }
        Kind::Parts { parts, .. } => parts.iter().for_each(|part| aim(part, aims)),
        Kind::Sum { parts } => parts.iter().for_each(|(part, _)| aim(part, aims)),
    }
}

/// The figures of one aim, by column.
fn figures(aim: Aim) -> impl Strategy<Value = Vec<(usize, i64)>> {
    let sizes = prop_oneof![3 => 1..40i64, 1 => 1..1_000_000i64, 1 => Just(VALUE_MAX)];
    (0..20u8, any::<prop::sample::Index>(), sizes, -1..=1i64).prop_map(move |(way, which, size, beside)| match &aim {
        Aim::One { column, bounds } => {
            let near = |bound: &Fraction| bound.part / bound.whole + beside;
            let value = match way {
                0..=11 => near(&bounds[which.index(bounds.len())]),
                12..=14 => bounds.iter().map(near).sum::<i64>() / 2 + beside,
                _ => size,
            };
            vec![(*column, value)]
        }
        Aim::Two { part, whole, bounds } => {
            let bound = bounds[which.index(bounds.len())];
            // Exactly the bound where `of` is a multiple of its denominator.
            let reached = |of: i64| {
                let exact = i128::from(of) * i128::from(bound.part) / i128::from(bound.whole) + i128::from(beside);
                i64::try_from(exact).unwrap_or(VALUE_MAX)
            };
            let multiple = (size.min(VALUE_MAX / bound.whole)) * bound.whole;
            let (value, of) = match way {
                0..=7 => (reached(multiple), multiple),
                8..=12 => (reached(size), size),
                13 => (size, size),
                14 => (size.saturating_add(1), size),
                15 => (0, 0),
                16 => (size, 0),
                17 => (0, size),
                _ => (size / 2 + beside, size),
            };
            vec![(*part, value), (*whole, of)]
        }
    })
}
