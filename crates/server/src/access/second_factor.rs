//! The second factor: setting one, showing it, and showing it anew before a decision.
//!
//! The secret that somebody's app counts with is derived from a seed in the database and a key in the data folder, which
//! all servers of an installation share: whoever reads the database alone, or a backup of it, can count no code. Time is
//! that of the machine, also where the sample's day is another one: telephones know no other.

use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use axum_extra::extract::cookie::CookieJar;
use dienhinh_domain::{
    Refused,
    access::{
        Action,
        factor::{PUT_AWAY, Shown, TO_SET},
    },
    audit::{hex, proof::read_hex, sha256},
    ids::AccountId,
    recognition::code_from,
};
use dienhinh_storage::{
    Failure, Tx,
    access::{
        attempts,
        factors::{self, Factor},
        sessions,
    },
};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use totp_rs::{Builder, Secret, Totp};

use super::{
    actions::{act, conclude_for_oneself},
    sign_in::{Begun, Brought, Person, attempt},
};
use crate::{
    app::{App, Chance},
    audit::keys::write,
    request,
    web::{
        problem::{Outcome, Problem},
        visit::Visit,
    },
};

/// The file of the key in the data folder.
const FILE: &str = "access.key";

/// What apps call the installation beside the login.
const ISSUER: &str = "Dien Hinh";

/// Bytes of a secret: as long as what HMAC-SHA-1 gives (RFC 4226, 4).
const SECRET_BYTES: usize = 20;

/// The key from which secrets are derived.
pub(crate) struct FactorKey([u8; 32]);

impl FactorKey {
    /// Reads the key of a data folder, making it where there is none.
    pub(crate) fn open(data: &Path, chance: &dyn Chance) -> io::Result<Self> {
        let file = data.join(FILE);
        match fs::read_to_string(&file) {
            Ok(text) => {
                let broken = || io::Error::new(ErrorKind::InvalidData, format!("{}: not a key", file.display()));
                read_hex(text.trim_end()).map(Self).ok_or_else(broken)
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                let mut key = [0; 32];
                chance.fill(&mut key);
                write(&file, &format!("{}\n", hex(&key)))?;
                Ok(Self(key))
            }
            Err(cause) => Err(cause),
        }
    }

    /// What somebody's app counts with. All that is hashed has one length, so that no two seeds give one secret.
    fn secret(&self, account: AccountId, seed: &str) -> Secret {
        let seed = Sha256::digest(seed);
        let whole = Sha256::new_with_prefix(self.0).chain_update(account.to_string()).chain_update(seed).finalize();
        Secret::from(whole[..SECRET_BYTES].to_vec())
    }

    /// What is kept of the key itself, beside each factor that was set with it: it tells another one.
    fn check(&self) -> String {
        hex(&Sha256::new_with_prefix("dienhinh access.key ").chain_update(self.0).finalize())
    }

    /// Whether every second factor of an installation was set with this key.
    pub(crate) async fn fits(&self, tx: &mut Tx) -> Result<bool, Failure> {
        Ok(!factors::any_with_another_key(tx, &self.check()).await?)
    }

    /// What is kept of a code that was put away: without the key nobody can try codes against it.
    fn hash_of(&self, account: AccountId, code: &str) -> String {
        let whole = Sha256::new_with_prefix(self.0).chain_update(account.to_string()).chain_update(code).finalize();
        hex(&whole)
    }

    fn totp(&self, account: AccountId, seed: &str) -> Outcome<Totp> {
        let totp = Builder::new().with_secret(self.secret(account, seed)).build();
        totp.map_err(|cause| Problem::Failed(format!("codes of {account} cannot be counted: {cause}")))
    }
}

/// The step in which a code stands, a step before and after allowed for clocks that differ; none where it is no such code.
fn step_of(totp: &Totp, figures: &str, now: Timestamp) -> Option<i64> {
    let step = totp.check(figures, u64::try_from(now.as_second()).ok()?)?;
    i64::try_from(step).ok()
}

