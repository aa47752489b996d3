//! The whole answer, from a store on a real file.

use routing::{Account, Comment, Input, Own, Password, Route, Scope, TlsPolicy, UserName};
use store::{By, Login, Release, Selection, SmartHostInput, Store, Stored, Timestamp, Version};
use tempfile::TempDir;

use super::{Explanation, Outcome, RuleKind, RuleOutcome, Subject, explain, look_up, names};
use crate::lookup::Reply;
use crate::postfix::Wanted;
use crate::probe::Names;

const NOW: Timestamp = Timestamp(1_767_268_800_000);
const DAY: i64 = 24 * 60 * 60 * 1000;

struct Fixture {
    store: Store,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("smart-hosts.db")).await;
        Self {
            store: store.unwrap(),
            _folder: folder,
        }
    }

    async fn route(&self, domain: &str, scope: Scope, host: &str, port: &str) -> Stored<Route> {
        let input = Input {
            domain: domain.to_owned(),
            scope: scope.to_string(),
            relay_host: host.to_owned(),
            relay_port: port.to_owned(),
            ..Input::default()
        };
        let added = self.store.add(&by(), input.route().unwrap()).await;
        added.unwrap().row
    }

    async fn managed(&self, domain: &str, host: &str) {
        let input = Input {
            domain: domain.to_owned(),
            relay_host: host.to_owned(),
            relay_port: if host.is_empty() { "" } else { "26" }.to_owned(),
            ..Input::default()
        };
        let by = by();
        let added = self.store.add(&by, input.managed_domain().unwrap());
        added.await.unwrap();
    }

    async fn account(&self, route: &Stored<Route>) {
        let input = SmartHostInput {
            next_hop: route.value.next_hops.first().clone(),
            tls: TlsPolicy::parse("required", "").unwrap(),
            login: Login::Set(Account {
                user: UserName::parse("gateway").unwrap(),
                password: Password::parse("canary-7").unwrap(),
            }),
            login_reason: Comment::default(),
            comment: Comment::default(),
        };
        let by = by();
        let set = self.store.set_smart_host(&by, Version(0), input);
        set.await.unwrap();
    }

    async fn delete(&self, row: &Stored<Route>) {
        let rows = Selection::Rows(vec![(row.id, row.version)]);
        self.store.delete::<Route>(&by(), rows).await.unwrap();
    }

    async fn explain(&self, typed: &str) -> (Explanation, Wanted) {
        let subject = Subject::parse(typed).unwrap();
        let about = self.store.about(names(&subject)).await.unwrap();
        explain(&subject, about, NOW)
    }
}

fn by() -> By {
    By::new("anna", NOW)
}

fn ok(value: &str) -> Reply {
    Reply::Ok(value.to_owned())
}

#[tokio::test]
async fn a_disabled_route_is_told_of_where_it_would_apply() {
    let f = Fixture::new().await;
    let row = f
        .route("example.com", Scope::Both, "mail.example.net", "25")
        .await;
    let value = Route {
        enabled: false,
        ..row.value
    };
    let edited = f.store.edit(&by(), row.id, row.version, value).await;
    edited.unwrap();
    f.store.release(&by(), Release::All).await.unwrap();
    for (typed, kind) in [
        ("ann@example.com", RuleKind::Route),
        ("ann@sub.example.com", RuleKind::RouteAbove),
    ] {
        let (found, _) = f.explain(typed).await;
        assert_eq!(found.outcome, Outcome::NoRule);
        let rule = found
            .rules
            .iter()
            .find(|rule| rule.outcome == RuleOutcome::Disabled);
        let rule = rule.unwrap();
        assert_eq!(rule.kind, kind);
        assert_eq!(
            rule.finding,
            "There is one, to mail.example.net, port 25, but it is disabled."
        );
    }
}

#[tokio::test]
async fn a_route_with_tls_and_account() {
    let f = Fixture::new().await;
    let route = f
        .route("example.com", Scope::Domain, "mail.example.net", "587")
        .await;
    f.account(&route).await;
    let (found, wanted) = f.explain("Ann+x@Example.com").await;
    assert_eq!(
        found.answer,
        "Mail for Ann+x@Example.com goes to mail.example.net, port 587, over TLS (required), signing \
         in as gateway."
    );
    assert_eq!((found.outcome, found.accepted), (Outcome::SmartHost, false));
    assert!(found.goes());
    assert_eq!(
        wanted.transport,
        Some((
            "Ann+x@Example.com".to_owned(),
            ok("smarthost:[mail.example.net]:587")
        ))
    );
    assert_eq!(
        wanted.relay,
        Some(("example.com".to_owned(), Reply::NotFound))
    );
    let [hop] = &*wanted.next_hops else {
        panic!("{wanted:?}");
    };
    assert_eq!(
        (&hop.tls, &hop.user),
        (&ok("encrypt"), &Ok(Some("gateway".to_owned())))
    );
    let shown = format!(
        "{found:?} {wanted:?} {}",
        serde_json::to_string(&found).unwrap()
    );
    assert!(!shown.contains("canary-7"), "{shown}");
}

