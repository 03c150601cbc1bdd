//! Sample values of the pages here, for the tests of all pages.

use super::views::{
    AccountPage, AccountView, AccountsPage, DoneView, FactorCodesPage, FactorLatePage, FactorPage, InvitePage,
    LinkMadePage, LinkPage, NewFactorPage, OneselfPage, RoleView, SignInPage, UnitChoice,
};
use crate::web::{
    lang::Lang,
    layout::{Choice, FormError, Place, Shell},
};

const NAME: &str = "Trần Thị Bé";
const LOGIN: &str = "tran.be";

fn signed_in(lang: Lang, title: &str) -> Shell {
    let shell = Shell::sample(lang, title, Some(Place::Accounts));
    Shell { sample: false, person: NAME.to_owned(), role: "administrator", ..shell }
}

fn stranger(lang: Lang, title: &str) -> Shell {
    Shell { sample: false, role: "public", area: String::new(), ..Shell::sample(lang, title, None) }
}

fn roles() -> Vec<RoleView> {
    let role = |id: &str, is_current| RoleView {
        id: id.to_owned(),
        role: "Cán bộ nhập liệu".to_owned(),
        unit: "Thị trấn Châu Hưng".to_owned(),
        place: "huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned(),
        days: "từ 24/11/2023".to_owned(),
        is_current,
        waits: !is_current,
        may_end: is_current,
    };
    vec![role("g1", true), role("g2", false)]
}

fn choice(is_chosen: bool) -> UnitChoice {
    let name = "Thị trấn Châu Hưng".to_owned();
    let place = "huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned();
    let offered = vec![("/access/accounts/new?unit=u1".to_owned(), name.clone(), place.clone())];
    let action = "/access/accounts/new".to_owned();
    if is_chosen {
        UnitChoice {
            asks_code: true,
            action,
            unit: "u1".to_owned(),
            name,
            place,
            find: String::new(),
            offered: Vec::new(),
        }
    } else {
        let (unit, find) = (String::new(), "chau hung".to_owned());
        UnitChoice { asks_code: false, action, unit, name: String::new(), place: String::new(), find, offered }
    }
}

fn choices(lang: Lang) -> Vec<Choice> {
    ["unit_officer", "administrator"]
        .map(|code| Choice {
            value: code.to_owned(),
            text: lang.look_up(&format!("role-{code}"), &[]),
            chosen: code == "administrator",
        })
        .to_vec()
}

impl FactorPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let errors = vec![FormError { href: "#code".to_owned(), text: "Mã không đúng.".to_owned() }];
        Self { shell: Shell { errors, ..signed_in(lang, "Xác thực hai lớp") }, back: "/dossiers".to_owned() }
    }
}

impl NewFactorPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: signed_in(lang, "Thiết lập xác thực hai lớp"),
            address: "otpauth://totp/Dien%20Hinh:tran.be?secret=JBSWY3DPEHPK3PXP".to_owned(),
            square: "<svg viewBox=\"0 0 1 1\"></svg>".to_owned(),
            secret: "JBSWY3DPEHPK3PXP".to_owned(),
            replaces: true,
            back: "/access/account".to_owned(),
        }
    }
}

impl FactorLatePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: signed_in(lang, "Xác thực hai lớp"), why: "Đăng xuất rồi đăng nhập lại.".to_owned()
        }
    }
}

impl FactorCodesPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let codes = vec!["7KQ2-M9XA-4TBC-5".to_owned(), "2222-2222-2222-2".to_owned()];
        Self {
            shell: signed_in(lang, "Mã dự phòng"),
            login: LOGIN.to_owned(),
            codes,
            onward: "/access/account".to_owned(),
        }
    }
}

impl SignInPage {
    /// After a failure.
    pub(crate) fn sample(lang: Lang) -> Self {
        let mut shell = stranger(lang, &lang.t("sign-in"));
        shell.errors.push(FormError { href: "#login".to_owned(), text: lang.t("refused-access-wrong") });
        Self { shell, login: LOGIN.to_owned(), is_shared: true, back: "/dossiers".to_owned() }
    }
}

