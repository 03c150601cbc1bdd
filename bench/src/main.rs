//! `cargo xtask bench engine`: the engine beside its peers and beside the memory, in one run.
//!
//! The page with the results goes to standard output, what happens meanwhile to standard error. The run fails when an
//! engine comes to other numbers than ours.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement speaks through its output")]

mod export;
mod files;
mod floor;
mod machine;
mod measure;
mod options;
mod peers;
mod report;
mod sums;
mod workload;

use std::{fs, path::Path, process::ExitCode};

use anyhow::Result;
use measure::Measured;
use options::Options;
use peers::Peer;

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<String> {
    fs::create_dir_all(&options.work)?;
    let (figures_file, programme_file) = (options.work.join("figures.parquet"), options.work.join("programme.json"));
    let program = workload::programme();
    eprintln!("{} units are made", options.units);
    let figures = workload::figures(options.units);
    export::write_figures(&figures, &figures_file)?;
    fs::write(&programme_file, export::programme(&program).to_string())?;
    let peers = match &options.python {
        Some(python) => start_peers(python, &programme_file, &figures_file)?,
        None => Vec::new(),
    };
    let mut measured = Measured::of(program, figures, peers)?;
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        measured.round(round)?;
    }
    measured.stop_peers();
    for _ in 0..3 {
        eprintln!("Parquet to Parquet");
        measured.files(&figures_file, &options.work)?;
    }
    Ok(report::page(&measured, options))
}

/// The peers with how many units each of them scores in a run.
fn start_peers(python: &Path, programme: &Path, figures: &Path) -> Result<Vec<(Peer, Option<usize>)>> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let start = |script: &str, units: Option<usize>| {
        eprintln!("{script} loads its data");
        let sample = units.map(|units| units.to_string());
        let mut arguments = vec![programme, figures];
        arguments.extend(sample.as_deref().map(Path::new));
        Ok((Peer::start(python, &scripts.join(script), &arguments)?, units))
    };
    [("with_polars.py", None), ("with_duckdb.py", None), ("with_zen.py", Some(20_000))]
        .into_iter()
        .map(|(script, units)| start(script, units))
        .collect()
}
