//! The overview of a cycle (S7) from its batch: a sentence, four figures, where it fails, how far each unit is.
//!
//! Counts dossiers in the column that counts for each of them. Asks no database, decides no permission.

pub(crate) mod batch;
mod heat;
mod said;
mod stages;

use dienhinh_domain::{
    access::{Action, Role},
    calendar::{day_in_vietnam, format_day, time_of_day},
    dossiers::State,
    text::format_share,
    units::{UnitKind, UnitVersion},
};
use jiff::{Timestamp, civil::Date};

use self::batch::{Batch, Entry};
use super::views::{CycleLink, EmptyView, FigureView, OverviewPage};
use crate::{
    dossiers::fill::words,
    web::{
        lang::Lang,
        layout::{Bar, Shell},
    },
};

const COMMUNE_LEVEL: [UnitKind; 3] = [UnitKind::Ward, UnitKind::Commune, UnitKind::Township];

/// A cycle and who looks at it.
struct Overview<'a> {
    batch: &'a Batch,
    lang: Lang,
    role: Role,
    today: Date,
    /// What is compared: the dossiers that were handed in.
    handed_in: Vec<&'a Entry>,
}

/// The units of one district, or of one commune in a cycle of what lies below communes.
struct Part<'a> {
    name: String,
    unit: &'a UnitVersion,
    entries: Vec<&'a Entry>,
}

impl<'a> Part<'a> {
    fn handed_in(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().copied().filter(|entry| entry.dossier.state.is_handed_in())
    }
}

/// Fills the page. `cycles` are those a reader can choose from.
pub(crate) fn page(batch: &Batch, cycles: Vec<CycleLink>, shell: Shell, role: Role, now: Timestamp) -> OverviewPage {
    let (lang, today) = (shell.lang, day_in_vietnam(now));
    let handed_in: Vec<&Entry> = batch.entries.iter().filter(|entry| entry.dossier.state.is_handed_in()).collect();
    let overview = Overview { batch, lang, role, today, handed_in };
    let failed = heat::all_failed(&overview);
    let (set, year) = (&batch.loaded.set, batch.cycle.year);
    let kinds = words::lowered(&words::kinds_text(lang, &overview.kinds()));
    let boundary = words::lowered(&words::boundary_text(lang, batch.cycle.last_day()));
    let all = batch.entries.len();
    let (handed_in, too_early) = (overview.handed_in.len(), overview.is_too_early());
    OverviewPage {
        heading: lang.t2("overview-heading", "programme", words::lowered(lang.of(&set.short_title)), "year", year),
        scope: lang.look_up("overview-scope", &[("n", all.to_string()), ("kinds", kinds), ("boundary", boundary)]),
        as_of: lang.t2("overview-as-of", "time", time_of_day(now), "day", format_day(today)),
        cycles,
        sentence: said::sentence(&overview, &failed),
        too_early: too_early.then(|| lang.t2("overview-too-early", "n", handed_in, "of", all)),
        open_href: if Action::CyclesOpen.roles().contains(&role) { "/cycles/new" } else { "" },
        empty: empty(&overview),
        figures: figures(&overview, &failed),
        heat: heat::heat(&overview),
        districts: stages::districts(&overview),
        stages: stages::counts(&overview),
        failed: heat::most_failed(&overview, &failed),
        failed_of: lang.t1("overview-failed-of", "n", handed_in),
        kinds: stages::kinds(&overview),
        colophon: lang.t("sample-colophon"),
        shell,
    }
}

impl<'a> Overview<'a> {
    /// Whether the last day to hand in has passed.
    fn is_over(&self) -> bool {
        self.batch.cycle.due_on < self.today
    }

    /// Fewer than a fifth are handed in: what they have in common says little about the others.
    fn is_too_early(&self) -> bool {
        self.handed_in.len() * 5 < self.batch.entries.len()
    }

