//! Long work as JSON, so that a program that asked for it can wait for its end.

use axum::{
    Json,
    extract::{Path, State},
};
use dienhinh_storage::jobs as rows;
use serde_json::{Value, json};

use super::pages;
use crate::{
    app::App,
    web::{
        problem::{Outcome, Problem},
        visit::Visit,
    },
};

/// `GET /api/v1/jobs/{id}`: how it stands, and how many parts of how many are done.
pub(crate) async fn job(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    let job = rows::get(&mut tx, pages::id(&id)?).await?.ok_or(Problem::Missing("job"))?;
    pages::readable(&app, &mut tx, &visit, &job).await?;
    Ok(Json(json!({
        "id": job.id.to_string(),
        "kind": job.kind.code(),
        "subject": job.subject,
        "state": job.state.code(),
        "done": job.progress.done,
        "total": job.progress.total,
        "effects": job.progress.effects,
        "failures": job.failures,
        "asked_at": job.asked_at.to_string(),
        "ended_at": job.ended_at.map(|at| at.to_string()),
    })))
}
