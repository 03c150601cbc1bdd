//! From a criteria set to a program: texts fall away, figures become columns.

use dienhinh_domain::programmes::{Band, CriteriaSet, Criterion, Measure, Part, Rule, Share, ShareBound};

use crate::program::{Class, Fraction, Gate, Kind, Leaf, Missing, Program, Step, Test, Value};

/// Compiles a set whose criteria begin at `first_column`.
pub(crate) fn program(set: &CriteriaSet, first_column: &[usize], columns: usize) -> Program {
    // A set without points counts criteria: each is worth one.
    let worth = |points: i64| if set.has_points() { points } else { 1 };
    let leaf = |(criterion, first): (&Criterion, &usize)| Leaf {
        kind: Columns(*first).kind(&criterion.rule),
        points_thousandths: worth(criterion.points_thousandths),
        met_at_thousandths: worth(criterion.met_at_thousandths),
        group: criterion.group,
    };
    let group_cap = |(at, group): (usize, &dienhinh_domain::programmes::Group)| {
        let all: i64 = set.criteria_of(at).map(|criterion| worth(criterion.points_thousandths)).sum();
        group.cap_thousandths.filter(|_| set.has_points()).map_or(all, |cap| cap.min(all))
    };
    let gate = |(at, criterion): (usize, &Criterion)| {
        let needed = criterion.mandatory || criterion.knock_out;
        let at_most = if needed { Some(0) } else { criterion.ceiling };
        at_most.map(|at_most| Gate { test: Test::Leaf(at), at_most })
    };
    Program {
        columns,
        leaves: set.criteria.iter().zip(first_column).map(leaf).collect(),
        group_caps_thousandths: set.groups.iter().enumerate().map(group_cap).collect(),
        extras: Vec::new(),
        gates: set.criteria.iter().enumerate().filter_map(gate).collect(),
        classes: set
            .classes
            .iter()
            .map(|class| Class {
                points_thousandths: class.min_points_thousandths,
                met: class.min_met,
                group_share: class.group_share.map(fraction),
            })
            .collect(),
        missing: Missing::Certain,
    }
}

/// The rule of one part of a criterion on the criterion's own figures, numbered from 0.
pub(crate) fn kind_of(rule: &Rule) -> Kind {
    Columns(0).kind(rule)
}

fn fraction(share: Share) -> Fraction {
    Fraction { part: share.part, whole: share.whole }
}

/// The columns of one criterion, from its first on.
struct Columns(usize);

impl Columns {
    fn count(&self, input: usize) -> Value {
        Value::Count { column: self.0 + input }
    }

    fn share(&self, part: usize, whole: usize) -> Value {
        Value::Share { part: self.0 + part, whole: self.0 + whole }
    }

    fn measure(&self, measure: Measure) -> Value {
        match measure {
            Measure::Count { input } => self.count(input),
            Measure::Share { part, whole } => self.share(part, whole),
        }
    }

    fn parts(&self, parts: &[Part]) -> Vec<Kind> {
        parts.iter().map(|part| self.kind(&part.rule)).collect()
    }

    fn kind(&self, rule: &Rule) -> Kind {
        match rule {
            Rule::Judgement { input } | Rule::OtherProgramme { input } => Kind::Judgement { column: self.0 + input },
            Rule::Threshold { input, at_least, at_most } => {
                within(self.count(*input), at_least.map(Fraction::whole), at_most.map(Fraction::whole))
            }
            Rule::Ratio { part, whole, bound } => bounded(self.share(*part, *whole), *bound),
            Rule::YearOverYear { current, previous, bound } => {
                bounded(Value::Change { current: self.0 + current, previous: self.0 + previous }, *bound)
            }
            Rule::Zero { input } => within(self.count(*input), None, Some(Fraction::whole(0))),
            Rule::Objects { input, at_least } => within(self.count(*input), Some(Fraction::whole(*at_least)), None),
            Rule::ChildrenShare { total, registered, recognised, register, recognise } => Kind::Parts {
                need: 2,
                parts: vec![
                    bounded(self.share(*registered, *total), ShareBound::AtLeast(*register)),
                    bounded(self.share(*recognised, *total), ShareBound::AtLeast(*recognise)),
                ],
            },
            Rule::Bands { measure, bands } => {
                let step = |band: &Band| Step {
                    bound: fraction(band.bound),
                    inclusive: band.inclusive,
                    points_thousandths: band.points_thousandths,
                };
                Kind::Steps { value: self.measure(*measure), steps: bands.iter().map(step).collect() }
            }
            Rule::Linear { measure, from, to } => {
                Kind::Linear { value: self.measure(*measure), from: fraction(*from), to: fraction(*to) }
            }
            Rule::Deduction { input, each_thousandths, floor_thousandths } => Kind::Deduction {
                column: self.0 + input,
                each_thousandths: *each_thousandths,
                floor_thousandths: *floor_thousandths,
            },
            Rule::SubPoints { parts } => {
                Kind::Sum { parts: parts.iter().map(|part| (self.kind(&part.rule), part.points_thousandths)).collect() }
            }
            Rule::AllOf { parts } => Kind::Parts { need: parts.len(), parts: self.parts(parts) },
            Rule::NOfM { need, parts } => Kind::Parts { need: *need, parts: self.parts(parts) },
        }
    }
}

fn within(value: Value, at_least: Option<Fraction>, at_most: Option<Fraction>) -> Kind {
    Kind::Within { value, at_least, at_most }
}

fn bounded(value: Value, bound: ShareBound) -> Kind {
    match bound {
        ShareBound::AtLeast(share) => within(value, Some(fraction(share)), None),
        ShareBound::AtMost(share) => within(value, None, Some(fraction(share))),
    }
}
