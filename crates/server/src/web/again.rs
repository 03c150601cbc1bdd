//! Requests that may come again: a client whose answer got lost sends the same once more, and a second click sends a
//! form twice. The key they bear makes the second one known, so that [`App::act`](crate::app::App) answers with what
//! came of the first and does nothing.
//!
//! Programs and scripts send the header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header); forms have a
//! hidden field `key`. A form that was changed and sent again from the browser's history is another request.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{Refused, audit::sha256};

use super::{layers::changes_something, load::FORM_BYTES_MAX, problem::Outcome};
use crate::request::{self, Key};

/// The key a client chose.
const KEY: header::HeaderName = header::HeaderName::from_static("idempotency-key");

/// Says that the answer tells what came of an earlier request with the same key.
const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotency-replayed");

/// The hidden field of forms.
pub(crate) const KEY_FIELD: &str = "key";

/// How the addresses end whose requests are not made known: their hash would say how somebody voted. A vote that comes twice
/// is refused by its own rule.
const SECRET: &str = "/votes";

/// A key that no other form has: the page it stands on.
pub(crate) fn form_key() -> String {
    request::current().map(|id| id.to_string()).unwrap_or_default()
}

/// Longer keys are refused.
const KEY_CHARS_MAX: usize = 128;

/// Finds the key of a request before its handler runs.
pub(crate) async fn recognise(request: Request, next: Next) -> Response {
    if !changes_something(request.method()) || request.uri().path().ends_with(SECRET) {
        return next.run(request).await;
    }
    let request = match identified(request).await {
        Ok(request) => request,
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(request).await;
    if request::was_repeated() {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

async fn identified(request: Request) -> Outcome<Request> {
    let (parts, body) = request.into_parts();
    let named = parts.headers.get(KEY).map(key_in).transpose()?;
    if !has_fields(&parts) {
        if let Some(key) = named {
            request::identify(Key { key, asked: asked(&parts, &[]) });
        }
        return Ok(Request::from_parts(parts, body));
    }
    let body = to_bytes(body, FORM_BYTES_MAX).await.map_err(|_| Refused::new("web.too_large"))?;
    let asked = asked(&parts, &body);
    if let Some(key) = named {
        request::identify(Key { key, asked });
    } else if let Some(key) = field_of(&body) {
        request::identify(of_form(&key, asked));
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The key of a form: with what was typed in it, it is another one.
fn of_form(key: &str, asked: String) -> Key {
    Key { key: format!("form-{}", sha256(format!("{key} {asked}").as_bytes())), asked }
}

/// Makes an upload known by the hidden field of its form. A key in the header, which came first, holds.
pub(crate) fn identify_upload(field: &str, path: &str) {
    if request::key().is_none() && !field.is_empty() {
        request::identify(of_form(field, sha256(path.as_bytes())));
    }
}

/// The key in a header: a text of printable ASCII, in quotation marks or without.
fn key_in(value: &HeaderValue) -> Result<String, Refused> {
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.is_empty() || text.len() > KEY_CHARS_MAX || !printable {
        return Err(Refused::new("access.bad_key").with("max", KEY_CHARS_MAX));
    }
    Ok(text.to_owned())
}

/// Whether the body consists of fields, which are small; everything else is read by its handler, piece by piece.
fn has_fields(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("application/json")
}

fn asked(parts: &Parts, body: &[u8]) -> String {
    let address = parts.uri.path_and_query().map_or("", |address| address.as_str());
    let mut all = format!("{} {address}\n", parts.method).into_bytes();
    all.extend_from_slice(body);
    sha256(&all)
}

fn field_of(body: &Bytes) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
    fields.into_iter().find(|(name, value)| name == KEY_FIELD && !value.is_empty()).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_printable_and_short() {
        let read = |text: &'static str| key_in(&HeaderValue::from_static(text)).ok();
        assert_eq!(read("\"8e03978e-40d5\"").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read(" 8e03978e ").as_deref(), Some("8e03978e"));
        for bad in ["", "\"\"", "two words", "\""] {
            let wanted = (bad == "\"").then_some("\"");
            assert_eq!(read(bad).as_deref(), wanted, "{bad}");
        }
        let long = "k".repeat(KEY_CHARS_MAX + 1);
        assert!(key_in(&HeaderValue::from_str(&long).expect("ASCII")).is_err());
    }
}
