//! The score sheet as a paper, from a case. Papers are in Vietnamese.

use dienhinh_documents::{
    Document, Judgement, Letterhead, Mark as PaperMark, ScoreGroup, ScoreRow, ScoreSheet, Signature,
    Totals as PaperTotals,
};
use dienhinh_domain::{
    dossiers::Stage,
    programmes::{Criterion, Mark},
    text::{format_thousandths, proper_name},
};
use dienhinh_engine::{Outcome as Score, Totals};

use super::{
    case::{Case, Results},
    fill::{print::Columns, rows::figures_text, words},
};
use crate::{
    app::App,
    web::{lang::Lang, problem::Outcome},
};

const VI: Lang = Lang::Vi;

/// The sheet with the columns that are handed over so far.
pub(crate) fn score_sheet(app: &App, case: &Case) -> Outcome<Document> {
    let set = &case.loaded.set;
    let columns = Columns::of(case)?;
    let in_force = case.results(case.stage_in_force())?;
    let name = &case.unit.version.name;
    let place = case.unit.place();
    let judged = |stage: Stage| columns.column(stage).filter(|_| spoken(case, stage)).map(|found| total(&found.totals));
    Ok(Document::ScoreSheet(ScoreSheet {
        letterhead: Letterhead {
            superior: case.unit.ancestors.first().map(|above| above.name.to_uppercase()),
            issuer: issuer(case),
            number: None,
            place: proper_name(name).to_owned(),
            date: None,
        },
        title: "PHIẾU TỰ CHẤM ĐIỂM".to_owned(),
        subject: format!("“{}” năm {}", set.award(case.unit.version.kind).vi, case.cycle.year),
        unit: if place.is_empty() { name.clone() } else { format!("{name}, {place}") },
        cycle: format!("Năm {} ({})", case.cycle.year, words::assessed_text(case)),
        criteria_set: words::set_line(VI, set),
        legal_basis: set.legal_bases.iter().map(|base| base.vi.as_str()).collect::<Vec<_>>().join("; "),
        has_points: set.has_points(),
        groups: groups(case, &columns),
        totals: PaperTotals {
            label: "Tổng cộng (số tiêu chí đạt)".to_owned(),
            max_points: max_points(set.max_points_thousandths()),
            self_assessed: judged(Stage::SelfAssessed),
            appraised: judged(Stage::Appraised),
            council: judged(Stage::Council),
        },
        explanation: explanation(case, &in_force),
        signatures: vec![signature(None, "NGƯỜI LẬP PHIẾU"), signature(None, "THỦ TRƯỞNG ĐƠN VỊ")],
        sample: app.sample,
    }))
}

/// Whether somebody has written into a column.
fn spoken(case: &Case, stage: Stage) -> bool {
    stage == Stage::SelfAssessed || case.answers.keys().any(|(_, of)| *of == stage)
}

fn issuer(case: &Case) -> String {
    let name = case.unit.version.name.to_uppercase();
    if case.unit.version.kind.is_commune_level() { format!("ỦY BAN NHÂN DÂN {name}") } else { name }
}

fn signature(authority: Option<&str>, title: &str) -> Signature {
    Signature { authority: authority.map(str::to_owned), title: title.to_owned(), name: None }
}

fn groups(case: &Case, columns: &Columns) -> Vec<ScoreGroup> {
    let set = &case.loaded.set;
    let group = |(number, group): (usize, &dienhinh_domain::programmes::Group)| ScoreGroup {
        title: format!("{}. {}", words::roman(number + 1), group.title.vi),
        rows: set
            .criteria
            .iter()
            .enumerate()
            .filter(|(_, criterion)| criterion.group == number)
            .map(|(at, criterion)| row(case, columns, at, criterion))
            .collect(),
    };
    set.groups.iter().enumerate().map(group).collect()
}

fn row(case: &Case, columns: &Columns, at: usize, criterion: &Criterion) -> ScoreRow {
    let judgement = |stage: Stage| {
        let results = columns.column(stage)?;
        let said = stage == Stage::SelfAssessed || case.answer(&criterion.id, stage).is_some();
        said.then(|| judgement(case, results, at))
    };
    let proofs = case.evidence_of(&criterion.id).map(|proof| match proof.pointer.as_str() {
        "" => proof.file_name.clone(),
        pointer => format!("{}, {pointer}", proof.file_name),
    });
    let figures = figures_text(VI, case, criterion, Stage::SelfAssessed);
    let note = case.answer(&criterion.id, Stage::SelfAssessed).map(|answer| answer.note.clone()).unwrap_or_default();
    let parts = [figures, note].into_iter().chain(proofs);
    let note = parts.map(|part| part.trim_end_matches('.').to_owned()).filter(|part| !part.is_empty());
    ScoreRow {
        number: criterion.number.to_string(),
        text: criterion.text.vi.clone(),
        mark: match criterion.mark {
            Mark::Verified => PaperMark::Verified,
            Mark::Summary => PaperMark::Summary,
            Mark::Illustrative => PaperMark::Illustrative,
        },
        max_points: max_points(criterion.points_thousandths),
        self_assessed: judgement(Stage::SelfAssessed),
        appraised: judgement(Stage::Appraised),
        council: judgement(Stage::Council),
        note: note.collect::<Vec<_>>().join("; "),
    }
}

fn max_points(thousandths: i64) -> String {
    if thousandths > 0 { format_thousandths(thousandths, 1) } else { String::new() }
}

fn judgement(case: &Case, results: &Results, at: usize) -> Judgement {
    let outcome = match results.outcomes[at] {
        Score::Met => "Đạt",
        Score::Unmet => "Chưa đạt",
        Score::NoData => "Chưa có số liệu",
        Score::NotApplicable => "Không áp dụng",
    };
    let points = case.explanation(results, at).points_thousandths;
    Judgement {
        outcome: outcome.to_owned(),
        points: points.map(|points| format_thousandths(points, 1)).unwrap_or_default(),
    }
}

fn total(totals: &Totals) -> Judgement {
    Judgement {
        outcome: format!("{}/{}", totals.met, totals.of),
        points: words::points(totals.points_thousandths, totals.max_thousandths).unwrap_or_default(),
    }
}

/// What follows from the totals, with the numbers of the criteria that are not met.
fn explanation(case: &Case, results: &Results) -> String {
    let numbers = |wanted: Score| {
        let criteria = case.loaded.set.criteria.iter().zip(&results.outcomes);
        let found =
            criteria.filter(|(_, outcome)| **outcome == wanted).map(|(criterion, _)| criterion.number.to_string());
        found.collect::<Vec<_>>().join(", ")
    };
    let mut sentences = vec![format!("Đạt {}/{} tiêu chí", results.totals.met, results.totals.of)];
    for (wanted, words) in [(Score::Unmet, "Tiêu chí chưa đạt"), (Score::NoData, "Tiêu chí chưa có số liệu")]
    {
        let found = numbers(wanted);
        if !found.is_empty() {
            sentences.push(format!("{words}: {found}"));
        }
    }
    sentences.push(words::rules_text(VI, results.totals.recognised).0);
    format!("{}.", sentences.join(". "))
}
