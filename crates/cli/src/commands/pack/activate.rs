//! `dienhinh pack activate`: a pack or an overlay goes into an installation, so that new cycles may be opened with it.
//!
//! Reads the files and says what came of it; whether the set is taken is the server's question.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use dienhinh_domain::programmes::{Problem, write};
use dienhinh_server::{ActivateError, Activated, Proposal, Source, SystemClock};
use serde_json::{Value, json};

use super::super::{NOT_FOUND, Rejected, fail, note, place::PlaceArgs, refuse, say, serve};

/// Put a pack or an overlay into an installation, so that new cycles may be opened with it.
#[derive(Debug, Args)]
pub(crate) struct ActivateArgs {
    /// Folder of the pack or overlay.
    folder: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// A file and what is wrong in it.
type Found = (PathBuf, Problem);

pub(crate) fn run(args: &ActivateArgs) -> ExitCode {
    if super::set_file(&args.folder).is_none() {
        return fail(NOT_FOUND, &super::no_set(&args.folder));
    }
    let proposal = match proposal(&args.folder) {
        Ok(proposal) => proposal,
        Err(problems) => return rejected(args, &problems),
    };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(dienhinh_server::activate(&installation, Arc::new(SystemClock), &proposal)) {
        Ok(activated) => done(args, &activated),
        Err(ActivateError::Findings(findings)) => {
            let place = |source| match source {
                Source::Pack => super::set_file(&args.folder).unwrap_or_default(),
                Source::Cases => cases_file(&args.folder),
            };
            let found = findings.into_iter().map(|finding| (place(finding.source), finding.problem));
            rejected(args, &found.collect::<Vec<_>>())
        }
        Err(ActivateError::Start(error)) => fail(serve::exit_code(&error), &error.to_string()),
    }
}

/// The texts of a folder as an installation takes them: an overlay as the whole set that comes out.
fn proposal(folder: &Path) -> Result<Proposal, Vec<Found>> {
    let pack = if super::is_overlay(folder) {
        let (_, set) = super::read_overlay(folder)?;
        write(&set)
    } else {
        super::pack_text(folder)?
    };
    let file = cases_file(folder);
    let cases = if file.exists() {
        Some(super::read(&file).map_err(|problems| super::of_file(&file, problems))?)
    } else {
        None
    };
    Ok(Proposal { code: super::code_of(folder), pack, cases })
}

fn cases_file(folder: &Path) -> PathBuf {
    folder.join("cases.toml")
}

fn done(args: &ActivateArgs, activated: &Activated) -> ExitCode {
    let Activated { version, criteria, cases, is_new } = activated;
    if args.json {
        say(&report(args, Some(activated), &[]).to_string());
        return ExitCode::SUCCESS;
    }
    let folder = args.folder.display();
    let size = format!("{criteria} tiêu chí, {cases} trường hợp / {criteria} criteria, {cases} cases");
    say(&format!("✓ {folder} {version}: {size}"));
    note(if *is_new {
        "đã có trong hệ thống cho các đợt xét mới; máy chủ đang chạy thì khởi động lại / is there for new cycles; restart a server that is running"
    } else {
        "phiên bản này đã có từ trước với cùng nội dung; không ghi gì / this version was there already with the same content; nothing was written"
    });
    ExitCode::SUCCESS
}

fn rejected(args: &ActivateArgs, found: &[Found]) -> ExitCode {
    if args.json {
        say(&report(args, None, found).to_string());
    }
    refuse(Rejected::Data(found.iter().map(|(file, problem)| super::line(file, problem)).collect()))
}

fn report(args: &ActivateArgs, activated: Option<&Activated>, found: &[Found]) -> Value {
    json!({
        "ok": activated.is_some(),
        "pack": args.folder.display().to_string(),
        "version": activated.map(|activated| &activated.version),
        "criteria": activated.map(|activated| activated.criteria),
        "cases": activated.map(|activated| activated.cases),
        "new": activated.map(|activated| activated.is_new),
        "problems": super::problems_json(found),
    })
}
