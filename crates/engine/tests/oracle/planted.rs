//! Evaluators with one mistake each, as somebody could make it: the oracle must find every one.
//!
//! A mistake is planted into the program or the figures before they are scored, or into the score.

use dienhinh_engine::{
    Outcome,
    program::{Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Test, Value},
    row::{Reached, RowScore, reached, score_row},
};
use dienhinh_testkit::oracle::rows::Row;

use crate::rules::{changed, only_in_ratios, values};

/// A name and the mistaken evaluator.
pub(crate) type Mistake = (&'static str, fn(&Program, &Row) -> RowScore);

/// Mistakes of each part of the evaluator.
pub(crate) const MISTAKES: [Mistake; 42] = [
    // Rules.
    ("at least is more than", |program, row| score_row(&changed(program, more_than), row)),
    ("at most is less than", |program, row| score_row(&changed(program, less_than), row)),
    ("the bound of a step belongs to it", |program, row| score_row(&changed(program, |kind| bounds(kind, true)), row)),
    ("the bound of a step never does", |program, row| score_row(&changed(program, |kind| bounds(kind, false)), row)),
    ("the first step that is passed counts", |program, row| score_row(&changed(program, first_step), row)),
    ("points in proportion are rounded down", |program, row| rounded(program, row, |exact| exact / 1000)),
    ("points in proportion are rounded up", |program, row| rounded(program, row, |exact| (exact + 999) / 1000)),
    ("half a thousandth is rounded down", |program, row| rounded(program, row, |exact| (exact + 499) / 1000)),
    ("more is always better", |program, row| score_row(&changed(program, more_is_better), row)),
    ("the floor of a deduction is left out", |program, row| score_row(&changed(program, floorless), row)),
    ("points for each thing know no end", endless),
    ("one part less is enough", |program, row| score_row(&changed(program, lenient), row)),
    ("a part without data is not met", no_data_in_parts),
    ("one part without data makes a sum of none", no_data_in_sums),
    // Ratios.
    ("a share is a change", |program, row| score_row(&changed(program, share_as_change), row)),
    ("a change is a share", |program, row| score_row(&changed(program, change_as_share), row)),
    ("nothing last year is no data", |program, row| score_row(program, &no_data_from_nothing(program, row))),
    ("an empty whole is one", |program, row| score_row(program, &filled_wholes(program, row))),
    ("shares are rounded to percent", |program, row| score_row(program, &in_percent(program, row))),
    // Missing data.
    ("missing is zero", |program, row| {
        score_row(program, &row.iter().map(|figure| Some(figure.unwrap_or(0))).collect::<Vec<_>>())
    }),
    ("no data is not met", |program, row| {
        let mut score = score_row(program, row);
        score.outcomes.iter_mut().filter(|outcome| **outcome == Outcome::NoData).for_each(|it| *it = Outcome::Unmet);
        score
    }),
    ("missing data are tolerated", |program, row| {
        let missing = Missing::Tolerated { leaves: usize::MAX };
        score_row(&Program { missing, ..program.clone() }, row)
    }),
    ("one more may be missing", |program, row| {
        let missing = match program.missing {
            Missing::Tolerated { leaves } => Missing::Tolerated { leaves: leaves + 1 },
            Missing::Certain => Missing::Certain,
        };
        score_row(&Program { missing, ..program.clone() }, row)
    }),
    ("a bonus without data is lost", |program, row| without_open_extras(program, row, false)),
    ("a penalty without data is waived", |program, row| without_open_extras(program, row, true)),
    // What does not apply.
    ("every leaf applies", |program, row| score_row(&leaves(program, |leaf| leaf.applies = None), row)),
    ("what does not apply stays in the base", |program, row| {
        policy(program, row, NotApplicable::Drop, NotApplicable::Zero)
    }),
    ("what does not apply is left out, not full", |program, row| {
        policy(program, row, NotApplicable::Full, NotApplicable::Drop)
    }),
    ("what does not apply is full, not nothing", |program, row| {
        policy(program, row, NotApplicable::Zero, NotApplicable::Full)
    }),
    ("what does not apply is nothing, not full", |program, row| {
        policy(program, row, NotApplicable::Full, NotApplicable::Zero)
    }),
    ("without data on whether it applies it does", |program, row| {
        let is_open =
            |leaf: &Leaf| leaf.applies.as_ref().is_some_and(|applies| reached(applies, 1, row).at_least(1).is_none());
        let mut changed = program.clone();
        changed.leaves.iter_mut().filter(|leaf| is_open(leaf)).for_each(|leaf| leaf.applies = None);
        score_row(&changed, row)
    }),
    // Sums.
    ("caps of groups are ignored", |program, row| {
        let caps = program.group_caps_thousandths.iter().map(|cap| cap + 100_000_000).collect();
        score_row(&Program { group_caps_thousandths: caps, ..program.clone() }, row)
    }),
    ("penalties are given", |program, row| score_row(&extras(program, |extra| extra.is_penalty = false), row)),
    ("points fall below nothing", below_nothing),
    ("only all points are met", |program, row| {
        score_row(&leaves(program, |leaf| leaf.met_at_thousandths = leaf.points_thousandths), row)
    }),
    // Classes.
    ("a class asks for more than its points", |program, row| {
        score_row(&classes(program, |class| class.points_thousandths += 1), row)
    }),
    ("a class asks for one more leaf", |program, row| score_row(&classes(program, |class| class.met += 1), row)),
    ("shares of groups are ignored", |program, row| {
        score_row(&classes(program, |class| class.group_share = None), row)
    }),
    ("the lowest class is the only one", |program, row| {
        let classes = program.classes.iter().take(1).copied().collect();
        let gates = program.gates.iter().map(|gate| Gate { at_most: gate.at_most.min(1), ..gate.clone() }).collect();
        score_row(&Program { classes, gates, ..program.clone() }, row)
    }),
    ("gates are ignored", |program, row| score_row(&Program { gates: Vec::new(), ..program.clone() }, row)),
    ("every ceiling is a knock-out", |program, row| {
        let gates = program.gates.iter().map(|gate| Gate { at_most: 0, ..gate.clone() }).collect();
        score_row(&Program { gates, ..program.clone() }, row)
    }),
    ("a ceiling gives its class", ceiling_as_class),
];

/// Another policy in the place of one.
fn policy(program: &Program, row: &Row, of: NotApplicable, mistaken: NotApplicable) -> RowScore {
    let not_applicable = if program.not_applicable == of { mistaken } else { program.not_applicable };
    score_row(&Program { not_applicable, ..program.clone() }, row)
}

fn leaves(program: &Program, change: fn(&mut Leaf)) -> Program {
    let mut changed = program.clone();
    changed.leaves.iter_mut().for_each(change);
    changed
}

fn extras(program: &Program, change: fn(&mut Extra)) -> Program {
    let mut changed = program.clone();
    changed.extras.iter_mut().for_each(change);
    changed
}

fn classes(program: &Program, change: fn(&mut Class)) -> Program {
    let mut changed = program.clone();
    changed.classes.iter_mut().for_each(change);
    changed
}

/// A bound so little beside another that only figures exactly on it tell the difference.
fn beside(bound: Fraction, more: i64) -> Fraction {
    Fraction { part: bound.part * 1_000_000 + more, whole: bound.whole * 1_000_000 }
}

fn more_than(kind: &mut Kind) {
    if let Kind::Within { at_least: Some(bound), .. } = kind {
        *bound = beside(*bound, 1);
    }
}

fn less_than(kind: &mut Kind) {
    if let Kind::Within { at_most: Some(bound), .. } = kind {
        *bound = beside(*bound, -1);
    }
}

fn bounds(kind: &mut Kind, belong: bool) {
    if let Kind::Steps { steps, .. } = kind {
        for step in steps {
            step.inclusive = belong;
        }
    }
}

fn first_step(kind: &mut Kind) {
    if let Kind::Steps { steps, .. } = kind {
        steps.reverse();
    }
}

/// Leaves in proportion with points of another rounding, made from points that are a thousand times as fine.
fn rounded(program: &Program, row: &Row, to_points: fn(i64) -> i64) -> RowScore {
    let mut score = score_row(program, row);
    for (leaf, found) in program.leaves.iter().zip(&mut score.leaves) {
        if matches!(leaf.kind, Kind::Linear { .. }) {
            let fine = reached(&leaf.kind, leaf.points_thousandths * 1000, row);
            found.points_thousandths = to_points(fine.points_thousandths);
        }
    }
    score
}

fn more_is_better(kind: &mut Kind) {
    if let Kind::Linear { from, to, .. } = kind
        && i128::from(from.part) * i128::from(to.whole) > i128::from(to.part) * i128::from(from.whole)
    {
        (*from, *to) = (*to, *from);
    }
}

fn floorless(kind: &mut Kind) {
    if let Kind::Deduction { floor_thousandths, .. } = kind {
        *floor_thousandths = 0;
    }
}

fn endless(program: &Program, row: &Row) -> RowScore {
    let mut score = score_row(program, row);
    for (leaf, found) in program.leaves.iter().zip(&mut score.leaves) {
        if let Kind::Each { column, each_thousandths } = &leaf.kind {
            found.points_thousandths = row[*column].unwrap_or(0).saturating_mul(*each_thousandths);
        }
    }
    score
}

fn lenient(kind: &mut Kind) {
    if let Kind::Parts { need, .. } = kind {
        *need = need.saturating_sub(1);
    }
}

fn no_data_in_parts(program: &Program, row: &Row) -> RowScore {
    let mut score = score_row(program, row);
    for (leaf, found) in program.leaves.iter().zip(&mut score.leaves) {
        if matches!(leaf.kind, Kind::Parts { .. }) {
            found.open_thousandths = 0;
        }
    }
    score
}

fn no_data_in_sums(program: &Program, row: &Row) -> RowScore {
    let mut score = score_row(program, row);
    for (leaf, found) in program.leaves.iter().zip(&mut score.leaves) {
        if matches!(leaf.kind, Kind::Sum { .. }) && found.open_thousandths > 0 {
            *found = Reached { points_thousandths: 0, open_thousandths: leaf.points_thousandths };
        }
    }
    score
}

fn measured(kind: &mut Kind, change: fn(Value) -> Value) {
    if let Kind::Within { value, .. } | Kind::Steps { value, .. } | Kind::Linear { value, .. } = kind {
        *value = change(*value);
    }
}

fn share_as_change(kind: &mut Kind) {
    measured(kind, |value| match value {
        Value::Share { part, whole } => Value::Change { current: part, previous: whole },
        other => other,
    });
}

fn change_as_share(kind: &mut Kind) {
    measured(kind, |value| match value {
        Value::Change { current, previous } => Value::Share { part: current, whole: previous },
        other => other,
    });
}

fn no_data_from_nothing(program: &Program, row: &Row) -> Row {
    let mut mistaken = row.clone();
    for value in values(program) {
        if let Value::Change { previous, .. } = value {
            mistaken[previous] = mistaken[previous].filter(|figure| *figure > 0);
        }
    }
    mistaken
}

/// Here and below only figures that no other rule reads: there this alone is the mistake.
fn filled_wholes(program: &Program, row: &Row) -> Row {
    let only_in_ratios = only_in_ratios(program);
    let mut mistaken = row.clone();
    for value in values(program) {
        if let Value::Share { whole, .. } = value
            && only_in_ratios[whole]
        {
            mistaken[whole] = mistaken[whole].map(|figure| figure.max(1));
        }
    }
    mistaken
}

fn in_percent(program: &Program, row: &Row) -> Row {
    let only_in_ratios = only_in_ratios(program);
    let mut mistaken = row.clone();
    for value in values(program) {
        if let Value::Share { part, whole } = value
            && let (Some(share), Some(of)) = (mistaken[part], mistaken[whole])
            && only_in_ratios[part]
            && (1..=of).contains(&share)
        {
            (mistaken[part], mistaken[whole]) = (Some((share * 100 + of / 2) / of), Some(100));
        }
    }
    mistaken
}

/// As if bonuses, or penalties, whose data are missing were not in the program.
fn without_open_extras(program: &Program, row: &Row, penalties: bool) -> RowScore {
    let mut mistaken = program.clone();
    mistaken.extras.retain(|extra| {
        let open_thousandths = reached(&extra.kind, extra.points_thousandths, row).open_thousandths;
        extra.is_penalty != penalties || open_thousandths < extra.points_thousandths
    });
    score_row(&mistaken, row)
}

fn below_nothing(program: &Program, row: &Row) -> RowScore {
    let mut score = score_row(program, row);
    score.total_thousandths = score.groups_thousandths.iter().sum();
    for extra in &program.extras {
        let points = reached(&extra.kind, extra.points_thousandths, row).points_thousandths;
        score.total_thousandths += if extra.is_penalty { -points } else { points };
    }
    score
}

/// The lesser of the class without gates and the ceiling, although a class may ask for what a higher one does not.
fn ceiling_as_class(program: &Program, row: &Row) -> RowScore {
    let mut score = score_row(program, row);
    let mut ceiling = program.classes.len();
    for gate in &program.gates {
        match gate.test {
            Test::Leaf(leaf) if score.outcomes[leaf] == Outcome::Unmet => ceiling = ceiling.min(gate.at_most),
            Test::Leaf(leaf) if score.outcomes[leaf] == Outcome::Met => {}
            // The mistake is shown where the gates are certain.
            _ => return score,
        }
    }
    if score.class.is_some() {
        let ungated = score_row(&Program { gates: Vec::new(), ..program.clone() }, row);
        score.class = ungated.class.map(|class| class.min(ceiling)).or(score.class);
    }
    score
}
