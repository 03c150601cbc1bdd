//! Where a table begins: the rows in which most titles of the map stand, and the column under each.
//!
//! A heading may have three rows. What stands above a title belongs to it if the cells are merged, or, where the file
//! knows no merges, if the cells to the right of it are empty.

use std::collections::BTreeSet;

use super::{
    Spot, Table,
    letters::Letters,
    map::{Kind, Map, Title},
    words::{brackets, key, without_brackets},
};
use crate::text::fold;

/// So far down the heading is looked for.
const ROWS_SEARCHED: usize = 40;
/// No heading has more rows.
pub(super) const ROWS_MAX: usize = 3;
/// So much of a cell is compared, in letters.
pub(super) const LABEL_CHARS: usize = 300;
/// So many cells are compared with a title that was not found.
const NEAREST_MAX: usize = 500;
/// So much of a title is compared, in letters.
const NEAREST_CHARS: usize = 60;

/// Words by which a unit of measure is one of money, as they are compared.
const MONEY: [&str; 5] = ["dong", "d", "vnd", "trd", "1000d"];

/// One column of the table that the map wants: a column of its own or one of several with marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'m> {
    /// Which column of the map.
    pub(super) column: usize,
    /// What a mark in it means.
    pub(super) mark: Option<&'m str>,
    pub(super) titles: &'m [Title],
}

/// All columns that a map wants.
pub(super) fn slots(map: &Map) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    for (column, wanted) in map.columns.iter().enumerate() {
        match &wanted.kind {
            Kind::Mark(marks) => {
                slots.extend(marks.iter().map(|mark| Slot { column, mark: Some(&mark.word), titles: &mark.titles }));
            }
            _ => slots.push(Slot { column, mark: None, titles: &wanted.titles }),
        }
    }
    slots
}

/// The text of a cell of the heading as it is compared, and which cell it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Label {
    whole: String,
    /// Without what stands in brackets.
    bare: String,
    at: (usize, usize),
}

/// Where a slot was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Found {
    #[default]
    Nowhere,
    At(usize),
    /// Its title stands above several columns.
    Twice(usize, usize),
    /// It counts in other units than the map says.
    Refused,
}

impl Found {
    pub(super) fn column(&self) -> Option<usize> {
        if let Self::At(column) = self { Some(*column) } else { None }
    }
}

/// The heading of a table. Rows from 0.
#[derive(Debug, Default)]
pub(super) struct Heading {
    pub(super) first: usize,
    pub(super) last: usize,
    /// One for each slot.
    pub(super) found: Vec<Found>,
    /// For each slot what stands above its column, from above, as it is compared.
    pub(super) paths: Vec<Vec<String>>,
    /// The cells of the same, rows and columns from 0.
    cells: Vec<Vec<(usize, usize)>>,
}

