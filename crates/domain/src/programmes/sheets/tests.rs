//! Sets as sheets and back: nothing is lost, and what Excel did to a cell is taken back or named.

use jiff::civil::date;

use super::*;
use crate::{
    committees::voting::{Ballot, Base, Tie},
    programmes::{
        parse, parse_cases,
        write_tests::{shipped, unplaced},
    },
};

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(digits: &str) -> Cell {
    Cell::Number(digits.to_owned())
}

/// The sheets of the set that has everything.
fn everything() -> Vec<Sheet> {
    let (code, pack, cases) = shipped().remove(0);
    sheets_of(&parse(&code, &pack).expect("in order"), &parse_cases(&cases).expect("in order")).expect("sheets")
}

/// A cell by sheet, column, and the words that begin the row; `#2` counts rows.
fn cell<'s>(sheets: &'s mut [Sheet], sheet: &str, row: &[&str], column: &str) -> &'s mut Cell {
    let sheet = sheets.iter_mut().find(|found| key_of(&found.name) == sheet).expect(sheet);
    let place = sheet.rows[0].iter().position(|cell| cell.shown().split('\n').next() == Some(column)).expect(column);
    let begins = |cells: &&mut Vec<Cell>| row.iter().zip(cells.iter()).all(|(word, cell)| *word == cell.shown());
    let found = sheet.rows.iter_mut().skip(1).find(begins).expect("a row");
    &mut found[place]
}

#[test]
fn a_set_goes_into_sheets_and_comes_back() {
    for (code, pack, cases) in shipped() {
        let (set, cases) = (parse(&code, &pack).expect("in order"), parse_cases(&cases).expect("in order"));
        let sheets = sheets_of(&set, &cases).unwrap_or_else(|problem| panic!("{code}: {problem:?}"));
        let draft = Draft::of(&sheets);
        let (again, again_cases) = draft.read(&code).unwrap_or_else(|problems| panic!("{code}: {problems:#?}"));
        assert_eq!(again, set, "{code}");
        assert_eq!(unplaced(again_cases.clone()), unplaced(cases), "{code}");
        assert_eq!(sheets_of(&again, &again_cases).expect("sheets"), sheets, "{code}: the same sheets once more");
    }
}

#[test]
fn what_excel_did_to_a_cell_is_taken_back() {
    let original = everything();
    let expected = Draft::of(&original).read("everything").expect("in order");
    for (sheet, row, column, typed) in [
        ("set", vec!["version"], "value", number("2")),
        ("set", vec!["valid_from"], "value", Cell::Date(date(2024, 2, 29))),
        ("set", vec!["valid_from"], "value", text("29/02/2024")),
        ("set", vec!["calendar.assessed_until"], "value", Cell::Date(date(2026, 10, 31))),
        ("set", vec!["calendar.due"], "value", text(" 3/4 ")),
        ("set", vec!["kinds"], "value", text("ward; School")),
        ("legal_bases", vec!["Thông tư 1"], "vi", text("Tho\u{302}ng tu\u{31b} 1 \u{a0}")),
        ("classes", vec!["fair"], "min_points", text("12,5")),
        ("classes", vec!["good"], "group_share", number("0.5")),
        ("classes", vec!["good"], "group_share", text("50 %")),
        ("set", vec!["recognition.council.more_than"], "value", number("0.5")),
        ("set", vec!["recognition.council.ballot"], "value", text(" Open ")),
        ("criteria", vec!["c01"], "points", text("0,125")),
        ("criteria", vec!["c01"], "mandatory", Cell::Truth(true)),
        ("criteria", vec!["c01"], "mandatory", text("Có")),
        ("criteria", vec!["c02"], "mandatory", text("không")),
        ("criteria", vec!["c01"], "text.vi", text("Dòng một\r\nDòng hai\n")),
        ("rules", vec!["c02"], "at_least", text("1.000")),
        ("rules", vec!["c07"], "at_most", text("110%")),
        ("rules", vec!["c06"], "recognised", number("0.7")),
        ("rules", vec!["c06"], "kinds", text("residential_area,agency")),
        ("rules", vec!["c11"], "each", text("0,5")),
        ("bands", vec!["c08"], "from", number("0.8")),
        ("cases", vec!["rest"], "points", number("26")),
    ] {
        let mut sheets = original.clone();
        *cell(&mut sheets, sheet, &row, column) = typed.clone();
        for sheet in &mut sheets {
            sheet.rows.push(vec![Cell::Empty, text("  ")]);
        }
        let read = Draft::of(&sheets).read("everything");
        let (set, cases) = read.unwrap_or_else(|problems| panic!("{sheet} {row:?} {typed:?}: {problems:#?}"));
        assert_eq!(
            (set, unplaced(cases)),
            (expected.0.clone(), unplaced(expected.1.clone())),
            "{sheet} {row:?} {typed:?}"
        );
    }
}

