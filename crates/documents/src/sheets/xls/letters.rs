//! Texts of BIFF8: one or two bytes a letter, spread over records; and the table of texts that cells share.

use super::{
    super::{Limits, SheetError},
    records::{Record, Records, cut},
};

const WIDE: u8 = 0x01;
const FAR_EAST: u8 = 0x04;
const RICH: u8 = 0x08;

/// A text, and its font where all of it has one that is not the cell's.
pub(super) struct Phrase {
    pub(super) text: Box<str>,
    pub(super) font: Option<u16>,
}

/// Text in one record: a length of one byte or of two, a flag, letters.
pub(super) fn short(body: &[u8]) -> Result<String, SheetError> {
    let length = usize::from(*body.first().ok_or_else(cut)?);
    one_record(&body[1..], length)
}

pub(super) fn long(body: &[u8]) -> Result<String, SheetError> {
    let length = body.first_chunk().ok_or_else(cut)?;
    one_record(&body[2..], usize::from(u16::from_le_bytes(*length)))
}

fn one_record(body: &[u8], length: usize) -> Result<String, SheetError> {
    let (flags, body) = body.split_first().ok_or_else(cut)?;
    // Runs and readings stand behind the letters; their numbers stand before them.
    let skipped = usize::from(flags & RICH != 0) * 2 + usize::from(flags & FAR_EAST != 0) * 4;
    let bytes = length << (flags & WIDE);
    let letters = body.get(skipped..skipped + bytes).ok_or_else(cut)?;
    Ok(text(&units(letters, flags & WIDE != 0)))
}

fn units(letters: &[u8], is_wide: bool) -> Vec<u16> {
    if is_wide {
        letters.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect()
    } else {
        letters.iter().copied().map(u16::from).collect()
    }
}

fn text(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}

/// Text with a length of two bytes that may go on in the next records.
pub(super) fn across<'s>(body: &'s [u8], records: &mut Records<'s, '_>) -> Result<String, SheetError> {
    let length = usize::from(u16::from_le_bytes(*body.first_chunk().ok_or_else(cut)?));
    let flags = *body.get(2).ok_or_else(cut)?;
    let mut pages = Pages { body: &body[3..], records };
    Ok(text(&pages.letters(length, flags & WIDE != 0)?))
}

/// The table of shared texts. How many there are says the file; there are as many as there are bytes for.
pub(super) fn shared<'s>(
    first: Record<'s>,
    records: &mut Records<'s, '_>,
    limits: &Limits,
) -> Result<Vec<Phrase>, SheetError> {
    let claimed = usize::try_from(first.u32(4)?).unwrap_or(usize::MAX);
    let mut pages = Pages { body: first.body.get(8..).unwrap_or_default(), records };
    let mut phrases = Vec::new();
    let mut bytes = 0;
    while phrases.len() < claimed && pages.has_more()? {
        let phrase = pages.phrase()?;
        bytes += phrase.text.len();
        phrases.push(phrase);
        limits.hold_shared(phrases.len(), bytes)?;
    }
    Ok(phrases)
}

/// Bytes that go on from record to record.
struct Pages<'s, 'c, 'r> {
    body: &'s [u8],
    records: &'r mut Records<'s, 'c>,
}

impl<'s> Pages<'s, '_, '_> {
    fn has_more(&mut self) -> Result<bool, SheetError> {
        while self.body.is_empty() {
            let Some(body) = self.records.continued()? else {
                return Ok(false);
            };
            self.body = body;
        }
        Ok(true)
    }

    /// At most so many bytes, as they stand in one record; at least one.
    fn some(&mut self, most: usize) -> Result<&'s [u8], SheetError> {
        if !self.has_more()? {
            return Err(cut());
        }
        let (some, rest) = self.body.split_at(most.min(self.body.len()));
        self.body = rest;
        Ok(some)
    }

    fn array<const BYTES: usize>(&mut self) -> Result<[u8; BYTES], SheetError> {
        let mut array = [0; BYTES];
        for byte in &mut array {
            *byte = self.some(1)?[0];
        }
        Ok(array)
    }

    fn skip(&mut self, mut bytes: usize) -> Result<(), SheetError> {
        while bytes > 0 {
            bytes -= self.some(bytes)?.len();
        }
        Ok(())
    }

    fn phrase(&mut self) -> Result<Phrase, SheetError> {
        let length = usize::from(u16::from_le_bytes(self.array()?));
        let [flags] = self.array()?;
        let runs = if flags & RICH == 0 { 0 } else { u16::from_le_bytes(self.array()?) };
        let readings = if flags & FAR_EAST == 0 { 0 } else { u32::from_le_bytes(self.array()?) };
        let text = text(&self.letters(length, flags & WIDE != 0)?);
        let font = self.runs(runs)?;
        self.skip(usize::try_from(readings).unwrap_or(usize::MAX))?;
        Ok(Phrase { text: text.into_boxed_str(), font })
    }

    /// Letters; where a record ends among them, the next one says anew how wide they are.
    fn letters(&mut self, length: usize, mut is_wide: bool) -> Result<Vec<u16>, SheetError> {
        let mut letters = Vec::new();
        while letters.len() < length {
            if self.body.is_empty() {
                let [flags] = self.array()?;
                is_wide = flags & WIDE != 0;
            }
            let some = self.some((length - letters.len()) << usize::from(is_wide))?;
            if is_wide && some.len() % 2 == 1 {
                return Err(cut());
            }
            letters.extend(units(some, is_wide));
        }
        Ok(letters)
    }

    /// The one font of all runs, if they begin with the text.
    fn runs(&mut self, runs: u16) -> Result<Option<u16>, SheetError> {
        let mut font = None;
        for run in 0..runs {
            let [at_low, at_high, low, high] = self.array()?;
            let (at, of_run) = (u16::from_le_bytes([at_low, at_high]), u16::from_le_bytes([low, high]));
            let is_same = if run == 0 { at == 0 } else { font == Some(of_run) };
            font = Some(of_run).filter(|_| is_same);
        }
        Ok(font)
    }
}
