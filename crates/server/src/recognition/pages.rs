//! Handlers of recognition: the register, the form for a decision, a decision with its papers.
//!
//! Decisions are public once they are issued; only the form asks who is reading.

mod draft;
mod forms;
pub(crate) mod rulings;

use std::{collections::BTreeMap, str::FromStr as _};

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    Refused,
    access::{Action, Role, may_read},
    calendar::format_day,
    dossiers::State as Step,
    ids::{CertificateId, DecisionId, DossierId},
    recognition::{Decision, DecisionItem, Measure, Ruled, Ruling, Status, normalise_code},
    text::Order,
    units::{UnitAsOf, lower_first},
};
use dienhinh_storage::{Tx, cycles, dossiers, recognition as rows, units};

use self::{
    forms::{Typed, Wrong, forms},
    rulings::Offered,
};
use super::{
    actions,
    papers::{self, Check},
    rulings::item,
    views::{CertificateLink, DecidedView, DecisionLine, DecisionPage, RegisterPage, RulingFacts},
    words as title_words,
};
use crate::{
    access::{
        actions::permit,
        second_factor::{is_about_code, step_up},
        sign_in::Brought,
    },
    app::App,
    dossiers::{case::Case, fill::words},
    portal::pages as portal,
    web::{
        fields::value,
        lang::Lang,
        layout::{Place, Tone},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How many decisions the register shows.
const REGISTER_MAX: i64 = 200;

/// `GET /recognition`: what waits for a decision, and the register.
pub(crate) async fn register(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    reply::page(&register_page(&app, &visit, None).await?)
}

async fn register_page(app: &App, visit: &Visit, wrong: Option<&Wrong>) -> Outcome<RegisterPage> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let decides = visit.is(Role::CouncilSecretary);
    let (forms, errors) = if decides { forms(app, &mut tx, visit, wrong).await? } else { Default::default() };
    let mut decisions = Vec::new();
    for decision in rows::latest(&mut tx, None, REGISTER_MAX, true).await? {
        let decision = rows::get(&mut tx, decision.id).await?.ok_or(Problem::Missing("decision"))?;
        decisions.push(line(app, &mut tx, lang, &decision).await?);
    }
    let mut shell = visit.shell_in(app, &mut tx, lang.t("recognition-title"), Some(Place::Recognition)).await?;
    drop(tx);
    shell.errors = errors;
    let nothing_waits = if decides { lang.t("recognition-nothing-waits") } else { String::new() };
    Ok(RegisterPage { shell, forms, nothing_waits, decisions })
}

async fn line(app: &App, tx: &mut Tx, lang: Lang, decision: &Decision) -> Outcome<DecisionLine> {
    let recognised = decision.items.iter().filter(|item| item.recognised).count();
    let refused = decision.items.len() - recognised;
    let ruled = decision.ruling.as_ref().map_or(0, |ruling| ruling.certificates.len());
    let ruling = decision.ruling.as_ref().map_or("", |ruling| count_key(ruling.measure));
    let counts = [("recognition-count-yes", recognised), ("recognition-count-no", refused), (ruling, ruled)];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(key, count)| lang.look_up(key, &[("n", count.to_string())]));
    Ok(DecisionLine {
        href: format!("/recognition/{}", decision.id),
        notation: decision.notation(),
        issuer: decision.draft.issuer.clone(),
        signed_on: format_day(decision.draft.signed_on),
        programme: programme(app, tx, lang, decision).await?,
        outcome: counts.collect::<Vec<_>>().join(", "),
        signatory: signatory(decision),
    })
}

fn count_key(measure: Measure) -> &'static str {
    match measure {
        Measure::Suspend => "ruling-count-suspend",
        Measure::Restore => "ruling-count-restore",
        Measure::Revoke => "ruling-count-revoke",
    }
}

/// Programme and year: a decision is on dossiers of one cycle.
async fn programme(app: &App, tx: &mut Tx, lang: Lang, decision: &Decision) -> Outcome<String> {
    let ruled = decision.ruling.as_ref().and_then(|ruling| ruling.certificates.first());
    let first = match ruled {
        Some(certificate) => rows::dossier_of(tx, *certificate).await?,
        None => decision.items.first().map(|item| item.dossier),
    };
    let Some(first) = first else { return Ok(String::new()) };
    let dossier = dossiers::get(tx, first).await?.ok_or(Problem::Missing("dossier"))?;
    let cycle = cycles::get(tx, dossier.cycle).await?.ok_or(Problem::Missing("cycle"))?;
    Ok(words::programme_year(lang, &app.set_of(&cycle).set, cycle.year))
}

/// `huyện Vĩnh Lợi`: the names above a unit without the one at the top, which is the same in every row.
fn place(unit: &UnitAsOf) -> String {
    let above = match unit.ancestors.as_slice() {
        [below_top @ .., _] if !below_top.is_empty() => below_top,
        all => all,
    };
    words::place_text(above)
}

