//! A set laid out in sheets. It is read off the text that [`write()`] gives, key by key: a key for which no sheet
//! has a column is an error here, never a loss.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{Cell, Column, ENTRIES, Holds, LAYOUTS, Layout, Sheet};
use crate::{
    programmes::{Case, CriteriaSet, Problem, Rest, Text, write, write_cases},
    text::nfc,
};

/// Values by dotted key.
type Values = BTreeMap<String, Value>;

/// The sheets of a set with its cases, in the order of [`LAYOUTS`].
pub fn sheets_of(set: &CriteriaSet, cases: &[Case]) -> Result<Vec<Sheet>, Problem> {
    let mut pack: Table =
        toml::from_str(&write(set)).map_err(|error| problem(format!("{error}"), format!("{error}")))?;
    let mut book = Book { rows: BTreeMap::new() };
    for basis in tables(pack.remove("legal_bases")) {
        book.add("legal_bases", flat(basis))?;
    }
    let mut awards = match pack.remove("award") {
        Some(Value::Table(awards)) => awards,
        _ => Table::new(),
    };
    for (kind, _) in &set.awards {
        if let Some(Value::Table(title)) = awards.remove(kind.code()) {
            let mut values = flat(title);
            values.insert("kind".to_owned(), Value::String(kind.code().to_owned()));
            book.add("awards", values)?;
        }
    }
    for mut group in tables(pack.remove("unit_group")) {
        let values = match group.remove("values") {
            Some(Value::Table(values)) => values,
            _ => Table::new(),
        };
        let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let lines: Vec<String> = values.iter().map(|(key, value)| format!("{key} = {}", shown(value))).collect();
        group.insert("values".to_owned(), Value::String(lines.join("\n")));
        book.add("unit_groups", flat(group))?;
    }
    for (key, sheet) in [("class", "classes"), ("quota", "quotas"), ("group", "groups")] {
        for table in tables(pack.remove(key)) {
            book.add(sheet, flat(table))?;
        }
    }
    for mut criterion in tables(pack.remove("criterion")) {
        let id = criterion.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let rule = criterion.remove("rule");
        book.add("criteria", flat(criterion))?;
        if let Some(Value::Table(rule)) = rule {
            book.rule(&id, None, Values::new(), rule)?;
        }
    }
    for case in cases {
        book.add("cases", case_values(case))?;
    }
    book.entries(flat(pack))?;
    Ok(LAYOUTS.iter().map(|layout| book.sheet(layout)).collect())
}

fn problem(vi: String, en: String) -> Problem {
    Problem { line: None, what: Text { vi, en } }
}

/// The tables of a list.
fn tables(value: Option<Value>) -> Vec<Table> {
    let Some(Value::Array(list)) = value else { return Vec::new() };
    let table = |value| if let Value::Table(table) = value { Some(table) } else { None };
    list.into_iter().filter_map(table).collect()
}

