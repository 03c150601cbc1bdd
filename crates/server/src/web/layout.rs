//! The frame of every signed-in page: navigation, search, language, the sample's strip, messages.
//!
//! Holds display-ready values only; who may see what is decided before.

use askama::{Template, filters::HtmlSafe};

use super::lang::Lang;

/// A place in the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Toàn cảnh: one cycle at a glance.
    Overview,
    /// Việc của tôi.
    Work,
    /// Chương trình.
    Programmes,
    /// Đơn vị.
    Units,
    /// Khắc phục.
    Plans,
    /// Công nhận.
    Recognition,
    /// Hội đồng.
    Committees,
    /// Nhật ký.
    Audit,
    /// Tra cứu công khai.
    Portal,
    /// Tài khoản.
    Accounts,
}

impl Place {
    /// The key of its name.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Overview => "nav-overview",
            Self::Work => "nav-work",
            Self::Programmes => "nav-programmes",
            Self::Units => "nav-units",
            Self::Plans => "nav-plans",
            Self::Recognition => "nav-recognition",
            Self::Committees => "nav-committees",
            Self::Audit => "nav-audit",
            Self::Portal => "nav-portal",
            Self::Accounts => "nav-accounts",
        }
    }

    /// The name of its icon.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Overview => "home",
            Self::Work => "inbox",
            Self::Programmes => "list",
            Self::Units => "unit",
            Self::Plans => "plan",
            Self::Recognition => "medal",
            Self::Committees => "people",
            Self::Audit => "lock",
            Self::Portal => "search",
            Self::Accounts => "person",
        }
    }
}

/// An entry of the main navigation.
#[derive(Debug, Clone)]
pub(crate) struct NavLink {
    /// Which place.
    pub(crate) place: Place,
    /// Where it leads.
    pub(crate) href: String,
}

/// A step on the way down to the page.
#[derive(Debug, Clone)]
pub(crate) struct Crumb {
    /// Its name.
    pub(crate) text: String,
    /// Where it leads; empty for the page itself.
    pub(crate) href: String,
}

/// How a message, a tag or an outcome is meant; colour always comes with an icon and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// For information.
    Info,
    /// Good.
    Ok,
    /// Not met, refused, overdue.
    No,
    /// Missing, waiting.
    Wait,
    /// Different, returned.
    Diff,
}

impl Tone {
    /// The class in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::No => "no",
            Self::Wait => "wait",
            Self::Diff => "diff",
        }
    }

    /// The icon that says the same as the colour.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Plain | Self::Info => "info",
            Self::Ok => "check",
            Self::No => "cross",
            Self::Wait => "clock",
            Self::Diff => "back",
        }
    }
}

/// What the last action led to, shown once above the page.
#[derive(Debug, Clone)]
pub(crate) struct Flash {
    /// How it is meant.
    pub(crate) tone: Tone,
    /// One or two sentences: what happened, what comes next.
    pub(crate) text: String,
}

/// An entry of a list to choose from.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// What the form sends.
    pub(crate) value: String,
    /// What people read.
    pub(crate) text: String,
    /// It is the one chosen.
    pub(crate) chosen: bool,
}

/// A mistake in a form: the same words stand in the summary and beside the field.
#[derive(Debug, Clone)]
pub(crate) struct FormError {
    /// `#` and the id of the field.
    pub(crate) href: String,
    /// What to put right.
    pub(crate) text: String,
}

/// The frame around a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shell {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Name of the page: in the browser's title and in the bar on phones.
    pub(crate) title: String,
    /// Second line of the bar on phones; may be empty.
    pub(crate) subtitle: String,
    /// Path and query of this page, to come back to after switching language or role.
    pub(crate) path: String,
    /// The navigation in its order.
    pub(crate) nav: Vec<NavLink>,
    /// The entry the page belongs to.
    pub(crate) current: Option<Place>,
    /// Code of the reader's role (`unit_officer`, …).
    pub(crate) role: &'static str,
    /// The name of who is signed in; empty for strangers and for the ready roles of the sample.
    pub(crate) person: String,
    /// The unit or area the reader works for; may be empty.
    pub(crate) area: String,
    /// The way down to this page.
    pub(crate) crumbs: Vec<Crumb>,
    /// Messages of the last action.
    pub(crate) flashes: Vec<Flash>,
    /// What has to be put right in the form that came back.
    pub(crate) errors: Vec<FormError>,
    /// The sample is served: show the strip with its ready roles.
    pub(crate) sample: bool,
}

impl Shell {
    /// Whether a stranger reads, who may want to sign in.
    pub(crate) fn is_strangers(&self) -> bool {
        self.person.is_empty() && !self.sample
    }

    /// The name of a role.
    pub(crate) fn role_name(&self, code: &str) -> String {
        self.lang.look_up(&format!("role-{code}"), &[])
    }

