//! What a proof is: a file with its own date and its own place to look, named by its SHA-256.
//!
//! Does not hold bytes and does not open files; see the rules for what may come in.

use jiff::{Timestamp, civil::Date};

use crate::{
    Refused,
    ids::{DossierId, EvidenceId},
};

/// The largest file that is accepted, in bytes.
pub const FILE_BYTES_MAX: u64 = 25 * 1024 * 1024;

/// The longest file name that is kept, in characters.
const NAME_CHARS_MAX: usize = 120;

/// The types that are accepted: what they are called on the page, how they begin, how they are served.
/// No type that a browser would run (HTML, SVG) is among them.
pub const ACCEPTED: [FileType; 6] = [
    FileType { extensions: &["pdf"], media: "application/pdf", label: "PDF" },
    FileType { extensions: &["jpg", "jpeg"], media: "image/jpeg", label: "JPG" },
    FileType { extensions: &["png"], media: "image/png", label: "PNG" },
    FileType { extensions: &["webp"], media: "image/webp", label: "WEBP" },
    FileType {
        extensions: &["docx"],
        media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        label: "DOCX",
    },
    FileType {
        extensions: &["xlsx"],
        media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        label: "XLSX",
    },
];

/// A kind of file that may be a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileType {
    /// Accepted endings of the file name, lower case.
    pub extensions: &'static [&'static str],
    /// Media type it is served with.
    pub media: &'static str,
    /// Short word on the page.
    pub label: &'static str,
}

/// One proof of one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Identity.
    pub id: EvidenceId,
    /// The dossier it belongs to.
    pub dossier: DossierId,
    /// The criterion it proves.
    pub criterion: String,
    /// SHA-256 of the bytes, 64 hex digits: also the name of the file in the store.
    pub sha256: String,
    /// The name it came with, cleaned.
    pub file_name: String,
    /// Media type, found from the content.
    pub media: String,
    /// Length in bytes.
    pub bytes: u64,
    /// The day the document itself takes effect, apart from the day of upload.
    pub effective_on: Option<Date>,
    /// Where to look inside: `trang 2–9, mục II`.
    pub pointer: String,
    /// When it was received.
    pub uploaded_at: Timestamp,
}

/// The accepted type whose ending the name bears and whose content was `found_media`.
///
/// Refused: a type that is not listed, and a content that does not match its ending.
pub fn accept(file_name: &str, found_media: Option<&str>) -> Result<FileType, Refused> {
    let extension = file_name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
    let by_name = ACCEPTED.iter().find(|kind| kind.extensions.contains(&extension.as_str()));
    let refused = || Refused::new("evidence.type_refused").with("file", clean_name(file_name));
    let by_name = by_name.ok_or_else(refused)?;
    if found_media == Some(by_name.media) { Ok(*by_name) } else { Err(refused()) }
}

/// A file name fit to be shown and sent: no folders, no control or direction characters, not too long.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let visible: String = crate::text::nfc(last).chars().filter(|c| !hidden(*c) && *c != '"').collect();
    let visible = visible.trim_matches(['.', ' ']);
    if visible.is_empty() {
        return "tep".to_owned();
    }
    let excess = visible.chars().count().saturating_sub(NAME_CHARS_MAX);
    visible.chars().skip(excess).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_needs_both_its_ending_and_its_content() {
        assert!(accept("kế hoạch.PDF", Some("application/pdf")).is_ok());
        for (name, found) in [
            ("kế hoạch.pdf", Some("text/html")),
            ("kế hoạch.pdf", None),
            ("trang.html", Some("text/html")),
            ("hinh.svg", Some("image/svg+xml")),
            ("pdf", Some("application/pdf")),
            ("a.png", Some("application/pdf")),
        ] {
            assert_eq!(accept(name, found).map_err(|no| no.code), Err("evidence.type_refused".into()), "{name}");
        }
    }

    #[test]
    fn names_lose_what_could_mislead() {
        for (name, clean) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Tài liệu\\Kế hoạch.pdf", "Kế hoạch.pdf"),
            ("gpj\u{202e}.exe", "gpj.exe"),
            ("a\r\nb\".pdf", "ab.pdf"),
            ("...", "tep"),
            ("", "tep"),
        ] {
            assert_eq!(clean_name(name), clean);
        }
        assert_eq!(clean_name(&format!("{}.pdf", "x".repeat(500))).chars().count(), NAME_CHARS_MAX);
        assert_eq!(clean_name(&format!("{}.pdf", "x".repeat(500))).rsplit_once('.').map(|(_, end)| end), Some("pdf"));
    }
}
