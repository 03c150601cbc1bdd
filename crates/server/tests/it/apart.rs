//! Whoever works or worked for a unit neither appraises it nor decides on it, whatever else they may.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use dienhinh_domain::{
    access::Role,
    dossiers::{Dossier, State},
    ids::UnitId,
};
use dienhinh_server::{accounts, end_role, give_role};
use dienhinh_storage::{Db, cycles, dossiers, recognition};
use dienhinh_testkit::Empty;

use crate::{
    people::{Browser, People},
    site::Answer,
    story::{DRAFT, between},
};

dienhinh_testkit::on_both!(an_appraiser_stands_apart, a_secretary_stands_apart);

/// A dossier of the exemplary communes in a state.
async fn dossier(people: &People, state: State) -> Dossier {
    let db = Db::open(&people.at.url).await.expect("opens");
    let mut tx = db.read().await.expect("a transaction");
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let cycles = cycles::all(&mut tx).await.expect("read");
    let cycle = cycles.iter().find(|cycle| cycle.set_code == "exemplary-commune-34").expect("a cycle");
    dossiers::list::in_state(&mut tx, province, cycle.id, state, 1).await.expect("read").remove(0)
}

/// Somebody with a role in the province, who is given one of the unit too.
async fn somebody<'a>(people: &'a People, login: &str, role: Role, of_unit: Role, unit: UnitId) -> Browser<'a> {
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let browser = people.person(login, role, province).await;
    give_role(&people.installation, login, of_unit, unit, None).await.expect("given");
    let all = accounts(&people.installation).await.expect("listed");
    let held = &all.iter().find(|listed| listed.account.login == login).expect("an account").roles;
    let (grant, _) = held.iter().find(|(grant, _)| grant.role == role).expect("the first role");
    let chosen = browser.post("/access/account/role", &[("grant", &grant.id.to_string())]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text());
    browser
}

async fn json(browser: &Browser<'_>, path: &str, fields: &str) -> Answer {
    let request = Request::post(path)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(fields.to_owned()));
    browser.send(request.expect("a request")).await
}

fn assert_apart(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}: {}", answer.text());
    assert!(answer.text().contains("dossiers.interested"), "{what}: {}", answer.text());
}

async fn an_appraiser_stands_apart(empty: Empty) {
    let (people, _) = People::fresh(empty).await;
    let dossier = dossier(&people, State::Submitted).await;
    let path = format!("/dossiers/{}", dossier.id);
    let browser = somebody(&people, "kiem.nhiem", Role::Appraiser, Role::UnitOfficer, dossier.unit).await;
    let steps = [("/appraisal/c01", "verdict=agree"), ("/return", ""), ("/appraise", "")];
    for (step, fields) in steps {
        assert_apart(&json(&browser, &format!("{path}{step}"), fields).await, step);
    }
    let page = browser.get(&format!("{path}/appraisal?show=all")).await.text();
    assert!(page.contains("không thẩm định, không quyết định về đơn vị này"), "{page}");
    assert!(!page.contains("name=\"verdict\""), "there is nothing to fill in");

    // It does not help to give the role up.
    let all = accounts(&people.installation).await.expect("listed");
    let held = &all.iter().find(|listed| listed.account.login == "kiem.nhiem").expect("an account").roles;
    let (officer, _) = held.iter().find(|(grant, _)| grant.role == Role::UnitOfficer).expect("an officer");
    end_role(&people.installation, "kiem.nhiem", officer.id).await.expect("ended");
    assert_apart(&json(&browser, &format!("{path}/appraisal/c01"), "verdict=agree").await, "later");

    // Whoever works for another unit may.
    let town = people.unit("Thị trấn Châu Hưng").await;
    assert_ne!(dossier.unit, town);
    let other = somebody(&people, "to.tham.dinh", Role::Appraiser, Role::UnitOfficer, town).await;
    let agreed = json(&other, &format!("{path}/appraisal/c01"), "verdict=agree").await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text());
}

async fn a_secretary_stands_apart(empty: Empty) {
    let (people, _) = People::fresh(empty).await;
    let dossier = dossier(&people, State::Appraised).await;
    let browser = somebody(&people, "thu.ky", Role::CouncilSecretary, Role::UnitLeader, dossier.unit).await;
    let decide = async |browser: &Browser<'_>| {
        let register = browser.get("/recognition").await.text();
        let form = register.split("<form").find(|form| form.contains(&dossier.id.to_string())).expect("it waits");
        let hidden = |name: &str| between(form, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        let (cycle, issuer) = (hidden("cycle"), hidden("issuer_unit"));
        let outcome = format!("outcome.{}", dossier.id);
        let judged = [("cycle", cycle.as_str()), ("issuer_unit", issuer.as_str()), (outcome.as_str(), "no")];
        browser.post("/recognition", &[&judged[..], &DRAFT].concat()).await
    };
    let refused = decide(&browser).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    let page = refused.text();
    assert!(page.contains("không thẩm định, không quyết định về đơn vị này") && page.contains("9745/QĐ-BCA"), "{page}");
    // Another secretary is heard: what holds it up then is the council, which has not voted.
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let other = decide(&people.person("thu.ky.khac", Role::CouncilSecretary, province).await).await.text();
    assert!(other.contains("hội đồng chưa biểu quyết"), "{other}");

    // Nor does anybody give a title back to their own unit.
    let titled = self::dossier(&people, State::Recognised).await;
    give_role(&people.installation, "thu.ky", Role::UnitLeader, titled.unit, None).await.expect("given");
    let db = Db::open(&people.at.url).await.expect("opens");
    let mut tx = db.read().await.expect("a transaction");
    let given = recognition::on_dossiers(&mut tx, std::iter::once(titled.id)).await.expect("read");
    let given = given.get(&titled.id).expect("a decision");
    let certificate = given.items[0].certificate.as_ref().expect("a title").id.to_string();
    let ruling = [
        ("measure", "suspend"),
        ("certificate", certificate.as_str()),
        ("effective_on", "24/11/2023"),
        ("reason", "Số liệu kê khai không đúng."),
    ];
    let fields = serde_urlencoded::to_string([&ruling[..], &DRAFT].concat()).expect("a form");
    assert_apart(&json(&browser, &format!("/recognition/{}/rulings", given.id), &fields).await, "a ruling");
}
