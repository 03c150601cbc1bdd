//! Dossiers: one unit in one cycle, from registration to the decision.
//!
//! `actions` has the verbs, `pages` the handlers, `views` what templates may show, `fill` how a view comes from
//! a case. Proofs are in the room `evidence`, plans in `plans`, decisions in `recognition`.

pub(crate) mod actions;
pub(crate) mod apart;
pub(crate) mod api;
pub(crate) mod case;
pub(crate) mod children;
pub(crate) mod fill;
pub(crate) mod pages;
pub(crate) mod papers;
pub(crate) mod seen;
mod snapshot;
pub(crate) mod standings;
pub(crate) mod version;
pub(crate) mod views;
