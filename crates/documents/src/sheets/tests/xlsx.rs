//! XLSX: what a writer of workbooks makes, and parts written by hand.

use jiff::civil::date;
use rust_xlsxwriter::{Format, Workbook};

use super::{build::Xlsx, *};

#[test]
fn a_workbook_comes_back_as_it_was_written() {
    let (old, plain) = (Format::new().set_font_name(".VnTime"), Format::new());
    let day = Format::new().set_num_format("dd/mm/yyyy").set_font_name("VNI-Times");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Biểu 01").expect("a name");
    sheet.merge_range(0, 0, 0, 2, "B¸o c¸o", &old).expect("merged");
    sheet.write_with_format(2, 0, "c\u{ad} tró", &old).expect("written");
    sheet.write(2, 1, 0.1 + 0.2).expect("written");
    sheet.write_number_with_format(2, 2, 45_351, &day).expect("written");
    sheet.write(3, 0, true).expect("written");
    sheet.write(3, 1, " a\nb ").expect("written");
    sheet.write_rich_string(3, 2, &[(&old, "Ên"), (&old, " ®é")]).expect("written");
    sheet.write_rich_string(4, 0, &[(&old, "Ên"), (&plain, " x")]).expect("written");
    sheet.set_row_hidden(3).expect("hidden");
    sheet.set_column_hidden(1).expect("hidden");
    sheet.set_column_range_hidden(5, 16_383).expect("hidden");
    let draft = workbook.add_worksheet();
    draft.set_hidden(true).write(0, 0, "nháp").expect("written");
    let read = book(&workbook.save_to_buffer().expect("saved"));

    assert_eq!(read.form, Form::Xlsx);
    let [table, draft] = &read.tables[..] else { panic!("{read:?}") };
    assert!(!table.counts_from_1904);
    assert_eq!((table.name.as_str(), table.hidden), ("Biểu 01", false));
    assert_eq!((values(draft), draft.hidden), (vec![vec![text("nháp")]], true));
    let expected = vec![
        vec![text("B¸o c¸o")],
        vec![],
        vec![text("c\u{ad} tró"), number("0.3"), Value::Day(date(2024, 2, 29))],
        vec![Value::Truth(true), text(" a\nb "), text("Ên ®é")],
        vec![text("Ên x")],
    ];
    assert_eq!(values(table), expected);
    let font = |row: usize, column: usize| table.rows[row].cells[column].font.as_deref();
    assert_eq!([font(0, 0), font(2, 0), font(2, 1)], [Some(".VnTime"), Some(".VnTime"), Some("Calibri")]);
    assert_eq!([font(2, 2), font(3, 2), font(4, 0)], [Some("VNI-Times"), Some(".VnTime"), Some("Calibri")]);
    assert_eq!(merges(table), [[0, 0, 0, 2]]);
    assert_eq!(table.hidden_columns, BTreeSet::from([1]));
    assert_eq!(table.rows.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, false, false, true, false]);
}

#[test]
fn every_kind_of_cell_is_read() {
    let mut file = Xlsx::rows(
        r#"<row r="1"><c r="A1"><v>1.5E3</v></c><c r="B1" t="str"><f>"2"</f><v>2</v></c><c r="C1" t="e"><v>#REF!</v></c>
        <c r="D1" t="b"><v>0</v></c><c r="E1" t="inlineStr"><is><t xml:space="preserve"> chữ </t></is></c><c r="F1" t="s"><v>0</v></c>
        <c r="G1" t="d"><v>2024-01-31T00:00:00Z</v></c><c r="H1" s="1"/><c r="I1"><f>1+1</f></c><c r="J1"><f>1+1</f><v></v></c>
        <c r="K1" t="str"><f>""</f><v></v></c><c r="L1" t="s"><v>1</v></c><c r="M1" t="d"><v>2024-01-31T07:30:00</v></c>
        <c r="N1"><v>mười</v></c><c r="O1"><f>2+2</f><v>4</v></c><c r="P1" t="d"><v>07:30:00</v></c>
        <c r="Q1" t="d"><v>mai</v></c></row>"#,
    );
    file.strings = "<si><r><t xml:space=\"preserve\">hai </t></r><r><t>đo&#7841;n &amp; _x0041__x005F_x_xyz</t></r><rPh sb=\"0\" eb=\"1\"><t>đọc</t></rPh></si><si><t/></si>".to_owned();
    let expected = vec![
        number("1500"),
        text("2"),
        error("#REF!"),
        Value::Truth(false),
        text(" chữ "),
        text("hai đoạn & A_x_xyz"),
        Value::Day(date(2024, 1, 31)),
        Value::Empty,
        Value::NoValue,
        Value::NoValue,
        Value::Empty,
        Value::Empty,
        time("2024-01-31 07:30:00"),
        text("mười"),
        number("4"),
        time("07:30:00"),
        text("mai"),
    ];
    assert_eq!(values(&table(&file.bytes())), [expected]);
}

