//! Long work in the background: who does it, and the pages that show how far it is.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod samples;
pub(crate) mod views;
pub(crate) mod worker;
