//! The evaluator in columns against the one of rows, on random programs and figures, with every kind of
//! instructions that this machine has. Loops take 64 rows at once: there are some more in every case.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use dienhinh_domain::programmes::{CriteriaSet, parse};
use dienhinh_engine::{
    Inputs, Outcome, Plan,
    batch::{Arm, Columns, FIGURE_MAX, NO_DATA, Results, Unfit, score_columns, score_with},
    program::{Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Step, Test, Value},
    rescore,
    row::score_row,
    score,
};
use dienhinh_testkit::oracle::{
    programs::program,
    rows::{Row, rows},
};
use proptest::prelude::*;

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("some")
}

/// Rows as columns; a figure that is too great for columns becomes a smaller one.
fn in_columns(program: &Program, rows: &mut [Row]) -> Columns {
    let most = i64::from(FIGURE_MAX);
    for figure in rows.iter_mut().flatten().flatten() {
        *figure = if *figure > most { *figure % most } else { *figure };
    }
    let cell = |row: &Row, at: usize| row[at].map_or(NO_DATA, |figure| i32::try_from(figure).expect("small"));
    let column = |at: usize| rows.iter().map(|row| cell(row, at)).collect();
    Columns::new((0..program.columns).map(column).collect()).expect("figures in range")
}

/// What the evaluator of rows says, in columns.
fn row_by_row(program: &Program, rows: &[Row]) -> Results {
    let mut results = Results::of(rows.len(), program.leaves.len());
    for (at, row) in rows.iter().enumerate() {
        let score = score_row(program, row);
        let count = |wanted: Outcome| {
            u8::try_from(score.outcomes.iter().filter(|found| **found == wanted).count()).expect("few leaves")
        };
        results.totals_thousandths[at] = i32::try_from(score.total_thousandths).expect("fits");
        results.classes[at] = score.class.map_or(-1, |class| i8::try_from(class).expect("few classes"));
        results.met[at] = count(Outcome::Met);
        results.no_data[at] = count(Outcome::NoData);
        results.not_applicable[at] = count(Outcome::NotApplicable);
        for (leaf, column) in results.points_thousandths.iter_mut().enumerate() {
            let points = i32::try_from(score.leaves[leaf].points_thousandths).expect("fits");
            column[at] = if score.outcomes[leaf] == Outcome::NoData { -1 } else { points };
        }
    }
    results
}

fn with(arm: Arm, program: &Program, columns: &Columns, count: usize, leaves: usize) -> Results {
    let mut results = Results::of(columns.rows(), leaves);
    score_with(arm, program, columns, threads(count), &mut results).expect("goes together");
    results
}

/// Compares each arm that is here; without points as well.
fn compare(program: &Program, columns: &Columns, expected: &Results) -> Result<(), TestCaseError> {
    for arm in Arm::ALL.into_iter().filter(|arm| arm.is_here()) {
        let found = with(arm, program, columns, 1, program.leaves.len());
        prop_assert_eq!(&found, expected, "{:?}", arm);
        let alone = with(arm, program, columns, 2, 0);
        prop_assert_eq!(&alone, &Results { points_thousandths: Vec::new(), ..expected.clone() }, "{:?}", arm);
    }
    Ok(())
}

/// A program without what has no loop, so that the loops are what is compared.
fn with_loops(mut program: Program) -> Program {
    let mut at = 0;
    program.leaves.retain(|leaf| leaf.applies.is_none() && !matches!(leaf.kind, Kind::Sum { .. }));
    if program.leaves.is_empty() {
        let kind = Kind::Judgement { column: 0 };
        program.leaves.push(Leaf { kind, points_thousandths: 10, met_at_thousandths: 10, group: 0, applies: None });
    }
    for leaf in &mut program.leaves {
        leaf.points_thousandths = leaf.points_thousandths.min(20_000);
        leaf.met_at_thousandths = leaf.met_at_thousandths.clamp(1, leaf.points_thousandths);
        plain(&mut leaf.kind, leaf.points_thousandths, &mut at);
    }
    program.extras.retain(|extra| !matches!(extra.kind, Kind::Sum { .. }));
    for extra in &mut program.extras {
        extra.points_thousandths = extra.points_thousandths.min(20_000);
        plain(&mut extra.kind, extra.points_thousandths, &mut at);
    }
    for gate in &mut program.gates {
        if let Test::Leaf(leaf) = &mut gate.test {
            *leaf %= program.leaves.len();
        }
        if let Test::Own(kind) = &mut gate.test {
            plain(kind, 1, &mut at);
        }
    }
    for cap in &mut program.group_caps_thousandths {
        *cap = (*cap).min(100_000);
    }
    program.classes.sort_by_key(|class| class.points_thousandths);
    let mut below = Class::default();
    for class in &mut program.classes {
        class.points_thousandths = class.points_thousandths.min(200_000);
        class.met = class.met.max(below.met).min(program.leaves.len());
        class.group_share = below.group_share.or(class.group_share).filter(|share| share.whole <= 1000);
        below = *class;
    }
    program
}