/// What somebody sets a second factor up with.
pub(crate) struct Setup {
    /// The address that apps read from the square code.
    pub(crate) address: String,
    /// The secret in letters and figures, for whoever types it.
    pub(crate) secret: String,
}

/// The seed of the factor that is set up in a session: the same until it is set, and nobody else's.
fn seed_of(person: &Person) -> String {
    sha256(format!("second factor {}", person.session_sha256()).as_bytes())
}

/// Whether somebody may set a second factor now. Refused: whoever has one shows it first; whoever has none signed in a while
/// ago, so that a browser that was left open is not enough.
pub(crate) fn may_set(app: &App, person: &Person) -> Result<(), Refused> {
    if person.account.has_factor {
        return if person.is_fresh(app) { Ok(()) } else { Err(Refused::new("access.step_up")) };
    }
    if person.signed_in_within(app, TO_SET) { Ok(()) } else { Err(Refused::new("access.sign_in_again")) }
}

/// What to set one up with.
pub(crate) fn setup(app: &App, person: &Person) -> Outcome<Setup> {
    may_set(app, person)?;
    let secret = app.factor_key.secret(person.account.id, &seed_of(person)).to_base32();
    let (login, issuer) = (&person.account.login, ISSUER.replace(' ', "%20"));
    let address = format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}");
    Ok(Setup { address, secret })
}

/// Sets the factor whose code somebody shows, ends their other sessions, and gives the codes to put away.
pub(crate) async fn set(app: &App, person: &Person, typed: &str, brought: &Brought) -> Outcome<(Vec<String>, Begun)> {
    may_set(app, person)?;
    let account = person.account.id;
    let totp = app.factor_key.totp(account, &seed_of(person))?;
    let wrong = || Problem::from(Refused::new("access.wrong_code"));
    let Some(Shown::Figures(figures)) = Shown::read(typed) else { return Err(wrong()) };
    // Whoever sets one knows its secret: nothing is guessed, and nothing counted.
    let step = step_of(&totp, &figures, app.wall.now()).ok_or_else(wrong)?;
    let codes: Vec<String> = (0..PUT_AWAY).map(|_| code_from(app.new_code())).collect();
    let hashes: Vec<String> = codes.iter().map(|code| app.factor_key.hash_of(account, code)).collect();
    let factor = Factor { account, seed: seed_of(person), key_check: app.factor_key.check(), last_step: step };
    let begun = Begun::again(app, brought);
    let (factor, hashes, entered) = (&factor, &hashes, &begun);
    act(&app.db, &*app.chance, |mut tx| async move {
        still_there(&mut tx, person).await?;
        factors::set(&mut tx, factor, hashes, app.now()).await?;
        sessions::end_others(&mut tx, account, person.session_sha256()).await?;
        entered.replaces(app, &mut tx, person).await?;
        conclude_for_oneself(app, tx, account, Action::AccessSetFactor, &json!({})).await?;
        Ok::<(), Problem>(())
    })
    .await?;
    Ok((codes, begun))
}

/// The refusal in words for codes: a browser that is known, or a new link, does not help here.
fn too_many_codes(problem: Problem) -> Problem {
    match problem {
        Problem::Refused(refused) if refused.code == "access.too_many" => {
            Problem::Refused(Refused { code: "access.too_many_codes".into(), ..refused })
        }
        problem => problem,
    }
}

/// Refused where the session ended meanwhile.
async fn still_there(tx: &mut Tx, person: &Person) -> Outcome<()> {
    let holds = sessions::still_holds(tx, person.session_sha256(), None).await?;
    if holds { Ok(()) } else { Err(Refused::new("access.sign_in").into()) }
}

