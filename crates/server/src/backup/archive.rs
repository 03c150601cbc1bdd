//! One file of entries, in the tar format: written aside and put in place whole; read so strictly that every altered
//! byte is found.
//!
//! The last entry lists the SHA-256 of the others as `sha256sum` writes it. Evidence is not on the list, since it is
//! named by its hash: a million files take no memory. Everything that is not content has one form only.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write as _},
    path::{Path, PathBuf},
};

use dienhinh_domain::audit::hex;
use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use super::BackupError;

const BLOCK_BYTES: usize = 512;

/// The list of hashes, and what follows it to the end of the file.
const CHECKSUMS: &str = "checksums.sha256";
const END_BYTES: usize = 2 * BLOCK_BYTES;

/// Entries below this are named by the hash of their content.
pub(super) const EVIDENCE: &str = "evidence/";

/// Entries that are read into memory are no longer than this.
const IN_MEMORY_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Everything that is said of an entry.
fn header(name: &str, bytes: u64) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_path(name)?;
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    Ok(header)
}

/// Zeros from the end of a content to the end of its block.
fn padding(bytes: u64) -> usize {
    let rest = usize::try_from(bytes % BLOCK_BYTES as u64).unwrap_or_default();
    if rest == 0 { 0 } else { BLOCK_BYTES - rest }
}

/// An archive on its way; dropped before [`Writer::finish`], it leaves no trace.
pub(super) struct Writer {
    file: BufWriter<File>,
    aside: PathBuf,
    place: PathBuf,
    sums: String,
    hash: Sha256,
}

impl Writer {
    /// Begins an archive, for its owner only. Nothing may be at its place.
    pub(super) fn create(place: &Path) -> Result<Self, BackupError> {
        if place.exists() {
            return Err(BackupError::Exists(place.to_owned()));
        }
        let mut aside = place.as_os_str().to_owned();
        aside.push(".part");
        let aside = PathBuf::from(aside);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let failed = |cause: io::Error| BackupError::File(aside.clone(), cause);
        let file = options.open(&aside).map_err(failed)?;
        // Of two that write the same archive, the second must not cut off the first.
        file.try_lock().map_err(|cause| failed(cause.into()))?;
        file.set_len(0).map_err(failed)?;
        let file = BufWriter::new(file);
        Ok(Self { file, aside, place: place.to_owned(), sums: String::new(), hash: Sha256::new() })
    }

    /// Begins an entry.
    pub(super) fn begin(&mut self, name: &str, bytes: u64) -> io::Result<()> {
        self.hash = Sha256::new();
        self.file.write_all(header(name, bytes)?.as_bytes())
    }

    /// Adds to the entry.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    /// Ends the entry, which has as many bytes as was said at its beginning, and gives its hash.
    pub(super) fn end(&mut self, name: &str, bytes: u64) -> io::Result<String> {
        self.file.write_all(&[0; BLOCK_BYTES][..padding(bytes)])?;
        let sha256 = hex(&self.hash.finalize_reset());
        if !name.starts_with(EVIDENCE) {
            self.sums.push_str(&line(&sha256, name));
        }
        Ok(sha256)
    }

    /// Adds a whole entry.
    pub(super) fn put(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.begin(name, content.len() as u64)?;
        self.write(content)?;
        self.end(name, content.len() as u64).map(drop)
    }

    /// Makes the archive durable and puts it in place.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let sums = std::mem::take(&mut self.sums);
        self.put(CHECKSUMS, sums.as_bytes())?;
        self.file.write_all(&[0; END_BYTES])?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        // A link and not a renaming, which would replace what came there meanwhile.
        fs::hard_link(&self.aside, &self.place)?;
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.aside);
    }
}

fn line(sha256: &str, name: &str) -> String {
    format!("{sha256}  {name}\n")
}

/// An entry that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// An archive that is read from its beginning to its end.
pub(super) struct Reader {
    file: BufReader<File>,
    archive: PathBuf,
    sums: String,
    hash: Sha256,
    /// The entry that is being read, and what is left of it.
    open: Option<(Entry, u64)>,
    /// The entry that was read last, to say where something is wrong.
    last: String,
}

impl Reader {
    /// Opens an archive.
    pub(super) fn open(archive: &Path) -> Result<Self, BackupError> {
        let file = File::open(archive).map_err(BackupError::file(archive))?;
        Ok(Self {
            file: BufReader::new(file),
            archive: archive.to_owned(),
            sums: String::new(),
            hash: Sha256::new(),
            open: None,
            last: String::new(),
        })
    }

