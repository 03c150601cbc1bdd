//! The page: a table of times, the goals with what was reached, and how it was measured.

use std::{fmt::Write as _, time::Duration};

use crate::{
    machine,
    measure::{Measured, PeerTimes, Times},
    options::Options,
};

/// A goal of the engine.
struct Goal {
    text: String,
    reached: Option<f64>,
    /// At least, or at most.
    wants: (bool, f64),
}

impl Goal {
    fn at_least(text: String, reached: Option<f64>, least: f64) -> Self {
        Self { text, reached, wants: (true, least) }
    }

    fn at_most(text: &str, reached: Option<f64>, most: f64) -> Self {
        Self { text: text.to_owned(), reached, wants: (false, most) }
    }

    fn line(&self) -> String {
        let (is_least, bound) = self.wants;
        let sign = if is_least { "≥" } else { "≤" };
        let (reached, verdict) = match self.reached {
            None => ("not measured".to_owned(), "–"),
            Some(reached) if (is_least && reached >= bound) || (!is_least && reached <= bound) => {
                (rounded(reached), "reached")
            }
            Some(reached) => (rounded(reached), "**missed**"),
        };
        format!("| {} | {sign} {bound} | {reached} | {verdict} |", self.text)
    }
}

fn rounded(ratio: f64) -> String {
    if ratio >= 20.0 { format!("{ratio:.0}") } else { format!("{ratio:.2}") }
}

fn ratio(one: Option<Duration>, other: Option<Duration>) -> Option<f64> {
    Some(one?.as_secs_f64() / other?.as_secs_f64())
}

fn milliseconds(times: &Times, scale: f64) -> String {
    let in_ms = |time: Duration| time.as_secs_f64() * 1000.0 * scale;
    let digits = |time: f64| if time >= 100.0 { format!("{time:.0}") } else { format!("{time:.1}") };
    match (times.median(), times.range()) {
        (Some(median), Some((least, most))) => {
            format!("{} ({}–{})", digits(in_ms(median)), digits(in_ms(least)), digits(in_ms(most)))
        }
        _ => "–".to_owned(),
    }
}

/// How many times longer it would take for all units.
#[expect(clippy::cast_precision_loss, reason = "numbers of units are exact in a double")]
fn scale(measured: &Measured, peer: &PeerTimes) -> f64 {
    measured.units() as f64 / peer.units as f64
}

fn mebibytes(kib: u64) -> String {
    format!("{}", kib / 1024)
}

/// The page as Markdown.
pub(crate) fn page(measured: &Measured, options: &Options) -> String {
    let mut page = String::from("# The engine beside its peers, and beside the memory\n\n");
    let mut add = |text: String| {
        // Writing to a string does not fail.
        let _ = writeln!(page, "{text}");
    };
    add(format!("Written by `cargo xtask bench engine`. {}.\n", machine::description()));
    add(format!(
        "{} units, 60 figures each, 3 % of them missing; 40 criteria in 7 capped groups, 2 bonuses, 1 penalty, 2 gates, \
         4 classes. Two threads each. Milliseconds: median (shortest–longest).\n",
        measured.units()
    ));
    add("| | totals, class, counts | and points of each criterion | peak memory, MiB |\n|---|---|---|---|".to_owned());
    let row = |name: &str, totals: &Times, points: &Times, scale: f64, peak: &str| {
        format!("| {name} | {} | {} | {peak} |", milliseconds(totals, scale), milliseconds(points, scale))
    };
    add(row("Điển Hình", &measured.totals, &measured.points, 1.0, &mebibytes(measured.peak_kib)));
    add(row("reading and writing the same bytes", &measured.floor_totals, &measured.floor_points, 1.0, ""));
    for peer in &measured.peer_times {
        let by = scale(measured, peer);
        let sample = if by > 1.0 { format!(", from {} units", peer.units) } else { String::new() };
        let name = format!("{}{sample}", peer.name);
        add(row(&name, &peer.totals, &peer.points, by, &mebibytes(peer.peak_kib)));
    }
    add(format!("| two versions compared | {} | | |", milliseconds(&measured.what_if, 1.0)));
    add(format!("| Parquet to Parquet | | {} | |", milliseconds(&measured.files, 1.0)));
    add(format!("| reading and writing these files | | {} | |", milliseconds(&measured.files_alone, 1.0)));
    let single = measured.single().map(|time| time.as_secs_f64() * 1_000_000.0);
    add("\n| Goal | wanted | reached | |\n|---|---|---|---|".to_owned());
    for goal in goals(measured, single) {
        add(goal.line());
    }
    add(method(measured, options));
    page
}

