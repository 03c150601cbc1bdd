//! Boundaries of units come in, all or nothing, are drawn as of their day, go out again, and end with the version they are of.

use dienhinh_domain::units::boundary::Boundary;
use dienhinh_server::{
    BoundariesTaken, BoundaryError, Installation, ReformPlan, RegisterFiles, WrongBoundary, boundaries,
    boundary_feature, carry_out_reform, import_register, take_boundaries, undo_reform,
};
use dienhinh_testkit::{Empty, on_both, register::national};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    register::at,
    site::{As, Site},
};

on_both!(
    boundaries_are_drawn_on_their_day_and_go_out_as_they_came,
    a_boundary_goes_with_the_version_that_a_reform_made,
    what_fits_no_unit_keeps_everything_out,
    real_boundaries_of_a_province_come_in,
);

const BEFORE: Date = date(2023, 11, 24);
const AFTER: Date = date(2025, 7, 1);

/// A square with a corner here, in hundredths of a degree.
fn square(code: &str, east: i32, north: i32) -> Value {
    let at = |x: i32, y: i32| json!([105.0 + f64::from(east + x) / 100.0, 9.0 + f64::from(north + y) / 100.0]);
    let ring = json!([at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)]);
    json!({ "type": "Feature", "properties": { "ma": code }, "geometry": { "type": "Polygon", "coordinates": [ring] } })
}

fn file(features: &[Value]) -> Vec<u8> {
    json!({ "type": "FeatureCollection", "features": features }).to_string().into_bytes()
}

async fn take(place: &Installation, file: &[u8], on: Date) -> Result<[usize; 2], Vec<WrongBoundary>> {
    match take_boundaries(place, file, ("ma", on)).await {
        Ok(BoundariesTaken { written, unchanged }) => Ok([written, unchanged]),
        Err(BoundaryError::Wrong(wrong)) => Err(wrong),
        Err(other) => panic!("{other}"),
    }
}

async fn known(place: &Installation, on: Date) -> Vec<Value> {
    let mut known = Vec::new();
    let each = |bounded: &_| {
        known.push(boundary_feature(bounded));
        Ok(())
    };
    boundaries(place, Some(on), each).await.expect("read");
    known
}

/// The map of a page: how many units, and which is the page's own.
fn map(page: &str) -> Option<(usize, usize)> {
    let (_, svg) = page.split_once("<svg class=\"map\"")?;
    let (svg, _) = svg.split_once("</svg>").expect("its end");
    Some((svg.matches("<path ").count(), svg.matches("aria-current").count()))
}

async fn boundaries_are_drawn_on_their_day_and_go_out_as_they_came(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let public = As("public", site.province().await);
    let two = file(&[square("31825", 0, 0), square("31828", 1, 0)]);
    assert_eq!(take(&place, &two, BEFORE).await, Ok([2, 0]));
    assert_eq!(take(&place, &two, BEFORE).await, Ok([0, 2]), "the same file again changes nothing");
    let out = known(&place, BEFORE).await;
    let codes: Vec<&str> = out.iter().filter_map(|feature| feature["id"].as_str()).collect();
    assert_eq!(codes, ["31825", "31828"]);
    assert_eq!(out[0]["geometry"], square("31825", 0, 0)["geometry"]);

    let ward = site.api("/api/v1/units?search=31825").await;
    let page = format!("/units/{}", ward["items"][0]["id"].as_str().expect("an identity"));
    assert_eq!(map(&site.get(&public, &page).await.text()), Some((2, 1)), "it among those beside it");
    let town = site.api("/api/v1/units?search=Th%C3%A0nh%20ph%E1%BB%91%20B%E1%BA%A1c%20Li%C3%AAu").await;
    let town = format!("/units/{}", town["items"][0]["id"].as_str().expect("an identity"));
    assert_eq!(map(&site.get(&public, &town).await.text()), Some((2, 0)));
    let province = format!("/units/{}", public.1);
    assert_eq!(map(&site.get(&public, &province).await.text()), None, "of its districts nothing is known");

    let moved = file(&[square("31825", 5, 5)]);
    assert_eq!(take(&place, &moved, BEFORE).await, Ok([1, 0]), "another boundary takes the place of the first");
    assert_eq!(known(&place, BEFORE).await[0]["geometry"], square("31825", 5, 5)["geometry"]);
}

