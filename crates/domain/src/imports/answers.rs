//! Rows that become answers in the dossiers of a cycle.

use std::collections::BTreeMap;

use super::{row_name, sound};
use crate::{
    Refused,
    dossiers::{Dossier, Return},
    ids::{DossierId, UnitId},
    programmes::{self, CriteriaSet, Criterion, From, Input, InputKind, Text},
    sheets::{FieldValue, IntoAnswers, IntoInput, Problem, Reading, Record, both},
};

/// A dossier that a row may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The dossier.
    pub dossier: Dossier,
    /// What came back of it.
    pub returns: Vec<Return>,
}

/// What a row answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAnswers {
    /// The place of its record among all, from 0.
    pub record: usize,
    /// Whose dossier it is.
    pub unit: UnitId,
    /// In which dossier.
    pub dossier: DossierId,
    /// Figures by criterion and input.
    pub criteria: BTreeMap<String, BTreeMap<String, i64>>,
}

/// A row whose dossier may not be written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The place of its record among all, from 0.
    pub record: usize,
    /// The field that would have been written.
    pub field: String,
    /// Why.
    pub refused: Refused,
}

/// What a list of answers comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// What rows answer, in the order of the list.
    pub rows: Vec<RowAnswers>,
    /// What the rules say no to.
    pub refused: Vec<Refusal>,
    /// What else stands against rows.
    pub problems: Vec<Problem>,
}

/// An input of the set with the field that answers it.
struct Target<'a> {
    criterion: &'a Criterion,
    input: &'a Input,
    from: &'a IntoInput,
}

/// Decides what becomes of the rows of a list that are sound so far; `sheets` are the dossiers of the cycle by their
/// unit, `most` the largest figure. Refused as a whole where the map names what the set does not have.
pub fn answers(
    into: &IntoAnswers,
    set: &CriteriaSet,
    reading: &Reading,
    sheets: &BTreeMap<UnitId, Sheet>,
    most: i64,
) -> Result<Answers, Vec<programmes::Problem>> {
    let targets = targets(into, set)?;
    let mut result = Answers::default();
    let mut written: BTreeMap<UnitId, Text> = BTreeMap::new();
    for (at, record) in sound(reading) {
        let (unit, sheet) = match sheet(into, record, sheets) {
            Ok(found) => found,
            Err(wrong) => {
                result.problems.push(*wrong);
                continue;
            }
        };
        if let Some(first) = written.get(&unit) {
            let expected = both("mỗi đơn vị một hàng", "one row for each unit");
            let what = both(
                format!("đơn vị này đã có ở {}; bỏ một hàng", first.vi),
                format!("this unit stands in {} already; take one out", first.en),
            );
            result.problems.push(record.problem(&into.unit, expected, what));
            continue;
        }
        if row(at, record, (unit, sheet), &targets, most, &mut result) {
            written.insert(unit, row_name(record));
        }
    }
    Ok(result)
}

/// The inputs that the map names, each entered by people.
fn targets<'a>(into: &'a IntoAnswers, set: &'a CriteriaSet) -> Result<Vec<Target<'a>>, Vec<programmes::Problem>> {
    let find = |key: &str| {
        let of_criterion = |criterion: &'a Criterion| criterion.inputs.iter().map(move |input| (criterion, input));
        let entered = set.criteria.iter().flat_map(of_criterion).filter(|(_, input)| input.from == From::Entered);
        entered.into_iter().find(|(_, input)| input.key == key)
    };
    let mut wrong = Vec::new();
    let mut targets = Vec::new();
    for from in &into.inputs {
        if let Some((criterion, input)) = find(&from.key) {
            targets.push(Target { criterion, input, from });
            continue;
        }
        let (key, code) = (&from.key, &set.code);
        let what = both(
            format!("bộ tiêu chí {code} không có số liệu “{key}” để nhập"),
            format!("the criteria set {code} has no input “{key}” that is entered"),
        );
        wrong.push(programmes::Problem { line: None, what });
    }
    if wrong.is_empty() { Ok(targets) } else { Err(wrong) }
}

