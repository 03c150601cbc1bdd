//! What was found, collected and put in the order of tables, rows and columns.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Looked, Reading, Record, Severity, Slot, Spot, TableRead, both};
use crate::{
    programmes::Text,
    sheets::{
        Problem, Skipped,
        fields::expectation,
        heading::{Found, nearest},
        map::{Kind, Map, Title},
        rows::Is,
        totals::Off,
        words::one_line,
    },
};

/// So many titles are named where none was found.
const TITLES_SHOWN: usize = 6;

/// So many problems are listed, and so many warnings.
const LISTED_MAX: usize = 10_000;

/// A cell: number and name of its table, where it stands, and the field it is for.
type At<'a> = (usize, &'a Arc<str>, Spot, &'a Arc<str>);

/// Everything found so far, each with the number of its table.
#[derive(Default)]
pub(super) struct Report {
    pub(super) tables: Vec<TableRead>,
    pub(super) records: Vec<(usize, Record)>,
    problems: Vec<(usize, Problem)>,
    /// What is among them: table, cell, severity and sentence.
    listed: BTreeSet<(usize, Option<Spot>, Severity, String)>,
    /// How many problems and how many warnings there are, those that are not listed among them.
    counts: BTreeMap<Severity, usize>,
    skipped: Vec<(usize, Skipped)>,
}

impl Report {
    /// All of it in order; the same of the same cell once, though several rows share it.
    pub(super) fn done(mut self) -> Reading {
        self.problems.sort_by_key(|(number, problem)| (*number, problem.spot));
        self.skipped.sort_by_key(|(number, skipped)| (*number, skipped.row));
        let is_error = |problem: &Problem| problem.severity == Severity::Error;
        let more = [Severity::Error, Severity::Warning].map(|severity| self.more(severity));
        let found = self.problems.into_iter().map(|(_, problem)| problem).chain(more.into_iter().flatten());
        let (problems, warnings) = found.partition(is_error);
        Reading {
            tables: self.tables,
            records: self.records.into_iter().map(|(_, record)| record).collect(),
            problems,
            warnings,
            skipped: self.skipped.into_iter().map(|(_, skipped)| skipped).collect(),
        }
    }

    /// Lists a problem, the same of the same cell once and not more than anybody reads.
    fn push(&mut self, number: usize, problem: Problem) {
        let said = (number, problem.spot, problem.severity, problem.what.vi.clone());
        if self.listed.contains(&said) {
            return;
        }
        let count = self.counts.entry(problem.severity).or_default();
        *count += 1;
        if *count <= LISTED_MAX {
            self.listed.insert(said);
            self.problems.push((number, problem));
        }
    }

    /// What closes a list that was cut.
    fn more(&self, severity: Severity) -> Option<Problem> {
        let more = self.counts.get(&severity)?.checked_sub(LISTED_MAX).filter(|more| *more > 0)?;
        let what = match severity {
            Severity::Error => both(
                format!("còn {more} lỗi nữa không liệt kê; sửa các lỗi đã nêu rồi đọc lại"),
                format!("{more} more problems are not listed; mend those above and read again"),
            ),
            Severity::Warning => both(
                format!("còn {more} lưu ý nữa không liệt kê; xem các lưu ý đã nêu rồi đọc lại"),
                format!("{more} more warnings are not listed; look at those above and read again"),
            ),
        };
        let (found, expected) = (more.to_string(), Text::default());
        Some(Problem { severity, table: "".into(), spot: None, field: "".into(), found, expected, what })
    }

    /// A column that counts in thousands or millions.
    pub(super) fn multiple(&mut self, at: At<'_>, found: &str) {
        let expected = both("số đủ chữ số, không phải bội số", "numbers in full, not in multiples");
        let what = both(
            format!("“{found}” tính theo bội số nên cột không được đọc; ghi đủ chữ số và sửa tiêu đề"),
            format!(
                "“{found}” counts in multiples, so the column was not read; write numbers in full and mend the title"
            ),
        );
        self.cell(at, Severity::Error, found, Some(expected), what);
    }

    /// A column that who opens the file does not see.
    pub(super) fn hidden_column(&mut self, at: At<'_>, found: &str) {
        let what = both(
            format!("cột “{found}” bị ẩn, vẫn được đọc"),
            format!("the column “{found}” is hidden and read all the same"),
        );
        self.cell(at, Severity::Warning, found, None, what);
    }

