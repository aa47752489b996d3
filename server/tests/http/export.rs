//! Lists as files.

use crate::console::{Console, MANAGED_DOMAINS, SMART_HOSTS};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_text_file_is_byte_for_byte() {
    let console = Console::new().await;
    console.route("z.net", "2001:DB8::1").await;
    console.route("b\u{fc}cher.net", "mail.example.net").await;
    console.route(".a.net", "192.0.2.1").await;
    let file = console.get(&format!("{SMART_HOSTS}/export")).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"smart-hosts.txt\""
    );
    assert_eq!(
        file.body,
        "# smart-hosts 1: 3 routes\n\
         .a.net,192.0.2.1,25\n\
         xn--bcher-kva.net,mail.example.net,25\n\
         z.net,2001:db8::1,25\n"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn formats_and_search_are_chosen_in_the_url() {
    let console = Console::new().await;
    console.route("a.net", "mail.example.net").await;
    console.route("b.org", "mail.example.net").await;
    for (query, name, text) in [
        (
            "format=csv",
            "smart-hosts.csv",
            "domain,host,port,scope,comment,further_hosts,enabled\r\n",
        ),
        ("format=json", "smart-hosts.json", "\"count\":2"),
        (
            "format=postfix",
            "smart-hosts.transport",
            "a.net smarthost:[mail.example.net]:25\n",
        ),
        (
            "format=postfix-tls",
            "smart-hosts.tls",
            "[mail.example.net]:25 may\n",
        ),
        (
            "format=text&q=org",
            "smart-hosts.txt",
            "# smart-hosts 1: 1 route\nb.org,",
        ),
        ("format=text&q=", "smart-hosts.txt", "2 routes"),
    ] {
        let file = console.get(&format!("{SMART_HOSTS}/export?{query}")).await;
        assert_eq!(file.status, 200, "{query}");
        assert!(file.header("content-disposition").contains(name), "{query}");
        file.shows(text);
    }
    let refused = console
        .get(&format!("{SMART_HOSTS}/export?format=xlsx"))
        .await;
    assert_eq!(refused.status, 400);
    refused.shows("text, csv, json, postfix, postfix-tls, exim, opensmtpd");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn managed_domains_are_exported_too() {
    let console = Console::new().await;
    console.managed("own.net", "mail.own.net").await;
    console.managed("other.net", "").await;
    let file = console.get(&format!("{MANAGED_DOMAINS}/export")).await;
    assert_eq!(
        file.body,
        "# managed-domains 1: 2 managed domains\nother.net,,\nown.net,mail.own.net,25\n"
    );
}
