//! Criteria with what belongs to them from the sheets of rules, figures and bands.

use std::collections::BTreeSet;

use super::{
    import::Draft,
    kinds::{Bounds, Figures, Kind, kind},
    table::{Row, Table},
};
use crate::programmes::write::quoted;

/// Columns of a row of rules that say where it belongs and what its part is.
const OF_PART: [&str; 5] = ["criterion", "part", "text.vi", "text.en", "points"];

/// Columns by which rows of several sheets belong together: one that cannot be read must not count as empty.
const LINKS: [&str; 3] = ["criterion", "part", "role"];

/// Adds every criterion with its rule. A row that belongs to none is a mistake.
pub(super) fn criteria(draft: &mut Draft, criteria: &Table, belongings: [&Table; 3]) {
    let [rules, figures, bands] = belongings;
    for table in belongings {
        for column in table.layout.columns.iter().filter(|column| LINKS.contains(&column.key)) {
            for row in &table.rows {
                draft.value(table, row, column, Bounds::Counts);
            }
        }
    }
    let mut reader = Belongings { rules, figures, bands, used: [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()] };
    let mut seen = BTreeSet::new();
    for row in &criteria.rows {
        let id = row.id(criteria, "id");
        draft.line("[[criterion]]", criteria.place(row, "id"));
        draft.own_columns(criteria, row, &[]);
        // An id that stands twice is told by the reader of packs; its rows belong to the first.
        let rows = if seen.insert(id.clone()) { reader.rows_of(&id) } else { Vec::new() };
        if let Some((first, parts)) = reader.whole_first(draft, rows) {
            reader.rule(draft, &id, first, &parts);
        } else {
            if !id.is_empty() {
                draft.complain(
                    criteria.place(row, "id"),
                    format!("tiêu chí “{id}” chưa có dòng nào trên trang quy tắc (rules)"),
                    format!("the criterion `{id}` has no row on the sheet of rules"),
                );
            }
            draft.line("[criterion.rule]", criteria.place(row, "id"));
            draft.line("kind = \"judgement\"", criteria.place(row, "id"));
        }
    }
    for (table, used) in belongings.into_iter().zip(&reader.used) {
        for (at, row) in table.rows.iter().enumerate().filter(|(at, _)| !used.contains(at)) {
            let (id, part) = (&row.criterion, &row.part);
            let (column, name) = if seen.contains(id) { ("part", part) } else { ("criterion", id) };
            let _ = at;
            draft.complain(
                table.place(row, column),
                format!("“{name}” không có hoặc quy tắc của nó không dùng dòng này"),
                format!("there is no `{name}`, or its rule has no use for this row"),
            );
        }
    }
}

/// The three sheets, and which of their rows found their criterion.
struct Belongings<'t, 'a> {
    rules: &'t Table<'a>,
    figures: &'t Table<'a>,
    bands: &'t Table<'a>,
    used: [BTreeSet<usize>; 3],
}

impl<'t, 'a> Belongings<'t, 'a> {
    fn rows_of(&mut self, id: &str) -> Vec<&'t Row<'a>> {
        let rows = self.rules.rows.iter().enumerate().filter(|(_, row)| row.criterion == id);
        let (places, rows): (Vec<usize>, Vec<&Row>) = rows.unzip();
        self.used[0].extend(places);
        rows
    }

    /// The row of the criterion as a whole and those of its parts.
    fn whole_first(&self, draft: &mut Draft, rows: Vec<&'t Row<'a>>) -> Option<(&'t Row<'a>, Vec<&'t Row<'a>>)> {
        let (whole, parts): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(|row| row.part.is_empty());
        for row in whole.iter().skip(1) {
            draft.complain(
                self.rules.place(row, "criterion"),
                "tiêu chí đã có quy tắc; một phần cần mã phần ở cột part",
                "the criterion has a rule already; a part needs its id in the column part",
            );
        }
        Some((*whole.first()?, parts))
    }

    fn rule(&mut self, draft: &mut Draft, id: &str, row: &Row, parts: &[&Row]) {
        let place = self.rules.place(row, "kind");
        draft.line(&format!("[criterion.rule] # {}", id.replace(char::is_control, "")), place);
        for column in ["text.vi", "text.en", "points"].iter().filter(|key| !row.cell(self.rules, key).is_blank()) {
            draft.complain(
                self.rules.place(row, column),
                "chỉ dòng của một phần dùng ô này; bỏ trống",
                "only the row of a part uses this cell; leave it empty",
            );
        }
        let Some(found) = self.own(draft, id, row) else { return };
        if !found.has_parts {
            for part in parts {
                draft.complain(
                    self.rules.place(part, "part"),
                    "quy tắc của tiêu chí này không có phần",
                    "the rule of this criterion has no parts",
                );
            }
            return;
        }
        let mut seen = BTreeSet::new();
        for part in parts {
            let name = part.part.clone();
            let place = self.rules.place(part, "part");
            if !seen.insert(name.clone()) {
                draft.complain(
                    place.clone(),
                    format!("phần “{name}” bị trùng"),
                    format!("the part `{name}` stands twice"),
                );
            }
            draft.line("[[criterion.rule.part]]", place.clone());
            draft.line(&format!("id = {}", quoted(&name)), place);
            for (key, required) in [("text.vi", true), ("text.en", true), ("points", false)] {
                if let Some(column) = self.rules.layout.columns.iter().find(|column| column.key == key) {
                    let column = super::Column { required, ..*column };
                    if let Some(value) = draft.value(self.rules, part, &column, Bounds::Counts) {
                        draft.line(&format!("{key} = {value}"), self.rules.place(part, key));
                    }
                }
            }
            draft.line("[criterion.rule.part.rule]", self.rules.place(part, "kind"));
            self.own(draft, id, part);
        }
    }

