//! What every request passes: protection against other sites, headers, and the form a "no" takes.

use axum::{
    body::Body,
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
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
    trouble::{NextStep, TroublePage},
    visit::{Visit, language, wants_json},
};
use crate::{app::App, request};

/// Nothing from elsewhere, nothing written into the page, in no frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The header that says under which identity the record and the log know the request.
const REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

/// Sends only what this site's own pages sent on to the handlers, then sees to headers and troubles.
pub(crate) async fn pass(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let id = app.new_id();
    let visit = Visit::from_request_parts(&mut parts, &app).await;
    let (method, path, headers) = (parts.method.clone(), parts.uri.path().to_owned(), parts.headers.clone());
    let mut response = if changes_something(&method) && comes_from_elsewhere(&headers) {
        Problem::from(Refused::new("access.origin")).into_response()
    } else {
        request::within(id, next.run(Request::from_parts(parts, body))).await
    };
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && response.extensions().get::<Problem>().is_none() {
        response = Problem::from(Refused::new("web.too_large")).into_response();
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = Problem::Missing("page").into_response();
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = Box::pin(request::within(id, shown(&app, visit.ok(), &problem, &path, &headers))).await;
    } else if is_page(&response) && response.status() != StatusCode::SEE_OTHER && has_said(&headers) {
        let gone = format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", reply::SAID_COOKIE);
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&gone).expect("plain ASCII"));
    }
    protect(&mut response);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
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
async fn shown(app: &App, visit: Option<Visit>, problem: &Problem, path: &str, headers: &HeaderMap) -> Response {
    let lang = visit.as_ref().map_or_else(|| language(&CookieJar::from_headers(headers)), |visit| visit.lang);
    let told = Told::of(app, problem, lang);
    if path.starts_with("/api/") || wants_json(headers) {
        return told.as_json(problem);
    }
    let page = match visit {
        Some(visit) => told.as_page(app, &visit, problem).await,
        None => Err(Problem::Failed("who asks is not known".to_owned())),
    };
    page.unwrap_or_else(|_| (problem.status(), told.text).into_response())
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
            Role::Public => vec![step("/portal", "trouble-to-start"), step("/units", "trouble-to-units")],
            _ => vec![step("/dossiers", "trouble-to-work"), step("/units", "trouble-to-units")],
        };
        let tone = match problem {
            Problem::Refused(_) | Problem::Unavailable(_) | Problem::Overtaken(_) => Tone::Wait,
            Problem::Missing(_) => Tone::Plain,
            Problem::Failed(_) => Tone::No,
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
