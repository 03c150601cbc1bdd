//! Making an installation of a backup, in an empty place: the whole of it or none.
//!
//! The database is filled aside, beside the folder's files; putting it in place is the one step that counts. Until then
//! a mark in the folder says that it is not finished, so that nobody serves it and the same command may run again.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use dienhinh_domain::{access::Action, audit::Change};
use dienhinh_storage::{
    DatabaseUrl, Db, Tx, access,
    blobs::Blobs,
    evidence,
    rows::{self, Table},
};
use serde_json::json;

use super::{
    BackupError, COPY_BYTES, Progress,
    contents::{Contents, Part, verify},
    file_of,
    manifest::Manifest,
};
use crate::{
    access::actions::{DoneByOperator, act, conclude_for_operator},
    app::{Clock, SystemChance},
    audit::{keys, operator::verify_in},
    start::{Installation, StartError, aside, make_folder},
};

/// The mark in the data folder.
const MARK: &str = "restoring";

/// An installation that was made of a backup.
#[derive(Debug)]
pub struct Restored {
    /// What it was made of.
    pub manifest: Manifest,
    /// The private key was not in the backup, so that a new one signs from here on.
    pub has_new_key: bool,
}

/// Makes an installation of a backup. Nothing may be at its place.
pub async fn restore(
    installation: &Installation,
    archive: &Path,
    clock: Arc<dyn Clock>,
    progress: &mut dyn FnMut(&Progress<'_>),
) -> Result<Restored, BackupError> {
    // Everything is read once before anything is written: what is damaged is refused here.
    let manifest = verify(archive, progress)?;
    let (data, url) = (&installation.data, &installation.database);
    let failed = |failure| installation.failed(failure);
    let has_new_key = !manifest.private_key;
    if Db::exists(url).await.map_err(failed)? {
        let folder = |cause| StartError::Folder(data.clone(), cause);
        // Cut off after its last step, this backup is restored already.
        if is_mark_of(data, &manifest).map_err(folder)? {
            unmark(data).map_err(folder)?;
            return Ok(Restored { manifest, has_new_key });
        }
        let found = "một hệ thống / an installation".to_owned();
        return Err(BackupError::NotEmpty { place: url.to_string(), found });
    }
    let folder = |cause| StartError::Folder(data.clone(), cause);
    if let Some(found) = in_the_way(data).map_err(folder)? {
        let found = found.display().to_string();
        return Err(BackupError::NotEmpty { place: data.display().to_string(), found });
    }
    mark(data, &manifest).map_err(folder)?;
    let blobs = installation.blobs().await?;
    let db = Db::open_aside_at(url, manifest.schema).await.map_err(failed)?;
    Target { installation, blobs: &blobs }.load(&db, archive, progress).await?;
    let db = db.upgrade_aside(url).await.map_err(failed)?;
    let done = Target { installation, blobs: &blobs }.examine_and_record(&db, &manifest, clock).await;
    if let Err(error) = done {
        db.close().await;
        return Err(error);
    }
    db.put_in_place(url).await.map_err(failed)?;
    unmark(data).map_err(folder)?;
    Ok(Restored { manifest, has_new_key })
}

/// Whether a restore was cut off in this place. One that was cut off after its last step counts as done.
pub(crate) async fn is_cut_off(data: &Path, url: &DatabaseUrl) -> Result<bool, StartError> {
    if !data.join(MARK).exists() {
        return Ok(false);
    }
    if !Db::exists(url).await.map_err(|failure| StartError::Database(url.to_string(), failure))? {
        return Ok(true);
    }
    unmark(data).map_err(|cause| StartError::Folder(data.to_owned(), cause))?;
    Ok(false)
}

/// The first file in the folder, unless an earlier restore was cut off there. Empty folders are in nobody's way.
fn in_the_way(data: &Path) -> io::Result<Option<PathBuf>> {
    if data.join(MARK).exists() { Ok(None) } else { first_file(data) }
}

fn first_file(folder: &Path) -> io::Result<Option<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause),
    };
    for entry in entries {
        let entry = entry?;
        let found = if entry.file_type()?.is_dir() { first_file(&entry.path())? } else { Some(entry.path()) };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether it is this backup that was being restored.
fn is_mark_of(data: &Path, manifest: &Manifest) -> io::Result<bool> {
    match fs::read_to_string(data.join(MARK)) {
        Ok(marked) => Ok(serde_json::from_str::<Manifest>(&marked).is_ok_and(|marked| marked == *manifest)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

fn mark(data: &Path, manifest: &Manifest) -> io::Result<()> {
    make_folder(data)?;
    let mut file = File::create(data.join(MARK))?;
    file.write_all(&serde_json::to_vec(manifest).map_err(io::Error::other)?)?;
    file.sync_all()?;
    File::open(data)?.sync_all()
}

fn unmark(data: &Path) -> io::Result<()> {
    fs::remove_file(data.join(MARK))?;
    File::open(data)?.sync_all()
}

/// Where things go.
struct Target<'a> {
    installation: &'a Installation,
    blobs: &'a Blobs,
}

impl Target<'_> {
    fn folder(&self) -> impl Fn(io::Error) -> StartError {
        let data: PathBuf = self.installation.data.clone();
        move |cause| StartError::Folder(data.clone(), cause)
    }

    /// Puts everything where it belongs, part by part.
    async fn load(&self, db: &Db, archive: &Path, progress: &mut dyn FnMut(&Progress<'_>)) -> Result<(), BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let mut contents = Contents::open(archive)?;
        let tables = self.tables(db, &contents.manifest).await?;
        let (mut public, mut private) = (String::new(), None);
        while let Some(part) = contents.next()? {
            match &part {
                Part::PublicKeys(text) => public.clone_from(text),
                Part::PrivateKey(text) => private = Some(text.clone()),
                Part::Rows(place, rows) => {
                    let table = tables.get(*place).ok_or_else(|| BackupError::Differs("tables".to_owned()))?;
                    let mut tx = db.write().await.map_err(failed)?;
                    rows::insert(&mut tx, table, rows).await.map_err(failed)?;
                    tx.commit().await.map_err(failed)?;
                }
                Part::Evidence(sha256) => self.keep(&mut contents, sha256).await?,
            }
            if let Some(step) = contents.progress(&part) {
                progress(&step);
            }
        }
        keys::put(&self.installation.data, &public, private.as_deref()).map_err(self.folder())?;
        let mut tx = db.snapshot().await.map_err(failed)?;
        for (table, content) in tables.iter().zip(&contents.manifest.tables) {
            if rows::count(&mut tx, table).await.map_err(failed)? != content.rows {
                return Err(BackupError::Differs(table.name.clone()));
            }
        }
        Ok(())
    }

    /// The tables of the backup as they are here, empty: what a migration put in is in the backup too.
    async fn tables(&self, db: &Db, manifest: &Manifest) -> Result<Vec<Table>, BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let mut tx = db.write().await.map_err(failed)?;
        let here = rows::tables(&mut tx).await.map_err(failed)?;
        for table in here.iter().rev() {
            if !manifest.tables.iter().any(|content| content.name == table.name) {
                return Err(BackupError::Differs(table.name.clone()));
            }
            if !rows::is_empty(&mut tx, table).await.map_err(failed)? {
                rows::clear(&mut tx, table).await.map_err(failed)?;
            }
        }
        tx.commit().await.map_err(failed)?;
        let table = |name: &str| here.iter().find(|table| table.name == name);
        let ordered = manifest.tables.iter().map(|content| {
            let ordered = table(&content.name).and_then(|table| table.ordered(&content.columns));
            ordered.ok_or_else(|| BackupError::Differs(content.name.clone()))
        });
        ordered.collect()
    }

    async fn keep(&self, contents: &mut Contents, sha256: &str) -> Result<(), BackupError> {
        let mut incoming = self.blobs.receive(&aside("restore")).await.map_err(self.folder())?;
        let mut buffer = vec![0; COPY_BYTES];
        loop {
            let count = contents.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            incoming.write(&buffer[..count]).await.map_err(self.folder())?;
        }
        let kept = incoming.keep(self.blobs).await.map_err(self.folder())?;
        if kept == sha256 { Ok(()) } else { Err(BackupError::Differs(sha256.to_owned())) }
    }

    /// Goes through the record and the evidence as they are now, and writes into the record what was done.
    async fn examine_and_record(&self, db: &Db, manifest: &Manifest, clock: Arc<dyn Clock>) -> Result<(), BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let differs = |what: &str| BackupError::Differs(what.to_owned());
        let data = &self.installation.data;
        let head = manifest.head().map_err(|_| differs("checkpoint"))?;
        let known = keys::public(data).map_err(self.folder())?;
        let verified = verify_in(db, head.as_slice(), &known).await?;
        let size = head.as_ref().map_or(0, |head| head.checkpoint.size);
        if !verified.holds() || verified.entries != size {
            return Err(differs("audit_entries"));
        }
        let mut tx = db.snapshot().await.map_err(failed)?;
        self.evidence(&mut tx, manifest).await?;
        drop(tx);
        let (keys, at) = self.installation.signing_now(db, clock).await?;
        let (key, made_at) = (&keys.signing, manifest.made_at.to_string());
        let detail = &json!({ "made_at": made_at, "rows": manifest.rows(), "checkpoint": manifest.checkpoint });
        let subject = &made_at;
        let recorded = act(db, &SystemChance, |mut tx| async move {
            // What was ended or used since the backup was made must not come back.
            access::close_doors(&mut tx, at).await?;
            let (action, subject) = (Action::BackupRestore, subject.clone());
            conclude_for_operator(tx, key, DoneByOperator { at, action, subject, detail, change: Change::default() })
                .await
        });
        recorded.await.map_err(failed)?;
        Ok(())
    }

    /// Whether each file that a row names is there, and no row more than the backup says.
    async fn evidence(&self, tx: &mut Tx, manifest: &Manifest) -> Result<(), BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let mut files = evidence::files(tx);
        let mut count = 0;
        while let Some(row) = files.next().await.map_err(failed)? {
            let (sha256, bytes) = file_of(&row);
            let there = self.blobs.read(sha256).await.map_err(self.folder())?;
            if there.is_none_or(|(found, _)| found != bytes) {
                return Err(BackupError::Differs(sha256.to_owned()));
            }
            count += 1;
        }
        if count == manifest.evidence.files { Ok(()) } else { Err(BackupError::Differs("evidence".to_owned())) }
    }
}
