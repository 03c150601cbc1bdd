//! Every rule of a program, wherever it stands.

use dienhinh_engine::program::{Kind, Program, Test, Value};

/// Visits every rule, and the rules below it after it.
pub(crate) fn visit<'a>(program: &'a Program, seen: &mut impl FnMut(&'a Kind)) {
    for leaf in &program.leaves {
        [Some(&leaf.kind), leaf.applies.as_ref()].into_iter().flatten().for_each(|kind| visit_below(kind, seen));
    }
    program.extras.iter().for_each(|extra| visit_below(&extra.kind, seen));
    for gate in &program.gates {
        if let Test::Own(kind) = &gate.test {
            visit_below(kind, seen);
        }
    }
}

fn visit_below<'a>(kind: &'a Kind, seen: &mut impl FnMut(&'a Kind)) {
    seen(kind);
    match kind {
        Kind::Parts { parts, .. } => parts.iter().for_each(|part| visit_below(part, seen)),
        Kind::Sum { parts } => parts.iter().for_each(|(part, _)| visit_below(part, seen)),
        _ => {}
    }
}

/// The program with a change in every rule, and in the rules below it after it.
pub(crate) fn changed(program: &Program, change: fn(&mut Kind)) -> Program {
    let mut changed = program.clone();
    for leaf in &mut changed.leaves {
        [Some(&mut leaf.kind), leaf.applies.as_mut()].into_iter().flatten().for_each(|kind| change_below(kind, change));
    }
    changed.extras.iter_mut().for_each(|extra| change_below(&mut extra.kind, change));
    for gate in &mut changed.gates {
        if let Test::Own(kind) = &mut gate.test {
            change_below(kind, change);
        }
    }
    changed
}

fn change_below(kind: &mut Kind, change: fn(&mut Kind)) {
    change(kind);
    match kind {
        Kind::Parts { parts, .. } => parts.iter_mut().for_each(|part| change_below(part, change)),
        Kind::Sum { parts } => parts.iter_mut().for_each(|(part, _)| change_below(part, change)),
        _ => {}
    }
}

/// What a rule measures against bounds.
pub(crate) fn measured(kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } => Some(*value),
        _ => None,
    }
}

/// Everything that is measured.
pub(crate) fn values(program: &Program) -> Vec<Value> {
    let mut values = Vec::new();
    visit(program, &mut |kind| values.extend(measured(kind)));
    values
}

/// For each column, whether nothing reads it but shares and changes whose other figure is such a column too:
/// multiplying all of them changes no ratio.
pub(crate) fn only_in_ratios(program: &Program) -> Vec<bool> {
    let mut only = vec![true; program.columns];
    visit(program, &mut |kind| match kind {
        Kind::Judgement { column } | Kind::Deduction { column, .. } | Kind::Each { column, .. } => {
            only[*column] = false;
        }
        _ => {
            if let Some(Value::Count { column }) = measured(kind) {
                only[column] = false;
            }
        }
    });
    let values = values(program);
    loop {
        let before = only.clone();
        for value in &values {
            if let Value::Share { part: first, whole: second } | Value::Change { current: first, previous: second } =
                *value
            {
                let both = only[first] && only[second];
                (only[first], only[second]) = (both, both);
            }
        }
        if before == only {
            return only;
        }
    }
}
