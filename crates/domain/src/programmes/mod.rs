//! Programmes and their criteria sets: what is required, by which rule, on what legal ground.
//!
//! A set is dated data with a version, read from a pack by [`parse()`], or from a pack with the [`Overlay`] of a
//! province on it. Does not score: that is the engine's work. The format is described in `packs/README.md`.

mod adjust;
mod cases;
mod council;
mod diff;
mod formula;
mod overlay;
mod parse;
mod raw;
mod rules;
mod shapes;
pub mod sheets;
mod versions;
mod write;

use jiff::civil::Date;

pub use adjust::{Parameter, adjusted, parameters};
pub use cases::{Case, Rest, parse_cases};
pub use diff::{Change, Difference, Fate, RowDifference, diff};
pub use formula::{FORMULA_BYTES_MAX, Formula};
pub use overlay::Overlay;
pub use parse::parse;
pub(crate) use parse::{line_of, unreadable};
pub use shapes::{Band, ChildCount, From, Input, InputKind, Measure, Part, Rule, Share, ShareBound};
pub use write::{write, write_cases};

use crate::{calendar::Period, committees::voting, cycles::Cycle, dossiers::State, ids::CycleId, units::UnitKind};

/// A text in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// How far a text was checked against its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// The document was read.
    Verified,
    /// A reliable account of it was read.
    Summary,
    /// Written for the product; of no legal value.
    Illustrative,
}

impl Mark {
    /// Every mark, the surest first.
    pub const ALL: [Self; 3] = [Self::Verified, Self::Summary, Self::Illustrative];

    /// The word in packs and catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Summary => "summary",
            Self::Illustrative => "illustrative",
        }
    }

    /// The mark behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.code() == code)
    }
}

/// A mistake in a pack, with the place to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1; none when it concerns the file as a whole.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub what: Text,
}

/// Which results of child units a criterion reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildResults {
    /// The programme in which the children are recognised.
    pub programme: String,
    /// Kinds of children that count.
    pub kinds: Vec<UnitKind>,
    /// Each kind must reach the shares for itself; a kind without units asks for nothing. Else all kinds do together.
    pub per_kind: bool,
}

/// Whether a criterion that is met needs a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceRule {
    /// Without a proof, an explanation is needed.
    Required,
    /// A proof may be attached.
    Optional,
}

/// What becomes of the figures of a criterion when units are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CarryOver {
    /// The merged unit is assessed anew.
    Reassess,
    /// They are added up.
    Sum,
    /// The latest of them stands.
    Latest,
    /// Their mean stands.
    Mean,
    /// They say nothing about the merged unit, and neither does a comparison of years.
    NotComparable,
}

impl CarryOver {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Reassess, Self::Sum, Self::Latest, Self::Mean, Self::NotComparable];

    /// The word in packs and catalogues.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reassess => "reassess",
            Self::Sum => "sum",
            Self::Latest => "latest",
            Self::Mean => "mean",
            Self::NotComparable => "not_comparable",
        }
    }

    /// The way behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// `c01`: stable within the set, also the anchor on pages.
    pub id: String,
    /// The number on paper.
    pub number: u16,
    /// Place of its group in [`CriteriaSet::groups`].
    pub group: usize,
    /// What is required.
    pub text: Text,
    /// How far the text was checked.
    pub mark: Mark,
    /// Document and clause.
    pub source: Text,
    /// How to count or judge; may be empty.
    pub guidance: Text,
    /// What usually proves it; may be empty.
    pub evidence: Text,
    /// Who collects its figures unless a unit says otherwise; may be empty.
    pub owner: Text,
    /// Whether a proof is needed.
    pub proof: EvidenceRule,
    /// The title needs it.
    pub mandatory: bool,
    /// When it is not met the title is lost, whatever else is met.
    pub knock_out: bool,
    /// Most points, in thousandths; 0 where the set gives none.
    pub points_thousandths: i64,
    /// Met from so many points on, in thousandths: all of them unless the set says otherwise.
    pub met_at_thousandths: i64,
    /// The highest class without it, as its place among the classes (0 is none).
    pub ceiling: Option<usize>,
    /// What becomes of its figures when units are merged; none where the set does not say.
    pub carry_over: Option<CarryOver>,
    /// The criteria of the version before that it stands for, by their ids; empty where the id is the same.
    pub replaces: Vec<String>,
    /// The figures.
    pub inputs: Vec<Input>,
    /// When it applies, where it does not apply to every unit: a rule of its own on the figures.
    pub applies: Option<Rule>,
    /// The rule.
    pub rule: Rule,
    /// The results of child units it reads, when it reads any.
    pub children: Option<ChildResults>,
    /// The programme whose result of the unit itself it reads, when it reads one.
    pub other_programme: Option<String>,
}

impl Criterion {
    /// Whether the unit has nothing to type: every input is taken from results the product has.
    pub fn is_derived(&self) -> bool {
        self.inputs.iter().all(|input| input.from != From::Entered)
    }
}

