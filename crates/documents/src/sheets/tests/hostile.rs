//! Files that claim more than they are. Each is refused, or read without what it claims.

use super::{
    build::{Xlsx, compound, number_record, record, stream, words, xls, zip},
    *,
};

fn cell(place: &str) -> String {
    format!("<row><c r=\"{place}\"><v>1</v></c></row>")
}

#[test]
fn archives_that_lie_are_refused() {
    let limits = Limits { inflated_bytes: 1 << 20, parts: 100, ..LIMITS };
    let bomb = " ".repeat(2 << 20);
    let mut strings = Xlsx::rows("<row><c t=\"s\"><v>0</v></c></row>");
    strings.strings = format!("<si><t>a</t></si>{}", "<!-- a -->".repeat(120_000));
    let many: Vec<(String, &str)> = (0..=limits.parts).map(|at| (format!("a{at}"), "")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let long = format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(LIMITS.cell_bytes + 1));
    let attribute = format!("<row><c a=\"{}\"><v>1</v></c></row>", "x".repeat(900_000));
    let deep = "<a>".repeat(1_000);
    for (bytes, expected) in [
        (Xlsx::rows(&bomb).bytes(), "the text of a cell is too long"),
        (strings.bytes(), "inflated content is larger than 1 MiB"),
        (Xlsx::rows(&"<row/>".repeat(1 << 18)).bytes(), "inflated content is larger than 1 MiB"),
        (zip(&many), "too many parts"),
        (Xlsx::rows(&long).bytes(), "the text of a cell is too long"),
        (Xlsx::rows(&attribute).bytes(), "the text of a cell is too long"),
        (Xlsx::rows(&deep).bytes(), "the file is damaged"),
        (Xlsx::rows(&cell("XFD1048576")).bytes(), "row 1048576, column 16384 lies beyond 100000 rows, 250 columns"),
        (Xlsx::rows(&cell("ZZZ9999999")).bytes(), "row 9999999, column 18278"),
    ] {
        let said = read(&bytes, &limits).expect_err(expected).to_string();
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn the_claimed_number_of_shared_strings_is_not_believed() {
    let mut file = Xlsx::rows("<row><c t=\"s\"><v>0</v></c></row>");
    file.strings = "<si><t>a</t></si>".to_owned();
    let stored = file.stored();
    let honest = table(&stored);
    let parts = [
        (
            "xl/sharedStrings.xml",
            "<sst count=\"18446744073709551615\" uniqueCount=\"18446744073709551615\"><si><t>a</t></si></sst>",
        ),
        ("xl/workbook.xml", "<workbook><sheets><sheet name=\"S0\" r:id=\"a\"/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"t/worksheet\" Target=\"s.xml\"/></Relationships>",
        ),
        (
            "xl/s.xml",
            "<worksheet><dimension ref=\"XFD1048576:A1\"/><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>",
        ),
    ];
    assert_eq!(table(&zip(&parts)), honest);
}

#[test]
fn a_long_font_name_is_not_copied_into_every_style() {
    let mut file = Xlsx::rows("<row><c s=\"1\"><v>1</v></c></row>");
    let name = "x".repeat(300_000);
    file.styles = format!(
        "<fonts><font><name val=\"{name}\"/></font></fonts><cellXfs>{}</cellXfs>",
        "<xf fontId=\"0\"/>".repeat(60_000)
    );
    assert_eq!(fonts(&table(&file.bytes())), [None]);
    file.styles = format!("<cellXfs>{}</cellXfs>", "<xf/>".repeat(70_000));
    assert!(refusal(&file.bytes()).contains("more than 65536 styles"));
}

#[test]
fn limits_hold_over_all_tables() {
    let far = format!("<sheetData>{}</sheetData>", cell("A90000"));
    let many = Xlsx { sheets: vec![far; 30], ..Xlsx::default() };
    assert!(refusal(&many.bytes()).contains("more than 2000000 cells"));
    let sheets = Xlsx { sheets: vec![String::new(); LIMITS.tables + 1], ..Xlsx::default() };
    assert!(refusal(&sheets.bytes()).contains("more than 200 tables"));
    let mut often = Xlsx::rows(&"<row><c t=\"s\"><v>0</v></c></row>".repeat(300));
    often.strings = format!("<si><t>{}</t></si>", "x".repeat(LIMITS.cell_bytes));
    assert!(refusal(&often.bytes()).contains("the text is too long"));
    let limits = Limits { cells: 1_000, ..LIMITS };
    let empty =
        read(&Xlsx::rows(&"<row><c/></row>".repeat(30_000)).bytes(), &limits).expect_err("120000 events").to_string();
    assert!(empty.contains("empty ones with a format"), "{empty}");
    let limits = Limits { cells: 10, ..LIMITS };
    let many = read("a,b\n".repeat(4).as_bytes(), &limits).expect_err("12 rows and cells").to_string();
    assert!(many.contains("more than 10 cells"), "{many}");
}

#[test]
fn merged_regions_are_counted_and_do_not_overlap() {
    let with = |regions: &str| {
        let data = format!("<sheetData>{}{}</sheetData><mergeCells>{regions}</mergeCells>", cell("A1"), cell("B2"));
        Xlsx { sheets: vec![data], ..Xlsx::default() }.bytes()
    };
    let region = "<mergeCell ref=\"A1:XFD1048576\"/>";
    assert_eq!(merges(&table(&with(region))), [[0, 1, 0, 1]]);
    assert!(refusal(&with(&region.repeat(2))).contains("merged regions overlap"));
    assert!(refusal(&with(&region.repeat(LIMITS.merges + 1))).contains("more than 20000 merged regions"));
    assert!(merges(&table(&with("<mergeCell ref=\"B2:A1\"/>"))).is_empty());
    assert!(refusal(&with("<mergeCell ref=\"A:B\"/>")).contains("the file is damaged"));
}

#[test]
fn records_that_lie_are_refused() {
    let cells = || vec![number_record(0, 0, 0, 1.0)];
    let shared =
        |claim: [u8; 8], rest: &[u8]| xls(&[record(0x00FC, &[&claim, rest].concat())], &[("a", false, cells())]);
    let huge = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
    assert_eq!(table(&shared(huge, &[1, 0, 0, b'a'])).rows.len(), 1, "a claim alone costs nothing");
    let mut beyond = stream(&[], &[("a", false, cells())]);
    let length = beyond.len();
    beyond[length - 2..].copy_from_slice(&[0xFF, 0xFF]);
    let mut nowhere = stream(&[], &[]);
    nowhere.truncate(nowhere.len() - 4);
    nowhere.extend(record(0x0085, &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 1, 0, b'a']));
    nowhere.extend(build::end());
    let far = vec![number_record(65_535, 255, 0, 1.0)];
    let merged = vec![record(0x00E5, &words(&[0xFFFF, 0, 1, 0, 1])), number_record(1, 1, 0, 1.0)];
    for (bytes, expected) in [
        (shared(huge, &[0xFF, 0xFF, 1, b'a', 0]), "the file is damaged"),
        (shared(huge, &[1, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF, b'a']), "the file is damaged"),
        (compound(&[("/Workbook", &beyond)]), "a record is cut off"),
        (compound(&[("/Workbook", &nowhere)]), "a record is cut off"),
        (compound(&[("/Workbook", b"")]), "a record is cut off"),
        (xls(&[], &[("a", false, far)]), "row 65536, column 256"),
        (xls(&[], &[("a", false, vec![record(0x00FD, &[0; 10])])]), "shared string 0"),
        (xls(&[], &[("a", false, vec![record(0x0203, &[0; 7])])]), "a record is cut off"),
    ] {
        let said = refusal(&bytes);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(merges(&table(&xls(&[], &[("a", false, merged)]))), [[0, 1, 0, 1]]);
}

#[test]
fn sheets_in_one_place_or_within_each_other_are_refused() {
    /// A book whose sheets begin at these places, and what stands behind the list.
    fn listed(places: &[usize], rest: &[u8]) -> Vec<u8> {
        let behind = 20 + places.len() * 13 + 4;
        let entry = |place: &usize| {
            let place = u32::try_from(behind + place).expect("small").to_le_bytes();
            record(0x0085, &[place.as_slice(), &[0, 0, 1, 0, b'a']].concat())
        };
        let entries: Vec<u8> = places.iter().flat_map(entry).collect();
        compound(&[("/Workbook", &[build::begin(5), entries, build::end(), rest.to_vec()].concat())])
    }
    let nothing = record(0x0201, &[]).repeat(5_000);
    let nested = [build::begin(0x10).repeat(50), nothing, build::end().repeat(50)].concat();
    let places: Vec<usize> = (0..50).map(|at| at * 20).collect();
    assert!(refusal(&listed(&places, &nested)).contains("sheets overlap"));
    assert!(refusal(&listed(&[0, 0], &nested)).contains("two sheets in one place"));
    assert!(table(&listed(&[0], &nested)).rows.is_empty());
    assert!(refusal(&listed(&[0], &nested[..nested.len() - 4])).contains("a record is cut off"));
    assert!(refusal(&listed(&[4], &nested)).contains("no beginning of a sheet"));
}

#[test]
fn pages_and_texts_that_lie_are_refused() {
    let limits = Limits { rows: 1_000, merges: 200, tables: 20, cell_bytes: 5_000, ..LIMITS };
    let wide = "a,".repeat(100_000);
    let field = format!("a,b\n1,\"{}\"", "x\n".repeat(limits.cell_bytes));
    let cells = format!("<table><tr>{}", "<td>1".repeat(limits.columns + 1));
    let rows = format!("<table>{}<td>1", "<tr>".repeat(limits.rows + 1));
    let long = format!("<table><td>{}", "x".repeat(limits.cell_bytes + 1));
    let tables = "<table><td>1</table>".repeat(limits.tables + 1);
    let spans = format!("<table>{}", "<tr><td rowspan=2>1<td>2".repeat(limits.merges + 1));
    for (content, expected) in [
        (wide, "row 1 has more than 16384 columns"),
        ("a,".repeat(300), "row 1, column 251"),
        (field, "row 2, column 2: the text is too long; check quotes"),
        ("a\n".repeat(limits.rows + 1), "row 1001, column 1"),
        (cells, "row 1, column 251"),
        (rows, "row 1001, column 1"),
        (long, "the text of a cell is too long"),
        (tables, "more than 20 tables"),
        (spans, "more than 200 merged regions"),
    ] {
        let said = read(content.as_bytes(), &limits).expect_err(expected).to_string();
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn pages_that_only_nest_or_only_claim_are_read() {
    let nested = format!("<table><tr><td>a{}b", "<table><tr><td>".repeat(20_000));
    assert_eq!(values(&table(nested.as_bytes())), [[text("a\nb")]]);
    let attributes = format!("<table><tr><td {}>a", "a1=2 ".repeat(20_000));
    assert_eq!(values(&table(attributes.as_bytes())), [[text("a")]]);
    let empty = format!("<table>{}<tr><td>a", "<tr><td><td><td>".repeat(9_000));
    assert_eq!(table(empty.as_bytes()).rows.len(), 9_001);
    let ends = format!("<table><td>a{}", "</td></tr></table>".repeat(10_000));
    assert_eq!(values(&table(ends.as_bytes())), [[text("a")]]);
}

#[test]
fn chains_of_sectors_may_run_in_circles() {
    let records = (0..500).map(|row| number_record(row, 0, 0, 1.0)).collect();
    let bytes = xls(&[], &[("a", false, records)]);
    let table_sector = usize::from(bytes[76]) + usize::from(bytes[77]) * 256;
    let from = 512 * (table_sector + 1);
    let sectors = u32::try_from(bytes.len() / 512).expect("small");
    for entry in 0..usize::try_from(sectors).expect("small") {
        for target in [0, 1, 2, sectors / 2, sectors - 1, sectors, u32::MAX, u32::MAX - 1, u32::MAX - 2, u32::MAX - 4] {
            let mut circle = bytes.clone();
            circle[from + entry * 4..][..4].copy_from_slice(&target.to_le_bytes());
            let _ = read(&circle, &LIMITS);
        }
    }
}
