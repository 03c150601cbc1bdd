//! The form for a decision: what waits for one, and what was typed into it.

use std::{collections::BTreeMap, str::FromStr as _};

use dienhinh_domain::{
    Refused,
    access::Action,
    committees::{Kind, Verdict, bears_out},
    dossiers::{Stage, State},
    ids::{CycleId, DossierId, MeetingId, UnitId},
    recognition::{Draft, issuer_of},
    text::Order,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, committees as councils, recognition as rows, units};
use jiff::civil::Date;

use super::draft::{self, TypedDraft};
use crate::{
    access::{
        actions::permit,
        second_factor::{asks, is_about_code},
    },
    app::App,
    committees::pages::meetings,
    dossiers::{case::Case, fill::words, pages::in_states},
    recognition::{
        actions::Judgement,
        views::{DecideForm, Mistake, WaitingView},
    },
    web::{
        fields::value,
        lang::Lang,
        layout::{FormError, Tone},
        problem::{Outcome, Problem},
        visit::Visit,
    },
};

/// How many dossiers are looked through for the forms; what waits longer comes up once these are decided.
const WAITING_MAX: i64 = 500;

/// How many committees of an area are looked through for its council.
const COUNCILS_MAX: i64 = 200;

/// A form as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) cycle: CycleId,
    pub(super) issuer_unit: UnitId,
    outcomes: BTreeMap<DossierId, &'static str>,
    draft: TypedDraft,
}

/// A form that could not be stored, with what the rules said.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) typed: Typed,
    pub(super) refused: Refused,
}

impl Typed {
    /// Takes a form apart. Missing: it names what the page never offers.
    pub(super) fn read(fields: &[(String, String)]) -> Outcome<Self> {
        let mut outcomes = BTreeMap::new();
        for (name, word) in fields {
            let Some(dossier) = name.strip_prefix("outcome.") else { continue };
            let dossier = DossierId::from_str(dossier).map_err(|_| Problem::Missing("dossier"))?;
            let choice = ["later", "yes", "no"].into_iter().find(|choice| choice == word);
            outcomes.insert(dossier, choice.ok_or(Problem::Missing("outcome"))?);
        }
        Ok(Self {
            cycle: CycleId::from_str(&value(fields, "cycle")).map_err(|_| Problem::Missing("cycle"))?,
            issuer_unit: UnitId::from_str(&value(fields, "issuer_unit")).map_err(|_| Problem::Missing("unit"))?,
            outcomes,
            draft: TypedDraft::read(fields)?,
        })
    }

    /// What the secretary filled in. Refused: the date cannot be read.
    pub(super) fn draft(&self, today: Date) -> Result<Draft, Refused> {
        self.draft.draft(today)
    }

    /// The dossiers that are decided now; the others wait.
    pub(super) fn judgements(&self) -> Vec<Judgement> {
        let decided = self.outcomes.iter().filter(|(_, choice)| **choice != "later");
        decided.map(|(dossier, choice)| Judgement { dossier: *dossier, recognised: *choice == "yes" }).collect()
    }

    fn is_of(&self, group: &Group) -> bool {
        self.issuer_unit == group.issuer.id() && group.cases.iter().all(|case| case.cycle.id == self.cycle)
    }
}

impl Wrong {
    /// The field to put right.
    fn field(&self) -> &'static str {
        if is_about_code(&self.refused) {
            return "code";
        }
        self.typed.draft.field(&self.refused).unwrap_or("outcome")
    }
}

/// Dossiers of one cycle that one body decides on; never empty.
struct Group {
    issuer: UnitAsOf,
    cases: Vec<Case>,
    /// What the body's councils said last.
    verdicts: BTreeMap<(DossierId, String), Verdict>,
    /// The meetings that are still to vote.
    pending: BTreeMap<DossierId, MeetingId>,
    /// Where the body's council is called together; the list where there is none.
    council_href: String,
}

/// What waits in the visitor's area, by cycle and issuing body.
async fn groups(app: &App, tx: &mut Tx, visit: &Visit) -> Outcome<Vec<Group>> {
    let mut waiting: BTreeMap<(CycleId, UnitId), Vec<Case>> = BTreeMap::new();
    let dossiers = in_states(tx, visit.actor.scope, &[State::Appraised], WAITING_MAX).await?;
    for case in Case::many(app, tx, dossiers).await? {
        if permit(visit.actor, Action::RecognitionDecide, &case.unit).is_ok()
            && let Some(issuer) = issuer_of(&case.unit, &case.loaded.set.recognition.issued_by)
        {
            waiting.entry((case.cycle.id, issuer)).or_default().push(case);
        }
    }
    let order = Order::new();
    let mut groups = Vec::new();
    for ((_, issuer), mut cases) in waiting {
        // A body that is no more, or that lies above the visitor's area, cannot decide by this form.
        let issuer = units::get(tx, issuer, app.today()).await?;
        let Some(issuer) = issuer.filter(|unit| permit(visit.actor, Action::RecognitionDecide, unit).is_ok()) else {
            continue;
        };
        cases.sort_by_cached_key(|case| order.key(&case.unit.version.name));
        let mut group =
            Group { issuer, cases, verdicts: BTreeMap::new(), pending: BTreeMap::new(), council_href: String::new() };
        // All are of one set: where it asks for no council, nothing is asked of one.
        if group.cases.iter().any(|case| case.loaded.set.recognition.council.is_some()) {
            let (issuer, ids) = (group.issuer.id(), || group.cases.iter().map(|case| case.dossier.id));
            group.verdicts = councils::verdicts(tx, issuer, ids()).await?;
            group.pending = councils::pending(tx, ids()).await?;
            group.council_href = council_href(app, tx, issuer).await?;
        }
        groups.push(group);
    }
    groups.sort_by_cached_key(|group| {
        let title = group.cases.first().map(|case| case.loaded.set.short_title.vi.clone());
        (title, order.key(&group.issuer.version.name))
    });
    Ok(groups)
}

