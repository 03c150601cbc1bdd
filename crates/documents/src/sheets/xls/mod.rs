//! XLS of Excel 97 to 2003: a compound file with a stream of records (BIFF8), and which record stands where.

mod globals;
mod letters;
mod records;
mod sheet;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{Cursor, Read as _},
};

use cfb::CompoundFile;

use super::{SheetError, Table, grid::Budget, numbers::Epoch};
use records::Records;

/// Sectors of the container.
const SECTOR_BYTES: usize = 512;

/// Every sheet with cells, in the order of the book.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Table>, SheetError> {
    let stream = stream(bytes)?;
    // Sheets cannot overlap: all of them together have no more records than fit into the stream.
    let mut steps = stream.len() / records::HEAD_BYTES + 1;
    let globals = globals::read(&mut Records::new(&stream, 0, &mut steps)?, budget.limits)?;
    let mut tables = Vec::new();
    let mut places = BTreeSet::new();
    for entry in &globals.sheets {
        budget.takes_table(tables.len())?;
        if !places.insert(entry.place) {
            return Err(SheetError::damaged("two sheets in one place"));
        }
        let mut records = Records::new(&stream, entry.place, &mut steps)?;
        let table = sheet::read(&mut records, entry, &globals, budget)?;
        tables.push(Table { counts_from_1904: globals.epoch == Epoch::Y1904, ..table });
    }
    Ok(tables)
}

/// The stream of the book; other files of the same container get their names.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, SheetError> {
    // Some programs do not write the last sector to its end.
    let whole = bytes.len().next_multiple_of(SECTOR_BYTES);
    let bytes = if whole == bytes.len() {
        Cow::Borrowed(bytes)
    } else {
        let mut copy = Vec::with_capacity(whole);
        copy.extend_from_slice(bytes);
        copy.resize(whole, 0);
        Cow::Owned(copy)
    };
    let mut container = CompoundFile::open(Cursor::new(&*bytes)).map_err(SheetError::damaged)?;
    if container.is_stream("/EncryptedPackage") {
        return Err(SheetError::Encrypted);
    }
    if container.is_stream("/Workbook") {
        let workbook = container.open_stream("/Workbook").map_err(SheetError::damaged)?;
        let mut stream = Vec::new();
        let most = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        workbook.take(most).read_to_end(&mut stream).map_err(SheetError::damaged)?;
        return Ok(stream);
    }
    let has = |path: &str| container.is_stream(path);
    Err(match () {
        () if has("/Book") => records::too_old(),
        () if has("/WordDocument") => SheetError::unknown("tài liệu Word (.doc)", "a Word document (.doc)"),
        () if has("/PowerPoint Document") => SheetError::unknown("bài trình chiếu (.ppt)", "a presentation (.ppt)"),
        () => SheetError::unknown("tệp Office không có bảng tính", "an Office file without a spreadsheet"),
    })
}
