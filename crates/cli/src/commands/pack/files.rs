//! Files that appear whole or not at all: written under another name beside their place, then renamed.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// The files of a pack; a folder that holds anything else is never replaced.
const FILES: [&str; 2] = ["pack.toml", "cases.toml"];

/// Why there is nothing to write to.
pub(super) enum Occupied {
    /// It is there, and nobody said that it may be replaced.
    Exists,
    /// The folder holds this as well.
    Holds(String),
}

impl Occupied {
    /// What to do about it.
    pub(super) fn message(&self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Exists => format!("{path}: đã có; thêm --force để thay / exists already; --force replaces it"),
            Self::Holds(name) => format!(
                "{path}: thư mục còn có “{name}” nên không được thay; chọn thư mục khác / the folder holds `{name}` as well and is not replaced; choose another one"
            ),
        }
    }
}

/// Whether a pack may be written to a folder.
pub(super) fn room_for_pack(folder: &Path, force: bool) -> io::Result<Option<Occupied>> {
    if fs::symlink_metadata(folder).is_err() {
        return Ok(None);
    }
    if !force {
        return Ok(Some(Occupied::Exists));
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !FILES.contains(&name.as_str()) {
            return Ok(Some(Occupied::Holds(name)));
        }
    }
    Ok(None)
}

/// Writes both files of a pack as one folder, in place of an older one where [`room_for_pack`] said so.
///
/// Cut off at the worst moment, between two renames, it leaves the older and the newer folder whole beside their
/// place, as `.name.old-…` and `.name.new-…`.
pub(super) fn write_pack(folder: &Path, pack: &str, cases: &str) -> io::Result<()> {
    // A link is followed: what is replaced is the folder behind it.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let (fresh, aside) = (beside(&folder, "new"), beside(&folder, "old"));
    if let Some(parent) = fresh.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(&fresh)?;
    let written = FILES.iter().zip([pack, cases]).try_for_each(|(name, text)| {
        let mut file = File::create(fresh.join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let moved = written.and_then(|()| {
        if !folder.exists() {
            return fs::rename(&fresh, &folder);
        }
        fs::rename(&folder, &aside)?;
        fs::rename(&fresh, &folder).inspect_err(|_| {
            // The older one goes back to its place; where even that fails, both still lie side by side.
            let _ = fs::rename(&aside, &folder);
        })
    });
    if let Err(cause) = moved {
        let _ = fs::remove_dir_all(&fresh);
        return Err(cause);
    }
    if aside.exists() { fs::remove_dir_all(&aside) } else { Ok(()) }
}

/// Writes one file.
pub(in crate::commands) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = beside(path, "new");
    let written = File::create_new(&fresh).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    });
    written.inspect_err(|_| {
        let _ = fs::remove_file(&fresh);
    })
}

/// `.name.new-4711` in the same folder, so that renaming stays on one disk.
fn beside(path: &Path, word: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{word}-{}", std::process::id()))
}