    /// The kind of a row with its own columns, figures and bands.
    fn own(&mut self, draft: &mut Draft, id: &str, row: &Row) -> Option<Kind> {
        let word = row.id(self.rules, "kind").to_lowercase();
        let Some(found) = kind(&word) else {
            let known = super::kinds::CODES.join(", ");
            draft.complain(
                self.rules.place(row, "kind"),
                format!("dùng một trong: {known}"),
                format!("use one of: {known}"),
            );
            draft.line("kind = \"judgement\"", self.rules.place(row, "kind"));
            self.figures(draft, id, row, None, &[]);
            self.bands(draft, id, row, None);
            return None;
        };
        draft.line(&format!("kind = {}", quoted(&word)), self.rules.place(row, "kind"));
        let roles = self.roles(id, row);
        let is_share = roles.iter().any(|role| role == "part" || role == "whole");
        let bounds = match found.bounds {
            Bounds::OfMeasure if is_share => Bounds::Shares,
            Bounds::OfMeasure => Bounds::Counts,
            other => other,
        };
        for column in self.rules.layout.columns.iter().filter(|c| c.key != "kind" && !OF_PART.contains(&c.key)) {
            let required = found.needs.contains(&column.key);
            if required || found.may.contains(&column.key) {
                let column = super::Column { required, ..*column };
                if let Some(value) = draft.value(self.rules, row, &column, bounds) {
                    draft.line(&format!("{} = {value}", column.key), self.rules.place(row, column.key));
                }
            } else if !row.cell(self.rules, column.key).is_blank() {
                draft.complain(
                    self.rules.place(row, column.key),
                    format!("quy tắc “{word}” không dùng cột này; bỏ trống"),
                    format!("a rule `{word}` does not use this column; leave it empty"),
                );
            }
        }
        let wanted: &[&str] = match found.figures {
            Figures::These(roles) => roles,
            Figures::Measure if is_share => &["part", "whole"],
            Figures::Measure => &["count"],
        };
        self.figures(draft, id, row, Some(&word), wanted);
        self.bands(draft, id, row, found.has_bands.then_some(bounds));
        Some(found)
    }

    fn roles(&self, id: &str, row: &Row) -> Vec<String> {
        let own = |figure: &&Row| figure.criterion == id && figure.part == row.part;
        self.figures.rows.iter().filter(own).map(|figure| figure.id(self.figures, "role").to_lowercase()).collect()
    }

    /// The figures of a row of rules; `kind` is none where it is not known, and nothing is said about them.
    fn figures(&mut self, draft: &mut Draft, id: &str, row: &Row, kind: Option<&str>, wanted: &[&str]) {
        let table = self.figures;
        let mut found = BTreeSet::new();
        for (at, figure) in table.rows.iter().enumerate() {
            if figure.criterion != id || figure.part != row.part || !self.used[1].insert(at) {
                continue;
            }
            let Some(kind) = kind else { continue };
            let role = figure.id(table, "role").to_lowercase();
            if !wanted.contains(&role.as_str()) || !found.insert(role.clone()) {
                let all = if wanted.is_empty() { "–".to_owned() } else { wanted.join(", ") };
                draft.complain(
                    table.place(figure, "role"),
                    format!("quy tắc “{kind}” dùng mỗi số liệu một lần: {all}"),
                    format!("a rule `{kind}` uses each figure once: {all}"),
                );
                continue;
            }
            for column in table.layout.columns.iter().filter(|column| !LINKS.contains(&column.key)) {
                // Two figures need a name each: they are columns of one table.
                let is_name = column.key == "key" && wanted.len() > 1;
                let column = super::Column { required: column.required || is_name, ..*column };
                if let Some(value) = draft.value(table, figure, &column, Bounds::Counts) {
                    draft.line(&format!("{role}.{} = {value}", column.key), table.place(figure, column.key));
                }
            }
        }
        for role in wanted.iter().filter(|role| !found.contains(**role)) {
            draft.complain(
                self.rules.place(row, "kind"),
                format!("thiếu số liệu “{role}” trên trang (figures)"),
                format!("the figure `{role}` is missing on the sheet of figures"),
            );
            draft.line(
                &format!("{role} = {{ key = {0}, vi = {0}, en = {0} }}", quoted(role)),
                self.rules.place(row, "kind"),
            );
        }
    }

    /// The steps of a row of rules; none where its kind has no steps.
    fn bands(&mut self, draft: &mut Draft, id: &str, row: &Row, bounds: Option<Bounds>) {
        let table = self.bands;
        let mut lines = Vec::new();
        for (at, band) in table.rows.iter().enumerate() {
            let own = band.criterion == id && band.part == row.part;
            let Some(bounds) = bounds.filter(|_| own && self.used[2].insert(at)) else { continue };
            let mut pairs = Vec::new();
            for column in table.layout.columns.iter().filter(|c| ["from", "above", "points"].contains(&c.key)) {
                let value = draft.value(table, band, column, bounds);
                pairs.extend(value.map(|value| format!("{} = {value}", column.key)));
            }
            let given = ["from", "above"].iter().filter(|key| !band.cell(table, key).is_blank()).count();
            if given == 1 {
                lines.push((format!("{{ {} }},", pairs.join(", ")), table.place(band, "points")));
            } else {
                draft.complain(
                    table.place(band, "from"),
                    "cần đúng một trong hai ô from, above",
                    "exactly one of from, above is to be filled in",
                );
            }
        }
        if bounds.is_some() {
            draft.line("band = [", self.rules.place(row, "kind"));
            for (line, place) in lines {
                draft.line(&line, place);
            }
            draft.line("]", self.rules.place(row, "kind"));
        }
    }
}
