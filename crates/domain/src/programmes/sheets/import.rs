//! Sheets read back: every cell becomes a line of a pack that remembers where it came from, and the reader of packs
//! has the last word. Its complaints about a line are told about the cell.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Cell, CellProblem, Column, ENTRIES, Holds, LAYOUTS, Layout, PROBLEMS, Place, Sheet, cells, key_of,
    kinds::Bounds,
    rules,
    table::{Lines, Row, Table},
};
use crate::programmes::{Case, CriteriaSet, Problem, Text, parse, parse_cases, write::quoted};

/// What a workbook says: a pack as text, and every cell that could not be read.
#[derive(Debug)]
pub struct Draft<'a> {
    sheets: &'a [Sheet],
    pack: Lines,
    cases: Lines,
    problems: Vec<CellProblem>,
    /// Cells of which something was said.
    told_of: BTreeSet<Place>,
    /// Name of a column by sheet and place.
    columns: BTreeMap<(String, usize), &'static str>,
}

impl<'a> Draft<'a> {
    /// Reads the cells.
    pub fn of(sheets: &'a [Sheet]) -> Self {
        let mut draft = Draft {
            sheets,
            pack: Lines::default(),
            cases: Lines::default(),
            problems: Vec::new(),
            told_of: BTreeSet::new(),
            columns: BTreeMap::new(),
        };
        let tables: Vec<Table<'a>> = LAYOUTS.iter().map(|layout| draft.table(layout)).collect();
        let [set, bases, awards, classes, quotas, unit_groups, groups, criteria, rules, figures, bands, cases] =
            tables.as_slice()
        else {
            return draft;
        };
        draft.entries(set, bases, awards);
        draft.wholes(bases, criteria);
        draft.list("[[class]]", classes);
        draft.list("[[quota]]", quotas);
        draft.list("[[unit_group]]", unit_groups);
        draft.list("[[group]]", groups);
        rules::criteria(&mut draft, criteria, [rules, figures, bands]);
        for row in &cases.rows {
            let mut lines = std::mem::take(&mut draft.cases);
            lines.add("[[case]]", Some(cases.place(row, "name")));
            draft.columns_of(cases, row, &mut lines, &[]);
            draft.cases = lines;
        }
        draft
    }

    /// The set and its cases under the name of their folder, or every mistake by its cell.
    pub fn read(&self, code: &str) -> Result<(CriteriaSet, Vec<Case>), Vec<CellProblem>> {
        let (set, cases) = (parse(code, &self.pack.text), parse_cases(&self.cases.text));
        if let (Ok(set), Ok(cases), true) = (&set, &cases, self.problems.is_empty()) {
            return Ok((set.clone(), cases.clone()));
        }
        let mut found = self.problems.clone();
        // Where a cell could not be read, its row was filled up: what follows from that is not told as well.
        let known: BTreeSet<(String, usize)> =
            found.iter().map(|problem| (problem.place.sheet.clone(), problem.place.row)).collect();
        let of_pack = set.err().unwrap_or_default().into_iter().map(|problem| self.of_pack(&problem));
        let of_cases = cases.err().unwrap_or_default().into_iter().map(|problem| self.of_case(&problem));
        found.extend(
            of_pack
                .chain(of_cases)
                .filter(|problem| known.is_empty() || problem.place.row > 1)
                .filter(|problem| !known.contains(&(problem.place.sheet.clone(), problem.place.row))),
        );
        Err(self.in_order(found))
    }

