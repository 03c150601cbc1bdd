//! From cells to the bytes of an XLSX, the same bytes for the same cells.

use std::collections::BTreeSet;

use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet,
    XlsxError,
};

use super::{Cell, Look, Sheet, WorkbookError};
use crate::sheets::Merge;

/// Rows below the last one in which Excel still offers the words to choose from.
const ROOM: usize = 500;

/// Excel takes a list of words up to this length.
const CHOICES_MAX: usize = 255;

/// Writes sheets as one workbook.
pub fn write_workbook(sheets: &[Sheet]) -> Result<Vec<u8>, WorkbookError> {
    let not_written = |sheet: &str, cause: &XlsxError| WorkbookError::NotWritten {
        sheet: sheet.to_owned(),
        cause: cause.to_string(),
    };
    let mut book = Workbook::new();
    // No clock: the day of creation would be all that differs between two exports of one set.
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|cause| not_written("", &cause))?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    for sheet in sheets {
        let written = book.add_worksheet();
        fill(written, sheet).map_err(|cause| not_written(&sheet.name, &cause))?;
    }
    book.save_to_buffer().map_err(|cause| not_written("", &cause))
}

/// A place as XLSX counts it; what lies beyond is refused by the writer.
fn at(row: usize, column: usize) -> (u32, u16) {
    (u32::try_from(row).unwrap_or(u32::MAX), u16::try_from(column).unwrap_or(u16::MAX))
}

fn fill(written: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    written.set_name(&sheet.name)?;
    let first = at(sheet.more_heading_rows + 1, 0).0;
    written.set_freeze_panes(first, 1)?;
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    // As text, Excel keeps `70/100` and `=1+1` what they are, also when the cell is edited.
    let text = cell.clone().set_num_format("@");
    let number = cell.clone().set_num_format("General");
    let heading =
        text.clone().set_bold().set_background_color(Color::RGB(0x00E6_EFF7)).set_border_bottom(FormatBorder::Thin);
    let wrong = Color::RGB(0x00FF_D6D6);
    let last = at(sheet.rows.len() + ROOM, 0).0;
    for (column, look) in sheet.looks.iter().enumerate() {
        let place = at(0, column).1;
        written.set_column_width(place, f64::from(look.width.max(4)))?;
        written.set_column_format(place, if look.numbers { &number } else { &text })?;
        offer(written, (first, place), (last, place), &look.choices)?;
    }
    for (row, column, words) in &sheet.choices {
        let place = at(*row, *column);
        offer(written, place, place, words)?;
    }
    for Merge { rows, columns } in &sheet.merges {
        let (from, to) = (at(*rows.start(), *columns.start()), at(*rows.end(), *columns.end()));
        // What they say is written with the other cells.
        written.merge_range(from.0, from.1, to.0, to.1, "", &heading)?;
    }
    let marked: BTreeSet<(usize, usize)> = sheet.marks.iter().map(|(row, column, _)| (*row, *column)).collect();
    for (row, cells) in sheet.rows.iter().enumerate() {
        written.set_row_height(at(row, 0).0, height(cells, &sheet.looks))?;
        for (column, value) in cells.iter().enumerate() {
            let numbers = sheet.looks.get(column).is_some_and(|look| look.numbers);
            let base = if row <= sheet.more_heading_rows {
                &heading
            } else if numbers {
                &number
            } else {
                &text
            };
            let marked = marked.contains(&(row, column));
            let format = if marked { base.clone().set_background_color(wrong) } else { base.clone() };
            put(written, at(row, column), value, &format)?;
        }
    }
    for (row, column, words) in &sheet.marks {
        let (row, column) = at(*row, *column);
        written.insert_note(row, column, &Note::new(words).add_author_prefix(false).set_width(360).set_height(120))?;
    }
    Ok(())
}

/// A height in points in which wrapped texts are seen; not every program finds it by itself.
fn height(cells: &[Cell], looks: &[Look]) -> f64 {
    let lines = |(cell, look): (&Cell, &Look)| {
        let Cell::Text(text) = cell else { return 1 };
        let width = usize::from(look.width.max(4));
        text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum()
    };
    let most = cells.iter().zip(looks).map(lines).max().unwrap_or(1);
    f64::from(u16::try_from(most.clamp(1, 26)).unwrap_or(1)) * 15.0
}

fn offer(written: &mut Worksheet, from: (u32, u16), until: (u32, u16), words: &[String]) -> Result<(), XlsxError> {
    let length = words.iter().map(|word| word.chars().count() + 1).sum::<usize>();
    if words.is_empty() || length > CHOICES_MAX {
        return Ok(());
    }
    let list = DataValidation::new().allow_list_strings(words)?;
    let list = list.set_error_message(words.join(", ").chars().take(CHOICES_MAX - 1).collect::<String>())?;
    written.add_data_validation(from.0, from.1, until.0, until.1, &list)?;
    Ok(())
}

fn put(written: &mut Worksheet, (row, column): (u32, u16), value: &Cell, format: &Format) -> Result<(), XlsxError> {
    match value {
        Cell::Empty => written.write_blank(row, column, format)?,
        Cell::Text(text) | Cell::Unreadable(text) => written.write_string_with_format(row, column, text, format)?,
        // Digits that a number of Excel cannot hold stay text.
        Cell::Number(digits) => match digits.parse::<f64>() {
            Ok(number) if digits.len() <= 15 => written.write_number_with_format(row, column, number, format)?,
            _ => written.write_string_with_format(row, column, digits, format)?,
        },
        Cell::Date(day) => {
            let (year, month, of_month) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day());
            let date = ExcelDateTime::from_ymd(year, month, of_month.unsigned_abs())?;
            written.write_datetime_with_format(row, column, &date, &format.clone().set_num_format("yyyy-mm-dd"))?
        }
        Cell::Truth(truth) => written.write_boolean_with_format(row, column, *truth, format)?,
    };
    Ok(())
}