impl LinkPage {
    /// The first password.
    pub(crate) fn sample(lang: Lang) -> Self {
        let (name, login) = (NAME.to_owned(), LOGIN.to_owned());
        Self { shell: stranger(lang, &lang.t("link-title")), name, login, link: "l1".to_owned(), min: 12 }
    }
}

impl OneselfPage {
    /// Somebody with two roles, signed in twice more.
    pub(crate) fn sample(lang: Lang) -> Self {
        let (name, login) = (NAME.to_owned(), LOGIN.to_owned());
        let shell = signed_in(lang, &lang.t("account-title"));
        Self {
            shell,
            name,
            login,
            roles: roles(),
            others: 2,
            begins_href: "/dossiers",
            min: 12,
            has_factor: true,
            lacks_factor: true,
            put_away: 9,
        }
    }

    /// Somebody without a role.
    pub(crate) fn sample_without_role(lang: Lang) -> Self {
        Self { roles: Vec::new(), others: 0, begins_href: "/portal", ..Self::sample(lang) }
    }
}

impl AccountsPage {
    /// Two accounts and more.
    pub(crate) fn sample(lang: Lang) -> Self {
        let account = |id: &str, roles: Vec<String>, state: &str| AccountView {
            href: format!("/access/accounts/{id}"),
            name: NAME.to_owned(),
            login: format!("{LOGIN}.{id}"),
            roles,
            state: lang.t(state),
        };
        let roles = vec!["Cán bộ nhập liệu · Thị trấn Châu Hưng".to_owned(), "Lãnh đạo đơn vị · Phường 1".to_owned()];
        let accounts = vec![account("a1", roles, "account-active"), account("a2", Vec::new(), "account-disabled")];
        let more_href = "/access/accounts?after=tran.be.a2".to_owned();
        Self { shell: signed_in(lang, &lang.t("accounts-title")), accounts, more_href }
    }
}

impl InvitePage {
    /// A unit is still to be chosen.
    pub(crate) fn sample_unit(lang: Lang) -> Self {
        Self { choice: choice(false), ..Self::sample(lang) }
    }

    /// Who and which role.
    pub(crate) fn sample(lang: Lang) -> Self {
        let shell = signed_in(lang, &lang.t("accounts-new"));
        let (login, name, until) = (LOGIN.to_owned(), NAME.to_owned(), "31/12/2026".to_owned());
        Self { shell, choice: choice(true), login, name, roles: choices(lang), until }
    }
}

impl LinkMadePage {
    /// A first link.
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: signed_in(lang, &lang.t("link-made")),
            name: NAME.to_owned(),
            login: LOGIN.to_owned(),
            is_first: true,
            link: "https://dienhinh.example/access/links/l1".to_owned(),
            account_href: "/access/accounts/a1".to_owned(),
        }
    }
}

impl AccountPage {
    /// An account with roles, as whoever manages it sees it.
    pub(crate) fn sample(lang: Lang) -> Self {
        let done = |what: &str| DoneView {
            at: "14:30 24/11/2023".to_owned(),
            what: lang.t(what),
            role: lang.t("role-administrator"),
            person: "Lê Quản Trị".to_owned(),
        };
        Self {
            shell: signed_in(lang, NAME),
            name: NAME.to_owned(),
            login: LOGIN.to_owned(),
            state: lang.t("account-active"),
            href: "/access/accounts/a1".to_owned(),
            roles: roles(),
            choice: choice(true),
            new_roles: choices(lang),
            until: String::new(),
            is_own: false,
            is_manageable: true,
            is_disabled: false,
            forget_href: "/access/accounts/a1/forget-factor".to_owned(),
            history: vec![done("did-access-grant"), done("did-access-invite")],
        }
    }

    /// An account that others manage.
    pub(crate) fn sample_of_others(lang: Lang) -> Self {
        let (choice, history) = (choice(false), Vec::new());
        Self { choice, history, is_manageable: false, roles: Vec::new(), ..Self::sample(lang) }
    }
}
