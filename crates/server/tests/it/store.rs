//! The evidence store beneath the product: in a bucket, damaged, and with what no row names.

use std::{
    fs::{self, File},
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::http::StatusCode;
use dienhinh_server::{
    Collected, Collecting, Fault, Installation, SystemClock, Wanted, back_up, collect_evidence, doctor, restore,
    verify_evidence,
};
use dienhinh_storage::{
    EvidenceUrl,
    blobs::{Blobs, Swept},
};
use dienhinh_testkit::{Bucket, Empty};

use crate::{
    site::Site,
    story::{Cast, OPEN, PDF},
};

dienhinh_testkit::on_both!(what_no_row_names_is_cleared_away_once_it_is_old, what_is_damaged_is_named);

fn make_old(path: &Path) {
    let file = File::options().write(true).open(path).expect("opened");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(1)).expect("made old");
}

async fn orphan(site: &Site, bytes: &[u8]) -> String {
    let installation = site.installation();
    let blobs = Blobs::open(&installation.evidence, &installation.data).await.expect("opened");
    let mut incoming = blobs.receive("an orphan").await.expect("begun");
    incoming.write(bytes).await.expect("written");
    incoming.keep(&blobs).await.expect("kept")
}

async fn gc(site: &Site, dry_run: bool, min_age_hours: u32) -> Collected {
    let parts = Mutex::new(0);
    let wanted = Collecting { dry_run, min_age_hours };
    let progress = |done| *parts.lock().expect("sound") = done;
    let collected = collect_evidence(&site.installation(), Arc::new(SystemClock), wanted, progress).await;
    assert_eq!(parts.into_inner().expect("sound"), 256, "all of it was looked at");
    collected.expect("collected")
}

async fn entries(site: &Site) -> Vec<String> {
    site.stored().await.into_iter().filter(|line| line.contains("evidence.gc")).collect()
}

async fn what_no_row_names_is_cleared_away_once_it_is_old(empty: Empty) {
    let site = Site::open(empty).await;
    let before = site.files("/evidence/").len();
    let (old, young) = (orphan(&site, b"old").await, orphan(&site, b"young").await);
    let place = site.at.folder.path().join("evidence");
    make_old(&place.join(&old[..2]).join(&old));
    fs::write(place.join("incoming/left by a crash"), b"half").expect("written");
    make_old(&place.join("incoming/left by a crash"));

    let expected = Collected { blobs: 1, blob_bytes: 3, young: 1, swept: Swept { uploads: 1, bytes: 4 } };
    assert_eq!(gc(&site, true, 24).await, expected);
    assert_eq!((site.files("/evidence/").len(), entries(&site).await.len()), (before + 3, 0), "only counted");
    assert_eq!(gc(&site, false, 24).await, expected);
    assert_eq!(site.files("/evidence/").len(), before + 1);
    let recorded = entries(&site).await;
    assert_eq!(recorded.len(), 2, "the content and the upload");
    assert!(recorded.iter().any(|line| line.contains(&old) && line.contains("operator")), "{recorded:?}");
    assert!(!recorded.iter().any(|line| line.contains(&young)));

    let again = gc(&site, false, 0).await;
    assert_eq!(again, Collected { blobs: 1, blob_bytes: 5, ..Collected::default() });
    assert_eq!(gc(&site, false, 0).await, Collected::default(), "what rows name stays");
    assert_eq!(site.files("/evidence/").len(), before);
    assert_eq!(entries(&site).await.len(), 3, "where nothing was done, nothing is recorded");
    let whole = verify_evidence(&site.installation(), |_| ()).await.expect("verified");
    assert_eq!((usize::try_from(whole.blobs), whole.damaged), (Ok(before), Vec::new()));
}

