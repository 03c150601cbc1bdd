//! Overlays as they are written: what a province may change, and what is refused with its line.

use jiff::civil::date;

use super::*;

const OVERLAY: &str = r#"code = "province"
version = "1"
base = "../everything"
base_version = "2"
valid_from = 2025-01-01
title = { vi = "Bộ của tỉnh", en = "The province's set" }
legal_bases = [{ vi = "Quyết định của tỉnh", en = "Decision of the province" }]
mandatory = ["c05", "c03"]

[[tighten]]
key = "c03.at_least"
value = "1/2"
mark = "summary"
source = { vi = "Quyết định, điều 1", en = "Decision, art. 1" }

[[tighten]]
key = "c02.at_most"
value = 1500
mark = "illustrative"
source = { vi = "Quyết định, điều 2", en = "Decision, art. 2" }

[[tighten]]
key = "c02.at_least"
unit_group = "mountain"
value = 600
mark = "summary"
source = { vi = "Quyết định, điều 3", en = "Decision, art. 3" }

[[group]]
id = "own"
title = { vi = "Điều kiện của tỉnh", en = "Conditions of the province" }
role = "condition"

[[criterion]]
id = "p01"
number = 20
group = "own"
text = { vi = "Có trụ sở", en = "There is an office" }
mark = "summary"
source = { vi = "Quyết định, điều 4", en = "Decision, art. 4" }
proof = "optional"
rule = { kind = "objects", count = { vi = "Số trụ sở", en = "Offices" }, at_least = 1 }
"#;

fn base() -> CriteriaSet {
    parse("everything", write_tests::EVERYTHING).expect("the base is in order")
}

fn laid(text: &str, base: &CriteriaSet) -> Result<CriteriaSet, Vec<Problem>> {
    Overlay::read(text)?.on("province", base)
}

#[test]
fn what_a_province_adds_makes_an_ordinary_set() {
    let (base, set) = (base(), laid(OVERLAY, &base()).expect("an overlay in order"));
    assert_eq!((set.code.as_str(), set.version.as_str(), set.valid_from), ("province", "1", date(2025, 1, 1)));
    assert_eq!((set.title.en.as_str(), &set.short_title), ("The province's set", &base.short_title));
    assert_eq!((set.legal_bases.len(), set.programme.as_str()), (3, "everything"));
    let bound = ShareBound::AtLeast(Share { part: 1, whole: 2 });
    let Rule::Ratio { bound: found, .. } = set.criteria[2].rule else { panic!("a ratio") };
    assert_eq!(found, bound);
    assert_eq!(set.criteria[2].source.en, "Art. 3; Decision, art. 1");
    assert_eq!((set.criteria[2].mark, set.criteria[1].mark), (Mark::Illustrative, Mark::Illustrative));
    assert_eq!((set.criteria[2].mandatory, set.criteria[2].ceiling), (true, None), "mandatory is more than a ceiling");
    assert_eq!((set.criteria[4].mandatory, base.criteria[4].mandatory), (true, false));
    let mountain = set.for_units("mountain").expect("the group of the base");
    let of = |set: &CriteriaSet| match set.criteria[1].rule {
        Rule::Threshold { at_least, at_most, .. } => (at_least, at_most),
        _ => panic!("a threshold"),
    };
    assert_eq!((of(&set), of(&mountain)), ((Some(1000), Some(1500)), (Some(600), Some(1500))));
    let own = set.criterion("p01").expect("the condition");
    assert_eq!((set.role(own), set.counted().count()), (Role::Condition, base.counted().count()));
    assert_eq!(parse("province", &write(&set)).expect("a pack in order"), set, "it can be written as a pack");
}

