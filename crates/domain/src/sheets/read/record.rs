//! One row as one record.

use std::{collections::BTreeMap, sync::Arc};

use super::{Severity, Spot, report::Report};
use crate::sheets::{
    Cell, Field, FieldValue, Record, Value, both, days,
    fields::{self, Said, Typed, Wrong, expectation},
    map::{Column, Kind},
    rows::Body,
    words::{is_mark, key, one_line, says_nothing},
};

/// What failed formulas show; some files hold it as text.
const ERRORS: [&str; 8] = ["#ref!", "#n/a", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!"];

/// No text of a field is longer, in characters.
const TEXT_CHARS: usize = 2_000;
/// Nor one that speaks for several rows, each of which holds it.
const SHARED_CHARS: usize = 300;

/// Reads the rows of one table from above; what was filled above is remembered for the cells below.
pub(super) struct Reader<'a> {
    body: &'a Body<'a>,
    number: usize,
    name: Arc<str>,
    /// For columns that are filled down, the last row that says something.
    above: BTreeMap<usize, usize>,
    /// For columns whose cells speak for several rows, the last cell that was read and what it says.
    read: BTreeMap<usize, (usize, FieldValue)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(body: &'a Body<'a>, number: usize, name: Arc<str>) -> Self {
        Self { body, number, name, above: BTreeMap::new(), read: BTreeMap::new() }
    }

    pub(super) fn record(&mut self, row: usize, report: &mut Report) -> Record {
        let mut record = Record {
            table: self.name.clone(),
            row: row + 1,
            hidden_row: self.body.table.rows.get(row).is_some_and(|row| row.hidden),
            fields: Vec::with_capacity(self.body.map.columns.len()),
            units: BTreeMap::new(),
            duplicate_of: None,
            refused: None,
        };
        let mut places: Vec<Vec<(Option<&str>, usize)>> = vec![Vec::new(); self.body.map.columns.len()];
        for (_, slot, column) in self.body.columns() {
            if let Some(places) = places.get_mut(slot.column) {
                places.push((slot.mark, column));
            }
        }
        for (column, places) in self.body.map.columns.iter().zip(places) {
            let field = match (&column.kind, places.as_slice()) {
                (_, []) => Field { name: column.field.clone(), value: FieldValue::Null, spot: None },
                (Kind::Mark(_), places) => self.mark(column, places, row, report),
                (_, [(_, place), ..]) => self.value(column, *place, row, report),
            };
            let refusal =
                column.refuse.as_ref().filter(|refusal| refusal.words.contains(&key(&field.value.to_string())));
            if let Some((refusal, spot)) = refusal.zip(field.spot) {
                let found = field.value.to_string();
                report.cell(self.at(spot, column), Severity::Error, &found, None, refusal.why.clone());
                record.refused = record.refused.or_else(|| Some(refusal.why.clone()));
            }
            record.fields.push(field);
        }
        record
    }

    fn at<'b>(&'b self, spot: Spot, column: &'b Column) -> (usize, &'b Arc<str>, Spot, &'b Arc<str>) {
        (self.number, &self.name, spot, &column.field)
    }

    /// The row whose cell speaks for this one.
    fn source(&mut self, column: &Column, place: usize, row: usize) -> usize {
        let source = self.body.spans.source(row, place);
        if !column.fill {
            return source;
        }
        if self.body.table.filled(source, place).is_some() {
            self.above.insert(place, source);
            return source;
        }
        self.above.get(&place).copied().unwrap_or(source)
    }

    fn value(&mut self, column: &Column, place: usize, row: usize, report: &mut Report) -> Field {
        let source = self.source(column, place, row);
        let spot = Spot::at(source, place);
        let known = self.read.get(&place).filter(|(read, _)| *read == source);
        let is_known = known.is_some();
        let is_long =
            |value: &FieldValue| matches!(value, FieldValue::Text(text) if text.chars().count() > SHARED_CHARS);
        let value = match known {
            // Each row would hold all of it.
            Some((_, value)) if source != row && is_long(value) => {
                self.too_long(column, spot, SHARED_CHARS, report);
                self.read.insert(place, (source, FieldValue::Null));
                FieldValue::Null
            }
            Some((_, value)) => value.clone(),
            None => self.cell(column, spot, self.body.table.cell(source, place), report),
        };
        if !is_known {
            self.read.insert(place, (source, value.clone()));
        }
        if source != row && column.kind.is_number() && !column.fill && value != FieldValue::Null {
            let found =
                self.body.table.cell(source, place).map(|cell| self.body.letters.shown(cell)).unwrap_or_default();
            let what = both(
                format!("“{found}” là ô gộp; hàng {} cũng nhận số này", row + 1),
                format!("“{found}” stands in merged cells; row {} has it too", row + 1),
            );
            report.cell(self.at(spot, column), Severity::Warning, &found, None, what);
        }
        Field { name: column.field.clone(), value, spot: Some(spot) }
    }

    /// A text that is not taken for its length.
    fn too_long(&self, column: &Column, spot: Spot, most: usize, report: &mut Report) {
        let cell = self.body.table.cell(spot.row - 1, spot.column - 1);
        let found = cell.map(|cell| self.body.letters.shown(cell)).unwrap_or_default();
        let wrong = if most == SHARED_CHARS {
            Wrong::expected(
                format!("không quá {most} ký tự trong ô gộp hoặc lấy theo ô trên"),
                format!("at most {most} characters in a cell that speaks for several rows"),
            )
        } else {
            Wrong::expected(format!("không quá {most} ký tự"), format!("at most {most} characters"))
        };
        let wrong = wrong.because("chữ quá dài", "the text is too long");
        report.cell(
            self.at(spot, column),
            Severity::Error,
            &found,
            Some(wrong.expected.clone()),
            wrong.sentence(&found),
        );
    }

    /// What a cell says, and what is wrong with it.
    fn cell(&self, column: &Column, spot: Spot, cell: Option<&Cell>, report: &mut Report) -> FieldValue {
        let text = cell.and_then(|cell| self.body.letters.text(cell));
        let found = || cell.map(|cell| self.body.letters.shown(cell)).unwrap_or_default();
        let null = || Ok(FieldValue::Null.into());
        let read = match (cell.map(|cell| &cell.value), &text) {
            (Some(Value::NoValue), _) => Err(no_value(&column.kind)),
            (Some(Value::Error(_)), _) => Err(failed(&column.kind)),
            (Some(Value::Number(number)), _) => {
                let is_day = matches!(column.kind, Kind::Day | Kind::Month) && self.body.table.counts_from_1904;
                let since_1900 = is_day.then(|| days::from_1904(number)).flatten();
                fields::read(&column.kind, Typed::Number(since_1900.as_ref().unwrap_or(number)))
            }
            (Some(Value::Time(time)), _) => fields::read(&column.kind, Typed::Time(time)),
            (Some(Value::Day(day)), _) => fields::read(&column.kind, Typed::Day(*day)),
            (Some(Value::Truth(truth)), _) => fields::read(&column.kind, Typed::Truth(*truth)),
            (_, Some(text)) if is_error(text) => Err(failed(&column.kind)),
            (_, Some(text)) if column.none.contains(&key(text)) => null(),
            (_, Some(text)) => fields::read(&column.kind, Typed::Text(text)),
            (_, None) => null(),
        };
        let at = self.at(spot, column);
        match read {
            Ok(Said { value: FieldValue::Null, .. }) if column.required => {
                report.empty(at, &found(), &column.kind);
                FieldValue::Null
            }
            Ok(Said { value: FieldValue::Text(text), .. }) if text.chars().count() > TEXT_CHARS => {
                self.too_long(column, spot, TEXT_CHARS, report);
                FieldValue::Null
            }
            Ok(said) => {
                for warning in said.warnings {
                    let found = found();
                    let what = both(format!("“{found}”: {}", warning.vi), format!("“{found}”: {}", warning.en));
                    report.cell(at, Severity::Warning, &found, None, what);
                }
                said.value
            }
            Err(wrong) => {
                let found = found();
                report.cell(at, Severity::Error, &found, Some(wrong.expected.clone()), wrong.sentence(&found));
                FieldValue::Null
            }
        }
    }

    /// The word of the one column with a mark.
    fn mark(&self, column: &Column, places: &[(Option<&str>, usize)], row: usize, report: &mut Report) -> Field {
        let mut marked: Vec<(&str, usize)> = Vec::new();
        let mut is_wrong = false;
        for (word, place) in places {
            let source = self.body.spans.source(row, *place);
            let Some(cell) = self.body.table.filled(source, *place) else { continue };
            let found = self.body.letters.shown(cell);
            match self.is_marked(cell) {
                Ok(true) => marked.push((word.unwrap_or_default(), *place)),
                Ok(false) => {}
                Err(wrong) => {
                    let at = self.at(Spot::at(source, *place), column);
                    report.cell(at, Severity::Error, &found, Some(wrong.expected.clone()), wrong.sentence(&found));
                    is_wrong = true;
                }
            }
        }
        let place = marked.first().or(places.first().map(|(_, place)| ("", *place)).as_ref()).map_or(0, |(_, at)| *at);
        let spot = Spot::at(row, place);
        let value = match marked.as_slice() {
            [(word, _)] => FieldValue::Text((*word).to_owned()),
            [] => {
                if column.required && !is_wrong {
                    report.empty(self.at(spot, column), "", &column.kind);
                }
                FieldValue::Null
            }
            [_, (_, second), ..] => {
                let words = marked.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                let at = self.at(Spot::at(row, *second), column);
                let expected = both("chỉ một dấu trong một hàng", "one mark in a row");
                let what = both(
                    format!("đánh dấu hơn một cột: {words}; chỉ giữ một dấu"),
                    format!("more than one column is marked: {words}; leave one mark"),
                );
                report.cell(at, Severity::Error, &words, Some(expected), what);
                FieldValue::Null
            }
        };
        Field { name: column.field.clone(), value, spot: Some(spot) }
    }

    fn is_marked(&self, cell: &Cell) -> Result<bool, Wrong> {
        let wrong = || Wrong::expected("dấu x hoặc để trống", "a mark x, or nothing");
        let is_long = matches!(&cell.value, Value::Text(text) if text.len() > SHARED_CHARS);
        let text = if is_long { None } else { self.body.letters.text(cell) };
        match (&cell.value, text) {
            _ if is_long => Err(wrong()),
            (Value::Truth(truth), _) => Ok(*truth),
            (Value::Text(_), None) => Ok(false),
            (Value::Text(_), Some(text)) if is_mark(&text, cell.font.as_deref()) => Ok(true),
            (Value::Text(_), Some(text)) if says_nothing(&text) => Ok(false),
            (Value::NoValue, _) => Err(no_value(&Kind::Mark(Vec::new()))),
            _ => Err(wrong()),
        }
    }
}

fn is_error(text: &str) -> bool {
    let text = one_line(text).to_lowercase();
    text.starts_with('#')
        && (ERRORS.contains(&text.as_str()) || text.len() > 1 && text.bytes().all(|sign| sign == b'#'))
}

fn no_value(kind: &Kind) -> Wrong {
    expectation(kind).because(
        "công thức chưa có kết quả; mở tệp bằng Excel rồi lưu lại",
        "the formula has no value; open the file in Excel and save it again",
    )
}

fn failed(kind: &Kind) -> Wrong {
    expectation(kind).because("công thức bị lỗi; sửa công thức", "the formula failed; correct it")
}
