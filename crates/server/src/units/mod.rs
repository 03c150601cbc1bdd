//! Units: the search without accents, and the business card of one unit.

pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod views;
