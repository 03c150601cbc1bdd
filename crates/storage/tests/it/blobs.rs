//! The evidence store, in a folder and in a bucket: whole content under its hash, nothing of what was cut off.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use dienhinh_storage::{
    EvidenceUrl,
    blobs::{Blobs, Placed, Swept},
};
use dienhinh_testkit::Bucket;
use jiff::Timestamp;
use tokio::io::AsyncReadExt as _;

/// SHA-256 of `abc` (FIPS 180-4, example B.1).
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A store, the folder of this machine, and a way to the file behind a hash.
struct Store {
    url: EvidenceUrl,
    data: tempfile::TempDir,
    bucket: Option<Bucket>,
}

impl Store {
    fn in_folder() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        Self { url: EvidenceUrl::Folder(data.path().join("a/new/evidence")), data, bucket: None }
    }

    fn in_bucket() -> Self {
        let bucket = Bucket::start();
        let url = EvidenceUrl::read(&format!("s3://{}/nam/2026", bucket.name), bucket.environment()).expect("a place");
        Self { url, data: tempfile::tempdir().expect("a folder"), bucket: Some(bucket) }
    }

    async fn open(&self) -> Blobs {
        Blobs::open(&self.url, self.data.path()).await.expect("opened")
    }

    fn file(&self, sha256: &str) -> PathBuf {
        let key = format!("{}/{sha256}", &sha256[..2]);
        match &self.bucket {
            Some(bucket) => bucket.file(&format!("nam/2026/{key}")),
            None => self.data.path().join("a/new/evidence").join(key),
        }
    }

    fn aside(&self) -> PathBuf {
        self.data.path().join(if self.bucket.is_some() { "incoming" } else { "a/new/evidence/incoming" })
    }
}

/// Makes two tests of one: in a folder and in a bucket.
macro_rules! in_both {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn in_folder() {
                super::$name(super::Store::in_folder()).await;
            }

            #[tokio::test]
            async fn in_bucket() {
                super::$name(super::Store::in_bucket()).await;
            }
        })*
    };
}

in_both!(
    a_kept_blob_lies_under_its_hash,
    what_is_damaged_is_seen_and_mended_by_the_same_content,
    what_is_listed_can_be_removed,
    what_was_cut_off_leaves_no_trace,
    an_upload_goes_on_where_it_stands,
    what_is_old_is_swept_and_what_is_held_is_not,
    a_probe_leaves_nothing,
);

async fn kept(blobs: &Blobs, name: &str, bytes: &[u8]) -> Placed {
    let mut incoming = blobs.receive(name).await.expect("begun");
    incoming.write(bytes).await.expect("written");
    incoming.place(blobs).await.expect("kept")
}

async fn read(blobs: &Blobs, sha256: &str) -> Option<(u64, Vec<u8>)> {
    let (bytes, mut body) = blobs.read(sha256).await.expect("asked")?;
    let mut whole = Vec::new();
    body.read_to_end(&mut whole).await.expect("read");
    Some((bytes, whole))
}

fn names(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").filter(|entry| entry.as_ref().expect("an entry").path().is_file()).count()
}

fn make_old(path: &Path, hours: u64) {
    let file = File::options().write(true).open(path).expect("opened");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_hours(hours)).expect("made old");
}

async fn a_kept_blob_lies_under_its_hash(store: Store) {
    let blobs = store.open().await;
    for (name, look_again) in [("first", store.bucket.is_none()), ("the same again", true)] {
        let mut incoming = blobs.receive(name).await.expect("begun");
        incoming.write(b"a").await.expect("written");
        incoming.write(b"bc").await.expect("written");
        assert_eq!((incoming.bytes(), incoming.head(), incoming.sha256().as_str()), (3, b"abc".as_slice(), ABC));
        assert_eq!(incoming.place(&blobs).await.expect("kept"), Placed { sha256: ABC.to_owned(), look_again });
        assert_eq!(names(&store.aside()), 0, "nothing waits any more");
    }
    // Everybody who opens the store sees it.
    let other = store.open().await;
    assert_eq!(read(&other, ABC).await, Some((3, b"abc".to_vec())));
    assert_eq!(other.list(0xba).await.expect("a list").len(), 1, "the same content lies there once");
    for wrong in ["", "../../etc/passwd", &ABC[1..], &ABC.to_uppercase(), &"0".repeat(64)] {
        assert_eq!(read(&blobs, wrong).await, None, "{wrong}");
        assert_eq!(blobs.find(wrong).await.expect("asked"), None, "{wrong}");
    }
}

async fn what_is_damaged_is_seen_and_mended_by_the_same_content(store: Store) {
    let blobs = store.open().await;
    kept(&blobs, "first", b"abc").await;
    for damaged in [b"ab".as_slice(), b"abd"] {
        fs::write(store.file(ABC), damaged).expect("damaged");
        let (bytes, hash) = blobs.hash(ABC).await.expect("read").expect("there");
        assert_eq!(bytes, damaged.len() as u64);
        assert_ne!(hash, ABC);
        kept(&blobs, "again", b"abc").await;
        assert_eq!(blobs.hash(ABC).await.expect("read"), Some((3, ABC.to_owned())));
    }
}

