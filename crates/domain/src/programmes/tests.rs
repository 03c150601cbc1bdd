//! Packs as they are written: what is read, and what is refused with its line.

use jiff::civil::date;
use uuid::Uuid;

use super::*;

const PACK: &str = r#"
code = "set"
version = "1"
programme = "programme"
kinds = ["ward"]
valid_from = 2022-02-10
title = { vi = "Phường", en = "Ward" }
short_title = { vi = "Phường", en = "Ward" }
standing = { vi = "đạt", en = "meets" }
legal_bases = [{ vi = "Thông tư", en = "Circular" }]
award = { ward = { vi = "Phường an toàn", en = "Safe ward" } }
calendar = { assessed_from = "16/11", assessed_until = "15/11", registration_until = "31/03", due = "30/11" }
recognition = { min_met = 2, mark = "summary", source = { vi = "Điều 5", en = "Art. 5" }, issued_by = ["district", "province"] }

[[group]]
id = "g1"
title = { vi = "Nhóm", en = "Group" }

[[criterion]]
id = "c01"
number = 1
group = "g1"
points = "2.5"
text = { vi = "Hòa giải", en = "Mediation" }
mark = "summary"
source = { vi = "Điều 1", en = "Art. 1" }
proof = "required"
[criterion.rule]
kind = "ratio"
part = { key = "settled", vi = "Hòa giải thành", en = "Settled" }
whole = { key = "total", vi = "Tổng số", en = "All" }
at_least = "80/100"

[[criterion]]
id = "c02"
number = 2
group = "g1"
points = 3
text = { vi = "Không xảy ra", en = "Nothing occurs" }
mark = "illustrative"
source = { vi = "Điều 4", en = "Art. 4" }
proof = "optional"
knock_out = true
[criterion.rule]
kind = "all_of"
[[criterion.rule.part]]
id = "a"
text = { vi = "Không có điểm nóng", en = "No hot-spot" }
rule = { kind = "zero", count = { vi = "Số điểm nóng", en = "Hot-spots" } }
[[criterion.rule.part]]
id = "b"
text = { vi = "Có mô hình", en = "A scheme" }
rule = { kind = "objects", count = { vi = "Số mô hình", en = "Schemes" }, at_least = 1 }
"#;

#[test]
fn a_pack_is_read_as_it_is_written() {
    let set = parse("set", PACK).expect("a pack in order");
    assert_eq!(set.input_keys().collect::<Vec<_>>(), ["c01.settled", "c01.total", "c02.a", "c02.b"]);
    assert_eq!(set.max_points_thousandths(), 5_500);
    assert_eq!(set.mark(), Mark::Illustrative);
    assert_eq!(set.award(UnitKind::Ward).vi, "Phường an toàn");
    let bound = ShareBound::AtLeast(Share { part: 80, whole: 100 });
    assert_eq!(set.criteria[0].rule, Rule::Ratio { part: 0, whole: 1, bound });
    let Rule::AllOf { parts } = &set.criteria[1].rule else { panic!("all of") };
    assert_eq!(parts[1].rule, Rule::Objects { input: 1, at_least: 1 });
}

#[test]
fn the_most_points_are_those_of_the_counted_groups_up_to_their_caps() {
    for (cap, groups, most) in [("30.25", [10_125, 21_000, 2_000], 31_125), ("6.5", [6_500, 21_000, 2_000], 27_500)] {
        let text = write_tests::EVERYTHING.replace("cap = \"30.25\"", &format!("cap = \"{cap}\""));
        let set = parse("everything", &text).expect("a pack in order");
        assert_eq!([0, 1, 2].map(|at| set.group_points_thousandths(at)), groups, "{cap}");
        assert_eq!((set.max_points_thousandths(), set.has_points()), (most, true), "{cap}: the bonus comes on top");
    }
}

#[test]
fn a_year_is_dates() {
    let set = parse("set", PACK).expect("a pack in order");
    let cycle = set.cycle(CycleId::new(Uuid::nil()), 2023);
    assert_eq!(cycle.assessed, Period { from: date(2022, 11, 16), until: Some(date(2023, 11, 16)) });
    assert_eq!((cycle.registration_until, cycle.due_on), (date(2023, 3, 31), date(2023, 11, 30)));
}

