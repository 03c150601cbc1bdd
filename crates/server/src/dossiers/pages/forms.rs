//! The fields of the sheet's forms: `c13.settled`, `c01.note`, `c01.reply`, `c01.revision`, and the judgement `c01`.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::Answer,
    programmes::{Criterion, From, InputKind},
    text::format_count,
};

use crate::dossiers::{actions::Typed, case::Case};

/// Every row that a form speaks of.
pub(super) fn rows(case: &Case, fields: &[(String, String)]) -> BTreeMap<String, Typed> {
    let speaks_of = |criterion: &&Criterion| {
        let prefix = format!("{}.", criterion.id);
        fields.iter().any(|(name, _)| *name == criterion.id || name.starts_with(&prefix))
    };
    let criteria = case.loaded.set.criteria.iter().filter(speaks_of);
    criteria.map(|criterion| (criterion.id.clone(), row(criterion, fields))).collect()
}

/// One row of a form. The revision it was built on comes as `c01.revision`, or as `revision` where the form is
/// of one row.
pub(super) fn row(criterion: &Criterion, fields: &[(String, String)]) -> Typed {
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    let of_row = |part: &str| value(&format!("{}.{part}", criterion.id));
    let entered = criterion.inputs.iter().filter(|input| input.from == From::Entered);
    Typed {
        inputs: entered.filter_map(|input| Some((input.key.clone(), value(&input.key)?))).collect(),
        note: of_row("note"),
        reply: of_row("reply"),
        built_on: of_row("revision").or_else(|| value("revision")).and_then(|revision| revision.parse().ok()),
    }
}

/// The fields a typed row came from.
pub(super) fn fields(criterion: &str, row: &Typed) -> Vec<(String, String)> {
    let mut fields: Vec<_> = row.inputs.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    fields.extend(row.note.iter().map(|note| (format!("{criterion}.note"), note.clone())));
    fields.extend(row.reply.iter().map(|reply| (format!("{criterion}.reply"), reply.clone())));
    fields
}

/// A stored answer as its fields would be typed.
pub(super) fn stored_fields(criterion: &str, answer: &Answer) -> BTreeMap<String, String> {
    let figure = |(key, value): (&String, &i64)| {
        let typed = if key == criterion { value.to_string() } else { format_count(*value) };
        (key.clone(), typed)
    };
    let note = (format!("{criterion}.note"), answer.note.clone());
    answer.inputs.iter().map(figure).chain([note]).collect()
}

/// The figures of a correction in the appraisal, by input key.
pub(super) fn figures(criterion: &Criterion, fields: &[(String, String)]) -> BTreeMap<String, String> {
    let counts = criterion.inputs.iter().filter(|input| input.kind == InputKind::Count && input.from == From::Entered);
    let value = |key: &str| fields.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    counts.filter_map(|input| Some((input.key.clone(), value(&input.key)?))).collect()
}
