//! The pages of imports (S13), display-ready.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use dienhinh_domain::{
    imports::form::{Ask, UNIT, WITHIN, asks},
    programmes::{CriteriaSet, Text},
    sheets::{FieldValue, Problem as Found, Reading, SeenColumn, Spot, Table},
    text::{format_count, legacy::Encoding},
};
use dienhinh_storage::imports::drafts::Draft;

use super::{
    drafts::{Chooser, Opened, fingerprint},
    take::Imported,
};
use crate::{
    app::App,
    dossiers::fill::words::{cut, programme_year, whole},
    web::{
        filters,
        lang::Lang,
        layout::{Choice, Shell},
        problem::Outcome,
    },
};

/// How many cells of one column are shown; the workbook of rejected rows has all.
const CELLS_MAX: usize = 20;

/// How many rows that were left out are shown.
const SKIPPED_MAX: usize = 50;

/// How much of a title is shown in a list to choose from, in characters.
const TITLE_CHARS: usize = 90;

/// A file for a cycle, and what was taken in before.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/imports.html")]
pub(crate) struct ImportsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The cycles with dossiers of the visitor's area.
    pub(crate) cycles: Vec<CycleChoice>,
    /// How large a file may be.
    pub(crate) max_mb: usize,
    /// The latest first.
    pub(crate) done: Vec<DoneLine>,
}

/// A cycle to choose.
#[derive(Debug, Clone)]
pub(crate) struct CycleChoice {
    /// Its identity.
    pub(crate) id: String,
    /// Its programme and year.
    pub(crate) text: String,
    /// How many units have a dossier in it.
    pub(crate) units: String,
}

/// An import that was made.
#[derive(Debug, Clone)]
pub(crate) struct DoneLine {
    /// The name of the file.
    pub(crate) file: String,
    /// How many rows, and when.
    pub(crate) about: String,
    /// That and when it was taken back; empty while it stands.
    pub(crate) undone: String,
    /// Where the form of taking it back leads.
    pub(crate) undo_action: String,
}

/// What the columns of a file mean.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/columns.html")]
pub(crate) struct ColumnsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The file and the cycle.
    pub(crate) about: String,
    /// `/imports/{id}`.
    pub(crate) action: String,
    /// Why what was chosen cannot be used; empty otherwise.
    pub(crate) trouble: String,
    /// The tables of the file; nothing to choose where there is one.
    pub(crate) tables: Vec<Choice>,
    /// The number of the table that is shown.
    pub(crate) table: usize,
    /// The first row of the heading and how many it has.
    pub(crate) heading: (usize, usize),
    /// The rows among which the heading begins.
    pub(crate) firsts: Vec<Choice>,
    /// How many rows it has.
    pub(crate) rows: Vec<Choice>,
    /// The meaning of these columns was said before.
    pub(crate) is_remembered: bool,
    /// What was found.
    pub(crate) columns: Vec<ColumnView>,
    /// What no column answers.
    pub(crate) unanswered: Vec<String>,
}

/// A column of a file.
#[derive(Debug, Clone)]
pub(crate) struct ColumnView {
    /// `c3`.
    pub(crate) field: String,
    /// `D`.
    pub(crate) letter: String,
    /// What stands above it.
    pub(crate) title: String,
    /// What stands above that; may be empty.
    pub(crate) above: String,
    /// What stands below it.
    pub(crate) samples: String,
    /// It means something.
    pub(crate) is_used: bool,
    /// What it may mean, by the criterion.
    pub(crate) groups: Vec<(String, Vec<Choice>)>,
}

impl ColumnsPage {
    /// The page of a table.
    pub(super) fn of(app: &App, shell: Shell, opened: &Opened, chooser: &Chooser, trouble: String) -> Outcome<Self> {
        let lang = shell.lang;
        let seen = &chooser.seen;
        let (first, rows) = (*seen.heading_rows.start(), seen.heading_rows.clone().count());
        let by_itself = Choice {
            value: String::new(),
            text: lang.t1("imports-found", "row", first),
            chosen: !chooser.is_heading_said,
        };
        let numbered = |(at, text): (usize, &String)| Choice {
            value: (at + 1).to_string(),
            text: format!("{}: {text}", at + 1),
            chosen: chooser.is_heading_said && at + 1 == first,
        };
        let of_table = |(at, of): (usize, &Table)| Choice {
            value: at.to_string(),
            text: if of.hidden { lang.t1("imports-hidden", "name", &of.name) } else { of.name.clone() },
            chosen: at == chooser.at,
        };
        let count = |count: usize| Choice { value: count.to_string(), text: count.to_string(), chosen: count == rows };
        let tables = opened.tables.iter().enumerate().map(of_table).collect();
        let answered: BTreeSet<&str> = chooser
            .asks
            .iter()
            .filter(|ask| chooser.chosen.values().any(|it| *it == ask.question.field))
            .map(Ask::of_map)
            .collect();
        let is_unanswered = |ask: &&Ask| ask.mark.is_none() && !answered.contains(ask.of_map());
        let column = |column: &SeenColumn| {
            let answers = chooser.chosen.get(&column.at);
            column_view(lang, column, &chooser.asks, answers.map(String::as_str))
        };
        let loaded = app.installed(&opened.cycle)?;
        Ok(Self {
            about: about(lang, &loaded.set, opened.cycle.year, &opened.draft),
            action: format!("/imports/{}", opened.draft.id),
            trouble,
            tables: if opened.tables.len() > 1 { tables } else { Vec::new() },
            table: chooser.at,
            heading: (first, rows),
            firsts: std::iter::once(by_itself).chain(seen.first_rows.iter().enumerate().map(numbered)).collect(),
            rows: (1..=3).map(count).collect(),
            is_remembered: chooser.is_remembered,
            columns: seen.columns.iter().map(column).collect(),
            unanswered: chooser.asks.iter().filter(is_unanswered).map(|ask| name(lang, ask)).collect(),
            shell,
        })
    }
}

