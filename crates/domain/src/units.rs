//! Places and bodies over time: what they are called, what kind they are, where they belong.
//!
//! Identity is ours and never changes; names, kinds, codes and parents have a validity. What became of a unit is a
//! [succession](succession::Succession); how a list of units is read is in [`register`], how a reform changes them in
//! [`reform`], whom a name means in [`lookup`].

pub mod boundary;
pub mod dhis2;
pub mod lookup;
pub mod reform;
pub mod register;
pub mod succession;

use jiff::civil::{Date, date};

use crate::{calendar::Period, ids::UnitId};

/// From when a unit is valid whose beginning is not known: before everything. People read that it is not known.
pub const BEGINNING: Date = date(1, 1, 1);

/// How high a unit stands, from the top down. A function of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Cả nước.
    Country,
    /// Cấp tỉnh.
    Province,
    /// Cấp huyện (abolished on 1 July 2025).
    District,
    /// Cấp xã: whatever has residential areas and bodies below it.
    Commune,
    /// Residential areas and bodies.
    Below,
}

impl Level {
    /// The levels of the administrative register.
    pub const OF_REGISTER: [Self; 3] = [Self::Province, Self::District, Self::Commune];

    /// The word in files and options.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::District => "district",
            Self::Commune => "commune",
            Self::Below => "below",
        }
    }

    /// The level of the register behind a word of [`Self::code`].
    pub fn of_register(code: &str) -> Option<Self> {
        Self::OF_REGISTER.into_iter().find(|level| level.code() == code)
    }

    /// The kinds on this level.
    pub fn kinds(self) -> impl Iterator<Item = UnitKind> {
        UnitKind::ALL.into_iter().filter(move |kind| kind.level() == self)
    }

    /// How many digits a code has on this level of the register (Decision 124/2004/QĐ-TTg, Decision 19/2025/QĐ-TTg).
    pub const fn code_digits(self) -> usize {
        match self {
            Self::Country => 0,
            Self::Province => 2,
            Self::District => 3,
            Self::Commune | Self::Below => 5,
        }
    }
}

/// The kinds of units that recognition programmes know, from the top of the hierarchy down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// Cả nước: what provinces lie below in an installation of the whole country.
    Country,
    /// Tỉnh.
    Province,
    /// Thành phố trực thuộc trung ương.
    Municipality,
    /// Thành phố thuộc tỉnh, or thuộc thành phố trực thuộc trung ương.
    City,
    /// Thị xã.
    Town,
    /// Quận.
    UrbanDistrict,
    /// Huyện.
    RuralDistrict,
    /// Phường.
    Ward,
    /// Xã.
    Commune,
    /// Thị trấn (abolished on 1 July 2025).
    Township,
    /// Đặc khu (since 1 July 2025).
    SpecialZone,
    /// Khu dân cư: khóm, ấp, thôn, tổ dân phố (Circular 124/2021/TT-BCA, art. 2).
    ResidentialArea,
    /// Cơ quan.
    Agency,
    /// Doanh nghiệp.
    Enterprise,
    /// Cơ sở giáo dục.
    School,
}

impl UnitKind {
    /// Every kind, from the top of the hierarchy down.
    pub const ALL: [Self; 15] = [
        Self::Country,
        Self::Province,
        Self::Municipality,
        Self::City,
        Self::Town,
        Self::UrbanDistrict,
        Self::RuralDistrict,
        Self::Ward,
        Self::Commune,
        Self::Township,
        Self::SpecialZone,
        Self::ResidentialArea,
        Self::Agency,
        Self::Enterprise,
        Self::School,
    ];

