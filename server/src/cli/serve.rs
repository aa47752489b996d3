//! `smart-hosts serve`: the web console.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use gateway::probe::{Names, Prober, Trust};
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::lookup::LookupArgs;
use super::postfix::ExaminedArgs;
use super::reach::ReachArgs;
use super::stop::Stop;
use super::{DataDirArg, Failure};
use crate::doctor::Doctor;
use crate::log::{self, LogFormat};
use crate::own::{self, OwnArgs};
use crate::{
    Console, Sessions, SetUpLink, clock, expiry, forgetting, listen, lookup, retention, router,
};

/// How long requests in flight may take after the program was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Rendering a page waits for the store on the way; fewer threads than this and one slow page
/// could keep others waiting.
const MIN_WORKERS: usize = 4;

/// Serve the web console.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    reach: ReachArgs,
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
    /// A session that is not used for this many minutes ends
    #[arg(
        long,
        env = "SMART_HOSTS_SESSION_IDLE_MINUTES",
        default_value_t = 30,
        value_name = "MINUTES",
        help_heading = "People",
        value_parser = clap::value_parser!(u64).range(1..=1440)
    )]
    session_idle_minutes: u64,
    /// A session ends after this many hours, however much it is used
    #[arg(
        long,
        env = "SMART_HOSTS_SESSION_HOURS",
        default_value_t = 12,
        value_name = "HOURS",
        help_heading = "People",
        value_parser = clap::value_parser!(u64).range(1..=720)
    )]
    session_hours: u64,
    /// Keep the history of so many days; older entries can neither be undone nor looked back at. Without
    /// this it is kept for ever
    #[arg(
        long,
        env = "SMART_HOSTS_KEEP_HISTORY",
        value_name = "DAYS",
        help_heading = "Keeping and logging",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    keep_history: Option<u32>,
    /// The shape of log lines; the variable `SMART_HOSTS_LOG` says which are written (info, debug, …)
    #[arg(
        long,
        env = "SMART_HOSTS_LOG_FORMAT",
        value_enum,
        default_value_t,
        help_heading = "Keeping and logging"
    )]
    log_format: LogFormat,
}

/// What another server on the same data folder is told.
fn holder(address: SocketAddr) -> String {
    format!("process {} serves it on {address}", std::process::id())
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        self.reach.check()?;
        log::start(self.log_format, "info")?;
        self.reach.warn();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores.max(MIN_WORKERS))
            .enable_all()
            .build()?;
        let served = runtime.block_on(self.serve());
        // Postfix may still be examined, which changes nothing and may take seconds.
        runtime.shutdown_background();
        served
    }

    async fn serve(self) -> Result<(), Failure> {
        // Before anything else, so that a signal during the start is not lost.
        let stop = Stop::listen()?;
        let terms = self.reach.terms()?;
        let data_dir = self.data_dir.open();
        let mut lock = data_dir.lock(&holder(self.reach.listen))?;
        let settings = self.examined.settings();
        let own = self.own.gather(settings.config_dir.as_deref());
        let store = data_dir.create().await?.guarded(own.clone());
        let listener = TcpListener::bind(self.reach.listen)
            .await
            .map_err(|error| Failure::Listen(self.cannot_listen(&error)))?;
        let address = listener.local_addr()?;
        // Port 0 is another one now.
        lock.held_by(&holder(address))?;
        let reached = self.reach.reached();
        let sessions = Sessions {
            secure: reached.secure,
            idle: Duration::from_mins(self.session_idle_minutes),
            longest: Duration::from_hours(self.session_hours),
        };
        let link = set_up_link(&store, &self.reach.url(address)).await?;
        let trust =
            Trust::system_and(&self.ca_files).map_err(|error| Failure::Value(error.to_string()))?;
        let prober = Prober::new(Names::default(), trust).greeting_as(own::greeting_name());
        let lookup = match &self.lookup_socket {
            Some(path) => Some(lookup::Running::start(
                lookup::open(path)?,
                &data_dir,
                self.lookup.peers()?,
            )),
            None => None,
        };

        let (told, stopping) = oneshot::channel::<()>();
        let config_dir = settings.config_dir.clone();
        let doctor = Doctor::of_this_machine(store.clone(), clock::now, settings);
        let examining = tokio::spawn(doctor.clone().run());
        let renewing = terms
            .tls
            .clone()
            .map(|tls| tokio::spawn(tls.watch(listen::EVERY)));
        let watch = own::watch(store.clone(), self.own.clone(), config_dir, doctor.clone());
        let watch = tokio::spawn(watch);
        let router = router(Console {
            store: store.clone(),
            now: clock::now,
            cautions: own::short_cautions(own),
            prober,
            doctor,
            reached,
            sessions,
            link,
        });
        let mut server = tokio::spawn(listen::serve(listener, router, terms, async {
            // An error means that the sender is gone, which is a reason to stop, too.
            let _ = stopping.await;
        }));
        let expiry = tokio::spawn(expiry::run(store.clone(), clock::now, expiry::EVERY));
        let forgetting = tokio::spawn(forgetting::run(store.clone(), clock::now, sessions.idle));
        let pruning = self.keep_history.map(|days| {
            tokio::spawn(retention::run(
                store.clone(),
                clock::now,
                days,
                retention::EVERY,
            ))
        });
        tracing::info!(
            url = self.reach.url(address),
            %address,
            data_dir = %data_dir.path().display(),
            "serving"
        );
        tokio::select! {
            signal = stop.wait() => tracing::info!(signal, "stopping"),
            ended = &mut server => return Ok(ended.map_err(std::io::Error::other)?),
        }
        watch.abort();
        expiry.abort();
        forgetting.abort();
        if let Some(pruning) = pruning {
            pruning.abort();
        }
        examining.abort();
        if let Some(renewing) = renewing {
            renewing.abort();
        }
        if let Some(lookup) = lookup {
            lookup.stop().await;
        }
        // The server may have ended by itself just now.
        let _ = told.send(());
        if tokio::time::timeout(GRACE, &mut server).await.is_err() {
            server.abort();
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
                self.reach.listen
            ),
            std::io::ErrorKind::PermissionDenied => format!(
                "Only root may listen on {}: ports below 1024 are kept for it. Choose another port with \
                 --listen, or let the program have the capability CAP_NET_BIND_SERVICE.",
                self.reach.listen
            ),
            _ => format!("Cannot listen on {}: {error}.", self.reach.listen),
        }
    }
}

/// The link by which the first administrator comes in, written to the log; one that leads nowhere once
/// there is anybody.
async fn set_up_link(store: &Store, console: &str) -> Result<SetUpLink, Failure> {
    if store.has_people().await? {
        return Ok(SetUpLink::default());
    }
    let (link, path) = SetUpLink::new(clock::now())?;
    tracing::warn!(
        link = %format_args!("{console}{path}"),
        "nobody can sign in yet: open this link within 24 hours to set the console up"
    );
    Ok(link)
}
