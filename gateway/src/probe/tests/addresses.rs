//! Names, and hosts with several addresses.

use hickory_resolver::proto::op::ResponseCode;
use tokio::net::UdpSocket;

use super::dns::NameServer;
use super::server::say;
use super::*;

async fn ask(port: u16, names: Names) -> Report {
    let host = Host::parse("mail.example.net").unwrap();
    let plan = Plan::new(host, Port::try_from(port).unwrap(), TlsPolicy::None);
    Prober::new(names, Authority::new().trust())
        .run(&plan, NOW)
        .await
}

#[tokio::test]
async fn a_name_is_found_in_dns() {
    let server = Server::start(Way::clear()).await;
    let dns = NameServer::with(&["127.0.0.1"]).await;
    let report = ask(server.port, Names::DnsAt(dns.address)).await;
    assert_eq!(report.outcome, Outcome::Ok, "{report:#?}");
    assert_eq!(report.steps[0].finding, "mail.example.net has 127.0.0.1.");
}

#[tokio::test]
async fn a_name_without_address_ends_the_test() {
    let missing = NameServer::saying(ResponseCode::NXDomain).await;
    let report = ask(25, Names::DnsAt(missing.address)).await;
    assert_fails(
        &report,
        Kind::Resolve,
        "There is no host mail.example.net in DNS.",
    );

    let empty = NameServer::with(&[]).await;
    let report = ask(25, Names::DnsAt(empty.address)).await;
    assert_fails(&report, Kind::Resolve, "has no address in DNS");

    let broken = NameServer::saying(ResponseCode::ServFail).await;
    let report = ask(25, Names::DnsAt(broken.address)).await;
    assert_fails(&report, Kind::Resolve, "No name server can tell");
}

#[tokio::test]
async fn a_silent_name_server_is_not_waited_for() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let host = Host::parse("mail.example.net").unwrap();
    let mut plan = Plan::new(host, Port::DEFAULT, TlsPolicy::None);
    plan.limits = impatient();
    let names = Names::DnsAt(silent.local_addr().unwrap());
    let report = Prober::new(names, Authority::new().trust())
        .run(&plan, NOW)
        .await;
    assert_fails(&report, Kind::Resolve, "No name server can tell");
}

#[tokio::test]
async fn a_refused_connection_ends_the_test() {
    let gone = Server::start(Way::clear()).await.port;
    // The task is aborted by now or soon; a port that nobody ever had is sure.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap().port();
    drop(listener);
    assert_ne!(gone, free);
    let host = Host::parse("127.0.0.1").unwrap();
    let plan = Plan::new(host, Port::try_from(free).unwrap(), TlsPolicy::None);
    let report = run(&plan, Authority::new().trust()).await;
    assert_fails(
        &report,
        Kind::Connect,
        &format!("No connection to 127.0.0.1:{free}"),
    );
    assert!(report.advice.unwrap().contains("Nothing listens"));
}

#[tokio::test]
async fn the_next_address_is_tried() {
    // The server is on 127.0.0.1 only.
    let server = Server::start(Way::clear()).await;
    for addresses in [["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]] {
        let dns = NameServer::with(&addresses).await;
        let report = ask(server.port, Names::DnsAt(dns.address)).await;
        assert_eq!(report.outcome, Outcome::Warning, "{report:#?}");
        assert!(
            report
                .verdict
                .contains("But: Connection: No connection to 127.0.0.2")
        );
        assert!(
            steps(&report).contains("Connect:warning"),
            "{}",
            steps(&report)
        );
        assert_eq!(
            step(&report, Kind::Quit).address.unwrap().ip().to_string(),
            "127.0.0.1"
        );
    }
}

#[tokio::test]
async fn the_last_address_decides() {
    let dns = NameServer::with(&["127.0.0.1", "127.0.0.2"]).await;
    let refusing = Server::start(Way::clear().with("", say("554 no"))).await;
    let report = ask(refusing.port, Names::DnsAt(dns.address)).await;
    assert_fails(&report, Kind::Connect, "No connection to 127.0.0.2");
    assert_eq!(step(&report, Kind::Banner).outcome, Outcome::Warning);
    assert!(
        step(&report, Kind::Banner)
            .finding
            .ends_with("Delivery tries the next address.")
    );
}

#[tokio::test]
async fn five_addresses_are_tried_and_no_more() {
    let server = Server::start(Way::clear()).await;
    let dead = [
        "127.0.0.2",
        "127.0.0.3",
        "127.0.0.4",
        "127.0.0.5",
        "127.0.0.6",
    ];
    let addresses: Vec<_> = dead.into_iter().chain(["127.0.0.1"]).collect();
    let dns = NameServer::with(&addresses).await;
    let report = ask(server.port, Names::DnsAt(dns.address)).await;
    assert_fails(&report, Kind::Connect, "No connection to 127.0.0.6");
    assert!(server.heard().is_empty());
    assert!(
        report.steps[0]
            .finding
            .ends_with("Delivery tries 5 of them.")
    );
}

#[tokio::test]
async fn two_conversations_are_begun_and_no_more() {
    let busy = || Way::clear().with("", say("421 busy"));
    let first = Server::start(busy()).await;
    let at = |address: &str| format!("{address}:{}", first.port);
    let _second = Server::start_at(&at("127.0.0.2"), busy()).await;
    let third = Server::start_at(&at("127.0.0.3"), Way::clear()).await;
    let dns = NameServer::with(&["127.0.0.1", "127.0.0.2", "127.0.0.3"]).await;
    let report = ask(first.port, Names::DnsAt(dns.address)).await;
    assert_eq!(
        steps(&report),
        "Resolve Connect Banner:warning Connect Banner:failure"
    );
    assert!(third.heard().is_empty());
}
