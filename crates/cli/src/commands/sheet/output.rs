//! What came of a spreadsheet, for people and for programs.

use std::path::Path;

use dienhinh_documents::sheets::Form;
use dienhinh_domain::sheets::{FieldValue, Problem, Reading, Record, TableRead};
use serde_json::{Map, Number, Value, json};

use crate::commands::{note, note_first, say};

/// All of it as one object.
pub(in crate::commands) fn json(form: Form, reading: &Reading) -> Value {
    let said = |all: &[Problem]| all.iter().map(problem).collect::<Vec<_>>();
    let skipped = reading.skipped.iter().map(|skipped| {
        let (vi, en) = (&skipped.why.vi, &skipped.why.en);
        json!({ "table": &*skipped.table, "row": skipped.row, "shown": skipped.shown, "vi": vi, "en": en })
    });
    json!({
        "ok": reading.problems.is_empty(),
        "form": form_json(form),
        "tables": reading.tables.iter().map(table).collect::<Vec<_>>(),
        "records": reading.records.iter().map(record).collect::<Vec<_>>(),
        "problems": said(&reading.problems),
        "warnings": said(&reading.warnings),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}

fn form_json(form: Form) -> Value {
    match form {
        Form::Xlsx => json!({ "kind": "xlsx" }),
        Form::Xls => json!({ "kind": "xls" }),
        Form::Html => json!({ "kind": "html" }),
        Form::Separated { encoding, separator } => {
            json!({ "kind": "separated", "encoding": encoding, "separator": separator.to_string() })
        }
    }
}

fn table(table: &TableRead) -> Value {
    json!({
        "table": &*table.table,
        "name_in_file": table.name_in_file,
        "heading_rows": table.heading_rows.clone().collect::<Vec<_>>(),
        "encoding": table.encoding.code(),
        "first_row": table.first_row,
        "last_row": table.last_row,
        "missing": table.missing.iter().map(|field| &**field).collect::<Vec<_>>(),
        "before_after": table.before_after,
    })
}

fn record(record: &Record) -> Value {
    let fields: Map<String, Value> =
        record.fields.iter().map(|field| (field.name.to_string(), value(&field.value))).collect();
    let mut object = json!({ "table": &*record.table, "row": record.row, "fields": fields });
    if record.hidden_row {
        object["hidden_row"] = true.into();
    }
    if let Some(first) = record.duplicate_of {
        object["duplicate_of"] = first.into();
    }
    if let Some(why) = &record.refused {
        object["refused"] = json!({ "vi": why.vi, "en": why.en });
    }
    object
}

fn value(value: &FieldValue) -> Value {
    match value {
        FieldValue::Null => Value::Null,
        FieldValue::Whole(whole) => (*whole).into(),
        // A number of more digits than a program keeps stays text.
        FieldValue::Decimal(digits) => match digits.parse::<Number>() {
            Ok(number) if number.to_string() == *digits => Value::Number(number),
            _ => digits.as_str().into(),
        },
        FieldValue::Text(_) | FieldValue::Day(_) | FieldValue::Month { .. } | FieldValue::Place(_) => {
            value.to_string().into()
        }
    }
}

fn problem(problem: &Problem) -> Value {
    json!({
        "table": &*problem.table,
        "cell": problem.cell(),
        "field": &*problem.field,
        "found": problem.found,
        "expected": { "vi": problem.expected.vi, "en": problem.expected.en },
        "vi": problem.what.vi,
        "en": problem.what.en,
    })
}

/// All of it in lines: the records as the result, the rest beside it.
pub(super) fn text(file: &Path, reading: &Reading) {
    for table in &reading.tables {
        note(&table_line(table));
    }
    for (at, record) in reading.records.iter().enumerate() {
        say(&record_line(at + 1, record));
    }
    doubts(file, reading);
    let (records, problems, warnings, skipped) =
        (reading.records.len(), reading.problems.len(), reading.warnings.len(), reading.skipped.len());
    note(&format!(
        "{records} bản ghi, {problems} lỗi, {warnings} lưu ý, {skipped} hàng bỏ qua / {records} records, {problems} \
         mistakes, {warnings} doubts, {skipped} rows left out"
    ));
}

/// What is wrong, what is doubtful and what was left out.
pub(in crate::commands) fn doubts(file: &Path, reading: &Reading) {
    let line = |mark: &str, problem: &Problem| {
        let (table, cell) = (&problem.table, problem.cell());
        let place = [&**table, &cell].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("!");
        format!("{mark} {} {place}: {} / {}", file.display(), problem.what.vi, problem.what.en)
    };
    note_first(&reading.problems, "dòng", |problem| line("✗", problem));
    note_first(&reading.warnings, "dòng", |problem| line("!", problem));
    note_first(&reading.skipped, "dòng", |skipped| {
        let row = skipped.row.map(|row| format!(":{row}")).unwrap_or_default();
        let (table, shown, why) = (&skipped.table, &skipped.shown, &skipped.why);
        format!("- {table}{row} “{shown}”: {} / {}", why.vi, why.en)
    });
}

fn table_line(table: &TableRead) -> String {
    let (name, code) = (&table.table, table.encoding.code());
    let (from, to) = (table.heading_rows.start(), table.heading_rows.end());
    let samples = table.before_after.iter().take(3).map(|(before, after)| format!("; {before} → {after}"));
    format!("# {name}: tiêu đề hàng / heading rows {from}–{to}, {code}{}", samples.collect::<String>())
}

fn record_line(number: usize, record: &Record) -> String {
    let fields = record.fields.iter().filter(|field| field.value != FieldValue::Null);
    let fields: Vec<String> = fields.map(|field| format!("{}={}", field.name, field.value)).collect();
    let hidden = if record.hidden_row { " [hàng ẩn / hidden row]" } else { "" };
    let again = record.duplicate_of.map(|first| format!(" [trùng {first} / same as {first}]")).unwrap_or_default();
    let refused = record.refused.as_ref().map(|why| format!(" [{} / {}]", why.vi, why.en)).unwrap_or_default();
    format!("{number} {}:{}{hidden}{again}{refused} {}", record.table, record.row, fields.join("; "))
}
