//! Exports: a whole list as of one moment.

use std::time::Duration;

use routing::{Comment, Format, List, ManagedDomain, Route, Writer};
use store::{Error, Selection, SmartHostInput, Version};

use crate::fixture::{Fixture, by, hop, login, managed, managed_at, route, settings};

const PATIENCE: Duration = Duration::from_mins(1);

fn fill(f: &Fixture, count: u32) {
    let routes: Vec<_> = (1..=count)
        .map(|n| route(&format!("{n:06}.example.com")))
        .collect();
    f.seed_routes(&routes);
}

#[tokio::test]
async fn a_list_is_exported_by_domain_with_its_count() {
    let f = Fixture::new().await;
    for name in [
        "c.example.com",
        ".a.example.com",
        "b.example.com+",
        "a.example.com",
    ] {
        f.add(route(name)).await;
    }
    f.add(managed("example.com")).await;
    f.add(managed_at("example.org", "a.example.net", 25)).await;
    f.store
        .set_default_routing(&by("anna"), Version(0), Some(hop("d", 25)))
        .await
        .unwrap();

    let names: Vec<_> = f
        .all::<Route>()
        .await
        .into_iter()
        .map(|row| row.value.pattern.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "a.example.com",
            ".a.example.com",
            "b.example.com",
            "c.example.com"
        ]
    );
    let mut export = f.store.export::<ManagedDomain>("ORG").await.unwrap();
    assert_eq!(
        (export.count, export.default_next_hop),
        (1, Some(hop("d", 25)))
    );
    let rows = export.rows.recv().await.unwrap().unwrap();
    assert_eq!(
        rows[0].value,
        managed_at("example.org", "a.example.net", 25)
    );
    assert!(export.rows.recv().await.is_none());
    assert!(
        f.store
            .export::<Route>("nowhere")
            .await
            .unwrap()
            .rows
            .recv()
            .await
            .is_none()
    );
}

/// A table for Postfix says only of those names that mail for them waits for which the look-up service
/// would say so: a live rule above, or a managed domain, comes first.
#[tokio::test]
async fn removed_routes_are_beside_it_where_no_other_rule_applies() {
    let f = Fixture::new().await;
    for name in [
        "gone.example+",
        ".sub.example.com",
        "own.example.org+",
        "managed.example.org",
    ] {
        let row = f.add(route(name)).await;
        let rows = Selection::Rows(vec![(row.id, row.version)]);
        f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    }
    f.add(route(".example.com")).await;
    f.add(route("example.org")).await;
    f.add(managed("managed.example.org")).await;
    // As another program would leave it: the store ends the hold on a name that is managed again.
    f.raw()
        .execute(
            "INSERT INTO managed_domains (domain, comment, id, version)
             VALUES ('own.example.org', '', 1000, 1000)",
            [],
        )
        .unwrap();
    let input = SmartHostInput {
        login_reason: Comment::parse("a cable").unwrap(),
        ..settings("mail.example.net:25", "none", login("gateway", "x"))
    };
    f.set(input).await.unwrap();

    let all = text(&f, Format::Postfix, "").await;
    let (rows, held) = all.split_once("# removed routes").unwrap();
    assert!(rows.contains(": 2 routes"), "{all}");
    let held: Vec<_> = held.lines().skip(1).map(first_word).collect();
    assert_eq!(
        held,
        ["gone.example", ".gone.example", ".own.example.org"],
        "{all}"
    );
    // As the settings say, and not by the port.
    let policies = text(&f, Format::PostfixTls, "").await;
    assert!(
        policies.contains("[mail.example.net]:25 none"),
        "{policies}"
    );

    let some = text(&f, Format::Postfix, "com").await;
    assert!(!some.contains("# removed routes"), "{some}");
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

/// A whole export of routes.
async fn text(f: &Fixture, format: Format, search: &str) -> String {
    let pieces = f
        .store
        .export_text(List::Routes, format, search, PATIENCE)
        .await;
    let mut pieces = pieces.unwrap();
    let mut all = String::new();
    while let Some(piece) = pieces.recv().await {
        all.push_str(&piece.unwrap());
    }
    all
}

#[tokio::test]
async fn a_list_is_written_as_the_text_of_a_file_in_pieces() {
    let f = Fixture::new().await;
    fill(&f, 5_000);
    for format in Format::ALL {
        let mut export = f.store.export::<Route>("4").await.unwrap();
        let mut writer = Writer::new(format, List::Routes, export.count, None);
        let mut expected = writer.header();
        while let Some(rows) = export.rows.recv().await {
            for row in rows.unwrap() {
                writer.route(&row.value, &mut expected);
            }
        }
        expected.push_str(&writer.footer());
        assert_eq!(text(&f, format, " 4 ").await, expected, "{format}");
    }
    let mut pieces = f
        .store
        .export_text(List::Routes, Format::Text, "", PATIENCE)
        .await
        .unwrap();
    let first = pieces.recv().await.unwrap().unwrap();
    assert!(first.starts_with("# smart-hosts 1: 5000 routes"), "{first}");
    assert!(pieces.recv().await.is_some());
}

#[tokio::test]
async fn an_export_is_of_one_moment() {
    let f = Fixture::new().await;
    fill(&f, 20_000);
    let mut export = f.store.export::<Route>("").await.unwrap();
    let mut rows = export.rows.recv().await.unwrap().unwrap();
    // More is to come than has been read ahead, and the list changes before and behind it.
    f.add(route("000000.example.com")).await;
    f.add(route("zzz.example.com")).await;
    f.raw()
        .execute("DELETE FROM routes WHERE id BETWEEN 10000 AND 19000", [])
        .unwrap();
    while let Some(batch) = export.rows.recv().await {
        rows.extend(batch.unwrap());
    }
    assert_eq!((rows.len(), export.count), (20_000, 20_000));
    let numbers: Vec<_> = rows.iter().map(|row| row.id.0).collect();
    assert_eq!(numbers, (1..=20_000).collect::<Vec<_>>());
    assert_eq!(f.all::<Route>().await.len(), 20_000 - 9_001 + 2);
}

#[tokio::test]
async fn slow_exports_hold_nobody_up() {
    let f = Fixture::new().await;
    fill(&f, 5_000);
    let mut slow = Vec::new();
    for _ in 0..4 {
        slow.push(f.store.export::<Route>("").await.unwrap());
    }
    f.add(route("zzz.example.com")).await;
    f.page::<Route>(store::Position::Last).await;
    // No further export begins, until one of these ends.
    let one_more = f.store.export::<Route>("");
    slow.pop();
    assert_eq!(one_more.await.unwrap().count, 5_001);
    // Closing does not wait for them, nor does it break them off.
    f.store.close().await.unwrap();
    let refused = f.store.export::<Route>("").await;
    assert!(matches!(refused, Err(Error::Closed)));
    let mut export = slow.pop().unwrap();
    let mut rows = 0;
    while let Some(batch) = export.rows.recv().await {
        rows += batch.unwrap().len();
    }
    assert_eq!(rows, 5_000);
}

#[tokio::test]
async fn readers_that_stop_reading_give_their_connections_back() {
    let f = Fixture::new().await;
    fill(&f, 5_000);
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let patience = Duration::from_millis(1);
        let export = f.store.export_patiently::<Route>("", patience);
        stalled.push(export.await.unwrap());
    }
    // As many as there are at most, while nobody has let go of the others.
    let mut exports = Vec::new();
    for _ in 0..4 {
        exports.push(f.store.export::<Route>("").await.unwrap());
    }
    drop(exports);
    for mut export in stalled {
        let (mut rows, mut last) = (0, None);
        while let Some(batch) = export.rows.recv().await {
            last = Some(batch.map(|batch| rows += batch.len()));
        }
        // What had been read ahead, then why there is no more.
        assert!(rows < 5_000, "{rows}");
        assert!(matches!(last, Some(Err(Error::Stalled))), "{last:?}");
    }
    assert_eq!(f.all::<Route>().await.len(), 5_000);
    // Nothing reads an old state any more: the log can be folded into the file.
    let busy = f
        .raw()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    assert_eq!(busy, Ok(0));
}

