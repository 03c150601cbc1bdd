//! Imports: the rows of a spreadsheet become units or answers, all of them or the sound ones, and can be taken back.
//!
//! `take` reads, decides and writes in one transaction; what a row means is decided in the domain. `undo` takes back.
//! `drafts` is the way of an officer through the pages, `operator` that of the command line.

mod answers;
pub(crate) mod drafts;
mod empty_form;
pub(crate) mod operator;
pub(crate) mod pages;
mod rejected;
#[cfg(test)]
mod samples;
pub(crate) mod tables;
pub(crate) mod take;
pub(crate) mod undo;
mod units;
pub(crate) mod views;