#[test]
fn what_may_be_read_twice_or_not_at_all_is_named_by_its_cell() {
    for (sheet, row, column, typed, expected) in [
        ("set", vec!["code"], "value", text("other"), "folder's name"),
        ("set", vec!["version"], "value", number("1.1"), "as Text"),
        ("set", vec!["version"], "value", Cell::Empty, "must be filled in"),
        ("set", vec!["title"], "en", Cell::Empty, "must be filled in"),
        ("set", vec!["title"], "value", text("x"), "does not use"),
        ("set", vec!["valid_from"], "value", number("45351"), "2024-01-31"),
        ("set", vec!["valid_from"], "value", text("31/02/2024"), "2024-01-31"),
        ("set", vec!["calendar.due"], "value", Cell::Date(date(2026, 4, 3)), "03/04 or 04/03"),
        ("set", vec!["calendar.due"], "value", number("3.04"), "day/month"),
        ("set", vec!["kinds"], "value", text("ward, star"), "`star` is not known"),
        ("set", vec!["kinds"], "value", text(" , "), "must be filled in"),
        ("set", vec!["recognition.min_met"], "value", number("3"), "fill in one of the rows"),
        ("set", vec!["recognition.class"], "value", text("best"), "no class `best`"),
        ("set", vec!["recognition.mark"], "value", text("sure"), "verified, summary, illustrative"),
        ("set", vec!["calendar.due"], "key", text("calendar.end"), "no such entry"),
        ("set", vec!["recognition.council.quorum"], "value", Cell::Empty, "must be filled in"),
        ("set", vec!["recognition.council.quorum"], "value", text("0/3"), "above 0 and at most 1"),
        ("set", vec!["recognition.council.more_than"], "value", Cell::Empty, "must be filled in"),
        ("set", vec!["recognition.council.more_than"], "value", text("1/1"), "above 0 and below 1"),
        ("set", vec!["recognition.council.at_least"], "value", text("1/2"), "exactly one of more_than, at_least"),
        ("set", vec!["recognition.council.tie"], "value", text("dice"), "chair, lost"),
        ("set", vec!["recognition.council.source"], "en", Cell::Empty, "must be filled in"),
        ("awards", vec!["ward"], "kind", text("commune"), "names no title for `ward`"),
        ("classes", vec!["good"], "group_share", number("50"), "may be per cent"),
        ("classes", vec!["good"], "group_share", Cell::Date(date(2026, 2, 1)), "made a date of the share"),
        ("groups", vec!["g2"], "id", text("g1"), "stands twice"),
        ("groups", vec!["g1"], "cap", text("1.250"), "formatted as Number"),
        ("criteria", vec!["c03"], "group", text("g9"), "no group `g9`"),
        ("criteria", vec!["c03"], "number", number("7"), "must have the number 3"),
        ("criteria", vec!["c03"], "number", number("3.5"), "a whole number"),
        ("criteria", vec!["c03"], "text.en", Cell::Unreadable("#REF!".to_owned()), "no value that can be read"),
        ("criteria", vec!["c02"], "guidance.en", Cell::Empty, "one of the languages"),
        ("criteria", vec!["c03"], "mandatory", text("maybe"), "`có`"),
        ("rules", vec!["c02"], "criterion", text("c99"), "there is no `c99`"),
        ("rules", vec!["c03"], "at_least", text("120/100"), "at most 1"),
        ("rules", vec!["c03"], "at_least", Cell::Date(date(2026, 1, 3)), "made a date of the share"),
        ("rules", vec!["c04"], "at_most", number("3"), "does not use this column"),
        ("rules", vec!["c05"], "at_least", Cell::Empty, "must be filled in"),
        ("rules", vec!["c05"], "at_least", text("70/100"), "a whole number"),
        ("rules", vec!["c05"], "kind", text("guess"), "use one of"),
        ("rules", vec!["c14"], "need", number("3"), "need lies between 1 and 2"),
        ("rules", vec!["c13", "a"], "text.vi", Cell::Empty, "must be filled in"),
        ("figures", vec!["c03", "", "whole"], "role", text("count"), "uses each figure once"),
        ("figures", vec!["c03", "", "whole"], "key", Cell::Empty, "must be filled in"),
        ("figures", vec!["c14", "b"], "part", text("z"), "there is no `z`"),
        ("bands", vec!["c08"], "above", text("1/2"), "exactly one of from, above"),
        ("bands", vec!["c08"], "points", text("much"), "at most 3 decimals"),
        ("cases", vec!["rest"], "rest", text("all"), "use one of: met, missing"),
        ("cases", vec!["rest"], "inputs", text("c04.total 25"), "one pair a line"),
        ("cases", vec!["rest"], "name", Cell::Empty, "must be filled in"),
    ] {
        let mut sheets = everything();
        let place = cell(&mut sheets, sheet, &row, column);
        *place = typed.clone();
        let draft = Draft::of(&sheets);
        let problems = draft.read("everything").expect_err(expected);
        let found = problems.iter().find(|problem| problem.what.en.contains(expected));
        let found = found.unwrap_or_else(|| panic!("{sheet} {row:?} {column}: {problems:#?}"));
        assert_eq!(key_of(&found.place.sheet), sheet, "{expected}: {problems:#?}");
        // These follow from more than one cell and stand at the row they are about.
        let of_row = ["names no title for `ward`", "need lies between", "exactly one of from", "must have the number"];
        if !of_row.iter().any(|start| expected.starts_with(start)) {
            assert_eq!((found.column.as_str(), &found.found), (column, &typed.shown()), "{expected}");
        }
        assert!(!found.what.vi.is_empty());
    }
}

