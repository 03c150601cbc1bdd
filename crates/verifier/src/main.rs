//! The binary `dienhinh-verify`: checks a proof with a public key and says what it attests.
//!
//! Asks nobody: no network, no database, no server. Exit codes: 0 it holds, 2 wrong usage, 3 it does not hold,
//! 4 a file is not there.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks through its output")]

use std::{env, fs, process::ExitCode};

use dienhinh_domain::audit::{
    checkpoint::{PublicKey, Signed, Unsound},
    proof::{Attestation, Proof},
};

/// Whatever is longer is no proof and is not read.
const PROOF_BYTES_MAX: u64 = 64 * 1024;

const USAGE: &str = "dienhinh-verify PROOF KEY\n\
    PROOF: tệp xác thực / the proof, CODE.proof.json\n\
    KEY:   khóa công khai hoặc tệp chứa nó / the public key or a file with it";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [proof, key] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (proof, keys) = match (read(proof), key_text(key)) {
        (Ok(proof), Ok(keys)) => (proof, keys),
        (Err(message), _) | (_, Err(message)) => {
            eprintln!("lỗi / error: {message}");
            return ExitCode::from(4);
        }
    };
    match checked(&proof, &keys) {
        Ok((proof, checkpoint)) => {
            say(&proof, &checkpoint);
            ExitCode::SUCCESS
        }
        Err(cause) => {
            eprintln!("✗ KHÔNG xác thực được / does NOT hold: {cause}");
            ExitCode::from(3)
        }
    }
}

fn read(file: &str) -> Result<String, String> {
    let length = fs::metadata(file).map_err(|cause| format!("{file}: {cause}"))?.len();
    if length > PROOF_BYTES_MAX {
        return Ok(String::new());
    }
    fs::read(file).map(|bytes| String::from_utf8(bytes).unwrap_or_default()).map_err(|cause| format!("{file}: {cause}"))
}

/// A key as it is, or the file that holds it.
fn key_text(argument: &str) -> Result<String, String> {
    if PublicKey::read(argument).is_ok() { Ok(argument.to_owned()) } else { read(argument) }
}

fn checked(proof: &str, keys: &str) -> Result<(Proof, Signed), Unsound> {
    let keys: Vec<PublicKey> = keys.lines().map(PublicKey::read).collect::<Result<_, _>>()?;
    let proof = Proof::read(proof)?;
    let checkpoint = proof.check(&keys)?;
    Ok((proof, checkpoint))
}

fn say(proof: &Proof, checkpoint: &Signed) {
    println!("✓ xác thực được / holds");
    let entry = &proof.entry;
    match &proof.listed {
        Some(listed) => attested(&listed.attestation),
        None => println!("Việc / action:          {} {} {}", entry.action, entry.subject, entry.detail),
    }
    let checkpoint = &checkpoint.checkpoint;
    println!("Mục / entry:            {} / {}", entry.seq, checkpoint.size);
    println!("Nhật ký / record:       {}, {}", checkpoint.origin, checkpoint.at);
}

fn attested(attestation: &Attestation) {
    let Attestation { code, unit, place, title, title_en, year, decision, signed_on, issuer, .. } = attestation;
    if code.is_empty() {
        println!("KHÔNG công nhận / NOT recognised");
    } else {
        println!("Mã / code:              {code}");
    }
    println!("Đơn vị / unit:          {unit}, {place}");
    println!("Danh hiệu / title:      {title} / {title_en}");
    println!("Năm / year:             {year}");
    println!("Quyết định / decision:  {decision}, {signed_on}");
    println!("Cơ quan / issuing body: {issuer}");
}
