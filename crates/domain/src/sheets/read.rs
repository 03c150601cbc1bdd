//! From tables to records: which tables are read, row by row, and how everything that was found is put in order.

mod record;
mod report;

use std::{collections::BTreeMap, sync::Arc};

use self::{record::Reader, report::Report};
use super::{
    FieldValue, Reading, Record, Severity, Spot, Table, TableRead, both,
    columns::Spans,
    heading::{Found, Heading, Slot, slots},
    letters::Letters,
    map::Map,
    rows::{Before, Body, Is},
    totals::Totals,
    words::key,
};

/// Reads tables by a map. The same tables give the same reading, in the same order.
pub fn read(map: &Map, tables: &[Table]) -> Reading {
    let slots = slots(map);
    let mut report = Report::default();
    let looked: Vec<Looked<'_>> = chosen(map, tables, &mut report)
        .into_iter()
        .map(|(number, table)| {
            let letters = Letters::of(table);
            let heading = Heading::of(map, table, letters, &slots);
            Looked { number, table, letters, heading, name: letters.name(&table.name).into() }
        })
        .collect();
    let wanted = with_heading(map, looked, &slots, &mut report);
    for mut looked in wanted {
        refuse_multiples(map, &slots, &mut looked, &mut report);
        read_table(map, &slots, &looked, &mut report);
    }
    duplicates(map, &mut report);
    report.done()
}

/// A table and where its heading is.
struct Looked<'a> {
    number: usize,
    table: &'a Table,
    letters: Letters,
    heading: Heading,
    name: Arc<str>,
}

/// The tables that the map names, or all that are not hidden.
fn chosen<'a>(map: &Map, tables: &'a [Table], report: &mut Report) -> Vec<(usize, &'a Table)> {
    if map.tables.is_empty() {
        for (number, table) in tables.iter().enumerate().filter(|(_, table)| table.hidden) {
            let why = both(
                "trang tính bị ẩn; nêu tên ở tables nếu cần đọc",
                "the sheet is hidden; name it in tables if it is to be read",
            );
            report.skip(number, &Letters::of(table).name(&table.name).into(), None, String::new(), why);
        }
        return tables.iter().enumerate().filter(|(_, table)| !table.hidden).collect();
    }
    let names: Vec<String> = tables.iter().map(|table| Letters::of(table).name(&table.name)).collect();
    let wanted: Vec<String> = map.tables.iter().map(|name| key(name)).collect();
    for (name, wanted) in map.tables.iter().zip(&wanted) {
        let is_there =
            names.iter().zip(tables).any(|(read, table)| key(read) == *wanted || key(&table.name) == *wanted);
        if !is_there {
            report.no_such_table(name, &names);
        }
    }
    // Sheets that only a dot tells apart are two where one of them is meant by its very name.
    let is_named = |name: &String| map.tables.contains(name);
    let named: Vec<String> = names.iter().filter(|name| is_named(name)).map(|name| key(name)).collect();
    let is_wanted = |(_, (table, name)): &(usize, (&Table, &String))| {
        let is_meant = |key: &String| wanted.contains(key) && !named.contains(key);
        is_named(name) || is_named(&table.name) || is_meant(&key(name)) || is_meant(&key(&table.name))
    };
    tables.iter().zip(&names).enumerate().filter(is_wanted).map(|(number, (table, _))| (number, table)).collect()
}

