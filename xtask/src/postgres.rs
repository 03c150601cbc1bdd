//! A PostgreSQL server for the tests: in a folder of its own, on a free port, ended by its process id.
//!
//! What it is set to is what the product asks for; nothing is faster here because it is less safe.

use std::{
    env, fs,
    hash::BuildHasher as _,
    io::Write as _,
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
    folder: PathBuf,
    port: u16,
    password: String,
}

impl Server {
    /// Makes a server and waits until it answers.
    pub(crate) fn start() -> Result<Self> {
        tools::ensure(tools::FOR_DATABASE_TESTS)?;
        let started = Instant::now();
        let folder = env::temp_dir().join(format!("dienhinh-postgres-{}", std::process::id()));
        let password = format!("{:016x}", std::hash::RandomState::new().hash_one(&folder));
        quietly(unprivileged(Path::new("mkdir")).arg(&folder), "")?;
        let data = folder.join("data");
        let options = ["--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8", "--locale=C"];
        let mut initdb = unprivileged(&program("initdb")?);
        quietly(initdb.args(options).args(["--username", USER, "--pgdata"]).arg(&data), &password)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = unprivileged(&program("postgres")?);
        postgres.arg("-D").arg(&data).arg("-k").arg(&folder).args(["-p", &port.to_string()]);
        postgres.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=500"]);
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = postgres.spawn().context("PostgreSQL could not be started")?;
        let mut server = Self { process, folder, port, password };
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
        if let Err(cause) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} could not be removed: {cause}", self.folder.display());
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

/// Runs a command that is told something, and shows what it said only when it fails.
fn quietly(command: &mut Command, told: &str) -> Result<()> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A folder that the unprivileged user may enter.
    command.current_dir(env::temp_dir());
    let mut child = command.spawn().with_context(|| format!("{command:?} could not be started"))?;
    child.stdin.take().context("a pipe")?.write_all(told.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
