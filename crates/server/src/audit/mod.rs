//! The record: who may read it, its checkpoints for everybody, proofs, and what the operator asks of it.

pub(crate) mod api;
pub(crate) mod checkpoints;
pub(crate) mod keys;
pub(crate) mod operator;
pub(crate) mod pages;
pub(crate) mod views;
