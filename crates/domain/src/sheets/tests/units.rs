//! The units that records name, once the register has answered.

use jiff::civil::date;

use super::*;
use crate::{
    calendar::Period,
    ids::UnitId,
    units::{
        UnitAsOf, UnitKind, UnitVersion,
        lookup::{Found, Mention, NotFound},
    },
};

const DAY: Date = date(2024, 12, 15);

const MAP: &str = "name = \"m\"
[[column]]
field = \"code\"
titles = [\"Mã\"]
value = { kind = \"code\", digits = 5 }
[[column]]
field = \"name\"
titles = [\"Tên\"]
value = { kind = \"unit_name\" }
[[column]]
field = \"district\"
titles = [\"Huyện\"]
value = { kind = \"unit_name\", bare = \"Huyện\" }
[[column]]
field = \"month\"
titles = [\"Tháng\"]
value = { kind = \"month\" }
[[unit]]
name = \"name\"
within = \"district\"
code = \"code\"
day = \"month\"
as = \"code\"
former_as = \"former\"
";

fn unit(number: u128, code: &str, name: &str, above: &str) -> UnitAsOf {
    let version = |number, name: &str, code: Option<&str>| UnitVersion {
        unit: UnitId::new(uuid::Uuid::from_u128(number)),
        valid: Period::from(date(2004, 1, 1)),
        name: name.to_owned(),
        kind: UnitKind::ALL.into_iter().find(|kind| kind.bare(name) != name).expect("a kind"),
        code: code.map(str::to_owned),
        parent: None,
        illustrative: false,
    };
    UnitAsOf { as_of: DAY, version: version(number, name, Some(code)), ancestors: vec![version(99, above, None)] }
}

fn one() -> UnitAsOf {
    unit(1, "31825", "Phường 1", "Huyện Hoà Bình")
}

/// One row, with what the register answers to it.
fn settled(row: &str, answer: &Result<Found, NotFound>) -> (Reading, Option<Mention>) {
    let map = map(MAP);
    let mut reading = read(&map, &[table("t", None, &format!("Mã|Tên|Huyện|Tháng\n{row}"))]);
    let asked = mentions(&map.units, &reading, &Frame::of(DAY)).into_iter().next();
    settle(&map, &mut reading, &Frame::of(DAY), |mention| (Some(mention) == asked.as_ref()).then_some(answer));
    (reading, asked)
}

#[test]
fn what_was_found_stands_in_the_record_with_the_names_of_the_register() {
    let former = unit(2, "31816", "Phường 3", "Huyện Hoà Bình");
    let (reading, asked) = settled("|P.1 (P.3 cũ)|HÒA BÌNH|7/2025", &Ok(Found { unit: one(), former: Some(former) }));
    assert_eq!(lines(&reading), ["31825|Phường 1 << Phường 3|Huyện Hoà Bình|2025-07|31816"]);
    let asked = asked.expect("a question");
    assert_eq!((asked.name.as_str(), asked.on), ("Phường 1", date(2025, 7, 31)));
    assert_eq!((asked.within, asked.former), (vec!["Huyện Hòa Bình".to_owned()], vec!["Phường 3".to_owned()]));
    assert_eq!(reading.problems, []);
}

#[test]
fn a_row_without_a_name_asks_nothing_and_one_without_a_day_asks_for_the_day_of_the_list() {
    let (reading, asked) = settled("31825|||7/2025", &Err(NotFound::Nobody));
    assert_eq!((asked, lines(&reading)), (None, vec!["31825|||2025-07|".to_owned()]));
    let (_, asked) = settled("|Phường 1||", &Err(NotFound::Nobody));
    assert_eq!(asked.expect("a question").on, DAY);
}

#[test]
fn the_code_of_the_list_decides_among_units_of_one_name_and_must_be_of_the_unit() {
    let other = unit(2, "31942", "Phường 1", "Thị xã Giá Rai");
    let both = || Err(NotFound::Several(vec![one(), other.clone()]));
    let (_, asked) = settled("31942|Phường 1||", &both());
    assert_eq!(asked.expect("a question").code.as_deref(), Some("31942"));
    for (row, answer, expected) in [
        ("|Phường 1||", both(), "B2 name Phường 1"),
        ("31816|Phường 1||", both(), "B2 name Phường 1"),
        ("31816|Phường 1||", Ok(Found { unit: one(), former: None }), "A2 code 31816"),
    ] {
        let (reading, _) = settled(row, &answer);
        assert_eq!(places(&reading.problems), [expected], "{row}");
    }
    let former = unit(3, "31816", "Phường 3", "Huyện Hoà Bình");
    let (reading, _) = settled("31816|Phường 3||", &Ok(Found { unit: one(), former: Some(former) }));
    assert_eq!((reading.problems.len(), lines(&reading)), (0, vec!["31825|Phường 3|||31816".to_owned()]));
}

#[test]
fn a_unit_that_had_ended_is_said_at_its_cell_unless_the_row_says_so_itself() {
    let answer = Ok(Found { unit: one(), former: Some(unit(3, "31816", "Phường 3", "Huyện Hoà Bình")) });
    let (reading, _) = settled("|Phường 3||7/2025", &answer);
    assert_eq!((places(&reading.problems), places(&reading.warnings)), (vec![], vec!["B2 name Phường 3".to_owned()]));
    let what = &reading.warnings[0].what;
    assert!(what.vi.contains("(31816) không còn vào ngày 31/07/2025; tính cho Phường 1"), "{what:?}");
    assert!(what.en.contains("(31816) was no more on 2025-07-31; counted for Phường 1"), "{what:?}");
    let renamed = Ok(Found { unit: one(), former: Some(unit(1, "31825", "Phường Một", "Huyện Hoà Bình")) });
    assert_eq!(settled("|Phường Một||7/2025", &renamed).0.warnings, [], "a unit that was renamed did not end");
    let (reading, _) = settled("|Phường 1 (Phường 3 cũ)||7/2025", &answer);
    assert_eq!((reading.problems, reading.warnings), (vec![], vec![]));
}

#[test]
fn a_rule_may_look_a_unit_up_and_put_its_code_nowhere() {
    let map = map(&MAP.replace("as = \"code\"\nformer_as = \"former\"", ""));
    let mut reading = read(&map, &[table("t", None, "Mã|Tên|Huyện|Tháng\n|P.1||")]);
    let answer = Ok(Found { unit: one(), former: None });
    settle(&map, &mut reading, &Frame::of(DAY), |_| Some(&answer));
    assert_eq!(lines(&reading), ["|Phường 1||"]);
    let answer = Err(NotFound::Nobody);
    settle(&map, &mut reading, &Frame::of(DAY), |_| Some(&answer));
    assert_eq!(places(&reading.problems), ["B2 name Phường 1"]);
}

#[test]
fn what_was_not_found_is_named_at_its_cell_and_the_list_keeps_what_it_says() {
    let parts = vec![one(), unit(2, "31828", "Phường 2", "Huyện Hoà Bình")];
    for (answer, vi, en) in [
        (NotFound::Nobody, "không có đơn vị nào tên “Phường 9”", "no unit is or was called “Phường 9”"),
        (
            NotFound::Ended { unit: Box::new(one()), successors: Vec::new() },
            "chưa rõ đơn vị kế thừa",
            "successor is not known",
        ),
        (
            NotFound::Ended { unit: Box::new(one()), successors: parts.clone() },
            "đã chia cho: Phường 1",
            "divided among Phường 1",
        ),
        (NotFound::Former { unit: Box::new(one()), called: Vec::new() }, "đã nhập thành Phường 1", "became Phường 1"),
        (NotFound::Former { unit: Box::new(one()), called: parts }, "nhiều đơn vị tên", "several called"),
    ] {
        let (reading, _) = settled("31825|Phường 9 (Phường 3 cũ)||", &Err(answer));
        assert_eq!(places(&reading.problems), ["B2 name Phường 9"]);
        let what = &reading.problems[0].what;
        assert!(what.vi.contains(vi) && what.en.contains(en), "{what:?}");
        assert_eq!(lines(&reading), ["31825|Phường 9 << Phường 3|||"]);
    }
}

#[test]
fn a_rule_names_columns_that_there_are_and_replaces_none_that_says_something_else() {
    for (from, to, words) in [
        ("name = \"name\"", "name = \"nobody\"", "name = \"nobody\" is no column"),
        ("within = \"district\"", "within = \"month\"", "is no column of the kind unit_name"),
        ("code = \"code\"", "code = \"name\"", "is no column of the kind code"),
        ("day = \"month\"", "day = \"code\"", "is no column of the kind day, month"),
        ("as = \"code\"", "as = \"month\"", "“month” is a column"),
        ("former_as = \"former\"", "former_as = \"district\"", "“district” is a column"),
        ("as = \"code\"", "az = \"code\"", "không đọc được"),
    ] {
        let problems = Map::read(&MAP.replacen(from, to, 1)).expect_err(to);
        let said = problems.iter().map(|problem| format!("{} / {}", problem.what.vi, problem.what.en));
        let said = said.collect::<Vec<_>>().join("; ");
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn rows_that_mean_one_unit_are_the_same_and_those_of_two_former_units_are_not() {
    let map = map(&MAP.replace("name = \"m\"", "name = \"m\"\nkey = [\"code\"]"));
    let rows = "Mã|Tên|Huyện|Tháng\n|Phường 1||\n|P.1 (P.3 cũ)||\n|P.1 (P.5 cũ)||\n|P.1||\n|P.1 (P.3 cũ)||";
    let mut reading = read(&map, &[table("t", None, rows)]);
    let found = |former: Option<UnitAsOf>| Ok(Found { unit: one(), former });
    let (third, fifth) =
        (unit(3, "31816", "Phường 3", "Huyện Hoà Bình"), unit(5, "31822", "Phường 5", "Huyện Hoà Bình"));
    let answers = [("", found(None)), ("Phường 3", found(Some(third))), ("Phường 5", found(Some(fifth)))];
    let answer = |mention: &Mention| {
        let former = mention.former.first().map(String::as_str).unwrap_or_default();
        answers.iter().find(|(name, _)| *name == former).map(|(_, found)| found)
    };
    settle(&map, &mut reading, &Frame::of(DAY), answer);
    let same: Vec<_> = reading.records.iter().map(|record| record.duplicate_of).collect();
    assert_eq!(same, [None, None, None, Some(1), Some(2)]);
    assert_eq!(places(&reading.warnings), ["A5 code 31825", "A6 code 31825"]);
}
