//! A sheet: its cells, what is hidden and what is merged, in one pass over its part.

use std::borrow::Cow;

use jiff::civil::{DateTime, Time};
use quick_xml::events::{BytesStart, Event};

use super::{
    super::{
        Merge, SheetError, Table, Value,
        grid::{Budget, Grid},
        numbers,
    },
    Shared,
    package::Package,
    strings::{Pieces, unescaped},
    workbook::SheetEntry,
    xml::{add_text, attribute, number, says_yes},
};

pub(super) fn read(
    package: &mut Package,
    entry: SheetEntry,
    shared: &Shared,
    budget: &mut Budget,
) -> Result<Table, SheetError> {
    let Some(mut xml) = package.part(&entry.path)? else {
        return Err(SheetError::damaged(format!("“{}”: no {}", entry.name, entry.path)));
    };
    let grid = Grid::new(entry.name, entry.hidden);
    let mut pass = Pass { grid, shared, row: 0, column: 0, in_data: false, cell: None };
    while let Some(event) = xml.next()? {
        match &event {
            Event::Start(tag) => pass.start(tag, budget)?,
            Event::End(tag) => pass.end(tag.local_name().as_ref(), budget)?,
            event => pass.text(event, budget)?,
        }
    }
    pass.grid.finish()
}

struct Pass<'s> {
    grid: Grid,
    shared: &'s Shared,
    /// Where a row or a cell stands that does not say where.
    row: usize,
    column: usize,
    in_data: bool,
    cell: Option<Open>,
}

/// A cell in the making.
#[derive(Default)]
struct Open {
    place: (usize, usize),
    style: usize,
    kind: String,
    is_formula: bool,
    /// The text of its `v`, none without one.
    value: Option<String>,
    pieces: Pieces,
    inside: Inside,
}

#[derive(Default, PartialEq)]
enum Inside {
    #[default]
    Nothing,
    Value,
    Pieces,
}

