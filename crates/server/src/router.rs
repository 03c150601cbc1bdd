//! Every address of the product. An address names its room.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use dienhinh_domain::evidence::FILE_BYTES_MAX;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    access, api,
    app::App,
    audit, cycles, dossiers, evidence, jobs, plans, portal, programmes, recognition, units,
    web::{
        again::{self, FORM_BYTES_MAX},
        layers,
        problem::Problem,
    },
};

/// What surrounds a file in an upload: boundaries and the other fields.
const UPLOAD_FRAME_BYTES: usize = 64 * 1024;

/// All pages, the JSON API and the files of the interface.
pub fn router(app: App) -> Router {
    let upload_bytes = usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX).saturating_add(UPLOAD_FRAME_BYTES);
    let uploads = Router::new()
        .route("/dossiers/{id}/evidence", post(evidence::pages::attach))
        .layer(DefaultBodyLimit::max(upload_bytes));
    Router::new()
        .merge(pages())
        .merge(public_pages())
        .merge(json_api())
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .merge(uploads)
        .fallback(async || Problem::Missing("page"))
        .layer(middleware::from_fn(again::recognise))
        .layer(middleware::from_fn_with_state(app.clone(), layers::pass))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .with_state(app)
}

fn pages() -> Router<App> {
    Router::new()
        .route("/", get(access::pages::start))
        .route("/access/role", post(access::pages::switch_role))
        .route("/access/language", post(access::pages::switch_language))
        .route("/cycles", get(cycles::pages::latest).post(cycles::opening::open))
        .route("/cycles/new", get(cycles::opening::form))
        .route("/cycles/{id}", get(cycles::pages::overview))
        .route("/cycles/{id}/dossiers", get(cycles::list::dossiers))
        .route("/dossiers", get(dossiers::pages::work))
        .route("/dossiers/{id}", get(dossiers::pages::sheet))
        .route("/dossiers/{id}/print", get(dossiers::pages::print))
        .route("/dossiers/{id}/score-sheet.pdf", get(dossiers::pages::score_sheet))
        .route("/dossiers/{id}/register", post(dossiers::pages::register))
        .route("/dossiers/{id}/answers", post(dossiers::pages::answer_group))
        .route("/dossiers/{id}/answers/{criterion}", post(dossiers::pages::answer_row))
        .route("/dossiers/{id}/present", post(dossiers::pages::present))
        .route("/dossiers/{id}/withdraw", post(dossiers::pages::withdraw))
        .route("/dossiers/{id}/submit", post(dossiers::pages::submit))
        .route("/dossiers/{id}/appraisal", get(dossiers::pages::appraisal))
        .route("/dossiers/{id}/appraisal/{criterion}", post(dossiers::pages::appraise_row))
        .route("/dossiers/{id}/return", post(dossiers::pages::send_back))
        .route("/dossiers/{id}/appraise", post(dossiers::pages::appraise))
        .route("/dossiers/{id}/evidence/{evidence}/remove", post(evidence::pages::remove))
        .route("/evidence/{id}", get(evidence::pages::open))
        .route("/dossiers/{id}/plans/{criterion}", post(plans::pages::save))
        .route("/plans", get(plans::pages::list))
        .route("/programmes", get(programmes::pages::list))
        .route("/programmes/{code}", get(programmes::pages::programme))
        .route("/programmes/{code}/what-if", get(programmes::what_if::page))
        .route("/recognition", get(recognition::pages::register).post(recognition::pages::decide))
        .route("/recognition/{id}", get(recognition::pages::decision))
        .route("/recognition/{id}/decision.pdf", get(recognition::pages::decision_pdf))
        .route("/recognition/certificates/{file}", get(recognition::pages::certificate_pdf))
        .route("/jobs", get(jobs::pages::list))
        .route("/jobs/{id}", get(jobs::pages::job))
        .route("/jobs/{id}/stop", post(jobs::pages::stop))
        .route("/jobs/{id}/resume", post(jobs::pages::resume))
        .route("/audit", get(audit::pages::list))
        .route("/units", get(units::pages::search))
        .route("/units/{id}", get(units::pages::unit))
}

/// Without cookies and scripts.
fn public_pages() -> Router<App> {
    Router::new()
        .route("/portal", get(portal::pages::titles))
        .route("/portal/certificates/{code}", get(portal::pages::certificate))
        .route("/portal/certificates/{code}/proof", get(portal::pages::proof))
        .route("/assets/{file}", get(asset))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(api::healthz))
}

fn json_api() -> Router<App> {
    Router::new()
        .route("/api/v1/units", get(units::api::search))
        .route("/api/v1/units/{id}", get(units::api::unit))
        .route("/api/v1/programmes", get(programmes::api::list))
        .route("/api/v1/cycles", get(cycles::api::list))
        .route("/api/v1/cycles/{id}/dossiers", get(cycles::api::dossiers))
        .route("/api/v1/dossiers/{id}", get(dossiers::api::dossier))
        .route("/api/v1/jobs/{id}", get(jobs::api::job))
        .route("/api/v1/audit/checkpoints", get(audit::api::checkpoints))
        .route("/api/v1/audit/consistency", get(audit::api::consistency))
        .route("/api/v1/certificates/{code}", get(portal::api::certificate))
}

/// A file of the interface; its name changes with its content.
async fn asset(Path(file): Path<String>) -> Response {
    match dienhinh_assets::file(&file) {
        Some(asset) => {
            let headers =
                [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, dienhinh_assets::CACHE_CONTROL)];
            (headers, asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
