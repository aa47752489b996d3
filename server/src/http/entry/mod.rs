//! How people come in: passwords and second factors are compared, tries are counted, sessions begin.

mod device;
pub(super) mod kept;
mod pending;
mod throttle;
mod verify;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use access::Seed;
use axum::http::HeaderValue;
use store::{By, Factor, Lapse, SessionKey, SignIn, Store, Timestamp};
use tokio::sync::Semaphore;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

pub(super) use device::Device;
use kept::{Entered, Kept};
use pending::Seeds;
use throttle::Throttle;
pub(super) use throttle::Wait;
use verify::name_key;
pub(super) use verify::{Known, Refused};

/// How sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// Whether the console is reached by TLS: then cookies never go another way.
    pub secure: bool,
    /// A session that is not used for this long ends.
    pub idle: Duration,
    /// A session ends after this, however much it is used.
    pub longest: Duration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            secure: false,
            idle: Duration::from_mins(30),
            longest: Duration::from_hours(12),
        }
    }
}

/// How long somebody may take from the password to the second factor.
const BETWEEN: Duration = Duration::from_mins(10);

/// Whatever lets people in.
#[derive(Clone)]
pub(super) struct Entry {
    store: Store,
    now: fn() -> Timestamp,
    sessions: Sessions,
    throttle: Arc<Throttle>,
    /// A hash takes 19 MiB and a core.
    hashing: Arc<Semaphore>,
    set_up: Arc<AtomicBool>,
    seeds: Arc<Seeds>,
}

impl Entry {
    pub(super) fn new(store: Store, now: fn() -> Timestamp, sessions: Sessions) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            store,
            now,
            sessions,
            throttle: Arc::default(),
            hashing: Arc::new(Semaphore::new(cores.clamp(1, 4))),
            set_up: Arc::default(),
            seeds: Arc::default(),
        }
    }

    /// Whether there is anybody who could sign in.
    pub(super) async fn is_set_up(&self) -> Result<bool, store::Error> {
        // The last administrator stays, so what was true once stays true.
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let has_people = self.store.has_people().await?;
        self.set_up.fetch_or(has_people, Ordering::Relaxed);
        Ok(has_people)
    }

    /// What is noted of the use of a session is at most this old.
    pub(super) fn noted_every(&self) -> Duration {
        // A session that is used must not lapse because that was noted long ago.
        (self.sessions.idle / 10).min(Duration::from_mins(1))
    }

    /// Which sessions are over.
    pub(super) fn lapse(&self) -> Lapse {
        lapse((self.now)(), self.sessions.idle)
    }

    /// What finds the session of a request, and writes its cookie.
    pub(super) fn layer(&self) -> SessionManagerLayer<Kept> {
        let secure = self.sessions.secure;
        let name = if secure {
            "__Host-smart-hosts"
        } else {
            "smart-hosts"
        };
        let kept = Kept {
            store: self.store.clone(),
            now: self.now,
            sessions: self.sessions,
        };
        SessionManagerLayer::new(kept)
            .with_name(name)
            .with_http_only(true)
            .with_same_site(SameSite::Strict)
            .with_secure(secure)
            .with_path("/")
            // When it ends is the server's to say, so the cookie names no time.
            .with_expiry(Expiry::OnSessionEnd)
    }

    /// Begins the session of somebody who has shown all that is needed, under a new id, and remembers
    /// the browser. Nothing, if a code was used before; else the cookie that remembers the browser.
    pub(super) async fn enter(
        &self,
        session: &Session,
        known: &Known,
        factor: Factor,
        from: &Device,
    ) -> Result<Option<HeaderValue>, EnterError> {
        let now = (self.now)();
        let by = By::new(known.name.as_str(), now).from(from.address.to_string());
        let sign_in = SignIn {
            person: known.person,
            factor,
            password_set: known.password_set,
            failures_before: known.failures_before,
        };
        if !self.store.sign_in(&by, sign_in).await? {
            tracing::warn!(
                person = %known.name,
                address = %from.address,
                recovery_code = matches!(factor, Factor::Recovery(_)),
                "a sign-in was refused: the code is none or was used, or the account has changed"
            );
            return Ok(None);
        }
        self.throttle.forgive(&known.keys);
        self.throttle.forget(name_key(known.name.as_str()));
        session.clear().await;
        session.cycle_id().await?;
        let entered = Entered {
            person: known.person,
            started: now,
            address: from.address.to_string(),
            agent: from.agent.clone(),
        };
        session.insert(kept::ENTERED, entered).await?;
        let is_known = match from.key() {
            Some(device) => self.store.knows_device(known.person, device).await?,
            None => false,
        };
        let (device, cookie) = from.remembered(is_known, self.sessions.secure)?;
        self.store.know_device(known.person, device, now).await?;
        tracing::info!(
            person = %known.name,
            address = %from.address,
            second_factor = factor != Factor::None,
            recovery_code = matches!(factor, Factor::Recovery(_)),
            failures_before = known.failures_before,
            "signed in"
        );
        Ok(Some(cookie))
    }

    /// The seed that a session is setting up: the one that it was shown, or a new one.
    pub(super) fn seed_of(&self, session: SessionKey) -> Result<Seed, EnterError> {
        self.seeds.of(session, (self.now)())
    }

    /// Forgets it, once it is set up.
    pub(super) fn forget_seed(&self, session: SessionKey) {
        self.seeds.forget(session);
    }
}

/// Which sessions are over at a moment.
pub(crate) fn lapse(now: Timestamp, idle: Duration) -> Lapse {
    Lapse {
        now,
        idle_since: earlier(now, idle),
    }
}

fn earlier(now: Timestamp, by: Duration) -> Timestamp {
    Timestamp(now.0.saturating_sub(milliseconds(by)))
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(milliseconds(by)))
}

pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Why somebody could not be let in who has shown all that is needed.
#[derive(Debug, thiserror::Error)]
pub(super) enum EnterError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Session(#[from] tower_sessions::session::Error),
    #[error("the system gave no random bytes: {0}")]
    Random(String),
}
