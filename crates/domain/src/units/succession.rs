//! What became of units: which took over from which, on which day, how much of it, and by which law.
//!
//! A succession says nothing about results, which stay with the unit that earned them.

use jiff::civil::{Date, date};

use super::Level;

/// The day on which the district level was abolished (Resolution 202/2025/QH15). Districts that ended on it have no
/// successor by law, which is not the same as one that nobody knows.
pub const DISTRICTS_ENDED_ON: Date = date(2025, 7, 1);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files, answers and the database.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What stands behind a word of [`Self::code`].
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

pub(super) use words;

words! {
    /// How a unit took over from another.
    Relation {
        /// Hợp nhất: several became a new one.
        Merge = "merge",
        /// Nhập vào: the successor was there before and stays the same unit.
        Absorbed = "absorbed",
        /// Chia: one became several.
        Split = "split",
        /// Tách: a part became another unit; the unit itself goes on.
        CarveOut = "carve_out",
        /// Chuyển đổi: the same area became a unit of another level.
        Convert = "convert",
    }
}

words! {
    /// How much of a unit went to a successor.
    Portion {
        /// All of it.
        Whole = "whole",
        /// A part.
        Part = "part",
        /// What the parts left.
        Rest = "rest",
        /// Nothing.
        Nothing = "none",
    }
}

impl Portion {
    /// All of it, or all that was left: of one unit and day only one successor may have it.
    pub const fn is_last(self) -> bool {
        matches!(self, Self::Whole | Self::Rest)
    }
}

/// When, how and by which law one unit took over from another; which ones, says whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// From this day on.
    pub on: Date,
    /// How.
    pub relation: Relation,
    /// How much of the unit, in the words of the law.
    pub portion: Portion,
    /// How much of its area.
    pub area: Portion,
    /// How much of its people.
    pub population: Portion,
    /// The successor bears the predecessor's code.
    pub code_inherited: bool,
    /// The legal document; may be unknown.
    pub legal_basis: Option<String>,
    /// The clause in it.
    pub clause: Option<String>,
    /// How the entry was established.
    pub evidence: Option<String>,
}

/// Why a unit that ended has no successor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutSuccessor {
    /// Nobody knows: chưa rõ.
    Unknown,
    /// Its level was abolished; there is none.
    LevelAbolished,
}

/// Why there is no successor of a unit of a level that ended on a day.
pub fn without_successor(level: Level, ended_on: Date) -> WithoutSuccessor {
    if level == Level::District && ended_on == DISTRICTS_ENDED_ON {
        WithoutSuccessor::LevelAbolished
    } else {
        WithoutSuccessor::Unknown
    }
}

impl WithoutSuccessor {
    /// The word in answers and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::LevelAbolished => "level_abolished",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back() {
        for relation in Relation::ALL {
            assert_eq!(Relation::from_code(relation.code()), Some(*relation));
        }
        for portion in Portion::ALL {
            assert_eq!(Portion::from_code(portion.code()), Some(*portion));
        }
        assert_eq!(Relation::from_code("merged"), None);
    }

    #[test]
    fn only_the_districts_of_2025_have_no_successor_by_law() {
        use WithoutSuccessor::{LevelAbolished, Unknown};
        assert_eq!(without_successor(Level::District, DISTRICTS_ENDED_ON), LevelAbolished);
        assert_eq!(without_successor(Level::District, date(2024, 12, 1)), Unknown);
        assert_eq!(without_successor(Level::Commune, DISTRICTS_ENDED_ON), Unknown);
    }
}