/// `TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH`.
fn signatory(decision: &Decision) -> String {
    format!("{}, {}", papers::authority(&decision.draft), decision.draft.signatory)
}

/// `POST /recognition`: records a decision.
pub(crate) async fn decide(
    State(app): State<App>,
    mut visit: Visit,
    brought: Brought,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let typed = Typed::read(&fields)?;
    let entered = match may_record(&app, &visit, &typed).await {
        Ok(()) => step_up(&app, &mut visit, &value(&fields, "code"), &brought).await,
        Err(problem) => Err(problem),
    };
    let (cookies, decided) = match entered {
        Ok(cookies) => (cookies, record(&app, &visit, &typed).await),
        Err(problem) => (None, Err(problem)),
    };
    let response = match decided {
        Ok(decision) => {
            let said = Said::done("done-decided").with("notation", decision.notation());
            reply::back(&format!("/recognition/{}", decision.id), &said)
        }
        Err(Problem::Refused(refused)) if comes_back(&visit, &refused) => {
            let page = register_page(&app, &visit, Some(&Wrong { typed, refused })).await;
            page.and_then(|page| reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)).into_response()
        }
        Err(problem) => problem.into_response(),
    };
    // The session goes on under the name that the second factor gave it, whatever came of the decision.
    Ok((cookies, response).into_response())
}

/// Whether a form that was refused comes back with what was typed.
fn comes_back(visit: &Visit, refused: &Refused) -> bool {
    !visit.wants_json && (is_about_code(refused) || !refused.code.starts_with("access."))
}