fn column_view(lang: Lang, column: &SeenColumn, asks: &[Ask], answers: Option<&str>) -> ColumnView {
    let (above, title) = column.title.rsplit_once(" / ").unwrap_or(("", &column.title));
    ColumnView {
        field: format!("c{}", column.at),
        letter: letter(column.at),
        title: short(title),
        above: short(above),
        samples: column.samples.join(" · "),
        is_used: answers.is_some(),
        groups: groups(lang, asks, answers),
    }
}

fn about(lang: Lang, set: &CriteriaSet, year: i16, draft: &Draft) -> String {
    format!("{} · {}", draft.file_name, programme_year(lang, set, year))
}

/// What a column may mean, by criterion.
fn groups(lang: Lang, asks: &[Ask], chosen: Option<&str>) -> Vec<(String, Vec<Choice>)> {
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for ask in asks {
        let choice = Choice {
            value: ask.question.field.clone(),
            text: short(lang.of(&ask.label)),
            chosen: chosen == Some(&ask.question.field),
        };
        let group = if ask.criterion.is_empty() { lang.t("imports-which-unit") } else { ask.criterion.clone() };
        match groups.last_mut().filter(|(last, _)| *last == group) {
            Some((_, choices)) => choices.push(choice),
            None => groups.push((group, vec![choice])),
        }
    }
    groups
}

/// A question in one line.
fn name(lang: Lang, ask: &Ask) -> String {
    let label = lang.of(&ask.label);
    let number = ask.criterion.split_once(". ").map(|(number, _)| format!("{number}. ")).unwrap_or_default();
    short(&format!("{number}{label}"))
}

/// A title as lists and messages have it.
pub(super) fn short(text: &str) -> String {
    cut(text, TITLE_CHARS)
}

/// `A`, `Z`, `AA`.
fn letter(column: usize) -> String {
    Spot { row: 1, column: column + 1 }.to_string().trim_end_matches('1').to_owned()
}

/// What would be written, and what is wrong or doubtful.
#[derive(Debug, Clone, Template)]
#[template(path = "imports/check.html")]
pub(crate) struct CheckPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The file.
    pub(crate) file: String,
    /// `/imports/{id}`.
    pub(crate) action: String,
    /// Labels and numbers.
    pub(crate) counts: Vec<(String, String)>,
    /// The sentence above everything.
    pub(crate) sentence: String,
    /// Something can be written; the words of the button.
    pub(crate) button: String,
    /// Only sound rows are written.
    pub(crate) only_sound: bool,
    /// By which choice of columns it was checked.
    pub(crate) checked: String,
    /// How many rows were left out.
    pub(crate) skipped_all: usize,
    /// There is a workbook of the rows with mistakes.
    pub(crate) has_rejected: bool,
    /// What is wrong, by column.
    pub(crate) problems: Vec<Group>,
    /// What is doubtful, by column.
    pub(crate) warnings: Vec<Group>,
    /// Texts as they were and as they were read.
    pub(crate) letters: Vec<(String, String)>,
    /// Rows that were left out: where, what, why.
    pub(crate) skipped: Vec<(String, String, String)>,
    /// How many more.
    pub(crate) skipped_more: String,
}

/// What was found in one column.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The column.
    pub(crate) title: String,
    /// Cells, and what is said of them.
    pub(crate) cells: Vec<CellView>,
    /// How many more.
    pub(crate) more: String,
}

/// A cell of which something is said.
#[derive(Debug, Clone)]
pub(crate) struct CellView {
    /// `Biểu 1, ô D7`.
    pub(crate) place: String,
    /// All of it as a sentence.
    pub(crate) what: String,
    /// What should stand there; empty where the sentence says it.
    pub(crate) expected: String,
}

