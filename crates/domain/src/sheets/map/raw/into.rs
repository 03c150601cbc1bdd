//! `[into.units]` and `[into.answers]`: what becomes of the records.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::{RawColumn, Reader};
use crate::{
    sheets::{
        map::{IntoAnswers, IntoInput, IntoUnits, KindOf, Target},
        units::UnitRule,
    },
    units::{Level, UnitKind},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInto {
    units: Option<RawUnits>,
    answers: Option<RawAnswers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUnits {
    name: Spanned<String>,
    kind: Option<Spanned<String>>,
    kind_field: Option<Spanned<String>>,
    #[serde(default)]
    kinds: BTreeMap<String, Spanned<String>>,
    below: Option<Spanned<String>>,
    code: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswers {
    set: Spanned<String>,
    unit: Spanned<String>,
    input: Vec<RawInput>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawInput {
    key: Spanned<String>,
    field: Spanned<String>,
    #[serde(default)]
    words: BTreeMap<String, i64>,
}

/// Kinds of columns that say a figure themselves.
const FIGURES: [&str; 3] = ["count", "decimal", "money"];
/// Kinds of columns whose words can be told one by one.
const WORDS: [&str; 2] = ["choice", "mark"];

impl Reader<'_> {
    pub(super) fn target(
        &mut self,
        columns: &[RawColumn],
        rules: &[Spanned<UnitRule>],
        raw: Spanned<RawInto>,
    ) -> Option<Target> {
        let place = raw.span();
        match raw.into_inner() {
            RawInto { units: Some(units), answers: None } => {
                Some(Target::Units(self.units_target(columns, rules, units)))
            }
            RawInto { units: None, answers: Some(answers) } => {
                Some(Target::Answers(self.answers_target(columns, rules, answers)))
            }
            _ => {
                let vi = "[into] cần đúng một: [into.units] hoặc [into.answers]";
                self.complain(&place, vi, "[into] needs one of [into.units] and [into.answers]");
                None
            }
        }
    }

    fn units_target(&mut self, columns: &[RawColumn], rules: &[Spanned<UnitRule>], raw: RawUnits) -> IntoUnits {
        let place = raw.name.span();
        self.of_kind(columns, "name", &raw.name, &["unit_name", "text"]);
        if let Some(code) = &raw.code {
            self.of_kind(columns, "code", code, &["code", "text"]);
        }
        if let Some(below) = &raw.below {
            self.looked_up(rules, "below", below);
        }
        let kind = match (raw.kind, raw.kind_field) {
            (Some(kind), None) if raw.kinds.is_empty() => KindOf::All(self.unit_kind(&kind)),
            (None, Some(field)) if !raw.kinds.is_empty() => {
                self.of_kind(columns, "kind_field", &field, &WORDS);
                let words: Vec<&String> = raw.kinds.keys().collect();
                self.known_words(columns, &field, &words, "kinds");
                let kinds = raw.kinds.into_iter().map(|(word, kind)| (word, self.unit_kind(&kind))).collect();
                KindOf::Field { field: field.into_inner(), kinds }
            }
            _ => {
                let vi = "cần kind, hoặc kind_field cùng kinds";
                self.complain(&place, vi, "either kind is needed, or kind_field with kinds");
                KindOf::All(UnitKind::ResidentialArea)
            }
        };
        let text = Spanned::into_inner;
        IntoUnits { name: text(raw.name), kind, below: raw.below.map(text), code: raw.code.map(text) }
    }

    fn answers_target(&mut self, columns: &[RawColumn], rules: &[Spanned<UnitRule>], raw: RawAnswers) -> IntoAnswers {
        self.looked_up(rules, "unit", &raw.unit);
        if raw.input.is_empty() {
            let vi = "chưa có input nào; thêm [[into.answers.input]]";
            self.complain(&raw.set.span(), vi, "there is no input; add an [[into.answers.input]]");
        }
        let mut keys = BTreeSet::new();
        let mut inputs = Vec::new();
        for input in raw.input {
            let key = input.key.get_ref();
            if !keys.insert(key.clone()) {
                let (vi, en) = (format!("số liệu “{key}” có hai lần"), format!("the input “{key}” stands twice"));
                self.complain(&input.key.span(), vi, en);
            }
            let kinds: &[&str] = if input.words.is_empty() { &FIGURES } else { &WORDS };
            self.of_kind(columns, "field", &input.field, kinds);
            if !input.words.is_empty() {
                let words: Vec<&String> = input.words.keys().collect();
                self.known_words(columns, &input.field, &words, "words");
            }
            let (key, field) = (input.key.into_inner(), input.field.into_inner());
            inputs.push(IntoInput { key, field, words: input.words });
        }
        IntoAnswers { set: raw.set.into_inner(), unit: raw.unit.into_inner(), inputs }
    }

    /// A field that there is, of one of some kinds.
    fn of_kind(&mut self, columns: &[RawColumn], option: &str, field: &Spanned<String>, kinds: &[&str]) {
        let name = field.get_ref();
        let column = columns.iter().find(|column| column.field.get_ref() == name);
        if column.is_some_and(|column| kinds.contains(&column.value.kind.get_ref().as_str())) {
            return;
        }
        let kinds = kinds.join(", ");
        let vi = format!("{option} = \"{name}\" không phải cột có kind {kinds}");
        self.complain(&field.span(), vi, format!("{option} = \"{name}\" is no column of the kind {kinds}"));
    }

    /// A field whose units are looked up.
    fn looked_up(&mut self, rules: &[Spanned<UnitRule>], option: &str, field: &Spanned<String>) {
        let name = field.get_ref();
        match rules.iter().find(|rule| rule.get_ref().name == *name) {
            None => {
                let vi = format!("{option} = \"{name}\" cần một [[unit]] có name = \"{name}\"");
                let en = format!("{option} = \"{name}\" needs a [[unit]] with name = \"{name}\"");
                self.complain(&field.span(), vi, en);
            }
            Some(rule) if rule.get_ref().day.is_some() => {
                let vi = "khi nhập, mọi hàng được tra theo một ngày; bỏ day trong [[unit]] này";
                let en = "an import looks every row up as of one day; leave day out of this [[unit]]";
                self.complain(&rule.span(), vi, en);
            }
            Some(_) => {}
        }
    }

    /// No word is told that the column does not know.
    fn known_words(&mut self, columns: &[RawColumn], field: &Spanned<String>, told: &[&String], option: &str) {
        let Some(column) = columns.iter().find(|column| column.field.get_ref() == field.get_ref()) else { return };
        let choices = column.value.words.iter().flatten().map(|choice| choice.word.get_ref());
        let marks = column.value.marks.iter().flatten().map(|mark| mark.word.get_ref());
        let known: Vec<&String> = choices.chain(marks).collect();
        for word in told.iter().filter(|word| !known.contains(word)) {
            let name = field.get_ref();
            let vi = format!("{option} nêu “{word}” nhưng cột “{name}” không có từ đó");
            let en = format!("{option} names “{word}”, which the column “{name}” does not know");
            self.complain(&field.span(), vi, en);
        }
    }

    fn unit_kind(&mut self, word: &Spanned<String>) -> UnitKind {
        let name = word.get_ref();
        let kind = UnitKind::from_code(name).filter(|kind| kind.level() == Level::Below);
        kind.unwrap_or_else(|| {
            let known = Level::Below.kinds().map(UnitKind::code).collect::<Vec<_>>().join(", ");
            let vi = format!("không có loại đơn vị “{name}”; dùng {known}");
            self.complain(&word.span(), vi, format!("there is no kind of unit “{name}”; use {known}"));
            UnitKind::ResidentialArea
        })
    }
}
