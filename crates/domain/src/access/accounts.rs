//! Accounts: what people sign in with, the roles they were given, and who may give which.
//!
//! An account says what somebody is called and how they prove who they are; what they may do stands in its [`Grant`]s.
//! Whoever gives roles gives no more than they have: no unit outside their own area, no day after their own last one,
//! nothing to themselves ([`may_give`], [`may_manage`]).

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date};
use unicode_normalization::UnicodeNormalization as _;

use super::{Action, Actor, Role, is_one_of};
use crate::{
    Refused,
    calendar::{day_in_vietnam, format_day},
    ids::{AccountId, GrantId, UnitId},
    units::UnitAsOf,
};

/// Whoever does nothing for this long is signed out (NIST SP 800-63B, 4.2.3).
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// Whoever signed in this long ago signs in again (NIST SP 800-63B, 4.2.3).
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// How many failures within [`GUESSES_WITHIN`] are let through, for one account and for one network.
pub const GUESSES_MAX: i64 = 10;

/// How long a failure counts.
pub const GUESSES_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// The shortest password, in characters; the longest has [`PASSWORD_CHARS_MAX`].
pub const PASSWORD_CHARS_MIN: usize = 12;

/// The longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 128;

/// The longest name of a person.
pub const NAME_CHARS_MAX: usize = 100;

/// The longest login.
pub const LOGIN_CHARS_MAX: usize = 64;

/// Whether somebody may sign in at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They may.
    Active,
    /// The account is closed.
    Disabled,
}

impl State {
    /// The word in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The state behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|state| state.code() == code)
    }

    /// What brings an account into it.
    pub fn action(self) -> Action {
        match self {
            Self::Active => Action::AccessEnable,
            Self::Disabled => Action::AccessDisable,
        }
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// What they type to sign in; [`login`] reads it.
    pub login: String,
    /// What they are called, as they write it.
    pub name: String,
    /// Whether they may sign in.
    pub state: State,
    /// Whether they have set a password.
    pub has_password: bool,
    /// Whether they have set a second factor.
    pub has_factor: bool,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Account {
    /// One whose owner has not set a password yet.
    pub fn invited(id: AccountId, login: &str, name: &str, made_at: Timestamp) -> Self {
        let (login, name) = (login.to_owned(), name.to_owned());
        Self { id, login, name, state: State::Active, has_password: false, has_factor: false, made_at }
    }
}

/// A role that was given to somebody, with the days on which it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its identity.
    pub id: GrantId,
    /// Whose it is.
    pub account: AccountId,
    /// What they may be.
    pub role: Role,
    /// The unit it reaches down from.
    pub scope: UnitId,
    /// The first day.
    pub from: Date,
    /// The last day; none while it holds on.
    pub until: Option<Date>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken away before its time.
    pub ended_at: Option<Timestamp>,
}

impl Grant {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && !self.is_over(day)
    }

    /// Whether it will not hold any more, from a day on.
    pub fn is_over(&self, day: Date) -> bool {
        self.ended_at.is_some() || self.until.is_some_and(|until| until < day)
    }

    /// Whether its holder worked for a unit on some day of a period, whatever they are now. The day on which it was taken away
    /// counts.
    pub fn worked_for(&self, unit: UnitId, from: Date, until: Date) -> bool {
        let taken = self.ended_at.map(day_in_vietnam);
        let last = [self.until, taken].into_iter().flatten().min();
        let overlaps = self.from <= until && last.is_none_or(|last| last >= from.max(self.from));
        self.role.is_of_a_unit() && self.scope == unit && overlaps
    }

    /// Whom it makes of its holder.
    pub fn actor(&self) -> Actor {
        Actor { role: self.role, scope: self.scope }
    }
}

/// What a link to set a password is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first password.
    Invitation,
    /// Another one, because the old one is forgotten.
    Reset,
}

impl Purpose {
    /// The word in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// The purpose behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|purpose| purpose.code() == code)
    }

    /// How long the link can be used: once, within this time.
    pub fn lasts(self) -> SignedDuration {
        match self {
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Reset => SignedDuration::from_mins(30),
        }
    }
}

/// Reads what somebody signs in with: small letters, figures, and `.`, `_`, `-` and `@` between them, so that an address
/// of mail can serve and nothing looks like something else.
pub fn login(typed: &str) -> Result<String, Refused> {
    let login: String = typed.trim().to_ascii_lowercase();
    let fits = (3..=LOGIN_CHARS_MAX).contains(&login.len());
    let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit();
    let mut signs = login.chars();
    let begins_and_ends = signs.next().is_some_and(plain) && login.chars().next_back().is_some_and(plain);
    if fits && begins_and_ends && login.chars().all(|sign| plain(sign) || "._-@".contains(sign)) {
        Ok(login)
    } else {
        Err(Refused::new("access.bad_login").with("max", LOGIN_CHARS_MAX))
    }
}

