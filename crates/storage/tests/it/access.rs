//! What a session rests on, and what is forgotten.

use dienhinh_domain::{
    access::{
        Role,
        accounts::{Account, Grant, State},
    },
    ids::{AccountId, GrantId, UnitId},
    text::Order,
};
use dienhinh_storage::{
    Tx,
    access::{
        self, attempts,
        factors::{self, Factor},
        sessions::{self, Session},
    },
    units,
};
use dienhinh_testkit::{self as kit, Empty};
use jiff::{SignedDuration, civil::date};

dienhinh_testkit::on_both!(
    a_session_holds_while_all_it_rests_on_does,
    attempts_are_counted_back_from_the_latest,
    a_code_is_taken_once,
);

const LOGIN: &str = "tran.be";

fn account(number: u128, login: &str) -> Account {
    Account {
        id: AccountId::new(kit::id(number)),
        login: login.to_owned(),
        name: "Trần Thị Bé".to_owned(),
        state: State::Active,
        has_password: false,
        has_factor: false,
        made_at: kit::now(),
    }
}

fn grant(number: u128, account: &Account, unit: UnitId) -> Grant {
    Grant {
        id: GrantId::new(kit::id(number)),
        account: account.id,
        role: Role::UnitOfficer,
        scope: unit,
        from: date(2023, 11, 1),
        until: None,
        given_at: kit::now(),
        ended_at: None,
    }
}

async fn session(tx: &mut Tx, account: &Account, sha256: &str) {
    let (begun_at, seen_at) = (kit::now(), kit::now());
    let session =
        Session { sha256: sha256.to_owned(), account: account.id, grant: None, begun_at, seen_at, factor_at: None };
    sessions::insert(tx, &session).await.expect("begun");
}

async fn a_session_holds_while_all_it_rests_on_does(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let unit = kit::unit(1, "Xã Vĩnh Hưng");
    units::insert(&mut tx, &unit, &Order::new()).await.expect("a unit");
    let (own, other) = (account(2, LOGIN), account(3, "other"));
    for account in [&own, &other] {
        assert!(access::insert(&mut tx, account).await.expect("inserted"));
    }
    assert!(!access::insert(&mut tx, &account(4, LOGIN)).await.expect("looked at"), "the login is taken");
    let (held, foreign) = (grant(5, &own, unit.unit), grant(6, &other, unit.unit));
    for grant in [&held, &foreign] {
        access::insert_grant(&mut tx, grant).await.expect("given");
    }
    assert_eq!(access::grants(&mut tx, &[own.id]).await.expect("read"), std::slice::from_ref(&held));
    let (mine, theirs) = (Some(held.id), Some(foreign.id));
    session(&mut tx, &own, "a").await;
    for (sha256, grant, holds) in [("a", mine, true), ("a", None, true), ("a", theirs, false), ("b", mine, false)] {
        assert_eq!(sessions::still_holds(&mut tx, sha256, grant).await.expect("read"), holds, "{sha256} {grant:?}");
    }
    access::set_state(&mut tx, own.id, State::Disabled).await.expect("closed");
    assert!(!sessions::still_holds(&mut tx, "a", mine).await.expect("read"));
    access::set_state(&mut tx, own.id, State::Active).await.expect("open");
    access::end_grant(&mut tx, held.id, kit::now()).await.expect("ended");
    assert!(!sessions::still_holds(&mut tx, "a", mine).await.expect("read"));
    assert!(sessions::still_holds(&mut tx, "a", None).await.expect("read"), "without a role one is still oneself");
    session(&mut tx, &own, "b").await;
    assert_eq!(sessions::end_others(&mut tx, own.id, "b").await.expect("ended"), 1);
    assert!(!sessions::still_holds(&mut tx, "a", None).await.expect("read"));
    access::close_doors(&mut tx, kit::now()).await.expect("closed");
    assert!(!sessions::still_holds(&mut tx, "b", None).await.expect("read"));
}

async fn attempts_are_counted_back_from_the_latest(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let at = |seconds| kit::now() + SignedDuration::from_secs(seconds);
    for second in 0..5 {
        attempts::insert(&mut tx, &second.to_string(), "key", at(second)).await.expect("noted");
        attempts::insert(&mut tx, &second.to_string(), "other", at(second)).await.expect("noted");
    }
    for (most, since, found) in [(1, -1, Some(4)), (5, -1, Some(0)), (6, -1, None), (5, 0, None), (4, 0, Some(1))] {
        let latest = attempts::nth_latest(&mut tx, "key", most, at(since)).await.expect("read");
        assert_eq!(latest, found.map(at), "{most} since {since}");
    }
    attempts::remove(&mut tx, "4").await.expect("removed");
    assert_eq!(attempts::nth_latest(&mut tx, "key", 1, at(-1)).await.expect("read"), Some(at(3)));
    assert_eq!(attempts::nth_latest(&mut tx, "other", 1, at(-1)).await.expect("read"), Some(at(3)));
    assert_eq!(attempts::forget(&mut tx, at(2)).await.expect("forgotten"), 4);
}

async fn a_code_is_taken_once(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let own = account(2, LOGIN);
    assert!(access::insert(&mut tx, &own).await.expect("inserted"));
    assert_eq!(factors::get(&mut tx, own.id).await.expect("read"), None);
    assert!(!factors::note_step(&mut tx, own.id, 7).await.expect("looked at"), "there is none yet");
    let factor = Factor { account: own.id, seed: "ab".repeat(16), key_check: "k".to_owned(), last_step: 7 };
    factors::set(&mut tx, &factor, &["a".to_owned(), "b".to_owned()], kit::now()).await.expect("set");
    assert_eq!(factors::get(&mut tx, own.id).await.expect("read").as_ref(), Some(&factor));
    assert!(access::get(&mut tx, own.id).await.expect("read").expect("an account").has_factor);
    for (key, is_another) in [("k", false), ("l", true)] {
        assert_eq!(factors::any_with_another_key(&mut tx, key).await.expect("read"), is_another, "{key}");
    }
    assert_eq!(factors::holders(&mut tx, 9).await.expect("read"), [own.id]);
    for (step, taken) in [(6, false), (7, false), (9, true), (9, false), (8, false), (10, true)] {
        assert_eq!(factors::note_step(&mut tx, own.id, step).await.expect("noted"), taken, "{step}");
    }
    for (code, taken) in [("c", false), ("a", true), ("a", false)] {
        assert_eq!(factors::use_put_away(&mut tx, own.id, code).await.expect("used"), taken, "{code}");
    }
    assert_eq!(factors::put_away(&mut tx, own.id).await.expect("counted"), 1);
    factors::remove(&mut tx, own.id).await.expect("removed");
    assert_eq!(factors::put_away(&mut tx, own.id).await.expect("counted"), 0);
    assert!(!access::get(&mut tx, own.id).await.expect("read").expect("an account").has_factor);
}
