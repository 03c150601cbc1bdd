//! One file a command, and what they share: how results and messages come out, and exit codes.
//!
//! Exit codes: 0 done, 1 unexpected failure, 2 wrong usage, 3 data rejected, 4 not found, 5 not permitted,
//! 7 a service cannot be reached, 130 stopped. `pack diff` has 1 for "different", as diff(1) has.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks through its output")]

mod account;
mod audit;
mod backup;
mod doctor;
mod evidence;
mod explain;
mod import;
mod pack;
mod place;
mod restore;
mod score;
mod serve;
mod sheet;
mod simulate;
mod table;
mod unit;
mod what_if;

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use dienhinh_server::Progress;
use jiff::civil::Date;

/// An option cannot be read.
const USAGE: u8 = 2;
/// Data was rejected; nothing was written.
const REJECTED: u8 = 3;
/// A file or folder is not there.
const NOT_FOUND: u8 = 4;
/// Stopped by ctrl-c, as shells count it.
const STOPPED: u8 = 130;

/// Điển Hình: recognition programmes, from the criteria to the certificate.
#[derive(Debug, Parser)]
#[command(name = "dienhinh", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Score(score::ScoreArgs),
    WhatIf(what_if::WhatIfArgs),
    Explain(explain::ExplainArgs),
    /// Work with criteria sets.
    #[command(subcommand)]
    Pack(pack::PackCommand),
    /// Make accounts for people, and close them.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Read and check the record of what was done.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    /// Check the files of the evidence and clear away what nothing names.
    #[command(subcommand)]
    Evidence(evidence::EvidenceCommand),
    Doctor(doctor::DoctorArgs),
    Simulate(simulate::SimulateArgs),
    /// Take the register of units in, and count, list and look units up as of any day.
    #[command(subcommand)]
    Unit(unit::UnitCommand),
    /// Read spreadsheets that others send.
    #[command(subcommand)]
    Sheet(sheet::SheetCommand),
    Import(import::ImportCommand),
}

/// Reads the command line and runs the command.
pub(crate) fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Score(args) => score::run(&args),
        Command::WhatIf(args) => what_if::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Pack(command) => pack::run(&command),
        Command::Account(command) => account::run(&command),
        Command::Audit(command) => audit::run(&command),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Evidence(command) => evidence::run(&command),
        Command::Doctor(args) => doctor::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Unit(command) => unit::run(&command),
        Command::Sheet(command) => sheet::run(&command),
        Command::Import(command) => import::run(&command),
    }
}

/// A line of the result.
fn say(line: &str) {
    println!("{line}");
}

/// A message beside the result.
fn note(line: &str) {
    eprintln!("{line}");
}

/// How many messages of one kind are shown; of more their number.
const SHOWN_MAX: usize = 50;

/// The first of many messages, a line each; `what` is what they are called in Vietnamese.
fn note_first<T>(all: &[T], what: &str, line: impl Fn(&T) -> String) {
    for one in all.iter().take(SHOWN_MAX) {
        note(&line(one));
    }
    let rest = all.len().saturating_sub(SHOWN_MAX);
    if rest > 0 {
        note(&format!("… và {rest} {what} nữa / … and {rest} more"));
    }
}

/// A message that takes the place of the one before.
fn note_in_place(line: &str) {
    eprint!("\r{line} ");
}

/// Says how far it is in one line, each hundredth once, and in a line of its own what is done.
fn told() -> impl FnMut(&Progress<'_>) + Send {
    let mut last = None;
    move |Progress { what, done, of }: &Progress<'_>| {
        let hundredth = done * 100 / (*of).max(1);
        if last.as_ref() != Some(&((*what).to_owned(), hundredth)) {
            note_in_place(&format!("{what}: {hundredth} %"));
            last = Some(((*what).to_owned(), hundredth));
        }
        if done == of {
            note("");
        }
    }
}

/// Says what went wrong and gives the exit code.
fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("lỗi / error: {message}");
    ExitCode::from(code)
}

/// Why a command wrote nothing.
enum Rejected {
    /// A file or folder is not there.
    NotFound(String),
    /// Every mistake in the data, a line each.
    Data(Vec<String>),
    /// The world broke.
    Failed(String),
    /// Somebody pressed ctrl-c.
    Stopped,
}

/// What a file holds.
fn bytes_of(file: &Path) -> Result<Vec<u8>, Rejected> {
    head_of(file, u64::MAX)
}

/// What a file holds, up to so many bytes: enough to see that it has more than may be read.
fn head_of(file: &Path, most: u64) -> Result<Vec<u8>, Rejected> {
    let read = |file: &Path| {
        let mut bytes = Vec::new();
        fs::File::open(file)?.take(most).read_to_end(&mut bytes).map(|_| bytes)
    };
    read(file).map_err(|cause| {
        let message = format!("{}: {cause}", file.display());
        if cause.kind() == io::ErrorKind::NotFound { Rejected::NotFound(message) } else { Rejected::Failed(message) }
    })
}

/// Reads a day of an option.
fn day(text: &str) -> Result<Date, String> {
    let unreadable = || "cần ngày dạng 2025-07-01 / a day like 2025-07-01 is needed".to_owned();
    Some(text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok()).ok_or_else(unreadable)
}

/// Says why nothing was written and gives the exit code.
fn refuse(rejected: Rejected) -> ExitCode {
    match rejected {
        Rejected::NotFound(message) => fail(NOT_FOUND, &message),
        Rejected::Failed(message) => fail(1, &message),
        Rejected::Stopped => fail(STOPPED, "đã dừng, chưa ghi gì / stopped, nothing was written"),
        Rejected::Data(lines) => {
            for line in &lines {
                note(line);
            }
            let count = lines.len();
            fail(REJECTED, &format!("{count} lỗi, chưa ghi gì / {count} mistakes, nothing was written"))
        }
    }
}
