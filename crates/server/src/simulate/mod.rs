//! A made-up country, as large as wanted and the same for the same seed: to see before the real one comes whether a
//! machine carries it.
//!
//! Everything in it is made up and says so. It is served like the sample. Organisations are entries of the register; of
//! every hundred, [`ORGANISATIONS_IN_PROGRAMME`] take part in a cycle. Answers and plans are there for the latest year;
//! of earlier years there are the states, the results and the decisions.

mod dossiers;
mod names;
mod units;
mod writer;

use std::sync::Arc;

use dienhinh_domain::{access::Action, audit::Change, cycles::Cycle, ids::CycleId};
use dienhinh_storage::{Db, Tx, cycles, programmes, settings, units as unit_rows};
use jiff::Timestamp;
use serde_json::json;

use self::{units::Country, writer::Writer};
use crate::{
    access::actions::{DoneByOperator, conclude_for_operator},
    app::{Clock as _, LoadedSet, SystemChance, SystemClock, load_sets},
    backup::{Progress, restore::is_cut_off},
    sample::{
        self,
        ids::{Ids, mixed},
    },
    start::{Installation, SAMPLE_LOADED_AT, StartError, make_folder},
    web::problem::Problem,
};

/// The instant the simulation begins to live at: 14:30 on 24 November 2025 in Việt Nam.
const NOW: Timestamp = Timestamp::constant(1_763_969_400, 0);

/// The year of the cycles that are under way then.
const LAST_YEAR: i16 = 2025;

/// The sets were not valid before.
const YEARS_MAX: u32 = 3;

/// How many of a hundred organisations take part in a cycle.
const ORGANISATIONS_IN_PROGRAMME: u64 = 3;

/// The sets that have cycles; that of Circular 124 for communes counts what the others give and needs no load of its own.
const WITH_CYCLES: [&str; 4] =
    [sample::EXEMPLARY, "circular-124-residential-area", "circular-124-agency", "circular-124-school"];

/// How large a simulation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Communes and wards.
    pub communes: u32,
    /// Residential areas.
    pub areas: u32,
    /// Agencies, enterprises and schools.
    pub organisations: u32,
    /// Years with cycles, the latest 2025.
    pub years: u32,
    /// What chance begins with.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulated {
    /// Units of every kind.
    pub units: u64,
    /// Dossiers in every state.
    pub dossiers: u64,
    /// Answers in them.
    pub answers: u64,
    /// Decisions on them.
    pub decisions: u64,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A number is too small or too large.
    #[error("{option}: cần từ {from} đến {until} / must be from {from} to {until}")]
    Number {
        /// The option.
        option: &'static str,
        /// The least.
        from: u32,
        /// The most.
        until: u32,
    },
    /// There is an installation in this place.
    #[error("{0}: ở đây đã có hệ thống; chọn nơi khác / there is an installation here; choose another place")]
    Exists(String),
    /// The place cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What was made up does not fit together.
    #[error("{0}")]
    Failed(String),
}

impl From<Problem> for SimulateError {
    fn from(problem: Problem) -> Self {
        Self::Failed(format!("{problem:?}"))
    }
}

impl Scale {
    /// Provinces are few where communes are few: as many communes in each as in the country of 2025, 3,321 in 34.
    fn provinces(self) -> u32 {
        (self.communes * 34).div_ceil(3_321).max(1)
    }

    /// Whether every number is one that can be made.
    fn check(self) -> Result<(), SimulateError> {
        let numbers = [
            ("--communes", self.communes, 1, 20_000),
            ("--areas", self.areas, 0, 2_000_000),
            ("--organisations", self.organisations, 0, 5_000_000),
            ("--years", self.years, 1, YEARS_MAX),
        ];
        let outside = numbers.into_iter().find(|(_, number, from, until)| !(from..=until).contains(&number));
        outside.map_or(Ok(()), |(option, _, from, until)| Err(SimulateError::Number { option, from, until }))
    }

    /// A number that depends on the seed and on what it is asked for.
    fn chance(self, what: u64, of: u64) -> u64 {
        mixed(mixed(self.seed ^ what.rotate_left(32)) ^ of)
    }
}

/// A set with one of its cycles.
struct Opened {
    cycle: Cycle,
    loaded: Arc<LoadedSet>,
}

