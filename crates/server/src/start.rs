//! Opening an installation, serving it, and saying what is wrong with it.

use std::{
    fs,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::Arc,
};

use dienhinh_documents::Renderer;
use dienhinh_domain::audit::hex;
use dienhinh_storage::{
    DatabaseUrl, Db, EvidenceUrl, Failure, InvalidEvidenceUrl, InvalidUrl, Tx, blobs::Blobs, programmes, settings,
};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::{
    access::{operator::is_signed_in, second_factor::FactorKey},
    app::{App, Chance, Clock, ShiftedClock, SystemChance, SystemClock, load_sets},
    audit::keys::Keys,
    backup::{last::Last, restore::is_cut_off},
    dossiers::standings,
    edge, hourly, jobs,
    programmes::actions::{self, Activated, Finding, NotTaken, Proposal},
    router, sample,
};

/// Where an installation keeps what it has.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Folder of this machine: the keys and, unless they lie elsewhere, the database and the evidence.
    pub data: PathBuf,
    /// The database.
    pub database: DatabaseUrl,
    /// The files of the evidence.
    pub evidence: EvidenceUrl,
    /// How much of the disk files may not take, so that the database and the record can go on.
    pub keep_free_bytes: u64,
}

/// Room for months of sheets and their record, and for somebody to notice.
pub const KEEP_FREE_BYTES: u64 = 1024 * 1024 * 1024;

/// The folder of the evidence in the data folder.
const EVIDENCE: &str = "evidence";

impl Installation {
    /// An installation in a folder, with its database where the setting says: `sqlite:PATH` or `postgres://…`, or in
    /// the folder when there is none.
    pub fn new(data: PathBuf, database: Option<&str>) -> Result<Self, InvalidUrl> {
        let database = match database {
            Some(url) => url.parse()?,
            None => DatabaseUrl::Sqlite(data.join("dienhinh.sqlite")),
        };
        let evidence = EvidenceUrl::Folder(data.join(EVIDENCE));
        Ok(Self { data, database, evidence, keep_free_bytes: KEEP_FREE_BYTES })
    }

    /// The same with its evidence where the setting says: a folder or `s3://BUCKET/PREFIX`. A bucket takes the `AWS_…`
    /// variables of the environment.
    pub fn with_evidence(
        self,
        evidence: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, InvalidEvidenceUrl> {
        Ok(Self { evidence: EvidenceUrl::read(evidence, environment)?, ..self })
    }

    pub(crate) async fn blobs(&self) -> Result<Blobs, StartError> {
        let failed = |cause| StartError::Evidence(self.evidence.to_string(), cause);
        let blobs = Blobs::open(&self.evidence, &self.data).await.map_err(failed)?;
        Ok(blobs.keeping_free(self.keep_free_bytes))
    }

    /// The keys of the record, made where there are none.
    pub(crate) fn keys(&self, chance: &dyn Chance) -> Result<Keys, StartError> {
        Keys::open(&self.data, chance).map_err(|cause| StartError::Folder(self.data.clone(), cause))
    }

    /// Opens the database of an installation that is there.
    pub(crate) async fn open_database(&self) -> Result<Db, StartError> {
        if is_cut_off(&self.data, &self.database).await? {
            return Err(StartError::CutOff(self.data.clone()));
        }
        let failed = |failure| self.failed(failure);
        if !Db::exists(&self.database).await.map_err(failed)? {
            return Err(StartError::NoInstallation(self.database.to_string()));
        }
        Db::open(&self.database).await.map_err(failed)
    }

    /// What the operator's entries are signed with, and the instant they bear: that of the installation's own clock.
    pub(crate) async fn signing_now(&self, db: &Db, clock: Arc<dyn Clock>) -> Result<(Keys, Timestamp), StartError> {
        let mut tx = db.read().await.map_err(|failure| self.failed(failure))?;
        let at = clock_of(self, &mut tx, clock).await?.now();
        Ok((self.keys(&SystemChance)?, at))
    }

    pub(crate) fn failed(&self, failure: Failure) -> StartError {
        StartError::Database(self.database.to_string(), failure)
    }
}

/// How an installation is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What is served.
    pub installation: Installation,
    /// Serve the sample province with its ready roles.
    pub sample: bool,
    /// The proxies that stand before the server: in `X-Forwarded-For` they say where a client comes from.
    pub proxies: Vec<IpAddr>,
}

