//! What the command may be told.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

/// The options.
pub(crate) struct Options {
    /// Where the files of the run go.
    pub(crate) work: PathBuf,
    /// The interpreter with the peers' packages; without it no peer runs.
    pub(crate) python: Option<PathBuf>,
    /// How many units.
    pub(crate) units: u64,
    /// How often everything is run.
    pub(crate) rounds: usize,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { work: std::env::temp_dir(), python: None, units: 1_000_000, rounds: 9 };
        while let Some(name) = arguments.next() {
            let value = arguments.next().with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--work" => options.work = value.into(),
                "--python" => options.python = Some(value.into()),
                "--units" => options.units = value.parse().context("--units is a number")?,
                "--rounds" => options.rounds = value.parse().context("--rounds is a number")?,
                _ => bail!("there is no option {name}: --work, --python, --units, --rounds"),
            }
        }
        if options.units == 0 || options.rounds == 0 {
            bail!("--units and --rounds are at least 1");
        }
        Ok(options)
    }
}
