//! From the text of a pack to a criteria set, or to every mistake in it with its line.

use std::{collections::BTreeSet, ops::Range};

use jiff::civil::Date;
use toml::Spanned;

use super::{
    Calendar, CarryOver, Class, CriteriaSet, Criterion, EvidenceRule, From, Group, InputKind, Mark, MonthDay,
    NotApplicable, Part, Problem, Quota, Recognition, Role, Rule, Text, Ties, UnitGroup, adjusted,
    raw::{RawCalendar, RawClass, RawCriterion, RawGroup, RawIds, RawQuota, RawRecognition, RawSet, RawUnitGroup},
    rules::RuleRead,
};
use crate::units::UnitKind;

/// Reads a pack. `code` is the name of its folder. Gives every mistake, not the first alone.
pub fn parse(code: &str, text: &str) -> Result<CriteriaSet, Vec<Problem>> {
    let raw: RawSet = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut reader = Reader::new(text);
    if raw.code.get_ref() != code {
        let place = raw.code.span();
        reader.complain(
            &place,
            format!("`code` phải là tên thư mục “{code}”"),
            format!("`code` must be the folder's name `{code}`"),
        );
    }
    let set = reader.set(raw);
    reader.done(set)
}

/// What the TOML reader says, with its line.
pub(crate) fn unreadable(text: &str, error: &toml::de::Error) -> Problem {
    let message = error.message();
    Problem {
        line: error.span().map(|span| line_of(text, span.start)),
        what: Text { vi: format!("không đọc được: {message}"), en: format!("cannot be read: {message}") },
    }
}

pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

/// Reads one pack and collects its mistakes.
pub(super) struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, problems: Vec::new() }
    }

    /// What was read, unless something was wrong with it.
    pub(super) fn done<T>(self, read: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() { Ok(read) } else { Err(self.problems) }
    }
}

