//! Faults planted into a set that is in order: each is found, with its row; the set itself has none.

use dienhinh_domain::programmes::{CriteriaSet, parse};
use dienhinh_engine::analysis::{analyse, circles};

const PACK: &str = include_str!("cases/analysis/pack.toml");

fn set(text: &str) -> CriteriaSet {
    parse("analysis", text).unwrap_or_else(|problems| panic!("a pack that can be read: {problems:?}"))
}

/// What is said in English about the set with one place changed.
fn findings(from: &str, to: &str) -> Vec<String> {
    let planted = PACK.replacen(from, to, 1);
    assert_ne!(planted, PACK, "the set has `{from}`");
    let found = analyse(&set(&planted));
    assert!(found.iter().all(|problem| !problem.what.vi.is_empty()));
    found.into_iter().map(|problem| problem.what.en).collect()
}

#[test]
fn a_set_in_order_has_no_findings() {
    assert_eq!(analyse(&set(PACK)), []);
}

#[test]
fn each_planted_fault_is_found_alone() {
    for (from, to, expected) in [
        (
            "\"objects\"\ncount = { vi = \"Số mô hình\", en = \"Models\" }\nat_least = 3",
            "\"threshold\"\ncount = { vi = \"Số mô hình\", en = \"Models\" }\nat_least = 0",
            "c01: every figure meets it",
        ),
        ("at_least = \"80/100\"", "at_least = \"0/100\"", "c02: every figure meets it"),
        ("at_least = \"80/100\"", "at_most = \"100/100\"", "c02: every figure meets it"),
        ("at_most = \"95/100\"", "at_least = \"0/100\"", "c03: every figure meets it"),
        ("floor = 1", "floor = 10", "c05: every figure meets it"),
        ("\"100/100\"\nrecognised = \"70/100\"", "\"0/100\"\nrecognised = \"0/100\"", "c06: every figure meets it"),
        ("above = \"90/100\", points = 10", "above = \"100/100\", points = 10", "c04: no share is above 100/100"),
        ("above = \"90/100\", points = 10", "above = \"100/100\", points = 10", "c04: no figures can meet it"),
        ("points = 6 }", "points = 10 }", "c04: the band at 90/100 gives the points of the one before"),
        (
            "{ from = 0, points = 10 }, { from = 1,",
            "{ from = 1, points = 10 }, { from = 2,",
            "c08: less is better, yet below 1",
        ),
        ("{ from = 3, points = 0 }", "{ from = 3, points = 7 }", "c08: the points of its bands go up and down"),
        (
            "kind = \"objects\"\ncount = { vi = \"Số buổi họp\", en = \"Meetings\" }\nat_least = 1",
            "kind = \"threshold\"\ncount = { vi = \"Số buổi họp\", en = \"Meetings\" }\nat_least = 0",
            "c07.b: figures make no",
        ),
        ("vi = \"Số vụ năm trước\"", "vi = \"Số vụ năm nay\"", "c03.last: `Cases last year` is asked twice"),
        ("vi = \"Tỷ lệ hộ đăng ký đạt yêu cầu.\"", "vi = \"Có mô hình hoạt động.\"", "c02: has the text of c01"),
        ("cap = 25", "cap = 90", "group g2: its cap is not below"),
        (
            "[[criterion]]\nid = \"c01\"",
            "[[group]]\nid = \"g3\"\ntitle = { vi = \"a\", en = \"a\" }\n\n[[criterion]]\nid = \"c01\"",
            "group g3: no criterion",
        ),
        ("min_points = 60", "min_points = 66", "class good: the set has 65 points at most"),
        ("min_points = 60\nmin_met = 5", "min_points = 40\nmin_met = 3", "class fair: whoever is in it is in good too"),
        ("ceiling = \"fair\"", "ceiling = \"good\"", "c05: its ceiling is the highest class"),
        ("ceiling = \"fair\"", "ceiling = \"fair\"\nmandatory = true", "c05: without it there is no title at all"),
    ] {
        let found = findings(from, to);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{to}: {found:?}");
    }
}

