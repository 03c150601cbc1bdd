//! An S3 server on loopback with one bucket, in this process: real requests, signed and checked. Not a fast one.

use std::{io, net::SocketAddr, path::PathBuf, thread};

use hyper_util::rt::TokioIo;
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use tokio::{net::TcpListener, sync::oneshot};

const KEY: &str = "dienhinh";
const SECRET: &str = "khong-phai-bi-mat";

/// A bucket; it and its server go away with the value.
pub struct Bucket {
    /// What it is called.
    pub name: &'static str,
    address: SocketAddr,
    folder: tempfile::TempDir,
    end: Option<oneshot::Sender<()>>,
    server: Option<thread::JoinHandle<()>>,
}

impl Bucket {
    /// Starts a server with an empty bucket.
    ///
    /// # Panics
    ///
    /// When the machine gives no folder or no port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let name = "minh-chung";
        std::fs::create_dir(folder.path().join(name)).expect("a bucket");
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).expect("a file system"));
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let (end, ended) = oneshot::channel();
        let (say, said) = std::sync::mpsc::channel();
        // A thread of its own, so that tests without a runtime use it too.
        let server = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                say.send(listener.local_addr().expect("an address")).expect("whoever started it waits");
                tokio::select! {
                    () = serve(&listener, &service) => {}
                    _ = ended => {}
                }
            });
        });
        let address = said.recv().expect("the server starts");
        Self { name, address, folder, end: Some(end), server: Some(server) }
    }

    /// What programs learn about it from their environment.
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// Where it keeps an object, for what no client may do: to damage it, and to make it old.
    pub fn file(&self, key: &str) -> PathBuf {
        self.folder.path().join(self.name).join(key)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

async fn serve(listener: &TcpListener, service: &S3Service) {
    loop {
        let Ok((stream, _)): io::Result<_> = listener.accept().await else { return };
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // A client that goes away in the middle is ordinary life.
            let _ = connection.await;
        });
    }
}
