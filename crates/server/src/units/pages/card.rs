//! The page of one unit (S5) from what was read of it. Asks no database; who may see what is decided before.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::format_day,
    dossiers::State,
    recognition::Decision,
    units::{UnitAsOf, UnitKind, UnitVersion, lower_first},
};
use dienhinh_engine::Outcome as Score;
use jiff::civil::Date;

use super::{
    current::{Below, Current, registered},
    line, list_href,
};
use crate::{
    dossiers::{case::Case, fill::words},
    units::{
        crosswalk::Lineage,
        views::{AboveView, ChildrenView, GapView, ResultView, UnitCertificate, UnitLine, UnitPage, lineage},
    },
    web::{
        lang::Lang,
        layout::{Shell, Tone},
        problem::Outcome,
    },
};

/// How long a criterion may be in the list of gaps, in characters.
const CRITERION_CHARS: usize = 140;

/// The unit in one cycle.
pub(super) struct Run {
    pub(super) case: Case,
    /// Whether the visitor may see more than where it stands.
    pub(super) readable: bool,
    /// What gave the title.
    pub(super) decision: Option<Decision>,
}

/// Which day of the unit is shown, and how that came.
pub(super) struct Shown<'a> {
    /// Everything it was, came from and became.
    pub(super) lineage: &'a Lineage,
    /// The day that was asked for, and did not choose itself.
    pub(super) asked: Option<Date>,
    /// The day for which somebody looks.
    pub(super) wanted: Date,
}

impl Shown<'_> {
    /// What goes behind the address of another unit, so that it is shown as of the same day.
    fn as_of(&self, shown: Date) -> String {
        if self.asked.is_some() || shown != self.wanted { format!("?as_of={shown}") } else { String::new() }
    }

    /// That the unit was not there on the day, and which day is shown instead.
    fn closed(&self, lang: Lang, shown: Date) -> String {
        let (day, wanted) = (format_day(shown), format_day(self.wanted));
        match self.lineage.ended_on() {
            Some(ended) if ended <= self.wanted => lang.t2("unit-closed", "ended", format_day(ended), "shown", day),
            _ if shown > self.wanted => lang.t2("unit-not-yet", "wanted", wanted, "shown", day),
            _ => String::new(),
        }
    }
}

/// Fills the page. `runs` stand latest year first, and of a year the one with most criteria first.
pub(super) fn page(
    unit: &UnitAsOf,
    day: &Shown<'_>,
    runs: &[Run],
    current: &Current,
    children: &BTreeMap<UnitKind, Below>,
    shell: Shell,
) -> Outcome<UnitPage> {
    let lang = shell.lang;
    let as_of = day.as_of(unit.as_of);
    let above = |above: &UnitVersion| AboveView {
        href: format!("/units/{}{as_of}", above.unit),
        name: lower_first(&above.name),
    };
    let mut results = Vec::new();
    for run in runs {
        results.push(result(lang, run)?);
    }
    Ok(UnitPage {
        name: unit.version.name.clone(),
        above: unit.ancestors.iter().map(above).collect(),
        facts: facts(lang, &unit.version),
        boundary: words::boundary_text(lang, unit.as_of),
        illustrative: unit.version.illustrative.then(|| lang.t("unit-illustrative")),
        results,
        certificates: runs.iter().filter_map(|run| certificate(lang, run)).collect(),
        children: children.iter().map(|(kind, below)| group(lang, unit, *kind, below, current, &as_of)).collect(),
        gaps: gaps(lang, runs)?,
        lineage: lineage::view(lang, day.lineage, Some(unit.as_of)),
        closed: day.closed(lang, unit.as_of),
        crosswalk_href: unit.version.code.as_ref().map(|code| format!("/crosswalk?q={code}")).unwrap_or_default(),
        shell,
    })
}

fn facts(lang: Lang, unit: &UnitVersion) -> Vec<(String, String)> {
    let valid = lineage::valid_text(lang, unit.valid);
    let kind = (lang.t("unit-fact-kind"), words::kind_text(lang, unit.kind));
    let code = unit.code.clone().map(|code| (lang.t("unit-fact-code"), code));
    let valid = (lang.t("unit-fact-valid"), valid);
    [Some(kind), code, Some(valid)].into_iter().flatten().collect()
}

