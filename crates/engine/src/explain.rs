//! Why a criterion came out as it did: input, rule, computed comparison, outcome.
//!
//! Built on demand for one row from the same plan that scored it; never in the batch path. The words are in
//! [`crate::words`].

use dienhinh_domain::programmes::{Band, ChildCount, Input, Measure, Part, Rule, Share, ShareBound, Text};

use crate::{
    Inputs, Outcome, Plan,
    compile::{Place, kind_of},
    program::NotApplicable,
    row::{reached, score_row},
    score::beside,
};

/// The reasons for one criterion of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// How it came out.
    pub outcome: Outcome,
    /// Points reached, in thousandths; none without an outcome or where the criterion gives none. A penalty has
    /// less than none.
    pub points_thousandths: Option<i64>,
    /// Each figure that went in.
    pub inputs: Vec<(Input, Option<i64>)>,
    /// The comparisons; one for a simple rule, one a part for the others.
    pub steps: Vec<Step>,
    /// For rules with parts: how many parts are met, out of how many, and how many are needed.
    pub parts: Option<PartCount>,
    /// Where the criterion does not apply to every unit: the comparison that says whether it applies.
    pub applies: Option<Step>,
}

/// How the parts of a rule stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartCount {
    /// Parts met.
    pub met: usize,
    /// All parts.
    pub of: usize,
    /// Parts needed; none where each part gives points of its own.
    pub need: Option<usize>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The part it belongs to: its letter and text.
    pub part: Option<(String, Text)>,
    /// What was found.
    pub finding: Finding,
    /// How it came out.
    pub outcome: Outcome,
}

/// A relation that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Not less than.
    AtLeast,
    /// Not more than.
    AtMost,
    /// The same as.
    Equal,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A person judged.
    Judged,
    /// A figure against a bound.
    Count {
        /// The figure.
        value: i64,
        /// What is asked.
        relation: Relation,
        /// The bound.
        bound: i64,
    },
    /// A share against a bound, by multiplication.
    Share {
        /// The share that the figures make.
        found: Share,
        /// What is asked.
        relation: Relation,
        /// The bound.
        bound: Share,
    },
    /// What was done against a target.
    Target {
        /// What was done; may be more than all.
        done: i64,
        /// What was planned; may be nothing.
        planned: i64,
        /// How much of it is asked for.
        at_least: Share,
    },
    /// A value in a table of points.
    Band {
        /// The value; a count has the denominator 1.
        found: Share,
        /// The step it lies in; none below the first.
        band: Option<Band>,
    },
    /// A value on a scale of points.
    Scale {
        /// The value.
        found: Share,
        /// No points up to here.
        from: Share,
        /// All points from here on.
        to: Share,
        /// Points reached, in thousandths.
        points_thousandths: i64,
    },
    /// Points off for occurrences.
    Deducted {
        /// The number of occurrences.
        count: i64,
        /// Thousandths off for each.
        each_thousandths: i64,
        /// Thousandths left.
        points_thousandths: i64,
    },
    /// Points for things.
    Awarded {
        /// The number of things.
        count: i64,
        /// Thousandths for each.
        each_thousandths: i64,
        /// Thousandths reached.
        points_thousandths: i64,
    },
    /// Figures that are not there, by what they count.
    Missing(Vec<Text>),
    /// The part is greater than the whole.
    Contradiction {
        /// Numerator.
        part: i64,
        /// Denominator.
        whole: i64,
    },
    /// The whole is zero: there is nothing to take a share of.
    EmptyWhole(Text),
}

/// Explains one criterion (by its place) in one row.
pub fn explain(plan: &Plan, inputs: &Inputs, criterion: usize, row: usize) -> Explanation {
    let rule = &plan.criteria[criterion];
    let inputs = inputs.completed(plan);
    let figures = inputs.of_criterion(plan, criterion, row);
    let points = match plan.places[criterion] {
        Place::Leaf(leaf) => plan.program.leaves[leaf].points_thousandths,
        Place::Extra(extra) => plan.program.extras[extra].points_thousandths,
        Place::Gate(_) => 1,
    };
    let (applies, reaches) = (rule.applies.as_ref(), reached(&kind_of(&rule.rule), points, &figures));
    let is_open = reaches.points_thousandths == 0 && reaches.open_thousandths > 0;
    let (outcome, reached_points) = match (plan.places[criterion], applies.map(|applies| met(applies, &figures))) {
        (_, Some(Outcome::NoData)) => (Outcome::NoData, None),
        (_, Some(Outcome::Unmet)) => {
            let is_full = plan.program.not_applicable == NotApplicable::Full;
            (Outcome::NotApplicable, is_full.then_some(points))
        }
        (Place::Leaf(leaf), _) => {
            let outcome = reaches.at_least(plan.program.leaves[leaf].met_at_thousandths).into();
            (outcome, (outcome != Outcome::NoData || !is_open).then_some(reaches.points_thousandths))
        }
        (place, _) => {
            let (outcome, points) = beside(plan, place, &inputs.row(row));
            (outcome, (!is_open).then_some(points))
        }
    };
    let view = View { inputs: &rule.inputs, figures: &figures, outcome, points };
    let applies = applies.and_then(|applies| view.of_rule(applies).into_iter().next());
    let (steps, parts) = match &rule.rule {
        _ if outcome == Outcome::NotApplicable => (Vec::new(), None),
        Rule::AllOf { parts } => view.of_parts(parts, Some(parts.len())),
        Rule::NOfM { need, parts } => view.of_parts(parts, Some(*need)),
        Rule::SubPoints { parts } => view.of_parts(parts, None),
        simple => (view.of_rule(simple), None),
    };
    Explanation {
        outcome,
        points_thousandths: reached_points.filter(|_| rule.points_thousandths > 0),
        steps,
        parts,
        applies,
        inputs: rule.inputs.iter().cloned().zip(figures).collect(),
    }
}

