//! Cycles: one run of a criteria set at a glance.

pub(crate) mod api;
pub(crate) mod fill;
pub(crate) mod pages;
pub(crate) mod views;
