//! Appraisal side by side (S4) from a case: what the unit says, what the appraisers find, what goes back.

use dienhinh_domain::{
    calendar::{day_in_vietnam, format_day},
    dossiers::{Stage, State},
    programmes::{Criterion, From as Source, InputKind, Rule},
    text::{format_count, format_thousandths},
};
use dienhinh_engine::{Difference, difference};

use super::{
    rows::{evidence_list, figures_text, requirement_tags},
    words,
};
use crate::{
    dossiers::{
        case::{Case, Results},
        seen,
        views::{
            appraisal::{AppraisalEnd, AppraisalPage, AppraisalRow, AppraisalTotals, ChoiceView, LetterLine},
            parts::OutcomeView,
            sheet::{ActionView, BlockedPart, ChipsView, CountInput, FilterView, SubmitView},
        },
    },
    web::{lang::Lang, layout::Shell, problem::Outcome},
};

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Show {
    #[default]
    Differences,
    Returned,
    All,
}

impl Show {
    const ALL: [Self; 3] = [Self::Differences, Self::Returned, Self::All];

    fn code(self) -> &'static str {
        match self {
            Self::Differences => "differences",
            Self::Returned => "returned",
            Self::All => "all",
        }
    }

    /// The filter behind a word in the address; anything else shows differences first.
    pub(crate) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|show| show.code() == code).unwrap_or_default()
    }

    fn shows(self, case: &Case, both: &Both, at: usize) -> bool {
        let criterion = &case.loaded.set.criteria[at].id;
        match self {
            Self::All => true,
            Self::Returned => case.marked_return(criterion).is_some() || case.open_return(criterion).is_some(),
            Self::Differences => !case.is_seen(criterion) || case.marked_return(criterion).is_some() || both.differ(at),
        }
    }
}

/// Both columns, scored.
pub(crate) struct Both {
    said: Results,
    found: Results,
}

impl Both {
    /// Scores both columns.
    pub(crate) fn of(case: &Case) -> Outcome<Self> {
        Ok(Self { said: case.results(Stage::SelfAssessed)?, found: case.results(Stage::Appraised)? })
    }

    fn differ(&self, at: usize) -> bool {
        self.said.outcomes[at] != self.found.outcomes[at]
    }
}

/// What the appraiser typed into a row that could not be stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wrong {
    pub(crate) verdict: String,
    pub(crate) reason: String,
    pub(crate) inputs: std::collections::BTreeMap<String, String>,
    pub(crate) error: String,
}

/// Whether the reader may appraise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// They may.
    Yes,
    /// They are an appraiser, and worked for the unit.
    Interested,
    /// They read.
    No,
}

/// Fills the page. `wrong` is a row that came back without being stored.
pub(crate) fn page(
    case: &Case,
    shell: Shell,
    lang: Lang,
    writes: Writes,
    show: Show,
    wrong: Option<(&str, &Wrong)>,
) -> Outcome<AppraisalPage> {
    let both = Both::of(case)?;
    let editable = writes == Writes::Yes && case.dossier.state == State::Submitted;
    let set = &case.loaded.set;
    let shown = |(at, criterion): (usize, &Criterion)| {
        let wrong = wrong.filter(|(id, _)| *id == criterion.id).map(|(_, wrong)| wrong);
        (wrong.is_some() || show.shows(case, &both, at)).then(|| row(case, &both, lang, editable, at, wrong))
    };
    let submitted = case.dossier.submitted_at.map(|at| format_day(day_in_vietnam(at)));
    let submitted = submitted.map(|day| lang.t2("appraisal-submitted", "day", day, "round", case.dossier.round));
    Ok(AppraisalPage {
        heading: lang.t1("appraisal-heading", "year", case.cycle.year),
        unit: case.unit.version.name.clone(),
        unit_href: format!("/units/{}", case.dossier.unit),
        place: case.unit.place(),
        facts: [Some(words::set_line(lang, set)), submitted].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        locked: (!editable).then(|| locked(case, lang, writes)),
        totals: totals(case, &both, lang, false),
        chips: chips(case, &both, lang, show),
        rows: set.criteria.iter().enumerate().filter_map(shown).collect(),
        end: end(case, lang, editable, false),
        shell,
    })
}

/// The row alone with the totals beside it, as it goes out after it was stored.
pub(crate) fn row_alone(case: &Case, lang: Lang, at: usize, wrong: Option<&Wrong>) -> Outcome<AppraisalRow> {
    let both = Both::of(case)?;
    let editable = case.dossier.state == State::Submitted;
    let beside = (totals(case, &both, lang, true), end(case, lang, editable, true));
    Ok(AppraisalRow { beside: Some(beside), ..row(case, &both, lang, editable, at, wrong) })
}

fn locked(case: &Case, lang: Lang, writes: Writes) -> String {
    match writes {
        Writes::Yes => format!("{} {}.", lang.t("appraisal-locked"), words::state_text(lang, case.dossier.state)),
        Writes::Interested => lang.t1("refused-dossiers-interested", "unit", &case.unit.version.name),
        Writes::No => lang.t("appraisal-read-only"),
    }
}

