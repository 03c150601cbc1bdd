//! The record of what was done: append-only, each entry chained to the one before by SHA-256.
//!
//! An entry holds who (as a role), what, on which unit and thing, when, and with what; never a
//! person's name and never the text of an answer.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::{
    access::{Action, Actor},
    ids::UnitId,
};

/// The hash the first entry is chained to.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// As whom.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// On which unit.
    pub unit: UnitId,
    /// On which thing: a dossier, a decision.
    pub subject: String,
    /// With what: criterion, state, hashes. JSON, written by the action.
    pub detail: String,
}

impl Entry {
    /// The hash of this entry after the one with hash `previous`.
    ///
    /// Every field is preceded by its length, so that no two entries share their bytes.
    pub fn chained(&self, previous: &str) -> String {
        let fields = [
            "dienhinh.audit.v1".to_owned(),
            previous.to_owned(),
            self.at.as_microsecond().to_string(),
            self.actor.role.code().to_owned(),
            self.actor.scope.to_string(),
            self.action.name().to_owned(),
            self.unit.to_string(),
            self.subject.clone(),
            self.detail.clone(),
        ];
        let mut hash = Sha256::new();
        for field in &fields {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        hex(&hash.finalize())
    }
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of some bytes, as 64 hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
