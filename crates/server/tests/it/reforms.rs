//! The reform of 1 July 2025 on the sample, as one plan: what was stays what it was, and it can be taken back.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::Period,
    cycles::Cycle,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId, ReformId, UnitId},
    units::{
        Level,
        reform::{Eve, PLAN_COLUMNS},
    },
};
use dienhinh_server::{
    Installation, Preview, ReformError, ReformPlan, carry_out_reform, preview_reform, reforms, undo_reform,
    unit_counts, unit_crosswalk,
};
use dienhinh_storage::{
    Db, cycles, dossiers, state,
    units::reforms::{self as reforms_stored, Touched},
};
use dienhinh_testkit::{Empty, on_both};
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::site::{As, Site, mixed};

on_both!(
    the_reform_of_2025_is_carried_out_and_taken_back_exactly,
    results_stay_with_the_unit_that_earned_them_and_are_found_from_its_successor,
    a_plan_that_is_wrong_or_within_a_cycle_writes_nothing,
    what_something_builds_on_is_not_taken_back,
    what_took_over_is_assessed_with_it_and_holds_it,
    random_reforms_keep_every_unit_in_one_place_and_are_taken_back_exactly,
);

const EVE: Date = date(2025, 6, 30);
const ON: Date = date(2025, 7, 1);

const PLAN: ReformPlan<'_> =
    ReformPlan { on: ON, basis: "1655/NQ-UBTVQH15", rows: include_bytes!("../../sample/reform_2025.csv") };

/// What is stored, without the record and the list of reforms, which only grow.
async fn stored(place: &Installation) -> Vec<String> {
    let db = Db::open(&place.database).await.expect("opened");
    let mut lines = state::lines(&mut db.read().await.expect("a transaction")).await.expect("read");
    db.close().await;
    lines.retain(|line| !line.starts_with("audit_") && !line.starts_with("reforms "));
    lines
}

async fn counts(place: &Installation, on: Date) -> [i64; 3] {
    let counts = unit_counts(place, Some(on)).await.expect("counted");
    Level::OF_REGISTER.map(|level| counts.of(level))
}

async fn carried_out(place: &Installation) -> (ReformId, Preview) {
    carry_out_reform(place, PLAN).await.expect("carried out")
}

/// The only unit that bore a code on a day.
async fn the(place: &Installation, code: &str, on: Date) -> UnitId {
    let found = unit_crosswalk(place, code, Some(on)).await.expect("read");
    assert_eq!(found.len(), 1, "{code} on {on}");
    found[0].unit
}

async fn the_reform_of_2025_is_carried_out_and_taken_back_exactly(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&place).await;
    assert_eq!(counts(&place, EVE).await, [1, 7, 64]);
    let preview = preview_reform(&place, PLAN).await.expect("a preview");
    assert_eq!((preview.created, preview.ended, preview.changed, preview.successions), (26, 72, 0, 65));
    assert_eq!(preview.touched, Touched { straddling: 0, ..preview.touched });
    assert!(preview.touched.decided_dossiers > 0 && preview.touched.open_dossiers > 0, "{preview:?}");
    assert_eq!(stored(&place).await, before, "a preview writes nothing");

    let (id, done) = carried_out(&place).await;
    assert_eq!(done, preview);
    assert_eq!(counts(&place, EVE).await, [1, 7, 64], "the eve is what it was");
    assert_eq!(counts(&place, ON).await, [1, 0, 25]);
    let province = unit_crosswalk(&place, "96", Some(ON)).await.expect("read");
    assert_eq!(province[0].chapters[0].version.name, "Tỉnh Cà Mau");
    let below = site
        .get(
            &As("public", "00000000-0000-0000-0000-000000000000".to_owned()),
            &format!("/units/{}?as_of=2025-07-01", the(&place, "31825", ON).await),
        )
        .await;
    assert!(below.status == 200 && below.text().contains("Khóm"), "the areas of Phường 1 lie below Phường Bạc Liêu");
    match carry_out_reform(&place, PLAN).await {
        Err(ReformError::Wrong(problems)) => assert!(problems.len() >= 72, "{problems:?}"),
        other => panic!("a second time: {other:?}"),
    }

    undo_reform(&place, id).await.expect("taken back");
    assert_eq!(stored(&place).await, before);
    assert!(matches!(undo_reform(&place, id).await, Err(ReformError::Undone)));
    let missing = ReformId::new(Uuid::nil());
    assert!(matches!(undo_reform(&place, missing).await, Err(ReformError::Missing(_))));
    let found = reforms(&place).await.expect("read");
    assert_eq!((found.len(), found[0].id, found[0].on, found[0].basis.as_str()), (1, id, ON, PLAN.basis));
    assert!(found[0].undone_at.is_some());
    let rows = str::from_utf8(PLAN.rows).expect("text");
    let (columns, rows) = rows.split_once('\n').expect("a header");
    let from_below: Vec<&str> = [columns].into_iter().chain(rows.lines().rev()).collect();
    let from_below = ReformPlan { rows: from_below.join("\n").leak().as_bytes(), ..PLAN };
    let again = carry_out_reform(&place, from_below).await.expect("carried out").1;
    assert_eq!(again, preview, "it can be carried out again, in whatever order its rows stand");
}

