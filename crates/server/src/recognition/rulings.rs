//! The verb on titles that were given: rule, which suspends, restores or revokes them.

use dienhinh_domain::{
    Refused,
    access::Actor,
    audit::proof::Attestation,
    ids::{CertificateId, DecisionId},
    recognition::{Decision, DecisionItem, Draft, Ruling},
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, dossiers, recognition as rows, units};
use jiff::civil::Date;

use super::actions::record;
use crate::{
    access::actions::permit,
    app::App,
    dossiers::{apart::stand_apart, case::Case},
    web::problem::{Outcome, Problem},
};

/// The unit whose People's Committee may rule, on a day, on what a decision gave: the one that issued it, or the one
/// that took over all of it, or what was left of it, in a reform. None where no unit did.
pub(crate) async fn competent(tx: &mut Tx, given: &Decision, on: Date) -> Outcome<Option<UnitAsOf>> {
    let (mut unit, mut since) = (given.issuing_unit, given.draft.signed_on);
    loop {
        if let Some(found) = units::get(tx, unit, on).await? {
            return Ok(Some(found));
        }
        let links = units::history::links(tx, &[unit]).await?;
        let heir = links.into_iter().find(|link| {
            let succession = &link.succession;
            let day = succession.on;
            link.predecessor.unit == unit && day > since && day <= on && succession.portion.is_last()
        });
        let Some(heir) = heir else { return Ok(None) };
        (unit, since) = (heir.successor.unit, heir.succession.on);
    }
}

/// What a decision gave with one certificate.
pub(super) fn item(given: &Decision, certificate: CertificateId) -> Option<&DecisionItem> {
    given.items.iter().find(|item| item.certificate.as_ref().is_some_and(|found| found.id == certificate))
}

/// Records a numbered decision that rules on titles given by one earlier decision: the number, the ruling and where each
/// dossier stands now, in one transaction. Who may is asked as of today. Refused as a whole: what [`Ruling::written`] and
/// [`Ruling::applied_to`] refuse of one of the titles, no competent body, and whoever may not act for it. Missing: a title
/// that the decision did not give.
pub(crate) async fn rule(app: &App, actor: Actor, draft: Draft, ruling: Ruling) -> Outcome<DecisionId> {
    let draft = draft.written()?;
    let (draft, ruling) = (&draft, &ruling);
    app.act(actor, |mut tx| async move {
        let given = rows::get(&mut tx, ruling.on).await?.ok_or(Problem::Missing("decision"))?;
        let competent = competent(&mut tx, &given, app.today()).await?;
        let competent = competent.ok_or_else(|| Refused::new("recognition.no_successor"))?;
        let action = ruling.measure.action();
        permit(actor, action, &competent)?;
        let ruling = ruling.clone().written(&given, draft.signed_on, app.today())?;
        let list = apply(app, &mut tx, &given, &ruling, draft.signed_on).await?;
        let issuing_unit = competent.id();
        let number = rows::take_number(&mut tx, issuing_unit, draft.signed_on.year()).await?;
        let (id, draft) = (DecisionId::new(app.new_id()), draft.clone());
        let decision = Decision { id, issuing_unit, number, draft, items: Vec::new(), ruling: Some(ruling) };
        rows::insert(&mut tx, &decision).await?;
        record(app, tx, actor, action, &decision, &list).await
    })
    .await
}

/// Puts a ruling to the dossiers of its titles. Gives what was attested of them, in the order of a decision's list.
async fn apply(
    app: &App,
    tx: &mut Tx,
    given: &Decision,
    ruling: &Ruling,
    signed_on: Date,
) -> Outcome<Vec<Attestation>> {
    let earlier = rows::rulings(tx, ruling.certificates.iter().copied()).await?;
    let mut items = Vec::new();
    for certificate in &ruling.certificates {
        items.push((certificate, item(given, *certificate).ok_or(Problem::Missing("certificate"))?));
    }
    let cases = Case::listed(app, tx, items.iter().map(|(_, item)| item.dossier).collect()).await?;
    let mut list = Vec::new();
    for ((certificate, item), case) in items.into_iter().zip(cases) {
        stand_apart(app, tx, &case).await?;
        let earlier = earlier.get(certificate).map(Vec::as_slice).unwrap_or_default();
        let of_unit = |refused: Refused| refused.with("unit", &case.unit.version.name);
        let status = ruling.applied_to(earlier, signed_on).map_err(of_unit)?;
        let dossier = case.dossier.clone().titled(status).map_err(of_unit)?;
        if dossier.state != case.dossier.state {
            dossiers::save(tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        }
        list.extend(item.attested.clone());
    }
    list.sort_by(|one, other| one.dossier.cmp(&other.dossier));
    Ok(list)
}
