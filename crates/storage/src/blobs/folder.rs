//! Blobs as files of a folder, which may be shared by several machines. Knows nothing of what is not whole yet.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use tokio::fs;

use super::{Body, Stored, is_hash, modified_at};

/// The folder: `ab/abcd…` is the content whose hash is `abcd…`.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, sha256: &str) -> PathBuf {
        self.0.join(&sha256[..2]).join(sha256)
    }

    /// Moves a file whose bytes are durable under its hash, and makes that durable.
    pub(super) async fn put(&self, written_aside: &Path, sha256: &str) -> io::Result<()> {
        let path = self.path(sha256);
        let shelf = self.0.join(&sha256[..2]);
        fs::create_dir_all(&shelf).await?;
        fs::rename(written_aside, &path).await?;
        sync(&shelf).await?;
        // A crash may have come between making the shelf and this, so it is not enough to do it for a new one.
        sync(&self.0).await
    }

    pub(super) async fn read(&self, sha256: &str) -> io::Result<Option<(u64, Body)>> {
        let Some(file) = absent(fs::File::open(self.path(sha256)).await)? else { return Ok(None) };
        let bytes = file.metadata().await?.len();
        Ok(Some((bytes, Box::new(file))))
    }

    pub(super) async fn find(&self, sha256: &str) -> io::Result<Option<Stored>> {
        let Some(found) = absent(fs::metadata(self.path(sha256)).await)? else { return Ok(None) };
        Ok(Some(Stored { sha256: sha256.to_owned(), bytes: found.len(), modified_at: modified_at(&found)? }))
    }

    pub(super) async fn list(&self, start: &str) -> io::Result<Vec<Stored>> {
        let mut found = Vec::new();
        let Some(mut shelf) = absent(fs::read_dir(self.0.join(start)).await)? else { return Ok(found) };
        while let Some(entry) = shelf.next_entry().await? {
            // What is called otherwise was not put there by the store and is not touched.
            let Some(name) = entry.file_name().to_str().filter(|name| is_hash(name)).map(str::to_owned) else {
                continue;
            };
            found.extend(self.find(&name).await?);
        }
        Ok(found)
    }

    pub(super) async fn remove(&self, sha256: &str) -> io::Result<()> {
        absent(fs::remove_file(self.path(sha256)).await).map(|_| ())
    }
}

/// A file that is not there is none, not an error.
pub(super) fn absent<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// Makes a folder with its parents and makes each new one durable: a folder is there after a crash when the one around
/// it was synced.
pub(super) async fn make(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    fs::create_dir_all(folder).await?;
    for made in missing {
        let around = made.parent().filter(|path| !path.as_os_str().is_empty());
        sync(around.unwrap_or(Path::new("."))).await?;
    }
    Ok(())
}

/// A rename is durable only when its folder is.
pub(super) async fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder).await?.sync_all().await
}