    /// The name of an entry.
    pub(crate) fn name_of(&self, link: &NavLink) -> String {
        self.lang.look_up(link.place.key(), &[])
    }

    /// Whether the entry belongs to this page.
    pub(crate) fn is_current(&self, link: &NavLink) -> bool {
        self.current == Some(link.place)
    }

    /// The entries that fit beside *Thêm* in the bar on phones.
    pub(crate) fn tabs(&self) -> &[NavLink] {
        &self.nav[..self.nav.len().min(4)]
    }

    /// The entries behind *Thêm*.
    pub(crate) fn more_tabs(&self) -> &[NavLink] {
        &self.nav[self.nav.len().min(4)..]
    }

    /// Where the page before lies, for the arrow on phones; empty on a first page.
    pub(crate) fn up(&self) -> &str {
        self.crumbs.iter().rev().map(|crumb| crumb.href.as_str()).find(|href| !href.is_empty()).unwrap_or_default()
    }
}

/// One stretch of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Class that colours it: `brand`, `soft`, `ok`, `no`, `wait`, `fail`.
    pub(crate) class: &'static str,
    /// Where it begins, in thousandths of the bar.
    pub(crate) from: u32,
    /// How long it is, in thousandths of the bar.
    pub(crate) length: u32,
}

/// A bar made of stretches laid end to end; the numbers it draws always stand beside it in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "web/bar.html")]
pub(crate) struct Bar {
    /// From the left.
    pub(crate) stretches: Vec<Stretch>,
    /// Where a threshold lies, in thousandths.
    pub(crate) mark: Option<u32>,
}

impl HtmlSafe for Bar {}

impl Bar {
    /// Lays shares of `whole` end to end; anything beyond the end is cut.
    pub(crate) fn of(whole: i64, parts: &[(&'static str, i64)]) -> Self {
        let mut bar = Self::default();
        let mut from = 0;
        for (class, part) in parts {
            let length = thousandths(*part, whole).min(1000 - from);
            bar.stretches.push(Stretch { class, from, length });
            from += length;
        }
        bar
    }

    /// Adds the mark of a threshold.
    #[must_use]
    pub(crate) fn with_mark(mut self, at: i64, whole: i64) -> Self {
        self.mark = Some(thousandths(at, whole));
        self
    }
}

/// A share in thousandths, 0 to 1000.
fn thousandths(part: i64, whole: i64) -> u32 {
    if whole <= 0 {
        return 0;
    }
    let share = i128::from(part) * 1000 / i128::from(whole);
    u32::try_from(share.clamp(0, 1000)).unwrap_or_default()
}

#[cfg(test)]
impl Shell {
    /// A frame as the officer of a township sees it.
    pub(crate) fn sample(lang: Lang, title: &str, current: Option<Place>) -> Self {
        let nav = [
            (Place::Work, "/dossiers"),
            (Place::Overview, "/cycles/c1"),
            (Place::Units, "/units"),
            (Place::Recognition, "/recognition"),
            (Place::Programmes, "/programmes"),
            (Place::Plans, "/plans"),
        ];
        Self {
            lang,
            title: title.to_owned(),
            subtitle: "Hạn nộp 30/11/2023 · còn 6 ngày".to_owned(),
            path: "/dossiers/d1?show=all".to_owned(),
            nav: nav.map(|(place, href)| NavLink { place, href: href.to_owned() }).to_vec(),
            current,
            role: "unit_officer",
            person: String::new(),
            area: "Thị trấn Châu Hưng".to_owned(),
            crumbs: vec![
                Crumb { text: lang.t("nav-work"), href: "/dossiers".to_owned() },
                Crumb { text: title.to_owned(), href: String::new() },
            ],
            flashes: vec![Flash { tone: Tone::Ok, text: "Đã lưu.".to_owned() }],
            errors: Vec::new(),
            sample: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_never_runs_over_its_end() {
        let bar = Bar::of(34, &[("ok", 30), ("no", 9)]).with_mark(40, 34);
        assert_eq!(bar.stretches[0], Stretch { class: "ok", from: 0, length: 882 });
        assert_eq!(bar.stretches[1], Stretch { class: "no", from: 882, length: 118 });
        assert_eq!(bar.mark, Some(1000));
        assert_eq!(Bar::of(0, &[("ok", 3)]).stretches[0].length, 0);
        assert_eq!(Bar::of(3, &[("ok", -3)]).stretches[0].length, 0);
    }

    #[test]
    fn the_way_up_is_the_last_link() {
        let shell = Shell::sample(Lang::Vi, "Phiếu", Some(Place::Work));
        assert_eq!(shell.up(), "/dossiers");
        assert_eq!(shell.tabs().len() + shell.more_tabs().len(), shell.nav.len());
    }
}