/// The page of the council of a unit.
async fn council_href(app: &App, tx: &mut Tx, unit: UnitId) -> Outcome<String> {
    let found = councils::in_area(tx, unit, app.today(), COUNCILS_MAX).await?;
    let council = found.iter().find(|committee| committee.unit == unit && committee.kind == Kind::Council);
    Ok(council.map_or_else(|| "/committees".to_owned(), |council| format!("/committees/{}", council.id)))
}

/// The forms, and what has to be put right in the one that came back.
pub(super) async fn forms(
    app: &App,
    tx: &mut Tx,
    visit: &Visit,
    wrong: Option<&Wrong>,
) -> Outcome<(Vec<DecideForm>, Vec<FormError>)> {
    let (lang, today) = (visit.lang, app.today());
    let mut forms = Vec::new();
    let mut errors = Vec::new();
    for (at, group) in groups(app, tx, visit).await?.iter().enumerate() {
        let back = wrong.filter(|wrong| wrong.typed.is_of(group));
        let signed_on = back.map_or(today, |wrong| wrong.typed.draft.day_or(today));
        let number = rows::next_number(tx, group.issuer.id(), signed_on.year()).await?;
        let form = form(lang, group, (number, today), back, asks(app, visit))?;
        if let Some(wrong) = back {
            errors.push(error(lang, wrong, &form, at + 1));
        }
        forms.push(form);
    }
    if let (Some(wrong), true) = (wrong, errors.is_empty()) {
        // What the form was about has been decided meanwhile: the register shows by what.
        errors.push(FormError { href: "#register".to_owned(), text: said(lang, &wrong.refused) });
    }
    Ok((forms, errors))
}

fn said(lang: Lang, refused: &Refused) -> String {
    lang.why(refused)
}

fn error(lang: Lang, wrong: &Wrong, form: &DecideForm, number: usize) -> FormError {
    let href = match wrong.field() {
        // It is no longer among those that wait, but the register says by what it was decided.
        _ if wrong.refused.code == "recognition.already_decided" => "#register".to_owned(),
        "outcome" => {
            let chosen =
                |row: &&WaitingView| row.chosen == "yes" && !row.may_recognise || row.chosen == "no" && !row.may_refuse;
            let row = form.waiting.iter().find(chosen).or(form.waiting.first());
            row.map(|row| format!("#outcome-{}", row.dossier)).unwrap_or_default()
        }
        field => format!("#{field}-{number}"),
    };
    FormError { href, text: said(lang, &wrong.refused) }
}

fn form(
    lang: Lang,
    group: &Group,
    (number, today): (i64, Date),
    back: Option<&Wrong>,
    asks_code: bool,
) -> Outcome<DecideForm> {
    let first = group.cases.first().ok_or(Problem::Missing("dossier"))?;
    let set = &first.loaded.set;
    let name = &group.issuer.version.name;
    let typed = back.map(|wrong| &wrong.typed);
    let bases: Vec<String> = set.legal_bases.iter().map(|base| format!("Căn cứ {}", base.vi)).collect();
    let waiting: Outcome<Vec<WaitingView>> = group.cases.iter().map(|case| row(lang, group, case, typed)).collect();
    Ok(DecideForm {
        cycle: first.cycle.id.to_string(),
        issuer_unit: group.issuer.id().to_string(),
        title: format!("{} · {name}", words::programme_year(lang, set, first.cycle.year)),
        waiting: waiting?,
        has_council: set.recognition.council.is_some(),
        draft: draft::fields(lang, typed.map(|typed| &typed.draft), (number, name), today, &bases, asks_code),
        mistake: back
            .map(|wrong| Mistake { field: wrong.field(), text: said(lang, &wrong.refused) })
            .unwrap_or_default(),
    })
}

