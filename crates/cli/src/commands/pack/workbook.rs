//! Between the sheets of a set and a workbook: how they look, and the copy with every mistake beside its cell.

use std::collections::BTreeMap;

use dienhinh_documents::workbooks::{self, Look};
use dienhinh_domain::programmes::sheets::{Cell, CellProblem, ENTRIES, Holds, Layout, PROBLEMS, Sheet, guide, key_of};

/// The most characters of what is said in a cell beside a row; Excel takes 32,767.
const CELL_MAX: usize = 4_000;

/// The most characters of a note on a cell.
const NOTE_MAX: usize = 1_000;

/// Sheets as a workbook shows them, the explanation last.
pub(super) fn shown(sheets: &[Sheet]) -> Vec<workbooks::Sheet> {
    sheets.iter().chain([&guide()]).map(dressed).collect()
}

/// What a workbook holds, as values of the domain.
pub(super) fn values(sheets: Vec<workbooks::Sheet>) -> Vec<Sheet> {
    let cell = |cell| match cell {
        workbooks::Cell::Empty => Cell::Empty,
        workbooks::Cell::Text(text) => Cell::Text(text),
        workbooks::Cell::Number(digits) => Cell::Number(digits),
        workbooks::Cell::Date(day) => Cell::Date(day),
        workbooks::Cell::Truth(truth) => Cell::Truth(truth),
        workbooks::Cell::Unreadable(words) => Cell::Unreadable(words),
    };
    let sheet = |sheet: workbooks::Sheet| Sheet {
        name: sheet.name,
        rows: sheet.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    };
    sheets.into_iter().map(sheet).collect()
}

/// Sheets that nobody reads.
pub(super) fn unread(sheets: &[Sheet]) -> Vec<&str> {
    let known = |sheet: &&Sheet| Layout::of(&key_of(&sheet.name)).is_some() || key_of(&sheet.name) == "columns";
    sheets.iter().filter(|sheet| !known(sheet)).map(|sheet| sheet.name.as_str()).collect()
}

/// The workbook as it was read, wrong cells marked and what is wrong in a column of its own.
pub(super) fn annotated(sheets: &[Sheet], problems: &[CellProblem]) -> Vec<workbooks::Sheet> {
    let mut sheets = sheets.to_vec();
    for problem in problems {
        if !sheets.iter().any(|sheet| sheet.name == problem.place.sheet) {
            let layout = Layout::of(&key_of(&problem.place.sheet));
            let columns = layout.map_or(&[][..], |layout| layout.columns);
            let heads = columns.iter().map(|column| Cell::Text(column.key.to_owned())).collect();
            sheets.push(Sheet { name: problem.place.sheet.clone(), rows: vec![heads] });
        }
    }
    sheets.into_iter().map(|sheet| with_problems(sheet, problems)).collect()
}

fn with_problems(mut sheet: Sheet, problems: &[CellProblem]) -> workbooks::Sheet {
    let own: Vec<&CellProblem> = problems.iter().filter(|problem| problem.place.sheet == sheet.name).collect();
    if own.is_empty() {
        return dressed(&sheet);
    }
    if sheet.rows.is_empty() {
        sheet.rows.push(Vec::new());
    }
    let beside = sheet.rows[0].iter().position(|cell| heading(cell) == PROBLEMS);
    let beside = beside.unwrap_or_else(|| sheet.rows.iter().map(Vec::len).max().unwrap_or_default());
    for row in sheet.rows.iter_mut().skip(1).filter(|row| row.len() > beside) {
        row[beside] = Cell::Empty;
    }
    put(&mut sheet, 0, beside, format!("{PROBLEMS}\nlỗi / what is wrong"));
    let mut marks: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for problem in own {
        let (row, column) = (problem.place.row - 1, problem.place.column - 1);
        let said = format!("{}: {}", problem.place.address(), message(problem));
        // A mistake of the first row has its words beside the second one: the heading must stay readable.
        let row_beside = row.max(1);
        let before = sheet.rows.get(row_beside).and_then(|cells| cells.get(beside)).map(Cell::shown);
        let before = before.filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!("{text}\n"));
        put(&mut sheet, row_beside, beside, cut(&format!("{before}{said}"), CELL_MAX));
        if sheet.rows[row].len() <= column {
            sheet.rows[row].resize(column + 1, Cell::Empty);
        }
        let words: &mut String = marks.entry((row, column)).or_default();
        words.push_str(if words.is_empty() { "" } else { "\n" });
        words.push_str(&message(problem));
    }
    let marks = marks.into_iter().map(|((row, column), words)| (row, column, cut(&words, NOTE_MAX))).collect();
    workbooks::Sheet { marks, ..dressed(&sheet) }
}

