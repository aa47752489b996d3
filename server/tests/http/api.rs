//! Server functions as a living page calls them.

use serde_json::{Value, json};

use crate::console::Console;

fn first_page() -> Value {
    json!({
        "search": "", "sort": { "by": "domain", "descending": false }, "size": 50,
        "place": "first", "open": "nothing", "done": null,
    })
}

fn typed(domain: &str) -> Value {
    json!({
        "domain": domain, "scope": "domain", "relay_host": "mail.example.net", "relay_port": "25",
        "comment": "",
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn statuses_say_what_became_of_a_request() {
    let console = Console::new().await;
    console.managed("managed.net", "").await;
    let add = async |domain: &str| {
        let arguments =
            json!({ "listing": "smart-hosts", "input": typed(domain), "state": first_page() });
        console.call("list/add", &arguments).await
    };
    let added = add("example.com").await;
    assert_eq!(added.status, 200);
    added.shows("Added example.com");
    assert_eq!(add("example.com").await.status, 409);
    assert_eq!(add("managed.net").await.status, 409);
    assert_eq!(add("exa mple").await.status, 422);
    let arguments = json!({
        "listing": "smart-hosts", "key": { "id": 99, "version": 1 }, "input": typed("new.net"),
        "state": first_page(),
    });
    assert_eq!(console.call("list/edit", &arguments).await.status, 404);
    let arguments = json!({
        "listing": "smart-hosts", "selection": { "rows": [{ "id": 99, "version": 1 }] },
        "state": first_page(),
    });
    assert_eq!(console.call("list/delete", &arguments).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refusal_crosses_the_wire_with_its_field() {
    let console = Console::new().await;
    let arguments =
        json!({ "listing": "smart-hosts", "input": typed("localhost"), "state": first_page() });
    let refused = console.call("list/add", &arguments).await;
    let error: Value = serde_json::from_str(&refused.body).unwrap();
    assert_eq!(error["invalid"][0]["field"], "domain");
    assert!(
        error["invalid"][0]["message"]
            .as_str()
            .unwrap()
            .contains("localhost")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_malformed_call_is_a_bad_request() {
    let console = Console::new().await;
    for arguments in [
        json!({}),
        json!([]),
        json!("x"),
        json!({ "listing": "other" }),
    ] {
        let answer = console.call("list/page", &arguments).await;
        assert_eq!(answer.status, 400, "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn adding_shows_the_page_on_which_the_row_stands() {
    let console = Console::new().await;
    for number in 0..60 {
        console
            .route(&format!("d{number:02}.net"), "mail.example.net")
            .await;
    }
    let arguments =
        json!({ "listing": "smart-hosts", "input": typed("e.net"), "state": first_page() });
    let saved: Value =
        serde_json::from_str(&console.call("list/add", &arguments).await.body).unwrap();
    assert_eq!(saved["moved"], true);
    let rows = saved["page"]["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["domain"] == "e.net"));
    assert_eq!(rows.len(), 50);
}
