//! A province's overlay on a set: numbers made stricter, criteria made mandatory, conditions added.
//!
//! Nothing in it makes a title easier to reach. What comes out is an ordinary set, which says what it asks for
//! without a look into the set below. Opens no file: whoever reads the overlay brings the set it stands on.

use std::{cmp::Ordering, collections::BTreeSet, ops::Range};

use toml::Spanned;

use super::{
    CriteriaSet, Mark, Parameter, Problem, Role, Text, adjusted, parameters, parse,
    parse::{Reader, line_of, unreadable},
    raw::{RawCriterion, RawGroup, RawOverlay, RawTighten},
    write,
};

/// An overlay as it is written, before it is laid on its set.
#[derive(Debug)]
pub struct Overlay<'a> {
    text: &'a str,
    raw: RawOverlay,
}

impl<'a> Overlay<'a> {
    /// Reads the text of `overlay.toml`.
    pub fn read(text: &'a str) -> Result<Self, Vec<Problem>> {
        let raw = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
        Ok(Self { text, raw })
    }

    /// The folder of the pack it stands on, as seen from its own.
    pub fn base(&self) -> &str {
        self.raw.base.get_ref()
    }

    /// What is wrong with [`Self::base`], at its line.
    pub fn base_problem(&self, what: Text) -> Problem {
        Problem { line: Some(line_of(self.text, self.raw.base.span().start)), what }
    }

    /// The set with the overlay on it. `code` is the name of the overlay's folder. Gives every mistake.
    pub fn on(self, code: &str, base: &CriteriaSet) -> Result<CriteriaSet, Vec<Problem>> {
        let raw = self.raw;
        let mut reader = Reader::new(self.text);
        reader.heads(&raw, code, base);
        let valid_from = reader.day(&raw.valid_from);
        if valid_from < base.valid_from {
            let first = base.valid_from;
            reader.complain(
                &raw.valid_from.span(),
                format!("valid_from không được trước {first} của bộ gốc"),
                format!("valid_from is not before {first}, from which the base may be used"),
            );
        }
        let mut set = base.clone();
        reader.tighten(&mut set, base, &raw.tighten);
        reader.make_mandatory(&mut set, &raw.mandatory);
        reader.add_conditions(&mut set, base, &raw.group, raw.criterion);
        set.legal_bases.extend(raw.legal_bases.into_inner());
        reader.done(CriteriaSet {
            code: code.to_owned(),
            version: raw.version,
            valid_from,
            title: raw.title.unwrap_or_else(|| set.title.clone()),
            short_title: raw.short_title.unwrap_or_else(|| set.short_title.clone()),
            ..set
        })
    }
}

