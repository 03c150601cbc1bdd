//! Filters that templates share.

#![expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "the shape that the attribute of a filter asks for and writes"
)]

use std::fmt::Display;

use askama::{Values, filters::Safe};

/// An icon of the sprite in `layout.html`; decoration, a word always stands beside it.
#[askama::filter_fn]
pub(crate) fn icon(name: impl Display, _values: &dyn Values) -> askama::Result<Safe<String>> {
    Ok(Safe(format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>")))
}
