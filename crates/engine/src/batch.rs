//! Many rows through a program at once: the same numbers as [`crate::row`], in columns.
//!
//! Rows go through in blocks that stay in the cache; within a block the leaves go group by group, each as one loop
//! over its columns that the compiler turns into vector code. A program with something that has no such loop, and
//! figures that do not fit one, go row by row, with the same numbers.

mod arms;
mod block;
mod fits;
mod rules;

use std::num::NonZeroUsize;

pub use arms::Arm;
use block::Scratch;
use rules::LANES;

use crate::{Inputs, Outcome, program::Program, row::score_row};

/// A cell without data.
pub const NO_DATA: i32 = i32::MIN;

/// The greatest figure of a batch. Greater ones are scored row by row.
pub const FIGURE_MAX: i32 = 1 << 30;

/// Rows that go through together. A leaf reads slices of 64 KiB, long enough for the memory to keep pace, and its
/// sums stay in the second cache.
const BLOCK_ROWS: usize = 16_384;

/// Figures in columns; a cell is a count up to [`FIGURE_MAX`] or [`NO_DATA`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    rows: usize,
    cells: Vec<Vec<i32>>,
    /// The greatest figure of each column; 0 in one without data.
    most: Vec<i32>,
}

impl Columns {
    /// Takes columns over. None when their lengths differ or a figure is negative or too great.
    pub fn new(columns: Vec<Vec<i32>>) -> Option<Self> {
        let rows = columns.first().map_or(0, Vec::len);
        let fits = |value: &i32| *value == NO_DATA || (0..=FIGURE_MAX).contains(value);
        let all_fit = columns.iter().all(|column| column.len() == rows && column.iter().all(fits));
        let most = columns.iter().map(|column| column.iter().copied().max().unwrap_or(0).max(0)).collect();
        all_fit.then_some(Self { rows, cells: columns, most })
    }

    /// The columns of inputs in which computed figures are filled in. None when a figure is too great for them.
    pub(crate) fn of(inputs: &Inputs) -> Option<Self> {
        let narrow = |figure: &Option<i64>| match figure {
            None => Some(NO_DATA),
            Some(value) => i32::try_from(*value).ok().filter(|value| *value <= FIGURE_MAX),
        };
        let columns = inputs.columns().iter().map(|column| column.iter().map(narrow).collect::<Option<Vec<i32>>>());
        Self::new(columns.collect::<Option<Vec<Vec<i32>>>>()?)
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The cells, column by column.
    pub fn cells(&self) -> &[Vec<i32>] {
        &self.cells
    }

    fn row(&self, row: usize) -> Vec<Option<i64>> {
        let figure = |column: &Vec<i32>| (column[row] != NO_DATA).then(|| i64::from(column[row]));
        self.cells.iter().map(figure).collect()
    }
}

/// Results in columns, one entry a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Results {
    /// Points together in thousandths, missing data as none.
    pub totals_thousandths: Vec<i32>,
    /// The class, 0 for none; −1 as long as missing data leave it open.
    pub classes: Vec<i8>,
    /// Leaves met.
    pub met: Vec<u8>,
    /// Leaves without an outcome.
    pub no_data: Vec<u8>,
    /// Leaves that do not apply; the others are unmet.
    pub not_applicable: Vec<u8>,
    /// For each leaf, when asked for: its points in thousandths, or −1 without an outcome.
    pub points_thousandths: Vec<Vec<i32>>,
}

impl Results {
    /// Room for so many rows, with points for so many leaves; those of no leaf when they are not asked for.
    pub fn of(rows: usize, leaves: usize) -> Self {
        Self {
            totals_thousandths: vec![0; rows],
            classes: vec![0; rows],
            met: vec![0; rows],
            no_data: vec![0; rows],
            not_applicable: vec![0; rows],
            points_thousandths: vec![vec![0; rows]; leaves],
        }
    }
}

/// Why a program cannot be scored in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The program reads more columns than there are.
    Columns,
    /// More than 254 leaves or 100 classes, or points beyond 32 bits.
    Size,
    /// The results have other rows or leaves.
    Results,
}

/// Whether a program goes through these columns in loops, and not row by row.
pub(crate) fn has_loops(program: &Program, columns: &Columns) -> bool {
    fits::numbers(program) && fits::loops(program, columns)
}

/// Scores every row on so many threads into results that have room for them. Points are written when the results
/// have a column for every leaf.
///
/// # Errors
/// When the program, the columns and the results do not go together; nothing is written then.
pub fn score_columns(
    program: &Program,
    columns: &Columns,
    threads: NonZeroUsize,
    results: &mut Results,
) -> Result<(), Unfit> {
    score_with(Arm::best(), program, columns, threads, results)
}

