//! The public side: recognised units, and whether a certificate is real. No cookie, no script, no sign-in.

pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod views;
