//! What the first version of the schema held, as rows, so that the way from there can be tried whatever the functions
//! of today write: a row or more in each table that every version has.

use dienhinh_domain::audit::sha256;
use dienhinh_storage::{DatabaseUrl, Db, Result, Tx, rows};
use serde_json::{Value, json};

/// The version of the schema in which the rows are written.
pub const SCHEMA: i64 = 1;

/// One row a table, by the names of its columns. The record is not among them: the second version began it anew.
fn golden() -> Vec<(&'static str, Value)> {
    vec![
        ("settings", json!({ "name": "golden", "value": "Xã \"Châu Thới\"\n\u{1f33e}" })),
        ("units", json!({ "id": "u1" })),
        (
            "unit_versions",
            json!({ "unit_id": "u1", "valid_from": "2004-01-01", "name": "Xã Châu Thới", "search_key": "xa chau thoi",
                    "sort_key": "k", "kind": "commune", "illustrative": 0 }),
        ),
        ("criteria_sets", json!({ "code": "set", "version": "1", "pack": "pack", "sha256": "00" })),
        (
            "cycles",
            json!({ "id": "c1", "programme": "programme", "set_code": "set", "set_version": "1", "year": 2023,
                    "assessed_from": "2022-11-16", "assessed_until": "2023-11-16", "registration_until": "2023-03-31",
                    "due_on": "2023-11-30" }),
        ),
        (
            "dossiers",
            json!({ "id": "d1", "unit_id": "u1", "cycle_id": "c1", "state": "in_progress", "round": 1,
                    "registered_on": "2023-03-01" }),
        ),
        (
            "dossier_answers",
            json!({ "dossier_id": "d1", "criterion": "c01", "stage": "self", "inputs": "{}", "note": "ghi chú",
                    "revision": 1, "at": 1_700_811_000_000_000_i64 }),
        ),
        (
            "dossier_returns",
            json!({ "dossier_id": "d1", "criterion": "c01", "round": 1, "reason": "thiếu", "reply": "" }),
        ),
        ("dossier_snapshots", json!({ "dossier_id": "d1", "round": 1, "sha256": "00", "content": "{}" })),
        (
            "evidence",
            json!({ "id": "e1", "dossier_id": "d1", "criterion": "c01", "sha256": "ab", "file_name": "a.pdf",
                    "media": "application/pdf", "bytes": 2, "pointer": "trang 1", "uploaded_at": 7 }),
        ),
        (
            "plans",
            json!({ "dossier_id": "d1", "criterion": "c02", "cause": "a", "action": "b", "owner": "c",
                    "due_on": "2023-12-01" }),
        ),
        ("decision_counters", json!({ "issuing_unit_id": "u1", "year": 2023, "last_number": 1 })),
        (
            "decisions",
            json!({ "id": "q1", "issuing_unit_id": "u1", "year": 2023, "number": 1, "issuer": "UBND",
                    "place": "Bạc Liêu", "signed_on": "2023-12-01", "capacity": "TM.", "signatory": "Chủ tịch",
                    "legal_bases": "[]" }),
        ),
        (
            "decision_items",
            json!({ "decision_id": "q1", "dossier_id": "d1", "recognised": 1, "judged_sha256": "00",
                    "certificate_id": "g1", "certificate_code": "7KQ2" }),
        ),
    ]
}

/// Makes a database as the first version left it, with so many settings more.
pub async fn make(url: &DatabaseUrl, settings: usize) -> Result<Db> {
    let db = Db::open_as_of(url, SCHEMA).await?;
    let mut tx = db.write().await?;
    for table in rows::tables(&mut tx).await? {
        let mut written: Vec<Value> =
            golden().into_iter().filter(|(name, _)| *name == table.name).map(|(_, row)| row).collect();
        if table.name == "settings" {
            written
                .extend((0..settings).map(|count| json!({ "name": format!("golden.{count}"), "value": "Bạc Liêu" })));
        }
        let row = |row: &Value| table.columns.iter().map(|column| row[&column.name].clone()).collect();
        rows::insert(&mut tx, &table, &written.iter().map(row).collect::<Vec<Vec<Value>>>()).await?;
    }
    tx.commit().await?;
    Ok(db)
}

/// A hash over what [`make`] wrote, in whatever version the schema is: rows and columns that came later do not count.
pub async fn hash(tx: &mut Tx) -> Result<String> {
    let mut lines = Vec::new();
    for table in rows::tables(tx).await? {
        let Some((_, golden)) = golden().into_iter().find(|(name, _)| *name == table.name) else { continue };
        let mut found = rows::read(tx, &table);
        while let Some(row) = found.next().await? {
            let values = table.columns.iter().zip(row).filter(|(column, _)| !golden[&column.name].is_null());
            let values: Vec<Value> = values.map(|(_, value)| value).collect();
            let is_golden =
                table.name != "settings" || values[0].as_str().is_some_and(|name| name.starts_with("golden"));
            if is_golden {
                lines.push(format!("{} {}", table.name, Value::from(values)));
            }
        }
    }
    Ok(sha256(lines.join("\n").as_bytes()))
}