/// Fills an installation that is not there yet. It comes into being at the end and as a whole.
pub async fn simulate(
    installation: &Installation,
    scale: Scale,
    progress: &mut (dyn FnMut(&Progress<'_>) + Send),
) -> Result<Simulated, SimulateError> {
    scale.check()?;
    let (data, url) = (&installation.data, &installation.database);
    let folder = |cause| StartError::Folder(data.clone(), cause);
    let failed = |failure| installation.failed(failure);
    make_folder(data).map_err(folder)?;
    if is_cut_off(data, url).await? {
        return Err(StartError::CutOff(data.clone()).into());
    }
    if Db::exists(url).await.map_err(failed)? {
        return Err(SimulateError::Exists(url.to_string()));
    }
    installation.blobs().await?;
    let keys = installation.keys(&SystemChance)?;
    let db = Db::open_aside(url).await.map_err(failed)?;
    let made = fill(&db, scale, progress).await;
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            db.close().await;
            return Err(error);
        }
    };
    let tx = db.write_long().await.map_err(failed)?;
    let detail = json!({
        "communes": scale.communes, "areas": scale.areas, "organisations": scale.organisations,
        "years": scale.years, "seed": scale.seed, "units": made.units, "dossiers": made.dossiers,
    });
    let subject = String::new();
    let (action, change) = (Action::UnitsSimulate, Change::salted("", None, None));
    let done = DoneByOperator { at: NOW, action, subject, detail: &detail, change };
    conclude_for_operator(tx, &keys.signing, done).await.map_err(failed)?;
    db.put_in_place(url).await.map_err(failed)?;
    Ok(made)
}

async fn fill(
    db: &Db,
    scale: Scale,
    progress: &mut (dyn FnMut(&Progress<'_>) + Send),
) -> Result<Simulated, SimulateError> {
    let failed = |failure| SimulateError::from(Problem::from(failure));
    let mut tx = db.write_long().await.map_err(failed)?;
    // 2023-01-03: identities are older than everything that happens.
    let mut ids = Ids::new(1_672_707_600_000);
    let mut writer = Writer::open(&mut tx).await.map_err(failed)?;
    let mut country = units::make(&mut tx, &mut writer, scale, &mut ids, progress).await?;
    settle(&mut tx, &country).await.map_err(failed)?;
    let opened = open_cycles(&mut tx, scale, &mut ids).await?;
    for opened in &opened {
        dossiers::make(&mut tx, &mut writer, scale, &mut country, opened, &mut ids, progress).await?;
    }
    dossiers::counters(&mut writer, &country);
    writer.flush(&mut tx).await.map_err(failed)?;
    for (at, what) in ["figures", "names"].into_iter().enumerate() {
        progress(&Progress { what, done: 0, of: 1 });
        if at == 0 {
            cycles::figures::recount(&mut tx).await.map_err(failed)?;
        } else {
            unit_rows::index_names(&mut tx).await.map_err(failed)?;
        }
        progress(&Progress { what, done: 1, of: 1 });
    }
    tx.commit().await.map_err(failed)?;
    db.analyze().await.map_err(failed)?;
    let written = |table| writer.written(table);
    Ok(Simulated {
        units: written(writer::UNITS),
        dossiers: written(writer::DOSSIERS),
        answers: written(writer::ANSWERS),
        decisions: written(writer::DECISIONS),
    })
}

/// What makes it served like the sample: its ready roles and its clock.
async fn settle(tx: &mut Tx, country: &Country) -> dienhinh_storage::Result<()> {
    let (province, commune) = country.first();
    for (name, value) in [
        (sample::TOWN, commune.to_string()),
        (sample::PROVINCE, province.to_string()),
        (sample::SHOWN, NOW.to_string()),
        (SAMPLE_LOADED_AT, SystemClock.now().to_string()),
    ] {
        settings::set(tx, name, &value).await?;
    }
    Ok(())
}

/// Installs the sets and opens their cycles, earliest year first.
async fn open_cycles(tx: &mut Tx, scale: Scale, ids: &mut Ids) -> Result<Vec<Opened>, SimulateError> {
    sample::install(tx).await?;
    let stored = programmes::all(tx).await.map_err(Problem::from)?;
    let sets = load_sets(&stored).map_err(Problem::from)?;
    let years = i16::try_from(scale.years).unwrap_or(1);
    let mut opened = Vec::new();
    for year in LAST_YEAR + 1 - years..=LAST_YEAR {
        for loaded in sets.values().filter(|loaded| WITH_CYCLES.contains(&loaded.set.code.as_str())) {
            let cycle = loaded.set.cycle(CycleId::new(ids.next()), year);
            cycles::insert(tx, &cycle).await.map_err(Problem::from)?;
            opened.push(Opened { cycle, loaded: Arc::clone(loaded) });
        }
    }
    Ok(opened)
}
