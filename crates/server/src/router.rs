//! Every address of the product. An address names its room.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, options, post},
};
use dienhinh_domain::evidence::FILE_BYTES_MAX;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    access, api,
    app::App,
    audit, cycles, dossiers, evidence, imports, jobs, plans, portal, programmes, recognition, units,
    web::{
        layers,
        load::{Kind, Places},
        problem::Problem,
    },
};

/// What surrounds a file in an upload: boundaries and the other fields.
const UPLOAD_FRAME_BYTES: usize = 64 * 1024;

/// All pages, the JSON API and the files of the interface.
pub fn router(app: App) -> Router {
    surrounded(addresses(&Places::new()), app)
}

/// Every address, and what gives way to what when the server has more to do than it can ([`Kind`]).
pub(crate) fn addresses(places: &Places) -> Router<App> {
    Router::new()
        .merge(places.of(Kind::Submission, submissions()))
        .merge(places.of(Kind::Action, actions()))
        .merge(places.of(Kind::Page, pages().merge(json_api())))
        .merge(places.of(Kind::Portal, portal()))
        .merge(places.of(Kind::Paper, papers()))
        .merge(places.of(Kind::Upload, uploads()))
        .merge(always())
}

/// What every request passes, the outermost last.
pub(crate) fn surrounded(addresses: Router<App>, app: App) -> Router {
    addresses
        .fallback(async || Problem::Missing("page"))
        .layer(CatchPanicLayer::custom(layers::broke_off))
        .layer(middleware::from_fn_with_state(app.clone(), layers::pass))
        .layer(middleware::from_fn(evidence::tus::announce))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
        .with_state(app)
}

fn pages() -> Router<App> {
    Router::new()
        .route("/", get(access::pages::start))
        .route("/access/role", post(access::pages::switch_role))
        .route("/access/language", post(access::pages::switch_language))
        .route("/cycles", get(cycles::pages::latest))
        .route("/cycles/new", get(cycles::opening::form))
        .route("/cycles/{id}", get(cycles::pages::overview))
        .route("/cycles/{id}/dossiers", get(cycles::list::dossiers))
        .route("/dossiers", get(dossiers::pages::work))
        .route("/dossiers/{id}", get(dossiers::pages::sheet))
        .route("/dossiers/{id}/print", get(dossiers::pages::print))
        .route("/dossiers/{id}/appraisal", get(dossiers::pages::appraisal))
        .route("/imports", get(imports::pages::list))
        .route("/plans", get(plans::pages::list))
        .route("/programmes", get(programmes::pages::list))
        .route("/programmes/{code}", get(programmes::pages::programme))
        .route("/recognition", get(recognition::pages::register))
        .route("/recognition/{id}", get(recognition::pages::decision))
        .route("/jobs", get(jobs::pages::list))
        .route("/jobs/{id}", get(jobs::pages::job))
        .route("/audit", get(audit::pages::list))
        .route("/units", get(units::pages::search))
        .route("/units/tree", get(units::pages::tree::tree))
        .route("/units/tree/branch", get(units::pages::tree::branch))
        .route("/units/reforms", get(units::pages::reforms::list))
        .route("/units/reforms/plan.csv", get(units::pages::reforms::template))
        .route("/units/reforms/{id}", get(units::pages::reforms::one))
        .route("/units/reforms/{id}/plan.csv", get(units::pages::reforms::plan_csv))
        .route("/units/{id}", get(units::pages::unit))
        .route("/crosswalk", get(units::pages::crosswalk))
        .route("/crosswalk.csv", get(units::pages::crosswalk_csv))
}

fn submissions() -> Router<App> {
    Router::new()
        .route("/dossiers/{id}/register", post(dossiers::pages::register))
        .route("/dossiers/{id}/present", post(dossiers::pages::present))
        .route("/dossiers/{id}/withdraw", post(dossiers::pages::withdraw))
        .route("/dossiers/{id}/submit", post(dossiers::pages::submit))
        .route("/dossiers/{id}/return", post(dossiers::pages::send_back))
        .route("/dossiers/{id}/appraise", post(dossiers::pages::appraise))
        .route("/recognition", post(recognition::pages::decide))
}