impl Reader<'_> {
    fn heads(&mut self, raw: &RawOverlay, code: &str, base: &CriteriaSet) {
        let (own, place) = (raw.code.get_ref(), raw.code.span());
        if own != code {
            self.complain(
                &place,
                format!("`code` phải là tên thư mục “{code}”"),
                format!("`code` must be the folder's name `{code}`"),
            );
        }
        if *own == base.code {
            self.complain(
                &place,
                format!("“{own}” là mã của bộ gốc; đặt mã và tên thư mục khác"),
                format!("`{own}` is the code of the base; give the overlay and its folder another one"),
            );
        }
        let wanted = raw.base_version.get_ref();
        if *wanted != base.version {
            let there = &base.version;
            self.complain(
                &raw.base_version.span(),
                format!("bộ gốc là phiên bản {there}, không phải {wanted}; rà lại các mục rồi sửa base_version"),
                format!("the base has the version {there}, not {wanted}; check the rows anew, then correct it"),
            );
        }
        if raw.legal_bases.get_ref().is_empty() {
            self.complain(
                &raw.legal_bases.span(),
                "cần ít nhất một văn bản của địa phương ban hành phần bổ sung",
                "at least one document that promulgates the overlay is needed",
            );
        }
        if raw.tighten.is_empty() && raw.mandatory.is_empty() && raw.criterion.is_empty() {
            self.complain(
                &place,
                "không có tighten, mandatory hay criterion nào nên không khác bộ gốc; thêm mục hoặc dùng bộ gốc",
                "without tighten, mandatory or criterion it does not differ from the base; add a row or use the base",
            );
        }
    }

    fn tighten(&mut self, set: &mut CriteriaSet, base: &CriteriaSet, rows: &[RawTighten]) {
        let mut seen = BTreeSet::new();
        let retold: BTreeSet<&str> =
            rows.iter().filter(|row| row.text.is_some()).map(|row| criterion_of(row.key.get_ref())).collect();
        for row in rows {
            let key = row.key.get_ref();
            if !seen.insert((key, row.unit_group.as_ref().map(Spanned::get_ref))) {
                self.complain(
                    &row.key.span(),
                    format!("{key}: đã có một mục tighten khác; bỏ một mục"),
                    format!("{key}: is tightened twice; drop one of the rows"),
                );
                continue;
            }
            let Some((parameter, mark)) = self.stricter(set, base, row) else { continue };
            let tells_number = |text: &Text| names_number(text, &parameter.current);
            let Some(criterion) = parameter.criterion.map(|at| &mut set.criteria[at]) else {
                self.no_text(row);
                set.recognition.mark = set.recognition.mark.max(mark);
                set.recognition.source = joined(&set.recognition.source, &row.source);
                continue;
            };
            if row.unit_group.is_none() && !retold.contains(criterion.id.as_str()) && tells_number(&criterion.text) {
                let number = leading(&parameter.current);
                self.complain(
                    &row.key.span(),
                    format!("{key}: nội dung tiêu chí còn nêu {number}; ghi text với số mới"),
                    format!("{key}: the text of the criterion still says {number}; give a text with the new number"),
                );
            }
            criterion.text = row.text.clone().unwrap_or_else(|| criterion.text.clone());
            criterion.mark = criterion.mark.max(mark);
            criterion.source = joined(&criterion.source, &row.source);
        }
    }

    fn no_text(&mut self, row: &RawTighten) {
        if row.text.is_some() {
            let key = row.key.get_ref();
            self.complain(
                &row.key.span(),
                format!("{key}: text chỉ dùng cho số của một tiêu chí; bỏ text"),
                format!("{key}: a text is for the number of a criterion; drop it"),
            );
        }
    }

    /// Puts one stricter number into the set; gives the number as it was and the mark of the new one.
    fn stricter(&mut self, set: &mut CriteriaSet, base: &CriteriaSet, row: &RawTighten) -> Option<(Parameter, Mark)> {
        let (key, place) = (row.key.get_ref(), row.value.span());
        let mark = self.mark(&row.mark);
        let value = row.value.get_ref().as_text();
        let before = self.for_group(base, row)?;
        let at = self.parameter(&before, row)?;
        let parameter = parameters(&before).swap_remove(at);
        let Some((changed, laid)) = adjusted(&before, key, &value).ok().zip(laid(set, row, &value)) else {
            let current = &parameter.current;
            self.complain(
                &place,
                format!("{key}: “{value}” không dùng được ở đây; viết như giá trị hiện nay {current}"),
                format!("{key}: `{value}` cannot stand here; write it as the present value {current}"),
            );
            return None;
        };
        let is_penalty = parameter.criterion.is_some_and(|at| base.role(&base.criteria[at]) == Role::Penalty);
        // Whoever meets a penalty loses points: it is stricter where more units meet it.
        let less_is_stricter = key.ends_with(".at_most") != is_penalty;
        let order = compare(&parameters(&changed)[at].current, &parameter.current);
        let stricter = if less_is_stricter { Ordering::Less } else { Ordering::Greater };
        if order != stricter {
            self.not_stricter(&place, key, (&value, &parameter.current), order, less_is_stricter);
            return None;
        }
        if let Err(problems) = parse(&laid.code, &write(&shown_to(&laid, row))) {
            for problem in problems {
                let Text { vi, en } = problem.what;
                self.complain(&place, format!("{key} = {value}: {vi}"), format!("{key} = {value}: {en}"));
            }
            return None;
        }
        *set = laid;
        Some((parameter, mark))
    }

    /// The base as it is for the units that a row is about.
    fn for_group(&mut self, base: &CriteriaSet, row: &RawTighten) -> Option<CriteriaSet> {
        let Some(group) = &row.unit_group else { return Some(base.clone()) };
        let found = base.for_units(group.get_ref());
        if found.is_none() {
            let (id, known) = (group.get_ref(), list(base.unit_groups.iter().map(|group| &group.id)));
            self.complain(
                &group.span(),
                format!("bộ gốc không có unit_group “{id}”, chỉ có: {known}"),
                format!("the base has no unit_group `{id}`, only: {known}"),
            );
        }
        found
    }

    /// The place of the number that a row is about among the numbers of the base.
    fn parameter(&mut self, before: &CriteriaSet, row: &RawTighten) -> Option<usize> {
        let key = row.key.get_ref();
        let all = parameters(before);
        let found = all.iter().position(|parameter| parameter.key == *key);
        if found.is_none() {
            let of_criterion: Vec<&String> =
                all.iter().map(|known| &known.key).filter(|known| criterion_of(known) == criterion_of(key)).collect();
            let known = if of_criterion.is_empty() {
                list(all.iter().map(|known| &known.key))
            } else {
                list(of_criterion.into_iter())
            };
            self.complain(
                &row.key.span(),
                format!("bộ gốc không có số “{key}”, chỉ có: {known}"),
                format!("the base has no number `{key}`, only: {known}"),
            );
        }
        found
    }

    fn not_stricter(
        &mut self,
        place: &Range<usize>,
        key: &str,
        (value, current): (&str, &str),
        order: Ordering,
        less_is_stricter: bool,
    ) {
        let (vi, en) = if less_is_stricter { ("nhỏ hơn", "below") } else { ("lớn hơn", "above") };
        if order == Ordering::Equal {
            self.complain(
                place,
                format!("{key}: {value} bằng {current} của bộ gốc nên không thay đổi gì; đặt số {vi} hoặc bỏ mục này"),
                format!("{key}: {value} equals {current} of the base and changes nothing; go {en} it or drop the row"),
            );
        } else {
            self.complain(
                place,
                format!("{key}: {value} nhẹ hơn {current} của bộ gốc; chỉ được siết chặt, đặt số {vi} {current}"),
                format!("{key}: {value} is easier than {current} of the base; an overlay only tightens: go {en} it"),
            );
        }
    }

    fn make_mandatory(&mut self, set: &mut CriteriaSet, ids: &[Spanned<String>]) {
        for named in ids {
            let (id, place) = (named.get_ref(), named.span());
            let Some(at) = set.criteria.iter().position(|criterion| criterion.id == *id) else {
                let (vi, en) =
                    (format!("bộ gốc không có tiêu chí “{id}”"), format!("the base has no criterion `{id}`"));
                self.complain(&place, vi, en);
                continue;
            };
            let role = set.role(&set.criteria[at]);
            let criterion = &mut set.criteria[at];
            if role != Role::Counted {
                self.complain(
                    &place,
                    format!("{id}: chỉ tiêu chí của nhóm được đếm mới đặt bắt buộc được; bỏ khỏi mandatory"),
                    format!("{id}: only a criterion of a counted group can be made mandatory; drop it here"),
                );
            } else if criterion.mandatory || criterion.knock_out {
                self.complain(
                    &place,
                    format!("{id}: đã là tiêu chí bắt buộc hoặc loại trực tiếp; bỏ khỏi mandatory"),
                    format!("{id}: is mandatory or a knock-out already; drop it here"),
                );
            } else {
                criterion.mandatory = true;
                // Without it there is no title any more, so there is no highest class without it either.
                criterion.ceiling = None;
            }
        }
    }

    fn add_conditions(
        &mut self,
        set: &mut CriteriaSet,
        base: &CriteriaSet,
        groups: &[RawGroup],
        criteria: Vec<RawCriterion>,
    ) {
        self.unique(groups.iter().map(|group| &group.id));
        self.unique(criteria.iter().map(|criterion| &criterion.id));
        for raw in groups {
            let (id, place) = (raw.id.get_ref(), raw.id.span());
            if base.groups.iter().any(|group| group.id == *id) {
                self.complain(
                    &place,
                    format!("bộ gốc đã có nhóm “{id}”; đặt id khác"),
                    format!("the base has a group `{id}` already; give it another id"),
                );
            }
            let group = self.group_of(raw);
            if !matches!(group.role, Role::Condition | Role::Deferral) {
                self.complain(
                    &raw.role.as_ref().map_or(place, Spanned::span),
                    format!("nhóm “{id}”: nhóm thêm ở đây chỉ có role condition hoặc deferral, không cho hay trừ điểm"),
                    format!("group `{id}`: a group added here has the role condition or deferral and gives no points"),
                );
            }
            set.groups.push(group);
        }
        // The rows of the base are in order and never complained of; only their number counts here.
        let mut places = vec![0..0; base.criteria.len()];
        for raw in criteria {
            places.push(raw.id.span());
            self.new_row(base, &raw);
            let criterion = self.criterion(raw, &set.groups, &set.classes);
            set.criteria.push(criterion);
        }
        self.numbers(&set.criteria, &places);
        self.input_keys(&set.criteria, &places);
        self.roles(&set.criteria, &set.groups, &places);
    }

    fn new_row(&mut self, base: &CriteriaSet, raw: &RawCriterion) {
        let (id, group) = (raw.id.get_ref(), raw.group.get_ref());
        if base.criterion(id).is_some() {
            self.complain(
                &raw.id.span(),
                format!("bộ gốc đã có tiêu chí “{id}”; đặt id khác, hoặc dùng tighten để siết chặt"),
                format!("the base has a criterion `{id}` already; give it another id, or tighten that one"),
            );
        }
        if base.groups.iter().any(|known| known.id == *group) {
            self.complain(
                &raw.group.span(),
                format!("{id}: “{group}” là nhóm của bộ gốc, không thêm tiêu chí vào được; lập nhóm role condition"),
                format!("{id}: `{group}` is a group of the base and takes no row; make a group of role condition"),
            );
        }
    }
}

