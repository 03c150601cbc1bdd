//! Rows that become residential areas and bodies.

use std::collections::BTreeSet;

use dienhinh_domain::{
    calendar::Period,
    ids::{ImportId, UnitId},
    imports::{NewUnit, There, Units, units},
    sheets::{IntoUnits, Reading},
    units::{UnitAsOf, UnitVersion},
};
use dienhinh_storage::{Tx, imports as stored};
use jiff::civil::Date;

use super::take::ImportError;
use crate::app::App;

/// What is to be written, each with the place of its record.
pub(super) struct Planned {
    units: Vec<(usize, UnitVersion)>,
    there: Vec<usize>,
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
    let Units { new, there, problems } = units(into, reading, below, on, &there);
    reading.problems.extend(problems);
    let version = |unit: NewUnit| {
        let version = UnitVersion {
            unit: UnitId::new(app.new_id()),
            valid: Period::from(on),
            name: unit.name,
            kind: unit.kind,
            code: unit.code,
            parent: Some(unit.below),
            illustrative: false,
        };
        (unit.record, version)
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
        self.there.len()
    }

    /// Leaves out what something stands against.
    pub(super) fn leave_out(&mut self, is_wrong: impl Fn(usize) -> bool) {
        self.units.retain(|(record, _)| !is_wrong(*record));
        self.there.retain(|record| !is_wrong(*record));
    }

    pub(super) async fn write(&self, tx: &mut Tx, import: ImportId) -> Result<(), ImportError> {
        let units: Vec<UnitVersion> = self.units.iter().map(|(_, version)| version.clone()).collect();
        Ok(stored::add_units(tx, import, &units).await?)
    }
}
