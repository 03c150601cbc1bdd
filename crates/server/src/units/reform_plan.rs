//! The table of a plan: as CSV, or as people have it, a spreadsheet or what was copied from one.

use std::borrow::Cow;

use dienhinh_documents::sheets::{LIMITS, Limits, Row, SheetError, Table, Value, read};
use dienhinh_domain::{
    text::nfc,
    units::{
        reform::PLAN_COLUMNS,
        register::{File, Problem},
    },
};

use super::import::add_row;
use crate::web::lang::halves;

/// No plan has more rows: on 1 July 2025 the whole country had some 14,000.
const ROWS_MAX: usize = 20_000;

/// How large a spreadsheet with a plan may be.
const PLAN_LIMITS: Limits =
    Limits { inflated_bytes: 32 << 20, text_bytes: 8 << 20, rows: ROWS_MAX + 1, columns: 50, cells: 400_000, ..LIMITS };

/// A plan as CSV in UTF-8, row by row: row 7 of a sheet is line 7. What a sheet leaves open, such as a formula that was
/// never computed, is a mistake and not an empty cell.
pub fn plan_as_csv(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Vec<Problem>> {
    if is_csv(bytes) {
        let lines = bytes.split(|byte| *byte == b'\n').count();
        return if lines > ROWS_MAX + 1 { Err(vec![too_long()]) } else { Ok(Cow::Borrowed(bytes)) };
    }
    let book = read(bytes, &PLAN_LIMITS).map_err(|error| vec![unreadable(&error)])?;
    let shown = book.tables.iter().filter(|table| !table.hidden).map(|table| (columns_of_plan(table), table));
    // Of several with as many columns the first.
    let best = shown.rev().max_by_key(|(columns, _)| *columns).filter(|(columns, _)| *columns > 0);
    let Some((_, table)) = best else {
        let vi = "không thấy dòng tiêu đề của phương án (operation, unit, …); tải bảng mẫu và điền vào đó";
        let en = "no header of a plan (operation, unit, …) was found; download the empty table and fill it in";
        return Err(vec![problem(1, vi, en)]);
    };
    written(table).map(Cow::Owned)
}

/// Whether it is CSV in UTF-8 already, however wrong: a column of a plan stands between the commas of its first line.
fn is_csv(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let header = text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut cells = header.split(',').map(|cell| cell.trim().trim_matches('"'));
    header.contains(',') && cells.any(|cell| PLAN_COLUMNS.contains(&cell))
}

fn problem(line: usize, vi: &str, en: &str) -> Problem {
    Problem::of_row(File::Plan, u64::try_from(line).unwrap_or(u64::MAX), vi.to_owned(), en.to_owned())
}

fn too_long() -> Problem {
    let (vi, en) = (
        format!("phương án có hơn {ROWS_MAX} hàng; hãy tách thành nhiều phương án"),
        format!("the plan has more than {ROWS_MAX} rows; split it"),
    );
    problem(1, &vi, &en)
}

fn unreadable(error: &SheetError) -> Problem {
    let text = error.to_string();
    let (vi, en) = halves(&text);
    problem(1, vi, en)
}

/// Where the header stands.
fn header_of(table: &Table) -> usize {
    table.rows.iter().position(|row| !is_blank(row)).unwrap_or_default()
}

fn is_blank(row: &Row) -> bool {
    row.cells.iter().all(|cell| cell.value == Value::Empty)
}

/// How many columns of a plan its header names.
fn columns_of_plan(table: &Table) -> usize {
    let Some(header) = table.rows.get(header_of(table)) else { return 0 };
    let texts: Vec<String> = header.cells.iter().map(|cell| text(&cell.value)).collect();
    PLAN_COLUMNS.iter().filter(|column| texts.iter().any(|text| text == *column)).count()
}

fn written(table: &Table) -> Result<Vec<u8>, Vec<Problem>> {
    let header = header_of(table);
    let width = table.rows.get(header).map_or(0, |row| row.cells.len());
    let (mut csv, mut problems) = (Vec::new(), Vec::new());
    let over_rows =
        table.merges.iter().filter(|merge| merge.rows.end() > merge.rows.start() && *merge.rows.end() > header);
    for merge in over_rows {
        let vi = "có ô gộp qua nhiều hàng; bỏ gộp ô và ghi vào từng hàng";
        let en = "a cell is merged over several rows; take the merge apart and write into each row";
        problems.push(problem(merge.rows.start() + 1, vi, en));
    }
    for (at, row) in table.rows.iter().enumerate() {
        if is_blank(row) {
            csv.push(b'\n');
            continue;
        }
        if row.cells.iter().any(|cell| matches!(cell.value, Value::NoValue | Value::Error(_))) {
            let vi = "có công thức lỗi hoặc chưa tính; mở bằng Excel, sửa và lưu lại";
            let en = "a formula has an error or was never computed; open it in Excel, mend it and save";
            problems.push(problem(at + 1, vi, en));
        }
        let mut cells: Vec<String> = row.cells.iter().map(|cell| text(&cell.value)).collect();
        if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            let vi = "có ô nằm ngoài các cột có tiêu đề; xóa ô đó hoặc thêm tiêu đề";
            let en = "a cell stands beside the columns with a header; empty it or add a header";
            problems.push(problem(at + 1, vi, en));
        }
        cells.resize(width, String::new());
        add_row(&mut csv, &cells);
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(csv) } else { Err(problems) }
}