#[test]
fn every_mistake_is_named_at_once_and_what_follows_from_one_is_not() {
    let mut sheets = everything();
    *cell(&mut sheets, "criteria", &["c03"], "mark") = text("sure");
    *cell(&mut sheets, "rules", &["c03"], "at_least") = text("viel");
    *cell(&mut sheets, "criteria", &["c09"], "group") = text("g7");
    *cell(&mut sheets, "cases", &["rest"], "met") = text("alle");
    let problems = Draft::of(&sheets).read("everything").expect_err("four mistakes");
    let places: Vec<(String, &str)> =
        problems.iter().map(|problem| (problem.place.address(), problem.column.as_str())).collect();
    let expected = [("G4", "mark"), ("C10", "group"), ("G4", "at_least"), ("G3", "met")];
    assert_eq!(places, expected.map(|(address, column)| (address.to_owned(), column)), "{problems:#?}");
}

#[test]
fn how_a_council_votes_stands_in_all_of_its_rows_or_in_none() {
    let council = "recognition.council.";
    let of_council = |row: &Vec<Cell>| row[0].shown().starts_with(council);
    let original = everything();
    let mut empty = original.clone();
    for row in empty[0].rows.iter_mut().filter(|row| of_council(row)) {
        row[2..].fill(Cell::Empty);
    }
    let mut older = original.clone();
    older[0].rows.retain(|row| !of_council(row));
    for sheets in [&empty, &older] {
        let (set, _) = Draft::of(sheets).read("everything").expect("in order");
        assert_eq!(set.recognition.council, None);
    }
    *cell(&mut empty, "set", &["recognition.council.mark"], "value") = text("summary");
    let problems = Draft::of(&empty).read("everything").expect_err("the rest is missing");
    assert!(problems.iter().all(|problem| problem.what.en.contains("must be filled in")), "{problems:#?}");
    assert_eq!(problems.len(), 7, "{problems:#?}");
    older[0].rows.push(vec![text("recognition.council.mark"), Cell::Empty, text("summary")]);
    let problems = Draft::of(&older).read("everything").expect_err("the rest is missing");
    let rows = problems.iter().filter(|problem| problem.what.en.starts_with("the row `recognition.council."));
    assert_eq!(rows.count(), 6, "{problems:#?}");

    // The words of the lists are those that the reader of packs knows.
    for (key, codes) in [
        ("ballot", Ballot::ALL.map(Ballot::code).to_vec()),
        ("of", Base::ALL.map(Base::code).to_vec()),
        ("tie", Tie::ALL.map(Tie::code).to_vec()),
    ] {
        let entry = ENTRIES.iter().find(|entry| entry.key.strip_prefix(council) == Some(key)).expect(key);
        assert!(matches!(entry.holds, Some(Holds::Word(words)) if words == codes), "{key}");
    }
}

