//! Where the trials find what they write to in the sample.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::http;

/// The town that plays the officer, and its open dossier.
pub(super) struct Town {
    pub(super) unit: String,
    pub(super) dossier: String,
    /// The top of the sample's units.
    pub(super) province: String,
}

impl Town {
    /// Finds it through the API.
    pub(super) fn find(address: SocketAddr) -> Result<Self> {
        let cycles = items(address, "/api/v1/cycles")?;
        let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == "exemplary-commune-34").context("no cycle")?;
        let dossiers = items(address, &format!("/api/v1/cycles/{}/dossiers", text(&cycle["id"])?))?;
        let own = dossiers.iter().find(|dossier| dossier["unit"]["name"] == "Thị trấn Châu Hưng");
        let own = own.context("no town")?;
        let provinces = items(address, "/api/v1/units?search=T%E1%BB%89nh%20B%E1%BA%A1c%20Li%C3%AAu")?;
        let province = text(&provinces.first().context("no province")?["id"])?;
        Ok(Self { unit: text(&own["unit"]["id"])?, dossier: text(&own["id"])?, province })
    }

    /// An address below the dossier.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/dossiers/{}{rest}", self.dossier)
    }

    /// How many proofs lie at a criterion.
    pub(super) fn proofs(&self, address: SocketAddr, criterion: &str) -> Result<i64> {
        let dossier = http::get(address, &format!("/api/v1{}", self.path("")))?;
        criterion_of(&dossier, criterion)?["evidence"].as_i64().context("no count of proofs")
    }
}

/// The row of a criterion in a dossier.
pub(super) fn criterion_of<'a>(dossier: &'a Value, id: &str) -> Result<&'a Value> {
    let criteria = dossier["criteria"].as_array().context("no criteria")?;
    criteria.iter().find(|row| row["id"] == id).with_context(|| format!("no row {id}"))
}

fn items(address: SocketAddr, path: &str) -> Result<Vec<Value>> {
    Ok(http::get(address, path)?["items"].as_array().context("no items")?.clone())
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().context("no text")?.to_owned())
}
