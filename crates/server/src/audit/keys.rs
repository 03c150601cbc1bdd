//! The keys of an installation: one that signs, in a file that only its owner may read, and every public one.
//!
//! A new key is made when the file is not there: at the first start, and after the operator took it away to change it.
//! The public halves of older keys stay in their list, so that what they signed stays verifiable.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use dienhinh_domain::audit::{
    checkpoint::{Key, PublicKey},
    hex,
};

use crate::app::Chance;

/// The file of the private key in the data folder.
const PRIVATE: &str = "audit.key";

/// The file of all public keys, one a line, oldest first.
const PUBLIC: &str = "audit.keys";

/// The keys of an installation.
#[derive(Debug)]
pub(crate) struct Keys {
    /// What signs.
    pub(crate) signing: Key,
    /// What checks, oldest first; the last belongs to `signing`.
    pub(crate) public: Vec<PublicKey>,
}

impl Keys {
    /// Reads the keys of a data folder, making those that are not there.
    pub(crate) fn open(data: &Path, chance: &dyn Chance) -> io::Result<Self> {
        let known = public(data)?;
        let file = data.join(PRIVATE);
        let signing = match fs::read_to_string(&file) {
            Ok(text) => Key::read(text.trim_end()).map_err(|cause| unreadable(&file, &cause))?,
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                let key = new_key(known.first(), chance);
                write(&file, &format!("{}\n", key.text()))?;
                key
            }
            Err(cause) => return Err(cause),
        };
        let mut public = known;
        let own = signing.public();
        if public.last() != Some(&own) {
            public.retain(|key| *key != own);
            public.push(own);
            let lines: Vec<String> = public.iter().map(PublicKey::text).collect();
            write(&data.join(PUBLIC), &format!("{}\n", lines.join("\n")))?;
        }
        Ok(Self { signing, public })
    }
}

/// The public keys of a data folder; none when there is no list yet.
pub(crate) fn public(data: &Path) -> io::Result<Vec<PublicKey>> {
    let file = data.join(PUBLIC);
    match fs::read_to_string(&file) {
        Ok(text) => text.lines().map(|line| PublicKey::read(line).map_err(|cause| unreadable(&file, &cause))).collect(),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(cause),
    }
}

/// The files as they are, to be put elsewhere: the public keys, and the private one when it is wanted.
pub(crate) fn texts(data: &Path, with_private: bool) -> io::Result<(String, Option<String>)> {
    let public = fs::read_to_string(data.join(PUBLIC))?;
    let private = with_private.then(|| fs::read_to_string(data.join(PRIVATE))).transpose()?;
    Ok((public, private))
}

/// Writes what [`texts`] gave into another data folder.
pub(crate) fn put(data: &Path, public: &str, private: Option<&str>) -> io::Result<()> {
    write(&data.join(PUBLIC), public)?;
    private.map_or(Ok(()), |private| write(&data.join(PRIVATE), private))
}

/// A key under the name that the record has, or under a new one.
fn new_key(first: Option<&PublicKey>, chance: &dyn Chance) -> Key {
    let (mut secret, mut name) = ([0; 32], [0; 4]);
    chance.fill(&mut secret);
    chance.fill(&mut name);
    let name = first.map_or_else(|| format!("dienhinh-{}", hex(&name)), |key| key.name().to_owned());
    Key::new(&name, &secret)
}

fn unreadable(file: &Path, cause: &dyn std::error::Error) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("{}: {cause}", file.display()))
}

/// Writes a file whole or not at all, for its owner only.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    let aside = file.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut written = options.open(&aside)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    fs::rename(&aside, file)?;
    file.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::SystemChance;

    #[test]
    fn a_key_is_kept_and_one_that_was_taken_away_stays_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Keys::open(folder.path(), &SystemChance).expect("made");
        let again = Keys::open(folder.path(), &SystemChance).expect("read");
        assert_eq!((again.signing.text(), &again.public), (first.signing.text(), &first.public));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(PRIVATE)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::remove_file(folder.path().join(PRIVATE)).expect("taken away");
        let next = Keys::open(folder.path(), &SystemChance).expect("made");
        assert_ne!(next.signing.text(), first.signing.text());
        assert_eq!(next.public, [first.signing.public(), next.signing.public()]);
        assert_eq!(next.signing.public().name(), first.signing.public().name(), "the record keeps its name");
        fs::write(folder.path().join(PRIVATE), "nonsense").expect("written");
        assert!(Keys::open(folder.path(), &SystemChance).is_err(), "a broken key is not replaced silently");
    }
}
