//! Every address of the product, with what it asks of whoever comes. An address names its room.

use axum::{
    Router,
    extract::Path,
    http::{Method, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    access::Action::{
        AccessDisable, AccessEnable, AccessEndGrant, AccessForgetFactor, AccessGrant, AccessInvite, AccessLink,
        AppealsDismiss, AppealsFile, AppealsReopen, AppealsWithdraw, CommitteesAdjudicate, CommitteesAppoint,
        CommitteesCall, CommitteesCallOff, CommitteesClose, CommitteesFound, CommitteesOpen, CommitteesRelease,
        CommitteesVote, CyclesOpen, DossiersAnswer, DossiersAppraise, DossiersAppraiseRow, DossiersPresent,
        DossiersRegister, DossiersReturn, DossiersSubmit, DossiersWithdraw, EvidenceAttach, EvidenceRemove,
        ImportsTake, ImportsUndo, JobsResume, JobsStop, PlansSave, RecognitionDecide, RecognitionRestore,
        RecognitionRevoke, RecognitionSuspend,
    },
    evidence::FILE_BYTES_MAX,
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    access::{
        self,
        guard::{Addresses, Declared, Policy},
    },
    api,
    app::App,
    appeals, audit,
    committees::pages::{self as committees, meetings, minutes},
    cycles, dossiers, evidence, imports, jobs, plans, portal, programmes, recognition, units,
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
    surrounded(addresses(&Places::new(), &app).router(), app)
}

/// Every address with what it asks of whoever comes.
pub fn declared(app: &App) -> Vec<Declared> {
    addresses(&Places::new(), app).declared()
}

/// Every address, and what gives way to what when the server has more to do than it can ([`Kind`]).
pub(crate) fn addresses(places: &Places, app: &App) -> Addresses {
    let addresses = || Addresses::new(app);
    addresses()
        .and(places.of(Kind::Submission, submissions(addresses())))
        .and(places.of(Kind::Action, actions(addresses())))
        .and(places.of(Kind::Page, json_api(pages(addresses()))))
        .and(places.of(Kind::Portal, portal(addresses())))
        .and(places.of(Kind::Paper, papers(addresses())))
        .and(places.of(Kind::Upload, uploads(addresses())))
        .and(places.of(Kind::SignIn, signing_in(addresses())))
        .and(always(addresses()))
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

fn pages(to: Addresses) -> Addresses {
    to.get("/", Policy::Anyone, access::pages::start)
        .post("/access/role", Policy::Anyone, access::pages::switch_role)
        .post("/access/language", Policy::Anyone, access::pages::switch_language)
        .get("/access/sign-in", Policy::Anyone, access::pages::sign_in::form)
        .post("/access/sign-out", Policy::Anyone, access::pages::sign_in::end)
        .get("/access/links/{link}", Policy::Anyone, access::pages::sign_in::link)
        .get("/access/account", Policy::Oneself, access::pages::oneself::page)
        .get("/access/second-factor", Policy::Halfway, access::pages::second_factor::form)
        .get("/access/second-factor/new", Policy::Oneself, access::pages::second_factor::new)
        .post("/access/account/role", Policy::Oneself, access::pages::oneself::choose)
        .post("/access/account/others", Policy::Oneself, access::pages::oneself::end_others)
        .get("/access/accounts", Policy::Holds(AccessInvite), access::pages::accounts::list)
        .get("/access/accounts/new", Policy::Holds(AccessInvite), access::pages::accounts::form)
        .get("/access/accounts/{account}", Policy::Holds(AccessInvite), access::pages::accounts::one)
        .get("/cycles", Policy::Works, cycles::pages::latest)
        .get("/cycles/new", Policy::Holds(CyclesOpen), cycles::opening::form)
        .get("/cycles/{id}", Policy::Works, cycles::pages::overview)
        .get("/cycles/{id}/dossiers", Policy::Works, cycles::list::dossiers)
        .get("/dossiers", Policy::Works, dossiers::pages::work)
        .get("/dossiers/{dossier}", Policy::ReadsUndecided, dossiers::pages::sheet)
        .get("/dossiers/{dossier}/print", Policy::ReadsUndecided, dossiers::pages::print)
        .get(
            "/dossiers/{dossier}/appraisal",
            Policy::HoldsOneOf(&[DossiersAppraiseRow, RecognitionDecide]),
            dossiers::pages::appraisal,
        )
        .get("/appeals/{dossier}", Policy::Reads, appeals::pages::one)
        .get("/committees", Policy::Works, committees::list)
        .get("/committees/new", Policy::Holds(CommitteesFound), committees::form)
        .get("/committees/{committee}", Policy::Reads, committees::one)
        .get("/committees/meetings/{meeting}", Policy::Reads, meetings::one)
        .get("/imports", Policy::Holds(ImportsTake), imports::pages::list)
        .get("/plans", Policy::Works, plans::pages::list)
        .get("/programmes", Policy::Anyone, programmes::pages::list)
        .get("/programmes/{code}", Policy::Anyone, programmes::pages::programme)
        .get("/recognition", Policy::Anyone, recognition::pages::register)
        .get("/recognition/{id}", Policy::Anyone, recognition::pages::decision)
        .get("/jobs", Policy::Works, jobs::pages::list)
        .get("/jobs/{job}", Policy::Reads, jobs::pages::job)
        .get("/audit", Policy::Works, audit::pages::list)
        .get("/units", Policy::Anyone, units::pages::search)
        .get("/units/tree", Policy::Anyone, units::pages::tree::tree)
        .get("/units/tree/branch", Policy::Anyone, units::pages::tree::branch)
        .get("/units/reforms", Policy::Anyone, units::pages::reforms::list)
        .get("/units/reforms/plan.csv", Policy::Anyone, units::pages::reforms::template)
        .get("/units/reforms/{id}", Policy::Anyone, units::pages::reforms::one)
        .get("/units/reforms/{id}/plan.csv", Policy::Anyone, units::pages::reforms::plan_csv)
        .get("/units/{id}", Policy::Anyone, units::pages::unit)
        .get("/crosswalk", Policy::Anyone, units::pages::crosswalk)
        .get("/crosswalk.csv", Policy::Anyone, units::pages::crosswalk_csv)
}

fn submissions(to: Addresses) -> Addresses {
    to.post("/dossiers/{dossier}/register", Policy::May(DossiersRegister), dossiers::pages::register)
        .post("/dossiers/{dossier}/present", Policy::May(DossiersPresent), dossiers::pages::present)
        .post("/dossiers/{dossier}/withdraw", Policy::May(DossiersWithdraw), dossiers::pages::withdraw)
        .post("/dossiers/{dossier}/submit", Policy::May(DossiersSubmit), dossiers::pages::submit)
        .post("/dossiers/{dossier}/return", Policy::May(DossiersReturn), dossiers::pages::send_back)
        .post("/dossiers/{dossier}/appraise", Policy::May(DossiersAppraise), dossiers::pages::appraise)
        .post("/appeals/{dossier}", Policy::May(AppealsFile), appeals::pages::file)
        .post("/appeals/{dossier}/withdraw", Policy::May(AppealsWithdraw), appeals::pages::withdraw)
        .post("/appeals/{dossier}/reopen", Policy::May(AppealsReopen), appeals::pages::reopen)
        .post("/appeals/{dossier}/dismiss", Policy::May(AppealsDismiss), appeals::pages::dismiss)
        .post("/recognition", Policy::Holds(RecognitionDecide), recognition::pages::decide)
        .post(
            "/recognition/{id}/rulings",
            Policy::HoldsOneOf(&[RecognitionSuspend, RecognitionRestore, RecognitionRevoke]),
            recognition::pages::rulings::rule,
        )
}

fn actions(to: Addresses) -> Addresses {
    to.post("/dossiers/{dossier}/answers", Policy::May(DossiersAnswer), dossiers::pages::answer_group)
        .post("/dossiers/{dossier}/answers/{criterion}", Policy::May(DossiersAnswer), dossiers::pages::answer_row)
        .post(
            "/dossiers/{dossier}/appraisal/{criterion}",
            Policy::May(DossiersAppraiseRow),
            dossiers::pages::appraise_row,
        )
        .post("/dossiers/{dossier}/evidence/{evidence}/remove", Policy::May(EvidenceRemove), evidence::pages::remove)
        .post("/dossiers/{dossier}/plans/{criterion}", Policy::May(PlansSave), plans::pages::save)
        .post("/committees", Policy::Holds(CommitteesFound), committees::found)
        .post("/committees/{committee}/members", Policy::May(CommitteesAppoint), committees::appoint)
        .post("/committees/{committee}/members/{member}/end", Policy::May(CommitteesRelease), committees::release)
        .post("/committees/{committee}/meetings", Policy::May(CommitteesCall), committees::call)
        .post("/committees/meetings/{meeting}/open", Policy::May(CommitteesOpen), meetings::open)
        .post("/committees/meetings/{meeting}/call-off", Policy::May(CommitteesCallOff), meetings::call_off)
        .post("/committees/meetings/{meeting}/votes", Policy::May(CommitteesVote), meetings::vote)
        .post("/committees/meetings/{meeting}/close", Policy::May(CommitteesClose), meetings::close)
        .post(
            "/committees/meetings/{meeting}/motions/{dossier}",
            Policy::May(CommitteesAdjudicate),
            meetings::adjudicate,
        )
        .post("/imports/{id}/undo", Policy::Holds(ImportsUndo), imports::pages::undo)
        .post("/cycles", Policy::Holds(CyclesOpen), cycles::opening::open)
        .post("/jobs/{job}/stop", Policy::May(JobsStop), jobs::pages::stop)
        .post("/jobs/{job}/resume", Policy::May(JobsResume), jobs::pages::resume)
        .post("/access/accounts", Policy::Holds(AccessInvite), access::pages::accounts::invite)
        .post("/access/accounts/{account}/grants", Policy::Holds(AccessGrant), access::pages::accounts::give)
        .post(
            "/access/accounts/{account}/grants/{grant}/end",
            Policy::Holds(AccessEndGrant),
            access::pages::accounts::take,
        )
        .post("/access/accounts/{account}/link", Policy::Holds(AccessLink), access::pages::accounts::link)
        .post(
            "/access/accounts/{account}/forget-factor",
            Policy::Holds(AccessForgetFactor),
            access::pages::accounts::forget_factor,
        )
        .post("/access/accounts/{account}/disable", Policy::Holds(AccessDisable), access::pages::accounts::disable)
        .post("/access/accounts/{account}/enable", Policy::Holds(AccessEnable), access::pages::accounts::enable)
}

fn papers(to: Addresses) -> Addresses {
    to.get("/dossiers/{dossier}/score-sheet.pdf", Policy::ReadsUndecided, dossiers::pages::score_sheet)
        .get("/committees/meetings/{meeting}/minutes.pdf", Policy::Reads, minutes::pdf)
        .get("/evidence/{evidence}", Policy::Reads, evidence::pages::open)
        .get("/imports/form.xlsx", Policy::Holds(ImportsTake), imports::pages::form)
        .get("/imports/{id}", Policy::Holds(ImportsTake), imports::pages::columns)
        .post("/imports/{id}", Policy::Holds(ImportsTake), imports::pages::choose)
        .get("/imports/{id}/check", Policy::Holds(ImportsTake), imports::pages::check)
        .get("/imports/{id}/rejected.xlsx", Policy::Holds(ImportsTake), imports::pages::rejected)
        .post("/imports/{id}/take", Policy::Holds(ImportsTake), imports::pages::take)
        .get(
            "/programmes/{code}/what-if",
            Policy::HoldsOneOf(&[DossiersAppraiseRow, RecognitionDecide]),
            programmes::what_if::page,
        )
        .get("/units/reforms/new", Policy::Works, units::pages::reforms::form)
        .post("/units/reforms/new", Policy::Works, units::pages::reforms::preview)
        .get("/recognition/{id}/decision.pdf", Policy::Anyone, recognition::pages::decision_pdf)
        .get("/recognition/certificates/{file}", Policy::Anyone, recognition::pages::certificate_pdf)
}

fn uploads(to: Addresses) -> Addresses {
    let bytes_max = usize::try_from(FILE_BYTES_MAX).unwrap_or(usize::MAX).saturating_add(UPLOAD_FRAME_BYTES);
    let (attach, upload) = (Policy::May(EvidenceAttach), "/evidence/uploads/{upload}");
    to.post_up_to("/dossiers/{dossier}/evidence", attach, bytes_max, evidence::pages::attach)
        .post_up_to("/imports", Policy::Holds(ImportsTake), imports::pages::UPLOAD_BYTES_MAX, imports::pages::add)
        .on(&Method::OPTIONS, evidence::tus::UPLOADS, Policy::Anyone, evidence::tus::options)
        .post(evidence::tus::UPLOADS, Policy::Holds(EvidenceAttach), evidence::tus::begin)
        .get(upload, Policy::Holds(EvidenceAttach), evidence::tus::row)
        .on(&Method::HEAD, upload, Policy::Holds(EvidenceAttach), evidence::tus::look)
        .on(&Method::PATCH, upload, Policy::Holds(EvidenceAttach), evidence::tus::add)
        .on(&Method::DELETE, upload, Policy::Holds(EvidenceAttach), evidence::tus::give_up)
}

/// What costs a password.
fn signing_in(to: Addresses) -> Addresses {
    to.post("/access/sign-in", Policy::Anyone, access::pages::sign_in::begin)
        .post("/access/links/{link}", Policy::Anyone, access::pages::sign_in::set_by_link)
        .post("/access/account/password", Policy::Oneself, access::pages::oneself::change_password)
        .post("/access/second-factor", Policy::Halfway, access::pages::second_factor::show)
        .post("/access/second-factor/new", Policy::Oneself, access::pages::second_factor::set)
}

/// Without cookies and scripts.
fn portal(to: Addresses) -> Addresses {
    to.get("/portal", Policy::Anyone, portal::pages::titles)
        .get("/portal/certificates/{code}", Policy::Anyone, portal::pages::certificate)
        .get("/portal/certificates/{code}/proof", Policy::Anyone, portal::pages::proof)
        .get("/api/v1/certificates/{code}", Policy::Anyone, portal::api::certificate)
}

fn json_api(to: Addresses) -> Addresses {
    to.get("/api/v1/units", Policy::Anyone, units::api::search)
        .get("/api/v1/units/reforms", Policy::Anyone, units::api::reforms)
        .get("/api/v1/units/reforms/{id}", Policy::Anyone, units::api::reform)
        .get("/api/v1/units/{id}", Policy::Anyone, units::api::unit)
        .get("/api/v1/units/{id}/crosswalk", Policy::Anyone, units::api::lineage)
        .get("/api/v1/crosswalk", Policy::Anyone, units::api::crosswalk)
        .get("/api/v1/programmes", Policy::Anyone, programmes::api::list)
        .get("/api/v1/cycles", Policy::Anyone, cycles::api::list)
        .get("/api/v1/cycles/{id}/dossiers", Policy::Works, cycles::api::dossiers)
        .get("/api/v1/dossiers/{dossier}", Policy::ReadsUndecided, dossiers::api::dossier)
        .get("/api/v1/jobs/{job}", Policy::Reads, jobs::api::job)
        .get("/api/v1/audit/checkpoints", Policy::Anyone, audit::api::checkpoints)
        .get("/api/v1/audit/consistency", Policy::Anyone, audit::api::consistency)
}

/// What costs next to nothing, and the sign of life, which must not depend on how much there is to do.
fn always(to: Addresses) -> Addresses {
    to.get("/assets/{file}", Policy::Anyone, asset)
        .get("/favicon.ico", Policy::Anyone, async || StatusCode::NO_CONTENT)
        .get("/healthz", Policy::Anyone, api::healthz)
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
