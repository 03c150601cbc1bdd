//! Taking a backup beside a running server: everything as of one moment, in one file.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use dienhinh_domain::{access::Action, audit::Change};
use dienhinh_storage::{
    Db, Failure, Tx, audit,
    blobs::Blobs,
    evidence,
    rows::{self, Table},
    schema,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use super::{
    BackupError, COPY_BYTES, Progress,
    archive::Writer,
    contents::{MANIFEST, PRIVATE_KEY, PUBLIC_KEYS, evidence_entry, rows_entry},
    file_of,
    last::Last,
    manifest::{EvidenceContent, FORMAT, Manifest, PROGRAM, TableContent},
};
use crate::{
    access::actions::{DoneByOperator, act, conclude_for_operator},
    app::{Clock, SystemChance},
    audit::keys,
    start::{Installation, StartError},
};

/// Rows go into the archive in portions of about this size.
const PORTION_BYTES: usize = 1024 * 1024;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The archive, which ends in `.tar`, or a folder in which it gets a name by its time.
    pub to: PathBuf,
    /// Put the key that signs the record into it too.
    pub with_private_key: bool,
}

/// A backup that was written whole.
#[derive(Debug)]
pub struct Taken {
    /// Where it is.
    pub archive: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Where things come from.
struct Source<'a> {
    installation: &'a Installation,
    db: &'a Db,
    blobs: Blobs,
}

/// Writes all that an installation holds into one file. A server may run on it meanwhile.
pub async fn back_up(
    installation: &Installation,
    wanted: &Wanted,
    clock: Arc<dyn Clock>,
    progress: &mut dyn FnMut(&Progress<'_>),
) -> Result<Taken, BackupError> {
    let db = installation.open_database().await?;
    let taken =
        Source { installation, db: &db, blobs: installation.blobs().await? }.take(wanted, clock, progress).await;
    db.close().await;
    taken
}

impl Source<'_> {
    async fn take(
        &self,
        wanted: &Wanted,
        clock: Arc<dyn Clock>,
        progress: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<Taken, BackupError> {
        let made_at = clock.now();
        let archive = place(&wanted.to, made_at).map_err(|cause| BackupError::File(wanted.to.clone(), cause))?;
        let mut writer = Writer::create(&archive)?;
        let failed = |failure| self.installation.failed(failure);
        let mut tx = self.db.snapshot().await.map_err(failed)?;
        let tables = rows::tables(&mut tx).await.map_err(failed)?;
        // The keys come after the moment of the snapshot, so that those of every entry in it are among them.
        let (public, private) = self.keys(wanted.with_private_key)?;
        let manifest = self.manifest(&mut tx, &tables, made_at, wanted.with_private_key).await?;
        let file = BackupError::file(&archive);
        writer
            .put(MANIFEST, &serde_json::to_vec_pretty(&manifest).map_err(io::Error::other).map_err(&file)?)
            .map_err(&file)?;
        writer.put(PUBLIC_KEYS, public.as_bytes()).map_err(&file)?;
        if let Some(private) = private {
            writer.put(PRIVATE_KEY, private.as_bytes()).map_err(&file)?;
        }
        for (table, content) in tables.iter().zip(&manifest.tables) {
            self.rows(&mut tx, table, content.rows, &mut writer, progress).await?.map_err(&file)?;
        }
        self.evidence(&mut tx, manifest.evidence.files, &mut writer, progress).await?.map_err(&file)?;
        drop(tx);
        writer.finish().map_err(&file)?;
        let recorded = self.record(&archive, &manifest, clock).await?;
        recorded.map_err(|failure| BackupError::Unrecorded(archive.clone(), failure))?;
        Ok(Taken { archive, manifest })
    }

    fn keys(&self, with_private: bool) -> Result<(String, Option<String>), BackupError> {
        let data = &self.installation.data;
        let texts = keys::texts(data, with_private).map_err(|cause| StartError::Folder(data.clone(), cause))?;
        Ok(texts)
    }

    /// Counts everything, and names the evidence that is not there.
    async fn manifest(
        &self,
        tx: &mut Tx,
        tables: &[Table],
        made_at: Timestamp,
        private_key: bool,
    ) -> Result<Manifest, BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let mut contents = Vec::new();
        for table in tables {
            let rows = rows::count(tx, table).await.map_err(failed)?;
            let columns = table.columns.iter().map(|column| column.name.clone()).collect();
            contents.push(TableContent { name: table.name.clone(), columns, rows });
        }
        let evidence = self.evidence_there(tx).await?;
        let size = audit::size(tx).await.map_err(failed)?;
        let data = &self.installation.data;
        let keys = keys::public(data).map_err(|cause| StartError::Folder(data.clone(), cause))?;
        let origin = keys.first().map(|key| key.name().to_owned()).unwrap_or_default();
        let head = audit::head(tx, size, &origin).await.map_err(failed)?;
        Ok(Manifest {
            format: FORMAT,
            product: PROGRAM.to_owned(),
            schema: schema::version(tx).await.map_err(failed)?,
            database: self.db.kind().to_owned(),
            made_at,
            tables: contents,
            checkpoint: head.map(|head| head.note()),
            evidence,
            private_key,
        })
    }

    /// How much evidence the rows name. All of what is missing or too short is named at once.
    async fn evidence_there(&self, tx: &mut Tx) -> Result<EvidenceContent, BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let (mut there, mut missing) = (EvidenceContent::default(), Vec::new());
        let mut files = evidence::files(tx);
        while let Some(row) = files.next().await.map_err(failed)? {
            let (sha256, bytes) = file_of(&row);
            match self.blobs.read(sha256).await {
                Ok(Some((found, _))) if found == bytes => {
                    there.files += 1;
                    there.bytes += bytes;
                }
                Ok(_) => missing.push(sha256.to_owned()),
                Err(cause) => missing.push(format!("{sha256}: {cause}")),
            }
        }
        if missing.is_empty() { Ok(there) } else { Err(BackupError::Evidence(missing)) }
    }

    async fn rows(
        &self,
        tx: &mut Tx,
        table: &Table,
        of: u64,
        writer: &mut Writer,
        progress: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<io::Result<()>, BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let (mut portion, mut number, mut done) = (Vec::new(), 0, 0);
        let mut rows = rows::read(tx, table);
        loop {
            let row = rows.next().await.map_err(failed)?;
            let is_last = row.is_none();
            if let Some(row) = row {
                portion.extend_from_slice(Value::from(row).to_string().as_bytes());
                portion.push(b'\n');
                done += 1;
            }
            if portion.len() >= PORTION_BYTES || (is_last && !portion.is_empty()) {
                number += 1;
                if let Err(cause) = writer.put(&rows_entry(&table.name, number), &portion) {
                    return Ok(Err(cause));
                }
                portion.clear();
                progress(&Progress { what: &table.name, done, of });
            }
            if is_last {
                return Ok(Ok(()));
            }
        }
    }

    async fn evidence(
        &self,
        tx: &mut Tx,
        of: u64,
        writer: &mut Writer,
        progress: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<io::Result<()>, BackupError> {
        let failed = |failure| self.installation.failed(failure);
        let (mut done, mut damaged) = (0, Vec::new());
        let mut files = evidence::files(tx);
        while let Some(row) = files.next().await.map_err(failed)? {
            let (sha256, bytes) = file_of(&row);
            match copy(&self.blobs, sha256, bytes, writer).await {
                Ok(true) => {
                    done += 1;
                    progress(&Progress { what: Progress::EVIDENCE, done, of });
                }
                Ok(false) => damaged.push(sha256.to_owned()),
                Err(cause) => return Ok(Err(cause)),
            }
        }
        if damaged.is_empty() { Ok(Ok(())) } else { Err(BackupError::Evidence(damaged)) }
    }

    /// Tells the installation and its record of the backup. It is good whether or not this succeeds.
    async fn record(
        &self,
        archive: &Path,
        manifest: &Manifest,
        clock: Arc<dyn Clock>,
    ) -> Result<Result<(), Failure>, BackupError> {
        let (keys, at) = self.installation.signing_now(self.db, clock).await?;
        let (last, head) = (&Last::new(manifest.made_at, archive), manifest.checkpoint.as_deref());
        let detail = &json!({ "rows": manifest.rows(), "files": manifest.evidence.files, "checkpoint": head });
        let key = &keys.signing;
        let recorded = act(self.db, &SystemChance, |mut tx| async move {
            last.write(&mut tx).await?;
            let (action, subject) = (Action::BackupTake, last.file.clone());
            conclude_for_operator(tx, key, DoneByOperator { at, action, subject, detail, change: Change::default() })
                .await
        })
        .await;
        Ok(recorded)
    }
}

