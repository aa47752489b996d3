//! Which certification authorities are trusted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};

/// Certification authorities by which a server's certificate is judged. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Trust {
    pub(super) roots: Arc<RootCertStore>,
    /// The same, whole: a server's own certificate may be among them.
    pub(super) certificates: Arc<[CertificateDer<'static>]>,
}

/// Why a file of certificates cannot be used. Displays as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file cannot be read.
    #[error("The file {} cannot be read: {source}.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds no certificates, or something else under their name.
    #[error(
        "The file {} is no list of certificates: {reason}. Give a file in PEM form, with lines \
         such as -----BEGIN CERTIFICATE-----.",
        path.display()
    )]
    NoCertificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Trust {
    /// The authorities that this machine trusts, and those in `files` (PEM).
    ///
    /// What cannot be read of the machine's own is passed over, as other programs do; with none at
    /// all, no certificate is trusted.
    ///
    /// # Errors
    /// [`TrustError`] about one of `files`.
    pub fn system_and(files: &[PathBuf]) -> Result<Self, TrustError> {
        let mut certificates = rustls_native_certs::load_native_certs().certs;
        for file in files {
            certificates.extend(read(file)?);
        }
        Ok(Self::only(certificates))
    }

    /// The authorities in `files` (PEM), and no others.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn files(files: &[PathBuf]) -> Result<Self, TrustError> {
        let mut certificates = Vec::new();
        for file in files {
            certificates.extend(read(file)?);
        }
        Ok(Self::only(certificates))
    }

    pub(super) fn only(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut roots = RootCertStore::empty();
        // A few in every system's list are of forms that rustls does not take.
        roots.add_parsable_certificates(certificates.iter().cloned());
        Self {
            roots: roots.into(),
            certificates: certificates.into(),
        }
    }
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let refused = |reason: String| TrustError::NoCertificates {
        path: path.to_owned(),
        reason,
    };
    let bytes = std::fs::read(path).map_err(|source| TrustError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|error| refused(error.to_string()))?;
    if found.is_empty() {
        return Err(refused("it holds none".to_owned()));
    }
    let mut roots = RootCertStore::empty();
    for certificate in &found {
        let added = roots.add(certificate.clone());
        added.map_err(|error| refused(error.to_string()))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_certificates_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let missing = Trust::files(std::slice::from_ref(&file)).unwrap_err();
        assert!(missing.to_string().contains("ca.pem cannot be read"));
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for content in ["", "hello", broken] {
            std::fs::write(&file, content).unwrap();
            let error = Trust::system_and(std::slice::from_ref(&file)).unwrap_err();
            assert!(
                matches!(error, TrustError::NoCertificates { .. }),
                "{content:?}"
            );
        }
    }

    #[test]
    fn a_file_is_added_to_the_machines_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let key = rcgen::KeyPair::generate().unwrap();
        let ca = rcgen::CertificateParams::new(vec!["ca.example".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        std::fs::write(&file, ca.pem()).unwrap();
        let files = std::slice::from_ref(&file);
        let alone = Trust::files(files).unwrap();
        assert_eq!(alone.roots.len(), 1);
        let all = Trust::system_and(files).unwrap();
        let system = Trust::system_and(&[]).unwrap();
        assert_eq!(all.certificates.len(), system.certificates.len() + 1);
    }
}
