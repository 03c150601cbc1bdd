//! `dienhinh account`: the first administrator, and help for whoever cannot get in. Passwords are never typed here: a link
//! lets their owner set them.

use std::process::ExitCode;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use dienhinh_domain::{
    access::{Role, accounts::State},
    calendar::format_day,
    ids::GrantId,
    text::fold,
};
use dienhinh_server::{
    AccountError, Installation, Lineage, ListedAccount, NewAccount, account_link, accounts, add_account, end_role,
    forget_factor, forget_factors, give_role, set_account_state, unit_crosswalk, unit_today,
};
use jiff::civil::Date;
use serde_json::json;

use super::{NOT_FOUND, REJECTED, day, fail, note, place::PlaceArgs, say, serve};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    Add(AddArgs),
    List(ListArgs),
    Grant(GrantArgs),
    End(EndArgs),
    Link(OneArgs),
    Disable(OneArgs),
    Enable(OneArgs),
    ForgetFactor(ForgetArgs),
}

/// Take the second factor from an account, whose owner sets another one; or from all, when access.key is lost.
#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// What its owner types to sign in.
    #[arg(required_unless_present = "everybody", conflicts_with = "everybody")]
    login: Option<String>,
    /// All accounts that have one.
    #[arg(long)]
    everybody: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Make an account with a role, and print the link with which its owner sets a password.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What its owner types to sign in: small letters, figures, and . _ - @ in between.
    login: String,
    /// What they are called, in one field.
    #[arg(long)]
    name: String,
    /// What they may be.
    #[arg(long, value_parser = role(), default_value = "administrator")]
    role: Role,
    #[command(flatten)]
    reach: ReachArgs,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Where and how long a role holds.
#[derive(Debug, Args)]
struct ReachArgs {
    /// The unit that the role reaches down from: a code, a name, a key of the list, or our identity.
    #[arg(long)]
    unit: String,
    /// The last day of the role, like 2026-12-31.
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Date>,
}

/// Give an account one more role.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// What its owner types to sign in.
    login: String,
    /// What they may be.
    #[arg(long, value_parser = role())]
    role: Role,
    #[command(flatten)]
    reach: ReachArgs,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Take a role from an account, at once.
#[derive(Debug, Args)]
pub(crate) struct EndArgs {
    /// What its owner types to sign in.
    login: String,
    /// The identity of the role, as `account list --json` shows it.
    role: GrantId,
    #[command(flatten)]
    place: PlaceArgs,
}