impl Heading {
    /// Where the map says it is, else where most of its titles stand.
    pub(super) fn of(map: &Map, table: &Table, letters: Letters, slots: &[Slot<'_>]) -> Self {
        match map.heading {
            Some((first, last)) => Grid::of(table, letters).heading(first - 1, last + 1 - first, slots),
            None => Self::find(table, letters, slots),
        }
    }

    /// The rows in which most slots are found; the fewest such rows, then the first.
    pub(super) fn find(table: &Table, letters: Letters, slots: &[Slot<'_>]) -> Self {
        let grid = Grid::of(table, letters);
        let has_title = grid.with_titles(slots);
        let mut best = Self { found: vec![Found::Nowhere; slots.len()], ..Self::default() };
        for rows in 1..=ROWS_MAX {
            for first in 0..ROWS_SEARCHED.min(grid.labels.len().saturating_sub(rows - 1)) {
                // Titles stand in the last row that says something, so most rows need no closer look.
                if !has_title.iter().skip(first).take(rows).any(|has| *has) {
                    continue;
                }
                let heading = grid.heading(first, rows, slots);
                if heading.matched() > best.matched() {
                    best = heading;
                }
            }
        }
        best
    }

    /// Each column that was found, the column of the map, and the row and column of its title's cell.
    pub(super) fn spots(&self, slots: &[Slot<'_>]) -> impl Iterator<Item = (usize, usize, (usize, usize))> {
        let found = slots.iter().zip(&self.found).zip(&self.cells);
        found.filter_map(|((slot, found), cells)| {
            let column = found.column()?;
            Some((column, slot.column, cells.last().copied().unwrap_or((self.last, column))))
        })
    }

    /// The cell above the column of a slot that says it counts in multiples of which its titles say nothing.
    pub(super) fn multiple(
        &self,
        at: usize,
        table: &Table,
        letters: Letters,
        slot: &Slot<'_>,
    ) -> Option<(Spot, String)> {
        let column = self.found.get(at)?.column()?;
        let own = (self.first..=self.last).map(|row| (row, column));
        let known: BTreeSet<String> = slot.titles.iter().flat_map(|title| multiples(&title.text)).collect();
        self.cells.get(at)?.iter().copied().chain(own).find_map(|(row, column)| {
            let cell = table.filled(row, column)?;
            let text = letters.text(cell)?;
            let is_new = multiples(&brackets(&text).1.join("; ")).any(|word| !known.contains(&word));
            is_new.then(|| (Spot::at(row, column), letters.shown(cell)))
        })
    }

    /// A text above the heading that says in which multiples the table counts: `ĐVT: triệu đồng`.
    pub(super) fn note(&self, table: &Table, letters: Letters) -> Option<Note> {
        let spots = (0..self.first).flat_map(|row| {
            let columns = table.rows.get(row).map_or(0, |row| row.cells.len());
            (0..columns).map(move |column| (row, column))
        });
        spots.into_iter().find_map(|(row, column)| {
            let cell = table.filled(row, column)?;
            let text = letters.text(cell)?;
            let said = unit_of_measure(&text)?;
            let words: Vec<String> = multiples(&said).collect();
            let is_money = fold(&said).split(' ').any(|word| MONEY.contains(&word));
            (!words.is_empty()).then(|| Note {
                spot: Spot::at(row, column),
                shown: letters.shown(cell),
                words,
                is_money,
            })
        })
    }

    /// How many slots have a title in it.
    pub(super) fn matched(&self) -> usize {
        self.found.iter().filter(|found| **found != Found::Nowhere).count()
    }
}

pub(super) struct Grid {
    labels: Vec<Vec<Label>>,
    /// Whether a merge touches the row.
    is_merged: Vec<bool>,
}

impl Grid {
    pub(super) fn of(table: &Table, letters: Letters) -> Self {
        let rows = table.rows.iter().take(ROWS_SEARCHED + ROWS_MAX - 1);
        let width = rows.clone().map(|row| row.cells.len()).max().unwrap_or_default();
        let own = |(row, cells): (usize, &super::Row)| {
            let label = |column| match cells.cells.get(column).and_then(|cell| letters.text(cell)) {
                Some(text) => {
                    Label { whole: cut(key(&text)), bare: cut(key(&without_brackets(&text))), at: (row, column) }
                }
                None => Label { at: (row, column), ..Label::default() },
            };
            (0..width).map(label).collect::<Vec<_>>()
        };
        let own: Vec<Vec<Label>> = rows.enumerate().map(own).collect();
        let mut grid = Self { is_merged: vec![false; own.len()], labels: own.clone() };
        for (row, labels) in grid.labels.iter_mut().enumerate() {
            let mut merges: Vec<_> = table.merges.iter().filter(|merge| merge.rows.contains(&row)).collect();
            merges.sort_by_key(|merge| *merge.columns.start());
            let mut free_from = 0;
            for merge in merges {
                grid.is_merged[row] = true;
                let anchor = own.get(*merge.rows.start()).and_then(|row| row.get(*merge.columns.start()));
                let Some(anchor) = anchor.filter(|anchor| !anchor.whole.is_empty()) else { continue };
                let columns = free_from.max(*merge.columns.start())..merge.columns.end().saturating_add(1).min(width);
                free_from = free_from.max(columns.end);
                for label in labels.get_mut(columns).into_iter().flatten().filter(|label| label.whole.is_empty()) {
                    label.clone_from(anchor);
                }
            }
        }
        grid
    }

    /// Of each row whether a title of the map, or its lowest part, stands in it.
    fn with_titles(&self, slots: &[Slot<'_>]) -> Vec<bool> {
        let titles = slots.iter().flat_map(|slot| slot.titles).filter_map(|title| title.parts.last());
        let titles: BTreeSet<&String> = titles.collect();
        let is_title = |label: &Label| titles.contains(&label.whole) || titles.contains(&label.bare);
        self.labels.iter().map(|labels| labels.iter().any(is_title)).collect()
    }

    /// The heading that so many rows are.
    pub(super) fn heading(&self, first: usize, rows: usize, slots: &[Slot<'_>]) -> Heading {
        let mut heading = Heading { first, last: first + rows - 1, ..Heading::default() };
        let paths = self.paths(first, rows);
        for slot in slots {
            let (found, path) = place(slot, &paths);
            heading.found.push(found);
            heading.paths.push(path.iter().map(|label| label.whole.clone()).collect());
            heading.cells.push(path.iter().map(|label| label.at).collect());
        }
        heading
    }

    /// The row in which most columns say something; of equals the first.
    pub(super) fn fullest_row(&self) -> usize {
        let filled = |labels: &Vec<Label>| labels.iter().filter(|label| !label.bare.is_empty()).count();
        let rows = self.labels.iter().enumerate().rev();
        rows.max_by_key(|(_, labels)| filled(labels)).map_or(0, |(row, _)| row)
    }

    /// The cells that stand above each column, from above, in the rows of a heading.
    pub(super) fn places(&self, first: usize, last: usize) -> Vec<Vec<(usize, usize)>> {
        let paths = self.paths(first, last + 1 - first);
        paths.iter().map(|path| path.iter().map(|label| label.at).collect()).collect()
    }

    /// What stands above each column, from above, in so many rows.
    fn paths(&self, first: usize, rows: usize) -> Vec<Vec<&Label>> {
        let window = self.labels.get(first..first + rows).unwrap_or_default();
        let mut paths: Vec<Vec<&Label>> = vec![Vec::new(); window.first().map_or(0, Vec::len)];
        for (at, labels) in window.iter().enumerate() {
            let below = window.get(at + 1..).unwrap_or_default();
            let is_merged = self.is_merged.get(first + at).copied().unwrap_or_default();
            let mut left: Option<&Label> = None;
            for (column, (label, path)) in labels.iter().zip(&mut paths).enumerate() {
                let has_below = || below.iter().any(|row| row.get(column).is_some_and(|label| !label.whole.is_empty()));
                let label = match label.whole.is_empty() {
                    false => Some(label),
                    true if !is_merged && left.is_some() && has_below() => left,
                    true => continue,
                };
                left = label;
                // Units and numbers of columns, `(hộ)` and `(1)`, say nothing that a title says.
                path.extend(label.filter(|label| !label.bare.is_empty() && path.last() != Some(label)));
            }
        }
        paths
    }
}

/// So much of a key as is compared.
pub(super) fn cut(mut key: String) -> String {
    if let Some((at, _)) = key.char_indices().nth(LABEL_CHARS) {
        key.truncate(at);
    }
    key
}

/// A unit of measure that is said for a whole table.
pub(super) struct Note {
    /// Where it stands.
    pub(super) spot: Spot,
    /// What a reader sees there.
    pub(super) shown: String,
    /// Its words that mean a multiple, as they are compared.
    words: Vec<String>,
    /// It is one of money.
    is_money: bool,
}

impl Note {
    /// Whether it is meant of a column with these titles, which do not say it themselves.
    pub(super) fn is_of(&self, kind: &Kind, titles: &[Title]) -> bool {
        let is_of_kind = if self.is_money { *kind == Kind::Money } else { kind.is_number() && *kind != Kind::Money };
        let known: BTreeSet<String> = titles.iter().flat_map(|title| multiples(&title.text)).collect();
        is_of_kind && self.words.iter().any(|word| !known.contains(word))
    }
}

/// The words behind `ĐVT` or `Đơn vị tính` in a text.
fn unit_of_measure(text: &str) -> Option<String> {
    let text = in_full(text);
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let behind = (0..folded.len()).find_map(|at| match folded.get(at..)? {
        [first, ..] if first == "dvt" => Some(at + 1),
        [first, second, third, ..] if [first, second, third] == ["don", "vi", "tinh"] => Some(at + 3),
        _ => None,
    });
    behind.and_then(|from| words.get(from..)).map(|rest| rest.join(" "))
}

/// A thousand without what parts its digits.
fn in_full(text: &str) -> String {
    text.to_lowercase().replace("1.000", "1000").replace("1,000", "1000")
}

/// Whether a title counts in multiples, in its brackets, of which what is asked for says nothing.
pub(super) fn is_multiple_of(title: &str, asked: &str) -> bool {
    let known: BTreeSet<String> = multiples(asked).collect();
    multiples(&brackets(title).1.join("; ")).any(|word| !known.contains(&word))
}

/// The words of a text that mean a multiple, as they are compared: `triệu đồng`, `1.000đ`, not `tỷ lệ` nor `phần trăm`.
fn multiples(text: &str) -> impl Iterator<Item = String> {
    let text = in_full(text);
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let folded = |at: Option<usize>| at.and_then(|at| words.get(at)).map(|word| fold(word)).unwrap_or_default();
    let is_multiple = |at: usize, word: &str| match word {
        "tỷ" | "tỉ" | "ty" | "ti" => {
            !["le", "suat", "so", "trong"].contains(&folded(at.checked_add(1)).as_str())
                && folded(at.checked_sub(1)) != "cong"
        }
        "trăm" => !["phan", "tren"].contains(&folded(at.checked_sub(1)).as_str()),
        "nghìn" | "ngàn" | "triệu" | "nghin" | "ngan" | "trieu" | "tr" | "trđ" | "1000" | "1000đ" | "1000d" => {
            true
        }
        _ => false,
    };
    let found: Vec<String> =
        words.iter().enumerate().filter(|(at, word)| is_multiple(*at, word)).map(|(_, word)| fold(word)).collect();
    // `1000đ` and `trđ` say what `1000 đ` and `tr đ` say.
    found.into_iter().map(|word| if word.len() > 2 { word.trim_end_matches('d').to_owned() } else { word })
}

/// The column of a slot. A title in its own words counts more than one with brackets behind it, and of several titles
/// the first that stands there.
fn place<'a>(slot: &Slot<'_>, paths: &'a [Vec<&'a Label>]) -> (Found, &'a [&'a Label]) {
    let fitting = |title: &Title, is_whole: bool| -> Vec<(usize, &'a [&'a Label])> {
        let paths = paths.iter().enumerate().filter(|(_, path)| fits(title, path, is_whole));
        paths.map(|(column, path)| (column, path.as_slice())).collect()
    };
    let ways = [true, false].into_iter().flat_map(|is_whole| slot.titles.iter().map(move |title| (title, is_whole)));
    let found =
        ways.map(|(title, is_whole)| (title, fitting(title, is_whole))).find(|(_, columns)| !columns.is_empty());
    let columns = found.map(|(title, columns)| whole_paths(title, columns)).unwrap_or_default();
    let Some(((column, path), rest)) = columns.split_first() else { return (Found::Nowhere, &[]) };
    // A title over several columns that are one cell is one title, and the first of them has the values.
    match rest.iter().find(|(_, other)| other.last().map(|label| label.at) != path.last().map(|label| label.at)) {
        Some((other, _)) => (Found::Twice(*column, *other), path),
        None => (Found::At(*column), path),
    }
}

/// Of several columns that a title fits those above which nothing else stands: `Số hộ` and not `Hộ nghèo / Số hộ`.
fn whole_paths<'a>(title: &Title, columns: Vec<(usize, &'a [&'a Label])>) -> Vec<(usize, &'a [&'a Label])> {
    let whole: Vec<_> = columns.iter().copied().filter(|(_, path)| path.len() == title.parts.len()).collect();
    if whole.is_empty() { columns } else { whole }
}

fn fits(title: &Title, path: &[&Label], is_whole: bool) -> bool {
    let same = |label: &Label, part: &String| label.whole == *part || !is_whole && label.bare == *part;
    let (Some((part, above)), Some((label, path))) = (title.parts.split_last(), path.split_last()) else {
        return false;
    };
    let mut path = path.iter();
    same(label, part) && above.iter().all(|part| path.any(|label| same(label, part)))
}

/// The cell of the heading, or of all rows where there is none, that reads most like a title, and its text.
pub(super) fn nearest(table: &Table, letters: Letters, heading: &Heading, titles: &[Title]) -> Option<(Spot, String)> {
    let rows = if heading.matched() > 0 { heading.first..heading.last + 1 } else { 0..ROWS_SEARCHED };
    let cells = rows.flat_map(|row| {
        let cells = table.rows.get(row).into_iter().flat_map(|row| row.cells.iter().enumerate());
        cells.filter_map(move |(column, cell)| Some((Spot::at(row, column), letters.text(cell)?)))
    });
    let wanted: Vec<&String> = titles.iter().filter_map(|title| title.parts.last()).collect();
    let mut best: Option<(usize, Spot, String)> = None;
    for (spot, text) in cells.take(NEAREST_MAX) {
        let found = key(&text);
        for wanted in wanted.iter().filter(|_| !found.is_empty()) {
            let (one, other) = (short(&found), short(wanted));
            let steps = distance(&one, &other);
            let is_part = found.contains(wanted.as_str()) || wanted.contains(&found);
            let is_near = is_part || steps * 2 <= one.len().max(other.len());
            if is_near && best.as_ref().is_none_or(|(least, ..)| steps < *least) {
                best = Some((steps, spot, text.clone()));
            }
        }
    }
    best.map(|(_, spot, text)| (spot, text))
}

fn short(key: &str) -> Vec<char> {
    key.chars().take(NEAREST_CHARS).collect()
}

/// How many letters to add, take away or change.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (cell, second) in row.iter_mut().zip([None].into_iter().chain(other.iter().map(Some))) {
            let above = *cell;
            *cell = match second {
                None => left,
                Some(second) => (diagonal + usize::from(letter != second)).min(above + 1).min(left + 1),
            };
            (diagonal, left) = (above, *cell);
        }
    }
    row.last().copied().unwrap_or_default()
}
