//! Why a command did not do what it was asked, and the exit code that says so.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use routing::FieldError;

use crate::data_dir::DataDirError;
use crate::log::FilterError;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A value breaks a rule: exit code 3.
    #[error("{}", sentences(.0))]
    Invalid(Vec<FieldError>),
    /// A value that belongs to no field of a form breaks a rule: exit code 3.
    #[error("{0}")]
    Value(String),
    /// A password that is set cannot be read: exit code 1.
    #[error("{0}")]
    Unreadable(String),
    /// A connection test failed: exit code 6.
    #[error("{0}")]
    Undeliverable(String),
    /// The history is not as it was written: exit code 8.
    #[error("{0}")]
    Broken(store::Broken),
    /// There is no such row: exit code 5.
    #[error("{0}")]
    NotFound(String),
    /// The store refused or failed: exit code 4 for a clash, 5 for a row that is gone, else 1.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The data folder cannot be used: exit code 1.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The server cannot listen: exit code 1.
    #[error("{0}")]
    Listen(String),
    /// What is to be logged cannot be read: exit code 2, as for the command line.
    #[error(transparent)]
    LogFilter(#[from] FilterError),
    /// The look-up service has no socket: exit code 1.
    #[error(transparent)]
    Socket(#[from] gateway::lookup::socket::SocketError),
    /// A signal came first: exit code 1.
    #[error("{0}")]
    Stopped(String),
    /// Options that do not go together: exit code 2, as for the rest of the command line.
    #[error("{0}")]
    Usage(String),
    /// Certificate and key cannot be used: exit code 1.
    #[error(transparent)]
    Tls(#[from] crate::listen::TlsError),
    /// Reading or writing failed: exit code 1.
    #[error("{0}")]
    Io(#[from] io::Error),
}

fn sentences(errors: &[FieldError]) -> String {
    let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("\n")
}

impl From<Vec<FieldError>> for Failure {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::Invalid(errors)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

impl Failure {
    /// A file that cannot be read or written, whichever the verb says.
    pub(super) fn cannot(verb: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!("Cannot {verb} {}: {error}.", path.display());
        Self::Io(io::Error::new(error.kind(), message))
    }

    /// The exit code, as `--help` documents it.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        use store::Error as E;
        ExitCode::from(match self {
            Self::LogFilter(_) | Self::Usage(_) => 2,
            Self::Invalid(_) | Self::Value(_) | Self::Store(E::SmartHost(_) | E::Loop(_)) => 3,
            Self::NotFound(_)
            | Self::Store(
                E::NoUndo(store::NoUndo::Unknown(_))
                | E::Gone { .. }
                | E::NoSuchMoment { .. }
                | E::NoSuchPerson(_),
            ) => 5,
            Self::Store(
                E::Exists(_)
                | E::ManagedDomain(_)
                | E::Routed(_)
                | E::Changed { .. }
                | E::DefaultRoutingChanged { .. }
                | E::List(_)
                | E::ListBroken { .. }
                | E::SmartHostUsed { .. }
                | E::SmartHostChanged { .. }
                | E::SelectionChanged { .. }
                | E::Unfit { .. }
                | E::PersonExists(_)
                | E::LastAdministrator(_)
                | E::SetUpAlready
                | E::NoUndo(_)
                | E::NoRestore(_)
                | E::RestoreOutdated(_)
                | E::ImportOutdated,
            ) => 4,
            Self::Undeliverable(_) => 6,
            Self::Broken(_) => 8,
            Self::Store(_)
            | Self::DataDir(_)
            | Self::Listen(_)
            | Self::Unreadable(_)
            | Self::Socket(_)
            | Self::Stopped(_)
            | Self::Tls(_)
            | Self::Io(_) => 1,
        })
    }
}
