//! Cycles: one run of a criteria set at a glance.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod fill;
pub(crate) mod invite;
pub(crate) mod list;
pub(crate) mod opening;
pub(crate) mod pages;
#[cfg(test)]
mod samples;
pub(crate) mod views;
