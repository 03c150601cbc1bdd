//! `cargo xtask reliability`: promises about lost and doubled writes, each tried many times against the built product.
//!
//! A trial prints its figure and fails when the promise is broken. Each has a control: a case in which it must find
//! the loss, since a trial that finds nothing proves nothing.

mod backup;
mod blobs;
mod crash;
mod cut;
mod disk;
mod fan_out;
mod frozen;
mod full;
mod lost;
mod parallel;
mod read_only;
mod sample;
mod slow;
mod stop;
mod tested;
mod trial;
mod upgrade;
mod uploads;
mod uploads_client;

use anyhow::{Context as _, Result, bail};

use self::trial::Trial;
use crate::{postgres, product::Database, workspace::Workspace};

/// A promise that can be tried.
struct Promise {
    id: &'static str,
    /// How often it is tried when nothing is said.
    times: usize,
    /// How often `cargo xtask check` tries it: enough to see that the trial works, not that the promise holds. 0 where
    /// one of its other steps tries it already.
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

const PROMISES: &[Promise] = &[
    Promise { id: "R1", times: 1000, short: 5, on: On::Both, run: crash::run },
    Promise { id: "R2", times: 300, short: 1, on: On::Both, run: fan_out::run },
    Promise { id: "R3", times: 100, short: 1, on: On::Sqlite, run: cut::run },
    Promise { id: "R5", times: 100, short: 10, on: On::Sqlite, run: full::run },
    Promise { id: "R6", times: 20, short: 3, on: On::Sqlite, run: read_only::run },
    Promise { id: "R7", times: 300, short: 2, on: On::Postgres, run: frozen::run },
    Promise { id: "R8", times: 1000, short: 20, on: On::Both, run: lost::run },
    Promise { id: "R9", times: 1000, short: 0, on: On::Both, run: tested::numbers },
    Promise { id: "R10", times: 200, short: 4, on: On::Both, run: parallel::run },
    Promise { id: "R14", times: 200, short: 1, on: On::Both, run: uploads::run },
    Promise { id: "R15", times: 100, short: 2, on: On::Both, run: blobs::run },
    Promise { id: "R17", times: 50, short: 1, on: On::Both, run: backup::run },
    Promise { id: "R19", times: 200, short: 6, on: On::Both, run: upgrade::run },
    Promise { id: "R20", times: 10_000, short: 0, on: On::Postgres, run: tested::same },
    Promise { id: "R21", times: 20, short: 1, on: On::Both, run: stop::run },
    Promise { id: "L5", times: 5000, short: 600, on: On::Sqlite, run: slow::run },
    Promise { id: "A1", times: 1000, short: 0, on: On::Both, run: tested::tamperings },
    Promise { id: "A2", times: 1, short: 0, on: On::Sqlite, run: tested::proofs },
    Promise { id: "A4", times: 1, short: 0, on: On::Sqlite, run: tested::entries },
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
    let all: Vec<_> =
        PROMISES.iter().filter(|promise| promise.short > 0).map(|promise| (promise, promise.short)).collect();
    on_both(workspace, &all)
}

fn on_both(workspace: &Workspace, promises: &[(&Promise, usize)]) -> Result<()> {
    let built = (workspace.build_product()?, workspace.build_golden()?);
    for (promise, times) in promises {
        let on = |database: &Database| {
            let trial = Trial::prepare(workspace, &built, promise.id, *times, database)?;
            (promise.run)(&trial).with_context(|| format!("{} on {} does not hold", promise.id, database.name()))
        };
        if promise.on != On::Postgres {
            on(&Database::Sqlite)?;
        }
        if promise.on != On::Sqlite {
            // A server of its own for each, so that none finds what another left.
            let server = postgres::Server::start()?;
            on(&Database::Postgres(server.url()))?;
        }
    }
    Ok(())
}

fn known() -> String {
    PROMISES.iter().map(|promise| promise.id).collect::<Vec<_>>().join(", ")
}
