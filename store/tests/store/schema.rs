//! The schema holds the rules by itself, and a file that breaks them does no harm.

use routing::{ManagedDomain, Route};
use store::{Error, OpenError, Query, RowId, Store};

use crate::fixture::{Fixture, managed, route};

const LABEL_OF_64: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[tokio::test]
async fn rows_that_break_a_rule_are_refused_whoever_writes() {
    let f = Fixture::new().await;
    f.add(route("route.example")).await;
    f.add(route(".sub.example")).await;
    f.add(managed("managed.example")).await;
    let raw = f.raw();
    let insert = |domain: &str, scope: &str, host: &str, port: &str, comment: &str| {
        let sql = "INSERT INTO routes (domain, scope, host, port, comment, id, version)
                   VALUES (?1, ?2, ?3, ?4, ?5, 100, 100)";
        let port: rusqlite::types::Value = match port.parse::<i64>() {
            Ok(port) => port.into(),
            Err(_) => port.to_owned().into(),
        };
        raw.execute(sql, rusqlite::params![domain, scope, host, port, comment])
    };
    let longest = format!("{0}.{0}.{0}.{1}", &LABEL_OF_64[1..], &LABEL_OF_64[..61]);
    for (domain, scope, host, port, comment) in [
        ("a.example", "domain", "mail.example.net", "1", "Ärzte"),
        ("a-b.0.example", "both", "2001:db8::1", "65535", ""),
        (
            "xn--bcher-kva.example",
            "subdomains",
            "192.0.2.1",
            "25",
            &"ü".repeat(255),
        ),
        ("sub.example", "domain", "relay", "25", ""),
        ("managed.example", "subdomains", "relay", "25", ""),
        ("1.2.3.4.a5", "domain", "relay", "25", ""),
        (&longest, "domain", "relay", "25", ""),
    ] {
        insert(domain, scope, host, port, comment).unwrap();
        raw.execute("DELETE FROM routes WHERE id = 100", [])
            .unwrap();
    }
    let label = format!("{LABEL_OF_64}.example");
    let long = format!("{longest}a");
    for (domain, scope, host, port, comment) in [
        ("example", "domain", "relay", "25", ""),
        ("", "domain", "relay", "25", ""),
        ("A.example", "domain", "relay", "25", ""),
        ("ü.example", "domain", "relay", "25", ""),
        ("a_b.example", "domain", "relay", "25", ""),
        ("*.example", "domain", "relay", "25", ""),
        (".a.example", "domain", "relay", "25", ""),
        ("a.example.", "domain", "relay", "25", ""),
        ("a..example", "domain", "relay", "25", ""),
        ("-a.example", "domain", "relay", "25", ""),
        ("a-.example", "domain", "relay", "25", ""),
        ("a.-example", "domain", "relay", "25", ""),
        ("a.example-", "domain", "relay", "25", ""),
        ("192.0.2.1", "domain", "relay", "25", ""),
        (&label, "domain", "relay", "25", ""),
        (&long, "domain", "relay", "25", ""),
        ("a.example", "", "relay", "25", ""),
        ("a.example", "Domain", "relay", "25", ""),
        ("a.example", "domain", "", "25", ""),
        ("a.example", "domain", "[relay]", "25", ""),
        ("a.example", "domain", "Relay", "25", ""),
        ("a.example", "domain", "relay", "0", ""),
        ("a.example", "domain", "relay", "65536", ""),
        ("a.example", "domain", "relay", "smtp", ""),
        ("a.example", "domain", "relay", "25", "two\nlines"),
        ("a.example", "domain", "relay", "25", "\u{7f}"),
        ("a.example", "domain", "relay", "25", &"ü".repeat(256)),
        // Rules between rows.
        ("route.example", "domain", "relay", "25", ""),
        ("route.example", "both", "relay", "25", ""),
        ("sub.example", "subdomains", "relay", "25", ""),
        ("sub.example", "both", "relay", "25", ""),
        ("managed.example", "domain", "relay", "25", ""),
        ("managed.example", "both", "relay", "25", ""),
    ] {
        let refused = insert(domain, scope, host, port, comment);
        assert!(
            refused.is_err(),
            "{domain:?} {scope:?} {host:?} {port:?} {comment:?}"
        );
    }
}

