//! What may be typed, what may be chosen, and that nobody gets beyond what they have.

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::{
    calendar::Period,
    units::{UnitKind, UnitVersion},
};

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

fn version(number: usize, parent: Option<UnitId>) -> UnitVersion {
    UnitVersion {
        unit: UnitId::new(id(number)),
        valid: Period::from(date(2004, 1, 1)),
        name: "Xã".to_owned(),
        kind: UnitKind::Commune,
        code: None,
        parent,
        illustrative: true,
    }
}

fn account(login: &str, name: &str) -> Account {
    Account {
        id: AccountId::new(Uuid::nil()),
        login: login.to_owned(),
        name: name.to_owned(),
        state: State::Active,
        has_password: false,
        has_factor: false,
        made_at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn a_login_is_plain() {
    for (typed, read) in [
        (" Ha.NV@example.vn ", Some("ha.nv@example.vn")),
        ("abc", Some("abc")),
        ("ab", None),
        ("nguyễn", None),
        (".abc", None),
        ("abc-", None),
        ("a b c", None),
        ("a\u{0}bc", None),
        (&"a".repeat(65), None),
    ] {
        assert_eq!(login(typed).ok().as_deref(), read, "{typed:?}");
    }
}

#[test]
fn a_name_is_one_field() {
    assert_eq!(name("  Nguye\u{302}\u{303}n  Văn A ").as_deref(), Ok("Nguyễn Văn A"));
    for typed in ["", "  ", "a\u{7}b", &"a".repeat(101)] {
        assert!(name(typed).is_err(), "{typed:?}");
    }
}

#[test]
fn a_password_is_long_and_not_what_is_known() {
    let owner = account("chauhung.vp", "Trần Thị Bé");
    for (password, taken) in [
        ("một câu dài dễ nhớ", true),
        ("k3x7q9w2m5t8", true),
        ("short", false),
        ("123456789012", false),
        ("matkhau123456", false),
        ("Password@2025", false),
        ("abababababab", false),
        ("aaaaaaaaaaaaaaaa", false),
        ("chauhung.vp1", false),
        ("Chauhung.VP 2025", false),
        ("chauhung.vp và nhiều chữ khác nữa", true),
        ("trần thị bé 12", false),
        (&"ă".repeat(129), false),
    ] {
        assert_eq!(check_password(password, &owner).is_ok(), taken, "{password}");
    }
    assert_eq!(normal_password("ma\u{302}\u{323}t kha\u{302}\u{309}u"), normal_password("mật khẩu"));
}

#[test]
fn a_grant_holds_from_its_first_to_its_last_day() {
    let day = |day| jiff::civil::date(2025, 7, day);
    let grant = Grant {
        id: GrantId::new(Uuid::nil()),
        account: AccountId::new(Uuid::nil()),
        role: Role::UnitOfficer,
        scope: UnitId::new(Uuid::nil()),
        from: day(2),
        until: Some(day(4)),
        given_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
    };
    for (on, holds) in [(1, false), (2, true), (4, true), (5, false)] {
        assert_eq!(grant.holds_on(day(on)), holds, "{on}");
    }
    assert!(!grant.is_over(day(1)) && grant.is_over(day(5)));
    let ended = Grant { ended_at: Some(Timestamp::UNIX_EPOCH), ..grant };
    assert!(!ended.holds_on(day(3)));
}

#[test]
fn whoever_worked_for_a_unit_on_one_of_the_days_did() {
    let unit = UnitId::new(id(7));
    let grant = |role, from, until, taken: Option<Date>| Grant {
        id: GrantId::new(Uuid::nil()),
        account: AccountId::new(Uuid::nil()),
        role,
        scope: unit,
        from,
        until,
        given_at: Timestamp::UNIX_EPOCH,
        ended_at: taken.map(|day| jiff::tz::offset(7).to_timestamp(day.at(12, 0, 0, 0)).expect("a moment")),
    };
    let (officer, leader) = (Role::UnitOfficer, Role::UnitLeader);
    let (before, first, middle, last) = (date(2022, 6, 1), date(2022, 11, 16), date(2023, 5, 1), date(2023, 11, 24));
    for (role, from, until, taken, worked) in [
        (officer, before, None, None, true),
        (leader, middle, Some(middle), None, true),
        (leader, before, Some(first), None, true),
        (leader, before, Some(date(2022, 11, 15)), None, false),
        (officer, last, None, None, true),
        (officer, date(2023, 11, 25), None, None, false),
        (officer, before, None, Some(first), true),
        (officer, before, None, Some(date(2022, 11, 15)), false),
        (officer, before, Some(before), Some(middle), false),
        (officer, middle, None, Some(first), false),
        (Role::Appraiser, before, None, None, false),
    ] {
        let found = grant(role, from, until, taken).worked_for(unit, first, last);
        assert_eq!(found, worked, "{role:?} {from} {until:?} {taken:?}");
    }
    assert!(!grant(officer, before, None, None).worked_for(UnitId::new(id(8)), first, last), "another unit");
}

/// A tree of units: each below one with a smaller number.
fn units(chance: &mut Chance) -> Vec<UnitAsOf> {
    let mut all: Vec<UnitAsOf> = Vec::new();
    for number in 0..12 {
        let above = (number > 0).then(|| all[chance.below(number)].clone());
        let parent = above.as_ref().map(UnitAsOf::id);
        let ancestors = above.map_or_else(Vec::new, |above| [vec![above.version], above.ancestors].concat());
        let version = version(number, parent);
        all.push(UnitAsOf { as_of: date(2025, 7, 1), version, ancestors });
    }
    all
}

/// The linear congruential generator of Knuth's MMIX: tests run the same way each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// What a role reaches, and until when.
type HeldBy = (Role, usize, Option<Date>);

/// Everybody whom an administrator can become or let become something, taken together, never gets beyond what the
/// administrator has: neither by giving roles, nor by setting passwords of others, however they go about it.
#[test]
fn nobody_gets_beyond_what_they_have() {
    let mut chance = Chance(7);
    let (mut given, mut entered, mut refused) = (0, 0, 0);
    for _ in 0..400 {
        let units = units(&mut chance);
        let days = [None, Some(date(2025, 12, 31)), Some(date(2026, 6, 30))];
        let mut accounts: Vec<Vec<HeldBy>> = (0..8)
            .map(|_| {
                let held = |chance: &mut Chance| {
                    (Role::ALL[chance.below(5)], chance.below(units.len()), days[chance.below(days.len())])
                };
                (0..=chance.below(2)).map(|_| held(&mut chance)).collect()
            })
            .collect();
        let top = (Role::Administrator, chance.below(units.len()), days[chance.below(days.len())]);
        accounts[0] = vec![top];
        let mut controlled = vec![0];
        for _ in 0..250 {
            let by = controlled[chance.below(controlled.len())];
            let (role, scope, until) = accounts[by][chance.below(accounts[by].len())];
            let id = |account| AccountId::new(id(account));
            let giver = Giver { actor: Actor { role, scope: units[scope].id() }, account: Some(id(by)), until };
            let to = chance.below(accounts.len());
            if chance.below(2) == 0 {
                let (role, unit) = (Role::ALL[chance.below(6)], chance.below(units.len()));
                let until = days[chance.below(days.len())];
                let (account, from) = (Some(id(to)), date(2025, 7, 1));
                match may_give(giver, Wanted { account, role, unit: &units[unit], from, until }) {
                    Ok(()) => {
                        accounts[to].push((role, unit, until));
                        given += 1;
                    }
                    Err(_) => refused += 1,
                }
            } else {
                let held =
                    accounts[to].iter().map(|(_, unit, until)| Held { unit: units[*unit].clone(), until: *until });
                let held: Vec<Held> = held.collect();
                match may_manage(giver, id(to), Action::AccessLink, &held) {
                    Ok(()) if !controlled.contains(&to) => {
                        controlled.push(to);
                        entered += 1;
                    }
                    Ok(()) => {}
                    Err(_) => refused += 1,
                }
            }
        }
        let (_, scope, own) = top;
        for account in controlled {
            for (role, unit, until) in &accounts[account] {
                let outlasts = own.is_some_and(|own| until.is_none_or(|until| until > own));
                assert!(!outlasts, "{account} is {role:?} until {until:?}, beyond {own:?}");
                assert!(units[*unit].within(units[scope].id()), "{account} is {role:?} at {unit} beyond {scope}");
                assert_ne!(*role, Role::Public);
            }
        }
    }
    assert!(given > 2_000 && entered > 200 && refused > 20_000, "{given} given, {entered} entered, {refused} refused");
}
