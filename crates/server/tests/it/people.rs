//! The product with people who sign in, and their browsers.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, StatusCode, header},
};
use dienhinh_domain::{access::Role, ids::UnitId};
use dienhinh_server::{App, Clock, Installation, NewAccount, Settings, SystemChance, add_account, open, open_as};
use dienhinh_storage::{Db, EvidenceUrl, units};
use dienhinh_testkit::Empty;
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use totp_rs::{Builder, Secret};
use tower::ServiceExt as _;

use crate::{site::Answer, story::between};

/// A clock that shows what the test says.
pub(crate) struct Hand(AtomicI64);

impl Hand {
    /// Turns it on.
    pub(crate) fn turn(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_micros()).expect("in range");
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).expect("in range")
    }
}

/// An installation with the units and dossiers of the sample, in which people sign in.
pub(crate) struct People {
    pub(crate) installation: Installation,
    pub(crate) clock: Arc<Hand>,
    pub(crate) app: App,
    /// Two servers on one database.
    pub(crate) nodes: [Router; 2],
    pub(crate) at: Empty,
    /// The second factors by login: the secret, and the last step whose code was shown.
    factors: Mutex<BTreeMap<String, (String, u64)>>,
}

/// The password of everybody in tests.
pub(crate) const PASSWORD: &str = "một câu dài dễ nhớ";

/// The administrator of the province.
pub(crate) const ADMINISTRATOR: &str = "quan.tri";

impl People {
    /// Loads the sample and makes the administrator of the province, who has not set a password yet; gives what their link
    /// ends in.
    pub(crate) async fn fresh(at: Empty) -> (Self, String) {
        let data = at.folder.path().to_owned();
        let evidence = EvidenceUrl::Folder(data.join("evidence"));
        let installation = Installation { data, database: at.url.clone(), evidence, keep_free_bytes: 0 };
        let clock = Arc::new(Hand(AtomicI64::new(1_800_000_000_000_000)));
        drop(open(&installation, clock.clone(), Arc::new(SystemChance)).await.expect("the sample opens"));
        let unit = unit_called(&installation, "Tỉnh Bạc Liêu").await;
        let name = "Lê Quản Trị";
        let new = NewAccount { login: ADMINISTRATOR, name, role: Role::Administrator, unit, until: None };
        let link = add_account(&installation, new).await.expect("the first administrator");
        (Self::at(installation, clock, at).await, link)
    }

    /// An installation in which people sign in, on two servers.
    pub(crate) async fn at(installation: Installation, clock: Arc<Hand>, at: Empty) -> Self {
        let app = served(&installation, &clock).await;
        let other = served(&installation, &clock).await;
        let nodes = [app.clone(), other].map(dienhinh_server::router);
        Self { installation, clock, app, nodes, at, factors: Mutex::default() }
    }

    /// Somebody with a role, whose password is set.
    pub(crate) async fn person(&self, login: &str, role: Role, unit: UnitId) -> Browser<'_> {
        let new = NewAccount { login, name: "Trần Thị Bé", role, unit, until: None };
        let link = add_account(&self.installation, new).await.expect("an account");
        self.with_password(&link).await
    }

    /// Somebody with a role whose password is set, and no second factor.
    pub(crate) async fn person_without_factor(&self, login: &str, role: Role, unit: UnitId) -> Browser<'_> {
        let new = NewAccount { login, name: "Trần Thị Bé", role, unit, until: None };
        let link = add_account(&self.installation, new).await.expect("an account");
        self.with_password_alone(&link).await
    }

    /// A browser in which a password was set with a link, and the second factor where a role waits for one.
    pub(crate) async fn with_password(&self, link: &str) -> Browser<'_> {
        let browser = self.with_password_alone(link).await;
        if browser.get("/access/account").await.text().contains("cần xác thực hai lớp") {
            browser.sets_factor().await;
        }
        browser
    }

    /// A browser in which a password was set with a link, and nothing more.
    pub(crate) async fn with_password_alone(&self, link: &str) -> Browser<'_> {
        let browser = self.browser();
        let fields = [("password", PASSWORD), ("again", PASSWORD)];
        let set = browser.post(&format!("/access/links/{link}"), &fields).await;
        assert_eq!(set.header("location"), "/access/account", "{}", set.text());
        browser
    }

    /// The next code of somebody's app that was not shown yet; the clock goes on where there is none.
    pub(crate) fn code(&self, login: &str) -> String {
        let mut factors = self.factors.lock().expect("nobody panicked");
        let (secret, last) = factors.get_mut(login).expect("a second factor");
        let now = || u64::try_from(self.clock.now().as_second()).expect("after 1970") / 30;
        let step = now().max(*last + 1);
        while step > now() + 1 {
            self.clock.turn(SignedDuration::from_secs(30));
        }
        *last = step;
        let secret = Secret::try_from_base32(secret.as_str()).expect("a secret");
        Builder::new().with_secret(secret).build().expect("long enough").generate(step * 30).to_string()
    }

    /// A browser that nobody used before.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { people: self, cookies: Mutex::default(), peer: "127.0.0.1:1" }
    }

    /// Whether a server would start on it now; why not.
    pub(crate) async fn opens(&self) -> Result<(), String> {
        let opened = open_as(&settings(&self.installation), self.clock.clone(), Arc::new(SystemChance)).await;
        opened.map(drop).map_err(|error| error.to_string())
    }

    /// A unit by its name today.
    pub(crate) async fn unit(&self, name: &str) -> UnitId {
        unit_called(&self.installation, name).await
    }

    /// All that its database holds, a line for each row.
    pub(crate) async fn stored(&self) -> Vec<String> {
        let db = Db::open(&self.at.url).await.expect("opens");
        let mut tx = db.read().await.expect("a transaction");
        dienhinh_storage::state::lines(&mut tx).await.expect("read")
    }
}