/// Reads the name of a person: one field, as they write it.
pub fn name(typed: &str) -> Result<String, Refused> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>();
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        Ok(name)
    } else {
        Err(Refused::new("access.bad_name").with("max", NAME_CHARS_MAX))
    }
}

/// A password in the form in which it is compared: the same from every keyboard (NIST SP 800-63B, 3.1.1.2).
pub fn normal_password(typed: &str) -> String {
    typed.nfkc().collect()
}

/// What passwords that are guessed first are made of, without figures and signs.
const COMMON: [&str; 12] = [
    "password",
    "passw",
    "matkhau",
    "mậtkhẩu",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "iloveyou",
    "anhyeuem",
    "admin",
    "administrator",
];

/// Whether a password may be chosen: long enough, not what everybody knows of its owner, and not of what is guessed first.
/// No rules of composition: they make passwords that are easy to guess and hard to keep (NIST SP 800-63B, 3.1.1.2).
pub fn check_password(password: &str, account: &Account) -> Result<(), Refused> {
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(Refused::new("access.password_length")
            .with("min", PASSWORD_CHARS_MIN)
            .with("max", PASSWORD_CHARS_MAX));
    }
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
    let password = plain(password);
    let signs: BTreeSet<char> = password.chars().collect();
    let letters: String = password.chars().filter(|sign| sign.is_alphabetic()).collect();
    let is_common = letters.is_empty() || COMMON.contains(&letters.as_str());
    let known = [plain(&account.login), plain(&account.name)];
    let is_known = known.iter().any(|known| !known.is_empty() && password.replace(known.as_str(), "").len() < 6);
    if signs.len() < 5 || is_common || is_known {
        return Err(Refused::new("access.password_weak"));
    }
    Ok(())
}

/// Somebody who gives roles.
#[derive(Debug, Clone, Copy)]
pub struct Giver {
    /// As what.
    pub actor: Actor,
    /// Their own account; none for a ready role of the sample.
    pub account: Option<AccountId>,
    /// The last day of their own role, where it has one.
    pub until: Option<Date>,
}

/// A role that somebody is to get.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who; none while they have no account yet.
    pub account: Option<AccountId>,
    /// As what.
    pub role: Role,
    /// The unit it reaches down from.
    pub unit: &'a UnitAsOf,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Option<Date>,
}

/// Whether somebody may give a role: never beyond their own area and their own last day, and not to themselves.
pub fn may_give(giver: Giver, wanted: Wanted<'_>) -> Result<(), Refused> {
    super::may(giver.actor, Action::AccessGrant, wanted.unit)?;
    let oneself = giver.account.is_some() && giver.account == wanted.account;
    if oneself {
        return Err(Refused::new("access.oneself"));
    }
    can_be_given(wanted.role, wanted.from, wanted.until)?;
    keeps_to_own_days(giver, wanted.until)
}

/// Whether a role can be given for some days at all, by whomever.
pub fn can_be_given(role: Role, from: Date, until: Option<Date>) -> Result<(), Refused> {
    if role == Role::Public {
        return Err(Refused::new("access.role_not_given"));
    }
    if until.is_some_and(|until| until < from) {
        return Err(Refused::new("access.until_before_from"));
    }
    Ok(())
}

/// Whether something that lasts until a day ends with the giver's own role.
fn keeps_to_own_days(giver: Giver, until: Option<Date>) -> Result<(), Refused> {
    match giver.until {
        Some(own) if until.is_none_or(|until| until > own) => {
            Err(Refused::new("access.outlasts").with("until", format_day(own)))
        }
        _ => Ok(()),
    }
}

/// A role that an account has.
#[derive(Debug, Clone)]
pub struct Held {
    /// The unit it reaches down from, as it is, or as it last was.
    pub unit: UnitAsOf,
    /// The last day.
    pub until: Option<Date>,
}

/// Whether somebody may close an account, open it again or give it a new password: only where everything it may do lies
/// in their own area, and, but for closing, ends with their own role. Whoever could set the password of an account could do
/// all that it may. `held` is what the account was given without what is over; all of it where all is over.
pub fn may_manage(giver: Giver, account: AccountId, action: Action, held: &[Held]) -> Result<(), Refused> {
    is_one_of(giver.actor, action.roles())?;
    if giver.account == Some(account) {
        return Err(Refused::new("access.oneself"));
    }
    if held.is_empty() || !held.iter().all(|held| held.unit.within(giver.actor.scope)) {
        return Err(Refused::new("access.beyond"));
    }
    if matches!(action, Action::AccessDisable | Action::AccessEndGrant) {
        return Ok(());
    }
    held.iter().try_for_each(|held| keeps_to_own_days(giver, held.until))
}

#[cfg(test)]
mod tests;
