//! The verbs of committees.

mod founding;
mod meetings;
mod voting;

pub(crate) use founding::{NewCommittee, NewMember, appoint, found, release};
pub(crate) use meetings::{Agenda, Attendance, call, call_off, close, open, seats_on};
pub(crate) use voting::{account_of, adjudicate, may_break_tie, seat_of, vote};

use dienhinh_domain::{
    committees::{Committee, Meeting, voting::Rules},
    ids::{CommitteeId, MeetingId},
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, committees as rows, cycles, units};

use crate::{
    app::App,
    web::problem::{Outcome, Problem},
};

/// A committee and the unit whose it is, as the unit is today; one that is no more, as it was at the founding.
pub(crate) async fn committee_of(app: &App, tx: &mut Tx, id: CommitteeId) -> Outcome<(Committee, UnitAsOf)> {
    let committee = rows::get(tx, id).await?.ok_or(Problem::Missing("committee"))?;
    let unit = match units::get(tx, committee.unit, app.today()).await? {
        Some(unit) => unit,
        None => units::get(tx, committee.unit, committee.founded_on).await?.ok_or(Problem::Missing("unit"))?,
    };
    Ok((committee, unit))
}

/// A meeting with its council, that one's unit, and the rules it votes by.
pub(crate) struct Sitting {
    pub(crate) meeting: Meeting,
    pub(crate) committee: Committee,
    pub(crate) unit: UnitAsOf,
    pub(crate) rules: Rules,
}

impl Sitting {
    /// Reads one. Missing: no such meeting.
    pub(crate) async fn load(app: &App, tx: &mut Tx, id: MeetingId) -> Outcome<Self> {
        let meeting = rows::meeting(tx, id).await?.ok_or(Problem::Missing("meeting"))?;
        let (committee, unit) = committee_of(app, tx, meeting.committee).await?;
        let cycle = cycles::get(tx, meeting.cycle).await?.ok_or(Problem::Missing("cycle"))?;
        let council = app.set_of(&cycle).set.recognition.council.as_ref().ok_or(Problem::Missing("council"))?;
        Ok(Self { rules: council.rules, meeting, committee, unit })
    }
}
