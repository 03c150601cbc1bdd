//! The one table from "no" to an answer: a page for people, problem+json (RFC 9457) for programs.
//!
//! A [`Refused`] is shown with its next step; a [`Failure`] is logged once with an id that people can
//! read over the telephone.

use std::io::ErrorKind;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use dienhinh_domain::Refused;
use dienhinh_storage::Failure;

use crate::access::actions::Overtaken;

/// Why a request did not do what it asked.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// The rules say no.
    Refused(Refused),
    /// There is nothing here; the word names what was looked for.
    Missing(&'static str),
    /// The world broke; the text is for the log only.
    Failed(String),
    /// The database or the evidence store cannot be reached or is busy; the text is for the log only.
    Unavailable(String),
    /// The server has more to do than it can; nothing was tried.
    Busy {
        /// When it may be tried again.
        retry_after_seconds: u32,
    },
    /// The disk is full; the text is for the log only.
    Full(String),
    /// The disk cannot be written; the text is for the log only.
    ReadOnly(String),
    /// Another action came between, as often as this one was tried; the text is for the log only.
    Overtaken(String),
}

/// A database that restarts is back after some seconds.
const UNAVAILABLE_RETRY_SECONDS: u32 = 5;

/// Somebody has to make room first.
const DISK_RETRY_SECONDS: u32 = 60;

/// What handlers and actions return.
pub(crate) type Outcome<T> = Result<T, Problem>;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let cause = failure.to_string();
        if failure.is_full() {
            Self::Full(cause)
        } else if failure.is_read_only() {
            Self::ReadOnly(cause)
        } else if failure.is_serialization_failure() {
            Self::Overtaken(cause)
        } else if failure.is_unavailable() {
            Self::Unavailable(cause)
        } else {
            Self::Failed(cause)
        }
    }
}

impl Overtaken for Problem {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Overtaken(_))
    }
}

impl From<std::io::Error> for Problem {
    fn from(failure: std::io::Error) -> Self {
        let cause = format!("the evidence store failed: {failure}");
        match failure.kind() {
            ErrorKind::HostUnreachable => Self::Unavailable(cause),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(cause),
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly(cause),
            _ => Self::Failed(cause),
        }
    }
}

impl Problem {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refused) => status_of(&refused.code),
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Busy { .. } | Self::ReadOnly(_) | Self::Unavailable(_) | Self::Overtaken(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// When it is worth trying again, where that is known.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Unavailable(_) | Self::Overtaken(_) => Some(UNAVAILABLE_RETRY_SECONDS),
            Self::Full(_) | Self::ReadOnly(_) => Some(DISK_RETRY_SECONDS),
            Self::Refused(_) | Self::Missing(_) | Self::Failed(_) => None,
        }
    }

    /// Whether people are told on a page that asks the database for nothing: it is away, or there is no time for it.
    pub(crate) fn is_told_barely(&self) -> bool {
        match self {
            Self::Refused(refused) => {
                matches!(&*refused.code, "web.address_too_long" | "web.headers_too_large" | "web.too_slow")
            }
            Self::Busy { .. } | Self::Unavailable(_) => true,
            Self::Missing(_) | Self::Failed(_) | Self::Full(_) | Self::ReadOnly(_) | Self::Overtaken(_) => false,
        }
    }
}

/// The status of a refusal by its code; a form that was filled in wrongly is the ordinary case.
fn status_of(code: &str) -> StatusCode {
    match code {
        "access.bad_key" | "evidence.upload_malformed" => StatusCode::BAD_REQUEST,
        "access.sign_in" => StatusCode::UNAUTHORIZED,
        "access.role"
        | "access.unit"
        | "access.origin"
        | "access.beyond"
        | "access.oneself"
        | "access.ready_role"
        | "access.second_factor"
        | "dossiers.interested"
        | "access.sign_in_again" => StatusCode::FORBIDDEN,
        "access.too_many" | "access.too_many_codes" => StatusCode::TOO_MANY_REQUESTS,
        "evidence.too_large" | "web.too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        "evidence.type_refused" | "evidence.upload_media" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "evidence.upload_version" => StatusCode::PRECONDITION_FAILED,
        "evidence.in_use" => StatusCode::LOCKED,
        // The status that the tus protocol takes for this; there is no registered one.
        "evidence.checksum" | "evidence.changed" => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        "web.address_too_long" => StatusCode::URI_TOO_LONG,
        "web.headers_too_large" => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "web.too_slow" => StatusCode::REQUEST_TIMEOUT,
        "evidence.no_room" => StatusCode::INSUFFICIENT_STORAGE,
        "evidence.wrong_offset"
        | "appeals.appealed_before"
        | "appeals.body_gone"
        | "appeals.is_waiting"
        | "appeals.none_waits"
        | "appeals.nothing_withheld"
        | "dossiers.locked"
        | "dossiers.conflict"
        | "dossiers.row_not_returned"
        | "dossiers.already_registered"
        | "dossiers.already_submitted"
        | "dossiers.not_presented"
        | "dossiers.not_submitted"
        | "access.login_taken"
        | "access.has_role"
        | "committees.has_voted"
        | "committees.is_closed"
        | "committees.no_tie"
        | "committees.not_open"
        | "committees.on_agenda"
        | "committees.was_opened"
        | "cycles.exists"
        | "dossiers.appraised_since"
        | "jobs.not_open"
        | "jobs.not_stopped"
        | "plans.conflict"
        | "recognition.already_decided"
        | "recognition.council_has_it"
        | "recognition.council_not_asked"
        | "recognition.council_otherwise"
        | "recognition.council_tied"
        | "recognition.measure_unfit"
        | "recognition.no_title"
        | "recognition.not_appraised" => StatusCode::CONFLICT,
        "documents.fonts_missing" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

impl IntoResponse for Problem {
    /// Carries the problem to the layer that knows the language and who is asking.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
