//! Blobs as objects of an S3 bucket. An object is there whole or not at all: each is put in one request, so that nothing
//! half sent lies in the bucket. Knows nothing of credentials but what the setting holds.

use std::{
    io::{self, ErrorKind},
    path::Path,
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use object_store::{
    ClientConfigKey, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    path::Path as Key,
};
use tokio::{fs, sync::Semaphore};
use tokio_util::io::StreamReader;

use super::{Body, EvidenceUrl, Stored, is_hash};

/// How many objects are put at once: each is in memory meanwhile.
const PUTS_MAX: usize = 4;

/// How long a request is tried again when the bucket cannot be reached: a page waits for it.
const RETRY_TIMEOUT: Duration = Duration::from_secs(8);

/// What is used where the environment says nothing. A slow line may take its time; one that says nothing may not.
const TIMEOUTS: [(ClientConfigKey, &str); 3] = [
    (ClientConfigKey::ConnectTimeout, "3 seconds"),
    (ClientConfigKey::ReadTimeout, "60 seconds"),
    (ClientConfigKey::Timeout, "15 minutes"),
];

/// A bucket, below a prefix: `prefix/ab/abcd…` is the content whose hash is `abcd…`.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
    puts: Arc<Semaphore>,
}

impl Bucket {
    /// Nothing is asked of the bucket yet.
    pub(super) fn open(at: &EvidenceUrl) -> io::Result<Self> {
        let EvidenceUrl::S3 { bucket, prefix, options } = at else {
            return Err(io::Error::new(ErrorKind::InvalidInput, "this is no bucket"));
        };
        // TLS is ring's, as for the database. Whoever chose before may have their way.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeouts = TIMEOUTS.into_iter().map(|(key, value)| (AmazonS3ConfigKey::Client(key), value.to_owned()));
        // Names that this client does not know are for other programs.
        let given = options.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.clone())));
        let builder =
            timeouts.chain(given).fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value));
        let retry = RetryConfig { max_retries: 3, retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() };
        let store = builder.with_bucket_name(bucket).with_retry(retry).build().map_err(failed)?;
        Ok(Self { store: Arc::new(store), prefix: prefix.clone(), puts: Arc::new(Semaphore::new(PUTS_MAX)) })
    }

    fn shelf(&self, start: &str) -> Key {
        Key::from(format!("{}/{start}", self.prefix))
    }

    fn key(&self, sha256: &str) -> Key {
        Key::from(format!("{}/{}/{sha256}", self.prefix, &sha256[..2]))
    }

    /// Puts the bytes of a file under their hash. The file is left for its owner to remove.
    pub(super) async fn put(&self, written_aside: &Path, sha256: &str) -> io::Result<()> {
        let _place = self.puts.acquire().await.map_err(io::Error::other)?;
        let bytes = fs::read(written_aside).await?;
        self.store.put(&self.key(sha256), PutPayload::from(bytes)).await.map_err(failed)?;
        Ok(())
    }

    pub(super) async fn read(&self, sha256: &str) -> io::Result<Option<(u64, Body)>> {
        let Some(found) = absent(self.store.get(&self.key(sha256)).await)? else { return Ok(None) };
        let bytes = found.meta.size;
        Ok(Some((bytes, Box::new(StreamReader::new(found.into_stream().map_err(failed))))))
    }

    pub(super) async fn find(&self, sha256: &str) -> io::Result<Option<Stored>> {
        let Some(found) = absent(self.store.head(&self.key(sha256)).await)? else { return Ok(None) };
        stored(sha256, &found).map(Some)
    }

    pub(super) async fn list(&self, start: &str) -> io::Result<Vec<Stored>> {
        let (shelf, mut found) = (self.shelf(start), Vec::new());
        let mut objects = self.store.list(Some(&shelf));
        while let Some(object) = objects.next().await {
            let object = object.map_err(failed)?;
            // What is called otherwise was not put there by the store and is not touched.
            if let Some(sha256) = object.location.filename().filter(|name| is_hash(name)) {
                found.push(stored(sha256, &object)?);
            }
        }
        Ok(found)
    }

    pub(super) async fn remove(&self, sha256: &str) -> io::Result<()> {
        absent(self.store.delete(&self.key(sha256)).await).map(|_| ())
    }
}

fn stored(sha256: &str, found: &ObjectMeta) -> io::Result<Stored> {
    let modified_at = Timestamp::from_microsecond(found.last_modified.timestamp_micros()).map_err(io::Error::other)?;
    Ok(Stored { sha256: sha256.to_owned(), bytes: found.size, modified_at })
}

/// An object that is not there is none, not an error.
fn absent<T>(found: object_store::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(cause) => Err(failed(cause)),
    }
}

/// A bucket that cannot be reached or answers that it is busy is `HostUnreachable`: it may do the same later.
fn failed(cause: object_store::Error) -> io::Error {
    match cause {
        cause @ object_store::Error::Generic { .. } => io::Error::new(ErrorKind::HostUnreachable, cause),
        cause => io::Error::other(cause),
    }
}
