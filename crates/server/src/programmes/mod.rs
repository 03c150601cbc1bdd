//! Programmes: the criteria sets of the installation with their sources, read-only.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod view_samples;
pub(crate) mod views;
pub(crate) mod what_if;