/// Two threads work for each of them.
#[tokio::test]
async fn texts_that_nobody_reads_give_their_connections_back() {
    let f = Fixture::new().await;
    fill(&f, 40_000);
    let begin = async |patience| {
        let text = f.store.export_text(List::Routes, Format::Csv, "", patience);
        text.await.unwrap()
    };
    let mut stalled = Vec::new();
    for _ in 0..4 {
        stalled.push(begin(Duration::from_millis(1)).await);
    }
    // As many as there are at most, while nobody has let go of the others.
    let mut dropped = Vec::new();
    for _ in 0..4 {
        let mut text = begin(PATIENCE).await;
        assert!(text.recv().await.unwrap().is_ok());
        dropped.push(text);
    }
    drop(dropped);
    for mut text in stalled {
        let mut last = None;
        while let Some(piece) = text.recv().await {
            last = Some(piece);
        }
        assert!(matches!(last, Some(Err(Error::Stalled))), "{last:?}");
    }
    let mut whole = begin(PATIENCE).await;
    let mut lines = 0;
    while let Some(piece) = whole.recv().await {
        lines += piece.unwrap().lines().count();
    }
    assert!(lines > 40_000, "{lines}");
}

#[tokio::test]
async fn a_damaged_row_ends_the_export_with_an_error() {
    let f = Fixture::new().await;
    fill(&f, 3_000);
    let raw = f.raw();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    raw.execute("UPDATE routes SET port = 0 WHERE id = 2500", [])
        .unwrap();
    let mut export = f.store.export::<Route>("").await.unwrap();
    let mut last = None;
    while let Some(batch) = export.rows.recv().await {
        last = Some(batch);
    }
    let error = last.unwrap().unwrap_err();
    let said = "The database is damaged: routes, row 2500: 0 is no port";
    assert_eq!(error.to_string(), said);
    let text = f
        .store
        .export_text(List::Routes, Format::Csv, "", PATIENCE)
        .await;
    let (mut text, mut last) = (text.unwrap(), None);
    while let Some(piece) = text.recv().await {
        last = Some(piece);
    }
    assert_eq!(last.unwrap().unwrap_err().to_string(), said);
}
