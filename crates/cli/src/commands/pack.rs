//! `dienhinh pack`: `check` reads packs, checks them and runs their cases; the other verbs have files of their own.

mod activate;
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
use dienhinh_domain::programmes::{Case, CriteriaSet, Overlay, Problem, Text, parse, parse_cases};
use dienhinh_engine::{Plan, analysis, cases::run_cases};
use serde_json::json;

pub(super) use self::files::write_file;
use super::Rejected;

#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    Check(CheckArgs),
    New(new::NewArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Diff(diff::DiffArgs),
    Activate(activate::ActivateArgs),
}

/// Check a pack or an overlay, or all of them below a folder, and run the worked examples.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Folder of a pack or an overlay, or of several.
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
        PackCommand::Activate(args) => activate::run(args),
    }
}

fn run_check(args: &CheckArgs) -> ExitCode {
    let folders = match packs_in(&args.folder) {
        Ok(folders) => folders,
        Err(cause) => return super::fail(super::NOT_FOUND, &format!("{}: {cause}", args.folder.display())),
    };
    if folders.is_empty() {
        return super::fail(super::NOT_FOUND, &no_set(&args.folder));
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

/// The folder itself when it is a pack or an overlay, else those directly below it, in order of name.
fn packs_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if set_file(folder).is_some() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut packs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if set_file(&path).is_some() {
            packs.push(path);
        }
    }
    packs.sort();
    Ok(packs)
}

/// The file of a folder that says what is asked for, in a pack or in an overlay on one.
fn set_file(folder: &Path) -> Option<PathBuf> {
    ["pack.toml", "overlay.toml"].map(|name| folder.join(name)).into_iter().find(|file| file.exists())
}

/// Whether a folder holds an overlay; its worked examples are its own, and it may do without.
fn is_overlay(folder: &Path) -> bool {
    set_file(folder).is_some_and(|file| file.ends_with("overlay.toml"))
}

fn no_set(folder: &Path) -> String {
    let text = "không có tệp pack.toml hoặc overlay.toml trong thư mục này / there is no pack.toml or overlay.toml in this folder";
    format!("{}: {text}", folder.display())
}

fn check(folder: &Path) -> Checked {
    let mut checked = Checked { folder: folder.to_owned(), set: None, cases: None, problems: Vec::new() };
    let (set, _) = match load(folder) {
        Ok(loaded) => loaded,
        Err(problems) => return Checked { problems, ..checked },
    };
    let file = set_file(folder).unwrap_or_default();
    checked.problems = of_file(&file, analysis::analyse(&set));
    let found = cases_of(folder).map(|cases| {
        checked.cases = Some(cases.len());
        of_file(&folder.join("cases.toml"), run_cases(&set, &cases))
    });
    checked.set = Some(set);
    checked.problems.extend(found.unwrap_or_else(|problems| problems));
    checked
}

fn of_file(file: &Path, problems: Vec<Problem>) -> Vec<(PathBuf, Problem)> {
    problems.into_iter().map(|problem| (file.to_owned(), problem)).collect()
}

/// The worked examples beside a set.
fn cases_of(folder: &Path) -> Result<Vec<Case>, Vec<(PathBuf, Problem)>> {
    let file = folder.join("cases.toml");
    if is_overlay(folder) && !file.exists() {
        return Ok(Vec::new());
    }
    read(&file).and_then(|text| parse_cases(&text)).map_err(|problems| of_file(&file, problems))
}

/// Programmes that wait for each other, with the first pack of those that were read.
fn add_circles(checked: &mut [Checked]) {
    let sets: Vec<&CriteriaSet> = checked.iter().filter_map(|pack| pack.set.as_ref()).collect();
    let circles = analysis::circles(&sets);
    if let Some(pack) = checked.iter_mut().find(|pack| pack.set.is_some()) {
        pack.problems.extend(circles.into_iter().map(|found| (pack.folder.clone(), found)));
    }
}

/// The set in a folder, for a command that needs it whole.
pub(super) fn open(folder: &Path) -> Result<(CriteriaSet, Plan), Rejected> {
    if set_file(folder).is_none() {
        return Err(Rejected::NotFound(no_set(folder)));
    }
    load(folder).map_err(|problems| Rejected::Data(problems.iter().map(|(file, found)| line(file, found)).collect()))
}

