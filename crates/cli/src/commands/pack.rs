//! `dienhinh pack`: `check` reads packs, checks them and runs their cases; the other verbs have files of their own.

mod diff;
mod export;
mod files;
mod import;
mod new;
mod workbook;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use dienhinh_domain::programmes::{Case, CriteriaSet, Problem, parse, parse_cases};
use dienhinh_engine::{Plan, analysis, cases::run_cases};
use serde_json::json;

use super::Rejected;

#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    Check(CheckArgs),
    New(new::NewArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Diff(diff::DiffArgs),
}

/// Check a pack, or every pack below a folder, and run its worked examples.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Folder of a pack, or of packs.
    folder: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// What was found in one pack.
struct Checked {
    folder: PathBuf,
    /// The set, when it could be read.
    set: Option<CriteriaSet>,
    cases: Option<usize>,
    /// File and mistake.
    problems: Vec<(PathBuf, Problem)>,
}

/// A criteria set with its compiled plan, or its mistakes by file.
type Loaded = Result<(CriteriaSet, Plan), Vec<(PathBuf, Problem)>>;

pub(crate) fn run(command: &PackCommand) -> ExitCode {
    match command {
        PackCommand::Check(args) => run_check(args),
        PackCommand::New(args) => new::run(args),
        PackCommand::Export(args) => export::run(args),
        PackCommand::Import(args) => import::run(args),
        PackCommand::Diff(args) => diff::run(args),
    }
}

fn run_check(args: &CheckArgs) -> ExitCode {
    let folders = match packs_in(&args.folder) {
        Ok(folders) => folders,
        Err(cause) => return super::fail(super::NOT_FOUND, &format!("{}: {cause}", args.folder.display())),
    };
    if folders.is_empty() {
        let text = "không có tệp pack.toml nào trong thư mục này / there is no pack.toml in this folder";
        return super::fail(super::NOT_FOUND, &format!("{}: {text}", args.folder.display()));
    }
    let mut checked: Vec<Checked> = folders.iter().map(|folder| check(folder)).collect();
    add_circles(&mut checked);
    if args.json {
        super::say(&as_json(&checked).to_string());
    } else {
        checked.iter().for_each(print);
    }
    if checked.iter().all(|pack| pack.problems.is_empty()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(super::REJECTED)
    }
}

/// The folder itself when it is a pack, else the packs directly below it, in order of name.
fn packs_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if folder.join("pack.toml").exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut packs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.join("pack.toml").exists() {
            packs.push(path);
        }
    }
    packs.sort();
    Ok(packs)
}

fn check(folder: &Path) -> Checked {
    let cases_file = folder.join("cases.toml");
    let mut checked = Checked { folder: folder.to_owned(), set: None, cases: None, problems: Vec::new() };
    let (set, _) = match load(folder) {
        Ok(loaded) => loaded,
        Err(problems) => return Checked { problems, ..checked },
    };
    let set_file = folder.join("pack.toml");
    checked.problems = analysis::analyse(&set).into_iter().map(|found| (set_file.clone(), found)).collect();
    let cases = read(&cases_file).and_then(|text| parse_cases(&text));
    let found = cases.map(|cases| {
        checked.cases = Some(cases.len());
        run_cases(&set, &cases)
    });
    checked.set = Some(set);
    let problems = found.unwrap_or_else(|problems| problems);
    checked.problems.extend(problems.into_iter().map(|problem| (cases_file.clone(), problem)));
    checked
}

/// Programmes that wait for each other, with the first pack of those that were read.
fn add_circles(checked: &mut [Checked]) {
    let sets: Vec<&CriteriaSet> = checked.iter().filter_map(|pack| pack.set.as_ref()).collect();
    let circles = analysis::circles(&sets);
    if let Some(pack) = checked.iter_mut().find(|pack| pack.set.is_some()) {
        pack.problems.extend(circles.into_iter().map(|found| (pack.folder.clone(), found)));
    }
}

