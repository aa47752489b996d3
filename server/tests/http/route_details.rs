//! The page of one route.

use gateway::lookup::published::Announcer;
use store::{Asked, Timestamp, Version};

use crate::console::{Console, SMART_HOSTS, by};

fn page(id: i64) -> String {
    format!("{SMART_HOSTS}/route?id={id}")
}

const FORM: &str = "/smtp/domains/smart-hosts/route";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_that_is_known_of_a_route_is_shown() {
    let console = Console::new().await;
    let route = console
        .route("b\u{fc}cher.example", "mail.example.net")
        .await;
    let shown = console.get(&page(route.id.0)).await;
    assert_eq!(shown.status, 200);
    shown
        .shows("b\u{fc}cher.example (xn--bcher-kva.example)")
        .shows("title=\"2026-01-01T12:00:00Z\"")
        .shows("added on this machine")
        .shows("no look-up service runs")
        .shows("Not asked for yet")
        .shows("postqueue -f")
        .shows("/smtp/smart-host-settings/edit?host=mail%2Eexample%2Enet&amp;port=25")
        .shows("/smtp/test?host=mail%2Eexample%2Enet&amp;port=25")
        .shows("/smtp/explain?address=xn%2D%2Dbcher%2Dkva%2Eexample")
        .shows("mail.example.net:25</textarea>")
        .hides("<script");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_says_how_far_the_route_has_come() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let mut announcer = Announcer::new(console.folder()).unwrap();
    let path = page(route.id.0);
    console.get(&path).await.shows("Not yet<");
    announcer.announce(route.version).unwrap();
    console
        .get(&path)
        .await
        .shows("Postfix is answered as saved");

    let asked = |count, after| {
        let last_at = Timestamp(by().at.0 + after);
        vec![(route.id, Asked { count, last_at })]
    };
    console.store.add_asked(asked(1, -60_000)).await.unwrap();
    let shown = console.get(&path).await;
    shown.shows("Not since it was saved; before that once");
    console.store.add_asked(asked(1233, 0)).await.unwrap();
    console
        .get(&path)
        .await
        .shows("Asked for 1,234 times in all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_hosts_are_changed() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let form = format!(
        "id={}&version={}&hosts=one.example.net%3A587%0D%0A%5B2001%3Adb8%3A%3A1%5D%3A587%0D%0A",
        route.id.0, route.version.0
    );
    let saved = console.post(FORM, &form).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let shown = console.get(saved.header("location")).await;
    shown
        .shows("Saved: mail goes to one.example.net, port 587")
        .shows("changed by admin")
        .shows("one.example.net:587\n[2001:db8::1]:587</textarea>");
    let stored = console.store.get::<routing::Route>(route.id).await.unwrap();
    let stored = stored.unwrap().value;
    assert_eq!(
        stored.next_hops.to_string(),
        "[one.example.net]:587, [2001:db8::1]:587"
    );
    assert_eq!(stored.pattern, route.value.pattern);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_not_published_is_said_after_saving() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let mut announcer = Announcer::new(console.folder()).unwrap();
    announcer.announce(Version(1)).unwrap();
    let form = format!("id={0}&version={0}&hosts=two.example.net", route.id.0);
    let saved = console.post(FORM, &form).await;
    assert_eq!(saved.status, 303);
    let shown = console.get(saved.header("location")).await;
    shown.shows("Saved, but not yet published to Postfix.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hosts_that_cannot_be_are_refused_beside_the_field() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    for (hosts, message) in [
        ("", "Type a host and a port"),
        ("mail.example.net%3A99999", "65535"),
        ("a.example%0Aa.example", "twice"),
        // Another kind of TLS, and a weaker host behind a stronger one.
        ("a.example%3A587%0Ab.example%3A465", "TLS"),
        ("a.example%3A587%0Ab.example%3A25", "TLS"),
        ("%3Cscript%3E", "&lt;script&gt;"),
    ] {
        let form = format!("id={0}&version={0}&hosts={hosts}", route.id.0);
        let refused = console.post(FORM, &form).await;
        assert_eq!(refused.status, 422, "{hosts}");
        let error = refused.body.split("id=\"hosts-error\"").nth(1).unwrap();
        let error = error.split("</p>").next().unwrap();
        assert!(error.contains(message), "{hosts}: {error}");
        refused.shows("aria-invalid=\"true\"").hides("<script>");
    }
    let form = format!(
        "id={0}&version={0}&hosts=a.example%3A587%0D%0Ab.example%3A25",
        route.id.0
    );
    let refused = console.post(FORM, &form).await;
    refused.shows("a.example:587\r\nb.example:25</textarea>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_by_somebody_else_is_shown_and_not_overwritten() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let mut theirs = route.value.clone();
    theirs.next_hops = "theirs.example.net:26".parse().unwrap();
    let by = by();
    let edit = console.store.edit(&by, route.id, route.version, theirs);
    let theirs = edit.await.unwrap().row;
    let form = format!(
        "id={}&version={}&hosts=mine.example.net",
        route.id.0, route.version.0
    );
    let refused = console.post(FORM, &form).await;
    assert_eq!(refused.status, 409);
    refused
        .shows("Your change was not made.")
        .shows("theirs.example.net, port 26")
        .shows("mine.example.net</textarea>")
        .shows(&format!("name=\"version\" value=\"{}\"", theirs.version.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn there_is_a_sentence_where_there_is_no_route() {
    let console = Console::new().await;
    let managed = console.managed("managed.example", "").await;
    for path in [
        page(99),
        page(managed.id.0),
        format!("{FORM}?id=x"),
        FORM.to_owned(),
    ] {
        let answer = console.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        answer
            .shows("There is no such route.")
            .shows("Show all routes");
    }
    let form = "id=99&version=1&hosts=a.example";
    assert_eq!(console.post(FORM, form).await.status, 404);
}
