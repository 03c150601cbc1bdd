//! The built product as a process that is started, asked and killed.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::http;
use crate::tools;

/// How long the first start may take, which loads the sample.
const START_TIMEOUT: Duration = Duration::from_mins(2);

/// Which database the product stores in.
pub(crate) enum Database {
    /// A file in its data folder.
    Sqlite,
    /// A server, by its address.
    Postgres(String),
}

impl Database {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// A database of the same kind beside this one, with nothing in it: on a server in place of one with that name, else
    /// in an empty folder of its own.
    pub(crate) fn another(&self, name: &str) -> Result<Self> {
        let Self::Postgres(url) = self else { return Ok(Self::Sqlite) };
        let (server, _) = url.rsplit_once('/').context("an address has a database")?;
        let tool = |name: &'static str| tools::find(&[name]).with_context(|| format!("`{name}` cannot be found"));
        let place = format!("--maintenance-db={url}");
        succeed(Command::new(tool("dropdb")?).args(["--if-exists", "--force", &place, name]))?;
        succeed(Command::new(tool("createdb")?).args([&place, name]))?;
        Ok(Self::Postgres(format!("{server}/{name}")))
    }

    /// Tells a command of the product where its database is.
    pub(crate) fn put_into(&self, command: &mut Command) {
        command.env_remove("DIENHINH_DATABASE").env_remove("DIENHINH_EVIDENCE");
        if let Self::Postgres(url) = self {
            command.env("DIENHINH_DATABASE", url);
        }
    }
}

/// What is started: the binary, its data folder and its database.
pub(crate) struct Installation<'a> {
    pub(crate) binary: &'a Path,
    pub(crate) data: PathBuf,
    pub(crate) database: &'a Database,
    /// More options of `serve`.
    pub(crate) options: &'static [&'static str],
}

impl Installation<'_> {
    /// Starts it and waits until it answers.
    pub(crate) fn start(&self) -> Result<Running> {
        let mut command = self.command("serve");
        command
            .args(["--sample", "--listen", "127.0.0.1:0"])
            .args(self.options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let started = Instant::now();
        let mut process = command.spawn().context("the product could not be started")?;
        let output = process.stdout.take().context("no output")?;
        let mut running = Running { process, address: ([127, 0, 0, 1], 0).into(), ready_after: Duration::ZERO };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("http://").context("the product ended before it listened")?;
        running.address = address.parse()?;
        while http::get(running.address, "/api/v1/cycles").is_err() {
            if started.elapsed() > START_TIMEOUT {
                bail!("the product does not answer after {START_TIMEOUT:?}");
            }
            thread::sleep(Duration::from_millis(10));
        }
        running.ready_after = started.elapsed();
        Ok(running)
    }

    /// Whether `dienhinh doctor` finds nothing wrong; it reads the whole record of what was done.
    pub(crate) fn doctor(&self) -> Result<()> {
        let output = self.command("doctor").output()?;
        if !output.status.success() {
            bail!("doctor found something:\n{}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    }

    /// How many entries the record of what was done has.
    pub(crate) fn record_size(&self) -> Result<u64> {
        let output = self.subcommand("audit", "verify").arg("--json").output()?;
        let found: Value = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("audit verify said:\n{}", String::from_utf8_lossy(&output.stderr)))?;
        found["entries"].as_u64().context("no number of entries")
    }

    /// What `dienhinh evidence` says as JSON, and its exit code.
    pub(crate) fn evidence(&self, words: &[&str]) -> Result<(i32, Value)> {
        let output = self.with_place(&[&["evidence"], words].concat()).arg("--json").output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().context("killed")?;
        let report = serde_json::from_slice(&output.stdout);
        Ok((code, report.with_context(|| format!("evidence {words:?} ended with {code}: {said}"))?))
    }

    /// A command of the product on this installation.
    pub(crate) fn command(&self, verb: &str) -> Command {
        self.with_place(&[verb])
    }

    /// A command of the product that has a command below it.
    pub(crate) fn subcommand(&self, verb: &str, below: &str) -> Command {
        self.with_place(&[verb, below])
    }

    fn with_place(&self, verbs: &[&str]) -> Command {
        let mut command = Command::new(self.binary);
        command.args(verbs).arg("--data").arg(&self.data);
        self.database.put_into(&mut command);
        command
    }
}

/// Runs a command and gives what it said; what it said beside that is shown when it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<String> {
    let output = command.output().context("a command could not be started")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{said}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(said)
}

/// [`succeed`] for a command that says one JSON document.
pub(crate) fn json(command: &mut Command) -> Result<Value> {
    Ok(serde_json::from_str(&succeed(command)?)?)
}

/// A running product; it is killed with the value.
pub(crate) struct Running {
    process: Child,
    pub(crate) address: SocketAddr,
    /// How long it took to answer.
    pub(crate) ready_after: Duration,
}

impl Running {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Whether it ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.process.try_wait()?.is_some())
    }

    /// Asks it to end (SIGTERM), and gives how long that took and whether it says that all went well.
    pub(crate) fn end(&mut self, within: Duration) -> Result<(Duration, bool)> {
        let asked = Instant::now();
        signal("TERM", &[self.pid()])?;
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok((asked.elapsed(), status.success()));
            }
            if asked.elapsed() > within {
                bail!("it still runs {within:?} after it was asked to end");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// `kill -9`, and waits until it is gone.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Sends a signal to processes, each by its id.
pub(crate) fn signal(name: &str, processes: &[u32]) -> Result<()> {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).args(processes.iter().map(u32::to_string));
    if !kill.status()?.success() {
        bail!("`kill -{name}` did not reach {processes:?}");
    }
    Ok(())
}

/// Runs a statement as somebody with every right on the server.
pub(crate) fn psql(url: &str, statement: &str) -> Result<String> {
    let psql = tools::find(&["psql"]).context("`psql` is not there (Debian package postgresql-client)")?;
    let output = Command::new(psql).args(["-X", "-q", "-A", "-t", "-c", statement, url]).output()?;
    if !output.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
