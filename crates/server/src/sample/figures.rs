//! Made-up answers: figures that meet a criterion, or just miss it, as a person would type them.

use std::collections::BTreeMap;

use dienhinh_domain::programmes::{Criterion, Rule, ShareBound};

/// Typed values that meet the criterion (or not), by input key; varied by `seed` (0 to 99).
pub(super) fn typed(criterion: &Criterion, met: bool, seed: u64) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    put(&criterion.rule, criterion, met, i64::try_from(seed).unwrap_or_default(), &mut values);
    values
}

fn put(rule: &Rule, criterion: &Criterion, met: bool, seed: i64, values: &mut BTreeMap<String, String>) {
    let mut set = |input: usize, value: i64| {
        values.insert(criterion.inputs[input].key.clone(), value.to_string());
    };
    match rule {
        Rule::Judgement { input } => set(*input, i64::from(met)),
        Rule::Zero { input } => set(*input, if met { 0 } else { 1 + seed % 2 }),
        Rule::Objects { input, at_least } => set(*input, if met { at_least + seed % 3 } else { at_least - 1 }),
        Rule::Threshold { input, at_least, at_most } => {
            let value = match (at_least, at_most) {
                (Some(low), _) if met => low + at_most.map_or(seed % 5, |high| (high - low).min(seed % 5)),
                (Some(low), _) => (low - 1).max(0),
                (None, Some(high)) => high + i64::from(!met),
                (None, None) => 0,
            };
            set(*input, value);
        }
        Rule::Ratio { part, whole, bound } => {
            let (ShareBound::AtLeast(share) | ShareBound::AtMost(share)) = bound;
            let all = share.whole * (2 + seed % 17);
            let edge = share.part * (2 + seed % 17);
            let value = match bound {
                ShareBound::AtLeast(_) if met => (edge + seed % 7).min(all),
                ShareBound::AtLeast(_) => edge - 1,
                ShareBound::AtMost(_) if met => edge,
                ShareBound::AtMost(_) => edge + 1,
            };
            set(*part, value);
            set(*whole, all);
        }
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } => {
            for (at, part) in parts.iter().enumerate() {
                put(&part.rule, criterion, met || at > 0, seed, values);
            }
        }
        Rule::ChildrenShare { .. } => {}
    }
}
