//! What the pages of signing in and of accounts show.

use askama::Template;

use crate::web::{
    filters,
    layout::{Choice, Shell},
};

/// The form to sign in.
#[derive(Debug, Clone, Template)]
#[template(path = "access/sign_in.html")]
pub(crate) struct SignInPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What was typed.
    pub(crate) login: String,
    /// Others use this browser too.
    pub(crate) is_shared: bool,
    /// Where to go on to.
    pub(crate) back: String,
}

/// The form for a password behind a link.
#[derive(Debug, Clone, Template)]
#[template(path = "access/link.html")]
pub(crate) struct LinkPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Whose password.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) login: String,
    /// What stands in the address.
    pub(crate) link: String,
    /// The fewest characters.
    pub(crate) min: usize,
}

/// A role in words.
#[derive(Debug, Clone)]
pub(crate) struct RoleView {
    /// Its identity.
    pub(crate) id: String,
    /// The role.
    pub(crate) role: String,
    /// The unit; empty where it is there no longer.
    pub(crate) unit: String,
    /// Where the unit lies.
    pub(crate) place: String,
    /// On which days it holds.
    pub(crate) days: String,
    /// It is the one somebody acts in.
    pub(crate) is_current: bool,
    /// It waits for the second factor.
    pub(crate) waits: bool,
    /// The reader may take it away.
    pub(crate) may_end: bool,
}

/// One's own account.
#[derive(Debug, Clone, Template)]
#[template(path = "access/oneself.html")]
pub(crate) struct OneselfPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Who.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) login: String,
    /// The roles of today.
    pub(crate) roles: Vec<RoleView>,
    /// How many other sessions go on.
    pub(crate) others: usize,
    /// Where work begins; empty while no role can be acted in.
    pub(crate) begins_href: &'static str,
    /// The fewest characters of a password.
    pub(crate) min: usize,
    /// They have a second factor.
    pub(crate) has_factor: bool,
    /// A role waits for one.
    pub(crate) lacks_factor: bool,
    /// How many codes are still put away.
    pub(crate) put_away: i64,
}

/// The form for the code of the second factor.
#[derive(Debug, Clone, Template)]
#[template(path = "access/factor.html")]
pub(crate) struct FactorPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Where to go on to.
    pub(crate) back: String,
}

/// What somebody sets a second factor up with.
#[derive(Clone, Template)]
#[template(path = "access/new_factor.html")]
pub(crate) struct NewFactorPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What the square code says, for an app on the same telephone.
    pub(crate) address: String,
    /// The square code, a drawing.
    pub(crate) square: String,
    /// The secret, for whoever types it.
    pub(crate) secret: String,
    /// There is one, which ends.
    pub(crate) replaces: bool,
    /// Where to go on to.
    pub(crate) back: String,
}

/// It is too late to set one in this session.
#[derive(Debug, Clone, Template)]
#[template(path = "access/factor_late.html")]
pub(crate) struct FactorLatePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Why, and what to do.
    pub(crate) why: String,
}

/// The codes to put away, shown once.
#[derive(Clone, Template)]
#[template(path = "access/factor_codes.html")]
pub(crate) struct FactorCodesPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Whose they are.
    pub(crate) login: String,
    /// The codes.
    pub(crate) codes: Vec<String>,
    /// Where to go on to.
    pub(crate) onward: String,
}

/// The accounts of an area.
#[derive(Debug, Clone, Template)]
#[template(path = "access/accounts.html")]
pub(crate) struct AccountsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// In the order of their logins.
    pub(crate) accounts: Vec<AccountView>,
    /// Where the list goes on; empty at its end.
    pub(crate) more_href: String,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub(crate) struct AccountView {
    /// Its page.
    pub(crate) href: String,
    /// Who.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) login: String,
    /// Role and unit.
    pub(crate) roles: Vec<String>,
    /// Whether they may sign in.
    pub(crate) state: String,
}

/// The unit of a role that is to be given: chosen, or to be chosen.
#[derive(Debug, Clone)]
pub(crate) struct UnitChoice {
    /// The second factor is to be shown with the form.
    pub(crate) asks_code: bool,
    /// Where choosing leads.
    pub(crate) action: String,
    /// The identity of the one that was chosen; empty before.
    pub(crate) unit: String,
    /// Its name.
    pub(crate) name: String,
    /// Where it lies.
    pub(crate) place: String,
    /// What was typed to find it.
    pub(crate) find: String,
    /// Address, name and place of those to choose from.
    pub(crate) offered: Vec<(String, String, String)>,
}

/// The form for a new account.
#[derive(Debug, Clone, Template)]
#[template(path = "access/invite.html")]
pub(crate) struct InvitePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The unit of the first role.
    pub(crate) choice: UnitChoice,
    /// As typed.
    pub(crate) login: String,
    /// As typed.
    pub(crate) name: String,
    /// Those that can be given.
    pub(crate) roles: Vec<Choice>,
    /// The last day, as typed.
    pub(crate) until: String,
}

/// A link that was made, shown once.
#[derive(Debug, Clone, Template)]
#[template(path = "access/link_made.html")]
pub(crate) struct LinkMadePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// For whom.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) login: String,
    /// It leads to a first password.
    pub(crate) is_first: bool,
    /// The link; empty where it was shown before.
    pub(crate) link: String,
    /// The page of the account.
    pub(crate) account_href: String,
}

/// One account.
#[derive(Debug, Clone, Template)]
#[template(path = "access/account.html")]
pub(crate) struct AccountPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Who.
    pub(crate) name: String,
    /// What they sign in with.
    pub(crate) login: String,
    /// Whether they may sign in.
    pub(crate) state: String,
    /// The address of this page.
    pub(crate) href: String,
    /// What they may do today or later.
    pub(crate) roles: Vec<RoleView>,
    /// The unit of one more role.
    pub(crate) choice: UnitChoice,
    /// The roles to choose from.
    pub(crate) new_roles: Vec<Choice>,
    /// The last day of one more role, as typed.
    pub(crate) until: String,
    /// It is the reader's own.
    pub(crate) is_own: bool,
    /// The reader may close it, open it again and make a link.
    pub(crate) is_manageable: bool,
    /// It is closed.
    pub(crate) is_disabled: bool,
    /// Where its second factor is forgotten; empty where it has none.
    pub(crate) forget_href: String,
    /// What was done to it, the latest first.
    pub(crate) history: Vec<DoneView>,
}

/// Something that was done to an account.
#[derive(Debug, Clone)]
pub(crate) struct DoneView {
    /// `14:32 24/11/2023`.
    pub(crate) at: String,
    /// What.
    pub(crate) what: String,
    /// As whom.
    pub(crate) role: String,
    /// Who, where somebody had signed in.
    pub(crate) person: String,
}
