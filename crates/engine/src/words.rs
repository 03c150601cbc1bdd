//! Rules and explanations as sentences, in Vietnamese and English: the same words on the page, in the API and
//! on paper.

use dienhinh_domain::{
    programmes::{Band, Criterion, Measure, Part, Rule, Share, ShareBound, Text},
    text::{format_count, format_share, format_thousandths},
};

use crate::{
    Explanation, Outcome, Step,
    explain::{Finding, Relation},
};

/// The language of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt.
    Vi,
    /// English.
    En,
}

impl Language {
    pub(crate) fn of(self, text: &Text) -> &str {
        self.pick(&text.vi, &text.en)
    }

    pub(crate) fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

/// What a criterion's rule asks, in a sentence.
pub fn rule_in_words(criterion: &Criterion, language: Language) -> String {
    let asked = rule_words(&criterion.rule, criterion, language);
    let asked = match &criterion.applies {
        Some(applies) => {
            let condition = rule_words(applies, criterion, language);
            format!("{} {}: {asked}", language.pick("chỉ áp dụng khi", "only where"), lower(&condition))
        }
        None => asked,
    };
    let mut letters = asked.chars();
    let capital = letters.next().map(char::to_uppercase).into_iter().flatten();
    format!("{}.", capital.chain(letters).collect::<String>())
}

fn rule_words(rule: &Rule, criterion: &Criterion, language: Language) -> String {
    let label = |input: usize| language.of(&criterion.inputs[input].label);
    let (vi, en) = match rule {
        Rule::Judgement { .. } => ("đánh giá đạt hoặc chưa đạt".to_owned(), "judged as met or not met".to_owned()),
        Rule::Threshold { input, at_least, at_most } => {
            let bounds = bounds(*at_least, *at_most, language);
            return format!("{}: {bounds}", label(*input));
        }
        Rule::Ratio { part, whole, bound } => {
            let (vi, en, bound) = match bound {
                ShareBound::AtLeast(bound) => ("ít nhất", "at least", bound),
                ShareBound::AtMost(bound) => ("không quá", "at most", bound),
            };
            let bound = share(*bound);
            (
                format!("{} trên {}: {vi} {bound}", label(*part), lower(label(*whole))),
                format!("{} out of {}: {en} {bound}", label(*part), lower(label(*whole))),
            )
        }
        Rule::Zero { input } => (format!("{} bằng 0", label(*input)), format!("{}: none", label(*input))),
        Rule::Objects { input, at_least } => {
            let bounds = bounds(Some(*at_least), None, language);
            return format!("{}: {bounds}", label(*input));
        }
        Rule::ChildrenShare { counts, register, recognise } => {
            let (register, recognise) = (share(*register), share(*recognise));
            let (vi, en) = match counts.len() {
                1 => ("tính chung các loại đơn vị", "all kinds together"),
                _ => ("tính riêng từng loại đơn vị", "each kind by itself"),
            };
            (
                format!("ít nhất {register} đơn vị trực thuộc đăng ký và ít nhất {recognise} được công nhận, {vi}"),
                format!(
                    "at least {register} of the units below register and at least {recognise} are recognised, {en}"
                ),
            )
        }
        Rule::AllOf { parts } => {
            let list = parts_in_words(parts, language);
            (format!("đạt cả {} nội dung: {list}", parts.len()), format!("all {} parts are met: {list}", parts.len()))
        }
        Rule::NOfM { need, parts } => {
            let list = parts_in_words(parts, language);
            (
                format!("đạt ít nhất {need} trong {} nội dung: {list}", parts.len()),
                format!("at least {need} of {} parts are met: {list}", parts.len()),
            )
        }
        degrees => return degree_words(degrees, criterion, language),
    };
    language.pick(&vi, &en).to_owned()
}

/// The rules that give points by degrees or read another year or programme.
fn degree_words(rule: &Rule, criterion: &Criterion, language: Language) -> String {
    let label = |input: usize| language.of(&criterion.inputs[input].label);
    let (vi, en) = match rule {
        Rule::YearOverYear { current, previous, bound } => {
            let (vi, en, bound) = match bound {
                ShareBound::AtLeast(bound) => ("ít nhất bằng", "at least", bound),
                ShareBound::AtMost(bound) => ("không quá", "at most", bound),
            };
            let bound = share(*bound);
            (
                format!("{}: {vi} {bound} {}", label(*current), lower(label(*previous))),
                format!("{}: {en} {bound} of {}", label(*current), lower(label(*previous))),
            )
        }
        Rule::Target { done, planned, at_least } => {
            let (done, planned, at_least) = (label(*done), lower(label(*planned)), share(*at_least));
            (
                format!("{done}: đạt ít nhất {at_least} {planned}"),
                format!("{done}: at least {at_least} of {planned} is reached"),
            )
        }
        Rule::Bands { measure, bands } => {
            let list = bands.iter().map(|band| band_words(band, language)).collect::<Vec<_>>().join("; ");
            return format!("{}: {list}", measure_words(*measure, criterion, language));
        }
        Rule::Linear { measure, from, to } => {
            let (from, to) = (share(*from), share(*to));
            let measure = measure_words(*measure, criterion, language);
            (
                format!("{measure}: điểm tăng đều từ mức {from} đến mức {to}"),
                format!("{measure}: points in proportion from {from} to {to}"),
            )
        }
        Rule::Deduction { input, each_thousandths, floor_thousandths } => {
            let (each, floor) = (format_thousandths(*each_thousandths, 1), format_thousandths(*floor_thousandths, 1));
            (
                format!("{}: mỗi lần trừ {each} điểm, còn ít nhất {floor} điểm", label(*input)),
                format!("{}: {each} points off for each, {floor} are left at least", label(*input)),
            )
        }
        Rule::Each { input, each_thousandths } => {
            let each = format_thousandths(*each_thousandths, 1);
            (
                format!("{}: mỗi đơn vị đếm được {each} điểm", label(*input)),
                format!("{}: {each} points for each", label(*input)),
            )
        }
        Rule::OtherProgramme { .. } => (
            "lấy kết quả của chính đơn vị trong chương trình khác, cùng năm".to_owned(),
            "the unit's own result in another programme of the same year".to_owned(),
        ),
        Rule::SubPoints { parts } => {
            let one = |part: &Part| {
                let points = format_thousandths(part.points_thousandths, 1);
                let text = language.of(&part.text).trim_end_matches(['.', ';']);
                format!("{}) {text}: {points}", part.id)
            };
            let list = parts.iter().map(one).collect::<Vec<_>>().join("; ");
            (format!("cộng điểm các nội dung: {list}"), format!("points of the parts together: {list}"))
        }
        _ => (String::new(), String::new()),
    };
    language.pick(&vi, &en).to_owned()
}

fn parts_in_words(parts: &[Part], language: Language) -> String {
    let one = |part: &Part| format!("{}) {}", part.id, language.of(&part.text).trim_end_matches(['.', ';']));
    parts.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn bounds(at_least: Option<i64>, at_most: Option<i64>, language: Language) -> String {
    match (at_least, at_most) {
        (Some(low), Some(high)) => {
            format!("{} {}–{}", language.pick("từ", "from"), format_count(low), format_count(high))
        }
        (Some(low), None) => format!("{} {}", language.pick("ít nhất", "at least"), format_count(low)),
        (None, Some(high)) => format!("{} {}", language.pick("không quá", "at most"), format_count(high)),
        (None, None) => String::new(),
    }
}

/// `70/100` reads as `70%`, a count as itself; any other share stays as it is written.
fn share(share: Share) -> String {
    match share.whole {
        1 => format_count(share.part),
        100 => format!("{}%", share.part),
        _ => format!("{}/{}", share.part, share.whole),
    }
}

fn measure_words(measure: Measure, criterion: &Criterion, language: Language) -> String {
    let label = |input: usize| language.of(&criterion.inputs[input].label);
    match measure {
        Measure::Count { input } => label(input).to_owned(),
        Measure::Share { part, whole } => {
            let between = language.pick("trên", "out of");
            format!("{} {between} {}", label(part), lower(label(whole)))
        }
    }
}

/// `từ 95%: 3,0 điểm`; the bound belongs to the step or does not, and the words say so.
fn band_words(band: &Band, language: Language) -> String {
    let from = if band.inclusive { language.pick("từ", "from") } else { language.pick("trên", "above") };
    let points = format_thousandths(band.points_thousandths, 1);
    format!("{from} {}: {points} {}", share(band.bound), language.pick("điểm", "points"))
}

fn lower(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(char::to_lowercase).into_iter().flatten().chain(letters).collect()
}

impl Explanation {
    /// The reasons in one or more sentences: comparison, outcome, points.
    pub fn sentence(&self, language: Language) -> String {
        let found = match self.parts {
            Some(parts) => {
                let open = self.steps.iter().filter(|step| step.outcome != Outcome::Met);
                let open: Vec<String> = open.map(|step| step.words(language)).collect();
                let head = match (language, parts.need) {
                    (Language::Vi, Some(need)) => format!("Đạt {}/{} nội dung, cần {need}", parts.met, parts.of),
                    (Language::En, Some(need)) => format!("{} of {} parts met, {need} needed", parts.met, parts.of),
                    (Language::Vi, None) => format!("Đạt đủ {}/{} nội dung", parts.met, parts.of),
                    (Language::En, None) => format!("{} of {} parts in full", parts.met, parts.of),
                };
                if open.is_empty() { head } else { format!("{head} ({})", open.join("; ")) }
            }
            None => self.steps.iter().map(|step| step.words(language)).collect::<Vec<_>>().join("; "),
        };
        let outcome = outcome_words(self.outcome, language);
        let points = self.points_thousandths.map_or_else(String::new, |points| {
            let points = format_thousandths(points, 1);
            format!(", {}", language.pick(&format!("{points} điểm"), &format!("{points} points")))
        });
        if let (Outcome::NotApplicable, Some(applies)) = (self.outcome, &self.applies) {
            return format!("{}: {outcome}{points}.", applies.words(language));
        }
        match &self.steps[..] {
            // Whether it applies is not known yet: that comes first.
            _ if self.applies.as_ref().is_some_and(|applies| applies.outcome == Outcome::NoData) => {
                let applies = self.applies.as_ref().map_or_else(String::new, |applies| applies.words(language));
                format!("{applies}: {outcome}.")
            }
            [Step { finding: Finding::Judged, .. }] => {
                format!("{}: {outcome}{points}.", language.pick("Đánh giá", "Judged"))
            }
            _ => format!("{found}: {outcome}{points}."),
        }
    }

    /// The figures in short, for beside a field: `18/25 · 72%`; empty for a judgement and without figures.
    pub fn figures(&self) -> String {
        let shares: Vec<String> = self.steps.iter().filter_map(Step::figures).collect();
        if let Some(parts) = self.parts {
            return if shares.is_empty() { String::new() } else { format!("{}/{}", parts.met, parts.of) };
        }
        shares.join("; ")
    }
}

impl Step {
    fn figures(&self) -> Option<String> {
        match &self.finding {
            Finding::Count { value, .. } => Some(format_count(*value)),
            Finding::Band { found, .. } | Finding::Scale { found, .. } if found.whole == 1 => {
                Some(format_count(found.part))
            }
            Finding::Share { found: Share { part, whole }, .. }
            | Finding::Target { done: part, planned: whole, .. }
            | Finding::Band { found: Share { part, whole }, .. }
            | Finding::Scale { found: Share { part, whole }, .. } => {
                let per_cent = format_share(*part, *whole)?;
                Some(format!("{}/{} · {per_cent}", format_count(*part), format_count(*whole)))
            }
            Finding::Deducted { count, .. } | Finding::Awarded { count, .. } => Some(format_count(*count)),
            Finding::Judged | Finding::Missing(_) | Finding::Contradiction { .. } | Finding::EmptyWhole(_) => None,
        }
    }

    fn words(&self, language: Language) -> String {
        let found = self.finding.words(language);
        match &self.part {
            Some((id, _)) => format!("{id}) {found}"),
            None => found,
        }
    }
}

impl Finding {
    /// The comparison as it was computed.
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::Judged => language.pick("có đánh giá", "judged").to_owned(),
            Self::Count { value, relation, bound } => {
                let sign = sign(i128::from(*value), i128::from(*bound), *relation);
                format!("{} {sign} {}", format_count(*value), format_count(*bound))
            }
            Self::Target { done, planned, at_least } => {
                let found = Share { part: *done, whole: *planned };
                let compared = Self::Share { found, relation: Relation::AtLeast, bound: *at_least }.words(language);
                // 11 against 4 reaches 275 % of the target; it exceeds the target by 175 %.
                let reached = format_share(*done, *planned);
                let reached = reached.map(|share| format!(" ({} {share})", language.pick("bằng", "reached:")));
                compared + &reached.unwrap_or_default()
            }
            Self::Share { found, relation, bound } => {
                let left = i128::from(found.part) * i128::from(bound.whole);
                let right = i128::from(bound.part) * i128::from(found.whole);
                let sign = sign(left, right, *relation);
                let [part, whole, bound_part, bound_whole] =
                    [found.part, found.whole, bound.part, bound.whole].map(format_count);
                format!("{part} × {bound_whole} {sign} {bound_part} × {whole}")
            }
            Self::Band { found, band: Some(band) } => format!("{}, {}", share(*found), band_words(band, language)),
            Self::Band { found, band: None } => {
                format!("{}, {}", share(*found), language.pick("dưới mức thấp nhất", "below the first step"))
            }
            Self::Scale { found, from, to, points_thousandths } => format!(
                "{}, {} {}–{}: {}",
                share(*found),
                language.pick("thang", "scale"),
                share(*from),
                share(*to),
                format_thousandths(*points_thousandths, 1)
            ),
            Self::Deducted { count, each_thousandths, points_thousandths } => format!(
                "{} × {}, {} {}",
                format_count(*count),
                format_thousandths(*each_thousandths, 1),
                language.pick("còn", "left:"),
                format_thousandths(*points_thousandths, 1)
            ),
            Self::Awarded { count, each_thousandths, points_thousandths } => format!(
                "{} × {}, {} {}",
                format_count(*count),
                format_thousandths(*each_thousandths, 1),
                language.pick("được", "reached:"),
                format_thousandths(*points_thousandths, 1)
            ),
            Self::Missing(labels) => {
                let labels = labels.iter().map(|label| lower(language.of(label))).collect::<Vec<_>>().join(", ");
                format!("{} {labels}", language.pick("chưa có số liệu:", "no figure yet:"))
            }
            Self::Contradiction { part, whole } => {
                let [part, whole] = [*part, *whole].map(format_count);
                match language {
                    Language::Vi => format!("số liệu mâu thuẫn: {part} lớn hơn tổng {whole}"),
                    Language::En => format!("the figures contradict each other: {part} is more than all {whole}"),
                }
            }
            Self::EmptyWhole(label) => {
                format!("{}: 0", language.of(label))
            }
        }
    }
}

/// The sign that truly stands between both sides.
fn sign(left: i128, right: i128, asked: Relation) -> &'static str {
    match (asked, left.cmp(&right)) {
        (Relation::AtLeast, std::cmp::Ordering::Less) => "<",
        (Relation::AtMost, std::cmp::Ordering::Greater) => ">",
        (Relation::AtLeast, _) => "≥",
        (Relation::AtMost, _) => "≤",
        (Relation::Equal, std::cmp::Ordering::Equal) => "=",
        (Relation::Equal, _) => "≠",
    }
}

/// An outcome as a word inside a sentence.
pub fn outcome_words(outcome: Outcome, language: Language) -> &'static str {
    match outcome {
        Outcome::Met => language.pick("đạt", "met"),
        Outcome::Unmet => language.pick("chưa đạt", "not met"),
        Outcome::NoData => language.pick("chưa có kết quả", "no result yet"),
        Outcome::NotApplicable => language.pick("không áp dụng", "does not apply"),
    }
}
