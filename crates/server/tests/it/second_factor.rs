//! The second factor over HTTP: who needs it, what the password alone opens, codes that are taken once, and showing it anew
//! before what the public is told.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use dienhinh_domain::access::Role;
use dienhinh_server::{forget_factors, give_role};
use dienhinh_testkit::Empty;
use futures_util::future::join_all;
use jiff::SignedDuration;

use crate::{
    people::{ADMINISTRATOR, Browser, PASSWORD, People, form},
    site::Answer,
    story::between,
};

dienhinh_testkit::on_both!(
    the_password_alone_opens_nothing,
    a_code_is_taken_once_and_guessing_is_slowed,
    a_decision_asks_for_it_anew,
    an_administrator_makes_it_be_forgotten,
    it_is_set_by_whoever_just_signed_in,
    one_code_opens_one_door_of_many,
    two_roles_of_which_one_waits,
    another_key_is_noticed_before_anybody_is_shut_out,
);

const SECRETARY: &str = "thu.ky";

fn leads_to(answer: &Answer, path: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(answer.header("location").starts_with(path), "{path}: {}", answer.header("location"));
}

fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{words}: {}", answer.text());
    assert!(answer.text().contains(words), "{words}: {}", answer.text());
}

async fn secretary(people: &People) -> Browser<'_> {
    let province = people.unit("Tỉnh Bạc Liêu").await;
    people.person(SECRETARY, Role::CouncilSecretary, province).await
}

async fn the_password_alone_opens_nothing(at: Empty) {
    let (people, _) = People::fresh(at).await;
    drop(secretary(&people).await);
    let browser = people.browser();
    leads_to(&browser.with_password_alone(SECRETARY, PASSWORD).await, "/");
    leads_to(&browser.get("/").await, "/access/second-factor");
    leads_to(&browser.get("/dossiers?show=all").await, "/access/second-factor?back=%2Fdossiers%3Fshow%3Dall");
    leads_to(&browser.get("/access/account").await, "/access/second-factor?back=");
    let json = Request::get("/dossiers").header(header::ACCEPT, "application/json").body(Body::empty());
    refused(&browser.send(json.expect("a request")).await, StatusCode::FORBIDDEN, "access.second_factor");
    // Whoever knows the password cannot change it, nor set a second factor of their own.
    let fields = [("old", PASSWORD), ("password", "một câu dài khác hẳn"), ("again", "một câu dài khác hẳn")];
    assert_eq!(browser.post("/access/account/password", &fields).await.status, StatusCode::FORBIDDEN);
    leads_to(&browser.get("/access/second-factor/new").await, "/access/second-factor?back=");
    let set = browser.post("/access/second-factor/new", &[("code", "123456")]).await;
    assert_eq!(set.status, StatusCode::FORBIDDEN, "{}", set.text());

    let before = browser.kept()["__Host-session"].clone();
    let code = people.code(SECRETARY);
    let shown = browser.post("/access/second-factor", &[("code", &code), ("back", "/recognition")]).await;
    leads_to(&shown, "/recognition");
    assert_ne!(browser.kept()["__Host-session"], before, "the session goes on under another name");
    assert_eq!(browser.get("/dossiers").await.status, StatusCode::OK);
    let old = people.browser();
    old.kept().insert("__Host-session".to_owned(), before);
    leads_to(&old.get("/dossiers").await, "/access/sign-in");
    let away =
        browser.post("/access/second-factor", &[("code", &people.code(SECRETARY)), ("back", "//evil.example")]).await;
    assert_eq!(away.header("location"), "/", "no way back leads elsewhere");
}

