//! Decisions with their numbers, the certificates that follow from them, and what later decisions do to these.
//!
//! A number comes from a counter of the issuing body and year; it restarts at 01 each year (Decree
//! 30/2020/NĐ-CP). The product prepares the paper; it never imitates a signature or a seal.

mod rulings;

use jiff::civil::Date;

pub use self::rulings::{Measure, Ruled, Ruling, Status};
use crate::{
    Refused,
    audit::proof::Attestation,
    ids::{CertificateId, DecisionId, DossierId, UnitId},
    text,
    units::{UnitAsOf, UnitKind},
};

/// In what capacity the signatory signs (Decree 30/2020/NĐ-CP, annex I).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningCapacity {
    /// TM.: for the collective.
    ForTheCollective,
    /// KT.: in the head's place.
    InPlaceOf,
    /// TL.: by order.
    ByOrder,
    /// TUQ.: by authority.
    ByAuthority,
}

impl SigningCapacity {
    /// Every capacity.
    pub const ALL: [Self; 4] = [Self::ForTheCollective, Self::InPlaceOf, Self::ByOrder, Self::ByAuthority];

    /// The abbreviation on the paper, also the word in forms and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::ForTheCollective => "TM.",
            Self::InPlaceOf => "KT.",
            Self::ByOrder => "TL.",
            Self::ByAuthority => "TUQ.",
        }
    }

    /// The capacity behind an abbreviation.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.code() == code)
    }
}

/// What the secretary fills in; everything else follows from the dossiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Issuing body in capitals: `ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU`.
    pub issuer: String,
    /// Place in the date line: `Bạc Liêu`.
    pub place: String,
    /// The day on the decision.
    pub signed_on: Date,
    /// Capacity of the signatory.
    pub capacity: SigningCapacity,
    /// Title of the signatory, never a private name: `CHỦ TỊCH`.
    pub signatory: String,
    /// Legal bases, one a line, each beginning with `Căn cứ`.
    pub legal_bases: Vec<String>,
}

impl Draft {
    /// Checks and cleans what was typed. Refused: an empty field.
    pub fn written(mut self) -> Result<Self, Refused> {
        for field in [&mut self.issuer, &mut self.place, &mut self.signatory] {
            *field = text::plain(&field.replace('\n', " "));
        }
        self.legal_bases =
            self.legal_bases.iter().map(|line| text::plain(line)).filter(|line| !line.is_empty()).collect();
        if self.issuer.is_empty() || self.place.is_empty() || self.signatory.is_empty() || self.legal_bases.is_empty() {
            return Err(Refused::new("recognition.draft_incomplete"));
        }
        Ok(self)
    }
}

/// The unit whose People's Committee decides on a unit: the nearest above of the kinds that the set names.
pub fn issuer_of(unit: &UnitAsOf, issued_by: &[UnitKind]) -> Option<UnitId> {
    unit.above(issued_by).map(|issuer| issuer.unit)
}

/// A numbered decision. It gives and withholds titles, or it rules on titles that an earlier one gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Identity.
    pub id: DecisionId,
    /// The unit whose People's Committee issues it: the owner of the register.
    pub issuing_unit: UnitId,
    /// Number within the register and year, from 1.
    pub number: i64,
    /// What the secretary filled in.
    pub draft: Draft,
    /// What was judged, one a dossier; nothing where it rules on titles that were given.
    pub items: Vec<DecisionItem>,
    /// What it rules on titles that were given.
    pub ruling: Option<Ruling>,
}

impl Decision {
    /// `05/QĐ-UBND`: numbers below ten are padded (Decree 30/2020/NĐ-CP).
    pub fn notation(&self) -> String {
        format!("{:02}/QĐ-UBND", self.number)
    }

    /// What it says of each unit, in the order of the tree whose root its entry in the record holds.
    pub fn list(&self) -> Vec<Attestation> {
        let mut list: Vec<Attestation> = self.items.iter().filter_map(|item| item.attested.clone()).collect();
        list.sort_by(|one, other| one.dossier.cmp(&other.dossier));
        list
    }
}

/// One dossier in a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionItem {
    /// The dossier judged.
    pub dossier: DossierId,
    /// The round of appraisal that it judged; a later round of the same dossier is another item of a later decision.
    pub round: i64,
    /// Whether the title is given.
    pub recognised: bool,
    /// SHA-256 of the frozen dossier as appraised: what exactly was judged.
    pub judged_sha256: String,
    /// The certificate, when the title is given.
    pub certificate: Option<Certificate>,
    /// What the record attests of it; none in decisions that are older than attestations.
    pub attested: Option<Attestation>,
}

/// A certificate anyone can check by its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Identity.
    pub id: CertificateId,
    /// What people type or scan, see [`code_from`].
    pub code: String,
}

/// Letters and digits that cannot be taken for one another when read aloud or from paper.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A code of twelve characters and a check character from sixty random bits: `7KQ2-M9XA-4TBC-5`.
pub fn code_from(chance: u64) -> String {
    let body: Vec<u8> = (0..12).map(|place| ((chance >> (place * 5)) & 31) as u8).collect();
    let check = checksum(&body);
    let mut code = String::new();
    for (place, value) in body.iter().chain([&check]).enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(*value)]));
    }
    code
}

/// The code in its one written form, when it is well formed: case, spaces and dashes do not matter.
pub fn normalise_code(typed: &str) -> Option<String> {
    let values: Option<Vec<u8>> = typed
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b' '))
        .map(|byte| {
            ALPHABET.iter().position(|letter| *letter == byte.to_ascii_uppercase()).and_then(|at| u8::try_from(at).ok())
        })
        .collect();
    let values = values.filter(|values| values.len() == 13)?;
    let chance =
        values[..12].iter().enumerate().fold(0u64, |sum, (place, value)| sum | (u64::from(*value) << (place * 5)));
    (checksum(&values[..12]) == values[12]).then(|| code_from(chance))
}

/// Weighted sum modulo 31: finds every single wrong character but 0 for 31, and most swaps of neighbours.
fn checksum(body: &[u8]) -> u8 {
    let sum: usize = body.iter().enumerate().map(|(place, value)| (place + 1) * usize::from(*value)).sum();
    u8::try_from(sum % 31).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = code_from(0x0123_4567_89ab_cdef);
        assert_eq!(code.len(), 16);
        assert_eq!(normalise_code(&code.to_lowercase().replace('-', " ")), Some(code.clone()));
        for wrong in ["", "2222-2222", "O0O0-1111-2222-3", "7KQ2-M9XA-4TBC-5-5", "ảảảả-ảảảả-ảảảả-ả"]
        {
            assert_eq!(normalise_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_wrong_letter_is_noticed() {
        let code = code_from(0x0fed_cba9_8765_4321);
        for (at, letter) in code.char_indices().filter(|(_, letter)| *letter != '-') {
            let other = if letter == 'A' { 'B' } else { 'A' };
            let mut wrong = code.clone();
            wrong.replace_range(at..=at, &other.to_string());
            assert_ne!(normalise_code(&wrong), Some(wrong.clone()), "{at}");
        }
    }
}