    pub(super) fn cell(&mut self, at: At<'_>, severity: Severity, found: &str, expected: Option<Text>, what: Text) {
        let (number, table, spot, field) = at;
        let (table, field, found) = (table.clone(), field.clone(), found.to_owned());
        let expected = expected.unwrap_or_default();
        self.push(number, Problem { severity, table, spot: Some(spot), field, found, expected, what });
    }

    /// A cell that must not be empty.
    pub(super) fn empty(&mut self, at: At<'_>, found: &str, kind: &Kind) {
        let expected = expectation(kind).expected;
        let field = at.3;
        let what = both(
            format!("cột “{field}” bắt buộc nhưng để trống; cần {}", expected.vi),
            format!("“{field}” must be filled in and is empty; expected is {}", expected.en),
        );
        self.cell(at, Severity::Error, found, Some(expected), what);
    }

    pub(super) fn skip(&mut self, number: usize, table: &Arc<str>, row: Option<usize>, shown: String, why: Text) {
        let row = row.map(|row| row + 1);
        self.skipped.push((number, Skipped { table: table.clone(), row, shown, why }));
    }

    /// A row that gave no record.
    pub(super) fn row(&mut self, number: usize, table: &Arc<str>, row: usize, shown: String, is: Is) {
        let (vi, en) = match is {
            Is::Heading => ("hàng tiêu đề lặp lại", "the heading again"),
            Is::Numbers => ("hàng đánh số cột", "a row of column numbers"),
            Is::Total => ("hàng cộng", "a row of totals"),
            Is::Signature => ("phần ký tên; bảng kết thúc", "the signatures; the table ends"),
            Is::Thin => ("sau hàng trống, hầu như không có dữ liệu", "behind an empty row, with hardly any data"),
            Is::Across => ("hàng chữ chạy ngang bảng", "a line of text across the table"),
            Is::Beside => ("không có gì trong các cột cần đọc", "nothing in the columns that are read"),
            Is::Lost => {
                ("sau phần ký tên, nhưng giống hàng dữ liệu", "behind the signatures, though it looks like data")
            }
            _ => ("sau phần ký tên", "behind the signatures"),
        };
        let why = both(vi, en);
        if is == Is::Lost {
            let what = both(
                "hàng nằm sau phần ký tên nên không được đọc; chuyển lên bảng nếu là dữ liệu",
                "the row stands behind the signatures and was not read; move it up if it is data",
            );
            let at = (number, table, Spot::at(row, 0), &Arc::from(""));
            self.cell(at, Severity::Error, &shown, None, what);
        }
        self.skip(number, table, Some(row), shown, why);
    }

    pub(super) fn totals(&mut self, number: usize, table: &Arc<str>, map: &Map, row: usize, off: Vec<Off>) {
        for Off { column, of, said, summed } in off {
            let Some(field) = map.columns.get(of).map(|column| &column.field) else { continue };
            let what = both(
                format!("hàng cộng ghi {said}, các hàng trên cộng lại là {summed}"),
                format!("the total says {said}, the rows above sum up to {summed}"),
            );
            let at = (number, table, Spot::at(row, column), field);
            self.cell(at, Severity::Warning, &said, Some(both(&*summed, &*summed)), what);
        }
    }

    /// Two records with one key: the second says which the first is.
    pub(super) fn duplicate(&mut self, map: &Map, at: usize, first: usize) {
        if let Some((_, record)) = self.records.get_mut(at) {
            record.duplicate_of = Some(first + 1);
        }
        let place = self.records.get(first).map(|(_, first)| format!("{} / {}", first.table, first.row));
        let Some(((number, record), place)) = self.records.get(at).zip(place) else { return };
        let key = map.key.first().and_then(|key| record.fields.iter().find(|field| *field.name == **key));
        let Some((field, of_field)) = key.and_then(|field| Some((field, field.spot?))) else { return };
        // Rows that share a cell are still rows of their own.
        let spot = Spot { row: record.row, ..of_field };
        let (record_number, fields) = (first + 1, map.key.join(", "));
        let what = both(
            format!("trùng {fields} với bản ghi {record_number} ({place}); bỏ một hàng"),
            format!("has the same {fields} as record {record_number} ({place}); take one out"),
        );
        let (number, table, name, found) = (*number, record.table.clone(), field.name.clone(), field.value.to_string());
        self.cell((number, &table, spot, &name), Severity::Warning, &found, None, what);
    }

    /// Something about a table as a whole, or about the file.
    fn whole(&mut self, number: usize, table: &Arc<str>, found: String, expected: String, what: Text) {
        let expected = both(expected.clone(), expected);
        let severity = Severity::Error;
        let problem = Problem { severity, table: table.clone(), spot: None, field: "".into(), found, expected, what };
        self.push(number, problem);
    }

