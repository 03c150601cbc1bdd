//! From the text of a pack to a criteria set, or to every mistake in it with its line.

use std::{collections::BTreeSet, ops::Range};

use jiff::civil::Date;
use toml::Spanned;

use super::{
    Calendar, Class, CriteriaSet, Criterion, EvidenceRule, Group, Mark, MonthDay, Problem, Recognition, Text,
    raw::{RawCalendar, RawClass, RawCriterion, RawIds, RawRecognition, RawSet},
    rules::RuleRead,
};
use crate::units::UnitKind;

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

/// Reads one pack and collects its mistakes.
pub(super) struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn complain(&mut self, place: &Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
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
            .map(|group| Group {
                id: group.id.get_ref().clone(),
                title: group.title.clone(),
                cap_thousandths: group.cap.as_ref().map(|cap| self.points(cap)),
            })
            .collect();
        let classes = self.classes(raw.class, &raw.recognition, raw.criterion.len());
        self.unique(raw.group.iter().map(|group| &group.id));
        self.unique(raw.criterion.iter().map(|criterion| &criterion.id));
        let places: Vec<Range<usize>> = raw.criterion.iter().map(|criterion| criterion.id.span()).collect();
        let criteria: Vec<Criterion> =
            raw.criterion.into_iter().map(|criterion| self.criterion(criterion, &groups, &classes)).collect();
        self.numbers(&criteria, &places);
        self.input_keys(&criteria, &places);
        if criteria.is_empty() || kinds.is_empty() || raw.legal_bases.is_empty() {
            self.complain(
                &award_place,
                "cần ít nhất một loại đơn vị, một căn cứ và một tiêu chí",
                "at least one kind of unit, one legal basis and one criterion are needed",
            );
        }
        let recognition = self.recognition(raw.recognition, &classes, criteria.len(), &award_place);
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
            classes,
            groups,
            criteria,
        }
    }

    pub(super) fn kind(&mut self, word: &str, place: &Range<usize>) -> Option<UnitKind> {
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

    /// The classes, the lowest first. A set that only recognises has one, which `min_met` describes.
    fn classes(&mut self, raw: Vec<RawClass>, recognition: &RawRecognition, criteria: usize) -> Vec<Class> {
        self.unique(raw.iter().map(|class| &class.id));
        if raw.is_empty() {
            let min_met = recognition.min_met.as_ref().map_or(0, |min_met| *min_met.get_ref());
            let title = Text { vi: "Công nhận".to_owned(), en: "Recognised".to_owned() };
            let only =
                Class { id: "recognised".to_owned(), title, min_points_thousandths: 0, min_met, group_share: None };
            return vec![only];
        }
        let mut classes: Vec<Class> = Vec::new();
        for class in raw {
            let place = class.id.span();
            let min_points_thousandths = class.min_points.as_ref().map_or(0, |points| self.points(points));
            let group_share = class.group_share.map(|share| self.share(share.get_ref(), &share.span()));
            if class.min_met > criteria {
                self.complain(
                    &place,
                    format!("min_met không quá {criteria}"),
                    format!("min_met is at most {criteria}"),
                );
            }
            let below = classes.last();
            if below.is_some_and(|below| {
                min_points_thousandths < below.min_points_thousandths || class.min_met < below.min_met
            }) {
                self.complain(
                    &place,
                    "các mức xếp từ thấp đến cao: mức này đòi hỏi ít hơn mức trước",
                    "classes go from the lowest up: this one asks for less than the one before",
                );
            }
            classes.push(Class {
                id: class.id.into_inner(),
                title: class.title,
                min_points_thousandths,
                min_met: class.min_met,
                group_share,
            });
        }
        classes
    }

    fn recognition(
        &mut self,
        raw: RawRecognition,
        classes: &[Class],
        criteria: usize,
        place: &Range<usize>,
    ) -> Recognition {
        let class = match (&raw.class, &raw.min_met) {
            (Some(named), None) => self.class(classes, named),
            (None, Some(min_met)) if (1..=criteria).contains(min_met.get_ref()) => 1,
            (None, Some(min_met)) => {
                let place = min_met.span();
                self.complain(
                    &place,
                    format!("min_met từ 1 đến {criteria}"),
                    format!("min_met lies between 1 and {criteria}"),
                );
                1
            }
            _ => {
                self.complain(
                    place,
                    "[recognition] cần min_met, hoặc class khi có [[class]]",
                    "[recognition] needs min_met, or class where there are [[class]]",
                );
                1
            }
        };
        let issuers = raw.issued_by.span();
        let issued_by: Vec<UnitKind> =
            raw.issued_by.get_ref().iter().filter_map(|kind| self.kind(kind, &issuers)).collect();
        if issued_by.is_empty() {
            self.complain(&issuers, "issued_by nêu ít nhất một cấp", "issued_by names at least one level");
        }
        let min_met = classes.get(class - 1).map_or(0, |class| class.min_met);
        Recognition { min_met, class, mark: self.mark(&raw.mark), source: raw.source, issued_by }
    }

    /// The place of a class by its id, from 1.
    fn class(&mut self, classes: &[Class], named: &Spanned<String>) -> usize {
        classes.iter().position(|class| class.id == *named.get_ref()).map_or_else(
            || {
                self.complain(
                    &named.span(),
                    format!("không có mức “{}”", named.get_ref()),
                    format!("there is no class `{}`", named.get_ref()),
                );
                1
            },
            |at| at + 1,
        )
    }

    fn criterion(&mut self, raw: RawCriterion, groups: &[Group], classes: &[Class]) -> Criterion {
        let group = self.group(groups, &raw.group);
        let proof = match raw.proof.get_ref().as_str() {
            "required" => EvidenceRule::Required,
            "optional" => EvidenceRule::Optional,
            _ => {
                self.complain(&raw.proof.span(), "proof là required hoặc optional", "proof is required or optional");
                EvidenceRule::Required
            }
        };
        let points = raw.points.map_or(0, |points| self.points(&points));
        let ceiling = raw.ceiling.map(|class| self.class(classes, &class));
        let place = raw.rule.span();
        let id = raw.id.into_inner();
        let RuleRead { rule, inputs, children, other_programme } =
            self.rule_of(&id, raw.rule.into_inner(), &raw.text, points, &place);
        let met_at = raw.met_at.map(|points| (self.points(&points), points.span()));
        if let Some((_, place)) = met_at.as_ref().filter(|(met_at, _)| *met_at > points) {
            self.complain(place, "met_at không quá points", "met_at is at most points");
        }
        Criterion {
            number: raw.number,
            mark: self.mark(&raw.mark),
            text: raw.text,
            source: raw.source,
            guidance: raw.guidance,
            evidence: raw.evidence,
            mandatory: raw.mandatory,
            knock_out: raw.knock_out,
            points_thousandths: points,
            met_at_thousandths: met_at.map_or(points, |(met_at, _)| met_at),
            replaces: match raw.replaces {
                RawIds::One(id) => vec![id],
                RawIds::Several(ids) => ids,
            },
            id,
            group,
            proof,
            ceiling,
            inputs,
            rule,
            children,
            other_programme,
        }
    }

    fn group(&mut self, groups: &[Group], named: &Spanned<String>) -> usize {
        groups.iter().position(|group| group.id == *named.get_ref()).unwrap_or_else(|| {
            self.complain(
                &named.span(),
                format!("không có nhóm “{}”", named.get_ref()),
                format!("there is no group `{}`", named.get_ref()),
            );
            0
        })
    }
}