fn row(case: &Case, both: &Both, lang: Lang, editable: bool, at: usize, wrong: Option<&Wrong>) -> AppraisalRow {
    let criterion = &case.loaded.set.criteria[at];
    let id = &criterion.id;
    let chosen = wrong.map_or_else(|| chosen(case, criterion), |wrong| wrong.verdict.clone());
    let marked = case.marked_return(id);
    let stored = marked.map(|row| row.reason.clone());
    let stored = stored.or_else(|| case.answer(id, Stage::Appraised).map(|answer| answer.note.clone()));
    let found = case.answer(id, Stage::Appraised).map(|_| OutcomeView::from(both.found.outcomes[at]));
    let said_facts = [figures_text(lang, case, criterion, Stage::SelfAssessed), facts(case, &both.said, lang, at)];
    let mut tags = requirement_tags(lang, criterion);
    tags.extend(words::mark_tag(lang, criterion.mark));
    AppraisalRow {
        lang,
        dossier: case.dossier.id.to_string(),
        number: criterion.number,
        text: lang.of(&criterion.text).to_owned(),
        tags,
        said: both.said.outcomes[at].into(),
        said_facts: said_facts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
        note: case.answer(id, Stage::SelfAssessed).map(|answer| answer.note.clone()).unwrap_or_default(),
        replied: replied(case, lang, id),
        evidence: evidence_list(lang, case, id, false),
        choices: choices(case, criterion, lang, &chosen),
        corrections: corrections(case, criterion, lang, wrong),
        reason: wrong.map(|wrong| wrong.reason.clone()).or(stored).unwrap_or_default(),
        error: wrong.map(|wrong| wrong.error.clone()).unwrap_or_default(),
        found,
        found_facts: found.map(|_| found_facts(case, both, lang, at)).unwrap_or_default(),
        differs: marked.is_some() || (found.is_some() && both.differ(at)),
        editable,
        seen: seen::appraisal(case, id),
        beside: None,
        id: id.clone(),
    }
}

/// Points of one column; empty where there are none.
fn facts(case: &Case, results: &Results, lang: Lang, at: usize) -> String {
    let points = case.explanation(results, at).points_thousandths;
    points.map(|points| lang.t1("points-n", "n", format_thousandths(points, 1))).unwrap_or_default()
}

