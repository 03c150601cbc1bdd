//! The workload as files for the peers: figures as Parquet, the programme as JSON.

use std::{fs::File, path::Path, sync::Arc};

use anyhow::Result;
use dienhinh_engine::{
    batch::NO_DATA,
    program::{Fraction, Kind, Missing, Program, Test, Value},
};
use dienhinh_tables::{
    BATCH_ROWS, Sink,
    array::{ArrayRef, Int32Array, RecordBatch},
};
use serde_json::{Value as Json, json};

/// The name of a column, for every peer.
pub(crate) fn column_name(at: usize) -> String {
    format!("c{at:02}")
}

/// The name of a leaf's points.
pub(crate) fn leaf_name(at: usize) -> String {
    format!("p{at:02}")
}

/// Writes figures with nulls where there is no data.
pub(crate) fn write_figures(figures: &[Vec<i32>], place: &Path) -> Result<()> {
    let rows = figures.first().map_or(0, Vec::len);
    let batch = |first: usize| {
        let known = |cell: &i32| (*cell != NO_DATA).then_some(*cell);
        let column = |cells: &[i32]| cells.iter().map(known).collect::<Int32Array>();
        let end = (first + BATCH_ROWS).min(rows);
        let columns = figures.iter().enumerate().map(|(at, cells)| {
            let column: ArrayRef = Arc::new(column(&cells[first..end]));
            (column_name(at), column, true)
        });
        RecordBatch::try_from_iter_with_nullable(columns)
    };
    let mut sink = Sink::new(File::create(place)?, batch(0)?.schema())?;
    for first in (0..rows).step_by(BATCH_ROWS) {
        sink.write(&batch(first)?)?;
    }
    sink.finish()?;
    Ok(())
}

/// The programme; none of its rules has a form that is not named here.
pub(crate) fn programme(program: &Program) -> Json {
    let leaf = |leaf: &dienhinh_engine::program::Leaf| {
        json!({
            "kind": kind(&leaf.kind),
            "points": leaf.points_thousandths,
            "met_at": leaf.met_at_thousandths,
            "group": leaf.group,
        })
    };
    let extra = |extra: &dienhinh_engine::program::Extra| json!({ "kind": kind(&extra.kind), "points": extra.points_thousandths, "is_penalty": extra.is_penalty });
    let gate = |gate: &dienhinh_engine::program::Gate| {
        let Test::Own(rule) = &gate.test else { unreachable!("the workload's gates have rules of their own") };
        json!({ "kind": kind(rule), "at_most": gate.at_most })
    };
    let class = |class: &dienhinh_engine::program::Class| {
        let share = class.group_share.map(fraction);
        json!({ "points": class.points_thousandths, "met": class.met, "share": share })
    };
    let Missing::Tolerated { leaves } = program.missing else { unreachable!("the workload tolerates missing data") };
    json!({
        "columns": program.columns,
        "leaves": program.leaves.iter().map(leaf).collect::<Vec<_>>(),
        "caps": program.group_caps_thousandths,
        "extras": program.extras.iter().map(extra).collect::<Vec<_>>(),
        "gates": program.gates.iter().map(gate).collect::<Vec<_>>(),
        "classes": program.classes.iter().map(class).collect::<Vec<_>>(),
        "no_data_most": leaves,
    })
}

fn fraction(fraction: Fraction) -> Json {
    json!([fraction.part, fraction.whole])
}

fn value(value: Value) -> Json {
    match value {
        Value::Count { column } => json!({ "is": "count", "columns": [column] }),
        Value::Share { part, whole } => json!({ "is": "share", "columns": [part, whole] }),
        Value::Change { current, previous } => json!({ "is": "change", "columns": [current, previous] }),
    }
}

fn kind(kind: &Kind) -> Json {
    match kind {
        Kind::Judgement { column } => json!({ "judgement": { "column": column } }),
        Kind::Within { value: of, at_least, at_most } => {
            let (at_least, at_most) = (at_least.map(fraction), at_most.map(fraction));
            json!({ "within": { "value": value(*of), "at_least": at_least, "at_most": at_most } })
        }
        Kind::Steps { value: of, steps } => {
            let step = |step: &dienhinh_engine::program::Step| json!({ "bound": fraction(step.bound), "points": step.points_thousandths });
            json!({ "steps": { "value": value(*of), "steps": steps.iter().map(step).collect::<Vec<_>>() } })
        }
        Kind::Linear { value: of, from, to } => {
            json!({ "linear": { "value": value(*of), "from": fraction(*from), "to": fraction(*to) } })
        }
        Kind::Deduction { column, each_thousandths, floor_thousandths } => {
            json!({ "deduction": { "column": column, "each": each_thousandths, "floor": floor_thousandths } })
        }
        Kind::Each { column, each_thousandths } => json!({ "each": { "column": column, "each": each_thousandths } }),
        Kind::Parts { .. } | Kind::Sum { .. } => unreachable!("the workload has no rules with parts"),
    }
}
