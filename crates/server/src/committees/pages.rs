//! Handlers of committees: the list, one committee with its members and meetings, the call to a meeting.

pub(crate) mod meetings;
pub(crate) mod minutes;

use std::{collections::BTreeMap, str::FromStr as _};

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::{Action, Role, may, may_read},
    calendar::{format_day, parse_day},
    committees::{Committee, Kind, MOTIONS_MAX, Member, Post},
    dossiers::{Stage, State as Step},
    ids::{CommitteeId, CycleId, DossierId, MemberId},
    recognition::issuer_of,
    text::Order,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, access, committees as rows, cycles, units};
use jiff::civil::Date;

use super::{
    actions::{self, Agenda, NewCommittee, NewMember, committee_of},
    views::{
        CallForm, CommitteeLine, CommitteePage, CommitteesPage, DossierView, FoundPage, MeetingLine, MemberView,
        OfferedView, Typed,
    },
    words,
};
use crate::{
    access::actions::permit,
    app::App,
    dossiers::{case::Case, fill::words as sheet_words, pages::in_states},
    request,
    web::{
        lang::Lang,
        layout::{Choice, FormError, Place},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How many committees the list shows.
const COMMITTEES_MAX: i64 = 200;

/// How many meetings a committee's page shows.
const MEETINGS_MAX: i64 = 100;

/// How many dossiers are looked through for what a council may be called together for.
const WAITING_MAX: i64 = 500;

/// A form as it was sent.
type Fields = Vec<(String, String)>;

/// `GET /committees`: those of the visitor's area.
pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let mut tx = app.db.read().await?;
    let found = rows::in_area(&mut tx, visit.actor.scope, today, COMMITTEES_MAX).await?;
    let wanted: Vec<_> = found.iter().map(|committee| (today, committee.unit)).collect();
    let units = units::as_of(&mut tx, wanted.into_iter()).await?;
    let mut committees = Vec::new();
    for committee in &found {
        let unit = units.get(&(today, committee.unit));
        committees.push(line(lang, committee, unit.map(|unit| unit.version.name.clone()).unwrap_or_default()));
    }
    let voting = match request::account() {
        Some(account) if visit.is(Role::CouncilMember) => rows::voting_with(&mut tx, account).await?,
        _ => Vec::new(),
    };
    let mut named = Vec::new();
    for meeting in &voting {
        let council = rows::get(&mut tx, meeting.committee).await?.ok_or(Problem::Missing("committee"))?;
        named.push((meetings::href(meeting.id), format!("{} · {}", council.name, format_day(meeting.held_on))));
    }
    let shell = visit.shell_in(&app, &mut tx, lang.t("committees-title"), Some(Place::Committees)).await?;
    drop(tx);
    let may_found = visit.is(Role::CouncilSecretary);
    reply::page(&CommitteesPage { shell, voting: named, committees, may_found })
}

fn line(lang: Lang, committee: &Committee, unit: String) -> CommitteeLine {
    CommitteeLine {
        href: format!("/committees/{}", committee.id),
        name: committee.name.clone(),
        kind: words::kind(lang, committee.kind),
        unit,
        founded_on: format_day(committee.founded_on),
    }
}

/// `GET /committees/new`.
pub(crate) async fn form(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    found_page(&app, &visit, Fields::new(), None).await
}

async fn found_page(app: &App, visit: &Visit, fields: Fields, wrong: Option<&Refused>) -> Outcome<Response> {
    let lang = visit.lang;
    let mut shell = visit.shell(app, lang.t("committees-found"), Some(Place::Committees)).await?;
    shell.errors.extend(wrong.map(|refused| said(lang, refused, "name")));
    "/committees/new".clone_into(&mut shell.path);
    let typed = Typed(fields);
    let kinds = Kind::ALL.map(|kind| choice(kind.code(), words::kind(lang, kind), &typed, "kind")).to_vec();
    let page = FoundPage { unit: shell.area.clone(), kinds, today: format_day(app.today()), typed, shell };
    reply::page_with(status(wrong), &page)
}

fn choice(code: &str, text: String, typed: &Typed, field: &str) -> Choice {
    Choice { value: code.to_owned(), text, chosen: typed.has(field, code) }
}

/// The answer to a form that came back with something to put right.
fn status(wrong: Option<&Refused>) -> StatusCode {
    wrong.map_or(StatusCode::OK, |refused| Problem::from(refused.clone()).status())
}

/// What was wrong, with the field it is about; `otherwise` where the rules name none.
fn said(lang: Lang, refused: &Refused, otherwise: &str) -> FormError {
    let named = refused.args.iter().find(|(name, _)| name == "field").map(|(_, field)| field.as_str());
    let field = match &*refused.code {
        "committees.no_account" | "committees.is_member" => "login",
        "committees.has_chair" => "post",
        "committees.again_why" => "again_why",
        "committees.before_founding" if otherwise == "position" => "from",
        _ => named.unwrap_or(otherwise),
    };
    FormError { href: format!("#{field}"), text: lang.why(refused) }
}

/// Whether the form comes back with what was wrong. Programs, and whoever may not do it at all, are answered otherwise.
fn comes_back(visit: &Visit, refused: &Refused) -> bool {
    !visit.wants_json && !refused.code.starts_with("access.")
}

/// A day that was typed. Refused: it cannot be read.
fn day(app: &App, typed: &Typed, field: &'static str) -> Result<Date, Refused> {
    let value = typed.of(field);
    let wrong = || Refused::new("committees.bad_date").with("field", field).with("value", value);
    parse_day(value, app.today()).ok_or_else(wrong)
}

/// `POST /committees`: founds one in the visitor's own unit.
pub(crate) async fn found(State(app): State<App>, visit: Visit, Form(fields): Form<Fields>) -> Outcome<Response> {
    let typed = Typed(fields);
    let done = async {
        let new = NewCommittee {
            unit: visit.actor.scope,
            kind: Kind::from_code(typed.of("kind")).ok_or(Problem::Missing("kind"))?,
            name: typed.of("name").to_owned(),
            founded_by: typed.of("founded_by").to_owned(),
            founded_on: day(&app, &typed, "founded_on")?,
        };
        actions::found(&app, visit.actor, new).await
    };
    match done.await {
        Ok(id) => Ok(reply::back(&format!("/committees/{id}"), &Said::done("done-committee-founded"))),
        Err(Problem::Refused(refused)) if comes_back(&visit, &refused) => {
            found_page(&app, &visit, typed.0, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    }
}

fn id(text: &str) -> Outcome<CommitteeId> {
    CommitteeId::from_str(text).map_err(|_| Problem::Missing("committee"))
}

/// `GET /committees/{committee}`.
pub(crate) async fn one(State(app): State<App>, visit: Visit, Path(committee): Path<String>) -> Outcome<Response> {
    committee_page(&app, &visit, id(&committee)?, Back::default()).await
}

/// What came back from one of the forms of a committee's page.
#[derive(Debug, Default)]
struct Back {
    fields: Fields,
    wrong: Option<Refused>,
}

async fn committee_page(app: &App, visit: &Visit, id: CommitteeId, back: Back) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let mut tx = app.db.read().await?;
    let (committee, unit) = committee_of(app, &mut tx, id).await?;
    may_read(visit.actor, &unit)?;
    let mut members = Vec::new();
    let mut found = rows::members(&mut tx, id).await?;
    found.sort_by_key(|member| (!member.is_on(today), member.post, member.from));
    for member in &found {
        members.push(member_view(&mut tx, (lang, today), committee.kind, member).await?);
    }
    let mut meetings = Vec::new();
    for meeting in rows::meetings(&mut tx, id, MEETINGS_MAX).await? {
        let cycle = cycles::get(&mut tx, meeting.cycle).await?.ok_or(Problem::Missing("cycle"))?;
        meetings.push(MeetingLine {
            href: meetings::href(meeting.id),
            held_on: format_day(meeting.held_on),
            programme: sheet_words::programme_year(lang, &app.set_of(&cycle).set, cycle.year),
            state: words::state(lang, &meeting).0,
            place: meeting.place,
        });
    }
    let may_appoint = may(visit.actor, Action::CommitteesAppoint, &unit).is_ok();
    let calls = if may_appoint && committee.kind == Kind::Council {
        calls(app, &mut tx, lang, &unit, &back.fields).await?
    } else {
        Vec::new()
    };
    let mut shell = visit.shell_in(app, &mut tx, committee.name.clone(), Some(Place::Committees)).await?;
    drop(tx);
    let is_call = back.fields.iter().any(|(name, _)| name == "cycle");
    let called = calls.iter().position(|form| form.typed.is_back()).map_or(1, |at| at + 1);
    shell.errors.extend(back.wrong.as_ref().map(|refused| {
        let error = said(lang, refused, if is_call { "held_on" } else { "position" });
        if is_call { FormError { href: format!("{}-{called}", error.href), ..error } } else { error }
    }));
    let href = format!("/committees/{id}");
    shell.path.clone_from(&href);
    let typed = if is_call { Typed::default() } else { Typed(back.fields) };
    let posts = Post::ALL.map(|post| {
        let chosen = if typed.is_back() { typed.has("post", post.code()) } else { post == Post::Member };
        Choice { chosen, ..choice(post.code(), words::post(lang, committee.kind, post), &typed, "post") }
    });
    let page = CommitteePage {
        shell,
        href,
        line: line(lang, &committee, unit.version.name.clone()),
        founded_by: committee.founded_by,
        members,
        meetings,
        may_appoint,
        posts: posts.to_vec(),
        today: format_day(today),
        calls,
        typed,
    };
    reply::page_with(status(back.wrong.as_ref()), &page)
}

async fn member_view(tx: &mut Tx, (lang, today): (Lang, Date), of: Kind, member: &Member) -> Outcome<MemberView> {
    let account = match member.account {
        Some(account) => access::get(tx, account).await?,
        None => None,
    };
    Ok(MemberView {
        id: member.id.to_string(),
        post: words::post(lang, of, member.post),
        position: member.position.clone(),
        login: account.map(|account| account.login).unwrap_or_default(),
        days: words::days(lang, member),
        may_end: member.until.is_none_or(|until| until > today),
    })
}

/// What a council of a unit may be called together for: what waits for its decision and is on no agenda, by cycle.
async fn calls(app: &App, tx: &mut Tx, lang: Lang, unit: &UnitAsOf, fields: &Fields) -> Outcome<Vec<CallForm>> {
    let waiting = in_states(tx, unit.id(), &[Step::Appraised], WAITING_MAX).await?;
    let pending = rows::pending(tx, waiting.iter().map(|dossier| dossier.id)).await?;
    let mut by_cycle: BTreeMap<CycleId, Vec<Case>> = BTreeMap::new();
    for case in Case::many(app, tx, waiting).await? {
        let recognition = &case.loaded.set.recognition;
        let is_ours = issuer_of(&case.unit, &recognition.issued_by) == Some(unit.id());
        if is_ours && recognition.council.is_some() && !pending.contains_key(&case.dossier.id) {
            by_cycle.entry(case.cycle.id).or_default().push(case);
        }
    }
    let typed = Typed(fields.clone());
    let order = Order::new();
    let mut forms = Vec::new();
    for (cycle, mut cases) in by_cycle {
        cases.sort_by_cached_key(|case| order.key(&case.unit.version.name));
        cases.truncate(MOTIONS_MAX);
        let verdicts = rows::verdicts(tx, unit.id(), cases.iter().map(|case| case.dossier.id)).await?;
        let mut dossiers = Vec::new();
        for case in &cases {
            let has_voted_on = verdicts.contains_key(&(case.dossier.id, case.judged_sha256()));
            dossiers.push(OfferedView { dossier: dossier_view(lang, case)?, has_voted_on });
        }
        let Some(first) = cases.first() else { continue };
        forms.push(CallForm {
            cycle: cycle.to_string(),
            title: sheet_words::programme_year(lang, &first.loaded.set, first.cycle.year),
            asks_why: dossiers.iter().any(|offered| offered.has_voted_on),
            dossiers,
            typed: if typed.has("cycle", &cycle.to_string()) { typed.clone() } else { Typed::default() },
        });
    }
    Ok(forms)
}

/// A dossier with what the appraisal came to.
fn dossier_view(lang: Lang, case: &Case) -> Outcome<DossierView> {
    let totals = case.scores(Stage::Appraised)?;
    let (rules, tone) = sheet_words::rules_text(lang, totals.recognised);
    Ok(DossierView {
        id: case.dossier.id.to_string(),
        href: format!("/dossiers/{}", case.dossier.id),
        unit: case.unit.version.name.clone(),
        result: sheet_words::result_text(lang, &totals),
        rules,
        tone,
    })
}

/// `POST /committees/{committee}/members`: gives somebody a place.
pub(crate) async fn appoint(
    State(app): State<App>,
    visit: Visit,
    Path(committee): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (id, typed) = (id(&committee)?, Typed(fields));
    let done = async {
        only(&app, &visit, Action::CommitteesAppoint, id).await?;
        let new = NewMember {
            post: Post::from_code(typed.of("post")).ok_or(Problem::Missing("post"))?,
            position: typed.of("position").to_owned(),
            login: typed.of("login").to_owned(),
            from: day(&app, &typed, "from")?,
            until: None,
        };
        actions::appoint(&app, visit.actor, id, new).await
    };
    let done = done.await.map(|_| Said::done("done-committee-appointed"));
    concluded(&app, &visit, id, typed, done).await
}

/// Asked before anything else is said: who may not do it is not told what a form lacks.
async fn only(app: &App, visit: &Visit, action: Action, id: CommitteeId) -> Outcome<()> {
    let (_, unit) = committee_of(app, &mut app.db.read().await?, id).await?;
    permit(visit.actor, action, &unit)
}

/// Back to the committee, with what was done or with what has to be put right.
async fn concluded(app: &App, visit: &Visit, id: CommitteeId, typed: Typed, done: Outcome<Said>) -> Outcome<Response> {
    match done {
        Err(Problem::Refused(refused)) if comes_back(visit, &refused) => {
            committee_page(app, visit, id, Back { fields: typed.0, wrong: Some(refused) }).await
        }
        done => reply::after(visit, done, &format!("/committees/{id}")),
    }
}

/// `POST /committees/{committee}/members/{member}/end`.
pub(crate) async fn release(
    State(app): State<App>,
    visit: Visit,
    Path((committee, member)): Path<(String, String)>,
) -> Outcome<Response> {
    let id = id(&committee)?;
    only(&app, &visit, Action::CommitteesRelease, id).await?;
    let member = MemberId::from_str(&member).map_err(|_| Problem::Missing("member"))?;
    let done = actions::release(&app, visit.actor, id, member).await;
    reply::after(&visit, done.map(|()| Said::done("done-committee-released")), &format!("/committees/{id}"))
}

/// `POST /committees/{committee}/meetings`: calls the council together.
pub(crate) async fn call(
    State(app): State<App>,
    visit: Visit,
    Path(committee): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (id, typed) = (id(&committee)?, Typed(fields));
    let done = async {
        only(&app, &visit, Action::CommitteesCall, id).await?;
        let dossiers = typed.0.iter().filter(|(name, _)| name == "dossier");
        let dossiers = dossiers.map(|(_, id)| DossierId::from_str(id).map_err(|_| Problem::Missing("dossier")));
        let agenda = Agenda {
            cycle: CycleId::from_str(typed.of("cycle")).map_err(|_| Problem::Missing("cycle"))?,
            dossiers: dossiers.collect::<Outcome<_>>()?,
            held_on: day(&app, &typed, "held_on")?,
            place: typed.of("place").to_owned(),
            again_why: typed.of("again_why").to_owned(),
        };
        actions::call(&app, visit.actor, id, agenda).await
    };
    match done.await {
        Ok(meeting) => Ok(reply::back(&meetings::href(meeting), &Said::done("done-meeting-called"))),
        Err(problem) => concluded(&app, &visit, id, typed, Err(problem)).await,
    }
}
