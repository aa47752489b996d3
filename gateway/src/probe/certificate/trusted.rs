//! Whether a trusted authority stands at the end of a certificate's chain.

use std::time::Duration;

use tokio_rustls::rustls::client::verify_server_cert_signed_by_trust_anchor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{CertificateError, Error};
use x509_parser::prelude::{X509Certificate, X509Version};

use crate::probe::Trust;
use crate::probe::certificate::date;

/// Why a certificate is not trusted, as a sentence.
pub(super) fn check(
    own: &CertificateDer<'_>,
    parsed: &X509Certificate<'_>,
    above: &[CertificateDer<'_>],
    trust: &Trust,
    now: Duration,
) -> Result<(), String> {
    if parsed.version() != X509Version::V3 {
        return Err(
            "It is of an X.509 version before 3, which this test cannot verify.".to_owned(),
        );
    }
    let is_own_issuer = parsed.subject() == parsed.issuer();
    let checked = ParsedCertificate::try_from(own).and_then(|own| {
        verify_server_cert_signed_by_trust_anchor(
            &own,
            &trust.roots,
            above,
            UnixTime::since_unix_epoch(now),
            ring::default_provider()
                .signature_verification_algorithms
                .all,
        )
    });
    let Err(error) = checked else { return Ok(()) };
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if validity.not_after.timestamp() < seconds {
        return Err(format!("It ended on {}.", date(validity.not_after)));
    }
    if validity.not_before.timestamp() > seconds {
        return Err(format!("It begins only on {}.", date(validity.not_before)));
    }
    // OpenSSL, unlike rustls, takes a server's own self-signed certificate from the list of
    // authorities.
    if is_own_issuer && trust.certificates.iter().any(|known| known == own) {
        return Ok(());
    }
    Err(match error {
        Error::InvalidCertificate(_) if is_own_issuer => {
            "It is signed by itself, not by a trusted certification authority.".to_owned()
        }
        Error::InvalidCertificate(CertificateError::UnknownIssuer) if above.is_empty() => {
            "It is not signed by a trusted certification authority, and the server sends no \
             intermediate certificate."
                .to_owned()
        }
        // A bad signature: it names an authority whose key did not sign it.
        Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => "It is not signed by a trusted certification authority.".to_owned(),
        Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        ) => "It is not meant for servers.".to_owned(),
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => "A certificate above it has ended.".to_owned(),
        error => format!("It cannot be trusted: {error}."),
    })
}
