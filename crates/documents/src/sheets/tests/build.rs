//! Small files for the tests: archives with parts, compound files with records.

use std::io::{Cursor, Write as _};

use cfb::{CompoundFile, Version};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(super) const MAIN: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

fn archive(parts: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in parts {
        archive.start_file(*name, options).expect("a part");
        archive.write_all(content.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

pub(super) fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    archive(parts, CompressionMethod::Deflated)
}

/// An XLSX from its parts; what is empty is left out.
#[derive(Clone, Default)]
pub(super) struct Xlsx {
    /// Inside `workbook`, before its sheets.
    pub(super) book: String,
    pub(super) styles: String,
    pub(super) strings: String,
    /// Of each sheet what stands inside `worksheet`.
    pub(super) sheets: Vec<String>,
}

impl Xlsx {
    /// One sheet with these rows.
    pub(super) fn rows(rows: &str) -> Self {
        Self { sheets: vec![format!("<sheetData>{rows}</sheetData>")], ..Self::default() }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.archive(CompressionMethod::Deflated)
    }

    pub(super) fn stored(&self) -> Vec<u8> {
        self.archive(CompressionMethod::Stored)
    }

    fn archive(&self, method: CompressionMethod) -> Vec<u8> {
        const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let mut list = String::new();
        let mut relations = String::new();
        let mut parts = vec![("_rels/.rels".to_owned(), ROOT.to_owned())];
        for (at, sheet) in self.sheets.iter().enumerate() {
            let _ = std::fmt::Write::write_fmt(
                &mut list,
                format_args!(r#"<sheet name="S{at}" sheetId="{}" r:id="s{at}"/>"#, at + 1),
            );
            let _ = std::fmt::Write::write_fmt(
                &mut relations,
                format_args!(r#"<Relationship Id="s{at}" Type="{KIND}/worksheet" Target="worksheets/sheet{at}.xml"/>"#),
            );
            parts.push((format!("xl/worksheets/sheet{at}.xml"), format!("<worksheet {MAIN}>{sheet}</worksheet>")));
        }
        let book = format!("<workbook {MAIN} xmlns:r=\"{KIND}\">{}<sheets>{list}</sheets></workbook>", self.book);
        parts.push(("xl/workbook.xml".to_owned(), book));
        parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")));
        if !self.styles.is_empty() {
            parts.push(("xl/styles.xml".to_owned(), format!("<styleSheet {MAIN}>{}</styleSheet>", self.styles)));
        }
        if !self.strings.is_empty() {
            parts.push(("xl/sharedStrings.xml".to_owned(), format!("<sst {MAIN}>{}</sst>", self.strings)));
        }
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
        archive(&parts, method)
    }
}

/// A compound file with streams.
pub(super) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut container =
        CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).expect("a compound file");
    for (path, content) in streams {
        container.create_stream(path).expect("a stream").write_all(content).expect("written");
    }
    container.flush().expect("written");
    container.into_inner().into_inner()
}

pub(super) fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("short");
    [&kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
}

/// Numbers of two bytes, one after the other.
pub(super) fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A text with a flag for its width; the length stands before it.
pub(super) fn letters(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    if units.iter().all(|unit| *unit < 256) {
        let bytes = units.iter().map(|unit| unit.to_le_bytes()[0]);
        return std::iter::once(0).chain(bytes).collect();
    }
    [vec![1], words(&units)].concat()
}

fn length(text: &str) -> u16 {
    u16::try_from(text.encode_utf16().count()).expect("short")
}

pub(super) fn short_text(text: &str) -> Vec<u8> {
    [vec![length(text).to_le_bytes()[0]], letters(text)].concat()
}

pub(super) fn long_text(text: &str) -> Vec<u8> {
    [length(text).to_le_bytes().to_vec(), letters(text)].concat()
}

pub(super) fn font(name: &str) -> Vec<u8> {
    record(0x0031, &[vec![0; 14], short_text(name)].concat())
}

pub(super) fn style(font: u16, format: u16) -> Vec<u8> {
    record(0x00E0, &[words(&[font, format]), vec![0; 16]].concat())
}

/// A table of shared texts in one record.
pub(super) fn shared(texts: &[&str]) -> Vec<u8> {
    let count = u32::try_from(texts.len()).expect("few").to_le_bytes();
    let texts: Vec<u8> = texts.iter().flat_map(|text| long_text(text)).collect();
    record(0x00FC, &[count.as_slice(), &count, &texts].concat())
}

pub(super) fn number_record(row: u16, column: u16, style: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[words(&[row, column, style]), number.to_le_bytes().to_vec()].concat())
}

pub(super) fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &words(&[0x0600, kind, 0, 0, 0, 0, 0, 0]))
}

pub(super) fn end() -> Vec<u8> {
    record(0x000A, &[])
}

/// A sheet: its name, whether it is hidden, its records.
pub(super) type Sheet<'t> = (&'t str, bool, Vec<Vec<u8>>);

/// The stream of a book.
pub(super) fn stream(globals: &[Vec<u8>], sheets: &[Sheet]) -> Vec<u8> {
    let mut head = [begin(5), globals.concat()].concat();
    let listed: usize = sheets.iter().map(|(name, ..)| 4 + 6 + short_text(name).len()).sum();
    let mut place = head.len() + listed + end().len();
    let mut bodies = Vec::new();
    for (name, hidden, records) in sheets {
        let offset = u32::try_from(place).expect("small").to_le_bytes();
        head.extend(record(0x0085, &[&offset, [u8::from(*hidden), 0].as_slice(), &short_text(name)].concat()));
        let body = [begin(0x10), records.concat(), end()].concat();
        place += body.len();
        bodies.extend(body);
    }
    [head, end(), bodies].concat()
}

pub(super) fn xls(globals: &[Vec<u8>], sheets: &[Sheet]) -> Vec<u8> {
    compound(&[("/Workbook", &stream(globals, sheets))])
}
