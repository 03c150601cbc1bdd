//! The same commands in the same order leave the same behind on SQLite and on PostgreSQL, and are answered the same.
//!
//! The commands are random and many of them are refused. `DIENHINH_SAME_COMMANDS` says how many there are,
//! `DIENHINH_SAME_SEED` which.

use std::collections::BTreeMap;

use dienhinh_domain::audit::sha256;
use dienhinh_storage::cycles::figures;
use dienhinh_testkit::Empty;
use serde_json::Value;

use crate::{
    site::{Answer, As, Site, mixed},
    story::PDF,
};

/// How many commands `cargo xtask check` gives.
const COMMANDS: u64 = 250;

/// How many dossiers of a state take part: more where more can be done.
fn dossiers_of(state: &str) -> usize {
    match state {
        "in_progress" => 8,
        "submitted" => 4,
        _ => 1,
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

/// A sequence of numbers that is the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = mixed(self.0);
        usize::try_from(self.0 % end as u64).expect("below the end")
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// A dossier that takes part.
struct Part {
    id: String,
    unit: String,
}

/// What commands may name.
struct Parts {
    dossiers: Vec<Part>,
    /// Of the criteria, the keys of their inputs.
    inputs: Vec<(String, Vec<String>)>,
    province: String,
    cycle: String,
    /// Addresses of proofs and the unit they belong to, as they come.
    proofs: Vec<(String, String)>,
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Parts {
    async fn of(site: &Site) -> Self {
        let cycles = site.api("/api/v1/cycles").await;
        let cycles = cycles["items"].as_array().expect("cycles");
        let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == "exemplary-commune-34").expect("a cycle");
        let cycle = text(&cycle["id"]);
        let listed = site.api(&format!("/api/v1/cycles/{cycle}/dossiers")).await;
        let mut of_state: BTreeMap<String, usize> = BTreeMap::new();
        let mut dossiers = Vec::new();
        for dossier in listed["items"].as_array().expect("dossiers") {
            let state = text(&dossier["state"]);
            let count = of_state.entry(state.clone()).or_default();
            *count += 1;
            if *count <= dossiers_of(&state) {
                dossiers.push(Part { id: text(&dossier["id"]), unit: text(&dossier["unit"]["id"]) });
            }
        }
        let first = site.api(&format!("/api/v1/dossiers/{}", dossiers[0].id)).await;
        let inputs = first["criteria"].as_array().expect("rows").iter().map(|row| {
            let inputs = row["self"]["explanation"]["inputs"].as_array().expect("inputs");
            (text(&row["id"]), inputs.iter().map(|input| text(&input["key"])).collect())
        });
        Self { dossiers, inputs: inputs.collect(), province: site.province().await, cycle, proofs: Vec::new() }
    }

    /// Keeps the address of a proof that was attached.
    fn remember(&mut self, command: &Command, answer: &Answer) {
        let Command::Upload(As(_, unit), path, _) = command else { return };
        if let Some(rest) = answer.text().rsplit("/evidence/").next().and_then(|rest| rest.get(..36))
            && answer.status.is_success()
        {
            self.proofs.push((unit.clone(), format!("{path}/{rest}/remove")));
        }
    }
}

/// One command.
#[derive(Debug)]
enum Command {
    Post(As, String, Vec<(String, String)>),
    Upload(As, String, String),
    Get(As, String),
}

impl Command {
    fn random(dice: &mut Dice, parts: &Parts) -> Self {
        let part = dice.of(&parts.dossiers);
        let path = |rest: &str| format!("/dossiers/{}{rest}", part.id);
        let (officer, leader) = (As("unit_officer", part.unit.clone()), As("unit_leader", part.unit.clone()));
        let (appraiser, secretary) =
            (As("appraiser", parts.province.clone()), As("council_secretary", parts.province.clone()));
        let (criterion, keys) = dice.of(&parts.inputs);
        let step = |who: As, rest: &str| Self::Post(who, path(rest), Vec::new());
        match dice.below(40) {
            0..=11 => Self::Post(officer, path(&format!("/answers/{criterion}")), answer(dice, criterion, keys)),
            12..=14 => Self::Post(officer, path(&format!("/plans/{criterion}")), plan(dice)),
            15..=17 => Self::Upload(officer, path("/evidence"), criterion.clone()),
            18 if !parts.proofs.is_empty() => {
                let (unit, path) = dice.of(&parts.proofs).clone();
                Self::Post(As("unit_officer", unit), path, Vec::new())
            }
            19 => step(leader, "/register"),
            20..=22 => step(officer, "/present"),
            23 => step(leader, "/withdraw"),
            24..=26 => step(leader, "/submit"),
            27..=32 => Self::Post(appraiser, path(&format!("/appraisal/{criterion}")), verdict(dice)),
            33 => step(appraiser, "/return"),
            34 => step(appraiser, "/appraise"),
            35 => Self::Post(secretary, "/recognition".to_owned(), decision(dice, parts)),
            36 => Self::Get(appraiser, path("/appraisal")),
            37 => Self::Get(secretary, (*dice.of(&["/cycles", "/recognition", "/plans", "/dossiers"])).to_owned()),
            38 => {
                let typed = dice.of(&["phuong", "x%C3%A3%20v", "%00", "100%25", "_"]);
                Self::Get(officer, format!("/units?search={typed}"))
            }
            _ => Self::Get(officer, path("")),
        }
    }

    async fn run(&self, site: &Site) -> Answer {
        match self {
            Self::Post(who, path, fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                site.post_json(who, path, &fields).await
            }
            Self::Upload(who, path, criterion) => site.upload(who, path, criterion, "Kế hoạch.pdf", PDF).await,
            Self::Get(who, path) => site.get(who, path).await,
        }
    }
}

type Fields = Vec<(String, String)>;

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

fn answer(dice: &mut Dice, criterion: &str, keys: &[String]) -> Fields {
    let values = ["1", "1", "1", "1", "1", "0", "0", "0", "", "ba"];
    let mut typed: Fields = keys.iter().map(|key| (key.clone(), (*dice.of(&values)).to_owned())).collect();
    let notes = ["", "Đã đạt", "a\0b", "'; drop table units; --", "100% \\ _", "e\u{302}\u{301} 🌾"];
    typed.push((format!("{criterion}.note"), (*dice.of(&notes)).to_owned()));
    if dice.below(6) == 0 {
        typed.push(("revision".to_owned(), dice.below(4).to_string()));
    }
    if dice.below(3) == 0 {
        typed.push((format!("{criterion}.reply"), "Đã bổ sung.".to_owned()));
    }
    typed
}

fn plan(dice: &mut Dice) -> Fields {
    fields([
        ("cause", *dice.of(&["funding", "land"])),
        ("action", "Vận động"),
        ("owner", *dice.of(&["UBND", ""])),
        ("due_on", *dice.of(&["31/12/2024", "31/13/2024"])),
    ])
}

fn verdict(dice: &mut Dice) -> Fields {
    fields([
        ("verdict", *dice.of(&["agree", "agree", "agree", "unmet", "correct", "return", ""])),
        ("reason", *dice.of(&["", "Sai số liệu", "Bổ sung 'chữ ký'"])),
    ])
}

fn decision(dice: &mut Dice, parts: &Parts) -> Fields {
    let outcome = format!("outcome.{}", dice.of(&parts.dossiers).id);
    fields([
        ("cycle", &parts.cycle),
        ("issuer_unit", &parts.province),
        (&outcome, *dice.of(&["yes", "no", "later"])),
        ("signed_on", *dice.of(&["24/11/2023", "2/1/2024"])),
        ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
        ("place", "Bạc Liêu"),
        ("capacity", "TM."),
        ("signatory", "CHỦ TỊCH"),
        ("legal_bases", "Căn cứ Quyết định số 9745/QĐ-BCA-V05"),
    ])
}

#[tokio::test]
async fn the_same_commands_leave_the_same_on_both_databases() {
    let Some(postgres) = Empty::on_postgres().await else { return };
    let (left, right) = (Site::fresh().await, Site::open(postgres).await);
    same(&left, &right, "the sample").await;
    let before = entries(&left).await;
    let (seed, commands) = (setting("DIENHINH_SAME_SEED", 1), setting("DIENHINH_SAME_COMMANDS", COMMANDS));
    let (mut dice, mut parts) = (Dice(seed), Parts::of(&left).await);
    // Every request takes an id from chance, so both are asked the same.
    Parts::of(&right).await;
    let mut statuses: BTreeMap<u16, u32> = BTreeMap::new();
    for number in 0..commands {
        let command = Command::random(&mut dice, &parts);
        let (on_sqlite, on_postgres) = (command.run(&left).await, command.run(&right).await);
        let place = format!("seed {seed}, command {number}: {command:?}");
        assert!(!on_sqlite.status.is_server_error(), "{place}: {}", on_sqlite.text());
        assert_eq!(on_sqlite.status, on_postgres.status, "{place}: {} {}", on_sqlite.text(), on_postgres.text());
        assert_eq!(on_sqlite.headers, on_postgres.headers, "{place}");
        assert_eq!(on_sqlite.text(), on_postgres.text(), "{place}");
        *statuses.entry(on_sqlite.status.as_u16()).or_default() += 1;
        parts.remember(&command, &on_sqlite);
    }
    let hash = same(&left, &right, &format!("seed {seed}, {commands} commands")).await;
    let done = entries(&left).await - before;
    for site in [&left, &right] {
        let mut tx = site.database().await.snapshot().await.expect("a transaction");
        assert_eq!(figures::wrong(&mut tx, 9).await.expect("counted"), [], "figures are what a count gives");
    }
    println!("{commands} commands, {done} of them changed something, answers by status {statuses:?}: {hash}");
    assert!(done as u64 > commands / 10, "{done} of {commands} changed something: {statuses:?}");
}

/// How many entries the record has.
async fn entries(site: &Site) -> usize {
    site.stored().await.iter().filter(|line| line.starts_with("audit_entries ")).count()
}

/// The hash of what both hold.
async fn same(left: &Site, right: &Site, when: &str) -> String {
    let (left, right) = (left.stored().await, right.stored().await);
    for (left, right) in left.iter().zip(&right) {
        assert_eq!(left, right, "{when}");
    }
    assert_eq!(left.len(), right.len(), "{when}");
    sha256(left.join("\n").as_bytes())
}
