//! `cargo xtask bench server`: a simulated country served from a release build on this machine, its large pages asked by
//! twenty at a time, at several sizes.
//!
//! Prints what it measured and how. It never judges: a machine that does something else beside gives other figures.

use std::{
    env, fs,
    net::SocketAddr,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::load::{self, CLIENTS, Times};
use crate::{
    http::{self, Answer, Request},
    postgres,
    product::{Database, Installation},
    tools,
    workspace::{Workspace, succeed},
};

/// What the whole country has: communes, residential areas, organisations.
const WHOLE: [u64; 3] = [3_321, 90_000, 1_000_000];

/// How many requests of each page are made.
const REQUESTS: usize = 400;

/// How long a cycle may take to reach its units before the measurement is given up.
const INVITED_WITHIN: Duration = Duration::from_mins(2);

/// What is measured.
pub(super) struct Options {
    /// Of how many parts one is simulated: 100 for a hundredth.
    shares: Vec<u64>,
    sqlite: bool,
    requests: usize,
    /// The data folder of a country that was simulated before, which is then not simulated anew and stays; where it
    /// stores in PostgreSQL, `DIENHINH_DATABASE` says where.
    simulated: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { shares: Vec::new(), sqlite: false, requests: REQUESTS, simulated: None };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            match (word, words.next()) {
                ("--share", Some("1")) => options.shares.push(1),
                ("--share", Some("1/10")) => options.shares.push(10),
                ("--share", Some("1/100")) => options.shares.push(100),
                ("--database", Some("sqlite")) => options.sqlite = true,
                ("--database", Some("postgres")) => options.sqlite = false,
                ("--simulated", Some(folder)) => options.simulated = Some(folder.into()),
                ("--requests", Some(number)) => options.requests = number.parse().context("--requests")?,
                (word, value) => bail!("bench server does not know `{word} {}`", value.unwrap_or_default()),
            }
        }
        if options.shares.is_empty() {
            options.shares = vec![100, 10];
        }
        Ok(options)
    }
}

/// One size, measured.
struct Measured {
    share: u64,
    pages: Vec<(&'static str, Times)>,
}

/// Measures each size and prints the page.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = release(workspace)?;
    let cores = thread::available_parallelism().map_or(0, usize::from);
    println!(
        "\n{CLIENTS} at a time, {} requests a page, server, database and clients on the same {cores} cores",
        options.requests
    );
    if let Some(data) = &options.simulated {
        let url = env::var("DIENHINH_DATABASE").ok();
        let database = url.map_or(Database::Sqlite, Database::Postgres);
        println!("\n## {} on {}\n", data.display(), database.name());
        let installation = Installation { binary: &binary, data: data.clone(), database: &database, options: &[] };
        return ask(&installation, options.requests).map(|_| ());
    }
    let server = if options.sqlite { None } else { Some(postgres::Server::start_large()?) };
    let mut measured = Vec::new();
    for share in &options.shares {
        let folder = Folder::empty(workspace, &format!("server-{share}"))?;
        let database = match &server {
            Some(server) => Database::Postgres(server.url()).another(&format!("share_{share}"))?,
            None => Database::Sqlite,
        };
        let installation = Installation { binary: &binary, data: folder.0.clone(), database: &database, options: &[] };
        println!("\n## 1/{share} of the country on {}\n", database.name());
        simulate(&installation, *share)?;
        measured.push(Measured { share: *share, pages: ask(&installation, options.requests)? });
    }
    growth(&measured);
    Ok(())
}

/// The product as it is released.
pub(super) fn release(workspace: &Workspace) -> Result<PathBuf> {
    tools::require_c_compiler()?;
    succeed(&mut workspace.cargo(&["build", "--release", "--package", "dienhinh-cli", "--bin", "dienhinh"]))?;
    Ok(workspace.target.join("release").join(format!("dienhinh{}", env::consts::EXE_SUFFIX)))
}

/// An empty database, and its server, which ends with the value.
pub(super) fn empty(sqlite: bool, name: &str) -> Result<(Option<postgres::Server>, Database)> {
    if sqlite {
        return Ok((None, Database::Sqlite));
    }
    let server = postgres::Server::start_large()?;
    let database = Database::Postgres(server.url()).another(name)?;
    Ok((Some(server), database))
}

/// The folder of an installation; it goes away with the value.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn empty(workspace: &Workspace, name: &str) -> Result<Self> {
        let folder = Self(workspace.target.join(format!("bench/{name}")));
        if folder.0.exists() {
            fs::remove_dir_all(&folder.0)?;
        }
        fs::create_dir_all(&folder.0)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_dir_all(&self.0) {
            eprintln!("{} could not be removed: {cause}", self.0.display());
        }
    }
}

