//! One row of a plan, cell by cell.

use super::{NEW, Operation, Row};
use crate::units::{
    Level, UnitKind,
    register::{Cells, File, Problem},
    succession::Portion,
};

/// Reads a row of a plan; none where a cell holds what it must not, which is complained of.
pub fn row(line: u64, cell: impl Fn(&str) -> String, problems: &mut Vec<Problem>) -> Option<Row> {
    let before = problems.len();
    let mut cells = Cells { file: File::Plan, line, cell, problems };
    let operations: Vec<&str> = Operation::ALL.iter().map(|operation| operation.code()).collect();
    let operation = cells.word("operation", &operations, Operation::from_code);
    let idle = operation.map_or(&[][..], Operation::idle);
    for column in idle {
        if cells.optional(column).is_some() {
            let (vi, en) =
                ("việc này không dùng cột này; để trống hoặc sửa", "this operation does not use it; empty it");
            cells.complain(column, vi, en);
        }
    }
    let unit = cells.required("unit");
    if operation == Some(Operation::Create) && unit.as_ref().is_some_and(|unit| !is_new(unit)) {
        let (vi, en) = (
            "đơn vị mới cần một tên tạm bắt đầu bằng “#” hoặc “+”, ví dụ #31825, để các dòng khác gọi tới (Excel tự bỏ dấu “+”)",
            "a new unit needs a key beginning with “#” or “+”, like #31825, for the other rows to name it (Excel drops “+”)",
        );
        cells.complain("unit", vi, en);
    }
    let kinds: Vec<&str> = Level::OF_REGISTER.iter().flat_map(|level| level.kinds()).map(UnitKind::code).collect();
    let of_register = |word: &str| UnitKind::from_code(word).filter(|kind| kinds.contains(&kind.code()));
    let kind = match cells.optional("kind") {
        Some(_) => cells.word("kind", &kinds, of_register),
        None => None,
    };
    let mut portion = |column, empty| if idle.contains(&column) { empty } else { portion(&mut cells, column, empty) };
    let whole = portion("portion", Portion::Whole);
    let shares = ["area_portion", "population_portion"].map(|column| portion(column, whole));
    let row = Row {
        line,
        operation: operation?,
        unit: unit?,
        unit_name: cells.text("unit_name"),
        successor: cells.text("successor"),
        kind,
        name: cells.text("name"),
        code: cells.text("code"),
        parent: cells.text("parent"),
        portions: [whole, shares[0], shares[1]],
        clause: cells.optional("clause"),
    };
    (problems.len() == before).then_some(row)
}

/// A portion, or what an empty cell means.
fn portion<F: Fn(&str) -> String>(cells: &mut Cells<'_, F>, column: &'static str, empty: Portion) -> Portion {
    if cells.optional(column).is_none() { empty } else { cells.portion(column).unwrap_or(empty) }
}

/// Whether a key is one of a new unit.
pub(super) fn is_new(key: &str) -> bool {
    key.strip_prefix(NEW).is_some_and(|rest| !rest.is_empty())
}
