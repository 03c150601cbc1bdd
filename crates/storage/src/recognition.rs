//! Decisions, their numbers, what they judged, the certificates that follow, and what later decisions rule on these.

use std::collections::BTreeMap;

use dienhinh_domain::{
    ids::{CertificateId, DecisionId, DossierId, UnitId},
    recognition::{Certificate, Decision, DecisionItem, Draft, Measure, Ruled, Ruling, SigningCapacity},
};

use crate::{
    Failure, Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, one_of, parse, parse_optional, read, together},
};

const TABLE: &str = "decisions";
const RULINGS: &str = "title_rulings";

/// The next number of an issuing body in a year. It is taken inside the deciding transaction, so that
/// a decision that is not kept leaves no gap and two decisions never share one.
pub async fn take_number(tx: &mut Tx, issuing_unit: UnitId, year: i16) -> Result<i64> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "insert into decision_counters (issuing_unit_id, year, last_number) values ($1, $2, 1)
         on conflict (issuing_unit_id, year) do update set last_number = decision_counters.last_number + 1
         returning last_number",
        issuing_unit.to_string(),
        i64::from(year),
    )?;
    row.map(|(number,)| number).ok_or(Failure::Database(sqlx::Error::RowNotFound))
}

/// The number the next decision would bear; it is taken only by [`take_number`].
pub async fn next_number(tx: &mut Tx, issuing_unit: UnitId, year: i16) -> Result<i64> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select last_number from decision_counters where issuing_unit_id = $1 and year = $2",
        issuing_unit.to_string(),
        i64::from(year),
    )?;
    Ok(row.map_or(1, |(last,)| last + 1))
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    id: String,
    issuing_unit_id: String,
    number: i64,
    issuer: String,
    place: String,
    signed_on: String,
    capacity: String,
    signatory: String,
    legal_bases: String,
}

impl DecisionRow {
    fn read(self) -> Result<Decision> {
        Ok(Decision {
            id: parse(TABLE, "id", &self.id)?,
            issuing_unit: parse(TABLE, "issuing_unit_id", &self.issuing_unit_id)?,
            number: self.number,
            draft: Draft {
                signed_on: parse(TABLE, "signed_on", &self.signed_on)?,
                capacity: read(TABLE, "capacity", &self.capacity, SigningCapacity::from_code(&self.capacity))?,
                legal_bases: read(
                    TABLE,
                    "legal_bases",
                    &self.legal_bases,
                    serde_json::from_str(&self.legal_bases).ok(),
                )?,
                issuer: self.issuer,
                place: self.place,
                signatory: self.signatory,
            },
            items: Vec::new(),
            ruling: None,
        })
    }
}

#[derive(sqlx::FromRow)]
struct ItemRow {
    dossier_id: String,
    round: i64,
    recognised: i64,
    judged_sha256: String,
    certificate_id: Option<String>,
    certificate_code: Option<String>,
    attested: Option<String>,
}

