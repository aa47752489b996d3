//! The page of the connection test.

use tokio::net::TcpListener;

use crate::console::Console;
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
        .hides("<script");
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
        .hides("<b>ESMTP")
        .hides("DATA");
    page.shows("</html>");
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
