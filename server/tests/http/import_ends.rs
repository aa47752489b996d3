//! How imports end before they are done, and whose they are.

use std::io;
use std::time::Duration;

use access::Role;
use axum::body::Body;
use axum::http::Method;
use futures::{StreamExt, stream};
use store::RowId;
use tokio::time::{sleep, timeout};

use crate::console::{Answer, Console, MANAGED_DOMAINS, SMART_HOSTS, request, request_of};
use crate::sent::{body, check, posted, query};

const CANCEL: &str = "/smtp/domains/import/cancel";
const LINE: &[u8] = b"a.example,mail.example,25\n";

fn import(list: &str) -> String {
    format!("{list}/import")
}

/// So many routes, as text.
fn many(count: u32) -> Vec<u8> {
    let lines = (0..count).map(|n| format!("d{n}.example,mail.example,25"));
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let console = Console::new().await;
    let whole = body(&[("file", Some("a"), LINE)]);
    let begun = stream::once(async move { Ok::<_, io::Error>(whole[..40].to_vec()) });
    let endless = Body::from_stream(begun.chain(stream::pending()));
    let sending = console.respond(posted(request(Method::POST, &import(SMART_HOSTS)), endless));
    let mut sending = Box::pin(sending);
    assert!(
        timeout(Duration::from_millis(200), &mut sending)
            .await
            .is_err()
    );
    // As long as it is on the way, there is no other one of the same person.
    let form = console.get(&import(SMART_HOSTS)).await;
    form.shows("A file of yours is on its way");
    let second = console
        .send_form(SMART_HOSTS, &[("file", Some("b"), LINE)])
        .await;
    assert_eq!(second.status, 409);
    drop(sending);
    console
        .get(&import(SMART_HOSTS))
        .await
        .shows("Or paste the lines");
    console.send_file(SMART_HOSTS, "b", LINE, "merge").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reading_is_cancelled() {
    let console = Console::new().await;
    let page = console
        .send_file(SMART_HOSTS, "big.txt", &many(300_000), "merge")
        .await;
    let working = console.get(&page).await;
    working
        .shows("big.txt")
        .shows("<progress")
        .shows("<noscript><meta http-equiv=\"refresh\"");
    let answer = console.post(CANCEL, query(&page)).await;
    assert_eq!(
        answer.header("location"),
        "/smtp/domains/smart-hosts/import?done=cancelled"
    );
    console
        .get(answer.header("location"))
        .await
        .shows("Cancelled. Nothing was imported.");
    assert_eq!(console.get(&page).await.status, 404);
    console.get(SMART_HOSTS).await.shows("No routes yet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_preview_is_cancelled() {
    let console = Console::new().await;
    let page = console.send_file(SMART_HOSTS, "a.txt", LINE, "merge").await;
    console.at_rest(&page).await.shows("Add 1 route?");
    console
        .get(&import(MANAGED_DOMAINS))
        .await
        .shows("You have an import that is not finished");
    assert_eq!(console.post(CANCEL, query(&page)).await.status, 303);
    let gone = console.get(&page).await;
    assert_eq!(gone.status, 404);
    gone.shows("There is no such import");
    for (path, form) in [
        ("commit", "&check=1"),
        ("again", "&mode=merge"),
        ("cancel", ""),
    ] {
        let form = format!("{}{form}", query(&page));
        let answer = console
            .post(&format!("/smtp/domains/import/{path}"), &form)
            .await;
        assert_eq!(answer.status, 404, "{path}");
    }
    console
        .get(&import(MANAGED_DOMAINS))
        .await
        .shows("Or paste the lines");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writing_is_cancelled() {
    let console = Console::new().await;
    let page = console.send_file(SMART_HOSTS, "a.txt", LINE, "merge").await;
    let shown = console.at_rest(&page).await;
    // Somebody else is writing, so it has to wait.
    let raw = console.raw();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let form = format!("{}&check={}", query(&page), check(&shown));
    let answer = console.post("/smtp/domains/import/commit", &form).await;
    assert_eq!(answer.status, 303);
    console.get(&page).await.shows("data-progress");
    let cancel = console.post(CANCEL, query(&page));
    let release = async {
        sleep(Duration::from_millis(100)).await;
        raw.execute_batch("ROLLBACK").unwrap();
    };
    let (answer, ()) = tokio::join!(cancel, release);
    assert_eq!(
        answer.header("location"),
        "/smtp/domains/smart-hosts/import?done=cancelled"
    );
    console.get(SMART_HOSTS).await.shows("No routes yet");
    console
        .get("/activity")
        .await
        .shows("Nothing has been changed yet");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn progress_is_streamed_to_its_end() {
    let console = Console::new().await;
    let page = console
        .send_file(SMART_HOSTS, "big.txt", &many(100_000), "merge")
        .await;
    let progress = format!("/smtp/domains/import/progress?{}", query(&page));
    let request = request(Method::GET, &progress).body(Body::empty()).unwrap();
    let answer = console.respond(request).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let told = axum::body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap();
    let told = String::from_utf8(told.to_vec()).unwrap();
    assert!(
        told.starts_with("data: {\"what\":\"Reading big.txt\",\"percent\":"),
        "{told}"
    );
    assert!(told.ends_with("\n\nevent: end\ndata:\n\n"), "{told}");
    console.get(&page).await.shows("Add 100,000 routes?");
}

/// Loads a page as whoever has the cookie.
async fn get_as(console: &Console, cookie: &str, path: &str) -> Answer {
    let request = request_of(Some(cookie), Method::GET, path).header("accept", "text/html");
    console.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_is_the_persons_own() {
    let console = Console::new().await;
    let other = console.person("other", Role::Operator, 7).await;
    let page = console.send_file(SMART_HOSTS, "a.txt", LINE, "merge").await;
    console.at_rest(&page).await;
    let (query, check) = (query(&page), "1");
    for path in ["", "/progress", "/refused"] {
        let path = format!("/smtp/domains/import{path}?{query}");
        assert_eq!(get_as(&console, &other, &path).await.status, 404, "{path}");
    }
    for path in ["commit", "again", "cancel"] {
        let request = request_of(
            Some(&other),
            Method::POST,
            &format!("/smtp/domains/import/{path}"),
        )
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("{query}&check={check}")));
        assert_eq!(console.send(request.unwrap()).await.status, 404, "{path}");
    }
    // They have one of their own at the same time.
    let form = posted(
        request_of(Some(&other), Method::POST, &import(SMART_HOSTS)),
        body(&[("file", Some("b"), b"b.example,mail.example,25\n")]),
    );
    let theirs = console.send(form).await;
    assert_eq!(theirs.status, 303);
    let theirs = theirs.header("location").to_owned();
    get_as(&console, &other, &theirs)
        .await
        .shows("b.example")
        .hides("a.example");
    console
        .carry_out(&page, "")
        .await
        .shows("Imported a.txt: 1 added.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_viewer_imports_nothing() {
    let console = Console::new().await;
    let viewer = console.person("viewer", Role::Viewer, 7).await;
    assert_eq!(
        get_as(&console, &viewer, &import(SMART_HOSTS)).await.status,
        403
    );
    let form = posted(
        request_of(Some(&viewer), Method::POST, &import(SMART_HOSTS)),
        body(&[("file", Some("a"), LINE)]),
    );
    assert_eq!(console.send(form).await.status, 403);
    let list = get_as(&console, &viewer, SMART_HOSTS).await;
    list.hides("href=\"/smtp/domains/smart-hosts/import\"");
    console
        .get(SMART_HOSTS)
        .await
        .shows("href=\"/smtp/domains/smart-hosts/import\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signing_out_gives_it_up() {
    let console = Console::new().await;
    let page = console.send_file(SMART_HOSTS, "a.txt", LINE, "merge").await;
    // Another session of the same person does not.
    let other = console.session(RowId(1_000_000), 8).await;
    let sign_out = async |cookie: Option<&str>| {
        let request = match cookie {
            Some(cookie) => request_of(Some(cookie), Method::POST, "/sign-out"),
            None => request(Method::POST, "/sign-out"),
        };
        console.send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(sign_out(Some(&other)).await.status, 303);
    assert_eq!(console.at_rest(&page).await.status, 200);
    assert_eq!(sign_out(None).await.status, 303);
    let again = console.session(RowId(1_000_000), 9).await;
    assert_eq!(get_as(&console, &again, &page).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_so_many_are_at_work_at_once() {
    let console = Console::new().await;
    let begin = |cookie: &str| {
        let whole = body(&[("file", Some("a"), LINE)]);
        let begun = stream::once(async move { Ok::<_, io::Error>(whole[..40].to_vec()) });
        let endless = Body::from_stream(begun.chain(stream::pending()));
        posted(
            request_of(Some(cookie), Method::POST, &import(SMART_HOSTS)),
            endless,
        )
    };
    let mut sending = Vec::new();
    for id in 1..=4 {
        let cookie = console.person(&format!("p{id}"), Role::Operator, id).await;
        let mut request = Box::pin(console.respond(begin(&cookie)));
        assert!(
            timeout(Duration::from_millis(100), &mut request)
                .await
                .is_err()
        );
        sending.push(request);
    }
    let fifth = console
        .send_form(SMART_HOSTS, &[("file", Some("a"), LINE)])
        .await;
    assert_eq!(fifth.status, 429);
    fifth.shows("Too many imports are under way.");
    sending.pop();
    console.send_file(SMART_HOSTS, "a", LINE, "merge").await;
}
