//! What all rooms share: languages, the frame of pages, who visits, and how a "no" is shown.
//!
//! Knows no feature. A request passes [`layers`] on its way in and out.

pub(crate) mod again;
pub(crate) mod fields;
pub(crate) mod filters;
pub(crate) mod lang;
pub(crate) mod layers;
pub(crate) mod layout;
pub(crate) mod load;
pub(crate) mod problem;
pub(crate) mod reply;
pub(crate) mod trouble;
pub(crate) mod visit;

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod page_samples;
#[cfg(test)]
mod page_tests;

/// The cookie that says in which language pages are shown.
pub(crate) const LANGUAGE_COOKIE: &str = "lang";
