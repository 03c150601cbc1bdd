//! From a criteria set to a program: texts fall away, figures become columns.

use dienhinh_domain::programmes::{
    self as domain, Band, ChildCount, CriteriaSet, Group, Measure, Part, Role, Rule, Share, ShareBound,
};

use crate::program::{Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Step, Test, Value};

/// Where a criterion stands in a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Counted.
    Leaf(usize),
    /// Bonus or penalty.
    Extra(usize),
    /// A condition of the title or of a class.
    Gate(usize),
}

/// Compiles a set whose criteria begin at `first_column`; gives the place of each criterion.
pub(crate) fn program(set: &CriteriaSet, first_column: &[usize], columns: usize) -> (Program, Vec<Place>) {
    // A set without points counts criteria: each is worth one.
    let has_points = set.has_points();
    let worth = |points: i64| if has_points { points } else { 1 };
    let (mut leaves, mut extras, mut gates, mut places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (criterion, first) in set.criteria.iter().zip(first_column) {
        let kind = Columns(*first).kind(&criterion.rule);
        match set.role(criterion) {
            Role::Counted => {
                places.push(Place::Leaf(leaves.len()));
                let needed = criterion.mandatory || criterion.knock_out;
                let at_most = if needed { Some(0) } else { criterion.ceiling };
                gates.extend(at_most.map(|at_most| Gate { test: Test::Leaf(leaves.len()), at_most }));
                leaves.push(Leaf {
                    kind,
                    points_thousandths: worth(criterion.points_thousandths),
                    met_at_thousandths: worth(criterion.met_at_thousandths),
                    group: criterion.group,
                    applies: criterion.applies.as_ref().map(|applies| Columns(*first).kind(applies)),
                });
            }
            role @ (Role::Bonus | Role::Penalty) => {
                places.push(Place::Extra(extras.len()));
                let points_thousandths = criterion.points_thousandths;
                extras.push(Extra { kind, points_thousandths, is_penalty: role == Role::Penalty });
            }
            Role::Condition | Role::Deferral => {
                places.push(Place::Gate(gates.len()));
                gates.push(Gate { test: Test::Own(kind), at_most: criterion.ceiling.unwrap_or(0) });
            }
        }
    }
    let group_cap = |(at, group): (usize, &Group)| {
        let counted = set.criteria_of(at).filter(|_| group.role == Role::Counted);
        let all: i64 = counted.map(|criterion| worth(criterion.points_thousandths)).sum();
        group.cap_thousandths.filter(|_| has_points).map_or(all, |cap| cap.min(all))
    };
    let class = |class: &domain::Class| Class {
        points_thousandths: class.min_points_thousandths,
        met: class.min_met,
        group_share: class.group_share.map(fraction),
    };
    let program = Program {
        columns,
        group_caps_thousandths: set.groups.iter().enumerate().map(group_cap).collect(),
        leaves,
        extras,
        gates,
        classes: set.classes.iter().map(class).collect(),
        missing: Missing::Certain,
        not_applicable: match set.not_applicable {
            domain::NotApplicable::Drop => NotApplicable::Drop,
            domain::NotApplicable::Full => NotApplicable::Full,
            domain::NotApplicable::Zero => NotApplicable::Zero,
        },
    };
    (program, places)
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

    /// All kinds together, or each kind that has units.
    fn children(&self, counts: &[ChildCount], register: Share, recognise: Share) -> Kind {
        let of = |count: &ChildCount| {
            let reaches = |part, share| bounded(self.share(part, count.total), ShareBound::AtLeast(share));
            vec![reaches(count.registered, register), reaches(count.recognised, recognise)]
        };
        if let [together] = counts {
            return Kind::Parts { need: 2, parts: of(together) };
        }
        let none = |count: &ChildCount| within(self.count(count.total), None, Some(Fraction::whole(0)));
        let each = |count: &ChildCount| Kind::Parts {
            need: 1,
            parts: vec![none(count), Kind::Parts { need: 2, parts: of(count) }],
        };
        Kind::Parts { need: counts.len(), parts: counts.iter().map(each).collect() }
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
            Rule::Target { done, planned, at_least } => bounded(
                Value::Change { current: self.0 + done, previous: self.0 + planned },
                ShareBound::AtLeast(*at_least),
            ),
            Rule::Zero { input } => within(self.count(*input), None, Some(Fraction::whole(0))),
            Rule::Objects { input, at_least } => within(self.count(*input), Some(Fraction::whole(*at_least)), None),
            Rule::ChildrenShare { counts, register, recognise } => self.children(counts, *register, *recognise),
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
            Rule::Each { input, each_thousandths } => {
                Kind::Each { column: self.0 + input, each_thousandths: *each_thousandths }
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
