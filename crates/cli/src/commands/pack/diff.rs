//! `dienhinh pack diff`: what changed between two versions of a set, for the one who reviews it.
//!
//! Exit codes as diff(1) has them: 0 the same, 1 different; mistakes as everywhere.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use dienhinh_domain::programmes::{Change, Difference, Fate, RowDifference, diff};
use serde_json::{Value, json};

use super::super::{note, say};

/// Say what changed between two versions of a pack: exit code 0 the same, 1 different.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// Folder of the version before.
    old: PathBuf,
    /// Folder of the new version.
    new: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &DiffArgs) -> ExitCode {
    let loaded = super::load_with_cases(&args.old).and_then(|old| Ok((old, super::load_with_cases(&args.new)?)));
    let ((old, mut old_cases), (new, mut new_cases)) = match loaded {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    if super::is_overlay(&args.old) != super::is_overlay(&args.new) {
        // Examples of a pack say nothing about an overlay on it: none of them was dropped.
        old_cases.clear();
        new_cases.clear();
    }
    let found = diff((&old, &old_cases), (&new, &new_cases));
    for (id, stranger) in &found.strangers {
        note(&format!(
            "{id}: replaces nêu “{stranger}”, phiên bản trước không có / replaces names `{stranger}`, which the old version does not have"
        ));
    }
    for (id, other) in &found.moved {
        note(&format!(
            "{id}: nội dung là của {other} ở phiên bản trước; ghi replaces = \"{other}\" nếu đúng là tiêu chí đó / its text was that of {other}; write replaces = \"{other}\" if it is that criterion"
        ));
    }
    if args.json {
        say(&as_json(&found, (&old.code, &old.version), (&new.code, &new.version)).to_string());
    } else {
        print(&found);
    }
    if found.is_empty() {
        note("không khác nhau / no difference");
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

fn print(found: &Difference) {
    if !found.set.is_empty() {
        say("~ bộ tiêu chí / the set");
        found.set.iter().for_each(print_change);
    }
    let (renumbered, others): (Vec<_>, Vec<_>) = found.criteria.iter().partition(|row| only_number(row).is_some());
    for row in others {
        say(&heading(row));
        row.changes.iter().for_each(print_change);
    }
    // One inserted row moves all that follow: that is one line, not one for each.
    let moves: Vec<String> = renumbered.into_iter().filter_map(only_number).collect();
    if !moves.is_empty() {
        say(&format!("~ chỉ đổi số thứ tự / only the number differs: {}", moves.join(", ")));
    }
    if !found.cases.is_empty() {
        say("~ trường hợp / cases");
        found.cases.iter().for_each(print_change);
    }
}

/// `c05 4 → 5` of a row that is the same but for its number.
fn only_number(row: &RowDifference) -> Option<String> {
    let [change] = row.changes.as_slice() else { return None };
    let (old, new) = (change.old.as_deref()?, change.new.as_deref()?);
    let alone = change.key == "number" && row.stands_for.len() == 1;
    alone.then(|| format!("{} {old} → {new}", row.id))
}

/// `~ c19 ← c18 …`, `+ c35 …`, `- c12 …`
fn heading(row: &RowDifference) -> String {
    let text = format!("{} / {}", row.text.vi, row.text.en).replace('\n', " ");
    let from = row.stands_for.join(", ");
    let from = if from == row.id || from.is_empty() { String::new() } else { format!(" ← {from}") };
    let (sign, fate) = match row.fate {
        Fate::Added => ("+", "thêm / added: "),
        Fate::Dropped => ("-", "bỏ / dropped: "),
        Fate::Changed => ("~", ""),
    };
    format!("{sign} {}{from} {fate}{text}", row.id)
}

fn print_change(change: &Change) {
    let meaning = change.meaning().map_or_else(String::new, |(vi, en)| format!(" ({vi} / {en})"));
    let side = |value: &Option<String>| value.as_ref().map_or_else(|| "–".to_owned(), |text| text.replace('\n', " ⏎ "));
    say(&format!("    {}{meaning}: {} → {}", change.key, side(&change.old), side(&change.new)));
}

fn as_json(found: &Difference, old: (&str, &str), new: (&str, &str)) -> Value {
    let changes = |changes: &[Change]| -> Vec<Value> {
        let change = |change: &Change| {
            let (vi, en) = change.meaning().unzip();
            json!({ "key": change.key, "topic": change.topic(), "vi": vi, "en": en, "old": change.old, "new": change.new })
        };
        changes.iter().map(change).collect()
    };
    let criteria: Vec<Value> = found
        .criteria
        .iter()
        .map(|row| {
            let fate = match row.fate {
                Fate::Added => "added",
                Fate::Dropped => "dropped",
                Fate::Changed => "changed",
            };
            json!({ "id": row.id, "stands_for": row.stands_for, "change": fate, "vi": row.text.vi, "en": row.text.en,
                "changes": changes(&row.changes) })
        })
        .collect();
    let pairs = |pairs: &[(String, String)], key: &str| -> Vec<Value> {
        pairs.iter().map(|(id, other)| json!({ "id": id, key: other })).collect()
    };
    json!({
        "same": found.is_empty(),
        "old": { "code": old.0, "version": old.1 },
        "new": { "code": new.0, "version": new.1 },
        "set": changes(&found.set),
        "criteria": criteria,
        "cases": changes(&found.cases),
        "unknown_replaces": pairs(&found.strangers, "replaces"),
        "moved_texts": pairs(&found.moved, "text_of"),
    })
}
