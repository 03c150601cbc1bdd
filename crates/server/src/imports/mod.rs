//! Imports: the rows of a spreadsheet become units or answers, all of them or the sound ones, and can be taken back.
//!
//! `take` reads, decides and writes in one transaction; what a row means is decided in the domain. `undo` takes back.

mod answers;
pub(crate) mod operator;
mod rejected;
pub(crate) mod tables;
pub(crate) mod take;
pub(crate) mod undo;
mod units;
