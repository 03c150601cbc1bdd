//! The form with which titles are suspended, restored or revoked, on the page of the decision that gave them.

use std::{collections::BTreeSet, str::FromStr as _};

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::Action,
    calendar::{format_day, parse_day},
    ids::{CertificateId, DecisionId},
    recognition::{Decision, Measure, Ruling, Status},
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, recognition as rows};
use jiff::civil::Date;

use super::{
    Judged,
    draft::{self, TypedDraft, value},
    page_of, place,
};
use crate::{
    access::actions::permit,
    app::App,
    recognition::{
        papers,
        rulings::{self, competent},
        views::{Mistake, RulingForm, TitleChoice},
        words,
    },
    web::{
        lang::Lang,
        layout::{Choice, FormError},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// The form as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    measure: Option<Measure>,
    certificates: BTreeSet<CertificateId>,
    effective_on: String,
    reason: String,
    draft: TypedDraft,
}

/// A form that could not be stored, with what the rules said.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    typed: Typed,
    refused: Refused,
}

impl Typed {
    /// Takes a form apart. Missing: it names what the page never offers.
    fn read(fields: &[(String, String)]) -> Outcome<Self> {
        let chosen = fields.iter().filter(|(name, _)| name == "certificate");
        let certificate =
            |(_, id): &(String, String)| CertificateId::from_str(id).map_err(|_| Problem::Missing("certificate"));
        let measure = match value(fields, "measure").as_str() {
            "" => None,
            word => Some(Measure::from_code(word).ok_or(Problem::Missing("measure"))?),
        };
        Ok(Self {
            measure,
            certificates: chosen.map(certificate).collect::<Outcome<_>>()?,
            effective_on: value(fields, "effective_on"),
            reason: value(fields, "reason"),
            draft: TypedDraft::read(fields)?,
        })
    }

    /// What is ruled. Refused: no measure is chosen, or the day cannot be read.
    fn ruling(&self, on: DecisionId, today: Date) -> Result<Ruling, Refused> {
        let bad_day = || Refused::new("recognition.bad_effective").with("value", &self.effective_on);
        Ok(Ruling {
            on,
            measure: self.measure.ok_or_else(|| Refused::new("recognition.measure_missing"))?,
            effective_on: parse_day(&self.effective_on, today).ok_or_else(bad_day)?,
            reason: self.reason.clone(),
            certificates: self.certificates.iter().copied().collect(),
        })
    }
}

impl Wrong {
    /// The field to put right.
    fn field(&self) -> &'static str {
        match &*self.refused.code {
            "recognition.no_title_chosen" | "recognition.no_title" => "titles",
            "recognition.reason_missing" | "recognition.reason_too_long" => "reason",
            "recognition.bad_effective" | "recognition.effective_too_early" | "recognition.effective_later" => {
                "effective_on"
            }
            "recognition.signed_before_title" => "signed_on",
            _ => self.typed.draft.field(&self.refused).unwrap_or("measure"),
        }
    }

    /// The same words for the head of the page.
    fn error(&self, lang: Lang) -> FormError {
        let href = match self.field() {
            "titles" => "#titles".to_owned(),
            "measure" => "#measures".to_owned(),
            field @ ("reason" | "effective_on") => format!("#{field}"),
            field => format!("#{field}-1"),
        };
        FormError { href, text: lang.why(&self.refused) }
    }
}

