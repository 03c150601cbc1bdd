//! The overview of a cycle (S7) from its figures: a sentence, four figures, where it fails, how far each unit is.
//!
//! Asks no database, decides no permission.

pub(crate) mod batch;
mod heat;
pub(crate) mod parts;
mod said;
mod stages;

use dienhinh_domain::{
    access::{Action, Role},
    calendar::{day_in_vietnam, format_day, time_of_day},
    dossiers::State,
    text::format_share,
    units::{Level, UnitKind},
};
use jiff::{Timestamp, civil::Date};

use self::parts::{Figures, Part, Share};
use super::views::{CycleLink, EmptyView, FigureView, OverviewPage};
use crate::{
    dossiers::fill::words,
    web::{
        lang::Lang,
        layout::{Bar, Shell},
    },
};

/// A cycle and who looks at it.
struct Overview<'a> {
    figures: &'a Figures,
    lang: Lang,
    role: Role,
    today: Date,
    /// The names of the parts, short, and told apart where several are the same.
    names: Vec<String>,
}

/// Fills the page. `cycles` are those a reader can choose from.
pub(crate) fn page(
    figures: &Figures,
    cycles: Vec<CycleLink>,
    shell: Shell,
    role: Role,
    now: Timestamp,
) -> OverviewPage {
    let (lang, today) = (shell.lang, day_in_vietnam(now));
    let overview = Overview { figures, lang, role, today, names: names(&figures.parts) };
    let failed = heat::all_failed(&overview);
    let (set, year) = (&figures.loaded.set, figures.cycle.year);
    let kinds = words::lowered(&words::kinds_text(lang, &overview.kinds()));
    let boundary = words::lowered(&words::boundary_text(lang, figures.cycle.last_day()));
    let (all, handed_in) = (figures.all.total(), figures.all.handed_in());
    OverviewPage {
        heading: lang.t2("overview-heading", "programme", words::lowered(lang.of(&set.short_title)), "year", year),
        scope: lang.look_up("overview-scope", &[("n", all.to_string()), ("kinds", kinds), ("boundary", boundary)]),
        as_of: lang.t2("overview-as-of", "time", time_of_day(now), "day", format_day(today)),
        cycles,
        sentence: said::sentence(&overview, &failed),
        too_early: overview.is_too_early().then(|| lang.t2("overview-too-early", "n", handed_in, "of", all)),
        open_href: if Action::CyclesOpen.roles().contains(&role) { "/cycles/new" } else { "" },
        list_href: format!("/cycles/{}/dossiers", figures.cycle.id),
        empty: empty(&overview),
        figures: four(&overview, &failed),
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

/// What the parts are called: wards of several towns bear the same number.
fn names(parts: &[Part]) -> Vec<String> {
    let short: Vec<String> = parts.iter().map(|part| short_name(&part.unit.name)).collect();
    let name = |(part, name): (&Part, &String)| {
        let is_shared = short.iter().filter(|other| *other == name).count() > 1;
        match &part.above {
            Some(above) if is_shared => format!("{name} ({})", short_name(&above.name)),
            _ => name.clone(),
        }
    };
    parts.iter().zip(&short).map(name).collect()
}

impl Overview<'_> {
    /// Whether the last day to hand in has passed.
    fn is_over(&self) -> bool {
        self.figures.cycle.due_on < self.today
    }

    /// Fewer than a fifth are handed in: what they have in common says little about the others.
    fn is_too_early(&self) -> bool {
        self.figures.all.handed_in() * 5 < self.figures.all.total()
    }

    /// The parts with their names.
    fn parts(&self) -> impl Iterator<Item = (&Part, &str)> {
        self.figures.parts.iter().zip(self.names.iter().map(String::as_str))
    }

    /// The kinds of the set that the area has; all of them where it has none.
    fn kinds(&self) -> Vec<UnitKind> {
        let has = |kind: &&UnitKind| self.figures.all.of_kind(**kind).total() > 0;
        let all = &self.figures.loaded.set.kinds;
        let here: Vec<UnitKind> = all.iter().filter(has).copied().collect();
        if here.is_empty() { all.clone() } else { here }
    }

    /// What the rows of the heat map are, or most of them.
    fn corner(&self) -> String {
        let has = |which: fn(UnitKind) -> bool| self.figures.parts.iter().any(|part| which(part.unit.kind));
        if has(|kind| kind.level() == Level::District) {
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
        let cycle = self.figures.cycle.id.to_string();
        let fields = std::iter::once(("cycle", cycle.as_str()));
        let fields: Vec<_> = fields.chain(narrowing.iter().map(|(name, value)| (*name, value.as_str()))).collect();
        format!("/plans?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    /// Who does not meet the criterion at a place of the set; its text where the reader has no such list.
    fn criterion_href(&self, at: usize) -> String {
        let set = &self.figures.loaded.set;
        let criterion = &set.criteria[at].id;
        if self.has_list() {
            self.list_href(&[("criterion", criterion.clone())])
        } else {
            format!("/programmes/{}#{criterion}", set.code)
        }
    }

    /// Number and text of the criterion at a place of the set.
    fn criterion_text(&self, at: usize, max: usize) -> String {
        let criterion = &self.figures.loaded.set.criteria[at];
        format!("{}. {}", criterion.number, words::cut(self.lang.of(&criterion.text), max))
    }
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

/// What to say instead of figures while nobody takes part.
fn empty(overview: &Overview<'_>) -> Option<EmptyView> {
    let (lang, all) = (overview.lang, &overview.figures.all);
    if all.total() == 0 {
        return Some(EmptyView { title: lang.t("overview-none-here"), text: lang.t("overview-none-here-about") });
    }
    let until = format_day(overview.figures.cycle.registration_until);
    let nobody = all.dossiers(|state| state != State::Invited) == 0;
    nobody.then(|| EmptyView { title: lang.t("overview-empty"), text: lang.t1("overview-empty-about", "day", until) })
}

fn four(overview: &Overview<'_>, failed: &[(usize, Share)]) -> Vec<FigureView> {
    let (lang, tally) = (overview.lang, &overview.figures.all);
    let (all, handed_in, fulfil) = (tally.total(), tally.handed_in(), tally.fulfilling());
    let appraised = tally.dossiers(|state| state.is_handed_in() && state != State::Submitted);
    let unmet: i64 = failed.iter().map(|(_, share)| share.unmet).sum();
    let planned: i64 = failed.iter().map(|(_, share)| share.planned).sum();
    let figure = |title: &str, value: i64, of: String, class: &'static str, (part, of_all): (i64, i64)| {
        let bar = Bar::of(of_all, &[(class, part)]);
        let title = lang.look_up(title, &[]);
        FigureView { title, value: value.to_string(), of, bar, note: String::new(), href: String::new() }
    };
    let of_dossiers = lang.t1("overview-of-dossiers", "n", handed_in);
    let of_units = lang.t1("overview-of-units", "n", all);
    let share = format_share(handed_in, all).unwrap_or_default();
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
    let set = &overview.figures.loaded.set;
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