/// Why an installation does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nobody could sign in.
    #[error(
        "{0}: chưa có tài khoản nào; tạo người quản trị đầu tiên bằng dienhinh account add, hoặc thêm --sample để xem dữ liệu mẫu / \
         there is no account yet; make the first administrator with dienhinh account add, or add --sample to look at the sample"
    )]
    NoAccount(String),
    /// People sign in here: nobody may act in a role that was not given to them.
    #[error(
        "{0}: hệ thống này có tài khoản thật nên không chạy với --sample; bỏ --sample / people sign in to this installation, so it \
         is not served with --sample; leave --sample out"
    )]
    SignedIn(String),
    /// There is no installation.
    #[error(
        "{0}: chưa có hệ thống nào ở đây; chọn --data hoặc --database khác / there is no installation here; choose another \
         --data or --database"
    )]
    NoInstallation(String),
    /// A backup is being restored here, or was until it was cut off.
    #[error(
        "{0}: việc khôi phục bản sao lưu chưa xong; chạy lại dienhinh restore với cùng tham số / a backup was not restored \
         to its end; run dienhinh restore again with the same options"
    )]
    CutOff(PathBuf),
    /// The data folder cannot be used.
    #[error("không ghi được vào {0} / cannot write to {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The evidence store cannot be used.
    #[error(
        "không dùng được nơi lưu minh chứng {0}; kiểm tra đường dẫn, quyền ghi và biến AWS_…, rồi chạy dienhinh doctor / \
         cannot use the evidence store {0}; check the path, the right to write and the AWS_… variables, then run dienhinh \
         doctor: {1}"
    )]
    Evidence(String, std::io::Error),
    /// The address cannot be listened on.
    #[error("không mở được địa chỉ {0} / cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// The database failed.
    #[error(
        "không dùng được cơ sở dữ liệu {0}; kiểm tra địa chỉ, tên, mật khẩu và máy chủ, rồi chạy dienhinh doctor / cannot \
         use the database {0}; check address, name, password and server, then run dienhinh doctor: {1}"
    )]
    Database(String, Failure),
    /// Second factors were set with another key: nobody who has one could sign in.
    #[error(
        "{0}: access.key không phải khóa đã dùng để thiết lập xác thực hai lớp; chép access.key của máy chủ trước vào thư mục này. Nếu          không còn tệp đó, chạy dienhinh account forget-factor --everybody / access.key is not the key with which second factors were          set; copy access.key of the server before into this folder. If it is lost, run dienhinh account forget-factor --everybody"
    )]
    FactorKey(PathBuf),
    /// The sample could not be loaded.
    #[error("không nạp được dữ liệu mẫu / the sample could not be loaded: {0}")]
    Sample(String),
}

/// The name under which the real instant of loading the sample is kept.
pub(crate) const SAMPLE_LOADED_AT: &str = "sample.loaded_at";

/// Opens an installation, loading the sample into an empty one.
pub async fn open(
    installation: &Installation,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
) -> Result<App, StartError> {
    let data = &installation.data;
    let folder = |cause| StartError::Folder(data.clone(), cause);
    // SQLite opens a database on a disk that cannot be written, and everything would fail only later.
    try_writing(data).map_err(folder)?;
    if is_cut_off(data, &installation.database).await? {
        return Err(StartError::CutOff(data.clone()));
    }
    let blobs = installation.blobs().await?;
    let keys = Arc::new(installation.keys(&*chance)?);
    let factor_key = Arc::new(FactorKey::open(data, &*chance).map_err(folder)?);
    let wall = Arc::clone(&clock);
    let failed = |failure| installation.failed(failure);
    let url = &installation.database;
    if !Db::exists(url).await.map_err(failed)? {
        let own = (Arc::clone(&keys), Arc::clone(&factor_key));
        load_sample(installation, blobs.clone(), own, Arc::clone(&chance), clock.now()).await?;
    }
    let db = Db::open(url).await.map_err(failed)?;
    let mut tx = db.read().await.map_err(failed)?;
    let clock = clock_of(installation, &mut tx, clock).await?;
    let sets = Arc::new(programmes::all(&mut tx).await.and_then(|stored| load_sets(&stored)).map_err(failed)?);
    if !factor_key.fits(&mut tx).await.map_err(failed)? {
        return Err(StartError::FactorKey(data.clone()));
    }
    drop(tx);
    let app = App { sets, wall, ..put_together(db, blobs, clock, chance, (keys, factor_key)) };
    standings::complete(&app).await.map_err(|problem| StartError::Sample(format!("{problem:?}")))?;
    Ok(app)
}

