//! The page that says where mail for an address goes.

use std::net::{Ipv4Addr, SocketAddr};

use gateway::probe::Names;
use tokio::net::UdpSocket;

use crate::console::Console;

const PAGE: &str = "/smtp/explain";

/// A name server on loopback that has one address for every name, and its own address.
async fn name_server(address: Ipv4Addr) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let own = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 512];
        while let Ok((length, peer)) = socket.recv_from(&mut packet).await {
            let answer = answer(&packet[..length], address);
            socket.send_to(&answer, peer).await.unwrap();
        }
    });
    own
}

/// RFC 1035 section 4.1: the header, the question as it came, and for A an answer that points to it.
fn answer(packet: &[u8], address: Ipv4Addr) -> Vec<u8> {
    let name = packet[12..].iter().position(|octet| *octet == 0).unwrap();
    let end = 12 + name + 5;
    let is_a = packet[end - 4..end - 2] == [0, 1];
    let mut answer = packet[..2].to_vec();
    answer.extend([0x81, 0x80, 0, 1, 0, u8::from(is_a), 0, 0, 0, 0]);
    answer.extend(&packet[12..end]);
    if is_a {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(address.octets());
    }
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn before_a_question_there_is_the_form() {
    let console = Console::new().await;
    let page = console.get(PAGE).await;
    assert_eq!(page.status, 200);
    page.shows("<h1>Where will mail go?")
        .shows("href=\"/smtp/explain\"")
        .hides("aria-label=\"Result\"")
        .hides("<script");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_answer_stands_before_its_reasons() {
    let server = name_server(Ipv4Addr::new(192, 0, 2, 9)).await;
    let console = Console::asking(Names::DnsAt(server)).await;
    console.route("example.com", "mail.example.net").await;
    let page = console
        .get(&format!("{PAGE}?address=Ann%2Bx%40Example.COM"))
        .await;
    assert_eq!(page.status, 200);
    page.shows("value=\"Ann+x@Example.COM\"")
        .shows("Mail for Ann+x@Example.COM goes to mail.example.net, port 25, over TLS if offered.")
        .shows("example.com is no managed domain")
        .shows("Managed domain example.com: none")
        .shows("It wins: mail goes to mail.example.net, port 25.")
        .shows("DNS now: 192.0.2.9")
        .shows("href=\"/smtp/test?host=mail%2Eexample%2Enet&amp;port=25\"")
        .shows("Postfix");
    let at = |text: &str| page.body.find(text).unwrap();
    assert!(at("Mail for Ann+x") < at("It wins") && at("It wins") < at("DNS now"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_outcome_has_its_sentence() {
    let console = Console::new().await;
    console.managed("unset.example", "").await;
    let gone = console.route("bücher.example", "127.0.0.1").await;
    console.delete(&gone).await;
    for (address, sentence) in [
        (
            "x%40unset.example",
            "waits: unset.example is a managed domain",
        ),
        ("x%40B%C3%9CCHER.example", "its route was removed"),
        ("elsewhere.example", "No rule is for elsewhere.example"),
        ("%3C%3E", "the sender of bounces"),
        ("ann", "No rule is for ann: it has no domain"),
        ("ann%40%5B192.0.2.1%5D", "to the IP address itself"),
    ] {
        let page = console.get(&format!("{PAGE}?address={address}")).await;
        assert_eq!(page.status, 200, "{address}");
        page.shows(sentence);
    }
    let held = format!("{PAGE}?address=b%C3%BCcher.example");
    console
        .get(&held)
        .await
        .shows("<p><a href=\"/smtp/held\">Held mail");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_an_address_is_refused_beside_the_field() {
    let console = Console::new().await;
    for (address, message) in [
        ("", "Type an address or a domain"),
        ("a+b%40example.com", "has a space in it"),
        (
            "%22%3E%3Cscript%3E%40example.com",
            "its quotation mark is not closed",
        ),
        ("a%0d%0ab%40example.com", "cannot be seen"),
        ("ann%40exa..mple.com", "a dot too many"),
    ] {
        let page = console.get(&format!("{PAGE}?address={address}")).await;
        assert_eq!(page.status, 422, "{address}");
        page.shows("aria-invalid=\"true\"").hides("<script>");
        let error = page.body.split("id=\"address-error\"").nth(1).unwrap();
        let error = error.split("</p>").next().unwrap();
        assert!(error.contains(message), "{address}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_is_made_only_so_often() {
    let console = Console::new().await;
    let path = format!("{PAGE}?address=example.com");
    for _ in 0..30 {
        assert_eq!(console.get(&path).await.status, 200);
    }
    assert_eq!(console.get(&path).await.status, 429);
}
