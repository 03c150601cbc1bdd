//! Committees: steering committees and councils, who belongs to them, their meetings and votes (M2, S11).

pub(crate) mod actions;
pub(crate) mod pages;
pub(crate) mod views;
pub(crate) mod words;

#[cfg(test)]
mod samples;
