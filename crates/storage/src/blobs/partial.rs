//! Uploads that come in several pieces: their bytes and what is said about them wait on this machine until they are whole.
//!
//! One piece is taken at a time, over every process that shares the folder: whoever works on an upload holds the lock of
//! its file, and the operating system lets go of it when the process ends. Does not know what an upload is for.

use std::{
    fs::TryLockError,
    io::{self, ErrorKind, SeekFrom},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use tokio::{
    fs,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _},
};

use super::{Blobs, CHUNK_BYTES, Incoming, folder, modified_at};

/// The folder of uploads that are not whole, below the one where bytes wait.
pub(super) const FOLDER: &str = "uploads";

/// An upload that is not whole, held by whoever has this value.
pub struct Partial {
    file: fs::File,
    paths: Paths,
    about: String,
    bytes: u64,
}

/// What was left behind and is old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many uploads were cut off.
    pub uploads: u64,
    /// How many bytes they had.
    pub bytes: u64,
}

/// The two files of an upload.
struct Paths {
    bytes: PathBuf,
    about: PathBuf,
}

impl Paths {
    fn of(aside: &Path, name: &str) -> Self {
        let folder = aside.join(FOLDER);
        Self { bytes: folder.join(format!("{name}.part")), about: folder.join(format!("{name}.about")) }
    }
}

impl Blobs {
    /// Begins an upload under a name that is unused so far. After this it outlives the process.
    pub async fn begin(&self, name: &str, about: &str) -> io::Result<()> {
        let paths = Paths::of(&self.aside, name);
        let new = paths.about.with_extension("new");
        fs::OpenOptions::new().write(true).create_new(true).open(&paths.bytes).await?.sync_all().await?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&new).await?;
        file.write_all(about.as_bytes()).await?;
        file.flush().await?;
        file.sync_all().await?;
        fs::rename(&new, &paths.about).await?;
        folder::sync(&self.aside.join(FOLDER)).await
    }

    /// Takes up an upload where it stands; none when there is no such upload. `WouldBlock` when somebody else holds it.
    pub async fn resume(&self, name: &str) -> io::Result<Option<Partial>> {
        let paths = Paths::of(&self.aside, name);
        let opened = fs::OpenOptions::new().read(true).write(true).open(&paths.bytes).await;
        let Some(file) = folder::absent(opened)? else { return Ok(None) };
        let file = file.into_std().await;
        file.try_lock().map_err(|cause| match cause {
            TryLockError::WouldBlock => ErrorKind::WouldBlock.into(),
            TryLockError::Error(cause) => cause,
        })?;
        // Read under the lock: whoever held it before may have removed the upload.
        let Some(about) = folder::absent(fs::read_to_string(&paths.about).await)? else { return Ok(None) };
        let mut file = fs::File::from_std(file);
        let bytes = file.seek(SeekFrom::End(0)).await?;
        Ok(Some(Partial { file, paths, about, bytes }))
    }

    /// Removes what was cut off and was last written before an instant, or only counts it. What somebody holds is left.
    pub async fn sweep(&self, before: Timestamp, remove: bool) -> io::Result<Swept> {
        let mut swept = Swept::default();
        for folder in [self.aside.clone(), self.aside.join(FOLDER)] {
            let mut entries = fs::read_dir(folder).await?;
            while let Some(entry) = entries.next_entry().await? {
                let Some(found) = folder::absent(entry.metadata().await)? else { continue };
                if found.is_dir() || modified_at(&found)? >= before {
                    continue;
                }
                let path = entry.path();
                let is_file_of_upload = |ending: &str| path.extension().is_some_and(|end| end == ending);
                if is_file_of_upload("about") && path.with_extension("part").exists() {
                    // It goes with its bytes, which may be younger.
                    continue;
                }
                if remove && !self.remove_aside(&path, is_file_of_upload("part")).await? {
                    continue;
                }
                swept.uploads += u64::from(!is_file_of_upload("about"));
                swept.bytes += found.len();
            }
        }
        Ok(swept)
    }

    /// False when somebody holds it.
    async fn remove_aside(&self, path: &Path, is_upload: bool) -> io::Result<bool> {
        if is_upload {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match self.resume(&name).await {
                Ok(Some(partial)) => return partial.remove().await.map(|()| true),
                Ok(None) => {}
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(cause) => return Err(cause),
            }
        }
        folder::absent(fs::remove_file(path).await)?;
        Ok(true)
    }
}

impl Partial {
    /// What was said about it at the beginning.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Drops everything after the first `bytes`, and goes on from there.
    pub async fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if bytes < self.bytes {
            self.file.set_len(bytes).await?;
            self.bytes = self.file.seek(SeekFrom::Start(bytes)).await?;
        }
        Ok(())
    }

    /// Adds bytes, which are not durable yet.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Makes durable what came.
    pub async fn sync(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.sync_all().await
    }

    /// Writes all bytes on into a blob on its way in.
    pub async fn copy_into(&mut self, incoming: &mut Incoming) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK_BYTES];
        self.file.seek(SeekFrom::Start(0)).await?;
        loop {
            let read = self.file.read(&mut chunk).await?;
            if read == 0 {
                return Ok(());
            }
            incoming.write(&chunk[..read]).await?;
        }
    }

    /// Removes the upload.
    pub async fn remove(self) -> io::Result<()> {
        folder::absent(fs::remove_file(&self.paths.about).await)?;
        folder::absent(fs::remove_file(&self.paths.bytes).await)?;
        Ok(())
    }
}