impl Pass<'_> {
    fn start(&mut self, tag: &BytesStart, budget: &mut Budget) -> Result<(), SheetError> {
        let name = tag.local_name();
        if let Some(cell) = &mut self.cell {
            return cell.start(tag, name.as_ref());
        }
        match name.as_ref() {
            "sheetData" => self.in_data = true,
            "row" if self.in_data => {
                self.row = number(tag, "r")?.map_or(self.row, |row| row.saturating_sub(1));
                self.column = 0;
                if says_yes(tag, "hidden")? {
                    self.grid.hide_row(budget.limits, self.row);
                }
            }
            "c" if self.in_data => self.open(tag)?,
            "col" if says_yes(tag, "hidden")? => {
                if let (Some(first), Some(last)) = (number(tag, "min")?, number(tag, "max")?) {
                    self.grid.hide_columns(budget.limits, first.saturating_sub(1)..=last.saturating_sub(1));
                }
            }
            "mergeCell" => {
                let region = attribute(tag, "ref")?.unwrap_or_default();
                let merge = merge(&region).ok_or_else(|| SheetError::damaged(&region))?;
                self.grid.merge(budget, merge)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart) -> Result<(), SheetError> {
        let place = match attribute(tag, "r")? {
            Some(said) => place(&said).ok_or_else(|| SheetError::damaged(&said))?,
            None => (self.row, self.column),
        };
        let kind = attribute(tag, "t")?.unwrap_or(Cow::Borrowed("n"));
        let style = number(tag, "s")?.unwrap_or(0);
        self.column = place.1 + 1;
        self.cell = Some(Open { place, style, kind: kind.into_owned(), ..Open::default() });
        Ok(())
    }

    fn text(&mut self, event: &Event, budget: &Budget) -> Result<(), SheetError> {
        let Some(cell) = &mut self.cell else {
            return Ok(());
        };
        match (&cell.inside, &mut cell.value) {
            (Inside::Pieces, _) => cell.pieces.text(event, budget.limits),
            (Inside::Value, Some(value)) if value.len() <= budget.limits.cell_bytes => add_text(event, value),
            _ => Ok(()),
        }
    }

    fn end(&mut self, name: &str, budget: &mut Budget) -> Result<(), SheetError> {
        match name {
            "c" => {
                let Some(cell) = self.cell.take() else { return Ok(()) };
                return self.close(cell, budget);
            }
            "row" if self.in_data => self.row = self.row.saturating_add(1),
            "sheetData" => self.in_data = false,
            _ => {}
        }
        let Some(cell) = &mut self.cell else { return Ok(()) };
        match name {
            "v" | "is" => cell.inside = Inside::Nothing,
            name => cell.pieces.end(name),
        }
        Ok(())
    }

    fn close(&mut self, cell: Open, budget: &mut Budget) -> Result<(), SheetError> {
        let Open { place, style, kind, is_formula, value, pieces, .. } = cell;
        let of_style = || self.shared.styles.font(style);
        let said = value.as_deref().unwrap_or_default();
        let (value, font) = match kind.as_str() {
            "inlineStr" => {
                let phrase = pieces.finish();
                (Value::of_text(phrase.text.into_string()), phrase.font.or_else(of_style))
            }
            // A formula that gives no letters is computed; one without a value is not.
            "str" if said.is_empty() && value.is_some() => (Value::Empty, None),
            _ if said.is_empty() && is_formula => (Value::NoValue, of_style()),
            _ if said.is_empty() => (Value::Empty, None),
            "s" => {
                let phrase = said.trim().parse().ok().and_then(|at: usize| self.shared.strings.get(at));
                let phrase = phrase.ok_or_else(|| SheetError::damaged(format!("shared string {said}")))?;
                (Value::of_text(phrase.text.to_string()), phrase.font.clone().or_else(of_style))
            }
            "str" => (Value::of_text(unescaped(said.to_owned())), of_style()),
            "b" => (Value::Truth(matches!(said.trim(), "1" | "true")), of_style()),
            "e" => (Value::Error(said.to_owned()), of_style()),
            "d" => (iso(said), of_style()),
            _ => (self.number(said, style), of_style()),
        };
        self.grid.put(budget, place, value, font)
    }

    fn number(&self, said: &str, style: usize) -> Value {
        match said.trim().parse() {
            Ok(number) => numbers::value(number, self.shared.styles.shown(style), self.shared.epoch),
            Err(_) => Value::of_text(said.to_owned()),
        }
    }
}

impl Open {
    fn start(&mut self, tag: &BytesStart, name: &str) -> Result<(), SheetError> {
        match name {
            "f" => self.is_formula = true,
            "v" => {
                self.inside = Inside::Value;
                self.value = Some(String::new());
            }
            "is" => self.inside = Inside::Pieces,
            _ if self.inside == Inside::Pieces => self.pieces.start(tag)?,
            _ => {}
        }
        Ok(())
    }
}

/// A day, a time of day, or both, as ISO 8601 writes them; anything else is text.
fn iso(said: &str) -> Value {
    let bare = said.strip_suffix('Z').unwrap_or(said);
    let day = bare.split_once('T').map_or(bare, |(day, _)| day);
    match bare.parse::<DateTime>().ok().filter(|_| day.len() == 10) {
        Some(moment) if moment.time() == Time::midnight() => Value::Day(moment.date()),
        Some(moment) => Value::Time(format!("{} {}", moment.date(), moment.time())),
        None => {
            bare.parse::<Time>().map_or_else(|_| Value::of_text(said.to_owned()), |time| Value::Time(time.to_string()))
        }
    }
}

/// `C7` as row and column from 0.
fn place(said: &str) -> Option<(usize, usize)> {
    let letters = said.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = said.split_at(letters);
    let fits = (1..=3).contains(&letters.len()) && (1..=7).contains(&digits.len());
    if !fits || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number = |letter: u8| usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |column, letter| column * 26 + number(letter));
    Some((digits.parse::<usize>().ok()?.checked_sub(1)?, column - 1))
}

fn merge(region: &str) -> Option<Merge> {
    let (first, last) = region.split_once(':').unwrap_or((region, region));
    let (first, last) = (place(first)?, place(last)?);
    Some(Merge { rows: first.0..=last.0, columns: first.1..=last.1 })
}
