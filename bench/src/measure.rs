//! One round after the other: everything once in each, so that what disturbs the machine disturbs all alike.

use std::{
    num::NonZeroUsize,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, ensure};
use dienhinh_engine::{
    batch::{Columns, NO_DATA, Results, score_columns},
    program::{Fraction, Kind, Program},
    row::score_row,
};

use crate::{files, floor, machine, peers::Peer, sums::Sums};

/// Every engine gets as many.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("not zero");

/// Units that are scored one by one.
const SINGLE_UNITS: usize = 20_000;

/// Rounds in which the peers take part: they are slow, and their times vary little.
const PEER_ROUNDS: usize = 5;

/// Times of runs.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    fn add(&mut self, run: impl FnOnce()) {
        let begun = Instant::now();
        run();
        self.0.push(begun.elapsed());
    }

    /// The one in the middle; nothing without a run.
    pub(crate) fn median(&self) -> Option<Duration> {
        let mut times = self.0.clone();
        times.sort();
        times.get(times.len().saturating_sub(1) / 2).copied()
    }

    /// Shortest and longest.
    pub(crate) fn range(&self) -> Option<(Duration, Duration)> {
        Some((self.0.iter().min().copied()?, self.0.iter().max().copied()?))
    }
}

/// A peer with its times, for as many units as all others have.
pub(crate) struct PeerTimes {
    pub(crate) name: String,
    /// Of how many units its times were measured.
    pub(crate) units: usize,
    pub(crate) totals: Times,
    pub(crate) points: Times,
    pub(crate) peak_kib: u64,
}

/// Everything that was measured.
pub(crate) struct Measured {
    program: Program,
    changed: Program,
    /// The programme asks for other shares in so many units' class.
    pub(crate) other_class: usize,
    columns: Columns,
    singles: Vec<Vec<Option<i64>>>,
    alone: Results,
    other: Results,
    full: Results,
    pub(crate) totals: Times,
    pub(crate) points: Times,
    pub(crate) floor_totals: Times,
    pub(crate) floor_points: Times,
    pub(crate) what_if: Times,
    /// Of [`SINGLE_UNITS`] units.
    single: Times,
    pub(crate) files: Times,
    pub(crate) files_alone: Times,
    peers: Vec<Peer>,
    pub(crate) peer_times: Vec<PeerTimes>,
    pub(crate) peak_kib: u64,
    pub(crate) sums: Option<Sums>,
}

/// The question of the what-if page: 70 % becomes 80 %.
fn stricter(program: &Program) -> Program {
    let mut changed = program.clone();
    for leaf in &mut changed.leaves {
        if let Kind::Within { at_least: Some(bound @ Fraction { part: 700, whole: 1000 }), .. } = &mut leaf.kind {
            bound.part = 800;
        }
    }
    changed
}

impl Measured {
    pub(crate) fn of(program: Program, figures: Vec<Vec<i32>>, peers: Vec<(Peer, Option<usize>)>) -> Result<Self> {
        let columns = Columns::new(figures).ok_or_else(|| anyhow!("the figures are out of range"))?;
        let rows = columns.rows();
        let cell = |cell: i32| (cell != NO_DATA).then_some(i64::from(cell));
        let single = |row: usize| columns.cells().iter().map(|column| cell(column[row])).collect();
        let times_of = |(peer, units): &(Peer, Option<usize>)| PeerTimes {
            name: peer.version.clone(),
            units: units.unwrap_or(rows).min(rows),
            totals: Times::default(),
            points: Times::default(),
            peak_kib: 0,
        };
        Ok(Self {
            changed: stricter(&program),
            other_class: 0,
            singles: (0..SINGLE_UNITS.min(rows)).map(single).collect(),
            alone: Results::of(rows, 0),
            other: Results::of(rows, 0),
            full: Results::of(rows, program.leaves.len()),
            totals: Times::default(),
            points: Times::default(),
            floor_totals: Times::default(),
            floor_points: Times::default(),
            what_if: Times::default(),
            single: Times::default(),
            files: Times::default(),
            files_alone: Times::default(),
            peer_times: peers.iter().map(times_of).collect(),
            peers: peers.into_iter().map(|(peer, _)| peer).collect(),
            peak_kib: 0,
            sums: None,
            program,
            columns,
        })
    }

    pub(crate) fn units(&self) -> usize {
        self.columns.rows()
    }

    /// Time for one unit with its trace.
    pub(crate) fn single(&self) -> Option<Duration> {
        let units = u32::try_from(self.singles.len()).ok()?;
        self.single.median().map(|time| time / units)
    }

    /// Runs everything once.
    pub(crate) fn round(&mut self, round: usize) -> Result<()> {
        self.floor_totals.add(|| floor::move_bytes(self.columns.cells(), &mut self.alone));
        self.totals.add(|| run(&self.program, &self.columns, &mut self.alone));
        self.floor_points.add(|| floor::move_bytes(self.columns.cells(), &mut self.full));
        self.points.add(|| run(&self.program, &self.columns, &mut self.full));
        let leaves = self.program.leaves.len();
        let sums = Sums::of(&self.full, leaves, 0..self.units());
        let alone = Sums::of(&self.alone, leaves, 0..self.units());
        ensure!(alone == sums.alone(), "totals alone are others than with points: {alone:?}, {sums:?}");
        self.sums = Some(sums);
        self.what_if.add(|| {
            run(&self.program, &self.columns, &mut self.alone);
            run(&self.changed, &self.columns, &mut self.other);
            let pairs = self.alone.classes.iter().zip(&self.other.classes);
            self.other_class = pairs.filter(|(before, after)| before != after).count();
        });
        self.single.add(|| {
            for figures in &self.singles {
                std::hint::black_box(score_row(&self.program, figures));
            }
        });
        self.peak_kib = machine::peak_kib();
        if round < PEER_ROUNDS {
            self.peer_round()?;
        }
        Ok(())
    }

    fn peer_round(&mut self) -> Result<()> {
        let leaves = self.program.leaves.len();
        for (peer, times) in self.peers.iter_mut().zip(&mut self.peer_times) {
            let ours = Sums::of(&self.full, leaves, 0..times.units);
            // What gives points with every result has no run without.
            let kinds: &[bool] = if times.units < self.columns.rows() { &[true] } else { &[false, true] };
            for with_points in kinds {
                let answer = peer.run(*with_points)?;
                let expected = if *with_points { ours } else { ours.alone() };
                let found = answer.sums;
                ensure!(found == expected, "{} found {found:?}, not {expected:?}", times.name);
                times.peak_kib = times.peak_kib.max(answer.peak_kib);
                let kind = if *with_points { &mut times.points } else { &mut times.totals };
                kind.0.push(answer.time());
            }
        }
        Ok(())
    }

    /// Ends the peers: their memory is needed.
    pub(crate) fn stop_peers(&mut self) {
        self.peers.clear();
    }

    /// From file to file once, and without scoring once.
    pub(crate) fn files(&mut self, figures: &Path, work: &Path) -> Result<()> {
        let results = work.join("results.parquet");
        self.files.0.push(files::score(&self.program, THREADS, figures, &results)?);
        let rows = files::rows(&results)?;
        self.files_alone.0.push(files::copy(figures, &rows, &work.join("copy.parquet"))?);
        Ok(())
    }
}

fn run(program: &Program, columns: &Columns, results: &mut Results) {
    score_columns(program, columns, THREADS, results).expect("the workload goes together");
}
