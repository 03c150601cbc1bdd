//! What every request passes: protection against other sites, headers, and the form a "no" takes.

use std::any::Any;

use axum::{
    body::Body,
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::cookie::CookieJar;
use dienhinh_domain::{Refused, access::Role, calendar};
use serde_json::json;

use super::{
    lang::Lang,
    layout::Tone,
    problem::Problem,
    reply,
    trouble::{BareTroublePage, NextStep, TroublePage},
    visit::{Visit, language, wants_json},
};
use crate::{app::App, edge::TooSlow, request};

/// Nothing from elsewhere, nothing written into the page, in no frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The header that says under which identity the record and the log know the request.
const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

/// The longest address, path and query together.
const ADDRESS_BYTES_MAX: usize = 8 * 1024;

/// What all headers may take together.
const HEADERS_BYTES_MAX: usize = 16 * 1024;

/// Sends only what this site's own pages sent on to the handlers, then sees to headers and troubles.
pub(crate) async fn pass(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = app.new_id();
    let (asked, body) = request.into_parts();
    let mut response = match turned_down(&asked) {
        Some(problem) => problem.into_response(),
        None => request::within(id, next.run(Request::from_parts(asked.clone(), body))).await,
    };
    let problem = response.extensions_mut().remove::<Problem>();
    let problem = match response.status() {
        _ if asked.extensions.get::<TooSlow>().is_some_and(TooSlow::is_set) => {
            Some(Refused::new("web.too_slow").into())
        }
        StatusCode::PAYLOAD_TOO_LARGE if problem.is_none() => Some(Refused::new("web.too_large").into()),
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem::Missing("page")),
        _ => problem,
    };
    if let Some(problem) = problem {
        // A session that goes on under another name does so also where the rest of the request failed.
        let set: Vec<HeaderValue> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
        response = Box::pin(request::within(id, shown(&app, asked, &problem))).await;
        response.headers_mut().extend(set.into_iter().map(|cookie| (header::SET_COOKIE, cookie)));
    } else if is_page(&response) && response.status() != StatusCode::SEE_OTHER && has_said(&asked.headers) {
        let gone = format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", reply::SAID_COOKIE);
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&gone).expect("plain ASCII"));
    }
    protect(&mut response);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// What no handler is asked about.
fn turned_down(asked: &Parts) -> Option<Problem> {
    let address_bytes = asked.uri.path_and_query().map_or(0, |address| address.as_str().len());
    // Each header takes a colon, a space and a line's end as well.
    let headers_bytes: usize = asked.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    let code = if address_bytes > ADDRESS_BYTES_MAX {
        "web.address_too_long"
    } else if headers_bytes > HEADERS_BYTES_MAX {
        "web.headers_too_large"
    } else if changes_something(&asked.method) && comes_from_elsewhere(&asked.headers) {
        "access.origin"
    } else {
        return None;
    };
    Some(Refused::new(code).into())
}

/// A handler that panicked; the panic itself was written to the log where it happened.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(crate) fn broke_off(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Problem::Failed(format!("a handler panicked: {}", said.unwrap_or("without a word"))).into_response()
}

pub(super) fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a browser says that another site's page made the request.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(origin) = text(header::ORIGIN) {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        return text(header::HOST) != Some(host);
    }
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

