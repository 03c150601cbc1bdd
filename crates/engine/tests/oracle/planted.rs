//! Evaluators with one mistake each, as somebody could make it: the oracle must find every one.
//!
//! A mistake is planted into the program or the figures before they are scored, or into the score.

use dienhinh_engine::{
    Outcome,
    program::{Kind, Program, Value},
    row::{RowScore, score_row},
};
use dienhinh_testkit::oracle::rows::Row;

/// A name and the mistaken evaluator.
pub(crate) type Mistake = (&'static str, fn(&Program, &Row) -> RowScore);

/// Mistakes of each part of the evaluator.
pub(crate) const MISTAKES: [Mistake; 10] = [
    ("missing is zero", |program, row| {
        score_row(program, &row.iter().map(|figure| Some(figure.unwrap_or(0))).collect::<Vec<_>>())
    }),
    ("the bound of a step belongs to it", |program, row| score_row(&with_kinds(program, inclusive), row)),
    ("the floor of a deduction is left out", |program, row| score_row(&with_kinds(program, floorless), row)),
    ("a lower bound asks for one more", |program, row| score_row(&with_kinds(program, stricter), row)),
    ("one part less is enough", |program, row| score_row(&with_kinds(program, lenient), row)),
    ("a change is a share", |program, row| score_row(&with_kinds(program, shared), row)),
    ("caps of groups are ignored", |program, row| {
        let caps = program.group_caps_thousandths.iter().map(|cap| cap + 100_000_000).collect();
        score_row(&Program { group_caps_thousandths: caps, ..program.clone() }, row)
    }),
    ("gates are ignored", |program, row| score_row(&Program { gates: Vec::new(), ..program.clone() }, row)),
    ("penalties are given", |program, row| {
        let mut mistaken = program.clone();
        for extra in &mut mistaken.extras {
            extra.is_penalty = false;
        }
        score_row(&mistaken, row)
    }),
    ("no data is not met", |program, row| {
        let mut score = score_row(program, row);
        for outcome in score.outcomes.iter_mut().filter(|outcome| **outcome == Outcome::NoData) {
            *outcome = Outcome::Unmet;
        }
        score
    }),
];

/// The program with a change in the rule of every leaf.
fn with_kinds(program: &Program, change: fn(&mut Kind)) -> Program {
    let mut changed = program.clone();
    for leaf in &mut changed.leaves {
        change(&mut leaf.kind);
    }
    changed
}

fn inclusive(kind: &mut Kind) {
    if let Kind::Steps { steps, .. } = kind {
        for step in steps {
            step.inclusive = true;
        }
    }
}

fn floorless(kind: &mut Kind) {
    if let Kind::Deduction { floor_thousandths, .. } = kind {
        *floor_thousandths = 0;
    }
}

fn stricter(kind: &mut Kind) {
    if let Kind::Within { at_least: Some(bound), .. } = kind {
        bound.part += 1;
    }
}

fn lenient(kind: &mut Kind) {
    if let Kind::Parts { need, .. } = kind {
        *need = need.saturating_sub(1);
    }
}

fn shared(kind: &mut Kind) {
    if let Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } = kind
        && let Value::Change { current, previous } = *value
    {
        *value = Value::Share { part: current, whole: previous };
    }
}

/// For each column, whether nothing reads it but shares and changes: multiplying it changes no ratio.
pub(crate) fn only_in_ratios(program: &Program) -> Vec<bool> {
    let mut only = vec![true; program.columns];
    let kinds = program.leaves.iter().map(|leaf| &leaf.kind).chain(program.extras.iter().map(|extra| &extra.kind));
    let gates = program.gates.iter().filter_map(|gate| match &gate.test {
        dienhinh_engine::program::Test::Own(kind) => Some(kind),
        dienhinh_engine::program::Test::Leaf(_) => None,
    });
    for kind in kinds.chain(gates) {
        counts(kind, &mut only);
    }
    // Both figures of a ratio are multiplied, or neither.
    loop {
        let before = only.clone();
        for (first, second) in pairs(program) {
            let both = only[first] && only[second];
            (only[first], only[second]) = (both, both);
        }
        if before == only {
            return only;
        }
    }
}

/// Columns that are read as counts.
fn counts(kind: &Kind, only: &mut [bool]) {
    match kind {
        Kind::Judgement { column } | Kind::Deduction { column, .. } | Kind::Each { column, .. } => {
            only[*column] = false
        }
        Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } => {
            if let Value::Count { column } = value {
                only[*column] = false;
            }
        }
        Kind::Parts { parts, .. } => parts.iter().for_each(|part| counts(part, only)),
        Kind::Sum { parts } => parts.iter().for_each(|(part, _)| counts(part, only)),
    }
}

/// Columns that stand in a ratio together.
fn pairs(program: &Program) -> Vec<(usize, usize)> {
    fn of(kind: &Kind, found: &mut Vec<(usize, usize)>) {
        match kind {
            Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } => match value {
                Value::Share { part: first, whole: second } | Value::Change { current: first, previous: second } => {
                    found.push((*first, *second));
                }
                Value::Count { .. } => {}
            },
            Kind::Parts { parts, .. } => parts.iter().for_each(|part| of(part, found)),
            Kind::Sum { parts } => parts.iter().for_each(|(part, _)| of(part, found)),
            Kind::Judgement { .. } | Kind::Deduction { .. } | Kind::Each { .. } => {}
        }
    }
    let mut found = Vec::new();
    for leaf in &program.leaves {
        of(&leaf.kind, &mut found);
    }
    for extra in &program.extras {
        of(&extra.kind, &mut found);
    }
    for gate in &program.gates {
        if let dienhinh_engine::program::Test::Own(kind) = &gate.test {
            of(kind, &mut found);
        }
    }
    found
}
