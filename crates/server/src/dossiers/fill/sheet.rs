//! The self-scoring sheet (S3) from a case: filters, groups, running totals, what is missing, what blocks.

use dienhinh_domain::{
    access::Role,
    appeals::Appeal,
    calendar::format_day,
    dossiers::{Lack, Row, Stage, State},
    programmes::{Group, Mark, Role as GroupRole},
    text::format_thousandths,
};
use dienhinh_engine::Outcome as Score;
use jiff::civil::Date;

use super::{
    rows::{Sheet, Typed, lack_code, lack_text},
    words,
};
use crate::{
    dossiers::{
        case::{Case, Results},
        views::sheet::{
            ActionView, BlockedPart, ChipsView, DueView, FilterView, GroupFacts, GroupShare, GroupView, MissingGroup,
            MissingItem, Progress, ProgressView, SheetPage, SideView, StepView, SubmitView,
        },
    },
    web::{
        lang::Lang,
        layout::{Bar, Shell},
        problem::Outcome,
    },
};

/// What of the sheet is for the eyes of whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// What is public.
    Public,
    /// The working papers of the unit too.
    Papers,
    /// The same, and the way to an appeal against what was decided.
    Appealing,
}

/// Who looks at the sheet, and what they may do with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    pub(crate) lang: Lang,
    pub(crate) role: Role,
    /// Works for the unit assessed and may answer.
    pub(crate) may_write: bool,
    /// Works for the unit assessed and may plan.
    pub(crate) may_plan: bool,
    pub(crate) sight: Sight,
    pub(crate) today: Date,
}

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Show {
    #[default]
    All,
    Todo,
    MissingEvidence,
    Unmet,
    Returned,
}

impl Show {
    const ALL: [Self; 5] = [Self::All, Self::Todo, Self::MissingEvidence, Self::Unmet, Self::Returned];

    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Todo => "todo",
            Self::MissingEvidence => "missing_evidence",
            Self::Unmet => "unmet",
            Self::Returned => "returned",
        }
    }

    /// The filter behind a word in the address; anything else shows all.
    pub(crate) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.code() == code).unwrap_or_default()
    }

    fn shows(self, case: &Case, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Todo => row.lacks().contains(&Lack::Answer),
            Self::MissingEvidence => row.lacks().contains(&Lack::Evidence),
            Self::Unmet => row.met == Some(false),
            Self::Returned => case.open_return(&row.criterion).is_some(),
        }
    }
}

/// Fills the page. `typed` is what a form brought that could not be stored.
pub(crate) fn page(case: &Case, shell: Shell, reader: Reader, show: Show, typed: &Typed) -> Outcome<SheetPage> {
    let lang = reader.lang;
    let results = case.results(Stage::SelfAssessed)?;
    let rows = case.rows()?;
    let sheet = Sheet { case, results: &results, reader, typed };
    let editable = reader.may_write && case.dossier.state.is_editable();
    let set = &case.loaded.set;
    let year = case.cycle.year;
    Ok(SheetPage {
        id: case.dossier.id.to_string(),
        heading: lang.t1("sheet-heading", "year", year),
        unit: case.unit.version.name.clone(),
        unit_href: format!("/units/{}", case.dossier.unit),
        place: case.unit.place(),
        set_line: words::set_line(lang, set),
        programme_href: format!("/programmes/{}", set.code),
        answer_heading: lang.t1("sheet-answer-heading", "year", year),
        saved: saved_text(lang, case, reader.today),
        due: case.due_on().filter(|_| !case.dossier.state.is_handed_in()).map(|day| due(lang, day, reader.today)),
        steps: steps(lang, case.dossier.state),
        notice: (set.mark() == Mark::Illustrative).then(|| lang.t("sheet-illustrative")),
        appeal: appeal(case, reader),
        locked: locked(case, reader),
        editable,
        progress: progress(lang, case, &results),
        chips: chips(lang, case, &rows, show),
        groups: groups(&sheet, &rows, show),
        side: side(lang, case, &results, &rows),
        submit: submit(case, reader, &rows),
        colophon: lang.t("sample-colophon"),
        shell,
    })
}

