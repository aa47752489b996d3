//! Certificates for the servers of tests.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use std::sync::Arc;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::probe::Trust;

/// A certification authority.
pub(in crate::probe) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(in crate::probe) certificate: CertificateDer<'static>,
}

/// A certificate with its key and what is sent along.
pub(in crate::probe) struct Issued {
    pub(in crate::probe) chain: Vec<CertificateDer<'static>>,
    pub(in crate::probe) key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(in crate::probe) fn new() -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Test CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self {
            issuer: Issuer::new(params, key),
            certificate,
        }
    }

    pub(in crate::probe) fn trust(&self) -> Trust {
        Trust::only(vec![self.certificate.clone()])
    }

    /// A certificate for servers of these names, good until 2030.
    pub(in crate::probe) fn issue(&self, names: &[&str]) -> Issued {
        self.issue_as(&params(names))
    }

    pub(in crate::probe) fn issue_as(&self, params: &CertificateParams) -> Issued {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Issued {
            chain: vec![certificate.der().clone()],
            key: secret(&key),
        }
    }

    /// An authority under this one.
    pub(in crate::probe) fn below(&self) -> (Self, CertificateDer<'static>) {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "Intermediate CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let authority = Self {
            issuer: Issuer::new(params, key),
            certificate: certificate.clone(),
        };
        (authority, certificate)
    }
}

/// What is issued unless a test wants it otherwise.
pub(in crate::probe) fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "Test server");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2030, 1, 1);
    params
}

/// A certificate signed by itself.
pub(in crate::probe) fn self_signed(params: &CertificateParams) -> Issued {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Issued {
        chain: vec![certificate.der().clone()],
        key: secret(&key),
    }
}

fn secret(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

impl Issued {
    pub(in crate::probe) fn with(mut self, above: CertificateDer<'static>) -> Self {
        self.chain.push(above);
        self
    }

    /// For a server's side of TLS.
    pub(in crate::probe) fn server(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .unwrap();
        Arc::new(config)
    }
}