/// The most memory a process had, in megabytes; only Linux tells.
pub(super) fn peak_mib(process: u32) -> Option<f64> {
    let kib = tools::kib_in(&format!("/proc/{process}/status"), "VmHWM:")?;
    Some(f64::from(u32::try_from(kib).ok()?) / 1_024.0)
}

pub(super) fn simulate(installation: &Installation<'_>, share: u64) -> Result<()> {
    let [communes, areas, organisations] = WHOLE.map(|of_all| (of_all / share).to_string());
    let mut command = installation.command("simulate");
    command.args(["--communes", &communes, "--areas", &areas, "--organisations", &organisations, "--years", "3"]);
    let began = Instant::now();
    let mut process = command.spawn().context("the product could not be started")?;
    let mut peak = 0.0_f64;
    let status = loop {
        peak = peak.max(peak_mib(process.id()).unwrap_or_default());
        if let Some(status) = process.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(50));
    };
    if !status.success() {
        bail!("simulate failed ({status})");
    }
    println!("simulated in {:.1?}, at most {peak:.0} MiB", began.elapsed());
    Ok(())
}

/// Asks for the pages of a simulated country, and opens a cycle in it.
fn ask(installation: &Installation<'_>, requests: usize) -> Result<Vec<(&'static str, Times)>> {
    let serving = installation.start()?;
    let known = Known::ask(serving.address)?;
    let pages = load::table(serving.address, known.pages(), requests)?;
    invite(serving.address, &known)?;
    if let Some(peak) = peak_mib(serving.pid()) {
        println!("the server had {peak:.0} MiB at most");
    }
    Ok(pages)
}

/// Opens a cycle for every commune and waits until each has its dossier.
fn invite(address: SocketAddr, known: &Known) -> Result<()> {
    let began = Instant::now();
    let open = |set: &str| -> Result<Answer> {
        Request::form("/cycles", &format!("set={set}&year=2026")).by("council_secretary", &known.top).send(address)
    };
    let mut answer = open("exemplary-commune-34")?;
    if answer.header("location").is_none() {
        // A country that was measured before has this cycle already.
        answer = open("circular-124-commune")?;
    }
    let job = answer.header("location").and_then(|place| place.strip_prefix("/jobs/"));
    let job = job.with_context(|| format!("no cycle was opened: {} {}", answer.status, answer.body))?;
    loop {
        let found = http::get(address, &format!("/api/v1/jobs/{job}"))?;
        match found["state"].as_str() {
            Some("done") => {
                println!(
                    "\na cycle reached {} communes {:.2?} after it was asked for",
                    found["effects"],
                    began.elapsed()
                );
                return Ok(());
            }
            Some("waiting" | "running") if began.elapsed() < INVITED_WITHIN => thread::sleep(Duration::from_millis(20)),
            state => bail!("the communes were not invited: {state:?}"),
        }
    }
}

