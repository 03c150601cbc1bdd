//! Calling a council together, opening its meeting, counting the votes.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    committees::{MOTIONS_MAX, Meeting, Motion, Seat, State, Way, present, voting::Tally},
    dossiers,
    ids::{CommitteeId, CycleId, DossierId, MeetingId, MemberId},
    recognition::issuer_of,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, committees as rows, cycles};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Sitting, committee_of, voting::account_of};
use crate::{
    access::actions::{Done, conclude, permit},
    app::App,
    dossiers::case::Case,
    web::problem::{Outcome, Problem},
};

/// What a meeting is called for.
#[derive(Debug, Clone)]
pub(crate) struct Agenda {
    pub(crate) cycle: CycleId,
    pub(crate) held_on: Date,
    pub(crate) place: String,
    pub(crate) dossiers: BTreeSet<DossierId>,
    /// Why a council votes once more on what it has voted on; may be empty.
    pub(crate) again_why: String,
}

/// Calls a council to a meeting. Refused, beside what the rules refuse: a dossier is of another cycle, is not appraised, is
/// decided on elsewhere, or stands on another agenda.
pub(crate) async fn call(app: &App, actor: Actor, id: CommitteeId, agenda: Agenda) -> Outcome<MeetingId> {
    let agenda = &agenda;
    app.act(actor, |mut tx| async move {
        let (committee, unit) = committee_of(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesCall, &unit)?;
        let meeting = Meeting {
            id: MeetingId::new(app.new_id()),
            committee: id,
            cycle: agenda.cycle,
            held_on: agenda.held_on,
            place: agenda.place.clone(),
            again_why: agenda.again_why.clone(),
            state: State::Called,
            way: None,
            presides: None,
            opened_at: None,
            closed_at: None,
        };
        let cycle = cycles::get(&mut tx, agenda.cycle).await?.ok_or(Problem::Missing("cycle"))?;
        if app.set_of(&cycle).set.recognition.council.is_none() {
            return Err(Refused::new("committees.no_rules").into());
        }
        let verdicts = rows::verdicts(&mut tx, unit.id(), agenda.dossiers.iter().copied()).await?;
        let judged =
            if agenda.dossiers.len() > MOTIONS_MAX { Vec::new() } else { agenda.dossiers.iter().copied().collect() };
        let mut has_voted_on = false;
        for case in Case::listed(app, &mut tx, judged).await? {
            may_be_put(&case, &meeting, &unit)?;
            has_voted_on |= verdicts.contains_key(&(case.dossier.id, case.judged_sha256()));
        }
        let meeting = meeting.called(&committee, agenda.dossiers.len(), has_voted_on)?;
        if !rows::pending(&mut tx, agenda.dossiers.iter().copied()).await?.is_empty() {
            return Err(Refused::new("committees.on_agenda").into());
        }
        let motions: Vec<Motion> = agenda.dossiers.iter().map(|dossier| Motion::on(*dossier)).collect();
        rows::insert_meeting(&mut tx, &meeting, &motions).await?;
        let detail = json!({
            "committee": id.to_string(),
            "held_on": meeting.held_on.to_string(),
            "motions": motions.len(),
        });
        let after = text(&meeting, &[], &motions);
        concluded(app, tx, actor, Action::CommitteesCall, &meeting, &unit, &detail, after, meeting.id).await
    })
    .await
}

pub(super) fn may_be_put(case: &Case, meeting: &Meeting, unit: &UnitAsOf) -> Result<(), Refused> {
    let name = &case.unit.version.name;
    if case.cycle.id != meeting.cycle {
        return Err(Refused::new("recognition.several_cycles"));
    }
    if issuer_of(&case.unit, &case.loaded.set.recognition.issued_by) != Some(unit.id()) {
        return Err(Refused::new("recognition.not_competent").with("unit", name));
    }
    if case.dossier.state != dossiers::State::Appraised {
        return Err(Refused::new("committees.not_appraised").with("unit", name));
    }
    Ok(())
}

/// Calls a meeting off, or breaks it off before the count; its dossiers may be put on another agenda.
pub(crate) async fn call_off(app: &App, actor: Actor, id: MeetingId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let Sitting { meeting, unit, .. } = Sitting::load(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesCallOff, &unit)?;
        let meeting = meeting.call_off()?;
        rows::save_meeting(&mut tx, &meeting).await?;
        let (seats, motions) = (rows::seats(&mut tx, id).await?, rows::motions(&mut tx, id).await?);
        let detail = json!({ "motions": motions.len() });
        let after = text(&meeting, &seats, &motions);
        concluded(app, tx, actor, Action::CommitteesCallOff, &meeting, &unit, &detail, after, ()).await
    })
    .await
}

/// Who came to a meeting, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Attendance {
    pub(crate) present: BTreeSet<MemberId>,
    /// How the votes come together; none where the meeting is given up because too few came.
    pub(crate) way: Option<Way>,
}

