//! Why a criterion came out as it did: input, rule, computed comparison, outcome.
//!
//! Built on demand for one row from the same plan that scored it; never in the batch path. The words are in
//! [`crate::words`].

use dienhinh_domain::programmes::{Input, Part, Rule, Share, ShareBound, Text};

use crate::{
    Inputs, Outcome, Plan,
    score::{evaluate, share_of},
};

/// The reasons for one criterion of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// How it came out.
    pub outcome: Outcome,
    /// Points reached, in thousandths; none without an outcome or where the criterion gives none.
    pub points_thousandths: Option<i64>,
    /// Each figure that went in.
    pub inputs: Vec<(Input, Option<i64>)>,
    /// The comparisons; one for a simple rule, one a part for the others.
    pub steps: Vec<Step>,
    /// For rules with parts: how many parts are met, out of how many, and how many are needed.
    pub parts: Option<PartCount>,
}

/// How the parts of a rule stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartCount {
    /// Parts met.
    pub met: usize,
    /// All parts.
    pub of: usize,
    /// Parts needed.
    pub need: usize,
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
    let figures = inputs.of_criterion(plan, criterion, row);
    let outcome = evaluate(&rule.rule, &figures);
    let view = View { inputs: &rule.inputs, figures: &figures };
    let (steps, parts) = match &rule.rule {
        Rule::AllOf { parts } => view.of_parts(parts, parts.len()),
        Rule::NOfM { need, parts } => view.of_parts(parts, *need),
        simple => (view.of_rule(simple), None),
    };
    let points = match outcome {
        Outcome::Met => Some(rule.points_thousandths),
        Outcome::Unmet => Some(0),
        Outcome::NoData => None,
    };
    Explanation {
        outcome,
        points_thousandths: points.filter(|_| rule.points_thousandths > 0),
        steps,
        parts,
        inputs: rule.inputs.iter().cloned().zip(figures).collect(),
    }
}

/// One criterion's inputs with their figures.
struct View<'a> {
    inputs: &'a [Input],
    figures: &'a [Option<i64>],
}

impl View<'_> {
    fn of_parts(&self, parts: &[Part], need: usize) -> (Vec<Step>, Option<PartCount>) {
        let mut steps = Vec::new();
        for part in parts {
            let named = |step| Step { part: Some((part.id.clone(), part.text.clone())), ..step };
            steps.extend(self.of_rule(&part.rule).into_iter().map(named));
        }
        let met = parts.iter().filter(|part| evaluate(&part.rule, self.figures) == Outcome::Met).count();
        (steps, Some(PartCount { met, of: parts.len(), need }))
    }

    /// The comparisons of a rule without parts.
    fn of_rule(&self, rule: &Rule) -> Vec<Step> {
        match rule {
            Rule::Judgement { input } => vec![self.step(&[*input], |_| Finding::Judged, rule)],
            Rule::Zero { input } => vec![self.count(*input, Relation::Equal, 0, rule)],
            Rule::Objects { input, at_least } => vec![self.count(*input, Relation::AtLeast, *at_least, rule)],
            Rule::Threshold { input, at_least, at_most } => {
                let bounds = [(Relation::AtLeast, *at_least), (Relation::AtMost, *at_most)];
                let asked = bounds.into_iter().filter_map(|(relation, bound)| Some((relation, bound?)));
                asked.map(|(relation, bound)| self.count(*input, relation, bound, rule)).collect()
            }
            Rule::Ratio { part, whole, bound } => {
                let (relation, bound) = match bound {
                    ShareBound::AtLeast(bound) => (Relation::AtLeast, *bound),
                    ShareBound::AtMost(bound) => (Relation::AtMost, *bound),
                };
                vec![self.share(*part, *whole, relation, bound)]
            }
            Rule::ChildrenShare { total, registered, recognised, register, recognise } => vec![
                self.share(*registered, *total, Relation::AtLeast, *register),
                self.share(*recognised, *total, Relation::AtLeast, *recognise),
            ],
            // Parts have no parts: the reader of packs refuses them.
            Rule::AllOf { .. } | Rule::NOfM { .. } => Vec::new(),
        }
    }

    fn step(&self, needed: &[usize], found: impl Fn(i64) -> Finding, rule: &Rule) -> Step {
        let missing = self.missing(needed);
        let finding = match (missing.is_empty(), self.figures[needed[0]]) {
            (true, Some(value)) => found(value),
            _ => Finding::Missing(missing),
        };
        Step { part: None, finding, outcome: evaluate(rule, self.figures) }
    }

    fn count(&self, input: usize, relation: Relation, bound: i64, rule: &Rule) -> Step {
        self.step(&[input], |value| Finding::Count { value, relation, bound }, rule)
    }

    fn share(&self, part: usize, whole: usize, relation: Relation, bound: Share) -> Step {
        let asked = match relation {
            Relation::AtMost => ShareBound::AtMost(bound),
            Relation::AtLeast | Relation::Equal => ShareBound::AtLeast(bound),
        };
        let outcome = evaluate(&Rule::Ratio { part, whole, bound: asked }, self.figures);
        let finding = match (self.figures[part], self.figures[whole], share_of(self.figures[part], self.figures[whole]))
        {
            (.., Some(found)) => Finding::Share { found, relation, bound },
            (Some(_), Some(0), None) => Finding::EmptyWhole(self.inputs[whole].label.clone()),
            (Some(part), Some(whole), None) => Finding::Contradiction { part, whole },
            _ => Finding::Missing(self.missing(&[part, whole])),
        };
        Step { part: None, finding, outcome }
    }

    fn missing(&self, needed: &[usize]) -> Vec<Text> {
        needed.iter().filter(|at| self.figures[**at].is_none()).map(|at| self.inputs[*at].label.clone()).collect()
    }
}
