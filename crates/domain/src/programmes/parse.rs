//! From the text of a pack to a criteria set, or to every mistake in it with its line.

use std::{collections::BTreeSet, ops::Range};

use jiff::civil::Date;
use toml::Spanned;

use super::{
    Calendar, ChildResults, CriteriaSet, Criterion, EvidenceRule, From, Group, Input, InputKind, Mark, MonthDay, Part,
    Problem, Recognition, Rule, Share, ShareBound, Text,
    raw::{RawCalendar, RawCriterion, RawFigure, RawPart, RawPoints, RawRecognition, RawRule, RawSet},
};
use crate::units::UnitKind;

/// The largest figure a rule may name: far beyond any count, and its products still fit.
const BOUND_MAX: i64 = 1_000_000_000;

/// Reads a pack. `code` is the name of its folder. Gives every mistake, not the first alone.
pub fn parse(code: &str, text: &str) -> Result<CriteriaSet, Vec<Problem>> {
    let raw: RawSet = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut reader = Reader { text, problems: Vec::new() };
    if raw.code.get_ref() != code {
        let place = raw.code.span();
        reader.complain(
            &place,
            format!("`code` phải là tên thư mục “{code}”"),
            format!("`code` must be the folder's name `{code}`"),
        );
    }
    let set = reader.set(raw);
    if reader.problems.is_empty() { Ok(set) } else { Err(reader.problems) }
}

/// What the TOML reader says, with its line.
pub(super) fn unreadable(text: &str, error: &toml::de::Error) -> Problem {
    let message = error.message();
    Problem {
        line: error.span().map(|span| line_of(text, span.start)),
        what: Text { vi: format!("không đọc được: {message}"), en: format!("cannot be read: {message}") },
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

/// The inputs of one criterion while its rule is read.
struct Inputs<'a> {
    prefix: &'a str,
    found: Vec<Input>,
}

impl Inputs<'_> {
    /// Adds a figure and gives its place. With a key its column is `prefix.key`, without one the prefix.
    fn add(&mut self, part: Option<&str>, figure: RawFigure) -> usize {
        let names = [Some(self.prefix), part, figure.key.as_deref()];
        let key = names.into_iter().flatten().collect::<Vec<_>>().join(".");
        let label = Text { vi: figure.vi, en: figure.en };
        self.push(Input { key, label, kind: InputKind::Count, from: From::Entered })
    }

    fn push(&mut self, input: Input) -> usize {
        self.found.push(input);
        self.found.len() - 1
    }
}

