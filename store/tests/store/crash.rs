//! A program that dies in the middle of its work leaves nothing half done.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use routing::{ManagedDomain, Route};
use store::{Changes, ImportMode, Position, Selection, Store};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    history::verified,
    import, model,
};

const FILE: &str = "STORE_TEST_CRASH_FILE";

/// What the program does that is going to die: all kinds of changes, without end.
#[tokio::test]
#[ignore = "runs only as a program of its own, which is killed"]
async fn busy_program() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let store = Store::open(&path).await.unwrap();
    let by = by("busy");
    for round in 0.. {
        let mut rows = Vec::new();
        for n in 0..20 {
            let value = route(&format!("{n}.round{round}.example.com"));
            let row = store.add(&by, value).await.unwrap().row;
            let value = route_to(&format!("{n}.round{round}.example.com"), "relay", 2525);
            let row = store
                .edit(&by, row.id, row.version, value)
                .await
                .unwrap()
                .row;
            rows.push((row.id, row.version));
        }
        store
            .add(&by, managed(&format!("round{round}.example.com")))
            .await
            .unwrap();
        let deleted = store
            .delete::<Route>(&by, Selection::Rows(rows))
            .await
            .unwrap();
        assert_eq!(deleted.rows, 20);
    }
}

#[tokio::test]
async fn a_killed_program_leaves_nothing_half_done() {
    let f = Fixture::new().await;
    let mut changes = 0;
    for kill in 0..6 {
        let mut program = Command::new(env::current_exe().unwrap())
            .args(["--exact", "crash::busy_program", "--ignored"])
            .env(FILE, &f.path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Not before it has begun, and then at no particular moment.
        while f.page::<Route>(Position::First).await.latest.0 < changes + 30 {
            sleep(Duration::from_millis(2));
        }
        sleep(Duration::from_millis(kill * 7));
        program.kill().unwrap();
        program.wait().unwrap();

        model::assert_log_leads_to_rows(&f.raw());
        changes = f.page::<Route>(Position::First).await.latest.0;
        // The busy program starts from its beginning again.
        let everything = |expected| Selection::Matching {
            search: String::new(),
            as_of: changes.into(),
            expected,
        };
        let routes = f.all::<Route>().await.len() as u64;
        f.store
            .delete::<Route>(&by("anna"), everything(routes))
            .await
            .unwrap();
        let managed = f.all::<ManagedDomain>().await.len() as u64;
        f.store
            .delete::<ManagedDomain>(&by("anna"), everything(managed))
            .await
            .ok();
        changes = f.page::<Route>(Position::First).await.latest.0;
    }
}

/// As [`busy_program`], one that imports, disables and deletes whole lists, and takes that back.
#[tokio::test]
#[ignore = "runs only as a program of its own, which is killed"]
async fn importing_program() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let store = Store::open(&path).await.unwrap();
    let by = by("busy");
    let everything = async || Selection::Matching {
        search: String::new(),
        as_of: store.latest().await.unwrap(),
        expected: ROWS as u64,
    };
    for round in 0.. {
        import::import(&store, ImportMode::Replace, &list(round % 2)).await;
        let changes = Changes {
            enabled: Some(false),
            ..Changes::default()
        };
        let all = everything().await;
        let disabled = store.change_many::<Route>(&by, all, changes).await.unwrap();
        store.undo(&by, disabled.act.unwrap()).await.unwrap();
        let all = everything().await;
        let deleted = store.delete::<Route>(&by, all).await.unwrap();
        store.undo(&by, deleted.act.unwrap()).await.unwrap();
    }
}

/// Enough that indexes are made anew.
const ROWS: usize = 2_500;

fn list(which: usize) -> String {
    let lines = (0..ROWS).map(|n| format!("{n}.list{which}.example,one,25\n"));
    lines.collect::<Vec<_>>().concat()
}

/// Fifty times: a log that grows takes ever longer to be read from its beginning.
#[tokio::test]
async fn a_killed_import_leaves_nothing_half_done() {
    for times in 0..5 {
        let f = Fixture::new().await;
        for kill in 0..10 {
            kill_an_import(&f, Duration::from_millis(times * 53 + kill * 97)).await;
        }
    }
}

async fn kill_an_import(f: &Fixture, after: Duration) {
    let before = f.store.latest().await.unwrap();
    let mut program = Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::importing_program", "--ignored"])
        .env(FILE, &f.path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while f.store.latest().await.unwrap() == before {
        sleep(Duration::from_millis(2));
    }
    sleep(after);
    program.kill().unwrap();
    program.wait().unwrap();

    model::assert_log_leads_to_rows(&f.raw());
    verified(f).await;
    let routes = f.all::<Route>().await;
    let of = |list: &str, enabled: bool| {
        let rows = routes.iter().filter(|row| row.value.enabled == enabled);
        let names = rows.map(|row| row.value.pattern.to_string());
        names.filter(|name| name.ends_with(list)).count()
    };
    let lists = [".list0.example", ".list1.example"];
    let alike = lists.iter().any(|list| {
        let whole = [of(list, true), of(list, false)];
        whole.contains(&ROWS)
    });
    assert!(
        routes.is_empty() || (routes.len() == ROWS && alike),
        "{}",
        routes.len()
    );
}

#[tokio::test]
async fn a_caller_that_stops_waiting_leaves_a_whole_change() {
    let f = Fixture::new().await;
    let by = by("anna");
    for n in 0..20_u64 {
        let value = route(&format!("{n}.example.com"));
        let adding = f.store.add(&by, value);
        let patience = Duration::from_micros(n * 50);
        drop(tokio::time::timeout(patience, adding).await);
    }
    f.store.close().await.unwrap();
    model::assert_log_leads_to_rows(&f.raw());
}
