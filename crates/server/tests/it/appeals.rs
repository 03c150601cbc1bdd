//! A title is withheld, the unit appeals, the dossier opens again and is decided anew, over HTTP.

use axum::http::StatusCode;
use dienhinh_testkit::Empty;
use futures_util::future::join_all;
use serde_json::Value;

use crate::{
    committees::Council,
    site::{Answer, As, Site},
    story::{Cast, PDF, decision},
};

dienhinh_testkit::on_both!(
    a_withheld_title_is_appealed_for_and_given,
    an_appeal_is_dismissed_or_taken_back,
    what_does_not_fit_is_refused_and_nothing_is_lost,
    of_two_answers_at_once_one_holds,
);

/// What the appraisers found unmet beside what the unit said itself, and what it will appeal about.
const CONTESTED: [&str; 2] = ["c06", "c08"];

fn path(cast: &Cast, rest: &str) -> String {
    format!("/appeals/{}{rest}", cast.dossier)
}

async fn page(site: &Site, who: &As, cast: &Cast) -> String {
    let page = site.get(who, &path(cast, "")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.text()
}

/// The dossier as the unit's leader reads it in the API.
async fn dossier(site: &Site, cast: &Cast) -> Value {
    site.get(&cast.leader, &format!("/api/v1{}", cast.path(""))).await.json()
}

/// Takes the dossier to a decision that withholds the title: too many criteria were found unmet. Gives its address.
async fn withheld(site: &Site, cast: &Cast) -> String {
    cast.hand_in(site).await;
    for number in (1..=34).filter(|number| *number != 8) {
        let (verdict, reason) = if number == 6 { ("unmet", "Chưa thể hiện trong năm.") } else { ("agree", "") };
        cast.judge(site, &format!("c{number:02}"), verdict, reason).await;
    }
    // An incident: with it no title is given, whatever else is met.
    let incident = [("verdict", "correct"), ("c08", "1"), ("reason", "Một vụ gây rối trong quý IV.")];
    let corrected = site.post(&cast.appraiser, &cast.path("/appraisal/c08"), &incident).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.text());
    cast.step(site, &cast.appraiser, "/appraise").await;
    // The council is for the title all the same; the rules do not bear it out.
    Council::of(site, cast).await.is_for(site, &cast.dossier).await;
    let (status, location, _) = decision(site, cast, "no").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(cast.state(site).await, "not_recognised");
    location
}

/// The town's line in a list.
fn result(page: &str) -> String {
    page.split("<tr>").find(|line| line.contains("Châu Hưng")).expect("listed").to_owned()
}

async fn file(site: &Site, who: &As, cast: &Cast, ground: &str) -> Answer {
    let [one, other] = CONTESTED.map(|criterion| format!("ground.{criterion}"));
    let fields = [(one.as_str(), ground), (other.as_str(), "Biên bản kèm theo."), ("ground.c01", "  ")];
    site.post(who, &path(cast, ""), &fields).await
}

async fn filed(site: &Site, cast: &Cast) {
    let filed = file(site, &cast.leader, cast, "Kết quả quý IV chưa được tính.").await;
    assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.text());
    assert_eq!(cast.state(site).await, "appealed");
}

async fn answer(site: &Site, who: &As, cast: &Cast, how: &str, words: &str) -> Answer {
    site.post(who, &path(cast, how), &[("answer", words)]).await
}

