//! A PostgreSQL server for the tests: in a folder of its own, on a free port, ended by its process id.
//!
//! What it is set to is what the product asks for; nothing is faster here because it is less safe.

use std::{
    env, fs,
    hash::BuildHasher as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::tools;

/// The variable through which tests learn of the server.
pub(crate) const VARIABLE: &str = "DIENHINH_TEST_POSTGRES";

const USER: &str = "dienhinh";

/// How long a server may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A running server; it ends and its folder goes away with the value.
pub(crate) struct Server {
    process: Child,
    port: u16,
    password: String,
    _folder: Folder,
}

impl Server {
    /// Makes a server and waits until it answers.
    pub(crate) fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// [`start`](Self::start) with the memory that the guide asks for where a country is served: a quarter of the
    /// machine's.
    pub(crate) fn start_large() -> Result<Self> {
        let buffers = format!(
            "shared_buffers={}MB",
            tools::kib_in("/proc/meminfo", "MemTotal:").map_or(4_096, |kib| kib / 1_024) / 4
        );
        println!("PostgreSQL with {buffers}");
        Self::start_with(&["-c", &buffers])
    }

    fn start_with(settings: &[&str]) -> Result<Self> {
        tools::ensure(tools::FOR_DATABASE_TESTS)?;
        let started = Instant::now();
        let folder = Folder::new()?;
        let password = format!("{:016x}", std::hash::RandomState::new().hash_one(&folder.0));
        let (data, password_file) = (folder.0.join("data"), folder.0.join("password"));
        fs::write(&password_file, &password)?;
        let mut initdb = unprivileged(&program("initdb")?);
        initdb.args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--username", USER, "--pwfile"]);
        quietly(initdb.arg(&password_file).arg("--pgdata").arg(&data))?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = unprivileged(&program("postgres")?);
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder.0).args(["-p", &port.to_string()]);
        postgres.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=500"]).args(settings);
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = postgres.spawn().context("PostgreSQL could not be started")?;
        let mut server = Self { process, port, password, _folder: folder };
        server.wait(started)?;
        println!("PostgreSQL answers on port {port} after {:.1?}", started.elapsed());
        Ok(server)
    }

    /// Its address, with everything a test needs to make databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn wait(&mut self, started: Instant) -> Result<()> {
        let mut is_ready = Command::new(program("pg_isready")?);
        is_ready.args(["--quiet", "--host", "127.0.0.1", "--port", &self.port.to_string()]);
        while !is_ready.status()?.success() {
            if let Some(status) = self.process.try_wait()? {
                bail!("PostgreSQL ended by itself ({status})");
            }
            if started.elapsed() > START_TIMEOUT {
                bail!("PostgreSQL does not answer after {START_TIMEOUT:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// A folder that only the server's user may enter; it goes away with the value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = Self(env::temp_dir().join(format!("dienhinh-postgres-{}", std::process::id())));
        quietly(unprivileged(Path::new("mkdir")).args(["-m", "700"]).arg(&folder.0))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {cause}", self.0.display());
        }
    }
}

/// PostgreSQL refuses to run as root; its package brings a user.
fn unprivileged(program: &Path) -> Command {
    if !tools::is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

fn program(name: &'static str) -> Result<PathBuf> {
    tools::find(&[name]).with_context(|| format!("PostgreSQL was installed and `{name}` still cannot be found"))
}

/// Runs a command, in a folder that its user may enter, and shows what it said only when it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let output = command.current_dir(env::temp_dir()).output();
    let output = output.with_context(|| format!("{command:?} could not be started"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
