//! Forms posted without JavaScript.

use crate::console::{Console, DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS};

const ADD: &str =
    "do=add&domain=Example.COM.&relay_host=Mail.Example.NET&relay_port=2525&scope=domain&comment=";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn adding_leads_to_the_page_that_shows_the_row() {
    let console = Console::new().await;
    let answer = console.post(&format!("{SMART_HOSTS}?sort=host"), ADD).await;
    assert_eq!(answer.status, 303);
    let next = answer.header("location").to_owned();
    assert_eq!(
        next,
        format!("{SMART_HOSTS}?sort=host&at=1&done=added&undo=1#row-1")
    );
    console
        .get(next.split('#').next().unwrap())
        .await
        .shows("Added example.com: mail goes to mail.example.net, port 2525.")
        .shows("row-marked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_form_keeps_what_was_typed() {
    let console = Console::new().await;
    let form =
        "do=add&domain=exa+mple.com&relay_host=0.0.0.0&relay_port=99999&scope=both&comment=kept";
    let page = console.post(&format!("{SMART_HOSTS}?q=net"), form).await;
    assert_eq!(page.status, 422);
    page.shows("value=\"exa mple.com\"")
        .shows("value=\"0.0.0.0\"")
        .shows("value=\"99999\"")
        .shows("value=\"kept\"")
        .shows("<option value=\"both\" selected>")
        .shows("aria-invalid=\"true\"")
        .shows("aria-describedby=\"entry-domain-error\"")
        .shows("aria-describedby=\"entry-relay_host-error\"")
        .shows("aria-describedby=\"entry-relay_port-error\"")
        // The list shows what it showed before.
        .shows("name=\"q\"")
        .shows("value=\"net\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_managed_domain_is_refused_as_a_route_in_every_spelling() {
    let console = Console::new().await;
    let managed = console.managed("b\u{fc}cher.net", "").await;
    for spelling in [
        "b%C3%BCcher.net",
        "B%C3%9CCHER.net.",
        "xn--bcher-kva.net",
        "XN--BCHER-KVA.NET.",
    ] {
        let form = format!("do=add&domain={spelling}&relay_host=mail.example.net&relay_port=25");
        let page = console.post(SMART_HOSTS, &form).await;
        assert_eq!(page.status, 409, "{spelling}");
        page.shows(&format!("{MANAGED_DOMAINS}?at={}", managed.id.0))
            .shows("managed domain");
    }
    let form = "do=add&domain=.b%C3%BCcher.net&relay_host=mail.example.net&relay_port=25";
    assert_eq!(console.post(SMART_HOSTS, form).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_route_is_refused_as_a_managed_domain() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let page = console
        .post(
            MANAGED_DOMAINS,
            "do=add&domain=EXAMPLE.com&relay_host=&relay_port=25",
        )
        .await;
    assert_eq!(page.status, 409);
    page.shows(&format!("{SMART_HOSTS}?at={}", route.id.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_duplicate_names_the_row_that_is_there() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let page = console.post(SMART_HOSTS, ADD).await;
    assert_eq!(page.status, 409);
    page.shows(&format!("{SMART_HOSTS}?at={}", route.id.0))
        .shows("value=\"Example.COM.\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn editing_a_row_that_changed_meanwhile_says_what_changed() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    let seen = format!("{}%3A{}", row.id.0, row.version.0);
    let edit = |host: &str| {
        format!(
            "do=save&row={seen}&domain=example.com&relay_host={host}&relay_port=25&scope=domain&comment="
        )
    };
    assert_eq!(
        console.post(SMART_HOSTS, &edit("one.net")).await.status,
        303
    );
    let page = console.post(SMART_HOSTS, &edit("two.net")).await;
    assert_eq!(page.status, 409);
    // What was typed stands in the editor, which now carries the new version.
    page.shows("value=\"two.net\"")
        .shows("Both of you changed host: you typed two.net, admin set one.net.")
        .shows("name=\"row\" value=\"1:2\"");
    let again = "do=save&row=1%3A2&domain=example.com&relay_host=two.net&relay_port=25&scope=domain&comment=";
    assert_eq!(console.post(SMART_HOSTS, again).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_somebody_else_changed_beside_what_was_typed_is_kept() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    let seen = format!("{}%3A{}", row.id.0, row.version.0);
    let edit = |host: &str, port: u16| {
        format!(
            "do=save&row={seen}&domain=example.com&relay_host={host}&relay_port={port}&scope=domain&comment="
        )
    };
    let theirs = console.post(SMART_HOSTS, &edit("one.net", 25)).await;
    assert_eq!(theirs.status, 303);
    let page = console
        .post(SMART_HOSTS, &edit("mail.example.net", 587))
        .await;
    assert_eq!(page.status, 409);
    page.shows("Saving again changes only what you typed.")
        .shows("value=\"one.net\"")
        .shows("value=\"587\"")
        .hides("value=\"mail.example.net\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_typed_for_a_row_that_is_gone_stands_in_the_entry_row() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    let seen = format!("{}%3A{}", row.id.0, row.version.0);
    let gone = format!("do=delete&row={seen}");
    assert_eq!(console.post(SMART_HOSTS, &gone).await.status, 303);
    let edit = format!(
        "do=save&row={seen}&domain=example.org&relay_host=two.net&relay_port=2525&scope=both&comment=kept"
    );
    let page = console.post(SMART_HOSTS, &edit).await;
    assert_eq!(page.status, 404);
    page.shows("meanwhile")
        .shows("value=\"example.org\"")
        .shows("value=\"two.net\"")
        .shows("value=\"2525\"")
        .shows("value=\"kept\"")
        .hides("value=\"save\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_is_taken_though_the_list_cannot_be_read() {
    let console = Console::new().await;
    let spoilt = console.route("a.net", "mail.example.net").await;
    console.spoil(&spoilt);
    assert_eq!(console.post(SMART_HOSTS, ADD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_that_changed_since_is_told_wherever_the_row_stands() {
    let console = Console::new().await;
    for number in 0..60 {
        console
            .route(&format!("d{number:02}.net"), "mail.example.net")
            .await;
    }
    let edit = |version: u32, host: &str, comment: &str| {
        format!(
            "do=save&row=60%3A{version}&domain=d59.net&relay_host={host}&relay_port=25&scope=domain&comment={comment}"
        )
    };
    assert_eq!(
        console
            .post(SMART_HOSTS, &edit(60, "one.net", ""))
            .await
            .status,
        303
    );
    assert_eq!(
        console
            .post(SMART_HOSTS, &edit(61, "one.net", "new"))
            .await
            .status,
        303
    );
    let page = console.post(SMART_HOSTS, &edit(60, "two.net", "")).await;
    assert_eq!(page.status, 409);
    page.shows("value=\"two.net\"")
        .shows("mail.example.net is now one.net");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deleting_takes_just_what_was_ticked() {
    let console = Console::new().await;
    let mut rows = Vec::new();
    for name in ["a.net", "b.net", "c.net"] {
        rows.push(console.route(name, "mail.example.net").await);
    }
    let form = format!(
        "do=delete&row={}%3A{}&row={}%3A{}",
        rows[0].id.0, rows[0].version.0, rows[2].id.0, rows[2].version.0
    );
    let answer = console.post(SMART_HOSTS, &form).await;
    assert_eq!(answer.status, 303);
    console
        .get(answer.header("location"))
        .await
        .shows("Deleted 2 routes. Mail for them is held for 5 days, unless another rule applies.")
        .shows("href=\"/smtp/held\" rel=\"external\"")
        .shows("b.net")
        .hides("a.net")
        .hides("c.net");
    // Again: they are gone, and the page says so.
    assert_eq!(console.post(SMART_HOSTS, &form).await.status, 404);

    let managed = console.managed("d.net", "").await;
    let form = format!("do=delete&row={}%3A{}", managed.id.0, managed.version.0);
    let answer = console.post(MANAGED_DOMAINS, &form).await;
    let page = console.get(answer.header("location")).await;
    page.shows("Deleted 1 managed domain.")
        .hides("is held for 5 days");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deleting_all_that_match_is_refused_when_the_list_has_changed() {
    let console = Console::new().await;
    console.route("a.net", "mail.example.net").await;
    console.route("b.net", "mail.example.net").await;
    let form = "do=delete&matching=2&as_of=2";
    console.route("c.net", "mail.example.net").await;
    let page = console.post(&format!("{SMART_HOSTS}?q=mail"), form).await;
    assert_eq!(page.status, 409);
    page.shows("a.net").shows("b.net").shows("c.net");
    let form = "do=delete&matching=3&as_of=3";
    let answer = console.post(&format!("{SMART_HOSTS}?q=mail"), form).await;
    assert_eq!(answer.status, 303);
    console
        .get(answer.header("location"))
        .await
        .shows("Deleted 3 routes.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn default_routing_is_set_and_cleared() {
    let console = Console::new().await;
    let version = console.store.default_routing().await.unwrap().version.0;
    let form = format!("relay_host=mail.example.net%3A2525&relay_port=25&version={version}");
    let answer = console.post(DEFAULT_ROUTING, &form).await;
    assert_eq!(answer.status, 303);
    console
        .get(answer.header("location"))
        .await
        .shows("the default is mail.example.net, port 2525")
        .shows("value=\"2525\"");
    // The version that was shown is past: someone else has changed it.
    assert_eq!(
        console
            .post(DEFAULT_ROUTING, &form.replace("2525", "26"))
            .await
            .status,
        409
    );
    let version = console.store.default_routing().await.unwrap().version.0;
    let page = console
        .post(
            DEFAULT_ROUTING,
            &format!("relay_host=nonsense..&relay_port=25&version={version}"),
        )
        .await;
    assert_eq!(page.status, 422);
    page.shows("value=\"nonsense..\"");
    let answer = console
        .post(
            DEFAULT_ROUTING,
            &format!("relay_host=&relay_port=&version={version}"),
        )
        .await;
    assert_eq!(answer.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_no_form_of_ours_is_refused() {
    let console = Console::new().await;
    for (path, form) in [
        (SMART_HOSTS, "do=explode"),
        (SMART_HOSTS, ""),
        (SMART_HOSTS, "do=delete&matching=x&as_of=y"),
        (SMART_HOSTS, "do=delete"),
        (SMART_HOSTS, "do=delete&row=1%3A1&row=garbage"),
        (DEFAULT_ROUTING, "version=x"),
    ] {
        assert_eq!(console.post(path, form).await.status, 400, "{form}");
    }
    assert_eq!(
        console
            .post(
                SMART_HOSTS,
                "do=save&row=x&domain=a.net&relay_host=b.net&relay_port=25"
            )
            .await
            .status,
        404
    );
    assert_eq!(console.post("/nowhere", "do=add").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_colours_are_remembered_in_a_cookie() {
    let console = Console::new().await;
    let answer = console
        .post(
            "/theme",
            "theme=dark&return_to=%2Fsmtp%2Fdomains%2Fsmart-hosts",
        )
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), SMART_HOSTS);
    assert!(
        answer
            .header("set-cookie")
            .starts_with("theme=dark; Path=/")
    );
    assert_eq!(console.post("/theme", "theme=plaid").await.status, 422);
}
