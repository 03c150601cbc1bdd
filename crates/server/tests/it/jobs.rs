//! A cycle is opened, and its units are invited in the background, by one server or by two.

use std::time::Duration;

use axum::http::StatusCode;
use dienhinh_server::App;
use dienhinh_testkit::Empty;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::{
    site::{As, Site},
    story::Cast,
};

dienhinh_testkit::on_both!(
    an_opened_cycle_invites_its_units_once,
    two_servers_share_the_work,
    what_was_stopped_goes_on_where_it_stood
);

const OPEN: [(&str, &str); 2] = [("set", "exemplary-commune-34"), ("year", "2024")];

/// How long a test waits for work in the background: far longer than it takes.
const PATIENCE: Duration = Duration::from_mins(1);

fn job_of(answer: &crate::site::Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.header("location").trim_start_matches("/jobs/").to_owned()
}

/// The job once it stands as wanted.
async fn until(site: &Site, job: &str, state: &str) -> Value {
    let wait = async {
        loop {
            let found = site.api(&format!("/api/v1/jobs/{job}")).await;
            if found["state"] == state {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the job comes that far")
}

/// Identities of the dossiers of the cycle that a job fills, with their units.
async fn units(site: &Site, job: &Value) -> Vec<String> {
    let cycle = job["subject"].as_str().expect("a cycle");
    let list = site.api(&format!("/api/v1/cycles/{cycle}/dossiers?limit=500")).await;
    let dossiers = list["items"].as_array().expect("dossiers");
    dossiers.iter().map(|dossier| dossier["unit"]["id"].as_str().expect("a unit").to_owned()).collect()
}

fn works(app: &App) -> JoinHandle<()> {
    tokio::spawn(dienhinh_server::work(app.clone()))
}

async fn an_opened_cycle_invites_its_units_once(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let looked = site.get(&cast.secretary, "/cycles/new?set=exemplary-commune-34&year=2024").await.text();
    assert!(looked.contains("<b>64</b>") && looked.contains("16/11/2023 – 15/11/2024"), "days and units stand there");
    let job = job_of(&site.post(&cast.secretary, "/cycles", &OPEN).await);
    let waiting = site.get(&cast.secretary, &format!("/jobs/{job}")).await.text();
    assert!(waiting.contains("hx-trigger=\"every 1s\"") && waiting.contains("<progress"), "it shows how far it is");
    let worker = works(&site.app);
    let done = until(&site, &job, "done").await;
    worker.abort();
    assert_eq!((&done["done"], &done["total"], &done["effects"]), (&64.into(), &64.into(), &64.into()));
    let mut units = units(&site, &done).await;
    units.sort();
    units.dedup();
    assert_eq!(units.len(), 64, "each commune once");
    let page = site.get(&cast.secretary, &format!("/jobs/{job}")).await.text();
    assert!(!page.contains("hx-trigger") && page.contains("64/64"), "it stands still");
    let again = site.post_json(&cast.secretary, "/cycles", &OPEN).await;
    assert_eq!((again.status, &again.json()["code"]), (StatusCode::CONFLICT, &"cycles.exists".into()));
    let record = site.get(&cast.secretary, "/audit").await.text();
    assert!(record.contains("Mở kỳ") && record.contains("Mời đơn vị vào kỳ"), "both stand in the record");
}

async fn two_servers_share_the_work(empty: Empty) {
    let first = Site::open(empty).await;
    let cast = Cast::of(&first).await;
    let second = first.beside().await;
    let workers = [works(&first.app), works(&second), works(&first.app), works(&second)];
    let mut jobs = Vec::new();
    for set in ["exemplary-commune-34", "circular-124-commune", "circular-124-school", "circular-124-residential-area"]
    {
        jobs.push(job_of(&first.post(&cast.secretary, "/cycles", &[("set", set), ("year", "2024")]).await));
    }
    for job in jobs {
        let done = until(&first, &job, "done").await;
        let cycle = done["subject"].as_str().expect("a cycle");
        let cycles = first.api("/api/v1/cycles").await;
        let opened = cycles["items"].as_array().expect("cycles").iter().find(|found| found["id"] == cycle);
        let dossiers = &opened.expect("the cycle")["dossiers"];
        assert_eq!((dossiers, &done["done"]), (&done["effects"], &done["total"]), "nobody twice, nobody forgotten");
    }
    workers.iter().for_each(JoinHandle::abort);
}

async fn what_was_stopped_goes_on_where_it_stood(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let job = job_of(&site.post(&cast.secretary, "/cycles", &OPEN).await);
    let path = |verb: &str| format!("/jobs/{job}/{verb}");
    assert_eq!(site.post_json(&cast.secretary, &path("resume"), &[]).await.json()["code"], "jobs.not_stopped");
    let stopped = site.post(&cast.secretary, &path("stop"), &[]).await;
    assert!(stopped.header("set-cookie").contains("done-job-stopped"));
    let worker = works(&site.app);
    let stands = until(&site, &job, "stopped").await;
    assert_eq!((&stands["done"], units(&site, &stands).await.len()), (&0.into(), 0));
    assert_eq!(site.post_json(&cast.secretary, &path("stop"), &[]).await.json()["code"], "jobs.not_open");
    site.post(&cast.secretary, &path("resume"), &[]).await;
    let done = until(&site, &job, "done").await;
    worker.abort();
    assert_eq!(units(&site, &done).await.len(), 64);
    assert_eq!(site.post_json(&cast.secretary, &path("resume"), &[]).await.json()["code"], "jobs.not_stopped");
}

#[tokio::test]
async fn who_may_not_open_a_cycle_is_told_so() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    for who in [&cast.officer, &cast.leader, &cast.appraiser, &cast.public] {
        assert_eq!(site.post_json(who, "/cycles", &OPEN).await.status, StatusCode::FORBIDDEN, "{who:?}");
        assert_eq!(site.get(who, "/cycles/new").await.status, StatusCode::FORBIDDEN, "{who:?}");
    }
    let (commune, _) = site.find("exemplary-commune-34", "Thị trấn Châu Hưng").await;
    let below = As("council_secretary", commune);
    assert_eq!(site.post_json(&below, "/cycles", &OPEN).await.json()["code"], "cycles.not_at_the_top");
    for (set, year, status, code) in [
        ("exemplary-commune-34", "2026", 422, "cycles.bad_year"),
        ("exemplary-commune-34", "năm sau", 422, "cycles.bad_year"),
        ("exemplary-commune-34", "2023", 409, "cycles.exists"),
        ("nothing", "2024", 404, "not_found"),
    ] {
        let answer = site.post_json(&cast.secretary, "/cycles", &[("set", set), ("year", year)]).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &code.into()), "{set} {year}");
        let page = site.post(&cast.secretary, "/cycles", &[("set", set), ("year", year)]).await;
        assert!(status == 404 || page.header("location").starts_with("/cycles/new?set="), "the form comes back");
    }
    assert_eq!(site.get(&cast.secretary, "/jobs/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get(&cast.public, "/jobs").await.status, StatusCode::FORBIDDEN);
}
