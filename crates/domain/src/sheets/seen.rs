//! A table as it is shown to who says what its columns mean: where its heading probably is, what stands above each column
//! and below it, and which column probably answers which question.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use super::{
    Table,
    heading::{Found, Grid, Heading, LABEL_CHARS, ROWS_MAX, Slot, is_multiple_of, slots},
    letters::Letters,
    map::{Map, Title},
    rejected::REASONS,
    words::{key, one_line},
};

/// So many values are shown of a column.
const SAMPLES: usize = 3;
/// So far below the heading they are looked for.
const SAMPLE_ROWS: usize = 200;
/// So many rows are offered as the beginning of the heading.
const ROWS_SHOWN: usize = 42;
/// So much of a row is shown, in characters.
const ROW_CHARS: usize = 100;
/// So many columns are shown; no form has more.
const COLUMNS_MAX: usize = 400;
/// So much of a text of a heading is looked at, in characters.
const PART_CHARS: usize = 1_000;

/// What a column may answer, and what may stand above such a column, the surest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The field of the record.
    pub field: String,
    /// As a [`Map`] writes them: `Số hộ`, `1. Đăng ký / Số hộ`.
    pub titles: Vec<String>,
}

/// A table to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its name in Unicode.
    pub name: String,
    /// The rows of its heading, from 1.
    pub heading_rows: RangeInclusive<usize>,
    /// Its first rows in words, to choose the heading from.
    pub first_rows: Vec<String>,
    /// Its columns that have a title.
    pub columns: Vec<SeenColumn>,
    /// For each question the place among the columns of the one that probably answers it.
    pub answered_by: Vec<Option<usize>>,
}

/// A column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenColumn {
    /// Which one, from 0.
    pub at: usize,
    /// What stands above it, from above, as a map writes titles.
    pub title: String,
    /// Some of what stands below.
    pub samples: Vec<String>,
}

impl SeenColumn {
    /// Whether it counts in multiples of which a label says nothing: `Số hộ (nghìn)` is not what `Số hộ` asks for.
    pub fn is_multiple_of(&self, label: &str) -> bool {
        is_multiple_of(&self.title, label)
    }
}

/// Whether a map reads a table as it is shown: the same heading, and each field, or each mark of a field by its word, in the
/// column chosen for it.
pub fn reads_as_chosen(
    map: &Map,
    table: &Table,
    heading: &RangeInclusive<usize>,
    chosen: &BTreeMap<(&str, Option<&str>), usize>,
) -> bool {
    let slots = slots(map);
    let found = Heading::of(map, table, Letters::of(table), &slots);
    let is_chosen = |(slot, found): (&Slot<'_>, &Found)| {
        let field = map.columns.get(slot.column).map(|column| &*column.field);
        found.column().is_some() && found.column() == field.and_then(|field| chosen.get(&(field, slot.mark)).copied())
    };
    let rows = found.first + 1..=found.last + 1;
    // Rows above that only say more belong to the same heading.
    rows.end() == heading.end() && slots.iter().zip(&found.found).all(is_chosen)
}

/// The rows of the heading by which a map reads a table, from 1.
pub fn heading_of(map: &Map, table: &Table) -> RangeInclusive<usize> {
    let heading = Heading::of(map, table, Letters::of(table), &slots(map));
    heading.first + 1..=heading.last + 1
}

