//! What only a server can do: be set up wrongly, be overtaken, fall silent, go away. Nothing here runs without one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use dienhinh_storage::{DatabaseUrl, Db, Failure, dossiers, settings};
use dienhinh_testkit::{Empty, Fresh};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::net::{TcpListener, TcpStream};

fn server(fresh: &Fresh) -> &PgConnectOptions {
    let DatabaseUrl::Postgres(server) = &fresh.at.url else { panic!("a server") };
    server
}

/// Somebody else, who takes no turn with the others.
async fn stranger(fresh: &Fresh) -> PgConnection {
    let options = server(fresh).clone().options([("search_path", "dienhinh")]);
    PgConnection::connect_with(&options).await.expect("connected")
}

async fn run(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.expect(statement);
}

async fn value(db: &Db) -> Result<Option<String>, Failure> {
    let mut tx = db.read().await?;
    settings::get(&mut tx, "name").await
}

async fn set(db: &Db, value: &str) -> Result<(), Failure> {
    let mut tx = db.write().await?;
    settings::set(&mut tx, "name", value).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_server_that_acknowledges_too_early_is_refused_by_the_settings_name() {
    let Some(empty) = Empty::on_postgres().await else { return };
    let fresh = empty.open().await;
    let mut stranger = stranger(&fresh).await;
    let database = server(&fresh).get_database().expect("a database").to_owned();
    for (set_to, refused) in [("off", true), ("local", true), ("remote_apply", false), ("on", false)] {
        run(&mut stranger, &format!("alter database {database} set synchronous_commit = {set_to}")).await;
        let opened = Db::open(&fresh.at.url).await;
        assert_eq!(opened.is_err(), refused, "{set_to}");
        if let Err(failure) = opened {
            assert!(failure.to_string().contains(&format!("synchronous_commit = {set_to}")), "{failure}");
        }
    }
}

#[tokio::test]
async fn who_was_overtaken_is_told_so_and_may_run_again() {
    let Some(empty) = Empty::on_postgres().await else { return };
    let fresh = empty.open().await;
    let (.., mut dossier) = super::one_dossier(&fresh.db).await;
    let mut stranger = stranger(&fresh).await;
    dossier.round = 2;
    for is_overtaken in [true, false] {
        let mut tx = fresh.db.write().await.expect("a transaction");
        dossiers::get(&mut tx, dossier.id).await.expect("read");
        if is_overtaken {
            run(&mut stranger, "update dossiers set round = 7").await;
            let failure = dossiers::save(&mut tx, &dossier, None).await.expect_err("overtaken");
            assert!(failure.is_serialization_failure() && !failure.is_unavailable(), "{failure}");
        } else {
            dossiers::save(&mut tx, &dossier, None).await.expect("saved");
            tx.commit().await.expect("committed");
        }
    }
    let mut tx = fresh.db.read().await.expect("a transaction");
    assert_eq!(dossiers::get(&mut tx, dossier.id).await.expect("read"), Some(dossier));
}

#[tokio::test]
async fn a_connection_that_was_ended_is_replaced() {
    let Some(empty) = Empty::on_postgres().await else { return };
    let fresh = empty.open().await;
    let mut stranger = stranger(&fresh).await;
    for round in 0..5 {
        let written = round.to_string();
        set(&fresh.db, &written).await.expect("written");
        let mut cut = fresh.db.write().await.expect("a transaction");
        run(
            &mut stranger,
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await;
        let failure = settings::set(&mut cut, "name", "lost").await.expect_err("cut off");
        assert!(failure.is_unavailable(), "{failure}");
        drop(cut);
        assert_eq!(value(&fresh.db).await.expect("read"), Some(written));
    }
}

/// Stands between the product and the server; while it is frozen, nothing passes and nothing is closed.
struct Between {
    url: DatabaseUrl,
    is_frozen: Arc<AtomicBool>,
}

impl Between {
    async fn start(server: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let is_frozen = Arc::new(AtomicBool::new(false));
        let (frozen, to) = (Arc::clone(&is_frozen), (server.get_host().to_owned(), server.get_port()));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&to).await else { continue };
                let (client, server) = (Arc::new(client), Arc::new(server));
                tokio::spawn(pass(Arc::clone(&client), Arc::clone(&server), Arc::clone(&frozen)));
                tokio::spawn(pass(server, client, Arc::clone(&frozen)));
            }
        });
        Self { url: DatabaseUrl::Postgres(Box::new(server.clone().host("127.0.0.1").port(port))), is_frozen }
    }
}

async fn pass(from: Arc<TcpStream>, to: Arc<TcpStream>, is_frozen: Arc<AtomicBool>) {
    let mut buffer = [0; 8192];
    loop {
        if from.readable().await.is_err() {
            return;
        }
        while is_frozen.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut rest = match from.try_read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => &buffer[..count],
            Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        while !rest.is_empty() {
            if to.writable().await.is_err() {
                return;
            }
            match to.try_write(rest) {
                Ok(count) => rest = &rest[count..],
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_a_failure_within_ten_seconds() {
    let Some(empty) = Empty::on_postgres().await else { return };
    let fresh = empty.open().await;
    let between = Between::start(server(&fresh)).await;
    let db = Db::open(&between.url).await.expect("opened");
    set(&db, "before").await.expect("written");
    let mut inside = db.write().await.expect("a transaction");
    between.is_frozen.store(true, Ordering::Relaxed);
    let started = Instant::now();
    let (statement, write, read) =
        tokio::join!(settings::set(&mut inside, "name", "lost"), set(&db, "lost"), value(&db));
    for failure in [statement.expect_err("silent"), write.expect_err("silent"), read.expect_err("silent")] {
        assert!(failure.is_unavailable(), "{failure}");
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    drop(inside);
    between.is_frozen.store(false, Ordering::Relaxed);
    let started = Instant::now();
    while set(&db, "after").await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(10), "the pool recovers");
    }
    assert_eq!(value(&db).await.expect("read").as_deref(), Some("after"));
}
