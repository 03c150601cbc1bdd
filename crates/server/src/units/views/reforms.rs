//! Reforms of units for people: those that were carried out, and a plan that is looked through.

use askama::Template;
use dienhinh_domain::{
    calendar::format_day,
    text::format_count,
    units::reform::{Altered, Gain, Outline, Side},
};
use dienhinh_storage::units::reforms::Touched;
use jiff::civil::Date;

use super::lineage::share;
use crate::{
    dossiers::fill::words::{kind_text, whole},
    units::{crosswalk::eve, reforms::Preview},
    web::{
        filters,
        lang::Lang,
        layout::{Shell, Tone},
    },
};

/// How many units each part of an outline names.
const SHOWN_MAX: usize = 300;

/// How many units it names that went into one.
const GIVERS_MAX: usize = 100;

/// The reforms that were carried out.
#[derive(Debug, Clone, Template)]
#[template(path = "units/reforms.html")]
pub(crate) struct ReformsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The visitor may look a plan through.
    pub(crate) may_plan: bool,
    /// The latest first.
    pub(crate) reforms: Vec<ReformLine>,
}

/// A reform in a list.
#[derive(Debug, Clone)]
pub(crate) struct ReformLine {
    /// `/units/reforms/{id}`.
    pub(crate) href: String,
    /// The legal document.
    pub(crate) basis: String,
    /// From which day on it holds, and when it was carried out here.
    pub(crate) when: String,
    /// That and when it was taken back; empty while it stands.
    pub(crate) undone: String,
}

/// One reform.
#[derive(Debug, Clone, Template)]
#[template(path = "units/reform.html")]
pub(crate) struct ReformPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The legal document.
    pub(crate) basis: String,
    /// From which day on it holds, and when it was carried out here.
    pub(crate) when: String,
    /// That and when it was taken back; empty while it stands.
    pub(crate) undone: String,
    /// Label and number.
    pub(crate) counts: Vec<(String, String)>,
    /// The rows of the plan.
    pub(crate) plan_href: String,
    /// Dossiers of units that ended, still on their way.
    pub(crate) left: Vec<LeftView>,
    /// That these are the first of them; may be empty.
    pub(crate) left_more: String,
    /// Unit by unit.
    pub(crate) outline: OutlineView,
}

/// A dossier that is still on its way, of a unit that ended.
#[derive(Debug, Clone)]
pub(crate) struct LeftView {
    /// The unit on its last day; its page leads whoever may read the dossier to it.
    pub(crate) unit: PartView,
    /// The criteria set and the year.
    pub(crate) cycle: String,
    /// Where it stands.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}

/// The form of a plan, and what the plan would do.
#[derive(Debug, Clone, Template)]
#[template(path = "units/reform_plan.html")]
pub(crate) struct PlanPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The day as typed.
    pub(crate) day: String,
    /// The document as typed.
    pub(crate) basis: String,
    /// The rows as typed.
    pub(crate) rows: String,
    /// Which file was read, and that it has to be chosen again; may be empty.
    pub(crate) file: String,
    /// What keeps it from being looked through; may be empty.
    pub(crate) trouble: String,
    /// The form filled with the sample's plan; empty outside the sample.
    pub(crate) sample_href: String,
    /// What is wrong in the plan.
    pub(crate) wrong: Vec<WrongView>,
    /// How much more is wrong; may be empty.
    pub(crate) wrong_more: String,
    /// What it would do.
    pub(crate) preview: Option<PreviewView>,
}

/// A mistake in a plan.
#[derive(Debug, Clone)]
pub(crate) struct WrongView {
    /// `Hàng 7, cột successor`.
    pub(crate) place: String,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

/// What a plan would do.
#[derive(Debug, Clone)]
pub(crate) struct PreviewView {
    /// Label and number.
    pub(crate) counts: Vec<(String, String)>,
    /// Why it cannot be carried out yet; may be empty.
    pub(crate) held_up: String,
    /// What the operator types to carry it out.
    pub(crate) command: String,
    /// Unit by unit.
    pub(crate) outline: OutlineView,
}

/// A reform unit by unit.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutlineView {
    /// Units that take over.
    pub(crate) gains: Vec<GainView>,
    /// How many more of them there are; may be empty.
    pub(crate) gains_more: String,
    /// Units that go on as something else.
    pub(crate) changes: Vec<PartView>,
    /// How many more of them there are; may be empty.
    pub(crate) changes_more: String,
    /// Units that end without a successor.
    pub(crate) ends: Vec<PartView>,
    /// How many more of them there are; may be empty.
    pub(crate) ends_more: String,
}

/// A unit that takes over.
#[derive(Debug, Clone)]
pub(crate) struct GainView {
    /// Its page on the day; empty while it is planned.
    pub(crate) href: String,
    /// Its name with its code.
    pub(crate) name: String,
    /// It comes into being.
    pub(crate) is_new: bool,
    /// From whom.
    pub(crate) from: Vec<PartView>,
    /// How many more of them there are; may be empty.
    pub(crate) from_more: String,
}