    /// The next entry; none after the last, when everything was as it was written.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, BackupError> {
        self.close()?;
        let mut block = [0; BLOCK_BYTES];
        self.exact(&mut block, "bị cắt cụt / it is cut off")?;
        let read = Header::from_byte_slice(&block);
        let name = std::str::from_utf8(&read.path_bytes()).unwrap_or_default().to_owned();
        let bytes = read.size().unwrap_or_default();
        let is_written = header(&name, bytes).is_ok_and(|written| written.as_bytes() == &block);
        if !is_written {
            return Err(self.damaged_after("dòng đầu mục bị sửa / the head of the entry was altered"));
        }
        let entry = Entry { name, bytes };
        self.open = Some((entry.clone(), bytes));
        if entry.name != CHECKSUMS {
            return Ok(Some(entry));
        }
        self.end()?;
        Ok(None)
    }

    /// Reads on in the entry; 0 at its end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, BackupError> {
        let Some((entry, left)) = &mut self.open else { return Ok(0) };
        let room = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(&mut buffer[..room]).map_err(BackupError::file(&self.archive))?;
        if count == 0 && room > 0 {
            let entry = entry.name.clone();
            return Err(self.damaged(&entry, "bị cắt cụt / it is cut off"));
        }
        *left -= count as u64;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }

    /// Reads the whole entry.
    pub(super) fn all(&mut self) -> Result<Vec<u8>, BackupError> {
        let Some((entry, left)) = &self.open else { return Ok(Vec::new()) };
        if *left > IN_MEMORY_BYTES_MAX {
            let entry = entry.name.clone();
            return Err(self.damaged(&entry, "quá lớn / it is too large"));
        }
        let mut content = vec![0; usize::try_from(*left).unwrap_or_default()];
        let mut at = 0;
        while at < content.len() {
            at += self.read(&mut content[at..])?;
        }
        Ok(content)
    }

    /// What is wrong with an entry.
    pub(super) fn damaged(&self, entry: &str, why: &'static str) -> BackupError {
        BackupError::Damaged { archive: self.archive.clone(), entry: entry.to_owned(), why }
    }

    fn damaged_after(&self, why: &'static str) -> BackupError {
        let last = &self.last;
        if last.is_empty() {
            return BackupError::Foreign(self.archive.clone());
        }
        self.damaged(&format!("chỗ sau {last} / what follows {last}"), why)
    }

    /// Reads what is left of the entry and looks at its end.
    fn close(&mut self) -> Result<(), BackupError> {
        let mut rest = vec![0; 64 * 1024];
        while self.read(&mut rest)? > 0 {}
        let Some((entry, _)) = self.open.take() else { return Ok(()) };
        let sha256 = hex(&self.hash.finalize_reset());
        let mut zeros = [0; BLOCK_BYTES];
        let zeros = &mut zeros[..padding(entry.bytes)];
        if self.file.read_exact(zeros).is_err() || zeros.iter().any(|byte| *byte != 0) {
            return Err(self.damaged(&entry.name, "phần đệm bị sửa / its padding was altered"));
        }
        if !entry.name.starts_with(EVIDENCE) {
            self.sums.push_str(&line(&sha256, &entry.name));
        } else if entry.name.rsplit('/').next() != Some(sha256.as_str()) {
            return Err(self.damaged(&entry.name, "nội dung bị sửa / its content was altered"));
        }
        self.last = entry.name;
        Ok(())
    }

    /// Compares the list of hashes with what was read, and looks whether the archive ends there.
    fn end(&mut self) -> Result<(), BackupError> {
        let listed = self.all()?;
        if listed != self.sums.as_bytes() {
            let listed = String::from_utf8_lossy(&listed).into_owned();
            let known: Vec<&str> = listed.lines().collect();
            let altered = self.sums.lines().find(|line| !known.contains(line));
            let altered = altered.and_then(|line| line.split_once("  ")).map_or(CHECKSUMS, |(_, name)| name);
            return Err(self.damaged(altered, "nội dung bị sửa / its content was altered"));
        }
        self.close()?;
        let (mut end, mut more) = ([0; END_BYTES], [0; 1]);
        self.exact(&mut end, "bị cắt cụt / it is cut off")?;
        let is_over = self.file.read(&mut more).map_err(BackupError::file(&self.archive))? == 0;
        if end.iter().any(|byte| *byte != 0) || !is_over {
            return Err(self.damaged(CHECKSUMS, "sau mục này còn dữ liệu lạ / something foreign follows it"));
        }
        Ok(())
    }

    fn exact(&mut self, buffer: &mut [u8], why: &'static str) -> Result<(), BackupError> {
        match self.file.read_exact(buffer) {
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Err(self.damaged_after(why)),
            read => read.map_err(BackupError::file(&self.archive)),
        }
    }
}
