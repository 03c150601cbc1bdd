//! The programs that building and checking need: which are missing, and how they come here.
//!
//! On Debian as root, what is missing is installed with apt-get, and said. Everywhere else the missing
//! programs are named with the command that brings them; nothing is installed behind anyone's back.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::workspace::succeed;

/// A program, and the Debian package that brings it.
pub(crate) struct Tool {
    /// Any of these file names will do.
    pub(crate) names: &'static [&'static str],
    /// The package in Debian's archive.
    pub(crate) debian: &'static str,
    /// What it is needed for, to be read after "is needed to".
    pub(crate) purpose: &'static str,
}

/// What `cargo xtask check` needs beyond Rust and a C compiler.
pub(crate) const FOR_BROWSER_TESTS: &[Tool] = &[
    Tool { names: &["node"], debian: "nodejs", purpose: "run the browser tests" },
    Tool { names: &["npm"], debian: "npm", purpose: "install the packages of the browser tests" },
    Tool { names: CHROMIUM, debian: "chromium", purpose: "show the pages in the browser tests" },
    Tool { names: &["pdftotext"], debian: "poppler-utils", purpose: "read the papers in the browser tests" },
];

/// What the tests on PostgreSQL need.
pub(crate) const FOR_DATABASE_TESTS: &[Tool] = &[
    Tool { names: &["initdb"], debian: "postgresql", purpose: "make a database server for the tests" },
    Tool { names: &["postgres"], debian: "postgresql", purpose: "run the tests on PostgreSQL" },
    Tool { names: &["pg_isready"], debian: "postgresql-client", purpose: "see whether the database server answers" },
];

/// Where Debian keeps the programs of a PostgreSQL server, a folder for each version.
const POSTGRESQL_FOLDER: &str = "/usr/lib/postgresql";

/// The names under which systems install the browser.
pub(crate) const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Finds a program in the folders of `PATH` and in Debian's for PostgreSQL.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    folders
        .extend(fs::read_dir(POSTGRESQL_FOLDER).into_iter().flatten().flatten().map(|entry| entry.path().join("bin")));
    let candidates = names.iter().flat_map(|name| {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        folders.iter().map(move |folder| folder.join(&file))
    });
    candidates.into_iter().find(|path| path.is_file())
}

/// SQLite is compiled from C, so the build stops early and plainly without a compiler.
pub(crate) fn require_c_compiler() -> Result<()> {
    let named = ["CC", "HOST_CC", "TARGET_CC"].iter().any(|name| env::var_os(name).is_some());
    if cfg!(windows) || named || find(&["cc", "clang", "gcc"]).is_some() {
        return Ok(());
    }
    bail!(
        "no C compiler was found; one is needed to build SQLite.\n\
         Debian or Ubuntu: apt-get install build-essential · Fedora: dnf install gcc · macOS: xcode-select --install"
    )
}

/// Makes sure every tool is present, installing what is missing where that is possible.
pub(crate) fn ensure(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| find(tool.names).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = packages(&missing);
    if is_debian_root() {
        println!("installing Debian packages: {}", packages.join(" "));
        succeed(Command::new("apt-get").args(["update", "--quiet"]))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(&packages);
        return succeed(install.env("DEBIAN_FRONTEND", "noninteractive"));
    }
    bail!("{}", explain(&missing))
}

fn explain(missing: &[&Tool]) -> String {
    let reason = |tool: &&Tool| format!("  {} is needed to {}", tool.names[0], tool.purpose);
    let reasons: Vec<String> = missing.iter().map(reason).collect();
    let packages = packages(missing);
    let command = format!("Debian or Ubuntu: sudo apt-get install {}", packages.join(" "));
    format!("programs are missing:\n{}\n{command}", reasons.join("\n"))
}

/// The packages that bring them, each once.
fn packages(missing: &[&Tool]) -> Vec<&'static str> {
    let mut packages: Vec<&str> = missing.iter().map(|tool| tool.debian).collect();
    packages.dedup();
    packages
}

/// A figure in kB that Linux tells of the machine or a process in one of its files; none elsewhere.
pub(crate) fn kib_in(file: &str, label: &str) -> Option<u64> {
    let known = fs::read_to_string(file).ok()?;
    let line = known.lines().find_map(|line| line.strip_prefix(label))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Whether this runs as the system's administrator.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn is_debian_root() -> bool {
    is_root() && Path::new("/etc/debian_version").exists() && find(&["apt-get"]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_purpose_and_the_way_to_get_it() {
        let tools: Vec<&Tool> = FOR_BROWSER_TESTS.iter().collect();
        let text = explain(&tools);
        assert!(text.contains("chromium is needed to show the pages in the browser tests"), "{text}");
        assert!(text.ends_with("apt-get install nodejs npm chromium poppler-utils"), "{text}");
    }

    #[test]
    fn a_program_that_exists_nowhere_is_not_found() {
        assert_eq!(find(&["no-such-program-anywhere"]), None);
    }
}
