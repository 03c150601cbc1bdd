//! What a file is, by its content; what is no spreadsheet gets its name here.

use std::borrow::Cow;

use super::{SheetError, encoding};

/// What a file seems to be.
pub(super) enum Seems<'b> {
    /// A ZIP: an XLSX or something near.
    Zip,
    /// A compound file (OLE2): an XLS or something near.
    Compound,
    /// A page.
    Html(Cow<'b, str>),
    /// Text of columns.
    Text { text: Cow<'b, str>, encoding: &'static str },
}

/// How many letters tell what a text is.
const HEAD_LETTERS: usize = 4_096;

/// Beginnings of files: offset, bytes, Vietnamese, English.
const BEGINNINGS: &[(usize, &[u8], &str, &str)] = &[
    (0, b"%PDF-", "tệp PDF", "a PDF"),
    (0, b"\x89PNG", "ảnh PNG", "a PNG image"),
    (0, b"\xFF\xD8\xFF", "ảnh JPEG", "a JPEG image"),
    (0, b"GIF8", "ảnh GIF", "a GIF image"),
    (0, b"II*\0", "ảnh TIFF", "a TIFF image"),
    (0, b"MM\0*", "ảnh TIFF", "a TIFF image"),
    (8, b"WEBP", "ảnh WebP", "a WebP image"),
    (4, b"ftyp", "ảnh HEIC hoặc phim", "a HEIC image or a video"),
    (0, b"Rar!", "tệp nén RAR", "a RAR archive"),
    (0, b"7z\xBC\xAF", "tệp nén 7z", "a 7z archive"),
    (0, b"\x1F\x8B", "tệp nén gzip", "a gzip archive"),
    (0, b"{\\rtf", "tài liệu RTF", "an RTF document"),
    (0, b"MIME-Version:", "trang web một tệp (.mht)", "a single-file web page (.mht)"),
    (0, b"PAR1", "tệp Parquet", "a Parquet file"),
    (0, b"SQLite format 3", "cơ sở dữ liệu SQLite", "an SQLite database"),
    (0, b"\x09\x00\x04\x00", "tệp Excel 2", "an Excel 2 file"),
    (0, b"\x09\x02\x06\x00", "tệp Excel 3", "an Excel 3 file"),
    (0, b"\x09\x04\x06\x00", "tệp Excel 4", "an Excel 4 file"),
    (0, b"\x09\x08", "tệp Excel không có lớp vỏ", "an Excel file without its container"),
];

/// Looks at the first bytes, and decodes what can only be text.
pub(super) fn of(bytes: &[u8]) -> Result<Seems<'_>, SheetError> {
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(SheetError::unknown("tệp trống", "an empty file"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Seems::Zip);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Ok(Seems::Compound);
    }
    let begins = |offset: usize, with: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(with));
    if let Some((.., vi, en)) = BEGINNINGS.iter().find(|(offset, with, ..)| begins(*offset, with)) {
        return Err(SheetError::unknown(*vi, *en));
    }
    let (text, encoding) = encoding::decode(bytes);
    if is_binary(&text) {
        return Err(SheetError::unknown("tệp nhị phân không rõ loại", "a binary file of an unknown kind"));
    }
    match marked_up(&text) {
        Some(Markup::Tables) => Ok(Seems::Html(text)),
        Some(Markup::Other(vi, en)) => Err(SheetError::unknown(vi, en)),
        None => Ok(Seems::Text { text, encoding }),
    }
}

/// Text has hardly any control characters, and never a zero.
fn is_binary(text: &str) -> bool {
    let head = || text.chars().take(HEAD_LETTERS);
    // Letters of old encodings may come out as the second set of control characters: only the first set counts.
    let strange = |letter: &char| letter.is_ascii_control() && !"\t\r\n\u{b}\u{c}\u{1a}".contains(*letter);
    text.contains('\0') || head().filter(strange).count() * 100 > head().count()
}

enum Markup {
    /// A page with tables.
    Tables,
    /// Anything else between tags.
    Other(&'static str, &'static str),
}

/// What a text between tags is; none where a `<` is only a sign.
fn marked_up(text: &str) -> Option<Markup> {
    let head = text.chars().take(HEAD_LETTERS).collect::<String>().to_ascii_lowercase();
    let head = head.trim_start();
    let tag = head.strip_prefix('<').and_then(|rest| rest.chars().next());
    let is_tag = tag.is_some_and(|letter| letter.is_ascii_alphabetic() || "!?/".contains(letter));
    let is_page = head.contains("<html") || head.contains("<!doctype html");
    if !is_page && head.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Some(Markup::Other("bảng tính XML của Excel 2003", "an Excel 2003 XML spreadsheet"));
    }
    // Some portals put their own messages before the page.
    let has_table = || text.as_bytes().windows(6).any(|window| window.eq_ignore_ascii_case(b"<table"));
    if (is_tag && has_table()) || (head.contains("<table") && head.contains("<tr")) {
        return Some(Markup::Tables);
    }
    match is_tag {
        true if is_page => Some(Markup::Other("trang web không có bảng", "a web page without a table")),
        true if head.starts_with("<?xml") || head.contains("xmlns") => Some(Markup::Other("tệp XML", "an XML file")),
        _ => None,
    }
}
