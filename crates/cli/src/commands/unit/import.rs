//! `dienhinh unit import`: versions and successions from their files, everything or nothing.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_domain::units::register::{File, Problem};
use dienhinh_server::{RegisterError, RegisterFiles, Registered, import_register, register_of_dhis2};
use serde_json::json;

use super::show_problems;
use crate::commands::{REJECTED, bytes_of, fail, place::PlaceArgs, refuse, say, serve, told};

/// Take a list of administrative units in, with what became of them. The same files again change nothing; newer ones add
/// to what is there. The columns are described in docs/guide/units.md.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The file of units and their versions, CSV in UTF-8.
    #[arg(long, value_name = "FILE", required_unless_present = "dhis2")]
    register: Option<PathBuf>,
    /// The file of successions, CSV in UTF-8.
    #[arg(long, value_name = "FILE", requires = "register")]
    successions: Option<PathBuf>,
    /// Metadata of DHIS2 with its organisation units, JSON, in place of the file of units.
    #[arg(long, value_name = "FILE", conflicts_with = "register")]
    dhis2: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl ImportArgs {
    /// The file with the units.
    fn units(&self) -> &Path {
        self.register.as_deref().or(self.dhis2.as_deref()).unwrap_or(Path::new("-"))
    }
}

pub(super) fn run(args: &ImportArgs) -> ExitCode {
    let files = || {
        let edges = args.successions.as_deref().map(bytes_of).transpose()?;
        Ok(RegisterFiles { versions: bytes_of(args.units())?, edges })
    };
    let mut files = match files() {
        Ok(files) => files,
        Err(rejected) => return refuse(rejected),
    };
    if args.dhis2.is_some() {
        files.versions = match register_of_dhis2(&files.versions) {
            Ok(versions) => versions,
            Err(wrong) => return wrongs(args, &wrong),
        };
    }
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(import_register(&installation, &files, &mut told())) {
        Ok(done) => {
            say(&if args.json { as_json(done) } else { as_text(done) });
            ExitCode::SUCCESS
        }
        Err(RegisterError::Wrong(wrong)) => wrongs(args, &wrong),
        Err(error) => {
            let code = match &error {
                RegisterError::Strangers(_) | RegisterError::Reformed | RegisterError::Wrong(_) => REJECTED,
                RegisterError::Start(cause) => serve::exit_code(cause),
                RegisterError::Failed(_) => 1,
            };
            fail(code, &error.to_string())
        }
    }
}

fn as_json(done: Registered) -> String {
    let Registered { units, versions, completed, successions } = done;
    json!({
        "ok": true,
        "imported": { "units": units, "versions": versions, "completed": completed, "successions": successions },
    })
    .to_string()
}

fn as_text(done: Registered) -> String {
    let Registered { units, versions, completed, successions } = done;
    if done == Registered::default() {
        return "✓ không có gì mới / nothing new".to_owned();
    }
    format!(
        "✓ mới: {units} đơn vị, {versions} khoảng hiệu lực, {successions} quan hệ kế thừa; cập nhật: {completed} khoảng / \
         new: {units} units, {versions} versions, {successions} successions; completed: {completed} versions"
    )
}

fn wrongs(args: &ImportArgs, wrong: &[Problem]) -> ExitCode {
    show_problems(wrong, |file| match file {
        File::Edges => args.successions.as_deref().unwrap_or(Path::new("-")).display().to_string(),
        File::Versions | File::Plan => args.units().display().to_string(),
    })
}
