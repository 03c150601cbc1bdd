//! My work (S2) from cases: what to do now, the most urgent first, each with one button to the exact place.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    calendar::format_day,
    dossiers::State,
    ids::UnitId,
    recognition::issuer_of,
    units::lower_first,
};
use jiff::civil::Date;

use super::words;
use crate::{
    dossiers::{
        case::Case,
        views::work::{WorkGroup, WorkItem, WorkPage},
    },
    web::{
        lang::Lang,
        layout::{Bar, Shell, Tone},
        problem::Outcome,
    },
};

/// How soon something has to be done to be work of this week, in days.
const THIS_WEEK_DAYS: i32 = 7;

/// In the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Overdue,
    ThisWeek,
    Later,
    Waiting,
    Done,
}

impl Urgency {
    const ALL: [Self; 5] = [Self::Overdue, Self::ThisWeek, Self::Later, Self::Waiting, Self::Done];

    fn title(self, lang: Lang) -> (String, Tone) {
        match self {
            Self::Overdue => (lang.t("work-overdue"), Tone::No),
            Self::ThisWeek => (lang.t("work-this-week"), Tone::Wait),
            Self::Later => (lang.t("work-later"), Tone::Plain),
            Self::Waiting => (lang.t("work-waiting"), Tone::Plain),
            Self::Done => (lang.t("work-done"), Tone::Ok),
        }
    }
}

/// Fills the page from the dossiers that concern the reader.
pub(crate) fn page(cases: &[Case], shell: Shell, lang: Lang, actor: Actor, today: Date) -> Outcome<WorkPage> {
    let mut sorted = Vec::new();
    for case in cases {
        sorted.push((urgency(case, actor, today), case.due_on(), item(case, lang, actor, today)?));
    }
    sorted.sort_by_key(|(urgency, due_on, _)| (*urgency, due_on.is_none(), *due_on));
    let group = |urgency: Urgency| {
        let (title, tone) = urgency.title(lang);
        let items = sorted.iter().filter(|(of, ..)| *of == urgency).map(|(.., item)| item.clone()).collect();
        WorkGroup { title, tone, items }
    };
    let about = [shell.role_name(shell.role), lower_first(&shell.area)];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    Ok(WorkPage {
        may_import: Action::ImportsTake.roles().contains(&actor.role),
        about: format!("{about} · {}", lang.t1("work-today", "day", format_day(today))),
        groups: Urgency::ALL.map(group).into_iter().filter(|group| !group.items.is_empty()).collect(),
        nothing: lang.t("work-nothing"),
        shell,
    })
}

/// Whether a dossier waits for this visitor.
fn is_mine(case: &Case, actor: Actor) -> bool {
    let state = case.dossier.state;
    match actor.role {
        Role::UnitOfficer => matches!(state, State::Invited | State::InProgress | State::Returned),
        Role::UnitLeader => state == State::Presented,
        Role::Appraiser => state == State::Submitted,
        Role::CouncilSecretary if state == State::Appealed => decides(case, actor.scope),
        Role::CouncilSecretary => state == State::Appraised,
        Role::Public | Role::Administrator | Role::CouncilMember => false,
    }
}

/// Whether the body that decides on a dossier lies in an area.
fn decides(case: &Case, area: UnitId) -> bool {
    let issuer = issuer_of(&case.unit, &case.loaded.set.recognition.issued_by);
    let from_issuer = case.unit.ancestors.iter().skip_while(|above| Some(above.unit) != issuer);
    from_issuer.into_iter().any(|above| above.unit == area)
}

fn urgency(case: &Case, actor: Actor, today: Date) -> Urgency {
    let mine = is_mine(case, actor);
    match case.due_on().map(|due| (due - today).get_days()) {
        _ if case.dossier.state.is_decided() && !mine => Urgency::Done,
        _ if !mine => Urgency::Waiting,
        Some(..0) => Urgency::Overdue,
        Some(0..=THIS_WEEK_DAYS) => Urgency::ThisWeek,
        _ => Urgency::Later,
    }
}

fn item(case: &Case, lang: Lang, actor: Actor, today: Date) -> Outcome<WorkItem> {
    let (id, state) = (case.dossier.id, case.dossier.state);
    let unit = lower_first(&case.unit.version.name);
    let mine = is_mine(case, actor);
    let (verb, button, href) = match state {
        State::Invited if mine => ("work-title-register", "action-register", format!("/dossiers/{id}")),
        State::Returned if mine => ("work-title-answer", "work-answer", format!("/dossiers/{id}?show=returned")),
        State::InProgress if mine => {
            ("work-title-score", "work-continue", format!("/dossiers/{id}{}", first_open(case)?))
        }
        State::Presented if mine => ("work-title-sign", "work-review", format!("/dossiers/{id}")),
        State::Submitted if mine => {
            ("work-title-appraise", "action-open-appraisal", format!("/dossiers/{id}/appraisal"))
        }
        State::Appealed if mine => ("work-title-hear", "work-answer", format!("/appeals/{id}")),
        State::Appraised if mine => ("work-title-decide", "work-decide", "/recognition".to_owned()),
        _ => ("work-title-follow", "work-open", format!("/dossiers/{id}")),
    };
    let totals = case.scores(case.stage_in_force())?;
    let answered = totals.met + totals.unmet;
    let (why, tone) = why(case, lang, mine);
    Ok(WorkItem {
        title: lang.t1(verb, "unit", unit),
        programme: words::programme_year(lang, &case.loaded.set, case.cycle.year),
        due: if state == State::Appealed {
            case.due_on().map(|day| lang.t1("appeals-due", "day", format_day(day))).unwrap_or_default()
        } else if state.is_handed_in() {
            String::new()
        } else {
            due(case, lang, today)
        },
        why,
        tone,
        progress: if state.is_handed_in() {
            words::result_text(lang, &totals)
        } else {
            lang.t2("group-answered", "n", answered, "of", totals.of)
        },
        bar: Some(Bar::of(
            words::whole(totals.of),
            &[("ok", words::whole(totals.met)), ("no", words::whole(totals.unmet))],
        )),
        href,
        button: lang.t(button),
    })
}

/// Why it is here: returned rows, or the state of a dossier that waits for somebody else.
fn why(case: &Case, lang: Lang, mine: bool) -> (String, Tone) {
    let returned = case.returns.iter().filter(|row| row.round == case.dossier.round).count();
    match case.dossier.state {
        State::Returned => (lang.t1("work-returned", "n", returned), Tone::Diff),
        _ if mine => (String::new(), Tone::Plain),
        state => (words::state_text(lang, state), words::state_tone(state)),
    }
}

fn due(case: &Case, lang: Lang, today: Date) -> String {
    let Some(due) = case.due_on() else { return String::new() };
    let day = format_day(due);
    match (due - today).get_days() {
        0 => lang.t1("sheet-due-today", "day", day),
        left if left > 0 => lang.t2("sheet-due", "day", day, "left", left),
        left => lang.t2("sheet-due-late", "day", day, "left", -left),
    }
}

/// The anchor of the first row that lacks something.
fn first_open(case: &Case) -> Outcome<String> {
    let rows = case.rows()?;
    Ok(rows.iter().find(|row| !row.lacks().is_empty()).map(|row| format!("#{}", row.criterion)).unwrap_or_default())
}
