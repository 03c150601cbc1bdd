//! The product's limits and what it refuses first, through real sockets.

use std::{net::SocketAddr, sync::Arc};

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::load::{Kind, Places};
use crate::{
    app::{SystemChance, SystemClock},
    edge,
    router::{addresses, surrounded},
    start::{Installation, open},
};

/// The product with its sample, whose places the test holds.
struct Product {
    address: SocketAddr,
    places: Places,
    _folder: tempfile::TempDir,
}

impl Product {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let installation = Installation::new(folder.path().to_owned(), None).expect("a place");
        let app = open(&installation, Arc::new(SystemClock), Arc::new(SystemChance)).await.expect("the sample opens");
        let places = Places::new();
        let broken = axum::Router::new().route("/broken", get(async || -> &str { panic!("on purpose") }));
        let router = surrounded(addresses(&places, &app).router().merge(broken), app);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(edge::serve(listener, router, edge::Limits::PRODUCT, std::future::pending()));
        Self { address, places, _folder: folder }
    }

    /// What comes back until the server closes.
    async fn ask(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        let length = body.len();
        let head =
            format!("{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n");
        // A server that has heard enough may close before everything is sent.
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The path of a dossier that may be filled in.
    async fn dossier(&self) -> String {
        let work = self.ask("GET /dossiers", "", "").await;
        let (_, after) = work.split_once("href=\"/dossiers/").expect("a dossier is listed");
        let id: String = after.chars().take_while(|sign| sign.is_ascii_hexdigit() || *sign == '-').collect();
        format!("/dossiers/{id}")
    }
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const JSON: &str = "Accept: application/json\r\n";

fn code(answer: &str) -> &str {
    answer.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn what_is_too_much_is_refused_by_its_name() {
    let product = Product::start().await;
    let dossier = product.dossier().await;
    let row = format!("POST {dossier}/answers/c20");
    let part = |name: &str| format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nx\r\n");
    let parts = |count: usize| format!("{}--edge--\r\n", part("pointer").repeat(count));
    let multipart = format!("{JSON}Content-Type: multipart/form-data; boundary=edge\r\n");
    let form = format!("{JSON}{FORM}");
    let long = |bytes: usize| "x".repeat(bytes);
    let cases = [
        ("an address", format!("GET /units?q={}", long(8_100)), JSON.to_owned(), String::new(), "200", ""),
        (
            "a longer one",
            format!("GET /units?q={}", long(8_300)),
            JSON.into(),
            String::new(),
            "414",
            "web.address_too_long",
        ),
        (
            "a very long one",
            format!("GET /units?q={}", long(60_000)),
            JSON.into(),
            String::new(),
            "414",
            "web.address_too_long",
        ),
        ("headers", "GET /units".into(), format!("{JSON}X: {}\r\n", long(15_000)), String::new(), "200", ""),
        (
            "more headers",
            "GET /units".into(),
            format!("{JSON}X: {}\r\n", long(17_000)),
            String::new(),
            "431",
            "web.headers_too_large",
        ),
        ("far more headers", "GET /units".into(), format!("{JSON}X: {}\r\n", long(200_000)), String::new(), "431", ""),
        ("a form", row.clone(), form.clone(), format!("c20=5&x={}", long(500_000)), "200", ""),
        ("a large form", row.clone(), form.clone(), format!("c20=5&x={}", long(600_000)), "413", "web.too_large"),
        (
            "a very large form",
            row.clone(),
            form.clone(),
            format!("c20=5&x={}", long(6_000_000)),
            "413",
            "web.too_large",
        ),
        ("fields", row.clone(), form.clone(), format!("c20=5{}", "&x=1".repeat(1_500)), "200", ""),
        ("too many fields", row, form, format!("c20=5{}", "&x=1".repeat(2_500)), "422", "web.too_many_fields"),
        ("parts", format!("POST {dossier}/evidence"), multipart.clone(), parts(20), "422", "evidence.no_file"),
        ("too many parts", format!("POST {dossier}/evidence"), multipart, parts(21), "422", "web.too_many_fields"),
    ];
    for (what, line, headers, body, status, named) in cases {
        let answer = product.ask(&line, &headers, &body).await;
        assert_eq!((answer.get(9..12), code(&answer)), (Some(status), named), "{what}: {answer:.300}");
    }
    assert!(product.ask("GET /healthz", "", "").await.contains("200 OK"), "it serves on");
}

#[tokio::test]
async fn a_handler_that_panics_is_a_failure_with_an_id() {
    let product = Product::start().await;
    let page = product.ask("GET /broken", "", "").await;
    assert!(page.starts_with("HTTP/1.1 500") && page.contains("class=\"code\""), "{page}");
    assert!(!page.contains("on purpose"), "what broke is for the log");
    let json = product.ask("GET /broken", JSON, "").await;
    assert!(json.contains("application/problem+json") && json.contains("\"instance\":\""), "{json}");
}

#[tokio::test]
async fn what_can_wait_is_refused_first_and_a_submission_last() {
    let product = Product::start().await;
    let dossier = product.dossier().await;
    let (units, portal, paper) = ("GET /units", "GET /portal", format!("GET {dossier}/score-sheet.pdf"));
    let save = format!("POST {dossier}/answers/c20");
    let submit = format!("POST {dossier}/submit");
    let kinds = [Kind::Paper, Kind::Portal, Kind::Page, Kind::Action, Kind::Submission];
    // However many kinds, beginning with the least, have no places left, these are refused and the others served.
    for refused in 0..=kinds.len() {
        let mut held = Vec::new();
        for kind in &kinds[..refused] {
            let places = product.places.places(*kind);
            let free = u32::try_from(places.available_permits()).expect("few");
            held.push(places.acquire_many_owned(free).await.expect("places"));
        }
        let asked = [
            (&paper[..], "", ""),
            (portal, "", ""),
            (units, "", ""),
            (&save[..], FORM, "c20=5"),
            (&submit[..], FORM, ""),
        ];
        for (at, (line, headers, body)) in asked.into_iter().enumerate() {
            let answer = product.ask(line, headers, body).await;
            let is_refused = answer.starts_with("HTTP/1.1 503") && answer.contains("\r\nretry-after: ");
            assert_eq!(is_refused, at < refused, "{refused} kinds are full: {line}: {answer:.200}");
            assert!(!answer.starts_with("HTTP/1.1 50") || is_refused, "{line}: {answer:.200}");
        }
        assert!(product.ask("GET /healthz", "", "").await.contains("200 OK"), "the sign of life is never refused");
    }
}

#[tokio::test]
async fn who_is_refused_is_told_in_their_language_without_the_database() {
    let product = Product::start().await;
    let places = product.places.places(Kind::Portal);
    let free = u32::try_from(places.available_permits()).expect("few");
    let _held = places.acquire_many_owned(free).await.expect("places");
    for (line, headers, sentence) in [
        ("GET /portal", "", "Đợi 10 giây rồi thử lại"),
        ("GET /portal?lang=en", "", "Wait 10 seconds"),
        ("GET /portal", "Cookie: lang=en\r\n", "Wait 10 seconds"),
        ("GET /api/v1/certificates/AAAA", "Cookie: lang=en\r\n", "\"code\":\"busy\""),
    ] {
        let answer = product.ask(line, headers, "").await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains(sentence), "{line}: {answer}");
    }
}