    /// The units by what lies above them, in reading order.
    fn parts(&self) -> Vec<Part<'a>> {
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut places = Vec::new();
        for entry in &self.batch.entries {
            let (unit, above) = upper(entry);
            if let Some(part) = parts.iter_mut().find(|part| part.unit.unit == unit.unit) {
                part.entries.push(entry);
            } else {
                parts.push(Part { name: short_name(&unit.name), unit, entries: vec![entry] });
                places.push(above.map(|above| short_name(&above.name)));
            }
        }
        // Wards of several towns bear the same number.
        let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
        for (part, place) in parts.iter_mut().zip(places) {
            let is_shared = names.iter().filter(|name| **name == part.name).count() > 1;
            if let Some(place) = place.filter(|_| is_shared) {
                part.name = format!("{} ({place})", part.name);
            }
        }
        parts
    }

    /// The kinds of the set that the area has; all of them where it has none.
    fn kinds(&self) -> Vec<UnitKind> {
        let has = |kind: &&UnitKind| self.batch.entries.iter().any(|entry| entry.unit.version.kind == **kind);
        let all = &self.batch.loaded.set.kinds;
        let here: Vec<UnitKind> = all.iter().filter(has).copied().collect();
        if here.is_empty() { all.clone() } else { here }
    }

    /// What the rows of the heat map are, or most of them.
    fn corner(&self) -> String {
        let has = |which: fn(UnitKind) -> bool| self.batch.entries.iter().any(|entry| which(upper(entry).0.kind));
        if has(|kind| kind == UnitKind::District) {
            self.lang.t("overview-corner-district")
        } else if has(UnitKind::is_commune_level) {
            self.lang.t("overview-corner-commune")
        } else {
            self.lang.t("overview-corner-other")
        }
    }

    /// Whether the reader has the list of everything that is not met: whoever works for a unit has its own only.
    fn has_list(&self) -> bool {
        matches!(self.role, Role::Appraiser | Role::CouncilSecretary)
    }

    /// The list of what is not met in this cycle, narrowed; empty where the reader has none.
    fn list_href(&self, narrowing: &[(&str, String)]) -> String {
        if !self.has_list() {
            return String::new();
        }
        let cycle = self.batch.cycle.id.to_string();
        let fields = std::iter::once(("cycle", cycle.as_str()));
        let fields: Vec<_> = fields.chain(narrowing.iter().map(|(name, value)| (*name, value.as_str()))).collect();
        format!("/plans?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    /// Who does not meet the criterion at a place of the set; its text where the reader has no such list.
    fn criterion_href(&self, at: usize) -> String {
        let set = &self.batch.loaded.set;
        let criterion = &set.criteria[at].id;
        if self.has_list() {
            self.list_href(&[("criterion", criterion.clone())])
        } else {
            format!("/programmes/{}#{criterion}", set.code)
        }
    }

    /// Number and text of the criterion at a place of the set.
    fn criterion_text(&self, at: usize, max: usize) -> String {
        let criterion = &self.batch.loaded.set.criteria[at];
        format!("{}. {}", criterion.number, words::cut(self.lang.of(&criterion.text), max))
    }
}

/// What a unit is listed under, and what lies above that: the district of a commune, the commune of what lies
/// below one, else whatever is next above.
fn upper(entry: &Entry) -> (&UnitVersion, Option<&UnitVersion>) {
    let unit = &entry.unit;
    let wanted: &[UnitKind] = if unit.version.kind.is_commune_level() { &[UnitKind::District] } else { &COMMUNE_LEVEL };
    let at = unit.ancestors.iter().position(|above| wanted.contains(&above.kind)).unwrap_or_default();
    (unit.ancestors.get(at).unwrap_or(&unit.version), unit.ancestors.get(at + 1))
}

/// `Huyện Hồng Dân` → `Hồng Dân`, `Thành phố Bạc Liêu` → `TP Bạc Liêu`: names in narrow columns. Of other
/// kinds the name is not enough: `Phường 1`.
fn short_name(name: &str) -> String {
    for (kind, short) in [("Huyện ", ""), ("Thành phố ", "TP "), ("Thị xã ", "TX ")] {
        if let Some(proper) = name.strip_prefix(kind) {
            return format!("{short}{proper}");
        }
    }
    name.to_owned()
}

/// Whether the rules of recognition are met for certain.
fn fulfils(entry: &Entry) -> bool {
    entry.totals.recognised == Some(true)
}

/// What to say instead of figures while nobody takes part.
fn empty(overview: &Overview<'_>) -> Option<EmptyView> {
    let (lang, entries) = (overview.lang, &overview.batch.entries);
    if entries.is_empty() {
        return Some(EmptyView { title: lang.t("overview-none-here"), text: lang.t("overview-none-here-about") });
    }
    let until = format_day(overview.batch.cycle.registration_until);
    let nobody = entries.iter().all(|entry| entry.dossier.state == State::Invited);
    nobody.then(|| EmptyView { title: lang.t("overview-empty"), text: lang.t1("overview-empty-about", "day", until) })
}

fn figures(overview: &Overview<'_>, failed: &[heat::Failed]) -> Vec<FigureView> {
    let lang = overview.lang;
    let (all, handed_in) = (overview.batch.entries.len(), overview.handed_in.len());
    let has_left = |entry: &&&Entry| entry.dossier.state != State::Submitted;
    let appraised = overview.handed_in.iter().filter(has_left).count();
    let fulfil = overview.handed_in.iter().filter(|entry| fulfils(entry)).count();
    let unmet: usize = failed.iter().map(|failed| failed.count).sum();
    let planned: usize = failed.iter().map(|failed| failed.planned).sum();
    let figure = |title: &str, value: usize, of: String, class: &'static str, (part, of_all): (usize, usize)| {
        let bar = Bar::of(words::whole(of_all), &[(class, words::whole(part))]);
        let title = lang.look_up(title, &[]);
        FigureView { title, value: value.to_string(), of, bar, note: String::new(), href: String::new() }
    };
    let of_dossiers = lang.t1("overview-of-dossiers", "n", handed_in);
    let of_units = lang.t1("overview-of-units", "n", all);
    let share = format_share(words::whole(handed_in), words::whole(all)).unwrap_or_default();
    vec![
        FigureView {
            note: lang.t1("overview-share-units", "share", share),
            ..figure("overview-figure-handed-in", handed_in, of_units, "brand", (handed_in, all))
        },
        FigureView {
            note: lang.t1("overview-waiting", "n", handed_in - appraised),
            ..figure("overview-figure-appraised", appraised, of_dossiers.clone(), "brand", (appraised, handed_in))
        },
        FigureView {
            note: needs(overview),
            ..figure("overview-figure-fulfil", fulfil, of_dossiers, "ok", (fulfil, handed_in))
        },
        FigureView {
            note: lang.t1("overview-planned", "n", planned),
            href: overview.list_href(&[]),
            ..figure("overview-figure-unmet", unmet, lang.t("overview-times"), "wait", (planned, unmet))
        },
    ]
}

/// What it takes to fulfil the rules.
fn needs(overview: &Overview<'_>) -> String {
    let set = &overview.batch.loaded.set;
    let needs = overview.lang.t2("overview-needs", "need", set.recognition.min_met, "of", set.counted().count());
    let decisive = set.criteria.iter().any(|criterion| criterion.mandatory || criterion.knock_out);
    if decisive { format!("{needs}, {}", overview.lang.t("overview-needs-mandatory")) } else { needs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_are_named_in_short() {
        for (name, short) in [
            ("Huyện Hồng Dân", "Hồng Dân"),
            ("Thành phố Bạc Liêu", "TP Bạc Liêu"),
            ("Thị xã Giá Rai", "TX Giá Rai"),
            ("Phường 1", "Phường 1"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }
}
