//! TLS, and certificates that are renewed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use server::limits::Limits;
use server::listen::{Terms, Tls};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore};

use crate::served::{Client, PATIENCE, Served, get_once};

/// A certificate and its key, in files.
struct Pair {
    folder: TempDir,
}

impl Pair {
    fn new() -> (Self, CertificateDer<'static>) {
        let pair = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let certificate = pair.renew();
        (pair, certificate)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces both, as tools that renew certificates do.
    fn renew(&self) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["console.example".to_owned()]).unwrap();
        replace(&self.file("key.pem"), &signing_key.serialize_pem());
        replace(&self.file("cert.pem"), &cert.pem());
        cert.der().clone()
    }

    fn tls(&self) -> Tls {
        Tls::read(&self.file("cert.pem"), &self.file("key.pem")).unwrap()
    }
}

fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

async fn serving(tls: Tls, limits: Limits) -> Served {
    Served::new(Terms {
        tls: Some(tls),
        limits,
        ..Terms::default()
    })
    .await
}

/// A connection by TLS, from somebody who trusts this certificate only.
async fn connect(
    served: &Served,
    trusted: &CertificateDer<'static>,
) -> Result<TlsStream<tokio::net::TcpStream>, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = ServerName::try_from("console.example").unwrap();
    let Client(stream) = served.connect().await;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    timeout(PATIENCE, connecting).await.unwrap()
}

async fn ask(mut stream: TlsStream<tokio::net::TcpStream>, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    // An end without TLS's own would be an error.
    timeout(PATIENCE, reading).await.unwrap().unwrap();
    answer
}

#[tokio::test]
async fn requests_come_by_tls() {
    let (pair, certificate) = Pair::new();
    let served = serving(pair.tls(), Limits::default()).await;
    let stream = connect(&served, &certificate).await.unwrap();
    let session = stream.get_ref().1;
    assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_eq!(session.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let answer = ask(stream, &get_once("/who")).await;
    assert!(answer.ends_with("127.0.0.1 true"), "{answer}");
    served.stop().await;
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_by_tls() {
    let (pair, certificate) = Pair::new();
    let limits = Limits {
        connections_per_address: 1,
        ..Limits::default()
    };
    let served = serving(pair.tls(), limits).await;
    let first = connect(&served, &certificate).await.unwrap();
    let second = connect(&served, &certificate).await.unwrap();
    let answer = ask(second, &get_once("/")).await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    drop(first);
}

#[tokio::test]
async fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
    let (pair, old) = Pair::new();
    let tls = pair.tls();
    let watching = tokio::spawn(tls.clone().watch(Duration::from_millis(50)));
    let served = serving(tls, Limits::default()).await;
    let long = connect(&served, &old).await.unwrap();

    replace(&pair.file("cert.pem"), "-----BEGIN CERTIFICATE-----\nnone");
    sleep(Duration::from_millis(500)).await;
    connect(&served, &old).await.unwrap();
    // A key that is not the certificate's.
    let other = Pair::new().0;
    fs::copy(other.file("cert.pem"), pair.file("cert.pem")).unwrap();
    sleep(Duration::from_millis(500)).await;
    connect(&served, &old).await.unwrap();

    let new = pair.renew();
    let end = Instant::now() + PATIENCE;
    while connect(&served, &new).await.is_err() {
        assert!(Instant::now() < end, "the new certificate is not used");
        sleep(Duration::from_millis(20)).await;
    }
    connect(&served, &old).await.unwrap_err();
    // Whoever was there stays.
    assert!(ask(long, &get_once("/")).await.ends_with("hello"));
    watching.abort();
}

#[tokio::test]
async fn who_makes_no_handshake_is_cut_off() {
    let (pair, _) = Pair::new();
    let limits = Limits {
        handshake: Duration::from_millis(300),
        ..Limits::default()
    };
    let served = serving(pair.tls(), limits).await;
    assert_eq!(served.connect().await.rest().await, "");
    // One who does not speak TLS is not understood.
    let mut clear = served.connect().await;
    clear.write(&get_once("/")).await;
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, clear.0.read_to_end(&mut answer))
        .await
        .unwrap();
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[test]
fn what_is_no_certificate_is_named() {
    let (pair, _) = Pair::new();
    let certificate = pair.file("cert.pem");
    let key = pair.file("key.pem");
    let why = |certificate: &Path, key: &Path| Tls::read(certificate, key).unwrap_err().to_string();
    let missing = why(&pair.file("nowhere.pem"), &key);
    assert!(missing.contains("nowhere.pem"), "{missing}");
    let swapped = why(&key, &certificate);
    assert!(
        swapped.contains("key.pem") && swapped.contains("no certificate"),
        "{swapped}"
    );
    let twice = why(&certificate, &certificate);
    assert!(
        twice.contains("cert.pem") && twice.contains("no private key"),
        "{twice}"
    );
    let other = Pair::new().0;
    let foreign = why(&certificate, &other.file("key.pem"));
    assert!(foreign.contains("cannot be used"), "{foreign}");
}