/// The appraisers' points, with what differs from the unit's own: points and figures.
fn found_facts(case: &Case, both: &Both, lang: Lang, at: usize) -> String {
    let (said, found) = (case.explanation(&both.said, at), case.explanation(&both.found, at));
    let points = facts(case, &both.found, lang, at);
    let points = match (said.points_thousandths, found.points_thousandths) {
        (Some(said), Some(found)) if said != found => format!("{points} ({})", signed(found - said)),
        _ => points,
    };
    let criterion = &case.loaded.set.criteria[at];
    let figures = difference((criterion, &said), (criterion, &found)).figures;
    // A judgement is the outcome itself, which stands beside it.
    let figures = if matches!(criterion.rule, Rule::Judgement { .. }) { Vec::new() } else { figures };
    let figures = Difference { figures, ..Difference::default() }.sentence(lang.of_engine());
    [points, figures].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `−3,0`, `+3,0`.
fn signed(thousandths: i64) -> String {
    let sign = if thousandths < 0 { '−' } else { '+' };
    format!("{sign}{}", format_thousandths(thousandths.abs(), 1))
}

/// What came of the round before: the reason and what the unit answered.
fn replied(case: &Case, lang: Lang, criterion: &str) -> String {
    match case.open_return(criterion) {
        Some(back) if !back.reply.is_empty() => {
            lang.t2("appraisal-replied", "reason", &back.reason, "reply", &back.reply)
        }
        _ => String::new(),
    }
}

/// The verdict that is stored; empty while there is none.
fn chosen(case: &Case, criterion: &Criterion) -> String {
    if case.marked_return(&criterion.id).is_some() {
        return "return".to_owned();
    }
    let own = case.answer(&criterion.id, Stage::SelfAssessed).map(|answer| &answer.inputs);
    let Some(found) = case.answer(&criterion.id, Stage::Appraised) else { return String::new() };
    let verdict = match criterion.rule {
        _ if own == Some(&found.inputs) || (own.is_none() && found.inputs.is_empty()) => "agree",
        Rule::Judgement { .. } if found.inputs.get(&criterion.id) == Some(&1) => "met",
        Rule::Judgement { .. } => "unmet",
        _ => "correct",
    };
    verdict.to_owned()
}

/// Agree, the other outcome or other figures, return.
fn choices(case: &Case, criterion: &Criterion, lang: Lang, chosen: &str) -> Vec<ChoiceView> {
    let own = case.answer(&criterion.id, Stage::SelfAssessed).and_then(|answer| answer.inputs.get(&criterion.id));
    let other = match criterion.rule {
        Rule::Judgement { .. } if own == Some(&1) => Some("unmet"),
        Rule::Judgement { .. } => Some("met"),
        _ if criterion.is_derived() => None,
        _ => Some("correct"),
    };
    let values = [Some("agree"), other, Some("return")].into_iter().flatten();
    let choice =
        |value| ChoiceView { value, text: lang.look_up(&format!("choice-{value}"), &[]), chosen: value == chosen };
    values.map(choice).collect()
}

/// The figures as the appraisers would write them, beginning with the unit's own.
fn corrections(case: &Case, criterion: &Criterion, lang: Lang, wrong: Option<&Wrong>) -> Vec<CountInput> {
    let answer = case.answer(&criterion.id, Stage::Appraised).or(case.answer(&criterion.id, Stage::SelfAssessed));
    let typed = criterion.inputs.iter().filter(|input| input.kind == InputKind::Count && input.from == Source::Entered);
    typed
        .map(|input| {
            let stored = answer.and_then(|answer| answer.inputs.get(&input.key)).map(|value| format_count(*value));
            CountInput {
                key: input.key.clone(),
                label: lang.of(&input.label).to_owned(),
                value: wrong.and_then(|wrong| wrong.inputs.get(&input.key).cloned()).or(stored).unwrap_or_default(),
                error: String::new(),
            }
        })
        .collect()
}

fn totals(case: &Case, both: &Both, lang: Lang, beside_a_row: bool) -> AppraisalTotals {
    let (said, found) = (&both.said.totals, &both.found.totals);
    let seen =
        case.loaded.set.criteria.iter().filter(|criterion| case.answer(&criterion.id, Stage::Appraised).is_some());
    let difference = if seen.count() == 0 {
        "–".to_owned()
    } else if case.loaded.set.has_points() && case.unseen_rows() == 0 {
        lang.t1("points-n", "n", signed(found.points_thousandths - said.points_thousandths))
    } else {
        let differ = (0..case.loaded.set.criteria.len()).filter(|at| {
            case.answer(&case.loaded.set.criteria[*at].id, Stage::Appraised).is_some() && both.differ(*at)
        });
        lang.t1("appraisal-differing", "n", differ.count())
    };
    AppraisalTotals {
        lang,
        said: words::result_text(lang, said),
        found: words::result_text(lang, found),
        difference,
        unseen: case.unseen_rows(),
        returned: marked(case).count(),
        beside_a_row,
    }
}

/// Criteria that are marked for return.
fn marked(case: &Case) -> impl Iterator<Item = &Criterion> {
    case.loaded.set.criteria.iter().filter(|criterion| case.marked_return(&criterion.id).is_some())
}

fn chips(case: &Case, both: &Both, lang: Lang, current: Show) -> ChipsView {
    let filters = Show::ALL.map(|show| FilterView {
        href: format!("/dossiers/{}/appraisal?show={}", case.dossier.id, show.code()),
        text: lang.look_up(&format!("show-{}", show.code()), &[]),
        count: (0..case.loaded.set.criteria.len()).filter(|at| show.shows(case, both, *at)).count(),
        current: show == current,
    });
    ChipsView { lang, filters: filters.to_vec() }
}

fn end(case: &Case, lang: Lang, editable: bool, beside_a_row: bool) -> AppraisalEnd {
    AppraisalEnd { lang, letter: letter(case, lang), submit: submit(case, lang, editable), beside_a_row }
}

fn letter(case: &Case, lang: Lang) -> Vec<LetterLine> {
    let line = |criterion: &Criterion| LetterLine {
        href: format!("#{}", criterion.id),
        number: criterion.number,
        text: lang.of(&criterion.text).to_owned(),
        reason: case.marked_return(&criterion.id).map(|row| row.reason.clone()).unwrap_or_default(),
    };
    marked(case).map(line).collect()
}

fn submit(case: &Case, lang: Lang, editable: bool) -> SubmitView {
    let (unseen, returning) = (case.unseen_rows(), marked(case).count());
    let first = case.loaded.set.criteria.iter().find(|criterion| !case.is_seen(&criterion.id));
    let first = first.map(|criterion| format!("#{}", criterion.id));
    let unseen_part = first.clone().map(|href| BlockedPart { href, text: lang.t1("blocked-unseen", "n", unseen) });
    let marked_part = marked(case).next().map(|criterion| BlockedPart {
        href: format!("#{}", criterion.id),
        text: lang.t1("appraisal-returning", "n", returning),
    });
    let action = |step: &str, primary, blocked| ActionView {
        url: format!("/dossiers/{}/{step}", case.dossier.id),
        text: lang.look_up(&format!("action-{step}"), &[]),
        primary,
        blocked,
    };
    let actions = vec![
        action("return", returning > 0, returning == 0),
        action("appraise", returning == 0, unseen > 0 || returning > 0),
    ];
    SubmitView {
        lang,
        id: case.dossier.id.to_string(),
        blocked_lead: lang.t("blocked-lead-appraisal"),
        blocked: if editable { unseen_part.into_iter().chain(marked_part).collect() } else { Vec::new() },
        ready: if editable { lang.t("ready-appraise") } else { words::state_text(lang, case.dossier.state) },
        next: first.filter(|_| editable),
        actions: if editable { actions } else { Vec::new() },
    }
}
