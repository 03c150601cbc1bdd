//! The binary run once, and served on a folder.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn dienhinh() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dienhinh"));
    command.env_remove("DIENHINH_DATABASE").env_remove("DIENHINH_EVIDENCE");
    command
}

/// Exit code, output and messages.
pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = dienhinh().args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// An installation as it is served on a folder, with the ready roles of the sample when the options say so, and its address.
pub(crate) fn served(data: &Path, options: &[&str]) -> (Child, String) {
    let mut child = dienhinh()
        .args(["serve", "--listen", "127.0.0.1:0", "--data", text(data)])
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
    let address = line.trim().strip_prefix("http://").expect("an address").to_owned();
    (child, address)
}