#[test]
fn the_number_that_must_be_met_may_rise() {
    let text = write_tests::EVERYTHING;
    let (from, to) = (text.find("[[class]]").expect("classes"), text.find("[[unit_group]]").expect("groups of units"));
    let text = format!("{}{}", &text[..from], &text[to..])
        .replace("class = \"fair\"", "min_met = 5")
        .replace("ceiling = \"fair\"\n", "");
    let base = parse("everything", &text).expect("a set without classes");
    let rows = OVERLAY.replacen("key = \"c03.at_least\"\nvalue = \"1/2\"", "key = \"min_met\"\nvalue = 6", 1);
    let set = laid(&rows, &base).expect("an overlay in order");
    assert_eq!((set.recognition.min_met, set.classes[0].min_met), (6, 6));
    assert_eq!(set.recognition.source.en, "Art. 5; Decision, art. 1");
    assert_eq!(set.recognition.mark, Mark::Summary);
    let lower = laid(&rows.replacen("value = 6", "value = 4", 1), &base).expect_err("fewer are easier");
    assert!(lower[0].what.en.contains("easier than 5"), "{lower:?}");
    let text = "value = 6\ntext = { vi = \"Đạt 6\", en = \"Six met\" }";
    let told = laid(&rows.replacen("value = 6", text, 1), &base).expect_err("no criterion has this text");
    assert!(told[0].what.en.contains("a text is for the number of a criterion"), "{told:?}");
}

#[test]
fn a_penalty_is_tightened_the_other_way_round() {
    let rule = "kind = \"each\", count = { vi = \"Số báo cáo chậm\", en = \"Late reports\" }, each = 1";
    let late = "kind = \"threshold\", count = { vi = \"Số báo cáo chậm\", en = \"Late reports\" }, at_least = 3";
    let base = parse("everything", &write_tests::EVERYTHING.replace(rule, late)).expect("a set in order");
    let with = |value: u8| {
        let row = format!("key = \"c17.at_least\"\nvalue = {value}");
        laid(&OVERLAY.replacen("key = \"c03.at_least\"\nvalue = \"1/2\"", &row, 1), &base)
    };
    let set = with(2).expect("points are lost from two on");
    assert!(matches!(set.criterion("c17").expect("it").rule, Rule::Threshold { at_least: Some(2), .. }));
    let easier = with(4).expect_err("points are lost later");
    assert!(easier[0].what.en.contains("4 is easier than 3"), "{easier:?}");
}

#[test]
fn a_text_that_names_the_old_number_is_given_anew() {
    let base = write_tests::EVERYTHING.replace("{ vi = \"Ngưỡng\"", "{ vi = \"Tối đa 2000 hộ\"");
    let base = parse("everything", &base).expect("a set in order");
    let found = laid(OVERLAY, &base).expect_err("it still says 2000");
    assert_eq!((found.len(), found[0].line), (1, Some(17)), "{found:?}");
    assert!(found[0].what.en.contains("c02.at_most: the text of the criterion still says 2000"), "{found:?}");
    let text = "value = 1500\ntext = { vi = \"Tối đa 1500 hộ\", en = \"1500 households at most\" }";
    let set = laid(&OVERLAY.replace("value = 1500", text), &base).expect("said anew");
    assert_eq!(set.criteria[1].text.en, "1500 households at most");
}

/// The overlay with one place changed.
fn changed(from: &str, to: &str) -> String {
    assert!(OVERLAY.contains(from), "the overlay has `{from}`");
    OVERLAY.replacen(from, to, 1)
}

/// Each overlay is refused at its line, in both languages.
fn refused(overlays: Vec<(String, usize, &str)>) {
    for (text, line, expected) in overlays {
        let problems = laid(&text, &base()).expect_err(expected);
        let found = problems.iter().find(|problem| problem.what.en.contains(expected));
        let found = found.unwrap_or_else(|| panic!("{expected}: {problems:?}"));
        assert_eq!(found.line, Some(line), "{expected}: {problems:?}");
        assert_ne!(found.what.vi, found.what.en, "{expected}");
    }
}