#[test]
fn mistakes_are_named_with_their_line() {
    let line_of = |needle: &str| PACK[..PACK.find(needle).expect("in the pack")].matches('\n').count() + 1;
    let cases = [
        ("code = \"set\"", "code = \"other\"", "folder's name"),
        ("kinds = [\"ward\"]", "kinds = [\"ward\", \"star\"]", "no kind of unit `star`"),
        ("min_met = 2", "min_met = 3", "min_met lies between 1 and 2"),
        ("issued_by = [\"district\", \"province\"]", "issued_by = []", "at least one level"),
        ("assessed_until = \"15/11\"", "assessed_until = \"31/02\"", "day/month"),
        ("points = \"2.5\"", "points = \"2.5005\"", "points are written"),
        ("group = \"g1\"\npoints = \"2.5\"", "group = \"g9\"\npoints = \"2.5\"", "no group `g9`"),
        ("id = \"c02\"", "id = \"c01\"", "stands twice"),
        ("number = 2", "number = 4", "must have the number 2"),
        ("mark = \"illustrative\"", "mark = \"certain\"", "a mark is"),
        ("proof = \"optional\"", "proof = \"perhaps\"", "proof is"),
        ("knock_out = true", "knockout = true", "unknown field `knockout`"),
        ("programme = \"programme\"", "programme = ", "cannot be read"),
    ];
    for (before, after, expected) in cases {
        let problems = parse("set", &PACK.replacen(before, after, 1)).expect_err(after);
        let found = problems.iter().find(|problem| problem.what.en.contains(expected));
        let found = found.unwrap_or_else(|| panic!("{after}: {problems:?}"));
        let line = found.line.expect("a line");
        assert!(line.abs_diff(line_of(before)) <= 3, "{after}: line {line}, not {}", line_of(before));
    }
}

/// A rule of two parts, the second as given.
fn parts(kind: &str, rule: &str, points: &str) -> String {
    let part = |id: &str, rule: &str, points: &str| {
        format!(
            "[[criterion.rule.part]]\nid = \"{id}\"\n{points}text = {{ vi = \"Phần\", en = \"Part\" }}\n\
             [criterion.rule.part.rule]\n{rule}\ncount = {{ vi = \"Số\", en = \"Number\" }}\n"
        )
    };
    format!("kind = \"{kind}\"\n{}{}", part("a", "kind = \"zero\"", ""), part("b", rule, points))
}

#[test]
fn rules_that_nothing_can_meet_are_refused() {
    let ratio = "kind = \"ratio\"\npart = { key = \"settled\", vi = \"Hòa giải thành\", en = \"Settled\" }\nwhole = { key = \"total\", vi = \"Tổng số\", en = \"All\" }\nat_least = \"80/100\"";
    assert!(PACK.contains(ratio));
    let figure = "count = { vi = \"Số\", en = \"Number\" }";
    for rule in [
        format!("kind = \"threshold\"\n{figure}"),
        format!("kind = \"threshold\"\n{figure}\nat_least = 5\nat_most = 4"),
        format!("kind = \"objects\"\n{figure}\nat_least = 0"),
        ratio.replace("80/100", "120/100"),
        ratio.replace("80/100", "80"),
        ratio.replace("80/100", "1/0"),
        ratio.replace("key = \"total\", ", ""),
        format!("{ratio}\nat_most = \"90/100\""),
        "kind = \"all_of\"\npart = []".to_owned(),
        parts("all_of", "kind = \"linear\"\nfrom = 0\nto = 5", ""),
        parts("n_of_m", "kind = \"deduction\"\neach = 1", "").replacen('\n', "\nneed = 1\n", 1),
        parts("all_of", "kind = \"zero\"", "points = 1\n"),
        parts("sub_points", "kind = \"zero\"", ""),
        "kind = \"guess\"".to_owned(),
        "kind = \"children_share\"\nprogramme = \"p\"\nkinds = [\"star\"]\nregistered = \"1/1\"\nrecognised = \"1/1\""
            .to_owned(),
    ] {
        let problems = parse("set", &PACK.replace(ratio, &rule)).expect_err(&rule);
        assert!(problems[0].line.is_some(), "{rule}: {problems:?}");
    }
}

