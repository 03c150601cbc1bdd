//! How handlers answer: a page, or the way back with a message that is shown once.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use dienhinh_domain::Refused;

use super::{
    lang::Lang,
    layout::{Flash, Tone},
    problem::{Outcome, Problem},
    visit::Visit,
};

/// The cookie that carries a message over a redirect; [`super::layers`] takes it away once it was shown.
pub(crate) const SAID_COOKIE: &str = "said";

/// A page.
pub(crate) fn page(template: &impl Template) -> Outcome<Response> {
    page_with(StatusCode::OK, template)
}

/// A page that says that something was not done.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Outcome<Response> {
    let html = template.render().map_err(|cause| Problem::Failed(format!("a template failed: {cause}")))?;
    Ok((status, Html(html)).into_response())
}

/// A file to be shown or saved, never run: its name is ASCII with the real one beside it (RFC 6266).
pub(crate) fn pdf(file_name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("inline; filename=\"{file_name}.pdf\"");
    ([("content-type", "application/pdf".to_owned()), ("content-disposition", disposition)], bytes).into_response()
}

/// A table to be saved. The mark in front tells spreadsheets that it is UTF-8.
pub(crate) fn csv(file_name: &str, table: &[u8]) -> Response {
    let disposition = format!("attachment; filename=\"{file_name}.csv\"");
    let bytes = [&[0xef, 0xbb, 0xbf], table].concat();
    ([("content-type", "text/csv; charset=utf-8".to_owned()), ("content-disposition", disposition)], bytes)
        .into_response()
}

/// A workbook to be saved.
pub(crate) fn xlsx(file_name: &str, workbook: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{file_name}.xlsx\"");
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    ([("content-type", kind), ("content-disposition", disposition)], workbook).into_response()
}

/// What the last action led to: a key of the catalogues with its values.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    key: String,
    values: Vec<(String, String)>,
}

impl Said {
    /// Something was done.
    pub(crate) fn done(key: &str) -> Self {
        Self { key: key.to_owned(), values: Vec::new() }
    }

    /// Adds a value for the sentence.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.values.push((name.to_owned(), value));
        self
    }

    /// Something was refused.
    fn refused(refused: &Refused) -> Self {
        let values = refused.args.iter().map(|(name, value)| (name.clone().into_owned(), value.clone())).collect();
        Self { key: refused.text_key(), values }
    }

    pub(crate) fn flash(&self, lang: Lang) -> Flash {
        let tone = if self.key.starts_with("done-") { Tone::Ok } else { Tone::Wait };
        let values: Vec<(&str, String)> =
            self.values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        Flash { tone, text: lang.look_up(&self.key, &values) }
    }

    fn cookie(&self) -> Cookie<'static> {
        let mut fields = vec![("key", self.key.as_str())];
        fields.extend(self.values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let value = serde_urlencoded::to_string(fields).unwrap_or_default();
        Cookie::build((SAID_COOKIE, value)).path("/").http_only(true).same_site(SameSite::Lax).build()
    }
}

/// Reads the message a redirect brought. Only the product's own sentences are shown.
pub(crate) fn said(jar: &CookieJar) -> Option<Said> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(jar.get(SAID_COOKIE)?.value()).ok()?;
    let mut fields = fields.into_iter();
    let (_, key) = fields.next().filter(|(name, _)| name == "key")?;
    let ours = key.starts_with("done-") || key.starts_with("refused-");
    ours.then(|| Said { key, values: fields.collect() })
}

/// Back to a page with a message.
pub(crate) fn back(to: &str, said: &Said) -> Response {
    (CookieJar::new().add(said.cookie()), Redirect::to(to)).into_response()
}

/// After an action that a form asked for: on to a page with what came of it. What the rules refuse is said on
/// the page the form was on; what the visitor may not do at all, what is missing and what failed go their
/// ordinary way, and so does everything where a program asked.
pub(crate) fn after(visit: &Visit, outcome: Outcome<Said>, to: &str) -> Outcome<Response> {
    match outcome {
        Ok(said) => Ok(back(to, &said)),
        Err(Problem::Refused(refused)) if !visit.wants_json && !refused.code.starts_with("access.") => {
            Ok(back(to, &Said::refused(&refused)))
        }
        Err(problem) => Err(problem),
    }
}
