//! What the JSON API of all rooms shares, and the sign of life. Each room's answers are in its own `api.rs`.

use axum::{Json, extract::State};
use dienhinh_domain::{
    programmes::{CriteriaSet, Text},
    units::UnitVersion,
};
use dienhinh_engine::Totals;
use serde_json::{Value, json};

use crate::{app::App, web::problem::Outcome};

/// `GET /healthz`: the database answers.
pub(crate) async fn healthz(State(app): State<App>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    dienhinh_storage::settings::get(&mut tx, "health").await?;
    Ok(Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })))
}

/// A text in both languages.
pub(crate) fn text(text: &Text) -> Value {
    json!({ "vi": text.vi, "en": text.en })
}

/// A unit in short.
pub(crate) fn unit(unit: &UnitVersion) -> Value {
    json!({
        "id": unit.unit.to_string(),
        "name": unit.name,
        "kind": unit.kind.code(),
        "code": unit.code,
        "illustrative": unit.illustrative,
    })
}

/// The class of a result by its id: `none` below the first, null as long as missing data leave it open.
pub(crate) fn class<'a>(set: &'a CriteriaSet, totals: &Totals) -> Option<&'a str> {
    totals.class.map(|class| class.checked_sub(1).map_or("none", |at| set.classes[at].id.as_str()))
}

/// Totals of one column. Points are decimals in text, exact to a thousandth; null where the set gives none.
pub(crate) fn totals(totals: &Totals) -> Value {
    let has_points = totals.max_thousandths > 0;
    json!({
        "met": totals.met,
        "unmet": totals.unmet,
        "no_data": totals.no_data,
        "of": totals.of,
        "points": has_points.then(|| decimal(totals.points_thousandths)),
        "max": has_points.then(|| decimal(totals.max_thousandths)),
        "recognised": totals.recognised,
    })
}

/// Thousandths as a decimal: `"96"`, `"95.5"`, `"-0.5"`.
pub(crate) fn decimal(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:03}", thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
