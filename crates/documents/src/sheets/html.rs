//! Tables of a page, tag by tag, as browsers take them: end tags may be missing, a table within a cell is its text.
//! Only letters: no number is guessed. Knows nothing of style sheets beyond what stands in a tag.

use std::sync::Arc;

use html5gum::{
    Span, Tokenizer,
    emitters::callback::{CallbackEmitter, CallbackEvent},
};

use super::{
    Merge, SheetError, Table, Value,
    grid::{Budget, Grid},
};

/// Line breaks that are kept between two words.
const LINES: usize = 50;
const FONT_NAME_BYTES: usize = 256;

/// Every table with a value in it; where there are several, their numbers are their names.
pub(super) fn read(text: &str, budget: &mut Budget) -> Result<Vec<Table>, SheetError> {
    let mut page = Page { budget, tables: Vec::new(), open: None, tag: Tag::default(), attribute: Attribute::Other };
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| page.event(&event).err());
    emitter.naively_switch_states(true);
    // The page takes what is between; only an error comes out.
    if let Some(Ok(error)) = Tokenizer::new_with_emitter(text, emitter).next() {
        return Err(error);
    }
    page.close_table()?;
    let mut tables = page.tables;
    if tables.len() > 1 {
        for (table, number) in tables.iter_mut().zip(1..) {
            table.name = format!("{number}");
        }
    }
    Ok(tables)
}

struct Page<'b, 'l> {
    budget: &'b mut Budget<'l>,
    tables: Vec<Table>,
    open: Option<Open>,
    /// The start tag that is being read, and its attribute.
    tag: Tag,
    attribute: Attribute,
}

#[derive(Default)]
struct Tag {
    name: Name,
    rows: usize,
    columns: usize,
    is_hidden: bool,
    font: Option<Arc<str>>,
}

#[derive(Clone, Copy, PartialEq, Default)]
enum Name {
    Table,
    Row,
    Cell,
    Break,
    Block,
    #[default]
    Other,
}

impl Name {
    fn of(name: &[u8]) -> Self {
        match name {
            b"table" => Self::Table,
            b"tr" => Self::Row,
            b"td" | b"th" => Self::Cell,
            b"br" => Self::Break,
            b"p" | b"div" | b"li" => Self::Block,
            _ => Self::Other,
        }
    }
}

enum Attribute {
    RowSpan,
    ColumnSpan,
    Face,
    Style,
    Other,
}

/// A table in the making.
struct Open {
    grid: Grid,
    /// The row that is being read, none before the first.
    row: Option<usize>,
    column: usize,
    /// Of each column the first row that no cell from above reaches into.
    free_from: Vec<usize>,
    cell: Option<CellText>,
    /// Tables within the cell.
    nested: usize,
}

#[derive(Default)]
struct CellText {
    place: (usize, usize),
    text: String,
    lines: usize,
    is_gap: bool,
    font: Option<Arc<str>>,
}

impl Page<'_, '_> {
    fn event(&mut self, event: &CallbackEvent<'_>) -> Result<(), SheetError> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag { name: Name::of(name), rows: 1, columns: 1, ..Tag::default() };
            }
            CallbackEvent::AttributeName { name } => {
                self.tag.is_hidden |= *name == b"hidden";
                self.attribute = match *name {
                    b"rowspan" => Attribute::RowSpan,
                    b"colspan" => Attribute::ColumnSpan,
                    b"face" => Attribute::Face,
                    b"style" => Attribute::Style,
                    _ => Attribute::Other,
                };
            }
            CallbackEvent::AttributeValue { value } => self.attribute(&String::from_utf8_lossy(value)),
            CallbackEvent::CloseStartTag { .. } => return self.start(),
            CallbackEvent::EndTag { name } => return self.end(Name::of(name)),
            CallbackEvent::String { value } => {
                if let Some(cell) = self.open.as_mut().and_then(|open| open.cell.as_mut()) {
                    return cell.add(&String::from_utf8_lossy(value), self.budget.limits.cell_bytes);
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
        Ok(())
    }

    fn attribute(&mut self, value: &str) {
        match self.attribute {
            Attribute::RowSpan => self.tag.rows = span(value),
            Attribute::ColumnSpan => self.tag.columns = span(value),
            Attribute::Face => self.tag.font = first_font(value),
            Attribute::Style => {
                let style = value.get(..value.len().min(4_096)).unwrap_or_default();
                for (key, said) in style.split(';').filter_map(|rule| rule.split_once(':')) {
                    match key.trim().to_ascii_lowercase().as_str() {
                        "display" => self.tag.is_hidden |= said.trim().eq_ignore_ascii_case("none"),
                        "font-family" => self.tag.font = first_font(said),
                        _ => {}
                    }
                }
            }
            Attribute::Other => {}
        }
    }

    fn start(&mut self) -> Result<(), SheetError> {
        let tag = std::mem::take(&mut self.tag);
        let Some(open) = &mut self.open else {
            if tag.name == Name::Table {
                self.open = Some(Open::new());
            }
            return Ok(());
        };
        match tag.name {
            Name::Table => open.nested += 1,
            Name::Row if open.nested == 0 => return open.start_row(self.budget, &tag),
            Name::Cell if open.nested == 0 => return open.start_cell(self.budget, &tag),
            _ => {}
        }
        let Some(cell) = &mut open.cell else { return Ok(()) };
        match tag.name {
            Name::Table | Name::Row | Name::Block => cell.lines = cell.lines.max(1),
            Name::Break => cell.lines = (cell.lines + 1).min(LINES),
            Name::Cell => cell.is_gap = true,
            Name::Other => {}
        }
        if cell.font.is_none() && cell.text.is_empty() {
            cell.font = tag.font;
        }
        Ok(())
    }

    fn end(&mut self, name: Name) -> Result<(), SheetError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match name {
            Name::Table if open.nested == 0 => return self.close_table(),
            Name::Table => open.nested -= 1,
            Name::Row | Name::Cell if open.nested == 0 => return open.close_cell(self.budget),
            _ => {}
        }
        if let Some(cell) = open.cell.as_mut().filter(|_| name != Name::Other && name != Name::Break) {
            cell.is_gap = true;
            cell.lines = if name == Name::Cell { cell.lines } else { cell.lines.max(1) };
        }
        Ok(())
    }

