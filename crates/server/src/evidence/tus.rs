//! Uploads that can be taken up again, after the tus protocol 1.0.0 (<https://tus.io/protocols/resumable-upload>):
//! its headers and addresses. What an upload is, and how far it came, is for [`uploads`] to say.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use dienhinh_domain::{
    Refused,
    access::may_read,
    evidence::{FILE_BYTES_MAX, clean_name},
};
use dienhinh_storage::evidence as stored;

use super::{
    pages,
    uploads::{self, Wanted},
};
use crate::{
    app::App,
    dossiers::{self, case::Case},
    web::{
        problem::{Outcome, Problem},
        visit::Visit,
    },
};

/// Where uploads live.
pub(crate) const UPLOADS: &str = "/evidence/uploads";

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,checksum,termination";
const PIECE: &str = "application/offset+octet-stream";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const TUS_CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const UPLOAD_LENGTH: &str = "upload-length";
const UPLOAD_OFFSET: &str = "upload-offset";
const UPLOAD_METADATA: &str = "upload-metadata";
const UPLOAD_CHECKSUM: &str = "upload-checksum";

/// Says the version in every answer below [`UPLOADS`], also where the rules said no.
pub(crate) async fn announce(request: Request, next: Next) -> Response {
    let is_upload = request.uri().path().starts_with(UPLOADS);
    let mut response = next.run(request).await;
    if is_upload {
        let is_of_other_version = response.status() == StatusCode::PRECONDITION_FAILED;
        let headers = response.headers_mut();
        headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
        if is_of_other_version {
            headers.insert(TUS_VERSION, HeaderValue::from_static(VERSION));
        }
    }
    response
}

/// `OPTIONS /evidence/uploads`: what the server takes.
pub(crate) async fn options() -> Response {
    let headers = [
        (TUS_VERSION, VERSION.to_owned()),
        (TUS_EXTENSION, EXTENSIONS.to_owned()),
        (TUS_MAX_SIZE, FILE_BYTES_MAX.to_string()),
        (TUS_CHECKSUM_ALGORITHM, "sha256".to_owned()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /evidence/uploads`: begins one. Its metadata are the fields of the form, `filename`, and `sha256` of the whole.
pub(crate) async fn begin(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Outcome<Response> {
    of_our_version(&headers)?;
    let mut said = metadata(&headers)?;
    let mut field = |name: &str| said.remove(name).unwrap_or_default();
    let sha256 = Some(field("sha256")).filter(|sha256| !sha256.is_empty());
    let wanted = Wanted {
        dossier: field("dossier"),
        criterion: field("criterion"),
        pointer: field("pointer"),
        effective_on: pages::day(&app, &field("effective_on"))?.map(|day| day.to_string()),
        file_name: clean_name(&field("filename")),
        bytes: number(&headers, UPLOAD_LENGTH)?,
        sha256: sha256.map(|sha256| sha256.to_ascii_lowercase()),
    };
    let id = uploads::begin(&app, visit.actor, wanted).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("{UPLOADS}/{id}"))]).into_response())
}

/// `HEAD /evidence/uploads/{id}`: how far it came.
pub(crate) async fn look(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Outcome<Response> {
    of_our_version(&headers)?;
    let standing = uploads::look(&app, visit.actor, pages::id(&id)?).await?;
    let headers = [(UPLOAD_OFFSET, standing.offset.to_string()), (UPLOAD_LENGTH, standing.bytes.to_string())];
    Ok((StatusCode::OK, headers).into_response())
}

/// `PATCH /evidence/uploads/{id}`: adds a piece.
pub(crate) async fn add(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Outcome<Response> {
    of_our_version(&headers)?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PIECE) {
        return Err(Refused::new("evidence.upload_media").into());
    }
    let (from, checksum) = (number(&headers, UPLOAD_OFFSET)?, checksum(&headers)?);
    let offset = uploads::add(&app, visit.actor, pages::id(&id)?, from, checksum, body).await?;
    Ok((StatusCode::NO_CONTENT, [(UPLOAD_OFFSET, offset.to_string())]).into_response())
}

/// `DELETE /evidence/uploads/{id}`: gives one up.
pub(crate) async fn give_up(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Outcome<Response> {
    of_our_version(&headers)?;
    uploads::give_up(&app, visit.actor, pages::id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /evidence/uploads/{id}`: the row of the sheet that an upload was attached to.
pub(crate) async fn row(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Outcome<Response> {
    let mut tx = app.db.read().await?;
    let received = stored::received(&mut tx, pages::id(&id)?).await?;
    let (dossier, criterion, _) = received.ok_or(Problem::Missing("upload"))?;
    let case = Case::load(&app, &mut tx, dossier).await?;
    may_read(visit.actor, &case.unit)?;
    drop(tx);
    if visit.wants_json {
        return dossiers::pages::saved_row(&app, &visit, dossier, Some(case), &criterion).await;
    }
    Ok(Redirect::to(&format!("/dossiers/{dossier}#{criterion}")).into_response())
}

fn of_our_version(headers: &HeaderMap) -> Outcome<()> {
    let is_ours = headers.get(TUS_RESUMABLE).is_some_and(|version| version == VERSION);
    if is_ours { Ok(()) } else { Err(Refused::new("evidence.upload_version").into()) }
}

fn malformed(header: &str) -> Problem {
    Refused::new("evidence.upload_malformed").with("header", header).into()
}

fn number(headers: &HeaderMap, name: &str) -> Outcome<u64> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| malformed(name))
}

/// `Upload-Metadata: name BASE64,other BASE64`.
fn metadata(headers: &HeaderMap) -> Outcome<BTreeMap<String, String>> {
    let wrong = || malformed(UPLOAD_METADATA);
    let Some(value) = headers.get(UPLOAD_METADATA) else { return Ok(BTreeMap::new()) };
    let pairs = value.to_str().map_err(|_| wrong())?.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, encoded) = pair.split_once(' ').unwrap_or((pair, ""));
            let bytes = STANDARD.decode(encoded.trim()).map_err(|_| wrong())?;
            Ok((name.to_owned(), String::from_utf8(bytes).map_err(|_| wrong())?))
        })
        .collect()
}

/// `Upload-Checksum: sha256 BASE64`.
fn checksum(headers: &HeaderMap) -> Outcome<Option<Vec<u8>>> {
    let Some(value) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    let sum = value.to_str().ok().and_then(|value| value.strip_prefix("sha256 "));
    let sum = sum.and_then(|sum| STANDARD.decode(sum.trim()).ok());
    sum.map(Some).ok_or_else(|| malformed(UPLOAD_CHECKSUM))
}