async fn answered(site: &Site, cast: &Cast, how: &str) {
    let answer = answer(site, &cast.secretary, cast, how, "Xem lại biên bản quý IV.").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

async fn a_withheld_title_is_appealed_for_and_given(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let first = withheld(&site, &cast).await;
    let told = site.get(&cast.public, &first).await.text();
    assert!(result(&told).contains("30/34"), "{told}");
    let paper = site.get(&cast.public, &format!("{first}/decision.pdf")).await;
    assert!(paper.body.starts_with(b"%PDF-"), "{}", paper.text());

    let sheet = site.get(&cast.leader, &cast.path("")).await.text();
    assert!(sheet.contains(&format!("href=\"{}\"", path(&cast, ""))), "the sheet leads to the form");
    filed(&site, &cast).await;
    let work = site.get(&cast.secretary, "/dossiers").await.text();
    assert!(work.contains("Trả lời kiến nghị của thị trấn Châu Hưng") && work.contains("24/12/2023"), "{work}");
    let told = site.get(&cast.public, &first).await.text();
    assert!(
        told.contains("Đang có kiến nghị") && !told.contains("quý IV"),
        "that there is one is public, not its words"
    );
    let asked = page(&site, &cast.secretary, &cast).await;
    assert!(asked.contains("Kết quả quý IV chưa được tính.") && asked.contains("Chưa đạt"), "{asked}");

    answered(&site, &cast, "/reopen").await;
    assert_eq!(dossier(&site, &cast).await["state"], "returned");
    let closed = site.get(&cast.public, &cast.path("")).await;
    assert_eq!(closed.status, StatusCode::FORBIDDEN, "it is a working paper again");
    let told = site.get(&cast.public, &first).await.text();
    assert!(told.contains("Đang xem xét lại") && result(&told).contains("30/34"), "as it was judged: {told}");
    assert!(!told.contains(&cast.path("")), "no link to what is closed");

    // Only what the appeal is about is open.
    let other = site.post_json(&cast.officer, &cast.path("/answers/c10"), &[("c10.note", "Thêm.")]).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "{}", other.text());
    for criterion in CONTESTED {
        let attached = site.upload(&cast.officer, &cast.path("/evidence"), criterion, "quy-4.pdf", PDF).await;
        assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
    }
    cast.step(&site, &cast.officer, "/present").await;
    cast.step(&site, &cast.leader, "/submit").await;
    let early = site.post(&cast.appraiser, &cast.path("/appraise"), &[]).await;
    assert!(early.header("set-cookie").contains("rows_unseen"), "what was reopened is looked at anew");
    for criterion in CONTESTED {
        cast.judge(&site, criterion, "agree", "").await;
    }
    cast.step(&site, &cast.appraiser, "/appraise").await;
    let (status, ..) = decision(&site, &cast, "yes").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the council voted on what was judged before");
    let council = Council::of(&site, &cast).await;
    let before = council.meetings(&site).await;
    council.is_for(&site, &cast.dossier).await;
    let (status, second, _) = decision(&site, &cast, "yes").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(cast.state(&site).await, "recognised");

    let mut shown = Vec::new();
    for meeting in council.meetings(&site).await {
        let told = site.get(&cast.secretary, &meeting).await.text();
        let judged = if before.contains(&meeting) { "30/34" } else { "32/34" };
        shown.extend(told.split("<tr>").find(|line| line.contains("Châu Hưng")).map(|line| line.contains(judged)));
    }
    assert_eq!(shown, [true, true], "each meeting shows what it had before it");
    each_decision_says_what_it_judged(&site, &cast, [&first, &second]).await;
}

/// Of a dossier that was decided twice: the pages and papers of both decisions, and what of it is public.
async fn each_decision_says_what_it_judged(site: &Site, cast: &Cast, [first, second]: [&str; 2]) {
    let told = site.get(&cast.public, second).await.text();
    assert!(told.contains("Thay kết quả tại") && told.contains(&format!("href=\"{first}\"")), "{told}");
    assert!(result(&told).contains("32/34"), "{told}");
    let told = site.get(&cast.public, first).await.text();
    assert!(told.contains("Đã được thay") && told.contains(&format!("href=\"{second}\"")), "{told}");
    assert!(told.contains("Không công nhận") && result(&told).contains("30/34"), "the first says what it said: {told}");
    let sheet = site.get(&cast.public, &cast.path("")).await;
    assert_eq!(sheet.status, StatusCode::OK, "public again");
    assert!(!sheet.text().contains("quý IV") && !sheet.text().contains("Biên bản kèm theo"), "{}", sheet.text());
    assert!(site.get(&cast.leader, &cast.path("")).await.text().contains("Biên bản kèm theo"));
    for decision in [first, second] {
        let paper = site.get(&cast.public, &format!("{decision}/decision.pdf")).await;
        assert!(paper.body.starts_with(b"%PDF-"), "{}", paper.text());
    }
    let read = dossier(site, cast).await;
    assert_eq!((read["round"].as_i64(), read["appeals"][0]["state"].as_str()), (Some(2), Some("reopened")));
    let record = site.get(&cast.secretary, "/audit").await.text();
    assert!(record.contains("Mở lại hồ sơ theo kiến nghị"), "{record}");
}

