//! `cargo xtask reliability`: promises about lost and doubled writes, each tried many times against the built product.
//!
//! A trial prints its figure and fails when the promise is broken. Each has a control: a case in which it must find
//! the loss, since a trial that finds nothing proves nothing.

mod crash;
mod http;
mod product;

use anyhow::{Context as _, Result, bail};

use crate::{postgres, workspace::Workspace};

/// A promise that can be tried.
struct Promise {
    id: &'static str,
    /// How often it is tried when nothing is said.
    trials: usize,
    run: fn(&Workspace, usize, &product::Database) -> Result<()>,
}

const PROMISES: &[Promise] = &[Promise { id: "R1", trials: 1000, run: crash::run }];

/// Tries of each promise in `cargo xtask check`: enough to see that the trial works, not that the promise holds.
const SHORT: usize = 5;

/// `ID [--trials N]`, on both databases.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (id, trials) = match arguments {
        [id] => (id, None),
        [id, option, number] if option == "--trials" => {
            (id, Some(number.parse::<usize>().context("--trials takes a whole number")?))
        }
        _ => bail!("name a promise: {}; --trials N is the one option", known()),
    };
    let promise = PROMISES.iter().find(|promise| promise.id.eq_ignore_ascii_case(id));
    let promise = promise.with_context(|| format!("there is no promise `{id}`; there are {}", known()))?;
    on_both(|database| (promise.run)(workspace, trials.unwrap_or(promise.trials), database))
}

/// Every promise in short, for `cargo xtask check`.
pub(crate) fn short(workspace: &Workspace) -> Result<()> {
    on_both(|database| PROMISES.iter().try_for_each(|promise| (promise.run)(workspace, SHORT, database)))
}

fn on_both(run: impl Fn(&product::Database) -> Result<()>) -> Result<()> {
    run(&product::Database::Sqlite)?;
    let server = postgres::Server::start()?;
    run(&product::Database::Postgres(server.url()))
}

fn known() -> String {
    PROMISES.iter().map(|promise| promise.id).collect::<Vec<_>>().join(", ")
}
