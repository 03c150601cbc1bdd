//! Rows of totals against the rows above them. Rates are not summed.

use super::{
    FieldValue, Record, Value,
    fields::{Typed, read},
    map::Kind,
    rows::Body,
};
use crate::text::format_thousandths;

/// The sums of each slot in thousandths: since the last row of totals, and of all rows.
pub(super) struct Totals {
    since: Vec<i128>,
    all: Vec<i128>,
}

/// A total that is not the sum of its rows.
pub(super) struct Off {
    /// Column of the table, from 0.
    pub(super) column: usize,
    /// Column of the map.
    pub(super) of: usize,
    pub(super) said: String,
    pub(super) summed: String,
}

impl Totals {
    pub(super) fn new(slots: usize) -> Self {
        Self { since: vec![0; slots], all: vec![0; slots] }
    }

    pub(super) fn add(&mut self, body: &Body<'_>, record: &Record) {
        for (slot, (since, all)) in body.slots.iter().zip(self.since.iter_mut().zip(&mut self.all)) {
            let Some(field) = record.fields.get(slot.column) else { continue };
            let added = match (slot.mark, &field.value) {
                (Some(mark), FieldValue::Text(word)) => i128::from(mark == word) * 1000,
                (_, value) => value.thousandths().unwrap_or_default().into(),
            };
            *since += added;
            *all += added;
        }
    }

    /// The totals of a row that are neither the sum of the rows since the last totals nor of all.
    pub(super) fn check(&mut self, body: &Body<'_>, row: usize) -> Vec<Off> {
        let mut off = Vec::new();
        for (at, slot, column) in body.columns() {
            let Some(kind) = body.map.columns.get(slot.column).map(|column| &column.kind) else { continue };
            let kind = match kind {
                Kind::Count | Kind::Mark(_) => Kind::Count,
                Kind::Money => Kind::Money,
                _ => continue,
            };
            let Some(said) = total(body, row, column, &kind) else { continue };
            let sums = [&self.since, &self.all].map(|sums| sums.get(at).copied().unwrap_or_default());
            if !sums.contains(&said.into()) {
                let text = |thousandths: i128| i64::try_from(thousandths).map(|value| format_thousandths(value, 0));
                let [since, _] = sums.map(|sum| text(sum).unwrap_or_default());
                off.push(Off { column, of: slot.column, said: format_thousandths(said, 0), summed: since });
            }
        }
        self.since.fill(0);
        off
    }
}

/// What a row of totals says in thousandths; none where it says nothing that can be compared.
fn total(body: &Body<'_>, row: usize, column: usize, kind: &Kind) -> Option<i64> {
    let cell = body.table.filled(row, column)?;
    let text = body.letters.text(cell);
    let typed = match (&cell.value, &text) {
        (Value::Number(number), _) => Typed::Number(number),
        (_, Some(text)) => Typed::Text(text),
        _ => return None,
    };
    read(kind, typed).ok()?.value.thousandths()
}
