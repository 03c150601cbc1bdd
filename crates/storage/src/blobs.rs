//! The evidence store: files named by the SHA-256 of their content, on disk.
//!
//! A file becomes visible in one step: written aside, synced, renamed, folder synced. Only then does
//! its row enter the database, so that no row ever points at a missing or short file. What was cut
//! off leaves nothing. Does not judge types or sizes.

use std::{
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use tokio::{fs, io::AsyncWriteExt as _};

/// A folder of blobs.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
    keep_free_bytes: u64,
}

/// Of a disk's size this part is kept free too: a file system that is nearly full becomes slow and scattered.
const KEEP_FREE_PART: u64 = 20;

/// A blob on its way in; dropped before [`Incoming::keep`], it leaves no trace.
pub struct Incoming {
    file: fs::File,
    written_aside: Aside,
    hash: Sha256,
    bytes: u64,
    head: Vec<u8>,
}

/// How much of the beginning is kept in memory, for finding the type: Office files show theirs late.
const HEAD_BYTES: usize = 8 * 1024;

/// A temporary file that goes away with this value.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // The file is gone already when it was kept; anything else is swept at the next opening.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Blobs {
    /// Opens or makes the folder, and sweeps what an earlier crash left half-written. Of its disk, `keep_free_bytes` are
    /// left to the database, which must go on when there is no room for files any more.
    pub async fn open(folder: PathBuf, keep_free_bytes: u64) -> io::Result<Self> {
        let aside = folder.join("incoming");
        fs::create_dir_all(&aside).await?;
        let mut left = fs::read_dir(&aside).await?;
        while let Some(entry) = left.next_entry().await? {
            fs::remove_file(entry.path()).await?;
        }
        Ok(Self { folder, keep_free_bytes })
    }

    /// Whether another file may come in without taking the room that is kept free.
    #[cfg(unix)]
    pub fn has_room(&self) -> io::Result<bool> {
        let disk = rustix::fs::statvfs(&self.folder)?;
        let (size, free) = (disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize);
        Ok(free >= self.keep_free_bytes.max(size / KEEP_FREE_PART))
    }

    /// Other systems are not asked; there a full disk shows itself when it is full.
    #[cfg(not(unix))]
    pub fn has_room(&self) -> io::Result<bool> {
        Ok(true)
    }

    /// Begins to take a blob in. `name` is unused so far, for the file aside.
    pub async fn receive(&self, name: &str) -> io::Result<Incoming> {
        let path = self.folder.join("incoming").join(name);
        let file = fs::OpenOptions::new().write(true).create_new(true).open(&path).await?;
        Ok(Incoming { file, written_aside: Aside(path), hash: Sha256::new(), bytes: 0, head: Vec::new() })
    }

    /// Where the blob with a hash lies. None when the text is not a hash.
    pub fn path(&self, sha256: &str) -> Option<PathBuf> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| self.folder.join(&sha256[..2]).join(sha256))
    }
}

impl Incoming {
    /// Adds bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        let room = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..room]);
        Ok(())
    }

    /// How many bytes came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Makes the blob durable and visible, and gives its hash.
    pub async fn keep(mut self, blobs: &Blobs) -> io::Result<String> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let sha256 = dienhinh_domain::audit::hex(&self.hash.finalize_reset());
        let path = blobs.path(&sha256).ok_or_else(|| io::Error::other("a hash is 64 hex digits"))?;
        let folder = path.parent().unwrap_or(&blobs.folder).to_owned();
        fs::create_dir_all(&folder).await?;
        fs::rename(&self.written_aside.0, &path).await?;
        sync_folder(&folder).await?;
        sync_folder(&blobs.folder).await?;
        Ok(sha256)
    }
}

/// A rename is durable only when its folder is.
async fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder).await?.sync_all().await
}
