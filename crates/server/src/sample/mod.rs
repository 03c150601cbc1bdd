//! The sample province: Bạc Liêu in 2023, loaded once into an empty folder, the same every time.
//!
//! Facts of the article are in [`facts`]; everything else is made up from the units' codes ([`mod@play`]) and says
//! so. Dossiers go their way through the same actions that people use.

mod council;
mod facts;
pub(crate) mod figures;
pub(crate) mod ids;
mod play;
mod proof;
mod units;

use std::sync::Arc;

use dienhinh_domain::{
    access::{Actor, Role},
    audit::sha256,
    cycles::Cycle,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId, UnitId},
    programmes::{CriteriaSet, parse},
    units::UnitVersion,
};
use dienhinh_storage::{
    Tx, cycles,
    dossiers::insert,
    programmes::{self, StoredSet},
    settings,
};
use jiff::{Timestamp, civil::DateTime, tz};

use self::ids::{Ids, SameChance};
use crate::{
    app::{App, Clock, load_sets},
    web::problem::{Outcome, Problem},
};

/// The instant the sample begins to live at: 14:30 on 24 November 2023 in Việt Nam.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_700_811_000, 0);

/// The setting that says when another sample than this province begins to live.
pub(crate) const SHOWN: &str = "sample.shown_at";

/// The setting that names the town of the article.
pub(crate) const TOWN: &str = "sample.town";
/// The setting that names the province.
pub(crate) const PROVINCE: &str = "sample.province";

const YEAR: i16 = 2023;

/// The criteria sets that the sample uses, by name and text of their packs.
pub(crate) const PACKS: [(&str, &str); 5] = [
    (EXEMPLARY, include_str!("../../../../packs/exemplary-commune-34/pack.toml")),
    ("circular-124-commune", include_str!("../../../../packs/circular-124-commune/pack.toml")),
    ("circular-124-residential-area", include_str!("../../../../packs/circular-124-residential-area/pack.toml")),
    ("circular-124-agency", include_str!("../../../../packs/circular-124-agency/pack.toml")),
    ("circular-124-school", include_str!("../../../../packs/circular-124-school/pack.toml")),
];

pub(crate) const EXEMPLARY: &str = "exemplary-commune-34";
const CHAU_HUNG: &str = "31900";
const WARD_1: &str = "31825";

/// A clock that stands where the loading puts it.
struct StandingClock(Timestamp);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// An instant of 2023 in Việt Nam.
pub(super) fn at(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    let local = DateTime::constant(2023, month, day, hour, minute, 0, 0);
    tz::offset(7).to_timestamp(local).unwrap_or(NOW)
}

/// The product with its clock standing at an instant.
pub(super) fn when(app: &App, instant: Timestamp) -> App {
    App { clock: Arc::new(StandingClock(instant)), ..app.clone() }
}

/// One dossier of the sample and its unit.
pub(super) struct Entry {
    /// Key of the unit in the file.
    pub(super) key: String,
    pub(super) unit: UnitVersion,
    pub(super) dossier: DossierId,
    pub(super) set: String,
}

impl Entry {
    /// Somebody of the unit.
    pub(super) fn actor(&self, role: Role) -> Actor {
        Actor { role, scope: self.unit.unit }
    }
}

/// Loads the sample into an empty installation.
pub(crate) async fn load(app: &mut App) -> Outcome<()> {
    app.chance = Arc::new(SameChance::default());
    let mut tx = app.db.write().await?;
    // 2023-01-03: identities are older than everything that happens.
    let mut ids = Ids::new(1_672_707_600_000);
    let units = units::load(&mut tx, &mut ids).await?;
    let sets = install(&mut tx).await?;
    let entries = open_dossiers(&mut tx, &mut ids, &units, &sets).await?;
    let province = units.get("95").ok_or(Problem::Missing("unit"))?.unit;
    let town = units.get(CHAU_HUNG).ok_or(Problem::Missing("unit"))?.unit;
    settings::set(&mut tx, TOWN, &town.to_string()).await?;
    settings::set(&mut tx, PROVINCE, &province.to_string()).await?;
    app.sets = Arc::new(load_sets(&programmes::all(&mut tx).await?)?);
    tx.commit().await?;
    play(app, &entries, province).await
}

/// Installs the sets.
pub(crate) async fn install(tx: &mut Tx) -> Outcome<Vec<CriteriaSet>> {
    let mut sets = Vec::new();
    for (code, pack) in PACKS {
        let set = parse(code, pack).map_err(|problems| Problem::Failed(format!("pack {code}: {problems:?}")))?;
        let stored = StoredSet {
            code: set.code.clone(),
            version: set.version.clone(),
            pack: pack.to_owned(),
            sha256: sha256(pack.as_bytes()),
        };
        programmes::install(tx, &stored).await?;
        sets.push(set);
    }
    Ok(sets)
}

/// Opens the cycles of 2023 and invites the units: every commune for the title, and for Circular 124 Phường 1
/// with everything below it, and the factory of the article.
async fn open_dossiers(tx: &mut Tx, ids: &mut Ids, units: &units::ByKey, sets: &[CriteriaSet]) -> Outcome<Vec<Entry>> {
    let mut entries = Vec::new();
    for set in sets {
        let cycle = set.cycle(CycleId::new(ids.next()), YEAR);
        cycles::insert(tx, &cycle).await?;
        for (key, unit) in units {
            let invited = set.kinds.contains(&unit.kind) && (set.code != "circular-124-commune" || key == WARD_1);
            if invited {
                entries.push(invite(tx, ids, key, unit, &cycle).await?);
            }
        }
    }
    Ok(entries)
}

async fn invite(tx: &mut Tx, ids: &mut Ids, key: &str, unit: &UnitVersion, cycle: &Cycle) -> Outcome<Entry> {
    let dossier = Dossier {
        id: DossierId::new(ids.next()),
        unit: unit.unit,
        cycle: cycle.id,
        state: State::Invited,
        round: 1,
        registered_on: None,
        submitted_at: None,
        frozen_sha256: None,
    };
    insert(tx, &dossier).await?;
    Ok(Entry { key: key.to_owned(), unit: unit.clone(), dossier: dossier.id, set: cycle.set_code.clone() })
}

/// Lets every dossier go as far as it is in November 2023.
async fn play(app: &App, entries: &[Entry], province: UnitId) -> Outcome<()> {
    for entry in entries {
        if entry.set == EXEMPLARY && entry.key == CHAU_HUNG {
            facts::chau_hung(app, entry).await?;
        } else {
            play::dossier(app, entry, province).await?;
        }
    }
    play::decisions(app, entries, province).await
}