    /// A complaint about a line of the pack, at its cell; one that begins with an id, at the rule or the row of that.
    pub fn of_pack(&self, problem: &Problem) -> CellProblem {
        let start = problem.what.en.split([':', '.']).next().unwrap_or_default();
        let named = ["group ", "class "].iter().find_map(|word| start.strip_prefix(word)).unwrap_or(start);
        let at = |is_it: &dyn Fn(&str) -> bool| {
            let found = self.pack.text.lines().position(is_it)?;
            self.pack.places.get(found)?.as_ref()
        };
        let (rule, id) = (format!("[criterion.rule] # {start}"), format!("id = {}", quoted(named)));
        let by_name = || at(&|line| line == rule).or_else(|| at(&|line| line == id));
        let of_key = || at(&|line| start.starts_with("min_met") && line.starts_with("min_met = "));
        let place = self.pack.place(problem.line).or_else(by_name).or_else(of_key);
        self.told(place.cloned().unwrap_or_else(|| self.corner(LAYOUTS[0].key)), problem.what.clone())
    }

    /// A complaint about a line of the cases, at its cell; of a case that fails, at what it expects.
    pub fn of_case(&self, problem: &Problem) -> CellProblem {
        let place = self.cases.place(problem.line).cloned();
        let mut place = place.unwrap_or_else(|| self.corner("cases"));
        let expects = problem.what.en.rsplit_once("`: ").and_then(|(_, rest)| rest.split_once(" should be "));
        if let Some((word, _)) = expects {
            let at = |key: &str| {
                let of_sheet = |((sheet, _), name): &(&(String, usize), &&str)| *sheet == place.sheet && **name == key;
                self.columns.iter().find(of_sheet).map(|((_, column), _)| *column)
            };
            place.column = at(word).or_else(|| at("outcomes")).unwrap_or(place.column);
        }
        self.told(place, problem.what.clone())
    }

    /// Problems in the order of sheets, rows and columns, each once.
    pub fn in_order(&self, mut problems: Vec<CellProblem>) -> Vec<CellProblem> {
        let at = |name: &str| self.sheets.iter().position(|sheet| sheet.name == name).unwrap_or(usize::MAX);
        problems.sort_by_key(|problem| (at(&problem.place.sheet), problem.place.clone()));
        problems.dedup();
        problems
    }

    fn corner(&self, key: &str) -> Place {
        let named = self.sheets.iter().find(|sheet| key_of(&sheet.name) == key).map(|sheet| sheet.name.clone());
        let sheet = named.or_else(|| Layout::of(key).map(|layout| layout.name.to_owned())).unwrap_or_default();
        Place { sheet, row: 1, column: 1 }
    }

    fn told(&self, place: Place, what: Text) -> CellProblem {
        let column = self.columns.get(&(place.sheet.clone(), place.column)).copied().unwrap_or_default().to_owned();
        let sheet = self.sheets.iter().find(|sheet| sheet.name == place.sheet);
        let cell = sheet.and_then(|sheet| sheet.rows.get(place.row - 1)?.get(place.column - 1));
        CellProblem { found: cell.map(Cell::shown).unwrap_or_default(), place, column, what }
    }

    /// Says what is wrong with a cell.
    pub(super) fn complain(&mut self, place: Place, vi: impl Into<String>, en: impl Into<String>) {
        // One word for a cell: what follows from the first is no news. The corner speaks for what is not there.
        if self.told_of.insert(place.clone()) || place.row == 1 {
            let told = self.told(place, Text { vi: vi.into(), en: en.into() });
            self.problems.push(told);
        }
    }

    pub(super) fn line(&mut self, line: &str, place: Place) {
        self.pack.add(line, Some(place));
    }