/// What stands in a cell and what should, in both languages.
pub(super) fn message(problem: &CellProblem) -> String {
    let (vi, en) = (&problem.what.vi, &problem.what.en);
    let found: String =
        problem.found.chars().take(60).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if found.is_empty() {
        return format!("ô trống; {vi} / empty cell; {en}");
    }
    format!("có “{found}”; {vi} / found “{found}”; {en}")
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn put(sheet: &mut Sheet, row: usize, column: usize, text: String) {
    if sheet.rows.len() <= row {
        sheet.rows.resize(row + 1, Vec::new());
    }
    if sheet.rows[row].len() <= column {
        sheet.rows[row].resize(column + 1, Cell::Empty);
    }
    sheet.rows[row][column] = Cell::Text(text);
}

/// The key that a heading begins with.
fn heading(cell: &Cell) -> String {
    cell.shown().split_whitespace().next().unwrap_or_default().to_owned()
}

fn dressed(sheet: &Sheet) -> workbooks::Sheet {
    let key = key_of(&sheet.name);
    let layout = Layout::of(&key);
    let heads = sheet.rows.first().map_or(&[][..], Vec::as_slice);
    let look = |cell: &Cell| {
        let word = heading(cell);
        let column = layout.and_then(|layout| layout.columns.iter().find(|column| column.key == word));
        match column {
            // Keys and lists of kinds stand in these two.
            Some(column) if key == "set" && ["key", "value"].contains(&column.key) => {
                Look { width: 30, ..Look::default() }
            }
            Some(column) => look_of(column.holds),
            None => Look { width: if word == PROBLEMS { 70 } else { 34 }, ..Look::default() },
        }
    };
    let mut choices = Vec::new();
    let (keys, values) = (place(heads, "key"), place(heads, "value"));
    for (row, cells) in sheet.rows.iter().enumerate().filter(|_| key == "set") {
        let named = keys.and_then(|at| cells.get(at)).map(Cell::shown);
        let entry = ENTRIES.iter().find(|entry| Some(entry.key) == named.as_deref());
        if let (Some(Holds::Word(words)), Some(column)) = (entry.and_then(|entry| entry.holds), values) {
            choices.push((row, column, owned(words)));
        }
    }
    let cell = |cell: &Cell| match cell {
        Cell::Empty => workbooks::Cell::Empty,
        Cell::Text(text) => workbooks::Cell::Text(text.clone()),
        Cell::Number(digits) => workbooks::Cell::Number(digits.clone()),
        Cell::Date(day) => workbooks::Cell::Date(*day),
        Cell::Truth(truth) => workbooks::Cell::Truth(*truth),
        Cell::Unreadable(words) => workbooks::Cell::Unreadable(words.clone()),
    };
    workbooks::Sheet {
        name: sheet.name.clone(),
        looks: heads.iter().map(look).collect(),
        rows: sheet.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        choices,
        ..workbooks::Sheet::default()
    }
}

fn place(heads: &[Cell], key: &str) -> Option<usize> {
    heads.iter().position(|cell| heading(cell) == key)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn look_of(holds: Holds) -> Look {
    let (width, numbers, choices) = match holds {
        Holds::Remark => (34, false, Vec::new()),
        Holds::Sentences => (48, false, Vec::new()),
        Holds::Numbers | Holds::Outcomes | Holds::Sayings | Holds::Settings => (28, false, Vec::new()),
        Holds::Word(words) => (18, false, owned(words)),
        Holds::Yes => (12, false, owned(&["có", "không"])),
        Holds::Count | Holds::Points => (12, true, Vec::new()),
        Holds::Kinds => (30, false, Vec::new()),
        Holds::Text | Holds::Ids | Holds::Total | Holds::Share | Holds::Bound | Holds::DayMonth | Holds::Day => {
            (16, false, Vec::new())
        }
    };
    Look { width, numbers, choices }
}