impl Reader<'_> {
    pub(super) fn complain(&mut self, place: &Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
        let what = Text { vi: vi.into(), en: en.into() };
        self.problems.push(Problem { line: Some(line_of(self.text, place.start)), what });
    }

    fn set(&mut self, raw: RawSet) -> CriteriaSet {
        let kinds = self.kinds(raw.kinds.iter().map(|kind| (kind.get_ref().as_str(), kind.span())));
        let award_place = raw.award.span();
        let awards = self.awards(&kinds, raw.award);
        let groups: Vec<Group> = raw.group.iter().map(|group| self.group_of(group)).collect();
        let role_of = |criterion: &RawCriterion| {
            groups.iter().find(|group| group.id == *criterion.group.get_ref()).map_or(Role::Counted, |group| group.role)
        };
        let counted = raw.criterion.iter().filter(|criterion| role_of(criterion) == Role::Counted).count();
        let classes = self.classes(raw.class, &raw.recognition, counted);
        self.unique(raw.group.iter().map(|group| &group.id));
        self.unique(raw.criterion.iter().map(|criterion| &criterion.id));
        let places: Vec<Range<usize>> = raw.criterion.iter().map(|criterion| criterion.id.span()).collect();
        let criteria: Vec<Criterion> =
            raw.criterion.into_iter().map(|criterion| self.criterion(criterion, &groups, &classes)).collect();
        self.numbers(&criteria, &places);
        self.input_keys(&criteria, &places);
        self.roles(&criteria, &groups, &places);
        let quotas = raw.quota.iter().map(|quota| self.quota(quota, &classes)).collect();
        self.unique(raw.unit_group.iter().map(|group| &group.id));
        let not_applicable = raw.not_applicable.map_or(NotApplicable::Drop, |word| self.not_applicable(&word));
        if counted == 0 || kinds.is_empty() || raw.legal_bases.is_empty() {
            self.complain(
                &award_place,
                "cần ít nhất một loại đơn vị, một căn cứ và một tiêu chí",
                "at least one kind of unit, one legal basis and one criterion are needed",
            );
        }
        let recognition = self.recognition(raw.recognition, &classes, counted, &award_place);
        let mut set = CriteriaSet {
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
            not_applicable,
            classes,
            quotas,
            unit_groups: Vec::new(),
            groups,
            criteria,
        };
        self.reachable_in_proportion(&set, &award_place);
        set.unit_groups = raw.unit_group.into_iter().map(|group| self.unit_group(&set, group)).collect();
        set
    }

    pub(super) fn group_of(&mut self, raw: &RawGroup) -> Group {
        let role = raw.role.as_ref().map_or(Role::Counted, |word| {
            Role::from_code(word.get_ref()).unwrap_or_else(|| {
                let known = Role::ALL.map(Role::code).join(", ");
                self.complain(&word.span(), format!("role là {known}"), format!("a role is {known}"));
                Role::Counted
            })
        });
        if let Some(cap) = raw.cap.as_ref().filter(|_| role != Role::Counted) {
            self.complain(
                &cap.span(),
                "cap chỉ dùng cho nhóm được đếm; ở đây points của từng tiêu chí là mức tối đa",
                "a cap is for groups that are counted; here the points of each criterion are the most",
            );
        }
        Group {
            id: raw.id.get_ref().clone(),
            title: raw.title.clone(),
            cap_thousandths: raw.cap.as_ref().map(|cap| self.points(cap)),
            role,
        }
    }

    fn not_applicable(&mut self, word: &Spanned<String>) -> NotApplicable {
        NotApplicable::from_code(word.get_ref()).unwrap_or_else(|| {
            let known = NotApplicable::ALL.map(NotApplicable::code).join(", ");
            self.complain(&word.span(), format!("not_applicable là {known}"), format!("not_applicable is {known}"));
            NotApplicable::Drop
        })
    }

    fn carry_over(&mut self, word: &Spanned<String>) -> Option<CarryOver> {
        let way = CarryOver::from_code(word.get_ref());
        if way.is_none() {
            let known = CarryOver::ALL.map(CarryOver::code).join(", ");
            self.complain(&word.span(), format!("carry_over là {known}"), format!("carry_over is {known}"));
        }
        way
    }

    /// What criteria of a role may have and what they need.
    pub(super) fn roles(&mut self, criteria: &[Criterion], groups: &[Group], places: &[Range<usize>]) {
        let has_points = criteria.iter().any(|criterion| {
            criterion.points_thousandths > 0 && groups.get(criterion.group).is_some_and(|g| g.role == Role::Counted)
        });
        for (criterion, place) in criteria.iter().zip(places) {
            let role = groups.get(criterion.group).map_or(Role::Counted, |group| group.role);
            let points = criterion.points_thousandths > 0;
            let gates = criterion.mandatory || criterion.knock_out || criterion.ceiling.is_some();
            let fits = match role {
                Role::Counted => points == has_points,
                Role::Bonus | Role::Penalty => points && has_points && !gates && criterion.applies.is_none(),
                Role::Condition => {
                    !points && !criterion.mandatory && !criterion.knock_out && criterion.applies.is_none()
                }
                Role::Deferral => !points && !gates && criterion.applies.is_none(),
            };
            let counts = !matches!(role, Role::Condition | Role::Deferral) || is_all_or_nothing(&criterion.rule);
            if !fits || !counts {
                self.complain(
                    place,
                    "points, mandatory, ceiling, applies hoặc quy tắc không hợp với role của nhóm",
                    "points, mandatory, ceiling, applies or the rule do not go with the role of its group",
                );
            }
        }
    }

    fn quota(&mut self, raw: &RawQuota, classes: &[Class]) -> Quota {
        let (class, of) = (self.class(classes, &raw.class), self.class(classes, &raw.of));
        if of >= class {
            self.complain(&raw.of.span(), "of là một mức thấp hơn class", "of is a class below the one named");
        }
        let ties = Ties::ALL.into_iter().find(|ties| ties.code() == raw.ties.get_ref()).unwrap_or_else(|| {
            self.complain(&raw.ties.span(), "ties là leave_out hoặc let_in", "ties is leave_out or let_in");
            Ties::LeaveOut
        });
        Quota { class, of, at_most: self.share(raw.at_most.get_ref(), &raw.at_most.span()), ties }
    }

    /// Where criteria may leave the base, a class asks for no more than all of it: more would be beyond proportion.
    fn reachable_in_proportion(&mut self, set: &CriteriaSet, place: &Range<usize>) {
        let may_drop = set.not_applicable == NotApplicable::Drop && set.criteria.iter().any(|c| c.applies.is_some());
        let most = set.max_points_thousandths();
        if may_drop && set.classes.iter().any(|class| class.min_points_thousandths > most) {
            self.complain(
                place,
                "có tiêu chí được loại khỏi tổng (not_applicable drop) nên min_points không quá tổng điểm",
                "criteria may leave the base (not_applicable drop), so min_points is at most all points",
            );
        }
    }

    fn unit_group(&mut self, set: &CriteriaSet, raw: RawUnitGroup) -> UnitGroup {
        let mut values = Vec::new();
        for (key, value) in raw.values {
            let text = value.get_ref().as_text();
            if adjusted(set, &key, &text).is_err() {
                self.complain(
                    &value.span(),
                    format!("“{key} = {text}”: không có số này, hoặc giá trị không dùng được"),
                    format!("`{key} = {text}`: there is no such number, or the value cannot stand there"),
                );
            }
            values.push((key, text));
        }
        UnitGroup { id: raw.id.into_inner(), title: raw.title, values }
    }

    /// The kinds that words name, each once.
    pub(super) fn kinds<'b>(&mut self, words: impl Iterator<Item = (&'b str, Range<usize>)>) -> Vec<UnitKind> {
        let mut kinds = Vec::new();
        for (word, place) in words {
            let named = UnitKind::named(word);
            if named.is_empty() {
                let known = UnitKind::ALL.map(UnitKind::code).join(", ");
                self.complain(
                    &place,
                    format!("không có loại đơn vị “{word}”; dùng {known}, hoặc district cho cả cấp huyện"),
                    format!("there is no kind of unit `{word}`; use {known}, or district for all of that level"),
                );
            }
            kinds.extend(named.into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
        }
        kinds
    }

    fn awards(
        &mut self,
        kinds: &[UnitKind],
        raw: Spanned<std::collections::BTreeMap<String, Text>>,
    ) -> Vec<(UnitKind, Text)> {
        let place = raw.span();
        let given = raw.into_inner();
        let (mut awards, mut used) = (Vec::new(), BTreeSet::new());
        for kind in kinds {
            let words = [kind.code(), kind.level().code()];
            let word = words.into_iter().find(|word| given.contains_key(*word) && UnitKind::named(word).contains(kind));
            match word.and_then(|word| Some((word, given.get(word)?.clone()))) {
                Some((word, title)) => {
                    used.insert(word);
                    awards.push((*kind, title));
                }
                None => self.complain(
                    &place,
                    format!("[award] thiếu danh hiệu cho “{}”", kind.code()),
                    format!("[award] names no title for `{}`", kind.code()),
                ),
            }
        }
        for word in given.keys().filter(|word| !used.contains(word.as_str())) {
            self.complain(
                &place,
                format!("[award] có “{word}” nhưng `kinds` không có"),
                format!("[award] names `{word}`, `kinds` does not"),
            );
        }
        awards
    }

    pub(super) fn unique<'b>(&mut self, ids: impl Iterator<Item = &'b Spanned<String>>) {
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

    pub(super) fn numbers(&mut self, criteria: &[Criterion], places: &[Range<usize>]) {
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

    pub(super) fn input_keys(&mut self, criteria: &[Criterion], places: &[Range<usize>]) {
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
        // A formula names figures that people enter or results give: no figure waits for itself.
        let known: BTreeSet<&str> = criteria
            .iter()
            .flat_map(|criterion| &criterion.inputs)
            .filter(|input| input.kind == InputKind::Count && !matches!(input.from, From::Computed(_)))
            .map(|input| input.key.as_str())
            .collect();
        for (criterion, place) in criteria.iter().zip(places) {
            for input in &criterion.inputs {
                let From::Computed(formula) = &input.from else { continue };
                for key in formula.terms.keys().filter(|key| !known.contains(key.as_str())) {
                    self.complain(
                        place,
                        format!("công thức của “{}”: không có số liệu nhập “{key}”", input.key),
                        format!("the formula of `{}`: there is no figure `{key}` that is entered", input.key),
                    );
                }
            }
        }
    }

    pub(super) fn mark(&mut self, word: &Spanned<String>) -> Mark {
        Mark::from_code(word.get_ref()).unwrap_or_else(|| {
            self.complain(
                &word.span(),
                "mark là verified, summary hoặc illustrative",
                "a mark is verified, summary or illustrative",
            );
            Mark::Illustrative
        })
    }

    pub(super) fn day(&mut self, day: &Spanned<toml::value::Datetime>) -> Date {
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
        let issued_by = self.kinds(raw.issued_by.get_ref().iter().map(|word| (word.as_str(), issuers.clone())));
        if issued_by.is_empty() {
            self.complain(&issuers, "issued_by nêu ít nhất một cấp", "issued_by names at least one level");
        }
        let min_met = classes.get(class - 1).map_or(0, |class| class.min_met);
        let council = raw.council.map(|council| self.council(council));
        Recognition { min_met, class, mark: self.mark(&raw.mark), source: raw.source, issued_by, council }
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

    pub(super) fn criterion(&mut self, raw: RawCriterion, groups: &[Group], classes: &[Class]) -> Criterion {
        let group = self.group(groups, &raw.group);
        let proof = match raw.proof.get_ref().as_str() {
            "required" => EvidenceRule::Required,
            "optional" => EvidenceRule::Optional,
            _ => {
                self.complain(&raw.proof.span(), "proof là required hoặc optional", "proof is required or optional");
                EvidenceRule::Required
            }
        };
        let carry_over = raw.carry_over.and_then(|word| self.carry_over(&word));
        let points = raw.points.map_or(0, |points| self.points(&points));
        let ceiling = raw.ceiling.map(|class| self.class(classes, &class));
        let id = raw.id.into_inner();
        let RuleRead { applies, rule, inputs, children, other_programme } =
            self.rule_of(&id, raw.rule, raw.applies, &raw.text, points);
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
            owner: raw.owner,
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
            carry_over,
            ceiling,
            inputs,
            applies,
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

/// Whether a rule knows nothing between met and not met.
fn is_all_or_nothing(rule: &Rule) -> bool {
    let part = |part: &Part| is_all_or_nothing(&part.rule);
    match rule {
        Rule::Bands { .. }
        | Rule::Linear { .. }
        | Rule::Each { .. }
        | Rule::Deduction { .. }
        | Rule::SubPoints { .. } => false,
        Rule::AllOf { parts } | Rule::NOfM { parts, .. } => parts.iter().all(part),
        Rule::Judgement { .. }
        | Rule::Threshold { .. }
        | Rule::Ratio { .. }
        | Rule::Zero { .. }
        | Rule::Objects { .. }
        | Rule::ChildrenShare { .. }
        | Rule::YearOverYear { .. }
        | Rule::Target { .. }
        | Rule::OtherProgramme { .. } => true,
    }
}
