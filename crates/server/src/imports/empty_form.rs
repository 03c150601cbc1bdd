//! An empty form of a cycle as a workbook: a row for each unit of an area whose dossier is open, with what is there already.

use std::collections::BTreeMap;

use dienhinh_documents::{
    sheets::Merge,
    workbooks::{Cell, Look, Sheet, write_workbook},
};
use dienhinh_domain::{
    Refused,
    access::Actor,
    dossiers::{Dossier, Return, Stage},
    ids::{CycleId, DossierId, UnitId},
    imports::form::{FormColumn, UNIT, WITHIN, empty_form, shown},
    programmes::{CriteriaSet, Criterion, Input, InputKind},
    units::UnitAsOf,
};
use dienhinh_storage::{
    cycles,
    dossiers::{self, Answers, list, returns_by_dossier},
    units,
};

use super::take::RECORDS_MAX;
use crate::{
    app::{App, beside},
    web::problem::{Outcome, Problem},
};

/// The widths of the columns of names and of the others, in characters.
const WIDTHS: (u16, u16) = (28, 18);

/// One row of the form.
struct Line {
    unit: UnitAsOf,
    dossier: Dossier,
    returns: Vec<Return>,
    answers: Option<Answers>,
}

/// Writes it. Refused: no dossier is open, or more than one import takes.
pub(super) async fn workbook(app: &App, actor: Actor, cycle: CycleId) -> Outcome<Vec<u8>> {
    let mut tx = app.db.read().await?;
    let cycle = cycles::get(&mut tx, cycle).await?.ok_or(Problem::Missing("cycle"))?;
    let loaded = app.installed(&cycle)?.clone();
    let found = list::all_of(&mut tx, actor.scope, cycle.id).await?;
    if found.len() > RECORDS_MAX {
        return Err(Refused::new("imports.too_many_units").with("units", found.len()).with("max", RECORDS_MAX).into());
    }
    let day = cycle.last_day();
    let mut at = units::as_of(&mut tx, found.iter().map(|dossier| (day, dossier.unit))).await?;
    let mut returns = returns_by_dossier(&mut tx, found.iter().map(|dossier| dossier.id)).await?;
    let mut answers: BTreeMap<DossierId, Answers> =
        dossiers::answers_by_dossier(&mut tx, found.iter().map(|dossier| dossier.id)).await?;
    drop(tx);
    let line = |dossier: Dossier| {
        let unit: UnitAsOf = at.remove(&(day, dossier.unit))?;
        let returns = returns.remove(&dossier.id).unwrap_or_default();
        Some(Line { unit, answers: answers.remove(&dossier.id), returns, dossier })
    };
    let lines: Vec<Line> = found.into_iter().filter_map(line).filter(|line| line.is_open(&loaded.set)).collect();
    if lines.is_empty() {
        return Err(Refused::new("imports.none_open").into());
    }
    let scope = actor.scope;
    let written = beside(move || write_workbook(&[sheet(&loaded.set, &lines, scope)]));
    written.await?.map_err(|cause| Problem::Failed(cause.to_string()))
}

impl Line {
    fn is_open(&self, set: &CriteriaSet) -> bool {
        set.criteria.iter().any(|criterion| self.may_answer(criterion))
    }

    fn may_answer(&self, criterion: &Criterion) -> bool {
        self.dossier.may_answer(&criterion.id, &self.returns).is_ok()
    }

    /// What a column says of this unit. What may not be answered now is left empty: an empty cell asks for nothing.
    fn cell(&self, set: &CriteriaSet, column: &FormColumn, scope: UnitId) -> Cell {
        match column.field.as_str() {
            UNIT => Cell::Text(self.unit.version.name.clone()),
            WITHIN => match self.unit.ancestors.first() {
                // What lies outside the area of the form says nothing in it.
                Some(above) if self.unit.id() != scope => Cell::Text(above.name.clone()),
                _ => Cell::Empty,
            },
            key => {
                let of_key = |criterion: &&Criterion| criterion.inputs.iter().any(|input| input.key == key);
                let criterion = set.criteria.iter().find(of_key).filter(|criterion| self.may_answer(criterion));
                criterion.and_then(|criterion| self.figure(criterion, key)).unwrap_or_default()
            }
        }
    }

    fn figure(&self, criterion: &Criterion, key: &str) -> Option<Cell> {
        let input: &Input = criterion.inputs.iter().find(|input| input.key == key)?;
        let answer = self.answers.as_ref()?.get(&(criterion.id.clone(), Stage::SelfAssessed))?;
        let figure = shown(input.kind, *answer.inputs.get(key)?);
        Some(if input.kind == InputKind::Count { Cell::Number(figure) } else { Cell::Text(figure) })
    }
}

fn sheet(set: &CriteriaSet, lines: &[Line], scope: UnitId) -> Sheet {
    let columns = empty_form(set);
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let mut above = vec![Cell::Empty; columns.len()];
    let mut merges = Vec::new();
    let mut first = 0;
    for same in columns.chunk_by(|one, next| one.above == next.above) {
        if let (Some(cell), Some(column)) = (above.get_mut(first), same.first()) {
            *cell = text(&column.above);
            let down = usize::from(column.title.is_empty());
            if same.len() > 1 || down > 0 {
                merges.push(Merge { rows: 0..=down, columns: first..=first + same.len() - 1 });
            }
        }
        first += same.len();
    }
    let titles = columns.iter().map(|column| text(&column.title)).collect();
    let mut rows = vec![above, titles];
    rows.extend(lines.iter().map(|line| columns.iter().map(|column| line.cell(set, column, scope)).collect()));
    let look = |column: &FormColumn| {
        let is_name = [UNIT, WITHIN].contains(&column.field.as_str());
        Look {
            width: if is_name { WIDTHS.0 } else { WIDTHS.1 },
            numbers: !is_name && column.words.is_empty(),
            choices: column.words.iter().map(|word| (*word).to_owned()).collect(),
        }
    };
    Sheet {
        name: "Số liệu".to_owned(),
        more_heading_rows: 1,
        merges,
        looks: columns.iter().map(look).collect(),
        rows,
        choices: Vec::new(),
        marks: Vec::new(),
    }
}
