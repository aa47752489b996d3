//! A database from before the history had a chain.

use routing::Route;
use rusqlite::{Connection, OpenFlags};
use store::{By, HistoryQuery, ObjectKind, Store, Verdict, Version};

use crate::{
    fixture::{by, route},
    model,
};

const BEFORE: [&str; 5] = [
    include_str!("../../src/schema/0001.sql"),
    include_str!("../../src/schema/0002.sql"),
    include_str!("../../src/schema/0003.sql"),
    include_str!("../../src/schema/0004.sql"),
    include_str!("../../src/schema/0005.sql"),
];

fn old(path: &std::path::Path, rows: &str) {
    let raw = Connection::open_with_flags(path, OpenFlags::default()).unwrap();
    for step in BEFORE {
        raw.execute_batch(step).unwrap();
    }
    raw.pragma_update(None, "application_id", 0x536d_486f)
        .unwrap();
    raw.pragma_update(None, "user_version", 5).unwrap();
    raw.execute_batch(rows).unwrap();
}

#[tokio::test]
async fn entries_get_acts_names_and_a_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smart-hosts.db");
    old(
        &path,
        r#"INSERT INTO changes (id, at, actor, kind, object_id, before, after) VALUES
            (1, 5, 'local', 'route', 1, NULL,
             '{"domain":"example.com","scope":"subdomains","host":"a","port":25,"comment":""}'),
            (2, 7, 'local', 'managed_domain', 2, NULL,
             '{"domain":"example.org","host":null,"port":null,"comment":""}'),
            (3, 7, 'local', 'default_routing', 0, '{"host":null,"port":null}', '{"host":"a","port":25}'),
            (4, 7, 'other', 'smart_host', 4, NULL,
             '{"host":"a","port":25,"tls":"required","tls_name":null,"user":null,"login_reason":"",
               "comment":"","password_set":null}');
           INSERT INTO routes (domain, scope, host, port, comment, id, version) VALUES
            ('example.com', 'subdomains', 'a', 25, '', 1, 1);
           INSERT INTO managed_domains (domain, host, port, comment, id, version) VALUES
            ('example.org', NULL, NULL, '', 2, 2);
           INSERT INTO smart_hosts (host, port, tls, login_reason, comment, id, version) VALUES
            ('a', 25, 'required', '', '', 4, 4);
           UPDATE default_routing SET host = 'a', port = 25, version = 3;
           UPDATE sqlite_sequence SET seq = 6 WHERE name = 'changes';"#,
    );
    let store = Store::open(&path).await.unwrap();
    let page = store.history(HistoryQuery::default()).await.unwrap();
    let said: Vec<_> = page
        .entries
        .iter()
        .rev()
        .map(|entry| {
            (
                entry.id,
                entry.act,
                entry.name.as_str(),
                entry.origin.as_str(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (1, 1, ".example.com", By::HERE),
            (2, 2, "example.org", By::HERE),
            (3, 2, "default domain routing", By::HERE),
            (4, 4, "[a]:25", By::HERE),
        ]
    );
    // The counter goes on where it was, so what it has counted further is missing.
    assert_eq!(store.latest().await.unwrap(), Version(6));
    let verdict = store.verify_history(None).await.unwrap();
    assert!(matches!(verdict, Verdict::Broken(store::Broken::CutOff(5))));
    store.undo(&by("anna"), 1).await.unwrap();
    store.close().await.unwrap();
    let raw = Connection::open_with_flags(&path, OpenFlags::default()).unwrap();
    model::assert_log_leads_to_rows(&raw);
}

#[tokio::test]
async fn a_log_that_was_cut_short_begins_where_it_begins() {
    let entry = r#"INSERT INTO changes (id, at, actor, kind, object_id, after) VALUES
            (7, 5, 'local', 'managed_domain', 7,
             '{"domain":"example.org","host":null,"port":null,"comment":""}');
            INSERT INTO managed_domains (domain, host, port, comment, id, version) VALUES
            ('example.org', NULL, NULL, '', 7, 7);"#;
    for (rows, removed) in [
        ("", 0),
        (entry, 6),
        (
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', 9)",
            9,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smart-hosts.db");
        old(&path, rows);
        let store = Store::open(&path).await.unwrap();
        store.add(&by("anna"), route("example.com")).await.unwrap();
        let verdict = store.verify_history(None).await.unwrap();
        let Verdict::Whole(verified) = verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!(verified.removed, removed);
        let page = store.history(HistoryQuery::default()).await.unwrap();
        let said = page
            .entries
            .iter()
            .filter(|entry| entry.kind == ObjectKind::History);
        assert_eq!(said.count(), usize::from(removed > 0));
        let latest = store.latest().await.unwrap();
        let row = store.find::<Route>(&route("example.com").pattern).await;
        assert_eq!(row.unwrap().unwrap().version, latest);
    }
}
