//! Cells come one by one and become tables; here they are counted against the limits. Knows no file format.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use super::{Cell, Limits, Merge, Row, SheetError, Table, Value};

/// What is left of the limits that all tables share.
pub(super) struct Budget<'l> {
    pub(super) limits: &'l Limits,
    cells: usize,
    text_bytes: usize,
    merges: usize,
}

impl<'l> Budget<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, cells: limits.cells, text_bytes: limits.text_bytes, merges: limits.merges }
    }

    /// One more table, when there are so many already.
    pub(super) fn takes_table(&self, tables: usize) -> Result<(), SheetError> {
        let most = self.limits.tables;
        if tables < most {
            return Ok(());
        }
        Err(SheetError::too_large(
            format!("tệp có hơn {most} bảng; hãy tách tệp"),
            format!("the file has more than {most} tables; split it"),
        ))
    }
}

/// A table in the making.
pub(super) struct Grid {
    table: Table,
    hidden_rows: BTreeSet<usize>,
}

impl Grid {
    pub(super) fn new(name: String, hidden: bool) -> Self {
        Self { table: Table { name, hidden, ..Table::default() }, hidden_rows: BTreeSet::new() }
    }

    /// Puts a value into its cell; rows and columns count from 0.
    pub(super) fn put(
        &mut self,
        budget: &mut Budget,
        (row, column): (usize, usize),
        value: Value,
        font: Option<Arc<str>>,
    ) -> Result<(), SheetError> {
        if value == Value::Empty {
            return Ok(());
        }
        self.place_fits(budget.limits, row, column)?;
        self.text_fits(budget, row, column, &value)?;
        let rows = &mut self.table.rows;
        let width = rows.get(row).map_or(0, |row| row.cells.len());
        let more = (row + 1).saturating_sub(rows.len()) + (column + 1).saturating_sub(width);
        if more > budget.cells {
            let most = budget.limits.cells;
            return Err(SheetError::too_large(
                format!("tệp có hơn {most} ô; hãy tách thành nhiều tệp"),
                format!("the file has more than {most} cells; split it"),
            ));
        }
        budget.cells -= more;
        if rows.len() <= row {
            rows.resize_with(row + 1, Row::default);
        }
        let cells = &mut rows[row].cells;
        if cells.len() <= column {
            // A row is short, and many rows have the same length: no room is kept for what does not come.
            cells.reserve_exact(column + 1 - cells.len());
            cells.resize_with(column + 1, Cell::default);
        }
        cells[column] = Cell { value, font };
        Ok(())
    }

    fn place_fits(&self, limits: &Limits, row: usize, column: usize) -> Result<(), SheetError> {
        if row < limits.rows && column < limits.columns {
            return Ok(());
        }
        let (rows, columns, name) = (limits.rows, limits.columns, &self.table.name);
        let (row, column) = (row.saturating_add(1), column.saturating_add(1));
        Err(SheetError::too_large(
            format!(
                "bảng “{name}”: ô ở hàng {row}, cột {column} vượt {rows} hàng, {columns} cột; hãy xóa ô này hoặc tách tệp"
            ),
            format!(
                "table “{name}”: the cell in row {row}, column {column} lies beyond {rows} rows, {columns} columns; clear it or split the file"
            ),
        ))
    }

    fn text_fits(&self, budget: &mut Budget, row: usize, column: usize, value: &Value) -> Result<(), SheetError> {
        let (Value::Text(text) | Value::Number(text) | Value::Time(text) | Value::Error(text)) = value else {
            return Ok(());
        };
        if text.len() <= budget.limits.cell_bytes && text.len() <= budget.text_bytes {
            budget.text_bytes -= text.len();
            return Ok(());
        }
        let (name, row, column) = (&self.table.name, row + 1, column + 1);
        Err(SheetError::too_large(
            format!(
                "bảng “{name}”, hàng {row}, cột {column}: văn bản quá dài; hãy xem lại dấu ngoặc kép hoặc tách tệp"
            ),
            format!("table “{name}”, row {row}, column {column}: the text is too long; check quotes or split the file"),
        ))
    }

    pub(super) fn hide_row(&mut self, limits: &Limits, row: usize) {
        if row < limits.rows {
            self.hidden_rows.insert(row);
        }
    }

    pub(super) fn hide_columns(&mut self, limits: &Limits, columns: RangeInclusive<usize>) {
        let last = (*columns.end()).min(limits.columns.saturating_sub(1));
        self.table.hidden_columns.extend(*columns.start()..=last);
    }

    pub(super) fn merge(&mut self, budget: &mut Budget, merge: Merge) -> Result<(), SheetError> {
        let Some(left) = budget.merges.checked_sub(1) else {
            let most = budget.limits.merges;
            return Err(SheetError::too_large(
                format!("tệp có hơn {most} vùng gộp ô; hãy bỏ gộp ô hoặc tách tệp"),
                format!("the file has more than {most} merged regions; unmerge cells or split the file"),
            ));
        };
        budget.merges = left;
        self.table.merges.push(merge);
        Ok(())
    }

    /// The table, with merges and hidden columns cut to what it holds.
    pub(super) fn finish(self) -> Result<Table, SheetError> {
        let Self { mut table, hidden_rows } = self;
        let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let height = table.rows.len();
        for row in hidden_rows.range(..height) {
            table.rows[*row].hidden = true;
        }
        table.rows.shrink_to_fit();
        table.hidden_columns.retain(|column| *column < width);
        let merges = std::mem::take(&mut table.merges);
        table.merges = merges.into_iter().filter_map(|merge| cut(&merge, height, width)).collect();
        let size = |merge: &Merge| merge.rows.clone().count() * merge.columns.clone().count();
        // Regions of Excel never overlap. Whoever walks through all of them must not walk for ever.
        if table.merges.iter().map(size).sum::<usize>() > height * width {
            return Err(SheetError::damaged(format!("“{}”: merged regions overlap", table.name)));
        }
        Ok(table)
    }
}

/// The part of a merged region that lies in the table, if that is more than one cell.
fn cut(merge: &Merge, height: usize, width: usize) -> Option<Merge> {
    let last_row = (*merge.rows.end()).min(height.checked_sub(1)?);
    let last_column = (*merge.columns.end()).min(width.checked_sub(1)?);
    let (rows, columns) = (*merge.rows.start()..=last_row, *merge.columns.start()..=last_column);
    let kept =
        !rows.is_empty() && !columns.is_empty() && (rows.start() < rows.end() || columns.start() < columns.end());
    kept.then_some(Merge { rows, columns })
}
