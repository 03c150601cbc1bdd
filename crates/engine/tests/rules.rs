//! Every kind of rule, as a table that a clerk can read, and what must hold for any figures.

use std::collections::BTreeMap;

use dienhinh_domain::{
    programmes::{CriteriaSet, parse, parse_cases},
    text::format_thousandths,
};
use dienhinh_engine::{
    Inputs, Language, Outcome, Plan, cases::run_cases, difference, explain, lacking, rescore, rule_in_words, score,
};
use proptest::prelude::*;

const PACK: &str = include_str!("cases/rules/pack.toml");
const CASES: &str = include_str!("cases/rules/cases.toml");

fn set() -> CriteriaSet {
    parse("rules", PACK).expect("a pack in order")
}

fn plan() -> Plan {
    Plan::compile(&set()).expect("compiles")
}

#[test]
fn every_rule_at_its_bounds() {
    let cases = parse_cases(CASES).expect("cases in order");
    assert_eq!(run_cases(&set(), &cases), []);
}

#[test]
fn every_rule_with_points_at_its_bounds() {
    let set = parse("points", include_str!("cases/points/pack.toml")).expect("a pack in order");
    let cases = parse_cases(include_str!("cases/points/cases.toml")).expect("cases in order");
    assert_eq!(run_cases(&set, &cases), []);
}

/// Quotas, ceilings and deferrals; surveys, quorums, periods and groups of units; checks of published figures.
#[test]
fn rules_over_units_and_results_at_their_bounds() {
    for (pack, cases) in [
        (include_str!("cases/grading/pack.toml"), include_str!("cases/grading/cases.toml")),
        (include_str!("cases/urban/pack.toml"), include_str!("cases/urban/cases.toml")),
        (include_str!("cases/published/pack.toml"), include_str!("cases/published/cases.toml")),
    ] {
        let code = pack.lines().find_map(|line| line.strip_prefix("code = ")).expect("a code").trim_matches('"');
        let set = parse(code, pack).expect("a pack in order");
        assert_eq!(run_cases(&set, &parse_cases(cases).expect("cases in order")), [], "{code}");
    }
}

