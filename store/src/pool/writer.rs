//! One connection that writes for many: what waits at the same time is committed together, so that one
//! flush of the disk acknowledges all of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction};
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    task::spawn_blocking,
};

use super::Lane;
use crate::Error;

/// At most so many jobs are committed together: whoever comes first waits for the last of them.
const TOGETHER: usize = 64;

/// The lane of the one connection that writes, and the jobs that wait for it.
#[derive(Debug)]
pub(crate) struct Writer {
    lane: Arc<Lane>,
    waiting: Mutex<Vec<Box<dyn Job>>>,
}

impl Writer {
    pub(crate) fn new(lane: Arc<Lane>) -> Arc<Self> {
        Arc::new(Self {
            lane,
            waiting: Mutex::default(),
        })
    }

    pub(crate) fn lane(&self) -> &Lane {
        &self.lane
    }

    /// Waits for what is being written, refuses further jobs and hands the connection over.
    pub(crate) async fn close(&self) -> Vec<Connection> {
        self.lane.close().await
    }

    /// Runs a job in a transaction, away from the async threads. It is undone alone if it fails; what
    /// comes of one that succeeded is shown to `after` once it is on the disk, whether or not the caller
    /// still waits.
    ///
    /// A caller that stops waiting stops a job only that has not begun.
    pub(crate) async fn run<R: Send + 'static>(
        self: &Arc<Self>,
        job: impl FnOnce(&Transaction<'_>) -> Result<R, Error> + Send + 'static,
        after: impl FnOnce(&R) + Send + 'static,
    ) -> Result<R, Error> {
        let (answer, mut answered) = oneshot::channel();
        self.waiting().push(Box::new(Asked {
            job: Some(job),
            done: None,
            after,
            answer,
        }));
        loop {
            tokio::select! {
                // First, for another's turn may have come earlier and have taken this job along.
                biased;
                // An error here: a job panicked, or the runtime is shutting down.
                answer = &mut answered => return answer.unwrap_or(Err(Error::Interrupted)),
                turn = self.lane.turn() => self.take(turn?).await,
            }
        }
    }

    /// Runs what waits, or the first part of it.
    async fn take(self: &Arc<Self>, turn: OwnedSemaphorePermit) {
        let writer = Arc::clone(self);
        let run = spawn_blocking(move || {
            let mut jobs = writer.next();
            if jobs.is_empty() {
                return;
            }
            let committed = writer.lane.run_here(|tx| {
                jobs.iter_mut()
                    .try_for_each(|job| run_alone(tx, job.as_mut()))
            });
            for job in jobs {
                job.settle(committed.as_ref().copied());
            }
            drop(turn);
        });
        // Those whom a panic concerns are told by what they wait for.
        drop(run.await);
    }

