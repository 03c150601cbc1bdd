//! Going through the whole record from its first entry, and naming the first one that is not what it was.
//!
//! Whoever can write the database can make its hashes fit again, but not its signatures: every entry bears one over
//! the root up to it. Whoever puts an older copy in place has right signatures too; only a checkpoint from outside
//! shows that.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Written,
    checkpoint::{Checkpoint, PublicKey, Signed, Unsound},
    hex,
    merkle::{Edge, Hash},
};

/// An entry with what is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The entry.
    pub entry: Written,
    /// The subtrees it completes, leaf first, as hex digits: see [`Edge::append`].
    pub nodes: String,
    /// The signature of the record up to it.
    pub signature: String,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is none at this place, and later ones are there.
    Missing,
    /// The record ends before it, and a checkpoint counts it.
    CutOff,
    /// It stands at a place that has its entry already.
    Extra,
    /// It does not say what its hash was taken of.
    Changed,
    /// The hashes of the tree that are kept with it are not those of the entries.
    Nodes,
    /// It, or one before it, was written by somebody who had no key.
    Unsigned,
    /// It was signed with a key that is not among those given.
    OtherKey,
    /// The entries up to it are others than those that a checkpoint counts: it or one before it.
    Forked,
    /// Its row cannot be read.
    Unreadable,
}

impl Fault {
    /// The word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::CutOff => "cut_off",
            Self::Extra => "extra",
            Self::Changed => "changed",
            Self::Nodes => "nodes",
            Self::Unsigned => "unsigned",
            Self::OtherKey => "other_key",
            Self::Forked => "forked",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The first entry that is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bad {
    /// Its place.
    pub seq: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// One walk through the record.
#[derive(Debug)]
pub struct Walk<'a> {
    keys: &'a [PublicKey],
    expected: BTreeMap<u64, Hash>,
    edge: Edge,
    last: Option<Signed>,
    agreed: u64,
}

impl<'a> Walk<'a> {
    /// Begins before the first entry. `checkpoints` are those that the record must agree with.
    pub fn new(keys: &'a [PublicKey], checkpoints: &[Signed]) -> Result<Self, Unsound> {
        let mut expected = BTreeMap::new();
        for signed in checkpoints {
            signed.verify(keys)?;
            let Checkpoint { size, root, .. } = signed.checkpoint;
            if expected.insert(size, root).is_some_and(|other| other != root) {
                return Err(Unsound::Checkpoint);
            }
        }
        Ok(Self { keys, expected, edge: Edge::default(), last: None, agreed: 0 })
    }

    /// How many entries were found in order.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// How many entries the largest checkpoint counts that the record agrees with.
    pub fn agreed(&self) -> u64 {
        self.agreed
    }

    /// Takes the next entry. After a bad one the walk is over.
    pub fn step(&mut self, kept: &Kept) -> Result<(), Bad> {
        let place = self.edge.size() + 1;
        let bad = |fault| Err(Bad { seq: place, fault });
        if kept.entry.seq > place {
            return bad(Fault::Missing);
        }
        if kept.entry.seq < place {
            return Err(Bad { seq: kept.entry.seq, fault: Fault::Extra });
        }
        let leaf = kept.entry.leaf();
        let completed: String = self.edge.append(leaf).iter().map(|hash| hex(hash)).collect();
        if kept.nodes != completed {
            return bad(if kept.nodes.starts_with(&hex(&leaf)) { Fault::Nodes } else { Fault::Changed });
        }
        let signed = self.head(kept).ok_or(Bad { seq: place, fault: Fault::Changed })?;
        match signed.verify(self.keys) {
            Ok(()) => {}
            Err(Unsound::OtherKey) => return bad(Fault::OtherKey),
            Err(_) => return bad(Fault::Unsigned),
        }
        match self.expected.remove(&place) {
            Some(root) if root != signed.checkpoint.root => return bad(Fault::Forked),
            Some(_) => self.agreed = place,
            None => {}
        }
        self.last = Some(signed);
        Ok(())
    }

    /// The head that an entry claims to have signed. All keys of a record bear its name.
    fn head(&self, kept: &Kept) -> Option<Signed> {
        let checkpoint = Checkpoint {
            origin: self.keys.first().map(|key| key.name().to_owned()).unwrap_or_default(),
            size: self.edge.size(),
            root: self.edge.root(),
            at: Timestamp::from_microsecond(kept.entry.at_microseconds).ok()?,
        };
        Some(checkpoint.with_signature(kept.signature.clone()))
    }

    /// Ends after the last entry. Gives the head of the record; none when it is empty.
    pub fn end(self) -> Result<Option<Signed>, Bad> {
        let place = self.edge.size() + 1;
        if self.expected.is_empty() { Ok(self.last) } else { Err(Bad { seq: place, fault: Fault::CutOff }) }
    }
}
