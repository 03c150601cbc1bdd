//! The archive: parts by name, inflated as a stream that counts. What the archive says about sizes is not believed.

use std::{
    cell::Cell,
    collections::HashMap,
    io::{self, Cursor, Read},
};

use zip::{ZipArchive, result::ZipError};

use super::{
    super::{Limits, SheetError},
    xml::Xml,
};

/// Bytes of XML between two events: the longest text of a cell, written with care.
const EVENT_BYTES: u64 = 512 << 10;

/// Events for each cell that may be kept: its own, those of its value and of pieces of text.
const EVENTS_OF_CELL: u64 = 8;

/// What may still be inflated and read.
pub(super) struct Meter {
    events: Cell<u64>,
    left: Cell<u64>,
    of_event: Cell<u64>,
    most: u64,
}

impl Meter {
    fn new(limits: &Limits) -> Self {
        let (most, cells) = (limits.inflated_bytes, u64::try_from(limits.cells).unwrap_or(u64::MAX));
        Self {
            events: Cell::new(cells.saturating_mul(EVENTS_OF_CELL).saturating_add(100_000)),
            left: Cell::new(most.saturating_add(1)),
            of_event: Cell::new(EVENT_BYTES),
            most,
        }
    }

    pub(super) fn new_event(&self) -> Result<(), SheetError> {
        self.of_event.set(EVENT_BYTES);
        let left = self.events.get().checked_sub(1).ok_or_else(|| {
            SheetError::too_large(
                "tệp có quá nhiều ô, kể cả ô trống có định dạng; hãy chép phần có dữ liệu sang tệp mới",
                "the file has too many cells, empty ones with a format included; copy what holds data to a new file",
            )
        })?;
        self.events.set(left);
        Ok(())
    }

    /// What an error while reading means.
    pub(super) fn error(&self, cause: impl ToString) -> SheetError {
        if self.left.get() == 0 {
            let most = self.most >> 20;
            return SheetError::too_large(
                format!("nội dung giải nén lớn hơn {most} MiB; hãy tách tệp"),
                format!("its inflated content is larger than {most} MiB; split the file"),
            );
        }
        if self.of_event.get() == 0 {
            return SheetError::long_text();
        }
        SheetError::damaged(cause)
    }
}

/// A part, inflated within what is left.
pub(super) struct Metered<'p> {
    part: Box<dyn Read + 'p>,
    meter: &'p Meter,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.part.read(buffer)?;
        let count = u64::try_from(bytes).unwrap_or(u64::MAX);
        for counter in [&self.meter.left, &self.meter.of_event] {
            counter.set(counter.get().saturating_sub(count));
            if counter.get() == 0 {
                return Err(io::Error::other("too large"));
            }
        }
        Ok(bytes)
    }
}

/// The archive and its names, as Excel compares them: without regard to case.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    places: HashMap<String, usize>,
    meter: Meter,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, SheetError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(SheetError::damaged)?;
        if archive.len() > limits.parts {
            return Err(SheetError::too_large(
                "tệp có quá nhiều phần bên trong; hãy bỏ hình ảnh",
                "the file has too many parts inside; remove pictures",
            ));
        }
        let names = (0..archive.len()).filter_map(|place| Some((archive.name_for_index(place)?.ok()?, place)));
        let places: HashMap<String, usize> = names.map(|(name, place)| (normal(&name), place)).collect();
        if let Some((vi, en)) = other_kind(&places) {
            return Err(SheetError::unknown(vi, en));
        }
        Ok(Self { archive, places, meter: Meter::new(limits) })
    }

    /// A part, none if there is no such part.
    pub(super) fn part(&mut self, path: &str) -> Result<Option<Xml<'_>>, SheetError> {
        let Some(place) = self.places.get(&normal(path)) else {
            return Ok(None);
        };
        let part = self.archive.by_index(*place).map_err(|cause| match cause {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                SheetError::Encrypted
            }
            cause => SheetError::damaged(cause),
        })?;
        Ok(Some(Xml::new(Metered { part: Box::new(part), meter: &self.meter }, &self.meter)))
    }
}

fn normal(path: &str) -> String {
    path.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

/// Archives that look like an XLSX from outside.
fn other_kind(places: &HashMap<String, usize>) -> Option<(&'static str, &'static str)> {
    let has = |path: &str| places.contains_key(path);
    if has("_rels/.rels") && !["word/document.xml", "ppt/presentation.xml", "xl/workbook.bin"].into_iter().any(has) {
        return None;
    }
    Some(match () {
        () if has("xl/workbook.xml") => return None,
        () if has("xl/workbook.bin") => ("tệp .xlsb", "an .xlsb file"),
        () if has("word/document.xml") => ("tài liệu Word (.docx)", "a Word document (.docx)"),
        () if has("ppt/presentation.xml") => ("bài trình chiếu (.pptx)", "a presentation (.pptx)"),
        () if has("content.xml") && has("mimetype") => {
            ("tệp OpenDocument (.ods, .odt)", "an OpenDocument file (.ods, .odt)")
        }
        () => ("tệp nén ZIP", "a ZIP archive"),
    })
}