    /// Finds a sheet and its columns. What stands under no known column is a mistake, not a remark.
    fn table(&mut self, layout: &'static Layout) -> Table<'a> {
        let mut named = self.sheets.iter().filter(|sheet| key_of(&sheet.name) == layout.key);
        let (sheet, second) = (named.next(), named.next());
        let mut table = Table { layout, name: layout.name.to_owned(), columns: BTreeMap::new(), rows: Vec::new() };
        let Some(sheet) = sheet else {
            self.complain(
                self.corner(layout.key),
                format!("thiếu trang “{}”; giữ mọi trang của bản xuất, kể cả trang trống", layout.name),
                format!("the sheet `{}` is missing; keep every sheet of the export, empty ones too", layout.name),
            );
            return table;
        };
        table.name.clone_from(&sheet.name);
        if let Some(second) = second {
            let place = Place { sheet: second.name.clone(), row: 1, column: 1 };
            let key = layout.key;
            self.complain(place, format!("hai trang cùng mang “({key})”"), format!("two sheets are named `({key})`"));
        }
        let mut unread = BTreeSet::new();
        for (at, cell) in sheet.rows.first().map_or(&[][..], Vec::as_slice).iter().enumerate() {
            let heading = cells::words(cell).unwrap_or_default();
            let word = heading.split_whitespace().next().unwrap_or_default();
            let place = Place { sheet: sheet.name.clone(), row: 1, column: at + 1 };
            match layout.columns.iter().find(|column| column.key == word) {
                Some(column) if !table.columns.contains_key(column.key) => {
                    table.columns.insert(column.key, at);
                    self.columns.insert((sheet.name.clone(), at + 1), column.key);
                }
                Some(_) => self.complain(place, "cột bị trùng", "the column stands twice"),
                None if word == PROBLEMS => {
                    unread.insert(at);
                }
                None if word.is_empty() => {}
                None => {
                    let known: Vec<&str> = layout.columns.iter().map(|column| column.key).collect();
                    let known = known.join(", ");
                    unread.insert(at);
                    self.complain(
                        place,
                        format!("không có cột này; dùng {known}"),
                        format!("there is no such column; use {known}"),
                    );
                }
            }
        }
        for column in layout.columns.iter().filter(|column| column.required && !table.columns.contains_key(column.key))
        {
            let place = Place { sheet: sheet.name.clone(), row: 1, column: 1 };
            let key = column.key;
            self.complain(place, format!("thiếu cột “{key}”"), format!("the column `{key}` is missing"));
        }
        self.rows(sheet, &mut table, &unread);
        table
    }

    fn rows(&mut self, sheet: &'a Sheet, table: &mut Table<'a>, unread: &BTreeSet<usize>) {
        let read: BTreeSet<usize> = table.columns.values().copied().collect();
        for (at, cells) in sheet.rows.iter().enumerate().skip(1) {
            let filled = |at: &usize| cells.get(*at).is_some_and(|cell| !cell.is_blank());
            if read.iter().any(filled) {
                let id = |key: &str| {
                    let cell = table.columns.get(key).and_then(|at| cells.get(*at));
                    cell.and_then(|cell| cells::words(cell).ok()).unwrap_or_default()
                };
                let (criterion, part) = (id("criterion"), id("part"));
                table.rows.push(Row { at: at + 1, cells, criterion, part });
            }
            for column in (0..cells.len()).filter(|at| !read.contains(at) && !unread.contains(at)).filter(filled) {
                self.complain(
                    Place { sheet: sheet.name.clone(), row: at + 1, column: column + 1 },
                    "ô nằm ngoài các cột; xóa ô này",
                    "the cell stands under no column; clear it",
                );
            }
        }
    }

    /// The value of a cell as TOML; where it cannot be read, something that keeps the rest readable.
    pub(super) fn value(&mut self, table: &Table, row: &Row, column: &Column, bounds: Bounds) -> Option<String> {
        match cells::read(column.holds, row.cell(table, column.key), bounds) {
            Ok(None) if column.required => {
                self.complain(table.place(row, column.key), "không được để trống", "it must be filled in");
                Some(stand_in(column.holds, bounds))
            }
            Ok(value) => value,
            Err(Text { vi, en }) => {
                self.complain(table.place(row, column.key), vi, en);
                Some(stand_in(column.holds, bounds))
            }
        }
    }

    /// The lines of a row under their own keys; a text stands in both languages or in none.
    pub(super) fn columns_of(&mut self, table: &Table, row: &Row, lines: &mut Lines, without: &[&str]) {
        for column in table.layout.columns.iter().filter(|column| !without.contains(&column.key)) {
            let mut value = self.value(table, row, column, Bounds::Counts);
            if let (None, Some(other)) = (&value, other_side(column.key))
                && !row.cell(table, &other).is_blank()
            {
                self.complain(
                    table.place(row, column.key),
                    "thiếu văn bản ở một trong hai ngôn ngữ",
                    "the text is missing in one of the languages",
                );
                value = Some("\"\"".to_owned());
            }
            if let Some(value) = value {
                lines.add(&format!("{} = {value}", column.key), Some(table.place(row, column.key)));
            }
        }
    }

    fn list(&mut self, heading: &str, table: &Table) {
        for row in &table.rows {
            let mut lines = std::mem::take(&mut self.pack);
            let first = table.layout.columns.first().map_or("", |column| column.key);
            lines.add(heading, Some(table.place(row, first)));
            self.columns_of(table, row, &mut lines, &[]);
            self.pack = lines;
        }
    }

    /// [`Self::columns_of`] into the pack.
    pub(super) fn own_columns(&mut self, table: &Table, row: &Row, without: &[&str]) {
        let mut lines = std::mem::take(&mut self.pack);
        self.columns_of(table, row, &mut lines, without);
        self.pack = lines;
    }

    /// The sheet `set`, with bases and titles where TOML wants them.
    fn entries(&mut self, set: &Table, bases: &Table, awards: &Table) {
        let mut given: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in &set.rows {
            let key = cells::words(row.cell(set, "key")).unwrap_or_default();
            match ENTRIES.iter().find(|entry| entry.key == key) {
                Some(entry) if given.insert(entry.key, row).is_none() => {}
                Some(_) => self.complain(set.place(row, "key"), "mục bị trùng", "the entry stands twice"),
                None => self.complain(set.place(row, "key"), "không có mục này", "there is no such entry"),
            }
        }
        self.one_way_to_be_recognised(set, &given);
        let wanted = wanted_of_council(set, &given);
        let mut section = "";
        for entry in ENTRIES {
            let (before, key) = entry.key.split_once('.').unwrap_or(("", entry.key));
            if before != section {
                if section.is_empty() {
                    self.bases_and_awards(bases, awards);
                }
                section = before;
                let corner = self.corner("set");
                self.line(&format!("[{section}]"), corner);
            }
            let required = entry.required || wanted.contains(&entry.key);
            let Some(row) = given.get(entry.key) else {
                if required {
                    let what = entry.key;
                    let corner = self.corner("set");
                    self.complain(corner, format!("thiếu dòng “{what}”"), format!("the row `{what}` is missing"));
                }
                continue;
            };
            let sides: &[(&'static str, Holds)] = match entry.holds {
                Some(holds) => &[("value", holds)],
                None => &[("vi", Holds::Sentences), ("en", Holds::Sentences)],
            };
            for (side, holds) in sides {
                let column = Column { key: side, holds: *holds, required, vi: "", en: "" };
                let key = if *side == "value" { key.to_owned() } else { format!("{key}.{side}") };
                if let Some(value) = self.value(set, row, &column, Bounds::Counts) {
                    self.line(&format!("{key} = {value}"), set.place(row, side));
                }
            }
            for idle in ["value", "vi", "en"].iter().filter(|idle| !sides.iter().any(|(side, _)| side == *idle)) {
                if !row.cell(set, idle).is_blank() {
                    self.complain(set.place(row, idle), "mục này không dùng ô này", "this entry does not use the cell");
                }
            }
        }
    }

    /// What no set can be without; the reader of packs would name it at a place that is not its own.
    fn wholes(&mut self, bases: &Table, criteria: &Table) {
        for table in [bases, criteria].into_iter().filter(|table| table.rows.is_empty()) {
            let corner = self.corner(table.layout.key);
            self.complain(corner, "trang này cần ít nhất một dòng", "this sheet needs at least one row");
        }
    }

    /// One of `min_met` and `class` says what it takes to be recognised.
    fn one_way_to_be_recognised(&mut self, set: &Table, given: &BTreeMap<&str, &Row>) {
        let of = |key: &str| given.get(key).copied();
        let (met, class) = (of("recognition.min_met"), of("recognition.class"));
        let filled = |row: Option<&Row>| row.is_some_and(|row| !row.cell(set, "value").is_blank());
        if filled(met) == filled(class) {
            let place = met.or(class).map_or_else(|| self.corner("set"), |row| set.place(row, "value"));
            self.complain(
                place,
                "điền một trong hai dòng recognition.min_met, recognition.class",
                "fill in one of the rows recognition.min_met, recognition.class",
            );
        }
    }

    fn bases_and_awards(&mut self, bases: &Table, awards: &Table) {
        let corner = self.corner("legal_bases");
        self.line("legal_bases = [", corner.clone());
        for row in &bases.rows {
            let texts: Vec<String> = bases
                .layout
                .columns
                .iter()
                .filter_map(|column| {
                    Some(format!("{} = {}", column.key, self.value(bases, row, column, Bounds::Counts)?))
                })
                .collect();
            self.line(&format!("{{ {} }},", texts.join(", ")), bases.place(row, "vi"));
        }
        self.line("]", corner);
        let corner = self.corner("awards");
        self.line("[award]", corner);
        let mut seen = BTreeSet::new();
        for row in &awards.rows {
            let texts: Vec<String> = awards
                .layout
                .columns
                .iter()
                .filter_map(|column| self.value(awards, row, column, Bounds::Counts))
                .collect();
            let [kind, vi, en] = texts.as_slice() else { continue };
            if seen.insert(kind.clone()) {
                self.line(&format!("{kind} = {{ vi = {vi}, en = {en} }}"), awards.place(row, "kind"));
            } else {
                self.complain(awards.place(row, "kind"), "loại đơn vị bị trùng", "the kind of unit stands twice");
            }
        }
    }
}

/// The rows on how a council votes: none of them or all, and one of `more_than` and `at_least`.
fn wanted_of_council(set: &Table, given: &BTreeMap<&str, &Row>) -> Vec<&'static str> {
    let filled = |key: &str| {
        given.get(key).is_some_and(|row| ["value", "vi", "en"].iter().any(|side| !row.cell(set, side).is_blank()))
    };
    let rows = ENTRIES.iter().map(|entry| entry.key).filter(|key| key.starts_with("recognition.council."));
    let [more_than, at_least] = ["recognition.council.more_than", "recognition.council.at_least"];
    if !rows.clone().any(filled) {
        return Vec::new();
    }
    rows.filter(|key| *key != at_least && (*key != more_than || !filled(at_least))).collect()
}

/// `text.en` for `text.vi` and the other way round.
fn other_side(key: &str) -> Option<String> {
    let vi = key.strip_suffix(".vi").map(|stem| format!("{stem}.en"));
    vi.or_else(|| key.strip_suffix(".en").map(|stem| format!("{stem}.vi")))
}

/// A value of the right form in place of one that cannot be read, so that the rest is still looked at.
fn stand_in(holds: Holds, bounds: Bounds) -> String {
    match holds {
        Holds::Bound if bounds != Bounds::Counts => "\"1/1\"".to_owned(),
        Holds::Word(words) => format!("\"{}\"", words.first().copied().unwrap_or_default()),
        Holds::Ids | Holds::Kinds => "[]".to_owned(),
        Holds::Yes => "false".to_owned(),
        Holds::Count | Holds::Points | Holds::Total | Holds::Bound => "1".to_owned(),
        Holds::Share => "\"1/1\"".to_owned(),
        Holds::DayMonth => "\"01/01\"".to_owned(),
        Holds::Day => "2000-01-01".to_owned(),
        Holds::Numbers | Holds::Outcomes | Holds::Sayings | Holds::Settings => "{}".to_owned(),
        Holds::Remark | Holds::Text | Holds::Sentences => "\"\"".to_owned(),
    }
}
