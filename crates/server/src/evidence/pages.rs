//! Handlers of proofs: attach, open, remove.

use std::str::FromStr as _;

use axum::{
    body::Body,
    extract::{Multipart, Path, State, multipart::MultipartError},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    Refused,
    access::{Action, may_read},
    calendar::parse_day,
    evidence::FILE_BYTES_MAX,
    ids::EvidenceId,
};
use dienhinh_storage::evidence as stored;
use jiff::civil::Date;
use tokio_util::io::ReaderStream;

use super::actions::{self, About, Received};
use crate::{
    app::App,
    dossiers::{self, case::Case},
    web::{
        again,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// A form of this page has six parts; one with very many is no form of ours.
const PARTS_MAX: usize = 20;

/// `POST /dossiers/{id}/evidence`: one file with what is said about it, from whoever may attach one. Whatever is cut off
/// leaves no trace.
pub(crate) async fn attach(
    State(app): State<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    form: Multipart,
) -> Outcome<Response> {
    let dossier = dossiers::pages::id(&dossier)?;
    dossiers::actions::permitted(&app, visit.actor, Action::EvidenceAttach, dossier).await?;
    let (about, received) = match read(&app, &visit.path, form).await {
        Ok(read) => read,
        Err(problem) => return reply::after(&visit, Err(problem), &format!("/dossiers/{dossier}")),
    };
    let criterion = about.criterion.clone();
    let attached = actions::attach(&app, visit.actor, dossier, about, received).await;
    if visit.wants_json {
        let case = attached?.case;
        return dossiers::pages::saved_row(&app, &visit, dossier, case, &criterion).await;
    }
    let to = format!("/dossiers/{dossier}#{criterion}");
    reply::after(&visit, attached.map(|_| Said::done("done-evidence")), &to)
}

/// Takes the form in, the file straight to where it will lie.
async fn read(app: &App, path: &str, mut form: Multipart) -> Outcome<(About, Received)> {
    let (mut about, mut received, mut parts) = (About::default(), None, 0);
    while let Some(mut field) = form.next_field().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))? {
        parts += 1;
        if parts > PARTS_MAX {
            return Err(Refused::new("web.too_many_fields").with("max", PARTS_MAX).into());
        }
        match field.name().unwrap_or_default() {
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                actions::room(app)?;
                let mut incoming = app.blobs.receive(&app.new_id().to_string()).await?;
                while let Some(bytes) = field.chunk().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))? {
                    actions::take(&mut incoming, &bytes, FILE_BYTES_MAX).await?;
                }
                if name.is_empty() && incoming.bytes() == 0 {
                    return Err(Refused::new("evidence.no_file").into());
                }
                received = Some(actions::received(incoming, &name)?);
            }
            again::KEY_FIELD => {
                again::identify_upload(&field.text().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))?, path);
            }
            "criterion" => about.criterion = field.text().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))?,
            "pointer" => about.pointer = field.text().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))?,
            "effective_on" => {
                about.effective_on = day(app, &field.text().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))?)?;
            }
            _ => {}
        }
    }
    let received = received.ok_or_else(|| Refused::new("evidence.no_file"))?;
    Ok((about, received))
}

/// The day of the document as it was typed; none when nothing was.
pub(super) fn day(app: &App, typed: &str) -> Outcome<Option<Date>> {
    let bad = || Refused::new("evidence.bad_date").with("value", typed);
    let day = (!typed.trim().is_empty()).then(|| parse_day(typed, app.today()).ok_or_else(bad));
    Ok(day.transpose()?)
}

/// An upload that is too large or broke off on the way.
pub(crate) fn cut_off(broken: &MultipartError, bytes_max: u64) -> Problem {
    if broken.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return actions::too_large(bytes_max).into();
    }
    Refused::new("evidence.cut_off").into()
}

/// `POST /dossiers/{id}/evidence/{evidence}/remove`.
pub(crate) async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path((dossier, evidence)): Path<(String, String)>,
) -> Outcome<Response> {
    let dossier = dossiers::pages::id(&dossier)?;
    let removed = actions::remove(&app, visit.actor, dossier, id(&evidence)?).await;
    let criterion = removed.as_ref().map(|criterion| format!("#{criterion}")).unwrap_or_default();
    let to = format!("/dossiers/{dossier}{criterion}");
    reply::after(&visit, removed.map(|_| Said::done("done-evidence-removed")), &to)
}

pub(super) fn id(text: &str) -> Outcome<EvidenceId> {
    EvidenceId::from_str(text).map_err(|_| Problem::Missing("evidence"))
}

/// `GET /evidence/{id}`: the file. Shown in the browser where nothing in it can run, saved otherwise.
pub(crate) async fn open(State(app): State<App>, visit: Visit, Path(evidence): Path<String>) -> Outcome<Response> {
    let mut tx = app.db.read().await?;
    let proof = stored::get(&mut tx, id(&evidence)?).await?.ok_or(Problem::Missing("evidence"))?;
    let case = Case::load(&app, &mut tx, proof.dossier).await?;
    may_read(visit.actor, &case.unit)?;
    drop(tx);
    let (bytes, content) =
        app.blobs.read(&proof.sha256).await?.filter(|(bytes, _)| *bytes == proof.bytes).ok_or_else(|| {
            Problem::Failed(format!("the content {} is missing or damaged; run dienhinh evidence verify", proof.sha256))
        })?;
    let shown = proof.media == "application/pdf" || proof.media.starts_with("image/");
    let ending = proof.file_name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
    let ascii = ending.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let name = percent_encoded(&proof.file_name);
    let kind = if shown { "inline" } else { "attachment" };
    let disposition = format!("{kind}; filename=\"minh-chung.{ascii}\"; filename*=UTF-8''{name}");
    let headers = [(header::CONTENT_TYPE, proof.media), (header::CONTENT_LENGTH, bytes.to_string())];
    let mut response = (headers, Body::from_stream(ReaderStream::new(content))).into_response();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A name as RFC 8187 wants it.
fn percent_encoded(name: &str) -> String {
    use std::fmt::Write as _;
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn names_travel_in_ascii() {
        assert_eq!(percent_encoded("Kế hoạch-1.pdf"), "K%E1%BA%BF%20ho%E1%BA%A1ch-1.pdf");
    }
}
