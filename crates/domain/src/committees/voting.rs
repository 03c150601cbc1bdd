//! How a council votes: who must be there, what carries a motion, what becomes of a tie.
//!
//! The rules are data of a criteria set (`[recognition.council]`); shares are compared by multiplication. Does not know who
//! the members are.

use crate::programmes::Share;

/// How a council votes on what a set gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The least share of the members that must be present.
    pub quorum: Share,
    /// Whether one can see who voted how.
    pub ballot: Ballot,
    /// What the votes for a motion must come to.
    pub majority: Majority,
    /// Of what.
    pub of: Base,
    /// What becomes of as many votes for as against.
    pub tie: Tie,
}

/// Whether one can see who voted how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ballot {
    /// Biểu quyết công khai: each vote stands with its member.
    Open,
    /// Bỏ phiếu kín: only who has voted is kept, and how many votes there were of each kind.
    Secret,
}

impl Ballot {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Open, Self::Secret];

    /// The word in packs and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Secret => "secret",
        }
    }

    /// The kind behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ballot| ballot.code() == code)
    }
}

/// What the votes for a motion must come to, as a share of the [`Base`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Majority {
    /// More than it: `more_than = "1/2"`.
    MoreThan(Share),
    /// It or more: `at_least = "2/3"`.
    AtLeast(Share),
}

impl Majority {
    /// The share, whichever way it is compared.
    pub fn share(self) -> Share {
        match self {
            Self::MoreThan(share) | Self::AtLeast(share) => share,
        }
    }

    /// Whether votes suffice of a whole; of nothing, none do.
    fn is_reached(self, votes: i64, whole: i64) -> bool {
        let Share { part, whole: of } = self.share();
        let (have, need) = (i128::from(votes) * i128::from(of), i128::from(whole) * i128::from(part));
        let enough = match self {
            Self::MoreThan(_) => have > need,
            Self::AtLeast(_) => have >= need,
        };
        whole > 0 && votes > 0 && enough
    }

    /// Whether more than half is asked for, so that half for and half against could go either way.
    pub fn is_simple(self) -> bool {
        matches!(self, Self::MoreThan(Share { part, whole }) if part.checked_mul(2) == Some(whole))
    }
}

/// Of what a majority is a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Everybody who may vote, there or not.
    Members,
    /// Everybody present, voting or not.
    Present,
    /// Every vote that was handed in, abstentions and spoilt ones among them.
    Cast,
    /// The votes for and against.
    ForAndAgainst,
}

impl Base {
    /// Every base, the widest first.
    pub const ALL: [Self; 4] = [Self::Members, Self::Present, Self::Cast, Self::ForAndAgainst];

    /// The word in packs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Present => "present",
            Self::Cast => "cast",
            Self::ForAndAgainst => "for_and_against",
        }
    }

    /// The base behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|base| base.code() == code)
    }
}

/// What becomes of half for and half against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// The side of whoever presides, who says so with a reason.
    Chair,
    /// It is not carried.
    Lost,
}

impl Tie {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Chair, Self::Lost];

    /// The word in packs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Lost => "lost",
        }
    }

    /// The way behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tie| tie.code() == code)
    }
}

/// What a member says to a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Choice {
    /// The title is to be given.
    For,
    /// It is not.
    Against,
    /// Neither.
    Abstain,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::For, Self::Against, Self::Abstain];

    /// The word in forms and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
            Self::Abstain => "abstain",
        }
    }

    /// The choice behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }
}

/// The votes on one motion, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// For.
    pub in_favour: i64,
    /// Against.
    pub against: i64,
    /// Abstentions.
    pub abstained: i64,
    /// Ballot papers that say nothing clear; there are none where members vote by themselves.
    pub spoilt: i64,
}

impl Tally {
    /// One vote more.
    pub fn add(&mut self, choice: Choice) {
        *self.of(choice) += 1;
    }

    /// A vote instead of the one that the same member gave before.
    pub fn replace(&mut self, before: Choice, choice: Choice) {
        *self.of(before) -= 1;
        self.add(choice);
    }

    fn of(&mut self, choice: Choice) -> &mut i64 {
        match choice {
            Choice::For => &mut self.in_favour,
            Choice::Against => &mut self.against,
            Choice::Abstain => &mut self.abstained,
        }
    }

    /// How many were handed in.
    pub fn cast(self) -> i64 {
        [self.in_favour, self.against, self.abstained, self.spoilt].into_iter().fold(0, i64::saturating_add)
    }

    /// Whether these can be the votes of so many people.
    pub fn is_of(self, present: i64) -> bool {
        let counts = [self.in_favour, self.against, self.abstained, self.spoilt];
        counts.into_iter().all(|count| (0..=present).contains(&count)) && self.cast() <= present
    }
}

/// What a vote came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The council is for the title.
    Carried,
    /// It is not.
    Lost,
    /// Half for and half against, and the rules leave it to whoever presides.
    Tied,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Carried, Self::Lost, Self::Tied];

    /// The word in the database, the record and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Lost => "lost",
            Self::Tied => "tied",
        }
    }

    /// The outcome behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

