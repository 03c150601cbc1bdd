//! A cycle: one criteria set put to some kinds of units over one named calendar.
//!
//! A result belongs to (unit, programme, cycle). The assessment year is a calendar with dates, never
//! a bare number: residential areas run 01/11→31/10, communes and bodies 16/11→15/11
//! (Circular 124/2021/TT-BCA, art. 8).

use jiff::civil::Date;

use crate::{calendar::Period, ids::CycleId};

/// One run of a criteria set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// Identity.
    pub id: CycleId,
    /// Code of the programme the set belongs to.
    pub programme: String,
    /// Code of the criteria set.
    pub set_code: String,
    /// Version of the set, pinned when the cycle opened.
    pub set_version: String,
    /// The year in the cycle's name.
    pub year: i16,
    /// The days that are judged, half-open.
    pub assessed: Period,
    /// Last day to register.
    pub registration_until: Date,
    /// Last day to submit the dossier.
    pub due_on: Date,
}

impl Cycle {
    /// The last day that is judged: the unit is assessed as it was on it.
    pub fn last_day(&self) -> Date {
        self.assessed.until.and_then(|until| until.yesterday().ok()).unwrap_or(self.assessed.from)
    }
}