    /// The jobs to run next. Those that nobody waits for any more are dropped.
    fn next(&self) -> Vec<Box<dyn Job>> {
        let mut waiting = self.waiting();
        waiting.retain(|job| job.is_awaited());
        let together = waiting.len().min(TOGETHER);
        waiting.drain(..together).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Box<dyn Job>>> {
        // Nothing can panic while it is held.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs one of several jobs of a transaction; if it fails, what it did is undone.
fn run_alone(tx: &Transaction<'_>, job: &mut dyn Job) -> Result<(), Error> {
    let run = |sql| tx.prepare_cached(sql)?.execute([]).map(drop);
    run("SAVEPOINT job")?;
    if !job.run(tx) {
        // Fails if the engine has undone the whole transaction by itself; then nothing was done.
        run("ROLLBACK TO job")?;
    }
    Ok(run("RELEASE job")?)
}

/// What somebody wants to be written, whatever comes of it.
trait Job: Send {
    /// Whether its caller still waits.
    fn is_awaited(&self) -> bool;
    /// Whether it is to be kept.
    fn run(&mut self, tx: &Transaction<'_>) -> bool;
    /// Tells its caller what came of it, given whether the transaction was committed.
    fn settle(self: Box<Self>, committed: Result<(), &Error>);
}

impl std::fmt::Debug for dyn Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Job")
    }
}

struct Asked<R, J, A> {
    /// Until it has run.
    job: Option<J>,
    /// Once it has.
    done: Option<Result<R, Error>>,
    after: A,
    answer: oneshot::Sender<Result<R, Error>>,
}

impl<R, J, A> Job for Asked<R, J, A>
where
    R: Send,
    J: FnOnce(&Transaction<'_>) -> Result<R, Error> + Send,
    A: FnOnce(&R) + Send,
{
    fn is_awaited(&self) -> bool {
        !self.answer.is_closed()
    }

    fn run(&mut self, tx: &Transaction<'_>) -> bool {
        self.done = self.job.take().map(|job| job(tx));
        matches!(self.done, Some(Ok(_)))
    }

    fn settle(self: Box<Self>, committed: Result<(), &Error>) {
        let done = match (self.done, committed) {
            // Its own refusal stands, whatever became of the others.
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(error)) => Err(again(error)),
            (Some(Ok(done)), Ok(())) => {
                (self.after)(&done);
                Ok(done)
            }
            (None, Ok(())) => Err(Error::Interrupted),
        };
        // Fails if nobody waits any more.
        drop(self.answer.send(done));
    }
}

/// The same error for one more of those whom it concerns.
fn again(error: &Error) -> Error {
    match error {
        Error::Busy => Error::Busy,
        Error::Full => Error::Full,
        error => {
            tracing::error!(%error, "changes could not be committed");
            Error::Interrupted
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use tokio::task::JoinSet;

    use super::*;
    use crate::{
        open,
        pool::{Access, connect},
    };

    /// A table of numbers, each of them once.
    struct Numbers {
        writer: Arc<Writer>,
        folder: tempfile::TempDir,
    }

    impl Numbers {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("numbers.db");
            let connection = open::open(&path).expect("a new database");
            let table = connection.execute("CREATE TABLE numbers (number UNIQUE)", []);
            table.expect("a new table");
            let lane = Lane::new(&path, Access::Write, 1, vec![connection]);
            Self {
                writer: Writer::new(lane),
                folder,
            }
        }

        /// How many others see.
        fn count(&self) -> u32 {
            let path = self.folder.path().join("numbers.db");
            let count = connect(&path, Access::Read)
                .and_then(|it| it.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0)));
            count.expect("a count")
        }

        /// Keeps the writer busy until something is sent.
        fn occupy(&self) -> mpsc::Sender<()> {
            let (free, until) = mpsc::channel::<()>();
            let (to_began, began) = mpsc::channel();
            let writer = Arc::clone(&self.writer);
            tokio::spawn(async move {
                let job = move |_: &Transaction<'_>| {
                    to_began.send(()).expect("it is waited for");
                    // Over, whether something is sent or nobody can send any more.
                    until.recv().unwrap_or_default();
                    Ok(())
                };
                writer.run(job, |()| ()).await
            });
            let began = tokio::task::block_in_place(|| began.recv());
            began.expect("it begins");
            free
        }

        /// Waits until so many jobs wait.
        async fn queued(&self, jobs: usize) {
            while self.writer.waiting().len() < jobs {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    }

    fn insert(number: u32) -> impl FnOnce(&Transaction<'_>) -> Result<u32, Error> + Send {
        move |tx| {
            tx.execute("INSERT INTO numbers VALUES (?)", [number])?;
            Ok(number)
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_waits_is_committed_together() {
        let f = Arc::new(Numbers::new());
        let free = f.occupy();
        let mut callers = JoinSet::new();
        for number in 0..50 {
            let here = Arc::clone(&f);
            callers.spawn(async move {
                let seen = Arc::new(Mutex::new(0));
                let (there, told) = (Arc::clone(&here), Arc::clone(&seen));
                let after = move |_: &u32| *told.lock().expect("a count") = there.count();
                let done = here.writer.run(insert(number), after).await;
                assert_eq!(done.expect("it is done"), number);
                *seen.lock().expect("a count")
            });
        }
        f.queued(50).await;
        drop(free);
        // Whoever is told first sees all of them.
        assert!(callers.join_all().await.iter().all(|seen| *seen == 50));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_job_that_fails_is_undone_alone() {
        let f = Arc::new(Numbers::new());
        let free = f.occupy();
        let mut callers = JoinSet::new();
        for number in 0..10 {
            let writer = Arc::clone(&f.writer);
            callers.spawn(async move {
                let job = move |tx: &Transaction<'_>| {
                    insert(number)(tx)?;
                    if number % 2 == 1 {
                        return Err(Error::Stalled);
                    }
                    Ok(())
                };
                (number, writer.run(job, |()| ()).await)
            });
        }
        f.queued(10).await;
        drop(free);
        for (number, done) in callers.join_all().await {
            let refused = matches!(done, Err(Error::Stalled));
            assert_eq!(refused, number % 2 == 1, "{number}: {done:?}");
        }
        assert_eq!(f.count(), 5);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_than_go_together_are_all_done() {
        let f = Arc::new(Numbers::new());
        let free = f.occupy();
        let count = 3 * u32::try_from(TOGETHER).expect("a small number") + 1;
        let mut callers = JoinSet::new();
        for number in 0..count {
            let writer = Arc::clone(&f.writer);
            callers.spawn(async move { writer.run(insert(number), |_| ()).await });
        }
        f.queued(TOGETHER).await;
        drop(free);
        assert!(callers.join_all().await.iter().all(Result::is_ok));
        assert_eq!(f.count(), count);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_any_more_does_not_begin() {
        let f = Arc::new(Numbers::new());
        let free = f.occupy();
        let writer = Arc::clone(&f.writer);
        let gone = tokio::spawn(async move { writer.run(insert(1), |_| ()).await });
        f.queued(1).await;
        gone.abort();
        assert!(gone.await.is_err());
        drop(free);
        f.writer.run(insert(2), |_| ()).await.expect("it is done");
        assert_eq!(f.count(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn if_all_is_undone_each_is_told() {
        let f = Numbers::new();
        let job = |tx: &Transaction<'_>| {
            insert(1)(tx)?;
            // As the engine does by itself when the disk is full.
            Ok(tx.execute_batch("ROLLBACK")?)
        };
        let done = f.writer.run(job, |()| ()).await;
        assert!(matches!(done, Err(Error::Interrupted)), "{done:?}");
        f.writer.run(insert(2), |_| ()).await.expect("it is done");
        assert_eq!(f.count(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_hurts_nobody_who_comes_later() {
        let f = Numbers::new();
        let job = |_: &Transaction<'_>| -> Result<(), Error> { panic!("a fault") };
        let done = f.writer.run(job, |()| ()).await;
        assert!(matches!(done, Err(Error::Interrupted)), "{done:?}");
        f.writer.run(insert(2), |_| ()).await.expect("it is done");
    }
}
