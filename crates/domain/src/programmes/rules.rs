//! From the text of a rule to a rule: its figures, bounds and points, or what is wrong with them.

use std::ops::Range;

use toml::Spanned;

use super::{
    Band, ChildCount, ChildResults, Formula, From, Input, InputKind, Measure, Part, Rule, Share, ShareBound, Text,
    parse::Reader,
    raw::{RawBand, RawBound, RawFigure, RawPart, RawPoints, RawRule},
};
use crate::units::UnitKind;

/// The largest figure a rule may name: far beyond any count, and its products still fit.
const BOUND_MAX: i64 = 1_000_000_000;

/// The largest figure of steps and scales, whose products have one factor more.
const SCALE_MAX: i64 = 1_000_000;

/// The most points of a criterion: ten thousand.
const POINTS_MAX: i64 = 10_000_000;

/// The inputs of one criterion while its rule is read.
struct Inputs<'a> {
    prefix: &'a str,
    found: Vec<Input>,
    /// Formulas that are none.
    wrong: Vec<Text>,
}

impl Inputs<'_> {
    /// Adds a figure and gives its place. With a key its column is `prefix.key`, without one the prefix.
    fn add(&mut self, part: Option<&str>, figure: RawFigure) -> usize {
        let names = [Some(self.prefix), part, figure.key.as_deref()];
        let key = names.into_iter().flatten().collect::<Vec<_>>().join(".");
        let label = Text { vi: figure.vi, en: figure.en };
        let measured_in = figure.measured_in;
        let from = match figure.formula.map(|text| Formula::parse(&text)) {
            None => From::Entered,
            Some(Ok(formula)) => From::Computed(formula),
            Some(Err(what)) => {
                self.wrong.push(what);
                From::Computed(Formula::default())
            }
        };
        self.push(Input { key, label, kind: InputKind::Count, from, measured_in })
    }

    /// Adds a yes or no under the criterion's own name.
    fn judgement(&mut self, text: &Text, from: From) -> usize {
        let key = self.prefix.to_owned();
        self.push(Input { key, label: text.clone(), kind: InputKind::Judgement, from, measured_in: None })
    }

    fn push(&mut self, input: Input) -> usize {
        self.found.push(input);
        self.found.len() - 1
    }
}

/// A rule with everything that was found on the way.
pub(super) struct RuleRead {
    pub(super) applies: Option<Rule>,
    pub(super) rule: Rule,
    pub(super) inputs: Vec<Input>,
    pub(super) children: Option<ChildResults>,
    pub(super) other_programme: Option<String>,
}

