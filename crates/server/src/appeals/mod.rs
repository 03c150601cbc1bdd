//! Appeals: a unit asks that a decision which withheld its title be looked at again, and is answered.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod views;

#[cfg(test)]
pub(crate) mod samples;
