//! What every address asks, compared with what it does: the whole table of addresses, for everybody.
//!
//! The addresses and their policies come from the router; what a policy means for somebody is worked out here from the rules
//! of the domain. An address that is added is in this test without anybody adding it here.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use dienhinh_domain::{
    access::{Action, Actor, Role, holds, may, may_read, works},
    ids::UnitId,
    units::UnitAsOf,
};
use dienhinh_server::{Declared, Policy, declared, set_account_state};
use dienhinh_storage::{Db, committees, dossiers, units};
use dienhinh_testkit::Empty;
use jiff::civil::{Date, date};

use crate::{
    people::{Browser, PASSWORD, People},
    site::Answer,
};

/// The day of the sample.
const TODAY: Date = date(2023, 11, 24);

/// Somebody who asks, and as what the rules know them.
struct Asker<'a> {
    name: String,
    browser: Browser<'a>,
    actor: Actor,
    /// How far they are signed in.
    signed_in: SignedIn,
}

/// How far somebody is signed in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SignedIn {
    /// Not at all, or with an account that may not be used.
    No,
    /// With the password, and without the second factor that the account has.
    Halfway,
    /// Wholly.
    Wholly,
}

/// The things that stand in addresses, all of one unit.
struct Things {
    unit: UnitAsOf,
    /// Whose the council in addresses is.
    province: UnitAsOf,
    /// By the name in braces.
    names: BTreeMap<&'static str, String>,
}

impl Things {
    async fn of(people: &People, unit: UnitId, account: String, grant: String) -> Self {
        let db = Db::open(&people.at.url).await.expect("opens");
        let mut tx = db.read().await.expect("a transaction");
        let unit = units::get(&mut tx, unit, TODAY).await.expect("read").expect("a unit");
        let found = dossiers::of_unit(&mut tx, unit.id()).await.expect("read");
        let open = found.iter().find(|dossier| !dossier.state.is_decided()).expect("an undecided dossier");
        let evidence = people.stored().await.into_iter().find_map(|line| evidence_in(&line, &open.id.to_string()));
        let top = unit.ancestors.last().expect("a province").unit;
        let province = units::get(&mut tx, top, TODAY).await.expect("read").expect("a province");
        let council = committees::in_area(&mut tx, top, TODAY, 9).await.expect("read").remove(0).id;
        let member = committees::members(&mut tx, council).await.expect("read").remove(0).id;
        let meeting = committees::meetings(&mut tx, council, 9).await.expect("read").remove(0).id;
        let names = BTreeMap::from([
            ("committee", council.to_string()),
            ("member", member.to_string()),
            ("meeting", meeting.to_string()),
            ("dossier", open.id.to_string()),
            ("criterion", "c01".to_owned()),
            ("evidence", evidence.expect("the dossier has evidence")),
            ("account", account),
            ("grant", grant),
        ]);
        Self { unit, province, names }
    }

