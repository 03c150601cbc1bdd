//! Proofs: files attached to criteria, with their own date and their own place to look.

pub(crate) mod actions;
pub(crate) mod operator;
pub(crate) mod pages;
pub(crate) mod tus;
mod uploads;
