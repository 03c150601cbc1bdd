//! Where the project lies on this machine, what Cargo knows of it, and how programs are run in it.
//!
//! It decides nothing about what is checked or served.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// The project's folder and what Cargo says about it.
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// What is compiled goes here; so does everything else that must not be committed.
    pub(crate) target: PathBuf,
    /// The workspace's own packages.
    pub(crate) packages: Vec<Package>,
}

/// One package of the workspace, as `cargo metadata` describes it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Package {
    /// The package's name, `dienhinh-…`.
    pub(crate) name: String,
    /// What its manifest names, of every kind.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependency tables.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The package that is depended upon.
    pub(crate) name: String,
    /// `None` for `[dependencies]`, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
    workspace_root: PathBuf,
}

impl Workspace {
    /// Asks Cargo about the project this program belongs to.
    pub(crate) fn find() -> Result<Self> {
        let own_folder = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(own_folder)
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata is not as expected")?;
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory, packages: metadata.packages })
    }

    /// A command that starts in the project's folder.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root);
        command
    }

    /// A Cargo command that starts in the project's folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(cargo());
        command.args(arguments);
        command
    }

    /// Builds the product and returns the path of its binary.
    pub(crate) fn build_product(&self) -> Result<PathBuf> {
        crate::tools::require_c_compiler()?;
        succeed(&mut self.cargo(&["build", "--package", "dienhinh-cli", "--bin", "dienhinh"]))?;
        let built = self.target.join("debug").join(format!("dienhinh{}", env::consts::EXE_SUFFIX));
        if !built.is_file() {
            bail!("cargo built no {}", built.display());
        }
        Ok(built)
    }

    /// Builds what makes databases as earlier versions left them, and returns its path.
    pub(crate) fn build_golden(&self) -> Result<PathBuf> {
        succeed(&mut self.cargo(&["build", "--package", "dienhinh-storage", "--example", "golden"]))?;
        Ok(self.target.join("debug/examples").join(format!("golden{}", env::consts::EXE_SUFFIX)))
    }
}

/// Runs a command whose output the reader sees, and fails when it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}
