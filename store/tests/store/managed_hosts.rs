//! The hosts of managed domains, each once.

use store::PageSize;

use crate::fixture::{Fixture, managed, managed_at};

#[tokio::test]
async fn each_host_is_named_once_page_by_page() {
    let f = Fixture::new().await;
    let none = f.store.hosts_of_managed_domains(None, PageSize::MAX).await;
    assert_eq!(none.unwrap(), []);
    // The default has no host of its own.
    f.add(managed("default.example.com")).await;
    for (domain, host, port) in [
        ("a.example.com", "mx.example.net", 25),
        ("b.example.com", "192.0.2.7", 25),
        ("c.example.com", "mx.example.net", 2525),
        ("d.example.com", "mail.example.net", 25),
    ] {
        f.add(managed_at(domain, host, port)).await;
    }
    let mut seen = Vec::new();
    loop {
        let after = seen.last().cloned();
        let size = PageSize::new(2);
        let hosts = f.store.hosts_of_managed_domains(after, size).await.unwrap();
        assert!(hosts.len() <= 2);
        if hosts.is_empty() {
            break;
        }
        seen.extend(hosts);
    }
    let names: Vec<_> = seen.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["192.0.2.7", "mail.example.net", "mx.example.net"]);
}
