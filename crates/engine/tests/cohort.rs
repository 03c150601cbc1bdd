//! Order and quotas over the units of one parent: tables of points in, classes and ranks out.

use dienhinh_domain::programmes::parse;
use dienhinh_engine::{Plan, Totals, standings};

const PACK: &str = include_str!("cases/shapes/pack.toml");

/// A plan in which at most so many of the fair ones are good.
fn plan(at_most: &str, ties: &str) -> Plan {
    let text = PACK.replace("\"20/100\"", &format!("\"{at_most}\"")).replace("\"leave_out\"", &format!("\"{ties}\""));
    Plan::compile(&parse("shapes", &text).expect("a pack in order")).expect("compiles")
}

/// Units with points: good from 45 on, fair from 30 on, open where the points stand below 0.
fn units(points: &[i64]) -> Vec<Totals> {
    let class = |points: i64| match points {
        i64::MIN..0 => None,
        0..30 => Some(0),
        30..45 => Some(1),
        _ => Some(2),
    };
    points
        .iter()
        .map(|points| Totals { points_thousandths: points.abs() * 1000, class: class(*points), ..Totals::default() })
        .collect()
}

/// Class and rank of each, as a clerk writes them: `2/1`; `?` where the class is open.
fn stand(plan: &Plan, points: &[i64]) -> String {
    let word = |number: Option<usize>| number.map_or("?".to_owned(), |number| number.to_string());
    let all = standings(plan, &units(points));
    all.iter().map(|unit| format!("{}/{}", word(unit.class), word(unit.rank))).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_best_are_within_the_quota_rounded_down() {
    let fifth = plan("20/100", "leave_out");
    // 20 % of ten is two, of nine it is one, of four it is none.
    assert_eq!(stand(&fifth, &[50, 49, 48, 40, 40, 40, 40, 40, 40, 31]), "2/1 2/2 1/3 1/4 1/4 1/4 1/4 1/4 1/4 1/10");
    assert_eq!(stand(&fifth, &[49, 50, 40, 40, 40, 40, 40, 40, 40]), "1/2 2/1 1/3 1/3 1/3 1/3 1/3 1/3 1/3");
    assert_eq!(stand(&fifth, &[50, 40, 40, 40]), "1/1 1/2 1/2 1/2");
    // Who is not fair is not counted.
    assert_eq!(stand(&fifth, &[50, 40, 40, 40, 10]), "1/1 1/2 1/2 1/2 0/5");
    assert_eq!(stand(&fifth, &[50, 40, 40, 40, 30]), "2/1 1/2 1/2 1/2 1/5");
    assert_eq!(stand(&fifth, &[]), "");
}

#[test]
fn ties_at_the_edge_are_as_declared() {
    let points = [50, 48, 48, 40, 40, 40, 40, 40, 40, 40];
    assert_eq!(stand(&plan("20/100", "leave_out"), &points), "2/1 1/2 1/2 1/4 1/4 1/4 1/4 1/4 1/4 1/4");
    assert_eq!(stand(&plan("20/100", "let_in"), &points), "2/1 2/2 2/2 1/4 1/4 1/4 1/4 1/4 1/4 1/4");
    // None is allowed, so none is let in either.
    assert_eq!(stand(&plan("20/100", "let_in"), &[50, 50, 40]), "1/1 1/1 1/3");
    // All are level: none of them is in, or all.
    assert_eq!(stand(&plan("50/100", "leave_out"), &[46, 46]), "1/1 1/1");
    assert_eq!(stand(&plan("50/100", "let_in"), &[46, 46]), "2/1 2/1");
}

#[test]
fn an_open_unit_leaves_those_open_with_whom_it_competes() {
    let half = plan("50/100", "leave_out");
    assert_eq!(stand(&half, &[50, 40, -1]), "?/? 1/1 ?/?");
    // However the open one turns out, both are within half of four and more.
    assert_eq!(stand(&half, &[50, 40, 40, 40, -1]), "2/1 1/2 1/2 1/2 ?/?");
}

#[test]
fn a_set_without_quotas_ranks_alone() {
    let quota = PACK.find("[[quota]]").expect("a quota");
    let end = quota + PACK[quota..].find("[[unit_group]]").expect("groups of units");
    let text = format!("{}{}", &PACK[..quota], &PACK[end..]);
    let plan = Plan::compile(&parse("shapes", &text).expect("a pack in order")).expect("compiles");
    assert!(!plan.has_quotas());
    assert_eq!(stand(&plan, &[31, 50, 50]), "1/3 2/1 2/1");
}
