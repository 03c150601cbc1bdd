//! The sample tells the article's story, the same in every load.

use std::collections::BTreeMap;

use crate::{site::Site, story::Cast};

#[tokio::test]
async fn chau_hung_stands_at_32_of_34_with_the_two_criteria_of_the_article() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let dossier = site.api(&format!("/api/v1{}", cast.path(""))).await;
    let totals = &dossier["totals"];
    assert_eq!(
        (&totals["met"], &totals["unmet"], &totals["no_data"], &totals["of"]),
        (&32.into(), &2.into(), &0.into(), &34.into())
    );
    let unmet: Vec<_> =
        dossier["criteria"].as_array().expect("rows").iter().filter(|row| row["outcome"] == "unmet").collect();
    for (row, words) in unmet.iter().zip(["kinh phí, cơ sở vật chất", "trụ sở làm việc độc lập"]) {
        assert!(row["text"]["vi"].as_str().expect("text").contains(words), "{row}");
        assert!(row["explanation"]["vi"].as_str().expect("words").contains("chưa đạt"));
        assert!(!row["self"]["note"].as_str().expect("a note").is_empty());
        assert!(!row["plan"]["action"].as_str().expect("a plan").is_empty());
    }
    for row in dossier["criteria"].as_array().expect("rows") {
        assert!(!row["self"]["explanation"]["en"].as_str().expect("words").is_empty(), "{row}");
    }
}

#[tokio::test]
async fn phuong_1_has_7_quarters_12_agencies_and_6_schools_registered() {
    let site = Site::fresh().await;
    let (unit, _) = site.find("exemplary-commune-34", "Phường 1").await;
    let ward = site.api(&format!("/api/v1/units/{unit}")).await;
    let expected = [("residential_area", 7), ("agency", 12), ("school", 6)];
    for (kind, count) in expected {
        assert_eq!(ward["children"][kind]["count"], count, "{kind}");
        assert_eq!(ward["children"][kind]["registered"], count, "{kind}");
    }
}

#[tokio::test]
async fn the_commune_waits_for_its_children() {
    let site = Site::fresh().await;
    let (_, dossier) = site.find("circular-124-commune", "Phường 1").await;
    let dossier = site.api(&format!("/api/v1/dossiers/{dossier}")).await;
    let share = &dossier["criteria"][3];
    assert_eq!(share["outcome"], "no_data", "seven quarters and eighteen bodies are not all decided");
    let value = |key: &str| {
        let inputs = share["self"]["explanation"]["inputs"].as_array().expect("inputs");
        inputs.iter().find(|input| input["key"] == key).expect("the input")["value"].clone()
    };
    assert_eq!((value("c04.total"), value("c04.registered")), (25.into(), 25.into()));
    assert!(value("c04.recognised").is_null());
}

#[tokio::test]
async fn the_province_is_complete_and_the_same_every_time() {
    let (first, second) = (Site::fresh().await, Site::fresh().await);
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    let cycles = first.api("/api/v1/cycles").await;
    assert_eq!(cycles["items"].as_array().expect("cycles").len(), 5);
    for cycle in cycles["items"].as_array().expect("cycles") {
        let path = format!("/api/v1/cycles/{}/dossiers", cycle["id"].as_str().expect("id"));
        let dossiers = first.api(&path).await;
        assert_eq!(dossiers, second.api(&path).await);
        let items = dossiers["items"].as_array().expect("dossiers");
        if cycle["set"]["code"] == "exemplary-commune-34" {
            assert_eq!(items.len(), 64);
            for dossier in items {
                *states.entry(dossier["state"].as_str().expect("a state").to_owned()).or_default() += 1;
            }
        }
    }
    for state in ["invited", "in_progress", "returned", "presented", "submitted", "appraised", "recognised"] {
        assert!(states.contains_key(state), "no dossier is {state}: {states:?}");
    }
}
