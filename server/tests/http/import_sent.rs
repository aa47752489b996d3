//! Limits of files that are sent to be imported.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::routing::post;
use futures::{Stream, StreamExt, stream};
use server::http::limited;
use server::limits::Limits;
use tokio::time::sleep;
use tower::ServiceExt;

const PATH: &str = "/smtp/domains/smart-hosts/import";

/// Sends this to a service that says how many bytes have come.
async fn send(pieces: impl Stream<Item = Vec<u8>> + Send + 'static) -> (StatusCode, String) {
    let limits = Limits {
        body: Duration::from_millis(50),
        body_bytes: 10,
        upload_bytes: 3 * 1024 * 1024,
        upload_stalled: Duration::from_millis(300),
        upload_pace: 1024,
        ..Limits::default()
    };
    let count = async |body: Body| {
        let mut pieces = body.into_data_stream();
        let mut bytes = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            bytes += piece.len();
        }
        bytes.to_string()
    };
    let service = limited(Router::new().route(PATH, post(count)), limits);
    let body = Body::from_stream(pieces.map(Ok::<_, io::Error>));
    let request = Request::post(PATH).body(body).unwrap();
    let answer = service.oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_file_may_be_large_and_slow() {
    let large = stream::iter((0..3).map(|_| vec![0; 1024 * 1024]));
    assert_eq!(send(large).await, (StatusCode::OK, "3145728".to_owned()));
    let slow = stream::iter(0..6).then(async |_| {
        sleep(Duration::from_millis(100)).await;
        vec![0; 1024]
    });
    assert_eq!(send(slow).await, (StatusCode::OK, "6144".to_owned()));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    let more = stream::iter((0..4).map(|_| vec![0; 1024 * 1024]));
    let (status, words) = send(more).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(words.contains("more than 3 MB"), "{words}");
    // One without end is not read for ever.
    let endless = stream::repeat_with(|| vec![0; 1024 * 1024]);
    assert_eq!(send(endless).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_file_that_stalls_is_cut_off() {
    let stalls = stream::iter([vec![0; 2_000]]).chain(stream::pending());
    let (status, words) = send(stalls).await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    assert!(words.contains("Nothing was changed"), "{words}");
    // So is one that only trickles.
    let trickles = stream::unfold((), async |()| {
        sleep(Duration::from_millis(50)).await;
        Some((vec![0], ()))
    });
    assert_eq!(send(trickles).await.0, StatusCode::REQUEST_TIMEOUT);
}