/// What every request may use, with the ready roles and without a criteria set yet.
fn put_together(
    db: Db,
    blobs: Blobs,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    (keys, factor_key): (Arc<Keys>, Arc<FactorKey>),
) -> App {
    App {
        wall: Arc::clone(&clock),
        factor_key,
        db,
        blobs,
        clock,
        chance,
        sets: Arc::default(),
        papers: Arc::new(Renderer::new(&PaperFonts)),
        keys,
        hashing: Arc::new(Semaphore::new(1)),
        bell: Arc::default(),
        ready: Arc::default(),
        proxies: Arc::default(),
        sample: true,
    }
}

/// Opens an installation as it is to be served: with the ready roles of the sample, or with people who sign in.
pub async fn open_as(wanted: &Settings, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Result<App, StartError> {
    let Settings { installation, sample, proxies, .. } = wanted;
    let url = &installation.database;
    let failed = |failure| installation.failed(failure);
    if !sample && !Db::exists(url).await.map_err(failed)? {
        return Err(StartError::NoInstallation(url.to_string()));
    }
    let app = open(installation, clock, chance).await?;
    let signed_in = is_signed_in(&mut app.db.read().await.map_err(failed)?).await.map_err(failed)?;
    match (*sample, signed_in) {
        (true, true) => Err(StartError::SignedIn(url.to_string())),
        (false, false) => Err(StartError::NoAccount(url.to_string())),
        _ => Ok(App { sample: *sample, proxies: proxies.as_slice().into(), ..app }),
    }
}

/// The clock of an installation: that of the sample shows its November and runs on from there; every other one shows the
/// time.
pub(crate) async fn clock_of(
    installation: &Installation,
    tx: &mut Tx,
    inner: Arc<dyn Clock>,
) -> Result<Arc<dyn Clock>, StartError> {
    let loaded_at = settings::get(tx, SAMPLE_LOADED_AT).await.map_err(|failure| installation.failed(failure))?;
    let loaded_at = loaded_at.and_then(|at| Timestamp::from_str(&at).ok());
    let Some(since) = loaded_at else { return Ok(inner) };
    let shown = settings::get(tx, sample::SHOWN).await.map_err(|failure| installation.failed(failure))?;
    let shown = shown.and_then(|at| Timestamp::from_str(&at).ok()).unwrap_or(sample::NOW);
    Ok(Arc::new(ShiftedClock { inner, since, shown }))
}

/// Loads the sample aside and puts it in place in one step: killed at any moment, there is the whole sample or none.
async fn load_sample(
    installation: &Installation,
    blobs: Blobs,
    keys: (Arc<Keys>, Arc<FactorKey>),
    chance: Arc<dyn Chance>,
    now: Timestamp,
) -> Result<(), StartError> {
    let failed = |failure| installation.failed(failure);
    let url = &installation.database;
    let db = Db::open_aside(url).await.map_err(failed)?;
    let clock = Arc::new(ShiftedClock { inner: Arc::new(SystemClock), since: now, shown: sample::NOW });
    let mut app = put_together(db, blobs, clock, chance, keys);
    Box::pin(sample::load(&mut app)).await.map_err(|problem| StartError::Sample(format!("{problem:?}")))?;
    let mut tx = app.db.write().await.map_err(failed)?;
    settings::set(&mut tx, SAMPLE_LOADED_AT, &now.to_string()).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    app.db.put_in_place(url).await.map_err(failed)
}

/// What papers need from outside: the fonts that the build embedded.
struct PaperFonts;

impl dienhinh_documents::Resources for PaperFonts {
    fn fonts(&self) -> Vec<&'static [u8]> {
        dienhinh_assets::paper_fonts().to_vec()
    }
}

