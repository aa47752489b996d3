//! Sessions: their time, and ending them.

use std::sync::atomic::{AtomicI64, Ordering};

use access::Role;
use store::Timestamp;

use crate::console::{Console, SMART_HOSTS};
use crate::sign_in::{PASSWORD, add, get, jar, post};

static CLOCK: AtomicI64 = AtomicI64::new(1_767_268_800_000);
const MINUTE: i64 = 60_000;

fn later(minutes: i64) {
    CLOCK.fetch_add(minutes * MINUTE, Ordering::Relaxed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_ends_when_it_is_idle_and_after_half_a_day() {
    let (console, _) = Console::empty(|| Timestamp(CLOCK.load(Ordering::Relaxed))).await;
    add(&console, "anna", Role::Administrator).await;
    let form = format!("name=anna&password={}", PASSWORD.replace(' ', "+"));
    let cookie = jar(&post(&console, None, "/sign-in", &form).await);
    let alive = async || get(&console, Some(&cookie), SMART_HOSTS).await.status == 200;
    assert!(alive().await);
    later(29);
    assert!(alive().await);
    later(29);
    assert!(alive().await, "it was used meanwhile");
    later(30);
    assert!(!alive().await);
    let cookie = jar(&post(&console, None, "/sign-in", &form).await);
    for _ in 0..35 {
        later(20);
        assert_eq!(get(&console, Some(&cookie), SMART_HOSTS).await.status, 200);
    }
    later(20);
    assert_eq!(
        get(&console, Some(&cookie), SMART_HOSTS).await.status,
        303,
        "12 hours"
    );
}

static SECONDS: AtomicI64 = AtomicI64::new(1_767_268_800_000);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_is_used_does_not_end_however_short_it_may_be_idle() {
    let console = Console::idle_for(|| Timestamp(SECONDS.load(Ordering::Relaxed)), 1).await;
    add(&console, "anna", Role::Administrator).await;
    let form = format!("name=anna&password={}", PASSWORD.replace(' ', "+"));
    let cookie = jar(&post(&console, None, "/sign-in", &form).await);
    for _ in 0..20 {
        SECONDS.fetch_add(50_000, Ordering::Relaxed);
        assert_eq!(get(&console, Some(&cookie), SMART_HOSTS).await.status, 200);
    }
    SECONDS.fetch_add(60_000, Ordering::Relaxed);
    assert_eq!(get(&console, Some(&cookie), SMART_HOSTS).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_end_their_own_sessions() {
    let console = Console::new().await;
    let anna = console.person("anna", Role::Viewer, 5).await;
    let other = console.session(store::RowId(5), 6).await;
    let ben = console.person("ben", Role::Viewer, 8).await;
    let page = get(&console, Some(&anna), "/account/sessions").await;
    page.shows("this one").shows("127.0.0.1");
    let keys: Vec<_> = page
        .body
        .split("name=\"end\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|key| key.len() == 64)
        .collect();
    assert_eq!(keys.len(), 2);
    // Nobody ends what is not theirs.
    for key in &keys {
        let answer = post(
            &console,
            Some(&ben),
            "/account/sessions",
            &format!("end={key}"),
        )
        .await;
        assert_eq!(answer.status, 303);
    }
    assert_eq!(get(&console, Some(&other), SMART_HOSTS).await.status, 200);
    let ended = post(&console, Some(&anna), "/account/sessions", "end=others").await;
    assert_eq!(ended.header("location"), "/account/sessions?done=ended");
    assert_eq!(get(&console, Some(&other), SMART_HOSTS).await.status, 303);
    assert_eq!(get(&console, Some(&anna), SMART_HOSTS).await.status, 200);
    let own = console.store.sessions_of(
        store::RowId(5),
        store::Lapse {
            now: Timestamp(0),
            idle_since: Timestamp(0),
        },
    );
    let own = own.await.unwrap()[0].key;
    let ended = post(
        &console,
        Some(&anna),
        "/account/sessions",
        &format!("end={own}"),
    )
    .await;
    assert_eq!(ended.header("location"), "/sign-in?done=signed-out");
    assert_eq!(get(&console, Some(&anna), SMART_HOSTS).await.status, 303);
    let odd = post(&console, Some(&ben), "/account/sessions", "end=x").await;
    assert_eq!(odd.status, 400);
}
