//! Whether an answer to a change waits for those who answer Postfix, and what it says of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gateway::lookup::published::Announcer;
use routing::{Comment, NextHops, TlsPolicy};
use store::{HeldQuery, Login, SmartHostInput, Version};

use crate::console::{Console, DEFAULT_ROUTING, SMART_HOSTS, by};

const NOT_YET: &str = "Saved, but not yet published to Postfix.";
/// More changes than any of these tests makes.
const ALL: Version = Version(1000);

fn add(domain: &str) -> serde_json::Value {
    serde_json::json!({
        "listing": "smart-hosts",
        "key": null,
        "input": { "domain": domain, "relay_host": "mail.example.net", "relay_port": "25" },
        "state": {
            "search": "", "sort": { "by": "domain", "descending": false }, "size": 50,
            "place": "first", "open": "nothing", "done": null,
        },
    })
}

fn form(domain: &str) -> String {
    format!("do=add&domain={domain}&relay_host=mail.example.net&relay_port=25")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_said_where_nobody_answers_postfix_or_all_know() {
    let console = Console::new().await;
    let added = console.post(SMART_HOSTS, &form("a.example")).await;
    assert_eq!(added.status, 303);
    let page = console.get(added.header("location")).await;
    page.shows("Added a.example").hides(NOT_YET);

    let mut announcer = Announcer::new(console.folder()).unwrap();
    announcer.announce(ALL).unwrap();
    let added = console.post(SMART_HOSTS, &form("b.example")).await;
    let page = console.get(added.header("location")).await;
    page.shows("Added b.example").hides(NOT_YET);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_not_published_is_said_with_and_without_a_script() {
    let console = Console::new().await;
    let _silent = Announcer::new(console.folder()).unwrap();
    let called = console.call("list/save", &add("a.example")).await;
    assert_eq!(called.status, 200);
    called.shows("Added a.example").shows(NOT_YET);

    for (page, form) in [
        (SMART_HOSTS, form("b.example")),
        (SMART_HOSTS, "do=delete&row=1%3A1".to_owned()),
        (
            DEFAULT_ROUTING,
            "relay_host=mail.example.net&relay_port=25&version=0".to_owned(),
        ),
    ] {
        let posted = console.post(page, &form).await;
        assert_eq!(posted.status, 303, "{form}: {}", posted.body);
        console.get(posted.header("location")).await.shows(NOT_YET);
    }
    // A page that says of no change says nothing of its publication.
    console.get(SMART_HOSTS).await.hides(NOT_YET);
}

/// A console on which each of these can be done once: forms of pages without a module.
async fn with_plain_forms() -> (Console, [(&'static str, String); 3]) {
    let console = Console::new().await;
    let route = console.route("a.example", "mail.example.net").await;
    console.delete(&route).await;
    let held = console.store.held(HeldQuery::default()).await.unwrap();
    let next_hop = "[c.example]:587".parse::<NextHops>().unwrap();
    let input = SmartHostInput {
        next_hop: next_hop.first().clone(),
        tls: TlsPolicy::Required,
        login: Login::None,
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    let set = console.store.set_smart_host(&by(), Version(0), input).await;
    let forms = [
        (
            "/smtp/smart-host-settings/edit",
            "host=b.example&port=587&version=0&tls=required".to_owned(),
        ),
        (
            "/smtp/smart-host-settings/delete",
            format!("host=c.example&port=587&version={}", set.unwrap().version.0),
        ),
        ("/smtp/held/release", format!("row={}", held.rows[0].id.0)),
    ];
    (console, forms)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_without_a_module_say_it_too() {
    let (console, forms) = with_plain_forms().await;
    let _silent = Announcer::new(console.folder()).unwrap();
    for (page, form) in &forms {
        let posted = console.post(page, form).await;
        assert_eq!(posted.status, 303, "{form}: {}", posted.body);
        console.get(posted.header("location")).await.shows(NOT_YET);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_without_a_module_wait_too() {
    let (console, forms) = with_plain_forms().await;
    let mut announcer = Announcer::new(console.folder()).unwrap();
    for (page, form) in &forms {
        let known = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&known);
        let mut changed = console.store.changed();
        let service = tokio::spawn(async move {
            changed.changed().await.unwrap();
            let version = *changed.borrow();
            // Long enough for an answer that does not wait.
            tokio::time::sleep(Duration::from_millis(100)).await;
            told.store(true, Ordering::SeqCst);
            announcer.announce(version).unwrap();
            announcer
        });
        let posted = console.post(page, form).await;
        assert_eq!(posted.status, 303, "{form}: {}", posted.body);
        assert!(known.load(Ordering::SeqCst), "{page} did not wait");
        announcer = service.await.unwrap();
        console.get(posted.header("location")).await.hides(NOT_YET);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_answer_waits_until_the_change_is_published() {
    let console = Console::new().await;
    let mut announcer = Announcer::new(console.folder()).unwrap();
    let mut changed = console.store.changed();
    let service = tokio::spawn(async move {
        changed.changed().await.unwrap();
        announcer.announce(ALL).unwrap();
        announcer
    });
    let called = console.call("list/save", &add("a.example")).await;
    called.shows("Added a.example").hides(NOT_YET);
    service.await.unwrap();
}
