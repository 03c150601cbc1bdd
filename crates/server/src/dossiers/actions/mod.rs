//! The verbs of dossiers. One function is one permission, one transaction, one audit entry.

mod answer;
mod appraisal;
mod steps;

pub(crate) use answer::{Answered, Typed, answer};
pub(crate) use appraisal::{Judged, Verdict, appraise, appraise_rows, send_back};
pub(crate) use steps::{present, register, submit, withdraw};
