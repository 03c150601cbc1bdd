//! The commands of the house: `cargo xtask demo`, `check`, `tidy`, `bench`, `reliability`, `shots`.
//!
//! This crate builds, runs and checks the product. It contains none of it and is never shipped.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks through its output")]

mod bench;
mod browser;
mod check;
mod demo;
mod http;
mod postgres;
mod product;
mod reliability;
mod shots;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};
use workspace::Workspace;

const HELP: &str = "\
cargo xtask demo [--listen ADDR] [--data DIR]
    Builds the product and serves the sample province until ctrl-c.
    ADDR defaults to 127.0.0.1:8080, DIR to demo-data in the target folder.

cargo xtask check [--only STEP]... [--skip STEP]...
    Everything a change must pass, in this order, up to the first failure:
    fmt, tidy, clippy, doc, test, doctest, packs, reliability, browser

cargo xtask tidy
    The house rules that no compiler checks: who may depend on whom (the table in
    ARCHITECTURE.md), module headers, file lengths, where SQL lives, both catalogues.

cargo xtask bench engine [--without-peers]
    The engine beside Polars, DuckDB, GoRules ZEN and the memory of this machine, in one run
    of some minutes; renews docs/benchmarks/engine.md. Without the peers it only prints.

cargo xtask bench server [--share 1/100|1/10|1]... [--database sqlite|postgres] [--requests N]
    Simulates a country of 3,321 communes, 90,000 areas and 1,000,000 organisations, or a share
    of it (both small ones by default), serves it from a release build, asks each large page
    N times (400) by 20 at a time, and prints times, memory, and how they grow. Judges nothing.
    --simulated FOLDER asks one that was simulated before, with DIENHINH_DATABASE where it has one.

cargo xtask bench mix [--database sqlite|postgres] [--rate N] [--minutes N] [--overload]
    The last day of a cycle on a fifth of the country: N requests a second (300) for N minutes
    (10), reads, saves, files and submissions, whatever the answers; --overload: afterwards
    three times what the machine can do, with submissions meanwhile. Judges nothing.

cargo xtask bench register FOLDER [--database sqlite|postgres] [--requests N]
    The national register from units_register.csv and successions.csv in a folder: its tree as of
    four days, crosswalk and search, N requests a page (1,000) by 20 at a time. Judges nothing.

cargo xtask reliability ID [--trials N]
    Tries a promise about lost and doubled writes and about service and prints its figure.
    R1: kill -9 while people save. R2: kill -9 while a cycle reaches 3,321 communes. R3: power
    cuts. R5: a full disk. R6: a disk that cannot be written. R7: connections to PostgreSQL cut
    and frozen (N seconds). R8: lost answers. R9: numbers of decisions. R10: N at once.
    R14: uploads cut off. R15: kill -9 while files are attached. R17: a backup while people
    save, restored. R19: kill -9 in an upgrade. R20: the same N commands on both databases.
    R21: SIGTERM under load. L5: N slow connections. A1: the record altered. A2: proofs altered.
    A4: one entry a change. R3, R5 and a part of R6 need root and loop devices, and say so
    where there are none.

cargo xtask shots
    Takes pictures of the main pages at 1366 and 390 px into the target folder,
    and renews the ones that README.md shows.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match command.as_str() {
        "demo" => demo::run(&Workspace::find()?, &demo::Options::parse(rest)?),
        "check" => check::run(&Workspace::find()?, &check::Options::parse(rest)?),
        "bench" => bench::run(&Workspace::find()?, rest),
        "reliability" => reliability::run(&Workspace::find()?, rest),
        "tidy" if rest.is_empty() => tidy::run(&Workspace::find()?),
        "shots" if rest.is_empty() => shots::run(&Workspace::find()?),
        "tidy" | "shots" => bail!("`{command}` takes no options; see `cargo xtask help`"),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`\n\n{HELP}"),
    }
}
