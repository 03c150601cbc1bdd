//! Criteria sets as JSON, the latest version of each. Read-only and open: they are published texts.

use axum::{Json, extract::State};
use dienhinh_domain::programmes::CriteriaSet;
use serde_json::{Value, json};

use super::pages::latest;
use crate::{
    api::{decimal, text},
    app::App,
    web::problem::Outcome,
};

/// `GET /api/v1/programmes`: the largest set first.
pub(crate) async fn list(State(app): State<App>) -> Outcome<Json<Value>> {
    let items: Vec<Value> = latest(&app).into_iter().map(|loaded| item(&loaded.set)).collect();
    Ok(Json(json!({ "items": items })))
}

fn item(set: &CriteriaSet) -> Value {
    let groups: Vec<Value> = set
        .groups
        .iter()
        .enumerate()
        .map(|(number, group)| {
            json!({
                "id": group.id,
                "title": text(&group.title),
                "role": group.role.code(),
                "criteria": set.criteria_of(number).count(),
            })
        })
        .collect();
    json!({
        "code": set.code,
        "version": set.version,
        "programme": set.programme,
        "title": text(&set.title),
        "kinds": set.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>(),
        // What is counted: the N of "32 of N". Groups of other roles have theirs beside it.
        "criteria": set.counted().count(),
        "groups": groups,
        "max_points": set.has_points().then(|| decimal(set.max_points_thousandths())),
        "mark": set.mark().code(),
        "min_met": set.recognition.min_met,
        "classes": set.classes.iter().map(|class| json!({
            "id": class.id,
            "title": text(&class.title),
            "min_points": (class.min_points_thousandths > 0).then(|| decimal(class.min_points_thousandths)),
            "min_met": class.min_met,
        })).collect::<Vec<_>>(),
        "valid_from": set.valid_from.to_string(),
    })
}
