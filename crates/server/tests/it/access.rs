//! Who may do what, through HTTP: every step refused to every role that does not hold it.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::{
    site::{As, Site},
    story::Cast,
};

#[tokio::test]
async fn steps_are_refused_to_those_who_do_not_hold_them() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let (other, _) = site.find("exemplary-commune-34", "Phường 1").await;
    let stranger = As("unit_officer", other.clone());
    let strange_leader = As("unit_leader", other);
    let everyone =
        [&cast.officer, &cast.leader, &cast.appraiser, &cast.secretary, &cast.public, &stranger, &strange_leader];
    for (path, holders) in [
        (cast.path("/answers/c01"), vec![&cast.officer]),
        (cast.path("/present"), vec![&cast.officer]),
        (cast.path("/withdraw"), vec![&cast.leader]),
        (cast.path("/submit"), vec![&cast.leader]),
        (cast.path("/register"), vec![&cast.officer, &cast.leader]),
        (cast.path("/appraisal/c01"), vec![&cast.appraiser]),
        (cast.path("/return"), vec![&cast.appraiser]),
        (cast.path("/appraise"), vec![&cast.appraiser]),
    ] {
        for who in everyone {
            let fields = [("verdict", "agree"), ("c01.note", "x")];
            let answer = site.post_json(who, &path, &fields).await;
            let holds = holders.iter().any(|holder| std::ptr::eq(*holder, who));
            assert_eq!(answer.status == StatusCode::FORBIDDEN, !holds, "{path} as {who:?}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn working_papers_are_not_for_everyone() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let (other, _) = site.find("exemplary-commune-34", "Phường 1").await;
    for who in [&cast.public, &As("unit_officer", other)] {
        for rest in ["", "/print", "/score-sheet.pdf", "/appraisal"] {
            let answer = site.get(who, &cast.path(rest)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{rest} as {who:?}");
        }
    }
    let page = site.get(&cast.officer, &cast.path("/appraisal")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "the unit does not see the appraisal under way");
}

#[tokio::test]
async fn nothing_is_done_for_another_site() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let foreign = Request::post(cast.path("/present"))
        .header(header::HOST, "sample.example")
        .header(header::ORIGIN, "https://evil.example")
        .header(header::COOKIE, format!("actor=unit_officer:{}", cast.officer.1))
        .body(Body::empty())
        .expect("a request");
    assert_eq!(site.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(cast.state(&site).await, "in_progress");
}

#[tokio::test]
async fn a_cookie_that_makes_no_sense_is_the_officer_of_the_town() {
    let site = Site::fresh().await;
    for cookie in ["emperor:x", "unit_officer", "", "unit_officer:not-a-unit"] {
        let answer = site
            .send(
                Request::get("/dossiers")
                    .header(header::COOKIE, format!("actor={cookie}"))
                    .body(Body::empty())
                    .expect("a request"),
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{cookie:?}");
        assert!(answer.text().contains("Châu Hưng"), "{cookie:?}");
    }
}

#[tokio::test]
async fn every_page_is_protected_and_speaks_two_languages() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let page = site.get(&cast.officer, &cast.path("")).await;
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("cache-control"), "no-store");
    let english = Request::get(cast.path(""))
        .header(header::COOKIE, format!("actor=unit_officer:{}; lang=en", cast.officer.1))
        .body(Body::empty())
        .expect("a request");
    let english = site.send(english).await.text();
    assert!(english.contains("<html lang=\"en\">") && !english.contains('⟦'));
    let switched = site.post(&cast.officer, "/access/language", &[("lang", "en"), ("back", "//evil.example")]).await;
    assert_eq!(switched.header("location"), "/");
}
