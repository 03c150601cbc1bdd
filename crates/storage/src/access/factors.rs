//! Second factors. What an app counts with is derived from the seed here and a key that is not in the database; codes that
//! were put away lie here as hashes.

use dienhinh_domain::ids::AccountId;
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, parse},
};

/// Somebody's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// Whose.
    pub account: AccountId,
    /// What its secret is derived from, with the key of the servers.
    pub seed: String,
    /// By what that key is known again.
    pub key_check: String,
    /// The last step whose code was shown: no code is taken twice.
    pub last_step: i64,
}

/// The one of an account.
pub async fn get(tx: &mut Tx, account: AccountId) -> Result<Option<Factor>> {
    let row: Option<(String, String, i64)> = fetch_optional!(
        tx,
        (String, String, i64),
        "select seed, key_check, last_step from access_factors where account_id = $1",
        account.to_string(),
    )?;
    Ok(row.map(|(seed, key_check, last_step)| Factor { account, seed, key_check, last_step }))
}

/// Gives an account one in place of any other, with the hashes of the codes to put away.
pub async fn set(tx: &mut Tx, factor: &Factor, put_away: &[String], at: Timestamp) -> Result<()> {
    remove(tx, factor.account).await?;
    execute!(
        tx,
        "insert into access_factors (account_id, seed, key_check, last_step, set_at) values ($1, $2, $3, $4, $5)",
        factor.account.to_string(),
        &factor.seed,
        &factor.key_check,
        factor.last_step,
        at.as_microsecond(),
    )?;
    for sha256 in put_away {
        execute!(
            tx,
            "insert into access_put_away (account_id, sha256) values ($1, $2)",
            factor.account.to_string(),
            sha256,
        )?;
    }
    Ok(())
}

/// Whether one was set with another key than that which is known by this.
pub async fn any_with_another_key(tx: &mut Tx, key_check: &str) -> Result<bool> {
    let row: Option<(String,)> = fetch_optional!(
        tx,
        (String,),
        "select account_id from access_factors where key_check <> $1 limit 1",
        key_check,
    )?;
    Ok(row.is_some())
}

/// The accounts that have one, at most `limit`.
pub async fn holders(tx: &mut Tx, limit: i64) -> Result<Vec<AccountId>> {
    let rows = fetch_all!(tx, (String,), "select account_id from access_factors order by account_id limit $1", limit,)?;
    rows.iter().map(|(id,)| parse("access_factors", "account_id", id)).collect()
}

/// Takes it from an account, with the codes that were put away.
pub async fn remove(tx: &mut Tx, account: AccountId) -> Result<()> {
    execute!(tx, "delete from access_put_away where account_id = $1", account.to_string())?;
    execute!(tx, "delete from access_factors where account_id = $1", account.to_string())?;
    Ok(())
}

/// Notes that the code of a step was shown. False where that step, or a later one, was noted before.
pub async fn note_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool> {
    let noted = execute!(
        tx,
        "update access_factors set last_step = $2 where account_id = $1 and last_step < $2",
        account.to_string(),
        step,
    )?;
    Ok(noted == 1)
}

/// Uses a code that was put away. False where there is none, or it was used before.
pub async fn use_put_away(tx: &mut Tx, account: AccountId, sha256: &str) -> Result<bool> {
    let used = execute!(
        tx,
        "delete from access_put_away where account_id = $1 and sha256 = $2",
        account.to_string(),
        sha256,
    )?;
    Ok(used == 1)
}

/// How many codes are still put away.
pub async fn put_away(tx: &mut Tx, account: AccountId) -> Result<i64> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select count(*) from access_put_away where account_id = $1",
        account.to_string(),
    )?;
    Ok(row.map_or(0, |(count,)| count))
}
