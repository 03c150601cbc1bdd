//! People sign in: the first administrator, links, sessions, guessing, and roles that are given and taken away.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use dienhinh_domain::{
    access::{
        Role,
        accounts::{Grant, State},
    },
    calendar::Period,
    ids::{GrantId, UnitId},
    text::Order,
    units::{UnitKind, UnitVersion},
};
use dienhinh_server::{
    Installation, NewAccount, Wanted, account_link, add_account, back_up, end_role, restore, set_account_state,
};
use dienhinh_storage::{Db, access, units};
use dienhinh_testkit::Empty;
use jiff::{SignedDuration, Timestamp, civil::date};
use uuid::Uuid;

use crate::{
    people::{ADMINISTRATOR, Browser, PASSWORD, People, form},
    site::Answer,
};

dienhinh_testkit::on_both!(
    the_first_administrator_lets_the_others_in,
    strangers_see_what_is_public_and_are_led_to_sign_in,
    nobody_learns_who_has_an_account,
    guessing_is_slowed_and_locks_nobody_out,
    a_session_ends_in_time_and_with_what_it_rested_on,
    a_link_works_once_and_not_for_long,
    administrators_keep_to_their_area,
    no_secret_is_kept,
    a_restored_backup_asks_everybody_for_the_password
);

/// The link on a page that shows it once.
fn link_of(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("/access/links/").unwrap_or_else(|| panic!("no link: {text}"));
    rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || "-_".contains(*sign)).collect()
}

fn is_led_to_sign_in(answer: &Answer) -> bool {
    answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with("/access/sign-in")
}

