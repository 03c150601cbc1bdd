//! What changed between two versions of a criteria set, row by row.
//!
//! Rows are paired by `replaces` first, then by their ids. Compared is what [`write()`] writes, key by key, so a new
//! key of the format is compared without a line here.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::{
    Case, CriteriaSet, Criterion,
    sheets::{ENTRIES, Layout},
    write, write_cases,
};

/// A value that differs; none where one side has no such key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The key in `pack.toml`: `rule.at_least`, `text.vi`, `rule.part[a].text.vi`.
    pub key: String,
    /// In the old version.
    pub old: Option<String>,
    /// In the new version.
    pub new: Option<String>,
}

impl Change {
    /// What kind of change it is: `text`, `source`, `points`, `rule`, `bound`, `figure`; else the key itself.
    pub fn topic(&self) -> &str {
        let last = self.key.rsplit('.').next().unwrap_or_default();
        if self.key.starts_with("rule.") {
            return match last {
                "at_least" | "at_most" | "from" | "to" | "registered" | "recognised" | "need" => "bound",
                "points" | "each" | "floor" | "band" => "points",
                "vi" | "en" if self.key.contains(".text.") => "text",
                "vi" | "en" | "key" => "figure",
                _ => "rule",
            };
        }
        match self.key.split('.').next().unwrap_or_default() {
            "met_at" => "points",
            first => first,
        }
    }

    /// What the key means, Vietnamese and English, where the workbook explains it.
    pub fn meaning(&self) -> Option<(&'static str, &'static str)> {
        let key = self.key.as_str();
        let last = key.rsplit('.').next().unwrap_or_default();
        let stem = key.strip_suffix(".vi").or_else(|| key.strip_suffix(".en")).unwrap_or(key);
        if let Some(entry) = ENTRIES.iter().find(|entry| entry.key == stem && self.topic() != "text") {
            return Some((entry.vi, entry.en));
        }
        let (sheet, key) = match key.strip_prefix("rule.") {
            Some("band") => return Some(("thang điểm", "bands")),
            Some(_) if self.topic() == "figure" => ("figures", last),
            Some(_) if self.topic() == "text" => ("rules", if last == "vi" { "text.vi" } else { "text.en" }),
            Some(_) => ("rules", last),
            None => ("criteria", key),
        };
        let column = Layout::of(sheet)?.columns.iter().find(|column| column.key == key)?;
        Some((column.vi, column.en))
    }
}

/// What became of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The old version has none like it.
    Added,
    /// The new version has none for it.
    Dropped,
    /// Both have it, and it differs.
    Changed,
}

/// One criterion that is not the same in both versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// Its id in the new version; in the old one where it was dropped.
    pub id: String,
    /// The ids of the old version that it stands for.
    pub stands_for: Vec<String>,
    /// What became of it.
    pub fate: Fate,
    /// Its text, as the new version has it, or the old one where it was dropped.
    pub text: super::Text,
    /// What differs.
    pub changes: Vec<Change>,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Of the set as a whole, its groups and classes.
    pub set: Vec<Change>,
    /// Its criteria: those of the new version in their order, then the dropped ones.
    pub criteria: Vec<RowDifference>,
    /// Its worked examples, by name.
    pub cases: Vec<Change>,
    /// Ids that `replaces` names and the old version does not have: criterion and id.
    pub strangers: Vec<(String, String)>,
    /// Criteria whose text another criterion of the old version had, and its id: rows that moved without `replaces`.
    pub moved: Vec<(String, String)>,
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.criteria.is_empty() && self.cases.is_empty()
    }
}