    /// The word in packs, files, addresses and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::Municipality => "municipality",
            Self::City => "city",
            Self::Town => "town",
            Self::UrbanDistrict => "urban_district",
            Self::RuralDistrict => "rural_district",
            Self::Ward => "ward",
            Self::Commune => "commune",
            Self::Township => "township",
            Self::SpecialZone => "special_zone",
            Self::ResidentialArea => "residential_area",
            Self::Agency => "agency",
            Self::Enterprise => "enterprise",
            Self::School => "school",
        }
    }

    /// The kind behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kinds that a word of a criteria set means: `district` every kind of that level, `province` a municipality
    /// as well, any other word of [`Self::code`] that kind alone. Empty for an unknown word.
    pub fn named(word: &str) -> Vec<Self> {
        match word {
            "province" => Level::Province.kinds().collect(),
            "district" => Level::District.kinds().collect(),
            word => Self::from_code(word).into_iter().collect(),
        }
    }

    /// How high units of this kind stand.
    pub const fn level(self) -> Level {
        match self {
            Self::Country => Level::Country,
            Self::Province | Self::Municipality => Level::Province,
            Self::City | Self::Town | Self::UrbanDistrict | Self::RuralDistrict => Level::District,
            Self::Ward | Self::Commune | Self::Township | Self::SpecialZone => Level::Commune,
            Self::ResidentialArea | Self::Agency | Self::Enterprise | Self::School => Level::Below,
        }
    }

    /// Commune level: the units that have residential areas and bodies below them.
    pub fn is_commune_level(self) -> bool {
        self.level() == Level::Commune
    }

    /// What official names of this kind begin with: `Thị trấn`. None where names say it in many ways, or not at all.
    pub const fn head(self) -> Option<&'static str> {
        match self {
            Self::Province => Some("Tỉnh"),
            Self::Municipality | Self::City => Some("Thành phố"),
            Self::Town => Some("Thị xã"),
            Self::UrbanDistrict => Some("Quận"),
            Self::RuralDistrict => Some("Huyện"),
            Self::Ward => Some("Phường"),
            Self::Commune => Some("Xã"),
            Self::Township => Some("Thị trấn"),
            Self::SpecialZone => Some("Đặc khu"),
            Self::Country | Self::ResidentialArea | Self::Agency | Self::Enterprise | Self::School => None,
        }
    }

    /// A full name of this kind without the words that say the kind: `Thị trấn Châu Hưng` → `Châu Hưng`.
    pub fn bare(self, full_name: &str) -> &str {
        let bare = self.head().and_then(|head| full_name.strip_prefix(head)?.strip_prefix(' '));
        bare.unwrap_or(full_name)
    }
}

/// What a unit was during one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitVersion {
    /// Whose version this is.
    pub unit: UnitId,
    /// When it holds.
    pub valid: Period,
    /// The full name with its kind, NFC: `Thị trấn Châu Hưng`.
    pub name: String,
    /// The kind in force.
    pub kind: UnitKind,
    /// The official code of the time (Decision 19/2025/QĐ-TTg and its predecessors), where there is one.
    /// Codes are reused for other units: never an identity.
    pub code: Option<String>,
    /// The unit above it in the administrative hierarchy.
    pub parent: Option<UnitId>,
    /// The name is made up for the sample.
    pub illustrative: bool,
}

/// A unit as of a day: the version in force and the names on the way up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitAsOf {
    /// The day asked for.
    pub as_of: Date,
    /// The version in force on that day.
    pub version: UnitVersion,
    /// From the parent upwards to the root.
    pub ancestors: Vec<UnitVersion>,
}

impl UnitAsOf {
    /// The unit's identity.
    pub fn id(&self) -> UnitId {
        self.version.unit
    }

    /// Whether the unit is `scope` or lies below it.
    pub fn within(&self, scope: UnitId) -> bool {
        self.version.unit == scope || self.ancestors.iter().any(|above| above.unit == scope)
    }

    /// The nearest unit above with one of the kinds.
    pub fn above(&self, kinds: &[UnitKind]) -> Option<&UnitVersion> {
        self.ancestors.iter().find(|above| kinds.contains(&above.kind))
    }

    /// `huyện Vĩnh Lợi, tỉnh Bạc Liêu`: the way up, nearest first, kinds in lower case.
    pub fn place(&self) -> String {
        let names: Vec<String> = self.ancestors.iter().map(|above| lower_first(&above.name)).collect();
        names.join(", ")
    }
}

/// `Thị trấn Châu Hưng` → `thị trấn Châu Hưng`, for use inside a sentence.
pub fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) if crate::text::proper_name(name) != name => first.to_lowercase().chain(characters).collect(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_follows_from_the_kind() {
        let levels = Level::OF_REGISTER.map(|level| level.kinds().count());
        assert_eq!(levels, [2, 4, 4]);
        assert!(UnitKind::SpecialZone.is_commune_level());
        assert!(UnitKind::ALL.is_sorted() && UnitKind::ALL.map(UnitKind::level).is_sorted());
        assert_eq!(Level::of_register("below"), None);
    }

    #[test]
    fn a_criteria_set_may_name_a_level() {
        use UnitKind::{City, Commune, Municipality, Province, RuralDistrict, Town, UrbanDistrict};
        for (word, kinds) in [
            ("district", vec![City, Town, UrbanDistrict, RuralDistrict]),
            ("province", vec![Province, Municipality]),
            ("municipality", vec![Municipality]),
            ("commune", vec![Commune]),
            ("hamlet", vec![]),
        ] {
            assert_eq!(UnitKind::named(word), kinds, "{word}");
        }
    }

    #[test]
    fn the_kind_is_taken_off_a_name() {
        for (kind, full, bare) in [
            (UnitKind::Township, "Thị trấn Châu Hưng", "Châu Hưng"),
            (UnitKind::Ward, "Phường 1", "1"),
            (UnitKind::Commune, "Phường 1", "Phường 1"),
            (UnitKind::Agency, "Xã đội", "Xã đội"),
        ] {
            assert_eq!(kind.bare(full), bare);
        }
    }
}