#[tokio::test]
async fn every_rule_is_told_in_order_with_what_it_would_do() {
    let f = Fixture::new().await;
    f.route("example.com", Scope::Both, "all.example.net", "25")
        .await;
    f.route(
        "a.example.com",
        Scope::Subdomains,
        "below.example.net",
        "25",
    )
    .await;
    let gone = f
        .route("b.a.example.com", Scope::Domain, "gone.example.net", "25")
        .await;
    f.delete(&gone).await;
    f.managed("own.a.example.com", "own.example.net").await;
    let (found, _) = f.explain("ann@b.a.example.com").await;
    let rules: Vec<_> = found
        .rules
        .iter()
        .map(|rule| (rule.kind, &*rule.name, rule.outcome))
        .collect();
    assert_eq!(
        rules,
        [
            (
                RuleKind::ManagedDomain,
                "b.a.example.com",
                RuleOutcome::Absent
            ),
            (RuleKind::Route, "b.a.example.com", RuleOutcome::Absent),
            (RuleKind::RouteAbove, "a.example.com", RuleOutcome::Wins),
            (RuleKind::RouteAbove, "example.com", RuleOutcome::PassedOver),
            (
                RuleKind::RemovedRoute,
                "b.a.example.com",
                RuleOutcome::PassedOver
            ),
            (
                RuleKind::RemovedRouteAbove,
                "a.example.com",
                RuleOutcome::Absent
            ),
            (
                RuleKind::RemovedRouteAbove,
                "example.com",
                RuleOutcome::Absent
            ),
        ]
    );
    assert_eq!(
        found.rules[2].title,
        "Route for subdomains of a.example.com"
    );
    assert_eq!(
        found.rules[2].finding,
        "It wins: mail goes to below.example.net, port 25."
    );
    assert_eq!(
        found.rules[3].finding,
        "It would apply (mail goes to all.example.net, port 25), but a rule above wins."
    );
    assert!(
        found.rules[4]
            .finding
            .contains("anna removed the route at 2026-01-01 12:00:00 UTC")
    );

    let (found, _) = f.explain("a.example.com").await;
    assert_eq!(found.rules[1].outcome, RuleOutcome::OtherScope);
    assert_eq!(
        found.rules[1].finding,
        "There is one for its subdomains only."
    );
    let (found, _) = f.explain("x.own.a.example.com").await;
    assert_eq!(
        found.rules[2].finding,
        "It is a managed domain, which does not cover subdomains."
    );
}

#[tokio::test]
async fn managed_domains_are_accepted_and_go_their_own_way_or_the_default() {
    let f = Fixture::new().await;
    f.managed("own.example", "own.example.net").await;
    f.managed("unset.example", "").await;
    let (own, wanted) = f.explain("ann@own.example").await;
    assert_eq!(
        own.answer,
        "Mail for ann@own.example goes to the server of the managed domain own.example: \
         own.example.net, port 26."
    );
    assert!(own.accepted && own.goes());
    assert_eq!(wanted.relay, Some(("own.example".to_owned(), ok("1"))));
    assert_eq!(wanted.next_hops, [], "Postfix's own settings count there");
    let (waits, wanted) = f.explain("ann@unset.example").await;
    assert_eq!(waits.outcome, Outcome::NoRouting);
    assert!(waits.answer.contains("waits") && waits.advice.is_some() && !waits.goes());
    assert_eq!(waits.rules[1].kind, RuleKind::DefaultRouting);
    assert!(matches!(wanted.transport, Some((_, Reply::Temp(_)))));
    let next_hop = own.next_hops[0].next_hop.clone();
    f.store
        .set_default_routing(&by(), Version(0), Some(next_hop))
        .await
        .unwrap();
    let (default, _) = f.explain("ann@unset.example").await;
    assert_eq!(default.outcome, Outcome::DefaultRouting);
    assert_eq!(default.rules[1].outcome, RuleOutcome::Wins);
    assert!(
        default.answer.contains("own.example.net, port 26"),
        "{}",
        default.answer
    );
}