/// Compares two versions of a set and their cases.
pub fn diff(old: (&CriteriaSet, &[Case]), new: (&CriteriaSet, &[Case])) -> Difference {
    let mut found = Difference { cases: changes(&named_cases(old.1), &named_cases(new.1)), ..Difference::default() };
    let (old, new) = (old.0, new.0);
    let (mut old_pack, mut new_pack) = (table(old), table(new));
    let (old_rows, new_rows) = (rows(&mut old_pack), rows(&mut new_pack));
    found.set = changes(&flat(old_pack), &flat(new_pack));
    let claimed: BTreeSet<&str> = new.criteria.iter().flat_map(|row| &row.replaces).map(String::as_str).collect();
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for row in &new.criteria {
        let stands_for = stands_for(old, row, &claimed, &mut found.strangers);
        kept.extend(stands_for.iter().map(|row| row.id.as_str()));
        let ids: Vec<String> = stands_for.iter().map(|row| row.id.clone()).collect();
        let base = stands_for.first().and_then(|base| old_rows.get(&base.id));
        let changes = base.map_or_else(Vec::new, |base| changes(base, &new_rows[&row.id]));
        let moved = old.criteria.iter().find(|other| !ids.contains(&other.id) && other.text == row.text);
        if changes.iter().any(|change| change.topic() == "text") || base.is_none() {
            found.moved.extend(moved.map(|other| (row.id.clone(), other.id.clone())));
        }
        let fate = if base.is_none() { Fate::Added } else { Fate::Changed };
        if fate == Fate::Added || !changes.is_empty() || ids.len() > 1 {
            found.criteria.push(RowDifference {
                id: row.id.clone(),
                stands_for: ids,
                fate,
                text: row.text.clone(),
                changes,
            });
        }
    }
    for row in old.criteria.iter().filter(|row| !kept.contains(row.id.as_str())) {
        let (id, text) = (row.id.clone(), row.text.clone());
        found.criteria.push(RowDifference {
            id,
            stands_for: Vec::new(),
            fate: Fate::Dropped,
            text,
            changes: Vec::new(),
        });
    }
    found
}

/// The rows of the old version that a row stands for: those it names, else the one of its id that no other names.
fn stands_for<'a>(
    old: &'a CriteriaSet,
    row: &Criterion,
    claimed: &BTreeSet<&str>,
    strangers: &mut Vec<(String, String)>,
) -> Vec<&'a Criterion> {
    if row.replaces.is_empty() {
        return old.criterion(&row.id).filter(|same| !claimed.contains(same.id.as_str())).into_iter().collect();
    }
    let mut found = Vec::new();
    for id in &row.replaces {
        match old.criterion(id) {
            Some(named) => found.push(named),
            None => strangers.push((row.id.clone(), id.clone())),
        }
    }
    found
}

fn table(set: &CriteriaSet) -> Table {
    toml::from_str(&write(set)).unwrap_or_default()
}

type Values = BTreeMap<String, String>;

/// The criteria by id; the map between the versions is no part of what is compared.
fn rows(pack: &mut Table) -> BTreeMap<String, Values> {
    let rows = pack.remove("criterion").and_then(|rows| if let Value::Array(rows) = rows { Some(rows) } else { None });
    let row = |row: Value| {
        let Value::Table(mut row) = row else { return None };
        row.remove("replaces");
        Some((row.get("id")?.as_str()?.to_owned(), flat(row)))
    };
    rows.into_iter().flatten().filter_map(row).collect()
}

fn named_cases(cases: &[Case]) -> Values {
    let mut named = Values::new();
    for (at, case) in cases.iter().enumerate() {
        let text = write_cases(std::slice::from_ref(case));
        let text = text.lines().skip(2).collect::<Vec<_>>().join("; ");
        let twice = named.contains_key(&case.name);
        named.insert(if twice { format!("{} ({})", case.name, at + 1) } else { case.name.clone() }, text);
    }
    named
}

fn changes(old: &Values, new: &Values) -> Vec<Change> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |key: &String| {
        let (old, new) = (old.get(key).cloned(), new.get(key).cloned());
        (old != new).then(|| Change { key: key.clone(), old, new })
    };
    keys.into_iter().filter_map(change).filter(|change| !only_members(change)).collect()
}