async fn results_stay_with_the_unit_that_earned_them_and_are_found_from_its_successor(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let appraiser = As("appraiser", site.province().await);
    let cycles = site.api("/api/v1/cycles").await;
    let mut pages = vec!["/portal".to_owned(), "/dossiers".to_owned()];
    for cycle in cycles["items"].as_array().expect("cycles") {
        let id = cycle["id"].as_str().expect("an id");
        pages.push(format!("/cycles/{id}/dossiers"));
        pages.push(format!("/cycles/{id}"));
    }
    let town = the(&place, "31900", EVE).await;
    pages.push(format!("/units/{town}"));
    let mut shown = Vec::new();
    for page in &pages {
        let answer = site.get(&appraiser, page).await;
        assert_eq!(answer.status, 200, "{page}");
        shown.push(answer.text());
    }
    carried_out(&place).await;
    for (page, before) in pages.iter().zip(shown) {
        // The page of the town tells what became of it.
        let after = site.get(&appraiser, page).await.text();
        if page.ends_with(&town.to_string()) {
            assert!(after.contains("Xã Vĩnh Lợi") && !before.contains("Xã Vĩnh Lợi"), "{after}");
        } else {
            assert_eq!(after, before, "{page}");
        }
    }
    let successor = the(&place, "31900", ON).await;
    assert_ne!(successor, town);
    let page = site.get(&appraiser, &format!("/units/{successor}?as_of=2025-07-01")).await.text();
    assert!(page.contains(&format!("/units/{town}")), "its predecessor is one click away: {page}");
    let page = site.get(&appraiser, &format!("/units/{town}")).await.text();
    let (dossier, _) = site.find("exemplary-commune-34", "Thị trấn Châu Hưng").await;
    assert!(page.contains(&dossier), "with its dossier: {page}");
}

async fn a_plan_that_is_wrong_or_within_a_cycle_writes_nothing(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&place).await;
    let one = |rows: &'static str, on: Date| ReformPlan { on, basis: "a document", rows: rows.as_bytes() };
    let header =
        "operation,unit,unit_name,successor,kind,name,code,parent,portion,area_portion,population_portion,clause";
    let columns = preview_reform(&place, one("operation,unit\nabolish,958\n", ON)).await;
    match columns {
        Err(ReformError::Wrong(problems)) => assert_eq!((problems.len(), problems[0].line), (10, 1)),
        other => panic!("without columns: {other:?}"),
    }
    let rows: &'static str = format!("{header}\nabsorb,31828,Phường 8,31825,,,,,,,,\n").leak();
    match carry_out_reform(&place, one(rows, date(2023, 7, 1))).await {
        Err(ReformError::Straddles(count)) => assert!(count > 0),
        other => panic!("within a cycle: {other:?}"),
    }
    let rows: &'static str = format!("{header}\nabsorb,31828,Phường 9,31825,,,,,,,,\n").leak();
    assert!(matches!(carry_out_reform(&place, one(rows, ON)).await, Err(ReformError::Wrong(_))));
    let nameless = ReformPlan { basis: " ", ..PLAN };
    assert!(matches!(carry_out_reform(&place, nameless).await, Err(ReformError::NoBasis)));
    let utf16: &'static [u8] = format!("{header}\nabsorb,318\0").leak().as_bytes();
    match carry_out_reform(&place, ReformPlan { rows: utf16, ..PLAN }).await {
        Err(ReformError::Wrong(problems)) => assert_eq!((problems.len(), problems[0].line), (1, 2)),
        other => panic!("no text: {other:?}"),
    }
    assert_eq!(stored(&place).await, before);
    assert_eq!(reforms(&place).await.expect("read"), []);
}