fn settings(installation: &Installation) -> Settings {
    let listen = "127.0.0.1:0".parse().expect("an address");
    Settings { listen, installation: installation.clone(), sample: false, proxies: Vec::new() }
}

async fn served(installation: &Installation, clock: &Arc<Hand>) -> App {
    open_as(&settings(installation), clock.clone(), Arc::new(SystemChance)).await.expect("people sign in")
}

async fn unit_called(installation: &Installation, name: &str) -> UnitId {
    let db = Db::open(&installation.database).await.expect("opens");
    let mut tx = db.read().await.expect("a transaction");
    let found = units::search(&mut tx, name, jiff::civil::date(2023, 11, 24), 20).await.expect("found");
    found.iter().find(|unit| unit.name == name).unwrap_or_else(|| panic!("no unit {name}")).unit
}

/// A browser with its cookies.
pub(crate) struct Browser<'a> {
    people: &'a People,
    cookies: Mutex<BTreeMap<String, String>>,
    peer: &'static str,
}

impl Browser<'_> {
    /// The same, elsewhere.
    pub(crate) fn at(self, peer: &'static str) -> Self {
        Self { peer, ..self }
    }

    /// Signs in, with the second factor where there is one, and gives what came of it.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let begun = self.with_password_alone(login, password).await;
        let has_factor = self.people.factors.lock().expect("nobody panicked").contains_key(login);
        if begun.status != StatusCode::SEE_OTHER || !has_factor {
            return begun;
        }
        let back = begun.header("location").to_owned();
        let code = self.people.code(login);
        self.post("/access/second-factor", &[("code", &code), ("back", &back)]).await
    }

    /// Signs in with the password, and gives what came of it.
    pub(crate) async fn with_password_alone(&self, login: &str, password: &str) -> Answer {
        self.post("/access/sign-in", &[("login", login), ("password", password)]).await
    }

    /// Sets the second factor of whoever is signed in; gives the codes to put away.
    pub(crate) async fn sets_factor(&self) -> Vec<String> {
        let account = self.get("/access/account").await.text();
        let login = between(&account, "<p class=\"sub\">", "<").to_owned();
        let page = self.get("/access/second-factor/new").await.text();
        let secret = between(&page, "<span class=\"code\">", "<").replace(' ', "");
        self.people.factors.lock().expect("nobody panicked").insert(login.clone(), (secret, 0));
        let code = self.people.code(&login);
        let set = self.post("/access/second-factor/new", &[("code", &code), ("back", "/access/account")]).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
        let codes = set.text();
        codes.split("<li class=\"code\">").skip(1).map(|rest| between(rest, "", "<").to_owned()).collect()
    }

    /// A page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// A form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, fields)).await
    }

    /// A request as it is, to the first server.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_to(0, request).await
    }

    /// A request to one of the servers. What it sets is kept, as browsers do.
    pub(crate) async fn send_to(&self, node: usize, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = self.peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
        let headers = request.headers_mut();
        headers.entry(header::HOST).or_insert("dienhinh.example".parse().expect("a host"));
        let cookies: Vec<String> = self.kept().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.append(header::COOKIE, cookies.join("; ").parse().expect("cookies"));
        }
        let response: Response<Body> = self.people.nodes[node].clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let text = set.to_str().expect("ASCII");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            if attributes.contains("Max-Age=0") {
                self.kept().remove(name);
            } else {
                self.kept().insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Its cookies.
    pub(crate) fn kept(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().expect("nobody panicked")
    }
}

/// A form on its way.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(fields).expect("a form")))
        .expect("a request")
}
