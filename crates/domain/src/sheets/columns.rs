//! Which cell speaks for a row in a column: its own, or the first of the cells it is one with.

use std::collections::BTreeMap;

use super::{Cell, Merge, Table};

impl Table {
    /// A cell, numbered from 0; none beyond what the file has.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.cells.get(column)
    }

    /// The same, where there is something in it.
    pub(super) fn filled(&self, row: usize, column: usize) -> Option<&Cell> {
        self.cell(row, column).filter(|cell| !cell.value.is_blank())
    }
}

/// Which cells are one with others.
pub(super) struct Spans {
    /// For each column the rows that are one, in order and apart from each other.
    down: BTreeMap<usize, Vec<(usize, usize)>>,
    /// For cells of one row that are one, by the first of them, the last column.
    across: BTreeMap<(usize, usize), usize>,
}

impl Spans {
    /// Of cells that lie above each other; where merges overlap, which no good file has, the first row counts.
    pub(super) fn of(merges: &[Merge]) -> Self {
        let mut down: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        let mut across = BTreeMap::new();
        for merge in merges {
            if merge.rows.start() < merge.rows.end() {
                down.entry(*merge.columns.start()).or_default().push((*merge.rows.start(), *merge.rows.end()));
            } else if merge.rows.start() == merge.rows.end() {
                across.insert((*merge.rows.start(), *merge.columns.start()), *merge.columns.end());
            }
        }
        for of_column in down.values_mut() {
            of_column.sort_unstable();
            let mut free_from = 0;
            of_column.retain(|(start, end)| {
                let is_apart = *start >= free_from;
                if is_apart {
                    free_from = end.saturating_add(1);
                }
                is_apart
            });
        }
        Self { down, across }
    }

    /// The row whose cell speaks for a row.
    pub(super) fn source(&self, row: usize, column: usize) -> usize {
        let Some(of_column) = self.down.get(&column) else { return row };
        let before = of_column.partition_point(|(start, _)| *start <= row);
        let span = before.checked_sub(1).and_then(|at| of_column.get(at));
        span.filter(|(_, end)| row <= *end).map_or(row, |(start, _)| *start)
    }

    /// The last column of the cells of this row that are one, this one being the first.
    pub(super) fn last_column(&self, row: usize, column: usize) -> usize {
        self.across.get(&(row, column)).copied().unwrap_or(column)
    }
}
