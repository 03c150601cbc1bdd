//! The units that a list means by names, found in an installation: as of a day, by the name of the time or an earlier
//! one, followed to whoever took over.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    ids::UnitId,
    text::fold,
    units::{
        UnitAsOf, UnitVersion,
        lookup::{self, Candidate, Found, Meant, Mention, NotFound},
        succession::Portion,
    },
};
use dienhinh_storage::{
    Tx,
    units::{
        as_of,
        history::{Link, chapters, links, named},
    },
};
use jiff::civil::Date;

use crate::start::{Installation, StartError};

/// How many reforms lie between a unit and the one that a list speaks of, at most.
const REFORMS_MAX: usize = 8;

/// How many mentions are looked up at once.
const MENTIONS_MAX: usize = 500;

/// Finds the units that some mentions mean.
pub async fn look_up(
    installation: &Installation,
    mentions: &BTreeSet<Mention>,
) -> Result<BTreeMap<Mention, Result<Found, NotFound>>, StartError> {
    let db = installation.open_database().await?;
    let found = async {
        let mut tx = db.snapshot().await?;
        find(&mut tx, mentions).await
    }
    .await;
    db.close().await;
    found.map_err(|failure| installation.failed(failure))
}

/// [`look_up`] in a transaction.
pub(crate) async fn find(
    tx: &mut Tx,
    mentions: &BTreeSet<Mention>,
) -> dienhinh_storage::Result<BTreeMap<Mention, Result<Found, NotFound>>> {
    let mut found = BTreeMap::new();
    let mentions: Vec<&Mention> = mentions.iter().collect();
    for mentions in mentions.chunks(MENTIONS_MAX) {
        let names = mentions.iter().map(|mention| fold(&mention.name)).collect();
        let versions = named(tx, &names).await?;
        let wanted = wanted(mentions, &versions);
        let days: Vec<(Date, UnitId)> = wanted.iter().flatten().copied().collect();
        let lines = as_of(tx, days.into_iter()).await?;
        for (mention, wanted) in mentions.iter().zip(wanted) {
            let units = wanted.into_iter().filter_map(|wanted| lines.get(&wanted).cloned());
            let candidate = |unit: UnitAsOf| Candidate { in_force: unit.as_of == mention.on, unit };
            let candidates: Vec<Candidate> = units.map(candidate).collect();
            found.insert((*mention).clone(), chosen(tx, mention, &candidates).await?);
        }
    }
    Ok(found)
}

/// For each mention the units that bear its name, or bore it, each once: as it is on the day, or else as it was at last.
fn wanted(mentions: &[&Mention], versions: &[UnitVersion]) -> Vec<Vec<(Date, UnitId)>> {
    let mut called = BTreeMap::<String, Vec<&UnitVersion>>::new();
    for version in versions {
        for name in lookup::called(version) {
            called.entry(name).or_default().push(version);
        }
    }
    let of_mention = |mention: &&Mention| {
        let mut days = BTreeMap::<UnitId, Date>::new();
        for version in called.get(&fold(&mention.name)).into_iter().flatten() {
            if let Some(day) = lookup::looked_at(version, mention.on) {
                let last = days.entry(version.unit).or_insert(day);
                *last = day.max(*last);
            }
        }
        days.into_iter().map(|(unit, day)| (day, unit)).collect()
    };
    mentions.iter().map(of_mention).collect()
}

