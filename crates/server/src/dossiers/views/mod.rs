//! What the pages of dossiers show: display-ready values and the templates they fill.
//!
//! Nothing here asks the database or decides what is allowed.

pub(crate) mod appraisal;
pub(crate) mod parts;
pub(crate) mod print;
pub(crate) mod replies;
pub(crate) mod sheet;
pub(crate) mod work;

#[cfg(test)]
mod sheet_samples;
