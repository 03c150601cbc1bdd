//! Runs the Node scripts of `tests/browser` against the built product.
//!
//! The scripts start and end their own servers and browsers; this prepares what they need.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    tools::{self, CHROMIUM},
    workspace::{Workspace, succeed},
};

const FOLDER: &str = "tests/browser";

/// Types of the page scripts, then every browser test.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    let prepared = prepare(workspace)?;
    succeed(prepared.node(workspace).args(["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"]))?;
    succeed(prepared.node(workspace).args(["--test", "--test-reporter=spec"]).args(test_files(workspace)?))
}

/// Runs one script of the folder that is not a test.
pub(crate) fn script(workspace: &Workspace, name: &str, arguments: &[&Path]) -> Result<()> {
    let prepared = prepare(workspace)?;
    succeed(prepared.node(workspace).arg(name).args(arguments))
}

/// What every script is told through its environment.
struct Prepared {
    product: PathBuf,
    chromium: PathBuf,
}

impl Prepared {
    fn node(&self, workspace: &Workspace) -> Command {
        let mut node = workspace.command("node");
        node.current_dir(workspace.root.join(FOLDER));
        node.env("DIENHINH_BIN", &self.product).env("CHROMIUM", &self.chromium).env_remove("DIENHINH_DATABASE");
        node
    }
}

fn prepare(workspace: &Workspace) -> Result<Prepared> {
    tools::ensure(tools::FOR_BROWSER_TESTS)?;
    install_packages(workspace)?;
    let product = workspace.build_product()?;
    let chromium = tools::find(CHROMIUM).context("chromium was installed and still cannot be found")?;
    Ok(Prepared { product, chromium })
}

/// `npm ci`, unless the packages of this very lock file are already there.
fn install_packages(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join(FOLDER);
    let lock = fs::read(folder.join("package-lock.json")).context("tests/browser/package-lock.json cannot be read")?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("installing the npm packages of {FOLDER}");
    succeed(workspace.command("npm").current_dir(&folder).args(["ci", "--no-fund", "--no-audit", "--loglevel=error"]))
        .context("the npm packages of the browser tests could not be installed; is the registry reachable?")?;
    fs::write(installed, lock).context("node_modules cannot be written")
}

fn test_files(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.root.join(FOLDER))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
