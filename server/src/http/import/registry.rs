//! The imports that are under way, each of one person.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use store::{RowId, SessionKey};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use super::job::Job;

/// Imports that may be sent, checked or written at the same time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();
/// Imports that are kept at the same time: each has a file, and a copy of its rows.
const KEPT: usize = 16;
/// An import that nobody looks at is kept so long.
const UNUSED: Duration = Duration::from_mins(30);
/// Somebody's next file waits so long for the one before, which their browser may have given up already: a
/// connection that was closed is noticed a moment later.
const GIVEN_UP: Duration = Duration::from_secs(2);

/// All imports. They are kept in memory only, so that none outlives the server.
#[derive(Clone)]
pub(in crate::http) struct Imports {
    all: Arc<All>,
    running: Arc<Semaphore>,
    unused: Duration,
}

#[derive(Default)]
struct All {
    jobs: Mutex<HashMap<String, Arc<Job>>>,
    /// Who is sending a file.
    sending: Mutex<HashSet<RowId>>,
    /// Told whenever a file is no longer sent.
    sent: Notify,
}

/// Why no import can begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The person has one that is not finished.
    #[error("You have an import that is not finished. Finish or cancel it first.")]
    Yours,
    /// There are too many, whosever they are.
    #[error("Too many imports are under way. Try again in a few minutes.")]
    TooMany,
}

/// A place for one import that is at work.
pub(super) struct Permit(
    #[expect(dead_code, reason = "held until it is dropped")] OwnedSemaphorePermit,
);

/// A place for a file that is being sent.
pub(super) struct Sending {
    all: Arc<All>,
    person: RowId,
    permit: Option<Permit>,
}

impl Default for Imports {
    fn default() -> Self {
        Self::kept_for(UNUSED)
    }
}

impl Imports {
    fn kept_for(unused: Duration) -> Self {
        Self {
            all: Arc::default(),
            running: Arc::new(Semaphore::new(AT_ONCE.get())),
            unused,
        }
    }

    /// Somebody begins to send a file, as soon as the one before is no longer on its way.
    pub(super) async fn send(&self, person: RowId) -> Result<Sending, Refusal> {
        let given_up = async {
            loop {
                let sent = self.all.sent.notified();
                if !self.is_sending(person) {
                    return;
                }
                sent.await;
            }
        };
        // If it goes on, the answer is a refusal.
        let _ = timeout(GIVEN_UP, given_up).await;
        self.begin(person)
    }

    fn begin(&self, person: RowId) -> Result<Sending, Refusal> {
        if self.unfinished(person).is_some() {
            return Err(Refusal::Yours);
        }
        if lock(&self.all.jobs)
            .values()
            .filter(|job| !job.is_over())
            .count()
            >= KEPT
        {
            return Err(Refusal::TooMany);
        }
        if !lock(&self.all.sending).insert(person) {
            return Err(Refusal::Yours);
        }
        let mut sending = Sending {
            all: Arc::clone(&self.all),
            person,
            permit: None,
        };
        sending.permit = Some(self.permit()?);
        Ok(sending)
    }

    /// A place for work; nothing if too many have one.
    pub(super) fn permit(&self) -> Result<Permit, Refusal> {
        let permit = Arc::clone(&self.running).try_acquire_owned();
        permit.map(Permit).map_err(|_| Refusal::TooMany)
    }

    /// Whether the person is sending a file.
    pub(super) fn is_sending(&self, person: RowId) -> bool {
        lock(&self.all.sending).contains(&person)
    }

    /// Keeps an import, until nobody uses it any more. What the person has finished before goes.
    pub(super) fn keep(&self, job: Arc<Job>) {
        let mut jobs = lock(&self.all.jobs);
        jobs.retain(|_, other| other.person != job.person || !other.is_over());
        tokio::spawn(forget_unused(
            Arc::downgrade(&self.all),
            job.id.clone(),
            self.unused,
        ));
        jobs.insert(job.id.clone(), job);
    }

    /// The import of this name, if it is the person's.
    pub(super) fn of(&self, person: RowId, id: &str) -> Option<Arc<Job>> {
        let job = lock(&self.all.jobs).get(id).cloned()?;
        (job.person == person).then(|| {
            job.touch();
            job
        })
    }

    /// The import that the person has not brought to an end.
    pub(super) fn unfinished(&self, person: RowId) -> Option<Arc<Job>> {
        let jobs = lock(&self.all.jobs);
        let mut of = jobs.values().filter(|job| job.person == person);
        of.find(|job| !job.is_over()).cloned()
    }

