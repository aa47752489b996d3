//! What is said, and believed, in the handshake.

use std::sync::{Arc, Mutex};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

use super::dns::NameServer;
use super::*;

/// Shows this to everybody, and writes down which name was asked for.
#[derive(Debug)]
struct Shows(Option<Arc<CertifiedKey>>, Mutex<Vec<Option<String>>>);

impl ResolvesServerCert for Shows {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_owned);
        self.1.lock().unwrap().push(name);
        self.0.clone()
    }
}

/// A server with this certificate and key, whether they belong together or not.
async fn showing(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'static>,
    version: &'static SupportedProtocolVersion,
) -> Server {
    let key = ring::sign::any_supported_type(key).unwrap();
    let shown = Shows(
        Some(Arc::new(CertifiedKey::new(chain, key))),
        Mutex::default(),
    );
    serving(Arc::new(shown), &[version]).await
}

async fn serving(shown: Arc<Shows>, versions: &[&'static SupportedProtocolVersion]) -> Server {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(shown);
    let way = Way {
        tls: Some(Arc::new(config)),
        ..Way::default()
    };
    Server::start(way).await
}

#[tokio::test]
async fn no_server_is_named_unless_asked_for() {
    let shown = Arc::new(Shows(None, Mutex::default()));
    let server = serving(shown.clone(), &[&TLS13, &TLS12]).await;
    // A host with a name, which could be asked for.
    let dns = NameServer::with(&["127.0.0.1"]).await;
    let prober = Prober::new(Names::DnsAt(dns.address), Authority::new().trust());
    let mut plan = plan(&server, TlsPolicy::Required);
    plan.host = Host::parse("mail.example.net").unwrap();
    let report = prober.run(&plan, NOW).await;
    assert_fails(&report, Kind::Tls, "The TLS handshake failed");
    plan.sni = Some(name("other.example.net"));
    prober.run(&plan, NOW).await;
    let asked = shown.1.lock().unwrap().clone();
    assert_eq!(asked, [None, Some("other.example.net".to_owned())]);
}

#[tokio::test]
async fn both_versions_are_known() {
    let issued = Authority::new().issue(&["mail.example.net"]);
    for (version, shown) in [(&TLS12, "TLS 1.2, "), (&TLS13, "TLS 1.3, ")] {
        let server = showing(issued.chain.clone(), &issued.key, version).await;
        let report = run(
            &plan(&server, TlsPolicy::Required),
            Authority::new().trust(),
        )
        .await;
        assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
        assert!(step(&report, Kind::Tls).finding.starts_with(shown));
    }
}

fn old_certificate() -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("data/v1.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("data/v1.key")).unwrap();
    (vec![certificate], key)
}

#[tokio::test]
async fn a_server_must_have_the_key_to_its_certificate() {
    let issued = Authority::new().issue(&["mail.example.net"]);
    let stranger = Authority::new().issue(&["mail.example.net"]);
    for version in [&TLS12, &TLS13] {
        for chain in [issued.chain.clone(), old_certificate().0] {
            let server = showing(chain, &stranger.key, version).await;
            let report = run(
                &plan(&server, TlsPolicy::Required),
                Authority::new().trust(),
            )
            .await;
            assert_fails(&report, Kind::Tls, "The TLS handshake failed");
            assert!(report.advice.unwrap().contains("key does not fit"));
        }
    }
}

#[tokio::test]
async fn a_certificate_of_version_1_will_do_where_none_is_verified() {
    let (chain, key) = old_certificate();
    let trust = Trust::only(chain.clone());
    for version in [&TLS12, &TLS13] {
        let server = showing(chain.clone(), &key, version).await;
        let report = run(&plan(&server, TlsPolicy::Required), trust.clone()).await;
        assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
        let report = run(&plan(&server, verified("mail.example.net")), trust.clone()).await;
        assert_fails(&report, Kind::Certificate, "version before 3");
    }
}