/// The pack in a folder, for a command that needs it whole.
pub(super) fn open(folder: &Path) -> Result<(CriteriaSet, Plan), Rejected> {
    if !folder.join("pack.toml").exists() {
        let text = "không có pack.toml / there is no pack.toml";
        return Err(Rejected::NotFound(format!("{}: {text}", folder.display())));
    }
    load(folder).map_err(|problems| Rejected::Data(problems.iter().map(|(file, found)| line(file, found)).collect()))
}

/// The plan of a set that was made out of one in order.
pub(super) fn compiled(set: &CriteriaSet) -> Result<Plan, Rejected> {
    Plan::compile(set).map_err(|found| {
        Rejected::Data(found.iter().map(|found| format!("{} / {}", found.what.vi, found.what.en)).collect())
    })
}

/// Reads and compiles the pack in a folder.
fn load(folder: &Path) -> Loaded {
    let file = folder.join("pack.toml");
    // `packs/x/.` and `packs/x/` name the same pack as `packs/x`.
    let named = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let code = named.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let of_file = |problems: Vec<Problem>| -> Vec<(PathBuf, Problem)> {
        problems.into_iter().map(|problem| (file.clone(), problem)).collect()
    };
    let set = read(&file).and_then(|text| parse(&code, &text)).map_err(of_file)?;
    let plan = Plan::compile(&set).map_err(of_file)?;
    Ok((set, plan))
}

/// A pack in order with its worked examples; otherwise its mistakes are said and the exit code is given.
fn load_with_cases(folder: &Path) -> Result<(CriteriaSet, Vec<Case>), ExitCode> {
    if !folder.join("pack.toml").exists() {
        let text = "không có tệp pack.toml trong thư mục này / there is no pack.toml in this folder";
        return Err(super::fail(super::NOT_FOUND, &format!("{}: {text}", folder.display())));
    }
    let cases_file = folder.join("cases.toml");
    let loaded = load(folder).and_then(|(set, _)| {
        let cases = read(&cases_file).and_then(|text| parse_cases(&text));
        let cases = cases
            .map_err(|problems| problems.into_iter().map(|found| (cases_file.clone(), found)).collect::<Vec<_>>())?;
        Ok((set, cases))
    });
    loaded.map_err(|problems| {
        for (file, problem) in &problems {
            super::note(&line(file, problem));
        }
        ExitCode::from(super::REJECTED)
    })
}

fn read(file: &Path) -> Result<String, Vec<Problem>> {
    fs::read_to_string(file).map_err(|cause| {
        let what = dienhinh_domain::programmes::Text {
            vi: format!("không đọc được: {cause}"),
            en: format!("cannot be read: {cause}"),
        };
        vec![Problem { line: None, what }]
    })
}

/// `packs/x/pack.toml:12: … / …`
pub(super) fn line(file: &Path, problem: &Problem) -> String {
    let place = problem.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("{}{place}: {} / {}", file.display(), problem.what.vi, problem.what.en)
}

fn print(pack: &Checked) {
    let ok = pack.problems.is_empty();
    let size = pack.set.as_ref().zip(pack.cases).map_or_else(String::new, |(set, cases)| {
        let criteria = set.criteria.len();
        format!(" {}: {criteria} tiêu chí, {cases} trường hợp / {criteria} criteria, {cases} cases", set.version)
    });
    super::say(&format!("{} {}{size}", if ok { "✓" } else { "✗" }, pack.folder.display()));
    for (file, problem) in &pack.problems {
        super::note(&line(file, problem));
    }
}

fn as_json(checked: &[Checked]) -> serde_json::Value {
    let packs = checked.iter().map(|pack| {
        let problems = pack.problems.iter().map(|(file, problem)| {
            json!({
                "file": file.display().to_string(),
                "line": problem.line,
                "vi": problem.what.vi,
                "en": problem.what.en,
            })
        });
        json!({
            "pack": pack.folder.display().to_string(),
            "version": pack.set.as_ref().map(|set| &set.version),
            "criteria": pack.set.as_ref().map(|set| set.criteria.len()),
            "cases": pack.cases,
            "ok": pack.problems.is_empty(),
            "problems": problems.collect::<Vec<_>>(),
        })
    });
    json!({ "ok": checked.iter().all(|pack| pack.problems.is_empty()), "packs": packs.collect::<Vec<_>>() })
}
