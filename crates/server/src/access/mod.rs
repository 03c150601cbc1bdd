//! Who comes, and what they may: signing in, accounts and their roles, the policy of every address, the frame of every
//! action.

pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod guard;
mod network;
pub(crate) mod operator;
pub(crate) mod pages;
mod passwords;
#[cfg(test)]
mod samples;
pub(crate) mod second_factor;
mod secrets;
pub(crate) mod sign_in;
pub(crate) mod views;
