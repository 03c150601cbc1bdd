//! The handler of the record's page. Who has an area sees what was done in it; nobody sees the record of others.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Query, State},
    response::Response,
};
use dienhinh_domain::{
    access::{Action, may_read},
    audit::hex,
    calendar::format_instant,
    ids::{AccountId, UnitId},
};
use dienhinh_storage::{
    Tx, access,
    audit::{self, Of, Placed},
    units,
};
use serde::Deserialize;

use super::views::{AuditPage, CheckpointView, EntryView};
use crate::{
    app::App,
    cycles::pages::only_signed_in,
    web::{
        lang::Lang,
        layout::Place,
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// How many entries a page has.
const PAGE: i64 = 50;

/// What narrows the list, and where it goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Filter {
    /// One unit with everything below it.
    unit: Option<String>,
    /// One thing.
    subject: Option<String>,
    /// Only entries with a smaller number.
    before: Option<i64>,
}

/// `GET /audit`: what was done in the visitor's area, newest first.
pub(crate) async fn list(State(app): State<App>, visit: Visit, Query(filter): Query<Filter>) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let of = of(&app, &mut tx, &visit, &filter).await?;
    let found = audit::latest(&mut tx, of, filter.before.unwrap_or(i64::MAX), PAGE).await?;
    let (mut names, people) = (Names::default(), people(&mut tx, &found).await?);
    let mut entries = Vec::new();
    for placed in &found {
        if let Of::Subject(_) = of {
            readable(&app, &mut tx, &visit, placed.entry.unit).await?;
        }
        let person = placed.entry.account.and_then(|account| people.get(&account).cloned()).unwrap_or_default();
        entries.push(view(lang, placed, names.of(&app, &mut tx, placed.entry.unit).await?, person));
    }
    let narrowed = match of {
        _ if filter.unit.is_none() && filter.subject.is_none() => String::new(),
        Of::Unit(unit) => names.of(&app, &mut tx, Some(unit)).await?,
        Of::Subject(_) | Of::All => lang.t("audit-narrowed-thing"),
    };
    let checkpoint = audit::checkpoints(&mut tx, i64::MAX, 1).await?.pop().map(|signed| CheckpointView {
        at: format_instant(signed.checkpoint.at),
        size: signed.checkpoint.size,
        root: hex(&signed.checkpoint.root),
        origin: signed.checkpoint.origin,
    });
    let shell = visit.shell_in(&app, &mut tx, lang.t("audit-title"), Some(Place::Audit)).await?;
    drop(tx);
    let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let last = found.last().filter(|last| full && last.seq > 1);
    let older_href = last.map(|last| filter.older(last.seq)).unwrap_or_default();
    reply::page(&AuditPage { shell, narrowed, checkpoint, entries, older_href })
}

impl Filter {
    /// The address of the entries before one.
    fn older(&self, seq: i64) -> String {
        let before = seq.to_string();
        let narrowing = [("unit", self.unit.as_deref()), ("subject", self.subject.as_deref())];
        let mut fields = vec![("before", before.as_str())];
        fields.extend(narrowing.into_iter().filter_map(|(name, value)| Some((name, value?))));
        format!("/audit?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }
}

/// Which entries the visitor asked for. Refused: a unit outside the visitor's area.
async fn of<'a>(app: &App, tx: &mut Tx, visit: &Visit, filter: &'a Filter) -> Outcome<Of<'a>> {
    if let Some(subject) = &filter.subject {
        return Ok(Of::Subject(subject));
    }
    let asked = filter.unit.as_deref().map(str::parse).transpose().map_err(|_| Problem::Missing("unit"))?;
    let unit: UnitId = asked.unwrap_or(visit.actor.scope);
    readable(app, tx, visit, Some(unit)).await?;
    // Whoever works for the area at the top sees everything, also what concerns no unit.
    let top = units::get(tx, unit, app.today()).await?.is_some_and(|unit| unit.ancestors.is_empty());
    let whole = asked.is_none() && top && !visit.actor.role.is_of_a_unit();
    Ok(if whole { Of::All } else { Of::Unit(unit) })
}

/// Whether the visitor may see what was done on a unit; what concerns no unit is for those at the top.
async fn readable(app: &App, tx: &mut Tx, visit: &Visit, unit: Option<UnitId>) -> Outcome<()> {
    let unit = match unit {
        Some(unit) => unit,
        None => units::roots(tx, app.today()).await?.first().ok_or(Problem::Missing("unit"))?.unit,
    };
    let unit = units::get(tx, unit, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    Ok(may_read(visit.actor, &unit)?)
}

/// Names of units that were looked up for this page.
#[derive(Default)]
struct Names(BTreeMap<UnitId, String>);

impl Names {
    async fn of(&mut self, app: &App, tx: &mut Tx, unit: Option<UnitId>) -> Outcome<String> {
        let Some(unit) = unit else { return Ok(String::new()) };
        if let Some(name) = self.0.get(&unit) {
            return Ok(name.clone());
        }
        let name = units::get(tx, unit, app.today()).await?.map_or_else(|| unit.to_string(), |unit| unit.version.name);
        self.0.insert(unit, name.clone());
        Ok(name)
    }
}

/// The names of those who had signed in.
pub(crate) async fn people(tx: &mut Tx, found: &[Placed]) -> Outcome<BTreeMap<AccountId, String>> {
    let accounts: BTreeSet<AccountId> = found.iter().filter_map(|placed| placed.entry.account).collect();
    let mut names = BTreeMap::new();
    for account in accounts {
        if let Some(account) = access::get(tx, account).await? {
            names.insert(account.id, account.name);
        }
    }
    Ok(names)
}

fn view(lang: Lang, placed: &Placed, unit: String, person: String) -> EntryView {
    let entry = &placed.entry;
    let query = |name, value: &str| serde_urlencoded::to_string([(name, value)]).unwrap_or_default();
    EntryView {
        seq: placed.seq,
        at: format_instant(entry.at),
        role: lang.look_up(&format!("role-{}", entry.author.code()), &[]),
        person,
        action: lang.look_up(&format!("did-{}", entry.action.name().replace('.', "-")), &[]),
        unit,
        unit_href: entry.unit.map(|unit| format!("/audit?{}", query("unit", &unit.to_string()))).unwrap_or_default(),
        thing_href: match entry.action {
            action if action.name().starts_with("recognition.") => format!("/recognition/{}", entry.subject),
            action if action.name().starts_with("appeals.") => format!("/appeals/{}", entry.subject),
            Action::ProgrammesActivate => {
                format!("/programmes/{}", entry.subject.split(' ').next().unwrap_or_default())
            }
            Action::CyclesOpen | Action::CyclesInvite | Action::JobsStop | Action::JobsResume => {
                format!("/cycles/{}", entry.subject)
            }
            Action::CommitteesFound | Action::CommitteesAppoint | Action::CommitteesRelease => {
                format!("/committees/{}", entry.subject)
            }
            action if action.name().starts_with("committees.") => format!("/committees/meetings/{}", entry.subject),
            // Whoever reads the record has no part in accounts.
            action if action.name().starts_with("access.") => String::new(),
            _ => format!("/dossiers/{}", entry.subject),
        },
        subject_href: format!("/audit?{}", query("subject", &entry.subject)),
    }
}
