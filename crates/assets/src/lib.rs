//! The style sheet, scripts and fonts, inside the binary.
//!
//! Built by `build.rs`; does not serve anything over HTTP and reads no file at run time. Where the
//! front-end packages could not be fetched only the style sheet exists, see [`available`].

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

struct Embedded {
    logical: &'static str,
    url: &'static str,
    bytes: &'static [u8],
}

/// A file as it goes out. Its name changes with its content, so it may be cached for a year as
/// `immutable` and needs no other tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// The content.
    pub bytes: &'static [u8],
    /// Value of the `Content-Type` header.
    pub content_type: &'static str,
}

/// What a browser may be told about every [`Asset`]: value of the `Cache-Control` header.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The file behind the last part of an address of [`url`]: `app-3fa9c2d41b.css`.
pub fn file(path: &str) -> Option<Asset> {
    let found = FILES.iter().find(|file| file.url.strip_prefix("/assets/") == Some(path))?;
    Some(Asset { bytes: found.bytes, content_type: content_type(found.logical) })
}

/// The address of a file by the name pages know it by (`app.css`, `app.js`, `htmx.js`, `tus.js`,
/// `source-sans-3-latin.woff2`, `source-sans-3-vietnamese.woff2`); `None` when it was not built.
pub fn url(logical_name: &str) -> Option<&'static str> {
    FILES.iter().find(|file| file.logical == logical_name).map(|file| file.url)
}

/// The four faces for papers (regular, italic, bold, bold italic) as TrueType; empty when the
/// packages could not be fetched.
pub fn paper_fonts() -> &'static [&'static [u8]] {
    PAPER_FONTS
}

/// Whether scripts and fonts are inside, not the style sheet alone.
pub fn available() -> bool {
    url("app.js").is_some()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_is_always_there() {
        let url = url("app.css").expect("built in every case");
        let asset = file(url.strip_prefix("/assets/").expect("below /assets")).expect("behind its address");
        assert_eq!(asset.content_type, "text/css; charset=utf-8");
        let text = std::str::from_utf8(asset.bytes).expect("UTF-8");
        assert!(text.contains("--brand"), "the tokens are missing");
        assert!(file("app.css").is_none(), "only the name with the content in it is served");
        assert!(file("../Cargo.toml").is_none());
    }

    #[test]
    fn packages_come_all_or_none() {
        let rest = ["app.js", "htmx.js", "tus.js", "source-sans-3-latin.woff2", "source-sans-3-vietnamese.woff2"];
        for name in rest {
            assert_eq!(url(name).is_some(), available(), "{name}");
        }
        assert_eq!(paper_fonts().len(), if available() { 4 } else { 0 });
    }

    #[test]
    fn own_scripts_stay_within_their_budget() {
        // Twelve kilobytes compressed are about three times that as minified text.
        let own = url("app.js").and_then(|url| file(url.trim_start_matches("/assets/")));
        assert!(own.is_none_or(|own| own.bytes.len() < 36_000));
    }
}