impl CheckPage {
    /// The page of what was looked at.
    pub(super) fn of(shell: Shell, set: &CriteriaSet, draft: &Draft, imported: &Imported) -> Self {
        let lang = shell.lang;
        let Imported { reading, written, replacing, unchanged, rejected, .. } = imported;
        let has_mistakes = !reading.problems.is_empty();
        let sentence = if imported.is_wrong_as_a_whole {
            "imports-whole"
        } else if has_mistakes {
            "imports-some-wrong"
        } else if *written + *unchanged == 0 || !says_something(reading) {
            "imports-no-figures"
        } else if *written == 0 {
            "imports-nothing-new"
        } else {
            "imports-all-right"
        };
        let count = |count: usize| format_count(whole(count));
        let can_write = *written > 0 && !imported.is_wrong_as_a_whole;
        let button = if has_mistakes { "imports-take-sound" } else { "imports-take" };
        let asks = asks(set);
        let skipped = reading.skipped.iter().take(SKIPPED_MAX).map(|skipped| {
            let place = skipped.row.map(|row| lang.t1("imports-row", "row", row)).unwrap_or_default();
            (join(&skipped.table, &place), skipped.shown.clone(), lang.of(&skipped.why).to_owned())
        });
        Self {
            file: draft.file_name.clone(),
            action: format!("/imports/{}", draft.id),
            counts: vec![
                (lang.t("imports-count-written"), count(*written)),
                (lang.t("imports-count-replacing"), count(*replacing)),
                (lang.t("imports-count-unchanged"), count(*unchanged)),
                (lang.t("imports-count-rejected"), count(*rejected)),
            ],
            sentence: lang.t(sentence),
            button: if can_write { lang.t1(button, "rows", count(*written)) } else { String::new() },
            only_sound: has_mistakes,
            checked: fingerprint(draft),
            skipped_all: reading.skipped.len(),
            has_rejected: matches!(&imported.rejected_rows, Ok(Some(_))),
            problems: by_column(lang, &asks, &reading.problems),
            warnings: by_column(lang, &asks, &reading.warnings),
            letters: letters(reading),
            skipped: skipped.collect(),
            skipped_more: more(lang, reading.skipped.len(), SKIPPED_MAX),
            shell,
        }
    }
}

/// Whether any row says anything beside the names of units.
fn says_something(reading: &Reading) -> bool {
    let fields = reading.records.iter().flat_map(|record| &record.fields);
    fields.filter(|field| ![UNIT, WITHIN].contains(&&*field.name)).any(|field| field.value != FieldValue::Null)
}

fn letters(reading: &Reading) -> Vec<(String, String)> {
    let old = reading.tables.iter().filter(|table| table.encoding != Encoding::Unicode);
    old.flat_map(|table| table.before_after.iter().cloned()).collect()
}

fn more(lang: Lang, all: usize, shown: usize) -> String {
    let rest = all.saturating_sub(shown);
    if rest > 0 { lang.t1("imports-more", "n", format_count(whole(rest))) } else { String::new() }
}

fn join(table: &str, place: &str) -> String {
    let parts = [table, place].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// What was found, by the column that it is of, in the order of the questions.
fn by_column(lang: Lang, asks: &[Ask], found: &[Found]) -> Vec<Group> {
    let place = |field: &str| asks.iter().position(|ask| ask.question.field == field).unwrap_or(usize::MAX);
    let mut columns: BTreeMap<usize, Vec<&Found>> = BTreeMap::new();
    for one in found {
        columns.entry(place(&one.field)).or_default().push(one);
    }
    let group = |(at, found): (usize, Vec<&Found>)| Group {
        title: asks.get(at).map_or_else(|| lang.t("imports-whole-table"), |ask| name(lang, ask)),
        more: more(lang, found.len(), CELLS_MAX),
        cells: found.iter().take(CELLS_MAX).map(|one| cell(lang, asks, one)).collect(),
    };
    columns.into_iter().map(group).collect()
}

fn cell(lang: Lang, asks: &[Ask], found: &Found) -> CellView {
    // Sentences name fields as maps do; here they have names for people.
    let named =
        |text: String, ask: &Ask| text.replace(&format!("“{}”", ask.question.field), &format!("“{}”", name(lang, ask)));
    let what = asks.iter().fold(lang.of(&found.what).to_owned(), named);
    let Text { vi, en } = &found.expected;
    let expected = lang.pick(vi, en);
    let says_it = expected.is_empty() || what.contains(expected);
    let spot = found.spot.map(|spot| lang.t1("imports-cell", "cell", spot)).unwrap_or_default();
    CellView {
        place: join(&found.table, &spot),
        what,
        expected: if says_it { String::new() } else { lang.t1("imports-expected", "what", expected) },
    }
}