async fn what_something_builds_on_is_not_taken_back(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let (id, _) = carried_out(&place).await;
    let rows = "operation,unit,unit_name,successor,kind,name,code,parent,portion,area_portion,population_portion,clause\n\
                change,31900,Xã Vĩnh Lợi,,ward,Phường Vĩnh Lợi,,,,,,\n";
    let later = ReformPlan { on: date(2026, 4, 30), basis: "later", rows: rows.as_bytes() };
    let (next, preview) = carry_out_reform(&place, later).await.expect("carried out");
    assert_eq!((preview.changed, preview.ended, preview.created), (1, 0, 0));
    match undo_reform(&place, id).await {
        Err(ReformError::NotTheLast(last)) => assert_eq!(last, next),
        other => panic!("a later reform builds on it: {other:?}"),
    }
    undo_reform(&place, next).await.expect("the later one first");
    begin_dossier(&place, the(&place, "31900", ON).await, Cycle::clone).await;
    match undo_reform(&place, id).await {
        Err(ReformError::BuiltOn(built)) => assert_eq!((built.dossiers, built.changes), (1, 0)),
        other => panic!("a dossier builds on it: {other:?}"),
    }
    assert_eq!(counts(&place, ON).await, [1, 0, 25], "it stands");
}

/// Begins a dossier of a unit in a cycle like one of the sample's.
async fn begin_dossier(place: &Installation, unit: UnitId, like: impl Fn(&Cycle) -> Cycle) {
    let db = Db::open(&place.database).await.expect("opened");
    let mut tx = db.write().await.expect("a transaction");
    let of_sample: Cycle = cycles::all(&mut tx).await.expect("cycles").remove(0);
    let cycle = like(&of_sample);
    if cycle.id != of_sample.id {
        cycles::insert(&mut tx, &cycle).await.expect("a cycle");
    }
    let dossier = Dossier {
        id: DossierId::new(Uuid::from_u128(2)),
        unit,
        cycle: cycle.id,
        state: State::InProgress,
        round: 1,
        registered_on: None,
        submitted_at: None,
        frozen_sha256: None,
    };
    dossiers::insert(&mut tx, &dossier).await.expect("a dossier");
    tx.commit().await.expect("committed");
    db.close().await;
}

async fn what_took_over_is_assessed_with_it_and_holds_it(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let rows = format!("{}\nabsorb,31828,Phường 8,31825,,,,,,,,\n", PLAN_COLUMNS.join(","));
    let plan = ReformPlan { rows: rows.as_bytes(), ..PLAN };
    let (id, _) = carry_out_reform(&place, plan).await.expect("carried out");
    let taker = the(&place, "31825", ON).await;
    let after = |cycle: &Cycle| Cycle {
        id: CycleId::new(Uuid::from_u128(3)),
        year: 2031,
        assessed: Period { from: date(2026, 1, 1), until: Some(date(2027, 1, 1)) },
        ..cycle.clone()
    };
    begin_dossier(&place, taker, after).await;
    match undo_reform(&place, id).await {
        Err(ReformError::BuiltOn(built)) => assert_eq!((built.dossiers, built.changes), (1, 0)),
        other => panic!("Phường 8 would be without a dossier: {other:?}"),
    }
}

