//! The evaluator of rows against a second one in exact fractions, on random programs and figures at their bounds.
//!
//! `DIENHINH_ORACLE_CASES` sets how many pairs of a program and a row are compared.

use dienhinh_engine::{
    program::{Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Test, Value},
    row::{RowScore, reached, score_row},
};
use dienhinh_testkit::oracle::{self, Verdict, programs::program, rows::Row, rows::rows};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};

mod planted;
mod rules;

/// Rows for each program.
const ROWS: usize = 16;

fn pairs() -> usize {
    std::env::var("DIENHINH_ORACLE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6_000)
}

/// A program with some rows for it.
fn scored() -> impl Strategy<Value = (Program, Vec<Row>)> {
    program().prop_flat_map(|program| {
        let rows = rows(&program, ROWS);
        (Just(program), rows)
    })
}

/// The same cases in every run, and as many as asked for.
fn runner(pairs: usize) -> TestRunner {
    let cases = u32::try_from(pairs.div_ceil(ROWS)).expect("not that many");
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn check(pairs: usize, property: impl Fn(&Program, &Row) -> TestCaseResult) {
    let all_rows = |(program, rows): (Program, Vec<Row>)| rows.iter().try_for_each(|row| property(&program, row));
    if let Err(failure) = runner(pairs).run(&scored(), all_rows) {
        panic!("{failure}");
    }
}

/// What the engine says, in the words of the oracle.
fn said(score: RowScore) -> Verdict {
    Verdict {
        points_thousandths: score.leaves.iter().map(|leaf| leaf.points_thousandths).collect(),
        open_thousandths: score.leaves.iter().map(|leaf| leaf.open_thousandths).collect(),
        outcomes: score.outcomes,
        groups_thousandths: score.groups_thousandths,
        total_thousandths: score.total_thousandths,
        best_thousandths: score.best_thousandths,
        class: score.class,
        classes: score.classes,
    }
}

#[test]
fn the_engine_says_what_the_oracle_says() {
    check(pairs(), |program, row| {
        let (engine, oracle) = (said(score_row(program, row)), oracle::score(program, row));
        prop_assert_eq!(engine, oracle, "{:?}", row);
        Ok(())
    });
}

/// Points that penalties with data take off.
fn taken(program: &Program, row: &Row) -> i64 {
    let penalties = program.extras.iter().filter(|extra| extra.is_penalty);
    penalties.map(|extra| reached(&extra.kind, extra.points_thousandths, row).points_thousandths).sum()
}

/// The row without one of its figures, for each figure it has.
fn with_one_gone(row: &Row) -> impl Iterator<Item = Row> {
    (0..row.len()).filter(|at| row[*at].is_some()).map(|at| {
        let mut fewer = row.clone();
        fewer[at] = None;
        fewer
    })
}

#[test]
fn missing_data_never_raise_a_result() {
    check(pairs() / 8, |program, row| {
        let full = score_row(program, row);
        for fewer in with_one_gone(row) {
            // A penalty without data takes nothing: that much, and no more, may come back.
            let forgiven = taken(program, row) - taken(program, &fewer);
            let less = score_row(program, &fewer);
            prop_assert!(less.total_thousandths <= full.total_thousandths + forgiven, "{row:?} {fewer:?}");
            if forgiven == 0 || program.missing == Missing::Certain {
                let raised = less.class.zip(full.class).is_some_and(|(less, full)| less > full);
                prop_assert!(!raised, "{row:?} {fewer:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn filling_in_data_never_moves_a_certain_class() {
    check(pairs() / 8, |program, row| {
        let program = Program { missing: Missing::Certain, ..program.clone() };
        let full = score_row(&program, row);
        for fewer in with_one_gone(row) {
            let less = score_row(&program, &fewer);
            prop_assert!(less.class.is_none() || less.class == full.class, "{row:?} {fewer:?}");
        }
        Ok(())
    });
}

#[test]
fn columns_that_no_rule_reads_change_nothing() {
    check(pairs(), |program, row| {
        let wider = Program { columns: program.columns + 2, ..program.clone() };
        let more: Row = row.iter().copied().chain([Some(7), None]).collect();
        prop_assert_eq!(score_row(&wider, &more), score_row(program, row));
        Ok(())
    });
}

#[test]
fn shares_do_not_change_when_part_and_whole_are_multiplied() {
    check(pairs(), |program, row| {
        let only_in_ratios = rules::only_in_ratios(program);
        for times in [2, 3, 1000] {
            let multiplied = row.iter().zip(&only_in_ratios);
            let more: Row =
                multiplied.map(|(value, ratio)| value.map(|v| if *ratio { v * times } else { v })).collect();
            prop_assert_eq!(score_row(program, &more), score_row(program, row), "{:?}", more);
        }
        Ok(())
    });
}

#[test]
fn every_planted_mistake_is_found() {
    let mut undetected = planted::MISTAKES.to_vec();
    let mut cases = runner(pairs());
    for _ in 0..pairs().div_ceil(ROWS) {
        let (program, rows) = scored().new_tree(&mut cases).expect("a case").current();
        for row in &rows {
            let right = oracle::score(&program, row);
            undetected.retain(|(_, mistaken)| said(mistaken(&program, row)) == right);
        }
    }
    let names: Vec<&str> = undetected.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [""; 0], "the cases do not show these mistakes");
}

/// A program of one leaf with one point, whose class asks for it.
fn one_leaf(kind: Kind, columns: usize) -> Program {
    Program {
        columns,
        leaves: vec![Leaf { kind, points_thousandths: 1000, met_at_thousandths: 1000, group: 0, applies: None }],
        group_caps_thousandths: vec![1000],
        extras: Vec::new(),
        gates: Vec::new(),
        classes: vec![Class { points_thousandths: 1000, ..Class::default() }],
        missing: Missing::Certain,
        not_applicable: NotApplicable::Drop,
    }
}

fn both_say(program: &Program, row: &Row) -> Verdict {
    let engine = said(score_row(program, row));
    assert_eq!(engine, oracle::score(program, row));
    engine
}

#[test]
fn more_from_nothing_is_not_less() {
    let value = Value::Change { current: 0, previous: 1 };
    let less_is_better = Kind::Linear { value, from: Fraction::whole(1), to: Fraction { part: 1, whole: 2 } };
    let verdict = both_say(&one_leaf(less_is_better, 2), &vec![Some(5), Some(0)]);
    assert_eq!(verdict.points_thousandths, [0]);
}

#[test]
fn a_penalty_without_data_leaves_the_class_open() {
    let kind = Kind::Each { column: 1, each_thousandths: 1 };
    let mut program = one_leaf(Kind::Judgement { column: 0 }, 2);
    program.extras = vec![Extra { kind, points_thousandths: 1, is_penalty: true }];
    let verdict = both_say(&program, &vec![Some(1), None]);
    assert_eq!((verdict.total_thousandths, verdict.class, verdict.classes), (1000, None, (0, 1)));
}

#[test]
fn a_ceiling_does_not_give_its_class() {
    let mut program = one_leaf(Kind::Judgement { column: 0 }, 1);
    program.classes.push(Class::default());
    program.gates = vec![Gate { test: Test::Leaf(0), at_most: 1 }];
    assert_eq!(both_say(&program, &vec![Some(0)]).class, Some(0));
}

/// Found among a million pairs: what a figure still leaves open of the base.
#[test]
fn the_base_has_what_surely_applies_and_may_lose_the_rest() {
    let leaf = |column, applies, points_thousandths, group| Leaf {
        kind: Kind::Judgement { column },
        points_thousandths,
        met_at_thousandths: points_thousandths,
        group,
        applies: Some(Kind::Judgement { column: applies }),
    };
    let late = Extra { kind: Kind::Each { column: 3, each_thousandths: 10 }, points_thousandths: 10, is_penalty: true };
    let program = |points_thousandths, missing, extras| Program {
        columns: 4,
        leaves: vec![leaf(0, 1, 2, 0), Leaf { applies: None, ..leaf(2, 2, 1, 1) }],
        group_caps_thousandths: vec![2, 0],
        extras,
        gates: Vec::new(),
        classes: vec![Class { points_thousandths, ..Class::default() }],
        missing,
        not_applicable: NotApplicable::Drop,
    };
    let alone = |missing| {
        let mut program = program(0, missing, Vec::new());
        program.leaves.pop();
        program
    };
    let tolerated = alone(Missing::Tolerated { leaves: 1 });
    let class = |program: &Program, row: [Option<i64>; 4]| {
        let found = score_row(program, &row);
        assert_eq!(said(found.clone()), oracle::score(program, &row));
        found.classes
    };
    assert_eq!(class(&tolerated, [None, Some(1), None, None]), (1, 1), "it applies, though nothing is known of it");
    assert_eq!(class(&tolerated, [None, None, None, None]), (0, 0), "perhaps nothing applies");
    let certain = program(2, Missing::Certain, vec![late]);
    assert_eq!(class(&certain, [Some(1), Some(1), Some(1), Some(1)]), (0, 0), "the penalty leaves no points");
    assert_eq!(class(&certain, [Some(1), None, Some(1), Some(1)]), (0, 1), "without it no points are asked for");
}
