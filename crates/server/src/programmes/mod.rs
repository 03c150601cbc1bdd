//! Programmes: the criteria sets of the installation with their sources. Pages and API only read; the operator puts
//! versions in.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod view_samples;
pub(crate) mod views;
pub(crate) mod what_if;
