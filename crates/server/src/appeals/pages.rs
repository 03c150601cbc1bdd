//! Handlers of appeals: the page of a dossier's appeals, and its four steps.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Form,
    extract::{Path, State as Shared},
    http::StatusCode,
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::{Action, Role, may, may_read},
    appeals::{Appeal, State, last_day, may_file},
    calendar::format_day,
    dossiers::Stage,
    ids::{DecisionId, DossierId},
    recognition::Decision,
};
use dienhinh_engine::Outcome as Score;
use dienhinh_storage::{Tx, recognition as decisions};

use super::{
    actions::{self, answerable, decision_on},
    views::{AnswerForm, AppealView, AppealsPage, FileForm, GroundField, GroundView},
};
use crate::{
    app::App,
    dossiers::{case::Case, fill::words, pages::id, views::parts::OutcomeView},
    recognition::words::link,
    web::{
        fields::value,
        lang::Lang,
        layout::{FormError, Place, Tone},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// A form as it was sent.
type Fields = Vec<(String, String)>;

/// A form that could not be stored, with what the rules said.
struct Wrong {
    fields: Fields,
    refused: Refused,
}

impl Wrong {
    fn value(&self, name: &str) -> String {
        value(&self.fields, name)
    }

    /// The criterion whose ground has to be put right.
    fn criterion(&self) -> Option<&str> {
        self.refused.args.iter().find(|(name, _)| name == "criterion").map(|(_, criterion)| criterion.as_str())
    }
}

/// What a page is filled from.
struct Reading<'a> {
    lang: Lang,
    visit: &'a Visit,
    case: &'a Case,
    /// The dossier as each round of it was judged.
    judged: BTreeMap<i64, Case>,
    /// Every decision on it.
    decisions: BTreeMap<DecisionId, Decision>,
    wrong: Option<&'a Wrong>,
}

/// `GET /appeals/{dossier}`.
pub(crate) async fn one(Shared(app): Shared<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    reply::page(&page(&app, &visit, id(&dossier)?, None).await?)
}

async fn page(app: &App, visit: &Visit, id: DossierId, wrong: Option<&Wrong>) -> Outcome<AppealsPage> {
    let (lang, today) = (visit.lang, app.today());
    let mut tx = app.db.read().await?;
    let case = Case::load(app, &mut tx, id).await?;
    let mut nothing = String::new();
    let may_answer = match answerable(app, &mut tx, visit.actor, Action::AppealsDismiss, &case).await {
        Ok(_) => true,
        Err(Problem::Refused(refused)) => {
            if matches!(&*refused.code, "dossiers.interested" | "recognition.no_successor") {
                nothing = lang.why(&refused);
            }
            false
        }
        Err(problem) => return Err(problem),
    };
    if !may_answer {
        may_read(visit.actor, &case.unit)?;
    }
    let current = decision_on(&mut tx, id).await?;
    let (judged, decisions) = judged(app, &mut tx, id).await?;
    let reading = Reading { lang, visit, case: &case, judged, decisions, wrong };
    let mut file = None;
    if let (Some(decision), true) = (&current, may(visit.actor, Action::AppealsFile, &case.unit).is_ok()) {
        let allowed = case.dossier.clone().appealed().and_then(|_| may_file(decision, &case.appeals, today));
        match allowed {
            Ok(()) => file = Some(reading.file(decision)?),
            // What waits is on the page.
            Err(refused) if refused.code == "appeals.is_waiting" => {}
            Err(refused) => nothing = lang.why(&refused),
        }
    }
    let appeals = case.appeals.iter().rev().map(|appeal| reading.appeal(appeal, may_answer));
    let appeals = appeals.collect::<Outcome<Vec<_>>>()?;
    let mut shell = visit.shell_in(app, &mut tx, lang.t("appeals-title"), Some(Place::Work)).await?;
    drop(tx);
    shell.errors.extend(wrong.map(|wrong| reading.error(wrong, file.as_ref())));
    // Also where a form came back.
    shell.path = format!("/appeals/{id}");
    let state = case.dossier.state;
    Ok(AppealsPage {
        dossier: id.to_string(),
        unit: case.unit.version.name.clone(),
        place: case.unit.place(),
        programme: words::programme_year(lang, &case.loaded.set, case.cycle.year),
        decision: current.as_ref().map(link),
        state: (words::state_text(lang, state), words::state_tone(state)),
        nothing: if current.is_none() { lang.t("appeals-undecided") } else { nothing },
        file,
        appeals,
        shell,
    })
}

/// Every decision on a dossier, and the dossier as each of them judged it.
async fn judged(
    app: &App,
    tx: &mut Tx,
    id: DossierId,
) -> Outcome<(BTreeMap<i64, Case>, BTreeMap<DecisionId, Decision>)> {
    let found = decisions::all_on_dossiers(tx, std::iter::once(id)).await?.remove(&id).unwrap_or_default();
    let wanted = found.iter().flat_map(|decision| &decision.items).map(|item| (id, item.judged_sha256.clone()));
    let cases = Case::as_judged(app, tx, wanted.collect()).await?;
    let rounds = found.iter().flat_map(|decision| &decision.items).map(|item| item.round);
    Ok((rounds.zip(cases).collect(), found.into_iter().map(|decision| (decision.id, decision)).collect()))
}

fn outcome(lang: Lang, score: Score) -> (String, Tone) {
    let tone = match score {
        Score::Met => Tone::Ok,
        Score::Unmet => Tone::No,
        Score::NoData => Tone::Wait,
        Score::NotApplicable => Tone::Plain,
    };
    (OutcomeView::from(score).text(lang), tone)
}

impl Reading<'_> {
    /// How the criteria came out in a round, in the order of the set.
    fn outcomes(&self, round: i64) -> Outcome<Vec<Score>> {
        let case = self.judged.get(&round).unwrap_or(self.case);
        Ok(case.results(Stage::Council)?.outcomes)
    }

    fn file(&self, decision: &Decision) -> Outcome<FileForm> {
        let lang = self.lang;
        let (mut unmet, mut others) = (Vec::new(), Vec::new());
        for (criterion, score) in self.case.loaded.set.criteria.iter().zip(self.outcomes(self.case.dossier.round)?) {
            let typed = self.wrong.map(|wrong| wrong.value(&format!("ground.{}", criterion.id))).unwrap_or_default();
            let field = GroundField {
                criterion: criterion.id.clone(),
                number: criterion.number,
                text: lang.of(&criterion.text).to_owned(),
                judged: outcome(lang, score),
                typed,
                is_wrong: false,
            };
            if score == Score::Met { others.push(field) } else { unmet.push(field) }
        }
        if let Some(wrong) = self.wrong {
            // Where nothing was said at all, the first field is the one to fill in.
            let is_it =
                |field: &&mut GroundField| wrong.criterion().is_none_or(|criterion| field.criterion == criterion);
            if let Some(field) = unmet.iter_mut().chain(&mut others).find(is_it) {
                field.is_wrong = true;
            }
        }
        Ok(FileForm {
            until: format_day(last_day(decision)),
            is_open: unmet.is_empty() || others.iter().any(|field| !field.typed.is_empty()),
            unmet,
            others,
            mistake: self.wrong.map(|wrong| lang.why(&wrong.refused)).unwrap_or_default(),
        })
    }

    fn appeal(&self, appeal: &Appeal, may_answer: bool) -> Outcome<AppealView> {
        let lang = self.lang;
        let is_waiting = appeal.state == State::Waiting;
        let appraises = matches!(self.visit.actor.role, Role::Appraiser | Role::CouncilSecretary);
        let outcomes = self.outcomes(appeal.round)?;
        let mut grounds = Vec::new();
        for (criterion, score) in self.case.loaded.set.criteria.iter().zip(outcomes) {
            let Some(ground) = appeal.grounds.get(&criterion.id) else { continue };
            let href = format!("/dossiers/{}/appraisal?show=all#{}", self.case.dossier.id, criterion.id);
            grounds.push(GroundView {
                number: criterion.number,
                text: lang.of(&criterion.text).to_owned(),
                judged: outcome(lang, score),
                href: if appraises { href } else { String::new() },
                ground: ground.clone(),
            });
        }
        let tone = match appeal.state {
            State::Waiting => Tone::Wait,
            State::Reopened => Tone::Ok,
            State::Dismissed => Tone::No,
            State::Withdrawn => Tone::Plain,
        };
        let when = match appeal.ended_on {
            None => lang.t1("appeals-due", "day", format_day(appeal.due_on())),
            Some(day) => lang.t1("appeals-ended", "day", format_day(day)),
        };
        let form = AnswerForm {
            typed: self.wrong.map(|wrong| wrong.value("answer")).unwrap_or_default(),
            mistake: self.wrong.map(|wrong| lang.why(&wrong.refused)).unwrap_or_default(),
        };
        Ok(AppealView {
            filed_on: format_day(appeal.filed_on),
            decision: self.decisions.get(&appeal.decision).map(link).ok_or(Problem::Missing("decision"))?,
            state: (lang.look_up(&format!("appeal-{}", appeal.state.code()), &[]), tone),
            when,
            grounds,
            answer: appeal.answer.clone(),
            may_withdraw: is_waiting && may(self.visit.actor, Action::AppealsWithdraw, &self.case.unit).is_ok(),
            form: (is_waiting && may_answer).then_some(form),
        })
    }

    /// What was wrong, for the head of the page.
    fn error(&self, wrong: &Wrong, file: Option<&FileForm>) -> FormError {
        let first =
            || file.and_then(|form| form.unmet.first().or(form.others.first())).map(|row| row.criterion.as_str());
        let href = match wrong.criterion().or_else(first) {
            Some(criterion) => format!("#ground-{criterion}"),
            None => "#answer".to_owned(),
        };
        FormError { href, text: self.lang.why(&wrong.refused) }
    }
}

