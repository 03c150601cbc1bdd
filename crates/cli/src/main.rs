//! The binary `dienhinh`: serves an installation, scores tables, checks packs, examines an installation.
//!
//! Contains no rules of the work. Results go to standard output, messages to standard error.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