/// Serves until the process is asked to end. `ready` is called with the address once requests are taken.
pub async fn serve(wanted: &Settings, ready: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
    let app = open_as(wanted, Arc::new(SystemClock), Arc::new(SystemChance)).await?;
    let listener = edge::listen(wanted.listen).map_err(|cause| StartError::Listen(wanted.listen, cause))?;
    ready(listener.local_addr().map_err(|cause| StartError::Listen(wanted.listen, cause))?);
    let db = app.db.clone();
    let hourly = tokio::spawn(hourly::work(app.clone()));
    let worker = tokio::spawn(jobs::worker::work(app.clone()));
    // On a thread of the pool: beside it, each new connection would have to be handed from one thread to another.
    let served = edge::serve(listener, router::router(app), edge::Limits::PRODUCT, end());
    let _ = tokio::spawn(served).await;
    hourly.abort();
    worker.abort();
    db.close().await;
    Ok(())
}

/// Resolves when the terminal or the service manager asks the process to end.
async fn end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// Why a criteria set was not put into an installation. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ActivateError {
    /// Everything that stands against the set.
    #[error("bộ tiêu chí không được nhận / the criteria set is not taken")]
    Findings(Vec<Finding>),
    /// The installation cannot be opened or written.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Puts a criteria set into an installation, so that new cycles may be opened with it. A server may run on it
/// meanwhile; it offers the set from its next start on.
pub async fn activate(
    installation: &Installation,
    clock: Arc<dyn Clock>,
    proposal: &Proposal,
) -> Result<Activated, ActivateError> {
    let db = installation.open_database().await?;
    let activated = activate_in(installation, &db, clock, proposal).await;
    db.close().await;
    activated
}

async fn activate_in(
    installation: &Installation,
    db: &Db,
    clock: Arc<dyn Clock>,
    proposal: &Proposal,
) -> Result<Activated, ActivateError> {
    let (keys, at) = installation.signing_now(db, clock).await?;
    actions::activate(db, &keys.signing, at, proposal).await.map_err(|not_taken| match not_taken {
        NotTaken::Findings(findings) => ActivateError::Findings(findings),
        NotTaken::Failure(failure) => installation.failed(failure).into(),
    })
}

/// One thing that was looked at.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is as it should be.
    pub ok: bool,
    /// It works, and something should be done nevertheless.
    pub warning: bool,
    /// What was found, in Vietnamese and English.
    pub found: String,
    /// What to do when it is not.
    pub fix: &'static str,
}

/// Looks at an installation and says in sentences what is wrong. Changes nothing but a probe file.
pub async fn doctor(installation: &Installation) -> Vec<Check> {
    let mut checks = vec![folder_check(installation).await];
    checks.extend(database_checks(&installation.database, SystemClock.now()).await);
    let is_inside =
        matches!(&installation.evidence, EvidenceUrl::Folder(folder) if folder.starts_with(&installation.data));
    if installation.data.exists() || !is_inside {
        checks.push(evidence_check(installation).await);
    }
    let fonts = dienhinh_assets::paper_fonts().len();
    checks.push(Check {
        name: "fonts",
        ok: fonts > 0,
        warning: false,
        found: format!("{fonts} phông chữ cho văn bản / fonts for papers"),
        fix: "dựng lại khi tới được kho npm / build again where the npm registry can be reached",
    });
    checks.push(Check {
        name: "assets",
        ok: dienhinh_assets::available(),
        warning: false,
        found: "CSS, script, phông giao diện / style sheet, scripts, interface fonts".to_owned(),
        fix: "dựng lại khi tới được kho npm; mọi trang vẫn dùng được không cần script / build again where the npm registry can be reached; every page works without scripts",
    });
    checks
}

/// The database, and what it knows of backups when it is there.
async fn database_checks(url: &DatabaseUrl, now: Timestamp) -> Vec<Check> {
    let found = match Db::exists(url).await {
        Ok(true) => match Db::open(url).await {
            Ok(db) => {
                let last = last_backup(&db).await;
                db.close().await;
                last.map(|last| (db.durability().to_owned(), Some(backup_check(last.as_ref(), now))))
            }
            Err(failure) => Err(failure),
        },
        Ok(false) => {
            let found = format!("{url}: chưa có, sẽ được tạo khi chạy / none yet, made at the first start");
            let fix = "nếu đã có hệ thống thì kiểm tra --data và DIENHINH_DATABASE / where there is an installation, look at \
                       --data and DIENHINH_DATABASE";
            return vec![Check { name: "database", ok: true, warning: true, found, fix }];
        }
        Err(failure) => Err(failure),
    };
    let (found, backup) = match found {
        Ok((found, backup)) => (Ok(found), backup),
        Err(failure) => (Err(failure), None),
    };
    std::iter::once(database_check(url, found)).chain(backup).collect()
}

