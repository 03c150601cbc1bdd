//! Files of every form, made in the test, and files that lie about themselves. No sample of a stranger lies here.

mod build;
mod hostile;
mod html;
mod mutations;
mod numbers;
mod separated;
mod xls;
mod xlsx;

use super::*;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(digits: &str) -> Value {
    Value::Number(digits.to_owned())
}

fn time(words: &str) -> Value {
    Value::Time(words.to_owned())
}

fn error(words: &str) -> Value {
    Value::Error(words.to_owned())
}

fn book(bytes: &[u8]) -> Book {
    read(bytes, &LIMITS).expect("read")
}

/// The only table.
fn table(bytes: &[u8]) -> Table {
    let mut tables = book(bytes).tables;
    assert_eq!(tables.len(), 1, "{tables:?}");
    tables.remove(0)
}

fn values(table: &Table) -> Vec<Vec<Value>> {
    let row = |row: &Row| row.cells.iter().map(|cell| cell.value.clone()).collect();
    table.rows.iter().map(row).collect()
}

fn fonts(table: &Table) -> Vec<Option<&str>> {
    table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.font.as_deref()).collect()
}

/// Merges as first row, last row, first column, last column.
fn merges(table: &Table) -> Vec<[usize; 4]> {
    let corners = |merge: &Merge| {
        let (rows, columns) = (&merge.rows, &merge.columns);
        [*rows.start(), *rows.end(), *columns.start(), *columns.end()]
    };
    table.merges.iter().map(corners).collect()
}

fn refusal(bytes: &[u8]) -> String {
    match read(bytes, &LIMITS) {
        Ok(book) => panic!("read: {book:?}"),
        Err(error) => {
            let said = error.to_string();
            assert!(said.contains(" / "), "two languages: {said}");
            said
        }
    }
}

#[test]
fn what_is_no_spreadsheet_gets_its_name() {
    let zip = |parts: &[(&str, &str)]| build::zip(parts);
    for (bytes, expected) in [
        (Vec::new(), "an empty file"),
        (b" \r\n\t".to_vec(), "an empty file"),
        (b"%PDF-1.7\n%\xE2\xE3".to_vec(), "a PDF"),
        (b"\x89PNG\r\n\x1A\n\0\0".to_vec(), "a PNG image"),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec(), "a JPEG image"),
        (b"\0\0\0\x18ftypheic".to_vec(), "a HEIC image"),
        (b"Rar!\x1A\x07".to_vec(), "a RAR archive"),
        (b"{\\rtf1\\ansi".to_vec(), "an RTF document"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00".to_vec(), "an Excel 4 file"),
        (b"\x09\x08\x08\x00\x00\x00\x10\x00".to_vec(), "an Excel file without its container"),
        (b"MIME-Version: 1.0\r\n".to_vec(), "a single-file web page"),
        (b"abc\0\0\x01\x02\x03\x04\x05".to_vec(), "a binary file"),
        (zip(&[("word/document.xml", "<a/>"), ("_rels/.rels", "<a/>")]), "a Word document"),
        (zip(&[("ppt/presentation.xml", "<a/>"), ("_rels/.rels", "<a/>")]), "a presentation"),
        (zip(&[("xl/workbook.bin", "a"), ("_rels/.rels", "<a/>")]), "an .xlsb file"),
        (zip(&[("mimetype", "a"), ("content.xml", "<a/>")]), "an OpenDocument file"),
        (zip(&[("photo.jpg", "a")]), "a ZIP archive"),
        (zip(&[("_rels/.rels", "<a/>")]), "a ZIP archive"),
        (build::compound(&[("/WordDocument", b"a")]), "a Word document (.doc)"),
        (build::compound(&[("/Book", b"a")]), "an Excel 5.0/95 file"),
        (build::compound(&[("/Other", b"a")]), "an Office file without a spreadsheet"),
        (b"<html><body>Please log in</body></html>".to_vec(), "a web page without a table"),
        (b"<?xml version=\"1.0\"?><a/>".to_vec(), "an XML file"),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>".to_vec(),
            "an Excel 2003 XML spreadsheet",
        ),
    ] {
        let said = refusal(&bytes);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn a_password_has_its_own_words() {
    let encrypted = build::compound(&[("/EncryptedPackage", b"a"), ("/EncryptionInfo", b"a")]);
    assert_eq!(read(&encrypted, &LIMITS), Err(SheetError::Encrypted));
    let pass = build::xls(&[build::record(0x002F, &[0; 6])], &[]);
    assert_eq!(read(&pass, &LIMITS), Err(SheetError::Encrypted));
}

#[test]
fn a_file_beyond_the_limit_is_not_looked_at() {
    let said = refusal(&vec![b'a'; LIMITS.file_bytes + 1]);
    assert!(said.contains("larger than 20 MiB"), "{said}");
}
