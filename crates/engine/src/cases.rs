//! Running the worked examples of a pack: what a set promises about itself.

use std::collections::BTreeMap;

use dienhinh_domain::programmes::{
    Case, CriteriaSet, Criterion, Measure, Problem, Rest, Rule, Share, ShareBound, Text,
};

use crate::{Inputs, Language, Plan, Totals, compile::Place, explain, score, standings};

/// Runs every case and names each expectation that is not met, with the line of its case. A set that does not
/// compile is named as such. Cases of one parent stand together for quotas and ranks; a case without one is alone.
pub fn run_cases(set: &CriteriaSet, cases: &[Case]) -> Vec<Problem> {
    let plan = match Plan::compile(set) {
        Ok(plan) => plan,
        Err(problems) => return problems,
    };
    let mut problems = Vec::new();
    let mut siblings: BTreeMap<&str, Vec<(Failed, Totals)>> = BTreeMap::new();
    for case in cases {
        let mut failed = Failed { case, problems: Vec::new() };
        let Some(totals) = run_of_group(set, &plan, &mut failed) else {
            problems.extend(failed.problems);
            continue;
        };
        match &case.parent {
            Some(parent) => siblings.entry(parent).or_default().push((failed, totals)),
            None => problems.extend(stand(&plan, vec![(failed, totals)])),
        }
    }
    problems.extend(siblings.into_values().flat_map(|units| stand(&plan, units)));
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// A case with the numbers of its group of units; none where there is no such group.
fn run_of_group(set: &CriteriaSet, plan: &Plan, failed: &mut Failed) -> Option<Totals> {
    let Some(group) = &failed.case.unit_group else { return Some(run(plan, failed)) };
    match set.for_units(group).map(|set| Plan::compile(&set)) {
        Some(Ok(plan)) => Some(run(&plan, failed)),
        Some(Err(problems)) => {
            failed.problems.extend(problems);
            None
        }
        None => {
            let known: Vec<&str> = set.unit_groups.iter().map(|group| group.id.as_str()).collect();
            failed.expected("unit_group", &known.join(", "), group);
            None
        }
    }
}

/// How the units of one parent stand among each other.
fn stand(plan: &Plan, units: Vec<(Failed, Totals)>) -> Vec<Problem> {
    let totals: Vec<Totals> = units.iter().map(|(_, totals)| *totals).collect();
    let standings = standings(plan, &totals);
    let mut problems = Vec::new();
    for ((mut failed, _), standing) in units.into_iter().zip(standings) {
        let rank = standing.rank.map_or("open".to_owned(), |rank| rank.to_string());
        failed.compare("rank", failed.case.rank.map(|rank| rank.to_string()).as_deref(), &rank);
        failed.compare("final_class", failed.case.final_class.as_deref(), class_word(plan, standing.class));
        problems.extend(failed.problems);
    }
    problems
}

fn class_word(plan: &Plan, class: Option<usize>) -> &str {
    match class {
        None => "open",
        Some(0) => "none",
        Some(class) => &plan.class_ids[class - 1],
    }
}

fn run(plan: &Plan, failed: &mut Failed) -> Totals {
    let case = failed.case;
    let mut figures: BTreeMap<String, i64> = BTreeMap::new();
    if case.rest == Rest::Met {
        for (criterion, place) in plan.criteria().iter().zip(&plan.places) {
            if !criterion.inputs.iter().any(|input| case.inputs.contains_key(&input.key)) {
                let is_penalty = matches!(place, Place::Extra(extra) if plan.program.extras[*extra].is_penalty);
                figures.extend(just_met(criterion, is_penalty));
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
    for (id, expected) in &case.says {
        let found = plan.criterion(id).map(|at| explain(plan, &inputs, at, 0).sentence(Language::Vi));
        failed.compare("says", Some(expected.as_str()), &found.unwrap_or_default());
    }
    let totals = &scores.totals[0];
    let number = |wanted: Option<usize>| wanted.map(|wanted| wanted.to_string());
    failed.compare("met", number(case.met).as_deref(), &totals.met.to_string());
    failed.compare("unmet", number(case.unmet).as_deref(), &totals.unmet.to_string());
    failed.compare("no_data", number(case.no_data).as_deref(), &totals.no_data.to_string());
    failed.compare("not_applicable", number(case.not_applicable).as_deref(), &totals.not_applicable.to_string());
    failed.compare("points", case.points.as_deref(), &decimal(totals.points_thousandths));
    failed.compare("class", case.class.as_deref(), class_word(plan, totals.class));
    let recognised = match totals.recognised {
        Some(false) if totals.is_deferred => "deferred",
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    };
    failed.compare("recognised", case.recognised.as_deref(), recognised);
    *totals
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

/// Figures that just meet a criterion: the bound itself where there is one. A penalty is met when none is due,
/// which counted things alone can say.
fn just_met(criterion: &Criterion, is_penalty: bool) -> Vec<(String, i64)> {
    if is_penalty {
        let Rule::Each { input, .. } = criterion.rule else { return Vec::new() };
        return vec![(criterion.inputs[input].key.clone(), 0)];
    }
    let mut figures = Vec::new();
    meet(&criterion.rule, criterion, criterion.points_thousandths, &mut figures);
    if let Some(applies) = &criterion.applies {
        meet(applies, criterion, 0, &mut figures);
    }
    figures
}

fn meet(rule: &Rule, criterion: &Criterion, points: i64, figures: &mut Vec<(String, i64)>) {
    let mut put = |input: usize, value: i64| figures.push((criterion.inputs[input].key.clone(), value));
    let mut measured = |measure: Measure, bound: Share, more: i64| match measure {
        Measure::Count { input } => put(input, bound.part + more),
        // A hundred times the bound leaves room for one more.
        Measure::Share { part, whole } => {
            put(part, bound.part * 100 + more);
            put(whole, bound.whole * 100);
        }
    };
    match rule {
        Rule::Judgement { input } | Rule::OtherProgramme { input } => put(*input, 1),
        Rule::Zero { input } | Rule::Deduction { input, .. } => put(*input, 0),
        Rule::Objects { input, at_least } => put(*input, *at_least),
        Rule::Threshold { input, at_least, at_most } => put(*input, at_least.or(*at_most).unwrap_or_default()),
        Rule::Ratio { part: first, whole: second, bound }
        | Rule::YearOverYear { current: first, previous: second, bound } => {
            let (ShareBound::AtLeast(share) | ShareBound::AtMost(share)) = bound;
            put(*first, share.part);
            put(*second, share.whole);
        }
        Rule::Target { done, planned, at_least } => {
            put(*done, at_least.part);
            put(*planned, at_least.whole);
        }
        Rule::Bands { measure, bands } => {
            let best = bands.iter().max_by_key(|band| band.points_thousandths);
            if let Some(band) = best {
                measured(*measure, band.bound, i64::from(!band.inclusive));
            }
        }
        Rule::Linear { measure, to, .. } => measured(*measure, *to, 0),
        Rule::ChildrenShare { counts, .. } => {
            for input in counts.iter().flat_map(|count| [count.total, count.registered, count.recognised]) {
                put(input, 10);
            }
        }
        Rule::Each { input, each_thousandths } => {
            put(*input, (points + each_thousandths - 1) / each_thousandths);
        }
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } | Rule::SubPoints { parts } => {
            for part in parts {
                meet(&part.rule, criterion, part.points_thousandths, figures);
            }
        }
    }
}

/// Thousandths as a pack writes them: `96`, `95.5`.
fn decimal(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