async fn the_first_administrator_lets_the_others_in(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let first = people.browser();
    let path = format!("/access/links/{link}");
    assert!(first.get(&path).await.text().contains("Lê Quản Trị"));
    for (password, again) in [("ngắn", "ngắn"), (PASSWORD, "một câu khác hẳn"), ("quan.tri 123", "quan.tri 123")]
    {
        let refused = first.post(&path, &[("password", password), ("again", again)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
    }
    let set = first.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    for cookie in set.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().expect("ASCII");
        if cookie.starts_with("__Host-") {
            for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
        }
    }
    assert!(first.get("/access/account").await.text().contains("Quản trị tài khoản"));
    assert_eq!(first.get("/").await.header("location"), "/access/second-factor", "an administrator needs one");
    first.sets_factor().await;
    assert_eq!(first.get("/").await.header("location"), "/access/accounts");

    let town = people.unit("Thị trấn Châu Hưng").await.to_string();
    let found = first.get("/access/accounts/new?find=chau+hung").await.text();
    assert!(found.contains(&format!("/access/accounts/new?unit={town}")), "{found}");
    let fields = [("login", "be.tran"), ("name", "Nguyễn Thị Bé"), ("role", "unit_officer"), ("unit", town.as_str())];
    let wrong = first.post("/access/accounts", &[fields[0], fields[1], fields[3]]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("value=\"be.tran\""), "what was typed stays");
    let made = first.post("/access/accounts", &[&fields[..], &[("key", "k1")]].concat()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let again = first.post("/access/accounts", &[&fields[..], &[("key", "k1")]].concat()).await;
    assert!(again.text().contains("đã hiện một lần"), "{}", again.text());
    assert_eq!(first.post("/access/accounts", &fields).await.status, StatusCode::CONFLICT, "the login is taken");

    let officer = people.with_password(&link_of(&made)).await;
    assert!(officer.get("/dossiers").await.text().contains("Châu Hưng"));
    assert_eq!(officer.get("/access/accounts").await.status, StatusCode::FORBIDDEN);
    assert_eq!(first.get("/dossiers").await.status, StatusCode::FORBIDDEN, "an administrator has no part in the work");

    // What somebody does stands in the record under their account, in their role.
    let work = officer.get("/dossiers").await.text();
    let (_, rest) = work.split_once("href=\"/dossiers/").expect("a dossier");
    let dossier: String = rest.chars().take(36).collect();
    let saved = officer.post(&format!("/dossiers/{dossier}/answers/c20"), &[("c20.note", "đã xem")]).await;
    assert!(saved.status.is_success() || saved.status.is_redirection(), "{}", saved.text());
    let stored = people.stored().await;
    let account = stored.iter().find(|line| line.contains("be.tran")).expect("the account");
    let id = account.split('"').find(|part| part.len() == 36 && part.contains('-')).expect("its identity").to_owned();
    let is_theirs = |line: &&String| {
        line.starts_with("audit_entries")
            && ["dossiers.answer", "unit_officer", &id].iter().all(|word| line.contains(word))
    };
    assert_eq!(stored.iter().filter(is_theirs).count(), 1);
    let reader = people.person("doc.gia", Role::UnitLeader, people.unit("Thị trấn Châu Hưng").await).await;
    assert!(!reader.get("/dossiers").await.text().contains("Nguyễn Thị Bé"));
    assert!(reader.get("/audit").await.text().contains("Nguyễn Thị Bé"), "the record names who it was");
}

async fn strangers_see_what_is_public_and_are_led_to_sign_in(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let town = people.unit("Thị trấn Châu Hưng").await;
    people.with_password(&link).await;
    let stranger = people.browser();
    for path in ["/portal", "/units", "/programmes", "/recognition", "/access/sign-in", "/healthz", "/api/v1/cycles"] {
        assert_eq!(stranger.get(path).await.status, StatusCode::OK, "{path}");
    }
    let led = stranger.get("/plans?show=late").await;
    assert_eq!(led.header("location"), "/access/sign-in?back=%2Fplans%3Fshow%3Dlate");
    let told = stranger.get("/api/v1/jobs/00000000-0000-0000-0000-000000000000").await;
    assert_eq!((told.status, told.json()["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("access.sign_in")));
    assert_eq!(stranger.post("/cycles", &[]).await.status, StatusCode::UNAUTHORIZED);

    // The ready roles of the sample are none here.
    let ready = Request::get("/dossiers").header(header::COOKIE, format!("actor=unit_officer:{town}"));
    assert!(is_led_to_sign_in(&stranger.send(ready.body(Body::empty()).expect("a request")).await));
    let switched = stranger.post("/access/role", &[("role", "council_secretary")]).await;
    assert_eq!(switched.status, StatusCode::NOT_FOUND);

    // Whoever signs in goes on to where they wanted, and never to another site.
    for (back, to) in [("/units?search=a", "/units?search=a"), ("//evil.example", "/"), ("https://evil.example", "/")] {
        let fields = [("login", ADMINISTRATOR), ("password", PASSWORD), ("back", back)];
        assert_eq!(people.browser().post("/access/sign-in", &fields).await.header("location"), to);
    }
    // Over a line without encryption the browser would throw the cookie away.
    for (origin, status) in [
        ("http://dienhinh.example", StatusCode::UNPROCESSABLE_ENTITY),
        ("https://dienhinh.example", StatusCode::SEE_OTHER),
        ("https://evil.example", StatusCode::FORBIDDEN),
    ] {
        let mut request = form("/access/sign-in", &[("login", ADMINISTRATOR), ("password", PASSWORD)]);
        request.headers_mut().insert(header::ORIGIN, origin.parse().expect("a header"));
        assert_eq!(people.browser().send(request).await.status, status, "{origin}");
    }
}

async fn nobody_learns_who_has_an_account(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    people.with_password(&link).await;
    let town = people.unit("Thị trấn Châu Hưng").await;
    people.person("closed", Role::UnitOfficer, town).await;
    set_account_state(&people.installation, "closed", State::Disabled).await.expect("closed");
    let invited = NewAccount { login: "invited", name: "A", role: Role::UnitOfficer, unit: town, until: None };
    add_account(&people.installation, invited).await.expect("an account");
    let mut seen = Vec::new();
    for (login, password) in [
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("invited", ""),
        ("invited", PASSWORD),
        (ADMINISTRATOR, "sai"),
        ("Ă!", PASSWORD),
    ] {
        let answer = people.browser().sign_in(login, password).await;
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter().count();
        seen.push((answer.status, cookies, answer.text().replace(login, "…").replace(&login.to_lowercase(), "…")));
    }
    assert_eq!(seen[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.windows(2).all(|pair| pair[0] == pair[1]),
        "{:#?}",
        seen.iter().map(|seen| &seen.2).collect::<Vec<_>>()
    );
}

async fn guessing_is_slowed_and_locks_nobody_out(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let known = people.with_password(&link).await;
    known.post("/access/sign-out", &[]).await;
    let stranger = people.browser();
    for _ in 0..10 {
        assert_eq!(stranger.sign_in(ADMINISTRATOR, "sai").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let slowed = stranger.sign_in(ADMINISTRATOR, PASSWORD).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS, "even with the right password");
    assert!(slowed.text().contains("15 phút"), "{}", slowed.text());
    // Somebody who does not exist is slowed in the same way.
    for _ in 0..10 {
        stranger.sign_in("nobody", "sai").await;
    }
    assert_eq!(stranger.sign_in("nobody", "sai").await.status, StatusCode::TOO_MANY_REQUESTS);
    // Where the owner signed in before, they still can; and failures there are counted for themselves.
    assert_eq!(known.sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::SEE_OTHER);
    people.clock.turn(SignedDuration::from_secs(15 * 60 + 1));
    assert_eq!(stranger.sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::SEE_OTHER);

    // From one network, whatever the accounts; not from another, and not for whoever is known.
    people.clock.turn(SignedDuration::from_mins(16));
    let from = |peer| people.browser().at(peer);
    for number in 0..10 {
        from("203.0.113.7:1").sign_in(&format!("nobody{number}"), "sai").await;
    }
    let neighbour = from("203.0.113.200:1").sign_in(ADMINISTRATOR, PASSWORD).await;
    assert_eq!(neighbour.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("203.0.114.7:1").sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::SEE_OTHER);
    let known = known.at("203.0.113.9:1");
    assert_eq!(known.sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::SEE_OTHER);

    // Many at once are counted too.
    people.clock.turn(SignedDuration::from_mins(16));
    let others: Vec<_> = (0..30).map(|_| people.browser()).collect();
    let answers = futures(others.iter().map(|browser| browser.sign_in("nobody", "sai"))).await;
    let tried = answers.iter().filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert!(tried <= 10, "{tried} passwords were checked");
}

/// What some futures come to that run at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(all).await
}

async fn a_session_ends_in_time_and_with_what_it_rested_on(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let administrator = people.with_password(&link).await;
    let town = people.unit("Thị trấn Châu Hưng").await;
    let officer = people.person("officer", Role::UnitOfficer, town).await;
    let is_in = async |browser: &Browser<'_>, node| {
        let request = Request::get("/access/account").body(Body::empty()).expect("a request");
        browser.send_to(node, request).await.status == StatusCode::OK
    };
    let mins = SignedDuration::from_mins;
    // Idle for half an hour, as exactly as it is known, or twelve hours altogether.
    people.clock.turn(mins(29));
    assert!(is_in(&officer, 0).await);
    people.clock.turn(mins(36));
    assert!(!is_in(&officer, 0).await && !is_in(&officer, 1).await);
    officer.sign_in("officer", PASSWORD).await;
    for _ in 0..28 {
        people.clock.turn(mins(25));
        assert!(is_in(&officer, 0).await);
    }
    people.clock.turn(mins(25));
    assert!(!is_in(&officer, 0).await, "after twelve hours");
    // Signed out; and a new session has a new name each time.
    officer.sign_in("officer", PASSWORD).await;
    let before = officer.kept()["__Host-session"].clone();
    officer.sign_in("officer", PASSWORD).await;
    let after = officer.kept()["__Host-session"].clone();
    assert_ne!(before, after);
    officer.kept().insert("__Host-session".to_owned(), before);
    assert!(!is_in(&officer, 0).await, "the session before is over");
    officer.kept().insert("__Host-session".to_owned(), after.clone());
    officer.post("/access/sign-out", &[]).await;
    officer.kept().insert("__Host-session".to_owned(), after);
    assert!(!is_in(&officer, 0).await && !is_in(&officer, 1).await, "signed out at both servers");
    // Another password ends the others; the old one has to be known.
    officer.sign_in("officer", PASSWORD).await;
    let elsewhere = people.browser();
    elsewhere.sign_in("officer", PASSWORD).await;
    let fields = |old| [("old", old), ("password", "một câu khác hẳn câu cũ"), ("again", "một câu khác hẳn câu cũ")];
    let wrong = officer.post("/access/account/password", &fields("sai")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(is_in(&elsewhere, 1).await);
    let changed = officer.post("/access/account/password", &fields(PASSWORD)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    assert!(is_in(&officer, 0).await && !is_in(&elsewhere, 1).await);
    // A role that is taken away holds for no further request, at either server.
    administrator.sign_in(ADMINISTRATOR, PASSWORD).await;
    let page = administrator.get("/access/accounts").await.text();
    let (_, rest) = page
        .rsplit_once("\">Trần Thị Bé")
        .map_or((page.as_str(), ""), |(before, _)| before.rsplit_once("href=\"").expect("a link"));
    let account = rest.to_owned();
    let page = administrator.get(&account).await.text();
    let (_, end) = page.split_once("/grants/").expect("a role");
    let grant: String = end.chars().take(36).collect();
    assert_eq!(officer.get("/dossiers").await.status, StatusCode::OK);
    administrator.post(&format!("{account}/grants/{grant}/end"), &[]).await;
    for node in [0, 1] {
        let request = Request::get("/dossiers").body(Body::empty()).expect("a request");
        assert_eq!(officer.send_to(node, request).await.status, StatusCode::FORBIDDEN);
    }
    assert!(officer.get("/access/account").await.text().contains("không có vai nào"));
    // Closed, an account is out at once, and stays out until it is opened again.
    let closed = administrator.post(&format!("{account}/disable"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
    assert!(!is_in(&officer, 0).await && !is_in(&officer, 1).await);
    assert_eq!(officer.sign_in("officer", "một câu khác hẳn câu cũ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    administrator.post(&format!("{account}/enable"), &[]).await;
    assert_eq!(officer.sign_in("officer", "một câu khác hẳn câu cũ").await.status, StatusCode::SEE_OTHER);
}

async fn a_link_works_once_and_not_for_long(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let path = |link: &str| format!("/access/links/{link}");
    let fields = [("password", PASSWORD), ("again", PASSWORD)];
    let is_over = async |link: &str| {
        let shown = people.browser().get(&path(link)).await;
        let set = people.browser().post(&path(link), &fields).await;
        assert_eq!(shown.status, set.status);
        shown.status == StatusCode::UNPROCESSABLE_ENTITY && shown.text().contains("không dùng được nữa")
    };
    // Two at once: one of them wins.
    let both = [people.browser(), people.browser()];
    let path_of = path(&link);
    let set = futures(both.iter().map(|browser| browser.post(&path_of, &fields))).await;
    let won = set.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(won, 1, "{:?}", set.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(is_over(&link).await, "it was used");
    // A reset lasts half an hour, an invitation seven days, and a new link makes the old one useless.
    let reset = account_link(&people.installation, ADMINISTRATOR).await.expect("a link");
    let newer = account_link(&people.installation, ADMINISTRATOR).await.expect("a link");
    assert!(is_over(&reset).await, "there is a newer one");
    assert_eq!(people.browser().get(&path(&newer)).await.status, StatusCode::OK);
    people.clock.turn(SignedDuration::from_mins(31));
    assert!(is_over(&newer).await, "half an hour is over");
    let town = people.unit("Thị trấn Châu Hưng").await;
    let new = NewAccount { login: "invited", name: "A", role: Role::UnitOfficer, unit: town, until: None };
    let invitation = add_account(&people.installation, new).await.expect("an account");
    people.clock.turn(SignedDuration::from_hours(7 * 24 - 1));
    assert_eq!(people.browser().get(&path(&invitation)).await.status, StatusCode::OK);
    people.clock.turn(SignedDuration::from_hours(1));
    assert!(is_over(&invitation).await, "seven days are over");
    for odd in ["", "x", "..%2f..", &"A".repeat(43), &"A".repeat(5_000)] {
        let answer = people.browser().get(&path(odd)).await;
        assert!(answer.status.is_client_error(), "{odd:.20}: {}", answer.status);
    }
}

async fn administrators_keep_to_their_area(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let top = people.with_password(&link).await;
    let (town, other) = (people.unit("Thị trấn Châu Hưng").await, people.unit("Phường 1").await);
    let province = people.unit("Tỉnh Bạc Liêu").await;
    let local = people.person("local", Role::Administrator, town).await;
    people.person("wide", Role::UnitOfficer, town).await;
    let id = async |login: &str| {
        let page = top.get(&format!("/access/accounts?after={}", &login[..login.len() - 1])).await.text();
        let (before, _) = page.split_once(&format!(">{login}<")).expect("it is listed");
        before.rsplit_once("href=\"").expect("a link").1.split('"').next().expect("an address").to_owned()
    };
    let wide = id("wide").await;
    let give = async |by: &Browser<'_>, to: &str, role: &str, unit: String, until: &str| {
        by.post(&format!("{to}/grants"), &[("role", role), ("unit", unit.as_str()), ("until", until)]).await.status
    };
    let invite = async |role: &str, unit: String| {
        let fields = [("login", "new.one"), ("name", "A"), ("role", role), ("unit", unit.as_str())];
        local.post("/access/accounts", &fields).await.status
    };
    // Not outside the own area, not to oneself, not for longer than one's own role lasts.
    for unit in [other, province] {
        assert_eq!(invite("unit_officer", unit.to_string()).await, StatusCode::FORBIDDEN);
        assert_eq!(give(&local, &wide, "appraiser", unit.to_string(), "").await, StatusCode::FORBIDDEN);
    }
    let own = id("local").await;
    assert_eq!(give(&local, &own, "appraiser", town.to_string(), "").await, StatusCode::FORBIDDEN);
    assert_eq!(give(&local, &wide, "public", town.to_string(), "").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(give(&local, &wide, "unit_officer", town.to_string(), "").await, StatusCode::CONFLICT);
    assert_eq!(
        give(&local, &wide, "unit_leader", town.to_string(), "1/1/2020").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(give(&local, &wide, "unit_leader", town.to_string(), "").await, StatusCode::SEE_OTHER);
    // An account that may do more than lies in the area is not theirs to enter.
    assert_eq!(local.post(&format!("{wide}/link"), &[]).await.status, StatusCode::OK);
    assert_eq!(give(&top, &wide, "unit_officer", other.to_string(), "").await, StatusCode::SEE_OTHER);
    for step in ["link", "disable", "enable"] {
        assert_eq!(local.post(&format!("{wide}/{step}"), &[]).await.status, StatusCode::FORBIDDEN, "{step}");
        assert_eq!(local.post(&format!("{own}/{step}"), &[]).await.status, StatusCode::FORBIDDEN, "own {step}");
    }
    let first = id(ADMINISTRATOR).await;
    assert_eq!(local.get(&first).await.status, StatusCode::FORBIDDEN);
    assert_eq!(local.post(&format!("{first}/link"), &[]).await.status, StatusCode::FORBIDDEN);
    // Somebody else's role elsewhere stays.
    let page = top.get(&wide).await.text();
    let grants: Vec<String> = page
        .split("/grants/")
        .skip(1)
        .map(|rest| rest.chars().take(36).collect())
        .filter(|id: &String| id.contains('-'))
        .collect();
    let mut refused = 0;
    for grant in &grants {
        let status = local.post(&format!("{wide}/grants/{grant}/end"), &[]).await.status;
        refused += usize::from(status == StatusCode::FORBIDDEN);
    }
    assert_eq!((grants.len(), refused), (3, 1));
}

async fn no_secret_is_kept(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let browser = people.with_password(&link).await;
    let reset = account_link(&people.installation, ADMINISTRATOR).await.expect("a link");
    browser.sign_in(ADMINISTRATOR, "một mật khẩu sai hẳn").await;
    let stored = people.stored().await;
    let cookies = browser.kept().clone();
    let secrets =
        [PASSWORD, "một mật khẩu sai hẳn", &link, &reset, &cookies["__Host-session"], &cookies["__Host-device"]];
    for secret in secrets {
        assert!(!stored.iter().any(|line| line.contains(secret)), "{secret}");
    }
    assert!(stored.iter().any(|line| line.contains("$argon2id$v=19$m=19456,t=2,p=1$")));
}

async fn a_restored_backup_asks_everybody_for_the_password(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    let browser = people.with_password(&link).await;
    let reset = account_link(&people.installation, ADMINISTRATOR).await.expect("a link");
    let folder = tempfile::tempdir().expect("a folder");
    let wanted = Wanted { to: folder.path().join("backup.tar"), with_private_key: true };
    let clock = people.clock.clone();
    let taken = back_up(&people.installation, &wanted, clock.clone(), &mut |_| {}).await.expect("backed up");
    let at = Empty::on_sqlite();
    let data = at.folder.path().join("restored");
    let installation = Installation::new(data.clone(), None).expect("a place");
    restore(&installation, &taken.archive, clock.clone(), &mut |_| {}).await.expect("restored");
    assert!(!data.join("access.key").exists(), "the key of second factors is in no backup");
    std::fs::copy(people.installation.data.join("access.key"), data.join("access.key")).expect("copied by hand");
    let restored = People::at(installation, clock, at).await;
    let there = restored.browser();
    there.kept().extend(browser.kept().clone());
    assert!(is_led_to_sign_in(&there.get("/access/account").await), "the session does not come back");
    assert!(is_led_to_sign_in(&restored.browser().get("/dossiers").await));
    let path = format!("/access/links/{reset}");
    assert_eq!(people.browser().get(&path).await.status, StatusCode::OK);
    assert_eq!(restored.browser().get(&path).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nor the link");
    assert_eq!(there.sign_in(ADMINISTRATOR, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_operator_ends_a_role_on_a_unit_that_is_no_more() {
    let (people, link) = People::fresh(Empty::on_sqlite()).await;
    drop(people.with_password(&link).await);
    let gone = UnitVersion {
        unit: UnitId::new(Uuid::from_u128(7)),
        valid: Period { from: date(2004, 1, 1), until: Some(date(2020, 1, 1)) },
        name: "Xã Đã Nhập".to_owned(),
        kind: UnitKind::Commune,
        code: None,
        parent: None,
        illustrative: true,
    };
    let account = dienhinh_server::accounts(&people.installation).await.expect("listed").remove(0).account;
    let grant = Grant {
        id: GrantId::new(Uuid::from_u128(8)),
        account: account.id,
        role: Role::UnitOfficer,
        scope: gone.unit,
        from: date(2019, 1, 1),
        until: None,
        given_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
    };
    let db = Db::open(&people.at.url).await.expect("opens");
    let mut tx = db.write().await.expect("a transaction");
    units::insert(&mut tx, &gone, &Order::new()).await.expect("a unit");
    access::insert_grant(&mut tx, &grant).await.expect("a role");
    tx.commit().await.expect("kept");
    db.close().await;

    let roles = async || {
        let listed = dienhinh_server::accounts(&people.installation).await.expect("listed").remove(0).roles;
        listed.into_iter().map(|(grant, unit)| (grant.role, unit)).collect::<Vec<_>>()
    };
    assert!(roles().await.contains(&(Role::UnitOfficer, "Xã Đã Nhập".to_owned())), "as it last was");
    end_role(&people.installation, &account.login, grant.id).await.expect("ended");
    assert_eq!(roles().await, [(Role::Administrator, "Tỉnh Bạc Liêu".to_owned())]);
}
