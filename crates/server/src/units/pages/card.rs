//! The page of one unit (S5) from what was read of it. Asks no database; who may see what is decided before.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::format_day,
    plans::of_criterion,
    recognition::Status,
    units::{UnitAsOf, UnitKind, UnitVersion, lower_first},
};
use jiff::civil::Date;

use super::{
    current::{Below, Current, registered},
    line, list_href,
    run::Run,
    suffix,
    tree::tree_href,
};
use crate::{
    dossiers::fill::words,
    recognition::words as title_words,
    units::{
        crosswalk::Lineage,
        views::{AboveView, ChildrenView, GapView, ResultView, UnitCertificate, UnitPage, lineage},
    },
    web::{
        lang::Lang,
        layout::{Shell, Tone},
    },
};

/// How long a criterion may be in the list of gaps, in characters.
const CRITERION_CHARS: usize = 140;

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
    /// The day as of which other units are to be shown; none where that is today by itself.
    fn as_of(&self, shown: Date) -> Option<Date> {
        (self.asked.is_some() || shown != self.wanted).then_some(shown)
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
) -> UnitPage {
    let lang = shell.lang;
    let as_of = day.as_of(unit.as_of);
    let above = |above: &UnitVersion| AboveView {
        href: format!("/units/{}{}", above.unit, suffix(as_of)),
        name: lower_first(&above.name),
    };
    UnitPage {
        name: unit.version.name.clone(),
        above: unit.ancestors.iter().map(above).collect(),
        facts: facts(lang, &unit.version),
        boundary: words::boundary_text(lang, unit.as_of),
        illustrative: unit.version.illustrative.then(|| lang.t("unit-illustrative")),
        results: runs.iter().map(|run| result(lang, run)).collect(),
        certificates: runs.iter().filter_map(|run| certificate(lang, run)).collect(),
        children: children.iter().map(|(kind, below)| group(lang, unit, *kind, below, current, as_of)).collect(),
        gaps: gaps(lang, runs),
        lineage: lineage::view(lang, day.lineage, Some(unit.as_of)),
        closed: day.closed(lang, unit.as_of),
        tree_href: format!("{}#here", tree_href(Some(unit.id()), unit.as_of)),
        map: None,
        act_for: if shell.sample { unit.id().to_string() } else { String::new() },
        crosswalk_href: unit.version.code.as_ref().map(|code| format!("/crosswalk?q={code}")).unwrap_or_default(),
        shell,
    }
}

fn facts(lang: Lang, unit: &UnitVersion) -> Vec<(String, String)> {
    let valid = lineage::valid_text(lang, unit.valid);
    let kind = (lang.t("unit-fact-kind"), words::kind_text(lang, unit.kind));
    let code = unit.code.clone().map(|code| (lang.t("unit-fact-code"), code));
    let valid = (lang.t("unit-fact-valid"), valid);
    [Some(kind), code, Some(valid)].into_iter().flatten().collect()
}

/// The result of one cycle. A visitor who may not read the dossier learns where it stands and no figure.
fn result(lang: Lang, run: &Run) -> ResultView {
    let state = run.dossier.state;
    ResultView {
        year: run.cycle.year.to_string(),
        programme: run.award(lang).to_owned(),
        href: if run.readable { format!("/dossiers/{}", run.dossier.id) } else { String::new() },
        result: run.result.clone(),
        state: words::state_text(lang, state),
        tone: words::state_tone(state),
    }
}

fn certificate(lang: Lang, run: &Run) -> Option<UnitCertificate> {
    let decision = run.decision.as_ref()?;
    let certificate = decision.items.first()?.certificate.as_ref()?;
    Some(UnitCertificate {
        title: format!("{} {}", run.award(lang), run.cycle.year),
        decision: format!("{}, {}", decision.notation(), format_day(decision.draft.signed_on)),
        code: certificate.code.clone(),
        portal_href: format!("/portal/certificates/{}", certificate.code),
        pdf_href: format!("/recognition/certificates/{}.pdf", certificate.code),
        status: (!run.rulings.is_empty()).then(|| {
            let status = Status::of(&run.rulings);
            (title_words::status_text(lang, status), title_words::status_tone(status))
        }),
    })
}

/// The units below of one kind.
fn group(
    lang: Lang,
    parent: &UnitAsOf,
    kind: UnitKind,
    below: &Below,
    current: &Current,
    day: Option<Date>,
) -> ChildrenView {
    let (units, as_of) = (&below.units, suffix(day));
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
        units: units.iter().map(|(unit, state)| line(lang, unit, &as_of, String::new(), *state)).collect(),
        more_href: if below.more { list_href(parent.id(), kind, day, None) } else { String::new() },
    }
}

/// What is not met in the latest year, with the plan for each.
fn gaps(lang: Lang, runs: &[Run]) -> Vec<GapView> {
    let mut gaps = Vec::new();
    for run in runs {
        for criterion in run.unmet.iter().filter_map(|at| run.loaded.set.criteria.get(*at)) {
            let planned = of_criterion(&run.plans, &criterion.id).map(|plan| {
                let action = plan.action.trim_end_matches('.');
                lang.t2("unit-gap-plan", "action", action, "day", format_day(plan.due_on))
            });
            gaps.push(GapView {
                href: format!("/dossiers/{}#{}", run.dossier.id, criterion.id),
                text: format!("{}. {}", criterion.number, words::cut(lang.of(&criterion.text), CRITERION_CHARS)),
                tone: if planned.is_some() { Tone::Ok } else { Tone::No },
                plan: planned.unwrap_or_else(|| lang.t("plan-none")),
            });
        }
    }
    gaps
}
