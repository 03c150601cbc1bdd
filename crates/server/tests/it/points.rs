//! A set with steps, bonus, penalty and a condition: what is counted, and points that agree wherever they are shown.

use dienhinh_domain::{
    audit::sha256,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId},
    programmes::parse,
};
use dienhinh_storage::{
    cycles, dossiers,
    programmes::{self, StoredSet},
};
use serde_json::Value;
use uuid::Uuid;

use crate::site::{As, Site};

const CODE: &str = "movement-classification";

/// The 16 criteria of the pack with three groups beside them.
fn pack() -> String {
    let group = |role: &str| {
        format!(
            "\n[[group]]\nid = \"{role}\"\ntitle = {{ vi = \"Nhóm {role}\", en = \"{role}\" }}\nrole = \"{role}\"\n"
        )
    };
    let row = |id: &str, number: usize, role: &str, points: &str, rule: &str| {
        format!(
            "\n[[criterion]]\nid = \"{id}\"\nnumber = {number}\ngroup = \"{role}\"\n{points}mark = \"illustrative\"\n\
             text = {{ vi = \"Dòng {id}\", en = \"Row {id}\" }}\nsource = {{ vi = \"Minh họa\", en = \"Illustrative\" }}\n\
             proof = \"optional\"\nrule = {{ {rule}, count = {{ vi = \"Số của {id}\", en = \"Number of {id}\" }} }}\n"
        )
    };
    [
        include_str!("../../../../packs/movement-classification/pack.toml").to_owned(),
        group("bonus"),
        group("penalty"),
        group("condition"),
        row("b01", 17, "bonus", "points = 6\n", "kind = \"each\", each = 2"),
        row("p01", 18, "penalty", "points = 5\n", "kind = \"each\", each = \"0.5\""),
        row("k01", 19, "condition", "", "kind = \"zero\""),
    ]
    .concat()
}

/// The sample with that set, a cycle of it and a dossier of one agency, whose officer is given.
async fn with_dossier(state: State) -> (Site, As, String) {
    let site = Site::fresh().await;
    let (unit, _) = first_agency(&site).await;
    let set = parse(CODE, &pack()).expect("the pack is in order");
    let db = site.database().await;
    let mut tx = db.write().await.expect("a transaction");
    let stored = StoredSet {
        code: CODE.to_owned(),
        version: set.version.clone(),
        pack: pack(),
        sha256: sha256(pack().as_bytes()),
    };
    programmes::install(&mut tx, &stored).await.expect("installed");
    let cycle = set.cycle(CycleId::new(Uuid::from_u128(1)), 2023);
    cycles::insert(&mut tx, &cycle).await.expect("a cycle");
    let dossier = Dossier {
        id: DossierId::new(Uuid::from_u128(2)),
        unit: unit.parse().expect("a unit"),
        cycle: cycle.id,
        state,
        round: 1,
        registered_on: Some(cycle.registration_until),
        submitted_at: None,
        frozen_sha256: None,
    };
    dossiers::insert(&mut tx, &dossier).await.expect("a dossier");
    tx.commit().await.expect("committed");
    db.close().await;
    (Site::open(site.at).await, As("unit_officer", unit), format!("/dossiers/{}", dossier.id))
}

async fn first_agency(site: &Site) -> (String, String) {
    let cycles = site.api("/api/v1/cycles").await;
    let cycles = cycles["items"].as_array().expect("cycles");
    let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == "circular-124-agency").expect("a cycle");
    let list = site.api(&format!("/api/v1/cycles/{}/dossiers", cycle["id"].as_str().expect("id"))).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&list["items"][0]["unit"]["id"]), text(&list["items"][0]["id"]))
}

/// Answers a row and gives the head of its group as it is shown from then on.
async fn answer(site: &Site, officer: &As, dossier: &str, row: &str, figures: &[(&str, &str)]) -> String {
    let saved = site.post_json(officer, &format!("{dossier}/answers/{row}"), figures).await;
    assert_eq!(saved.status, 200, "{row}: {}", saved.text());
    saved.json()["html"]["group_facts"].as_str().expect("a head").to_owned()
}

