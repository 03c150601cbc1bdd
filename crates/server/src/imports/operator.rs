//! Imports by the operator, on an installation that a server may be running on meanwhile.

use std::sync::Arc;

use dienhinh_domain::{audit::Author, ids::ImportId};
use dienhinh_storage::imports as stored;

pub use dienhinh_storage::imports::Import;

use super::{
    take::{ImportError, Imported, MapSource, Read, WantedImport, read_by, take},
    undo::{UndoError, Undone, undo},
};
use crate::{
    access::actions::act,
    app::{App, SystemChance, SystemClock},
    start::{Installation, StartError, open},
};

/// How many imports are listed.
const LISTED: i64 = 100;

/// Takes a spreadsheet in: all its rows, or the sound ones, or none where only a look is wanted.
pub async fn import_sheet(installation: &Installation, wanted: &WantedImport) -> Result<Imported, ImportError> {
    if let MapSource::Text(map) = &wanted.map {
        // What is wrong in the files needs no installation.
        let read = read_by(map, &wanted.file)?;
        let app = opened(installation).await?;
        let done = run(&app, wanted, map, &read).await;
        app.db.close().await;
        return done;
    }
    let app = opened(installation).await?;
    let done = async {
        let map = saved(&app, &wanted.map).await?;
        let read = read_by(&map, &wanted.file)?;
        run(&app, wanted, &map, &read).await
    }
    .await;
    app.db.close().await;
    done
}

async fn run(app: &App, wanted: &WantedImport, map: &str, read: &Read) -> Result<Imported, ImportError> {
    let how = &wanted.how();
    let mut imported = if how.dry_run {
        take(app, app.db.snapshot().await?, how, map, read).await?
    } else {
        act(&app.db, &SystemChance, |tx| take(app, tx, how, map, read)).await?
    };
    imported.rejected_rows = read.rejected_rows(&imported);
    Ok(imported)
}

/// The TOML of a map that was used before.
async fn saved(app: &App, map: &MapSource) -> Result<String, ImportError> {
    let name = match map {
        MapSource::Text(map) => return Ok(map.clone()),
        MapSource::Named(name) => name,
    };
    let maps = stored::maps(&mut app.db.read().await?).await?;
    let names = maps.iter().map(|map| map.name.as_str()).collect::<Vec<_>>().join(", ");
    let found = maps.into_iter().find(|map| map.name == *name);
    found.map(|map| map.content).ok_or_else(|| ImportError::NoMap(name.clone(), names))
}

/// The latest imports, the latest first.
pub async fn imports(installation: &Installation) -> Result<Vec<Import>, ImportError> {
    let db = installation.open_database().await?;
    let found = async { Ok(stored::latest(&mut db.snapshot().await?, LISTED).await?) }.await;
    db.close().await;
    found
}

/// Takes an import back.
pub async fn undo_import(installation: &Installation, id: ImportId) -> Result<Undone, UndoError> {
    let app = opened(installation).await?;
    let undone = act(&app.db, &SystemChance, |tx| undo(&app, tx, id, Author::Operator)).await;
    app.db.close().await;
    undone
}

/// An installation that is there.
async fn opened(installation: &Installation) -> Result<App, StartError> {
    installation.open_database().await?.close().await;
    open(installation, Arc::new(SystemClock), Arc::new(SystemChance)).await
}
