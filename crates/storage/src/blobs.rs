//! The evidence store: content named by its SHA-256, in a folder or in an S3 bucket.
//!
//! Content becomes visible in one step, when all of it is durable. Only then does its row enter the database, so that no
//! row ever points at missing or short content. What was cut off is swept by [`sweep`](Blobs::sweep) once it is old, and
//! never at a start: several servers and commands share one store. Does not judge types or sizes, and does not know
//! which content is still needed.

mod bucket;
mod folder;
mod partial;
mod url;

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::{
    fs,
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
};

use self::{bucket::Bucket, folder::Folder};
pub use self::{
    partial::{Partial, Swept},
    url::{EvidenceUrl, InvalidEvidenceUrl},
};

/// A store of blobs, shared by everybody who opens it.
#[derive(Debug, Clone)]
pub struct Blobs {
    kept: Kept,
    /// Where bytes wait until they are whole: a folder of this machine.
    aside: PathBuf,
    keep_free_bytes: u64,
}

/// Where whole content lies.
#[derive(Debug, Clone)]
enum Kept {
    Folder(Folder),
    Bucket(Bucket),
}

/// Content that lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its SHA-256, 64 hex digits.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    /// When it was last put there.
    pub modified_at: Timestamp,
}

/// What came of keeping a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its SHA-256, 64 hex digits.
    pub sha256: String,
    /// Whoever collects what no row names may have set out to remove it: look again, with [`Blobs::find`], in the
    /// transaction that writes the row. In a bucket, where looking costs a request, only what lay there before can be
    /// old enough for that.
    pub look_again: bool,
}

/// A blob on its way in; dropped before [`Incoming::keep`], it leaves no trace.
pub struct Incoming {
    file: fs::File,
    written_aside: Aside,
    hash: Sha256,
    bytes: u64,
    head: Vec<u8>,
}

/// A body that can be read from the store.
pub type Body = Box<dyn AsyncRead + Send + Unpin>;

/// How much of the beginning is kept in memory, for finding the type: Office files show theirs late.
const HEAD_BYTES: usize = 8 * 1024;