/// The plan of a set that was made out of one in order.
pub(super) fn compiled(set: &CriteriaSet) -> Result<Plan, Rejected> {
    Plan::compile(set).map_err(|found| {
        Rejected::Data(found.iter().map(|found| format!("{} / {}", found.what.vi, found.what.en)).collect())
    })
}

/// Reads and compiles the set in a folder.
fn load(folder: &Path) -> Loaded {
    let (file, set) = if is_overlay(folder) { read_overlay(folder) } else { read_pack(folder) }?;
    let plan = Plan::compile(&set).map_err(|problems| of_file(&file, problems))?;
    Ok((set, plan))
}

fn read_pack(folder: &Path) -> Result<(PathBuf, CriteriaSet), Vec<(PathBuf, Problem)>> {
    let file = folder.join("pack.toml");
    let set = pack_text(folder)
        .and_then(|text| parse(&code_of(folder), &text).map_err(|problems| of_file(&file, problems)))?;
    Ok((file, set))
}

/// The text of a pack that lies in a folder of its own.
fn pack_text(folder: &Path) -> Result<String, Vec<(PathBuf, Problem)>> {
    let file = folder.join("pack.toml");
    if folder.join("overlay.toml").exists() {
        let what = Text {
            vi: "thư mục có cả overlay.toml; để phần bổ sung trong thư mục riêng".to_owned(),
            en: "the folder holds an overlay.toml as well; put the overlay into a folder of its own".to_owned(),
        };
        return Err(vec![(file, Problem { line: None, what })]);
    }
    read(&file).map_err(|problems| of_file(&file, problems))
}

/// A pack with the overlay of a folder on it.
fn read_overlay(folder: &Path) -> Result<(PathBuf, CriteriaSet), Vec<(PathBuf, Problem)>> {
    let file = folder.join("overlay.toml");
    let here = |problems| of_file(&file, problems);
    let text = read(&file).map_err(here)?;
    let overlay = Overlay::read(&text).map_err(here)?;
    let base = folder.join(overlay.base());
    if Path::new(overlay.base()).is_absolute() || !base.join("pack.toml").exists() {
        let named = overlay.base();
        let what = Text {
            vi: format!(
                "không có pack.toml trong “{named}”; base là đường dẫn từ thư mục này đến bộ gốc, như ../ten-bo"
            ),
            en: format!(
                "there is no pack.toml in `{named}`; base is the way from this folder to the pack, like ../name"
            ),
        };
        return Err(here(vec![overlay.base_problem(what)]));
    }
    let (_, base) = read_pack(&base)?;
    let set = overlay.on(&code_of(folder), &base).map_err(here)?;
    Ok((file, set))
}

/// The name of a folder: `packs/x/.` and `packs/x/` name the same pack as `packs/x`.
fn code_of(folder: &Path) -> String {
    let named = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    named.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A set in order with its worked examples; otherwise its mistakes are said and the exit code is given.
fn load_with_cases(folder: &Path) -> Result<(CriteriaSet, Vec<Case>), ExitCode> {
    if set_file(folder).is_none() {
        return Err(super::fail(super::NOT_FOUND, &no_set(folder)));
    }
    let loaded = load(folder).and_then(|(set, _)| Ok((set, cases_of(folder)?)));
    loaded.map_err(|problems| {
        for (file, problem) in &problems {
            super::note(&line(file, problem));
        }
        ExitCode::from(super::REJECTED)
    })
}

fn read(file: &Path) -> Result<String, Vec<Problem>> {
    fs::read_to_string(file).map_err(|cause| {
        let what = Text { vi: format!("không đọc được: {cause}"), en: format!("cannot be read: {cause}") };
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
        json!({
            "pack": pack.folder.display().to_string(),
            "version": pack.set.as_ref().map(|set| &set.version),
            "criteria": pack.set.as_ref().map(|set| set.criteria.len()),
            "cases": pack.cases,
            "ok": pack.problems.is_empty(),
            "problems": problems_json(&pack.problems),
        })
    });
    json!({ "ok": checked.iter().all(|pack| pack.problems.is_empty()), "packs": packs.collect::<Vec<_>>() })
}

fn problems_json(problems: &[(PathBuf, Problem)]) -> Vec<serde_json::Value> {
    let problem = |(file, problem): &(PathBuf, Problem)| {
        json!({
            "file": file.display().to_string(),
            "line": problem.line,
            "vi": problem.what.vi,
            "en": problem.what.en,
        })
    };
    problems.iter().map(problem).collect()
}
