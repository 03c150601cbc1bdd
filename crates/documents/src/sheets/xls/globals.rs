//! What all sheets of the book share: fonts, styles, texts, the list of sheets.

use std::{collections::HashMap, sync::Arc};

use super::{
    super::{
        Limits, SheetError,
        numbers::{self, Epoch, Shown},
    },
    letters::{self, Phrase},
    records::{Record, Records},
};

const FILEPASS: u16 = 0x002F;
const DATEMODE: u16 = 0x0022;
const FONT: u16 = 0x0031;
const BOUNDSHEET: u16 = 0x0085;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const FORMAT: u16 = 0x041E;

/// Fonts, formats and styles that an index of two bytes can name.
const MOST: usize = 65_536;

#[derive(Default)]
pub(super) struct Globals {
    pub(super) sheets: Vec<SheetEntry>,
    pub(super) strings: Vec<Phrase>,
    pub(super) epoch: Epoch,
    fonts: Vec<Option<Arc<str>>>,
    formats: HashMap<u16, Shown>,
    /// Of each style its font and its format.
    styles: Vec<(u16, u16)>,
}

pub(super) struct SheetEntry {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// Where its records begin.
    pub(super) place: usize,
}

impl Globals {
    /// Fonts count from 0, and there is none with the number 4.
    pub(super) fn font(&self, font: u16) -> Option<Arc<str>> {
        let font = usize::from(font);
        let at = if font > 4 { font - 1 } else { font };
        self.fonts.get(at).filter(|_| font != 4)?.clone()
    }

    pub(super) fn font_of_style(&self, style: usize) -> Option<Arc<str>> {
        self.styles.get(style).and_then(|(font, _)| self.font(*font))
    }

    pub(super) fn shown(&self, style: usize) -> Shown {
        let Some((_, format)) = self.styles.get(style) else {
            return Shown::Number;
        };
        self.formats.get(format).copied().unwrap_or_else(|| numbers::built_in(u32::from(*format)))
    }

    fn read_record(&mut self, record: &Record) -> Result<(), SheetError> {
        match record.kind {
            FILEPASS => return Err(SheetError::Encrypted),
            DATEMODE if record.u16(0)? == 1 => self.epoch = Epoch::Y1904,
            FONT if self.fonts.len() < MOST => {
                let name = letters::short(record.from(14))?;
                self.fonts.push(Some(name).filter(|name| !name.is_empty()).map(Arc::from));
            }
            FORMAT => {
                let shown = numbers::by_code(&letters::long(record.from(2))?);
                self.formats.insert(record.u16(0)?, shown);
            }
            XF if self.styles.len() < MOST => self.styles.push((record.u16(0)?, record.u16(2)?)),
            BOUNDSHEET if record.u8(5)? == 0 => self.sheets.push(SheetEntry {
                name: letters::short(record.from(6))?,
                hidden: record.u8(4)? & 0x03 != 0,
                place: usize::try_from(record.u32(0)?).unwrap_or(usize::MAX),
            }),
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn read(records: &mut Records, limits: &Limits) -> Result<Globals, SheetError> {
    let mut globals = Globals::default();
    while let Some(record) = records.next()? {
        if record.kind == SST {
            globals.strings = letters::shared(record, records, limits)?;
        } else if globals.sheets.len() <= limits.tables {
            globals.read_record(&record)?;
        }
    }
    Ok(globals)
}
