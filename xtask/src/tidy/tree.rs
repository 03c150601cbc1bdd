//! The project's text files, read once: path from the root, and text.
//!
//! Compiled files, installed packages and pictures are not part of it.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

/// What no rule looks into.
const SKIPPED_FOLDERS: &[&str] = &[".git", "target", "node_modules"];
/// Where `dienhinh serve` keeps an installation when it is not told otherwise.
const INSTALLATION: &str = "data";
const TEXT_ENDINGS: &[&str] =
    &["rs", "ts", "mjs", "css", "html", "ftl", "sql", "toml", "md", "typ", "csv", "svg", "yml", "json", "run"];

/// Paths (with `/`, from the project's root) and texts, in order of path.
#[derive(Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads every text file below the root.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                // Cargo marks every target folder, wherever a reader has put it.
                let is_cache = entry.path().join("CACHEDIR.TAG").exists();
                if !is_cache && path != INSTALLATION && !SKIPPED_FOLDERS.contains(&name.as_str()) {
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else if TEXT_ENDINGS.contains(&ending(&path)) || path == ".ci/run" {
                let text = fs::read_to_string(entry.path()).with_context(|| format!("{path} is not UTF-8 text"))?;
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    /// A tree for a test.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// One file's text; empty when there is no such file.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(path).map_or("", String::as_str)
    }

    /// Files whose path begins so, in order.
    pub(crate) fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        all.filter(move |(path, _)| path.starts_with(prefix))
    }

    /// How many files were read.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }
}

/// What stands after the last dot of a path.
pub(crate) fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}
