//! The record as JSON, for whoever watches it from outside: checkpoints, and that one continues another.

use axum::{
    Json,
    extract::{Query, State},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use dienhinh_domain::{Refused, audit::checkpoint::PublicKey};
use dienhinh_storage::audit;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    web::problem::{Outcome, Problem},
};

/// How many checkpoints an answer has.
const PAGE: i64 = 100;

/// Where a page begins.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Only checkpoints of fewer entries.
    before: Option<i64>,
}

/// `GET /api/v1/audit/checkpoints`: what was published, latest first, with the keys that check it.
pub(crate) async fn checkpoints(State(app): State<App>, Query(asked): Query<Asked>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    let published = audit::checkpoints(&mut tx, asked.before.unwrap_or(i64::MAX), PAGE).await?;
    let full = i64::try_from(published.len()).is_ok_and(|count| count == PAGE);
    let next = published.last().filter(|_| full).map(|last| last.checkpoint.size);
    let items = published.iter().map(|signed| {
        let checkpoint = &signed.checkpoint;
        json!({ "size": checkpoint.size, "at": checkpoint.at.to_string(), "note": signed.note() })
    });
    Ok(Json(json!({
        "keys": app.keys.public.iter().map(PublicKey::text).collect::<Vec<_>>(),
        "items": items.collect::<Vec<_>>(),
        "next_before": next,
    })))
}

/// Which two heads to compare.
#[derive(Debug, Deserialize)]
pub(crate) struct Sizes {
    older: u64,
    size: u64,
}

/// `GET /api/v1/audit/consistency?older=…&size=…`: the hashes that show that the record with `size` entries begins
/// with the one of `older` (RFC 6962, 2.1.2).
pub(crate) async fn consistency(State(app): State<App>, Query(sizes): Query<Sizes>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    if sizes.older == 0 || sizes.older > sizes.size {
        return Err(Refused::new("audit.bad_sizes").into());
    }
    if sizes.size > audit::size(&mut tx).await? {
        return Err(Problem::Missing("checkpoint"));
    }
    let path = audit::consistency(&mut tx, sizes.older, sizes.size).await?;
    let path: Vec<String> = path.iter().map(|hash| BASE64_STANDARD.encode(hash)).collect();
    Ok(Json(json!({ "older": sizes.older, "size": sizes.size, "path": path })))
}