fn saved_text(lang: Lang, case: &Case, today: Date) -> String {
    let answers = case.answers.iter().filter(|((_, stage), _)| *stage == Stage::SelfAssessed);
    match answers.map(|(_, answer)| answer.at).max() {
        Some(at) => lang.t1("sheet-saved-at", "at", words::moment(at, today)),
        None => lang.t("sheet-nothing-saved"),
    }
}

fn due(lang: Lang, day: Date, today: Date) -> DueView {
    let left = (day - today).get_days();
    let day = format_day(day);
    let text = match left {
        0 => lang.t1("sheet-due-today", "day", day),
        1.. => lang.t2("sheet-due", "day", day, "left", left),
        _ => lang.t2("sheet-due-late", "day", day, "left", -left),
    };
    DueView { text, late: left < 0 }
}

/// The five steps of the way and where the dossier stands on it.
fn steps(lang: Lang, state: State) -> Vec<StepView> {
    let now = match state {
        State::Invited => 0,
        State::InProgress | State::Returned | State::Presented => 1,
        State::Submitted => 2,
        State::Appraised => 3,
        State::Recognised | State::NotRecognised | State::Appealed | State::Revoked => 5,
    };
    let keys = ["step-register", "step-score", "step-appraise", "step-review", "step-decide"];
    let progress = |at: usize| match at.cmp(&now) {
        std::cmp::Ordering::Less => Progress::Done,
        std::cmp::Ordering::Equal => Progress::Now,
        std::cmp::Ordering::Greater => Progress::Ahead,
    };
    keys.into_iter().enumerate().map(|(at, key)| StepView { text: lang.t(key), progress: progress(at) }).collect()
}

/// Why a person of the unit cannot write, and how the sheet reopens.
fn locked(case: &Case, reader: Reader) -> Option<String> {
    let of_the_unit = reader.may_write || reader.may_plan;
    if !of_the_unit || case.dossier.state.is_editable() {
        return None;
    }
    Some(reader.lang.t1("refused-dossiers-locked", "state", case.dossier.state.code()))
}

/// What there is about an appeal: the way to one for those who may sign for the unit, and how the last one stands.
fn appeal(case: &Case, reader: Reader) -> Option<(String, String, String)> {
    let lang = reader.lang;
    let is_current = |appeal: &&Appeal| appeal.round == case.dossier.round || !case.dossier.state.is_decided();
    let (text, link) = match case.appeals.last().filter(is_current).filter(|_| reader.sight != Sight::Public) {
        Some(last) => {
            let (key, link) = (format!("sheet-appeal-{}", last.state.code()), lang.t("appeals-open"));
            let (filed, due) = (format_day(last.filed_on), format_day(last.ended_on.unwrap_or_else(|| last.due_on())));
            (lang.look_up(&key, &[("filed", filed), ("day", due)]), link)
        }
        None if reader.sight == Sight::Appealing => (lang.t("sheet-appeal-may"), lang.t("appeals-file")),
        None => return None,
    };
    Some((text, format!("/appeals/{}", case.dossier.id), link))
}

fn progress(lang: Lang, case: &Case, results: &Results) -> ProgressView {
    let totals = &results.totals;
    ProgressView {
        lang,
        answered: totals.met + totals.unmet,
        of: totals.of,
        met: totals.met,
        points: words::points(totals.points_thousandths, totals.max_thousandths),
        max: case.loaded.set.has_points().then(|| format_thousandths(totals.max_thousandths, 0)),
        bar: Bar::of(words::whole(totals.of), &[("ok", words::whole(totals.met)), ("no", words::whole(totals.unmet))]),
    }
}