/// Bounds and parts that the loops take.
fn plain(kind: &mut Kind, points: i64, at: &mut usize) {
    *at += 1;
    let bound = |bound: &mut Fraction| bound.part = bound.part.min(1 << 20);
    match kind {
        Kind::Within { at_least, at_most, .. } => at_least.iter_mut().chain(at_most).for_each(bound),
        Kind::Steps { steps, .. } => {
            for step in steps {
                bound(&mut step.bound);
                step.points_thousandths = step.points_thousandths.min(points);
            }
        }
        Kind::Linear { value, from, to } => {
            let is_count = matches!(value, Value::Count { .. });
            for end in [&mut *from, &mut *to] {
                end.part %= 1000;
                end.whole = if is_count { 1 } else { 1000 };
            }
            to.part += i64::from(from.part == to.part);
            if let Value::Change { current, previous } = *value {
                *value = Value::Share { part: current, whole: previous };
            }
        }
        Kind::Deduction { each_thousandths, floor_thousandths, .. } => {
            *each_thousandths = (*each_thousandths).clamp(1, points);
            *floor_thousandths = (*floor_thousandths).min(points);
        }
        Kind::Each { each_thousandths, .. } => *each_thousandths = (*each_thousandths).clamp(1, points),
        Kind::Parts { parts, .. } => {
            parts.retain(|part| !matches!(part, Kind::Parts { .. }));
            for part in parts {
                plain(part, 1, at);
            }
        }
        Kind::Judgement { .. } | Kind::Sum { .. } => {}
    }
}

