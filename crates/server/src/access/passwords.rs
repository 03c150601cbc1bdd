//! Passwords as PHC strings: Argon2id with the least that OWASP asks for, 19 MiB, two passes, one lane (Password Storage
//! Cheat Sheet). Each takes some 20 ms of a core, so one is checked at a time. Whoever goes away meanwhile makes no room: the
//! turn belongs to the work and not to the request.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};

use tokio::time::timeout;

use crate::{
    app::{App, beside},
    web::problem::{Outcome, Problem},
};

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// What is checked where there is no password, so that nobody learns from the time it takes who has an account.
static NOBODYS: LazyLock<String> = LazyLock::new(|| made("", &[0; 16]).unwrap_or_default());

fn argon() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("within the limits of the algorithm");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn made(password: &str, salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let salt = SaltString::encode_b64(salt)?;
    Ok(argon().hash_password(password.as_bytes(), &salt)?.to_string())
}

/// How long anybody waits for their turn.
const WAIT: Duration = Duration::from_secs(4);

/// When it is worth trying again.
const RETRY_SECONDS: u32 = 5;

/// Does what takes a core when it is its turn.
async fn in_turn<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    let busy = || Problem::Busy { retry_after_seconds: RETRY_SECONDS };
    let turn = timeout(WAIT, Arc::clone(&app.hashing).acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok).ok_or_else(busy)?;
    beside(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
}

/// A password as it is kept.
pub(super) async fn hash(app: &App, password: String) -> Outcome<String> {
    let mut salt = [0; 16];
    app.chance.fill(&mut salt);
    let made = in_turn(app, move || made(&password, &salt)).await?;
    made.map_err(|cause| Problem::Failed(format!("a password cannot be hashed: {cause}")))
}

/// Whether it is the password that was kept. Takes as long where none was.
pub(super) async fn is_right(app: &App, kept: Option<String>, password: String) -> Outcome<bool> {
    in_turn(app, move || is_same(kept, &password)).await
}

fn is_same(kept: Option<String>, password: &str) -> bool {
    let kept = kept.filter(|kept| !kept.is_empty());
    let against = kept.as_deref().unwrap_or(&NOBODYS);
    let is_same = PasswordHash::new(against)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    is_same && kept.is_some()
}

/// Whether a password was kept at another cost than today's, and should be hashed again now that it is known.
pub(super) fn is_outdated(kept: &str) -> bool {
    let params = PasswordHash::new(kept).ok().and_then(|hash| Params::try_from(&hash).ok());
    params.is_none_or(|params| (params.m_cost(), params.t_cost(), params.p_cost()) != COST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let kept = made("một câu dài dễ nhớ", &[7; 16]).expect("hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        for (against, typed, right) in [
            (Some(kept.clone()), "một câu dài dễ nhớ", true),
            (Some(kept.clone()), "một câu dài dễ nhơ", false),
            (None, "một câu dài dễ nhớ", false),
            (None, "", false),
            (Some(String::new()), "", false),
            (Some("not a hash".to_owned()), "not a hash", false),
        ] {
            assert_eq!(is_same(against, typed), right, "{typed}");
        }
        assert!(!is_outdated(&kept) && is_outdated(&kept.replace("m=19456", "m=8192")) && is_outdated(""));
    }
}
