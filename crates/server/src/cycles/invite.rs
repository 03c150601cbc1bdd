//! The units of a new cycle get their dossiers, some hundred at a time.

use std::str::FromStr as _;

use dienhinh_domain::{
    access::Action,
    cycles::Cycle,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId, UnitId},
    jobs::Job,
    units::UnitKind,
};
use dienhinh_storage::{Tx, cycles, dossiers, units};
use serde_json::json;

use crate::{
    app::App,
    jobs::worker::Step,
    web::problem::{Outcome, Problem},
};

/// How many units one step looks at.
const UNITS_A_STEP: i64 = 500;

/// Does one step: the kinds of the set one after the other, each in the order of the units' identities.
pub(crate) async fn step(app: &App, tx: &mut Tx, job: &Job) -> Outcome<Step> {
    let id = CycleId::from_str(&job.subject).map_err(|_| Problem::Missing("cycle"))?;
    let cycle = cycles::get(tx, id).await?.ok_or(Problem::Missing("cycle"))?;
    let kinds = &app.installed(&cycle)?.set.kinds;
    let mut progress = job.progress.clone();
    if progress.total == 0 {
        progress.total = count(tx, &cycle, kinds).await?;
    }
    let (at, after) = place(&progress.cursor);
    let Some(kind) = kinds.get(at) else { return Ok(Step { progress, is_last: true, entry: None }) };
    let found = units::of_kind(tx, *kind, cycle.last_day(), job.actor.scope, after, UNITS_A_STEP).await?;
    let invited: Vec<Dossier> =
        found.iter().filter(|(_, inside)| *inside).map(|(unit, _)| invited(app, *unit, cycle.id)).collect();
    let added = i64::try_from(dossiers::insert_missing(tx, &invited).await?).unwrap_or(i64::MAX);
    let looked_at = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let next = match found.last() {
        Some((last, _)) if looked_at == UNITS_A_STEP => format!("{at} {last}"),
        _ => format!("{} ", at + 1),
    };
    progress.done += looked_at;
    progress.effects += added;
    let is_last = place(&next).0 >= kinds.len();
    progress.cursor = next;
    let entry = (added > 0).then(|| (Action::CyclesInvite, json!({ "invited": added, "kind": kind.code() })));
    Ok(Step { progress, is_last, entry })
}

/// The units that a cycle looks at: those of its kinds on its last day.
pub(crate) async fn count(tx: &mut Tx, cycle: &Cycle, kinds: &[UnitKind]) -> Outcome<i64> {
    let mut all = 0;
    for kind in kinds {
        all += units::count_of_kind(tx, *kind, cycle.last_day()).await?;
    }
    Ok(all)
}

/// Which kind a cursor is at, and the last unit of it that is done.
fn place(cursor: &str) -> (usize, &str) {
    let (at, after) = cursor.split_once(' ').unwrap_or(("0", ""));
    (at.parse().unwrap_or(0), after)
}

fn invited(app: &App, unit: UnitId, cycle: CycleId) -> Dossier {
    Dossier {
        id: DossierId::new(app.new_id()),
        unit,
        cycle,
        state: State::Invited,
        round: 1,
        registered_on: None,
        submitted_at: None,
        frozen_sha256: None,
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_cursor_leads_to_the_next_unit() {
        assert_eq!(place(""), (0, ""));
        assert_eq!(place("1 018b"), (1, "018b"));
        assert_eq!(place("2 "), (2, ""));
    }
}