impl Reader<'_> {
    /// Reads the rule of one criterion with its most points, and the rule that says when it applies.
    pub(super) fn rule_of(
        &mut self,
        id: &str,
        raw: Spanned<RawRule>,
        applies: Option<Spanned<RawRule>>,
        text: &Text,
        points: i64,
    ) -> RuleRead {
        let place = &raw.span();
        let raw = raw.into_inner();
        let mut inputs = Inputs { prefix: id, found: Vec::new(), wrong: Vec::new() };
        let (mut children, mut other_programme) = (None, None);
        let rule = match raw {
            RawRule::Judgement {} => Rule::Judgement { input: inputs.judgement(text, From::Entered) },
            RawRule::OtherProgramme { programme } => {
                other_programme = Some(programme);
                Rule::OtherProgramme { input: inputs.judgement(text, From::Derived) }
            }
            RawRule::ChildrenShare { programme, kinds, registered, recognised, per_kind } => {
                let kinds = self.kinds(kinds.iter().map(|word| (word.as_str(), place.clone())));
                let counts = if per_kind {
                    kinds.iter().map(|kind| child_count(&mut inputs, Some(*kind))).collect()
                } else {
                    vec![child_count(&mut inputs, None)]
                };
                children = Some(ChildResults { programme, kinds, per_kind });
                let register = self.share(&registered, place);
                let recognise = self.share(&recognised, place);
                Rule::ChildrenShare { counts, register, recognise }
            }
            RawRule::AllOf { part } => Rule::AllOf { parts: self.parts(part, false, &mut inputs, place) },
            RawRule::NOfM { need, part } => {
                let parts = self.parts(part, false, &mut inputs, place);
                if need == 0 || need > parts.len() {
                    let most = parts.len();
                    self.complain(place, format!("need từ 1 đến {most}"), format!("need lies between 1 and {most}"));
                }
                Rule::NOfM { need, parts }
            }
            RawRule::SubPoints { part } => {
                let parts = self.parts(part, true, &mut inputs, place);
                if parts.iter().map(|part| part.points_thousandths).sum::<i64>() != points {
                    self.complain(
                        place,
                        "điểm các part cộng lại phải bằng points của tiêu chí",
                        "the points of the parts add up to the criterion's points",
                    );
                }
                Rule::SubPoints { parts }
            }
            counting => self.counting(counting, None, &mut inputs, points, place),
        };
        let applies = applies.map(|applies| self.applies(applies, &mut inputs));
        for what in inputs.wrong {
            self.complain(place, what.vi, what.en);
        }
        RuleRead { applies, rule, inputs: inputs.found, children, other_programme }
    }

    /// The rule that says when a criterion applies; its figures stand beside those of the criterion.
    fn applies(&mut self, raw: Spanned<RawRule>, inputs: &mut Inputs) -> Rule {
        let place = raw.span();
        let raw = raw.into_inner();
        if !matches!(raw, RawRule::Threshold { .. } | RawRule::Zero { .. } | RawRule::Objects { .. }) {
            self.complain(
                &place,
                "applies là threshold, zero hoặc objects",
                "applies is of the kind threshold, zero or objects",
            );
        }
        self.counting(raw, Some("applies"), inputs, 0, &place)
    }

    /// A rule that counts; a part's figures are named after it.
    fn counting(
        &mut self,
        raw: RawRule,
        part: Option<&str>,
        inputs: &mut Inputs,
        points: i64,
        place: &Range<usize>,
    ) -> Rule {
        match raw {
            RawRule::Threshold { count, at_least, at_most } => {
                self.threshold(at_least, at_most, place);
                Rule::Threshold { input: inputs.add(part, count), at_least, at_most }
            }
            RawRule::Ratio { part: numerator, whole, at_least, at_most } => {
                self.keyed(&[&numerator, &whole], place);
                let bound = self.share_bound(at_least.as_deref(), at_most.as_deref(), true, place);
                Rule::Ratio { part: inputs.add(part, numerator), whole: inputs.add(part, whole), bound }
            }
            RawRule::YearOverYear { this, last, at_least, at_most } => {
                self.keyed(&[&this, &last], place);
                let bound = self.share_bound(at_least.as_deref(), at_most.as_deref(), false, place);
                Rule::YearOverYear { current: inputs.add(part, this), previous: inputs.add(part, last), bound }
            }
            RawRule::Target { done, planned, at_least } => {
                self.keyed(&[&done, &planned], place);
                let at_least = self.change(&at_least, place);
                Rule::Target { done: inputs.add(part, done), planned: inputs.add(part, planned), at_least }
            }
            RawRule::Zero { count } => Rule::Zero { input: inputs.add(part, count) },
            RawRule::Objects { count, at_least } => {
                self.within(at_least, 1, BOUND_MAX, place);
                Rule::Objects { input: inputs.add(part, count), at_least }
            }
            RawRule::Bands { count, part: numerator, whole, band } => {
                let measure = self.measure(count, numerator, whole, part, inputs, place);
                Rule::Bands { measure, bands: self.bands(band, measure, points, place) }
            }
            RawRule::Linear { count, part: numerator, whole, from, to } => {
                let measure = self.measure(count, numerator, whole, part, inputs, place);
                let (from, to) = (self.bound(&from, measure, place), self.bound(&to, measure, place));
                if from.part * to.whole == to.part * from.whole {
                    self.complain(place, "from và to phải khác nhau", "from and to must differ");
                }
                Rule::Linear { measure, from, to }
            }
            RawRule::Each { count, each } => {
                let each_thousandths = self.points_of(&each, 1, place);
                Rule::Each { input: inputs.add(part, count), each_thousandths }
            }
            RawRule::Deduction { count, each, floor } => {
                let each_thousandths = self.points_of(&each, 1, place);
                let floor_thousandths = floor.map_or(0, |floor| self.points_of(&floor, 0, place));
                Rule::Deduction { input: inputs.add(part, count), each_thousandths, floor_thousandths }
            }
            // Parts hold rules that count only; anything else was complained about before.
            _ => Rule::AllOf { parts: Vec::new() },
        }
    }

    /// The parts of a criterion. Parts that add points up may count in any way; parts of which each is met or not
    /// have nothing between all and nothing.
    fn parts(&mut self, raw: Vec<RawPart>, give_points: bool, inputs: &mut Inputs, place: &Range<usize>) -> Vec<Part> {
        if raw.len() < 2 {
            self.complain(place, "cần ít nhất hai part", "at least two parts are needed");
        }
        let mut parts = Vec::new();
        for RawPart { id, text, points, rule } in raw {
            let counts = match &rule {
                RawRule::Threshold { .. }
                | RawRule::Ratio { .. }
                | RawRule::Zero { .. }
                | RawRule::Objects { .. }
                | RawRule::YearOverYear { .. }
                | RawRule::Target { .. } => true,
                RawRule::Bands { .. } | RawRule::Linear { .. } | RawRule::Each { .. } | RawRule::Deduction { .. } => {
                    give_points
                }
                RawRule::Judgement {}
                | RawRule::OtherProgramme { .. }
                | RawRule::ChildrenShare { .. }
                | RawRule::AllOf { .. }
                | RawRule::NOfM { .. }
                | RawRule::SubPoints { .. } => false,
            };
            if !counts {
                self.complain(
                    place,
                    format!("part “{id}” phải là quy tắc đếm được, và chỉ trong sub_points mới cho điểm từng phần"),
                    format!(
                        "the part `{id}` must be a rule that counts, and gives some of its points in sub_points only"
                    ),
                );
                continue;
            }
            if points.is_some() != give_points {
                self.complain(
                    place,
                    format!("part “{id}”: points chỉ dùng, và phải có, trong sub_points"),
                    format!("the part `{id}`: points stand in sub_points, always, and nowhere else"),
                );
            }
            let points_thousandths = points.map_or(0, |points| self.points_of(&points, 1, place));
            let rule = self.counting(rule, Some(&id), inputs, points_thousandths, place);
            parts.push(Part { id, text, rule, points_thousandths });
        }
        parts
    }

    fn keyed(&mut self, figures: &[&RawFigure], place: &Range<usize>) {
        if figures.iter().any(|figure| figure.key.is_none()) {
            self.complain(place, "mỗi số liệu trong cặp cần `key`", "each figure of a pair needs a `key`");
        }
    }

    fn measure(
        &mut self,
        count: Option<RawFigure>,
        numerator: Option<RawFigure>,
        whole: Option<RawFigure>,
        part: Option<&str>,
        inputs: &mut Inputs,
        place: &Range<usize>,
    ) -> Measure {
        match (count, numerator, whole) {
            (Some(count), None, None) => Measure::Count { input: inputs.add(part, count) },
            (None, Some(numerator), Some(whole)) => {
                self.keyed(&[&numerator, &whole], place);
                Measure::Share { part: inputs.add(part, numerator), whole: inputs.add(part, whole) }
            }
            _ => {
                self.complain(place, "cần count, hoặc part và whole", "count is needed, or part and whole");
                Measure::Count { input: 0 }
            }
        }
    }

    fn bands(&mut self, raw: Vec<RawBand>, measure: Measure, points: i64, place: &Range<usize>) -> Vec<Band> {
        let mut bands: Vec<Band> = Vec::new();
        for band in raw {
            let (bound, inclusive) = match (&band.from, &band.above) {
                (Some(from), None) => (self.bound(from, measure, place), true),
                (None, Some(above)) => (self.bound(above, measure, place), false),
                _ => {
                    self.complain(place, "mỗi band cần đúng một trong from, above", "a band needs one of from, above");
                    continue;
                }
            };
            let points_thousandths = self.points_of(&band.points, 0, place);
            if bands.last().is_some_and(|before| {
                let (left, right) = (before.bound.part * bound.whole, bound.part * before.bound.whole);
                left > right || left == right && (inclusive || !before.inclusive)
            }) {
                self.complain(
                    place,
                    "các band chồng lên nhau hoặc không tăng dần",
                    "the bands overlap or do not ascend",
                );
            }
            bands.push(Band { bound, inclusive, points_thousandths });
        }
        if bands.iter().map(|band| band.points_thousandths).max() != Some(points) {
            self.complain(
                place,
                "band cao nhất phải cho đúng points của tiêu chí",
                "the best band gives exactly the criterion's points",
            );
        }
        bands
    }

    /// A bound of steps and scales: a count for a count, a share for a share.
    fn bound(&mut self, raw: &RawBound, measure: Measure, place: &Range<usize>) -> Share {
        let bound = match (raw, measure) {
            (RawBound::Count(value), Measure::Count { .. }) => Share { part: *value, whole: 1 },
            (RawBound::Share(text), Measure::Share { .. }) => self.share(text, place),
            _ => {
                self.complain(
                    place,
                    "mốc của số đếm là số, mốc của tỷ lệ là \"95/100\"",
                    "a bound of a count is a number, of a share \"95/100\"",
                );
                Share { part: 0, whole: 1 }
            }
        };
        self.within(bound.part.max(bound.whole), 0, SCALE_MAX, place);
        bound
    }

    /// Points of a criterion, a group or a class, as they are written.
    pub(super) fn points(&mut self, raw: &Spanned<RawPoints>) -> i64 {
        self.points_of(raw.get_ref(), 1, &raw.span())
    }

    fn points_of(&mut self, raw: &RawPoints, least: i64, place: &Range<usize>) -> i64 {
        let read = match raw {
            RawPoints::Whole(whole) => whole.checked_mul(1000),
            RawPoints::Decimal(text) => thousandths(text),
        };
        read.filter(|points| (least..=POINTS_MAX).contains(points)).unwrap_or_else(|| {
            self.complain(place, "points là 3 hoặc \"2.5\"", "points are written 3 or \"2.5\"");
            0
        })
    }

    fn threshold(&mut self, at_least: Option<i64>, at_most: Option<i64>, place: &Range<usize>) {
        for bound in [at_least, at_most].into_iter().flatten() {
            self.within(bound, 0, BOUND_MAX, place);
        }
        let can_be_met = match (at_least, at_most) {
            (None, None) => false,
            (Some(low), Some(high)) => low <= high,
            _ => true,
        };
        if !can_be_met {
            self.complain(
                place,
                "cần at_least hoặc at_most, và at_least không lớn hơn at_most",
                "at_least or at_most is needed, and at_least is not greater than at_most",
            );
        }
    }

    fn within(&mut self, bound: i64, least: i64, most: i64, place: &Range<usize>) {
        if !(least..=most).contains(&bound) {
            self.complain(
                place,
                format!("{bound} nằm ngoài {least}–{most}"),
                format!("{bound} lies outside {least}–{most}"),
            );
        }
    }

    fn share_bound(
        &mut self,
        at_least: Option<&str>,
        at_most: Option<&str>,
        of_a_whole: bool,
        place: &Range<usize>,
    ) -> ShareBound {
        let mut share = |text| if of_a_whole { self.share(text, place) } else { self.change(text, place) };
        match (at_least, at_most) {
            (Some(text), None) => ShareBound::AtLeast(share(text)),
            (None, Some(text)) => ShareBound::AtMost(share(text)),
            _ => {
                self.complain(
                    place,
                    "cần đúng một trong at_least, at_most",
                    "exactly one of at_least, at_most is needed",
                );
                ShareBound::AtLeast(Share { part: 1, whole: 1 })
            }
        }
    }

    /// A share of a whole: never more than 1.
    pub(super) fn share(&mut self, text: &str, place: &Range<usize>) -> Share {
        let share = self.change(text, place);
        if share.part > share.whole {
            self.complain(place, format!("“{text}”: tỷ lệ không quá 1"), format!("`{text}`: a share is at most 1"));
        }
        share
    }

    fn change(&mut self, text: &str, place: &Range<usize>) -> Share {
        share_in(text).unwrap_or_else(|| {
            self.complain(
                place,
                format!("“{text}”: viết tỷ lệ dạng \"70/100\""),
                format!("`{text}`: a share is written \"70/100\""),
            );
            Share { part: 1, whole: 1 }
        })
    }
}