/// [`score_columns`] with instructions of one kind: for tests and measurements.
///
/// # Errors
/// As there.
pub fn score_with(
    arm: Arm,
    program: &Program,
    columns: &Columns,
    threads: NonZeroUsize,
    results: &mut Results,
) -> Result<(), Unfit> {
    if columns.cells.len() < program.columns {
        return Err(Unfit::Columns);
    }
    let leaves = results.points_thousandths.len();
    let lengths = [results.totals_thousandths.len(), results.classes.len(), results.met.len(), results.no_data.len()];
    let points = results.points_thousandths.iter().map(Vec::len);
    let mut lengths = lengths.into_iter().chain([results.not_applicable.len()]).chain(points);
    if (leaves != 0 && leaves != program.leaves.len()) || lengths.any(|rows| rows != columns.rows) {
        return Err(Unfit::Results);
    }
    if !fits::numbers(program) {
        return Err(Unfit::Size);
    }
    let has_loops = fits::loops(program, columns);
    let blocks = columns.rows.div_ceil(BLOCK_ROWS);
    let rows_a_thread = blocks.div_ceil(threads.get()).max(1) * BLOCK_ROWS;
    std::thread::scope(|scope| {
        let mut parts = Part::whole(results).split(rows_a_thread);
        let own = parts.pop();
        for part in parts {
            scope.spawn(|| part.run(arm, program, columns, has_loops));
        }
        // This thread takes the last part itself.
        if let Some(part) = own {
            part.run(arm, program, columns, has_loops);
        }
    });
    Ok(())
}

/// A stretch of rows with the places for its results.
struct Part<'a> {
    first_row: usize,
    totals: &'a mut [i32],
    classes: &'a mut [i8],
    met: &'a mut [u8],
    no_data: &'a mut [u8],
    not_applicable: &'a mut [u8],
    points: Vec<&'a mut [i32]>,
}

impl<'a> Part<'a> {
    fn whole(results: &'a mut Results) -> Self {
        Self {
            first_row: 0,
            totals: &mut results.totals_thousandths,
            classes: &mut results.classes,
            met: &mut results.met,
            no_data: &mut results.no_data,
            not_applicable: &mut results.not_applicable,
            points: results.points_thousandths.iter_mut().map(Vec::as_mut_slice).collect(),
        }
    }

    /// Stretches of so many rows, the last one shorter.
    fn split(self, rows: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut rest = self;
        while rest.totals.len() > rows {
            let (part, after) = rest.cut(rows);
            parts.push(part);
            rest = after;
        }
        parts.push(rest);
        parts
    }

    fn cut(self, rows: usize) -> (Self, Self) {
        let (totals, totals_after) = self.totals.split_at_mut(rows);
        let (classes, classes_after) = self.classes.split_at_mut(rows);
        let (met, met_after) = self.met.split_at_mut(rows);
        let (no_data, no_data_after) = self.no_data.split_at_mut(rows);
        let (not_applicable, not_applicable_after) = self.not_applicable.split_at_mut(rows);
        let (points, points_after) = self.points.into_iter().map(|points| points.split_at_mut(rows)).unzip();
        let first_row = self.first_row;
        let after = Part {
            first_row: first_row + rows,
            totals: totals_after,
            classes: classes_after,
            met: met_after,
            no_data: no_data_after,
            not_applicable: not_applicable_after,
            points: points_after,
        };
        (Part { first_row, totals, classes, met, no_data, not_applicable, points }, after)
    }

    fn run(self, arm: Arm, program: &Program, columns: &Columns, has_loops: bool) {
        let mut scratch = Scratch::of(program);
        for part in self.split(BLOCK_ROWS) {
            let rows = if has_loops { part.totals.len() / LANES * LANES } else { 0 };
            let (mut whole, mut rest) = part.cut(rows);
            if rows > 0 {
                arms::run(arm, program, columns, &mut whole, &mut scratch);
            }
            rest.row_by_row(program, columns);
        }
        arms::settle();
    }

    fn row_by_row(&mut self, program: &Program, columns: &Columns) {
        for row in 0..self.totals.len() {
            let score = score_row(program, &columns.row(self.first_row + row));
            let count = |wanted: Outcome| {
                let found = score.outcomes.iter().filter(|outcome| **outcome == wanted).count();
                u8::try_from(found).unwrap_or(u8::MAX)
            };
            self.totals[row] = i32::try_from(score.total_thousandths).unwrap_or(i32::MAX);
            self.classes[row] = score.class.map_or(-1, |class| i8::try_from(class).unwrap_or(i8::MAX));
            self.met[row] = count(Outcome::Met);
            self.no_data[row] = count(Outcome::NoData);
            self.not_applicable[row] = count(Outcome::NotApplicable);
            for (at, points) in self.points.iter_mut().enumerate() {
                let reached = i32::try_from(score.leaves[at].points_thousandths).unwrap_or(i32::MAX);
                points[row] = if score.outcomes[at] == Outcome::NoData { -1 } else { reached };
            }
        }
    }
}
