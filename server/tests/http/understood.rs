//! Requests that are none of the console's own.

use axum::body::Body;
use axum::http::Method;

use crate::console::{Console, SMART_HOSTS, request};
use crate::sign_in::get;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_only_forms_are_sent_to_a_page_says_so_and_leads_on() {
    let console = Console::new().await;
    let posted: Vec<_> = console
        .doors
        .iter()
        .filter(|door| door.method == Method::POST && !door.path.starts_with("/api/"))
        .collect();
    let mut shown = 0;
    for door in posted {
        let answer = console.get(&door.path).await;
        if answer.status != 405 {
            continue;
        }
        shown += 1;
        assert!(answer.header("allow").contains("POST"), "{door:?}");
        answer.shows("This address only takes what a form sends.");
        let page = answer.body.split("href=\"").last().unwrap();
        let page = page.split('"').next().unwrap();
        let there = console.get(page).await;
        assert!(
            there.status == 200 || there.status.is_redirection(),
            "{door:?} leads to {page}: {}",
            there.status
        );
    }
    assert!(shown > 6, "{shown}");
    get(&console, None, "/people/edit")
        .await
        .shows("href=\"/people\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_read_is_answered_in_plain_words() {
    let console = Console::new().await;
    let twice = console.get("/activity?person=a&person=b").await;
    assert_eq!(twice.status, 400);
    let form = console.post("/people/edit", "name=a&name=b&do=role").await;
    assert_eq!(form.status, 422);
    let no_form = |path: &str| {
        let request = request(Method::POST, path).header("content-type", "text/plain");
        request.body(Body::from("x")).unwrap()
    };
    let other = console.send(no_form("/people/edit")).await;
    assert_eq!(other.status, 415);
    let list = console.send(no_form(SMART_HOSTS)).await;
    assert_eq!(list.status, 415);
    for answer in [twice, form, other, list] {
        answer
            .shows("<h1>That was not understood")
            .shows("Load the page again")
            .hides("deserialize")
            .hides("Content-Type");
    }
}
