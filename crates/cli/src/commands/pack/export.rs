//! `dienhinh pack export`: a pack as one workbook that people edit in Excel.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use dienhinh_documents::workbooks::{LIMITS, read_workbook, write_workbook};
use dienhinh_domain::programmes::sheets::{lost_nothing, sheets_of};

use super::{files, workbook};

/// Write a pack to an Excel workbook. Comments of pack.toml are not kept.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Folder of the pack or overlay.
    folder: PathBuf,
    /// The workbook, an .xlsx.
    #[arg(long)]
    output: PathBuf,
    /// Replace a workbook that is there.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &ExportArgs) -> ExitCode {
    let (set, cases) = match super::load_with_cases(&args.folder) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    if args.output.exists() && !args.force {
        return super::super::fail(super::super::REJECTED, &files::Occupied::Exists.message(&args.output));
    }
    let refused = |message: &str| {
        let text = format!("{}: {message}", args.folder.display());
        super::super::fail(super::super::REJECTED, &text)
    };
    if cases.is_empty() {
        return refused(
            "bảng tính cần ít nhất một trường hợp; viết cases.toml cạnh overlay.toml / a workbook needs at least one case; write cases.toml beside overlay.toml",
        );
    }
    let sheets = match sheets_of(&set, &cases) {
        Ok(sheets) => sheets,
        Err(problem) => return refused(&format!("{} / {}", problem.what.vi, problem.what.en)),
    };
    let bytes = match write_workbook(&workbook::shown(&sheets)) {
        Ok(bytes) => bytes,
        Err(error) => return refused(&error.to_string()),
    };
    // The way back is tried before anybody relies on it.
    let again = match read_workbook(&bytes, &LIMITS) {
        Ok(again) => workbook::values(again),
        Err(error) => return refused(&error.to_string()),
    };
    if let Err(problem) = lost_nothing(&set, &cases, &again) {
        return refused(&format!("{} / {}", problem.what.vi, problem.what.en));
    }
    match files::write_file(&args.output, &bytes) {
        Ok(()) => {
            super::super::say(&args.output.display().to_string());
            ExitCode::SUCCESS
        }
        Err(cause) => super::super::fail(1, &format!("{}: {cause}", args.output.display())),
    }
}
