//! Which unit a list means by a name: as of a day, perhaps with what it lies in, perhaps by a name it no longer bears.
//!
//! Names do not identify a place: `Phường 1` is many wards at once, and one that ended goes on inside another.

use jiff::civil::Date;

use super::{UnitAsOf, UnitVersion};
use crate::{
    ids::UnitId,
    text::{fold, tones_apart},
};

/// What a list says of a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// Its name, abbreviations of kinds in full: `Phường 1`, `Châu Hưng`.
    pub name: String,
    /// Its code, where the list says so: it decides among units of one name.
    pub code: Option<String>,
    /// What it lies in, where the list says so: `Huyện Vĩnh Lợi`.
    pub within: Vec<String>,
    /// The unit that became it and is meant in truth, and what that one lay in, where the list says so: `Phường 1` of
    /// `Phường Bạc Liêu (Phường 1 cũ)`.
    pub former: Vec<String>,
    /// The day of which the list speaks.
    pub on: Date,
}

/// Who is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// This one.
    One(UnitId),
    /// Any of these: the list has to say more.
    Several(Vec<UnitId>),
    /// Nobody.
    Nobody,
}

/// What was found of a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The unit in force on the day.
    pub unit: UnitAsOf,
    /// The one that became it and that the list names, as it was at last.
    pub former: Option<UnitAsOf>,
}

/// Why no unit was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFound {
    /// None is or was called so there.
    Nobody,
    /// Several are called so.
    Several(Vec<UnitAsOf>),
    /// It is there, but none that became it was called as the list says; or several were.
    Former {
        /// The unit in force.
        unit: Box<UnitAsOf>,
        /// Those that were called so.
        called: Vec<UnitAsOf>,
    },
    /// It ended, and who took over is not known or not one unit.
    Ended {
        /// As it was at last.
        unit: Box<UnitAsOf>,
        /// Who took over.
        successors: Vec<UnitAsOf>,
    },
}

/// A unit that bore the name, as it was on the day of the mention, or on the last day before on which it bore it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What it was, with the way up.
    pub unit: UnitAsOf,
    /// It still bore the name on the day of the mention.
    pub in_force: bool,
}

/// What a unit is called, folded: with the words for its kind, and without them.
pub fn called(version: &UnitVersion) -> [String; 2] {
    [&version.name, version.kind.bare(&version.name)].map(fold)
}

/// Whether a unit is called so: with the words for its kind or without them, accents left aside.
pub fn is_called(version: &UnitVersion, name: &str) -> bool {
    called(version).contains(&fold(name))
}

/// The day on which a version is looked at for a mention: the day itself, or the last one of its own before it. None
/// where it began later.
pub fn looked_at(version: &UnitVersion, on: Date) -> Option<Date> {
    let last = version.valid.until.and_then(|until| until.yesterday().ok());
    (version.valid.from <= on).then(|| last.map_or(on, |last| last.min(on)))
}

/// Chooses among the units that bear, or bore, the name; what it lies in has to fit. The one with the code that the list
/// states comes first, then exact accents, then one in force.
pub fn choose(mention: &Mention, candidates: &[Candidate]) -> Meant {
    let fitting: Vec<&Candidate> =
        candidates.iter().filter(|candidate| lies_in(&candidate.unit, &mention.within, is_called)).collect();
    let has_code = |candidate: &Candidate| mention.code.is_some() && candidate.unit.version.code == mention.code;
    let of_code = prefer(fitting, has_code);
    let exact = prefer(of_code, |candidate| is_spelled(&candidate.unit.version, &mention.name));
    let there = prefer(exact, |candidate| lies_in(&candidate.unit, &mention.within, is_spelled));
    let in_force = prefer(there, |candidate| candidate.in_force);
    let mut units: Vec<UnitId> = in_force.iter().map(|candidate| candidate.unit.id()).collect();
    units.sort_unstable();
    units.dedup();
    match units[..] {
        [] => Meant::Nobody,
        [one] => Meant::One(one),
        _ => Meant::Several(units),
    }
}

/// Whether a unit is called as the first of some names and lies in the others.
pub fn is_there(unit: &UnitAsOf, names: &[String]) -> bool {
    names.split_first().is_some_and(|(name, within)| is_called(&unit.version, name) && lies_in(unit, within, is_called))
}

fn lies_in(unit: &UnitAsOf, within: &[String], is_called: fn(&UnitVersion, &str) -> bool) -> bool {
    within.iter().all(|name| unit.ancestors.iter().any(|above| is_called(above, name)))
}

/// Those that are so, or all where none is.
fn prefer(all: Vec<&Candidate>, is_so: impl Fn(&Candidate) -> bool) -> Vec<&Candidate> {
    let so: Vec<&Candidate> = all.iter().copied().filter(|candidate| is_so(candidate)).collect();
    if so.is_empty() { all } else { so }
}

/// [`is_called`], with the accents.
pub fn is_spelled(version: &UnitVersion, name: &str) -> bool {
    let name = spelling(name);
    spelling(&version.name) == name || spelling(version.kind.bare(&version.name)) == name
}