#[tokio::test]
async fn points_of_groups_are_those_the_engine_gives_and_make_the_total() {
    let (site, officer, dossier) = with_dossier(State::InProgress).await;
    // Met from 2.5 of its 4 points on: all that is met is not all there is.
    let head = answer(&site, &officer, &dossier, "c04", &[("c04.a", "1"), ("c04.b", "2")]).await;
    assert!(head.contains("<b>2,5</b>") && head.contains("/15,0 điểm"), "{head}");
    // Not met, and yet not without points: 2 of 7 are taken off for each case.
    let head = answer(&site, &officer, &dossier, "c07", &[("c07", "2")]).await;
    assert!(head.contains("<b>3,0</b>"), "{head}");
    let head = answer(&site, &officer, &dossier, "b01", &[("b01", "2")]).await;
    assert!(head.contains("<b>4,0</b>") && head.contains("/6,0 điểm"), "{head}");
    let head = answer(&site, &officer, &dossier, "p01", &[("p01", "3")]).await;
    assert!(head.contains("<b>-1,5 điểm</b>") && !head.contains("/5"), "{head}");
    let head = answer(&site, &officer, &dossier, "k01", &[("k01", "0")]).await;
    assert!(!head.contains("<b>"), "a condition gives none: {head}");

    let shown = site.api(&format!("/api/v1{dossier}")).await;
    let row = |id: &str| shown["criteria"].as_array().expect("rows").iter().find(|row| row["id"] == id).expect("a row");
    assert_eq!((&row("c04")["outcome"], &row("c04")["points"]), (&"met".into(), &"2.5".into()));
    assert_eq!((&row("c07")["outcome"], &row("c07")["points"]), (&"unmet".into(), &"3".into()));
    assert_eq!(row("p01")["points"], "-1.5");
    assert_eq!(shown["totals"]["points"], "8", "2.5 + 3 + 4 - 1.5");
    let sheet = site.get(&officer, &dossier).await.text();
    for head in ["<b>2,5</b>", "<b>3,0</b>", "<b>4,0</b>", "<b>-1,5 điểm</b>"] {
        assert!(sheet.contains(head), "{head}");
    }
    let printed = site.get(&officer, &format!("{dossier}/print")).await.text();
    for points in ["2,5/4,0", "3,0/7,0", "4,0/6,0"] {
        assert!(printed.contains(points), "{points} on the print view");
    }
}

#[tokio::test]
async fn what_stands_beside_the_criteria_is_not_among_them() {
    let (site, officer, dossier) = with_dossier(State::InProgress).await;
    let listed = site.api("/api/v1/programmes").await;
    let set = listed["items"].as_array().expect("items").iter().find(|set| set["code"] == CODE).expect("the set");
    assert_eq!(set["criteria"], 16);
    let roles: Vec<(&str, u64)> = set["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| (group["role"].as_str().expect("a role"), group["criteria"].as_u64().expect("a number")))
        .collect();
    assert_eq!(roles[5..], [("bonus", 1), ("penalty", 1), ("condition", 1)]);
    assert_eq!(roles[..5].iter().map(|(_, criteria)| criteria).sum::<u64>(), 16);
    let sheet = site.get(&officer, &dossier).await.text();
    assert!(sheet.contains("16 tiêu chí, phiên bản 1"), "the line of the set");
    let shown = site.api(&format!("/api/v1{dossier}")).await;
    assert_eq!(shown["totals"]["of"], 16, "the same number as in N of M");
    let page = site.get(&officer, &format!("/programmes/{CODE}")).await.text();
    assert!(page.contains("16 tiêu chí, 5 nhóm"), "the page of the set");
}

#[tokio::test]
async fn a_difference_in_a_row_that_is_not_counted_is_a_difference() {
    let (site, _, dossier) = with_dossier(State::Submitted).await;
    let appraiser = As("appraiser", site.province().await);
    let fields = [("verdict", "correct"), ("reason", "Có 1 vụ."), ("k01", "1")];
    let stored = site.post(&appraiser, &format!("{dossier}/appraisal/k01"), &fields).await;
    assert_eq!(stored.status, 303, "{}", stored.text());
    let page = site.get(&appraiser, &format!("{dossier}/appraisal")).await.text();
    assert!(page.contains("1 tiêu chí khác"), "the unit said nothing, the appraisers say one");
}