/// A unit in an outline.
#[derive(Debug, Clone)]
pub(crate) struct PartView {
    /// Its page on the eve.
    pub(crate) href: String,
    /// Its name with its code.
    pub(crate) name: String,
    /// How and how much, or what it goes on as.
    pub(crate) how: String,
}

impl OutlineView {
    /// An outline as of a day, at most [`SHOWN_MAX`] units of each part.
    pub(crate) fn of(lang: Lang, outline: &Outline, on: Date) -> Self {
        let Outline { gains, changes, ends, .. } = outline;
        Self {
            gains: gains.iter().take(SHOWN_MAX).map(|gain| gained(lang, gain, on)).collect(),
            gains_more: more(lang, gains.len(), SHOWN_MAX),
            changes: changes.iter().take(SHOWN_MAX).map(|change| changed(lang, change, on)).collect(),
            changes_more: more(lang, changes.len(), SHOWN_MAX),
            ends: ends.iter().take(SHOWN_MAX).map(|side| end(side, on)).collect(),
            ends_more: more(lang, ends.len(), SHOWN_MAX),
        }
    }
}

/// How many of a list are not shown; may be empty.
pub(crate) fn more(lang: Lang, all: usize, shown: usize) -> String {
    match all.saturating_sub(shown) {
        0 => String::new(),
        more => lang.t1("reform-more", "n", format_count(whole(more))),
    }
}

/// A unit that ends on a day.
pub(crate) fn end(side: &Side, on: Date) -> PartView {
    PartView { href: href(side, eve(on)), name: name(side), how: String::new() }
}

fn gained(lang: Lang, gain: &Gain, on: Date) -> GainView {
    let from = gain.from.iter().take(GIVERS_MAX).map(|(side, succession)| {
        let clause = succession.clause.as_ref().map(|clause| lang.t1("unit-clause", "clause", clause));
        let how = [Some(share(lang, succession)), clause].into_iter().flatten().collect::<Vec<_>>().join(", ");
        PartView { href: href(side, eve(on)), name: name(side), how }
    });
    GainView {
        href: href(&gain.unit, on),
        name: name(&gain.unit),
        is_new: gain.is_new,
        from: from.collect(),
        from_more: more(lang, gain.from.len(), GIVERS_MAX),
    }
}

fn changed(lang: Lang, change: &Altered, on: Date) -> PartView {
    let mut how = Vec::new();
    let (before, after) = (name(&change.before), name(&change.after));
    if before != after {
        how.push(lang.t1("reform-becomes", "name", after));
    }
    let [kind_before, kind_after] = change.kinds;
    if kind_before != kind_after {
        how.push(lang.t2("reform-kind", "before", kind_text(lang, kind_before), "after", kind_text(lang, kind_after)));
    }
    let [above_before, above_after] = change.above.each_ref().map(Option::as_ref);
    if above_before.map(|above| above.unit) != above_after.map(|above| above.unit) {
        let [before, after] = [above_before, above_after].map(|above| above.map_or_else(|| "—".to_owned(), name));
        how.push(lang.t2("reform-below", "before", before, "after", after));
    }
    PartView { href: href(&change.before, eve(on)), name: before, how: how.join("; ") }
}

fn href(side: &Side, day: Date) -> String {
    side.unit.map(|unit| format!("/units/{unit}?as_of={day}")).unwrap_or_default()
}

fn name(side: &Side) -> String {
    side.code.as_ref().map_or_else(|| side.name.clone(), |code| format!("{} ({code})", side.name))
}

/// Label and number of what a reform does to units.
pub(crate) fn counts(lang: Lang, outline: &Outline, moved: i64) -> Vec<(String, String)> {
    let numbers = [
        ("reform-created", whole(outline.created())),
        ("reform-ended", whole(outline.ended)),
        ("reform-changed", whole(outline.changes.len())),
        ("reform-moved", moved),
    ];
    numbers.map(|(key, number)| (lang.t(key), format_count(number))).to_vec()
}

/// What a plan would do, with what it touches.
pub(crate) fn preview(lang: Lang, (preview, outline): (&Preview, &Outline), (on, basis): (Date, &str)) -> PreviewView {
    let Touched { open_dossiers, decided_dossiers, straddling } = preview.touched;
    let mut counts = counts(lang, outline, whole(preview.moved));
    for (key, number) in [("reform-open-dossiers", open_dossiers), ("reform-decided-dossiers", decided_dossiers)] {
        counts.push((lang.t(key), format_count(number)));
    }
    let held_up = if straddling > 0 {
        lang.t2("reform-straddles", "n", format_count(straddling), "day", format_day(on))
    } else {
        String::new()
    };
    let basis = basis.replace('\'', r"'\''");
    PreviewView {
        counts,
        held_up,
        command: format!("dienhinh unit reform apply plan.csv --data DIR --on {on} --basis '{basis}'"),
        outline: OutlineView::of(lang, outline, on),
    }
}
