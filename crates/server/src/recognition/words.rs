//! Titles that were given, in words: how they stand, and what was ruled on them.

use dienhinh_domain::{
    calendar::format_day,
    recognition::{Decision, Measure, Ruled, Status},
};

use super::views::RuledView;
use crate::web::{lang::Lang, layout::Tone};

/// How a title stands.
pub(crate) fn status_text(lang: Lang, status: Status) -> String {
    lang.look_up(&format!("title-{}", status.code()), &[])
}

/// How that is meant.
pub(crate) fn status_tone(status: Status) -> Tone {
    match status {
        Status::InForce => Tone::Ok,
        Status::Suspended => Tone::Wait,
        Status::Revoked => Tone::No,
    }
}

/// What is done to a title.
pub(crate) fn measure_text(lang: Lang, measure: Measure) -> String {
    lang.look_up(&format!("measure-{}", measure.code()), &[])
}

/// A decision's address and name: `05/QĐ-UBND, 24/11/2023`.
pub(crate) fn link(decision: &Decision) -> (String, String) {
    let name = format!("{}, {}", decision.notation(), format_day(decision.draft.signed_on));
    (format!("/recognition/{}", decision.id), name)
}

/// A ruling with its decision, day and reason.
pub(crate) fn ruled(lang: Lang, ruled: &Ruled) -> RuledView {
    RuledView {
        href: format!("/recognition/{}", ruled.decision),
        decision: format!("{}, {}", ruled.notation, format_day(ruled.signed_on)),
        measure: measure_text(lang, ruled.ruling.measure),
        effective_on: format_day(ruled.ruling.effective_on),
        reason: ruled.ruling.reason.clone(),
    }
}
