//! `smart-hosts lookup`: the look-up service for Postfix.

use std::path::PathBuf;

use clap::Args;
use gateway::lookup::server::Peers;

use super::stop::Stop;
use super::{DataDirArg, Failure};
use crate::log::{self, LogFormat};
use crate::lookup::{self, Running};

/// Answer Postfix's look-ups.
///
/// A process of its own, so that mail does not depend on the web console. Answers come from memory
/// and go on while the database is busy, locked or gone.
#[derive(Debug, Args)]
pub(super) struct Lookup {
    /// The unix socket to listen on, in Postfix's queue directory; not needed where systemd passes
    /// one on
    #[arg(long, env = "SMART_HOSTS_LOOKUP_SOCKET", value_name = "PATH")]
    socket: Option<PathBuf>,
    #[command(flatten)]
    answers: LookupArgs,
    #[command(flatten)]
    data_dir: DataDirArg,
    /// The shape of log lines; the variable `SMART_HOSTS_LOG` says which are written (info, debug, …)
    #[arg(long, env = "SMART_HOSTS_LOG_FORMAT", value_enum, default_value_t)]
    log_format: LogFormat,
}

/// What the service needs wherever it runs.
#[derive(Debug, Args)]
pub(super) struct LookupArgs {
    /// A further user, by number, who may ask; root and postfix may. Answers hold passwords
    #[arg(long, value_name = "UID")]
    allow_uid: Vec<u32>,
}

impl LookupArgs {
    /// Who may ask.
    ///
    /// # Errors
    /// What the system says of its list of users.
    pub(super) fn peers(&self) -> Result<Peers, Failure> {
        Ok(Peers::new(&self.allow_uid)?)
    }
}

impl Lookup {
    pub(super) fn run(self) -> Result<(), Failure> {
        log::start(self.log_format, "info")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        tokio::runtime::Builder::new_multi_thread()
            // One that reads a change must not keep another from answering.
            .worker_threads(cores.max(2))
            .enable_all()
            .build()?
            .block_on(self.answer())
    }

    async fn answer(self) -> Result<(), Failure> {
        // Before anything else, so that a signal during the start is not lost.
        let stop = Stop::listen()?;
        let data_dir = self.data_dir.open();
        let door = match (lookup::passed()?, &self.socket) {
            (Some(door), _) => door,
            (None, Some(path)) => lookup::open(path)?,
            (None, None) => {
                return Err(Failure::Listen(
                    "There is no socket to listen on. Give its path with --socket, or start the \
                     service through its socket unit."
                        .to_owned(),
                ));
            }
        };
        let mut running = Running::start(door, &data_dir, self.answers.peers()?);
        tracing::info!(data_dir = %data_dir.path().display(), "answering look-ups");
        let signal = tokio::select! {
            signal = stop.wait() => signal,
            // Whoever started the process knows how to get another socket.
            ended = running.ended() => return Ok(ended?),
        };
        tracing::info!(signal, "stopping");
        running.stop().await;
        tracing::info!("stopped");
        Ok(())
    }
}
