//! XLS: records written by hand into a compound file.

use jiff::civil::date;

use super::{
    build::{compound, font, letters, long_text, number_record, record, shared, stream, style, words, xls},
    *,
};

const LABEL_SST: u16 = 0x00FD;

fn shared_cell(row: u16, column: u16, style: u16, at: u32) -> Vec<u8> {
    record(LABEL_SST, &[words(&[row, column, style]), at.to_le_bytes().to_vec()].concat())
}

/// A formula in column `column` of row 1, its result as eight bytes.
fn formula(column: u16, result: [u8; 8]) -> Vec<u8> {
    record(0x0006, &[words(&[0, column, 0]), result.to_vec(), vec![0; 8]].concat())
}

/// A small book with every kind of record.
pub(super) fn sample() -> Vec<u8> {
    xls(&sample_globals(), &[("Biểu 01", false, sample_records()), ("nháp", true, vec![number_record(0, 0, 0, 1.0)])])
}

fn sample_globals() -> Vec<Vec<u8>> {
    let fonts = [".VnTime", "Arial", "Arial", "Arial", "VNI-Times"].map(font);
    let format = record(0x041E, &[words(&[164]), long_text("\"ngày\" dd/mm/yyyy")].concat());
    let mut globals = fonts.to_vec();
    globals.extend([format, style(0, 0), style(5, 164), style(4, 2), shared(&["ph\u{ad}êng", "chữ"])]);
    globals
}

fn sample_records() -> Vec<Vec<u8>> {
    vec![
        record(0x007D, &words(&[1, 300, 0, 0, 1, 0])),
        record(0x0208, &words(&[1, 0, 9, 0, 0, 0, 0x20, 0])),
        shared_cell(0, 0, 0, 0),
        shared_cell(0, 1, 1, 1),
        number_record(0, 2, 1, 45_838.0),
        record(0x027E, &[words(&[1, 0, 2]), (92 << 2 | 2_u32).to_le_bytes().to_vec()].concat()),
        record(0x027E, &[words(&[1, 1, 0]), (9_250 << 2 | 3_u32).to_le_bytes().to_vec()].concat()),
        record(
            0x00BD,
            &[
                words(&[1, 2, 0]),
                (-(7_i32 << 2) | 2).to_le_bytes().to_vec(),
                words(&[1]),
                0x40E6_61C0_u32.to_le_bytes().to_vec(),
                words(&[3]),
            ]
            .concat(),
        ),
        record(0x0205, &[words(&[2, 0, 0]), vec![1, 0]].concat()),
        record(0x0205, &[words(&[2, 1, 0]), vec![0x17, 1]].concat()),
        record(0x0204, &[words(&[2, 2, 0]), long_text("nhãn")].concat()),
        record(0x0201, &words(&[2, 3, 0])),
        record(0x00BE, &words(&[2, 3, 0, 0, 4])),
        record(0x00E5, &words(&[2, 0, 1, 0, 0, 2, 2, 0, 65_535])),
    ]
}

