//! Other engines, each a process that holds its data and runs once whenever it is told.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, de::DeserializeOwned};

use crate::sums::Sums;

/// A peer that is ready.
pub(crate) struct Peer {
    /// What it calls itself.
    pub(crate) version: String,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// One run of a peer.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    seconds: f64,
    pub(crate) sums: Sums,
    pub(crate) peak_kib: u64,
}

impl Answer {
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

#[derive(Deserialize)]
struct Ready {
    ready: String,
}

impl Peer {
    /// Starts a script with its files and waits until its data are loaded.
    pub(crate) fn start(python: &Path, script: &Path, arguments: &[&Path]) -> Result<Self> {
        let mut command = Command::new(python);
        command.arg(script).args(arguments).env("POLARS_MAX_THREADS", "2");
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", python.display()))?;
        let output = process.stdout.take().context("no pipe")?;
        let input = process.stdin.take();
        let mut peer = Self { version: String::new(), process, input, output: BufReader::new(output) };
        let ready: Ready = peer.answer().with_context(|| script.display().to_string())?;
        peer.version = ready.ready;
        Ok(peer)
    }

    /// Runs once.
    pub(crate) fn run(&mut self, with_points: bool) -> Result<Answer> {
        let what = if with_points { "points" } else { "totals" };
        let input = self.input.as_mut().context("no pipe")?;
        writeln!(input, "{{\"run\": \"{what}\"}}")?;
        input.flush()?;
        self.answer().with_context(|| self.version.clone())
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("it ended without an answer");
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends when its input does; how does not matter any more.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
