//! The TLS handshake, made as Postfix makes it.

mod verifier;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use routing::{Host, HostName};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, IpAddr, ServerName, UnixTime};
use tokio_rustls::rustls::time_provider::TimeProvider;
use tokio_rustls::rustls::{ClientConfig, Error, InvalidMessage};

use crate::probe::tls::verifier::Verifier;
use crate::probe::wire::ByteStream;

/// A connection after the handshake.
pub(super) struct Secured {
    pub(super) stream: TlsStream<Box<dyn ByteStream>>,
    /// Version and cipher suite, for people.
    pub(super) summary: String,
    /// The server's certificate and what it sent along.
    pub(super) sent: Vec<CertificateDer<'static>>,
}

/// Why a handshake failed, as two sentences: what happened, and what would be right.
pub(super) struct HandshakeError {
    pub(super) finding: String,
    pub(super) advice: String,
    /// Whether the server answered with something other than TLS.
    pub(super) is_other_protocol: bool,
}

/// Makes the handshake whatever the certificate is: it is judged afterwards, before anything is
/// said, so that a certificate which fails can be shown.
///
/// Postfix names no server in the handshake unless told to (`smtp_tls_servername`, postconf(5)), and
/// a server with several certificates then shows its default one; so does this one unless `sni`.
pub(super) async fn handshake(
    stream: Box<dyn ByteStream>,
    host: &Host,
    sni: Option<&HostName>,
    now: Duration,
) -> Result<Secured, HandshakeError> {
    let config = config(sni.is_some(), now).map_err(|error| HandshakeError::new(&error))?;
    let name = match sni {
        Some(name) => server_name(&Host::Name(name.clone())),
        None => server_name(host),
    };
    let connector = TlsConnector::from(Arc::new(config));
    let stream = match connector.connect(name, stream).await {
        Ok(stream) => stream,
        Err(error) => return Err(HandshakeError::from_io(&error)),
    };
    let connection = stream.get_ref().1;
    let summary = [
        connection
            .protocol_version()
            .map(|version| format!("{version:?}").replace("v1_", " 1.")),
        connection
            .negotiated_cipher_suite()
            .map(|suite| format!("{:?}", suite.suite())),
    ];
    let sent = connection.peer_certificates().unwrap_or_default().to_vec();
    Ok(Secured {
        summary: summary.into_iter().flatten().collect::<Vec<_>>().join(", "),
        sent,
        stream,
    })
}

fn server_name(host: &Host) -> ServerName<'static> {
    let nobody = || ServerName::IpAddress(IpAddr::from(std::net::Ipv4Addr::UNSPECIFIED));
    match host {
        Host::Name(name) => {
            ServerName::try_from(name.as_str().to_owned()).unwrap_or_else(|_| nobody())
        }
        Host::V4(address) => ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V4(*address))),
        Host::V6(address) => ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V6(*address))),
    }
}

fn config(sni: bool, now: Duration) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier(provider.signature_verification_algorithms);
    let mut config = ClientConfig::builder_with_details(provider, Arc::new(Fixed(now)))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.enable_sni = sni;
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The moment of the test.
#[derive(Debug)]
struct Fixed(Duration);

impl TimeProvider for Fixed {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(self.0))
    }
}

impl HandshakeError {
    fn from_io(error: &io::Error) -> Self {
        if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::new(error);
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::because(
                "The server closed the connection during the TLS handshake.",
                "Look into the server's log; it may have no certificate.",
            );
        }
        Self::because(
            format!("The connection broke during the TLS handshake: {error}."),
            "Look into the server's log, and at firewalls on the way.",
        )
    }

    fn new(error: &Error) -> Self {
        let advice = match error {
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
                let mut other = Self::because(
                    "The server answers with something other than TLS.",
                    "Look into the server's log.",
                );
                other.is_other_protocol = true;
                return other;
            }
            Error::AlertReceived(_) | Error::PeerIncompatible(_) => {
                "The server must know TLS 1.2 or 1.3 with ECDHE. Postfix may still know older ones."
            }
            Error::InvalidCertificate(_) => {
                "The server's key does not fit its certificate, or is of a kind that this test does \
                 not know. Install certificate and key again."
            }
            _ => "Look into the server's log.",
        };
        Self::because(format!("The TLS handshake failed: {error}."), advice)
    }

    fn because(finding: impl Into<String>, advice: &str) -> Self {
        Self {
            finding: finding.into(),
            advice: advice.to_owned(),
            is_other_protocol: false,
        }
    }
}