/// Looks at a table; `heading` are the rows of its heading, from 1, where somebody said so.
pub fn see(table: &Table, questions: &[Question], heading: Option<RangeInclusive<usize>>) -> Seen {
    let letters = Letters::of(table);
    let titles = |question: &Question| question.titles.iter().filter_map(|title| Title::of(title)).collect();
    let titles: Vec<Vec<Title>> = questions.iter().map(titles).collect();
    let slot = |(column, titles)| Slot { column, mark: None, titles };
    let slots: Vec<Slot<'_>> = titles.iter().map(Vec::as_slice).enumerate().map(slot).collect();
    let grid = Grid::of(table, letters);
    let heading = match heading {
        Some(rows) => {
            let first = rows.start().saturating_sub(1);
            grid.heading(first, rows.end().saturating_sub(first).max(1), &slots)
        }
        None => Some(Heading::find(table, letters, &slots)).filter(|heading| heading.matched() > 0).map_or_else(
            || grid.heading(grid.fullest_row(), 1, &slots),
            |heading| whole(table, &grid, &slots, heading),
        ),
    };
    let columns = columns(table, letters, &grid, &heading);
    let found: Vec<Option<usize>> =
        titles.iter().enumerate().map(|(at, titles)| sure(&grid, &heading, at, titles)).collect();
    let place = |column: &Option<usize>| {
        // What two questions find in one column answers neither surely.
        let is_alone = found.iter().filter(|other| *other == column).count() == 1;
        columns.iter().position(|seen| is_alone && Some(seen.at) == *column)
    };
    Seen {
        name: letters.name(&table.name),
        heading_rows: heading.first + 1..=heading.last + 1,
        first_rows: (0..table.rows.len().min(ROWS_SHOWN)).map(|row| shown_row(table, letters, row)).collect(),
        answered_by: found.iter().map(place).collect(),
        columns,
    }
}

/// A heading with the rows above and below it that cells join to it: its titles were found without them.
fn whole(table: &Table, grid: &Grid, slots: &[Slot<'_>], heading: Heading) -> Heading {
    let own = heading.first..=heading.last;
    let joined = table.merges.iter().map(|merge| &merge.rows).filter(|rows| own.clone().any(|row| rows.contains(&row)));
    let (first, last) = joined
        .fold((heading.first, heading.last), |(first, last), rows| (first.min(*rows.start()), last.max(*rows.end())));
    if last - first >= ROWS_MAX {
        return heading;
    }
    let whole = grid.heading(first, last + 1 - first, slots);
    if whole.matched() >= heading.matched() { whole } else { heading }
}

/// The column of a question, where all of its titles that stand there stand above the same one.
fn sure(grid: &Grid, heading: &Heading, question: usize, titles: &[Title]) -> Option<usize> {
    let found = heading.found.get(question)?.column()?;
    let slots: Vec<Slot<'_>> = titles.chunks(1).map(|titles| Slot { column: question, mark: None, titles }).collect();
    let each = grid.heading(heading.first, heading.last + 1 - heading.first, &slots);
    each.found.iter().filter_map(Found::column).all(|column| column == found).then_some(found)
}

fn columns(table: &Table, letters: Letters, grid: &Grid, heading: &Heading) -> Vec<SeenColumn> {
    let mut lasts = BTreeSet::new();
    let mut columns = Vec::new();
    for (at, path) in grid.places(heading.first, heading.last).into_iter().enumerate().take(COLUMNS_MAX) {
        let Some(last) = path.last().copied() else { continue };
        // Columns below one cell are one column, and the first of them has the values.
        if !lasts.insert(last) {
            continue;
        }
        let text = |place: &(usize, usize)| Some(part(&letters.text(table.cell(place.0, place.1)?)?));
        let parts: Vec<String> = path.iter().filter_map(text).collect();
        if key(&parts.join(" ")) != key(REASONS) {
            let samples = samples(table, letters, heading.last + 1, at);
            columns.push(SeenColumn { at, title: parts.join(" / "), samples });
        }
    }
    columns
}

/// A text of a heading as one part of a title, no longer than it is compared.
fn part(text: &str) -> String {
    let mut letters = 0;
    let within = |letter: &char| {
        letters += usize::from(letter.is_alphanumeric());
        letters <= LABEL_CHARS
    };
    let text: String = text.chars().take(PART_CHARS).take_while(within).collect();
    one_line(&text).replace(" / ", "/")
}

fn samples(table: &Table, letters: Letters, from: usize, column: usize) -> Vec<String> {
    let rows = from..table.rows.len().min(from.saturating_add(SAMPLE_ROWS));
    let texts = rows.filter_map(|row| table.filled(row, column)).map(|cell| letters.shown(cell));
    texts.filter(|text| !is_number_of_column(text)).take(SAMPLES).collect()
}

/// `(3)`, as it stands below a heading.
fn is_number_of_column(text: &str) -> bool {
    let inside = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inside.is_some_and(|inside| !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit()))
}

