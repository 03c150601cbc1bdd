//! Places and bodies over time: what they are called, what kind they are, where they belong.
//!
//! Identity is ours and never changes; names, kinds, codes and parents have a validity. Reforms as
//! events are not here yet: what is here is what one day's view needs.

use jiff::civil::Date;

use crate::{calendar::Period, ids::UnitId};

/// The kinds of units that recognition programmes know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// Cả nước: what provinces lie below in an installation of the whole country.
    Country,
    /// Tỉnh, thành phố trực thuộc trung ương.
    Province,
    /// Huyện, thị xã, thành phố thuộc tỉnh (abolished on 1 July 2025).
    District,
    /// Phường.
    Ward,
    /// Xã.
    Commune,
    /// Thị trấn (abolished on 1 July 2025).
    Township,
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
    pub const ALL: [Self; 10] = [
        Self::Country,
        Self::Province,
        Self::District,
        Self::Ward,
        Self::Commune,
        Self::Township,
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
            Self::District => "district",
            Self::Ward => "ward",
            Self::Commune => "commune",
            Self::Township => "township",
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

    /// Commune level: the units that have residential areas and bodies below them.
    pub fn is_commune_level(self) -> bool {
        matches!(self, Self::Ward | Self::Commune | Self::Township)
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