/// `c19` of `c19.at_least`.
fn criterion_of(key: &str) -> &str {
    key.split('.').next().unwrap_or_default()
}

fn list<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(", ") }
}

/// The set with one number of a row in it, for every unit or for those of a group.
fn laid(set: &CriteriaSet, row: &RawTighten, value: &str) -> Option<CriteriaSet> {
    let key = row.key.get_ref();
    let Some(group) = &row.unit_group else { return adjusted(set, key, value).ok() };
    let mut laid = set.clone();
    let values = &mut laid.unit_groups.iter_mut().find(|known| known.id == *group.get_ref())?.values;
    values.retain(|(known, _)| known != key);
    values.push((key.clone(), value.to_owned()));
    values.sort();
    Some(laid)
}

/// The set as the units that a row is about see it.
fn shown_to(set: &CriteriaSet, row: &RawTighten) -> CriteriaSet {
    let group = row.unit_group.as_ref().and_then(|group| set.for_units(group.get_ref()));
    group.unwrap_or_else(|| set.clone())
}

/// Compares `80/100` with `4/5`, or `12` with `13`, without dividing.
fn compare(new: &str, old: &str) -> Ordering {
    let fraction = |text: &str| -> (i128, i128) {
        let (part, whole) = text.split_once('/').unwrap_or((text, "1"));
        (part.parse().unwrap_or_default(), whole.parse().unwrap_or(1))
    };
    let ((part, whole), (old_part, old_whole)) = (fraction(new), fraction(old));
    (part * old_whole).cmp(&(old_part * whole))
}

/// `80` of `80/100`, `12` of `12`: how a sentence names the number; a share of another whole as it stands.
fn leading(number: &str) -> &str {
    number.strip_suffix("/100").unwrap_or(number)
}

/// Whether a sentence names the number, in one of the languages.
fn names_number(text: &Text, number: &str) -> bool {
    let Ok(number) = leading(number).parse::<u64>() else { return false };
    let runs = |text: &str| text.split(|letter: char| !letter.is_ascii_digit()).any(|run| run.parse() == Ok(number));
    runs(&text.vi) || runs(&text.en)
}

fn joined(base: &Text, own: &Text) -> Text {
    Text { vi: format!("{}; {}", base.vi, own.vi), en: format!("{}; {}", base.en, own.en) }
}