/// Asked before anything else is said: who may not decide is not told what a form lacks, and shows no code for nothing.
async fn may_record(app: &App, visit: &Visit, typed: &Typed) -> Outcome<()> {
    let mut tx = app.db.read().await?;
    let issuer = units::get(&mut tx, typed.issuer_unit, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    permit(visit.actor, Action::RecognitionDecide, &issuer)
}

async fn record(app: &App, visit: &Visit, typed: &Typed) -> Outcome<Decision> {
    let draft = typed.draft(app.today())?;
    let id = actions::decide(app, visit.actor, typed.issuer_unit, draft, &typed.judgements()).await?;
    let mut tx = app.db.read().await?;
    rows::get(&mut tx, id).await?.ok_or(Problem::Missing("decision"))
}

/// A decision with the cases it judged or rules on: first who is recognised, each part in reading order.
struct Judged {
    decision: Decision,
    /// Name of the issuing unit on the day of the decision.
    issuer: String,
    /// The decision that gave the titles, with its issuer, where this one rules on them.
    given: Option<(Decision, String)>,
    listed: Vec<(DecisionItem, Case)>,
    /// What was ruled on the titles.
    rulings: BTreeMap<CertificateId, Vec<Ruled>>,
    /// The decisions on the same dossiers that this one takes the place of, and those that took its place.
    beside: BTreeMap<DossierId, Beside>,
}

/// What other decisions say of a dossier.
#[derive(Default)]
struct Beside {
    /// The one before.
    before: Option<Decision>,
    /// The one after.
    after: Option<Decision>,
    /// The dossier is open again.
    is_open: bool,
}

impl Judged {
    async fn load(app: &App, id: &str) -> Outcome<Self> {
        let missing = Problem::Missing("decision");
        let id = DecisionId::from_str(id).map_err(|_| missing.clone())?;
        let mut tx = app.db.read().await?;
        let decision = rows::get(&mut tx, id).await?.ok_or(missing.clone())?;
        let (given, items) = match &decision.ruling {
            None => (None, decision.items.clone()),
            Some(ruling) => {
                let given = rows::get(&mut tx, ruling.on).await?.ok_or(missing)?;
                let ruled = ruling.certificates.iter().filter_map(|certificate| item(&given, *certificate));
                let ruled = ruled.cloned().collect();
                let issuer = issuer(&mut tx, &given).await?;
                (Some((given, issuer)), ruled)
            }
        };
        let judged = items.iter().map(|item| (item.dossier, item.judged_sha256.clone())).collect();
        let cases = Case::as_judged(app, &mut tx, judged).await?;
        let certificates = items.iter().filter_map(|item| item.certificate.as_ref().map(|certificate| certificate.id));
        let rulings = rows::rulings(&mut tx, certificates).await?;
        let mut listed: Vec<_> = items.into_iter().zip(cases).collect();
        // A ruling judges nothing anew.
        let beside = if decision.ruling.is_some() { BTreeMap::new() } else { beside(&mut tx, &listed).await? };
        let order = Order::new();
        listed.sort_by_cached_key(|(item, case)| (!item.recognised, order.key(&case.unit.version.name)));
        Ok(Self { issuer: issuer(&mut tx, &decision).await?, decision, given, listed, rulings, beside })
    }

    /// What was ruled on a title, the earliest first.
    fn rulings_on(&self, certificate: CertificateId) -> &[Ruled] {
        self.rulings.get(&certificate).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What other decisions say of what one judged; absent where nothing does.
async fn beside(tx: &mut Tx, listed: &[(DecisionItem, Case)]) -> Outcome<BTreeMap<DossierId, Beside>> {
    let mut all = rows::all_on_dossiers(tx, listed.iter().map(|(item, _)| item.dossier)).await?;
    let mut beside = BTreeMap::new();
    for (item, case) in listed {
        let round = |decision: &Decision| decision.items.first().map_or(0, |item| item.round);
        let others = all.remove(&item.dossier).unwrap_or_default();
        let (before, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|decision| round(decision) < item.round);
        let after = rest.into_iter().find(|decision| round(decision) > item.round);
        let before = before.into_iter().next_back();
        // Opening it again began a round that no decision is on yet.
        let is_open = after.is_none() && case.dossier.round > item.round;
        if before.is_some() || after.is_some() || is_open {
            beside.insert(item.dossier, Beside { before, after, is_open });
        }
    }
    Ok(beside)
}

async fn issuer(tx: &mut Tx, decision: &Decision) -> Outcome<String> {
    let unit = units::get(tx, decision.issuing_unit, decision.draft.signed_on).await?;
    Ok(unit.ok_or(Problem::Missing("unit"))?.version.name)
}

/// `GET /recognition/{id}`: a decision with its list.
pub(crate) async fn decision(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Outcome<Response> {
    let judged = Judged::load(&app, &id).await?;
    reply::page(&page_of(&app, &visit, judged, None).await?)
}

/// The page of a decision, with what has to be put right in its form.
async fn page_of(app: &App, visit: &Visit, judged: Judged, wrong: Option<&rulings::Wrong>) -> Outcome<DecisionPage> {
    let lang = visit.lang;
    let heading = lang.t1("recognition-heading", "notation", judged.decision.notation());
    let first = judged.listed.first().map(|(_, case)| words::programme_year(lang, &case.loaded.set, case.cycle.year));
    let items: Outcome<Vec<DecidedView>> =
        judged.listed.iter().map(|(item, case)| decided(visit, &judged, item, case)).collect();
    let mut tx = app.db.read().await?;
    let Offered { form, errors, nobody } = rulings::form(app, &mut tx, visit, &judged, wrong).await?;
    let mut shell = visit.shell_in(app, &mut tx, heading.clone(), Some(Place::Recognition)).await?;
    drop(tx);
    shell.errors = errors;
    // Also where its form came back.
    shell.path = format!("/recognition/{}", judged.decision.id);
    let Judged { decision, given, .. } = judged;
    Ok(DecisionPage {
        shell,
        id: decision.id.to_string(),
        heading,
        programme: first.unwrap_or_default(),
        signed_on: format_day(decision.draft.signed_on),
        signatory: signatory(&decision),
        ruling: decision.ruling.as_ref().zip(given).map(|(ruling, (given, _))| facts(lang, ruling, &given)),
        issuer: decision.draft.issuer,
        legal_bases: decision.draft.legal_bases,
        items: items?,
        form,
        nobody,
    })
}

fn facts(lang: Lang, ruling: &Ruling, given: &Decision) -> RulingFacts {
    RulingFacts {
        on: title_words::link(given),
        measure: title_words::measure_text(lang, ruling.measure),
        effective_on: format_day(ruling.effective_on),
        reason: ruling.reason.clone(),
    }
}

fn decided(visit: &Visit, judged: &Judged, item: &DecisionItem, case: &Case) -> Outcome<DecidedView> {
    let lang = visit.lang;
    let (outcome, tone) = match &judged.decision.ruling {
        Some(ruling) => {
            (title_words::measure_text(lang, ruling.measure), title_words::status_tone(ruling.measure.leads_to()))
        }
        None if item.recognised => (lang.t("recognition-yes"), Tone::Ok),
        None => (lang.t("recognition-no"), Tone::No),
    };
    let rulings = item.certificate.as_ref().map(|certificate| judged.rulings_on(certificate.id)).unwrap_or_default();
    let beside = judged.beside.get(&item.dossier);
    let is_open = beside.is_some_and(|beside| beside.is_open);
    let is_readable = !is_open || may_read(visit.actor, &case.unit).is_ok();
    Ok(DecidedView {
        unit: case.unit.version.name.clone(),
        place: place(&case.unit),
        href: if is_readable { format!("/dossiers/{}", case.dossier.id) } else { String::new() },
        outcome,
        tone,
        result: words::result_text(lang, &case.scores(case.stage_in_force())?),
        certificate: item.certificate.as_ref().map(|certificate| CertificateLink {
            code: certificate.code.clone(),
            pdf_href: format!("/recognition/certificates/{}.pdf", certificate.code),
            portal_href: format!("/portal/certificates/{}", certificate.code),
        }),
        status: status(lang, beside, case, rulings),
        beside: beside.map(|beside| others(lang, beside)).unwrap_or_default(),
        rulings: rulings.iter().map(|ruled| title_words::ruled(lang, ruled)).collect(),
    })
}

/// How what was decided stands today, where that is not what the decision says.
fn status(lang: Lang, beside: Option<&Beside>, case: &Case, rulings: &[Ruled]) -> Option<(String, Tone)> {
    if !rulings.is_empty() {
        let status = Status::of(rulings);
        let text = lang.t1("title-today", "status", title_words::status_text(lang, status));
        return Some((text, title_words::status_tone(status)));
    }
    if beside.is_some_and(|beside| beside.after.is_some()) {
        return Some((lang.t("decision-replaced"), Tone::Plain));
    }
    if beside.is_some_and(|beside| beside.is_open) {
        return Some((lang.t("decision-reopened"), Tone::Diff));
    }
    (case.dossier.state == Step::Appealed).then(|| (lang.t("decision-appealed"), Tone::Diff))
}

/// The decision that took the place of this one, and the one whose place it took.
fn others(lang: Lang, beside: &Beside) -> Vec<(String, String, String)> {
    let after = beside.after.as_ref().map(|decision| ("decision-see", decision));
    let before = beside.before.as_ref().map(|decision| ("decision-instead-of", decision));
    let view = |(key, decision): (&str, &Decision)| {
        let (href, name) = title_words::link(decision);
        (lang.t(key), href, name)
    };
    after.into_iter().chain(before).map(view).collect()
}

/// What a decision says of those whose place it takes, on paper.
async fn replaced(app: &App, judged: &Judged) -> Outcome<Vec<String>> {
    let mut units: BTreeMap<DecisionId, (&Decision, Vec<String>)> = BTreeMap::new();
    for (item, case) in &judged.listed {
        if let Some(before) = judged.beside.get(&item.dossier).and_then(|beside| beside.before.as_ref()) {
            let unit = lower_first(&case.unit.version.name);
            units.entry(before.id).or_insert_with(|| (before, Vec::new())).1.push(unit);
        }
    }
    let mut tx = app.db.read().await?;
    let mut replaced = Vec::new();
    for (before, units) in units.into_values() {
        replaced.push(papers::replaces(&papers::named(before, &issuer(&mut tx, before).await?), &units));
    }
    Ok(replaced)
}

/// `GET /recognition/{id}/decision.pdf`.
pub(crate) async fn decision_pdf(State(app): State<App>, Path(id): Path<String>) -> Outcome<Response> {
    let judged = Judged::load(&app, &id).await?;
    let replaced = replaced(&app, &judged).await?;
    let Judged { decision, issuer, given, listed, .. } = judged;
    let paper = match decision.ruling.as_ref().zip(given.as_ref()) {
        Some((ruling, (given, of))) => {
            papers::ruling(&decision, ruling, &papers::named(given, of), &listed, &issuer, app.sample)?
        }
        None => papers::decision(&decision, &listed, &issuer, replaced, app.sample)?,
    };
    let name = format!("quyet-dinh-{:02}-{}", decision.number, decision.draft.signed_on.year());
    Ok(reply::pdf(&name, papers::print(&app, paper).await?))
}

/// `GET /recognition/certificates/{code}.pdf`.
pub(crate) async fn certificate_pdf(
    State(app): State<App>,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Outcome<Response> {
    let missing = Problem::Missing("certificate");
    let code = file.strip_suffix(".pdf").and_then(normalise_code).ok_or(missing.clone())?;
    let mut tx = app.db.read().await?;
    let decision = rows::by_certificate_code(&mut tx, &code).await?.ok_or(missing.clone())?;
    let item = decision.items.iter().find(|item| item.certificate.as_ref().is_some_and(|found| found.code == code));
    let item = item.ok_or(missing)?;
    let case = Case::load(&app, &mut tx, item.dossier).await?;
    let issuer = issuer(&mut tx, &decision).await?;
    let rulings = rows::rulings(&mut tx, item.certificate.iter().map(|certificate| certificate.id)).await?;
    drop(tx);
    let check =
        Check { address: portal::address(&headers, &code), place: format!("{}/portal", portal::host(&headers)) };
    let notice = rulings.into_values().next().and_then(|rulings| papers::notice(&rulings)).unwrap_or_default();
    let paper = papers::certificate(&decision, (&code, notice), &case, &issuer, check, app.sample);
    Ok(reply::pdf(&format!("giay-cong-nhan-{code}"), papers::print(&app, paper).await?))
}