/// Opens a meeting, or gives it up. From now on it is settled who may vote, and on what.
pub(crate) async fn open(app: &App, actor: Actor, id: MeetingId, attendance: Attendance) -> Outcome<()> {
    let attendance = &attendance;
    app.act(actor, |mut tx| async move {
        let Sitting { meeting, unit, rules, committee } = Sitting::load(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesOpen, &unit)?;
        let seats = seats_on(&mut tx, &committee.id, meeting.held_on, &attendance.present).await?;
        let at = app.now();
        if attendance.way == Some(Way::ByMembers) && !app.sample {
            can_vote(&mut tx, &seats).await?;
        }
        let meeting = match attendance.way {
            Some(way) => meeting.open(&seats, &rules, way, at)?,
            None => meeting.give_up(&seats, &rules, at)?,
        };
        let mut motions = rows::motions(&mut tx, id).await?;
        if meeting.state == State::Open {
            let judged = Case::listed(app, &mut tx, motions.iter().map(|motion| motion.dossier).collect());
            for (motion, case) in motions.iter_mut().zip(judged.await?) {
                may_be_put(&case, &meeting, &unit)?;
                motion.judged_sha256 = case.judged_sha256();
                rows::save_motion(&mut tx, id, motion).await?;
            }
        }
        rows::insert_seats(&mut tx, id, &seats).await?;
        rows::save_meeting(&mut tx, &meeting).await?;
        let detail =
            json!({ "state": meeting.state.code(), "members": seats.len(), "present": present(&seats), "motions": motions.len() });
        let after = text(&meeting, &seats, &motions);
        concluded(app, tx, actor, Action::CommitteesOpen, &meeting, &unit, &detail, after, ()).await
    })
    .await
}

/// Whether all who came can vote by themselves. Refused with those who have no account that may be used.
async fn can_vote(tx: &mut Tx, seats: &[Seat]) -> Outcome<()> {
    let mut without = Vec::new();
    for seat in seats.iter().filter(|seat| seat.is_present) {
        if account_of(tx, Some(seat)).await?.is_none() {
            without.push(seat.position.as_str());
        }
    }
    if without.is_empty() {
        return Ok(());
    }
    Err(Refused::new("committees.without_account").with("positions", without.join("; ")).into())
}

/// The members of a day, with who of them came.
pub(crate) async fn seats_on(
    tx: &mut Tx,
    committee: &CommitteeId,
    day: Date,
    came: &BTreeSet<MemberId>,
) -> Outcome<Vec<Seat>> {
    let members = rows::members(tx, *committee).await?;
    let mut seats: Vec<Seat> = members
        .into_iter()
        .filter(|member| member.is_on(day))
        .map(|member| Seat {
            is_present: came.contains(&member.id),
            member: member.id,
            post: member.post,
            position: member.position,
            account: member.account,
        })
        .collect();
    seats.sort_by_key(|seat| (seat.post, seat.member));
    Ok(seats)
}

/// Counts the votes; those that tellers counted come with it, all of them.
pub(crate) async fn close(app: &App, actor: Actor, id: MeetingId, counted: &BTreeMap<DossierId, Tally>) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let Sitting { meeting, unit, rules, .. } = Sitting::load(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesClose, &unit)?;
        let (seats, mut motions) = (rows::seats(&mut tx, id).await?, rows::motions(&mut tx, id).await?);
        if meeting.way == Some(Way::ByTellers) {
            for motion in &mut motions {
                motion.tally = *counted.get(&motion.dossier).ok_or(Refused::new("committees.count_missing"))?;
            }
        }
        let meeting = meeting.close(&seats, &rules, &mut motions, app.now())?;
        for motion in &motions {
            rows::save_motion(&mut tx, id, motion).await?;
        }
        rows::save_meeting(&mut tx, &meeting).await?;
        let carried = motions.iter().filter(|motion| motion.verdict() == Some(true)).count();
        let tied = motions.iter().filter(|motion| motion.verdict().is_none()).count();
        let detail = json!({ "motions": motions.len(), "carried": carried, "tied": tied, "present": present(&seats) });
        let after = text(&meeting, &seats, &motions);
        concluded(app, tx, actor, Action::CommitteesClose, &meeting, &unit, &detail, after, ()).await
    })
    .await
}

/// Writes the entry of what was done at a meeting.
#[expect(clippy::too_many_arguments, reason = "each is a part of the entry")]
pub(super) async fn concluded<T: serde::Serialize>(
    app: &App,
    tx: Tx,
    actor: Actor,
    action: Action,
    meeting: &Meeting,
    unit: &UnitAsOf,
    detail: &Value,
    after: String,
    outcome: T,
) -> Outcome<T> {
    let subject = meeting.id.to_string();
    let done = Done { action, unit: unit.id(), subject, detail, before: None, after: Some(after) };
    conclude(app, tx, actor, done, outcome).await
}

/// A meeting as one text: what the record's hashes of it are taken over. While it votes the numbers are not in it.
pub(super) fn text(meeting: &Meeting, seats: &[Seat], motions: &[Motion]) -> String {
    let seat = |seat: &Seat| json!([seat.member.to_string(), seat.post.code(), seat.position, seat.is_present]);
    let motion = |motion: &Motion| {
        let Tally { in_favour, against, abstained, spoilt } = motion.tally;
        let votes = (meeting.state == State::Closed).then_some([in_favour, against, abstained, spoilt]);
        let said = motion.adjudication.as_ref().map(|said| json!([said.is_for, said.reason]));
        let outcome = motion.outcome.map(dienhinh_domain::committees::voting::Outcome::code);
        json!([motion.dossier.to_string(), motion.judged_sha256, votes, outcome, said])
    };
    json!({
        "format": "dienhinh.meeting.v1",
        "meeting": meeting.id.to_string(),
        "committee": meeting.committee.to_string(),
        "cycle": meeting.cycle.to_string(),
        "held_on": meeting.held_on.to_string(),
        "place": meeting.place,
        "again_why": meeting.again_why,
        "state": meeting.state.code(),
        "way": meeting.way.map(Way::code),
        "presides": meeting.presides.map(|member| member.to_string()),
        "seats": seats.iter().map(seat).collect::<Vec<_>>(),
        "motions": motions.iter().map(motion).collect::<Vec<_>>(),
    })
    .to_string()
}
