//! The pages of smart hosts' settings.

use routing::{Account, Comment, Input, NextHop, NextHops, Password, TlsPolicy, UserName};
use store::{
    Login, PasswordState, SmartHostInput, StoredSmartHost, TestNote, TestOutcome, Timestamp,
};

use crate::console::{Answer, Console, by};

const LIST: &str = "/smtp/smart-host-settings";
const EDIT: &str = "/smtp/smart-host-settings/edit";
const DELETE: &str = "/smtp/smart-host-settings/delete";
const PASSWORD: &str = "canary-7";

fn hop(text: &str) -> NextHop {
    text.parse::<NextHops>().unwrap().first().clone()
}

fn login(user: &str) -> Login {
    Login::Set(Account {
        user: UserName::parse(user).unwrap(),
        password: Password::parse(PASSWORD).unwrap(),
    })
}

async fn set(console: &Console, of: &str, tls: &str, login: Login) -> StoredSmartHost {
    let of = hop(of);
    let seen = console.store.smart_host(&of).await.unwrap().version;
    let (tls, name) = tls.split_once(':').unwrap_or((tls, ""));
    let input = SmartHostInput {
        next_hop: of,
        tls: TlsPolicy::parse(tls, name).unwrap(),
        login,
        login_reason: Comment::default(),
        comment: Comment::parse("<i>4711</i>").unwrap(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, seen, input);
    set.await.unwrap()
}

/// What stands beside a field.
fn beside(page: &Answer, field: &str) -> String {
    let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
    error.unwrap().split("</p>").next().unwrap().to_owned()
}

/// The form of `a.example`, port 587, with these pairs, as posted.
async fn save(console: &Console, version: i64, pairs: &str) -> Answer {
    let form = format!("host=a.example&port=587&version={version}&{pairs}");
    let answer = console.post(EDIT, &form).await;
    answer.hides(PASSWORD);
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_list_shows_what_routes_use_and_what_is_set() {
    let console = Console::new().await;
    let page = console.get(LIST).await;
    page.shows("No smart hosts yet")
        .shows("0 smart hosts")
        .hides("<script");
    console.route("one.example.com", "b.example").await;
    console.route("two.example.com", "b.example").await;
    set(
        &console,
        "a.example:587",
        "verified:mx.example",
        login("anna"),
    )
    .await;
    set(&console, "bücher.example:465", "implicit", Login::None).await;
    let page = console.get(LIST).await;
    assert_eq!(page.status, 200);
    page.shows("3 smart hosts")
        .shows("href=\"/smtp/smart-host-settings/edit?host=a%2Eexample&amp;port=587\"")
        .shows("Required, certificate verified")
        .shows("for mx.example")
        .shows("anna")
        .shows("password set")
        .shows("&lt;i&gt;4711&lt;/i&gt;")
        .shows("If offered")
        .shows("by default")
        .shows("2 domains")
        .shows("bücher.example")
        .shows("xn--bcher-kva.example")
        .shows("Not tested yet")
        .hides(PASSWORD)
        .hides("<i>4711")
        .hides("aria-label=\"Pages\"");
    let page = console.get(&format!("{LIST}?q=B.EX")).await;
    page.shows("1 of 3 smart hosts").hides("a.example<");
    let page = console.get(&format!("{LIST}?q=%22%3E%3Cscript%3E")).await;
    page.shows("No smart host matches").hides("<script");
    let slash = console.get(&format!("{LIST}/")).await;
    assert_eq!(
        (slash.status.as_u16(), slash.header("location")),
        (308, LIST)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_list_has_pages() {
    let console = Console::new().await;
    for number in 10..70 {
        console
            .route(
                &format!("d{number}.example.com"),
                &format!("h{number}.example"),
            )
            .await;
    }
    let page = console.get(&format!("{LIST}?q=example")).await;
    page.shows("h10.example")
        .shows("h59.example")
        .hides("h60.example");
    let next = "q=example&amp;after=%5Bh59%2Eexample%5D%3A25";
    page.shows(next);
    let page = console
        .get(&format!("{LIST}?{}", next.replace("&amp;", "&")))
        .await;
    page.shows("h60.example").hides("h59.example");
    let page = console.get(&format!("{LIST}?page=last")).await;
    page.shows("h69.example")
        .shows("h20.example")
        .hides("h19.example");
    let page = console
        .get(&format!("{LIST}?before=%5Bh20.example%5D%3A25"))
        .await;
    page.shows("h10.example")
        .shows("h19.example")
        .hides("h20.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_test_is_told() {
    let console = Console::new().await;
    let host = set(&console, "a.example:587", "required", Login::None).await;
    let note = |settings| TestNote {
        next_hop: hop("a.example:587"),
        at: Timestamp(by().at.0 - 180_000),
        outcome: TestOutcome::Warning,
        verdict: "Mail would be delivered over TLS. But: <b>x</b>".to_owned(),
        settings,
    };
    let edit = format!("{EDIT}?host=a.example&port=587");
    console.get(&edit).await.shows("Not tested yet.");
    console
        .store
        .note_test(note(Some(host.version)))
        .await
        .unwrap();
    for page in [LIST, &edit] {
        console
            .get(page)
            .await
            .shows("step-warning")
            .shows("3 min ago<")
            .shows("datetime=\"2026-01-01T11:57:00Z\"")
            .shows("mail would be delivered over TLS. But: &lt;b&gt;x")
            .hides("with other settings");
    }
    console.store.note_test(note(None)).await.unwrap();
    console.get(&edit).await.shows("with other settings");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_host_and_port_can_be_opened() {
    let console = Console::new().await;
    let page = console
        .get(&format!("{EDIT}?host=NEW.example%3A465&port="))
        .await;
    assert_eq!(page.status, 200);
    page.shows("<title>new.example, port 465 – Smart Hosts console</title>")
        .shows("<h1>new.example, port 465")
        .shows("Nothing has been set yet")
        .shows("<option value=\"implicit\" selected")
        .shows("No domain uses it")
        .hides("Delete settings")
        .hides("modulepreload");
    for (query, field, message) in [
        ("", "host", "Type the host name"),
        ("host=a%20b&port=25", "host", "a b"),
        ("host=a.example&port=99999", "port", "65535"),
    ] {
        let page = console.get(&format!("{EDIT}?{query}")).await;
        assert_eq!(page.status, 422, "{query}");
        assert!(beside(&page, field).contains(message), "{query}");
        page.shows("<h1>Smart host settings");
        let page = console.post(EDIT, query).await;
        assert_eq!(page.status, 422, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_are_saved_and_shown_without_the_password() {
    let console = Console::new().await;
    let pairs =
        format!("tls=verified&tls_name=mx.example&user=anna&password={PASSWORD}&comment=4711");
    let saved = save(&console, 0, &pairs).await;
    assert_eq!(saved.status, 303);
    let page = console.get(saved.header("location")).await;
    page.shows("Saved.")
        .shows("<option value=\"verified\" selected")
        .shows("value=\"mx.example\"")
        .shows("value=\"anna\"")
        .shows("The password is set.")
        .shows("value=\"4711\"")
        .hides(PASSWORD);
    let of = hop("a.example:587");
    let stored = console.store.smart_host(&of).await.unwrap();
    assert_eq!(stored.password, PasswordState::Set);
    assert!(stored.settings.tls.is_verified());
    // An empty field keeps the password, and the name goes with what verified it.
    let pairs = "tls=required&tls_name=mx.example&user=anna&password=";
    let saved = save(&console, stored.version.0, pairs).await;
    assert_eq!(saved.status, 303);
    let kept = console.store.smart_host(&of).await.unwrap();
    assert_eq!(
        (kept.password, kept.settings.tls),
        (PasswordState::Set, TlsPolicy::Required)
    );
    let pairs = "tls=required&user=anna&login=none";
    assert_eq!(save(&console, kept.version.0, pairs).await.status, 303);
    let without = console.store.smart_host(&of).await.unwrap();
    assert_eq!(
        (without.password, without.settings.user),
        (PasswordState::None, None)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_is_said_beside_its_field() {
    let console = Console::new().await;
    let version = set(&console, "a.example:587", "required", login("anna"))
        .await
        .version
        .0;
    let long = format!("tls=required&user=anna&comment={}", "x".repeat(256));
    let ben = format!("user=ben&password={PASSWORD}");
    for (pairs, field, message) in [
        ("tls=magic&user=anna", "tls", "no TLS policy"),
        ("tls=implicit&user=anna", "tls", "begins in the clear"),
        (
            "tls=required&tls_name=x.example&user=anna",
            "tls_name",
            "would not be looked at",
        ),
        (
            "tls=verified&tls_name=192.0.2.1&user=anna",
            "tls_name",
            "is an address",
        ),
        ("tls=required&user=", "user", "tick"),
        ("tls=required&user=a%3Ab&password=canary-7", "user", "colon"),
        (
            "tls=required&user=&password=canary-7",
            "user",
            "user name for this password",
        ),
        ("tls=required&user=ben", "password", "Type the password"),
        (
            "tls=required&user=anna&login=none&password=canary-7",
            "password",
            "no login",
        ),
        ("tls=none&user=anna", "login_reason", "in the clear"),
        (&long, "comment", "256 characters"),
        (&format!("tls=none&{ben}"), "login_reason", "in the clear"),
    ] {
        let page = save(&console, version, pairs).await;
        assert_eq!(page.status, 422, "{pairs}");
        let said = beside(&page, field);
        assert!(said.contains(message), "{pairs}: {said}");
        page.shows("aria-invalid=\"true\"");
        // What was typed is there, and what is lost is said.
        let lost = page.body.contains("type it again");
        assert_eq!(lost, pairs.contains("password=canary"), "{pairs}");
    }
    let now = console
        .store
        .smart_host(&hop("a.example:587"))
        .await
        .unwrap();
    assert_eq!(now.version.0, version);
    // With a reason it goes.
    let pairs = format!("tls=none&{ben}&login_reason=within+the+rack");
    let saved = save(&console, version, &pairs).await;
    let page = console.get(saved.header("location")).await;
    page.shows("value=\"within the rack\"");
    console.get(LIST).await.shows("may go in the clear");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_someone_else_changed_is_told_and_nothing_typed_is_lost() {
    let console = Console::new().await;
    let seen = set(&console, "a.example:587", "required", login("anna"))
        .await
        .version
        .0;
    set(&console, "a.example:587", "verified", Login::Keep).await;
    let pairs = format!("tls=none&login_reason=mine&user=ben&password={PASSWORD}&comment=typed");
    let page = save(&console, seen, &pairs).await;
    assert_eq!(page.status, 409);
    let now = console
        .store
        .smart_host(&hop("a.example:587"))
        .await
        .unwrap();
    page.shows("tls required is now verified")
        .shows("<option value=\"none\" selected")
        .shows("value=\"ben\"")
        .shows("value=\"typed\"")
        .shows("value=\"mine\"")
        .shows("type it again")
        .shows(&format!("name=\"version\" value=\"{}\"", now.version));
    // Having read that, one may save all the same.
    assert_eq!(save(&console, now.version.0, &pairs).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_route_whose_hosts_would_not_go_together_is_named() {
    let console = Console::new().await;
    let input = Input {
        domain: "broken.example.com".to_owned(),
        relay_host: "a.example".to_owned(),
        relay_port: "587".to_owned(),
        further_hosts: Some("b.example:587".to_owned()),
        ..Input::default()
    };
    console
        .store
        .add(&by(), input.route().unwrap())
        .await
        .unwrap();
    let page = save(&console, 0, "tls=verified").await;
    assert_eq!(page.status, 409);
    assert!(beside(&page, "tls").contains("broken.example.com"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_uses_a_smart_host_is_listed() {
    let console = Console::new().await;
    for number in 10..35 {
        console
            .route(&format!("d{number}.example.com"), "a.example")
            .await;
    }
    let row = console.route("bücher.example.com", "b.example").await;
    let page = console.get(&format!("{EDIT}?host=a.example&port=25")).await;
    page.shows("25 domains use it")
        .shows("d10.example.com<")
        .shows("d29.example.com<")
        .hides("d30.example.com<")
        .shows("Show all 25")
        .shows("href=\"/smtp/domains/smart-hosts?q=a.example\"");
    let page = console.get(&format!("{EDIT}?host=b.example&port=25")).await;
    page.shows("1 domain uses it")
        .shows("bücher.example.com (xn--bcher-kva.example.com)")
        .shows(&format!("#row-{}\"", row.id))
        .hides("Show all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_are_deleted_after_a_question() {
    let console = Console::new().await;
    let version = set(&console, "a.example:25", "required", login("anna"))
        .await
        .version
        .0;
    let question = format!("{DELETE}?host=a.example&port=25");
    let edit = console.get(&format!("{EDIT}?host=a.example&port=25")).await;
    edit.shows("href=\"/smtp/smart-host-settings/delete?host=a%2Eexample&amp;port=25\"");
    let page = console.get(&question).await;
    assert_eq!(page.status, 200);
    page.shows("Delete the settings of a.example, port 25?")
        .shows("User name and password are forgotten.")
        .shows(">OK<")
        .shows(">Cancel<");
    let now = set(&console, "a.example:25", "verified", Login::Keep)
        .await
        .version
        .0;
    let ok = |version: i64| format!("host=a.example&port=25&version={version}");
    let page = console.post(DELETE, &ok(version)).await;
    assert_eq!(page.status, 409);
    page.shows("tls required is now verified").shows(">OK<");
    // Nothing is deleted that somebody uses.
    let row = console.route("user.example.com", "a.example").await;
    let page = console.get(&question).await;
    page.shows("cannot be deleted: 1 domain uses it")
        .shows("user.example.com<")
        .hides(">OK<");
    let page = console.post(DELETE, &ok(now)).await;
    assert_eq!(page.status, 409);
    page.shows("user.example.com<");
    let rows = store::Selection::Rows(vec![(row.id, row.version)]);
    console
        .store
        .delete::<routing::Route>(&by(), rows)
        .await
        .unwrap();
    let deleted = console.post(DELETE, &ok(now)).await;
    assert_eq!(deleted.status, 303);
    let page = console.get(deleted.header("location")).await;
    page.shows("The settings of a.example, port 25 were deleted.");
    for gone in [
        console.post(DELETE, &ok(now)).await,
        console.get(&question).await,
    ] {
        assert_eq!(gone.status, 404);
        gone.shows("a.example, port 25 has no settings of its own.");
    }
    assert_eq!(
        console.get(&format!("{DELETE}?host=&port=x")).await.status,
        404
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn others_pages_change_nothing() {
    let console = Console::new().await;
    let request = axum::http::Request::post(EDIT)
        .header("host", "127.0.0.1:3000")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("host=a.example&port=587&tls=none"))
        .unwrap();
    assert_eq!(console.send(request).await.status, 403);
}
