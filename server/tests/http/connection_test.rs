//! The page of the connection test.

use futures::StreamExt;
use routing::{Account, Comment, NextHops, Password, TlsPolicy, UserName};
use store::{Login, SmartHostInput, Version};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::console::{Console, MANAGED_DOMAINS, SMART_HOSTS, by};
use crate::mail_server::mail_server;

const PAGE: &str = "/smtp/test";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_form_is_filled_in_as_the_address_says() {
    let console = Console::new().await;
    let page = console
        .get(&format!("{PAGE}?host=mail.example.net&port=587"))
        .await;
    assert_eq!(page.status, 200);
    page.shows("<h1>Test connection")
        .shows("value=\"mail.example.net\"")
        .shows("value=\"587\"")
        .shows("href=\"/smtp/test\"")
        // It has no module: nothing in it needs one.
        .hides("modulepreload");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_step_is_shown_and_no_mail_is_sent() {
    let console = Console::new().await;
    let port = mail_server().await;
    let form = format!("host=127.0.0.1&port={port}&tls=none&to=postmaster%40example.com");
    let page = console.post(PAGE, &form).await;
    assert_eq!(page.status, 200);
    page.shows("Greeting")
        .shows("220 test.example &lt;b&gt;ESMTP&lt;/b&gt;")
        .shows("RCPT TO:&lt;postmaster@example.com&gt;")
        .shows("Mail would be delivered in clear")
        // By name, as Postfix does.
        .shows("EHLO gateway.example.org")
        .hides("<b>ESMTP")
        .hides("DATA");
    page.shows("</html>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_server_of_a_managed_domain_is_tested_as_postfix_delivers_there() {
    let console = Console::new().await;
    let port = mail_server().await;
    // What is set for a smart host of the same name does not count.
    let next_hop = format!("127.0.0.1:{port}").parse::<NextHops>().unwrap();
    let input = SmartHostInput {
        next_hop: next_hop.first().clone(),
        tls: TlsPolicy::Required,
        login: Login::Set(Account {
            user: UserName::parse("anna").unwrap(),
            password: Password::parse("wrong").unwrap(),
        }),
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, Version(0), input);
    set.await.unwrap();
    let form = format!("host=127.0.0.1&port={port}&by=relay");
    console
        .get(&format!("{PAGE}?{form}"))
        .await
        .shows("<option value=\"opportunistic\" selected")
        .shows("<option value=\"none\" selected")
        .shows("<input type=\"hidden\" name=\"by\" value=\"relay\"")
        .shows("as its main.cf says");
    let page = console
        .post(PAGE, &format!("{form}&tls=opportunistic&login=none"))
        .await;
    page.shows("Mail would be delivered in clear, without login");

    // Its rows lead there, with words that suit.
    let managed = console.managed("example.com", "mx.example.net").await;
    let page = console.get(MANAGED_DOMAINS).await;
    page.shows("/smtp/test?host=mx.example.net&amp;port=25&amp;by=relay")
        .shows("name=\"by\" value=\"relay\"");
    let explained = console.get("/smtp/explain?address=example.com").await;
    explained.shows("port=25&amp;by=relay");
    console.delete_managed(&managed).await;
    console.route("example.com", "mx.example.net").await;
    for page in [SMART_HOSTS, "/smtp/explain?address=example.com"] {
        console.get(page).await.hides("by=relay");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_cancels_ends_the_test_and_finds_the_form_as_it_was() {
    let console = Console::new().await;
    // It takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let form = format!(
        "host=127.0.0.1&port={port}&tls=none&user=anna&password=canary-7&login_reason=a%26b\
         &from=a%40b.example&to=c%40d.example"
    );
    let mut running = Vec::new();
    for _ in 0..4 {
        let mut body = console.stream(PAGE, &form).await;
        let mut text = String::new();
        // The test goes on while the page is read.
        while !text.contains("Connected to") {
            let piece = body.next().await.unwrap().unwrap();
            text.push_str(&String::from_utf8_lossy(&piece));
        }
        let cancel = format!(
            "href=\"{PAGE}?host=127%2E0%2E0%2E1&amp;port={port}&amp;tls=none&amp;user=anna\
             &amp;login_reason=a%26b&amp;from=a%40b%2Eexample&amp;to=c%40d%2Eexample\" class=\"button\">Cancel"
        );
        let above = text.split("class=\"steps\"").next().unwrap();
        assert!(above.contains(&cancel), "{text}");
        assert!(!text.contains("canary-7"), "{text}");
        running.push((silent.accept().await.unwrap().0, body));
    }
    let refused = console.post(PAGE, &form).await;
    assert_eq!(refused.status, 429);

    let (mut connection, body) = running.pop().unwrap();
    drop(body);
    let mut said = [0; 1];
    assert_eq!(connection.read(&mut said).await.unwrap(), 0, "it is closed");
    let free = console.stream(PAGE, &form).await;
    drop(free);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_fails_where_delivery_would() {
    let console = Console::new().await;
    let port = mail_server().await;
    // Nothing is known of this port, so TLS is required; the server offers none.
    let page = console
        .post(PAGE, &format!("relay_host=127.0.0.1&relay_port={port}"))
        .await;
    assert_eq!(page.status, 200);
    page.shows("step-failure")
        .shows("Mail would not be delivered.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_is_said_beside_its_field() {
    let console = Console::new().await;
    for (form, field, message) in [
        ("port=25", "host", "Type the host name or IP address"),
        ("host=mail.example.net&port=99999", "port", "65535"),
        (
            "host=mail.example.net&port=465&tls=required",
            "tls",
            "Port 465",
        ),
        ("host=mail.example.net&tls=magic", "tls", "no TLS policy"),
        (
            "host=mail.example.net&user=a%3Ab&password=x",
            "user",
            "colon",
        ),
        ("host=mail.example.net&password=x", "user", "user name"),
        ("host=mail.example.net&to=nobody", "to", "no domain"),
        ("host=mail.example.net&from=a%40b.net", "to", "recipient"),
    ] {
        let page = console.post(PAGE, form).await;
        assert_eq!(page.status, 422, "{form}");
        page.shows(message);
        let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
        let error = error.unwrap().split("</p>").next().unwrap();
        assert!(error.contains(message), "{form}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_password_is_never_sent_back() {
    let console = Console::new().await;
    let port = mail_server().await;
    for form in [
        format!("host=127.0.0.1&port={port}&tls=none&user=anna&password=canary-7"),
        "host=&user=anna&password=canary-7".to_owned(),
    ] {
        console
            .post(PAGE, &form)
            .await
            .shows("value=\"anna\"")
            .hides("canary-7");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_is_no_tool_to_search_a_network() {
    let console = Console::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let form = format!("host=127.0.0.1&port={closed}&tls=none");
    let mut statuses = Vec::new();
    for _ in 0..31 {
        statuses.push(console.post(PAGE, &form).await.status.as_u16());
    }
    assert_eq!(statuses[..30], [200; 30]);
    assert_eq!(statuses[30], 429);
}
