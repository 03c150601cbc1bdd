//! Founding a committee, and its places.

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    committees::{Committee, Kind, Member, Post},
    ids::{CommitteeId, MemberId, UnitId},
};
use dienhinh_storage::{access, committees as rows, units};
use jiff::civil::Date;
use serde_json::json;

use super::committee_of;
use crate::{
    access::actions::{Done, conclude, permit},
    app::App,
    web::problem::{Outcome, Problem},
};

/// What the secretary says of a new committee.
#[derive(Debug, Clone)]
pub(crate) struct NewCommittee {
    pub(crate) unit: UnitId,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) founded_by: String,
    pub(crate) founded_on: Date,
}

/// Founds a committee.
pub(crate) async fn found(app: &App, actor: Actor, new: NewCommittee) -> Outcome<CommitteeId> {
    let NewCommittee { unit, kind, name, founded_by, founded_on } = new;
    let committee = Committee { id: CommitteeId::new(app.new_id()), unit, kind, name, founded_by, founded_on };
    let committee = &committee.written()?;
    app.act(actor, |mut tx| async move {
        let unit = units::get(&mut tx, committee.unit, app.today()).await?.ok_or(Problem::Missing("unit"))?;
        permit(actor, Action::CommitteesFound, &unit)?;
        rows::insert(&mut tx, committee).await?;
        let detail = json!({ "kind": committee.kind.code(), "founded_on": committee.founded_on.to_string() });
        let after = json!({
            "name": committee.name,
            "founded_by": committee.founded_by,
            "founded_on": committee.founded_on.to_string(),
            "kind": committee.kind.code(),
            "unit": committee.unit.to_string(),
        });
        let done = Done {
            action: Action::CommitteesFound,
            unit: committee.unit,
            subject: committee.id.to_string(),
            detail: &detail,
            before: None,
            after: Some(after.to_string()),
        };
        conclude(app, tx, actor, done, committee.id).await
    })
    .await
}

/// What the secretary says of a new place.
#[derive(Debug, Clone)]
pub(crate) struct NewMember {
    pub(crate) post: Post,
    pub(crate) position: String,
    /// What its holder signs in with; empty where they vote by hand or on paper only.
    pub(crate) login: String,
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
}

/// Gives somebody a place in a committee. Refused, beside what the rules refuse: nobody signs in so.
pub(crate) async fn appoint(app: &App, actor: Actor, id: CommitteeId, new: NewMember) -> Outcome<MemberId> {
    let new = &new;
    app.act(actor, |mut tx| async move {
        let (committee, unit) = committee_of(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesAppoint, &unit)?;
        let login = new.login.trim().to_lowercase();
        let account = if login.is_empty() { None } else { access::by_login(&mut tx, &login).await? };
        if account.is_none() && !login.is_empty() {
            return Err(Refused::new("committees.no_account").with("login", login).into());
        }
        let member = Member {
            id: MemberId::new(app.new_id()),
            committee: id,
            post: new.post,
            position: new.position.clone(),
            account: account.map(|(account, _)| account.id),
            from: new.from,
            until: new.until,
        };
        let member = member.beside(&committee, &rows::members(&mut tx, id).await?)?;
        rows::insert_member(&mut tx, &member).await?;
        let detail = json!({ "member": member.id.to_string(), "post": member.post.code() });
        let after = json!({
            "member": member.id.to_string(),
            "post": member.post.code(),
            "position": member.position,
            "from": member.from.to_string(),
            "until": member.until.map(|day| day.to_string()),
            "account": member.account.map(|account| account.to_string()),
        });
        let done = Done {
            action: Action::CommitteesAppoint,
            unit: committee.unit,
            subject: id.to_string(),
            detail: &detail,
            before: None,
            after: Some(after.to_string()),
        };
        conclude(app, tx, actor, done, member.id).await
    })
    .await
}

/// Ends a place today. One that begins today or later, and whose holder sat at no meeting, was a mistake and goes.
pub(crate) async fn release(app: &App, actor: Actor, id: CommitteeId, member: MemberId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let (committee, unit) = committee_of(app, &mut tx, id).await?;
        permit(actor, Action::CommitteesRelease, &unit)?;
        let members = rows::members(&mut tx, id).await?;
        let member = members.into_iter().find(|there| there.id == member).ok_or(Problem::Missing("member"))?;
        let is_gone = member.from >= app.today() && rows::forget_member(&mut tx, member.id).await?;
        let ended = if is_gone { member } else { member.ended(app.today())? };
        if !is_gone {
            rows::end_member(&mut tx, &ended).await?;
        }
        let until = ended.until.map(|day| day.to_string());
        let detail = json!({ "member": ended.id.to_string(), "until": until });
        let done = Done {
            action: Action::CommitteesRelease,
            unit: committee.unit,
            subject: id.to_string(),
            detail: &detail,
            before: None,
            after: Some(detail.to_string()),
        };
        conclude(app, tx, actor, done, ()).await
    })
    .await
}