fn goals(measured: &Measured, single: Option<f64>) -> Vec<Goal> {
    let points = measured.points.median();
    let names = [("Polars", 10.0), ("DuckDB", 50.0), ("GoRules ZEN", 1000.0)];
    let mut goals: Vec<Goal> = Vec::new();
    for (name, least) in names {
        let peer = measured.peer_times.iter().find(|peer| peer.name.starts_with(name));
        let times = peer.and_then(|peer| Some(ratio(peer.points.median(), points)? * scale(measured, peer)));
        goals.push(Goal::at_least(format!("times as fast as {name}, with points"), times, least));
    }
    let (totals, floor) = (measured.totals.median(), measured.floor_totals.median());
    goals.push(Goal::at_most("of moving the same bytes, totals", ratio(totals, floor), 2.0));
    let floor = measured.floor_points.median();
    goals.push(Goal::at_most("of moving the same bytes, with points", ratio(points, floor), 2.5));
    goals.push(Goal::at_most("passes for two versions compared", ratio(measured.what_if.median(), totals), 2.5));
    goals.push(Goal::at_most("microseconds for one unit with its trace, one thread", single, 2.0));
    let files = ratio(measured.files.median(), measured.files_alone.median());
    goals.push(Goal::at_most("of reading and writing the same Parquet files", files, 1.5));
    goals
}

fn method(measured: &Measured, options: &Options) -> String {
    let sums = measured.sums.map_or_else(String::new, |sums| {
        format!(
            "Σ total {}, Σ class {}, met {}, unmet {}, no data {}, Σ points {}",
            sums.total,
            sums.class,
            sums.met,
            sums.unmet,
            sums.no_data,
            sums.points.unwrap_or_default(),
        )
    });
    format!(
        "\n## Method\n\n\
         - All engines hold the data in memory, have two threads and come to the same checksums, or the run fails: {sums} \
           (thousandths of points; an open class and points without data count as −1).\n\
         - {} rounds; in each everything runs once, the peers in the first five. Data and programme are the same files \
           for all: figures as 32-bit integers with nulls.\n\
         - Polars runs the programme as expressions in whichever of its two engines is faster here; DuckDB as one query of \
           nested stages into a temporary table. GoRules ZEN runs it as one node of expressions, compiled beforehand, \
           one unit after the other in two processes, with the conversion of its results for Python; it gives points with \
           every result, and its time is scaled from a sample.\n\
         - Moving the same bytes: two threads look at every figure and fill every result, and nothing else. Its memory is \
           the engine's own.\n\
         - Two versions compared: both score everything, then the classes are compared; {} units change their class when \
           70 % becomes 80 %.\n\
         - One unit with its trace: what each criterion reaches and could still reach, its outcome, each group after its \
           cap, the total, the best total, and the classes that missing data leave open.\n\
         - Parquet: Snappy, batches of 65,536 rows, bounded memory, through the crates `tables` and `engine` with points as \
           numbers (`dienhinh score` writes outcomes as words beside them and takes longer); reading and writing alone \
           writes the results that are already there. The files lie in the system's cache.\n\
         - Peak memory is the whole process with its data and results.",
        options.rounds, measured.other_class,
    )
}