impl Rules {
    /// How many members must be present at least, of so many: 70 % of 25 are 18.
    pub fn quorum_of(&self, members: i64) -> i64 {
        let Share { part, whole } = self.quorum;
        let (need, whole) = (i128::from(members) * i128::from(part), i128::from(whole.max(1)));
        let least = (need + whole - 1) / whole;
        i64::try_from(least).unwrap_or(i64::MAX).max(1)
    }

    /// What votes come to, of so many who may vote and so many of them present.
    pub fn outcome(&self, members: i64, present: i64, tally: Tally) -> Outcome {
        let whole = match self.of {
            Base::Members => members,
            Base::Present => present,
            Base::Cast => tally.cast(),
            Base::ForAndAgainst => tally.in_favour.saturating_add(tally.against),
        };
        // With abstentions among the whole, neither side has half of it.
        let is_split = tally.in_favour == tally.against && whole > 0 && tally.in_favour.checked_mul(2) == Some(whole);
        if self.majority.is_reached(tally.in_favour, whole) {
            Outcome::Carried
        } else if self.tie == Tie::Chair && is_split {
            Outcome::Tied
        } else {
            Outcome::Lost
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Share = Share { part: 1, whole: 2 };
    const TWO_THIRDS: Share = Share { part: 2, whole: 3 };

    fn rules(majority: Majority, of: Base, tie: Tie) -> Rules {
        Rules { quorum: Share { part: 70, whole: 100 }, ballot: Ballot::Secret, majority, of, tie }
    }

    #[test]
    fn seventy_percent_of_members_are_rounded_up() {
        let rules = rules(Majority::MoreThan(HALF), Base::Present, Tie::Chair);
        for (members, least) in [(0, 1), (1, 1), (3, 3), (7, 5), (9, 7), (10, 7), (25, 18)] {
            assert_eq!(rules.quorum_of(members), least, "{members}");
        }
    }

    /// (majority, base, tie, [for, against, abstained, spoilt]) of 9 members, 8 of them present.
    #[test]
    fn the_same_votes_come_to_what_the_base_says() {
        use Outcome::{Carried, Lost, Tied};
        let (more, two_thirds) = (Majority::MoreThan(HALF), Majority::AtLeast(TWO_THIRDS));
        for (majority, of, tie, [in_favour, against, abstained, spoilt], expected) in [
            (more, Base::Members, Tie::Chair, [5, 3, 0, 0], Carried),
            (more, Base::Members, Tie::Chair, [4, 2, 2, 0], Lost),
            (more, Base::Present, Tie::Chair, [4, 2, 2, 0], Lost),
            (more, Base::Cast, Tie::Chair, [4, 2, 1, 0], Carried),
            (more, Base::Cast, Tie::Chair, [4, 2, 1, 1], Lost),
            (more, Base::ForAndAgainst, Tie::Chair, [3, 2, 3, 0], Carried),
            (more, Base::Present, Tie::Chair, [4, 4, 0, 0], Tied),
            (more, Base::Present, Tie::Lost, [4, 4, 0, 0], Lost),
            (more, Base::Present, Tie::Chair, [3, 3, 2, 0], Lost),
            (more, Base::Members, Tie::Chair, [4, 4, 0, 0], Lost),
            (more, Base::ForAndAgainst, Tie::Chair, [3, 3, 2, 0], Tied),
            (more, Base::ForAndAgainst, Tie::Chair, [0, 0, 8, 0], Lost),
            (more, Base::Cast, Tie::Chair, [0, 0, 0, 0], Lost),
            (two_thirds, Base::Members, Tie::Lost, [6, 2, 0, 0], Carried),
            (two_thirds, Base::Present, Tie::Lost, [5, 3, 0, 0], Lost),
            (two_thirds, Base::ForAndAgainst, Tie::Lost, [4, 2, 2, 0], Carried),
        ] {
            let tally = Tally { in_favour, against, abstained, spoilt };
            let found = rules(majority, of, tie).outcome(9, 8, tally);
            assert_eq!(found, expected, "{majority:?} {of:?} {tie:?} {tally:?}");
        }
    }

    #[test]
    fn more_votes_than_people_are_none_of_theirs() {
        let tally = |in_favour, against| Tally { in_favour, against, ..Tally::default() };
        assert!(tally(4, 4).is_of(8) && tally(0, 0).is_of(8));
        assert!(!tally(5, 4).is_of(8) && !tally(-1, 2).is_of(8) && !tally(i64::MAX, 1).is_of(8));
    }

    /// For every number of votes: one vote more for a motion never loses it, one more against never carries it.
    #[test]
    fn a_vote_for_a_motion_never_harms_it() {
        let reaches = |rules: &Rules, tally| rules.outcome(9, 8, tally) == Outcome::Carried;
        for of in Base::ALL {
            for majority in [Majority::MoreThan(HALF), Majority::AtLeast(TWO_THIRDS)] {
                let rules = rules(majority, of, Tie::Lost);
                for (in_favour, against) in (0..8).flat_map(|one| (0..8 - one).map(move |other| (one, other))) {
                    let tally = Tally { in_favour, against, ..Tally::default() };
                    let (with, without) =
                        (Tally { in_favour: in_favour + 1, ..tally }, Tally { against: against + 1, ..tally });
                    assert!(!reaches(&rules, tally) || reaches(&rules, with), "{rules:?} {tally:?}");
                    assert!(reaches(&rules, tally) || !reaches(&rules, without), "{rules:?} {tally:?}");
                }
            }
        }
    }
}