#[test]
fn every_kind_of_record_is_read() {
    let read = book(&sample());
    assert_eq!(read.form, Form::Xls);
    let [table, draft] = &read.tables[..] else { panic!("{read:?}") };
    assert_eq!(
        (table.name.as_str(), table.hidden, draft.name.as_str(), draft.hidden),
        ("Biểu 01", false, "nháp", true)
    );
    let day = Value::Day(date(2025, 6, 30));
    let expected = vec![
        vec![text("ph\u{ad}êng"), text("chữ"), day.clone()],
        vec![number("92"), number("92.5"), number("-7"), day],
        vec![Value::Truth(true), error("#REF!"), text("nhãn")],
    ];
    assert_eq!(values(table), expected);
    // Font 4 does not exist, and font 5 is the fifth.
    let (old, vni) = (Some(".VnTime"), Some("VNI-Times"));
    assert_eq!(fonts(table), [old, vni, vni, None, old, old, vni, old, old, old]);
    assert_eq!(merges(table), [[0, 1, 0, 0], [2, 2, 0, 3]]);
    assert_eq!(table.hidden_columns, BTreeSet::from([1, 2, 3]));
    assert_eq!(table.rows.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_book_says_from_where_days_count_and_what_is_a_percentage() {
    let globals = [
        record(0x0022, &[1, 0]),
        record(0x041E, &[words(&[165]), long_text("0.0%")].concat()),
        style(0, 9),
        style(0, 165),
        style(0, 22),
    ];
    let cells = (0..3).map(|at| number_record(0, at, at, 0.985)).collect();
    let table = table(&xls(&globals, &[("a", false, cells)]));
    assert_eq!(values(&table), [[number("98.5"), number("98.5"), time("23:38:24")]]);
    assert!(table.counts_from_1904);
    assert!(!self::table(&xls(&[], &[("a", false, vec![number_record(0, 0, 0, 1.0)])])).counts_from_1904);
}

#[test]
fn formulas_give_what_they_last_gave() {
    let special = |kind: u8, value: u8| [kind, 0, value, 0, 0, 0, 0xFF, 0xFF];
    let records = vec![
        formula(0, 2.5_f64.to_le_bytes()),
        formula(1, special(0, 0)),
        record(0x04BC, &[0; 10]),
        record(0x0207, &long_text("chữ")),
        formula(2, special(1, 1)),
        formula(3, special(2, 0x07)),
        formula(4, special(3, 0)),
        formula(5, special(0, 0)),
        formula(6, special(0, 0)),
        record(0x0207, &[words(&[4]), letters("ab")].concat()),
        record(0x003C, &letters("cd")),
        record(0x0207, &long_text("stray")),
        formula(7, special(0, 0)),
    ];
    let table = table(&xls(&[], &[("a", false, records)]));
    let expected = [
        number("2.5"),
        text("chữ"),
        Value::Truth(true),
        error("#DIV/0!"),
        Value::Empty,
        Value::NoValue,
        text("abcd"),
        Value::NoValue,
    ];
    assert_eq!(values(&table), [expected]);
}

#[test]
fn shared_texts_go_on_in_the_next_record_in_another_width() {
    let rich = [
        words(&[2]),
        vec![0x08 | 0x04],
        words(&[2]),
        vec![3, 0, 0, 0],
        b"ab".to_vec(),
        words(&[0, 0]),
        words(&[1, 0]),
        vec![9; 3],
    ]
    .concat();
    let mixed = [words(&[2]), vec![0x08], words(&[1]), b"cd".to_vec(), words(&[1, 5])].concat();
    let head = [[4, 0, 0, 0, 4, 0, 0, 0].to_vec(), rich, words(&[6]), b"\0xyz".to_vec()].concat();
    let globals = [
        font(".VnTime"),
        font("Arial"),
        style(1, 0),
        record(0x00FC, &head),
        record(0x003C, &[vec![1], words(&[0x1EA1, 0x1EA3, 0x1EA5]), mixed, words(&[2])].concat()),
        record(0x003C, &[]),
        record(0x003C, &[vec![0], b"!".to_vec()].concat()),
        record(0x003C, &[vec![1], words(&[0x0111])].concat()),
    ];
    let cells = (0..4).map(|at| shared_cell(0, at, 0, u32::from(at))).collect();
    let read = read(&xls(&globals, &[("a", false, cells)]), &LIMITS);
    let table = &read.expect("read").tables[0];
    assert_eq!(values(table), [[text("ab"), text("xyzạảấ"), text("cd"), text("!đ")]]);
    assert_eq!(fonts(table), [Some(".VnTime"), Some("Arial"), Some("Arial"), Some("Arial")]);
}

#[test]
fn the_last_sector_may_be_cut_and_the_stream_may_be_long() {
    let records = (0..2_000).map(|row| number_record(row, 0, 0, f64::from(row))).collect();
    let mut bytes = xls(&[record(0x0022, &[1, 0]), style(0, 14)], &[("a", false, records)]);
    let table = table(&bytes);
    assert_eq!((table.rows.len(), &table.rows[0].cells[0].value), (2_000, &Value::Day(date(1904, 1, 1))));
    bytes.extend([0; 100]);
    assert_eq!(book(&bytes).tables[0].rows.len(), 2_000, "more than whole sectors");
    let stream = stream(&[], &[("a", false, vec![number_record(0, 0, 0, 7.0)])]);
    assert_eq!(
        values(&self::table(&compound(&[("/Workbook", &stream), ("/\u{5}SummaryInformation", &[0; 99])]))),
        [[number("7")]]
    );
}

#[test]
fn charts_within_a_sheet_are_passed_over() {
    let chart = [build::begin(0x20), number_record(5, 5, 0, 9.0), build::end()].concat();
    let records = vec![number_record(0, 0, 0, 1.0), chart, number_record(0, 1, 0, 2.0)];
    assert_eq!(values(&table(&xls(&[], &[("a", false, records)]))), [[number("1"), number("2")]]);
}

#[test]
fn older_books_are_refused_by_name() {
    let old = record(0x0809, &words(&[0x0500, 5, 0, 0]));
    assert!(refusal(&compound(&[("/Workbook", &old)])).contains("an Excel 5.0/95 file"));
}