fn scored(program: impl Strategy<Value = Program>) -> impl Strategy<Value = (Program, Vec<Row>)> {
    program.prop_flat_map(|program| {
        let rows = rows(&program, 70);
        (Just(program), rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn columns_give_what_rows_give((program, mut rows) in scored(program())) {
        let columns = in_columns(&program, &mut rows);
        compare(&program, &columns, &row_by_row(&program, &rows))?;
    }

    #[test]
    fn loops_give_what_rows_give((program, mut rows) in scored(program().prop_map(with_loops))) {
        for figure in rows.iter_mut().flatten().flatten() {
            // Figures beyond these have loops as well, but not in scales.
            *figure %= 1 << 24;
        }
        let columns = in_columns(&program, &mut rows);
        compare(&program, &columns, &row_by_row(&program, &rows))?;
    }
}

/// One leaf of each kind, extras, gates, shares of groups.
fn everything(missing: Missing) -> Program {
    let whole = Fraction::whole;
    let of = |part: i64| Fraction { part, whole: 1000 };
    let share = Value::Share { part: 1, whole: 2 };
    let step = |bound, points_thousandths, inclusive| Step { bound, inclusive, points_thousandths };
    let kinds = vec![
        Kind::Judgement { column: 0 },
        Kind::Within { value: share, at_least: Some(of(700)), at_most: None },
        Kind::Within { value: Value::Count { column: 3 }, at_least: Some(whole(3)), at_most: Some(whole(12)) },
        Kind::Steps {
            value: share,
            steps: vec![step(of(500), 500, true), step(of(700), 800, false), step(of(900), 1000, true)],
        },
        Kind::Steps {
            value: Value::Count { column: 3 },
            steps: vec![step(whole(2), 1000, true), step(whole(9), 0, false)],
        },
        Kind::Linear { value: share, from: of(650), to: of(950) },
        Kind::Linear { value: Value::Count { column: 3 }, from: whole(12), to: whole(2) },
        Kind::Deduction { column: 4, each_thousandths: 300, floor_thousandths: 100 },
        Kind::Each { column: 4, each_thousandths: 300 },
        Kind::Within { value: Value::Change { current: 3, previous: 4 }, at_least: None, at_most: Some(of(1100)) },
        Kind::Parts {
            need: 2,
            parts: vec![
                Kind::Judgement { column: 0 },
                Kind::Within { value: Value::Count { column: 3 }, at_least: Some(whole(4)), at_most: None },
                Kind::Within { value: share, at_least: Some(of(700)), at_most: None },
            ],
        },
    ];
    let leaf = |(at, kind): (usize, Kind)| Leaf {
        kind,
        points_thousandths: 1000,
        met_at_thousandths: if at % 2 == 0 { 1000 } else { 500 },
        group: at % 3,
        applies: None,
    };
    Program {
        columns: 5,
        leaves: kinds.into_iter().enumerate().map(leaf).collect(),
        group_caps_thousandths: vec![3500, 4000, 2500],
        extras: vec![
            Extra { kind: Kind::Each { column: 4, each_thousandths: 50 }, points_thousandths: 200, is_penalty: false },
            Extra { kind: Kind::Each { column: 3, each_thousandths: 10 }, points_thousandths: 500, is_penalty: true },
        ],
        gates: vec![
            Gate { test: Test::Leaf(0), at_most: 1 },
            Gate {
                test: Test::Own(Kind::Within {
                    value: Value::Count { column: 4 },
                    at_least: None,
                    at_most: Some(whole(15)),
                }),
                at_most: 0,
            },
        ],
        classes: vec![
            Class { points_thousandths: 3000, ..Class::default() },
            Class { points_thousandths: 5000, met: 5, group_share: Some(Fraction { part: 3, whole: 10 }) },
        ],
        missing,
        not_applicable: NotApplicable::Drop,
    }
}

/// So many rows that blocks and threads divide them unevenly, with a figure missing here and there.
fn many(program: &Program, count: usize) -> Vec<Row> {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).expect("31 bits")
    };
    let row = |_| {
        let whole = next() % 40;
        let part = if whole == 0 { 0 } else { next() % (whole + 1) };
        let figures = [next() % 2, part, whole, next() % 16, next() % 18];
        (0..program.columns).map(|at| (next() % 13 != 0).then(|| figures[at])).collect()
    };
    (0..count).map(row).collect()
}

#[test]
fn blocks_and_threads_do_not_show() {
    for missing in [Missing::Certain, Missing::Tolerated { leaves: 3 }] {
        let program = everything(missing);
        let mut rows = many(&program, 20_011);
        let columns = in_columns(&program, &mut rows);
        let expected = row_by_row(&program, &rows);
        let classes: std::collections::BTreeSet<i8> = expected.classes.iter().copied().collect();
        assert_eq!(classes.into_iter().collect::<Vec<_>>(), [-1, 0, 1, 2], "every class occurs");
        for arm in Arm::ALL.into_iter().filter(|arm| arm.is_here()) {
            for count in [1, 2, 3, 7] {
                assert_eq!(with(arm, &program, &columns, count, program.leaves.len()), expected, "{arm:?} {count}");
            }
        }
        // The other way round the rows give the same, each for itself.
        rows.reverse();
        let mut turned = with(Arm::best(), &program, &in_columns(&program, &mut rows), 2, 0);
        turned.classes.reverse();
        assert_eq!(turned.classes, expected.classes);
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let program = everything(Missing::Certain);
    let columns = |count: usize| Columns::new(vec![vec![1; 3]; count]).expect("in range");
    let mut results = Results::of(3, 0);
    assert_eq!(score_columns(&program, &columns(4), threads(1), &mut results), Err(Unfit::Columns));
    assert_eq!(score_columns(&program, &columns(5), threads(1), &mut Results::of(2, 0)), Err(Unfit::Results));
    assert_eq!(score_columns(&program, &columns(5), threads(1), &mut Results::of(3, 2)), Err(Unfit::Results));
    let mut wide = program.clone();
    wide.leaves[0].points_thousandths = i64::MAX;
    assert_eq!(score_columns(&wide, &columns(5), threads(1), &mut results), Err(Unfit::Size));
    assert_eq!(score_columns(&program, &columns(5), threads(1), &mut results), Ok(()));
    assert_eq!(Columns::new(vec![vec![0, -1]]), None);
    assert_eq!(Columns::new(vec![vec![FIGURE_MAX], vec![]]), None);
    assert!(Columns::new(vec![vec![FIGURE_MAX, NO_DATA]]).is_some());
    assert_eq!(
        score_columns(&program, &Columns::new(vec![vec![]; 5]).expect("no rows"), threads(2), &mut Results::of(0, 0)),
        Ok(())
    );
}

/// Every shipped set, and those of the cases.
fn sets() -> Vec<CriteriaSet> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders =
        [here.join("../../packs"), here.join("tests/cases")].map(|folder| fs::read_dir(folder).expect("sets"));
    let mut files: Vec<PathBuf> =
        folders.into_iter().flatten().map(|entry| entry.expect("an entry").path().join("pack.toml")).collect();
    files.retain(|file| file.exists());
    assert!(files.len() > 12, "the sets are there");
    let mut sets = Vec::new();
    for file in files {
        let code = file.parent().and_then(Path::file_name).expect("a folder").to_string_lossy();
        let text = fs::read_to_string(&file).expect("a pack");
        sets.push(parse(&code, &text).expect("in order"));
        if text.contains(APPLIES) {
            sets.push(parse(&code, &in_loops(&text)).expect("in order"));
        }
    }
    sets
}

const APPLIES: &str = "[criterion.applies]";

/// The set without what has no loop: rules that say where a criterion applies, and parts of parts.
fn in_loops(text: &str) -> String {
    let mut is_left_out = false;
    let mut kept = String::new();
    for line in text.lines() {
        is_left_out = line == APPLIES || (is_left_out && !line.starts_with('['));
        if !is_left_out && line != "per_kind = true" {
            kept += &(line.to_owned() + "\n");
        }
    }
    kept
}

/// Takes a figure in; a judgement takes what is left by two.
fn set(plan: &Plan, inputs: &mut Inputs, row: usize, key: &str, figure: Option<i64>) {
    if inputs.set(plan, row, key, figure).is_err() {
        inputs.set(plan, row, key, figure.map(|figure| figure % 2)).expect("a judgement");
    }
}

/// A unit about as good as can be, one figure after the other.
fn good(plan: &Plan) -> Inputs {
    let mut unit = Inputs::empty(plan, 1);
    for _ in 0..2 {
        for key in plan.keys() {
            let tried = [1, 0, 40, 1000].map(|figure| {
                let mut tried = unit.clone();
                set(plan, &mut tried, 0, key, Some(figure));
                let totals = score(plan, &tried).totals[0];
                ((totals.met, totals.points_thousandths, totals.class), tried)
            });
            let best = tried.into_iter().max_by_key(|(reached, _)| *reached).expect("some");
            unit = best.1;
        }
    }
    unit
}

/// What comes through columns says what each row says for itself, also where rows have gaps.
#[test]
fn many_units_are_scored_as_each_one() {
    let mut seed = 3u64;
    let mut chance = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut seen = [0; 4];
    for of in sets() {
        let plan = Plan::compile(&of).expect("compiles");
        let (good, mut inputs) = (good(&plan), Inputs::empty(&plan, 1000));
        for row in 0..inputs.rows() {
            inputs.copy_row(row, &good, 0);
            for key in plan.keys() {
                match chance(40) {
                    0 => set(&plan, &mut inputs, row, key, None),
                    1 | 2 => set(&plan, &mut inputs, row, key, Some(i64::try_from(chance(40)).expect("small"))),
                    _ => {}
                }
            }
        }
        let together = score(&plan, &inputs);
        let mut alone = together.clone();
        for row in 0..inputs.rows() {
            rescore(&plan, &inputs, &mut alone, row);
        }
        assert_eq!(together, alone, "{}", of.code);
        for totals in &together.totals {
            let found =
                [totals.no_data == 0, totals.is_deferred, totals.recognised == Some(true), totals.met == totals.of];
            seen.iter_mut().zip(found).for_each(|(seen, found)| *seen += usize::from(found));
        }
    }
    assert!(seen.iter().all(|seen| *seen > 0), "everything occurs: {seen:?}");
}
