//! Every page in both languages: well-formed in the ways that people with screen readers, keyboards
//! and no scripts depend on.
//!
//! With `DIENHINH_PAGES=folder` the pages are also written there, to look at them.

use std::{collections::HashSet, fs, path::Path};

use scraper::{ElementRef, Html, Selector};

use super::{
    lang::Lang,
    trouble::{BareTroublePage, TroublePage},
};
use crate::{
    access::views::{
        AccountPage, AccountsPage, FactorCodesPage, FactorLatePage, FactorPage, InvitePage, LinkMadePage, LinkPage,
        NewFactorPage, OneselfPage, SignInPage,
    },
    appeals::views::AppealsPage,
    audit::views::AuditPage,
    committees::views::{CommitteePage, CommitteesPage, FoundPage, MeetingPage},
    cycles::views::{ListPage, OpenPage, OverviewPage},
    dossiers::views::{appraisal::AppraisalPage, print::PrintPage, sheet::SheetPage, work::WorkPage},
    imports::views::{CheckPage, ColumnsPage, ImportsPage},
    jobs::views::{JobPage, JobsPage},
    plans::views::PlansPage,
    portal::views::{CertificatePage, PortalPage, UnknownCodePage},
    programmes::views::{ProgrammePage, ProgrammesPage, WhatIfPage},
    recognition::views::{DecisionPage, RegisterPage},
    units::views::{
        CrosswalkPage, UnitPage, UnitsPage,
        reforms::{PlanPage, ReformPage, ReformsPage},
        tree::TreePage,
    },
};

/// Every page by name, as it goes out.
fn pages(lang: Lang) -> Vec<(&'static str, String)> {
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().expect("page");
    vec![
        ("sign-in", html(&SignInPage::sample(lang))),
        ("link", html(&LinkPage::sample(lang))),
        ("factor", html(&FactorPage::sample(lang))),
        ("factor-new", html(&NewFactorPage::sample(lang))),
        ("factor-late", html(&FactorLatePage::sample(lang))),
        ("factor-codes", html(&FactorCodesPage::sample(lang))),
        ("link-made", html(&LinkMadePage::sample(lang))),
        ("oneself", html(&OneselfPage::sample(lang))),
        ("oneself-without-role", html(&OneselfPage::sample_without_role(lang))),
        ("accounts", html(&AccountsPage::sample(lang))),
        ("invite", html(&InvitePage::sample(lang))),
        ("invite-unit", html(&InvitePage::sample_unit(lang))),
        ("account", html(&AccountPage::sample(lang))),
        ("account-of-others", html(&AccountPage::sample_of_others(lang))),
        ("sheet", html(&SheetPage::sample(lang))),
        ("work", html(&WorkPage::sample(lang))),
        ("work-empty", html(&WorkPage::sample_empty(lang))),
        ("appraisal", html(&AppraisalPage::sample(lang))),
        ("print", html(&PrintPage::sample(lang))),
        ("overview", html(&OverviewPage::sample(lang))),
        ("overview-empty", html(&OverviewPage::sample_empty(lang))),
        ("open-cycle", html(&OpenPage::sample(lang))),
        ("dossiers", html(&ListPage::sample(lang))),
        ("imports", html(&ImportsPage::sample(lang))),
        ("imports-columns", html(&ColumnsPage::sample(lang))),
        ("imports-check", html(&CheckPage::sample(lang))),
        ("jobs", html(&JobsPage::sample(lang))),
        ("job", html(&JobPage::sample(lang))),
        ("job-given-up", html(&JobPage::sample_given_up(lang))),
        ("committees", html(&CommitteesPage::sample(lang))),
        ("committee-new", html(&FoundPage::sample(lang))),
        ("committee", html(&CommitteePage::sample(lang))),
        ("meeting-called", html(&MeetingPage::sample(lang))),
        ("meeting-ballot", html(&MeetingPage::sample_ballot(lang))),
        ("meeting-count", html(&MeetingPage::sample_count(lang))),
        ("meeting-closed", html(&MeetingPage::sample_closed(lang))),
        ("appeals-file", html(&AppealsPage::sample(lang))),
        ("appeals-answer", html(&AppealsPage::sample_answer(lang))),
        ("register", html(&RegisterPage::sample(lang))),
        ("decision", html(&DecisionPage::sample(lang))),
        ("decision-ruling", html(&DecisionPage::sample_ruling(lang))),
        ("portal", html(&PortalPage::sample(lang))),
        ("certificate", html(&CertificatePage::sample(lang))),
        ("unknown-code", html(&UnknownCodePage::sample(lang))),
        ("units", html(&UnitsPage::sample(lang))),
        ("unit", html(&UnitPage::sample(lang))),
        ("tree", html(&TreePage::sample(lang))),
        ("crosswalk", html(&CrosswalkPage::sample(lang))),
        ("reforms", html(&ReformsPage::sample(lang))),
        ("reform", html(&ReformPage::sample(lang))),
        ("reform-plan", html(&PlanPage::sample(lang))),
        ("programmes", html(&ProgrammesPage::sample(lang))),
        ("programme", html(&ProgrammePage::sample(lang))),
        ("what-if", html(&WhatIfPage::sample(lang))),
        ("audit", html(&AuditPage::sample(lang))),
        ("plans", html(&PlansPage::sample(lang))),
        ("trouble", html(&TroublePage::sample(lang))),
        ("trouble-bare", html(&BareTroublePage::sample(lang))),
    ]
}

