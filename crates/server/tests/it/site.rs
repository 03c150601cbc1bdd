//! The product with its sample, asked over HTTP without a socket, in a role.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use dienhinh_server::{App, Chance, Clock, Installation, SystemChance};
use dienhinh_storage::{Db, EvidenceUrl};
use dienhinh_testkit::Empty;
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt as _;

/// A clock that stands: the sample's day then stands too.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("in range")
    }
}

/// Bytes that differ from call to call and are the same in every run.
#[derive(Default)]
struct Counting(std::sync::atomic::AtomicU64);

impl Chance for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            chunk.copy_from_slice(&mixed(count).to_be_bytes()[..chunk.len()]);
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), one step.
pub(crate) fn mixed(count: u64) -> u64 {
    let mut value = count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A running product with a folder and a database of its own.
pub(crate) struct Site {
    router: Router,
    /// What works in the background.
    pub(crate) app: App,
    /// Where everything lies.
    pub(crate) at: Empty,
    installation: Installation,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Who asks: a role and, for people of a unit, their unit.
#[derive(Debug, Clone)]
pub(crate) struct As(pub(crate) &'static str, pub(crate) String);

impl Site {
    /// Loads the sample into a fresh folder.
    pub(crate) async fn fresh() -> Self {
        Self::open(Empty::on_sqlite()).await
    }

    /// Opens what may hold an installation, or loads the sample into it.
    pub(crate) async fn open(at: Empty) -> Self {
        let evidence = EvidenceUrl::Folder(at.folder.path().join("evidence"));
        Self::open_with(at, evidence).await
    }

    /// [`Self::open`] with its evidence elsewhere.
    pub(crate) async fn open_with(at: Empty, evidence: EvidenceUrl) -> Self {
        let data = at.folder.path().to_owned();
        let installation = Installation { data, database: at.url.clone(), evidence, keep_free_bytes: 0 };
        let app = opened(&installation, Arc::new(Counting::default())).await;
        Self { router: dienhinh_server::router(app.clone()), app, at, installation }
    }

    /// Its router.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Another server on the same database.
    pub(crate) async fn beside(&self) -> App {
        opened(&self.installation, Arc::new(SystemChance)).await
    }

    /// A second start on what the first one left.
    pub(crate) async fn restart(&mut self) {
        self.app = opened(&self.installation, Arc::new(Counting::default())).await;
        self.router = dienhinh_server::router(self.app.clone());
    }

    /// What the product serves.
    pub(crate) fn installation(&self) -> Installation {
        self.installation.clone()
    }

    /// Its database, opened beside the product.
    pub(crate) async fn database(&self) -> Db {
        Db::open(&self.at.url).await.expect("opens")
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A GET in a role.
    pub(crate) async fn get(&self, who: &As, path: &str) -> Answer {
        self.send(request("GET", who, path).body(Body::empty()).expect("a request")).await
    }

    /// A GET of a program.
    pub(crate) async fn api(&self, path: &str) -> Value {
        let answer = self.send(Request::get(path).body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    /// A form posted in a role.
    pub(crate) async fn post(&self, who: &As, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(who, path).body(Body::from(encoded(fields))).expect("a request")).await
    }

    /// The same from a script that wants JSON.
    pub(crate) async fn post_json(&self, who: &As, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = form(who, path).header(header::ACCEPT, "application/json");
        self.send(request.body(Body::from(encoded(fields))).expect("a request")).await
    }

    /// All that its database holds, a line for each row.
    pub(crate) async fn stored(&self) -> Vec<String> {
        let db = self.database().await;
        let mut tx = db.read().await.expect("a transaction");
        dienhinh_storage::state::lines(&mut tx).await.expect("read")
    }

    /// A file posted in a role.
    pub(crate) async fn upload(&self, who: &As, path: &str, criterion: &str, name: &str, bytes: &[u8]) -> Answer {
        let body = multipart(criterion, name, bytes);
        let request = request("POST", who, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::ACCEPT, "application/json");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// The unit and dossier of a name in a set, found through the API.
    pub(crate) async fn find(&self, set: &str, name: &str) -> (String, String) {
        let cycles = self.api("/api/v1/cycles").await;
        let cycles = cycles["items"].as_array().expect("cycles");
        let cycle = cycles.iter().find(|cycle| cycle["set"]["code"] == set).expect("the set has a cycle");
        let list = self.api(&format!("/api/v1/cycles/{}/dossiers", cycle["id"].as_str().expect("id"))).await;
        let dossiers = list["items"].as_array().expect("dossiers");
        let found = dossiers.iter().find(|dossier| dossier["unit"]["name"] == name).expect("the unit is in the cycle");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&found["unit"]["id"]), text(&found["id"]))
    }

    /// A unit by its name, among those that are found by it.
    pub(crate) async fn unit(&self, name: &str) -> String {
        let typed = serde_urlencoded::to_string([("search", name)]).expect("a query");
        let found = self.api(&format!("/api/v1/units?{typed}")).await;
        let units = found["items"].as_array().expect("a list");
        let unit = units.iter().find(|unit| unit["name"] == name).unwrap_or_else(|| panic!("no {name} in {found}"));
        unit["id"].as_str().expect("an identity").to_owned()
    }

    /// The root of the sample's units.
    pub(crate) async fn province(&self) -> String {
        let found = self.api("/api/v1/units?search=T%E1%BB%89nh%20B%E1%BA%A1c%20Li%C3%AAu").await;
        found["items"][0]["id"].as_str().expect("the province").to_owned()
    }

    /// Every file below the data folder whose path holds a word.
    pub(crate) fn files(&self, word: &str) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.at.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().contains(word) {
                    found.push(path);
                }
            }
        }
        found
    }
}

async fn opened(installation: &Installation, chance: Arc<dyn Chance>) -> App {
    dienhinh_server::open(installation, Arc::new(Standing), chance).await.expect("the sample opens")
}

/// One file in a form, as browsers send it.
pub(crate) fn multipart(criterion: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"criterion\"\r\n\r\n{criterion}\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"pointer\"\r\n\r\ntrang 1\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    body
}

pub(crate) fn request(method: &str, who: &As, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "sample.example")
        .header(header::COOKIE, format!("actor={}:{}", who.0, who.1))
}

pub(crate) fn form(who: &As, path: &str) -> axum::http::request::Builder {
    request("POST", who, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).expect("a form")
}
