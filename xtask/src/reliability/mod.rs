//! `cargo xtask reliability`: promises about lost and doubled writes, each tried many times against the built product.
//!
//! A trial prints its figure and fails when the promise is broken. Each has a control: a case in which it must find
//! the loss, since a trial that finds nothing proves nothing.

mod crash;
mod cut;
mod disk;
mod frozen;
mod full;
mod http;
mod product;
mod sample;
mod slow;
mod stop;
mod trial;

use anyhow::{Context as _, Result, bail};

use self::{product::Database, trial::Trial};
use crate::{postgres, workspace::Workspace};

/// A promise that can be tried.
struct Promise {
    id: &'static str,
    /// How often it is tried when nothing is said.
    times: usize,
    /// How often `cargo xtask check` tries it: enough to see that the trial works, not that the promise holds.
    short: usize,
    on: On,
    run: fn(&Trial) -> Result<()>,
}

/// On which database a promise is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Both,
    /// It is about the folder of data, or about no database at all.
    Sqlite,
    /// It is about the way to a server.
    Postgres,
}

impl On {
    fn includes(self, database: &Database) -> bool {
        match database {
            Database::Sqlite => self != Self::Postgres,
            Database::Postgres(_) => self != Self::Sqlite,
        }
    }
}

const PROMISES: &[Promise] = &[
    Promise { id: "R1", times: 1000, short: 5, on: On::Both, run: crash::run },
    Promise { id: "R3", times: 100, short: 1, on: On::Sqlite, run: cut::run },
    Promise { id: "R5", times: 100, short: 10, on: On::Sqlite, run: full::run },
    Promise { id: "R7", times: 300, short: 2, on: On::Postgres, run: frozen::run },
    Promise { id: "R21", times: 20, short: 1, on: On::Both, run: stop::run },
    Promise { id: "L5", times: 5000, short: 600, on: On::Sqlite, run: slow::run },
];

/// `ID [--trials N]`, on both databases.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (id, times) = match arguments {
        [id] => (id, None),
        [id, option, number] if option == "--trials" => {
            (id, Some(number.parse::<usize>().context("--trials takes a whole number")?))
        }
        _ => bail!("name a promise: {}; --trials N is the one option", known()),
    };
    let promise = PROMISES.iter().find(|promise| promise.id.eq_ignore_ascii_case(id));
    let promise = promise.with_context(|| format!("there is no promise `{id}`; there are {}", known()))?;
    on_both(workspace, &[(promise, times.unwrap_or(promise.times))])
}

/// Every promise in short, for `cargo xtask check`.
pub(crate) fn short(workspace: &Workspace) -> Result<()> {
    let all: Vec<_> = PROMISES.iter().map(|promise| (promise, promise.short)).collect();
    on_both(workspace, &all)
}

fn on_both(workspace: &Workspace, promises: &[(&Promise, usize)]) -> Result<()> {
    let built = workspace.build_product()?;
    let on = |database: &Database| {
        promises.iter().filter(|(promise, _)| promise.on.includes(database)).try_for_each(|(promise, times)| {
            let trial = Trial::prepare(workspace, &built, promise.id, *times, database)?;
            (promise.run)(&trial).with_context(|| format!("{} on {} does not hold", promise.id, database.name()))
        })
    };
    on(&Database::Sqlite)?;
    if promises.iter().all(|(promise, _)| promise.on == On::Sqlite) {
        return Ok(());
    }
    let server = postgres::Server::start()?;
    on(&Database::Postgres(server.url()))
}

fn known() -> String {
    PROMISES.iter().map(|promise| promise.id).collect::<Vec<_>>().join(", ")
}
