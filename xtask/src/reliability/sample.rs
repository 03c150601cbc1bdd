//! Where the trials find what they write to in the sample.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use super::http;

/// The dossier of the town that plays the officer, found through the API.
pub(super) fn open_dossier(address: SocketAddr) -> Result<String> {
    let cycles = http::get(address, "/api/v1/cycles")?;
    let cycles = cycles["items"].as_array().context("no cycles")?;
    let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == "exemplary-commune-34").context("no cycle")?;
    let id = cycle["id"].as_str().context("no id")?;
    let dossiers = http::get(address, &format!("/api/v1/cycles/{id}/dossiers"))?;
    let dossiers = dossiers["items"].as_array().context("no dossiers")?;
    let own = dossiers.iter().find(|dossier| dossier["unit"]["name"] == "Thị trấn Châu Hưng").context("no town")?;
    Ok(own["id"].as_str().context("no id")?.to_owned())
}