async fn what_is_listed_can_be_removed(store: Store) {
    let blobs = store.open().await;
    let other = kept(&blobs, "other", b"another content").await.sha256;
    kept(&blobs, "first", b"abc").await;
    fs::write(store.file(ABC).with_file_name("a note of the operator"), "left alone").expect("written");
    make_old(&store.file(ABC), 1);
    let [found] = &blobs.list(0xba).await.expect("a list")[..] else { panic!("one lies there") };
    assert_eq!((found.sha256.as_str(), found.bytes), (ABC, 3));
    assert_eq!(found.modified_at, Timestamp::from_second(3600).expect("an instant"));
    assert_eq!(blobs.find(ABC).await.expect("asked").as_ref(), Some(found));
    kept(&blobs, "again", b"abc").await;
    assert!(blobs.find(ABC).await.expect("asked").expect("there").modified_at > found.modified_at, "young again");
    for _ in ["first", "again"] {
        blobs.remove(ABC).await.expect("removed");
        assert_eq!(blobs.list(0xba).await.expect("a list"), []);
    }
    assert_eq!(read(&blobs, &other).await.expect("there").1, b"another content");
}

async fn what_was_cut_off_leaves_no_trace(store: Store) {
    let blobs = store.open().await;
    let mut incoming = blobs.receive("cut").await.expect("begun");
    incoming.write(b"half").await.expect("written");
    assert_eq!(names(&store.aside()), 1);
    store.open().await;
    assert_eq!(names(&store.aside()), 1, "another server that starts leaves it alone");
    drop(incoming);
    assert_eq!(names(&store.aside()), 0);
}

async fn an_upload_goes_on_where_it_stands(store: Store) {
    let blobs = store.open().await;
    blobs.begin("one", "about it").await.expect("begun");
    let mut partial = blobs.resume("one").await.expect("taken up").expect("there");
    partial.write(b"abX").await.expect("written");
    partial.sync().await.expect("durable");
    let held = blobs.resume("one").await.err().map(|cause| cause.kind());
    assert_eq!(held, Some(std::io::ErrorKind::WouldBlock), "one at a time");
    drop(partial);

    let blobs = store.open().await;
    let mut partial = blobs.resume("one").await.expect("taken up").expect("there");
    assert_eq!((partial.about(), partial.bytes()), ("about it", 3));
    partial.cut(2).await.expect("cut");
    partial.write(b"c").await.expect("written");
    partial.sync().await.expect("durable");
    let mut incoming = blobs.receive("whole").await.expect("begun");
    partial.copy_into(&mut incoming).await.expect("copied");
    assert_eq!(incoming.keep(&blobs).await.expect("kept"), ABC);
    partial.remove().await.expect("removed");
    assert!(blobs.resume("one").await.expect("asked").is_none());
    assert_eq!(names(&store.aside().join("uploads")), 0);
}

async fn what_is_old_is_swept_and_what_is_held_is_not(store: Store) {
    let blobs = store.open().await;
    let uploads = store.aside().join("uploads");
    for name in ["young", "old", "held"] {
        blobs.begin(name, "about it").await.expect("begun");
        let mut partial = blobs.resume(name).await.expect("taken up").expect("there");
        partial.write(b"abc").await.expect("written");
        partial.sync().await.expect("durable");
    }
    fs::write(store.aside().join("left by a crash"), b"half").expect("written");
    for path in [store.aside().join("left by a crash"), uploads.join("old.part"), uploads.join("held.part")] {
        make_old(&path, 1);
    }
    for path in ["young.about", "old.about", "held.about"] {
        make_old(&uploads.join(path), 1);
    }
    let held = blobs.resume("held").await.expect("taken up").expect("there");
    let before = Timestamp::from_second(7200).expect("an instant");
    let (counted, swept) = (Swept { uploads: 3, bytes: 10 }, Swept { uploads: 2, bytes: 7 });
    assert_eq!(blobs.sweep(before, false).await.expect("counted"), counted);
    assert_eq!(blobs.sweep(before, true).await.expect("swept"), swept);
    assert_eq!(names(&store.aside()), 0);
    assert!(blobs.resume("old").await.expect("asked").is_none());
    assert!(blobs.resume("young").await.expect("asked").is_some());
    drop(held);
    assert_eq!(blobs.sweep(before, true).await.expect("swept"), Swept { uploads: 1, bytes: 3 });
    assert_eq!(names(&uploads), 2, "the young one and what is said about it");
}

async fn a_probe_leaves_nothing(store: Store) {
    let blobs = store.open().await;
    blobs.probe("a probe").await.expect("it can be written and read");
    for first_byte in 0..=255 {
        assert_eq!(blobs.list(first_byte).await.expect("a list"), []);
    }
    assert_eq!(names(&store.aside()), 0);
}

#[tokio::test]
async fn a_bucket_that_refuses_or_does_not_answer_is_an_error() {
    let data = tempfile::tempdir().expect("a folder");
    let bucket = Bucket::start();
    for (name, value) in [
        ("AWS_SECRET_ACCESS_KEY", "sai".to_owned()),
        // The other end speaks no TLS.
        ("AWS_ENDPOINT", bucket.environment()[3].1.replace("http://", "https://")),
    ] {
        let mut environment = bucket.environment();
        environment.push((name.to_owned(), value));
        let url = EvidenceUrl::read(&format!("s3://{}", bucket.name), environment).expect("a place");
        let blobs = Blobs::open(&url, data.path()).await.expect("nothing is asked yet");
        assert!(blobs.probe("a probe").await.is_err(), "{name}");
        assert!(blobs.read(ABC).await.is_err(), "{name}");
        assert_eq!(names(&data.path().join("incoming")), 0, "nothing waits");
    }
}