#[test]
fn children_that_are_not_decided_leave_the_recognised_open() {
    use UnitKind::{Agency, Enterprise, ResidentialArea as Area};
    let reads = ChildResults { programme: "programme".to_owned(), kinds: vec![Area, Agency], per_kind: false };
    let below = |kind: UnitKind| if kind == Area { 2 } else { 1 };
    for (dossiers, figures) in [
        (vec![], (3, 0, Some(0))),
        (vec![(Area, State::Invited), (Area, State::Recognised)], (3, 1, Some(1))),
        (vec![(Area, State::NotRecognised), (Agency, State::Recognised)], (3, 2, Some(1))),
        (vec![(Area, State::Revoked), (Agency, State::Recognised)], (3, 2, Some(1))),
        (vec![(Area, State::Appraised), (Agency, State::Recognised)], (3, 2, None)),
        (vec![(Enterprise, State::InProgress), (Agency, State::Recognised)], (3, 1, Some(1))),
    ] {
        let (total, registered, recognised) = figures;
        let expected = vec![ChildFigures { total, registered, recognised }];
        assert_eq!(reads.figures(below, &dossiers), expected, "{dossiers:?}");
    }
    let by_kind = ChildResults { per_kind: true, ..reads };
    let dossiers = [(Area, State::Appraised), (Agency, State::Recognised)];
    let areas = ChildFigures { total: 2, registered: 1, recognised: None };
    let agencies = ChildFigures { total: 1, registered: 1, recognised: Some(1) };
    assert_eq!(by_kind.figures(below, &dossiers), [areas, agencies]);
}

#[test]
fn a_case_that_expects_nothing_is_refused() {
    let cases = "[[case]]\nname = \"all\"\nrest = \"met\"\npoints = \"5.5\"\n\n[[case]]\nname = \"none\"\n";
    assert_eq!(parse_cases(cases).expect_err("nothing expected")[0].line, Some(7));
    let good =
        parse_cases(&cases.replace("name = \"none\"", "name = \"none\"\nmet = 0")).expect("both expect something");
    assert_eq!((good[0].points.as_deref(), good[0].rest, good[1].met), (Some("5.5"), Rest::Met, Some(0)));
    assert!(parse_cases("[[case]]\nname = 1\n").is_err());
}

#[test]
fn another_number_may_be_tried() {
    let set = parse("set", PACK).expect("a pack in order");
    let keys: Vec<(String, String)> =
        parameters(&set).into_iter().map(|parameter| (parameter.key, parameter.current)).collect();
    let expected = [("min_met", "2"), ("c01.at_least", "80/100")];
    assert_eq!(keys, expected.map(|(key, current)| (key.to_owned(), current.to_owned())));
    for typed in ["90/100", "90%", " 90 % "] {
        let changed = adjusted(&set, "c01.at_least", typed).expect(typed);
        let bound = ShareBound::AtLeast(Share { part: 90, whole: 100 });
        assert_eq!(changed.criteria[0].rule, Rule::Ratio { part: 0, whole: 1, bound }, "{typed}");
    }
    assert_eq!(adjusted(&set, "min_met", "1").expect("one").recognition.min_met, 1);
    for (key, value, code) in [
        ("c01.at_least", "120/100", "programmes.bad_value"),
        ("c01.at_least", "viel", "programmes.bad_value"),
        ("c01.at_least", "1/0", "programmes.bad_value"),
        ("min_met", "3", "programmes.bad_value"),
        ("c01.at_most", "1/2", "programmes.unknown_parameter"),
        ("c09.at_least", "1/2", "programmes.unknown_parameter"),
        ("", "", "programmes.unknown_parameter"),
    ] {
        assert_eq!(adjusted(&set, key, value).map_err(|no| no.code), Err(code.into()), "{key} {value}");
    }
}