/// The result of one cycle. A visitor who may not read the dossier learns where it stands and no figure.
fn result(lang: Lang, run: &Run) -> Outcome<ResultView> {
    let case = &run.case;
    let state = case.dossier.state;
    let result = if !run.readable || state == State::Invited {
        String::new()
    } else {
        let totals = case.scores(case.stage_in_force())?;
        if state.is_handed_in() || totals.no_data == 0 {
            words::result_text(lang, &totals)
        } else {
            lang.t2("group-answered", "n", totals.met + totals.unmet, "of", totals.of)
        }
    };
    Ok(ResultView {
        year: case.cycle.year.to_string(),
        programme: award(lang, case).to_owned(),
        href: if run.readable { format!("/dossiers/{}", case.dossier.id) } else { String::new() },
        result,
        state: words::state_text(lang, state),
        tone: words::state_tone(state),
    })
}

/// The title that the unit strives for in a cycle.
fn award(lang: Lang, case: &Case) -> &str {
    lang.of(case.loaded.set.award(case.unit.version.kind))
}

fn certificate(lang: Lang, run: &Run) -> Option<UnitCertificate> {
    let decision = run.decision.as_ref()?;
    let item = decision.items.iter().find(|item| item.dossier == run.case.dossier.id)?;
    let certificate = item.certificate.as_ref()?;
    Some(UnitCertificate {
        title: format!("{} {}", award(lang, &run.case), run.case.cycle.year),
        decision: format!("{}, {}", decision.notation(), format_day(decision.draft.signed_on)),
        code: certificate.code.clone(),
        portal_href: format!("/portal/certificates/{}", certificate.code),
        pdf_href: format!("/recognition/certificates/{}.pdf", certificate.code),
    })
}

/// The units below of one kind.
fn group(lang: Lang, parent: &UnitAsOf, kind: UnitKind, below: &Below, current: &Current, as_of: &str) -> ChildrenView {
    let units = &below.units;
    let summary = if below.more {
        lang.t1("unit-children-more", "n", units.len())
    } else if current.assesses(kind) {
        lang.t2("unit-children-summary", "n", units.len(), "registered", registered(units))
    } else {
        lang.t1("unit-children-count", "n", units.len())
    };
    ChildrenView {
        kind: words::kind_text(lang, kind),
        summary,
        units: units
            .iter()
            .map(|(unit, state)| {
                let line = line(lang, unit, String::new(), *state);
                UnitLine { href: format!("{}{as_of}", line.href), ..line }
            })
            .collect(),
        // The list shows today; of another day the first of many have to do.
        more_href: if below.more && as_of.is_empty() { list_href(parent.id(), kind, None) } else { String::new() },
    }
}

/// What is not met in the latest year, with the plan for each.
fn gaps(lang: Lang, runs: &[Run]) -> Outcome<Vec<GapView>> {
    let year = runs.first().map(|run| run.case.cycle.year);
    let mut gaps = Vec::new();
    for Run { case, readable, .. } in runs {
        if !readable || case.dossier.state == State::Invited || Some(case.cycle.year) != year {
            continue;
        }
        let results = case.results(case.stage_in_force())?;
        for (criterion, outcome) in case.loaded.set.criteria.iter().zip(&results.outcomes) {
            if *outcome != Score::Unmet {
                continue;
            }
            let plan = case.plan_of(&criterion.id);
            let planned = plan.map(|plan| {
                let action = plan.action.trim_end_matches('.');
                lang.t2("unit-gap-plan", "action", action, "day", format_day(plan.due_on))
            });
            gaps.push(GapView {
                href: format!("/dossiers/{}#{}", case.dossier.id, criterion.id),
                text: format!("{}. {}", criterion.number, words::cut(lang.of(&criterion.text), CRITERION_CHARS)),
                tone: if planned.is_some() { Tone::Ok } else { Tone::No },
                plan: planned.unwrap_or_else(|| lang.t("plan-none")),
            });
        }
    }
    Ok(gaps)
}