fn sheet<'a>(
    into: &IntoAnswers,
    record: &Record,
    sheets: &'a BTreeMap<UnitId, Sheet>,
) -> Result<(UnitId, &'a Sheet), Box<Problem>> {
    let wrong = |vi: String, en: String| {
        let expected = both("đơn vị có hồ sơ trong kỳ này", "a unit with a dossier in this cycle");
        Box::new(record.problem(&into.unit, expected, both(vi, en)))
    };
    let Some(unit) = record.units.get(&into.unit) else {
        return Err(wrong("hàng không nêu đơn vị".to_owned(), "the row names no unit".to_owned()));
    };
    let name = &unit.version.name;
    let sheet = sheets.get(&unit.id()).ok_or_else(|| {
        wrong(format!("{name} không có hồ sơ trong kỳ này"), format!("{name} has no dossier in this cycle"))
    })?;
    Ok((unit.id(), sheet))
}

/// Whether nothing stands against the row.
fn row(
    at: usize,
    record: &Record,
    (unit, sheet): (UnitId, &Sheet),
    targets: &[Target<'_>],
    most: i64,
    result: &mut Answers,
) -> bool {
    let mut criteria: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    let before = (result.problems.len(), result.refused.len());
    for Target { criterion, input, from } in targets {
        let value = match figure(input, from, record, most) {
            Ok(Some(value)) => value,
            // A row without a figure says nothing against what is there.
            Ok(None) => continue,
            Err(wrong) => {
                result.problems.push(*wrong);
                continue;
            }
        };
        if let Err(refused) = sheet.dossier.may_answer(&criterion.id, &sheet.returns) {
            // A dossier that is closed is told once.
            if result.refused.last().is_none_or(|last| last.record != at || last.refused != refused) {
                result.refused.push(Refusal { record: at, field: from.field.clone(), refused });
            }
            continue;
        }
        criteria.entry(criterion.id.clone()).or_default().insert(input.key.clone(), value);
    }
    let is_sound = before == (result.problems.len(), result.refused.len());
    if is_sound {
        result.rows.push(RowAnswers { record: at, unit, dossier: sheet.dossier.id, criteria });
    }
    is_sound
}

/// The figure of a field; none where it says nothing.
fn figure(input: &Input, from: &IntoInput, record: &Record, most: i64) -> Result<Option<i64>, Box<Problem>> {
    let value = match record.get(&from.field) {
        None | Some(FieldValue::Null) => return Ok(None),
        Some(value) => value,
    };
    let said = match value {
        FieldValue::Text(word) => from.words.get(word).copied(),
        FieldValue::Whole(whole) => Some(*whole),
        FieldValue::Decimal(digits) => digits.parse().ok(),
        _ => None,
    };
    let range = match input.kind {
        InputKind::Judgement => 0..=1,
        InputKind::Count => 0..=most,
    };
    match said.filter(|said| range.contains(said)) {
        Some(said) => Ok(Some(said)),
        None => Err(Box::new(record.problem(&from.field, expectation(input, from, most), not_it(input, value)))),
    }
}

fn expectation(input: &Input, from: &IntoInput, most: i64) -> Text {
    if !from.words.is_empty() {
        let words = from.words.keys().cloned().collect::<Vec<_>>().join(", ");
        return both(words.clone(), words);
    }
    match input.kind {
        InputKind::Judgement => both("1 (đạt) hoặc 0 (không đạt)", "1 (met) or 0 (not met)"),
        InputKind::Count => both(format!("số nguyên từ 0 đến {most}"), format!("a whole number from 0 to {most}")),
    }
}

fn not_it(input: &Input, value: &FieldValue) -> Text {
    let Text { vi, en } = &input.label;
    both(format!("“{value}” không dùng được cho “{vi}”"), format!("“{value}” cannot be used for “{en}”"))
}