#[test]
fn an_overlay_names_its_base_and_what_it_adds() {
    let rows = OVERLAY.find("[[tighten]]").expect("rows");
    let only_heads = OVERLAY[..rows].replace("mandatory = [\"c05\", \"c03\"]\n", "");
    refused(vec![
        (changed("code = \"province\"", "code = \"region\""), 1, "`code` must be the folder's name `province`"),
        (changed("base_version = \"2\"", "base_version = \"1\""), 4, "the base has the version 2, not 1"),
        (changed("2025-01-01", "2024-02-28"), 5, "valid_from is not before 2024-02-29"),
        (changed("valid_from = 2025-01-01", "valid_from = 2025-01"), 5, "cannot be read"),
        (
            changed(
                "legal_bases = [{ vi = \"Quyết định của tỉnh\", en = \"Decision of the province\" }]",
                "legal_bases = []",
            ),
            7,
            "at least one document",
        ),
        (changed("\"c05\"", "\"c99\""), 8, "the base has no criterion `c99`"),
        (changed("\"c05\"", "\"c01\""), 8, "c01: is mandatory or a knock-out already"),
        (changed("\"c05\"", "\"c02\""), 8, "c02: is mandatory or a knock-out already"),
        (changed("\"c05\"", "\"c03\""), 8, "c03: is mandatory or a knock-out already"),
        (changed("\"c05\"", "\"c16\""), 8, "c16: only a criterion of a counted group"),
        (only_heads, 1, "it does not differ from the base"),
    ]);
    let base = CriteriaSet { code: "province".to_owned(), ..base() };
    let problems = laid(OVERLAY, &base).expect_err("two sets of one code");
    assert!(problems[0].what.en.contains("`province` is the code of the base"), "{problems:?}");
}

#[test]
fn a_number_only_becomes_stricter() {
    let rows = OVERLAY.find("[[tighten]]").expect("rows");
    let twice = format!("{OVERLAY}\n{}", &OVERLAY[rows..OVERLAY.find("[[tighten]]\nkey = \"c02").expect("the next")]);
    refused(vec![
        (changed("c03.at_least", "c03.at_most"), 11, "the base has no number `c03.at_most`, only: c03.at_least"),
        (
            changed("c03.at_least", "c99.at_least"),
            11,
            "the base has no number `c99.at_least`, only: c02.at_least, c02.at_most",
        ),
        (
            changed("\"1/2\"", "\"1/4\""),
            12,
            "1/4 is easier than 1/3 of the base; an overlay only tightens: go above it",
        ),
        (changed("\"1/2\"", "\"2/6\""), 12, "2/6 equals 1/3 of the base and changes nothing"),
        (changed("\"1/2\"", "\"3/2\""), 12, "`3/2` cannot stand here; write it as the present value 1/3"),
        (changed("\"1/2\"", "50"), 12, "`50` cannot stand here"),
        (
            changed("value = 1500", "value = 2500"),
            18,
            "2500 is easier than 2000 of the base; an overlay only tightens: go below it",
        ),
        (changed("value = 1500", "value = 900"), 18, "c02.at_most = 900: "),
        (changed("mark = \"illustrative\"", "mark = \"sure\""), 19, "a mark is verified"),
        (changed("\"mountain\"", "\"sea\""), 24, "the base has no unit_group `sea`, only: mountain"),
        (changed("value = 600", "value = 500"), 25, "500 equals 500 of the base"),
        (changed("value = 600", "value = 1600"), 25, "c02.at_least = 1600: "),
        (twice, 45, "c03.at_least: is tightened twice"),
    ]);
}

#[test]
fn what_is_added_gives_no_points_and_leaves_the_rows_of_the_base_alone() {
    let conditions = OVERLAY.find("[[group]]").expect("a group");
    refused(vec![
        (changed("id = \"own\"", "id = \"later\""), 30, "the base has a group `later` already"),
        (
            changed("role = \"condition\"", "role = \"bonus\""),
            32,
            "has the role condition or deferral and gives no points",
        ),
        (
            changed("role = \"condition\"", "role = \"penalty\""),
            32,
            "has the role condition or deferral and gives no points",
        ),
        (changed("role = \"condition\"", "cap = 3"), 30, "has the role condition or deferral and gives no points"),
        (changed("id = \"p01\"", "id = \"c01\""), 35, "the base has a criterion `c01` already"),
        (changed("number = 20", "number = 1"), 35, "criterion 20 in order must have the number 20"),
        (changed("group = \"own\"", "group = \"conditions\""), 37, "p01: `conditions` is a group of the base"),
        (changed("group = \"own\"", "group = \"g1\""), 37, "p01: `g1` is a group of the base"),
        (changed("group = \"own\"", "group = \"own\"\npoints = 1"), 35, "do not go with the role of its group"),
        (changed("unit_group = \"mountain\"", "unit_groups = \"mountain\""), 24, "unknown field `unit_groups`"),
        (OVERLAY[conditions..].to_owned(), 1, "missing field `code`"),
    ]);
}