async fn chosen(
    tx: &mut Tx,
    mention: &Mention,
    candidates: &[Candidate],
) -> dienhinh_storage::Result<Result<Found, NotFound>> {
    let of = |id: UnitId| candidates.iter().find(|candidate| candidate.unit.id() == id);
    let candidate = match lookup::choose(mention, candidates) {
        Meant::One(unit) => of(unit),
        Meant::Nobody => None,
        Meant::Several(units) => {
            let units = units.into_iter().filter_map(of).map(|candidate| candidate.unit.clone());
            return Ok(Err(NotFound::Several(units.collect())));
        }
    };
    let Some(candidate) = candidate else { return Ok(Err(NotFound::Nobody)) };
    let unit = candidate.unit.clone();
    if !candidate.in_force {
        let (successors, whole) = successors(tx, &unit, mention.on).await?;
        return Ok(match &successors[..] {
            [successor] if whole => Ok(Found { unit: successor.clone(), former: Some(unit) }),
            _ => Err(NotFound::Ended { unit: Box::new(unit), successors }),
        });
    }
    if mention.former.is_empty() {
        return Ok(Ok(Found { unit, former: None }));
    }
    let called = predecessors(tx, &unit, &mention.former).await?;
    Ok(match &called[..] {
        [one] => Ok(Found { unit, former: Some(one.clone()) }),
        _ => Err(NotFound::Former { unit: Box::new(unit), called }),
    })
}

/// Who took over, as of a day, from a unit that no longer bears its name or is no longer there, and whether they took all
/// of it: the unit itself where it goes on, else all of those among whom it was divided.
async fn successors(tx: &mut Tx, ended: &UnitAsOf, on: Date) -> dienhinh_storage::Result<(Vec<UnitAsOf>, bool)> {
    let (mut units, mut whole) = (BTreeSet::from([ended.id()]), true);
    for _ in 0..REFORMS_MAX {
        let wanted: Vec<_> = units.iter().map(|unit| (on, *unit)).collect();
        let there = as_of(tx, wanted.into_iter()).await?;
        let gone: Vec<UnitId> = units.iter().filter(|unit| !there.contains_key(&(on, **unit))).copied().collect();
        if gone.is_empty() {
            return Ok((there.into_values().collect(), whole));
        }
        let (chapters, links) = (chapters(tx, &gone).await?, links(tx, &gone).await?);
        for unit in gone {
            let last = chapters.get(&unit).and_then(|chapters| chapters.last());
            let heirs = heirs(&links, unit, last.and_then(|last| last.version.valid.until));
            whole &= heirs.iter().any(|heir| heir.succession.portion.is_last());
            units.remove(&unit);
            units.extend(heirs.iter().map(|heir| heir.successor.unit));
        }
    }
    Ok((Vec::new(), false))
}

/// How a unit was passed on on the day it ended. What it gave away earlier is not its succession.
fn heirs(links: &[Link], unit: UnitId, ended_on: Option<Date>) -> Vec<&Link> {
    let is_heir = |link: &&Link| {
        let Link { succession, predecessor, .. } = link;
        predecessor.unit == unit && Some(succession.on) == ended_on && succession.portion != Portion::Nothing
    };
    links.iter().filter(is_heir).collect()
}

/// The units that became one in force, itself among them, and that were called so and lay there on the day before: the
/// nearest of them.
async fn predecessors(tx: &mut Tx, unit: &UnitAsOf, names: &[String]) -> dienhinh_storage::Result<Vec<UnitAsOf>> {
    let mut line = vec![unit.clone()];
    for _ in 0..REFORMS_MAX {
        let ids: BTreeSet<UnitId> = line.iter().map(UnitAsOf::id).collect();
        let links = links(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let eves = line.iter().flat_map(|unit| {
            let gave = links.iter().filter(|link| link.successor.unit == unit.id() && link.succession.on <= unit.as_of);
            let own = (unit.version.valid.from, unit.id());
            std::iter::once(own).chain(gave.map(|link| (link.succession.on, link.predecessor.unit)))
        });
        let eves: Vec<(Date, UnitId)> = eves.filter_map(|(day, unit)| Some((day.yesterday().ok()?, unit))).collect();
        let before: Vec<UnitAsOf> = as_of(tx, eves.into_iter()).await?.into_values().collect();
        let called: Vec<UnitAsOf> = before.iter().filter(|unit| lookup::is_there(unit, names)).cloned().collect();
        if !called.is_empty() || before.is_empty() {
            return Ok(called);
        }
        line = before;
    }
    Ok(Vec::new())
}