#[test]
fn styles_say_the_font_the_day_and_the_percentage() {
    let mut file = Xlsx::rows(
        r#"<row><c s="1"><v>44376</v></c><c s="2"><v>44376</v></c><c s="3"><v>0.5</v></c><c><v>7</v></c></row>
        <row r="2"><c s="4"><v>0.985</v></c><c s="5"><v>0.985</v></c></row>
        <row r="4"><c s="9"><v>8</v></c><c r="D4" s="2"><v>44376.25</v></c></row>"#,
    );
    file.book = "<workbookPr date1904=\"true\"/>".to_owned();
    file.styles = r#"<numFmts count="1"><numFmt numFmtId="170" formatCode="&quot;ngày&quot; dd"/><numFmt numFmtId="171" formatCode="0.0%"/></numFmts>
        <fonts><font><sz val="11"/></font><font><name val="VNI-Times"/></font></fonts>
        <cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="170" fontId="1"/><xf numFmtId="14" fontId="7"/><xf numFmtId="20"/><xf numFmtId="10"/><xf numFmtId="171"/></cellXfs>
        <dxfs><dxf><font><name val="wrong"/></font></dxf></dxfs>"#
        .to_owned();
    let table = table(&file.bytes());
    let day = Value::Day(date(2025, 6, 30));
    let first = vec![day.clone(), day.clone(), time("12:00:00"), number("7")];
    let shares = vec![number("98.5"); 2];
    assert!(table.counts_from_1904);
    assert_eq!(values(&table), [first, shares, vec![], vec![number("8"), Value::Empty, Value::Empty, day]]);
    assert_eq!(fonts(&table)[..4], [Some("VNI-Times"), None, None, None]);
}

#[test]
fn what_is_merged_or_hidden_is_cut_to_the_table() {
    let mut file = Xlsx::default();
    file.sheets.push(
        r#"<cols><col min="2" max="16384" hidden="1"/></cols><sheetData><row r="2" hidden="1"><c r="C2"><v>1</v></c></row>
        <row r="9" hidden="1"/></sheetData>
        <mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="C2:C1048576"/><mergeCell ref="E5:F6"/></mergeCells>"#
            .to_owned(),
    );
    let table = table(&file.bytes());
    assert_eq!(merges(&table), [[0, 0, 0, 2]]);
    assert_eq!(table.hidden_columns, BTreeSet::from([1, 2]));
    assert_eq!(table.rows.iter().map(|row| row.hidden).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn names_of_parts_and_prefixes_of_elements_may_differ() {
    let parts = [
        (
            "_Rels/.RELS",
            r#"<p:Relationships><p:Relationship Type="a/officeDocument" Target="/XL\Book.xml"/></p:Relationships>"#,
        ),
        (
            "xl/_rels/book.xml.rels",
            r#"<Relationships><Relationship Id="b" Type="a/worksheet" Target="../other/s.xml"/><Relationship Id="c" Type="a/chartsheet" Target="c.xml"/></Relationships>"#,
        ),
        (
            "xl/book.xml",
            r#"<x:workbook><x:sheets><x:sheet name="a&amp;b" state="veryHidden" q:id="b"/><x:sheet name="c" q:id="c"/></x:sheets></x:workbook>"#,
        ),
        (
            "other/s.xml",
            "\u{feff}<?xml version=\"1.0\"?><x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>",
        ),
    ];
    let table = table(&build::zip(&parts));
    assert_eq!((table.name.as_str(), table.hidden, values(&table)), ("a&b", true, vec![vec![number("1")]]));
}

#[test]
fn a_book_without_cells_has_empty_tables() {
    let table = table(&Xlsx::rows("").bytes());
    assert_eq!((table.name.as_str(), table.rows.len()), ("S0", 0));
}

#[test]
fn broken_parts_are_named_as_damage() {
    let mut without_strings = Xlsx::rows(r#"<row><c t="s"><v>9</v></c></row>"#);
    let mut entity = Xlsx::rows(r#"<row><c t="s"><v>0</v></c></row>"#);
    entity.strings = "<si><t>&b;</t></si>".to_owned();
    without_strings.strings = "<si><t>a</t></si>".to_owned();
    for bytes in [
        without_strings.bytes(),
        entity.bytes(),
        Xlsx::rows("<row><c r=\"A0\"><v>1</v></c></row>").bytes(),
        Xlsx::rows("<row><c r=\"AAAAAAAAAAAAAAAAAAAAAAAA1\"><v>1</v></c></row>").bytes(),
        Xlsx::rows("<row><c r=\"1A\"><v>1</v></c></row>").bytes(),
        Xlsx::rows("<row><c><v>1</c></row>").bytes(),
        build::zip(&[("xl/workbook.xml", "<workbook><sheets><sheet name=\"a\" r:id=\"none\"/></sheets></workbook>")]),
        b"PK\x03\x04 nothing more".to_vec(),
    ] {
        let said = refusal(&bytes);
        assert!(said.contains("the file is damaged"), "{said}");
    }
}
