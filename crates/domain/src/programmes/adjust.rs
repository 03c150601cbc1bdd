//! Trying another number: which numbers of a set may be tried, and the set with one of them changed.
//!
//! The changed set is for questions only ("what if 70 % became 80 %?"): it is never installed, and a cycle stays
//! with the version it was opened with.

use super::{CriteriaSet, Rule, Share, ShareBound};
use crate::Refused;

/// A number of a set that may be tried differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// `c19.at_least`, `c04.recognised`, `min_met`.
    pub key: String,
    /// Place of the criterion it belongs to; none for the set as a whole.
    pub criterion: Option<usize>,
    /// As it stands: `70/100`, `12`.
    pub current: String,
}

/// Every number of a set that may be tried differently, in the order of the criteria.
pub fn parameters(set: &CriteriaSet) -> Vec<Parameter> {
    let mut found = Vec::new();
    if set.classes.len() == 1 {
        let current = set.recognition.min_met.to_string();
        found.push(Parameter { key: "min_met".to_owned(), criterion: None, current });
    }
    for (at, criterion) in set.criteria.iter().enumerate() {
        for (name, current) in numbers(&criterion.rule) {
            found.push(Parameter { key: format!("{}.{name}", criterion.id), criterion: Some(at), current });
        }
    }
    found
}

/// The numbers of a rule with their names.
fn numbers(rule: &Rule) -> Vec<(&'static str, String)> {
    let share = |share: &Share| format!("{}/{}", share.part, share.whole);
    match rule {
        Rule::Threshold { at_least, at_most, .. } => {
            let low = at_least.map(|bound| ("at_least", bound.to_string()));
            let high = at_most.map(|bound| ("at_most", bound.to_string()));
            low.into_iter().chain(high).collect()
        }
        Rule::Ratio { bound, .. } | Rule::YearOverYear { bound, .. } => match bound {
            ShareBound::AtLeast(bound) => vec![("at_least", share(bound))],
            ShareBound::AtMost(bound) => vec![("at_most", share(bound))],
        },
        Rule::Target { at_least, .. } => vec![("at_least", share(at_least))],
        Rule::Objects { at_least, .. } => vec![("at_least", at_least.to_string())],
        Rule::ChildrenShare { register, recognise, .. } => {
            vec![("registered", share(register)), ("recognised", share(recognise))]
        }
        _ => Vec::new(),
    }
}

/// The set with one number changed. Refused: no such number, or a value that cannot stand there.
pub fn adjusted(set: &CriteriaSet, key: &str, value: &str) -> Result<CriteriaSet, Refused> {
    let value = value.trim();
    let unknown = || Refused::new("programmes.unknown_parameter").with("key", key);
    let mut changed = set.clone();
    if key == "min_met" && set.classes.len() == 1 {
        let most = set.counted().count();
        let min_met = value.parse().ok().filter(|min_met| (1..=most).contains(min_met));
        let min_met = min_met.ok_or_else(|| bad(value, &format!("1–{most}")))?;
        changed.recognition.min_met = min_met;
        changed.classes[0].min_met = min_met;
        return Ok(changed);
    }
    let (id, name) = key.split_once('.').ok_or_else(unknown)?;
    let criterion = changed.criteria.iter_mut().find(|criterion| criterion.id == id).ok_or_else(unknown)?;
    if !numbers(&criterion.rule).iter().any(|(known, _)| *known == name) {
        return Err(unknown());
    }
    match (&mut criterion.rule, name) {
        (Rule::Threshold { at_least, .. }, "at_least") => *at_least = Some(count(value)?),
        (Rule::Threshold { at_most, .. }, "at_most") => *at_most = Some(count(value)?),
        (Rule::Objects { at_least, .. }, _) => *at_least = count(value)?.max(1),
        (Rule::Ratio { bound, .. }, _) => *bound = with_share(*bound, share(value, true)?),
        (Rule::YearOverYear { bound, .. }, _) => *bound = with_share(*bound, share(value, false)?),
        (Rule::Target { at_least, .. }, _) => *at_least = share(value, false)?,
        (Rule::ChildrenShare { register, .. }, "registered") => *register = share(value, true)?,
        (Rule::ChildrenShare { recognise, .. }, "recognised") => *recognise = share(value, true)?,
        _ => return Err(unknown()),
    }
    Ok(changed)
}

impl CriteriaSet {
    /// The set as it is for units of a group; none when there is no such group.
    pub fn for_units(&self, group: &str) -> Option<Self> {
        let group = self.unit_groups.iter().find(|known| known.id == group)?;
        let adjust = |set: Self, (key, value): &(String, String)| adjusted(&set, key, value).unwrap_or(set);
        Some(group.values.iter().fold(self.clone(), adjust))
    }
}

fn bad(value: &str, wanted: &str) -> Refused {
    Refused::new("programmes.bad_value").with("value", value).with("wanted", wanted)
}

fn count(value: &str) -> Result<i64, Refused> {
    let read = crate::text::parse_count(value).filter(|count| (0..=1_000_000_000).contains(count));
    read.ok_or_else(|| bad(value, "12"))
}

/// `80/100`, `80%` or `80 %`.
fn share(value: &str, of_a_whole: bool) -> Result<Share, Refused> {
    let read = match value.strip_suffix('%') {
        Some(per_cent) => per_cent.trim().parse().ok().map(|part| Share { part, whole: 100 }),
        None => value.split_once('/').and_then(|(part, whole)| {
            Some(Share { part: part.trim().parse().ok()?, whole: whole.trim().parse().ok()? })
        }),
    };
    let fits = |share: &Share| {
        (1..=1_000_000_000).contains(&share.whole)
            && (0..=1_000_000_000).contains(&share.part)
            && (!of_a_whole || share.part <= share.whole)
    };
    read.filter(fits).ok_or_else(|| bad(value, "80/100, 80%"))
}

fn with_share(bound: ShareBound, share: Share) -> ShareBound {
    match bound {
        ShareBound::AtLeast(_) => ShareBound::AtLeast(share),
        ShareBound::AtMost(_) => ShareBound::AtMost(share),
    }
}
