//! `smart-hosts serve`: the web console.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use gateway::probe::{Names, Prober, Trust};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::lookup::LookupArgs;
use super::postfix::ExaminedArgs;
use super::stop::Stop;
use super::{DataDirArg, Failure};
use crate::doctor::{self, Doctor};
use crate::log::{self, LogFormat};
use crate::own::{self, OwnArgs};
use crate::{Backend, clock, expiry, lookup, retention, router};

/// How long requests in flight may take after the program was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Rendering a page waits for the store on the way; fewer threads than this and one slow page
/// could keep others waiting.
const MIN_WORKERS: usize = 4;

/// Serve the web console.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The address to listen on; until the console has sign-in, a loopback address
    #[arg(
        long,
        env = "SMART_HOSTS_LISTEN",
        default_value = "127.0.0.1:3000",
        value_name = "ADDRESS:PORT",
        value_parser = loopback_address
    )]
    listen: SocketAddr,
    #[command(flatten)]
    data_dir: DataDirArg,
    /// A file of further certification authorities, in PEM form, by which connection tests judge
    /// certificates; may be given several times
    #[arg(
        long = "ca-file",
        env = "SMART_HOSTS_CA_FILES",
        value_delimiter = ':',
        value_name = "FILE"
    )]
    ca_files: Vec<PathBuf>,
    #[command(flatten)]
    own: OwnArgs,
    /// Answer Postfix's look-ups on this unix socket, too; better is a process of its own, see
    /// "smart-hosts lookup"
    #[arg(long, env = "SMART_HOSTS_LOOKUP_SOCKET", value_name = "PATH")]
    lookup_socket: Option<PathBuf>,
    #[command(flatten)]
    lookup: LookupArgs,
    #[command(flatten)]
    examined: ExaminedArgs,
    /// Keep the history of so many days; older entries can neither be undone nor looked back at. Without
    /// this it is kept for ever
    #[arg(
        long,
        env = "SMART_HOSTS_KEEP_HISTORY",
        value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    keep_history: Option<u32>,
    /// The shape of log lines; the variable `SMART_HOSTS_LOG` says which are written (info, debug, …)
    #[arg(long, env = "SMART_HOSTS_LOG_FORMAT", value_enum, default_value_t)]
    log_format: LogFormat,
}

/// Reads an address, which must be loopback: there is no sign-in yet.
fn loopback_address(text: &str) -> Result<SocketAddr, String> {
    let spelled = text.replacen("localhost:", "127.0.0.1:", 1);
    let address: SocketAddr = spelled
        .parse()
        .map_err(|_| "write an address and a port, like 127.0.0.1:3000 or [::1]:3000".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(format!(
            "{} can be reached from the network, and the console has no sign-in yet: use \
             127.0.0.1 or [::1]",
            address.ip()
        ))
    }
}

/// What another server on the same data folder is told.
fn holder(address: SocketAddr) -> String {
    format!("process {} serves it on {address}", std::process::id())
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        log::start(self.log_format, "info")?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.max(MIN_WORKERS))
            .enable_all()
            .build()?
            .block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        // Before anything else, so that a signal during the start is not lost.
        let stop = Stop::listen()?;
        let data_dir = self.data_dir.open();
        let mut lock = data_dir.lock(&holder(self.listen))?;
        let store = data_dir.create().await?.guarded(self.own.gather());
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| Failure::Listen(self.cannot_listen(&error)))?;
        let address = listener.local_addr()?;
        // Port 0 is another one now.
        lock.held_by(&holder(address))?;
        let backend = Backend {
            store: store.clone(),
            now: clock::now,
        };

        let trust =
            Trust::system_and(&self.ca_files).map_err(|error| Failure::Value(error.to_string()))?;
        let prober = Prober::new(Names::default(), trust);
        let lookup = match &self.lookup_socket {
            Some(path) => Some(lookup::Running::start(
                lookup::open(path)?,
                &data_dir,
                self.lookup.peers()?,
            )),
            None => None,
        };

        let (told, stopping) = oneshot::channel::<()>();
        let examine = doctor::this_machine(self.examined.settings());
        let doctor = Doctor::new(store.clone(), clock::now, examine);
        let examining = tokio::spawn(doctor.clone().run());
        let server =
            axum::serve(listener, router(backend, prober, doctor)).with_graceful_shutdown(async {
                // An error means that the sender is gone, which is a reason to stop, too.
                let _ = stopping.await;
            });
        let mut server = tokio::spawn(server.into_future());
        let watch = tokio::spawn(own::watch(store.clone(), self.own.clone()));
        let expiry = tokio::spawn(expiry::run(store.clone(), clock::now, expiry::EVERY));
        let pruning = self.keep_history.map(|days| {
            tokio::spawn(retention::run(
                store.clone(),
                clock::now,
                days,
                retention::EVERY,
            ))
        });
        tracing::info!(
            url = %format_args!("http://{address}"),
            data_dir = %data_dir.path().display(),
            "serving"
        );
        tokio::select! {
            signal = stop.wait() => tracing::info!(signal, "stopping"),
            ended = &mut server => return Ok(ended.map_err(std::io::Error::other)??),
        }
        watch.abort();
        expiry.abort();
        if let Some(pruning) = pruning {
            pruning.abort();
        }
        examining.abort();
        if let Some(lookup) = lookup {
            lookup.stop().await;
        }
        // The server may have ended by itself just now.
        let _ = told.send(());
        if tokio::time::timeout(GRACE, server).await.is_err() {
            tracing::warn!(grace_seconds = GRACE.as_secs(), "requests were cut off");
        }
        store.close().await?;
        tracing::info!("stopped");
        Ok(())
    }

    fn cannot_listen(&self, error: &std::io::Error) -> String {
        match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{} is in use by another program. Choose another address with --listen.",
                self.listen
            ),
            _ => format!("Cannot listen on {}: {error}.", self.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_served() {
        for good in [
            "127.0.0.1:3000",
            "[::1]:0",
            "127.1.2.3:80",
            "localhost:3000",
        ] {
            assert!(loopback_address(good).is_ok(), "{good}");
        }
        for bad in [
            "0.0.0.0:3000",
            "[::]:3000",
            "192.0.2.1:80",
            "example.com:80",
            "3000",
            "",
        ] {
            assert!(loopback_address(bad).is_err(), "{bad}");
        }
    }
}