/// One random row or two about units in force on a day, by their identities.
fn random_rows(chance: &mut impl FnMut(usize) -> usize, eve: &Eve, number: usize) -> String {
    let of = |level: Level| eve.units.iter().filter(move |unit| unit.kind.level() == level).collect::<Vec<_>>();
    let (communes, districts, provinces) = (of(Level::Commune), of(Level::District), of(Level::Province));
    let mut one = || communes[chance(communes.len())];
    let (first, second, third) = (one(), one(), one());
    let above = first.parent.expect("a unit above");
    let [a, b, c] = [first, second, third].map(|unit| unit.unit);
    match chance(7) {
        0 => format!("absorb,{a},,{b},,,,,,,,\n"),
        1 => format!("change,{a},,,,{} {number},,,,,,\n", first.name),
        2 => {
            format!("create,+1,,,commune,Xã Gộp {number},,{above},,,,\nmerge,{a},,+1,,,,,,,,\nmerge,{b},,+1,,,,,,,,\n")
        }
        3 => format!("split,{a},,{b},,,,,part,,,\nsplit,{a},,{c},,,,,rest,,,\n"),
        4 => format!("carve_out,{a},,{b},,,,,part,,,\n"),
        5 => format!("change,{a},,,,,,{},,,,\n", provinces[0].unit),
        _ if districts.is_empty() => String::new(),
        _ => format!("abolish,{},,,,,,{},,,,\n", districts[chance(districts.len())].unit, provinces[0].unit),
    }
}

/// The units on the eve of a day, each once and below one that is there and stands higher; gives how many areas and bodies
/// lie below them.
async fn in_their_places(db: &Db, on: Date) -> (Eve, usize) {
    let mut tx = db.read().await.expect("a transaction");
    let eve = reforms_stored::eve(&mut tx, on).await.expect("read");
    let mut kinds = BTreeMap::new();
    for unit in &eve.units {
        assert!(kinds.insert(unit.unit, unit.kind).is_none(), "{} stands twice on the eve of {on}", unit.name);
    }
    for unit in &eve.units {
        let is_above = |parent: UnitId| kinds.get(&parent).is_some_and(|kind| kind.level() < unit.kind.level());
        assert!(unit.parent.is_none_or(is_above), "{} is out of place on the eve of {on}", unit.name);
        assert!(unit.parent.is_some() || unit.kind.level() == Level::Province, "{} hangs in the air", unit.name);
    }
    assert!(eve.below.keys().all(|parent| kinds.contains_key(parent)), "areas lie below what is not there on {on}");
    let below = eve.below.values().sum();
    (eve, below)
}

async fn random_reforms_keep_every_unit_in_one_place_and_are_taken_back_exactly(empty: Empty) {
    const REFORMS: i32 = 12;
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&place).await;
    let db = site.database().await;
    for seed in 0..4_u64 {
        let mut drawn = seed * 1_000;
        let mut chance = |of: usize| {
            drawn += 1;
            usize::try_from(mixed(drawn) % u64::try_from(of).expect("few")).expect("few")
        };
        let day = |number: i32| date(2025, 1, 1).checked_add(jiff::Span::new().days(number * 40)).expect("a day");
        let (_, areas) = in_their_places(&db, day(0)).await;
        let mut done = Vec::new();
        for number in 0..REFORMS {
            let (eve, _) = in_their_places(&db, day(number)).await;
            let rows: String = (0..=chance(3)).map(|row| random_rows(&mut chance, &eve, row)).collect();
            let columns = PLAN_COLUMNS.join(",");
            let rows = format!("{columns}\n{rows}");
            let plan = ReformPlan { on: day(number), basis: "random", rows: rows.as_bytes() };
            match carry_out_reform(&place, plan).await {
                Ok((id, _)) if chance(4) == 0 => undo_reform(&place, id).await.expect("taken back at once"),
                Ok((id, _)) => done.push(id),
                // Two rows of chance often contradict each other.
                Err(ReformError::Wrong(_)) => {}
                Err(other) => panic!("{rows}: {other:?}"),
            }
            let (_, still) = in_their_places(&db, day(number + 1)).await;
            assert_eq!(still, areas, "nobody is lost: {rows}");
        }
        for number in 0..=REFORMS {
            let (_, still) = in_their_places(&db, day(number)).await;
            assert_eq!(still, areas, "nobody is lost on the eve of {}", day(number));
        }
        assert!(done.len() > 3, "too few of chance make sense: {done:?}");
        while let Some(last) = done.pop() {
            if let Some(earlier) = done.get(chance(done.len().max(1))) {
                match undo_reform(&place, *earlier).await {
                    Err(ReformError::NotTheLast(first)) => assert_eq!(first, last),
                    other => panic!("out of order: {other:?}"),
                }
            }
            undo_reform(&place, last).await.expect("the last one can be taken back");
        }
        assert_eq!(stored(&place).await, before, "seed {seed}");
    }
    db.close().await;
}
