//! Units: the search without accents, the business card of one unit, the crosswalk, and the register that comes in.

pub(crate) mod api;
pub(crate) mod boundaries;
pub(crate) mod crosswalk;
pub(crate) mod dhis2;
pub(crate) mod import;
pub(crate) mod lookup;
pub(crate) mod meant;
pub(crate) mod operator;
pub(crate) mod pages;
pub(crate) mod reform_plan;
pub(crate) mod reforms;
#[cfg(test)]
mod samples;
pub(crate) mod views;
