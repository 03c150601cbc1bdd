//! Recognition: numbered decisions, and the certificates that follow from them.

pub(crate) mod actions;
pub(crate) mod pages;
pub(crate) mod papers;
pub(crate) mod views;
