//! Workbooks there and back, and files that lie about themselves.

use std::io::{Cursor, Write as _};

use jiff::civil::date;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn number(digits: &str) -> Cell {
    Cell::Number(digits.to_owned())
}

fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet { name: "Tiêu chí (criteria)".to_owned(), rows, ..Sheet::default() }
}

/// An XLSX with one sheet, from the XML of its rows; `shared` are its shared strings.
fn xlsx(sheet_data: &str, shared: &str) -> Vec<u8> {
    const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
    let sheet = format!("<worksheet {main}><sheetData>{sheet_data}</sheetData></worksheet>");
    let shared = format!("<sst {main}>{shared}</sst>");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", &shared),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(content.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn cells_come_back_as_they_went() {
    let rows = vec![
        vec![text("=1+1"), text("+84"), text("-trừ"), text("@at"), text("\u{ff1d}SUM(A1)"), text("\ttab")],
        vec![],
        vec![Cell::Empty, number("0.1"), number("2.5"), number("-3"), number("1000000"), number("0.125")],
        vec![Cell::Date(date(2024, 2, 29)), Cell::Truth(true), text("dòng một\ndòng hai"), text("_x0041_")],
        vec![text("a<b>&\"c\""), text(" blanks "), text("007"), text("https://example.org"), text("70/100")],
    ];
    let bytes = write_workbook(&[sheet(rows.clone())]).expect("written");
    let read = read_workbook(&bytes, &LIMITS).expect("read");
    assert_eq!(read, [sheet(rows.clone())]);
    assert_eq!(write_workbook(&[sheet(rows)]).expect("written"), bytes, "the same cells give the same bytes");
}

#[test]
fn nothing_that_is_written_is_a_formula_and_choices_are_offered() {
    let mut book = sheet(vec![vec![text("mark")], vec![text("=HYPERLINK(\"http://x\")")]]);
    book.looks = vec![Look { width: 20, numbers: false, choices: vec!["có".to_owned(), "không".to_owned()] }];
    book.choices = vec![(1, 0, vec!["one".to_owned()])];
    book.marks = vec![(1, 0, "sai / wrong".to_owned())];
    let bytes = write_workbook(&[book]).expect("written");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive");
    let mut part = |name: &str| {
        let mut content = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).expect(name), &mut content).expect("text");
        content
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "{sheet}");
    assert!(sheet.contains("có,không") && sheet.contains("type=\"list\""), "{sheet}");
    assert!(part("xl/comments1.xml").contains("sai / wrong"));
    assert!(part("xl/styles.xml").contains("FFFFD6D6"), "the cell is marked");
}

#[test]
fn numbers_dates_and_errors_are_what_excel_shows() {
    let data = r#"<row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1" t="str"><f>1+1</f><v>2</v></c>
        <c r="C1" t="e"><v>#REF!</v></c><c r="D1" t="b"><v>0</v></c><c r="E1" t="inlineStr"><is><t>chữ</t></is></c>
        <c r="F1" t="s"><v>0</v></c><c r="G1" t="d"><v>2024-01-31</v></c><c r="H1"/>
        <c r="I1"><f>1+1</f></c></row>"#;
    let bytes = xlsx(data, "<si><r><t xml:space=\"preserve\">hai </t></r><r><t>đoạn</t></r></si>");
    let read = read_workbook(&bytes, &LIMITS).expect("read");
    let expected = vec![
        number("0.3"),
        text("2"),
        Cell::Unreadable("#REF!".to_owned()),
        Cell::Truth(false),
        text("chữ"),
        text("hai đoạn"),
        Cell::Date(date(2024, 1, 31)),
        Cell::Empty,
        Cell::Unreadable("=…".to_owned()),
    ];
    assert_eq!(read[0].rows, [expected]);
}

#[test]
fn files_that_lie_are_refused_before_they_cost_anything() {
    let far = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let long = format!("<si><t>{}</t></si>", "x".repeat(LIMITS.cell_bytes + 1));
    let row = |row: u32| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
    let shared_often = (1..=1000).map(row).collect::<Vec<_>>().concat();
    let fits = format!("<si><t>{}</t></si>", "x".repeat(LIMITS.cell_bytes));
    let bomb = " ".repeat(usize::try_from(LIMITS.inflated_bytes).expect("fits") + 1);
    let entities = "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><si><t>&b;</t></si>";
    let formulas = r#"<row r="1"><c r="A1"><f t="shared" si="4294967295" ref="A1:A2">1</f><v>1</v></c></row>"#;
    for (bytes, expected) in [
        (xlsx(formulas, ""), ""),
        (xlsx(far, ""), "row 1048576, column 16384"),
        (xlsx(r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#, &long), "the text of a cell is too long"),
        (xlsx(&shared_often, &fits), "the text is too long"),
        (xlsx(&bomb, ""), "the text of a cell is too long"),
        (xlsx("", entities), "not a readable .xlsx"),
        (xlsx(r#"<row r="1"><c r="A1" t="s"><v>9</v></c></row>"#, ""), ""),
        (xlsx("<row><c r=\"A0\"><v>1</v></c>", ""), "not a readable .xlsx"),
        (b"unit,c01\nA,1\n".to_vec(), "not a readable .xlsx"),
        (Vec::new(), "not a readable .xlsx"),
        (vec![0; LIMITS.file_bytes + 1], "larger than 4 MiB"),
    ] {
        match read_workbook(&bytes, &LIMITS) {
            Ok(sheets) => assert!(expected.is_empty(), "{expected}: {sheets:?}"),
            Err(error) => assert!(error.to_string().contains(expected), "{expected}: {error}"),
        }
    }
}
