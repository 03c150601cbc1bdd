//! The units of the sample: Bạc Liêu in 2023 with official codes, and the bodies of the article.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::Period,
    ids::UnitId,
    text::Order,
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{Tx, units};
use jiff::civil::date;
use serde::Deserialize;

use super::ids::Ids;
use crate::web::problem::{Outcome, Problem};

/// Facts: the General Statistics Office's codes of 2023; bodies of Phường 1 are made up and say so.
const UNITS: &str = include_str!("../../sample/units.csv");

#[derive(Debug, Deserialize)]
struct UnitRow {
    key: String,
    kind: String,
    name: String,
    parent: String,
    source: String,
}

/// The sample's units by the key of the file: an official code, or a made-up key.
pub(super) type ByKey = BTreeMap<String, UnitVersion>;

/// Reads the file and keeps every unit; parents stand before their children in it.
pub(super) async fn load(tx: &mut Tx, ids: &mut Ids) -> Outcome<ByKey> {
    let order = Order::new();
    let mut by_key = ByKey::new();
    for row in csv::Reader::from_reader(UNITS.as_bytes()).into_deserialize() {
        let row: UnitRow = row.map_err(|cause| Problem::Failed(format!("units.csv: {cause}")))?;
        let unit = version(&row, ids.next(), &by_key)?;
        units::insert(tx, &unit, &order).await?;
        by_key.insert(row.key, unit);
    }
    Ok(by_key)
}

fn version(row: &UnitRow, id: uuid::Uuid, by_key: &ByKey) -> Outcome<UnitVersion> {
    let unknown = |what: &str| Problem::Failed(format!("units.csv: {} has an unknown {what}", row.key));
    let kind = UnitKind::from_code(&row.kind).ok_or_else(|| unknown("kind"))?;
    let parent = match row.parent.as_str() {
        "" => None,
        key => Some(by_key.get(key).ok_or_else(|| unknown("parent"))?.unit),
    };
    Ok(UnitVersion {
        unit: UnitId::new(id),
        valid: Period::from(date(2004, 1, 1)),
        name: row.name.clone(),
        kind,
        code: (row.source == "official").then(|| row.key.clone()),
        parent,
        illustrative: row.source == "illustrative",
    })
}
