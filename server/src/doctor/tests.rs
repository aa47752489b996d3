use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use gateway::postfix::{Check, Examination, Outcome, Report, Settings, Standing, System};
use store::{Store, Timestamp};

use super::{Doctor, Look, Until, this_machine};

fn found(standing: Standing, outcomes: &[Outcome]) -> Examination {
    let check = |outcome: &Outcome| Check {
        name: "lookup-service".to_owned(),
        outcome: *outcome,
        found: "Found.".to_owned(),
        fix: None,
    };
    Examination {
        standing,
        report: Report {
            checks: outcomes.iter().map(check).collect(),
        },
    }
}

async fn doctor(look: Look) -> (Doctor, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("smart-hosts.db")).await;
    (Doctor::new(store.unwrap(), || Timestamp(7), look), folder)
}

#[tokio::test]
async fn only_failures_of_a_postfix_that_is_set_up_are_problems() {
    use Outcome::{Failure, Ok, Unknown, Warning};
    for (standing, outcomes, problems) in [
        (Standing::Open, &[Failure, Ok, Failure][..], Some(2)),
        (Standing::Restricted, &[Failure, Unknown], Some(1)),
        (Standing::Open, &[Warning, Unknown, Ok], None),
        (Standing::NotSetUp, &[Failure], None),
        (Standing::Absent, &[Unknown], None),
    ] {
        let (doctor, _folder) = doctor(Arc::new(move |_| Some(found(standing, outcomes)))).await;
        assert_eq!(doctor.problems(), None);
        doctor.examine().await;
        assert_eq!(doctor.last().unwrap().at, Timestamp(7));
        let count = doctor.problems().map(app::shell::Problems::count);
        assert_eq!(count, problems, "{standing:?} {outcomes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_never_more_than_one_examination() {
    let (go, gate) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let (doctor, _folder) = doctor(Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        gate.lock().unwrap().recv().unwrap();
        None
    }))
    .await;
    let first = tokio::spawn({
        let asked = doctor.clone();
        async move { asked.examine().await }
    });
    while begun.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    // Whoever asks and goes away ends nothing.
    first.abort();
    let mut second = Box::pin(doctor.examine());
    tokio::select! {
        biased;
        () = &mut second => panic!("it did not wait for the first"),
        () = std::future::ready(()) => {}
    }
    go.send(()).unwrap();
    second.await;
    assert_eq!(begun.load(Ordering::SeqCst), 1);
    assert!(doctor.last().unwrap().examination.is_none());
    assert_eq!(doctor.problems(), None);
}

#[test]
fn after_its_time_no_command_is_started() {
    let over = Until(Instant::now());
    let error = over.run(&["true"], None, Duration::from_secs(9));
    assert_eq!(error.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
}

#[test]
fn a_folder_without_a_configuration_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        config_dir: Some(folder.path().to_owned()),
        ..Settings::default()
    };
    let found = this_machine(settings)(&gateway::postfix::Expected::default()).unwrap();
    // Unreadable with a Postfix on the machine, absent without.
    assert!(matches!(
        found.standing,
        Standing::Unreadable | Standing::Absent
    ));
    assert_eq!(found.problems(), 0);
}
