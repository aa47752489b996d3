//! Opening and closing files: new ones, old ones, foreign ones.

use std::{fs, path::Path};

use routing::Route;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use store::{Error, OpenError, Position, Store};

use crate::fixture::{Fixture, by, route};

fn raw(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::default()).unwrap()
}

#[tokio::test]
async fn the_folder_and_the_file_are_made_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/data/smart-hosts.db");
    let store = Store::open(&path).await.unwrap();
    store.ping().await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        for file in fs::read_dir(path.parent().unwrap()).unwrap() {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
    }
}

#[tokio::test]
async fn what_was_saved_is_there_after_closing() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    f.store.close().await.unwrap();
    assert!(matches!(f.store.ping().await, Err(Error::Closed)));
    // Once is enough, twice does no harm.
    f.store.close().await.unwrap();
    let folder = f.path.parent().unwrap();
    assert_eq!(
        fs::read_dir(folder).unwrap().count(),
        2,
        "no log beside the file and the key"
    );
    let again = f.another().await;
    assert_eq!(again.get(row.id).await.unwrap(), Some(row));
}

#[tokio::test]
async fn closing_waits_for_work_under_way() {
    let f = Fixture::new().await;
    let by = by("anna");
    let adding = f.store.add(&by, route("example.com"));
    let (added, closed) = tokio::join!(adding, f.store.close());
    closed.unwrap();
    let row = added.unwrap().row;
    assert_eq!(f.another().await.get(row.id).await.unwrap(), Some(row));
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let f = Fixture::new().await;
    f.store.close().await.unwrap();
    raw(&f.path)
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = fs::read(&f.path).unwrap();
    let error = Store::open(&f.path).await.unwrap_err();
    assert!(matches!(
        error,
        OpenError::Newer {
            found: 99,
            known: 10,
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        format!(
            "{} has schema version 99; this program knows versions up to 10. Start a newer version \
             of the program, or restore a copy from before the upgrade.",
            f.path.display()
        )
    );
    assert_eq!(fs::read(&f.path).unwrap(), before);
}

#[tokio::test]
async fn a_foreign_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let with_tables = folder.path().join("tables.db");
    raw(&with_tables)
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    let with_id = folder.path().join("id.db");
    raw(&with_id)
        .pragma_update(None, "application_id", 7)
        .unwrap();
    let no_database = folder.path().join("text.db");
    fs::write(
        &no_database,
        "not a database, but long enough to look at ".repeat(99),
    )
    .unwrap();
    for path in [with_tables, with_id, no_database] {
        let before = fs::read(&path).unwrap();
        let error = Store::open(&path).await.unwrap_err();
        assert!(matches!(error, OpenError::NotOurs { .. }), "{error}");
        assert!(
            error.to_string().contains("is not a Smart Hosts database"),
            "{error}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[tokio::test]
async fn a_path_that_cannot_be_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below_a_file = Store::open(&file.join("smart-hosts.db")).await.unwrap_err();
    assert!(
        matches!(below_a_file, OpenError::File { .. }),
        "{below_a_file}"
    );
    Store::open(folder.path()).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_open_a_new_file_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smart-hosts.db");
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let path = path.clone();
            tasks.spawn(async move { Store::open(&path).await.map(drop) });
        }
        for opened in tasks.join_all().await {
            opened.unwrap();
        }
    }
}

#[test]
fn a_store_may_be_dropped_anywhere() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let f = runtime.block_on(Fixture::new());
    runtime.block_on(f.add(route("example.com")));
    let page = runtime.block_on(f.page::<Route>(Position::First));
    assert_eq!(page.total, 1);
    drop(runtime);
    drop(f.store);
    // The database and the key.
    assert_eq!(fs::read_dir(f.path.parent().unwrap()).unwrap().count(), 2);
}

#[tokio::test]
async fn opening_does_not_wait_for_whoever_writes() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let mut other = f.raw();
    let writing = other
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    let again = Store::open(&f.path).await.unwrap();
    assert_eq!(again.get(row.id).await.unwrap(), Some(row));
    drop(writing);
}
