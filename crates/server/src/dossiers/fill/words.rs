//! Names and short facts that pages of several rooms say the same way.

use dienhinh_domain::{
    calendar::{day_in_vietnam, format_day, format_instant, time_of_day},
    dossiers::State,
    programmes::{Class, CriteriaSet, Mark, Text},
    text::format_thousandths,
    units::{UnitKind, UnitVersion, lower_first},
};
use dienhinh_engine::{Language, Totals};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use crate::{
    dossiers::{
        case::Case,
        views::parts::{OutcomeView, TagView},
    },
    web::{lang::Lang, layout::Tone},
};

/// The day on which districts were abolished and communes merged (Resolution 202/2025/QH15).
pub(crate) const TWO_LEVELS_FROM: Date = date(2025, 7, 1);

impl Lang {
    /// The engine's word for the language.
    pub(crate) fn of_engine(self) -> Language {
        match self {
            Self::Vi => Language::Vi,
            Self::En => Language::En,
        }
    }

    /// A text of a pack in this language.
    pub(crate) fn of(self, text: &Text) -> &str {
        self.pick(&text.vi, &text.en)
    }
}

impl From<dienhinh_engine::Outcome> for OutcomeView {
    fn from(outcome: dienhinh_engine::Outcome) -> Self {
        match outcome {
            dienhinh_engine::Outcome::Met => Self::Met,
            dienhinh_engine::Outcome::Unmet => Self::Unmet,
            dienhinh_engine::Outcome::NoData => Self::NoData,
            dienhinh_engine::Outcome::NotApplicable => Self::NotApplicable,
        }
    }
}

/// Where a dossier stands, in a few words.
pub(crate) fn state_text(lang: Lang, state: State) -> String {
    lang.look_up(&format!("state-{}", state.code()), &[])
}

/// How that is meant.
pub(crate) fn state_tone(state: State) -> Tone {
    match state {
        State::Invited => Tone::Plain,
        State::InProgress | State::Presented => Tone::Wait,
        State::Returned | State::Appealed => Tone::Diff,
        State::Submitted | State::Appraised => Tone::Info,
        State::Recognised => Tone::Ok,
        State::NotRecognised | State::Revoked => Tone::No,
    }
}

/// What the rules of recognition say, and how that is meant.
pub(crate) fn rules_text(lang: Lang, recognised: Option<bool>) -> (String, Tone) {
    match recognised {
        Some(true) => (lang.t("rules-met"), Tone::Ok),
        Some(false) => (lang.t("rules-unmet"), Tone::No),
        None => (lang.t("rules-open"), Tone::Wait),
    }
}