#[tokio::test]
async fn a_removed_route_holds_until_its_time_has_come() {
    let f = Fixture::new().await;
    let route = f
        .route("bücher.example", Scope::Domain, "mail.example.net", "25")
        .await;
    f.delete(&route).await;
    let subject = Subject::parse("ann@BÜCHER.example").unwrap();
    let about = f.store.about(names(&subject)).await.unwrap();
    let (held, wanted) = explain(&subject, about.clone(), NOW);
    assert_eq!(held.outcome, Outcome::Held);
    assert_eq!(
        held.answer,
        "Mail for ann@BÜCHER.example waits in Postfix\u{2019}s queue until 2026-01-06 12:00:00 UTC: its \
         route was removed."
    );
    assert_eq!(held.domain.as_deref(), Some("xn--bcher-kva.example"));
    assert_eq!(held.domain_unicode.as_deref(), Some("bücher.example"));
    assert!(
        matches!(wanted.transport, Some((_, Reply::Ok(value))) if value.starts_with("retry:4.4.0"))
    );
    let (over, _) = explain(&subject, about, Timestamp(NOW.0 + 5 * DAY));
    assert_eq!(over.outcome, Outcome::NoRule);
    assert!(
        over.answer
            .contains("bücher.example (xn--bcher-kva.example)"),
        "{}",
        over.answer
    );
}

#[tokio::test]
async fn what_has_no_domain_falls_under_no_rule() {
    let f = Fixture::new().await;
    for (typed, words) in [
        ("<>", "the sender of bounces"),
        ("ann", "myorigin"),
        ("ann@[192.0.2.1]", "the IP address itself"),
    ] {
        let (found, wanted) = f.explain(typed).await;
        assert_eq!(found.outcome, Outcome::NoRule);
        assert!(found.answer.contains(words), "{}", found.answer);
        assert_eq!(found.rules, []);
        assert_eq!(wanted.transport.is_some(), typed.contains('@'), "{typed}");
    }
}

#[tokio::test]
async fn dns_is_told_with_its_failures_and_its_loops() {
    use std::time::Duration;

    use hickory_resolver::proto::op::ResponseCode;

    use crate::probe::tests::dns::NameServer;

    let f = Fixture::new().await;
    f.route("example.com", Scope::Domain, "mail.example.net", "25")
        .await;
    let (explanation, _) = f.explain("example.com").await;
    let own = Own::new([], ["192.0.2.7".parse().unwrap()], false);
    let limit = Duration::from_mins(1);
    let server = NameServer::with(&["192.0.2.5", "192.0.2.7"]).await;
    let mut found = explanation.clone();
    look_up(&mut found, Names::DnsAt(server.address), &own, limit).await;
    let dns = found.next_hops[0].dns.clone().unwrap();
    assert_eq!(dns.addresses.len(), 2);
    assert!(
        dns.caution
            .unwrap()
            .contains("192.0.2.7 now, an address of this gateway")
    );

    let server = NameServer::saying(ResponseCode::NXDomain).await;
    let mut found = explanation.clone();
    look_up(&mut found, Names::DnsAt(server.address), &own, limit).await;
    let dns = found.next_hops[0].dns.clone().unwrap();
    assert!(
        dns.problem
            .unwrap()
            .starts_with("There is no host mail.example.net")
    );
    assert!(!found.goes());
    assert_eq!(
        found.advice.unwrap(),
        "But DNS has no address for it now, so it waits: see below."
    );

    // Nobody answers there.
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent = Names::DnsAt(socket.local_addr().unwrap());
    let mut found = explanation;
    look_up(&mut found, silent, &own, Duration::from_millis(5)).await;
    let problem = found.next_hops[0].dns.clone().unwrap().problem.unwrap();
    assert!(problem.contains("within 0 s"), "{problem}");
    assert!(found.goes(), "it may be known to Postfix");

    f.route("address.example", Scope::Domain, "192.0.2.7", "2525")
        .await;
    let (mut found, _) = f.explain("address.example").await;
    look_up(&mut found, Names::DnsAt(server.address), &own, limit).await;
    let dns = found.next_hops[0].dns.clone().unwrap();
    assert_eq!(dns.addresses.len(), 1);
    assert!(dns.caution.unwrap().contains("its mail would come back"));
}