/// What a cell says, on one line.
fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => nfc(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Value::Number(number) => number.clone(),
        Value::Day(day) => day.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Time(text) => text.clone(),
        Value::Empty | Value::NoValue | Value::Error(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str) -> String {
        String::from_utf8(plan_as_csv(text.as_bytes()).expect("read").into_owned()).expect("text")
    }

    fn wrong(text: &str) -> Vec<(u64, String)> {
        let problems = plan_as_csv(text.as_bytes()).expect_err("wrong");
        problems.into_iter().map(|problem| (problem.line, problem.what.en)).collect()
    }

    fn html(rows: &[&str]) -> String {
        let row = |cells: &&str| format!("<tr><td>{}</td></tr>", cells.replace('|', "</td><td>"));
        format!("<table>{}</table>", rows.iter().map(row).collect::<Vec<_>>().concat())
    }

    #[test]
    fn what_was_copied_from_a_spreadsheet_becomes_csv_row_by_row() {
        let columns = PLAN_COLUMNS.join("\t");
        let rows = "abolish\t958\t\"Huyện  Vĩnh\nLợi, cũ\"\t\t\t\t\t95\r\n\r\nabolish\t959\t\t\t\t\t\t95\r\n";
        let expected = "abolish,958,\"Huyện Vĩnh Lợi, cũ\",,,,,95,,,,\n\nabolish,959,,,,,,95,,,,\n";
        for before in ["", "\r\n\r\n"] {
            let lines = before.replace('\r', "");
            assert_eq!(
                csv(&format!("{before}{columns}\r\n{rows}")),
                format!("{lines}{}\n{expected}", PLAN_COLUMNS.join(","))
            );
        }
    }

    #[test]
    fn csv_stays_what_it_is_however_it_begins() {
        for before in ["", "\u{feff}", "\r\n"] {
            let plan = format!("{before}{}\r\nabolish,958,,,,,,95,,,,\r\n", PLAN_COLUMNS.join(","));
            assert_eq!(csv(&plan), plan);
        }
        assert_eq!(csv("\"operation\",unit\nabolish,958\n"), "\"operation\",unit\nabolish,958\n");
    }

    #[test]
    fn the_sheet_with_the_plan_is_taken_wherever_it_stands() {
        let header = PLAN_COLUMNS.join("|");
        let book = format!("{}{}", html(&["Tờ trình, kèm phương án"]), html(&[&header, "abolish|958||||||95"]));
        assert_eq!(csv(&book), format!("{}\nabolish,958,,,,,,95,,,,\n", PLAN_COLUMNS.join(",")));
    }

    #[test]
    fn what_is_no_plan_or_says_less_than_it_seems_is_a_mistake_at_its_row() {
        let header = PLAN_COLUMNS.join("|");
        assert!(wrong("%PDF-1.7 is no table")[0].1.contains("not a spreadsheet"));
        assert!(wrong(&html(&["Tờ trình, kèm phương án"]))[0].1.contains("no header of a plan"));
        let beside = format!("{header}\tx").replace('|', "\t");
        assert_eq!(csv(&format!("{beside}\nabolish\t958\n")).lines().count(), 2, "a column more is no harm");
        let remark = format!("{}\nabolish\t958{}\tghi chú\n", header.replace('|', "\t"), "\t".repeat(10));
        assert!(wrong(&remark)[0].1.contains("beside the columns"), "{remark}");
        let merged = html(&[&header, "split|31825||31828||||||||MERGED", "split|31825||31831"]);
        let merged = merged.replace("<td>MERGED", "<td rowspan=\"2\">58");
        assert_eq!(wrong(&merged).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2]);
        let long = format!("{}\n{}", PLAN_COLUMNS.join(","), "\n".repeat(ROWS_MAX + 2));
        assert!(wrong(&long)[0].1.contains("split it"));
    }
}
