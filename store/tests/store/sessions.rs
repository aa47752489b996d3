//! Sessions: when they end, and whose they are.

use access::Role;
use store::{Lapse, SessionKey, Timestamp};

use crate::{
    fixture::Fixture,
    people::{NEVER, add, session},
};

const fn lapse(now: i64, idle_since: i64) -> Lapse {
    Lapse {
        now: Timestamp(now),
        idle_since: Timestamp(idle_since),
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_its_time_has_come() {
    let f = Fixture::new().await;
    let anna = add(&f.store, "anna", Role::Administrator).await;
    let key = session(&f.store, Some(anna), 1).await;
    let alive = async |lapse| f.store.signed_in(key, lapse).await.unwrap().is_some();
    // Made at 10, ends at 1000.
    assert!(alive(lapse(999, 9)).await);
    assert!(!alive(lapse(1000, 9)).await);
    assert!(!alive(lapse(20, 10)).await);
    f.store.touch_session(key, Timestamp(50)).await.unwrap();
    // A clock that goes back does not shorten it.
    f.store.touch_session(key, Timestamp(40)).await.unwrap();
    assert!(alive(lapse(60, 49)).await);
    assert_eq!(f.store.forget_sessions(lapse(60, 49)).await.unwrap(), 0);
    assert_eq!(f.store.forget_sessions(lapse(60, 50)).await.unwrap(), 1);
    assert!(!alive(NEVER).await);
}

#[tokio::test]
async fn a_session_is_kept_as_it_was_put() {
    let f = Fixture::new().await;
    let anna = add(&f.store, "anna", Role::Administrator).await;
    let key = session(&f.store, None, 1).await;
    let mut kept = f.store.session(key, NEVER).await.unwrap().unwrap();
    assert_eq!(kept.person, None);
    assert_eq!(
        f.store.signed_in(key, NEVER).await.unwrap(),
        None,
        "not signed in yet"
    );
    kept.person = Some(anna);
    kept.data = "{\"a\":1}".to_owned();
    kept.agent = "x".repeat(900);
    f.store.put_session(kept.clone()).await.unwrap();
    kept.agent.truncate(255);
    assert_eq!(f.store.session(key, NEVER).await.unwrap(), Some(kept));
    let signed_in = f.store.signed_in(key, NEVER).await.unwrap().unwrap();
    assert_eq!(signed_in.person.id, anna);
    assert_eq!(signed_in.person.seen, Some(Timestamp(10)));
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let f = Fixture::new().await;
    let anna = add(&f.store, "anna", Role::Administrator).await;
    let ben = add(&f.store, "ben", Role::Viewer).await;
    let (one, two) = (
        session(&f.store, Some(anna), 1).await,
        session(&f.store, Some(anna), 2).await,
    );
    assert!(!f.store.end_session_of(ben, one).await.unwrap());
    assert_eq!(f.store.sessions_of(anna, NEVER).await.unwrap().len(), 2);
    assert!(f.store.end_session_of(anna, one).await.unwrap());
    let three = session(&f.store, Some(anna), 3).await;
    f.store.end_sessions(anna, Some(three)).await.unwrap();
    let left: Vec<_> = f.store.sessions_of(anna, NEVER).await.unwrap();
    assert_eq!(left.iter().map(|s| s.key).collect::<Vec<_>>(), [three]);
    f.store.end_session(three).await.unwrap();
    f.store.end_session(two).await.unwrap();
    assert!(f.store.sessions_of(anna, NEVER).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_browsers_are_remembered() {
    let f = Fixture::new().await;
    let anna = add(&f.store, "anna", Role::Administrator).await;
    for n in 0..25 {
        f.store
            .know_device(anna, [n; 32], Timestamp(n.into()))
            .await
            .unwrap();
    }
    for n in 0..25 {
        let known = f.store.knows_device(anna, [n; 32]).await.unwrap();
        assert_eq!(known, n >= 5, "{n}");
    }
}

#[test]
fn a_key_is_written_and_read() {
    let key = SessionKey([0xa7; 32]);
    assert_eq!(key.to_string(), "a7".repeat(32));
    assert_eq!(key.to_string().parse(), Ok(key));
    for text in ["", "a7", &"g".repeat(64), &"\u{e4}".repeat(32)] {
        assert!(text.parse::<SessionKey>().is_err(), "{text}");
    }
    assert!(!format!("{key:?}").contains(&key.to_string()));
}