    /// Gives an import up.
    pub(super) fn drop(&self, id: &str) {
        if let Some(job) = lock(&self.all.jobs).remove(id) {
            job.cancel();
        }
    }

    /// Gives up what was begun in a session that is over.
    pub(in crate::http) fn end_session(&self, session: SessionKey) {
        lock(&self.all.jobs).retain(|_, job| {
            let stays = job.session != session;
            if !stays {
                job.cancel();
            }
            stays
        });
    }
}

impl Sending {
    /// The file is there: what is left is work.
    pub(super) fn sent(mut self) -> Option<Permit> {
        self.permit.take()
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        lock(&self.all.sending).remove(&self.person);
        self.all.sent.notify_waiters();
    }
}

/// Gives an import up once nobody has used it for so long.
async fn forget_unused(all: Weak<All>, id: String, unused: Duration) {
    let mut until = Instant::now() + unused;
    loop {
        sleep_until(until).await;
        let Some(all) = all.upgrade() else { return };
        let mut jobs = lock(&all.jobs);
        let Some(job) = jobs.get(&id) else { return };
        until = job.used() + unused;
        if job.is_working() {
            until = until.max(Instant::now() + unused);
        }
        if until <= Instant::now()
            && let Some(job) = jobs.remove(&id)
        {
            tracing::info!("an import that nobody has used was given up");
            job.cancel();
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half done while it is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use app::listing::Listing;
    use store::{ImportMode, Store};
    use tokio::time::sleep;

    use super::super::job::{How, Of, Stage};
    use super::super::spool::Spool;
    use super::*;

    const HOW: How = How {
        format: None,
        mode: ImportMode::Merge,
    };

    async fn job(imports: &Imports, id: &str, person: i64) -> Arc<Job> {
        let mut spool = Spool::new().await.unwrap();
        spool.write(b"a.example,mail.example,25\n").await.unwrap();
        let of = Of {
            id: id.to_owned(),
            person: RowId(person),
            session: SessionKey([0; 32]),
            listing: Listing::SmartHosts,
            name: String::new(),
        };
        let job = Job::new(of, HOW, spool.whole().await.unwrap());
        imports.keep(Arc::clone(&job));
        job
    }

    #[tokio::test]
    async fn what_nobody_uses_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("db")).await.unwrap();
        let imports = Imports::kept_for(Duration::from_millis(400));
        let (used, unused) = (
            job(&imports, "used", 1).await,
            job(&imports, "unused", 2).await,
        );
        for job in [&used, &unused] {
            Arc::clone(job).check(store.clone(), HOW, None).await;
            assert!(matches!(job.stage(), Stage::Checked { .. }));
        }
        for _ in 0..8 {
            sleep(Duration::from_millis(100)).await;
            assert!(imports.of(RowId(1), "used").is_some());
        }
        assert!(imports.of(RowId(2), "unused").is_none());
        assert!(matches!(unused.stage(), Stage::Cancelled));
        sleep(Duration::from_millis(900)).await;
        assert!(matches!(used.stage(), Stage::Cancelled));
    }

    #[tokio::test]
    async fn what_is_at_work_is_not_given_up() {
        let imports = Imports::kept_for(Duration::from_millis(50));
        let working = job(&imports, "working", 1).await;
        sleep(Duration::from_millis(300)).await;
        assert!(working.is_working());
        assert!(imports.of(RowId(1), "working").is_some());
        imports.drop("working");
    }

    #[tokio::test]
    async fn the_next_file_waits_for_one_that_is_being_given_up() {
        let imports = Imports::default();
        let first = imports.send(RowId(1)).await.unwrap();
        let mut next = pin!(imports.send(RowId(1)));
        assert!(timeout(Duration::from_millis(50), &mut next).await.is_err());
        drop(first);
        let second = next.await.unwrap();
        assert!(matches!(imports.send(RowId(1)).await, Err(Refusal::Yours)));
        drop(second);
    }

    #[tokio::test]
    async fn only_so_many_are_kept() {
        let imports = Imports::default();
        for person in 0..16 {
            job(&imports, &person.to_string(), person).await;
        }
        assert!(matches!(
            imports.send(RowId(99)).await,
            Err(Refusal::TooMany)
        ));
        imports.drop("3");
        assert!(imports.send(RowId(99)).await.is_ok());
    }
}
