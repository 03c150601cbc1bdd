//! The evidence store: whole files under their hash, nothing of what was cut off.

use dienhinh_storage::blobs::Blobs;

/// SHA-256 of `abc` (FIPS 180-4, example B.1).
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[tokio::test]
async fn a_kept_blob_lies_under_its_hash() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::open(folder.path().to_owned(), 0).await.expect("opened");
    for name in ["first", "the same again"] {
        let mut incoming = blobs.receive(name).await.expect("begun");
        incoming.write(b"a").await.expect("written");
        incoming.write(b"bc").await.expect("written");
        assert_eq!((incoming.bytes(), incoming.head()), (3, b"abc".as_slice()));
        assert_eq!(incoming.keep(&blobs).await.expect("kept"), ABC);
    }
    let path = blobs.path(ABC).expect("a hash");
    assert_eq!(std::fs::read(path).expect("read"), b"abc");
    for wrong in ["", "../../etc/passwd", &ABC[1..], &ABC.to_uppercase()] {
        assert_eq!(blobs.path(wrong), None);
    }
}

#[tokio::test]
async fn what_was_cut_off_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::open(folder.path().to_owned(), 0).await.expect("opened");
    let mut incoming = blobs.receive("cut").await.expect("begun");
    incoming.write(b"half").await.expect("written");
    let aside = folder.path().join("incoming");
    assert_eq!(std::fs::read_dir(&aside).expect("read").count(), 1);
    drop(incoming);
    assert_eq!(std::fs::read_dir(&aside).expect("read").count(), 0);

    std::fs::write(aside.join("left by a crash"), b"half").expect("written");
    Blobs::open(folder.path().to_owned(), 0).await.expect("opened again");
    assert_eq!(std::fs::read_dir(&aside).expect("read").count(), 0);
}
