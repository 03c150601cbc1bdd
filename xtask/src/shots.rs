//! `cargo xtask shots`: pictures of the main pages, made by the project itself.
//!
//! All of them go into the target folder; the few that README.md shows are renewed where they are
//! committed.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{browser, workspace::Workspace};

/// What README.md shows; everything else stays out of the repository.
const COMMITTED: &[&str] = &["sheet-1366.png", "sheet-390.png"];
const COMMITTED_MAX_BYTES: u64 = 300_000;

/// Takes every picture, then renews the committed ones.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let all = workspace.target.join("screenshots");
    fs::create_dir_all(&all).context("the folder of the pictures cannot be made")?;
    browser::script(workspace, "shots.mjs", &[&all])?;
    let committed = workspace.root.join("docs/screenshots");
    fs::create_dir_all(&committed)?;
    for name in COMMITTED {
        renew(&all.join(name), &committed.join(name))?;
    }
    println!("pictures: {}; renewed in docs/screenshots: {}", all.display(), COMMITTED.join(", "));
    Ok(())
}

fn renew(taken: &Path, committed: &Path) -> Result<()> {
    let bytes = fs::metadata(taken).with_context(|| format!("{} was not taken", taken.display()))?.len();
    if bytes > COMMITTED_MAX_BYTES {
        bail!("{} has {bytes} bytes; a committed picture may have {COMMITTED_MAX_BYTES}", taken.display());
    }
    fs::copy(taken, committed).with_context(|| format!("{} cannot be written", committed.display()))?;
    Ok(())
}
