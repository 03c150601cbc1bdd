//! The options that say where an installation is; every command that works on one takes them.

use std::{env, ffi::OsString, path::PathBuf, process::ExitCode};

use clap::Args;
use dienhinh_server::Installation;
use tokio::runtime::{self, Runtime};

/// Where an installation keeps what it has.
#[derive(Args)]
pub(crate) struct PlaceArgs {
    /// Folder of the keys and, without --database and --evidence, of the database and the evidence.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The database: sqlite:PATH or postgres://USER@HOST:PORT/DATABASE. The environment keeps a password out of the
    /// list of processes.
    #[arg(long, value_name = "URL", env = "DIENHINH_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Where the files of the evidence lie: a folder or s3://BUCKET/PREFIX, with the usual AWS_… variables. Without it,
    /// the folder `evidence` in the data folder.
    #[arg(long, value_name = "DIR|URL", env = "DIENHINH_EVIDENCE")]
    evidence: Option<String>,
}

impl std::fmt::Debug for PlaceArgs {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlaceArgs").field("data", &self.data).finish_non_exhaustive()
    }
}

impl PlaceArgs {
    /// The installation, or the exit code of an address that cannot be read.
    pub(super) fn installation(&self) -> Result<Installation, ExitCode> {
        let installation = Installation::new(self.data.clone(), self.database.as_deref())
            .map_err(|invalid| super::fail(super::USAGE, &format!("--database, DIENHINH_DATABASE: {invalid}")))?;
        let Some(evidence) = &self.evidence else { return Ok(installation) };
        let readable =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        installation
            .with_evidence(evidence, env::vars_os().filter_map(readable))
            .map_err(|invalid| super::fail(super::USAGE, &format!("--evidence, DIENHINH_EVIDENCE: {invalid}")))
    }

    /// The installation with what a command on it runs in, or the exit code of what was wrong.
    pub(super) fn begin(&self) -> Result<(Installation, Runtime), ExitCode> {
        let installation = self.installation()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let failed = |cause| super::fail(1, &format!("không khởi động được / cannot start: {cause}"));
        Ok((installation, runtime.map_err(failed)?))
    }
}