/// Shows somebody's second factor: their session goes on under another name. Refused: a wrong code, one that was taken
/// before, and too many wrong ones.
pub(crate) async fn show(app: &App, person: &Person, typed: &str, brought: &Brought) -> Outcome<Begun> {
    let account = person.account.id;
    let wrong = || Problem::from(Refused::new("access.wrong_code"));
    let shown = Shown::read(typed).ok_or_else(wrong)?;
    // Whoever is in already is not held up by somebody who has the password only.
    let key =
        if person.is_halfway() { format!("factor {account}") } else { format!("factor {}", person.session_sha256()) };
    let attempt = attempt(app, &[key]).await.map_err(too_many_codes)?;
    let begun = Begun::again(app, brought);
    let (attempt, shown, entered) = (&attempt, &shown, &begun);
    act(&app.db, &*app.chance, |mut tx| async move {
        still_there(&mut tx, person).await?;
        let factor = factors::get(&mut tx, account).await?.ok_or_else(wrong)?;
        let is_right = match shown {
            Shown::Figures(figures) => {
                let totp = app.factor_key.totp(account, &factor.seed)?;
                match step_of(&totp, figures, app.wall.now()) {
                    Some(step) => factors::note_step(&mut tx, account, step).await?,
                    None => false,
                }
            }
            Shown::PutAway(code) => {
                factors::use_put_away(&mut tx, account, &app.factor_key.hash_of(account, code)).await?
            }
        };
        if !is_right {
            return Err(wrong());
        }
        attempts::remove(&mut tx, attempt).await?;
        entered.replaces(app, &mut tx, person).await?;
        Ok::<(), Problem>(tx.commit().await?)
    })
    .await?;
    Ok(begun)
}

/// Before what asks for the factor anew: takes the code that a form brought, unless it was shown a short while ago. Gives
/// the cookies of the session that goes on; none where nothing was to be shown. Refused: no code, or as [`show`].
pub(crate) async fn step_up(
    app: &App,
    visit: &mut Visit,
    typed: &str,
    brought: &Brought,
) -> Outcome<Option<CookieJar>> {
    let Some(person) = visit.person.as_ref().filter(|person| !person.is_fresh(app)) else { return Ok(None) };
    if typed.trim().is_empty() {
        return Err(Refused::new("access.step_up").into());
    }
    let begun = show(app, person, typed, brought).await?;
    let person = begun.goes_on(app, person);
    request::rests_on(person.rights());
    visit.person = Some(person);
    Ok(Some(begun.cookies()))
}

/// Whether a form asks for the code.
pub(crate) fn asks(app: &App, visit: &Visit) -> bool {
    visit.person.as_ref().is_some_and(|person| !person.is_fresh(app))
}

/// Whether a refusal is about the code that a form brought, and so belongs beside its field.
pub(crate) fn is_about_code(refused: &Refused) -> bool {
    matches!(&*refused.code, "access.step_up" | "access.wrong_code" | "access.too_many_codes")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::app::SystemChance;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, cut to six figures.
        let totp =
            Builder::new().with_secret(Secret::from(b"12345678901234567890".to_vec())).build().expect("long enough");
        let step = |figures, at| step_of(&totp, figures, Timestamp::from_second(at).expect("in range"));
        for (at, figures) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(step(figures, at), Some(at / 30));
            assert_eq!(step(figures, at + 30), Some(at / 30), "a clock that is fast");
            assert_eq!(step(figures, at - 30), Some(at / 30), "a clock that is slow");
            assert_eq!(step(figures, at + 60), None);
        }
    }

    #[test]
    fn a_secret_depends_on_key_account_and_seed() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = FactorKey::open(folder.path(), &SystemChance).expect("made");
        let again = FactorKey::open(folder.path(), &SystemChance).expect("read");
        let other = FactorKey([7; 32]);
        let (one, two) = (AccountId::new(Uuid::from_u128(1)), AccountId::new(Uuid::from_u128(2)));
        let secret = key.secret(one, "a").to_base32();
        assert_eq!(again.secret(one, "a").to_base32(), secret);
        for different in [key.secret(two, "a"), key.secret(one, "b"), other.secret(one, "a")] {
            assert_ne!(different.to_base32(), secret);
        }
        fs::write(folder.path().join(FILE), "nonsense").expect("written");
        assert!(FactorKey::open(folder.path(), &SystemChance).is_err(), "a broken key is not replaced silently");
    }
}
