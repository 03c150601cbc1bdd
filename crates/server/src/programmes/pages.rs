//! Handlers of programmes: the criteria sets of the installation, and one set in full.

use axum::{
    extract::{Path, State},
    response::Response,
};
use dienhinh_domain::{
    access,
    calendar::format_day,
    cycles::Cycle,
    programmes::{CarryOver, Class, CriteriaSet, Criterion, EvidenceRule, Mark, MonthDay, Role},
    text::format_thousandths,
};
use dienhinh_engine::rule_in_words;
use dienhinh_storage::cycles;

use super::views::{CriteriaGroup, CriterionView, ProgrammePage, ProgrammesPage, SetLine};
use crate::{
    app::{App, LoadedSet, latest_sets},
    committees::words as voting,
    dossiers::{
        fill::{rows::requirement_tags, words},
        views::parts::TagView,
    },
    web::{
        lang::Lang,
        layout::{Place, Shell, Tone},
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// The latest version of each set, the largest first.
pub(super) fn latest(app: &App) -> Vec<&LoadedSet> {
    let mut sets: Vec<&LoadedSet> = latest_sets(&app.sets).into_iter().map(AsRef::as_ref).collect();
    sets.sort_by_key(|loaded| std::cmp::Reverse(loaded.set.criteria.len()));
    sets
}

/// `GET /programmes`.
pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    let lang = visit.lang;
    let line = |loaded: &LoadedSet| {
        let set = &loaded.set;
        SetLine {
            href: format!("/programmes/{}", set.code),
            title: lang.of(&set.title).to_owned(),
            facts: [counts(lang, set), version(lang, set), words::kinds_text(lang, &set.kinds)].join(" · "),
            mark: mark(lang, set.mark()),
        }
    };
    let sets = latest(&app).into_iter().map(line).collect();
    let shell = visit.shell(&app, lang.t("nav-programmes"), Some(Place::Programmes)).await?;
    reply::page(&ProgrammesPage { shell, sets })
}

/// `34 tiêu chí, 6 nhóm`: what is counted, as in "N of 34"; bonus, penalty and conditions stand beside it.
fn counts(lang: Lang, set: &CriteriaSet) -> String {
    let groups = set.groups.iter().filter(|group| group.role == Role::Counted).count();
    lang.t2("programme-counts", "criteria", set.counted().count(), "groups", groups)
}

fn version(lang: Lang, set: &CriteriaSet) -> String {
    lang.t1("programme-version", "version", &set.version)
}

/// How far the texts of a set are checked, said also when all of them are.
fn mark(lang: Lang, mark: Mark) -> TagView {
    let verified = || TagView { tone: Tone::Ok, text: lang.t("mark-verified"), href: String::new() };
    words::mark_tag(lang, mark).unwrap_or_else(verified)
}

/// `GET /programmes/{code}`: the latest version of a set.
pub(crate) async fn programme(State(app): State<App>, visit: Visit, Path(code): Path<String>) -> Outcome<Response> {
    let set = &app.latest_set(&code).ok_or(Problem::Missing("programme"))?.set;
    let mut tx = app.db.read().await?;
    let latest = cycles::all(&mut tx).await?.into_iter().find(|cycle| cycle.set_code == set.code);
    let title = visit.lang.of(&set.short_title).to_owned();
    let shell = visit.shell_in(&app, &mut tx, title, Some(Place::Programmes)).await?;
    drop(tx);
    let may_try =
        latest.is_some() && matches!(visit.actor.role, access::Role::Appraiser | access::Role::CouncilSecretary);
    let what_if_href = if may_try { format!("/programmes/{code}/what-if") } else { String::new() };
    reply::page(&ProgrammePage { what_if_href, ..page(set, latest.as_ref(), shell) })
}

fn page(set: &CriteriaSet, latest: Option<&Cycle>, shell: Shell) -> ProgrammePage {
    let lang = shell.lang;
    let valid = lang.t1("programme-valid-from", "day", format_day(set.valid_from));
    let notice = match set.mark() {
        Mark::Verified => None,
        Mark::Summary => Some(lang.t("programme-notice-summary")),
        Mark::Illustrative => Some(lang.t("programme-notice-illustrative")),
    };
    ProgrammePage {
        title: lang.of(&set.title).to_owned(),
        facts: format!("{} · {}, {valid}", counts(lang, set), version(lang, set)),
        notice,
        legal_bases: set.legal_bases.iter().map(|base| lang.of(base).to_owned()).collect(),
        calendar: calendar(lang, set, latest),
        classes: classes(lang, set),
        council: council(lang, set),
        what_if_href: String::new(),
        groups: (0..set.groups.len()).map(|number| group(lang, set, number)).collect(),
        shell,
    }
}

/// The days of the latest cycle; days of any year where there was none.
fn calendar(lang: Lang, set: &CriteriaSet, latest: Option<&Cycle>) -> Vec<(String, String)> {
    let labels = [lang.t("programme-assessed"), lang.t("programme-register-until"), lang.t("programme-due")];
    let days = match latest.map(|cycle| set.cycle(cycle.id, cycle.year)) {
        Some(cycle) => [
            format!("{} – {}", format_day(cycle.assessed.from), format_day(cycle.last_day())),
            format_day(cycle.registration_until),
            format_day(cycle.due_on),
        ],
        None => [
            format!("{} – {}", any_year(set.calendar.assessed_from), any_year(set.calendar.assessed_until)),
            any_year(set.calendar.registration_until),
            any_year(set.calendar.due),
        ],
    };
    labels.into_iter().zip(days).collect()
}

fn any_year(day: MonthDay) -> String {
    format!("{:02}/{:02}", day.day, day.month)
}

/// The classes, the highest first, or the title of a set that only recognises; each with what it takes, the last
/// with how far that is checked.
fn classes(lang: Lang, set: &CriteriaSet) -> Vec<(String, String)> {
    let mark = lang.look_up(&format!("mark-{}", set.recognition.mark.code()), &[]);
    let source = lang.of(&set.recognition.source);
    let checked = format!("{}: {source} ({}).", lang.t("programme-source"), mark.to_lowercase());
    if set.classes.len() < 2 {
        let needs = lang.t2("programme-needs", "need", set.recognition.min_met, "of", set.counted().count());
        let needs = [vec![needs], decisive(lang, set)].concat().join("; ");
        let title = match &set.awards[..] {
            [(_, only)] => only,
            _ => &set.short_title,
        };
        return vec![(lang.of(title).to_owned(), format!("{needs}. {checked}"))];
    }
    let line = |class: &Class| (lang.of(&class.title).to_owned(), words::class_needs(lang, class));
    let mut lines: Vec<_> = set.classes.iter().rev().map(line).collect();
    let all = [decisive(lang, set), vec![checked]].concat().join("; ");
    lines.push((lang.t("programme-classes-all"), all));
    lines
}

/// How a council votes on the titles, the last with how far that is checked; nothing where the set asks for none.
fn council(lang: Lang, set: &CriteriaSet) -> Vec<(String, String)> {
    let Some(council) = &set.recognition.council else { return Vec::new() };
    let mark = lang.look_up(&format!("mark-{}", council.mark.code()), &[]);
    let mut points = voting::rules(lang, &council.rules);
    points.push((lang.t("programme-source"), format!("{} ({})", lang.of(&council.source), mark.to_lowercase())));
    points
}

/// Criteria without which nothing is reached.
fn decisive(lang: Lang, set: &CriteriaSet) -> Vec<String> {
    let count = |which: fn(&Criterion) -> bool| set.criteria.iter().filter(|criterion| which(criterion)).count();
    let mandatory = count(|criterion| criterion.mandatory);
    let knock_out = count(|criterion| criterion.knock_out);
    let mandatory = (mandatory > 0).then(|| lang.t1("programme-needs-mandatory", "n", mandatory));
    let knock_out = (knock_out > 0).then(|| lang.t1("programme-needs-knock-out", "n", knock_out));
    mandatory.into_iter().chain(knock_out).collect()
}

fn group(lang: Lang, set: &CriteriaSet, number: usize) -> CriteriaGroup {
    let group = &set.groups[number];
    let points = set.group_points_thousandths(number);
    let criteria = lang.t1("programme-criteria", "n", set.criteria_of(number).count());
    CriteriaGroup {
        id: group.id.clone(),
        title: format!("{}. {}", words::roman(number + 1), lang.of(&group.title)),
        facts: if set.has_points() {
            format!("{criteria}, {}", lang.t1("programme-points", "n", format_thousandths(points, 0)))
        } else {
            criteria
        },
        criteria: set.criteria_of(number).map(|criterion| row(lang, criterion)).collect(),
    }
}

fn row(lang: Lang, criterion: &Criterion) -> CriterionView {
    let mut tags = requirement_tags(lang, criterion);
    tags.extend(words::mark_tag(lang, criterion.mark));
    let points = criterion.points_thousandths;
    CriterionView {
        id: criterion.id.clone(),
        number: criterion.number,
        text: lang.of(&criterion.text).to_owned(),
        tags,
        rule: rule_in_words(criterion, lang.of_engine()),
        guidance: lang.of(&criterion.guidance).to_owned(),
        evidence: evidence(lang, criterion),
        owner: lang.of(&criterion.owner).to_owned(),
        carry_over: criterion.carry_over.map_or_else(String::new, |way| carry_over(lang, way)),
        points: words::points(points, points).unwrap_or_default(),
        source: lang.of(&criterion.source).to_owned(),
    }
}

/// What becomes of the figures when units are merged.
fn carry_over(lang: Lang, way: CarryOver) -> String {
    lang.look_up(&format!("carry-over-{}", way.code()), &[])
}

/// What usually proves it, and whether a proof is asked for.
fn evidence(lang: Lang, criterion: &Criterion) -> String {
    let required = (criterion.proof == EvidenceRule::Required).then(|| lang.t("programme-evidence-required"));
    let parts = [Some(lang.of(&criterion.evidence).to_owned()), required];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