impl Reader<'_> {
    fn complain(&mut self, place: &Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
        let what = Text { vi: vi.into(), en: en.into() };
        self.problems.push(Problem { line: Some(line_of(self.text, place.start)), what });
    }

    fn set(&mut self, raw: RawSet) -> CriteriaSet {
        let kinds: Vec<UnitKind> =
            raw.kinds.iter().filter_map(|kind| self.kind(kind.get_ref(), &kind.span())).collect();
        let award_place = raw.award.span();
        let awards = self.awards(&kinds, raw.award);
        let groups: Vec<Group> = raw
            .group
            .iter()
            .map(|group| Group { id: group.id.get_ref().clone(), title: group.title.clone() })
            .collect();
        self.unique(raw.group.iter().map(|group| &group.id));
        self.unique(raw.criterion.iter().map(|criterion| &criterion.id));
        let places: Vec<Range<usize>> = raw.criterion.iter().map(|criterion| criterion.id.span()).collect();
        let criteria: Vec<Criterion> =
            raw.criterion.into_iter().map(|criterion| self.criterion(criterion, &groups)).collect();
        self.numbers(&criteria, &places);
        self.input_keys(&criteria, &places);
        if criteria.is_empty() || kinds.is_empty() || raw.legal_bases.is_empty() {
            self.complain(
                &award_place,
                "cần ít nhất một loại đơn vị, một căn cứ và một tiêu chí",
                "at least one kind of unit, one legal basis and one criterion are needed",
            );
        }
        let recognition = self.recognition(raw.recognition, &criteria);
        CriteriaSet {
            valid_from: self.day(&raw.valid_from),
            calendar: self.calendar(&raw.calendar),
            code: raw.code.into_inner(),
            version: raw.version,
            programme: raw.programme,
            title: raw.title,
            short_title: raw.short_title,
            standing: raw.standing,
            legal_bases: raw.legal_bases,
            kinds,
            awards,
            recognition,
            groups,
            criteria,
        }
    }

    fn kind(&mut self, word: &str, place: &Range<usize>) -> Option<UnitKind> {
        let kind = UnitKind::from_code(word);
        if kind.is_none() {
            let known = UnitKind::ALL.map(UnitKind::code).join(", ");
            self.complain(
                place,
                format!("không có loại đơn vị “{word}”; dùng {known}"),
                format!("there is no kind of unit `{word}`; use {known}"),
            );
        }
        kind
    }

    fn awards(
        &mut self,
        kinds: &[UnitKind],
        raw: Spanned<std::collections::BTreeMap<String, Text>>,
    ) -> Vec<(UnitKind, Text)> {
        let place = raw.span();
        let mut given = raw.into_inner();
        let mut awards = Vec::new();
        for kind in kinds {
            match given.remove(kind.code()) {
                Some(title) => awards.push((*kind, title)),
                None => self.complain(
                    &place,
                    format!("[award] thiếu danh hiệu cho “{}”", kind.code()),
                    format!("[award] names no title for `{}`", kind.code()),
                ),
            }
        }
        for word in given.keys() {
            self.complain(
                &place,
                format!("[award] có “{word}” nhưng `kinds` không có"),
                format!("[award] names `{word}`, `kinds` does not"),
            );
        }
        awards
    }

    fn unique<'b>(&mut self, ids: impl Iterator<Item = &'b Spanned<String>>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            let well_formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if id.get_ref().is_empty() || !id.get_ref().chars().all(well_formed) {
                self.complain(
                    &id.span(),
                    format!("“{}”: id chỉ gồm chữ thường, số và dấu gạch ngang", id.get_ref()),
                    format!("`{}`: an id has lower-case letters, digits and hyphens only", id.get_ref()),
                );
            }
            if !seen.insert(id.get_ref().as_str()) {
                self.complain(
                    &id.span(),
                    format!("id “{}” bị trùng", id.get_ref()),
                    format!("the id `{}` stands twice", id.get_ref()),
                );
            }
        }
    }

    fn numbers(&mut self, criteria: &[Criterion], places: &[Range<usize>]) {
        for (at, (criterion, place)) in criteria.iter().zip(places).enumerate() {
            if usize::from(criterion.number) != at + 1 {
                self.complain(
                    place,
                    format!("tiêu chí thứ {} phải mang số {}", at + 1, at + 1),
                    format!("criterion {} in order must have the number {}", at + 1, at + 1),
                );
            }
        }
    }

    fn input_keys(&mut self, criteria: &[Criterion], places: &[Range<usize>]) {
        let mut seen = BTreeSet::new();
        for (criterion, place) in criteria.iter().zip(places) {
            for input in &criterion.inputs {
                let last = input.key.rsplit('.').next().unwrap_or_default();
                if matches!(last, "note" | "reply" | "revision") || !seen.insert(&input.key) {
                    self.complain(
                        place,
                        format!("cột “{}” bị trùng hoặc không được dùng", input.key),
                        format!("the column `{}` stands twice or is reserved", input.key),
                    );
                }
            }
        }
    }

    fn mark(&mut self, word: &Spanned<String>) -> Mark {
        Mark::from_code(word.get_ref()).unwrap_or_else(|| {
            self.complain(
                &word.span(),
                "mark là verified, summary hoặc illustrative",
                "a mark is verified, summary or illustrative",
            );
            Mark::Illustrative
        })
    }

    fn day(&mut self, day: &Spanned<toml::value::Datetime>) -> Date {
        let date = day.get_ref().date.and_then(|date| {
            Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
        });
        date.unwrap_or_else(|| {
            self.complain(&day.span(), "cần một ngày dạng 2022-02-10", "a day like 2022-02-10 is needed");
            Date::MIN
        })
    }

    fn calendar(&mut self, raw: &RawCalendar) -> Calendar {
        Calendar {
            assessed_from: self.month_day(&raw.assessed_from),
            assessed_until: self.month_day(&raw.assessed_until),
            registration_until: self.month_day(&raw.registration_until),
            due: self.month_day(&raw.due),
        }
    }

    fn month_day(&mut self, word: &Spanned<String>) -> MonthDay {
        let read = word.get_ref().split_once('/').and_then(|(day, month)| {
            let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
            Date::new(2024, month, day).ok().map(|_| MonthDay { month, day })
        });
        read.unwrap_or_else(|| {
            self.complain(&word.span(), "cần ngày/tháng, ví dụ \"15/11\"", "day/month is needed, like \"15/11\"");
            MonthDay { month: 1, day: 1 }
        })
    }

    fn recognition(&mut self, raw: RawRecognition, criteria: &[Criterion]) -> Recognition {
        let (min_met, place) = (*raw.min_met.get_ref(), raw.min_met.span());
        if min_met == 0 || min_met > criteria.len() {
            self.complain(
                &place,
                format!("min_met từ 1 đến {}", criteria.len()),
                format!("min_met lies between 1 and {}", criteria.len()),
            );
        }
        let place = raw.issued_by.span();
        let issued_by: Vec<UnitKind> =
            raw.issued_by.get_ref().iter().filter_map(|kind| self.kind(kind, &place)).collect();
        if issued_by.is_empty() {
            self.complain(&place, "issued_by nêu ít nhất một cấp", "issued_by names at least one level");
        }
        Recognition { min_met, mark: self.mark(&raw.mark), source: raw.source, issued_by }
    }

    fn criterion(&mut self, raw: RawCriterion, groups: &[Group]) -> Criterion {
        let group = groups.iter().position(|group| group.id == *raw.group.get_ref()).unwrap_or_else(|| {
            self.complain(
                &raw.group.span(),
                format!("không có nhóm “{}”", raw.group.get_ref()),
                format!("there is no group `{}`", raw.group.get_ref()),
            );
            0
        });
        let proof = match raw.proof.get_ref().as_str() {
            "required" => EvidenceRule::Required,
            "optional" => EvidenceRule::Optional,
            _ => {
                self.complain(&raw.proof.span(), "proof là required hoặc optional", "proof is required or optional");
                EvidenceRule::Required
            }
        };
        let points_thousandths = raw.points.map_or(0, |points| self.points(&points));
        let place = raw.rule.span();
        let id = raw.id.into_inner();
        let mut inputs = Inputs { prefix: &id, found: Vec::new() };
        let (rule, children) = self.rule(raw.rule.into_inner(), None, &raw.text, &mut inputs, &place);
        let inputs = inputs.found;
        Criterion {
            number: raw.number,
            mark: self.mark(&raw.mark),
            text: raw.text,
            source: raw.source,
            guidance: raw.guidance,
            evidence: raw.evidence,
            mandatory: raw.mandatory,
            knock_out: raw.knock_out,
            id,
            group,
            proof,
            points_thousandths,
            inputs,
            rule,
            children,
        }
    }

    fn points(&mut self, raw: &Spanned<RawPoints>) -> i64 {
        let read = match raw.get_ref() {
            RawPoints::Whole(whole) => whole.checked_mul(1000),
            RawPoints::Decimal(text) => thousandths(text),
        };
        read.filter(|points| (1..=BOUND_MAX).contains(points)).unwrap_or_else(|| {
            self.complain(&raw.span(), "points là 3 hoặc \"2.5\"", "points are written 3 or \"2.5\"");
            0
        })
    }

    fn rule(
        &mut self,
        raw: RawRule,
        part: Option<&str>,
        text: &Text,
        inputs: &mut Inputs,
        place: &Range<usize>,
    ) -> (Rule, Option<ChildResults>) {
        let rule = match raw {
            RawRule::Judgement {} => Rule::Judgement {
                input: inputs.push(Input {
                    key: inputs.prefix.to_owned(),
                    label: text.clone(),
                    kind: InputKind::Judgement,
                    from: From::Entered,
                }),
            },
            RawRule::Threshold { count, at_least, at_most } => {
                self.threshold(at_least, at_most, place);
                Rule::Threshold { input: inputs.add(part, count), at_least, at_most }
            }
            RawRule::Ratio { part: numerator, whole, at_least, at_most } => {
                if numerator.key.is_none() || whole.key.is_none() {
                    self.complain(place, "part và whole cần `key`", "part and whole need a `key`");
                }
                let bound = self.share_bound(at_least.as_deref(), at_most.as_deref(), place);
                Rule::Ratio { part: inputs.add(part, numerator), whole: inputs.add(part, whole), bound }
            }
            RawRule::Zero { count } => Rule::Zero { input: inputs.add(part, count) },
            RawRule::Objects { count, at_least } => {
                self.within(at_least, 1, place);
                Rule::Objects { input: inputs.add(part, count), at_least }
            }
            RawRule::ChildrenShare { programme, kinds, registered, recognised } => {
                let kinds = kinds.iter().filter_map(|kind| self.kind(kind, place)).collect();
                let [total, done, given] = derived_inputs(inputs);
                let rule = Rule::ChildrenShare {
                    total,
                    registered: done,
                    recognised: given,
                    register: self.share(&registered, place),
                    recognise: self.share(&recognised, place),
                };
                return (rule, Some(ChildResults { programme, kinds }));
            }
            RawRule::AllOf { part } => Rule::AllOf { parts: self.parts(part, inputs, place) },
            RawRule::NOfM { need, part } => {
                let parts = self.parts(part, inputs, place);
                if need == 0 || need > parts.len() {
                    let most = parts.len();
                    self.complain(place, format!("need từ 1 đến {most}"), format!("need lies between 1 and {most}"));
                }
                Rule::NOfM { need, parts }
            }
        };
        (rule, None)
    }

    fn parts(&mut self, raw: Vec<RawPart>, inputs: &mut Inputs, place: &Range<usize>) -> Vec<Part> {
        if raw.len() < 2 {
            self.complain(place, "cần ít nhất hai part", "at least two parts are needed");
        }
        let mut parts = Vec::new();
        for RawPart { id, text, rule } in raw {
            let counts = matches!(
                rule,
                RawRule::Threshold { .. } | RawRule::Ratio { .. } | RawRule::Zero { .. } | RawRule::Objects { .. }
            );
            if !counts {
                self.complain(
                    place,
                    format!("part “{id}” phải là threshold, ratio, zero hoặc objects"),
                    format!("the part `{id}` must be threshold, ratio, zero or objects"),
                );
                continue;
            }
            let (rule, _) = self.rule(rule, Some(&id), &text, inputs, place);
            parts.push(Part { id, text, rule });
        }
        parts
    }

    fn threshold(&mut self, at_least: Option<i64>, at_most: Option<i64>, place: &Range<usize>) {
        for bound in [at_least, at_most].into_iter().flatten() {
            self.within(bound, 0, place);
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

    fn within(&mut self, bound: i64, least: i64, place: &Range<usize>) {
        if !(least..=BOUND_MAX).contains(&bound) {
            self.complain(
                place,
                format!("{bound} nằm ngoài {least}–{BOUND_MAX}"),
                format!("{bound} lies outside {least}–{BOUND_MAX}"),
            );
        }
    }

    fn share_bound(&mut self, at_least: Option<&str>, at_most: Option<&str>, place: &Range<usize>) -> ShareBound {
        match (at_least, at_most) {
            (Some(share), None) => ShareBound::AtLeast(self.share(share, place)),
            (None, Some(share)) => ShareBound::AtMost(self.share(share, place)),
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

    fn share(&mut self, text: &str, place: &Range<usize>) -> Share {
        let read = text.split_once('/').and_then(|(part, whole)| {
            let share = Share { part: part.trim().parse().ok()?, whole: whole.trim().parse().ok()? };
            ((1..=BOUND_MAX).contains(&share.whole) && (0..=share.whole).contains(&share.part)).then_some(share)
        });
        read.unwrap_or_else(|| {
            self.complain(
                place,
                format!("“{text}”: viết tỷ lệ dạng \"70/100\", không quá 1"),
                format!("`{text}`: a share is written \"70/100\" and is at most 1"),
            );
            Share { part: 1, whole: 1 }
        })
    }
}

/// The three columns of a share of child units.
fn derived_inputs(inputs: &mut Inputs) -> [usize; 3] {
    [
        ("total", "Số đơn vị trực thuộc", "Units below"),
        ("registered", "Số đơn vị đã đăng ký", "Units registered"),
        ("recognised", "Số đơn vị được công nhận", "Units recognised"),
    ]
    .map(|(key, vi, en)| {
        inputs.push(Input {
            key: format!("{}.{key}", inputs.prefix),
            label: Text { vi: vi.to_owned(), en: en.to_owned() },
            kind: InputKind::Count,
            from: From::Derived,
        })
    })
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
