//! The tree against the vectors of Certificate Transparency, every proof of small trees, and altered ones.

use jiff::Timestamp;

use super::{
    Written,
    checkpoint::{Key, PublicKey, Signed, Unsound},
    hex,
    merkle::{Edge, Hash, consistency, continues, fold, includes, inclusion, leaf_hash, nodes},
    proof::{Attestation, Listed, Proof, list_root, read_hex},
    walk::{Bad, Fault, Kept, Walk},
};
use crate::access::Action;

fn hash(digits: &str) -> Hash {
    read_hex(digits).expect("64 hex digits")
}

/// The eight leaves of the reference trees of Certificate Transparency and Trillian.
fn reference() -> Vec<Vec<u8>> {
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        .map(|digits| {
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
        })
        .to_vec()
}

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// A tree whose nodes are all kept, as storage keeps them.
#[derive(Default)]
struct Tree {
    edge: Edge,
    completed: Vec<Vec<Hash>>,
    roots: Vec<Hash>,
}

impl Tree {
    fn of(leaves: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut tree = Self::default();
        for leaf in leaves {
            tree.completed.push(tree.edge.append(leaf_hash(&leaf)));
            tree.roots.push(tree.edge.root());
        }
        tree
    }

    fn numbers(count: u32) -> Self {
        Self::of((0..count).map(|number| number.to_be_bytes().to_vec()))
    }

    fn path(&self, stretches: Vec<std::ops::Range<u64>>) -> Vec<Hash> {
        let kept = |node: super::merkle::Node| {
            self.completed[usize::try_from(node.completed_at()).expect("small") - 1][node.level as usize]
        };
        stretches.into_iter().map(|leaves| fold(&nodes(leaves).into_iter().map(kept).collect::<Vec<_>>())).collect()
    }
}

