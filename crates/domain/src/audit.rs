//! The record of what was done: append-only, each entry chained to the one before by SHA-256.
//!
//! An entry holds who (as a role, or the operator), what, on which unit and thing, when, and with what; never a
//! person's name and never the text of an answer.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::{
    access::{Action, Actor},
    ids::UnitId,
};

/// The hash the first entry is chained to.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// As whom something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Somebody in a role.
    Actor(Actor),
    /// Whoever runs the installation, from its command line: no role in the work, no unit, no name.
    Operator,
}

impl Author {
    /// The word in the record for one who has no role.
    pub const OPERATOR: &str = "operator";

    /// The role's word, or [`Self::OPERATOR`].
    pub fn code(self) -> &'static str {
        match self {
            Self::Actor(actor) => actor.role.code(),
            Self::Operator => Self::OPERATOR,
        }
    }

    /// The unit that the role reaches down from; none for the operator.
    pub fn scope(self) -> Option<UnitId> {
        match self {
            Self::Actor(actor) => Some(actor.scope),
            Self::Operator => None,
        }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// As whom.
    pub author: Author,
    /// What.
    pub action: Action,
    /// On which unit; none where it concerns the installation as a whole.
    pub unit: Option<UnitId>,
    /// On which thing: a dossier, a decision, a version of a criteria set.
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
            self.author.code().to_owned(),
            written(self.author.scope()),
            self.action.name().to_owned(),
            written(self.unit),
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

/// A unit in the record; empty where there is none.
pub fn written(unit: Option<UnitId>) -> String {
    unit.map_or_else(String::new, |unit| unit.to_string())
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