fn has_said(headers: &HeaderMap) -> bool {
    CookieJar::from_headers(headers).get(reply::SAID_COOKIE).is_some()
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

fn protect(response: &mut Response) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// A problem as a page for people, or as problem+json for programs.
async fn shown(app: &App, mut asked: Parts, problem: &Problem) -> Response {
    let lang = spoken(&asked);
    let told = Told::of(app, problem, lang);
    let mut response = if asked.uri.path().starts_with("/api/") || wants_json(&asked.headers) {
        told.as_json(problem)
    } else {
        match visit(app, &mut asked, problem).await {
            Some(visit) => told.as_page(app, &visit, problem).await,
            None => told.as_bare_page(lang, problem),
        }
        .or_else(|_| told.as_bare_page(lang, problem))
        .unwrap_or_else(|_| (problem.status(), told.text).into_response())
    };
    if let Some(seconds) = problem.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The language of who asks; on the portal it stands in the address.
fn spoken(asked: &Parts) -> Lang {
    let fields = asked.uri.query().into_iter().flat_map(|query| query.split('&'));
    let in_address = fields.filter_map(|field| field.strip_prefix("lang=")).find_map(Lang::from_code);
    in_address.unwrap_or_else(|| language(&CookieJar::from_headers(&asked.headers)))
}

/// Who asks, for a page with everything around; none where the database cannot be asked or need not be.
async fn visit(app: &App, asked: &mut Parts, problem: &Problem) -> Option<Visit> {
    if problem.is_told_barely() {
        return None;
    }
    Visit::from_request_parts(asked, app).await.ok()
}

/// A problem in words.
struct Told {
    title: String,
    text: String,
    /// Time and id, where support can use them.
    code: Option<String>,
}

impl Told {
    fn of(app: &App, problem: &Problem, lang: Lang) -> Self {
        match problem {
            Problem::Refused(refused) => Self { title: lang.t("trouble-refused"), text: lang.why(refused), code: None },
            Problem::Missing(_) => {
                Self { title: lang.t("trouble-not-found"), text: lang.t("trouble-not-found-about"), code: None }
            }
            Problem::Failed(cause) => Self::broken(app, lang, "trouble-failed", cause),
            Problem::Unavailable(cause) | Problem::Overtaken(cause) => {
                Self::broken(app, lang, "trouble-unavailable", cause)
            }
            Problem::Full(cause) => Self::broken(app, lang, "trouble-full", cause),
            Problem::ReadOnly(cause) => Self::broken(app, lang, "trouble-read-only", cause),
            Problem::Busy { retry_after_seconds } => Self {
                title: lang.t("trouble-busy"),
                text: lang.t1("trouble-busy-about", "seconds", retry_after_seconds),
                code: None,
            },
        }
    }

    /// What broke is logged under an id that people can read over the telephone.
    fn broken(app: &App, lang: Lang, key: &str, cause: &str) -> Self {
        let id = dienhinh_domain::recognition::code_from(app.new_code());
        let short: String = id.chars().take(4).collect();
        tracing::error!(id = short, request = ?request::current(), %cause, "a request failed");
        Self {
            title: lang.t(key),
            text: lang.t(&format!("{key}-about")),
            code: Some(format!("{} · {short}", calendar::format_instant(app.now()))),
        }
    }

    /// `application/problem+json` (RFC 9457); `message` says the same for the scripts of our own pages.
    fn as_json(&self, problem: &Problem) -> Response {
        let code = match problem {
            Problem::Refused(refused) => &*refused.code,
            Problem::Missing(_) => "not_found",
            Problem::Failed(_) => "failed",
            Problem::Unavailable(_) | Problem::Overtaken(_) => "unavailable",
            Problem::Busy { .. } => "busy",
            Problem::Full(_) => "full",
            Problem::ReadOnly(_) => "read_only",
        };
        let status = problem.status();
        let mut body = json!({
            "type": format!("urn:dienhinh:problem:{code}"),
            "title": self.title,
            "status": status.as_u16(),
            "detail": self.text,
            "code": code,
            "message": self.text,
        });
        if let Problem::Missing(what) = problem {
            body["missing"] = json!(what);
        }
        if let Some(instance) = &self.code {
            body["instance"] = json!(instance);
        }
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, headers, Body::from(body.to_string())).into_response()
    }

    async fn as_page(&self, app: &App, visit: &Visit, problem: &Problem) -> Result<Response, Problem> {
        let lang = visit.lang;
        let step = |href: &str, key: &str| NextStep { href: href.to_owned(), text: lang.t(key) };
        let next = match visit.actor.role {
            Role::Public if matches!(problem, Problem::Refused(refused) if refused.code == "access.sign_in") => {
                vec![step("/access/sign-in", "sign-in"), step("/portal", "trouble-to-start")]
            }
            Role::Public => vec![step("/portal", "trouble-to-start"), step("/units", "trouble-to-units")],
            Role::Administrator => vec![step("/access/accounts", "nav-accounts"), step("/units", "trouble-to-units")],
            _ => vec![step("/dossiers", "trouble-to-work"), step("/units", "trouble-to-units")],
        };
        let tone = match problem {
            Problem::Missing(_) => Tone::Plain,
            Problem::Failed(_) => Tone::No,
            _ => Tone::Wait,
        };
        let page = TroublePage {
            shell: visit.shell(app, self.title.clone(), None).await?,
            tone,
            title: self.title.clone(),
            text: self.text.clone(),
            code: self.code.clone(),
            next,
        };
        reply::page_with(problem.status(), &page)
    }

    fn as_bare_page(&self, lang: Lang, problem: &Problem) -> Result<Response, Problem> {
        let page =
            BareTroublePage { lang, title: self.title.clone(), text: self.text.clone(), code: self.code.clone() };
        reply::page_with(problem.status(), &page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_sites_form_is_recognised() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect()
        };
        for (pairs, elsewhere) in [
            (vec![("host", "a.example"), ("origin", "https://a.example")], false),
            (vec![("host", "a.example"), ("origin", "https://b.example")], true),
            (vec![("host", "a.example"), ("origin", "null")], true),
            (vec![("host", "a.example"), ("sec-fetch-site", "cross-site")], true),
            (vec![("host", "a.example"), ("sec-fetch-site", "same-origin")], false),
            (vec![("host", "a.example")], false),
        ] {
            assert_eq!(comes_from_elsewhere(&headers(&pairs)), elsewhere, "{pairs:?}");
        }
    }
}