#[test]
fn the_tree_is_that_of_certificate_transparency() {
    assert_eq!(hex(&Edge::default().root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let tree = Tree::of(reference());
    for (root, expected) in tree.roots.iter().zip(ROOTS) {
        assert_eq!(hex(root), expected);
    }
    let beside = |path: &[&str]| path.iter().map(|digits| hash(digits)).collect::<Vec<_>>();
    let of_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    let of_3_and_4 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    let of_5_to_8 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    let of_5 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    let of_7_and_8 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    for (index, size, path) in [
        (0, 1, vec![]),
        (0, 8, vec![of_1, of_3_and_4, of_5_to_8]),
        (5, 8, vec![of_5, of_7_and_8, ROOTS[3]]),
        (2, 3, vec![ROOTS[1]]),
        (1, 5, vec![ROOTS[0], of_3_and_4, of_5]),
    ] {
        let reference = Tree::of(reference().into_iter().take(size));
        assert_eq!(reference.path(inclusion(index, size as u64)), beside(&path), "{index} of {size}");
    }
    let of_6 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    for (older, size, path) in [
        (1, 1, vec![]),
        (1, 8, vec![of_1, of_3_and_4, of_5_to_8]),
        (6, 8, vec![of_6, of_7_and_8, ROOTS[3]]),
        (2, 5, vec![of_3_and_4, of_5]),
    ] {
        let reference = Tree::of(reference().into_iter().take(size));
        assert_eq!(reference.path(consistency(older, size as u64)), beside(&path), "{older} to {size}");
    }
}

#[test]
fn every_entry_of_every_tree_has_its_proof() {
    let tree = Tree::numbers(300);
    for size in 1..=300u64 {
        let root = &tree.roots[usize::try_from(size).expect("small") - 1];
        for index in 0..size {
            let leaf = leaf_hash(&u32::try_from(index).expect("small").to_be_bytes());
            let path = tree.path(inclusion(index, size));
            assert!(includes(index, size, &leaf, &path, root), "{index} of {size}");
            assert!(!includes(index + 1, size, &leaf, &path, root), "{index} of {size} at another place");
            assert!(!includes(index, size, &leaf_hash(root), &path, root), "another leaf");
        }
    }
}

#[test]
fn every_tree_continues_every_older_one() {
    let tree = Tree::numbers(300);
    let root = |size: u64| &tree.roots[usize::try_from(size).expect("small") - 1];
    for size in 1..=300u64 {
        for older in 1..=size {
            let path = tree.path(consistency(older, size));
            assert!(continues(older, root(older), size, root(size), &path), "{older} to {size}");
            if older < size {
                assert!(!continues(older, root(size), size, root(size), &path), "{older} to {size}: another root");
                assert!(!continues(older, root(older), size, root(older), &path), "{older} to {size}: another root");
            }
        }
    }
}

fn key() -> Key {
    Key::new("dienhinh-test", &[7; 32])
}

fn entry(seq: u64) -> Written {
    Written {
        seq,
        at_microseconds: 1_700_811_000_000_000 + i64::try_from(seq).expect("small"),
        role: "unit_officer".to_owned(),
        scope: "018bfa00-0000-7000-8000-000000000001".to_owned(),
        action: "dossiers.answer".to_owned(),
        unit: "018bfa00-0000-7000-8000-000000000001".to_owned(),
        subject: format!("dossier {}", seq % 7),
        detail: "{\"rows\":[]}".to_owned(),
        request: String::new(),
        before: String::new(),
        after: String::new(),
        account: String::new(),
    }
}

fn attestation(number: usize) -> Attestation {
    Attestation {
        code: format!("7KQ2-M9XA-4TBC-{number}"),
        unit: "Thị trấn Châu Hưng".to_owned(),
        place: "huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned(),
        title: "Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc".to_owned(),
        title_en: "Exemplary township".to_owned(),
        year: "2023".to_owned(),
        decision: "05/QĐ-UBND".to_owned(),
        signed_on: "2023-11-24".to_owned(),
        issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
        dossier: "018bfa00-0000-7000-8000-000000000001".to_owned(),
        judged_sha256: "ab".repeat(32),
    }
}

/// The certificate at a place of a list of 500, whose decision is entry 40 of 77.
fn proof(place: usize) -> Proof {
    let list: Vec<Attestation> = (0..500).map(attestation).collect();
    let (mut tree, mut decided) = (Tree::default(), None);
    for seq in 1..=77 {
        let mut written = entry(seq);
        if seq == 40 {
            written.action = Action::RecognitionDecide.name().to_owned();
            written.detail = format!("{{\"listed\":500,\"listed_root\":\"{}\"}}", list_root(&list));
            decided = Some(written.clone());
        }
        tree.completed.push(tree.edge.append(written.leaf()));
    }
    let head = key().sign(77, tree.edge.root(), Timestamp::UNIX_EPOCH);
    let listed = Listed::of(&list, place).expect("on the list");
    Proof::new(Some(listed), decided.expect("entry 40"), &tree.path(inclusion(39, 77)), &head)
}

#[test]
fn a_certificate_is_proved_and_fits_in_four_kibibytes() {
    for place in [0, 1, 255, 256, 499] {
        let text = proof(place).text();
        let read = Proof::read(&text).expect("a proof");
        assert!(read.check(&[key().public()]).is_ok());
        assert!(text.len() <= 4096, "{} bytes", text.len());
    }
    let other = Key::new("dienhinh-test", &[8; 32]);
    assert_eq!(proof(0).check(&[other.public()]), Err(Unsound::OtherKey));
    let mut other_entry = proof(0);
    other_entry.listed = proof(1).listed.map(|listed| Listed { index: 0, ..listed });
    assert_eq!(other_entry.check(&[key().public()]), Err(Unsound::Certificate));
}

#[test]
fn no_altered_proof_is_accepted() {
    let text = proof(137).text();
    let keys = [key().public()];
    let accepted = |bytes: Vec<u8>| {
        String::from_utf8(bytes).is_ok_and(|text| Proof::read(&text).is_ok_and(|proof| proof.check(&keys).is_ok()))
    };
    assert!(accepted(text.clone().into_bytes()));
    // Every byte becomes each of its neighbours by one bit, is doubled, and is left out.
    let (bytes, mut tried) = (text.as_bytes(), 0);
    for at in 0..bytes.len() {
        let flipped = (0..8).map(|bit| {
            let mut other = bytes.to_vec();
            other[at] ^= 1 << bit;
            other
        });
        let doubled = [&bytes[..=at], &bytes[at..]].concat();
        let without = [&bytes[..at], &bytes[at + 1..]].concat();
        let repeats = at > 0 && bytes[at - 1] == bytes[at];
        for other in flipped.chain([doubled]).chain((!repeats).then_some(without)) {
            assert!(!accepted(other), "byte {at}");
            tried += 1;
        }
    }
    assert!(tried >= 10_000, "{tried}");
}

#[test]
fn keys_and_checkpoints_have_one_written_form() {
    let key = key();
    assert_eq!(Key::read(&key.text()).map(|key| key.text()), Ok(key.text()));
    assert_eq!(PublicKey::read(&key.public().text()), Ok(key.public()));
    for wrong in ["", "x", "dienhinh-test+00000000+AQ==", &key.public().text().replace('+', "-")] {
        assert_eq!(PublicKey::read(wrong), Err(Unsound::Key), "{wrong}");
    }
    let head = key.sign(3, [1; 32], Timestamp::UNIX_EPOCH);
    assert_eq!(Signed::read(&head.note()), Ok(head.clone()));
    assert_eq!(head.verify(&[key.public()]), Ok(()));
    for (from, to) in [("\n3\n", "\n4\n"), ("\n3\n", "\n03\n"), ("\n\n", "\n\n\n"), ("1970", "1971")] {
        let note = head.note().replacen(from, to, 1);
        assert_ne!(note, head.note());
        let holds = Signed::read(&note).is_ok_and(|read| read.verify(&[key.public()]).is_ok());
        assert!(!holds, "{from:?} as {to:?}");
    }
}

/// A key of the documentation of Go's `golang.org/x/mod/sumdb/note`, whose id must come out the same.
#[test]
fn keys_are_those_of_signed_notes() {
    let known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(PublicKey::read(known).map(|key| key.text()), Ok(known.to_owned()));
}

/// A record of some entries, as it is kept.
fn record(seqs: impl IntoIterator<Item = u64>) -> Vec<Kept> {
    let mut edge = Edge::default();
    let kept = |seq| {
        let entry = entry(seq);
        let nodes = edge.append(entry.leaf()).iter().map(|hash| hex(hash)).collect();
        let at = Timestamp::from_microsecond(entry.at_microseconds).expect("in range");
        let signature = key().sign(edge.size(), edge.root(), at).signature;
        Kept { entry, nodes, signature }
    };
    seqs.into_iter().map(kept).collect()
}

fn walked(record: &[Kept], checkpoints: &[Signed]) -> Result<Option<Signed>, Bad> {
    let keys = [key().public()];
    let mut walk = Walk::new(&keys, checkpoints).expect("sound checkpoints");
    for kept in record {
        walk.step(kept)?;
    }
    walk.end()
}

#[test]
fn the_first_bad_entry_is_named() {
    let whole = record(1..=20);
    let head = walked(&whole, &[]).expect("in order").expect("not empty");
    assert_eq!(walked(&whole, std::slice::from_ref(&head)), Ok(Some(head.clone())));
    let altered = |alter: fn(&mut Vec<Kept>)| {
        let mut record = record(1..=20);
        alter(&mut record);
        walked(&record, std::slice::from_ref(&head)).expect_err("altered")
    };
    // Hashes that the writer of the database makes fit again, with signatures that he cannot make.
    let rehashed: fn(&mut Vec<Kept>) = |record| {
        record[6].entry.detail = "{}".to_owned();
        let mut edge = Edge::default();
        for kept in record {
            kept.nodes = edge.append(kept.entry.leaf()).iter().map(|hash| hex(hash)).collect();
        }
    };
    for (alter, seq, fault) in [
        ((|record| record[4].entry.role = "operator".to_owned()) as fn(&mut Vec<Kept>), 5, Fault::Changed),
        (|record| record[4].nodes = record[5].nodes.clone(), 5, Fault::Changed),
        (|record| record[7].nodes.replace_range(70..72, "zz"), 8, Fault::Nodes),
        (|record| record[4].signature = record[5].signature.clone(), 5, Fault::Unsigned),
        (|record| drop(record.remove(2)), 3, Fault::Missing),
        (|record| record.truncate(12), 13, Fault::CutOff),
        (|record| record.clear(), 1, Fault::CutOff),
        (|record| record.insert(3, record[2].clone()), 3, Fault::Extra),
        (|record| record.swap(8, 9), 9, Fault::Missing),
        (rehashed, 7, Fault::Unsigned),
    ] {
        assert_eq!(altered(alter), Bad { seq, fault });
    }
}

#[test]
fn an_older_copy_that_was_continued_differs_from_the_checkpoint() {
    let head = walked(&record(1..=20), &[]).expect("in order").expect("not empty");
    let mut edge = Edge::default();
    let continued = (1..=25).map(|seq| {
        let entry = Written { detail: if seq > 15 { "[]".to_owned() } else { entry(seq).detail }, ..entry(seq) };
        let nodes = edge.append(entry.leaf()).iter().map(|hash| hex(hash)).collect();
        let at = Timestamp::from_microsecond(entry.at_microseconds).expect("in range");
        Kept { nodes, signature: key().sign(seq, edge.root(), at).signature, entry }
    });
    let continued: Vec<Kept> = continued.collect();
    assert!(walked(&continued, &[]).is_ok(), "by itself it is in order");
    assert_eq!(walked(&continued, &[head]), Err(Bad { seq: 20, fault: Fault::Forked }));
}
