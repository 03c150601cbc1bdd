//! The text of a table in Unicode, whatever its fonts were made for.
//!
//! The font decides. A cell of another font than the old ones is Unicode if the table has old fonts at all; where the
//! file says nothing of fonts, or of modern ones only, all that the table says decides together.

use super::{
    Cell, Table, Value,
    words::{clean, one_line},
};
use crate::text::legacy::{self, Encoding};

/// So many texts are shown before and after.
const SAMPLES: usize = 5;
/// What is shown of a cell is not longer, in characters.
const SHOWN_CHARS: usize = 160;
/// So much of a cell is cleaned for that.
const CLEANED_CHARS: usize = 1_000;
/// No sample is longer, in characters.
const SAMPLE_CHARS: usize = 120;

/// How the texts of one table are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letters {
    has_old_font: bool,
    detected: Encoding,
    /// For what most of the table was written.
    pub(super) main: Encoding,
}

impl Letters {
    pub(super) fn of(table: &Table) -> Self {
        let (mut tcvn3, mut vni) = (0_usize, 0_usize);
        for cell in cells(table) {
            match of_cell(cell) {
                Some(Encoding::Tcvn3) => tcvn3 += 1,
                Some(Encoding::Vni) => vni += 1,
                _ => {}
            }
        }
        let has_old_font = tcvn3 + vni > 0;
        let undecided = cells(table).filter(|cell| match &cell.font {
            Some(_) => !has_old_font,
            None => true,
        });
        let detected = legacy::detect(undecided.filter_map(|cell| match &cell.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }));
        let main = match (has_old_font, tcvn3 >= vni) {
            (false, _) => detected,
            (true, true) => Encoding::Tcvn3,
            (true, false) => Encoding::Vni,
        };
        Self { has_old_font, detected, main }
    }

    fn encoding(self, cell: &Cell) -> Encoding {
        of_cell(cell).unwrap_or(match (&cell.font, self.has_old_font) {
            (Some(_), true) => Encoding::Unicode,
            _ => self.detected,
        })
    }

    fn decoded(self, cell: &Cell, text: &str) -> String {
        let capitals = cell.font.as_deref().is_some_and(legacy::shows_capitals);
        match self.encoding(cell) {
            // Cleaning composes; and what is ASCII is so in every encoding.
            Encoding::Unicode => text.to_owned(),
            _ if text.is_ascii() && !capitals => text.to_owned(),
            encoding => legacy::decode(text, encoding, capitals),
        }
    }

    /// The text of a cell, cleaned; none where it holds none.
    pub(super) fn text(self, cell: &Cell) -> Option<String> {
        let Value::Text(text) = &cell.value else { return None };
        let text = clean(&self.decoded(cell, text)).into_owned();
        (!text.is_empty()).then_some(text)
    }

    /// What a reader would see in a cell, in one line, and not more than fits one.
    pub(super) fn shown(self, cell: &Cell) -> String {
        // Of a cell that many rows share all of it would be cleaned for each.
        let start = match &cell.value {
            Value::Text(text) => text.char_indices().nth(CLEANED_CHARS).and_then(|(at, _)| text.get(..at)),
            _ => None,
        };
        let start = start.map(|start| Cell { value: Value::Text(start.to_owned()), font: cell.font.clone() });
        let shown = self
            .text(start.as_ref().unwrap_or(cell))
            .map_or_else(|| without_control(cell.value.shown().trim()), |text| one_line(&text));
        match shown.char_indices().nth(SHOWN_CHARS) {
            Some((at, _)) => format!("{}…", shown.get(..at).unwrap_or_default()),
            None => shown,
        }
    }

    /// The name of the table. Names have no font, so what reads well as it is stays.
    pub(super) fn name(self, name: &str) -> String {
        let decoded = legacy::decode(name, self.main, false);
        let is_better = !legacy::is_plausible(name) && legacy::is_plausible(&decoded);
        clean(if is_better { &decoded } else { name }).into_owned()
    }

    /// Some texts that read otherwise than they stand in the file.
    pub(super) fn before_after(self, table: &Table) -> Vec<(String, String)> {
        let mut samples: Vec<(String, String)> = Vec::new();
        for cell in cells(table) {
            let Value::Text(text) = &cell.value else { continue };
            if samples.len() == SAMPLES || text.is_ascii() || self.encoding(cell) == Encoding::Unicode {
                continue;
            }
            let short: String = text.chars().take(SAMPLE_CHARS).collect();
            let (decoded, short) = (without_control(&self.decoded(cell, &short)), without_control(&short));
            if decoded != short && samples.iter().all(|(before, _)| *before != short) {
                samples.push((short, decoded));
            }
        }
        samples
    }
}

/// Without what would steer the screen on which it is shown.
fn without_control(text: &str) -> String {
    one_line(text).chars().filter(|letter| !letter.is_control()).collect()
}

fn cells(table: &Table) -> impl Iterator<Item = &Cell> {
    table.rows.iter().flat_map(|row| &row.cells)
}

fn of_cell(cell: &Cell) -> Option<Encoding> {
    let text = matches!(cell.value, Value::Text(_));
    cell.font.as_deref().filter(|_| text).and_then(legacy::of_font)
}
