//! Changing many rows at once, and switching one on or off.

use access::Role;
use axum::body::Body;
use axum::http::{Method, header};
use routing::Route;
use store::{Query, Stored};

use crate::console::{Console, MANAGED_DOMAINS, SMART_HOSTS, request_of};

const CHANGE: &str = "/smtp/domains/smart-hosts/change";

async fn lines(console: &Console) -> Vec<String> {
    let page = console.store.page::<Route>(Query::default()).await.unwrap();
    let rows = page.rows.iter();
    rows.map(|row| routing::route_line(&row.value)).collect()
}

fn key<T>(row: &Stored<T>) -> String {
    format!("{}:{}", row.id.0, row.version.0)
}

async fn three(console: &Console) -> [Stored<Route>; 3] {
    [
        console.route("a.example", "one.example.net").await,
        console.route("b.example", "two.example.net").await,
        console.route("c.other", "two.example.net").await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_question_says_how_many_and_shows_some() {
    let console = Console::new().await;
    let [a, b, _] = three(&console).await;
    let one = console.get(&format!("{CHANGE}?delete={}", key(&a))).await;
    one.shows("Change route a.example")
        .shows("one.example.net, port 25")
        .hides("b.example")
        .hides("<script");
    let two = format!("{CHANGE}?q=ex&delete={}&delete={}", key(&a), key(&b));
    console
        .get(&two)
        .await
        .shows("Change 2 routes")
        .shows("href=\"/smtp/domains/smart-hosts?q=ex\"");
    let all = console
        .get(&format!("{CHANGE}?q=two&delete=matching"))
        .await;
    all.shows("Change all 2 routes that match \u{201c}two\u{201d}")
        .shows("name=\"matching\" value=\"2\"")
        .hides("a.example");
    // As many as the person was told of, whatever has happened since.
    let told = format!("{CHANGE}?q=two&delete=matching&expected=7&as_of=1");
    console
        .get(&told)
        .await
        .shows("value=\"7\"")
        .shows("and 5 more");
    for nothing in [
        CHANGE.to_owned(),
        format!("{CHANGE}?delete=x"),
        format!("{CHANGE}?q=none&delete=matching"),
    ] {
        let page = console.get(&nothing).await;
        assert_eq!(page.status, 200);
        page.shows("Nothing is ticked. Tick the routes first.");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_are_changed_and_the_list_says_so() {
    let console = Console::new().await;
    let [a, b, _] = three(&console).await;
    let form = format!(
        "do=change&row={}&row={}&enabled=no&relay_host=new.example.net%3A2525&relay_port=&comment=moved",
        key(&a),
        key(&b)
    );
    let done = console
        .post(&format!("{CHANGE}?q=example&sort=host"), &form)
        .await;
    assert_eq!(done.status, 303);
    let to = done.header("location").to_owned();
    assert!(
        to.starts_with("/smtp/domains/smart-hosts?q=example&sort=host&done=changed-2&undo="),
        "{to}"
    );
    console
        .get(&to)
        .await
        .shows("Changed 2 routes.")
        .shows("Undo")
        .shows(">Disabled<");
    assert_eq!(
        lines(&console).await,
        [
            "a.example,new.example.net,2525,disabled,domain,moved",
            "b.example,new.example.net,2525,disabled,domain,moved",
            "c.other,two.example.net,25",
        ]
    );
    let last = console.store.changes(0, 99).await.unwrap().pop().unwrap();
    assert_eq!(last.actor, "admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_that_match_are_changed_or_the_question_is_asked_again() {
    let console = Console::new().await;
    three(&console).await;
    let latest = console.store.latest().await.unwrap().0;
    let form = |as_of: i64| format!("do=change&matching=2&as_of={as_of}&comment=x");
    let stale = console.post(&format!("{CHANGE}?q=two"), &form(1)).await;
    assert_eq!(stale.status, 409);
    stale
        .shows("The list has changed")
        .shows("Nothing was changed")
        .shows("value=\"x\"")
        .shows(&format!("name=\"as_of\" value=\"{latest}\""));
    let done = console
        .post(&format!("{CHANGE}?q=two"), &form(latest))
        .await;
    assert_eq!(done.status, 303);
    assert_eq!(lines(&console).await[0], "a.example,one.example.net,25");
    assert_eq!(
        lines(&console).await[1],
        "b.example,two.example.net,25,domain,x"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_is_said_beside_its_field() {
    let console = Console::new().await;
    let [a, b, c] = three(&console).await;
    let before = lines(&console).await;
    let rows = format!("do=change&row={}", key(&a));
    for (form, message) in [
        (format!("{rows}&relay_port=70000"), "out of range"),
        (format!("{rows}&relay_host=-"), "relay_host-error"),
        (rows.clone(), "Nothing is to be changed"),
        (format!("{rows}&comment=x&no_comment=yes"), "Do one of them"),
        ("do=change&comment=x".to_owned(), "Nothing is ticked"),
        ("do=change&row=x&comment=x".to_owned(), "Nothing is ticked"),
    ] {
        let page = console.post(CHANGE, &form).await;
        assert_eq!(page.status, 422, "{form}");
        page.shows(message);
    }
    let gone = format!("do=change&row=99:99&row={}&comment=x", key(&b));
    let page = console.post(CHANGE, &gone).await;
    assert_eq!(page.status, 404);
    page.shows("does not exist")
        .shows("value=\"x\"")
        .shows(&key(&b))
        .hides("99:99");
    let changed = format!("do=change&row={}:1&comment=x", c.id.0);
    let page = console.post(CHANGE, &changed).await;
    assert_eq!(page.status, 409);
    // Once more, it is meant for the row as it is.
    page.shows(&format!("name=\"row\" value=\"{}\"", key(&c)));
    assert_eq!(lines(&console).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_row_is_switched_from_the_list() {
    let console = Console::new().await;
    let [a, ..] = three(&console).await;
    console
        .get(SMART_HOSTS)
        .await
        .shows("role=\"switch\"")
        .shows("a.example is enabled");
    console.get(MANAGED_DOMAINS).await.hides("role=\"switch\"");
    let off = console
        .post(&format!("{CHANGE}?q=a"), &format!("disable={}", key(&a)))
        .await;
    assert_eq!(off.status, 303);
    let to = off.header("location").to_owned();
    console
        .get(to.split('#').next().unwrap())
        .await
        .shows("Saved a.example: it is disabled and decides nothing.")
        .shows("aria-checked=\"false\"");
    // The version that was shown is no longer the last one.
    let late = console.post(CHANGE, &format!("enable={}", key(&a))).await;
    assert_eq!(late.status, 409);
    late.shows("Your change was not made")
        .shows("Change route a.example");
    let row = console.store.get::<Route>(a.id).await.unwrap().unwrap();
    console.post(CHANGE, &format!("enable={}", key(&row))).await;
    assert_eq!(lines(&console).await[0], "a.example,one.example.net,25");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn managed_domains_are_changed_without_a_state() {
    let console = Console::new().await;
    let row = console.managed("a.example", "in.example.net").await;
    let path = "/smtp/domains/managed-domains/change";
    let page = console.get(&format!("{path}?delete={}", key(&row))).await;
    page.shows("Change managed domain a.example")
        .hides("id=\"enabled\"");
    let form = format!("do=change&row={}&relay_port=26", key(&row));
    let done = console.post(path, &form).await;
    assert_eq!(done.status, 303);
    console
        .get(done.header("location"))
        .await
        .shows("Changed 1 managed domain.")
        .shows(">26<");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_viewer_changes_nothing() {
    let console = Console::new().await;
    let [a, ..] = three(&console).await;
    let session = console.person("vera", Role::Viewer, 90).await;
    for (method, form) in [
        (Method::GET, String::new()),
        (Method::POST, format!("disable={}", key(&a))),
    ] {
        let asked = request_of(Some(&session), method, CHANGE)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form));
        let answer = console.send(asked.unwrap()).await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(lines(&console).await[0], "a.example,one.example.net,25");
}
