//! The Merkle tree of RFC 6962, section 2.1: hashes, the right edge that grows, proofs of inclusion and consistency.
//!
//! Knows no entries and no storage: which nodes a proof takes is said as numbers, and whoever keeps them fetches them.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Levels a tree may have: its size is a 64-bit number.
const LEVELS_MAX: usize = 64;

/// The hash of a leaf's data.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The hash of a node above two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The right edge of a tree: the roots of its full subtrees, the largest first. All that is needed to append.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree with `size` leaves; none when the number of full subtrees is another.
    pub fn of(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and gives the roots of the subtrees it completes: itself, then one a level.
    pub fn append(&mut self, leaf: Hash) -> Vec<Hash> {
        let mut completed = vec![leaf];
        let mut top = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                top = node_hash(&left, &top);
                completed.push(top);
            }
        }
        self.peaks.push(top);
        self.size += 1;
        completed
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }
}

/// The root over full subtrees that stand side by side, the largest first.
pub fn fold(peaks: &[Hash]) -> Hash {
    let root = peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    root.unwrap_or_else(|| Sha256::digest([]).into())
}

/// A full subtree: `2^level` leaves, the `index`-th such from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Above the leaves, from 0.
    pub level: u32,
    /// Within its level, from 0.
    pub index: u64,
}

impl Node {
    /// How many leaves the tree has at the moment this subtree is complete.
    pub fn completed_at(self) -> u64 {
        (self.index + 1) << self.level
    }
}

/// The full subtrees over a stretch of leaves, as [`inclusion`] and [`consistency`] give them; [`fold`] makes one hash.
pub fn nodes(leaves: Range<u64>) -> Vec<Node> {
    let (mut from, mut nodes) = (leaves.start, Vec::new());
    while from < leaves.end {
        let level = (leaves.end - from).ilog2();
        nodes.push(Node { level, index: from >> level });
        from += 1 << level;
    }
    nodes
}

/// The largest power of two below a number of leaves: where RFC 6962 parts them.
fn part(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The stretches of leaves whose hashes prove that leaf `index` is in a tree of `size`: RFC 6962, 2.1.1.
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut within, mut path) = (0..size, Vec::new());
    while within.end.saturating_sub(within.start) > 1 {
        let middle = within.start + part(within.end - within.start);
        let (left, right) = (within.start..middle, middle..within.end);
        let (inside, beside) = if index < middle { (left, right) } else { (right, left) };
        path.push(beside);
        within = inside;
    }
    path.reverse();
    path
}

/// The stretches of leaves whose hashes prove that the first `older` leaves of a tree of `size` are the tree of
/// `older`: RFC 6962, 2.1.2.
pub fn consistency(older: u64, size: u64) -> Vec<Range<u64>> {
    let (mut within, mut path, mut whole) = (0..size, Vec::new(), true);
    if older == 0 || older >= size {
        return path;
    }
    while within.end != older {
        let middle = within.start + part(within.end - within.start);
        if older <= middle {
            path.push(middle..within.end);
            within.end = middle;
        } else {
            path.push(within.start..middle);
            within.start = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(within);
    }
    path.reverse();
    path
}

/// Whether `path` leads from a leaf at `index` to the root of a tree of `size`: RFC 9162, 2.1.3.2.
pub fn includes(index: u64, size: u64, leaf: &Hash, path: &[Hash], root: &Hash) -> bool {
    if index >= size || path.len() > LEVELS_MAX {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(beside, &hash);
            climb(&mut at, &mut last);
        } else {
            hash = node_hash(&hash, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether `path` shows that a tree of `size` continues one of `older`: RFC 9162, 2.1.4.2.
pub fn continues(older: u64, older_root: &Hash, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if older == size {
        return path.is_empty() && older_root == root;
    }
    if older == 0 || older > size || path.len() > LEVELS_MAX {
        return false;
    }
    let first = older.is_power_of_two().then_some(older_root);
    let mut path = first.into_iter().chain(path);
    let Some(start) = path.next() else { return false };
    let (mut at, mut last) = (older - 1, size - 1);
    let full = at.trailing_ones();
    (at, last) = (at >> full, last >> full);
    let (mut old, mut new) = (*start, *start);
    for beside in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node_hash(beside, &old);
            new = node_hash(beside, &new);
            climb(&mut at, &mut last);
        } else {
            new = node_hash(&new, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *older_root && new == *root
}

/// Passes the levels at which there is nothing beside the last node.
fn climb(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        (*at, *last) = (*at >> 1, *last >> 1);
    }
}