async fn what_is_damaged_is_named(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
    let sha256 = dienhinh_domain::audit::sha256(PDF);
    let file = site.at.folder.path().join("evidence").join(&sha256[..2]).join(&sha256);
    let changed = PDF.iter().map(|byte| byte ^ 1).collect::<Vec<_>>();
    let found = |fault: Option<Fault>| {
        let (site, cast) = (&site, &cast);
        async move {
            let verified = verify_evidence(&site.installation(), |_| ()).await.expect("verified");
            let found: Vec<_> = verified
                .damaged
                .into_iter()
                .map(|one| (one.named.dossier.to_string(), one.named.criterion, one.fault))
                .collect();
            let expected = fault.map(|fault| (cast.dossier.clone(), OPEN.to_owned(), fault));
            assert_eq!(found, Vec::from_iter(expected));
        }
    };
    found(None).await;
    fs::write(&file, &PDF[..7]).expect("cut");
    found(Some(Fault::Length(7))).await;
    let list = attached.json()["html"]["files"].as_str().expect("a list").to_owned();
    let link =
        list.split("href=\"").find(|link| link.starts_with("/evidence/") && list.contains(link)).expect("a link");
    let opened = site.get(&cast.officer, link.split('"').next().expect("an address")).await;
    assert_eq!(opened.status, StatusCode::INTERNAL_SERVER_ERROR, "nothing short is served");
    fs::write(&file, changed).expect("changed");
    found(Some(Fault::Changed)).await;
    fs::remove_file(&file).expect("removed");
    found(Some(Fault::Missing)).await;
    // The same file sent again mends it.
    site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    found(None).await;
}

#[tokio::test]
async fn a_bucket_serves_as_a_folder_does() {
    let bucket = Bucket::start();
    let url = EvidenceUrl::read(&format!("s3://{}/tinh", bucket.name), bucket.environment()).expect("a place");
    let site = Site::open_with(Empty::on_sqlite(), url).await;
    let cast = Cast::of(&site).await;
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
    let list = attached.json()["html"]["files"].as_str().expect("a list").to_owned();
    let link = list.split("href=\"").last().expect("a link").split('"').next().expect("an address");
    let opened = site.get(&cast.officer, link).await;
    assert_eq!((opened.status, opened.body.as_slice()), (StatusCode::OK, PDF));
    assert_eq!(site.files("/incoming/").len(), 0, "nothing waits on this machine");

    let sha256 = dienhinh_domain::audit::sha256(PDF);
    let file = bucket.file(&format!("tinh/{}/{sha256}", &sha256[..2]));
    let old = orphan(&site, b"old").await;
    make_old(&bucket.file(&format!("tinh/{}/{old}", &old[..2])));
    make_old(&file);
    assert_eq!(gc(&site, false, 24).await, Collected { blobs: 1, blob_bytes: 3, ..Collected::default() });
    assert!(file.exists(), "what a row names stays, however old it is");

    let elsewhere = tempfile::tempdir().expect("a folder");
    let restored = Installation::new(elsewhere.path().join("data"), None).expect("a place");
    let wanted = Wanted { to: elsewhere.path().to_owned(), with_private_key: false };
    let taken = back_up(&site.installation(), &wanted, Arc::new(SystemClock), &mut |_| ()).await.expect("backed up");
    restore(&restored, &taken.archive, Arc::new(SystemClock), &mut |_| ()).await.expect("restored");
    let whole = verify_evidence(&restored, |_| ()).await.expect("verified");
    assert_eq!(
        (whole.blobs, whole.damaged),
        (taken.manifest.evidence.files, Vec::new()),
        "from a bucket into a folder"
    );

    fs::write(&file, &PDF[..7]).expect("cut");
    let verified = verify_evidence(&site.installation(), |_| ()).await.expect("verified");
    assert_eq!(verified.damaged.len(), 1);
    assert_eq!(verified.damaged[0].fault, Fault::Length(7));

    let check = |checks: Vec<dienhinh_server::Check>| {
        checks.into_iter().find(|check| check.name == "evidence").expect("it was looked at")
    };
    assert!(check(doctor(&site.installation()).await).ok);
    let mut environment = bucket.environment();
    environment.push(("AWS_SECRET_ACCESS_KEY".to_owned(), "sai".to_owned()));
    let wrong = site.installation().with_evidence(&format!("s3://{}/tinh", bucket.name), environment);
    let found = check(doctor(&wrong.expect("a place")).await);
    assert!(!found.ok && found.found.starts_with("s3://minh-chung/tinh: "), "{found:?}");
    assert!(!found.found.contains("sai\""), "{found:?}");
}