#[test]
fn every_shape_of_rule_has_its_case() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let rows = include_str!("cases/README.md").lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut seen = 0;
    for row in rows.skip(1) {
        let [_, _, folder, name] = row.splitn(4, " | ").collect::<Vec<_>>()[..] else { panic!("four cells: {row}") };
        let folder = folder.trim_matches('`');
        let base = if folder.contains('/') { here.join("../..") } else { here.join("tests/cases") };
        let text = std::fs::read_to_string(base.join(folder).join("cases.toml")).expect("a file of cases");
        let cases = parse_cases(&text).expect("cases in order");
        assert!(cases.iter().any(|case| case.name == name), "{folder} has no case {name:?}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn the_most_points_that_a_set_names_are_those_a_unit_can_have() {
    let points = parse("points", include_str!("cases/points/pack.toml")).expect("a pack in order");
    for (set, most) in [(points, 10_500), (shapes(), 60_000)] {
        let plan = Plan::compile(&set).expect("compiles");
        let totals = score(&plan, &Inputs::empty(&plan, 1)).totals[0];
        assert_eq!((totals.max_thousandths, set.max_points_thousandths()), (most, most), "{}", set.code);
    }
}

fn shapes() -> CriteriaSet {
    parse("shapes", include_str!("cases/shapes/pack.toml")).expect("a pack in order")
}

#[test]
fn what_stands_beside_the_criteria_and_what_leaves_them() {
    let cases = parse_cases(include_str!("cases/shapes/cases.toml")).expect("cases in order");
    assert_eq!(run_cases(&shapes(), &cases), []);
    let of_no_group = "[[case]]\nname = \"nowhere\"\nunit_group = \"sea\"\nmet = 0\n";
    let problems = run_cases(&shapes(), &parse_cases(of_no_group).expect("a case"));
    assert!(problems[0].what.en.contains("unit_group should be mountain, computed sea"), "{problems:?}");
}

#[test]
fn what_does_not_apply_counts_as_the_set_says() {
    let text = include_str!("cases/shapes/pack.toml");
    for (policy, met, unmet, of, points, class) in
        [("drop", 4, 0, 4, "40,0", 2), ("full", 5, 0, 5, "60,0", 2), ("zero", 4, 1, 5, "40,0", 1)]
    {
        let set = parse("shapes", &text.replace("\"drop\"", &format!("\"{policy}\""))).expect("a pack in order");
        let plan = Plan::compile(&set).expect("compiles");
        let mut figures: BTreeMap<String, i64> =
            plan.keys().iter().map(|key| (key.clone(), 0)).filter(|(key, _)| key != "c03.all").collect();
        for (key, value) in [("c01.joined", 8), ("c01.all", 10), ("c03.settled", 1), ("c09", 1), ("c10", 9)] {
            figures.insert(key.to_owned(), value);
        }
        let inputs = Inputs::of_one(&plan, &figures).expect("figures in range");
        let totals = score(&plan, &inputs).totals[0];
        assert_eq!((totals.met, totals.unmet, totals.not_applicable, totals.of), (met, unmet, 1, of), "{policy}");
        assert_eq!((format_thousandths(totals.points_thousandths, 1).as_str(), totals.class), (points, Some(class)));
        let explained = explain(&plan, &inputs, 1, 0);
        let ending = if policy == "full" { "không áp dụng, 20,0 điểm." } else { "không áp dụng." };
        assert_eq!(explained.sentence(Language::Vi), format!("0 < 1: {ending}"));
    }
}

#[test]
fn a_wrong_expectation_is_named() {
    let wrong = CASES
        .replace("points = 10", "points = 11")
        .replace("outcomes = { c06 = \"unmet\" }", "outcomes = { c06 = \"met\" }");
    let problems = run_cases(&set(), &parse_cases(&wrong).expect("cases in order"));
    assert_eq!(problems.len(), 2);
    assert!(problems[0].what.en.contains("points should be 11, computed 10"), "{problems:?}");
    assert!(problems[1].what.vi.contains("c06 phải là met, tính ra unmet"), "{problems:?}");
    assert_eq!(problems[0].line, Some(4));
}

#[test]
fn figures_that_cannot_be_are_refused() {
    let plan = plan();
    let mut inputs = Inputs::empty(&plan, 1);
    for (key, value) in [("c01", 2), ("c01", -1), ("c02", -1), ("c02", i64::MAX), ("c99", 1)] {
        assert!(inputs.set(&plan, 0, key, Some(value)).is_err(), "{key} = {value}");
    }
    assert!(inputs.set(&plan, 1, "c02", Some(1)).is_err(), "there is one row");
    let scores = score(&plan, &inputs);
    assert_eq!(scores.totals[0].no_data, 9, "nothing of it was taken");
}

fn sentence(figures: &[(&str, i64)], id: &str, language: Language) -> String {
    let plan = plan();
    let figures: BTreeMap<String, i64> = figures.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
    let inputs = Inputs::of_one(&plan, &figures).expect("figures in range");
    explain(&plan, &inputs, plan.criterion(id).expect("a criterion"), 0).sentence(language)
}

#[test]
fn results_explain_themselves_in_both_languages() {
    use Language::{En, Vi};
    for (figures, id, language, expected) in [
        (vec![("c01", 1)], "c01", Vi, "Đánh giá: đạt, 2,0 điểm."),
        (vec![("c01", 0)], "c01", En, "Judged: not met, 0,0 points."),
        (vec![("c02", 3)], "c02", Vi, "3 < 4; 3 ≤ 12: chưa đạt, 0,0 điểm."),
        (vec![("c03.joined", 1842), ("c03.total", 1990)], "c03", Vi, "1.842 × 100 ≥ 90 × 1.990: đạt, 1,0 điểm."),
        (vec![("c04.late", 2), ("c04.total", 39)], "c04", En, "2 × 20 > 1 × 39: not met, 0,0 points."),
        (vec![("c03.joined", 1)], "c03", Vi, "chưa có số liệu: tổng số hộ: chưa có kết quả."),
        (vec![("c03.joined", 3), ("c03.total", 2)], "c03", Vi, "số liệu mâu thuẫn: 3 lớn hơn tổng 2: chưa có kết quả."),
        (vec![("c05", 0)], "c05", En, "0 = 0: met, 1,0 points."),
        (
            vec![("c07.total", 25), ("c07.registered", 25), ("c07.recognised", 17)],
            "c07",
            Vi,
            "25 × 100 ≥ 100 × 25; 17 × 100 < 70 × 25: chưa đạt, 0,0 điểm.",
        ),
        (vec![("c08.a", 0), ("c08.b", 2)], "c08", Vi, "Đạt 1/2 nội dung, cần 2 (b) 2 ≠ 0): chưa đạt, 0,0 điểm."),
        (vec![], "c06", Vi, "chưa có số liệu: số mô hình: chưa có kết quả."),
    ] {
        assert_eq!(sentence(&figures, id, language), expected, "{id} {figures:?}");
    }
}

#[test]
fn rules_read_as_sentences() {
    let set = set();
    let words = |id: &str, language| rule_in_words(set.criterion(id).expect("a criterion"), language);
    assert_eq!(words("c02", Language::Vi), "Số buổi họp: từ 4–12.");
    assert_eq!(words("c03", Language::Vi), "Số hộ tham gia trên tổng số hộ: ít nhất 90%.");
    assert_eq!(words("c04", Language::En), "Overdue files out of all files: at most 1/20.");
    assert_eq!(words("c05", Language::Vi), "Số điểm nóng bằng 0.");
    assert_eq!(words("c09", Language::En), "At least 2 of 3 parts are met: a) Groups; b) None late; c) Trained.");
}

#[test]
fn two_explanations_differ_in_what_changed() {
    let plan = plan();
    let explained = |plan: &Plan, figures: &[(&str, i64)], id: &str| {
        let figures = figures.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        let at = plan.criterion(id).expect("a criterion");
        (plan.criteria()[at].clone(), explain(plan, &Inputs::of_one(plan, &figures).expect("in range"), at, 0))
    };
    // Self-assessed and appraised: another figure, another outcome.
    let said = explained(&plan, &[("c03.joined", 1842), ("c03.total", 1990)], "c03");
    let found = explained(&plan, &[("c03.joined", 1742), ("c03.total", 1990)], "c03");
    let differs = difference((&said.0, &said.1), (&found.0, &found.1));
    assert_eq!(differs.sentence(Language::Vi), "Số hộ tham gia: 1.842 → 1.742; đạt → chưa đạt; 1,0 → 0,0 điểm.");
    assert!(difference((&said.0, &said.1), (&said.0, &said.1)).is_empty());
    // A figure that is not there any more.
    let less = explained(&plan, &[("c03.joined", 1842)], "c03");
    let differs = difference((&said.0, &said.1), (&less.0, &less.1));
    assert!(differs.sentence(Language::En).ends_with("1.990 → –; met → no result yet; 1,0 → – points."), "{differs:?}");
    // Another version asks for more, under another id.
    let text = PACK.replace("\"90/100\"", "\"95/100\"").replace("id = \"c03\"", "id = \"x03\"");
    let newer = Plan::compile(&parse("rules", &text).expect("a pack in order")).expect("compiles");
    let now = explained(&newer, &[("x03.joined", 1842), ("x03.total", 1990)], "x03");
    let differs = difference((&said.0, &said.1), (&now.0, &now.1));
    assert!(differs.figures.is_empty(), "the figures are the same: {differs:?}");
    let sentence = differs.sentence(Language::Vi);
    assert!(sentence.starts_with("yêu cầu: Số hộ tham gia trên tổng số hộ: ít nhất 90% → "), "{sentence}");
    assert!(sentence.ends_with("ít nhất 95%; đạt → chưa đạt; 1,0 → 0,0 điểm."), "{sentence}");
}

#[test]
fn what_is_lacking_for_the_next_class_is_known() {
    let plan = Plan::compile(&shapes()).expect("compiles");
    let mut figures: BTreeMap<String, i64> =
        plan.keys().iter().map(|key| (key.clone(), 0)).filter(|(key, _)| key != "c03.all").collect();
    let known = [("c01.joined", 7), ("c01.all", 10), ("c03.settled", 18), ("c04", 6), ("c09", 0), ("c10", 9)];
    figures.extend(known.map(|(key, value)| (key.to_owned(), value)));
    let lacks = |figures: &BTreeMap<String, i64>| {
        let inputs = Inputs::of_one(&plan, figures).expect("in range");
        lacking(&plan, &inputs, 0)
            .map(|lacks| (lacks.class, lacks.points_thousandths, lacks.met, lacks.groups, lacks.criteria))
    };
    // 20 of 40 points: fair asks for 30 of 60, so for 20; 2 of 4 are met, 3 of 5 are asked for.
    assert_eq!(lacks(&figures), Some((1, 0, 1, vec![], vec![])));
    // Fair now. Good asks for 30 points of 40, half of each group, and the grade of the police.
    figures.insert("c04".to_owned(), 5);
    assert_eq!(lacks(&figures), Some((2, 0, 0, vec![(0, 5_000)], vec![8])));
    figures.insert("c07".to_owned(), 2);
    assert_eq!(lacks(&figures), Some((2, 2_000, 0, vec![(0, 5_000)], vec![8])));
    for (key, value) in [("c01.joined", 10), ("c09", 1)] {
        figures.insert(key.to_owned(), value);
    }
    assert_eq!(lacks(&figures), None, "the highest");
}

/// Any figure of any column, present or not.
fn figures() -> impl Strategy<Value = Vec<Option<i64>>> {
    let columns = plan().keys().len();
    prop::collection::vec(prop::option::weighted(0.8, 0..30i64), columns)
}

fn inputs(plan: &Plan, rows: &[Vec<Option<i64>>]) -> Inputs {
    let mut inputs = Inputs::empty(plan, rows.len());
    for (row, figures) in rows.iter().enumerate() {
        for (key, value) in plan.keys().iter().zip(figures) {
            let value = if key == "c01" { value.map(|value| value % 2) } else { *value };
            inputs.set(plan, row, key, value).expect("in range");
        }
    }
    inputs
}

proptest! {
    #[test]
    fn missing_data_never_raises_a_result(figures in figures(), gone in 0usize..64) {
        let plan = plan();
        let mut fewer = figures.clone();
        let gone = gone % fewer.len();
        fewer[gone] = None;
        let scores = score(&plan, &inputs(&plan, &[figures, fewer]));
        for outcomes in &scores.outcomes {
            let (known, less) = (outcomes[0], outcomes[1]);
            prop_assert!(less == known || less == Outcome::NoData || known == Outcome::NoData);
        }
        // A contradiction (more than all) may be resolved by losing a figure, but only into "no data".
        prop_assert!(scores.totals[1].points_thousandths <= scores.totals[0].points_thousandths);
        prop_assert!(scores.totals[0].recognised != Some(false) || scores.totals[1].recognised != Some(true));
    }

    #[test]
    fn a_row_scored_anew_is_as_if_all_were(before in figures(), after in figures(), other in figures()) {
        let plan = plan();
        let mut scores = score(&plan, &inputs(&plan, &[before, other.clone()]));
        let changed = inputs(&plan, &[after, other]);
        rescore(&plan, &changed, &mut scores, 0);
        prop_assert_eq!(scores, score(&plan, &changed));
    }

    #[test]
    fn rows_do_not_know_of_one_another(first in figures(), second in figures()) {
        let plan = plan();
        let together = score(&plan, &inputs(&plan, &[first.clone(), second.clone()]));
        let turned = score(&plan, &inputs(&plan, &[second, first]));
        prop_assert_eq!(together.totals[0], turned.totals[1]);
        prop_assert_eq!(together.totals[1], turned.totals[0]);
    }

    #[test]
    fn a_share_does_not_change_when_both_figures_are_multiplied(part in 0i64..1000, whole in 1i64..1000, times in 1i64..1000) {
        let plan = plan();
        let at = plan.criterion("c03").expect("c03");
        let mut inputs = Inputs::empty(&plan, 2);
        for (row, factor) in [(0, 1), (1, times)] {
            inputs.set(&plan, row, "c03.joined", Some(part * factor)).expect("in range");
            inputs.set(&plan, row, "c03.total", Some(whole * factor)).expect("in range");
        }
        let outcomes = &score(&plan, &inputs).outcomes[at];
        prop_assert_eq!(outcomes[0], outcomes[1]);
    }

    #[test]
    fn what_is_explained_is_what_was_scored(figures in figures()) {
        let plan = plan();
        let inputs = inputs(&plan, &[figures]);
        let scores = score(&plan, &inputs);
        let totals = scores.totals[0];
        prop_assert_eq!(totals.met + totals.unmet + totals.no_data, totals.of);
        for at in 0..plan.criteria().len() {
            prop_assert_eq!(explain(&plan, &inputs, at, 0).outcome, scores.outcomes[at][0]);
        }
    }
}
