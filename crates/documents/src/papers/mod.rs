//! The papers as values, and how each becomes the input of its template.
//!
//! Layout is not decided here: it lies in `templates/`.

pub(crate) mod certificate;
pub(crate) mod decision;
pub(crate) mod minutes;
pub(crate) mod parts;
pub(crate) mod score_sheet;
