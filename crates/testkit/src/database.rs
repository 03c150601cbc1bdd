//! A database of its own for each test, on SQLite and on PostgreSQL.
//!
//! It starts no server: `cargo xtask check` does, and names it in [`SERVER`].

use std::{
    env,
    io::Write as _,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use dienhinh_storage::{DatabaseUrl, Db, scratch::Scratch};

/// The variable that holds the address of a PostgreSQL server whose user may make databases.
pub const SERVER: &str = "DIENHINH_TEST_POSTGRES";

/// A place where a database may be made; everything in it goes away with the value.
pub struct Empty {
    /// The database's address.
    pub url: DatabaseUrl,
    /// A folder; on SQLite the database lies in it.
    pub folder: tempfile::TempDir,
    scratch: Option<Scratch>,
}

/// A fresh database.
pub struct Fresh {
    /// The database.
    pub db: Db,
    /// Where it is.
    pub at: Empty,
}

/// Makes two tests of one: `async fn NAME(empty: Empty)` on SQLite, and on PostgreSQL where there is a server.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                super::$name($crate::Empty::on_sqlite()).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                if let Some(empty) = $crate::Empty::on_postgres().await {
                    super::$name(empty).await;
                }
            }
        })*
    };
}

impl Empty {
    /// A folder with nothing in it.
    ///
    /// # Panics
    ///
    /// When the machine gives no temporary folder.
    pub fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { url: DatabaseUrl::Sqlite(folder.path().join("dienhinh.sqlite")), folder, scratch: None }
    }

    /// A database with nothing in it. Absent, and said once, where there is no server.
    ///
    /// # Panics
    ///
    /// When the server makes no database.
    pub async fn on_postgres() -> Option<Self> {
        let scratch = scratch().await?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(Self { url: scratch.url(), folder, scratch: Some(scratch) })
    }

    /// Opens the database.
    ///
    /// # Panics
    ///
    /// When the schema does not apply.
    pub async fn open(self) -> Fresh {
        Fresh { db: Db::open(&self.url).await.expect("a fresh database"), at: self }
    }
}

/// An empty database on the server, to be removed by whoever asked for it.
async fn scratch() -> Option<Scratch> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static SAID: Once = Once::new();
    let Ok(server) = env::var(SERVER) else {
        SAID.call_once(|| {
            // Not through `eprintln!`, which a test that passes keeps to itself.
            let _ = writeln!(
                std::io::stderr(),
                "{SERVER} is not set: tests on PostgreSQL did not run; `cargo xtask check` runs them"
            );
        });
        return None;
    };
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let server = server.parse().unwrap_or_else(|cause| panic!("{SERVER}: {cause}"));
    let scratch = Scratch::create(&server, &name).await.unwrap_or_else(|cause| panic!("{SERVER}: {cause}"));
    Some(scratch.unwrap_or_else(|| panic!("{SERVER} names no server")))
}

impl Drop for Empty {
    fn drop(&mut self) {
        let Some(scratch) = self.scratch.take() else { return };
        // A test's own runtime cannot wait inside a drop, and a test that failed must leave nothing either.
        let removed = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.is_ok_and(|runtime| runtime.block_on(scratch.remove()).is_ok())
        });
        let is_removed = removed.join().unwrap_or(false);
        assert!(is_removed || thread::panicking(), "the database of a test could not be removed");
    }
}