/// An order that differs because there are other members says nothing that the members do not say.
fn only_members(change: &Change) -> bool {
    let members = |list: &Option<String>| {
        let mut members: Vec<String> = list.iter().flat_map(|list| list.split(", ")).map(str::to_owned).collect();
        members.sort();
        members
    };
    change.key.rsplit('.').next() == Some("order") && members(&change.old) != members(&change.new)
}

/// Every value by its key. Rows with an id stand under it, so that an inserted one moves no other.
fn flat(table: Table) -> Values {
    let mut values = Values::new();
    for (key, value) in table {
        put(&mut values, key, value);
    }
    values
}

fn put(values: &mut Values, key: String, value: Value) {
    match value {
        Value::Table(table) => {
            for (rest, value) in table {
                put(values, format!("{key}.{rest}"), value);
            }
        }
        Value::Array(list) if list.iter().all(|row| row.get("id").is_some_and(Value::is_str)) && !list.is_empty() => {
            let ids: Vec<String> = list.iter().filter_map(|row| Some(row.get("id")?.as_str()?.to_owned())).collect();
            values.insert(format!("{key}.order"), ids.join(", "));
            for (id, row) in ids.into_iter().zip(list) {
                put(values, format!("{key}[{id}]"), row);
            }
        }
        Value::Array(list) if list.iter().all(|row| row.get("vi").is_some()) => {
            for (at, row) in list.into_iter().enumerate() {
                put(values, format!("{key}[{}]", at + 1), row);
            }
        }
        Value::Array(list) => {
            let shown: Vec<String> = list.iter().map(shown).collect();
            values.insert(key, shown.join(if list.iter().any(Value::is_table) { "; " } else { ", " }));
        }
        other => {
            values.insert(key, shown(&other));
        }
    }
}