/// Points of each group in one row after its cap, and the most it can have, in thousandths; nothing and nothing for
/// groups that are not counted.
pub fn groups(plan: &Plan, inputs: &Inputs, row: usize) -> Vec<(i64, i64)> {
    let found = score_row(&plan.program, &inputs.completed(plan).row(row));
    let points = |(points, cap)| if plan.has_points { (points, cap) } else { (0, 0) };
    found.groups_thousandths.into_iter().zip(found.caps_thousandths).map(points).collect()
}

/// Whether a rule gives all its points.
fn met(rule: &Rule, figures: &[Option<i64>]) -> Outcome {
    reached(&kind_of(rule), 1, figures).at_least(1).into()
}

/// The share that two figures make. No data without both, with an empty whole, and with a part greater than
/// its whole.
fn share_of(part: Option<i64>, whole: Option<i64>) -> Option<Share> {
    let (part, whole) = (part?, whole?);
    (whole > 0 && part <= whole).then_some(Share { part, whole })
}

/// One criterion's inputs with their figures.
struct View<'a> {
    inputs: &'a [Input],
    figures: &'a [Option<i64>],
    /// Of the criterion as a whole.
    outcome: Outcome,
    points: i64,
}

impl View<'_> {
    fn of_parts(&self, parts: &[Part], need: Option<usize>) -> (Vec<Step>, Option<PartCount>) {
        let mut steps = Vec::new();
        for part in parts {
            let points = part.points_thousandths;
            // A part that gives points of its own is met with all of them; others are met or not.
            let all = if points > 0 { points } else { 1 };
            let outcome = reached(&kind_of(&part.rule), all, self.figures).at_least(all).into();
            let of_part = View { inputs: self.inputs, figures: self.figures, outcome, points };
            let named = |step| Step { part: Some((part.id.clone(), part.text.clone())), ..step };
            steps.extend(of_part.of_rule(&part.rule).into_iter().map(named));
        }
        let met = parts.iter().filter(|part| met(&part.rule, self.figures) == Outcome::Met).count();
        (steps, Some(PartCount { met, of: parts.len(), need }))
    }

    /// The comparisons of a rule without parts.
    fn of_rule(&self, rule: &Rule) -> Vec<Step> {
        match rule {
            Rule::Judgement { input } | Rule::OtherProgramme { input } => {
                vec![self.step(&[*input], |_| Finding::Judged, rule)]
            }
            Rule::Zero { input } => vec![self.count(*input, Relation::Equal, 0, rule)],
            Rule::Objects { input, at_least } => vec![self.count(*input, Relation::AtLeast, *at_least, rule)],
            Rule::Threshold { input, at_least, at_most } => {
                let bounds = [(Relation::AtLeast, *at_least), (Relation::AtMost, *at_most)];
                let asked = bounds.into_iter().filter_map(|(relation, bound)| Some((relation, bound?)));
                asked.map(|(relation, bound)| self.count(*input, relation, bound, rule)).collect()
            }
            Rule::Ratio { part, whole, bound } => {
                let (relation, bound) = asked_of(*bound);
                vec![self.share(*part, *whole, relation, bound)]
            }
            Rule::YearOverYear { current, previous, bound } => {
                let (relation, bound) = asked_of(*bound);
                let finding = match (self.figures[*current], self.figures[*previous]) {
                    (Some(part), Some(whole)) => Finding::Share { found: Share { part, whole }, relation, bound },
                    _ => Finding::Missing(self.missing(&[*current, *previous])),
                };
                vec![Step { part: None, finding, outcome: met(rule, self.figures) }]
            }
            Rule::Target { done, planned, at_least } => {
                let finding = match (self.figures[*done], self.figures[*planned]) {
                    (Some(done), Some(planned)) => Finding::Target { done, planned, at_least: *at_least },
                    _ => Finding::Missing(self.missing(&[*done, *planned])),
                };
                vec![Step { part: None, finding, outcome: met(rule, self.figures) }]
            }
            Rule::ChildrenShare { counts, register, recognise } => {
                // A kind of which there are no units asks for nothing where each kind counts for itself.
                let has_units = |count: &&ChildCount| counts.len() == 1 || self.figures[count.total] != Some(0);
                let of = |count: &ChildCount| {
                    [(count.registered, register), (count.recognised, recognise)]
                        .map(|(part, bound)| self.share(part, count.total, Relation::AtLeast, *bound))
                };
                counts.iter().filter(has_units).flat_map(of).collect()
            }
            Rule::Bands { measure, .. } | Rule::Linear { measure, .. } => vec![self.measured(*measure, rule)],
            Rule::Deduction { input, each_thousandths, .. } => {
                let points_thousandths = self.points_of(rule);
                let each_thousandths = *each_thousandths;
                let found = |count| Finding::Deducted { count, each_thousandths, points_thousandths };
                vec![Step { outcome: self.outcome, ..self.step(&[*input], found, rule) }]
            }
            Rule::Each { input, each_thousandths } => {
                let points_thousandths = self.points_of(rule);
                let each_thousandths = *each_thousandths;
                let found = |count| Finding::Awarded { count, each_thousandths, points_thousandths };
                vec![Step { outcome: self.outcome, ..self.step(&[*input], found, rule) }]
            }
            // Parts have no parts: the reader of packs refuses them.
            Rule::AllOf { .. } | Rule::NOfM { .. } | Rule::SubPoints { .. } => Vec::new(),
        }
    }

    fn points_of(&self, rule: &Rule) -> i64 {
        reached(&kind_of(rule), self.points, self.figures).points_thousandths
    }

    /// A value in its table or on its scale.
    fn measured(&self, measure: Measure, rule: &Rule) -> Step {
        let (found, needed) = match measure {
            Measure::Count { input } => (self.figures[input].map(|part| Share { part, whole: 1 }), vec![input]),
            Measure::Share { part, whole } => (share_of(self.figures[part], self.figures[whole]), vec![part, whole]),
        };
        let finding = match (found, rule) {
            (Some(found), Rule::Bands { bands, .. }) => {
                Finding::Band { found, band: bands.iter().rev().find(|band| passes(found, band)).copied() }
            }
            (Some(found), Rule::Linear { from, to, .. }) => {
                Finding::Scale { found, from: *from, to: *to, points_thousandths: self.points_of(rule) }
            }
            _ => match &needed[..] {
                [part, whole] => self.no_share(*part, *whole),
                _ => Finding::Missing(self.missing(&needed)),
            },
        };
        Step { part: None, finding, outcome: self.outcome }
    }

    fn step(&self, needed: &[usize], found: impl Fn(i64) -> Finding, rule: &Rule) -> Step {
        let missing = self.missing(needed);
        let finding = match (missing.is_empty(), self.figures[needed[0]]) {
            (true, Some(value)) => found(value),
            _ => Finding::Missing(missing),
        };
        Step { part: None, finding, outcome: met(rule, self.figures) }
    }

    fn count(&self, input: usize, relation: Relation, bound: i64, rule: &Rule) -> Step {
        self.step(&[input], |value| Finding::Count { value, relation, bound }, rule)
    }

    fn share(&self, part: usize, whole: usize, relation: Relation, bound: Share) -> Step {
        let asked = match relation {
            Relation::AtMost => ShareBound::AtMost(bound),
            Relation::AtLeast | Relation::Equal => ShareBound::AtLeast(bound),
        };
        let outcome = met(&Rule::Ratio { part, whole, bound: asked }, self.figures);
        let finding = match share_of(self.figures[part], self.figures[whole]) {
            Some(found) => Finding::Share { found, relation, bound },
            None => self.no_share(part, whole),
        };
        Step { part: None, finding, outcome }
    }

    /// Why two figures make no share.
    fn no_share(&self, part: usize, whole: usize) -> Finding {
        match (self.figures[part], self.figures[whole]) {
            (Some(_), Some(0)) => Finding::EmptyWhole(self.inputs[whole].label.clone()),
            (Some(part), Some(whole)) => Finding::Contradiction { part, whole },
            _ => Finding::Missing(self.missing(&[part, whole])),
        }
    }

    fn missing(&self, needed: &[usize]) -> Vec<Text> {
        needed.iter().filter(|at| self.figures[**at].is_none()).map(|at| self.inputs[*at].label.clone()).collect()
    }
}

fn asked_of(bound: ShareBound) -> (Relation, Share) {
    match bound {
        ShareBound::AtLeast(share) => (Relation::AtLeast, share),
        ShareBound::AtMost(share) => (Relation::AtMost, share),
    }
}

/// Whether a value lies in a step or beyond it.
fn passes(found: Share, band: &Band) -> bool {
    let left = i128::from(found.part) * i128::from(band.bound.whole);
    let right = i128::from(band.bound.part) * i128::from(found.whole);
    left > right || band.inclusive && left == right
}
