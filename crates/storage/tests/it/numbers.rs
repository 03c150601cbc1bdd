//! Decision numbers when two servers, each with four workers, decide at once and one in ten decisions is not kept.
//!
//! `DIENHINH_DECISIONS=1000` lets each worker decide that often; without it a number that takes a moment.

use std::{collections::BTreeSet, env};

use dienhinh_domain::{
    ids::{DecisionId, UnitId},
    recognition::{Decision, Draft, SigningCapacity},
};
use dienhinh_storage::{DatabaseUrl, Db, Failure, Tx, recognition};
use dienhinh_testkit::{self as kit, Empty};
use tokio::task::JoinSet;

use super::run;

kit::on_both!(two_servers_number_without_a_gap, the_naive_way_is_found_wrong);

const SERVERS: usize = 2;
const WORKERS: usize = 4;

/// One in so many decisions is rolled back after it took its number.
const ROLLED_BACK_EVERY: usize = 10;

const YEAR: i16 = 2023;

fn decisions_each() -> usize {
    env::var("DIENHINH_DECISIONS").map_or(20, |number| number.parse().expect("a whole number"))
}

/// Two pools on the same database, as two servers have them.
async fn servers(empty: &Empty) -> (Vec<Db>, UnitId) {
    let first = Db::open(&empty.url).await.expect("opens");
    let (unit, ..) = super::one_dossier(&first).await;
    let mut all = vec![first];
    while all.len() < SERVERS {
        all.push(Db::open(&empty.url).await.expect("opens beside the first"));
    }
    (all, unit.unit)
}

#[expect(clippy::print_stdout, reason = "the trial says its figure")]
async fn two_servers_number_without_a_gap(empty: Empty) {
    let (servers, unit) = servers(&empty).await;
    let each = decisions_each();
    let mut workers = JoinSet::new();
    for worker in 0..SERVERS * WORKERS {
        let db = servers[worker % SERVERS].clone();
        workers.spawn(async move {
            let mut kept = Vec::new();
            for at in 0..each {
                let id = kit::id(u128::try_from(1_000_000 * (worker + 1) + at).expect("small"));
                kept.extend(decide(&db, unit, DecisionId::new(id), at % ROLLED_BACK_EVERY == 3).await);
            }
            kept
        });
    }
    let numbers: Vec<i64> = workers.join_all().await.into_iter().flatten().collect();
    let (kept, distinct) = (numbers.len(), numbers.iter().collect::<BTreeSet<_>>().len());
    assert_eq!(kept, distinct, "a number was given twice");
    assert!(kept > 0 && kept < SERVERS * WORKERS * each, "some were kept and some were not");
    let last = numbers.iter().max().copied().expect("at least one");
    assert_eq!(usize::try_from(last).expect("positive"), kept, "a number is missing");
    for db in servers {
        db.close().await;
    }
    println!(
        "R9 {}: {SERVERS} servers × {WORKERS} workers × {each} decisions, {} not kept: {kept} numbers, 0 twice, 0 missing",
        if matches!(empty.url, DatabaseUrl::Sqlite(_)) { "SQLite" } else { "PostgreSQL" },
        SERVERS * WORKERS * each - kept,
    );
}

/// Takes a number and keeps the decision, or not; again when another came between.
async fn decide(db: &Db, unit: UnitId, id: DecisionId, rolled_back: bool) -> Option<i64> {
    loop {
        let mut tx = db.write().await.expect("a transaction");
        match numbered(&mut tx, unit, id).await {
            Ok(_) if rolled_back => return None,
            Ok(number) => match tx.commit().await {
                Ok(()) => return Some(number),
                Err(failure) => assert!(failure.is_serialization_failure(), "{failure}"),
            },
            Err(failure) => assert!(failure.is_serialization_failure(), "{failure}"),
        }
    }
}

async fn numbered(tx: &mut Tx, unit: UnitId, id: DecisionId) -> Result<i64, Failure> {
    let number = recognition::take_number(tx, unit, YEAR).await?;
    let draft = Draft {
        issuer: "ỦY BAN NHÂN DÂN XÃ CHÂU THỚI".to_owned(),
        place: "Châu Thới".to_owned(),
        signed_on: kit::TODAY,
        capacity: SigningCapacity::ForTheCollective,
        signatory: "CHỦ TỊCH".to_owned(),
        legal_bases: Vec::new(),
    };
    recognition::insert(tx, &Decision { id, issuing_unit: unit, number, draft, items: Vec::new(), ruling: None })
        .await?;
    Ok(number)
}

/// The control: the highest number and one more, without a constraint. The same eight workers take some twice.
async fn the_naive_way_is_found_wrong(empty: Empty) {
    let (servers, _) = servers(&empty).await;
    let mut tx = servers[0].write().await.expect("a transaction");
    run(&mut tx, "create table naive_numbers (number bigint not null)").await;
    tx.commit().await.expect("kept");
    let mut workers = JoinSet::new();
    for worker in 0..SERVERS * WORKERS {
        let db = servers[worker % SERVERS].clone();
        workers.spawn(async move {
            let mut taken = Vec::new();
            for _ in 0..20 {
                let next = highest(&mut db.read().await.expect("a transaction")).await + 1;
                let mut tx = db.write().await.expect("a transaction");
                run(&mut tx, &format!("insert into naive_numbers (number) values ({next})")).await;
                tx.commit().await.expect("kept");
                taken.push(next);
            }
            taken
        });
    }
    let numbers: Vec<i64> = workers.join_all().await.into_iter().flatten().collect();
    let distinct = numbers.iter().collect::<BTreeSet<_>>().len();
    assert!(distinct < numbers.len(), "the naive way gave no number twice, so the other test cannot tell");
}

async fn highest(tx: &mut Tx) -> i64 {
    let statement = "select max(number) from naive_numbers";
    let row: (Option<i64>,) = match tx {
        Tx::Sqlite(connection) => sqlx::query_as(statement).fetch_one(&mut **connection).await,
        Tx::Postgres(connection) => sqlx::query_as(statement).fetch_one(&mut **connection).await,
    }
    .expect("it reads");
    row.0.unwrap_or(0)
}
