//! The print view of the sheet from a case: three columns, as they will stand on paper.

use dienhinh_domain::{dossiers::Stage, programmes::Criterion, text::format_thousandths};

use super::{rows, words};
use crate::{
    dossiers::{
        case::{Case, Results},
        views::{
            parts::OutcomeView,
            print::{PrintGroup, PrintPage, PrintRow},
        },
    },
    web::{lang::Lang, layout::Shell, problem::Outcome},
};

/// The columns a reader sees, each scored.
pub(crate) struct Columns([Option<Results>; 3]);

impl Columns {
    /// Scores the columns that are handed over.
    pub(crate) fn of(case: &Case) -> Outcome<Self> {
        let mut columns = [None, None, None];
        for (column, stage) in columns.iter_mut().zip(Stage::ALL) {
            if case.shows(stage) {
                *column = Some(case.results(stage)?);
            }
        }
        Ok(Self(columns))
    }

    /// The outcome of one criterion in each column where somebody has said something to it.
    pub(crate) fn outcomes(&self, case: &Case, at: usize) -> [Option<OutcomeView>; 3] {
        let criterion = &case.loaded.set.criteria[at].id;
        let mut outcomes = [None; 3];
        for ((outcome, column), stage) in outcomes.iter_mut().zip(&self.0).zip(Stage::ALL) {
            let spoken = stage == Stage::SelfAssessed || case.answer(criterion, stage).is_some();
            *outcome = column.as_ref().filter(|_| spoken).map(|results| results.outcomes[at].into());
        }
        outcomes
    }

    /// The scored column of a stage.
    pub(crate) fn column(&self, stage: Stage) -> Option<&Results> {
        Stage::ALL.iter().position(|other| *other == stage).and_then(|at| self.0[at].as_ref())
    }
}

/// Fills the page.
pub(crate) fn page(case: &Case, shell: Shell, lang: Lang) -> Outcome<PrintPage> {
    let set = &case.loaded.set;
    let columns = Columns::of(case)?;
    let in_force = case.results(case.stage_in_force())?;
    let row = |(at, criterion): (usize, &Criterion)| PrintRow {
        number: criterion.number,
        text: lang.of(&criterion.text).to_owned(),
        note: note(lang, case, criterion),
        outcomes: columns.outcomes(case, at),
        points: points(case, &in_force, at),
        proofs: case
            .evidence_of(&criterion.id)
            .map(|proof| {
                if proof.pointer.is_empty() {
                    proof.file_name.clone()
                } else {
                    format!("{}, {}", proof.file_name, proof.pointer)
                }
            })
            .collect(),
    };
    let group = |(number, group): (usize, &dienhinh_domain::programmes::Group)| PrintGroup {
        title: format!("{}. {}", words::roman(number + 1), lang.of(&group.title)),
        rows: set.criteria.iter().enumerate().filter(|(_, criterion)| criterion.group == number).map(row).collect(),
    };
    let place = case.unit.place();
    let name = &case.unit.version.name;
    Ok(PrintPage {
        id: case.dossier.id.to_string(),
        heading: lang.t1("sheet-heading", "year", case.cycle.year),
        unit: if place.is_empty() { name.clone() } else { format!("{name}, {place}") },
        facts: format!(
            "{} · {}",
            words::set_line(lang, set),
            words::state_text(lang, case.dossier.state).to_lowercase()
        ),
        has_points: set.has_points(),
        groups: set.groups.iter().enumerate().map(group).collect(),
        total: words::result_text(lang, &in_force.totals),
        colophon: lang.t("sample-colophon"),
        shell,
    })
}

/// Figures and explanation of the unit.
fn note(lang: Lang, case: &Case, criterion: &Criterion) -> String {
    let figures = rows::figures_text(lang, case, criterion, Stage::SelfAssessed);
    let note = case.answer(&criterion.id, Stage::SelfAssessed).map(|answer| answer.note.clone()).unwrap_or_default();
    [figures, note].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
}

/// `3,0/3,0`; empty where the set gives no points or nothing is known.
fn points(case: &Case, results: &Results, at: usize) -> String {
    let max = case.loaded.set.criteria[at].points_thousandths;
    match case.explanation(results, at).points_thousandths {
        Some(points) => format!("{}/{}", format_thousandths(points, 1), format_thousandths(max, 1)),
        None => String::new(),
    }
}
