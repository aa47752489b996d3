//! What DNS says against a host is said on every page on which a host is saved.

use server::Cautions;

use crate::console::{Console, DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS};

const LOOP: &str = "loop.example.net is here: its mail would come back.";

/// A console to which one name leads back.
async fn console() -> Console {
    let ask = |hops: Vec<routing::NextHop>| async move {
        let back = hops
            .iter()
            .filter(|hop| hop.host.to_string() == "loop.example.net");
        back.map(|_| LOOP.to_owned()).collect()
    };
    Console::cautioned(Cautions::new(ask)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_say_it_on_the_page_that_follows() {
    let console = console().await;
    for (page, form) in [
        (SMART_HOSTS, "do=add&domain=a.example"),
        (SMART_HOSTS, "do=save&row=1%3A1&domain=a.example&comment=x"),
        (MANAGED_DOMAINS, "do=add&domain=b.example"),
        (DEFAULT_ROUTING, "version=0"),
        // The list of all hosts of the first row.
        ("/smtp/domains/smart-hosts/route", "id=1&version=2"),
    ] {
        let hosts = "relay_host=loop.example.net&relay_port=25";
        let further = "hosts=mail.example.net%0Aloop.example.net";
        let form = format!("{form}&{hosts}&{further}");
        let posted = console.post(page, &form).await;
        assert_eq!(posted.status, 303, "{form}: {}", posted.body);
        console.get(posted.header("location")).await.shows(LOOP);
        // It is about what was saved, and said once.
        console.get(page).await.hides(LOOP);
    }
    let posted = console
        .post(
            SMART_HOSTS,
            "do=add&domain=c.example&relay_host=mail.example.net&relay_port=25",
        )
        .await;
    console.get(posted.header("location")).await.hides(LOOP);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn server_functions_answer_with_it() {
    let console = console().await;
    let input = serde_json::json!({
        "domain": "a.example", "relay_host": "loop.example.net", "relay_port": "25",
    });
    let state = serde_json::json!({
        "search": "", "sort": { "by": "domain", "descending": false }, "size": 50,
        "place": "first", "open": "nothing", "done": null,
    });
    for listing in ["smart-hosts", "managed-domains"] {
        let mut input = input.clone();
        input["domain"] = format!("{listing}.example").into();
        let arguments =
            serde_json::json!({ "listing": listing, "key": null, "input": input, "state": state });
        let saved = console.call("list/save", &arguments).await;
        assert_eq!(saved.status, 200);
        saved.shows(LOOP);
    }
    let arguments = serde_json::json!({ "input": input, "version": 0 });
    let saved = console.call("default-routing/save", &arguments).await;
    assert_eq!(saved.status, 200);
    saved.shows(LOOP);
}