async fn last_backup(db: &Db) -> Result<Option<Last>, Failure> {
    Last::read(&mut db.read().await?).await
}

fn backup_check(last: Option<&Last>, now: Timestamp) -> Check {
    let warning = last.is_none_or(|last| last.is_due(now));
    let found = match last {
        None => "chưa sao lưu lần nào / never backed up".to_owned(),
        Some(Last { made_at, file }) => {
            let age = if warning {
                "hơn một ngày trước / more than a day ago"
            } else {
                "trong vòng một ngày / within a day"
            };
            format!("{made_at} {file}, {age}")
        }
    };
    let fix = "chạy dienhinh backup mỗi ngày, xem docs/guide/backup.vi.md / run dienhinh backup every day, see \
               docs/guide/backup.md";
    Check { name: "backup", ok: true, warning, found, fix }
}

fn database_check(url: &DatabaseUrl, found: Result<String, Failure>) -> Check {
    let fix = match url {
        DatabaseUrl::Sqlite(_) => {
            "khôi phục từ bản sao lưu, hoặc chọn --data khác / restore a backup, or choose another --data"
        }
        DatabaseUrl::Postgres(_) => {
            "xem docs/guide/postgresql.vi.md: máy chủ, tên, mật khẩu, cấu hình / see docs/guide/postgresql.md: server, \
             name, password, settings"
        }
    };
    let ok = found.is_ok();
    Check {
        name: "database",
        ok,
        warning: false,
        found: found.unwrap_or_else(|failure| format!("{url}: {failure}")),
        fix,
    }
}

/// A name for what a command puts aside; two commands that run at once do not meet.
pub(crate) fn aside(command: &str) -> String {
    let mut chance = [0; 16];
    SystemChance.fill(&mut chance);
    format!("{command}-{}", hex(&chance))
}

/// Puts something into the store, reads it back and removes it.
async fn evidence_check(installation: &Installation) -> Check {
    let probed = match Blobs::open(&installation.evidence, &installation.data).await {
        Ok(blobs) => blobs.probe(&aside("doctor")).await,
        Err(cause) => Err(cause),
    };
    let place = &installation.evidence;
    Check {
        name: "evidence",
        ok: probed.is_ok(),
        warning: false,
        found: probed.map_or_else(
            |cause| format!("{place}: {cause}"),
            |()| format!("{place}: ghi và đọc lại được / can be written and read"),
        ),
        fix: "xem docs/guide/evidence.vi.md: thư mục, quyền ghi, biến AWS_… / see docs/guide/evidence.md: folder, right to \
              write, AWS_… variables",
    }
}

/// Makes the folder of an installation where there is none, for its owner alone: not everything in it is public.
pub(crate) fn make_folder(data: &Path) -> io::Result<()> {
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(data)
}

/// Makes the folder where there is none, and writes a file into it that goes away again.
fn try_writing(data: &Path) -> io::Result<()> {
    make_folder(data)?;
    let probe = data.join(aside(".probe"));
    let written = fs::File::create(&probe).and_then(|mut file| file.write_all(b"ok").and_then(|()| file.sync_all()));
    // A full disk takes an empty file; it must not stay either.
    written.and(fs::remove_file(&probe))
}

async fn folder_check(installation: &Installation) -> Check {
    let data: &Path = &installation.data;
    if let Ok(true) = is_cut_off(data, &installation.database).await {
        let found = StartError::CutOff(data.to_owned()).to_string();
        let fix = "chạy lại dienhinh restore / run dienhinh restore again";
        return Check { name: "data", ok: false, warning: false, found, fix };
    }
    if !data.exists() {
        let found =
            format!("{}: chưa có, sẽ được tạo khi chạy / not there yet, made at the first start", data.display());
        let fix = "nếu đã có hệ thống thì kiểm tra --data / where there is an installation, look at --data";
        return Check { name: "data", ok: true, warning: true, found, fix };
    }
    let written = try_writing(data);
    Check {
        name: "data",
        ok: written.is_ok(),
        warning: false,
        found: written.map_or_else(|cause| format!("{}: {cause}", data.display()), |()| data.display().to_string()),
        fix: "cho phép ghi vào thư mục, hoặc chọn --data khác / make the folder writable, or choose another --data",
    }
}
