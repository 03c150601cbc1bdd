//! What differs between two explanations of one criterion: self-assessed and appraised, this year and last, one
//! version of a set and another.

use dienhinh_domain::{
    programmes::{Criterion, Text},
    text::{format_count, format_thousandths},
};

use crate::{Explanation, Language, Outcome, rule_in_words, words::outcome_words};

/// A criterion with the reasons for how it came out.
pub type Explained<'a> = (&'a Criterion, &'a Explanation);

/// A figure that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureChange {
    /// Its key without the criterion's id, which may be another one in another version; empty for the only figure.
    pub key: String,
    /// What is counted, as the right side has it, or the left one where that has no such figure.
    pub label: Text,
    /// On the left; none where there is no data, or no such figure.
    pub left: Option<i64>,
    /// On the right.
    pub right: Option<i64>,
}

/// What differs; empty where nothing does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Figures.
    pub figures: Vec<FigureChange>,
    /// What is asked, in both languages, left and right.
    pub rule: Option<(Text, Text)>,
    /// How it came out.
    pub outcome: Option<(Outcome, Outcome)>,
    /// Points, in thousandths; none where there are none.
    pub points_thousandths: Option<(Option<i64>, Option<i64>)>,
}

/// Compares two explanations.
pub fn difference(left: Explained<'_>, right: Explained<'_>) -> Difference {
    let (of_left, of_right) = (figures(left), figures(right));
    let mut changed = Vec::new();
    for (key, label, value) in &of_right {
        let before = of_left.iter().find(|(other, ..)| other == key).and_then(|(.., value)| *value);
        if before != *value {
            changed.push(FigureChange { key: key.clone(), label: (*label).clone(), left: before, right: *value });
        }
    }
    for (key, label, value) in of_left {
        if value.is_some() && !of_right.iter().any(|(other, ..)| *other == key) {
            changed.push(FigureChange { key, label: label.clone(), left: value, right: None });
        }
    }
    let asked = |(criterion, _): Explained<'_>| Text {
        vi: rule_in_words(criterion, Language::Vi),
        en: rule_in_words(criterion, Language::En),
    };
    let unlike = |left: Text, right: Text| (left != right).then_some((left, right));
    let (one, other) = (left.1, right.1);
    let points = (one.points_thousandths, other.points_thousandths);
    Difference {
        figures: changed,
        rule: unlike(asked(left), asked(right)),
        outcome: (one.outcome != other.outcome).then_some((one.outcome, other.outcome)),
        points_thousandths: (points.0 != points.1).then_some(points),
    }
}

/// The figures of one side with their keys inside the criterion.
fn figures((criterion, explanation): Explained<'_>) -> Vec<(String, &Text, Option<i64>)> {
    let inside = |key: &str| {
        let rest = key.strip_prefix(&criterion.id).unwrap_or(key);
        rest.trim_start_matches('.').to_owned()
    };
    explanation.inputs.iter().map(|(input, value)| (inside(&input.key), &input.label, *value)).collect()
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What differs, in a sentence; empty where nothing does.
    pub fn sentence(&self, language: Language) -> String {
        let value = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), format_count);
        let figure = |change: &FigureChange| {
            format!("{}: {} → {}", language.of(&change.label), value(change.left), value(change.right))
        };
        let mut said: Vec<String> = self.figures.iter().map(figure).collect();
        if let Some((left, right)) = &self.rule {
            let asked = |rule: &Text| language.of(rule).trim_end_matches('.').to_owned();
            said.push(format!("{} {} → {}", language.pick("yêu cầu:", "asked:"), asked(left), asked(right)));
        }
        if let Some((left, right)) = self.outcome {
            said.push(format!("{} → {}", outcome_words(left, language), outcome_words(right, language)));
        }
        if let Some((left, right)) = self.points_thousandths {
            let points =
                |points: Option<i64>| points.map_or_else(|| "–".to_owned(), |points| format_thousandths(points, 1));
            said.push(format!("{} → {} {}", points(left), points(right), language.pick("điểm", "points")));
        }
        if said.is_empty() { String::new() } else { said.join("; ") + "." }
    }
}
