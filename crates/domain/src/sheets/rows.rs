//! What a row below the heading is: a record, or one of the other things that people put into tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Table, Value,
    captions::{self, Signed},
    columns::Spans,
    heading::{Heading, Slot},
    letters::Letters,
    map::{Kind, Map},
    words::{key, may_be},
};

/// A word of totals stands among so many first cells.
const TOTAL_CELLS: usize = 2;
/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    /// Nothing in it.
    Blank,
    /// The heading again, as on a new page.
    Heading,
    /// Numbers of columns below a heading.
    Numbers,
    /// Sums of the rows above.
    Total,
    /// Who signed; the table ends.
    Signature,
    /// Hardly anything in it, behind an empty row.
    Thin,
    /// Nothing in the columns of the map.
    Beside,
    /// One text across the table, as above a part of it.
    Across,
    /// Something behind the end.
    After,
    /// Behind the end and yet as full as a record.
    Lost,
    /// A record.
    Record,
}

/// What was met on the way down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    in_heading: bool,
    is_gap: bool,
    has_ended: bool,
}

impl Before {
    /// Right under the heading.
    pub(super) const HEADING: Self = Self { in_heading: true, is_gap: false, has_ended: false };

    /// What is so after a row.
    pub(super) fn after(self, row: Is) -> Self {
        match row {
            Is::Heading => Self::HEADING,
            Is::Blank => Self { is_gap: true, ..self },
            Is::Numbers => self,
            Is::Signature => Self { has_ended: true, in_heading: false, ..self },
            Is::Record => Self { is_gap: false, in_heading: false, ..self },
            _ => Self { in_heading: false, ..self },
        }
    }
}

/// How much of what the map wants a row says.
struct Fullness {
    /// Of so many of its columns.
    said: usize,
    /// Of so many it could.
    wanted: usize,
    /// Less than half of that, and not all that must be there.
    is_thin: bool,
    /// Numbers, days or marks are among it; where the table wants none, half of what it wants counts as such.
    has_figures: bool,
    /// Of what must be there something is.
    is_claimed: bool,
}

/// A table, its map and where they meet.
pub(super) struct Body<'a> {
    pub(super) table: &'a Table,
    pub(super) letters: Letters,
    pub(super) map: &'a Map,
    pub(super) slots: &'a [Slot<'a>],
    pub(super) heading: &'a Heading,
    pub(super) spans: Spans,
}

