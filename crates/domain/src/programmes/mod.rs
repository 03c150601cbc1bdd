//! Programmes and their criteria sets: what is required, by which rule, on what legal ground.
//!
//! A set is dated data with a version, read from a pack by [`parse()`]. Does not score: that is the engine's
//! work. The format of packs is described in `packs/README.md`.

mod adjust;
mod cases;
mod diff;
mod parse;
mod raw;
mod rules;
pub mod sheets;
mod write;

use jiff::civil::Date;

pub use adjust::{Parameter, adjusted, parameters};
pub use cases::{Case, Rest, parse_cases};
pub use diff::{Change, Difference, Fate, RowDifference, diff};
pub use parse::parse;
pub use write::{write, write_cases};

use crate::{calendar::Period, cycles::Cycle, dossiers::State, ids::CycleId, units::UnitKind};

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

/// A share `part/whole` as a set writes it. It is compared by multiplication, never divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Numerator.
    pub part: i64,
    /// Denominator, positive.
    pub whole: i64,
}

/// Where the value of an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// A person of the unit types it.
    Entered,
    /// The product takes it from results it has.
    Derived,
}

/// What kind of value an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputKind {
    /// 1 (met) or 0 (not met).
    Judgement,
    /// A whole number from 0 up.
    Count,
}

/// One figure of a criterion: a column of the engine, a field of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Unique in the set: `c14`, `c13.settled`, `c03.a`.
    pub key: String,
    /// What is counted.
    pub label: Text,
    /// What kind of value.
    pub kind: InputKind,
    /// Where it comes from.
    pub from: From,
}

/// A bound on a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareBound {
    /// Not less than.
    AtLeast(Share),
    /// Not more than.
    AtMost(Share),
}

/// What is measured against steps or a scale; numbers are places in [`Criterion::inputs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// One figure.
    Count {
        /// The figure.
        input: usize,
    },
    /// A share of a whole.
    Share {
        /// Numerator.
        part: usize,
        /// Denominator.
        whole: usize,
    },
}

/// A step of a table of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Where it begins; a count has the denominator 1.
    pub bound: Share,
    /// The bound itself belongs to it.
    pub inclusive: bool,
    /// Points from here on, in thousandths.
    pub points_thousandths: i64,
}

/// How the outcome of a criterion follows from its inputs; numbers are places in [`Criterion::inputs`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A person judges.
    Judgement {
        /// 1 or 0.
        input: usize,
    },
    /// The figure lies within the bounds; at least one is given.
    Threshold {
        /// The figure.
        input: usize,
        /// Not less than.
        at_least: Option<i64>,
        /// Not more than.
        at_most: Option<i64>,
    },
    /// A share against a bound, exact.
    Ratio {
        /// Numerator.
        part: usize,
        /// Denominator.
        whole: usize,
        /// What is asked of it.
        bound: ShareBound,
    },
    /// Nothing occurred (for example Circular 124/2021/TT-BCA, art. 4.3).
    Zero {
        /// The number of occurrences.
        input: usize,
    },
    /// There are at least so many things.
    Objects {
        /// The number of things.
        input: usize,
        /// How many are needed.
        at_least: i64,
    },
    /// So many of the units directly below have registered, and so many are recognised, over all kinds
    /// together (Circular 124/2021/TT-BCA, art. 5.4).
    ChildrenShare {
        /// All units below of the kinds.
        total: usize,
        /// Those that registered.
        registered: usize,
        /// Those that were recognised.
        recognised: usize,
        /// How many must register.
        register: Share,
        /// How many must be recognised.
        recognise: Share,
    },
    /// A figure beside the same figure of the year before: `restrained, reduced` (for example Circular
    /// 124/2021/TT-BCA, art. 4.4).
    YearOverYear {
        /// This year.
        current: usize,
        /// Last year; may be zero.
        previous: usize,
        /// What is asked of this year's figure as a share of last year's.
        bound: ShareBound,
    },
    /// Points by steps: the last step whose bound is passed counts, before the first there are none.
    Bands {
        /// What is measured.
        measure: Measure,
        /// The steps; bounds ascend.
        bands: Vec<Band>,
    },
    /// Points in proportion between two bounds; rounded half up to a thousandth, once.
    Linear {
        /// What is measured.
        measure: Measure,
        /// No points up to here.
        from: Share,
        /// All points from here on; less than `from` where less is better.
        to: Share,
    },
    /// So many points off for each occurrence.
    Deduction {
        /// The number of occurrences.
        input: usize,
        /// Thousandths off for each.
        each_thousandths: i64,
        /// What is left at least, in thousandths.
        floor_thousandths: i64,
    },
    /// The result of the unit itself in another programme and the same year (for example criterion 19.2 of
    /// new-rural communes reads Circular 124).
    OtherProgramme {
        /// 1 when recognised, 0 when not; derived.
        input: usize,
    },
    /// Points of the parts together.
    SubPoints {
        /// The parts with their points.
        parts: Vec<Part>,
    },
    /// Every part is met.
    AllOf {
        /// The parts; each counts.
        parts: Vec<Part>,
    },
    /// At least `need` parts are met.
    NOfM {
        /// How many.
        need: usize,
        /// The parts; each counts.
        parts: Vec<Part>,
    },
}

/// A part of a criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `a`, `b`.
    pub id: String,
    /// What is required.
    pub text: Text,
    /// A rule that counts: no judgement, no parts.
    pub rule: Rule,
    /// Points in thousandths, in [`Rule::SubPoints`]; 0 elsewhere.
    pub points_thousandths: i64,
}

/// Which results of child units a criterion reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildResults {
    /// The programme in which the children are recognised.
    pub programme: String,
    /// Kinds of children that count.
    pub kinds: Vec<UnitKind>,
}

/// Whether a criterion that is met needs a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceRule {
    /// Without a proof, an explanation is needed.
    Required,
    /// A proof may be attached.
    Optional,
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
    /// The criteria of the version before that it stands for, by their ids; empty where the id is the same.
    pub replaces: Vec<String>,
    /// The figures.
    pub inputs: Vec<Input>,
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
        self.inputs.iter().all(|input| input.from == From::Derived)
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
    /// The classes, the lowest first; a set that only recognises has one.
    pub classes: Vec<Class>,
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

    /// Most points together, in thousandths; 0 where the set gives none.
    pub fn max_points_thousandths(&self) -> i64 {
        self.criteria.iter().map(|criterion| criterion.points_thousandths).sum()
    }

    /// Whether the set gives points.
    pub fn has_points(&self) -> bool {
        self.max_points_thousandths() > 0
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
    /// The three figures of [`Rule::ChildrenShare`] from the states of the children's dossiers.
    ///
    /// `below` is the number of children of the kinds. How many are recognised is known only when every
    /// dossier is decided: before that it is no data, not a smaller number.
    pub fn figures(&self, below: usize, dossiers: &[(UnitKind, State)]) -> (i64, i64, Option<i64>) {
        let counted: Vec<State> =
            dossiers.iter().filter(|(kind, _)| self.kinds.contains(kind)).map(|(_, state)| *state).collect();
        let registered = counted.iter().filter(|state| **state != State::Invited).count();
        let recognised = counted.iter().filter(|state| **state == State::Recognised).count();
        let all_decided = counted.iter().all(|state| state.is_decided() || *state == State::Invited);
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        (whole(below), whole(registered), all_decided.then(|| whole(recognised)))
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod write_tests;
