//! The default domain routing.

use store::{DefaultRouting, Error, Version};

use crate::fixture::{Fixture, by, hop, managed, managed_at};

#[tokio::test]
async fn it_is_empty_at_first_and_counts_who_uses_it() {
    let f = Fixture::new().await;
    let now = f.store.default_routing().await.unwrap();
    assert_eq!(
        (now.next_hop, now.version, now.using, now.managed),
        (None, Version(0), 0, 0)
    );
    f.add(managed("a.example.com")).await;
    f.add(managed("b.example.com")).await;
    f.add(managed_at("c.example.com", "a.example.net", 25))
        .await;
    let now = f.store.default_routing().await.unwrap();
    assert_eq!((now.using, now.managed), (2, 3));
}

#[tokio::test]
async fn it_is_set_and_emptied() {
    let f = Fixture::new().await;
    let to = Some(hop("a.example.net", 26));
    let set = f
        .store
        .set_default_routing(&by("anna"), Version(0), to.clone())
        .await
        .unwrap();
    assert_eq!((&set.next_hop, set.act), (&to, Some(1)));
    let set = DefaultRouting { act: None, ..set };
    assert_eq!(f.store.default_routing().await.unwrap(), set);
    // With somewhere to go, there is nothing to note.
    assert_eq!(f.save(managed("example.com")).await.notes, []);
    let emptied = f
        .store
        .set_default_routing(&by("anna"), set.version, None)
        .await
        .unwrap();
    assert_eq!(emptied.next_hop, None);
    assert!(emptied.version > set.version);
    let changes = f.store.changes(0, 10).await.unwrap();
    let json = serde_json::json!({"host": "a.example.net", "port": 26});
    assert_eq!(changes[0].after.as_ref(), Some(&json));
    assert_eq!(changes[2].before.as_ref(), Some(&json));
}

#[tokio::test]
async fn what_someone_else_set_is_not_overwritten() {
    let f = Fixture::new().await;
    let to = Some(hop("a.example.net", 26));
    let set = f
        .store
        .set_default_routing(&by("anna"), Version(0), to.clone())
        .await
        .unwrap();
    let set = DefaultRouting { act: None, ..set };
    let same = f
        .store
        .set_default_routing(&by("ben"), Version(0), to)
        .await
        .unwrap();
    assert_eq!(same, set);
    let other = Some(hop("b.example.net", 26));
    let refused = f
        .store
        .set_default_routing(&by("ben"), Version(0), other)
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "anna changed the default domain routing meanwhile: host (none) is now a.example.net, port \
         (none) is now 26. Your change was not made."
    );
    assert!(matches!(refused, Error::DefaultRoutingChanged { now, .. } if now == set));
}