impl<'a> Body<'a> {
    /// The slots that the table has, each with its column.
    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, &Slot<'a>, usize)> {
        let found = self.slots.iter().zip(&self.heading.found).enumerate();
        found.filter_map(|(at, (slot, found))| Some((at, slot, found.column()?)))
    }

    pub(super) fn is(&self, row: usize, before: Before) -> Is {
        let cells = self.table.rows.get(row).map_or(&[][..], |row| &row.cells);
        // A cell of odd spaces alone is as empty as any other.
        let is_blank = |value: &Value| match value {
            Value::Text(text) => text.chars().all(|letter| letter.is_whitespace() || letter == '\u{200b}'),
            other => other.is_blank(),
        };
        let filled: Vec<usize> =
            (0..).zip(cells).filter(|(_, cell)| !is_blank(&cell.value)).map(|(at, _)| at).collect();
        if filled.is_empty() {
            return Is::Blank;
        }
        if self.is_heading(row, before.in_heading) {
            return Is::Heading;
        }
        if before.in_heading && self.is_numbers(row, &filled) {
            return Is::Numbers;
        }
        let Fullness { said, wanted, is_thin, has_figures, is_claimed } = self.fullness(&filled);
        if before.has_ended {
            return if is_thin || !has_figures { Is::After } else { Is::Lost };
        }
        if self.is_total(row, &filled) {
            Is::Total
        } else if (is_thin || !has_figures) && self.is_signature(row, &filled, before.is_gap) {
            Is::Signature
        } else if is_thin && before.is_gap && !has_figures && !is_claimed {
            Is::Thin
        } else if said == 0 {
            Is::Beside
        } else if self.is_across(row, &filled, wanted) {
            Is::Across
        } else {
            Is::Record
        }
    }

    fn fullness(&self, filled: &[usize]) -> Fullness {
        // Of several columns with marks one is enough.
        let mut columns: BTreeMap<usize, bool> = BTreeMap::new();
        for (_, slot, column) in self.columns() {
            *columns.entry(slot.column).or_default() |= filled.binary_search(&column).is_ok();
        }
        let (said, wanted) = (columns.values().filter(|is_said| **is_said).count(), columns.len());
        let mut required = columns.iter().filter(|(of, _)| self.map.columns.get(**of).is_some_and(|of| of.required));
        let is_claimed = required.clone().any(|(_, is_said)| *is_said);
        let has_required = is_claimed && required.all(|(_, is_said)| *is_said);
        let is_figure = |of: &usize| {
            let kind = self.map.columns.get(*of).map(|column| &column.kind);
            kind.is_some_and(|kind| kind.is_number() || matches!(kind, Kind::Day | Kind::Mark(_)))
        };
        let is_half = said * 2 >= wanted;
        let wants_figures = columns.keys().any(is_figure);
        let has_figures = columns.iter().any(|(of, is_said)| *is_said && is_figure(of));
        Fullness {
            said,
            wanted,
            is_thin: !is_half && !has_required,
            has_figures: has_figures || !wants_figures && is_half,
            is_claimed,
        }
    }

    /// A single text over half of the columns at least.
    fn is_across(&self, row: usize, filled: &[usize], wanted: usize) -> bool {
        let [column] = filled else { return false };
        let last = self.spans.last_column(row, *column);
        let covered: BTreeSet<usize> =
            self.columns().filter(|(.., at)| (*column..=last).contains(at)).map(|(_, slot, _)| slot.column).collect();
        covered.len() > 1 && covered.len() * 2 >= wanted
    }

    fn is_heading(&self, row: usize, in_heading: bool) -> bool {
        let mut same = 0;
        for (at, _, column) in self.columns() {
            let Some(cell) = self.table.filled(row, column) else { continue };
            let text = self.letters.text(cell).unwrap_or_default();
            let path = self.heading.paths.get(at).map_or(&[][..], Vec::as_slice);
            if !path.iter().any(|title| may_be(&text, title) && *title == key(&text)) {
                return false;
            }
            same += 1;
        }
        same >= 2 || same == 1 && (in_heading || self.slots.len() == 1)
    }

    /// `(1) (2) (3)=(2)/(1)`, `A B 1 2 3`.
    fn is_numbers(&self, row: usize, filled: &[usize]) -> bool {
        let (mut next, mut in_brackets, mut count, mut letters) = (None, 0, 0, 0);
        for column in filled {
            let Some(cell) = self.table.cell(row, *column) else { return false };
            let text: String = self.letters.shown(cell).split_whitespace().collect();
            let bare = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&text);
            if let Ok(number) = bare.parse::<u32>() {
                if next.is_some_and(|next| next != number) || next.is_none() && number > 2 {
                    return false;
                }
                (next, count) = (Some(number.saturating_add(1)), count + 1);
                in_brackets += usize::from(bare.len() < text.len());
                continue;
            }
            let is_formula = text.contains(['=', '/', '+']) && !text.contains(char::is_alphabetic);
            let is_letter = bare.len() == 1 && bare.bytes().all(|letter| letter.is_ascii_uppercase());
            if !is_formula && !is_letter {
                return false;
            }
            letters += usize::from(is_letter);
            // A formula stands for the number of its own column.
            next = next.map(|next| if is_formula { next.saturating_add(1) } else { next });
        }
        // Three figures alone may be the data of a row; under every title they are not.
        let is_wide = count + letters >= 4 && count >= 3;
        is_wide || count >= 3 && self.is_under_all(filled) || count >= 1 && count == in_brackets
    }

    /// Something stands under each cell of the heading.
    fn is_under_all(&self, filled: &[usize]) -> bool {
        let width = |row: usize| self.table.rows.get(row).map_or(0, |row| row.cells.len());
        let mut titles = (self.heading.first..=self.heading.last)
            .flat_map(|row| (0..width(row)).filter(move |column| self.table.filled(row, *column).is_some()));
        titles.all(|column| filled.binary_search(&column).is_ok())
    }

    fn is_total(&self, row: usize, filled: &[usize]) -> bool {
        let text = |column: &usize| self.table.cell(row, *column).and_then(|cell| self.letters.text(cell));
        filled.iter().take(TOTAL_CELLS).filter_map(text).any(|text| captions::is_total(&text))
    }

    /// Who signed, or where and when; a date within other words behind a gap alone. What must be there in every row is
    /// signed itself, or the row is a record.
    fn is_signature(&self, row: usize, filled: &[usize], is_gap: bool) -> bool {
        let of = |column: usize| {
            let column = self.columns().find(|(.., at)| *at == column).map(|(_, slot, _)| slot.column)?;
            self.map.columns.get(column)
        };
        let mut is_signature = false;
        for column in filled {
            let text = self.table.cell(row, *column).and_then(|cell| self.letters.text(cell));
            let wanted = of(*column);
            let is_signed = match text.as_deref().map_or(Signed::No, captions::signed) {
                Signed::Sure => true,
                Signed::Dated => is_gap || !wanted.is_some_and(|of| of.kind == Kind::Day),
                Signed::Mentioned => is_gap && !wanted.is_some_and(|of| of.required),
                Signed::No => false,
            };
            if !is_signed && wanted.is_some_and(|of| of.required) {
                return false;
            }
            is_signature |= is_signed;
        }
        is_signature
    }

    /// What stands in a row, for who looks at what was left out.
    pub(super) fn shown(&self, row: usize) -> String {
        const CHARS: usize = 160;
        let cells = self.table.rows.get(row).map_or(&[][..], |row| &row.cells);
        let texts = cells.iter().filter(|cell| !cell.value.is_blank()).map(|cell| self.letters.shown(cell));
        let shown = texts.take(CHARS).collect::<Vec<_>>().join(" | ");
        shown.chars().take(CHARS).collect()
    }
}