/// `{ title = { vi, en } }` as `title.vi`, `title.en`.
fn flat(table: Table) -> Values {
    let mut values = Values::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => {
                values.extend(flat(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            other => {
                values.insert(key, other);
            }
        }
    }
    values
}

fn case_values(case: &Case) -> Values {
    let text = |text: &str| Value::String(text.to_owned());
    let number = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let inputs: Vec<String> = case.inputs.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    let outcomes: Vec<String> = case.outcomes.iter().map(|(key, word)| format!("{key} = {word}")).collect();
    let says: Vec<String> = case.says.iter().map(|(key, sentence)| format!("{key} = {sentence}")).collect();
    let values = [
        ("name", Some(text(&case.name))),
        ("unit_group", case.unit_group.as_deref().map(text)),
        ("parent", case.parent.as_deref().map(text)),
        ("inputs", (!inputs.is_empty()).then(|| text(&inputs.join("\n")))),
        ("rest", (case.rest == Rest::Met).then(|| text("met"))),
        ("outcomes", (!outcomes.is_empty()).then(|| text(&outcomes.join("\n")))),
        ("met", case.met.map(number)),
        ("unmet", case.unmet.map(number)),
        ("no_data", case.no_data.map(number)),
        ("not_applicable", case.not_applicable.map(number)),
        ("points", case.points.as_deref().map(text)),
        ("class", case.class.as_deref().map(text)),
        ("recognised", case.recognised.as_deref().map(text)),
        ("rank", case.rank.map(number)),
        ("final_class", case.final_class.as_deref().map(text)),
        ("says", (!says.is_empty()).then(|| text(&says.join("\n")))),
    ];
    values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// The rows so far, by sheet.
struct Book {
    rows: BTreeMap<&'static str, Vec<Vec<Cell>>>,
}

impl Book {
    fn add(&mut self, sheet: &'static str, mut values: Values) -> Result<(), Problem> {
        let columns = Layout::of(sheet).map_or(&[][..], |layout| layout.columns);
        let row: Vec<Cell> = columns
            .iter()
            .map(|column| values.remove(column.key).map_or(Cell::Empty, |value| cell(column.holds, value)))
            .collect();
        if let Some(key) = values.keys().next() {
            return Err(problem(
                format!("trang “{sheet}” không có cột cho “{key}”"),
                format!("the sheet `{sheet}` has no column for `{key}`"),
            ));
        }
        self.rows.entry(sheet).or_default().push(row);
        Ok(())
    }

    fn entries(&mut self, mut values: Values) -> Result<(), Problem> {
        for entry in ENTRIES {
            let meaning = format!("{} / {}", entry.vi, entry.en);
            let mut row = vec![Cell::Text(entry.key.to_owned()), Cell::Text(meaning)];
            let mut take = |key: String, holds| values.remove(&key).map_or(Cell::Empty, |value| cell(holds, value));
            if let Some(holds) = entry.holds {
                row.extend([take(entry.key.to_owned(), holds), Cell::Empty, Cell::Empty]);
            } else {
                row.push(Cell::Empty);
                row.extend(["vi", "en"].map(|side| take(format!("{}.{side}", entry.key), Holds::Sentences)));
            }
            self.rows.entry("set").or_default().push(row);
        }
        match values.keys().next() {
            None => Ok(()),
            Some(key) => Err(problem(
                format!("trang “set” không có dòng cho “{key}”"),
                format!("the sheet `set` has no row for `{key}`"),
            )),
        }
    }

    /// The row of a rule or a part, then its figures, bands and parts.
    fn rule(&mut self, id: &str, part: Option<&str>, mut row: Values, mut rule: Table) -> Result<(), Problem> {
        let named = |values: &mut Values| {
            values.insert("criterion".to_owned(), Value::String(id.to_owned()));
            values.extend(part.map(|part| ("part".to_owned(), Value::String(part.to_owned()))));
        };
        let parts =
            if rule.get("part").is_some_and(Value::is_array) { tables(rule.remove("part")) } else { Vec::new() };
        let bands = tables(rule.remove("band"));
        let mut figures = Vec::new();
        for role in super::layout::ROLES {
            if let Some(Value::Table(figure)) = rule.remove(*role) {
                let mut values = flat(figure);
                values.insert("role".to_owned(), Value::String((*role).to_owned()));
                named(&mut values);
                figures.push(values);
            }
        }
        named(&mut row);
        row.extend(flat(rule));
        self.add("rules", row)?;
        for figure in figures {
            self.add("figures", figure)?;
        }
        for band in bands {
            let mut values = flat(band);
            named(&mut values);
            self.add("bands", values)?;
        }
        for mut table in parts {
            let Some(Value::Table(rule)) = table.remove("rule") else { continue };
            let Some(Value::String(part)) = table.remove("id") else { continue };
            self.rule(id, Some(&part), flat(table), rule)?;
        }
        Ok(())
    }

    fn sheet(&mut self, layout: &Layout) -> Sheet {
        let heading = |column: &Column| Cell::Text(format!("{}\n{} / {}", column.key, column.vi, column.en));
        let mut rows = vec![layout.columns.iter().map(heading).collect()];
        rows.extend(self.rows.remove(layout.key).unwrap_or_default());
        Sheet { name: layout.name.to_owned(), rows }
    }
}

/// A value as a cell of its column.
fn cell(holds: Holds, value: Value) -> Cell {
    match value {
        Value::Boolean(true) => Cell::Text("có".to_owned()),
        Value::Boolean(false) => Cell::Empty,
        Value::Integer(number) => Cell::Number(number.to_string()),
        Value::String(number) if holds == Holds::Points => Cell::Number(number),
        Value::String(text) => Cell::Text(text),
        Value::Array(list) => {
            let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            Cell::Text(words.join(", "))
        }
        other => Cell::Text(other.to_string()),
    }
}

/// Reads sheets back and compares: what an export promises before it is handed out. Outer blanks and the Unicode
/// form of texts may differ, nothing else.
pub fn lost_nothing(set: &CriteriaSet, cases: &[Case], sheets: &[Sheet]) -> Result<(), Problem> {
    let (again, again_cases) = super::Draft::of(sheets).read(&set.code).map_err(|problems| {
        let first = problems.into_iter().next();
        first.map_or_else(
            || problem("không đọc lại được".to_owned(), "cannot be read back".to_owned()),
            |first| {
                let place = format!("{}!{}", first.place.sheet, first.place.address());
                problem(format!("{place}: {}", first.what.vi), format!("{place}: {}", first.what.en))
            },
        )
    })?;
    let whole = |set: &CriteriaSet, cases: &[Case]| {
        let texts = [write(set), write_cases(cases)];
        texts.map(|text| toml::from_str::<Table>(&text).ok().map(|table| normal(Value::Table(table))))
    };
    if whole(set, cases) == whole(&again, &again_cases) {
        return Ok(());
    }
    Err(problem(
        "bảng tính không giữ được mọi nội dung của bộ tiêu chí".to_owned(),
        "the workbook does not hold everything that the set says".to_owned(),
    ))
}

/// Texts in their stored form.
fn normal(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(nfc(&text.replace("\r\n", "\n"))),
        Value::Array(list) => Value::Array(list.into_iter().map(normal).collect()),
        Value::Table(table) => Value::Table(table.into_iter().map(|(key, value)| (nfc(&key), normal(value))).collect()),
        other => other,
    }
}
