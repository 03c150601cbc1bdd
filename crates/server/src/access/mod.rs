//! Who acts: the ready roles of the sample, and the frame of every action. Sign-in does not exist yet.

pub(crate) mod actions;
pub(crate) mod pages;