    /// The address, with things that are not there where the test has none.
    fn path(&self, declared: &Declared) -> String {
        let mut path = declared.path.to_owned();
        for (name, value) in &self.names {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        while let Some((before, rest)) = path.split_once('{') {
            let (_, after) = rest.split_once('}').expect("closed");
            path = format!("{before}00000000-0000-0000-0000-000000000000{after}");
        }
        path
    }
}

/// The identity of the first proof of a dossier, out of a line of the table.
fn evidence_in(line: &str, dossier: &str) -> Option<String> {
    if !line.starts_with("evidence ") && !line.starts_with("evidence\t") && !line.starts_with("evidence:") {
        return None;
    }
    let ids: Vec<&str> = line.split('"').filter(|part| part.len() == 36 && part.matches('-').count() == 4).collect();
    ids.contains(&dossier).then(|| ids[0].to_owned())
}

/// Whether the rules let somebody in.
fn is_admitted(asker: &Asker<'_>, declared: &Declared, things: &Things) -> bool {
    let actor = asker.actor;
    // Whose thing it is matters where the address names one of the unit.
    let is_of_council = ["{committee}", "{meeting}"].iter().any(|name| declared.path.contains(name));
    let unit = if is_of_council { &things.province } else { &things.unit };
    let is_of_unit =
        ["{committee}", "{meeting}", "{dossier}", "{evidence}"].iter().any(|name| declared.path.contains(name));
    let is_of_account = declared.path.contains("{account}");
    match declared.policy {
        Policy::Anyone => true,
        Policy::Oneself => asker.signed_in == SignedIn::Wholly,
        Policy::Halfway => asker.signed_in >= SignedIn::Halfway,
        Policy::Reads | Policy::ReadsUndecided if is_of_unit => may_read(actor, unit).is_ok(),
        Policy::Works | Policy::Reads | Policy::ReadsUndecided => works(actor).is_ok(),
        Policy::May(action) if is_of_unit => may(actor, action, unit).is_ok(),
        Policy::Holds(action) if is_of_account => may(actor, action, unit).is_ok(),
        Policy::May(action) | Policy::Holds(action) => holds(actor, action).is_ok(),
        Policy::HoldsOneOf(actions) => {
            let reads = !is_of_unit || may_read(actor, unit).is_ok();
            reads && actions.iter().any(|action: &Action| holds(actor, *action).is_ok())
        }
    }
}

fn is_refused(answer: &Answer) -> bool {
    let doors = ["/access/sign-in?back=", "/access/second-factor?back="];
    let is_led =
        answer.status == StatusCode::SEE_OTHER && doors.iter().any(|door| answer.header("location").starts_with(door));
    is_led || matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
}

fn request(declared: &Declared, path: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(declared.method.clone()).uri(path);
    if declared.path.ends_with("/evidence") {
        request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
    } else if declared.method == Method::POST {
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    } else {
        request
    }
}

/// The account and the role of somebody, out of the list that the operator sees.
async fn account_of(people: &People, login: &str) -> (String, String) {
    let all = dienhinh_server::accounts(&people.installation).await.expect("listed");
    let found = all.iter().find(|listed| listed.account.login == login).expect("an account");
    (found.account.id.to_string(), found.roles[0].0.id.to_string())
}

/// People whose password is not enough: those who decide and administrators, with a factor that they have not shown and with
/// none at all.
async fn with_the_password_alone(people: &People, scope: UnitId) -> Vec<Asker<'_>> {
    let mut askers = Vec::new();
    for role in [Role::CouncilSecretary, Role::Administrator, Role::Appraiser, Role::CouncilMember] {
        let login = format!("{}.half", role.code().replace('_', "-"));
        drop(people.person(&login, role, scope).await);
        let halfway = people.browser();
        let begun = halfway.with_password_alone(&login, PASSWORD).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        let name = format!("{login}way");
        askers.push(Asker { name, browser: halfway, actor: Actor::anyone(), signed_in: SignedIn::Halfway });
        let login = format!("{}.none", role.code().replace('_', "-"));
        let browser = people.person_without_factor(&login, role, scope).await;
        askers.push(Asker { name: login, browser, actor: Actor::anyone(), signed_in: SignedIn::Wholly });
    }
    askers
}

