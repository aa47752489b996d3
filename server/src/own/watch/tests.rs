use routing::{Input, NextHop, NextHops};
use store::By;

use super::super::tests::{dns, gateway};
use super::*;

fn typed(domain: &str, host: &str, further: &str) -> Input {
    Input {
        domain: domain.to_owned(),
        relay_host: host.to_owned(),
        relay_port: "25".to_owned(),
        further_hosts: (!further.is_empty()).then(|| further.to_owned()),
        ..Input::default()
    }
}

fn hop(text: &str) -> NextHop {
    text.parse::<NextHops>().unwrap().first().clone()
}

#[tokio::test]
async fn every_host_in_use_is_looked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("smart-hosts.db"))
        .await
        .unwrap();
    let by = By::new("anna", crate::clock::now());
    for (domain, further) in [
        ("example.com", "loop.example.net"),
        ("example.net", "192.0.2.7"),
    ] {
        let route = typed(domain, "mail.example.net", further).route().unwrap();
        store.add(&by, route).await.unwrap();
    }
    for (domain, host) in [
        ("a.example.org", "mail.example.net"),
        ("b.example.org", "loop.example.net"),
        ("c.example.org", "other-loop.example.net"),
        ("d.example.org", "other-loop.example.net"),
    ] {
        let managed = typed(domain, host, "").managed_domain().unwrap();
        store.add(&by, managed).await.unwrap();
    }
    let default = Some(hop("loop.example.net"));
    store
        .set_default_routing(&by, store::Version(0), default)
        .await
        .unwrap();
    let cautions = all_cautions(&store, &gateway(), dns).await.unwrap();
    let begins: Vec<_> = cautions
        .iter()
        .filter_map(|caution| caution.split(' ').next())
        .collect();
    assert_eq!(
        begins,
        ["loop.example.net", "192.0.2.7", "other-loop.example.net"]
    );
    assert!(cautions[1].starts_with("192.0.2.7 is an address of this gateway"));
}