/// A value without the marks of TOML; a step as `from 80/100: 1`.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Table(step) => {
            let bound = step.iter().filter(|(key, _)| *key != "points");
            let bound: Vec<String> = bound.map(|(key, value)| format!("{key} {}", shown(value))).collect();
            format!("{}: {}", bound.join(" "), step.get("points").map(shown).unwrap_or_default())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programmes::{parse, parse_cases, write_tests::shipped};

    fn pack() -> (String, String) {
        let (_, pack, cases) = shipped().remove(0);
        (pack.replace("replaces = [\"c01\", \"c02\"]\n", "").replace("replaces = \"c07\"\n", ""), cases)
    }

    fn compared(old: &str, new: &str) -> Difference {
        let (old, new) = (parse("everything", old).expect(old), parse("everything", new).expect(new));
        diff((&old, &[]), (&new, &[]))
    }

    #[test]
    fn the_same_set_has_no_difference() {
        for (code, pack, cases) in shipped().into_iter().skip(1) {
            let (set, cases) = (parse(&code, &pack).expect("in order"), parse_cases(&cases).expect("in order"));
            assert_eq!(diff((&set, &cases), (&set, &cases)), Difference::default(), "{code}");
        }
    }

    #[test]
    fn each_change_is_named_by_its_row_and_key() {
        let (old, _) = pack();
        for (before, after, id, key, topic) in [
            ("at_least = \"1/3\"", "at_least = \"2/3\"", "c03", "rule.at_least", "bound"),
            ("at_least = 1000", "at_least = 1500", "c02", "rule.at_least", "bound"),
            ("en = \"Threshold\"", "en = \"Limit\"", "c02", "text.en", "text"),
            ("vi = \"Điều 9\"", "vi = \"Điều 8\"", "c09", "source.vi", "source"),
            ("met_at = \"1.5\"", "met_at = 2", "c08", "met_at", "points"),
            ("from = \"90/100\", points = \"1.5\"", "from = \"90/100\", points = 2", "c08", "rule.band", "points"),
            ("knock_out = true", "mandatory = true", "c02", "knock_out", "knock_out"),
            ("need = 1", "need = 2", "c14", "rule.need", "bound"),
            (
                "en = \"Part b\" }\nrule = { kind = \"linear\"",
                "en = \"B\" }\nrule = { kind = \"linear\"",
                "c13",
                "rule.part[b].text.en",
                "text",
            ),
            ("vi = \"Số lần\"", "vi = \"Số vụ\"", "c11", "rule.count.vi", "figure"),
            (
                "kind = \"zero\", count = { vi = \"Số vụ\", en = \"Cases\" } }\n\n",
                "kind = \"judgement\" }\n\n",
                "c04",
                "rule.kind",
                "rule",
            ),
            ("mark = \"illustrative\"", "mark = \"summary\"", "c03", "mark", "mark"),
        ] {
            let new = old.replacen(before, after, 1);
            assert_ne!(new, old, "{before}");
            let found = compared(&old, &new);
            assert_eq!(found.criteria.len(), 1, "{before}: {found:#?}");
            let row = &found.criteria[0];
            assert_eq!((row.id.as_str(), row.fate, found.set.len()), (id, Fate::Changed, 0), "{before}");
            let change = row.changes.iter().find(|change| change.key == key);
            let change = change.unwrap_or_else(|| panic!("{before}: {row:#?}"));
            assert_eq!(change.topic(), topic);
            assert!(change.meaning().is_some(), "{key} is explained");
        }
    }

    #[test]
    fn other_rules_of_a_council_are_changes_of_the_set() {
        let (old, _) = pack();
        let (before, table) = old.split_once("\n[recognition.council]").expect("the table");
        let (_, after) = table.split_once("\n\n").expect("what follows");
        let without = format!("{before}\n{after}");
        let found = compared(&old, &old.replace("quorum = \"2/3\"", "quorum = \"70/100\""));
        let told = |change: &Change| (change.key.clone(), change.old.clone(), change.new.clone());
        let expected = ("recognition.council.quorum", Some("2/3"), Some("70/100"));
        let expected = (expected.0.to_owned(), expected.1.map(str::to_owned), expected.2.map(str::to_owned));
        assert_eq!(found.set.iter().map(told).collect::<Vec<_>>(), [expected], "{found:#?}");
        let gone = compared(&old, &without);
        assert_eq!((gone.set.len(), gone.criteria.len()), (8, 0), "each of its rows: {gone:#?}");
        for change in found.set.iter().chain(&gone.set) {
            assert!(change.topic() == "recognition" && change.meaning().is_some(), "{change:?} is explained");
        }
    }

    #[test]
    fn rows_are_paired_by_what_they_replace() {
        let (old, _) = pack();
        let last = old.find("[[criterion]]\nid = \"c19\"").expect("the last one");
        let renamed = old.replace("id = \"c15\"", "id = \"c20\"");
        let found = compared(&old, &renamed);
        let fates: Vec<(&str, Fate)> = found.criteria.iter().map(|row| (row.id.as_str(), row.fate)).collect();
        assert_eq!(fates, [("c20", Fate::Added), ("c15", Fate::Dropped)]);
        assert_eq!(found.moved, [("c20".to_owned(), "c15".to_owned())], "the author is told");

        let replaced = renamed.replace("id = \"c20\"", "id = \"c20\"\nreplaces = \"c15\"");
        let found = compared(&old, &replaced);
        assert_eq!((found.criteria.len(), found.criteria[0].stands_for.as_slice()), (1, &["c15".to_owned()][..]));
        assert_eq!(found.criteria[0].changes.len(), 1, "its id alone: {found:#?}");

        let dropped = compared(&old, &old[..last]);
        assert_eq!((dropped.criteria.len(), dropped.criteria[0].fate), (1, Fate::Dropped));
        let stranger = compared(&old, &old.replace("id = \"c15\"", "id = \"c15\"\nreplaces = [\"c14\", \"c77\"]"));
        assert_eq!(stranger.strangers, [("c15".to_owned(), "c77".to_owned())]);
    }
}
