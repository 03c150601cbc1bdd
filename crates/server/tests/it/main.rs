//! The product through HTTP, in its roles, on the sample.

mod access;
mod again;
mod api;
mod audit;
mod boundaries;
mod dossiers;
mod evidence;
mod import_pages;
mod imports;
mod jobs;
mod lookup;
mod national;
mod points;
mod programmes;
mod reform_pages;
mod reforms;
mod register;
mod same;
mod sample;
mod scale;
mod site;
mod store;
mod story;
mod uploads;