/// What there is to ask for.
struct Known {
    /// The country, or the province where there is one only.
    top: String,
    provinces: Vec<String>,
    communes: Vec<String>,
    areas: Vec<String>,
    /// The latest cycle of residential areas.
    cycle: String,
    /// The latest cycle of communes.
    of_communes: String,
    /// Dossiers of it, far apart.
    dossiers: Vec<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Known {
    fn ask(address: SocketAddr) -> Result<Self> {
        let found = |typed: &str, kinds: &[&str]| -> Result<Vec<String>> {
            let found = http::get(address, &format!("/api/v1/units?search={typed}"))?;
            let items = found["items"].as_array().cloned().unwrap_or_default();
            Ok(items
                .iter()
                .filter(|unit| kinds.contains(&text(&unit["kind"]).as_str()))
                .map(|unit| text(&unit["id"]))
                .collect())
        };
        let provinces = found("tinh", &["province"])?;
        let communes = found("xa", &["commune"])?;
        let areas = found("thon", &["residential_area"])?;
        let top = found("ca+nuoc", &["country"])?.into_iter().chain(provinces.first().cloned()).next();
        let cycles = http::get(address, "/api/v1/cycles")?;
        let latest = |set: &str| {
            let items = cycles["items"].as_array().cloned().unwrap_or_default();
            let cycle = items.iter().find(|cycle| cycle["set"]["code"] == set).map(|cycle| text(&cycle["id"]));
            cycle.with_context(|| format!("no cycle of {set}"))
        };
        let cycle = latest("circular-124-residential-area")?;
        let mut dossiers = Vec::new();
        let mut after = String::new();
        loop {
            let page = http::get(address, &format!("/api/v1/cycles/{cycle}/dossiers?limit=500{after}"))?;
            let next = text(&page["next"]);
            if next.is_empty() {
                break;
            }
            after = format!("&after={next}");
            dossiers.push(next);
        }
        if communes.is_empty() || areas.is_empty() || dossiers.is_empty() {
            bail!("the simulation holds too little to measure");
        }
        let top = top.context("nothing is at the top")?;
        Ok(Self { top, provinces, communes, areas, of_communes: latest("exemplary-commune-34")?, cycle, dossiers })
    }

    /// Every page that is measured, each in as many ways as there are things to ask for.
    fn pages(&self) -> Vec<(&'static str, Vec<Request>)> {
        let page = |path: String, unit: &str| Request::get(&path).by("appraiser", unit);
        let by_province = |path: &str| self.provinces.iter().map(|province| page(path.to_owned(), province)).collect();
        let units = |units: &[String]| units.iter().map(|unit| page(format!("/units/{unit}"), unit)).collect();
        let typed = [
            "vinh+loi",
            "Vĩnh+Lợi",
            "xa+an+binh",
            "thon+an+3",
            "cong+ty+tnhh",
            "c",
            "truong+thcs+phu",
            "khong+co+gi",
            "t",
            "hop+tac+xa+long",
            "tram+y+te",
            "phuong+tan+phu",
            "yen+120",
            "1",
            "an",
        ];
        let search = |path: &str| {
            typed.iter().map(|typed| page(format!("{path}?search={typed}"), &self.top)).collect::<Vec<Request>>()
        };
        vec![
            ("overview of areas, province", by_province(&format!("/cycles/{}", self.cycle))),
            ("overview of communes, province", by_province(&format!("/cycles/{}", self.of_communes))),
            ("overview of areas, country", vec![page(format!("/cycles/{}", self.cycle), &self.top)]),
            ("unit: province", units(&self.provinces)),
            ("unit: commune", units(&self.communes)),
            ("unit: residential area", units(&self.areas)),
            ("list of dossiers, first pages", self.list(false)),
            ("list of dossiers, far pages", self.list(true)),
            ("search", search("/units")),
            ("search, JSON", search("/api/v1/units")),
            ("units below a commune, one kind", self.below()),
            ("portal", vec![Request::get("/portal")]),
            ("my work, province", by_province("/dossiers")),
        ]
    }

    /// Every filter with every order: the country, provinces and communes, each state and any, from the top or from far
    /// down.
    fn list(&self, far: bool) -> Vec<Request> {
        let states = [
            "",
            "invited",
            "in_progress",
            "returned",
            "submitted",
            "appraised",
            "recognised",
            "not_recognised",
            "revoked",
        ];
        let areas = std::iter::once(&self.top).chain(self.provinces.iter().take(3)).chain(self.communes.iter().take(3));
        let areas: Vec<&String> = if far { vec![&self.top] } else { areas.collect() };
        let after = |number: usize| match self.dossiers.get(number % self.dossiers.len()) {
            Some(dossier) if far => format!("&after={dossier}"),
            _ => String::new(),
        };
        let mut pages = Vec::new();
        for round in 0..if far { self.dossiers.len().min(20) } else { 1 } {
            for area in &areas {
                for state in states {
                    for sort in ["name", "submitted"] {
                        let after = after(round * 7 + pages.len());
                        let path =
                            format!("/cycles/{}/dossiers?area={area}&state={state}&sort={sort}{after}", self.cycle);
                        pages.push(Request::get(&path).by("appraiser", &self.top));
                    }
                }
            }
        }
        pages
    }

    fn below(&self) -> Vec<Request> {
        let path = |commune: &String| format!("/units?parent={commune}&kind=enterprise");
        self.communes.iter().map(|commune| Request::get(&path(commune)).by("appraiser", commune)).collect()
    }
}

/// How many times longer a page takes than at the smallest size.
fn growth(measured: &[Measured]) {
    let Some(smallest) = measured.iter().max_by_key(|measured| measured.share) else { return };
    if measured.len() < 2 {
        return;
    }
    println!("\n## p95 as a multiple of that at 1/{}\n", smallest.share);
    for (at, (name, least)) in smallest.pages.iter().enumerate() {
        let others = measured.iter().filter(|other| other.share != smallest.share);
        let ratio = |other: &Measured| {
            let times = other.pages.get(at).map_or(0.0, |(_, times)| times.percentile(95));
            format!("1/{}: {:.2}", other.share, times / least.percentile(95).max(0.001))
        };
        println!("{name}: {}", others.map(ratio).collect::<Vec<_>>().join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Options> {
        Options::parse(&words.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn options_say_what_is_measured() {
        let options = parsed("").expect("nothing is something");
        assert_eq!((options.shares, options.sqlite, options.requests), (vec![100, 10], false, REQUESTS));
        let options = parsed("--share 1 --share 1/10 --database sqlite --requests 7").expect("options");
        assert_eq!((options.shares, options.sqlite, options.requests), (vec![1, 10], true, 7));
        assert_eq!(parsed("--simulated there").expect("options").simulated, Some("there".into()));
        for words in ["--share 2", "--share", "--requests many", "--simulated", "--other"] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
