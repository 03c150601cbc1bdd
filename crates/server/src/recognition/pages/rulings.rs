//! The form with which titles are suspended, restored or revoked, on the page of the decision that gave them.

use std::{collections::BTreeSet, str::FromStr as _};

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    Refused,
    access::{Action, holds},
    calendar::{format_day, parse_day},
    ids::{CertificateId, DecisionId},
    recognition::{Decision, Measure, Ruling, Status},
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, recognition as rows};
use jiff::civil::Date;

use super::{
    Judged, comes_back,
    draft::{self, TypedDraft},
    page_of, place,
};
use crate::{
    access::{
        actions::permit,
        second_factor::{asks, is_about_code, step_up},
        sign_in::Brought,
    },
    app::App,
    recognition::{
        papers,
        rulings::{self, competent},
        views::{Mistake, RulingForm, TitleChoice},
        words,
    },
    web::{
        fields::value,
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
            "recognition.signed_before_title" | "recognition.signed_later" => "signed_on",
            _ if is_about_code(&self.refused) => "code",
            _ => self.typed.draft.field(&self.refused).unwrap_or("measure"),
        }
    }

    /// The same words for the head of the page.
    fn error(&self, lang: Lang, form: Option<&RulingForm>) -> FormError {
        let title = || form.and_then(|form| form.titles.first());
        let href = match self.field() {
            "titles" => title().map(|title| format!("#title-{}", title.certificate)).unwrap_or_default(),
            "measure" => format!("#measure-{}", Measure::Suspend.code()),
            field @ ("reason" | "effective_on") => format!("#{field}"),
            field => format!("#{field}-1"),
        };
        FormError { href, text: lang.why(&self.refused) }
    }
}

/// What the page of a decision offers to whoever may rule on its titles.
#[derive(Default)]
pub(super) struct Offered {
    /// The form; none for those who may not, where no title was given, and on the page of a ruling.
    pub(super) form: Option<RulingForm>,
    /// What has to be put right in it.
    pub(super) errors: Vec<FormError>,
    /// No body is competent any more.
    pub(super) nobody: bool,
}

/// What the page of a decision offers, with what has to be put right.
pub(super) async fn form(
    app: &App,
    tx: &mut Tx,
    visit: &Visit,
    judged: &Judged,
    wrong: Option<&Wrong>,
) -> Outcome<Offered> {
    let (lang, today) = (visit.lang, app.today());
    let given = &judged.decision;
    let titled = judged.listed.iter().find(|(item, _)| item.certificate.is_some());
    let holds_one = Measure::ALL.into_iter().any(|measure| holds(visit.actor, measure.action()).is_ok());
    let (Some((_, case)), None, true) = (titled, &given.ruling, holds_one) else { return Ok(Offered::default()) };
    let Some(issuer) = competent(tx, given, today).await? else {
        let errors = wrong.map(|wrong| wrong.error(lang, None)).into_iter().collect();
        return Ok(Offered { nobody: true, errors, form: None });
    };
    if !may_rule(visit, &issuer) {
        return Ok(Offered::default());
    }
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
        draft: draft::fields(
            lang,
            typed.map(|typed| &typed.draft),
            (number, &issuer.version.name),
            today,
            &bases,
            asks(app, visit),
        ),
        mistake: wrong
            .map(|wrong| Mistake { field: wrong.field(), text: lang.why(&wrong.refused) })
            .unwrap_or_default(),
    };
    let errors = wrong.map(|wrong| wrong.error(lang, Some(&form))).into_iter().collect();
    Ok(Offered { form: Some(form), errors, nobody: false })
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
    mut visit: Visit,
    brought: Brought,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let given = Judged::load(&app, &id).await?.decision;
    if given.ruling.is_some() {
        // A ruling gives no titles; the page of the decision that did has the form.
        return Err(Problem::Missing("decision"));
    }
    let typed = Typed::read(&fields)?;
    let entered = match may_record(&app, &visit, &given, &typed).await {
        Ok(()) => step_up(&app, &mut visit, &value(&fields, "code"), &brought).await,
        Err(problem) => Err(problem),
    };
    let (cookies, ruled) = match entered {
        Ok(cookies) => (cookies, record(&app, &visit, &given, &typed).await),
        Err(problem) => (None, Err(problem)),
    };
    let response = match ruled {
        Ok(decision) => {
            let said = Said::done("done-ruled").with("notation", decision.notation());
            reply::back(&format!("/recognition/{}", decision.id), &said)
        }
        Err(Problem::Refused(refused)) if comes_back(&visit, &refused) => {
            came_back(&app, &visit, &id, Wrong { typed, refused }).await.into_response()
        }
        Err(problem) => problem.into_response(),
    };
    Ok((cookies, response).into_response())
}

/// The page with the form as it was typed. It is read anew: somebody else may have ruled meanwhile.
async fn came_back(app: &App, visit: &Visit, id: &str, wrong: Wrong) -> Outcome<Response> {
    let status = Problem::from(wrong.refused.clone()).status();
    let judged = Judged::load(app, id).await?;
    reply::page_with(status, &page_of(app, visit, judged, Some(&wrong)).await?)
}

/// Asked before anything else is said: who may not rule is not told what a form lacks, and shows no code for nothing.
async fn may_record(app: &App, visit: &Visit, given: &Decision, typed: &Typed) -> Outcome<()> {
    let issuer = competent(&mut app.db.read().await?, given, app.today()).await?;
    let issuer = issuer.ok_or_else(|| Refused::new("recognition.no_successor"))?;
    permit(visit.actor, typed.measure.map_or(Action::RecognitionRevoke, Measure::action), &issuer)
}

async fn record(app: &App, visit: &Visit, given: &Decision, typed: &Typed) -> Outcome<Decision> {
    let draft = typed.draft.draft(app.today())?;
    let ruling = typed.ruling(given.id, app.today())?;
    let id = rulings::rule(app, visit.actor, draft, ruling).await?;
    let mut tx = app.db.read().await?;
    rows::get(&mut tx, id).await?.ok_or(Problem::Missing("decision"))
}