#[test]
fn faults_beside_the_criteria_are_found() {
    let text = include_str!("cases/shapes/pack.toml");
    let read = |text: &str| parse("shapes", text).unwrap_or_else(|problems| panic!("can be read: {problems:?}"));
    assert_eq!(analyse(&read(text)), []);
    let last = "rule = { kind = \"threshold\", count = { vi = \"Số tháng hoạt động\"";
    let applies = "[criterion.applies]\nkind = \"threshold\"\n\
                   count = { key = \"parks\", vi = \"Số khu công nghiệp\", en = \"Industrial parks\" }\nat_least = 1\n";
    for (changes, expected) in [
        (
            vec![("en = \"All households\", measured_in = \"hộ\"", "en = \"All households\", measured_in = \"người\"")],
            "c01.joined: measured in hộ, yet c01.all in người",
        ),
        (
            vec![
                ("formula = \"c03.settled + c04\"", "formula = \"c03.settled + c04\", measured_in = \"vụ\""),
                ("en = \"Cases that are open\"", "en = \"Cases that are open\", measured_in = \"hộ\""),
            ],
            "c03.all: measured in vụ, yet c04 in hộ",
        ),
        (vec![("c03.settled + c04", "0 - c03.settled - 5")], "c03.all: its formula is always below zero"),
        (vec![("c03.settled + c04", "2 * 6")], "c03.all: its formula uses no figure"),
        (
            vec![(applies, &applies.replace("at_least = 1", "at_least = 0"))],
            "c02: figures make no difference to whether",
        ),
        (vec![(applies, ""), ("\"drop\"", "\"zero\"")], "not_applicable has no effect"),
        (vec![("60/100", "80/100")], "unit_group mountain: no number differs"),
        (vec![("60/100", "0/100")], "unit_group mountain: c01: every figure meets it"),
        (vec![("\"20/100\"", "\"0/100\"")], "quota good: it is 0"),
        (vec![("\"20/100\"", "\"100/100\"")], "quota good: it limits nothing"),
        (
            vec![("min_points = 45", "min_points = 62"), ("\"drop\"", "\"full\"")],
            "class good: without bonus there are 60",
        ),
        (vec![(last, &last.replace("threshold", "zero")), (", at_least = 9", "")], ""),
    ] {
        let planted = changes.iter().fold(text.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "the set has `{from}`");
            text.replacen(from, to, 1)
        });
        let found: Vec<String> = analyse(&read(&planted)).into_iter().map(|problem| problem.what.en).collect();
        assert_eq!(found.len(), usize::from(!expected.is_empty()), "{changes:?}: {found:?}");
        assert!(found.iter().all(|text| text.starts_with(expected)), "{changes:?}: {found:?}");
    }
}

#[test]
fn a_count_of_criteria_below_the_mandatory_ones_is_found() {
    let (head, rest) = PACK.split_once("[[class]]").expect("classes");
    let (_, criteria) = rest.split_once("[[group]]").expect("groups");
    let text = format!("{head}[[group]]{criteria}")
        .replace("class = \"fair\"", "min_met = 1")
        .replace("ceiling = \"fair\"", "knock_out = true")
        .replacen("proof = \"optional\"", "proof = \"optional\"\nmandatory = true", 1);
    let found = analyse(&set(&text));
    assert!(found.iter().any(|problem| problem.what.en.starts_with("min_met 1 has no effect")), "{found:?}");
}

#[test]
fn programmes_that_wait_for_each_other_are_found() {
    let children = set(PACK);
    assert_eq!(circles(&[&children]), [], "a commune reads its residential areas, which read nobody");
    let models = "kind = \"objects\"\ncount = { vi = \"Số mô hình\", en = \"Models\" }\nat_least = 3";
    let reads = |programme: &str, other: &str| {
        let rule = format!("kind = \"other_programme\"\nprogramme = \"{other}\"");
        set(&PACK.replacen(models, &rule, 1).replacen(
            "programme = \"trial\"",
            &format!("programme = \"{programme}\""),
            1,
        ))
    };
    let (first, second) = (reads("trial", "second"), reads("second", "trial"));
    assert_eq!(circles(&[&first]), [], "nobody here gives the second");
    let found: Vec<String> = circles(&[&first, &second]).into_iter().map(|problem| problem.what.en).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("second of a commune reads its own result"), "{found:?}");
}