fn chips(lang: Lang, case: &Case, rows: &[Row], current: Show) -> ChipsView {
    let count = |show: Show| rows.iter().filter(|row| show.shows(case, row)).count();
    let wanted = |show: &Show| *show == Show::All || *show == current || count(*show) > 0;
    let filters = Show::ALL.into_iter().filter(wanted).map(|show| FilterView {
        href: format!("/dossiers/{}?show={}", case.dossier.id, show.code()),
        text: lang.look_up(&format!("show-{}", show.code()), &[]),
        count: count(show),
        current: show == current,
    });
    ChipsView { lang, filters: filters.collect() }
}

fn groups(sheet: &Sheet<'_>, rows: &[Row], show: Show) -> Vec<GroupView> {
    let (case, lang) = (sheet.case, sheet.reader.lang);
    let set = &case.loaded.set;
    let points = case.groups_thousandths(sheet.results);
    let mut views = Vec::new();
    for (number, group) in set.groups.iter().enumerate() {
        let here = || set.criteria.iter().enumerate().filter(|(_, criterion)| criterion.group == number);
        let shown = here().filter(|(at, _)| show.shows(case, &rows[*at]));
        let shown: Vec<_> = shown.map(|(at, _)| sheet.row(at, &rows[at])).collect();
        if shown.is_empty() {
            continue;
        }
        let (points, max) = points[number];
        views.push(GroupView {
            id: group.id.clone(),
            numeral: words::roman(number + 1),
            title: lang.of(&group.title).to_owned(),
            facts: GroupFacts {
                lang,
                answered: here().filter(|(at, _)| sheet.results.outcomes[*at] != Score::NoData).count(),
                of: here().count(),
                points: words::points(points, max).or_else(|| taken_off(lang, group, points)),
                max: (max > 0).then(|| format_thousandths(max, 1)),
            },
            rows: shown,
        });
    }
    views
}

/// What a penalty takes off; there is no most that it could be set against.
fn taken_off(lang: Lang, group: &Group, points_thousandths: i64) -> Option<String> {
    (group.role == GroupRole::Penalty).then(|| lang.t1("points-n", "n", format_thousandths(points_thousandths, 1)))
}

fn side(lang: Lang, case: &Case, results: &Results, rows: &[Row]) -> SideView {
    let totals = &results.totals;
    let has_points = case.loaded.set.has_points();
    let min_met = case.loaded.set.recognition.min_met;
    let bar = if has_points {
        let parts = [("brand", totals.points_thousandths), ("soft", totals.open_thousandths)];
        Bar::of(totals.max_thousandths, &parts)
    } else {
        Bar::of(words::whole(totals.of), &[("ok", words::whole(totals.met)), ("no", words::whole(totals.unmet))])
            .with_mark(words::whole(min_met), words::whole(totals.of))
    };
    let reach = (has_points && totals.open_thousandths > 0).then(|| {
        let open = format_thousandths(totals.open_thousandths, 1);
        let best = format_thousandths(totals.points_thousandths + totals.open_thousandths, 1);
        lang.t2("sheet-reach", "open", open, "best", best)
    });
    SideView {
        lang,
        points: words::points(totals.points_thousandths, totals.max_thousandths),
        max: has_points.then(|| format_thousandths(totals.max_thousandths, 0)),
        bar,
        reach: reach.unwrap_or_default(),
        result: words::standing_text(lang, &case.loaded.set, totals),
        of: totals.of,
        met: totals.met,
        unmet: totals.unmet,
        no_data: totals.no_data,
        missing: missing(lang, case, rows),
        groups: group_shares(lang, case, results),
    }
}

/// What is missing, most pressing first; nothing once the sheet is handed in.
fn missing(lang: Lang, case: &Case, rows: &[Row]) -> Vec<MissingGroup> {
    if case.dossier.state.is_handed_in() {
        return Vec::new();
    }
    let lacks = [Lack::Reply, Lack::Answer, Lack::Evidence, Lack::Explanation, Lack::Plan];
    let item = |row: &Row, lack: Lack| {
        let criterion = case.loaded.set.criterion(&row.criterion)?;
        Some(MissingItem {
            href: anchor(&row.criterion, lack),
            number: criterion.number,
            text: words::cut(lang.of(&criterion.text), 52),
        })
    };
    let group = |lack: Lack| MissingGroup {
        title: lack_text(lang, lack),
        items: rows.iter().filter(|row| row.lacks().contains(&lack)).filter_map(|row| item(row, lack)).collect(),
    };
    lacks.into_iter().map(group).filter(|group| !group.items.is_empty()).collect()
}

