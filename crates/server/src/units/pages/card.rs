//! The page of one unit (S5) from what was read of it. Asks no database; who may see what is decided before.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::format_day,
    ids::UnitId,
    units::{UnitAsOf, UnitKind, UnitVersion, lower_first},
};

use super::{
    current::{Below, Current, registered},
    line, list_href,
    run::Run,
};
use crate::{
    dossiers::fill::words,
    units::views::{AboveView, ChildrenView, GapView, ResultView, UnitCertificate, UnitPage},
    web::{
        lang::Lang,
        layout::{Shell, Tone},
    },
};

/// How long a criterion may be in the list of gaps, in characters.
const CRITERION_CHARS: usize = 140;

/// Fills the page. `runs` stand latest year first, and of a year the one with most criteria first.
pub(super) fn page(
    unit: &UnitAsOf,
    runs: &[Run],
    current: &Current,
    children: &BTreeMap<UnitKind, Below>,
    shell: Shell,
) -> UnitPage {
    let lang = shell.lang;
    let above =
        |above: &UnitVersion| AboveView { href: format!("/units/{}", above.unit), name: lower_first(&above.name) };
    UnitPage {
        name: unit.version.name.clone(),
        above: unit.ancestors.iter().map(above).collect(),
        facts: facts(lang, &unit.version),
        boundary: words::boundary_text(lang, unit.as_of),
        illustrative: unit.version.illustrative.then(|| lang.t("unit-illustrative")),
        results: runs.iter().map(|run| result(lang, run)).collect(),
        certificates: runs.iter().filter_map(|run| certificate(lang, run)).collect(),
        children: children.iter().map(|(kind, below)| group(lang, unit.id(), *kind, below, current)).collect(),
        gaps: gaps(lang, runs),
        shell,
    }
}

fn facts(lang: Lang, unit: &UnitVersion) -> Vec<(String, String)> {
    let from = format_day(unit.valid.from);
    let valid = match unit.valid.until.and_then(|until| until.yesterday().ok()) {
        Some(last) => format!("{from} – {}", format_day(last)),
        None => lang.t1("unit-valid-from", "day", from),
    };
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
    })
}

/// The units below of one kind.
fn group(lang: Lang, parent: UnitId, kind: UnitKind, below: &Below, current: &Current) -> ChildrenView {
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
        units: units.iter().map(|(unit, state)| line(lang, unit, String::new(), *state)).collect(),
        more_href: if below.more { list_href(parent, kind, None) } else { String::new() },
    }
}

/// What is not met in the latest year, with the plan for each.
fn gaps(lang: Lang, runs: &[Run]) -> Vec<GapView> {
    let mut gaps = Vec::new();
    for run in runs {
        for criterion in run.unmet.iter().filter_map(|at| run.loaded.set.criteria.get(*at)) {
            let planned = run.plan_of(&criterion.id).map(|plan| {
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