/// The share that a text like `70/100` writes.
pub(super) fn share_in(text: &str) -> Option<Share> {
    let (part, whole) = text.split_once('/')?;
    let share = Share { part: part.trim().parse().ok()?, whole: whole.trim().parse().ok()? };
    ((1..=BOUND_MAX).contains(&share.whole) && (0..=BOUND_MAX).contains(&share.part)).then_some(share)
}

/// The three columns of a share of child units, of one kind or of all together.
fn child_count(inputs: &mut Inputs, kind: Option<UnitKind>) -> ChildCount {
    let [total, registered, recognised] = [
        ("total", "Số đơn vị trực thuộc", "Units below"),
        ("registered", "Số đơn vị đã đăng ký", "Units registered"),
        ("recognised", "Số đơn vị được công nhận", "Units recognised"),
    ]
    .map(|(key, vi, en)| {
        let names = [Some(inputs.prefix), kind.map(UnitKind::code), Some(key)];
        let (of_vi, of_en) = kind.map_or_else(Default::default, |kind| {
            let (vi, en) = kind_words(kind);
            (format!(" ({vi})"), format!(" ({en})"))
        });
        inputs.push(Input {
            key: names.into_iter().flatten().collect::<Vec<_>>().join("."),
            label: Text { vi: format!("{vi}{of_vi}"), en: format!("{en}{of_en}") },
            kind: InputKind::Count,
            from: From::Derived,
            measured_in: None,
        })
    });
    ChildCount { total, registered, recognised }
}

fn kind_words(kind: UnitKind) -> (&'static str, &'static str) {
    match kind {
        UnitKind::Country => ("nước", "countries"),
        UnitKind::Province => ("tỉnh", "provinces"),
        UnitKind::Municipality => ("thành phố trực thuộc trung ương", "municipalities"),
        UnitKind::City => ("thành phố thuộc tỉnh", "cities"),
        UnitKind::Town => ("thị xã", "towns"),
        UnitKind::UrbanDistrict => ("quận", "urban districts"),
        UnitKind::RuralDistrict => ("huyện", "rural districts"),
        UnitKind::Ward => ("phường", "wards"),
        UnitKind::Commune => ("xã", "communes"),
        UnitKind::Township => ("thị trấn", "townships"),
        UnitKind::SpecialZone => ("đặc khu", "special zones"),
        UnitKind::ResidentialArea => ("khu dân cư", "residential areas"),
        UnitKind::Agency => ("cơ quan", "agencies"),
        UnitKind::Enterprise => ("doanh nghiệp", "enterprises"),
        UnitKind::School => ("cơ sở giáo dục", "schools"),
    }
}

/// `2.5` as 2500, exactly; none for more than three digits behind the point.
fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(fraction)
}
