//! Recognition: numbered decisions, the certificates that follow from them, and what later decisions do to these.

pub(crate) mod actions;
pub(crate) mod pages;
pub(crate) mod papers;
pub(crate) mod rulings;
pub(crate) mod views;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod samples;
