//! Records one after the other: a number that says what it is, a length, and so many bytes. Nothing is believed that
//! lies beyond the end of the stream.

use super::super::SheetError;

/// Bytes before the body of a record.
pub(super) const HEAD_BYTES: usize = 4;

pub(super) const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
pub(super) const CONTINUE: u16 = 0x003C;
const BIFF8: u16 = 0x0600;

/// A record.
#[derive(Clone, Copy)]
pub(super) struct Record<'s> {
    pub(super) kind: u16,
    pub(super) body: &'s [u8],
}

impl Record<'_> {
    pub(super) fn u16(&self, at: usize) -> Result<u16, SheetError> {
        number(self.body, at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&self, at: usize) -> Result<u32, SheetError> {
        number(self.body, at).map(u32::from_le_bytes)
    }

    pub(super) fn f64(&self, at: usize) -> Result<f64, SheetError> {
        number(self.body, at).map(f64::from_le_bytes)
    }

    pub(super) fn u8(&self, at: usize) -> Result<u8, SheetError> {
        self.body.get(at).copied().ok_or_else(cut)
    }

    /// A row, a column, the index of a style.
    pub(super) fn index(&self, at: usize) -> Result<usize, SheetError> {
        self.u16(at).map(usize::from)
    }

    pub(super) fn from(&self, at: usize) -> &[u8] {
        self.body.get(at..).unwrap_or_default()
    }
}

fn number<const BYTES: usize>(body: &[u8], at: usize) -> Result<[u8; BYTES], SheetError> {
    body.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or_else(cut)
}

/// A record ends too early.
pub(super) fn cut() -> SheetError {
    SheetError::damaged("a record is cut off")
}

pub(super) fn too_old() -> SheetError {
    SheetError::unknown("tệp Excel 5.0/95", "an Excel 5.0/95 file")
}

/// The records of a book or of a sheet, from its beginning to its end; those of charts within are passed over.
pub(super) struct Records<'s, 'c> {
    stream: &'s [u8],
    at: usize,
    within: usize,
    /// Records that may still be read of the whole stream.
    steps: &'c mut usize,
}

impl<'s, 'c> Records<'s, 'c> {
    pub(super) fn new(stream: &'s [u8], at: usize, steps: &'c mut usize) -> Result<Self, SheetError> {
        let mut records = Self { stream, at, within: 0, steps };
        let first = records.step()?;
        if first.kind != BOF {
            return Err(SheetError::damaged("no beginning of a sheet"));
        }
        if first.u16(0)? != BIFF8 {
            return Err(too_old());
        }
        Ok(records)
    }

    /// The next record, none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record<'s>>, SheetError> {
        loop {
            let record = self.step()?;
            match (record.kind, self.within) {
                (BOF, _) => self.within += 1,
                (EOF, 0) => return Ok(None),
                (EOF, _) => self.within -= 1,
                (_, 0) => return Ok(Some(record)),
                _ => {}
            }
        }
    }

    /// The body of the next record, if that goes on with this one.
    pub(super) fn continued(&mut self) -> Result<Option<&'s [u8]>, SheetError> {
        let goes_on = self.stream.get(self.at..).is_some_and(|rest| rest.starts_with(&CONTINUE.to_le_bytes()));
        if goes_on { self.step().map(|record| Some(record.body)) } else { Ok(None) }
    }

    fn step(&mut self) -> Result<Record<'s>, SheetError> {
        *self.steps = self.steps.checked_sub(1).ok_or_else(|| SheetError::damaged("sheets overlap"))?;
        let head: [u8; HEAD_BYTES] = number(self.stream, self.at)?;
        let bytes = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let from = self.at + HEAD_BYTES;
        let body = self.stream.get(from..from + bytes).ok_or_else(cut)?;
        self.at = from + bytes;
        Ok(Record { kind: u16::from_le_bytes([head[0], head[1]]), body })
    }
}
