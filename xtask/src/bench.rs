//! `cargo xtask bench engine`: builds the measurement with its peers, runs it, and keeps the page; what is measured, and
//! how, lies in the package `bench`. `cargo xtask bench server`, `mix` and `register`: see [`server`], [`mix`] and
//! [`register`].

mod load;
mod mix;
mod register;
mod server;

use std::{fs, path::PathBuf, process::Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{
    tools::{self, Tool},
    workspace::{Workspace, succeed},
};

const TOOLS: &[Tool] = &[Tool { names: &["python3"], debian: "python3-venv", purpose: "run the peers" }];

/// Measures; with the peers the page is renewed.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let with_peers = match words.as_slice() {
        ["server", words @ ..] => return server::run(workspace, &server::Options::parse(words)?),
        ["mix", words @ ..] => return mix::run(workspace, &mix::Options::parse(words)?),
        ["register", words @ ..] => return register::run(workspace, &register::Options::parse(words)?),
        ["engine"] => true,
        ["engine", "--without-peers"] => false,
        _ => bail!("bench knows `engine [--without-peers]`, `server`, `mix` and `register`, not `{}`", words.join(" ")),
    };
    let work = workspace.target.join("bench");
    fs::create_dir_all(&work).with_context(|| work.display().to_string())?;
    succeed(&mut workspace.cargo(&["build", "--release", "--package", "dienhinh-bench"]))?;
    let mut measurement = workspace.command(workspace.target.join("release/dienhinh-bench"));
    measurement.arg("--work").arg(&work);
    if with_peers {
        measurement.arg("--python").arg(interpreter(workspace)?);
    }
    let output = measurement.stderr(Stdio::inherit()).output().context("the measurement could not be started")?;
    if !output.status.success() {
        bail!("the measurement failed ({})", output.status);
    }
    let page = String::from_utf8(output.stdout).context("the page is not text")?;
    println!("{page}");
    if with_peers {
        let place = workspace.root.join("docs/benchmarks/engine.md");
        fs::create_dir_all(workspace.root.join("docs/benchmarks"))?;
        fs::write(&place, page).with_context(|| place.display().to_string())?;
    }
    Ok(())
}

/// Python with the peers' packages, in an environment of its own.
fn interpreter(workspace: &Workspace) -> Result<PathBuf> {
    let environment = workspace.target.join("bench/python");
    let interpreter = environment.join("bin/python3");
    if !interpreter.is_file() {
        tools::ensure(TOOLS)?;
        succeed(workspace.command("python3").args(["-m", "venv"]).arg(&environment))
            .context("Debian or Ubuntu: apt-get install python3-venv")?;
    }
    let mut install = workspace.command(&interpreter);
    install.args(["-m", "pip", "install", "--quiet", "--requirement", "bench/peers/requirements.txt"]);
    succeed(&mut install)
        .context("the peers come from PyPI; without them: cargo xtask bench engine --without-peers")?;
    Ok(interpreter)
}
