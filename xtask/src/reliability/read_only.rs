//! R6: the folder cannot be written. A start is refused at once with a sentence that names it; when it happens while
//! the server runs, writes are refused with a sentence, and reads go on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    crash,
    disk::{self, Disk},
    sample::Town,
    trial::Trial,
};
use crate::{http::Request, product::Installation, tools};

const REFUSED_WITHIN: Duration = Duration::from_secs(5);

pub(super) fn run(trial: &Trial) -> Result<()> {
    let without_permission = without_permission(trial).context("no permission")?;
    trial.say(&format!("a start without permission refused after {without_permission:.1?}"));
    if let Some(missing) = disk::missing() {
        trial.say(&format!("read-only disks not run: {missing}"));
        return Ok(());
    }
    let disk = Disk::new(&trial.folder, "disk", 64, 4096)?;
    let installation = Installation { data: disk.mount.join("data"), ..trial.installation() };
    let (refused, reads) = while_it_runs(trial, &disk, &installation).context("while it runs")?;
    disk.unmount()?;
    // What the journal holds cannot be brought in on a disk that is mounted for reading only.
    disk.mount("errors=remount-ro")?;
    disk.unmount()?;
    disk.mount("ro")?;
    let on_read_only = refused_start(&mut installation.command("serve"), &installation.data).context("read-only")?;
    trial.say(&format!(
        "a start on a read-only disk refused after {on_read_only:.1?}; on a disk that failed meanwhile {refused} of \
         {refused} writes refused with a sentence, {reads} of {reads} reads fine"
    ));
    Ok(())
}

/// A folder that belongs to somebody else; it goes away with the value.
struct Foreign(PathBuf);

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Permissions do not hold root back, so root starts the product as somebody who has none.
fn without_permission(trial: &Trial) -> Result<Duration> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Foreign(std::env::temp_dir().join(format!("dienhinh-foreign-{}", std::process::id())));
    let data = folder.0.join("data");
    fs::create_dir_all(&data)?;
    let binary = folder.0.join("dienhinh");
    fs::copy(&trial.binary, &binary)?;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555))?;
    let mut command = if tools::is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&binary);
        command
    } else {
        Command::new(&binary)
    };
    let refused = refused_start(command.arg("serve").arg("--data").arg(&data), &data);
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755))?;
    refused
}

/// Starts what must not start, and gives after how long it said so.
fn refused_start(command: &mut Command, folder: &Path) -> Result<Duration> {
    let started = Instant::now();
    command.args(["--sample", "--listen", "127.0.0.1:0"]).env_remove("DIENHINH_DATABASE");
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    while process.try_wait()?.is_none() {
        if started.elapsed() > REFUSED_WITHIN {
            process.kill()?;
            process.wait()?;
            bail!("it was not refused within {REFUSED_WITHIN:?}");
        }
        thread::sleep(Duration::from_millis(10));
    }
    let took = started.elapsed();
    says_why(&process.wait_with_output()?, folder)?;
    Ok(took)
}

/// A refusal: an exit code, and one sentence that names the folder.
fn says_why(output: &Output, folder: &Path) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(!output.status.success(), "it ended as if all were well");
    let lines: Vec<&str> = said.lines().collect();
    let [line] = lines[..] else { bail!("it said {} lines instead of one:\n{said}", lines.len()) };
    ensure!(line.contains(&*folder.to_string_lossy()), "it does not name {}: {line}", folder.display());
    Ok(())
}

/// The disk fails while people work. Gives how many writes were refused and how many reads succeeded.
fn while_it_runs(trial: &Trial, disk: &Disk, installation: &Installation) -> Result<(usize, usize)> {
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let path = format!("/dossiers/{dossier}/answers/{}", crash::ROWS[0]);
    let save = |figure: usize| Request::form(&path, &format!("{}={figure}", crash::ROWS[0])).send(server.address);
    ensure!(save(7)?.status == 200, "a save was refused before the disk failed");
    disk.fail()?;
    for time in 1..=trial.times {
        let answer = save(7 + time)?;
        ensure!(answer.status == 503, "write {time} was answered {} {}", answer.status, answer.body);
        let said: serde_json::Value = serde_json::from_str(&answer.body)?;
        ensure!(said["code"] == "read_only", "write {time} does not say why: {}", answer.body);
        let read = Request::get(&format!("/dossiers/{dossier}")).send(server.address)?;
        ensure!(read.status == 200, "read {time} was answered {}", read.status);
    }
    let found = crash::stored(server.address, &dossier)?;
    crash::kept((7, 7), found[0])?;
    server.kill()?;
    Ok((trial.times, trial.times))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a start that says nothing, or does not name the folder, is found.
    #[test]
    fn a_refusal_that_does_not_say_why_is_found() {
        let ran = |script: &str| Command::new("sh").args(["-c", script]).output().expect("a shell");
        let folder = Path::new("/srv/data");
        assert!(says_why(&ran("echo 'cannot write to /srv/data' >&2; exit 1"), folder).is_ok());
        for wrong in ["echo /srv/data >&2", "exit 1", "echo sorry >&2; exit 1", "echo '/srv/data\nmore' >&2; exit 1"] {
            assert!(says_why(&ran(wrong), folder).is_err(), "{wrong}");
        }
    }
}
