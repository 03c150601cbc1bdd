//! What a holder takes away: an entry, and for a certificate its place on the entry's list, up to a signed checkpoint.
//!
//! A proof needs nothing but the public key to be checked: no database, no network, no server.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Written, canonical,
    checkpoint::{PublicKey, Signed, Unsound},
    hex,
    merkle::{self, Hash},
};
use crate::access::Action;

/// What a decision says of one unit, in words, as it was on the day it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The certificate's code; empty where the title is not given.
    pub code: String,
    /// The unit's name.
    pub unit: String,
    /// The names above it.
    pub place: String,
    /// The title in Vietnamese; the outcome of the decision says whether it is given.
    pub title: String,
    /// The title in English.
    pub title_en: String,
    /// The year it was striven for.
    pub year: String,
    /// `05/QĐ-UBND`.
    pub decision: String,
    /// The day on the decision, `2023-11-24`.
    pub signed_on: String,
    /// The issuing body.
    pub issuer: String,
    /// The dossier judged.
    pub dossier: String,
    /// SHA-256 of the dossier as it was judged.
    pub judged_sha256: String,
}

impl Attestation {
    /// The hash of the leaf that it is in the tree over its decision's list.
    pub fn leaf(&self) -> Hash {
        merkle::leaf_hash(&canonical(&[
            "dienhinh.attestation.v1",
            &self.code,
            &self.unit,
            &self.place,
            &self.title,
            &self.title_en,
            &self.year,
            &self.decision,
            &self.signed_on,
            &self.issuer,
            &self.dossier,
            &self.judged_sha256,
        ]))
    }
}

/// The root over a decision's list, as its entry records it.
pub fn list_root(list: &[Attestation]) -> String {
    hex(&tree(list, 0..list.len()))
}

fn tree(list: &[Attestation], leaves: std::ops::Range<usize>) -> Hash {
    let mut edge = merkle::Edge::default();
    for attestation in &list[leaves] {
        edge.append(attestation.leaf());
    }
    edge.root()
}

/// One line of a decision's list with its way to the root over the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// What is attested.
    pub attestation: Attestation,
    /// Its place on the list, from 0.
    pub index: u64,
    /// Hashes beside the way, base64.
    pub path: Vec<String>,
}

impl Listed {
    /// The line at a place of a list; none when the list is shorter.
    pub fn of(list: &[Attestation], index: usize) -> Option<Self> {
        let attestation = list.get(index)?.clone();
        let stretches = merkle::inclusion(index as u64, list.len() as u64).into_iter().map(|leaves| {
            let (from, until) = (usize::try_from(leaves.start).ok()?, usize::try_from(leaves.end).ok()?);
            Some(BASE64_STANDARD.encode(tree(list, from..until)))
        });
        Some(Self { attestation, index: index as u64, path: stretches.collect::<Option<_>>()? })
    }
}

/// A proof that an entry, and what it lists, is in the record of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`Proof::FORMAT`].
    format: String,
    /// What the entry attests for one certificate; none where the entry itself is what is proved.
    pub listed: Option<Listed>,
    /// The entry.
    pub entry: Written,
    /// Hashes beside the way from the entry to the root, base64.
    path: Vec<String>,
    /// The signed note over the root.
    checkpoint: String,
}

impl Proof {
    /// The word for this layout.
    const FORMAT: &str = "dienhinh.proof.v1";

    /// Puts a proof together. Whether it holds is what [`Self::check`] says.
    pub fn new(listed: Option<Listed>, entry: Written, path: &[Hash], checkpoint: &Signed) -> Self {
        let path = path.iter().map(|hash| BASE64_STANDARD.encode(hash)).collect();
        Self { format: Self::FORMAT.to_owned(), listed, entry, path, checkpoint: checkpoint.note() }
    }

    /// The proof as a file: JSON in lines.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Reads [`Self::text`]. Unsound: any other text, also one that says the same in another way.
    pub fn read(text: &str) -> Result<Self, Unsound> {
        let proof: Self = serde_json::from_str(text).map_err(|_| Unsound::Proof)?;
        if proof.format == Self::FORMAT && proof.text() == text { Ok(proof) } else { Err(Unsound::Proof) }
    }

    /// Whether everything holds up to the signature of one of the keys. Gives the checkpoint.
    pub fn check(&self, keys: &[PublicKey]) -> Result<Signed, Unsound> {
        let signed = Signed::read(&self.checkpoint)?;
        signed.verify(keys)?;
        let index = self.entry.seq.checked_sub(1).ok_or(Unsound::Entry)?;
        let path = hashes(&self.path)?;
        let leaf = self.entry.leaf();
        if !merkle::includes(index, signed.checkpoint.size, &leaf, &path, &signed.checkpoint.root) {
            return Err(Unsound::Entry);
        }
        match &self.listed {
            Some(listed) if !is_listed(listed, &self.entry) => Err(Unsound::Certificate),
            _ => Ok(signed),
        }
    }
}

fn hashes(path: &[String]) -> Result<Vec<Hash>, Unsound> {
    let read = |text: &String| BASE64_STANDARD.decode(text).ok()?.try_into().ok();
    path.iter().map(read).collect::<Option<_>>().ok_or(Unsound::Proof)
}

/// Whether the entry is a decision and its list has this line.
fn is_listed(listed: &Listed, entry: &Written) -> bool {
    let Ok(detail) = serde_json::from_str::<Value>(&entry.detail) else { return false };
    let (Some(count), Some(root)) = (detail["listed"].as_u64(), detail["listed_root"].as_str()) else { return false };
    let Ok(path) = hashes(&listed.path) else { return false };
    let Some(root) = read_hex(root) else { return false };
    entry.action == Action::RecognitionDecide.name()
        && merkle::includes(listed.index, count, &listed.attestation.leaf(), &path, &root)
}

/// A hash from its hex digits.
pub fn read_hex(digits: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if digits.len() != hash.len() * 2 {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}