async fn a_boundary_goes_with_the_version_that_a_reform_made(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = file(&[square("31825", 0, 0)]);
    assert_eq!(take(&place, &before, BEFORE).await, Ok([1, 0]));
    let stored = async || {
        let mut lines = site.stored().await;
        lines.retain(|line| !line.starts_with("audit_") && !line.starts_with("reforms "));
        lines
    };
    let was = stored().await;
    let rows = include_bytes!("../../sample/reform_2025.csv");
    let (id, _) =
        carry_out_reform(&place, ReformPlan { on: AFTER, basis: "1655/NQ-UBTVQH15", rows }).await.expect("done");
    assert_eq!(known(&place, AFTER).await, Vec::<Value>::new(), "the code is another unit's now");
    assert_eq!(take(&place, &file(&[square("31825", 7, 7)]), AFTER).await, Ok([1, 0]));
    assert_eq!(known(&place, BEFORE).await[0]["geometry"], square("31825", 0, 0)["geometry"]);
    assert_eq!(known(&place, AFTER).await[0]["properties"]["name"], "Phường Bạc Liêu");
    undo_reform(&place, id).await.expect("taken back");
    assert_eq!(stored().await, was, "with the unit its boundary is gone");
}

async fn what_fits_no_unit_keeps_everything_out(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = site.stored().await;
    let features = [square("31825", 0, 0), square("99999", 1, 0), square("31825", 2, 0)];
    let wrong = take(&place, &file(&features), BEFORE).await.expect_err("refused");
    let told: Vec<(usize, &str)> = wrong.iter().map(|one| (one.feature, one.what.en.as_str())).collect();
    let unknown = "no unit has the code “99999” on 2023-11-24; look at --as-of and --key";
    assert_eq!(told, [(2, unknown), (3, "the code 31825 stands at feature 1 already")]);
    assert!(take(&place, b"not JSON", BEFORE).await.is_err());
    assert_eq!(site.stored().await, before);
}

async fn real_boundaries_of_a_province_come_in(empty: Empty) {
    let untried = "real boundaries were not tried";
    let Some(folder) = national("geo/ca_mau_2025_communes_120m.topojson", untried) else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).expect("a file");
    let place = at(&empty);
    let files = RegisterFiles { versions: read("units_register.csv"), edges: None };
    import_register(&place, &files, &mut |_| ()).await.expect("taken in");
    let communes = read("geo/ca_mau_2025_communes_120m.topojson");
    let taken = take_boundaries(&place, &communes, ("code", AFTER)).await.expect("taken in");
    assert_eq!((taken.written, taken.unchanged), (64, 0));
    for (name, on, provinces) in
        [("provinces_2025_800m.topojson", AFTER, 34), ("provinces_2024_800m_derived.topojson", BEFORE, 63)]
    {
        let taken = take_boundaries(&place, &read(&format!("geo/{name}")), ("code", on)).await.expect("taken in");
        assert_eq!(taken.written + taken.unchanged, provinces, "{name}");
    }
    let mut points = [0_usize; 2];
    let each = |bounded: &dienhinh_server::Bounded| {
        let boundary: &Boundary = &bounded.boundary;
        points[0] += boundary.points();
        points[1] += boundary.outline(500).points();
        Ok(())
    };
    boundaries(&place, Some(AFTER), each).await.expect("read");
    assert!(points[1] <= points[0] && points[1] > 1_000, "{points:?}");
    assert_eq!(known(&place, AFTER).await.len(), 64 + 34);
}