#[tokio::test]
async fn statements_that_break_a_rule_are_refused_whoever_writes() {
    let f = Fixture::new().await;
    f.add(route("route.example")).await;
    f.add(route(".route.example")).await;
    f.add(route("other.example+")).await;
    f.add(managed("managed.example")).await;
    let raw = f.raw();
    for sql in [
        "UPDATE routes SET domain = 'managed.example' WHERE scope = 'domain'",
        "UPDATE routes SET domain = 'route.example' WHERE scope = 'both'",
        "UPDATE routes SET scope = 'both' WHERE scope = 'domain'",
        "UPDATE routes SET scope = 'domain' WHERE scope = 'subdomains'",
        "UPDATE routes SET id = id + 1",
        "UPDATE routes SET version = 0",
        "UPDATE managed_domains SET domain = 'route.example'",
        "UPDATE managed_domains SET domain = 'other.example'",
        "UPDATE managed_domains SET port = 25",
        "UPDATE managed_domains SET host = 'relay'",
        "UPDATE managed_domains SET host = 'relay', port = 0",
        "UPDATE default_routing SET host = 'relay'",
        "UPDATE default_routing SET id = 1",
        "INSERT INTO default_routing (id, version) VALUES (1, 0)",
        "UPDATE changes SET actor = 'nobody'",
        "UPDATE changes SET before = '{}'",
        "UPDATE changes SET hash = zeroblob(32)",
        "UPDATE chain SET hash = x''",
        "INSERT INTO chain (id, removed, at, hash) VALUES (1, 0, 0, zeroblob(32))",
    ] {
        let refused = raw.execute(sql, []);
        assert!(refused.is_err(), "{sql}");
    }
    let entry =
        |act: i64, actor: &str, origin: &str, kind: &str, after: Option<&str>, hash: i64| {
            let sql =
                "INSERT INTO changes (act, at, actor, origin, kind, object_id, name, after, hash)
                   VALUES (?1, 0, ?2, ?3, ?4, 1, '', ?5, zeroblob(?6))";
            raw.execute(
                sql,
                rusqlite::params![act, actor, origin, kind, after, hash],
            )
        };
    for (act, actor, origin, kind, after, hash) in [
        (0, "a", "b", "route", Some("{}"), 32),
        (99, "a", "b", "route", Some("{}"), 32),
        (1, "", "b", "route", Some("{}"), 32),
        (1, "a", "", "route", Some("{}"), 32),
        (1, "a", "b", "Route", Some("{}"), 32),
        (1, "a", "b", "route", Some("{"), 32),
        (1, "a", "b", "route", None, 32),
        (1, "a", "b", "route", Some("{}"), 31),
    ] {
        let refused = entry(act, actor, origin, kind, after, hash);
        assert!(
            refused.is_err(),
            "{act} {actor} {origin} {kind} {after:?} {hash}"
        );
    }
    entry(1, "a", "b", "route", Some("{}"), 32).unwrap();
    // What keeps the rules is let through.
    raw.execute(
        "UPDATE routes SET scope = 'subdomains' WHERE scope = 'both'",
        [],
    )
    .unwrap();
    raw.execute("UPDATE managed_domains SET host = 'relay', port = 26", [])
        .unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_is_named_and_does_no_harm() {
    let f = Fixture::new().await;
    let routes = f.add(route("example.com")).await.id;
    let managed = f.add(managed("example.org")).await.id;
    let raw = f.raw();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    for (table, set, reset, said) in [
        (
            "routes",
            "domain = 'localhost'",
            "domain = 'example.com'",
            "localhost",
        ),
        (
            "routes",
            "domain = 'Example.com'",
            "domain = 'example.com'",
            "canonical",
        ),
        (
            "routes",
            "domain = CAST(x'ff' AS TEXT)",
            "domain = 'example.com'",
            "utf-8",
        ),
        ("routes", "scope = 'Both'", "scope = 'domain'", "canonical"),
        ("routes", "scope = 'none'", "scope = 'domain'", "none"),
        (
            "routes",
            "host = '2001:DB8::1'",
            "host = 'relay'",
            "canonical",
        ),
        ("routes", "host = ''", "host = 'relay'", ""),
        ("routes", "port = -1", "port = 25", "-1"),
        ("routes", "port = 70000", "port = 25", "70000"),
        ("routes", "comment = char(10)", "comment = ''", ""),
        ("routes", "comment = ' x'", "comment = ''", "canonical"),
        ("managed_domains", "host = 'relay'", "host = NULL", ""),
        ("managed_domains", "port = 25", "port = NULL", ""),
        (
            "managed_domains",
            "domain = '192.0.2.1'",
            "domain = 'example.org'",
            "",
        ),
    ] {
        raw.execute(&format!("UPDATE {table} SET {set}"), [])
            .unwrap();
        let (error, id) = if table == "routes" {
            (
                f.store.page::<Route>(Query::default()).await.unwrap_err(),
                routes,
            )
        } else {
            (
                f.store
                    .page::<ManagedDomain>(Query::default())
                    .await
                    .unwrap_err(),
                managed,
            )
        };
        assert!(
            matches!(&error, Error::Corrupt { table: t, id: i, .. } if *t == table && *i == Some(id)),
            "{set}: {error}"
        );
        assert!(error.to_string().contains(said), "{set}: {error}");
        raw.execute(&format!("UPDATE {table} SET {reset}"), [])
            .unwrap();
    }
    let search = Query {
        search: "localhost".to_owned(),
        ..Query::default()
    };
    assert_eq!(f.store.page::<Route>(search).await.unwrap().matching, 0);
}

#[tokio::test]
async fn a_damaged_file_is_an_error() {
    let f = Fixture::new().await;
    f.add(route("example.com")).await;
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'routes'";
    let page: usize = f.raw().query_row(sql, [], |row| row.get(0)).unwrap();
    f.store.close().await.unwrap();
    let mut bytes = std::fs::read(&f.path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    std::fs::write(&f.path, &bytes).unwrap();
    let store = f.another().await;
    let list = store.page::<Route>(Query::default()).await;
    assert!(matches!(list, Err(Error::Corrupt { .. })), "{list:?}");
    store.close().await.unwrap();
    // With nothing but its header left, it is not even opened.
    bytes[4096..].fill(0xa5);
    std::fs::write(&f.path, bytes).unwrap();
    let opened = Store::open(&f.path).await;
    assert!(
        matches!(opened, Err(OpenError::Corrupt { .. })),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_damaged_log_names_the_entry() {
    let f = Fixture::new().await;
    let raw = f.raw();
    let sql = "INSERT INTO changes (act, at, actor, origin, kind, object_id, name, after, hash)
               VALUES (1, 0, 'a', 'b', 'ghost', 1, '', '{}', zeroblob(32))";
    raw.execute(sql, []).unwrap();
    let error = f.store.changes(0, 10).await.unwrap_err();
    assert!(matches!(
        error,
        Error::Corrupt {
            table: "changes",
            id: Some(RowId(1)),
            ..
        }
    ));
    raw.execute("DELETE FROM default_routing", []).unwrap();
    assert!(matches!(
        f.store.default_routing().await,
        Err(Error::Corrupt { .. })
    ));
}