    fn close_table(&mut self) -> Result<(), SheetError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.close_cell(self.budget)?;
        let table = open.grid.finish()?;
        // Pages are laid out with tables that hold nothing.
        if !table.rows.is_empty() {
            self.budget.takes_table(self.tables.len())?;
            self.tables.push(table);
        }
        Ok(())
    }
}

impl Open {
    fn new() -> Self {
        let grid = Grid::new(String::new(), false);
        Self { grid, row: None, column: 0, free_from: Vec::new(), cell: None, nested: 0 }
    }

    fn start_row(&mut self, budget: &mut Budget, tag: &Tag) -> Result<(), SheetError> {
        self.close_cell(budget)?;
        let row = self.row.map_or(0, |row| row + 1);
        if tag.is_hidden {
            self.grid.hide_row(budget.limits, row);
        }
        self.row = Some(row);
        self.column = 0;
        Ok(())
    }

    fn start_cell(&mut self, budget: &mut Budget, tag: &Tag) -> Result<(), SheetError> {
        self.close_cell(budget)?;
        let row = *self.row.get_or_insert(0);
        let is_free = |free_from: &[usize], column: usize| free_from.get(column).is_none_or(|from| *from <= row);
        while !is_free(&self.free_from, self.column) {
            self.column += 1;
        }
        let first = self.column;
        let most = first.saturating_add(tag.columns).min(budget.limits.columns).max(first + 1);
        let end = (first + 1..most).find(|column| !is_free(&self.free_from, *column)).unwrap_or(most);
        let rows = tag.rows.min(budget.limits.rows);
        if end <= budget.limits.columns {
            let known = self.free_from.len().max(end);
            self.free_from.resize(known, 0);
            self.free_from[first..end].fill(row + rows);
        }
        if rows > 1 || end - first > 1 {
            self.grid.merge(budget, Merge { rows: row..=row + rows - 1, columns: first..=end - 1 })?;
        }
        self.column = end;
        self.cell = Some(CellText { place: (row, first), font: tag.font.clone(), ..CellText::default() });
        Ok(())
    }

    fn close_cell(&mut self, budget: &mut Budget) -> Result<(), SheetError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let is_blank = cell.text.chars().all(char::is_whitespace);
        let value = if is_blank { Value::Empty } else { Value::Text(cell.text) };
        self.grid.put(budget, cell.place, value, cell.font)
    }
}

impl CellText {
    /// Adds letters; blanks and line ends of the source are one blank between words, tags make lines.
    fn add(&mut self, letters: &str, most: usize) -> Result<(), SheetError> {
        for letter in letters.chars() {
            if letter.is_ascii_whitespace() {
                self.is_gap = true;
                continue;
            }
            if !self.text.is_empty() {
                match (self.lines, self.is_gap) {
                    (0, true) => self.text.push(' '),
                    (0, false) => {}
                    (lines, _) => self.text.extend(std::iter::repeat_n('\n', lines)),
                }
            }
            (self.lines, self.is_gap) = (0, false);
            self.text.push(letter);
        }
        if self.text.len() <= most {
            return Ok(());
        }
        Err(SheetError::long_text())
    }
}

/// A number of rows or columns; what is no such number counts as one.
fn span(value: &str) -> usize {
    let value = value.trim();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count().min(9);
    value[..digits].parse().unwrap_or(1).max(1)
}

/// The first name of a list of fonts.
fn first_font(value: &str) -> Option<Arc<str>> {
    let name = value.split(',').next()?.trim().trim_matches(['"', '\'']);
    Some(name).filter(|name| !name.is_empty() && name.len() <= FONT_NAME_BYTES).map(Arc::from)
}