/// A heading with criteria below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `g1`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Most points of the group, in thousandths, where that is less than its criteria give together.
    pub cap_thousandths: Option<i64>,
    /// What its criteria do to the result.
    pub role: Role,
}

/// What the criteria of a group do to the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// They are counted: "32 of 34", "92 of 100 points".
    #[default]
    Counted,
    /// Their points are added beside the counted ones.
    Bonus,
    /// Their points are taken off.
    Penalty,
    /// They give nothing; without them there is no title, or no class above their ceiling.
    Condition,
    /// Conditions whose failure puts the title off ("operated for nine months", "no complaint is open").
    Deferral,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Counted, Self::Bonus, Self::Penalty, Self::Condition, Self::Deferral];

    /// The word in packs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Bonus => "bonus",
            Self::Penalty => "penalty",
            Self::Condition => "condition",
            Self::Deferral => "deferral",
        }
    }

    /// The role behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What becomes of a counted criterion that does not apply to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NotApplicable {
    /// It leaves the base: what classes ask for is asked of what remains, in proportion.
    #[default]
    Drop,
    /// It counts as met with all its points.
    Full,
    /// It gives nothing and is not among the criteria met.
    Zero,
}

impl NotApplicable {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::Drop, Self::Full, Self::Zero];

    /// The word in packs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Full => "full",
            Self::Zero => "zero",
        }
    }

    /// The policy behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.code() == code)
    }
}

/// Units for which some numbers of a set are others (for example the three groups of new-rural communes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitGroup {
    /// `delta`.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// The numbers that are others: key of a [`Parameter`] and value, as [`adjusted`] takes them.
    pub values: Vec<(String, String)>,
}

/// How many units of one parent may have the highest classes ("excellent for at most 20 % of the good ones").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// Place of the class, from 1; the classes above it count as it.
    pub class: usize,
    /// Place of the class out of which the share is taken, with the classes above it; below `class`.
    pub of: usize,
    /// The share at most.
    pub at_most: Share,
    /// What becomes of units that stand level where the quota ends.
    pub ties: Ties,
}

/// What becomes of units that stand level where a quota ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// None of them is within the quota.
    LeaveOut,
    /// All of them are, and the quota is exceeded.
    LetIn,
}

impl Ties {
    /// Both.
    pub const ALL: [Self; 2] = [Self::LeaveOut, Self::LetIn];

    /// The word in packs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave_out",
            Self::LetIn => "let_in",
        }
    }
}

/// A class of results above "none".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// `excellent`.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Points needed, in thousandths.
    pub min_points_thousandths: i64,
    /// Criteria that must be met.
    pub min_met: usize,
    /// The share of its points that each group must reach.
    pub group_share: Option<Share>,
}

/// A day of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

impl MonthDay {
    /// The day in a year; 29 February falls back to the 28th.
    fn in_year(self, year: i16) -> Date {
        Date::new(year, self.month, self.day)
            .or_else(|_| Date::new(year, self.month, self.day - 1))
            .unwrap_or(Date::MAX)
    }
}

/// The named calendar of a set: an assessment year is dates, never a bare number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// First day judged; in the year before when it is later than `assessed_until`.
    pub assessed_from: MonthDay,
    /// Last day judged.
    pub assessed_until: MonthDay,
    /// Last day to register.
    pub registration_until: MonthDay,
    /// Last day to submit.
    pub due: MonthDay,
}

/// What it takes to be recognised beside every mandatory and knock-out criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognition {
    /// How many criteria must be met; in a set with classes, what the class of recognition asks.
    pub min_met: usize,
    /// The class from which a unit is recognised, as its place among the classes, from 1.
    pub class: usize,
    /// How far that number was checked.
    pub mark: Mark,
    /// Document and clause.
    pub source: Text,
    /// Kinds of units above whose People's Committee decides, the nearest of them.
    pub issued_by: Vec<UnitKind>,
    /// How a council votes before that; none where the set does not ask for a vote.
    pub council: Option<Council>,
}

/// How a council votes on who gets the title, before it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Council {
    /// Who must be there and what carries a motion.
    pub rules: voting::Rules,
    /// How far these rules were checked.
    pub mark: Mark,
    /// Document and clause.
    pub source: Text,
}

/// A version of a criteria set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriteriaSet {
    /// Name of the pack.
    pub code: String,
    /// Version, `1`.
    pub version: String,
    /// The programme it belongs to.
    pub programme: String,
    /// Kinds of units it is for.
    pub kinds: Vec<UnitKind>,
    /// First day it may be used.
    pub valid_from: Date,
    /// In full.
    pub title: Text,
    /// In lists.
    pub short_title: Text,
    /// How a unit stands to the title: `đạt danh hiệu`.
    pub standing: Text,
    /// The title given, by kind of unit, in the order of `kinds`.
    pub awards: Vec<(UnitKind, Text)>,
    /// Documents it rests on.
    pub legal_bases: Vec<Text>,
    /// When it is assessed.
    pub calendar: Calendar,
    /// What it takes.
    pub recognition: Recognition,
    /// What becomes of criteria that do not apply.
    pub not_applicable: NotApplicable,
    /// The classes, the lowest first; a set that only recognises has one.
    pub classes: Vec<Class>,
    /// How many units may have the highest classes.
    pub quotas: Vec<Quota>,
    /// Units for which some numbers are others.
    pub unit_groups: Vec<UnitGroup>,
    /// The groups in their order.
    pub groups: Vec<Group>,
    /// The criteria in the order of their numbers.
    pub criteria: Vec<Criterion>,
}