    pub(super) fn no_table(&mut self) {
        let what = both("tệp không có trang tính nào để đọc", "the file has no sheet to read");
        self.whole(0, &"".into(), String::new(), String::new(), what);
    }

    pub(super) fn no_such_table(&mut self, name: &str, names: &[String]) {
        let names = names.join(", ");
        let what = both(
            format!("không có trang tính “{name}”; tệp có: {names}"),
            format!("there is no sheet “{name}”; the file has: {names}"),
        );
        self.whole(0, &"".into(), names, name.to_owned(), what);
    }

    /// A table in which too few titles stand to say where it begins.
    pub(super) fn no_heading(&mut self, map: &Map, slots: &[Slot<'_>], looked: &Looked<'_>) {
        if looked.heading.matched() > 0 {
            return self.missing(map, slots, looked);
        }
        let titles: Vec<&str> =
            slots.iter().filter_map(|slot| slot.titles.first()).map(|it| it.text.as_str()).collect();
        let titles = titles.iter().take(TITLES_SHOWN).copied().collect::<Vec<_>>().join(", ");
        let all: Vec<Title> = slots.iter().flat_map(|slot| slot.titles).cloned().collect();
        let near = nearest(looked.table, looked.letters, &looked.heading, &all);
        let (near_vi, near_en) = near.as_ref().map_or_else(Default::default, |(spot, text)| {
            let text = one_line(text);
            (format!("; gần nhất là “{text}” ở ô {spot}"), format!("; the nearest is “{text}” in {spot}"))
        });
        let what = both(
            format!("không tìm thấy hàng tiêu đề; cần các cột: {titles}{near_vi}"),
            format!("no heading was found; expected are the columns: {titles}{near_en}"),
        );
        let found = near.map(|(_, text)| text).unwrap_or_default();
        self.whole(looked.number, &looked.name, found, titles, what);
    }

    /// Columns that the table must have and does not, and those that it has twice.
    pub(super) fn missing(&mut self, map: &Map, slots: &[Slot<'_>], looked: &Looked<'_>) {
        let mut taken: BTreeMap<usize, &Arc<str>> = BTreeMap::new();
        for (slot, found) in slots.iter().zip(&looked.heading.found) {
            let Some(column) = map.columns.get(slot.column) else { continue };
            let other = found.column().and_then(|at| Some((at, taken.insert(at, &column.field)?)));
            if let Some((at, other)) = other {
                let (field, spot) = (&column.field, Spot::at(looked.heading.last, at));
                let what = both(
                    format!("“{other}” và “{field}” cùng là cột này; nêu titles rõ hơn trong bản mô tả mẫu biểu"),
                    format!("“{other}” and “{field}” both mean this column; make their titles in the map differ"),
                );
                self.cell((looked.number, &looked.name, spot, field), Severity::Error, "", None, what);
            }
            let titles = slot.titles.iter().map(|title| format!("“{}”", title.text)).collect::<Vec<_>>().join(", ");
            let heading = Spot::at(looked.heading.first, 0);
            let (spot, found, what) = match found {
                Found::Twice(first, second) => {
                    let [first, second] = [*first, *second].map(|column| Spot::at(looked.heading.last, column));
                    let what = both(
                        format!(
                            "tiêu đề {titles} có ở hai cột ({first}, {second}); nêu cả tiêu đề phía trên trong titles"
                        ),
                        format!(
                            "the title {titles} stands in two columns ({first}, {second}); name the one above it too"
                        ),
                    );
                    (second, titles.clone(), what)
                }
                Found::Nowhere if column.required => {
                    let near = nearest(looked.table, looked.letters, &looked.heading, slot.titles);
                    let (spot, text) = near.map_or((heading, String::new()), |(spot, text)| (spot, one_line(&text)));
                    let near = if text.is_empty() {
                        (String::new(), String::new())
                    } else {
                        (format!("; gần nhất là “{text}” ở ô {spot}"), format!("; the nearest is “{text}” in {spot}"))
                    };
                    let what = both(
                        format!("thiếu cột {titles}{}", near.0),
                        format!("the column {titles} is missing{}", near.1),
                    );
                    (spot, text, what)
                }
                _ => continue,
            };
            let at = (looked.number, &looked.name, spot, &column.field);
            self.cell(at, Severity::Error, &found, Some(both(&*titles, &*titles)), what);
        }
    }
}