fn each_page(check: impl Fn(&str, &Html)) {
    for lang in Lang::ALL {
        for (name, text) in pages(lang) {
            check(&format!("{name} ({})", lang.code()), &Html::parse_document(&text));
        }
    }
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    let selector = Selector::parse(selector).expect("selector");
    page.select(&selector).collect()
}

#[test]
fn pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("DIENHINH_PAGES") else { return };
    for lang in Lang::ALL {
        for (name, text) in pages(lang) {
            fs::write(Path::new(&folder).join(format!("{name}.{}.html", lang.code())), text).expect("page written");
        }
    }
}

#[test]
fn each_page_has_one_heading_and_its_language() {
    each_page(|name, page| {
        assert_eq!(all(page, "h1").len(), 1, "{name}: h1");
        let html = all(page, "html[lang]");
        assert!(name.contains(html[0].attr("lang").expect("lang")), "{name}: lang");
        assert!(!all(page, "title")[0].text().collect::<String>().trim().is_empty(), "{name}: title");
        assert_eq!(all(page, "main").len(), 1, "{name}: main");
    });
}

#[test]
fn no_text_is_missing() {
    each_page(|name, page| {
        let text = page.html();
        let at = text.find('⟦').map(|at| &text[at..(at + 60).min(text.len())]);
        assert!(at.is_none(), "{name}: {at:?}");
    });
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    each_page(|name, page| {
        let mut ids = HashSet::new();
        for element in all(page, "[id]") {
            let id = element.attr("id").expect("id");
            assert!(ids.insert(id), "{name}: #{id} twice");
        }
        for (selector, attribute) in [
            ("label[for]", "for"),
            ("[form]", "form"),
            ("[aria-describedby]", "aria-describedby"),
            ("[aria-labelledby]", "aria-labelledby"),
        ] {
            for element in all(page, selector) {
                let target = element.attr(attribute).expect("attribute");
                assert!(ids.contains(target), "{name}: {attribute}={target}");
            }
        }
        for element in all(page, "use") {
            let target = element.attr("href").expect("href");
            assert!(ids.contains(target.trim_start_matches('#')), "{name}: icon {target}");
        }
    });
}

#[test]
fn every_control_has_a_name() {
    each_page(|name, page| {
        let labelled: HashSet<&str> = all(page, "label[for]").iter().filter_map(|label| label.attr("for")).collect();
        for control in all(page, "input:not([type=hidden]), select, textarea") {
            let id = control.attr("id").unwrap_or_default();
            assert!(labelled.contains(id), "{name}: no label for {:?}", control.html());
        }
        for element in all(page, "a[href], button, summary") {
            let named = element.attr("aria-label").is_some() || !element.text().collect::<String>().trim().is_empty();
            assert!(named, "{name}: no words in {}", element.html());
        }
    });
}

#[test]
fn nothing_is_styled_or_scripted_inside_the_page() {
    each_page(|name, page| {
        assert!(all(page, "[style], style, script:not([src]), [onclick]").is_empty(), "{name}");
        assert!(all(page, "form form").is_empty(), "{name}: a form in a form");
        assert!(all(page, "a[href='#'], a[href='']").is_empty(), "{name}: a link to nowhere");
    });
}