fn actions() -> Router<App> {
    Router::new()
        .route("/dossiers/{id}/answers", post(dossiers::pages::answer_group))
        .route("/dossiers/{id}/answers/{criterion}", post(dossiers::pages::answer_row))
        .route("/dossiers/{id}/appraisal/{criterion}", post(dossiers::pages::appraise_row))
        .route("/dossiers/{id}/evidence/{evidence}/remove", post(evidence::pages::remove))
        .route("/dossiers/{id}/plans/{criterion}", post(plans::pages::save))
        .route("/imports/{id}/undo", post(imports::pages::undo))
        .route("/cycles", post(cycles::opening::open))
        .route("/jobs/{id}/stop", post(jobs::pages::stop))
        .route("/jobs/{id}/resume", post(jobs::pages::resume))
}

fn papers() -> Router<App> {
    Router::new()
        .route("/dossiers/{id}/score-sheet.pdf", get(dossiers::pages::score_sheet))
        .route("/evidence/{id}", get(evidence::pages::open))
        .route("/imports/form.xlsx", get(imports::pages::form))
        .route("/imports/{id}", get(imports::pages::columns).post(imports::pages::choose))
        .route("/imports/{id}/check", get(imports::pages::check))
        .route("/imports/{id}/rejected.xlsx", get(imports::pages::rejected))
        .route("/imports/{id}/take", post(imports::pages::take))
        .route("/programmes/{code}/what-if", get(programmes::what_if::page))
        .route("/units/reforms/new", get(units::pages::reforms::form).post(units::pages::reforms::preview))
        .route("/recognition/{id}/decision.pdf", get(recognition::pages::decision_pdf))
        .route("/recognition/certificates/{file}", get(recognition::pages::certificate_pdf))
}

fn uploads() -> Router<App> {
    let bytes_max = usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX).saturating_add(UPLOAD_FRAME_BYTES);
    let one =
        get(evidence::tus::row).head(evidence::tus::look).patch(evidence::tus::add).delete(evidence::tus::give_up);
    Router::new()
        .route("/dossiers/{id}/evidence", post(evidence::pages::attach))
        .layer(DefaultBodyLimit::max(bytes_max))
        .route("/imports", post(imports::pages::add).layer(DefaultBodyLimit::max(imports::pages::UPLOAD_BYTES_MAX)))
        .route(evidence::tus::UPLOADS, options(evidence::tus::options).post(evidence::tus::begin))
        .route("/evidence/uploads/{id}", one)
}

/// Without cookies and scripts.
fn portal() -> Router<App> {
    Router::new()
        .route("/portal", get(portal::pages::titles))
        .route("/portal/certificates/{code}", get(portal::pages::certificate))
        .route("/portal/certificates/{code}/proof", get(portal::pages::proof))
        .route("/api/v1/certificates/{code}", get(portal::api::certificate))
}

fn json_api() -> Router<App> {
    Router::new()
        .route("/api/v1/units", get(units::api::search))
        .route("/api/v1/units/reforms", get(units::api::reforms))
        .route("/api/v1/units/reforms/{id}", get(units::api::reform))
        .route("/api/v1/units/{id}", get(units::api::unit))
        .route("/api/v1/units/{id}/crosswalk", get(units::api::lineage))
        .route("/api/v1/crosswalk", get(units::api::crosswalk))
        .route("/api/v1/programmes", get(programmes::api::list))
        .route("/api/v1/cycles", get(cycles::api::list))
        .route("/api/v1/cycles/{id}/dossiers", get(cycles::api::dossiers))
        .route("/api/v1/dossiers/{id}", get(dossiers::api::dossier))
        .route("/api/v1/jobs/{id}", get(jobs::api::job))
        .route("/api/v1/audit/checkpoints", get(audit::api::checkpoints))
        .route("/api/v1/audit/consistency", get(audit::api::consistency))
}

/// What costs next to nothing, and the sign of life, which must not depend on how much there is to do.
fn always() -> Router<App> {
    Router::new()
        .route("/assets/{file}", get(asset))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(api::healthz))
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