/// List the accounts with their roles.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// An account by its login.
#[derive(Debug, Args)]
pub(crate) struct OneArgs {
    /// What its owner types to sign in.
    login: String,
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Where people find the installation.
#[derive(Debug, Args)]
struct SiteArgs {
    /// The address at which people open it; links begin with it.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    site: String,
}

/// Reads a role that can be given.
fn role() -> impl TypedValueParser<Value = Role> {
    let given = Role::ALL.map(Role::code).into_iter().filter(|code| *code != Role::Public.code());
    PossibleValuesParser::new(given).try_map(|word| Role::from_code(&word).ok_or("no role"))
}

pub(crate) fn run(command: &AccountCommand) -> ExitCode {
    let place = match command {
        AccountCommand::Add(args) => &args.place,
        AccountCommand::List(args) => &args.place,
        AccountCommand::Grant(args) => &args.place,
        AccountCommand::End(args) => &args.place,
        AccountCommand::Link(args) | AccountCommand::Disable(args) | AccountCommand::Enable(args) => &args.place,
        AccountCommand::ForgetFactor(args) => &args.place,
    };
    let (installation, runtime) = match place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let done = runtime.block_on(async {
        match command {
            AccountCommand::Add(args) => add(&installation, args).await,
            AccountCommand::List(args) => list(&installation, args.json).await,
            AccountCommand::Grant(args) => grant(&installation, args).await,
            AccountCommand::End(args) => end_role(&installation, &args.login, args.role).await,
            AccountCommand::Link(args) => {
                let link = account_link(&installation, &args.login).await?;
                show(&args.site, &link);
                Ok(())
            }
            AccountCommand::Disable(args) => set_account_state(&installation, &args.login, State::Disabled).await,
            AccountCommand::Enable(args) => set_account_state(&installation, &args.login, State::Active).await,
            AccountCommand::ForgetFactor(args) => forget(&installation, args).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(exit_code(&error), &error.to_string()),
    }
}

fn exit_code(error: &AccountError) -> u8 {
    match error {
        AccountError::Refused(_) => REJECTED,
        AccountError::Unknown(_) | AccountError::NoUnit | AccountError::NoRole(_) => NOT_FOUND,
        AccountError::Start(error) => serve::exit_code(error),
        AccountError::Failed(_) | AccountError::Overtaken(_) => 1,
    }
}

/// The unit that somebody means. Refused with those that it may be, where there are several.
async fn one_unit(installation: &Installation, typed: &str) -> Result<Lineage, AccountError> {
    let on = unit_today(installation).await?;
    let mut found = unit_crosswalk(installation, typed, Some(on)).await?;
    let is_called_so = |unit: &Lineage| {
        let last = unit.chapters.last().map(|chapter| &chapter.version);
        last.is_some_and(|last| last.code.as_deref() == Some(typed.trim()) || fold(&last.name) == fold(typed))
    };
    if found.iter().any(is_called_so) {
        found.retain(is_called_so);
    }
    if found.len() > 1 {
        for unit in &found {
            note(&format!("{}  {}", unit.unit, titled(unit)));
        }
        return Err(AccountError::Refused(format!(
            "“{typed}” có thể là nhiều đơn vị; chọn một trong các mã trên cho --unit / “{typed}” may be several units; take \
             one of the identities above for --unit"
        )));
    }
    found.pop().ok_or(AccountError::NoUnit)
}

async fn forget(installation: &Installation, args: &ForgetArgs) -> Result<(), AccountError> {
    let Some(login) = &args.login else {
        let forgotten = forget_factors(installation).await?;
        note(&format!(
            "{forgotten} tài khoản thiết lập lại xác thực hai lớp / {forgotten} accounts set another second factor"
        ));
        return Ok(());
    };
    forget_factor(installation, login).await
}

async fn grant(installation: &Installation, args: &GrantArgs) -> Result<(), AccountError> {
    let GrantArgs { login, role, reach, .. } = args;
    let unit = one_unit(installation, &reach.unit).await?;
    give_role(installation, login, *role, unit.unit, reach.until).await?;
    note(&format!("{login}: {} · {}", role.code(), titled(&unit)));
    Ok(())
}

async fn add(installation: &Installation, args: &AddArgs) -> Result<(), AccountError> {
    let AddArgs { login, name, role, reach, .. } = args;
    let unit = one_unit(installation, &reach.unit).await?;
    let new = NewAccount { login, name, role: *role, unit: unit.unit, until: reach.until };
    let link = add_account(installation, new).await?;
    note(&format!("{login}: {} · {}", role.code(), titled(&unit)));
    show(&args.site, &link);
    note(
        "đang chạy với --sample thì khởi động lại không có --sample / a server that runs with --sample is to be started \
         again without it",
    );
    Ok(())
}

/// A unit with what lies above it.
fn titled(unit: &Lineage) -> String {
    let Some(last) = unit.chapters.last() else { return String::new() };
    let above = last.parent_name.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
    format!("{}{above}", last.version.name)
}

/// The link, which is shown this once.
fn show(site: &SiteArgs, link: &str) {
    say(&format!("{}/access/links/{link}", site.site.trim_end_matches('/')));
    note("dùng được một lần; chỉ gửi cho chủ tài khoản / it works once; send it to the owner of the account only");
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), AccountError> {
    for ListedAccount { account, roles } in accounts(installation).await? {
        let state = match (account.state, account.has_password) {
            (State::Active, false) => "invited",
            (state, _) => state.code(),
        };
        if as_json {
            let roles = roles.iter().map(|(grant, unit)| {
                json!({
                    "id": grant.id.to_string(),
                    "role": grant.role.code(),
                    "unit": { "id": grant.scope.to_string(), "name": unit },
                    "from": grant.from.to_string(),
                    "until": grant.until.map(|day| day.to_string()),
                })
            });
            let roles: Vec<_> = roles.collect();
            say(&json!({ "login": account.login, "name": account.name, "state": state, "second_factor": account.has_factor, "roles": roles }).to_string());
            continue;
        }
        let roles = roles.iter().map(|(grant, unit)| {
            let until = grant.until.map(|day| format!(" – {}", format_day(day))).unwrap_or_default();
            format!("{} · {unit}{until}", grant.role.code())
        });
        say(&format!("{}\t{}\t{state}\t{}", account.login, account.name, roles.collect::<Vec<_>>().join("; ")));
    }
    Ok(())
}