#[test]
fn sheets_and_columns_that_are_not_there_are_named() {
    let mut sheets = everything();
    sheets.remove(3);
    sheets[0].rows[0][2] = text("valeur");
    sheets[1].rows[1].push(text("remark beside the table"));
    let problems = Draft::of(&sheets).read("everything").expect_err("mistakes");
    for expected in ["`Mức (classes)` is missing", "there is no such column; use key", "stands under no column"] {
        assert!(problems.iter().any(|problem| problem.what.en.contains(expected)), "{expected}: {problems:#?}");
    }
    assert!(Draft::of(&[]).read("everything").is_err());
}

#[test]
fn a_sheet_that_no_set_can_be_without_is_named_when_it_is_empty() {
    let mut sheets = everything();
    sheets[1].rows.truncate(1);
    sheets[7].rows.truncate(1);
    let problems = Draft::of(&sheets).read("everything").expect_err("nothing is required");
    let empty = problems.iter().filter(|problem| problem.what.en.contains("at least one row"));
    assert_eq!(empty.map(|problem| key_of(&problem.place.sheet)).collect::<Vec<_>>(), ["legal_bases", "criteria"]);
}

#[test]
fn an_export_knows_what_it_would_lose() {
    let (code, pack, cases) = shipped().remove(0);
    let cases = parse_cases(&cases).expect("in order");
    // Decomposed letters and outer blanks are put right on the way; that is no loss.
    let typed = pack.replacen("Phường", "Phu\u{31b}o\u{31b}\u{300}ng ", 1);
    assert_ne!(typed, pack);
    let set = parse(&code, &typed).expect("in order");
    let mut sheets = sheets_of(&set, &cases).expect("sheets");
    assert_eq!(lost_nothing(&set, &cases, &sheets), Ok(()));
    *cell(&mut sheets, "criteria", &["c01"], "text.en") = text("Something else");
    assert!(lost_nothing(&set, &cases, &sheets).is_err());
    *cell(&mut sheets, "criteria", &["c01"], "text.en") = Cell::Empty;
    let problem = lost_nothing(&set, &cases, &sheets).expect_err("a text is gone");
    assert!(problem.what.en.contains("Tiêu chí (criteria)!F2"), "{problem:?}");
}

#[test]
fn every_column_stands_in_the_guide() {
    let rows = guide().rows;
    let columns: usize = LAYOUTS[1..].iter().map(|layout| layout.columns.len()).sum();
    assert_eq!(rows.len(), 1 + ENTRIES.len() + columns + 35 + kinds::CODES.len());
    let last: Vec<String> = rows[rows.len() - 1].iter().map(Cell::shown).collect();
    assert_eq!(last[1..5], ["n_of_m", "đạt ít nhất need phần", "at least need parts are met", "need, part, part, …"]);
    assert!(kinds::CODES.iter().all(|code| kinds::kind(code).is_some()));
    assert_eq!(Place { sheet: String::new(), row: 5, column: 28 }.address(), "AB5");
}

/// Every so many cells are tried, so that the test takes a second; 1 tries all of them.
const STEP: usize = 17;

#[test]
fn what_is_typed_anywhere_is_refused_or_kept() {
    let original = everything();
    let places = original.iter().enumerate().flat_map(|(sheet, of)| {
        let rows = of.rows.iter().enumerate();
        rows.flat_map(move |(row, cells)| (0..cells.len()).map(move |column| (sheet, row, column)))
    });
    let remark = |column: usize, sheet: usize| sheet == 0 && column == 1;
    for (sheet, row, column) in places.filter(|(sheet, row, column)| *row > 0 && !remark(*column, *sheet)).step_by(STEP)
    {
        for typed in [text("zzz"), Cell::Empty, number("7"), Cell::Date(date(2026, 3, 4)), Cell::Truth(true)] {
            let mut sheets = original.clone();
            sheets[sheet].rows[row][column] = typed.clone();
            let place = format!("{} {row} {column} {typed:?}", sheets[sheet].name);
            match Draft::of(&sheets).read("everything") {
                Err(problems) => assert!(!problems.is_empty() && problems[0].place.row > 0, "{place}"),
                Ok((set, cases)) => {
                    let again = sheets_of(&set, &cases).expect(&place);
                    let found = &again[sheet].rows[row][column];
                    let kept = found.shown() == typed.shown() || typed == Cell::Truth(true) && found.shown() == "có";
                    let named = typed == Cell::Date(date(2026, 3, 4)) && found.shown() == "2026-03-04";
                    assert!(kept || named, "{place}: {found:?} in the end");
                }
            }
        }
    }
}
