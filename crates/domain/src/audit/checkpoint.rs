//! The signed head of the record: how many entries, and the root over them.
//!
//! Written as C2SP has it: a `tlog-checkpoint` with one more line for the instant of the last entry, in a
//! `signed-note` with one Ed25519 signature. The tools of others read both.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::merkle::Hash;

/// The kind of signature in keys of signed notes: Ed25519.
const ED25519: u8 = 1;

/// What stands before a private key.
const PRIVATE: &str = "PRIVATE+KEY+";

/// Why a key, a checkpoint or a proof is not to be relied upon. In both languages, as command lines say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// A key that cannot be read.
    #[error("không đọc được khóa / the key cannot be read")]
    Key,
    /// A text that is not a checkpoint, or not in its one written form.
    #[error("đây không phải điểm kiểm chứng / this is not a checkpoint")]
    Checkpoint,
    /// A text that is not a proof, or not in its one written form.
    #[error("đây không phải tệp xác thực / this is not a proof")]
    Proof,
    /// None of the given keys is the one that signed.
    #[error("được ký bằng khóa khác / it was signed with another key")]
    OtherKey,
    /// The signature does not fit what is signed.
    #[error("chữ ký không khớp / the signature does not fit")]
    Signature,
    /// The entry is not in the record that the checkpoint is the head of.
    #[error("mục này không có trong nhật ký của điểm kiểm chứng / the entry is not in the record of this checkpoint")]
    Entry,
    /// The certificate is not on the list that the entry recorded.
    #[error(
        "giấy chứng nhận không có trong danh sách của quyết định / the certificate is not on the list of this decision"
    )]
    Certificate,
}

/// What is signed: the record up to one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which record: the name of the key.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When the last of them was written.
    pub at: Timestamp,
}

impl Checkpoint {
    /// The text that is signed.
    fn body(&self) -> String {
        format!("{}\n{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root), self.at)
    }

    fn read(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let checkpoint = Self {
            origin: lines.next()?.to_owned(),
            size: lines.next()?.parse().ok()?,
            root: BASE64_STANDARD.decode(lines.next()?).ok()?.try_into().ok()?,
            at: lines.next()?.parse().ok()?,
        };
        // Its one written form only: no other text passes for the same checkpoint.
        (checkpoint.body() == body).then_some(checkpoint)
    }

    /// Puts a signature that is kept beside the facts to them.
    pub fn with_signature(self, signature: String) -> Signed {
        Signed { checkpoint: self, signature }
    }
}

/// A checkpoint with its signature, not necessarily a right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// Base64 of the key's id (4 bytes) and the Ed25519 signature (64 bytes).
    pub signature: String,
}

impl Signed {
    /// The signed note.
    pub fn note(&self) -> String {
        format!("{}\n— {} {}\n", self.checkpoint.body(), self.checkpoint.origin, self.signature)
    }

    /// Reads a signed note. Whether the signature fits is another question.
    pub fn read(note: &str) -> Result<Self, Unsound> {
        let read = || {
            let (body, line) = note.split_once("\n\n")?;
            let checkpoint = Checkpoint::read(&format!("{body}\n"))?;
            let line = line.strip_prefix("— ")?.strip_suffix('\n')?;
            let signature = line.strip_prefix(checkpoint.origin.as_str())?.strip_prefix(' ')?;
            Some(checkpoint.with_signature(signature.to_owned()))
        };
        read().filter(|signed| signed.note() == note).ok_or(Unsound::Checkpoint)
    }

    /// Whether one of the keys signed this.
    pub fn verify(&self, keys: &[PublicKey]) -> Result<(), Unsound> {
        let bytes = BASE64_STANDARD.decode(&self.signature).map_err(|_| Unsound::Signature)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(Unsound::Signature)?;
        let signature = Signature::from_slice(signature).map_err(|_| Unsound::Signature)?;
        let signer = keys.iter().find(|key| key.id() == *id && key.name == self.checkpoint.origin);
        let body = self.checkpoint.body();
        let signer = signer.ok_or(Unsound::OtherKey)?;
        signer.key.verify_strict(body.as_bytes(), &signature).map_err(|_| Unsound::Signature)
    }
}

/// What checks a signature: `<name>+<id>+<base64>`, as signed notes write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    key: VerifyingKey,
}

impl PublicKey {
    /// The first four bytes of a hash over name, kind and key.
    fn id(&self) -> [u8; 4] {
        let hash: Hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize()
            .into();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The record that this key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key in its one written form.
    pub fn text(&self) -> String {
        let key: Vec<u8> = [ED25519].iter().chain(self.key.as_bytes()).copied().collect();
        format!("{}+{}+{}", self.name, super::hex(&self.id()), BASE64_STANDARD.encode(key))
    }

    /// Reads [`Self::text`].
    pub fn read(text: &str) -> Result<Self, Unsound> {
        let read = || {
            let (name, bytes) = parts(text)?;
            Some(Self { name, key: VerifyingKey::from_bytes(&bytes).ok()? })
        };
        read().filter(|key| key.text() == text).ok_or(Unsound::Key)
    }
}

/// What signs. It stands in a file beside the database and never in it.
#[derive(Debug, Clone)]
pub struct Key {
    name: String,
    key: SigningKey,
}

impl Key {
    /// A key for the record with a name, from 32 bytes that nobody can foresee.
    pub fn new(name: &str, chance: &[u8; 32]) -> Self {
        Self { name: name.to_owned(), key: SigningKey::from_bytes(chance) }
    }

    /// The other half, for everybody.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The key as its file holds it.
    pub fn text(&self) -> String {
        let key: Vec<u8> = [ED25519].iter().chain(self.key.as_bytes()).copied().collect();
        let id = super::hex(&self.public().id());
        format!("{PRIVATE}{}+{id}+{}", self.name, BASE64_STANDARD.encode(key))
    }

    /// Reads [`Self::text`].
    pub fn read(text: &str) -> Result<Self, Unsound> {
        let parts = text.strip_prefix(PRIVATE).and_then(parts);
        let key = parts.map(|(name, bytes)| Self::new(&name, &bytes));
        key.filter(|key| key.text() == text).ok_or(Unsound::Key)
    }

    /// Signs the record as it is with `size` entries, the last of them written at `at`.
    pub fn sign(&self, size: u64, root: Hash, at: Timestamp) -> Signed {
        let checkpoint = Checkpoint { origin: self.name.clone(), size, root, at };
        let signature = self.key.sign(checkpoint.body().as_bytes());
        let bytes: Vec<u8> = self.public().id().into_iter().chain(signature.to_bytes()).collect();
        checkpoint.with_signature(BASE64_STANDARD.encode(bytes))
    }
}

/// Name and bytes of a written key.
fn parts(text: &str) -> Option<(String, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (_, key) = rest.split_once('+')?;
    let bytes = BASE64_STANDARD.decode(key).ok()?;
    let (kind, bytes) = bytes.split_first()?;
    let named = !name.is_empty() && !name.contains(char::is_whitespace);
    (named && *kind == ED25519).then_some((name.to_owned(), bytes.try_into().ok()?))
}
