use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use routing::decision::Asked;
use routing::{Account, Comment, Input, Password, Route, TlsPolicy, UserName};
use store::{
    By, Login, QueuedMail, Selection, SmartHostInput, Store, StoredLogin, Timestamp, Version,
};
use tokio::task::JoinHandle;

use super::{Following, follow};
use crate::lookup::counters::Counters;
use crate::lookup::index::{Index, Transport};
use crate::lookup::published::{Announcer, Published, wait};

const AT: Timestamp = Timestamp(1_772_323_200_000);
/// Longer than any test should have to wait.
const LONG: Duration = Duration::from_mins(1);

fn input(domain: &str) -> Route {
    Input {
        domain: domain.to_owned(),
        relay_host: "mail.example.net".to_owned(),
        relay_port: "587".to_owned(),
        ..Input::default()
    }
    .route()
    .unwrap()
}

fn begin(folder: &Path) -> (Arc<Index>, Arc<Counters>, JoinHandle<()>) {
    let index = Arc::new(Index::default());
    let announcer = Announcer::new(folder).unwrap();
    let counters = Arc::new(Counters::default());
    let following = Following {
        database: folder.join("smart-hosts.db"),
        index: Arc::clone(&index),
        counters: Arc::clone(&counters),
        count_every: Duration::from_millis(1),
        announcer: Some(announcer),
    };
    (index, counters, tokio::spawn(follow(following, pending())))
}

fn transport(index: &Index, domain: &str) -> Transport {
    index.transport(&Asked::domain(domain), AT)
}

async fn published(folder: &Path, version: Version) {
    let found = wait(folder, version, LONG).await.unwrap();
    assert_eq!(found, Published::Yes, "{version:?}");
}

/// The console's side and the look-up's side have nothing in common but the folder.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_is_answered_once_it_is_said_to_be_published() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let store = Store::open(&folder.join("smart-hosts.db")).await.unwrap();
    let by = By::new("local", AT);
    let before = store.add(&by, input("before.example")).await.unwrap().row;
    let (index, counters, _task) = begin(folder);
    published(folder, before.version).await;
    assert!(matches!(
        transport(&index, "before.example"),
        Transport::SmartHost { .. }
    ));

    // The login goes with the row, never after it.
    let next_hop = before.value.next_hops.first().clone();
    let account = Account {
        user: UserName::parse("gateway").unwrap(),
        password: Password::parse("secret".to_owned()).unwrap(),
    };
    let settings = SmartHostInput {
        tls: TlsPolicy::Required,
        next_hop: next_hop.clone(),
        login: Login::Set(account),
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    let set = store
        .set_smart_host(&by, Version(0), settings)
        .await
        .unwrap();
    published(folder, set.version).await;
    let login = index.login(&next_hop);
    assert!(matches!(login, Some(StoredLogin::Account(_))), "{login:?}");

    counters.note(before.id, AT);
    let counted = loop {
        if let Some(asked) = store.asked(&[before.id]).await.unwrap().get(&before.id) {
            break *asked;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert_eq!((counted.count, counted.last_at), (1, AT));

    for number in 0..20 {
        let domain = format!("d{number}.example");
        let row = store.add(&by, input(&domain)).await.unwrap().row;
        published(folder, row.version).await;
        assert!(
            matches!(transport(&index, &domain), Transport::SmartHost { .. }),
            "{domain}"
        );
    }
    let rows = Selection::Rows(vec![(before.id, before.version)]);
    store.delete::<Route>(&by, rows).await.unwrap();
    published(folder, store.latest().await.unwrap()).await;
    assert_eq!(transport(&index, "before.example"), Transport::Held);

    let row = store.add(&by, input("short.example")).await.unwrap().row;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    store
        .delete_with::<Route>(&by, rows, QueuedMail::Release)
        .await
        .unwrap();
    published(folder, store.latest().await.unwrap()).await;
    assert_eq!(transport(&index, "short.example"), Transport::NoRule);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_locked_or_gone_leaves_the_answers_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let database = folder.join("smart-hosts.db");
    let (index, _, _task) = begin(folder);
    // There is none yet, and following makes none.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!database.exists());
    assert_eq!(index.version(), None);

    let store = Store::open(&database).await.unwrap();
    let by = By::new("local", AT);
    let row = store.add(&by, input("one.example")).await.unwrap().row;
    published(folder, row.version).await;

    // Another database takes its place.
    store.close().await.unwrap();
    for name in ["smart-hosts.db", "smart-hosts.db-wal", "smart-hosts.db-shm"] {
        let path = folder.join(name);
        if path.exists() {
            std::fs::rename(&path, folder.join(format!("old-{name}"))).unwrap();
        }
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(matches!(
        transport(&index, "one.example"),
        Transport::SmartHost { .. }
    ));
    let beside = tempfile::tempdir().unwrap();
    let path = beside.path().join("smart-hosts.db");
    let other = Store::open(&path).await.unwrap();
    for domain in ["a.example", "b.example", "two.example"] {
        other.add(&by, input(domain)).await.unwrap();
    }
    other.close().await.unwrap();
    std::fs::rename(&path, &database).unwrap();
    published(folder, Version(3)).await;
    assert!(matches!(
        transport(&index, "two.example"),
        Transport::SmartHost { .. }
    ));
    assert_eq!(transport(&index, "one.example"), Transport::NoRule);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_is_written_down_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("smart-hosts.db");
    let store = Store::open(&database).await.unwrap();
    let by = By::new("local", AT);
    let row = store.add(&by, input("one.example")).await.unwrap().row;
    let counters = Arc::new(Counters::default());
    let following = Following {
        database,
        index: Arc::default(),
        counters: Arc::clone(&counters),
        count_every: LONG,
        announcer: None,
    };
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let following = tokio::spawn(follow(following, async {
        let _ = stopping.await;
    }));
    counters.note(row.id, AT);
    stop.send(()).unwrap();
    following.await.unwrap();
    let asked = store.asked(&[row.id]).await.unwrap();
    assert_eq!(asked.get(&row.id).map(|asked| asked.count), Some(1));
}
