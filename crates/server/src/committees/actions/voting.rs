//! Voting, and breaking a tie.

use std::collections::BTreeMap;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor, Role, accounts::State},
    committees::{
        Adjudication, Seat,
        voting::{Ballot, Choice},
    },
    ids::{AccountId, DossierId, MeetingId, MemberId},
};
use dienhinh_storage::{Tx, access, committees as rows};
use serde_json::json;

use super::{
    Sitting,
    meetings::{concluded, may_be_put, text},
};
use crate::{
    access::actions::permit,
    app::App,
    dossiers::case::Case,
    request,
    web::problem::{Outcome, Problem},
};

/// The seat of whoever asks: the one with their account; a ready role of the sample, which has no account, says which.
pub(crate) fn seat_of<'a>(
    app: &App,
    seats: &'a [Seat],
    account: Option<AccountId>,
    played: Option<MemberId>,
) -> Option<&'a Seat> {
    match account {
        Some(_) => seats.iter().find(|seat| seat.account == account),
        None if app.sample => seats.iter().find(|seat| Some(seat.member) == played && seat.account.is_none()),
        None => None,
    }
}

/// The account of a seat, where it may be used.
pub(crate) async fn account_of(tx: &mut Tx, seat: Option<&Seat>) -> Outcome<Option<AccountId>> {
    let Some(id) = seat.and_then(|seat| seat.account) else { return Ok(None) };
    let account = access::get(tx, id).await?.filter(|account| account.state == State::Active);
    Ok(account.map(|account| account.id))
}

/// A member votes on some dossiers. Refused as a whole when one vote is.
pub(crate) async fn vote(
    app: &App,
    actor: Actor,
    id: MeetingId,
    played: Option<MemberId>,
    said: &BTreeMap<DossierId, Choice>,
) -> Outcome<()> {
    if said.is_empty() {
        return Err(Refused::new("committees.nothing_said").into());
    }
    app.act(actor, |mut tx| async move {
        let Sitting { meeting, unit, rules, .. } = Sitting::load(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesVote, &unit)?;
        let seats = rows::seats(&mut tx, id).await?;
        let seat = seat_of(app, &seats, request::account(), played).ok_or(Refused::new("committees.no_seat"))?;
        let mut motions = rows::motions(&mut tx, id).await?;
        let votes = rows::votes(&mut tx, id).await?;
        for (dossier, choice) in said {
            let motion = motions.iter_mut().find(|motion| motion.dossier == *dossier);
            let motion = motion.ok_or(Problem::Missing("dossier"))?;
            let before = votes.iter().find(|(voted, member, _)| voted == dossier && *member == seat.member);
            meeting.may_vote(seat, rules.ballot, before.is_some())?;
            match before {
                Some((_, _, Some(before))) => motion.tally.replace(*before, *choice),
                _ => motion.tally.add(*choice),
            }
            rows::save_motion(&mut tx, id, motion).await?;
            let shown = (rules.ballot == Ballot::Open).then_some(*choice);
            rows::save_vote(&mut tx, id, (*dossier, seat.member, shown)).await?;
        }
        let open = said.iter().map(|(dossier, choice)| json!([dossier.to_string(), choice.code()]));
        let open = (rules.ballot == Ballot::Open).then(|| open.collect::<Vec<_>>());
        let detail = json!({ "member": seat.member.to_string(), "motions": said.len(), "votes": open });
        let after = text(&meeting, &seats, &motions);
        concluded(app, tx, actor, Action::CommitteesVote, &meeting, &unit, &detail, after, ()).await
    })
    .await
}

/// Whether somebody may break a tie where whoever presides has such an account: they themselves, or the secretary where there
/// is none.
pub(crate) fn may_break_tie(actor: Actor, presiding: Option<AccountId>) -> bool {
    match presiding {
        Some(_) => request::account() == presiding,
        None => actor.role == Role::CouncilSecretary,
    }
}

/// Whoever presides breaks a tie. The secretary enters their word where they have no account to say it with, or none that may
/// be used any more.
pub(crate) async fn adjudicate(
    app: &App,
    actor: Actor,
    id: MeetingId,
    dossier: DossierId,
    said: Adjudication,
) -> Outcome<()> {
    let said = &said;
    app.act(actor, |mut tx| async move {
        let Sitting { meeting, unit, .. } = Sitting::load(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesAdjudicate, &unit)?;
        let seats = rows::seats(&mut tx, id).await?;
        let presides = seats.iter().find(|seat| Some(seat.member) == meeting.presides);
        if !may_break_tie(actor, account_of(&mut tx, presides).await?) {
            return Err(Refused::new("committees.not_presiding").into());
        }
        let mut motions = rows::motions(&mut tx, id).await?;
        let motion = motions.iter_mut().find(|motion| motion.dossier == dossier).ok_or(Problem::Missing("dossier"))?;
        let case = Case::load(app, &mut tx, dossier).await?;
        may_be_put(&case, &meeting, &unit)?;
        meeting.adjudicate(motion, said)?;
        rows::save_motion(&mut tx, id, motion).await?;
        let detail = json!({ "dossier": dossier.to_string(), "is_for": said.is_for });
        let after = text(&meeting, &seats, &motions);
        concluded(app, tx, actor, Action::CommitteesAdjudicate, &meeting, &unit, &detail, after, ()).await
    })
    .await
}
