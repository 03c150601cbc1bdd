//! Databases as earlier versions left them, for the trials of upgrades: makes one, says what is in one, makes one look
//! newer. Never shipped.
//!
//! `golden make URL`, `golden show URL`, `golden newer URL`; `-` is the address in `DIENHINH_DATABASE`, which keeps
//! its password out of the list of processes.

use std::process::ExitCode;

use dienhinh_storage::{DatabaseUrl, Db, Failure, rows, schema};
use dienhinh_testkit::golden;

/// So many settings that the database has pages enough to be cut off between two of them.
const SETTINGS: usize = 2_000;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for trials speaks through its output")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [verb, url] = &arguments[..] else {
        eprintln!("golden make|show|newer URL");
        return ExitCode::from(2);
    };
    let url = if url == "-" { std::env::var("DIENHINH_DATABASE").unwrap_or_default() } else { url.clone() };
    let url: DatabaseUrl = match url.parse() {
        Ok(url) => url,
        Err(invalid) => {
            eprintln!("{invalid}");
            return ExitCode::from(2);
        }
    };
    let done = match verb.as_str() {
        "make" => make(&url).await,
        "show" => show(&url).await,
        _ => newer(&url).await,
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn make(url: &DatabaseUrl) -> Result<String, Failure> {
    golden::make(url, SETTINGS).await?.close().await;
    show(url).await
}

/// The hash of the golden rows, the version of the schema and its tables with the numbers of their columns; upgrades
/// nothing.
async fn show(url: &DatabaseUrl) -> Result<String, Failure> {
    let db = Db::open_as_of(url, 0).await?;
    let mut tx = db.read().await?;
    let (hash, version) = (golden::hash(&mut tx).await?, schema::version(&mut tx).await?);
    let tables = rows::tables(&mut tx).await?;
    drop(tx);
    db.close().await;
    let tables: Vec<String> = tables.iter().map(|table| format!("{}:{}", table.name, table.columns.len())).collect();
    Ok(format!("{hash} {version} {}", tables.join(",")))
}

async fn newer(url: &DatabaseUrl) -> Result<String, Failure> {
    let db = Db::open(url).await?;
    schema::pretend(&db, schema::latest() + 1, "9.1.0").await?;
    db.close().await;
    Ok((schema::latest() + 1).to_string())
}