/// The letters of each word with its tone behind them, so that it does not matter over which vowel the tone stands:
/// `Hoà` is `Hòa`.
pub(crate) fn spelling(name: &str) -> String {
    let word = |word: &str| {
        let (tones, letters) = tones_apart(word);
        letters.into_iter().chain(tones).flat_map(char::to_lowercase).collect::<String>()
    };
    name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;
    use crate::{calendar::Period, units::UnitKind};

    const TODAY: Date = date(2024, 6, 1);

    fn version(number: u128, kind: UnitKind, name: &str) -> UnitVersion {
        UnitVersion {
            unit: UnitId::new(uuid::Uuid::from_u128(number)),
            valid: Period::from(date(2004, 1, 1)),
            name: name.to_owned(),
            kind,
            code: None,
            parent: None,
            illustrative: false,
        }
    }

    fn candidate(number: u128, kind: UnitKind, name: &str, above: &str) -> Candidate {
        let above_kind = UnitKind::ALL.into_iter().find(|kind| kind.bare(above) != above).expect("a kind");
        let ancestors = vec![version(100 + number, above_kind, above)];
        let unit = UnitAsOf { as_of: TODAY, version: version(number, kind, name), ancestors };
        Candidate { unit, in_force: true }
    }

    fn mention(name: &str, within: Option<&str>) -> Mention {
        Mention {
            name: name.to_owned(),
            code: None,
            within: within.map(str::to_owned).into_iter().collect(),
            former: Vec::new(),
            on: TODAY,
        }
    }

    fn one(number: u128) -> Meant {
        Meant::One(UnitId::new(uuid::Uuid::from_u128(number)))
    }

    #[test]
    fn two_of_a_name_need_the_place_they_lie_in() {
        let wards = [
            candidate(1, UnitKind::Ward, "Phường 1", "Thành phố Bạc Liêu"),
            candidate(2, UnitKind::Ward, "Phường 1", "Thị xã Giá Rai"),
        ];
        assert!(matches!(choose(&mention("Phường 1", None), &wards), Meant::Several(units) if units.len() == 2));
        for (within, meant) in [("Bạc Liêu", one(1)), ("gia rai", one(2)), ("Thị xã Giá Rai", one(2))] {
            assert_eq!(choose(&mention("phường 1", Some(within)), &wards), meant, "{within}");
        }
        assert_eq!(choose(&mention("Phường 1", Some("Hồng Dân")), &wards), Meant::Nobody);
    }

    #[test]
    fn exact_accents_come_first_wherever_the_tone_stands() {
        let both = [
            candidate(1, UnitKind::Commune, "Xã Hòa Bình", "Huyện A"),
            candidate(2, UnitKind::Commune, "Xã Hoa Bình", "Huyện A"),
        ];
        for (name, number) in [("Xã Hoà Bình", 1), ("hòa bình", 1), ("Xã Hoa Bình", 2)] {
            assert_eq!(choose(&mention(name, None), &both), one(number), "{name}");
        }
        assert!(matches!(choose(&mention("hoa binh", None), &both), Meant::Several(_)));
        let decomposed: String = "Xã Hòa Bình".nfd().collect();
        assert_eq!(choose(&mention(&decomposed, None), &both), one(1));
    }

    #[test]
    fn one_in_force_comes_before_one_that_ended() {
        let mut ended = candidate(1, UnitKind::Commune, "Xã Vĩnh Lợi", "Huyện Vĩnh Lợi");
        ended.in_force = false;
        let now = candidate(2, UnitKind::Commune, "Xã Vĩnh Lợi", "Tỉnh Cà Mau");
        assert_eq!(choose(&mention("Xã Vĩnh Lợi", None), &[ended.clone(), now]), one(2));
        assert_eq!(choose(&mention("Xã Vĩnh Lợi", None), &[ended]), one(1));
    }

    #[test]
    fn exact_accents_come_before_being_in_force() {
        let mut ended = candidate(1, UnitKind::Ward, "Phường Thuận Hòa", "Thành phố Huế");
        ended.in_force = false;
        let now = candidate(2, UnitKind::Ward, "Phường Thuận Hóa", "Thành phố Huế");
        let both = [ended, now];
        for (name, number) in [("Phường Thuận Hoà", 1), ("Phường Thuận Hóa", 2), ("phuong thuan hoa", 2)] {
            assert_eq!(choose(&mention(name, None), &both), one(number), "{name}");
        }
    }

    #[test]
    fn the_code_decides_also_among_units_that_ended() {
        let of_code = |number, code: &str| {
            let mut ended = candidate(number, UnitKind::Ward, "Phường 7", "Thành phố Bạc Liêu");
            (ended.in_force, ended.unit.version.code) = (false, Some(code.to_owned()));
            ended
        };
        let both = [of_code(1, "31822"), of_code(2, "32006")];
        let stated = |code: &str| Mention { code: Some(code.to_owned()), ..mention("Phường 7", None) };
        assert_eq!(choose(&stated("31822"), &both), one(1));
        assert_eq!(choose(&stated("32006"), &both), one(2));
        assert!(matches!(choose(&stated("00000"), &both), Meant::Several(_)), "no unit of the name has it");
    }

    #[test]
    fn a_version_is_looked_at_on_its_last_day_at_the_latest() {
        let mut ward = version(1, UnitKind::Ward, "Phường 7");
        assert_eq!(looked_at(&ward, date(2025, 7, 31)), Some(date(2025, 7, 31)));
        ward.valid.until = Some(date(2025, 7, 1));
        assert_eq!(looked_at(&ward, date(2025, 7, 31)), Some(date(2025, 6, 30)));
        assert_eq!(looked_at(&ward, date(2003, 12, 31)), None);
    }

    #[test]
    fn a_name_counts_with_the_words_for_its_kind_or_without() {
        let town = version(1, UnitKind::Township, "Thị trấn Châu Hưng");
        for (name, is_so) in [
            ("Thị trấn Châu Hưng", true),
            ("chau hung", true),
            ("Châu Hưng A", false),
            ("Hưng", false),
            ("Xã Châu Hưng", false),
        ] {
            assert_eq!(is_called(&town, name), is_so, "{name}");
        }
    }
}
