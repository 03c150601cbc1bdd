//! Running the worked examples of a pack: what a set promises about itself.

use std::collections::BTreeMap;

use dienhinh_domain::programmes::{Case, Criterion, Problem, Rest, Rule, ShareBound, Text};

use crate::{Inputs, Outcome, Plan, score};

/// Runs every case and names each expectation that is not met, with the line of its case.
pub fn run_cases(plan: &Plan, cases: &[Case]) -> Vec<Problem> {
    cases.iter().flat_map(|case| run(plan, case)).collect()
}

fn run(plan: &Plan, case: &Case) -> Vec<Problem> {
    let mut failed = Failed { case, problems: Vec::new() };
    let mut figures: BTreeMap<String, i64> = BTreeMap::new();
    if case.rest == Rest::Met {
        for criterion in plan.criteria() {
            if !criterion.inputs.iter().any(|input| case.inputs.contains_key(&input.key)) {
                figures.extend(just_met(criterion));
            }
        }
    }
    figures.extend(case.inputs.iter().map(|(key, value)| (key.clone(), *value)));
    let mut inputs = Inputs::empty(plan, 1);
    for (key, value) in &figures {
        if let Err(bad) = inputs.set(plan, 0, key, Some(*value)) {
            failed.expected("inputs", &format!("{key} = {value}"), &format!("{bad:?}"));
        }
    }
    let scores = score(plan, &inputs);
    for (id, expected) in &case.outcomes {
        let found = plan.criterion(id).map(|at| scores.outcomes[at][0].code());
        failed.compare(id, Some(expected.as_str()), found.unwrap_or("–"));
    }
    let totals = &scores.totals[0];
    let number = |wanted: Option<usize>| wanted.map(|wanted| wanted.to_string());
    failed.compare("met", number(case.met).as_deref(), &totals.met.to_string());
    failed.compare("unmet", number(case.unmet).as_deref(), &totals.unmet.to_string());
    failed.compare("no_data", number(case.no_data).as_deref(), &totals.no_data.to_string());
    failed.compare("points", case.points.as_deref(), &decimal(totals.points_thousandths));
    let recognised = match Outcome::from(totals.recognised) {
        Outcome::Met => "yes",
        Outcome::Unmet => "no",
        Outcome::NoData => "open",
    };
    failed.compare("recognised", case.recognised.as_deref(), recognised);
    failed.problems
}

struct Failed<'a> {
    case: &'a Case,
    problems: Vec<Problem>,
}

impl Failed<'_> {
    fn compare(&mut self, what: &str, expected: Option<&str>, found: &str) {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            self.expected(what, expected, found);
        }
    }

    fn expected(&mut self, what: &str, expected: &str, found: &str) {
        let name = &self.case.name;
        self.problems.push(Problem {
            line: Some(self.case.line),
            what: Text {
                vi: format!("“{name}”: {what} phải là {expected}, tính ra {found}"),
                en: format!("`{name}`: {what} should be {expected}, computed {found}"),
            },
        });
    }
}

/// Figures that just meet a criterion: the bound itself where there is one.
fn just_met(criterion: &Criterion) -> Vec<(String, i64)> {
    let mut figures = Vec::new();
    meet(&criterion.rule, criterion, &mut figures);
    figures
}

fn meet(rule: &Rule, criterion: &Criterion, figures: &mut Vec<(String, i64)>) {
    let mut put = |input: usize, value: i64| figures.push((criterion.inputs[input].key.clone(), value));
    match rule {
        Rule::Judgement { input } => put(*input, 1),
        Rule::Zero { input } => put(*input, 0),
        Rule::Objects { input, at_least } => put(*input, *at_least),
        Rule::Threshold { input, at_least, at_most } => put(*input, at_least.or(*at_most).unwrap_or_default()),
        Rule::Ratio { part, whole, bound } => {
            let (ShareBound::AtLeast(share) | ShareBound::AtMost(share)) = bound;
            put(*part, share.part);
            put(*whole, share.whole);
        }
        Rule::ChildrenShare { total, registered, recognised, .. } => {
            for input in [*total, *registered, *recognised] {
                put(input, 10);
            }
        }
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } => {
            for part in parts {
                meet(&part.rule, criterion, figures);
            }
        }
    }
}

/// Thousandths as a pack writes them: `96`, `95.5`.
fn decimal(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