/// How many columns that a table must have it has, and how many those are; of all columns where none must be there.
fn matched(map: &Map, slots: &[Slot<'_>], heading: &Heading) -> (usize, usize) {
    let is_required = |slot: &Slot<'_>| map.columns.get(slot.column).is_some_and(|column| column.required);
    let any_required = slots.iter().any(is_required);
    let mut counts = (0, 0);
    for (_, found) in slots.iter().zip(&heading.found).filter(|(slot, _)| !any_required || is_required(slot)) {
        counts.0 += usize::from(found.column().is_some());
        counts.1 += 1;
    }
    counts
}

/// The tables that have the heading, by half of its columns at least. Where none has it, the one that comes nearest is
/// complained of; where the map names tables, each of them is.
fn with_heading<'a>(map: &Map, looked: Vec<Looked<'a>>, slots: &[Slot<'_>], report: &mut Report) -> Vec<Looked<'a>> {
    let has_heading = |looked: &Looked<'_>| {
        let (has, all) = matched(map, slots, &looked.heading);
        has > 0 && has * 2 >= all
    };
    if !map.tables.is_empty() {
        for without in looked.iter().filter(|looked| looked.heading.matched() == 0) {
            report.no_heading(map, slots, without);
        }
        return looked.into_iter().filter(|looked| looked.heading.matched() > 0).collect();
    }
    let (with, without): (Vec<_>, Vec<_>) = looked.into_iter().partition(has_heading);
    if with.is_empty() {
        // Of equals the first.
        match without.iter().rev().max_by_key(|looked| looked.heading.matched()) {
            Some(nearest) => report.no_heading(map, slots, nearest),
            None => report.no_table(),
        }
    }
    for other in without {
        // What has most of the titles is a sheet of the form, and its rows must not be lost.
        if !with.is_empty() && other.heading.matched() * 2 > slots.len() {
            report.missing(map, slots, &other);
            continue;
        }
        let why = both("trang tính không có hàng tiêu đề của mẫu", "the sheet does not have the heading of the form");
        report.skip(other.number, &other.name, None, String::new(), why);
    }
    with
}

/// Refuses columns whose heading, or a text above the table, says that they count in thousands or millions, where the map
/// does not say so too.
fn refuse_multiples(map: &Map, slots: &[Slot<'_>], looked: &mut Looked<'_>, report: &mut Report) {
    let note = looked.heading.note(looked.table, looked.letters);
    for (at, slot) in slots.iter().enumerate() {
        let Some(column) = map.columns.get(slot.column).filter(|column| column.kind.is_number()) else { continue };
        let own = looked.heading.multiple(at, looked.table, looked.letters, slot);
        let is_there = looked.heading.found.get(at).is_some_and(|found| found.column().is_some());
        let of_table = note.as_ref().filter(|note| is_there && note.is_of(&column.kind, slot.titles));
        if let Some((spot, text)) = own.or_else(|| of_table.map(|note| (note.spot, note.shown.clone()))) {
            if let Some(found) = looked.heading.found.get_mut(at) {
                *found = Found::Refused;
            }
            report.multiple((looked.number, &looked.name, spot, &column.field), &text);
        }
    }
}

fn read_table(map: &Map, slots: &[Slot<'_>], looked: &Looked<'_>, report: &mut Report) {
    let Looked { number, table, letters, heading, name } = looked;
    report.missing(map, slots, looked);
    for (_, of, (row, column)) in heading.spots(slots).filter(|(column, ..)| table.hidden_columns.contains(column)) {
        if let Some(of) = map.columns.get(of) {
            let shown = table.cell(row, column).map(|cell| letters.shown(cell)).unwrap_or_default();
            report.hidden_column((*number, name, Spot::at(row, column), &of.field), &shown);
        }
    }
    let spans = Spans::of(&table.merges);
    let body = Body { table, letters: *letters, map, slots, heading, spans };
    let mut reader = Reader::new(&body, *number, name.clone());
    let mut totals = Totals::new(slots.len());
    let mut before = Before::HEADING;
    let mut heading_rows = heading.first + 1..=heading.last + 1;
    let (mut first_row, mut last_row) = (None, None);
    for row in heading.last + 1..table.rows.len() {
        let is = body.is(row, before);
        before = before.after(is);
        match is {
            Is::Record => {
                let record = reader.record(row, report);
                totals.add(&body, &record);
                report.records.push((*number, record));
                (first_row, last_row) = (first_row.or(Some(row + 1)), Some(row + 1));
            }
            Is::Blank => {}
            other => {
                if other == Is::Numbers && row == *heading_rows.end() {
                    heading_rows = *heading_rows.start()..=row + 1;
                }
                if other == Is::Total && map.check_totals {
                    let off = totals.check(&body, row);
                    report.totals(*number, name, map, row, off);
                }
                report.row(*number, name, row, body.shown(row), other);
            }
        }
    }
    let missing = slots.iter().zip(&heading.found).filter(|(_, found)| found.column().is_none());
    let mut missing: Vec<usize> = missing.map(|(slot, _)| slot.column).collect();
    missing.dedup();
    report.tables.push(TableRead {
        table: name.clone(),
        name_in_file: table.name.clone(),
        heading_rows,
        encoding: letters.main,
        first_row,
        last_row,
        missing: missing.iter().filter_map(|at| map.columns.get(*at)).map(|column| column.field.clone()).collect(),
        before_after: letters.before_after(table),
    });
}

/// Marks records that have the key of one before them.
fn duplicates(map: &Map, report: &mut Report) {
    for (at, first) in alike(map, report.records.iter().map(|(_, record)| (record, ()))) {
        report.duplicate(map, at, first);
    }
}

/// Each record that has the key of one before it and the same beside it, with the first such. What does not say all of
/// its key is like no other.
pub(super) fn alike<'r, B: Ord>(map: &Map, records: impl Iterator<Item = (&'r Record, B)>) -> Vec<(usize, usize)> {
    let mut firsts: BTreeMap<(Vec<FieldValue>, B), usize> = BTreeMap::new();
    let mut alike = Vec::new();
    for (at, (record, beside)) in records.enumerate().filter(|_| !map.key.is_empty()) {
        let values: Option<Vec<FieldValue>> = map.key.iter().map(|field| comparable(record, field)).collect();
        let Some(values) = values else { continue };
        let first = *firsts.entry((values, beside)).or_insert(at);
        if first != at {
            alike.push((at, first));
        }
    }
    alike
}

fn comparable(record: &Record, field: &str) -> Option<FieldValue> {
    match record.get(field)? {
        FieldValue::Null => None,
        FieldValue::Text(text) => Some(FieldValue::Text(text.to_lowercase())),
        other => Some(other.clone()),
    }
}