/// The place on the page where a lack is mended.
fn anchor(criterion: &str, lack: Lack) -> String {
    match lack {
        Lack::Plan => format!("#{criterion}-plan"),
        _ => format!("#{criterion}"),
    }
}

fn group_shares(lang: Lang, case: &Case, results: &Results) -> Vec<GroupShare> {
    let set = &case.loaded.set;
    let share = |(number, group): (usize, &Group)| {
        let here = || set.criteria.iter().enumerate().filter(|(_, criterion)| criterion.group == number);
        let of = here().count();
        let answered = here().filter(|(at, _)| results.outcomes[*at] != Score::NoData).count();
        GroupShare {
            id: group.id.clone(),
            numeral: words::roman(number + 1),
            title: lang.of(&group.title).to_owned(),
            answered,
            of,
            bar: Bar::of(words::whole(of), &[("brand", words::whole(answered))]),
        }
    };
    set.groups.iter().enumerate().map(share).collect()
}

/// The bar at the end: what blocks the next step of this reader, and the step.
fn submit(case: &Case, reader: Reader, rows: &[Row]) -> SubmitView {
    let (lang, state) = (reader.lang, case.dossier.state);
    let waits_for_unit = state.is_editable() || state == State::Presented;
    let blocked = if waits_for_unit { blocked_parts(lang, rows) } else { Vec::new() };
    let complete = blocked.is_empty();
    let actions = actions(case, reader, complete);
    let ready = match state {
        State::InProgress | State::Returned if complete => lang.t("ready-present"),
        State::Presented if complete => lang.t("ready-submit"),
        _ => words::state_text(lang, state),
    };
    let next = rows.iter().find(|row| !row.lacks().is_empty()).filter(|_| reader.may_write && state.is_editable());
    SubmitView {
        lang,
        id: case.dossier.id.to_string(),
        blocked_lead: lang.t("blocked-lead"),
        blocked,
        ready,
        next: next.map(|row| format!("#{}", row.criterion)),
        actions,
    }
}

/// One part for each kind of lack, leading to the first row that has it.
pub(super) fn blocked_parts(lang: Lang, rows: &[Row]) -> Vec<BlockedPart> {
    let lacks = [Lack::Reply, Lack::Answer, Lack::Evidence, Lack::Explanation, Lack::Plan];
    let part = |lack: Lack| {
        let mut lacking = rows.iter().filter(|row| row.lacks().contains(&lack));
        let first = lacking.next()?;
        let text = lang.look_up(&format!("blocked-{}", lack_code(lack)), &[("n", (1 + lacking.count()).to_string())]);
        Some(BlockedPart { href: anchor(&first.criterion, lack), text })
    };
    lacks.into_iter().filter_map(part).collect()
}

fn actions(case: &Case, reader: Reader, complete: bool) -> Vec<ActionView> {
    let id = case.dossier.id;
    let action = |step: &str, primary: bool, blocked: bool| ActionView {
        url: format!("/dossiers/{id}/{step}"),
        text: reader.lang.look_up(&format!("action-{step}"), &[]),
        primary,
        blocked,
    };
    match (case.dossier.state, reader.role) {
        (State::Invited, Role::UnitOfficer | Role::UnitLeader) if reader.may_plan => {
            vec![action("register", true, reader.today > case.cycle.registration_until)]
        }
        (State::InProgress | State::Returned, Role::UnitOfficer) if reader.may_write => {
            vec![action("present", true, !complete)]
        }
        (State::Presented, Role::UnitLeader) if reader.may_plan => {
            vec![action("withdraw", false, false), action("submit", true, !complete)]
        }
        _ => Vec::new(),
    }
}
