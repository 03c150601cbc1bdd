//! Units as DHIS2 knows them: organisation units with identities of its own form.

use sha2::{Digest as _, Sha256};

use crate::ids::UnitId;

/// How many characters an identity has.
const CHARS: usize = 11;

/// Its characters; the first of them are letters, as an identity begins with one.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How many of these are letters.
const LETTERS: usize = 52;

/// The most characters of a short name.
pub const SHORT_NAME_CHARS: usize = 50;

/// The identity under which a unit goes to DHIS2: always the same for the same unit, whatever it is called.
pub fn identity(unit: UnitId) -> String {
    let hash = Sha256::digest(format!("dhis2 {unit}"));
    let choices = std::iter::once(LETTERS).chain(std::iter::repeat(ALPHABET.len()));
    hash.iter().zip(choices).take(CHARS).map(|(byte, of)| char::from(ALPHABET[usize::from(*byte) % of])).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_identity_has_the_form_of_dhis2_and_belongs_to_one_unit() {
        let all: BTreeSet<String> = (0..20_000).map(|at| identity(UnitId::new(uuid::Uuid::from_u128(at)))).collect();
        assert_eq!(all.len(), 20_000);
        for one in &all {
            assert!(one.len() == 11 && one.starts_with(|first: char| first.is_ascii_alphabetic()), "{one}");
            assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{one}");
        }
        // What another system keeps of us must not change.
        assert_eq!(identity(UnitId::new(uuid::Uuid::from_u128(1))), "kbxGwW4PMGu");
    }
}