/// The set with everything, and what is said of it with some places changed.
fn refusals(changes: &[(&str, &str)]) -> Vec<String> {
    let text = changes.iter().fold(write_tests::EVERYTHING.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the set has `{from}`");
        text.replacen(from, to, 1)
    });
    let problems = parse("everything", &text).err().unwrap_or_default();
    assert!(problems.iter().all(|problem| problem.line.is_some()), "{changes:?}: {problems:?}");
    problems.into_iter().map(|problem| problem.what.en).collect()
}

#[test]
fn what_stands_beside_the_criteria_keeps_to_its_role() {
    assert_eq!(refusals(&[]), [""; 0]);
    for (changes, expected) in [
        (vec![("role = \"bonus\"", "role = \"gift\"")], "a role is counted, bonus"),
        (vec![("role = \"bonus\"", "role = \"bonus\"\ncap = 3")], "a cap is for groups that are counted"),
        (vec![("group = \"bonus\"\npoints = 2", "group = \"bonus\"")], "do not go with the role"),
        (vec![("group = \"conditions\"", "group = \"conditions\"\npoints = 2")], "do not go with the role"),
        (vec![("group = \"later\"", "group = \"later\"\nmandatory = true")], "do not go with the role"),
        (
            vec![(
                "{ kind = \"zero\", count = { vi = \"Số vụ kỷ luật\", en = \"Cases of discipline\" } }",
                "{ kind = \"deduction\", count = { vi = \"Số vụ\", en = \"Cases\" }, each = 1 }",
            )],
            "do not go with the role",
        ),
        (
            vec![("group = \"g2\"\npoints = 2\ntext = { vi = \"Đủ", "group = \"g2\"\ntext = { vi = \"Đủ")],
            "do not go with",
        ),
        (vec![("not_applicable = \"full\"", "not_applicable = \"half\"")], "not_applicable is drop, full, zero"),
        (
            vec![("[criterion.applies]\nkind = \"threshold\"", "[criterion.applies]\nkind = \"deduction\"\neach = 1")],
            "cannot be read",
        ),
        (
            vec![("not_applicable = \"full\"\n", ""), ("min_points = 20", "min_points = 60")],
            "min_points is at most all points",
        ),
        (vec![("of = \"fair\"", "of = \"good\"")], "of is a class below"),
        (vec![("of = \"fair\"", "of = \"poor\"")], "poor"),
        (vec![("ties = \"let_in\"", "ties = \"dice\"")], "ties is leave_out or let_in"),
        (vec![("carry_over = \"mean\"", "carry_over = \"guess\"")], "carry_over is reassess, sum, latest"),
        (
            vec![("owner = { vi = \"Công an xã\", en = \"Commune police\" }", "owner = \"Công an xã\"")],
            "cannot be read",
        ),
        (vec![("at_most = \"20/100\"", "at_most = \"20\"")], "20"),
        (vec![("\"c02.at_least\" = 500", "\"c02.least\" = 500")], "`c02.least = 500`: there is no such number"),
        (vec![("\"c02.at_least\" = 500", "\"c02.at_least\" = \"1/2\"")], "the value cannot stand there"),
        (vec![("c05 + 2 * c02.all", "c05 + 2 * c99")], "there is no figure `c99` that is entered"),
        (vec![("c05 + 2 * c02.all", "c05 + 2 * c16")], "there is no figure `c16` that is entered"),
        (vec![("c05 + 2 * c02.all", "c05 / c02.all")], "formula, character 5"),
        (vec![("\"Schemes\", formula", "\"Schemes\", formulas")], "cannot be read"),
    ] {
        let found = refusals(&changes);
        assert!(found.iter().any(|text| text.contains(expected)), "{changes:?}: {found:?}");
    }
}