/// What the rules say of a result so far: for a set that only recognises, how many criteria are needed; for one
/// with classes, the class and how far the next one is.
pub(crate) fn standing_text(lang: Lang, set: &CriteriaSet, totals: &Totals) -> String {
    if set.classes.len() < 2 {
        let needs = lang.t2("sheet-needs", "need", set.recognition.min_met, "met", totals.met);
        return format!("{needs} {}.", rules_text(lang, totals.recognised).0);
    }
    let class = match totals.class {
        None => lang.t("class-open"),
        Some(0) => lang.t("class-none"),
        Some(class) => lang.of(&set.classes[class - 1].title).to_owned(),
    };
    let line = lang.t1("class-line", "class", class);
    let next = totals.class.and_then(|class| set.classes.get(class));
    [Some(line), next.and_then(|next| class_distance(lang, next, totals))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is missing to the next class, where points or criteria are.
fn class_distance(lang: Lang, next: &Class, totals: &Totals) -> Option<String> {
    let class = lang.of(&next.title);
    let points = next.min_points_thousandths - totals.points_thousandths;
    if points > 0 {
        return Some(lang.t2("class-next-points", "class", class, "n", format_thousandths(points, 1)));
    }
    let met = next.min_met.checked_sub(totals.met).filter(|missing| *missing > 0)?;
    Some(lang.t2("class-next-met", "class", class, "n", met))
}

/// `từ 90 điểm, từ 12 tiêu chí đạt, mỗi nhóm từ 50/100 số điểm`: what a class asks for.
pub(crate) fn class_needs(lang: Lang, class: &Class) -> String {
    let points = (class.min_points_thousandths > 0)
        .then(|| lang.t1("class-needs-points", "n", format_thousandths(class.min_points_thousandths, 0)));
    let met = (class.min_met > 0).then(|| lang.t1("class-needs-met", "n", class.min_met));
    let share = class.group_share.map(|share| lang.t2("class-needs-group", "part", share.part, "whole", share.whole));
    [points, met, share].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `32/34 đạt · 96,0 điểm`; without points only the first part.
pub(crate) fn result_text(lang: Lang, totals: &Totals) -> String {
    let met = lang.t2("met-of", "met", totals.met, "of", totals.of);
    match points(totals.points_thousandths, totals.max_thousandths) {
        Some(points) => format!("{met} · {}", lang.t1("points-n", "n", points)),
        None => met,
    }
}

/// `96,0` where the set gives points.
pub(crate) fn points(points_thousandths: i64, max_thousandths: i64) -> Option<String> {
    (max_thousandths > 0).then(|| format_thousandths(points_thousandths, 1))
}

/// `96,0/100` where the set gives points.
pub(crate) fn points_of_max(totals: &Totals) -> Option<String> {
    let reached = points(totals.points_thousandths, totals.max_thousandths)?;
    Some(format!("{reached}/{}", format_thousandths(totals.max_thousandths, 0)))
}

/// Name of a kind of unit.
pub(crate) fn kind_text(lang: Lang, kind: UnitKind) -> String {
    lang.look_up(&format!("unit-kind-{}", kind.code()), &[])
}

/// `Xã, phường, thị trấn`: the kinds of a set.
pub(crate) fn kinds_text(lang: Lang, kinds: &[UnitKind]) -> String {
    let names: Vec<String> = kinds.iter().map(|kind| kind_text(lang, *kind)).collect();
    let lower = names.iter().skip(1).map(|name| lowered(name));
    names.first().cloned().into_iter().chain(lower).collect::<Vec<_>>().join(", ")
}

/// A name for the middle of a sentence.
pub(crate) fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(char::to_lowercase).into_iter().flatten().chain(letters).collect()
}

/// Which boundaries are shown: reforms change them, results stay.
pub(crate) fn boundary_text(lang: Lang, as_of: Date) -> String {
    if as_of < TWO_LEVELS_FROM { lang.t("boundary-before-2025") } else { lang.t("boundary-from-2025") }
}

/// The mark of a text as a small label; verified texts bear none.
pub(crate) fn mark_tag(lang: Lang, mark: Mark) -> Option<TagView> {
    let tone = if mark == Mark::Illustrative { Tone::Wait } else { Tone::Plain };
    let text = lang.look_up(&format!("mark-{}", mark.code()), &[]);
    (mark != Mark::Verified).then_some(TagView { tone, text, href: String::new() })
}

/// `34 tiêu chí, phiên bản 1`: the criteria that "N of 34" counts.
pub(crate) fn set_line(lang: Lang, set: &CriteriaSet) -> String {
    lang.t2("sheet-set-line", "criteria", set.counted().count(), "version", &set.version)
}

/// `Xã điển hình 2023`.
pub(crate) fn programme_year(lang: Lang, set: &CriteriaSet, year: i16) -> String {
    format!("{} {year}", lang.of(&set.short_title))
}

/// `huyện Vĩnh Lợi, tỉnh Bạc Liêu`: names on the way up, for the middle of a sentence.
pub(crate) fn place_text(ancestors: &[UnitVersion]) -> String {
    ancestors.iter().map(|above| lower_first(&above.name)).collect::<Vec<_>>().join(", ")
}

/// `16/11/2022 – 15/11/2023`: the days a case is judged over.
pub(crate) fn assessed_text(case: &Case) -> String {
    format!("{} – {}", format_day(case.cycle.assessed.from), format_day(case.cycle.last_day()))
}

/// `14:32` today, `14:32 23/11/2023` on any other day.
pub(crate) fn moment(at: Timestamp, today: Date) -> String {
    if day_in_vietnam(at) == today { time_of_day(at) } else { format_instant(at) }
}

/// Roman numeral of a group, as papers number them.
pub(crate) fn roman(number: usize) -> String {
    const PARTS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut rest = number;
    let mut numeral = String::new();
    for (value, letters) in PARTS {
        while rest >= value {
            numeral.push_str(letters);
            rest -= value;
        }
    }
    numeral
}

/// A count for shares and bars.
pub(crate) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A text cut at a word to about `max` characters.
pub(crate) fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    // One more than fits: a word that ends just there is kept.
    let head: String = text.chars().take(max + 1).collect();
    let end = head.rfind(' ').unwrap_or(head.len());
    format!("{}…", head[..end].trim_end_matches([',', ';', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_bear_roman_numerals() {
        let numerals: Vec<String> = [1, 4, 6, 9, 14, 40].into_iter().map(roman).collect();
        assert_eq!(numerals, ["I", "IV", "VI", "IX", "XIV", "XL"]);
    }

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(cut("Tỷ lệ hòa giải thành mâu thuẫn, tranh chấp", 33), "Tỷ lệ hòa giải thành mâu thuẫn…");
        assert_eq!(cut("Ngắn", 31), "Ngắn");
    }
}