/// `POST /appeals/{dossier}`: the unit appeals.
pub(crate) async fn file(
    Shared(app): Shared<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let id = id(&dossier)?;
    let named = fields.iter().filter_map(|(name, value)| Some((name.strip_prefix("ground.")?, value)));
    let mut seen = BTreeSet::new();
    let first = named.filter(|(criterion, _)| seen.insert(*criterion));
    let typed = first.map(|(criterion, ground)| (criterion.to_owned(), ground.clone())).collect();
    let done = actions::file(&app, visit.actor, id, typed).await;
    after(&app, &visit, id, fields, done, "done-appealed").await
}

/// `POST /appeals/{dossier}/withdraw`: the unit takes it back.
pub(crate) async fn withdraw(Shared(app): Shared<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let id = id(&dossier)?;
    let done = actions::withdraw(&app, visit.actor, id).await;
    after(&app, &visit, id, Fields::new(), done, "done-appeal-withdrawn").await
}

/// `POST /appeals/{dossier}/reopen`: the appeal is heard.
pub(crate) async fn reopen(
    Shared(app): Shared<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let id = id(&dossier)?;
    let done = actions::reopen(&app, visit.actor, id, &value(&fields, "answer")).await;
    after(&app, &visit, id, fields, done, "done-appeal-reopened").await
}

/// `POST /appeals/{dossier}/dismiss`: the decision stands.
pub(crate) async fn dismiss(
    Shared(app): Shared<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let id = id(&dossier)?;
    let done = actions::dismiss(&app, visit.actor, id, &value(&fields, "answer")).await;
    after(&app, &visit, id, fields, done, "done-appeal-dismissed").await
}

/// Whether something typed has to be put right: anything else is said on the page as it is now.
fn is_about_form(refused: &Refused) -> bool {
    matches!(
        &*refused.code,
        "appeals.no_ground" | "appeals.ground_too_long" | "appeals.answer_missing" | "appeals.answer_too_long"
    )
}

/// Back to the page; with what was typed where it could not be stored.
async fn after(
    app: &App,
    visit: &Visit,
    id: DossierId,
    fields: Fields,
    done: Outcome<()>,
    key: &'static str,
) -> Outcome<Response> {
    match done {
        Err(Problem::Refused(refused)) if !visit.wants_json && is_about_form(&refused) => {
            let wrong = Wrong { fields, refused };
            let page = page(app, visit, id, Some(&wrong)).await?;
            reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        done => reply::after(visit, done.map(|()| Said::done(key)), &format!("/appeals/{id}")),
    }
}
