//! Passwords as PHC strings: Argon2id with the least that OWASP asks for, 19 MiB, two passes, one lane (Password Storage
//! Cheat Sheet). Each takes some 20 ms of a core, which is why addresses that ask for one have places of their own.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};

use crate::{
    app::{Chance, beside},
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

/// A password as it is kept.
pub(super) async fn hash(chance: &dyn Chance, password: String) -> Outcome<String> {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    let made = beside(move || made(&password, &salt)).await?;
    made.map_err(|cause| Problem::Failed(format!("a password cannot be hashed: {cause}")))
}

/// Whether it is the password that was kept. Takes as long where none was.
pub(super) async fn is_right(kept: Option<String>, password: String) -> Outcome<bool> {
    beside(move || {
        let kept = kept.filter(|kept| !kept.is_empty());
        let against = kept.as_deref().unwrap_or(&NOBODYS);
        let is_same = PasswordHash::new(against)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        is_same && kept.is_some()
    })
    .await
}

/// Whether a password was kept at another cost than today's, and should be hashed again now that it is known.
pub(super) fn is_outdated(kept: &str) -> bool {
    let params = PasswordHash::new(kept).ok().and_then(|hash| Params::try_from(&hash).ok());
    params.is_none_or(|params| (params.m_cost(), params.t_cost(), params.p_cost()) != COST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::SystemChance;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let kept = hash(&SystemChance, "một câu dài dễ nhớ".to_owned()).await.expect("hashed");
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        for (against, typed, right) in [
            (Some(kept.clone()), "một câu dài dễ nhớ", true),
            (Some(kept.clone()), "một câu dài dễ nhơ", false),
            (None, "một câu dài dễ nhớ", false),
            (None, "", false),
            (Some(String::new()), "", false),
            (Some("not a hash".to_owned()), "not a hash", false),
        ] {
            assert_eq!(is_right(against, typed.to_owned()).await.ok(), Some(right), "{typed}");
        }
        assert!(!is_outdated(&kept) && is_outdated(&kept.replace("m=19456", "m=8192")) && is_outdated(""));
    }
}
