//! Rows that become residential areas and bodies.

use std::collections::BTreeSet;

use dienhinh_domain::{
    calendar::Period,
    ids::{ImportId, UnitId},
    imports::{There, Units, units},
    sheets::{IntoUnits, Reading},
    units::{UnitAsOf, UnitVersion},
};
use dienhinh_storage::{Tx, imports as stored};
use jiff::civil::Date;

use super::take::ImportError;
use crate::app::App;

/// What is to be written.
pub(super) struct Planned {
    units: Vec<UnitVersion>,
    there: usize,
}

/// Decides what becomes of the rows.
pub(super) async fn plan(
    app: &App,
    tx: &mut Tx,
    into: &IntoUnits,
    reading: &mut Reading,
    below: Option<&UnitAsOf>,
    on: Date,
) -> Result<Planned, ImportError> {
    let named = reading.records.iter().filter_map(|record| record.units.get(into.below.as_ref()?));
    let above: BTreeSet<UnitId> = named.chain(below).map(UnitAsOf::id).collect();
    let codes = reading.records.iter().filter_map(|record| record.get(into.code.as_ref()?));
    let codes: BTreeSet<String> = codes.map(ToString::to_string).filter(|code| !code.is_empty()).collect();
    let there = There {
        below: stored::units_below(tx, above.into_iter(), on).await?,
        with_codes: stored::units_with_codes(tx, codes.into_iter(), on).await?,
    };
    let Units { new, there, problems } = units(into, reading, below, &there);
    reading.problems.extend(problems);
    let version = |unit: dienhinh_domain::imports::NewUnit| UnitVersion {
        unit: UnitId::new(app.new_id()),
        valid: Period::from(on),
        name: unit.name,
        kind: unit.kind,
        code: unit.code,
        parent: Some(unit.below),
        illustrative: false,
    };
    Ok(Planned { units: new.into_iter().map(version).collect(), there })
}

impl Planned {
    /// Rows that become units.
    pub(super) fn written(&self) -> usize {
        self.units.len()
    }

    /// Rows whose units are there.
    pub(super) fn unchanged(&self) -> usize {
        self.there
    }

    pub(super) async fn write(&self, tx: &mut Tx, import: ImportId) -> Result<(), ImportError> {
        Ok(stored::add_units(tx, import, &self.units).await?)
    }
}
