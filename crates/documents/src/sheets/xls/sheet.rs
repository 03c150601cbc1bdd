//! A sheet: its cells, what is hidden and what is merged.

use super::{
    super::{
        Merge, SheetError, Table, Value,
        grid::{Budget, Grid},
        numbers,
    },
    globals::{Globals, SheetEntry},
    letters,
    records::{Record, Records},
};

const FORMULA: u16 = 0x0006;
const COLINFO: u16 = 0x007D;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const MERGEDCELLS: u16 = 0x00E5;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const ROW: u16 = 0x0208;
const RK: u16 = 0x027E;

pub(super) fn read(
    records: &mut Records,
    entry: &SheetEntry,
    globals: &Globals,
    budget: &mut Budget,
) -> Result<Table, SheetError> {
    let grid = Grid::new(entry.name.clone(), entry.hidden);
    let mut pass = Pass { grid, globals, budget, awaits_text: None };
    while let Some(record) = records.next()? {
        match record.kind {
            STRING => pass.formula_text(&record, records)?,
            ROW if record.u16(12)? & 0x20 != 0 => pass.grid.hide_row(pass.budget.limits, record.index(0)?),
            COLINFO if record.u16(8)? & 0x01 != 0 => {
                pass.grid.hide_columns(pass.budget.limits, record.index(0)?..=record.index(2)?);
            }
            MERGEDCELLS => pass.merges(&record)?,
            MULRK => pass.numbers(&record)?,
            _ => pass.cell(&record)?,
        }
    }
    pass.close_formula()?;
    pass.grid.finish()
}

struct Pass<'p, 'b> {
    grid: Grid,
    globals: &'p Globals,
    budget: &'p mut Budget<'b>,
    /// A formula whose text comes in a later record: row, column, style.
    awaits_text: Option<(usize, usize, usize)>,
}

impl Pass<'_, '_> {
    fn cell(&mut self, record: &Record) -> Result<(), SheetError> {
        let value = match record.kind {
            LABELSST => return self.shared_text(record),
            LABEL | RSTRING => Value::of_text(letters::long(record.from(6))?),
            NUMBER => self.number(record.f64(6)?, record.index(4)?),
            RK => self.number(packed(record.u32(6)?), record.index(4)?),
            BOOLERR => truth_or_error(record.u8(6)?, record.u8(7)? != 0),
            FORMULA => {
                self.close_formula()?;
                match self.formula(record)? {
                    Some(value) => value,
                    None => return Ok(()),
                }
            }
            _ => return Ok(()),
        };
        self.put(record.index(0)?, record.index(2)?, record.index(4)?, value)
    }

    fn put(&mut self, row: usize, column: usize, style: usize, value: Value) -> Result<(), SheetError> {
        self.grid.put(self.budget, (row, column), value, self.globals.font_of_style(style))
    }

    fn number(&self, number: f64, style: usize) -> Value {
        numbers::value(number, self.globals.shown(style), self.globals.epoch)
    }

    fn shared_text(&mut self, record: &Record) -> Result<(), SheetError> {
        let at = record.u32(6)?;
        let phrase = usize::try_from(at).ok().and_then(|at| self.globals.strings.get(at));
        let phrase = phrase.ok_or_else(|| SheetError::damaged(format!("shared string {at}")))?;
        let font = phrase.font.and_then(|font| self.globals.font(font));
        let font = font.or_else(|| self.globals.font_of_style(record.u16(4).map_or(0, usize::from)));
        self.grid.put(self.budget, (record.index(0)?, record.index(2)?), Value::of_text(phrase.text.to_string()), font)
    }

    /// Numbers side by side: the row, the first column, and of each its style and number.
    fn numbers(&mut self, record: &Record) -> Result<(), SheetError> {
        let (row, first) = (record.index(0)?, record.index(2)?);
        for at in 0..record.from(4).len().saturating_sub(2) / 6 {
            let style = record.index(4 + at * 6)?;
            let value = self.number(packed(record.u32(6 + at * 6)?), style);
            self.put(row, first + at, style, value)?;
        }
        Ok(())
    }

    /// What a formula gave when it was last computed; none where its text is still to come.
    fn formula(&mut self, record: &Record) -> Result<Option<Value>, SheetError> {
        if record.u16(12)? != 0xFFFF {
            return Ok(Some(self.number(record.f64(6)?, record.index(4)?)));
        }
        match (record.u8(6)?, record.u8(8)?) {
            (0, _) => {
                self.awaits_text = Some((record.index(0)?, record.index(2)?, record.index(4)?));
                Ok(None)
            }
            (1, truth) => Ok(Some(Value::Truth(truth != 0))),
            (2, error) => Ok(Some(truth_or_error(error, true))),
            _ => Ok(None),
        }
    }

    fn formula_text<'s>(&mut self, record: &Record<'s>, records: &mut Records<'s, '_>) -> Result<(), SheetError> {
        let Some((row, column, style)) = self.awaits_text.take() else {
            return Ok(());
        };
        let said = letters::across(record.body, records)?;
        self.put(row, column, style, Value::of_text(said))
    }

    /// A formula whose text never came was never computed.
    fn close_formula(&mut self) -> Result<(), SheetError> {
        let Some((row, column, style)) = self.awaits_text.take() else {
            return Ok(());
        };
        self.put(row, column, style, Value::NoValue)
    }

    fn merges(&mut self, record: &Record) -> Result<(), SheetError> {
        for at in 0..record.index(0)?.min(record.from(2).len() / 8) {
            let number = |field: usize| record.index(2 + at * 8 + field * 2);
            let merge = Merge { rows: number(0)?..=number(1)?, columns: number(2)?..=number(3)? };
            self.grid.merge(self.budget, merge)?;
        }
        Ok(())
    }
}

/// A number in 30 bits: a whole one or the upper half of a double; two more bits say which, and whether in hundredths.
fn packed(bits: u32) -> f64 {
    let number = if bits & 0x02 == 0 {
        f64::from_bits(u64::from(bits & !0x03) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 0x01 == 0 { number } else { number / 100.0 }
}

fn truth_or_error(code: u8, is_error: bool) -> Value {
    if !is_error {
        return Value::Truth(code != 0);
    }
    let words = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    };
    Value::Error(words.to_owned())
}
