//! From a case to what its pages show. Pure: takes values, asks no database, decides no permission.

pub(crate) mod appraisal;
pub(crate) mod print;
pub(crate) mod rows;
pub(crate) mod sheet;
pub(crate) mod words;
pub(crate) mod work;
