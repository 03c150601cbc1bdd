//! Made-up answers: figures that meet a criterion, or just miss it, as a person would type them.

use std::collections::BTreeMap;

use dienhinh_domain::programmes::{Criterion, Measure, Rule, Share, ShareBound};

/// Typed values that meet the criterion (or not), by input key; varied by `seed` (0 to 99).
pub(crate) fn typed(criterion: &Criterion, met: bool, seed: u64) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    if let Some(applies) = &criterion.applies {
        put(applies, criterion, true, 0, &mut values);
    }
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
        Rule::YearOverYear { current, previous, bound } => {
            let (ShareBound::AtLeast(share) | ShareBound::AtMost(share)) = bound;
            let worse = if matches!(bound, ShareBound::AtMost(_)) { 1 } else { -1 };
            set(*current, share.part * (2 + seed % 5) + if met { 0 } else { worse });
            set(*previous, share.whole * (2 + seed % 5));
        }
        Rule::Target { done, planned, at_least } => {
            set(*done, at_least.part * (2 + seed % 5) + if met { seed % 3 } else { -1 });
            set(*planned, at_least.whole * (2 + seed % 5));
        }
        Rule::Bands { measure, bands } => {
            let mut at = bands.iter().filter(|band| met == (band.points_thousandths >= criterion.met_at_thousandths));
            let bound = at.next_back().map_or(Share { part: 0, whole: 1 }, |band| band.bound);
            let exclusive = bands.iter().any(|band| band.bound == bound && !band.inclusive);
            measured(*measure, bound, i64::from(exclusive), &mut set);
        }
        Rule::Linear { measure, from, to } => measured(*measure, if met { *to } else { *from }, 0, &mut set),
        Rule::Each { input, each_thousandths } => {
            let most = criterion.points_thousandths / (*each_thousandths).max(1) + 1;
            set(*input, if met { most } else { 0 });
        }
        Rule::Deduction { input, .. } => set(*input, if met { 0 } else { 50 }),
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } | Rule::SubPoints { parts } => {
            for (at, part) in parts.iter().enumerate() {
                put(&part.rule, criterion, met || at > 0, seed, values);
            }
        }
        Rule::ChildrenShare { .. } | Rule::OtherProgramme { .. } => {}
    }
}

/// Figures that make a value; a share is written over a hundred times its bound, so that one more is little.
fn measured(measure: Measure, bound: Share, more: i64, set: &mut impl FnMut(usize, i64)) {
    match measure {
        Measure::Count { input } => set(input, bound.part + more),
        Measure::Share { part, whole } => {
            set(part, bound.part * 100 + more);
            set(whole, bound.whole * 100);
        }
    }
}
