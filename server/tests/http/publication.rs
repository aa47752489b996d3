//! Whether an answer to a change waits for those who answer Postfix, and what it says of them.

use gateway::lookup::published::Announcer;
use store::Version;

use crate::console::{Console, DEFAULT_ROUTING, SMART_HOSTS};

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