fn shown_row(table: &Table, letters: Letters, row: usize) -> String {
    let cells = table.rows.get(row).map(|row| row.cells.as_slice()).unwrap_or_default();
    let texts = cells.iter().filter(|cell| !cell.value.is_blank()).map(|cell| letters.shown(cell));
    let mut shown = String::new();
    for text in texts {
        if !shown.is_empty() {
            shown.push_str(" · ");
        }
        shown.push_str(&text);
        if let Some((at, _)) = shown.char_indices().nth(ROW_CHARS) {
            shown.truncate(at);
            shown.push('…');
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Cell, Merge, Row, Value};
    use super::*;

    fn table(lines: &str, merges: Vec<Merge>) -> Table {
        let cell = |text: &str| Cell { value: Value::Text(text.to_owned()), font: None::<Arc<str>> };
        let row = |line: &str| Row { hidden: false, cells: line.split('|').map(cell).collect() };
        Table { name: "Biểu 1".to_owned(), rows: lines.lines().map(row).collect(), merges, ..Table::default() }
    }

    fn question(field: &str, titles: &[&str]) -> Question {
        Question { field: field.to_owned(), titles: titles.iter().map(|title| (*title).to_owned()).collect() }
    }

    fn questions() -> [Question; 3] {
        [
            question("unit", &["Đơn vị", "Khóm"]),
            question("total", &["1. Đăng ký / Số hộ", "Số hộ"]),
            question("registered", &["1. Đăng ký / Đã đăng ký", "Đã đăng ký"]),
        ]
    }

    #[test]
    fn the_heading_and_what_answers_what_are_found() {
        let lines = "Phường 1||\nBIỂU TỔNG HỢP||\nKhóm|SỐ HỘ (hộ)|Đã đăng ký|Ghi chú\nKhóm 1|120|100|\nKhóm 2|80|80|đủ";
        let seen = see(&table(lines, Vec::new()), &questions(), None);
        assert_eq!((seen.heading_rows, seen.answered_by), (3..=3, vec![Some(0), Some(1), Some(2)]));
        let titles: Vec<_> = seen.columns.iter().map(|column| &*column.title).collect();
        assert_eq!(titles, ["Khóm", "SỐ HỘ (hộ)", "Đã đăng ký", "Ghi chú"]);
        assert_eq!(seen.columns[1].samples, ["120", "80"]);
        assert_eq!(seen.columns[3].samples, ["đủ"]);
        assert_eq!(seen.first_rows[2], "Khóm · SỐ HỘ (hộ) · Đã đăng ký · Ghi chú");
    }

    #[test]
    fn of_merged_headings_the_whole_way_down_is_shown() {
        let merges = vec![Merge { rows: 0..=1, columns: 0..=0 }, Merge { rows: 0..=0, columns: 1..=2 }];
        let lines = "Đơn vị|1. Đăng ký|\n|Đã đăng ký|Số hộ\nKhóm 1|5|6";
        let seen = see(&table(lines, merges), &questions(), None);
        assert_eq!((&seen.heading_rows, &seen.answered_by), (&(1..=2), &vec![Some(0), Some(2), Some(1)]));
        let shown: Vec<_> = seen.columns.iter().map(|column| &*column.title).collect();
        assert_eq!(shown, ["Đơn vị", "1. Đăng ký / Đã đăng ký", "1. Đăng ký / Số hộ"]);
    }

    #[test]
    fn a_heading_goes_on_below_the_row_in_which_its_titles_were_found() {
        let merges = vec![Merge { rows: 0..=1, columns: 0..=0 }, Merge { rows: 0..=0, columns: 1..=2 }];
        let lines = "Khóm|Kết quả|\n|Đạt|Không đạt\n(1)|(2)|(3)\nKhóm 1|x|\nKhóm 2||x";
        let seen = see(&table(lines, merges), &questions(), None);
        assert_eq!(seen.heading_rows, 1..=2);
        let shown: Vec<_> = seen.columns.iter().map(|column| (&*column.title, column.samples.join(" "))).collect();
        let expected = [("Khóm", "Khóm 1 Khóm 2"), ("Kết quả / Đạt", "x"), ("Kết quả / Không đạt", "x")];
        assert_eq!(shown, expected.map(|(title, samples)| (title, samples.to_owned())));
    }

    #[test]
    fn whoever_knows_better_says_where_the_heading_is() {
        let lines = "Khóm|Số hộ|Đã đăng ký\nA|B|C\nKhóm 1|5|6";
        let seen = see(&table(lines, Vec::new()), &questions(), Some(2..=2));
        assert_eq!((seen.heading_rows, seen.answered_by), (2..=2, vec![None; 3]));
        assert_eq!(seen.columns[0].samples, ["Khóm 1"]);
        for beyond in [90..=90, 0..=0] {
            let seen = see(&table(lines, Vec::new()), &questions(), Some(beyond.clone()));
            assert!(seen.answered_by.len() == 3, "{beyond:?}");
        }
    }

    #[test]
    fn what_is_in_doubt_is_not_guessed() {
        // Two questions for one column, one question for two columns, no question at all.
        let both = [question("a", &["Số hộ"]), question("b", &["Số hộ"]), question("c", &["Đạt"])];
        let seen = see(&table("Số hộ|Đạt|Đạt\n1|2|3", Vec::new()), &both, None);
        assert_eq!(seen.answered_by, [None, None, None]);
        let two = see(&table("Khóm|Đơn vị|Số hộ\nKhóm 1|Phường 1|5", Vec::new()), &questions(), None);
        assert_eq!(two.answered_by, [None, Some(2), None], "either may name the unit");
        let nothing = see(&table("x\nTên|Nhóm|Loại\n1|2", Vec::new()), &questions(), None);
        assert_eq!((nothing.heading_rows, nothing.columns.len()), (2..=2, 3));
        let empty = see(&Table::default(), &questions(), None);
        assert_eq!((empty.columns.len(), empty.answered_by), (0, vec![None; 3]));
    }

    #[test]
    fn a_column_that_counts_otherwise_is_known() {
        let seen =
            see(&table("Khóm|Số hộ (nghìn)|Kinh phí (triệu đồng)|Số hộ (hộ)|Lỗi", Vec::new()), &questions(), None);
        let is = |column: usize, label: &str| seen.columns[column].is_multiple_of(label);
        assert_eq!([is(1, "Số hộ"), is(2, "Kinh phí năm nay (triệu đồng)"), is(3, "Số hộ")], [true, false, false]);
        assert_eq!(seen.columns.len(), 4, "the reasons of an earlier import are no figures");
    }

    #[test]
    fn huge_titles_are_cut_where_they_are_no_longer_compared() {
        let title = "Số hộ ".repeat(20_000);
        let seen = see(&table(&format!("Khóm|{title}\nKhóm 1|5"), Vec::new()), &questions(), Some(1..=1));
        assert!(seen.columns[1].title.chars().count() <= PART_CHARS);
        let map = format!(
            "name = \"a\"\n[[column]]\nfield = \"total\"\ntitles = [\"{}\"]\nvalue = {{ kind = \"count\" }}\n",
            seen.columns[1].title
        );
        let map = Map::read(&map).unwrap();
        let table = table(&format!("Khóm|{title}\nKhóm 1|5"), Vec::new());
        assert!(reads_as_chosen(&map, &table, &(1..=1), &[(("total", None), 1)].into()));
        assert!(!reads_as_chosen(&map, &table, &(1..=1), &[(("total", None), 0)].into()));
    }
}
