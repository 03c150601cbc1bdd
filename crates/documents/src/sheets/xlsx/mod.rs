//! XLSX: the parts of the archive, and in which order they become tables.
//!
//! The parts are read here and not by a library: decision 21 says what those believe of a file.

mod package;
mod sheet;
mod strings;
mod styles;
mod workbook;
mod xml;

use super::{SheetError, Table, grid::Budget, numbers::Epoch};
use package::Package;
use strings::Phrase;
use styles::Styles;

/// What cells point at.
struct Shared {
    styles: Styles,
    strings: Vec<Phrase>,
    epoch: Epoch,
}

/// Every sheet with cells, in the order of the book.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Table>, SheetError> {
    let limits = budget.limits;
    let mut package = Package::open(bytes, limits)?;
    let book = workbook::read(&mut package, limits)?;
    let styles = styles::read(&mut package, &book.styles)?;
    let strings = strings::read(&mut package, &book.strings, limits)?;
    let shared = Shared { styles, strings, epoch: book.epoch };
    let mut tables = Vec::new();
    for entry in book.sheets {
        budget.takes_table(tables.len())?;
        let table = sheet::read(&mut package, entry, &shared, budget)?;
        tables.push(Table { counts_from_1904: shared.epoch == Epoch::Y1904, ..table });
    }
    Ok(tables)
}