/// How much is read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A temporary file that goes away with this value.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // The file is gone already when it was kept; anything else is swept once it is old.
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Blobs {
    /// Opens the store, making the folders it needs. `data` is the folder of the installation on this machine, where
    /// bytes wait until they are whole when the store is a bucket.
    pub async fn open(at: &EvidenceUrl, data: &Path) -> io::Result<Self> {
        let (kept, aside) = match at {
            EvidenceUrl::Folder(folder) => (Kept::Folder(Folder::new(folder.clone())), folder.join("incoming")),
            EvidenceUrl::S3 { .. } => (Kept::Bucket(Bucket::open(at)?), data.join("incoming")),
        };
        folder::make(&aside.join(partial::FOLDER)).await?;
        Ok(Self { kept, aside, keep_free_bytes: 0 })
    }

    /// The same, which leaves so much of this machine's disk to the database: it must go on when there is no room for
    /// files any more.
    #[must_use]
    pub fn keeping_free(self, bytes: u64) -> Self {
        Self { keep_free_bytes: bytes, ..self }
    }

    /// Whether another file may come in without taking the room that is kept free.
    #[cfg(unix)]
    pub fn has_room(&self) -> io::Result<bool> {
        let disk = rustix::fs::statvfs(&self.aside)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize) >= self.keep_free_bytes)
    }

    /// Other systems are not asked; there a full disk shows itself when it is full.
    #[cfg(not(unix))]
    pub fn has_room(&self) -> io::Result<bool> {
        Ok(true)
    }

    /// Begins to take a blob in. `name` is unused so far, for the file aside.
    pub async fn receive(&self, name: &str) -> io::Result<Incoming> {
        let path = self.aside.join(name);
        let file = fs::OpenOptions::new().write(true).create_new(true).open(&path).await?;
        Ok(Incoming { file, written_aside: Aside(path), hash: Sha256::new(), bytes: 0, head: Vec::new() })
    }

    /// The content with a hash: its length and its bytes. None when there is none, or when the text is not a hash.
    pub async fn read(&self, sha256: &str) -> io::Result<Option<(u64, Body)>> {
        match &self.kept {
            _ if !is_hash(sha256) => Ok(None),
            Kept::Folder(folder) => folder.read(sha256).await,
            Kept::Bucket(bucket) => bucket.read(sha256).await,
        }
    }

    /// What lies under a hash.
    pub async fn find(&self, sha256: &str) -> io::Result<Option<Stored>> {
        match &self.kept {
            _ if !is_hash(sha256) => Ok(None),
            Kept::Folder(folder) => folder.find(sha256).await,
            Kept::Bucket(bucket) => bucket.find(sha256).await,
        }
    }

    /// Everything whose hash begins with this byte. There are 256 of them, so that no list is long.
    pub async fn list(&self, first_byte: u8) -> io::Result<Vec<Stored>> {
        let start = format!("{first_byte:02x}");
        match &self.kept {
            Kept::Folder(folder) => folder.list(&start).await,
            Kept::Bucket(bucket) => bucket.list(&start).await,
        }
    }

    /// Removes the content with a hash, which no row may name.
    pub async fn remove(&self, sha256: &str) -> io::Result<()> {
        match &self.kept {
            _ if !is_hash(sha256) => Ok(()),
            Kept::Folder(folder) => folder.remove(sha256).await,
            Kept::Bucket(bucket) => bucket.remove(sha256).await,
        }
    }

    /// Reads the content with a hash to its end and gives its length and what it hashes to now.
    pub async fn hash(&self, sha256: &str) -> io::Result<Option<(u64, String)>> {
        let Some((_, mut body)) = self.read(sha256).await? else { return Ok(None) };
        let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK_BYTES]);
        loop {
            let read = body.read(&mut chunk).await?;
            if read == 0 {
                return Ok(Some((bytes, hex(hash))));
            }
            hash.update(&chunk[..read]);
            bytes += read as u64;
        }
    }

    /// Puts something in, reads it back and removes it: whether the store can be used. `name` is unused so far.
    pub async fn probe(&self, name: &str) -> io::Result<()> {
        let mut incoming = self.receive(name).await?;
        incoming.write(name.as_bytes()).await?;
        let sha256 = incoming.keep(self).await?;
        let read = self.hash(&sha256).await?;
        self.remove(&sha256).await?;
        match read {
            Some((_, now)) if now == sha256 => Ok(()),
            _ => Err(io::Error::other("what was written was not read back")),
        }
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

    /// SHA-256 of what came so far.
    pub fn sha256(&self) -> String {
        hex(self.hash.clone())
    }

    /// Makes the blob durable and visible, and gives its hash.
    pub async fn keep(self, blobs: &Blobs) -> io::Result<String> {
        Ok(self.place(blobs).await?.sha256)
    }

    /// [`keep`](Self::keep), and whether to look again. The same content is written anew, which mends what was damaged and
    /// makes it young again.
    pub async fn place(mut self, blobs: &Blobs) -> io::Result<Placed> {
        let sha256 = self.sha256();
        self.file.flush().await?;
        let look_again = match &blobs.kept {
            Kept::Folder(folder) => {
                self.file.sync_all().await?;
                folder.put(&self.written_aside.0, &sha256).await?;
                true
            }
            Kept::Bucket(bucket) => {
                let was_there = bucket.find(&sha256).await?.is_some();
                bucket.put(&self.written_aside.0, &sha256).await?;
                was_there
            }
        };
        Ok(Placed { sha256, look_again })
    }
}

fn hex(hash: Sha256) -> String {
    dienhinh_domain::audit::hex(&hash.finalize())
}

/// Whether a text is a SHA-256 as the store writes it; nothing else becomes part of a path.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The instant of a file's last change.
fn modified_at(found: &std::fs::Metadata) -> io::Result<Timestamp> {
    Timestamp::try_from(found.modified()?).map_err(io::Error::other)
}