/// The archive's place.
fn place(to: &Path, made_at: Timestamp) -> io::Result<PathBuf> {
    if !to.is_dir() && to.extension().is_some_and(|extension| extension == "tar") {
        return Ok(to.to_owned());
    }
    fs::create_dir_all(to)?;
    Ok(to.join(format!("dienhinh-{}.tar", made_at.strftime("%Y%m%dT%H%M%SZ"))))
}

/// Copies an evidence file. False when it is not what its name says.
async fn copy(blobs: &Blobs, sha256: &str, bytes: u64, writer: &mut Writer) -> io::Result<bool> {
    let Some((found, mut content)) = blobs.read(sha256).await? else { return Ok(false) };
    if found != bytes {
        return Ok(false);
    }
    let name = evidence_entry(sha256);
    writer.begin(&name, bytes)?;
    let (mut buffer, mut left) = (vec![0; COPY_BYTES], bytes);
    while left > 0 {
        let count = content.read(&mut buffer).await?;
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(count);
        if count == 0 {
            return Ok(false);
        }
        writer.write(&buffer[..count])?;
        left -= count as u64;
    }
    Ok(writer.end(&name, bytes)? == sha256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_a_folder_an_archive_is_named_by_its_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let at: Timestamp = "2026-11-27T02:03:04Z".parse().expect("an instant");
        assert_eq!(place(folder.path(), at).expect("made"), folder.path().join("dienhinh-20261127T020304Z.tar"));
        assert_eq!(place(Path::new("b.tar"), at).expect("a file"), Path::new("b.tar"));
    }
}
