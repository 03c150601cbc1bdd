//! A simulated country: the same for the same numbers, consistent in itself, and asked for a number of statements that
//! does not depend on its size.

use dienhinh_server::{Installation, Scale, SimulateError, Simulated, simulate};
use dienhinh_storage::{Db, cycles::figures, state, statements};
use dienhinh_testkit::{Empty, on_both};

use crate::site::{As, Site};

on_both!(
    a_simulation_is_the_same_for_the_same_numbers,
    large_pages_run_a_bounded_number_of_statements,
    a_list_shows_every_dossier_once,
);

const SMALL: Scale = Scale { communes: 4, areas: 30, organisations: 200, years: 1, seed: 5 };

fn at(empty: &Empty) -> Installation {
    let place = Installation::new(empty.folder.path().to_owned(), None).expect("a place");
    Installation { database: empty.url.clone(), ..place }
}

async fn made(empty: &Empty, scale: Scale) -> Simulated {
    let mut told = Vec::new();
    let made = simulate(&at(empty), scale, &mut |progress| told.push(progress.done <= progress.of)).await;
    assert!(told.len() > 3 && told.iter().all(|within| *within));
    made.expect("made")
}

/// All that is stored but what differs from run to run: the instant, and what the key has signed.
async fn lines(empty: &Empty) -> Vec<String> {
    let db = Db::open(&empty.url).await.expect("opened");
    let mut lines = state::lines(&mut db.read().await.expect("a transaction")).await.expect("read");
    let differs = |line: &String| line.starts_with("audit_") || line.contains("sample.loaded_at");
    lines.retain(|line| !differs(line));
    let wrong = figures::wrong(&mut db.snapshot().await.expect("a transaction"), 9).await.expect("read");
    assert_eq!(wrong, [], "figures are what a count gives");
    db.close().await;
    lines
}

async fn a_simulation_is_the_same_for_the_same_numbers(empty: Empty) {
    let scale = Scale { years: 2, ..SMALL };
    let done = made(&empty, scale).await;
    // A province, its communes and all below them; every commune and area takes part in both years.
    assert_eq!(done.units, 1 + 4 + 30 + 200);
    assert!(done.dossiers >= 2 * (4 + 30) && done.answers > 200 && done.decisions > 3, "{done:?}");
    let lines = self::lines(&empty).await;
    let other = Empty::on_sqlite();
    assert_eq!(made(&other, scale).await, done);
    assert_eq!(self::lines(&other).await, lines);
    let other = Empty::on_sqlite();
    made(&other, Scale { seed: 6, ..scale }).await;
    assert_ne!(self::lines(&other).await, lines);

    let again = simulate(&at(&empty), scale, &mut |_| ()).await.expect_err("not over what is there");
    assert!(matches!(again, SimulateError::Exists(_)), "{again}");
    assert_eq!(self::lines(&empty).await, lines);
}

#[tokio::test]
async fn numbers_that_cannot_be_made_are_named() {
    for (scale, option) in [
        (Scale { communes: 0, ..SMALL }, "--communes"),
        (Scale { communes: 20_001, ..SMALL }, "--communes"),
        (Scale { areas: 2_000_001, ..SMALL }, "--areas"),
        (Scale { organisations: 5_000_001, ..SMALL }, "--organisations"),
        (Scale { years: 0, ..SMALL }, "--years"),
        (Scale { years: 4, ..SMALL }, "--years"),
    ] {
        let empty = Empty::on_sqlite();
        let error = simulate(&at(&empty), scale, &mut |_| ()).await.expect_err("refused");
        assert!(error.to_string().starts_with(option), "{error}");
        assert!(!Db::exists(&empty.url).await.expect("looked"));
    }
}

/// What there is to ask for in a simulation.
struct Known {
    province: String,
    commune: String,
    cycle: String,
}

async fn known(site: &Site) -> Known {
    let public = As("public", String::new());
    let first = async |typed: &str, kind: &str| {
        let found = site.get(&public, &format!("/api/v1/units?search={typed}")).await.json();
        let items = found["items"].as_array().expect("items").clone();
        let unit = items.iter().find(|unit| unit["kind"] == kind).expect("a unit");
        unit["id"].as_str().expect("an id").to_owned()
    };
    let cycles = site.get(&public, "/api/v1/cycles").await.json();
    let cycles = cycles["items"].as_array().expect("items").clone();
    let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == "circular-124-residential-area").expect("a cycle");
    Known {
        province: first("tinh", "province").await,
        commune: first("xa", "commune").await,
        cycle: cycle["id"].as_str().expect("an id").to_owned(),
    }
}

/// The pages that large installations ask most, with the most statements that each may run.
fn pages(known: &Known) -> Vec<(String, &'static str, u64)> {
    let Known { province, commune, cycle } = known;
    vec![
        (format!("/cycles/{cycle}"), "overview", 10),
        (format!("/cycles/{cycle}/dossiers"), "list", 8),
        (format!("/cycles/{cycle}/dossiers?state=submitted&sort=submitted&area={commune}"), "list, narrowed", 8),
        (format!("/units/{commune}"), "commune", 24),
        (format!("/units/{province}"), "province", 16),
        ("/units".to_owned(), "units below", 15),
        ("/portal".to_owned(), "portal", 12),
        (format!("/units?parent={commune}&kind=enterprise"), "units of a kind", 6),
        ("/units?search=an".to_owned(), "search", 6),
        ("/api/v1/units?search=an".to_owned(), "search, JSON", 2),
        ("/api/v1/cycles".to_owned(), "cycles, JSON", 3),
        (format!("/api/v1/cycles/{cycle}/dossiers"), "dossiers, JSON", 3),
        (format!("/api/v1/units/{commune}"), "unit, JSON", 16),
    ]
}

async fn large_pages_run_a_bounded_number_of_statements(empty: Empty) {
    let other = Empty::on_sqlite();
    for (empty, scale) in [(other, SMALL), (empty, Scale { communes: 40, areas: 400, organisations: 3_000, ..SMALL })] {
        made(&empty, scale).await;
        let site = Site::open(empty).await;
        let known = known(&site).await;
        let appraiser = As("appraiser", known.province.clone());
        for (path, name, most) in pages(&known) {
            let (answer, ran) = statements::counted(site.get(&appraiser, &path)).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert!((1..=most).contains(&ran), "{name}: {ran} statements, {most} at most");
        }
    }
}

async fn a_list_shows_every_dossier_once(empty: Empty) {
    made(&empty, Scale { areas: 130, ..SMALL }).await;
    let site = Site::open(empty).await;
    let known = known(&site).await;
    let appraiser = As("appraiser", known.province.clone());
    for filter in ["", "sort=submitted", "state=submitted", "state=recognised&sort=submitted"] {
        let mut path = format!("/cycles/{}/dossiers?{filter}", known.cycle);
        let (mut units, mut pages) = (Vec::new(), 0);
        loop {
            let text = site.get(&appraiser, &path).await.text();
            units.extend(text.split("<li><div><a href=\"/units/").skip(1).map(|rest| rest[..36].to_owned()));
            pages += 1;
            let next = text.split("button primary\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
            let Some(next) = next else { break };
            path = next.replace("&amp;", "&").replace("&#38;", "&");
        }
        let total = units.len();
        units.sort();
        units.dedup();
        assert_eq!(units.len(), total, "{filter}: a unit twice");
        if filter.starts_with("state") {
            assert!(total > 0 && total < 130, "{filter}: {total}");
        } else {
            assert_eq!((total, pages), (130, 3), "{filter}");
        }
    }
}
