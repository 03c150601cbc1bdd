//! What a promise is tried with: an empty folder of its own and a copy of the product, which builds meanwhile cannot change.

use std::{
    fs,
    hash::BuildHasher as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    product::{Database, Installation},
    workspace::Workspace,
};

/// One promise on one database.
pub(super) struct Trial<'a> {
    pub(super) workspace: &'a Workspace,
    id: &'static str,
    /// How often the promise is tried.
    pub(super) times: usize,
    pub(super) database: &'a Database,
    /// Empty at the beginning; what is left in it shows what happened when the promise does not hold.
    pub(super) folder: PathBuf,
    /// The product.
    pub(super) binary: PathBuf,
    /// What makes databases as earlier versions left them.
    pub(super) golden: PathBuf,
}

impl<'a> Trial<'a> {
    /// Empties the folder and copies the product into it.
    pub(super) fn prepare(
        workspace: &'a Workspace,
        built: &(PathBuf, PathBuf),
        id: &'static str,
        times: usize,
        database: &'a Database,
    ) -> Result<Self> {
        let folder = workspace.target.join("reliability").join(format!("{id}-{}", database.name()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let copy = |built: &Path| -> Result<PathBuf> {
            let copy = folder.join(built.file_name().context("the product has no file name")?);
            fs::copy(built, &copy)?;
            Ok(copy)
        };
        let (binary, golden) = (copy(&built.0)?, copy(&built.1)?);
        Ok(Self { workspace, id, times, database, folder, binary, golden })
    }

    /// The installation that is tried.
    pub(super) fn installation(&self) -> Installation<'_> {
        Installation { binary: &self.binary, data: self.folder.join("data"), database: self.database, options: &[] }
    }

    /// Prints what was found.
    pub(super) fn say(&self, found: &str) {
        println!("{} {}: {found}", self.id, self.database.name());
    }
}

/// A number that nobody can foresee.
pub(super) fn chance(seed: usize) -> u64 {
    std::hash::RandomState::new().hash_one(seed)
}