#[tokio::test]
async fn every_address_does_what_it_declares_for_everybody() {
    let (people, link) = People::fresh(Empty::on_sqlite()).await;
    drop(people.with_password(&link).await);
    let [town, district, province, sibling, cousin] =
        ["Thị trấn Châu Hưng", "Huyện Vĩnh Lợi", "Tỉnh Bạc Liêu", "Xã Châu Hưng A", "Phường 1"].map(str::to_owned);
    let town = people.unit(&town).await;
    people.person("target", Role::UnitOfficer, town).await;
    let (account, grant) = account_of(&people, "target").await;
    let things = Things::of(&people, town, account, grant).await;
    let relations = [
        ("self", town),
        ("above", people.unit(&district).await),
        ("top", people.unit(&province).await),
        ("sibling", people.unit(&sibling).await),
        ("cousin", people.unit(&cousin).await),
    ];
    let mut askers = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Public) {
        for (relation, scope) in relations {
            let name = format!("{}.{relation}", role.code().replace('_', "-"));
            let browser = people.person(&name, role, scope).await;
            askers.push(Asker { name, browser, actor: Actor { role, scope }, signed_in: SignedIn::Wholly });
        }
    }
    // Accounts that may not be used, and credentials that are none.
    let closed = people.person("closed", Role::CouncilSecretary, relations[2].1).await;
    set_account_state(&people.installation, "closed", dienhinh_domain::access::accounts::State::Disabled)
        .await
        .expect("closed");
    let ready = people.browser();
    ready.kept().insert("actor".to_owned(), format!("council_secretary:{}", relations[2].1));
    let forged = people.browser();
    forged.kept().insert("__Host-session".to_owned(), "A".repeat(43));
    for (name, browser) in
        [("stranger", people.browser()), ("closed", closed), ("ready role", ready), ("forged", forged)]
    {
        askers.push(Asker { name: name.to_owned(), browser, actor: Actor::anyone(), signed_in: SignedIn::No });
    }
    askers.extend(with_the_password_alone(&people, relations[2].1).await);

    let mut table = declared(&people.app);
    // What is looked at must still be there, and whoever signs out is nobody afterwards.
    table.sort_by_key(|declared| (declared.path == "/access/sign-out", declared.method != Method::GET));
    let (mut cells, mut wrong) = (0, Vec::new());
    for declared in &table {
        let path = things.path(declared);
        // Those who may come last: what they do may take away what the others were to be refused.
        let (inside, outside): (Vec<_>, Vec<_>) =
            askers.iter().partition(|asker| is_admitted(asker, declared, &things));
        for (admitted, asker) in
            outside.into_iter().map(|asker| (false, asker)).chain(inside.into_iter().map(|asker| (true, asker)))
        {
            let body = if declared.path.ends_with("/evidence") { "--edge--\r\n" } else { "" };
            let request = request(declared, &path).body(Body::from(body)).expect("a request");
            let answer = asker.browser.send(request).await;
            cells += 1;
            if is_refused(&answer) == admitted || answer.status.is_server_error() {
                wrong.push(format!(
                    "{} {} as {}: {} {:?}",
                    declared.method, path, asker.name, answer.status, declared.policy
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cells > 2_500, "{cells} cells");
}

#[tokio::test]
async fn nothing_is_changed_by_looking_nor_for_another_site() {
    let (people, link) = People::fresh(Empty::on_sqlite()).await;
    let administrator = people.with_password(&link).await;
    let (town, province) = (people.unit("Thị trấn Châu Hưng").await, people.unit("Tỉnh Bạc Liêu").await);
    let mut browsers = vec![administrator];
    for (role, scope) in [
        (Role::UnitOfficer, town),
        (Role::UnitLeader, town),
        (Role::Appraiser, province),
        (Role::CouncilSecretary, province),
        (Role::CouncilMember, province),
    ] {
        browsers.push(people.person(&role.code().replace('_', "-"), role, scope).await);
    }
    let (account, grant) = account_of(&people, "unit-officer").await;
    let things = Things::of(&people, town, account, grant).await;
    let before = people.stored().await;
    let mut asked = 0;
    for declared in declared(&people.app) {
        let path = things.path(&declared);
        let is_look = matches!(declared.method, Method::GET | Method::HEAD | Method::OPTIONS);
        for browser in &browsers {
            let request = request(&declared, &path).header(header::HOST, "dienhinh.example");
            let request = if is_look { request } else { request.header(header::ORIGIN, "https://evil.example") };
            let answer =
                browser.send(request.body(Body::from(format!("password={PASSWORD}"))).expect("a request")).await;
            assert!(is_look || answer.status == StatusCode::FORBIDDEN, "{} {path}: {}", declared.method, answer.status);
            asked += 1;
        }
    }
    assert!(asked > 400, "{asked} requests");
    let after = people.stored().await;
    let changed: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(changed.is_empty() && before.len() == after.len(), "{changed:?}");
}

/// What anybody may ask for, signed in or not: an address that becomes public does so here, before everybody's eyes.
const PUBLIC: &str = "\
    GET /, POST /access/role, POST /access/language, GET /access/sign-in, POST /access/sign-out, GET /access/links/{link}, \
    GET /programmes, GET /programmes/{code}, GET /recognition, GET /recognition/{id}, GET /units, GET /units/tree, \
    GET /units/tree/branch, GET /units/reforms, GET /units/reforms/plan.csv, GET /units/reforms/{id}, \
    GET /units/reforms/{id}/plan.csv, GET /units/{id}, GET /crosswalk, GET /crosswalk.csv, GET /api/v1/units, \
    GET /api/v1/units/reforms, GET /api/v1/units/reforms/{id}, GET /api/v1/units/{id}, GET /api/v1/units/{id}/crosswalk, \
    GET /api/v1/crosswalk, GET /api/v1/programmes, GET /api/v1/cycles, GET /api/v1/audit/checkpoints, \
    GET /api/v1/audit/consistency, GET /portal, GET /portal/certificates/{code}, GET /portal/certificates/{code}/proof, \
    GET /api/v1/certificates/{code}, GET /recognition/{id}/decision.pdf, GET /recognition/certificates/{file}, \
    OPTIONS /evidence/uploads, POST /access/sign-in, POST /access/links/{link}, GET /assets/{file}, GET /favicon.ico, \
    GET /healthz";

#[tokio::test]
async fn what_is_public_is_listed() {
    let (people, _) = People::fresh(Empty::on_sqlite()).await;
    let table = declared(&people.app);
    let public = table.iter().filter(|declared| declared.policy == Policy::Anyone);
    let public: Vec<String> = public.map(|declared| format!("{} {}", declared.method, declared.path)).collect();
    assert_eq!(public.join(", "), PUBLIC);
}