#[test]
fn how_a_council_votes_is_read_or_named_at_its_line() {
    use crate::committees::voting::{Ballot, Base, Majority, Rules, Tie};
    let everything = write_tests::EVERYTHING;
    let council = |text: &str| parse("everything", text).expect(text).recognition.council;
    let rules = Rules {
        quorum: Share { part: 2, whole: 3 },
        ballot: Ballot::Open,
        majority: Majority::MoreThan(Share { part: 50, whole: 100 }),
        of: Base::ForAndAgainst,
        tie: Tie::Chair,
    };
    let source = Text { vi: "Quy chế, Điều 6".to_owned(), en: "Rules, art. 6".to_owned() };
    assert_eq!(council(everything), Some(Council { rules, mark: Mark::Summary, source }));
    assert_eq!(parse("set", PACK).expect("in order").recognition.council, None);
    let all = everything.replace("more_than = \"50/100\"", "at_least = \"1/1\"").replace("\"chair\"", "\"lost\"");
    let majority = council(&all).map(|council| council.rules.majority);
    assert_eq!(majority, Some(Majority::AtLeast(Share { part: 1, whole: 1 })), "of everybody");

    for (before, after, line, expected) in [
        ("quorum = \"2/3\"", "quorum = \"70%\"", "quorum", "`70%`: a share above 0 and at most 1"),
        ("quorum = \"2/3\"", "quorum = \"0/3\"", "quorum", "`0/3`: a share above 0 and at most 1"),
        ("quorum = \"2/3\"", "quorum = \"4/3\"", "quorum", "`4/3`: a share above 0 and at most 1"),
        ("quorum = \"2/3\"\n", "", "[recognition.council]", "missing field `quorum`"),
        ("more_than = \"50/100\"", "more_than = \"half\"", "more_than", "`half`: a share above 0 and below 1"),
        ("more_than = \"50/100\"", "more_than = \"0/2\"", "more_than", "`0/2`: a share above 0 and below 1"),
        ("more_than = \"50/100\"", "more_than = \"2/2\"", "more_than", "`2/2`: a share above 0 and below 1"),
        ("more_than = \"50/100\"", "at_least = \"3/2\"", "at_least = \"3/2\"", "`3/2`: a share above 0 and at most 1"),
        ("more_than = \"50/100\"\n", "", "[recognition.council]", "exactly one of more_than, at_least"),
        ("of = \"for_", "at_least = \"1/2\"\nof = \"for_", "at_least = \"1/2\"", "exactly one of more_than, at_least"),
        ("more_than = \"50/100\"", "more_than = \"2/3\"", "tie", "goes with more_than = \"1/2\" only"),
        ("more_than = \"50/100\"", "at_least = \"1/2\"", "tie", "goes with more_than = \"1/2\" only"),
        ("ballot = \"open\"", "ballot = \"hands\"", "ballot", "ballot is open, secret"),
        ("of = \"for_and", "of = \"for_or", "of = \"for_or", "of is members, present, cast, for_and_against"),
        ("tie = \"chair\"", "tie = \"dice\"", "tie", "tie is chair, lost"),
        ("mark = \"summary\"", "mark = \"sure\"", "mark = \"sure\"", "a mark is"),
        ("tie = \"chair\"", "tie = \"chair\"\nties = 1", "ties", "unknown field `ties`"),
    ] {
        let text = everything.replacen(before, after, 1);
        assert_ne!(text, everything, "{before}");
        let problems = parse("everything", &text).expect_err(after);
        let [problem] = problems.as_slice() else { panic!("{after}: one mistake is named once: {problems:?}") };
        assert!(problem.what.en.contains(expected) && !problem.what.vi.is_empty(), "{after}: {problem:?}");
        let (_, table) = text.split_once("[recognition.council]").expect("the table");
        let begins = if line.starts_with('[') {
            text.len() - table.len()
        } else {
            text.len() - table.len() + table.find(&format!("\n{line}")).expect(line) + 1
        };
        assert_eq!(problem.line, Some(line_of(&text, begins)), "{after}: {problem:?}");
    }
}

#[test]
fn a_group_of_units_has_its_own_numbers() {
    let set = parse("everything", write_tests::EVERYTHING).expect("a pack in order");
    assert_eq!(set.for_units("sea"), None);
    let mountain = set.for_units("mountain").expect("there is such a group");
    let Rule::Threshold { at_least, .. } = mountain.criteria[1].rule else { panic!("a threshold") };
    assert_eq!(at_least, Some(500));
    assert_eq!(mountain.criteria[3..], set.criteria[3..]);
}
