//! Mail is not sent to the gateway itself.

use routing::{Host, HostName, Own};
use store::{Error, Version};

use crate::fixture::{Fixture, by, hop_of, managed_at, route_over};

pub(crate) fn name(text: &str) -> HostName {
    match Host::parse(text).unwrap() {
        Host::Name(name) => name,
        _ => panic!("{text} is no name"),
    }
}

#[tokio::test]
async fn a_host_that_is_the_gateway_is_refused_wherever_it_is_named() {
    let f = Fixture::new().await;
    let by = by("anna");
    // What is there already stays, and may be led elsewhere.
    let old = f.add(route_over("old.example", "192.0.2.7:2525")).await;
    let own = Own::new(
        [name("gateway.example.net")],
        ["192.0.2.7".parse().unwrap()],
        false,
    );
    let store = f.store.clone().guarded(own);
    for hops in [
        "gateway.example.net:2525",
        "a.example, 192.0.2.7",
        "a.example, [::1]:26",
    ] {
        let added = store.add(&by, route_over("example.com", hops)).await;
        assert!(matches!(added, Err(Error::Loop(_))), "{hops}");
        let value = route_over("old.example", hops);
        let edited = store.edit(&by, old.id, old.version, value).await;
        assert!(matches!(edited, Err(Error::Loop(_))), "{hops}");
    }
    let added = store
        .add(&by, managed_at("example.com", "127.0.0.1", 2525))
        .await;
    assert!(matches!(added, Err(Error::Loop(_))));
    let hop = Some(hop_of("gateway.example.net"));
    let set = store.set_default_routing(&by, Version(0), hop).await;
    assert!(matches!(set, Err(Error::Loop(_))));
    assert_eq!(f.store.changes(0, 9).await.unwrap().len(), 1);
    store
        .edit(
            &by,
            old.id,
            old.version,
            route_over("old.example", "a.example"),
        )
        .await
        .unwrap();
    store
        .set_default_routing(&by, Version(0), None)
        .await
        .unwrap();
}
