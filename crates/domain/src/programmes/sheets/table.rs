//! The rows of a sheet by the names of their columns, and a text whose lines know their cells.

use std::collections::BTreeMap;

use super::{Cell, Layout, Place, cells};

/// A text whose lines know their cells.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) places: Vec<Option<Place>>,
}

impl Lines {
    /// Adds one line; `line` holds no line break.
    pub(super) fn add(&mut self, line: &str, place: Option<Place>) {
        self.text.push_str(line);
        self.text.push('\n');
        self.places.push(place);
    }

    /// The cell of a line, counted from 1.
    pub(super) fn place(&self, line: Option<usize>) -> Option<&Place> {
        self.places.get(line?.checked_sub(1)?)?.as_ref()
    }
}

/// A sheet with its columns found.
pub(super) struct Table<'a> {
    pub(super) layout: &'static Layout,
    pub(super) name: String,
    pub(super) columns: BTreeMap<&'static str, usize>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A row that holds something.
pub(super) struct Row<'a> {
    pub(super) at: usize,
    pub(super) cells: &'a [Cell],
    /// The criterion it belongs to, on the sheets that say so.
    pub(super) criterion: String,
    /// The part it belongs to.
    pub(super) part: String,
}

const EMPTY: &Cell = &Cell::Empty;

impl Row<'_> {
    pub(super) fn cell(&self, table: &Table, key: &str) -> &Cell {
        table.columns.get(key).and_then(|at| self.cells.get(*at)).unwrap_or(EMPTY)
    }

    /// The text of a cell by which rows of several sheets belong together.
    pub(super) fn id(&self, table: &Table, key: &str) -> String {
        cells::words(self.cell(table, key)).unwrap_or_default()
    }
}

impl Table<'_> {
    pub(super) fn place(&self, row: &Row, key: &str) -> Place {
        let column = self.columns.get(key).map_or(1, |at| at + 1);
        Place { sheet: self.name.clone(), row: row.at, column }
    }
}
