//! `cargo xtask demo`: builds the product and serves the sample province.
//!
//! The sample itself lies in the product (`dienhinh serve --sample`); this only builds and starts it.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// What the command line asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    listen: String,
    data: Option<PathBuf>,
}

impl Options {
    /// Reads `--listen ADDR` and `--data DIR`.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { listen: DEFAULT_LISTEN.to_owned(), data: None };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            let value =
                rest.next().with_context(|| format!("`{option}` is not understood, or its value is missing"))?;
            match option.as_str() {
                "--listen" => options.listen.clone_from(value),
                "--data" => options.data = Some(PathBuf::from(value)),
                _ => bail!("demo knows --listen ADDR and --data DIR, not `{option}`"),
            }
        }
        Ok(options)
    }
}

/// Builds, then becomes the server until ctrl-c.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    println!("Building Điển Hình (the first time takes a few minutes) …");
    let binary = workspace.build_product()?;
    let data = match &options.data {
        // The server starts in the project's folder; a relative path means the reader's own folder.
        Some(folder) => std::path::absolute(folder).context("the data folder's path is not usable")?,
        None => workspace.target.join("demo-data"),
    };
    println!("Serving the sample province from {}; ctrl-c ends it.", data.display());
    let mut server = workspace.command(binary);
    server.args(["serve", "--sample", "--listen", &options.listen, "--data"]).arg(data);
    become_server(server)
}

/// Hands this process over, so that ctrl-c reaches the server alone and it can finish in order.
#[cfg(unix)]
fn become_server(mut server: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(server.exec()).context("the server could not be started")
}

#[cfg(not(unix))]
fn become_server(mut server: Command) -> Result<()> {
    crate::workspace::succeed(&mut server)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_or_refused() {
        assert_eq!(parse("").unwrap(), Options { listen: DEFAULT_LISTEN.to_owned(), data: None });
        assert_eq!(
            parse("--data here --listen 0.0.0.0:80").unwrap(),
            Options { listen: "0.0.0.0:80".to_owned(), data: Some(PathBuf::from("here")) }
        );
        for refused in ["--listen", "--port 80", "8080"] {
            assert!(parse(refused).is_err(), "{refused}");
        }
    }
}
