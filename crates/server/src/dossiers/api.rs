//! Dossiers as JSON: state, three columns with explanations, totals.
//!
//! Read-only. What is decided is public; before that it is for those who may see the working papers.

use axum::{
    Json,
    extract::{Path, State},
};
use dienhinh_domain::{access::may_read, dossiers::Stage, programmes::Criterion};
use dienhinh_engine::{Language, difference, rule_in_words};
use serde_json::{Value, json};

use super::{
    case::{Case, Results},
    pages,
};
use crate::{
    access::guard::Who,
    api::{class, decimal, text, totals, unit},
    app::App,
    appeals::api::appeal,
    web::problem::Outcome,
};

/// `GET /api/v1/dossiers/{id}`.
pub(crate) async fn dossier(State(app): State<App>, who: Who, Path(id): Path<String>) -> Outcome<Json<Value>> {
    let case = pages::readable(&app, who.actor, pages::id(&id)?).await?;
    // What a unit says against a decision is not public.
    let appeals = may_read(who.actor, &case.unit).is_ok().then(|| case.appeals.iter().map(appeal).collect::<Vec<_>>());
    let columns = Stage::ALL.map(|stage| (stage, case.results(stage)));
    let mut scored = Vec::new();
    for (stage, results) in columns {
        scored.push((stage, results?));
    }
    let set = &case.loaded.set;
    let in_force = case.results(case.stage_in_force())?;
    let criteria: Vec<Value> =
        set.criteria.iter().enumerate().map(|(at, criterion)| row(&case, &scored, at, criterion)).collect();
    Ok(Json(json!({
        "id": case.dossier.id.to_string(),
        "state": case.dossier.state.code(),
        "round": case.dossier.round,
        "unit": unit(&case.unit.version),
        "place": case.unit.place(),
        "cycle": {
            "id": case.cycle.id.to_string(),
            "programme": case.cycle.programme,
            "year": case.cycle.year,
            "assessed_from": case.cycle.assessed.from.to_string(),
            "assessed_until": case.cycle.last_day().to_string(),
            "due_on": case.cycle.due_on.to_string(),
        },
        "set": { "code": set.code, "version": set.version, "title": text(&set.title), "mark": set.mark().code() },
        "registered_on": case.dossier.registered_on.map(|day| day.to_string()),
        "submitted_at": case.dossier.submitted_at.map(|at| at.to_string()),
        "frozen_sha256": case.dossier.frozen_sha256,
        "stage": case.stage_in_force().code(),
        "appeals": appeals,
        "totals": totals(&in_force.totals),
        "class": class(set, &in_force.totals),
        "criteria": criteria,
    })))
}

fn row(case: &Case, scored: &[(Stage, Results)], at: usize, criterion: &Criterion) -> Value {
    let mut row = json!({
        "id": criterion.id,
        "number": criterion.number,
        "group": case.loaded.set.groups[criterion.group].id,
        "text": text(&criterion.text),
        "mark": criterion.mark.code(),
        "source": text(&criterion.source),
        "mandatory": criterion.mandatory,
        "knock_out": criterion.knock_out,
        "rule": { "vi": rule_in_words(criterion, Language::Vi), "en": rule_in_words(criterion, Language::En) },
        "max": (criterion.points_thousandths > 0).then(|| decimal(criterion.points_thousandths)),
        "evidence": case.evidence_of(&criterion.id).count(),
        "plan": case.plan_of(&criterion.id).map(|plan| json!({
            "cause": plan.cause.code(),
            "action": plan.action,
            "owner": plan.owner,
            "due_on": plan.due_on.to_string(),
        })),
    });
    for (stage, results) in scored {
        let said =
            case.shows(*stage) && (*stage == Stage::SelfAssessed || case.answer(&criterion.id, *stage).is_some());
        row[stage.code()] = if said { column(case, *stage, results, at, criterion) } else { Value::Null };
        // What the unit said of itself is what the others are held against.
        if let (true, Some((Stage::SelfAssessed, own))) = (said && *stage != Stage::SelfAssessed, scored.first()) {
            row[stage.code()]["difference"] = differs(case, own, results, at, criterion);
        }
    }
    // The column in force also stands on its own, for readers who want one answer.
    let in_force = row[case.stage_in_force().code()].clone();
    for key in ["outcome", "points", "explanation"] {
        row[key] = in_force[key].clone();
    }
    row
}

/// How the explanation of a column differs from the unit's own; null where it does not.
fn differs(case: &Case, own: &Results, results: &Results, at: usize, criterion: &Criterion) -> Value {
    let (left, right) = (case.explanation(own, at), case.explanation(results, at));
    let found = difference((criterion, &left), (criterion, &right));
    if found.is_empty() {
        return Value::Null;
    }
    json!({ "vi": found.sentence(Language::Vi), "en": found.sentence(Language::En) })
}

fn column(case: &Case, stage: Stage, results: &Results, at: usize, criterion: &Criterion) -> Value {
    let explanation = case.explanation(results, at);
    let inputs: Vec<Value> = explanation
        .inputs
        .iter()
        .map(|(input, value)| json!({ "key": input.key, "label": text(&input.label), "value": value }))
        .collect();
    let steps: Vec<Value> = explanation
        .steps
        .iter()
        .map(|step| {
            json!({
                "part": step.part.as_ref().map(|(id, _)| id),
                "comparison": { "vi": step.finding.words(Language::Vi), "en": step.finding.words(Language::En) },
                "outcome": step.outcome.code(),
            })
        })
        .collect();
    json!({
        "outcome": explanation.outcome.code(),
        "points": explanation.points_thousandths.map(decimal),
        "note": case.answer(&criterion.id, stage).map(|answer| answer.note.as_str()).unwrap_or_default(),
        "explanation": {
            "vi": explanation.sentence(Language::Vi),
            "en": explanation.sentence(Language::En),
            "inputs": inputs,
            "steps": steps,
            "applies": explanation.applies.map(|step| json!({
                "comparison": { "vi": step.finding.words(Language::Vi), "en": step.finding.words(Language::En) },
                "outcome": step.outcome.code(),
            })),
        },
    })
}