async fn an_appeal_is_dismissed_or_taken_back(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    withheld(&site, &cast).await;
    filed(&site, &cast).await;
    let back = site.post(&cast.leader, &path(&cast, "/withdraw"), &[]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    assert_eq!(cast.state(&site).await, "not_recognised");
    filed(&site, &cast).await;
    answered(&site, &cast, "/dismiss").await;
    assert_eq!(cast.state(&site).await, "not_recognised");
    let answered = page(&site, &cast.leader, &cast).await;
    assert!(answered.contains("Xem lại biên bản quý IV.") && answered.contains("Giữ nguyên quyết định"), "{answered}");
    assert!(!answered.contains("name=\"ground."), "a decision is appealed against once");
    let again = site.post_json(&cast.leader, &path(&cast, ""), &[("ground.c06", "Lần nữa.")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    assert!(again.text().contains("appealed_before"), "{}", again.text());
}

async fn what_does_not_fit_is_refused_and_nothing_is_lost(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let early = site.post_json(&cast.leader, &path(&cast, ""), &[("ground.c06", "Sớm.")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nothing was decided: {}", early.text());
    assert!(page(&site, &cast.leader, &cast).await.contains("Hồ sơ chưa có quyết định."));
    withheld(&site, &cast).await;

    let nothing = site.post(&cast.leader, &path(&cast, ""), &[("ground.c06", " \u{200B}")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text().contains("Nêu lý do ở ít nhất một tiêu chí."));
    let long = "đ".repeat(4_001);
    let refused = file(&site, &cast.leader, &cast, &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = refused.text();
    assert!(back.contains(&long) && back.contains("Biên bản kèm theo."), "what was typed is still there");
    assert!(back.contains("href=\"#ground-c06\"") && back.contains("aria-invalid"), "it says where");
    let unknown = site.post(&cast.leader, &path(&cast, ""), &[("ground.c99", "Có.")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for who in [&cast.officer, &cast.appraiser, &cast.secretary, &cast.public] {
        assert_eq!(file(&site, who, &cast, "Có.").await.status, StatusCode::FORBIDDEN, "{}", who.0);
    }
    assert_eq!(cast.state(&site).await, "not_recognised");

    filed(&site, &cast).await;
    let twice = site.post_json(&cast.leader, &path(&cast, ""), &[("ground.c06", "Lần nữa.")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.text());
    for how in ["/reopen", "/dismiss"] {
        // The district did not decide: it has the role, and the unit lies in its area.
        let below = As("council_secretary", site.unit("Huyện Vĩnh Lợi").await);
        for who in [&below, &cast.leader, &cast.officer, &cast.appraiser, &cast.public] {
            let refused = answer(&site, who, &cast, how, "Có lý.").await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{how} {}", who.0);
        }
        let empty = answer(&site, &cast.secretary, &cast, how, " ").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("Nêu nội dung trả lời cho đơn vị."), "{}", empty.text());
        let long = answer(&site, &cast.secretary, &cast, how, &long).await;
        assert!(long.text().contains("tối đa 4000 ký tự") || long.text().contains("tối đa 4.000 ký tự"));
    }
    assert_eq!(cast.state(&site).await, "appealed");
    let outside = site.get(&As("council_secretary", site.unit("Phường 1").await), &path(&cast, "")).await;
    assert_eq!(outside.status, StatusCode::FORBIDDEN, "who does not read working papers does not read appeals");
}

async fn of_two_answers_at_once_one_holds(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    withheld(&site, &cast).await;
    let filed = join_all((0..3).map(|_| file(&site, &cast.leader, &cast, "Chưa tính quý IV."))).await;
    let kept = filed.iter().filter(|answer| answer.header("set-cookie").contains("done-")).count();
    assert_eq!(kept, 1, "{:?}", filed.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let ways = ["/reopen", "/dismiss", "/reopen", "/dismiss"];
    let answers = join_all(ways.map(|how| answer(&site, &cast.secretary, &cast, how, "Đã xem."))).await;
    let kept = answers.iter().filter(|answer| answer.header("set-cookie").contains("done-")).count();
    assert_eq!(kept, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let read = dossier(&site, &cast).await;
    let ended = read["appeals"][0]["state"].as_str().expect("one appeal");
    let expected = if ended == "reopened" { "returned" } else { "not_recognised" };
    assert_eq!(read["state"], expected, "{ended}");
}