impl CriteriaSet {
    /// A criterion by its id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }

    /// The criteria of a group.
    pub fn criteria_of(&self, group: usize) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |criterion| criterion.group == group)
    }

    /// What a criterion does to the result.
    pub fn role(&self, criterion: &Criterion) -> Role {
        self.groups.get(criterion.group).map_or(Role::Counted, |group| group.role)
    }

    /// The criteria that are counted: the N of "N of 34".
    pub fn counted(&self) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(|criterion| self.is_counted(criterion))
    }

    /// Whether a criterion of this set is counted.
    pub fn is_counted(&self, criterion: &Criterion) -> bool {
        self.role(criterion) == Role::Counted
    }

    /// Most points of a group, in thousandths: those of its criteria together, or its cap.
    pub fn group_points_thousandths(&self, group: usize) -> i64 {
        let together = self.criteria_of(group).map(|criterion| criterion.points_thousandths).sum();
        let cap = self.groups.get(group).and_then(|group| group.cap_thousandths);
        cap.map_or(together, |cap| cap.min(together))
    }

    /// Most points of the counted groups together, in thousandths: the N of "92 of N points". A bonus comes on top
    /// and does not belong to it. 0 where the set gives no points.
    pub fn max_points_thousandths(&self) -> i64 {
        let counted = (0..self.groups.len()).filter(|at| self.groups[*at].role == Role::Counted);
        counted.map(|at| self.group_points_thousandths(at)).sum()
    }

    /// Whether the set gives points.
    pub fn has_points(&self) -> bool {
        self.counted().any(|criterion| criterion.points_thousandths > 0)
    }

    /// The least sure of the marks on its texts.
    pub fn mark(&self) -> Mark {
        self.criteria.iter().map(|criterion| criterion.mark).max().unwrap_or(Mark::Illustrative)
    }

    /// The title on the certificate of a unit of a kind.
    pub fn award(&self, kind: UnitKind) -> &Text {
        self.awards.iter().find(|(of, _)| *of == kind).map_or(&self.short_title, |(_, title)| title)
    }

    /// Every input key in the order of the criteria.
    pub fn input_keys(&self) -> impl Iterator<Item = &str> {
        self.criteria.iter().flat_map(|criterion| &criterion.inputs).map(|input| input.key.as_str())
    }

    /// The run of this set in one year, with the days that the calendar gives.
    pub fn cycle(&self, id: CycleId, year: i16) -> Cycle {
        let calendar = &self.calendar;
        let begins = if calendar.assessed_from > calendar.assessed_until { year - 1 } else { year };
        let last = calendar.assessed_until.in_year(year);
        Cycle {
            id,
            programme: self.programme.clone(),
            set_code: self.code.clone(),
            set_version: self.version.clone(),
            year,
            assessed: Period { from: calendar.assessed_from.in_year(begins), until: last.tomorrow().ok() },
            registration_until: calendar.registration_until.in_year(year),
            due_on: calendar.due.in_year(year),
        }
    }
}

impl ChildResults {
    /// The figures of [`Rule::ChildrenShare`] from the states of the children's dossiers, in the order of its
    /// counts: total, registered, recognised.
    ///
    /// `below` gives the number of children of a kind. How many are recognised is known only when every
    /// dossier is decided: before that it is no data, not a smaller number.
    pub fn figures(&self, below: impl Fn(UnitKind) -> usize, dossiers: &[(UnitKind, State)]) -> Vec<ChildFigures> {
        let together: Vec<&[UnitKind]> =
            if self.per_kind { self.kinds.chunks(1).collect() } else { vec![self.kinds.as_slice()] };
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let of_kinds = |kinds: &[UnitKind]| {
            let counted: Vec<State> =
                dossiers.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, state)| *state).collect();
            let registered = counted.iter().filter(|state| **state != State::Invited).count();
            let recognised = counted.iter().filter(|state| **state == State::Recognised).count();
            let all_decided = counted.iter().all(|state| state.is_decided() || *state == State::Invited);
            ChildFigures {
                total: whole(kinds.iter().map(|kind| below(*kind)).sum()),
                registered: whole(registered),
                recognised: all_decided.then(|| whole(recognised)),
            }
        };
        together.into_iter().map(of_kinds).collect()
    }
}

/// How the units below stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildFigures {
    /// All units.
    pub total: i64,
    /// Those that registered.
    pub registered: i64,
    /// Those that were recognised; none before every dossier is decided.
    pub recognised: Option<i64>,
}

#[cfg(test)]
mod overlay_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod write_tests;
