//! The hosts of a route that are tried after its first one.

use routing::{NextHops, Route};
use rusqlite::{Connection, OpenFlags};
use store::{By, Error, Position, Query, Selection, Store, Timestamp};

use crate::{
    fixture::{Fixture, by, route, route_over},
    model,
};

fn used(raw: &Connection) -> Vec<(String, i64)> {
    let sql = "SELECT host || ':' || port, routes FROM next_hops_used ORDER BY host, port";
    let mut statement = raw.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_list_is_kept_in_its_order_and_edited_as_a_whole() {
    let f = Fixture::new().await;
    let list = "[b.example]:587, [a.example]:2525, [2001:db8::1]:587";
    let row = f.add(route_over("example.com", list)).await;
    assert_eq!(f.all::<Route>().await, std::slice::from_ref(&row));
    assert_eq!(row.value.next_hops.to_string(), list);
    f.add(route_over("example.net", "a.example:2525")).await;
    // The second one first: at no moment is a host in the list twice.
    let turned = route_over("example.com", "a.example:2525, b.example:587");
    let saved = f.store.edit(&by("ben"), row.id, row.version, turned).await;
    let saved = saved.unwrap().row;
    let page = f.page::<Route>(Position::First).await;
    assert_eq!(page.rows[0], saved);
    let two = |host: &str, n| (host.to_owned(), n);
    assert_eq!(
        used(&f.raw()),
        [two("a.example:2525", 2), two("b.example:587", 1)]
    );
    model::assert_log_leads_to_rows(&f.raw());

    let stale = route_over("example.com", "c.example");
    let refused = f.store.edit(&by("cleo"), row.id, row.version, stale).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, Error::Changed { .. }));
    assert!(
        refused.to_string().contains(
            "further hosts a.example, port 2525; 2001:db8::1, port 587 is now b.example, port 587"
        ),
        "{refused}"
    );
    let rows = Selection::Rows(vec![(saved.id, saved.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    assert_eq!(used(&f.raw()), [two("a.example:2525", 1)]);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn a_search_finds_them() {
    let f = Fixture::new().await;
    let list = "a.example, bücher.example:587";
    f.add(route_over("example.com", list)).await;
    f.add(route("example.net")).await;
    for (search, matching) in [("BÜCHER", 1), ("bcher-kva", 1), ("a.example", 1), ("z", 0)] {
        let query = Query {
            search: search.to_owned(),
            ..Query::default()
        };
        let page = f.store.page::<Route>(query).await.unwrap();
        assert_eq!(page.matching, matching, "{search}");
    }
}

#[tokio::test]
async fn the_schema_refuses_what_no_list_can_be() {
    let f = Fixture::new().await;
    let row = f
        .add(route_over("example.com", "a.example, b.example"))
        .await;
    let raw = f.raw();
    let insert = |position: i64, host: &str, port: i64, route: i64| {
        let sql = "INSERT INTO further_hosts (position, host, port, route) VALUES (?, ?, ?, ?)";
        raw.execute(sql, (position, host, port, route))
    };
    let id = row.id.0;
    for (position, host, port, route) in [
        (0, "c.example", 25, id),
        (1, "c.example", 25, id),
        (8, "c.example", 25, id),
        (2, "a.example", 25, id),
        (2, "b.example", 25, id),
        (2, "C.example", 25, id),
        (2, "", 25, id),
        (2, "c.example", 0, id),
        (2, "c.example", 65536, id),
        (2, "c.example", 25, id + 1),
    ] {
        let refused = insert(position, host, port, route);
        assert!(refused.is_err(), "{position} {host} {port} {route}");
    }
    assert!(
        raw.execute("UPDATE further_hosts SET port = 26", [])
            .is_err()
    );
    insert(2, "c.example", 25, id).unwrap();
    // What the types refuse is a fault of the file, and named.
    raw.execute("UPDATE routes SET host = 'c.example'", [])
        .unwrap();
    let list = f.store.page::<Route>(Query::default()).await;
    assert!(
        matches!(&list, Err(Error::Corrupt { table: "routes", id: Some(i), .. }) if *i == row.id),
        "{list:?}"
    );
}

#[tokio::test]
async fn a_database_from_before_there_were_lists_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smart-hosts.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let raw = Connection::open_with_flags(&path, flags).unwrap();
    raw.execute_batch(include_str!("../../src/schema/0001.sql"))
        .unwrap();
    raw.pragma_update(None, "application_id", 0x536d_486f)
        .unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    raw.execute_batch(
        "INSERT INTO routes (domain, scope, host, port, comment, id, version) VALUES
             ('a.example', 'domain', 'relay', 25, '', 1, 1), ('b.example', 'both', 'relay', 25, '', 2, 2),
             ('c.example', 'domain', 'relay', 26, '', 3, 3);
         INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', 3);",
    )
    .unwrap();
    drop(raw);
    let store = Store::open(&path).await.unwrap();
    let raw = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    assert_eq!(
        used(&raw),
        [("relay:25".to_owned(), 2), ("relay:26".to_owned(), 1)]
    );
    let row = store.get::<Route>(2.into()).await.unwrap().unwrap();
    let hops: NextHops = "relay, other".parse().unwrap();
    let value = Route {
        next_hops: hops,
        ..row.value
    };
    let by = By::new("anna", Timestamp(0));
    let saved = store.edit(&by, row.id, row.version, value).await.unwrap();
    assert_eq!(saved.row.value.next_hops.len(), 2);
}