impl ItemRow {
    fn read(self) -> Result<DecisionItem> {
        const TABLE: &str = "decision_items";
        let id = parse_optional(TABLE, "certificate_id", self.certificate_id.as_deref())?;
        let attested = |text: &String| read(TABLE, "attested", text, serde_json::from_str(text).ok());
        Ok(DecisionItem {
            dossier: parse(TABLE, "dossier_id", &self.dossier_id)?,
            round: self.round,
            recognised: self.recognised != 0,
            judged_sha256: self.judged_sha256,
            certificate: id.zip(self.certificate_code).map(|(id, code)| Certificate { id, code }),
            attested: self.attested.as_ref().map(attested).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RulingRow {
    on_decision_id: String,
    measure: String,
    effective_on: String,
    reason: String,
}

impl RulingRow {
    fn read(self) -> Result<Ruling> {
        Ok(Ruling {
            on: parse(RULINGS, "on_decision_id", &self.on_decision_id)?,
            measure: read(RULINGS, "measure", &self.measure, Measure::from_code(&self.measure))?,
            effective_on: parse(RULINGS, "effective_on", &self.effective_on)?,
            reason: self.reason,
            certificates: Vec::new(),
        })
    }
}

/// Adds a decision with everything it judged, or with what it rules. A ruling fails when another one on one of its
/// titles came between.
pub async fn insert(tx: &mut Tx, decision: &Decision) -> Result<()> {
    let unwritable = |cause| Failure::Database(sqlx::Error::Encode(Box::new(cause)));
    let legal_bases = serde_json::to_string(&decision.draft.legal_bases).map_err(unwritable)?;
    execute!(
        tx,
        "insert into decisions
           (id, issuing_unit_id, year, number, issuer, place, signed_on, capacity, signatory, legal_bases)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        decision.id.to_string(),
        decision.issuing_unit.to_string(),
        i64::from(decision.draft.signed_on.year()),
        decision.number,
        &decision.draft.issuer,
        &decision.draft.place,
        decision.draft.signed_on.to_string(),
        decision.draft.capacity.code(),
        &decision.draft.signatory,
        legal_bases,
    )?;
    for item in &decision.items {
        let attested = item.attested.as_ref().map(serde_json::to_string).transpose().map_err(unwritable)?;
        execute!(
            tx,
            "insert into decision_items
               (decision_id, dossier_id, round, recognised, judged_sha256, certificate_id, certificate_code, attested)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            decision.id.to_string(),
            item.dossier.to_string(),
            item.round,
            i64::from(item.recognised),
            &item.judged_sha256,
            item.certificate.as_ref().map(|certificate| certificate.id.to_string()),
            item.certificate.as_ref().map(|certificate| certificate.code.as_str()),
            attested,
        )?;
    }
    match &decision.ruling {
        Some(ruling) => insert_ruling(tx, decision.id, ruling).await,
        None => Ok(()),
    }
}

async fn insert_ruling(tx: &mut Tx, decision: DecisionId, ruling: &Ruling) -> Result<()> {
    execute!(
        tx,
        "insert into title_rulings (decision_id, on_decision_id, measure, effective_on, reason)
         values ($1, $2, $3, $4, $5)",
        decision.to_string(),
        ruling.on.to_string(),
        ruling.measure.code(),
        ruling.effective_on.to_string(),
        &ruling.reason,
    )?;
    for certificate in &ruling.certificates {
        execute!(
            tx,
            "insert into title_ruling_items (decision_id, certificate_id, place)
             select $1, $2, count(*) + 1 from title_ruling_items where certificate_id = $2",
            decision.to_string(),
            certificate.to_string(),
        )?;
    }
    Ok(())
}

async fn ruling(tx: &mut Tx, decision: DecisionId) -> Result<Option<Ruling>> {
    let row = fetch_optional!(
        tx,
        RulingRow,
        "select on_decision_id, measure, effective_on, reason from title_rulings where decision_id = $1",
        decision.to_string(),
    )?;
    let Some(row) = row else { return Ok(None) };
    let certificates = fetch_all!(
        tx,
        (String,),
        "select certificate_id from title_ruling_items where decision_id = $1 order by certificate_id",
        decision.to_string(),
    )?;
    let of = |(id,): &(String,)| parse("title_ruling_items", "certificate_id", id);
    let certificates = certificates.iter().map(of).collect::<Result<_>>()?;
    Ok(Some(Ruling { certificates, ..row.read()? }))
}

/// The dossier to which a certificate was given.
pub async fn dossier_of(tx: &mut Tx, certificate: CertificateId) -> Result<Option<DossierId>> {
    let row: Option<(String,)> = fetch_optional!(
        tx,
        (String,),
        "select dossier_id from decision_items where certificate_id = $1",
        certificate.to_string(),
    )?;
    row.map(|(id,)| parse("decision_items", "dossier_id", &id)).transpose()
}

/// What was ruled on some titles, the earliest first; absent those on which nothing was. Callers bound their number.
pub async fn rulings(
    tx: &mut Tx,
    certificates: impl Iterator<Item = CertificateId>,
) -> Result<BTreeMap<CertificateId, Vec<Ruled>>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        certificate_id: String,
        #[sqlx(flatten)]
        decision: DecisionRow,
        #[sqlx(flatten)]
        ruling: RulingRow,
    }
    let sql = format!(
        "select i.certificate_id, d.id, d.issuing_unit_id, d.number, d.issuer, d.place, d.signed_on, d.capacity,
           d.signatory, d.legal_bases, r.on_decision_id, r.measure, r.effective_on, r.reason
         from title_ruling_items i join title_rulings r on r.decision_id = i.decision_id
         join decisions d on d.id = i.decision_id where i.certificate_id {} order by i.certificate_id, i.place",
        one_of(tx, "$1"),
    );
    let mut rulings: BTreeMap<CertificateId, Vec<Ruled>> = BTreeMap::new();
    for row in fetch_all!(tx, Row, sqlx::AssertSqlSafe(sql.as_str()), together(certificates))? {
        let decision = row.decision.read()?;
        rulings.entry(parse("title_ruling_items", "certificate_id", &row.certificate_id)?).or_default().push(Ruled {
            decision: decision.id,
            notation: decision.notation(),
            signed_on: decision.draft.signed_on,
            ruling: row.ruling.read()?,
        });
    }
    Ok(rulings)
}

/// A decision with what it judged or rules.
pub async fn get(tx: &mut Tx, id: DecisionId) -> Result<Option<Decision>> {
    let row = fetch_optional!(
        tx,
        DecisionRow,
        "select id, issuing_unit_id, number, issuer, place, signed_on, capacity, signatory, legal_bases
         from decisions where id = $1",
        id.to_string(),
    )?;
    let Some(row) = row else { return Ok(None) };
    let mut decision = row.read()?;
    let items = fetch_all!(
        tx,
        ItemRow,
        "select dossier_id, round, recognised, judged_sha256, certificate_id, certificate_code, attested
         from decision_items where decision_id = $1 order by dossier_id",
        id.to_string(),
    )?;
    decision.items = items.into_iter().map(ItemRow::read).collect::<Result<_>>()?;
    decision.ruling = ruling(tx, id).await?;
    Ok(Some(decision))
}

/// The decisions before one, or the latest: at most `limit`, newest first, without what they judged or rule. Those that
/// rule on titles are among them where they are wanted.
pub async fn latest(tx: &mut Tx, before: Option<DecisionId>, limit: i64, with_rulings: bool) -> Result<Vec<Decision>> {
    let from = match before {
        None => ("9999-12-31".to_owned(), i64::MAX, String::new()),
        Some(id) => {
            let id = id.to_string();
            let row = fetch_optional!(tx, (String, i64), "select signed_on, number from decisions where id = $1", &id)?;
            let Some((signed_on, number)) = row else { return Ok(Vec::new()) };
            (signed_on, number, id)
        }
    };
    let rows = fetch_all!(
        tx,
        DecisionRow,
        "select id, issuing_unit_id, number, issuer, place, signed_on, capacity, signatory, legal_bases
         from decisions where (signed_on, number, id) < ($1, $2, $3)
           and ($5 = 1 or not exists (select 1 from title_rulings r where r.decision_id = decisions.id))
         order by signed_on desc, number desc, id desc limit $4",
        &from.0,
        from.1,
        &from.2,
        limit,
        i64::from(with_rulings),
    )?;
    rows.into_iter().map(DecisionRow::read).collect()
}

/// How many titles some decisions gave; absent those that gave none. Callers bound their number.
pub async fn titles(tx: &mut Tx, ids: impl Iterator<Item = DecisionId>) -> Result<BTreeMap<DecisionId, i64>> {
    let sql = format!(
        "select decision_id, count(*) from decision_items where recognised = 1 and decision_id {} group by decision_id",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, (String, i64), sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
    rows.into_iter().map(|(id, titles)| Ok((parse("decision_items", "decision_id", &id)?, titles))).collect()
}

/// Puts what they judged into some decisions, which came without it. Callers bound their number.
pub async fn add_items(tx: &mut Tx, decisions: &mut [Decision]) -> Result<()> {
    #[derive(sqlx::FromRow)]
    struct OfDecision {
        decision_id: String,
        #[sqlx(flatten)]
        item: ItemRow,
    }
    let sql = format!(
        "select decision_id, dossier_id, round, recognised, judged_sha256, certificate_id, certificate_code, attested
         from decision_items where decision_id {} order by decision_id, dossier_id",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let ids = together(decisions.iter().map(|decision| decision.id));
    for row in fetch_all!(tx, OfDecision, sql, ids)? {
        let of: DecisionId = parse("decision_items", "decision_id", &row.decision_id)?;
        let item = row.item.read()?;
        decisions
            .iter_mut()
            .filter(|decision| decision.id == of)
            .for_each(|decision| decision.items.push(item.clone()));
    }
    Ok(())
}

/// The decision whose item bears a certificate code in its written form.
pub async fn by_certificate_code(tx: &mut Tx, code: &str) -> Result<Option<Decision>> {
    let row: Option<(String,)> =
        fetch_optional!(tx, (String,), "select decision_id from decision_items where certificate_code = $1", code)?;
    match row {
        Some((id,)) => get(tx, parse(TABLE, "id", &id)?).await,
        None => Ok(None),
    }
}

/// The decision that holds on each of some dossiers, with what it judged of that dossier only. Callers bound their number.
pub async fn on_dossiers(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<BTreeMap<DossierId, Decision>> {
    let all = all_on_dossiers(tx, ids).await?;
    Ok(all.into_iter().filter_map(|(dossier, mut decisions)| Some((dossier, decisions.pop()?))).collect())
}

/// Every decision on some dossiers, of each the earliest first and with what it judged of that dossier only. Callers bound
/// their number.
pub async fn all_on_dossiers(
    tx: &mut Tx,
    ids: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<DossierId, Vec<Decision>>> {
    #[derive(sqlx::FromRow)]
    struct OnDossier {
        #[sqlx(flatten)]
        decision: DecisionRow,
        #[sqlx(flatten)]
        item: ItemRow,
    }
    let sql = format!(
        "select d.id, d.issuing_unit_id, d.number, d.issuer, d.place, d.signed_on, d.capacity, d.signatory, d.legal_bases,
           i.dossier_id, i.round, i.recognised, i.judged_sha256, i.certificate_id, i.certificate_code, i.attested
         from decision_items i join decisions d on d.id = i.decision_id where i.dossier_id {} order by i.dossier_id, i.round",
        one_of(tx, "$1"),
    );
    let mut found: BTreeMap<DossierId, Vec<Decision>> = BTreeMap::new();
    for row in fetch_all!(tx, OnDossier, sqlx::AssertSqlSafe(sql.as_str()), together(ids))? {
        let item = row.item.read()?;
        let (dossier, decision) = (item.dossier, row.decision.read()?);
        found.entry(dossier).or_default().push(Decision { items: vec![item], ..decision });
    }
    Ok(found)
}
