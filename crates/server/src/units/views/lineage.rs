//! What a unit was, what it came from and what it became, for people.

use dienhinh_domain::{
    calendar::{Period, format_day},
    units::{
        BEGINNING,
        succession::{Succession, WithoutSuccessor},
    },
};
use dienhinh_storage::units::history::{Chapter, Link};
use jiff::civil::Date;

use crate::{
    dossiers::fill::words,
    units::crosswalk::{Lineage, eve},
    web::lang::Lang,
};

/// A unit over all its time.
#[derive(Debug, Clone, Default)]
pub(crate) struct LineageView {
    /// Everything it was, earliest first.
    pub(crate) chapters: Vec<ChapterView>,
    /// What it came from.
    pub(crate) from: Vec<LinkView>,
    /// That nobody knows what it came from; may be empty.
    pub(crate) from_unknown: String,
    /// What it became.
    pub(crate) to: Vec<LinkView>,
    /// That nobody knows what it became, or that nothing took over; may be empty.
    pub(crate) to_unknown: String,
}

/// What a unit was during one stretch of time.
#[derive(Debug, Clone)]
pub(crate) struct ChapterView {
    /// The unit's page as of then.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
    /// Kind, code and what lay above.
    pub(crate) what: String,
    /// From when until when, and by which documents.
    pub(crate) valid: String,
    /// The page shows the unit as it was then.
    pub(crate) shown: bool,
}

/// Another unit, before or after.
#[derive(Debug, Clone)]
pub(crate) struct LinkView {
    /// Its page, as it was then.
    pub(crate) href: String,
    /// Its name with its code.
    pub(crate) name: String,
    /// On which day, how, and how much.
    pub(crate) how: String,
    /// By which document and clause; that it is not known.
    pub(crate) basis: String,
}

/// Shows a unit over all its time. `shown` is the day that the page around it shows.
pub(crate) fn view(lang: Lang, lineage: &Lineage, shown: Option<Date>) -> LineageView {
    let without = lineage.without_successor().map(|why| match why {
        WithoutSuccessor::Unknown => lang.t("unit-successor-unknown"),
        WithoutSuccessor::LevelAbolished => lang.t("unit-successor-none"),
    });
    let unknown = || lang.t("unit-predecessor-unknown");
    LineageView {
        chapters: lineage.chapters.iter().map(|one| chapter(lang, one, shown)).collect(),
        from: lineage.from.iter().map(|one| link(lang, one, true)).collect(),
        from_unknown: if lineage.came_from_unknown() { unknown() } else { String::new() },
        to: lineage.to.iter().map(|one| link(lang, one, false)).collect(),
        to_unknown: without.unwrap_or_default(),
    }
}

fn chapter(lang: Lang, chapter: &Chapter, shown: Option<Date>) -> ChapterView {
    let version = &chapter.version;
    let rival = chapter.alt_code.as_ref().map(|code| lang.t1("unit-also-code", "code", code));
    let code = version.code.as_ref().map(|code| lang.t1("unit-code-short", "code", code));
    let parts = [Some(words::kind_text(lang, version.kind)), code, rival, chapter.parent_name.clone()];
    let bases: Vec<String> = [("unit-basis-from", &chapter.basis_from), ("unit-basis-until", &chapter.basis_until)]
        .into_iter()
        .filter_map(|(key, basis)| Some(lang.t1(key, "basis", basis.as_ref()?)))
        .collect();
    let valid = std::iter::once(valid_text(lang, version.valid)).chain(bases).collect::<Vec<_>>().join("; ");
    // Of a version without a known beginning the last day is as good as any.
    let day = match version.valid.until {
        Some(until) if version.valid.from == BEGINNING => Some(eve(until)),
        _ => Some(version.valid.from).filter(|day| *day != BEGINNING),
    };
    let as_of = day.map(|day| format!("?as_of={day}")).unwrap_or_default();
    ChapterView {
        href: format!("/units/{}{as_of}", version.unit),
        name: version.name.clone(),
        what: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        valid,
        shown: shown.is_some_and(|day| version.valid.contains(day)),
    }
}

/// From when until when, in words: the last day is one that is still inside.
pub(crate) fn valid_text(lang: Lang, valid: Period) -> String {
    let last = valid.until.map(|until| format_day(eve(until)));
    let from = (valid.from != BEGINNING).then(|| format_day(valid.from));
    match (from, last) {
        (Some(from), Some(last)) => format!("{from} – {last}"),
        (Some(from), None) => lang.t1("unit-valid-from", "day", from),
        (None, Some(last)) => lang.t1("unit-valid-until", "day", last),
        (None, None) => lang.t("unit-valid-always"),
    }
}

fn link(lang: Lang, link: &Link, back: bool) -> LinkView {
    let succession = &link.succession;
    let (other, as_of) = if back { (&link.predecessor, eve(succession.on)) } else { (&link.successor, succession.on) };
    let code = other.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let basis = [
        succession.legal_basis.clone(),
        succession.clause.as_ref().map(|clause| lang.t1("unit-clause", "clause", clause)),
    ];
    let basis: Vec<String> = basis.into_iter().flatten().collect();
    LinkView {
        href: format!("/units/{}?as_of={as_of}", other.unit),
        name: format!("{}{code}", other.name),
        how: how(lang, succession),
        basis: if basis.is_empty() { lang.t("unit-basis-unknown") } else { basis.join(", ") },
    }
}

/// `01/07/2025: hợp nhất, toàn bộ`.
fn how(lang: Lang, succession: &Succession) -> String {
    format!("{}: {}", format_day(succession.on), share(lang, succession))
}

/// `hợp nhất, toàn bộ`; area and people apart where they went different ways.
pub(super) fn share(lang: Lang, succession: &Succession) -> String {
    let Succession { relation, portion, area, population, .. } = succession;
    let relation = lang.look_up(&format!("unit-relation-{}", relation.code()), &[]);
    let word = |code: &str| lang.look_up(&format!("unit-portion-{code}"), &[]);
    let inherited =
        if succession.code_inherited { format!("; {}", lang.t("unit-code-inherited")) } else { String::new() };
    if portion == area && area == population {
        return format!("{relation}, {}{inherited}", word(portion.code()));
    }
    let apart = lang.t2("unit-portions", "area", word(area.code()), "people", word(population.code()));
    format!("{relation}, {apart}{inherited}")
}
