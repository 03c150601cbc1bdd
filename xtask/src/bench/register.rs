//! `cargo xtask bench register FOLDER`: the national register, read from its two files in a folder, asked by twenty at a
//! time for its tree as of several days, its crosswalk and its search.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    load::{self, CLIENTS},
    server::{Folder, empty, peak_mib, release},
};
use crate::{
    http::Request,
    product::{self, Installation},
    workspace::Workspace,
};

/// Days before, between and after the reforms that the register tells of.
const DAYS: [&str; 4] = ["2024-07-01", "2025-06-30", "2025-07-01", "2026-06-01"];

/// How many requests of each page are made.
const REQUESTS: usize = 1_000;

/// What people look for: codes that several units bore, names with and without accents, nothing, nearly everything.
const TYPED: [&str; 10] =
    ["31825", "31900", "châu+hưng", "chau+hung", "Bạc+Liêu", "vinh+loi", "phuong+1", "pho+bang", "th", "khong+co+gi"];

/// What is measured.
pub(super) struct Options {
    folder: PathBuf,
    sqlite: bool,
    requests: usize,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Result<Self> {
        let (folder, words) = words.split_first().context("bench register takes the folder of the files")?;
        let mut options = Self { folder: folder.into(), sqlite: false, requests: REQUESTS };
        for pair in words.chunks(2) {
            match pair {
                ["--database", "sqlite"] => options.sqlite = true,
                ["--database", "postgres"] => options.sqlite = false,
                ["--requests", number] => options.requests = number.parse().context("--requests")?,
                other => bail!("bench register does not know `{}`", other.join(" ")),
            }
        }
        Ok(options)
    }
}

/// Measures and prints.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = release(workspace)?;
    let (_server, database) = empty(options.sqlite, "register")?;
    let folder = Folder::empty(workspace, "register")?;
    let installation = Installation { binary: &binary, data: folder.0.clone(), database: &database, options: &[] };
    println!("\n## The national register on {}\n", database.name());
    let began = Instant::now();
    let mut import = installation.subcommand("unit", "import");
    for (option, file) in [("--register", "units_register.csv"), ("--successions", "successions.csv")] {
        import.arg(option).arg(options.folder.join(file));
    }
    product::succeed(&mut import)?;
    println!("taken in after {:.1?}; {CLIENTS} at a time, {} requests a page", began.elapsed(), options.requests);
    let pages = pages(&installation)?;
    let serving = installation.start()?;
    load::table(serving.address, pages, options.requests)?;
    if let Some(peak) = peak_mib(serving.pid()) {
        println!("\nthe server had {peak:.0} MiB at most");
    }
    Ok(())
}

/// Every page that is measured, each in as many ways as there are things to ask for.
fn pages(installation: &Installation<'_>) -> Result<Vec<(&'static str, Vec<Request>)>> {
    let (mut tops, mut provinces, mut communes, mut branches) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for day in DAYS {
        let open = |unit: &String| Request::get(&format!("/units/tree?as_of={day}&unit={unit}"));
        let branch = |unit: &String| Request::get(&format!("/units/tree/branch?as_of={day}&unit={unit}"));
        tops.push(Request::get(&format!("/units/tree?as_of={day}")));
        let of_day = units(installation, day, "province")?;
        provinces.extend(of_day.iter().map(open));
        branches.extend(of_day.iter().map(branch));
        communes.extend(units(installation, day, "commune")?.iter().step_by(97).map(open));
    }
    let typed = |path: &str| TYPED.map(|typed| Request::get(&path.replace("{}", typed))).to_vec();
    let on_days = DAYS.iter().flat_map(|day| typed(&format!("/units?as_of={day}&search={{}}"))).collect();
    Ok(vec![
        ("tree, folded", tops),
        ("tree, the branch of a province", branches),
        ("tree, a province open", provinces),
        ("tree, open down to a commune", communes),
        ("crosswalk", typed("/crosswalk?q={}")),
        ("crosswalk, JSON", typed("/api/v1/crosswalk?q={}")),
        ("search as of a day", on_days),
        ("search, JSON", typed("/api/v1/units?search={}")),
    ])
}

/// Our identities of the units of a level as of a day.
fn units(installation: &Installation<'_>, day: &str, level: &str) -> Result<Vec<String>> {
    let mut list = installation.subcommand("unit", "list");
    let lines = product::succeed(list.args(["--as-of", day, "--level", level, "--json"]))?;
    let id = |line: &str| -> Result<String> {
        let unit: Value = serde_json::from_str(line)?;
        Ok(unit["id"].as_str().context("a unit without identity")?.to_owned())
    };
    lines.lines().map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Options> {
        Options::parse(&words.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn options_say_what_is_measured() {
        let options = parsed("files").expect("a folder is enough");
        assert_eq!((options.folder, options.sqlite, options.requests), ("files".into(), false, REQUESTS));
        let options = parsed("files --database sqlite --requests 7").expect("options");
        assert_eq!((options.sqlite, options.requests), (true, 7));
        for words in ["", "files --requests many", "files --requests", "files --database mysql"] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
