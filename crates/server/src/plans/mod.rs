//! Remedies: what a unit will do about criteria it does not meet.

pub(crate) mod actions;
pub(crate) mod pages;
pub(crate) mod views;