/// The form on the page of a decision, for whoever may rule on its titles today; with what has to be put right in it.
pub(super) async fn form(
    app: &App,
    tx: &mut Tx,
    visit: &Visit,
    judged: &Judged,
    wrong: Option<&Wrong>,
) -> Outcome<(Option<RulingForm>, Vec<FormError>)> {
    let (lang, today) = (visit.lang, app.today());
    let given = &judged.decision;
    let Some((_, case)) = judged.listed.iter().find(|(item, _)| item.certificate.is_some()) else {
        return Ok((None, Vec::new()));
    };
    let Some(issuer) = competent(tx, given, today).await?.filter(|unit| may_rule(visit, unit)) else {
        return Ok((None, Vec::new()));
    };
    let typed = wrong.map(|wrong| &wrong.typed);
    let signed_on = typed.map_or(today, |typed| typed.draft.day_or(today));
    let number = rows::next_number(tx, issuer.id(), signed_on.year()).await?;
    let mut bases: Vec<String> = case.loaded.set.legal_bases.iter().map(|base| format!("Căn cứ {}", base.vi)).collect();
    bases.push(format!("Căn cứ {}", papers::named(given, &judged.issuer)));
    let form = RulingForm {
        titles: titles(lang, judged, typed),
        measures: Measure::ALL.map(|measure| choice(lang, measure, typed)).to_vec(),
        effective_on: typed.map_or_else(|| format_day(today), |typed| typed.effective_on.clone()),
        reason: typed.map(|typed| typed.reason.clone()).unwrap_or_default(),
        draft: draft::fields(lang, typed.map(|typed| &typed.draft), (number, &issuer.version.name), today, &bases),
        mistake: wrong
            .map(|wrong| Mistake { field: wrong.field(), text: lang.why(&wrong.refused) })
            .unwrap_or_default(),
    };
    Ok((Some(form), wrong.map(|wrong| wrong.error(lang)).into_iter().collect()))
}

/// Whether the visitor may do something to titles that a unit rules on.
fn may_rule(visit: &Visit, issuer: &UnitAsOf) -> bool {
    Measure::ALL.into_iter().any(|measure| permit(visit.actor, measure.action(), issuer).is_ok())
}

fn titles(lang: Lang, judged: &Judged, typed: Option<&Typed>) -> Vec<TitleChoice> {
    let given = judged.listed.iter().filter_map(|(item, case)| Some((item.certificate.as_ref()?, case)));
    let mut titles: Vec<TitleChoice> = given
        .map(|(certificate, case)| TitleChoice {
            certificate: certificate.id.to_string(),
            unit: case.unit.version.name.clone(),
            place: place(&case.unit),
            status: words::status_text(lang, Status::of(judged.rulings_on(certificate.id))),
            chosen: typed.is_some_and(|typed| typed.certificates.contains(&certificate.id)),
        })
        .collect();
    if let ([only], None) = (titles.as_mut_slice(), typed) {
        only.chosen = true;
    }
    titles
}

fn choice(lang: Lang, measure: Measure, typed: Option<&Typed>) -> Choice {
    Choice {
        value: measure.code().to_owned(),
        text: lang.look_up(&format!("measure-{}-about", measure.code()), &[]),
        chosen: typed.is_some_and(|typed| typed.measure == Some(measure)),
    }
}

/// `POST /recognition/{id}/rulings`: records a decision on titles that this one gave.
pub(crate) async fn rule(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let judged = Judged::load(&app, &id).await?;
    let typed = Typed::read(&fields)?;
    match record(&app, &visit, &judged.decision, &typed).await {
        Ok(decision) => {
            let said = Said::done("done-ruled").with("notation", decision.notation());
            Ok(reply::back(&format!("/recognition/{}", decision.id), &said))
        }
        Err(Problem::Refused(refused)) if !visit.wants_json && !refused.code.starts_with("access.") => {
            let page = page_of(&app, &visit, judged, Some(&Wrong { typed, refused })).await?;
            reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(problem) => Err(problem),
    }
}

async fn record(app: &App, visit: &Visit, given: &Decision, typed: &Typed) -> Outcome<Decision> {
    let mut tx = app.db.read().await?;
    // Asked before anything else is said: who may not rule is not told what a form lacks.
    let issuer = competent(&mut tx, given, app.today()).await?;
    let issuer = issuer.ok_or_else(|| Refused::new("recognition.no_successor"))?;
    permit(visit.actor, typed.measure.map_or(Action::RecognitionRevoke, Measure::action), &issuer)?;
    drop(tx);
    let draft = typed.draft.draft(app.today())?;
    let ruling = typed.ruling(given.id, app.today())?;
    let id = rulings::rule(app, visit.actor, draft, ruling).await?;
    let mut tx = app.db.read().await?;
    rows::get(&mut tx, id).await?.ok_or(Problem::Missing("decision"))
}
