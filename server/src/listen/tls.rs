//! Certificate and key, read again when their files change.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use std::{fmt, io};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// How often the files are looked at: whoever renews a certificate does so days before it expires.
pub(crate) const EVERY: Duration = Duration::from_secs(5);

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds none of what it should.
    #[error("{} holds no {what} in PEM form that can be read: {reason}.", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What went wrong.
        reason: String,
    },
    /// A file cannot be opened.
    #[error("The {what} {} cannot be read: {source}.", .file.display())]
    Unread {
        /// The file.
        file: PathBuf,
        /// What it should hold.
        what: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The two do not belong together, or are of a kind that is not supported.
    #[error(
        "The certificate in {} and the key in {} cannot be used: {reason}.",
        .certificate.display(),
        .key.display()
    )]
    Unusable {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong.
        reason: rustls::Error,
    },
}

/// Certificate and key as they were last read.
#[derive(Clone)]
pub struct Tls {
    files: Arc<Files>,
    /// What the files were like before they were read.
    seen: [Option<State>; 2],
    config: Arc<RwLock<Arc<ServerConfig>>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tls").field(&self.files).finish()
    }
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

impl Tls {
    /// Reads a certificate, with those that vouch for it after it, and its key, both in PEM form.
    ///
    /// # Errors
    /// [`TlsError`] if they cannot be used.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let files = Files {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        let seen = files.look();
        let config = files.read()?;
        Ok(Self {
            files: Arc::new(files),
            seen,
            config: Arc::new(RwLock::new(config)),
        })
    }

    /// What makes the handshake with the next client.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&config))
    }

    /// Reads the files again whenever they have changed; if they cannot be used, those read before
    /// stay in use. Does not return.
    pub async fn watch(self, every: Duration) {
        let mut seen = self.seen;
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            let files = Arc::clone(&self.files);
            let look = move || {
                let now = files.look();
                (now, (now != seen).then(|| files.read()))
            };
            let read = match tokio::task::spawn_blocking(look).await {
                Ok((now, read)) => {
                    seen = now;
                    read
                }
                Err(error) => {
                    tracing::error!(%error, "certificate and key could not be looked at");
                    None
                }
            };
            match read {
                None => {}
                Some(Ok(config)) => {
                    *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
                    let certificate = self.files.certificate.display();
                    tracing::info!(%certificate, "read certificate and key again");
                }
                Some(Err(error)) => tracing::error!(
                    %error,
                    "certificate or key has changed and cannot be used; the ones before stay in use"
                ),
            }
        }
    }
}

/// What changes when a file is written to or replaced, a link's target included.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    modified: (i64, i64),
    length: u64,
    inode: u64,
}

impl State {
    fn of(file: &Path) -> io::Result<Self> {
        let metadata: Metadata = std::fs::metadata(file)?;
        Ok(Self {
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            length: metadata.len(),
            inode: metadata.ino(),
        })
    }
}

impl Files {
    fn look(&self) -> [Option<State>; 2] {
        [&self.certificate, &self.key].map(|file| State::of(file).ok())
    }

    fn read(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let bad = |file: &Path, what, error: pem::Error| {
            let file = file.to_owned();
            match error {
                pem::Error::Io(source) => TlsError::Unread { file, what, source },
                error => TlsError::File {
                    file,
                    what,
                    reason: error.to_string(),
                },
            }
        };
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .and_then(|chain| {
                if chain.is_empty() {
                    return Err(pem::Error::NoItemsFound);
                }
                Ok(chain)
            })
            .map_err(|error| bad(&self.certificate, "certificate", error))?;
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| bad(&self.key, "private key", error))?;
        let unusable = |reason| TlsError::Unusable {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            reason,
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