async fn a_code_is_taken_once_and_guessing_is_slowed(at: Empty) {
    let (people, _) = People::fresh(at).await;
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let first = people.person_without_factor(SECRETARY, Role::CouncilSecretary, province).await;
    let put_away = first.sets_factor().await;
    assert_eq!(put_away.len(), 10);
    let code = people.code(SECRETARY);
    let show = async |code: &str| {
        let browser = people.browser();
        leads_to(&browser.with_password_alone(SECRETARY, PASSWORD).await, "/");
        browser.post("/access/second-factor", &[("code", code)]).await
    };
    leads_to(&show(&code).await, "/");
    refused(&show(&code).await, StatusCode::UNPROCESSABLE_ENTITY, "đã dùng rồi");
    leads_to(&show(&put_away[3].to_lowercase()).await, "/");
    refused(&show(&put_away[3]).await, StatusCode::UNPROCESSABLE_ENTITY, "đã dùng rồi");
    assert!(first.get("/access/account").await.text().contains("Còn 9 mã dự phòng"));
    for guess in 0..8 {
        let wrong = show(&format!("00000{guess}")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{guess}: {}", wrong.text());
    }
    // Ten wrong ones within a quarter of an hour, the two repeated ones among them: the right one waits as well.
    assert_eq!(show(&people.code(SECRETARY)).await.status, StatusCode::TOO_MANY_REQUESTS);
    people.clock.turn(SignedDuration::from_mins(16));
    leads_to(&show(&people.code(SECRETARY)).await, "/");
    let stored = people.stored().await.join("\n");
    assert!(!put_away.iter().any(|code| stored.contains(code.as_str())), "codes are kept as hashes");
}

/// The form that revokes the first title of the sample's own decision.
async fn revocation(browser: &Browser<'_>) -> (String, Vec<(String, String)>) {
    let register = browser.get("/recognition").await.text();
    let href = format!("/recognition/{}", between(&register, "<th scope=\"row\"><a href=\"/recognition/", "\""));
    let page = browser.get(&href).await.text();
    let certificate = between(&page, "name=\"certificate\" value=\"", "\"");
    let day = between(&page, "name=\"signed_on\" value=\"", "\"");
    let fields = [
        ("measure", "revoke"),
        ("certificate", certificate),
        ("effective_on", day),
        ("reason", "Số liệu kê khai không đúng thực tế."),
        ("signed_on", day),
        ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
        ("place", "Bạc Liêu"),
        ("capacity", "TM."),
        ("signatory", "CHỦ TỊCH"),
        ("legal_bases", "Căn cứ Kết luận thanh tra"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    (format!("{href}/rulings"), fields)
}

async fn a_decision_asks_for_it_anew(at: Empty) {
    let (people, _) = People::fresh(at).await;
    let browser = secretary(&people).await;
    let (path, fields) = revocation(&browser).await;
    let send = async |code: &str| {
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("code", code));
        browser.post(&path, &fields).await
    };
    people.clock.turn(SignedDuration::from_mins(11));
    assert_eq!(browser.get("/dossiers").await.status, StatusCode::OK, "for everything else once is enough");
    let asked = send("").await;
    refused(&asked, StatusCode::UNPROCESSABLE_ENTITY, "Nhập mã 6 số");
    assert!(asked.text().contains("name=\"code\"") && asked.text().contains("Căn cứ Kết luận thanh tra"));
    refused(&send("000000").await, StatusCode::UNPROCESSABLE_ENTITY, "Mã không đúng");
    // What fails after the code was shown leaves the secretary signed in, under the new name of the session.
    let missing = {
        let code = people.code(SECRETARY);
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| *name != "certificate");
        fields.extend([("certificate", "018bfa00-0000-7000-8000-000000000001"), ("code", &code)]);
        browser.post(&path, &fields).await
    };
    assert_eq!(missing.status, StatusCode::NOT_FOUND, "{}", missing.text());
    assert_eq!(browser.get("/dossiers").await.status, StatusCode::OK);
    people.clock.turn(SignedDuration::from_mins(11));
    let before = browser.kept()["__Host-session"].clone();
    leads_to(&send(&people.code(SECRETARY)).await, "/recognition/");
    assert_ne!(browser.kept()["__Host-session"], before, "the session goes on under another name");
    // Within ten minutes it is not asked for again: the title is revoked already, and that is what is said.
    refused(&send("").await, StatusCode::CONFLICT, "chỉ khôi phục được");
    let page = browser.get(path.trim_end_matches("/rulings")).await.text();
    assert!(!page.contains("name=\"code\""), "the form does not ask either");
}

async fn an_administrator_makes_it_be_forgotten(at: Empty) {
    let (people, link) = People::fresh(at).await;
    let administrator = people.with_password(&link).await;
    let browser = secretary(&people).await;
    let list = administrator.get("/access/accounts").await.text();
    let id = |name: &str| {
        let line = list.split("<tr>").find(|line| line.contains(name)).expect("listed");
        between(line, "/access/accounts/", "\"").to_owned()
    };
    let forget = format!("/access/accounts/{}/forget-factor", id(SECRETARY));
    assert!(administrator.get(&format!("/access/accounts/{}", id(SECRETARY))).await.text().contains(&forget));
    assert_eq!(browser.post(&forget, &[]).await.status, StatusCode::FORBIDDEN, "not by oneself");
    let below = people.person("quan.tri.huyen", Role::Administrator, people.unit("Huyện Vĩnh Lợi").await).await;
    assert_eq!(below.post(&forget, &[]).await.status, StatusCode::FORBIDDEN, "not from below");
    let own = format!("/access/accounts/{}/forget-factor", id(ADMINISTRATOR));
    assert_eq!(administrator.post(&own, &[]).await.status, StatusCode::FORBIDDEN, "nobody forgets their own");
    // It is asked for anew, as before everything that could make somebody a secretary.
    people.clock.turn(SignedDuration::from_mins(11));
    leads_to(&administrator.post(&forget, &[]).await, "/access/second-factor?back=");
    let town = people.unit("Thị trấn Châu Hưng").await.to_string();
    let fields = [("login", "moi"), ("name", "Trần Mới"), ("role", "unit_officer"), ("unit", town.as_str())];
    let asked = administrator.post("/access/accounts", &fields).await;
    refused(&asked, StatusCode::UNPROCESSABLE_ENTITY, "Nhập mã 6 số");
    assert!(asked.text().contains("name=\"code\"") && asked.text().contains("value=\"moi\""), "nothing typed is lost");
    let code = people.code(ADMINISTRATOR);
    let made = administrator.post("/access/accounts", &[&fields[..], &[("code", &code)]].concat()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    leads_to(&administrator.post(&forget, &[]).await, "/access/accounts/");
    leads_to(&browser.get("/dossiers").await, "/access/sign-in");

    leads_to(&browser.with_password_alone(SECRETARY, PASSWORD).await, "/");
    leads_to(&browser.get("/dossiers").await, "/access/second-factor?back=");
    leads_to(&browser.get("/access/second-factor").await, "/access/second-factor/new");
    browser.sets_factor().await;
    assert_eq!(browser.get("/dossiers").await.status, StatusCode::OK);
}

async fn one_code_opens_one_door_of_many(at: Empty) {
    let (people, _) = People::fresh(at).await;
    drop(secretary(&people).await);
    let doors: Vec<Browser<'_>> = (0..4).map(|_| people.browser()).collect();
    for door in &doors {
        leads_to(&door.with_password_alone(SECRETARY, PASSWORD).await, "/");
    }
    let code = people.code(SECRETARY);
    let show = |(at, door)| Browser::send_to(door, at % 2, form("/access/second-factor", &[("code", &code)]));
    let shown = join_all(doors.iter().enumerate().map(show)).await;
    let opened = shown.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(opened, 1, "{:?}", shown.iter().map(|answer| answer.status).collect::<Vec<_>>());
}

async fn another_key_is_noticed_before_anybody_is_shut_out(at: Empty) {
    let (people, _) = People::fresh(at).await;
    drop(secretary(&people).await);
    let key = people.installation.data.join("access.key");
    let kept = std::fs::read_to_string(&key).expect("the key");
    std::fs::remove_file(&key).expect("taken away");
    let open = async || people.opens().await;
    assert!(open().await.is_err_and(|error| error.contains("access.key")));
    std::fs::write(&key, &kept).expect("put back");
    assert_eq!(open().await, Ok(()));
    std::fs::remove_file(&key).expect("lost");
    assert_eq!(forget_factors(&people.installation).await.expect("forgotten"), 1);
    assert_eq!(open().await, Ok(()), "with a new key, with which the secretary sets another one");
    let browser = people.browser();
    leads_to(&browser.with_password_alone(SECRETARY, PASSWORD).await, "/");
    leads_to(&browser.get("/access/second-factor").await, "/access/second-factor/new");
}

async fn two_roles_of_which_one_waits(at: Empty) {
    let (people, _) = People::fresh(at).await;
    let (town, province) = (people.unit("Thị trấn Châu Hưng").await, people.unit("Tỉnh Bạc Liêu").await);
    let browser = people.person("hai.vai", Role::UnitOfficer, town).await;
    give_role(&people.installation, "hai.vai", Role::CouncilMember, province, None).await.expect("given");
    assert_eq!(browser.get("/imports").await.status, StatusCode::OK, "as officer they work");
    assert_eq!(browser.get("/cycles/new").await.status, StatusCode::FORBIDDEN, "no role of theirs may, nor will");
    let other = browser.get("/access/account").await.text();
    assert!(other.contains("chờ xác thực hai lớp"), "the other role waits");
    assert!(!other.contains("name=\"grant\""), "it cannot be chosen");
}

async fn it_is_set_by_whoever_just_signed_in(at: Empty) {
    let (people, _) = People::fresh(at).await;
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let browser = people.person_without_factor(SECRETARY, Role::CouncilSecretary, province).await;
    people.clock.turn(SignedDuration::from_mins(31));
    refused(&browser.get("/access/second-factor/new").await, StatusCode::FORBIDDEN, "đăng nhập lại");
    leads_to(&browser.with_password_alone(SECRETARY, PASSWORD).await, "/");
    let wrong = browser.post("/access/second-factor/new", &[("code", "000000")]).await;
    refused(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "Mã không đúng");
    let elsewhere = people.browser();
    leads_to(&elsewhere.with_password_alone(SECRETARY, PASSWORD).await, "/");
    browser.sets_factor().await;
    leads_to(&elsewhere.get("/access/account").await, "/access/sign-in");
    // An officer works without one, and may set one.
    let town = people.unit("Thị trấn Châu Hưng").await;
    let officer = people.person("can.bo", Role::UnitOfficer, town).await;
    assert_eq!(officer.get("/dossiers").await.status, StatusCode::OK);
    officer.sets_factor().await;
    assert_eq!(officer.get("/dossiers").await.status, StatusCode::OK);
    let again = people.browser();
    leads_to(&again.with_password_alone("can.bo", PASSWORD).await, "/");
    leads_to(&again.get("/dossiers").await, "/access/second-factor?back=");
}
