//! What the public sees without signing in: recognised units, and whether a certificate is real.
//!
//! Light pages: no script, no cookie; the language is in the address.

use askama::Template;

use crate::{
    recognition::views::RuledView,
    web::{filters, lang::Lang, layout::Tone},
};

/// The frame of public pages.
#[derive(Debug, Clone, Default)]
pub(crate) struct PortalShell {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Name of the page.
    pub(crate) title: String,
    /// Path of the page, to switch language at: `{path}?lang=en`.
    pub(crate) path: String,
    /// The domain the page was asked at, in large type: a copy elsewhere betrays itself.
    pub(crate) domain: String,
    /// Whose portal it is: `Tỉnh Bạc Liêu`.
    pub(crate) area: String,
    /// The sample is served.
    pub(crate) sample: bool,
}

/// Recognised units and the form to look up a code.
#[derive(Debug, Clone, Template)]
#[template(path = "portal/portal.html")]
pub(crate) struct PortalPage {
    /// The frame.
    pub(crate) shell: PortalShell,
    /// What was typed; empty at first.
    pub(crate) code: String,
    /// What is wrong with it; empty when nothing is.
    pub(crate) code_error: String,
    /// Units that hold a title, by year and name.
    pub(crate) units: Vec<TitleView>,
    /// The first page; empty on it.
    pub(crate) first_href: String,
    /// The next page; empty on the last.
    pub(crate) next_href: String,
}

/// A unit with its title.
#[derive(Debug, Clone)]
pub(crate) struct TitleView {
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// The title it holds.
    pub(crate) title: String,
    /// The year.
    pub(crate) year: String,
    /// `05/QĐ-UBND, 24/11/2023`.
    pub(crate) decision: String,
    /// Its certificate.
    pub(crate) href: String,
    /// How it stands, where it is not in force.
    pub(crate) status: Option<(String, Tone)>,
}

/// A certificate that was given, and how it stands.
#[derive(Debug, Clone, Template)]
#[template(path = "portal/certificate.html")]
pub(crate) struct CertificatePage {
    /// The frame.
    pub(crate) shell: PortalShell,
    /// How it stands.
    pub(crate) status: String,
    /// How that is meant.
    pub(crate) tone: Tone,
    /// What was ruled on it, the earliest first.
    pub(crate) rulings: Vec<RuledView>,
    /// The code in its written form.
    pub(crate) code: String,
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// The title given.
    pub(crate) title: String,
    /// The year.
    pub(crate) year: String,
    /// `05/QĐ-UBND`.
    pub(crate) decision: String,
    /// `24/11/2023`.
    pub(crate) signed_on: String,
    /// Issuing body.
    pub(crate) issuer: String,
    /// The file that shows without this server that it is recorded; empty where there is none.
    pub(crate) proof_href: String,
    /// The keys that check the file.
    pub(crate) keys: Vec<String>,
    /// `14:32 24/11/2023`: when this was looked up.
    pub(crate) checked_at: String,
}

/// No certificate has this code (404).
#[derive(Debug, Clone, Template)]
#[template(path = "portal/unknown.html")]
pub(crate) struct UnknownCodePage {
    /// The frame.
    pub(crate) shell: PortalShell,
    /// The code as it was asked for.
    pub(crate) code: String,
}
