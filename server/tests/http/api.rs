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
        console.call("list/save", &arguments).await
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
    assert_eq!(console.call("list/save", &arguments).await.status, 404);
    let arguments = json!({
        "listing": "smart-hosts", "selection": { "rows": [{ "id": 99, "version": 1 }] },
        "state": first_page(),
    });
    assert_eq!(console.call("list/delete", &arguments).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_saved_is_said_to_be_saved_though_the_list_cannot_be_read() {
    let console = Console::new().await;
    let spoilt = console.route("a.net", "mail.example.net").await;
    let other = console.route("b.net", "mail.example.net").await;
    console.spoil(&spoilt);
    let list = json!({ "listing": "smart-hosts", "state": first_page() });
    assert_eq!(console.call("list/page", &list).await.status, 500);

    let arguments =
        json!({ "listing": "smart-hosts", "input": typed("c.net"), "state": first_page() });
    let saved = console.call("list/save", &arguments).await;
    assert_eq!(saved.status, 200);
    saved.shows("Added c.net").shows("\"shown\":null");

    let arguments = json!({
        "listing": "smart-hosts", "selection": { "rows": [{ "id": other.id.0, "version": other.version.0 }] },
        "state": first_page(),
    });
    let deleted = console.call("list/delete", &arguments).await;
    assert_eq!(deleted.status, 200);
    deleted
        .shows("Deleted 1 route. Mail for it is held for 5 days")
        .shows("\"href\":\"/smtp/held\"")
        .shows("\"page\":null");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refusal_crosses_the_wire_with_its_field() {
    let console = Console::new().await;
    let arguments =
        json!({ "listing": "smart-hosts", "input": typed("localhost"), "state": first_page() });
    let refused = console.call("list/save", &arguments).await;
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
        serde_json::from_str(&console.call("list/save", &arguments).await.body).unwrap();
    assert_eq!(saved["shown"]["moved"], true);
    let rows = saved["shown"]["page"]["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["domain"] == "e.net"));
    assert_eq!(rows.len(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_edit_by_a_form_without_further_hosts_keeps_them() {
    let console = Console::new().await;
    let row = console.route("example.com", "a.example").await;
    let mut value = row.value;
    value.next_hops = "a.example, b.example:587".parse().unwrap();
    let by = crate::console::by();
    let edited = console.store.edit(&by, row.id, row.version, value).await;
    let row = edited.unwrap().row;
    let edit = async |input: Value, version: i64| {
        let arguments = json!({
            "listing": "smart-hosts", "key": { "id": row.id.0, "version": version },
            "input": input, "state": first_page(),
        });
        console.call("list/save", &arguments).await
    };
    let stored = async || {
        let row = console.store.get::<routing::Route>(row.id).await.unwrap();
        row.unwrap()
    };
    // The form moves the first host only.
    assert_eq!(edit(typed("example.com"), row.version.0).await.status, 200);
    let now = stored().await;
    assert_eq!(
        now.value.next_hops.to_string(),
        "[mail.example.net]:25, [b.example]:587"
    );
    // To where the list goes anyway: there it would be twice.
    let mut twice = typed("example.com");
    twice["relay_host"] = json!("b.example:587");
    assert_eq!(edit(twice, now.version.0).await.status, 422);
    // One that has the field may empty it.
    let mut emptied = typed("example.com");
    emptied["further_hosts"] = json!("");
    assert_eq!(edit(emptied, now.version.0).await.status, 200);
    assert_eq!(stored().await.value.next_hops.len(), 1);
}
