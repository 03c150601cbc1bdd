//! The record of what was done: append-only, each entry a leaf of a Merkle tree whose head is signed.
//!
//! An entry holds who (as a role, or the operator, and the identity of their account), what, on which unit and thing,
//! when, and with what; never a person's name and never the text of an answer.
//!
//! [`merkle`] is the tree, [`checkpoint`] its signed head, [`walk`] finds what was altered, [`proof`] is what a
//! holder takes away.

pub mod checkpoint;
pub mod merkle;
pub mod proof;
pub mod walk;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    access::{Action, Actor},
    ids::{AccountId, UnitId},
};

/// As whom something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Somebody in a role.
    Actor(Actor),
    /// Whoever runs the installation, from its command line: no role in the work, no unit, no name.
    Operator,
    /// Somebody about their own account, in no role.
    Oneself,
}

impl Author {
    /// The word in the record for one who has no role.
    pub const OPERATOR: &str = "operator";

    /// The word in the record for somebody about their own account.
    pub const ONESELF: &str = "oneself";

    /// The role's word, [`Self::OPERATOR`] or [`Self::ONESELF`].
    pub fn code(self) -> &'static str {
        match self {
            Self::Actor(actor) => actor.role.code(),
            Self::Operator => Self::OPERATOR,
            Self::Oneself => Self::ONESELF,
        }
    }

    /// The unit that the role reaches down from; none where there is no role.
    pub fn scope(self) -> Option<UnitId> {
        match self {
            Self::Actor(actor) => Some(actor.scope),
            Self::Operator | Self::Oneself => None,
        }
    }
}

/// SHA-256 of the thing before and after, as 64 hex digits; none where it was not there, or is no longer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// As it was.
    pub before: Option<String>,
    /// As it is now.
    pub after: Option<String>,
}

impl Change {
    /// The change of a thing from one text to another. The salt keeps its values from being guessed by trying; once
    /// it is erased, the hashes tell nothing and proofs hold as before.
    pub fn salted(salt: &str, before: Option<&str>, after: Option<&str>) -> Self {
        let hash = |text: &str| sha256(&canonical(&["dienhinh.change.v1", salt, text]));
        Self { before: before.map(hash), after: after.map(hash) }
    }
}

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When, to the microsecond.
    pub at: Timestamp,
    /// As whom.
    pub author: Author,
    /// Whose account it was; none for the operator, for the ready roles of the sample and for work in the background.
    pub account: Option<AccountId>,
    /// What.
    pub action: Action,
    /// On which unit; none where it concerns the installation as a whole.
    pub unit: Option<UnitId>,
    /// On which thing: a dossier, a decision, a version of a criteria set.
    pub subject: String,
    /// With what: criterion, state, hashes. JSON, written by the action.
    pub detail: String,
    /// In which request; none where the operator acts from the command line.
    pub request: Option<Uuid>,
    /// What it did to the thing.
    pub change: Change,
}

impl Entry {
    /// The entry as it is written at its place in the record.
    pub fn written(&self, seq: u64) -> Written {
        Written {
            seq,
            at_microseconds: self.at.as_microsecond(),
            role: self.author.code().to_owned(),
            scope: written(self.author.scope()),
            action: self.action.name().to_owned(),
            unit: written(self.unit),
            subject: self.subject.clone(),
            detail: self.detail.clone(),
            request: written(self.request),
            before: written(self.change.before.as_ref()),
            after: written(self.change.after.as_ref()),
            account: written(self.account),
        }
    }
}

/// Whether the record's head is published with an entry: where the public is told what was decided.
pub fn is_published(action: Action) -> bool {
    matches!(
        action,
        Action::RecognitionDecide | Action::RecognitionSuspend | Action::RecognitionRestore | Action::RecognitionRevoke
    )
}

/// What there is as text; empty where there is nothing.
fn written(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// An entry as it stands in the record, in words that need no version of this program to be hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// From 1, without gaps.
    pub seq: u64,
    /// When, in microseconds since 1970 UTC.
    pub at_microseconds: i64,
    /// As whom: the word of a role, [`Author::OPERATOR`] or [`Author::ONESELF`].
    pub role: String,
    /// The unit that the role reaches down from, or empty.
    pub scope: String,
    /// What: the name of an [`Action`].
    pub action: String,
    /// On which unit, or empty.
    pub unit: String,
    /// On which thing.
    pub subject: String,
    /// With what, as JSON.
    pub detail: String,
    /// In which request, or empty.
    pub request: String,
    /// Hash of the thing before, or empty.
    pub before: String,
    /// Hash of the thing after, or empty.
    pub after: String,
    /// The identity of an account, or empty. Entries from before there were accounts have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
}

impl Written {
    /// The hash of the leaf that this entry is. The account stands in leaves of their own kind, so that those from before
    /// there were accounts keep their hashes.
    pub fn leaf(&self) -> merkle::Hash {
        let (seq, at) = (self.seq.to_string(), self.at_microseconds.to_string());
        let kind = if self.account.is_empty() { "dienhinh.audit.v2" } else { "dienhinh.audit.v3" };
        let mut fields = vec![
            kind,
            &seq,
            &at,
            &self.role,
            &self.scope,
            &self.action,
            &self.unit,
            &self.subject,
            &self.detail,
            &self.request,
            &self.before,
            &self.after,
        ];
        if !self.account.is_empty() {
            fields.push(&self.account);
        }
        merkle::leaf_hash(&canonical(&fields))
    }
}

/// Texts as bytes, each preceded by its length, so that no two lists share their bytes.
pub(crate) fn canonical(fields: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in fields {
        bytes.extend((field.len() as u64).to_be_bytes());
        bytes.extend(field.as_bytes());
    }
    bytes
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
