//! The register for the operator at the command line: counts, lists and crosswalks of an installation.

use std::{collections::BTreeMap, io, sync::Arc};

use dienhinh_domain::{
    calendar::day_in_vietnam,
    ids::UnitId,
    units::{BEGINNING, Level, UnitKind, register::day_text},
};
use dienhinh_storage::{Db, units::register as stored};
use jiff::civil::Date;

pub use dienhinh_storage::units::register::Listed;

use super::crosswalk::{self, Lineage};
use crate::{
    app::SystemClock,
    start::{Installation, StartError, clock_of},
};

/// How many units of each kind of the register's levels there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// On this day.
    pub as_of: Date,
    /// By kind; only kinds there are.
    pub kinds: BTreeMap<UnitKind, i64>,
}

impl Counts {
    /// How many there are on a level.
    pub fn of(&self, level: Level) -> i64 {
        self.kinds.iter().filter(|(kind, _)| kind.level() == level).map(|(_, count)| count).sum()
    }
}

/// A unit of a list as the cells of [`VIEW_COLUMNS`](dienhinh_domain::units::register::VIEW_COLUMNS).
pub fn view_row(listed: &Listed) -> [String; 12] {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    [
        listed.uid.clone(),
        listed.kind.level().code().to_owned(),
        text(listed.code.as_ref()),
        text(listed.alt_code.as_ref()),
        listed.kind.code().to_owned(),
        listed.kind.bare(&listed.name).to_owned(),
        listed.name.clone(),
        text(listed.parent_uid.as_ref()),
        text(listed.parent_code.as_ref()),
        text(listed.province_code.as_ref()),
        day_text(Some(listed.valid.from).filter(|day| *day != BEGINNING)),
        day_text(listed.valid.until),
    ]
}

/// The day asked for, or today by the installation's clock.
pub(super) async fn day(installation: &Installation, db: &Db, asked: Option<Date>) -> Result<Date, StartError> {
    if let Some(day) = asked {
        return Ok(day);
    }
    let mut tx = db.read().await.map_err(|failure| installation.failed(failure))?;
    let clock = clock_of(installation, &mut tx, Arc::new(SystemClock)).await?;
    Ok(day_in_vietnam(clock.now()))
}

/// Counts the units as of a day, or of today.
pub async fn unit_counts(installation: &Installation, as_of: Option<Date>) -> Result<Counts, StartError> {
    let db = installation.open_database().await?;
    let counted = async {
        let as_of = day(installation, &db, as_of).await?;
        let failed = |failure| installation.failed(failure);
        let mut tx = db.snapshot().await.map_err(failed)?;
        Ok(Counts { as_of, kinds: stored::counts(&mut tx, as_of).await.map_err(failed)? })
    }
    .await;
    db.close().await;
    counted
}

/// Why a list was not given to its end.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The installation cannot be read.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What it was given to took no more.
    #[error(transparent)]
    Taker(#[from] io::Error),
}

/// Gives the units of some levels as of a day, or of today, one at a time, by level and code.
pub async fn unit_list(
    installation: &Installation,
    as_of: Option<Date>,
    levels: &[Level],
    mut take: impl FnMut(&Listed) -> io::Result<()>,
) -> Result<(), ListError> {
    let db = installation.open_database().await?;
    let listed = async {
        let as_of = day(installation, &db, as_of).await?;
        let failed = |failure| installation.failed(failure);
        let mut tx = db.snapshot().await.map_err(failed)?;
        let mut list = stored::list(&mut tx, levels, as_of);
        while let Some(unit) = list.next().await.map_err(failed)? {
            take(&unit)?;
        }
        Ok(())
    }
    .await;
    db.close().await;
    listed
}

/// The units that ever, or on a day, bore a code or name, or have an identity of ours; best first.
pub async fn unit_crosswalk(
    installation: &Installation,
    typed: &str,
    on: Option<Date>,
) -> Result<Vec<Lineage>, StartError> {
    let db = installation.open_database().await?;
    let found = async {
        let mut tx = db.snapshot().await?;
        match typed.trim().parse::<UnitId>() {
            Ok(unit) => crosswalk::of_units(&mut tx, &[unit]).await,
            Err(_) => crosswalk::find(&mut tx, typed, on, crosswalk::FOUND_MAX).await,
        }
    }
    .await;
    db.close().await;
    found.map_err(|failure| installation.failed(failure))
}

/// Today by the installation's clock.
pub async fn unit_today(installation: &Installation) -> Result<Date, StartError> {
    let db = installation.open_database().await?;
    let today = day(installation, &db, None).await;
    db.close().await;
    today
}
