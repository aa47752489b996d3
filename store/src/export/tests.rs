use routing::Route;

use super::{courier::BATCHES_AHEAD, *};

/// Long enough to be waited for, short enough to wait for it.
const SHORT: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_takes_nothing_is_given_up_with_an_error() {
    let (mut courier, mut rows) = Courier::<Vec<Route>>::new(SHORT);
    spawn_blocking(move || {
        for _ in 0..BATCHES_AHEAD {
            assert!(courier.send(Vec::new()).unwrap());
        }
        let error = courier.send(Vec::new()).unwrap_err();
        assert!(matches!(error, Error::Stalled));
        courier.fail(error);
    })
    .await
    .unwrap();
    for _ in 0..BATCHES_AHEAD {
        assert!(rows.recv().await.unwrap().is_ok());
    }
    assert!(matches!(rows.recv().await, Some(Err(Error::Stalled))));
    assert!(rows.recv().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_has_gone_ends_it_without_an_error() {
    let (mut courier, rows) = Courier::<Vec<Route>>::new(PATIENCE);
    drop(rows);
    let sent = spawn_blocking(move || courier.send(Vec::new()));
    assert!(!sent.await.unwrap().unwrap());
}

#[tokio::test]
async fn work_that_breaks_off_is_not_taken_for_whole() {
    let (courier, mut rows) = Courier::<Vec<Route>>::new(PATIENCE);
    drop(courier);
    assert!(matches!(rows.recv().await, Some(Err(Error::Interrupted))));

    let (courier, mut rows) = Courier::<Vec<Route>>::new(PATIENCE);
    courier.finish();
    assert!(rows.recv().await.is_none());
}