fn row(lang: Lang, group: &Group, case: &Case, typed: Option<&Typed>) -> Outcome<WaitingView> {
    let totals = case.scores(Stage::Appraised)?;
    let judged = case.judged_sha256();
    let verdict = group.verdicts.get(&(case.dossier.id, judged.clone()));
    let council = council(lang, group, case, verdict);
    let has_council = case.loaded.set.recognition.council.is_some();
    let goes_with = |recognised| {
        let heard = bears_out(verdict, &judged, recognised, totals.recognised);
        !has_council || heard.is_ok() && !group.pending.contains_key(&case.dossier.id)
    };
    let may_recognise = totals.recognised == Some(true) && goes_with(true);
    let (rules, tone) = words::rules_text(lang, totals.recognised);
    let chosen = typed.and_then(|typed| typed.outcomes.get(&case.dossier.id).copied());
    Ok(WaitingView {
        dossier: case.dossier.id.to_string(),
        unit: case.unit.version.name.clone(),
        place: super::place(&case.unit),
        href: format!("/dossiers/{}", case.dossier.id),
        result: words::result_text(lang, &totals),
        rules,
        tone,
        council: council.text,
        council_tone: council.tone,
        council_href: council.href,
        may_recognise,
        may_refuse: goes_with(false),
        chosen: chosen.unwrap_or(if may_recognise { "yes" } else { "later" }),
    })
}

/// What the council says of a dossier as it is now.
#[derive(Default)]
struct Heard {
    text: String,
    tone: Tone,
    href: String,
}

fn council(lang: Lang, group: &Group, case: &Case, verdict: Option<&Verdict>) -> Heard {
    if case.loaded.set.recognition.council.is_none() {
        return Heard::default();
    }
    let id = case.dossier.id;
    if let Some(meeting) = group.pending.get(&id) {
        return Heard { text: lang.t("council-has-it"), tone: Tone::Wait, href: meetings::href(*meeting) };
    }
    let Some(verdict) = verdict else {
        return Heard { text: lang.t("council-not-asked"), tone: Tone::Wait, href: group.council_href.clone() };
    };
    let (key, tone) = match verdict.is_for {
        Some(true) => ("council-says-for", Tone::Ok),
        Some(false) => ("council-says-against", Tone::No),
        None => ("council-says-tied", Tone::Wait),
    };
    Heard { text: lang.t(key), tone, href: meetings::href(verdict.meeting) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const ID: &str = "018bfa00-0000-7000-8000-000000000001";

    fn fields(changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = vec![
            ("cycle", ID),
            ("issuer_unit", ID),
            ("signed_on", "24/11/2023"),
            ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
            ("place", "Bạc Liêu"),
            ("capacity", "TM."),
            ("signatory", "CHỦ TỊCH"),
            ("legal_bases", "Căn cứ Luật\r\nCăn cứ Thông tư"),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            fields.push((name, value));
        }
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn what_is_left_for_later_is_not_judged() {
        let (yes, no, later) = (ID, &ID.replace('1', "2"), &ID.replace('1', "3"));
        let chosen = [("yes", yes), ("no", no.as_str()), ("later", later.as_str())];
        let named: Vec<(String, &str)> =
            chosen.iter().map(|(choice, dossier)| (format!("outcome.{dossier}"), *choice)).collect();
        let changes: Vec<(&str, &str)> = named.iter().map(|(name, choice)| (name.as_str(), *choice)).collect();
        let typed = Typed::read(&fields(&changes)).expect("form");
        let judged: Vec<bool> = typed.judgements().iter().map(|judgement| judgement.recognised).collect();
        assert_eq!(judged.len(), 2);
        assert!(judged.contains(&true) && judged.contains(&false));
    }

    #[test]
    fn what_the_page_never_offers_leads_nowhere() {
        for (name, value, missing) in [
            ("cycle", "x", "cycle"),
            ("issuer_unit", "", "unit"),
            ("capacity", "PP.", "capacity"),
            ("outcome.x", "yes", "dossier"),
            (&format!("outcome.{ID}"), "maybe", "outcome"),
        ] {
            let outcome = Typed::read(&fields(&[(name, value)]));
            assert!(matches!(outcome, Err(Problem::Missing(what)) if what == missing), "{name}={value}");
        }
    }

    #[test]
    fn a_mistake_points_at_its_field() {
        let today = date(2023, 11, 24);
        for (name, value, field) in [
            ("signed_on", "31/02/2023", "signed_on"),
            ("place", " ", "place"),
            ("signatory", "", "signatory"),
            ("legal_bases", "\r\n", "legal_bases"),
        ] {
            let typed = Typed::read(&fields(&[(name, value)])).expect("form");
            let refused = typed.draft(today).and_then(Draft::written).expect_err(name);
            assert_eq!(Wrong { typed, refused }.field(), field);
        }
        let typed = Typed::read(&fields(&[])).expect("form");
        assert_eq!(typed.draft(today).expect("draft").legal_bases, ["Căn cứ Luật", "Căn cứ Thông tư"]);
        let refused = Refused::new("recognition.nothing_chosen");
        assert_eq!(Wrong { typed, refused }.field(), "outcome");
    }
}
