//! A program that dies in the middle of its work leaves nothing half done.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use routing::{ManagedDomain, Route};
use store::{ImportMode, Position, Selection, Store};

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
        assert_eq!(deleted.rows.len(), 20);
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

/// As [`busy_program`], one that imports one list after the other, and takes every second import back.
#[tokio::test]
#[ignore = "runs only as a program of its own, which is killed"]
async fn importing_program() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else {
        return;
    };
    let store = Store::open(&path).await.unwrap();
    for round in 0.. {
        let lines = list(round % 2);
        let imported = import::import(&store, ImportMode::Replace, &lines).await;
        if let Some(act) = imported.act.filter(|_| round % 4 > 1) {
            store.undo(&by("busy"), act).await.unwrap();
        }
    }
}

/// Enough rows that indexes are made anew.
fn list(which: usize) -> String {
    let lines = (0..2_500).map(|n| format!("{n}.list{which}.example,one,25\n"));
    lines.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_killed_import_leaves_nothing_half_done() {
    let f = Fixture::new().await;
    for kill in 0..6 {
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
        sleep(Duration::from_millis(kill * 97));
        program.kill().unwrap();
        program.wait().unwrap();

        model::assert_log_leads_to_rows(&f.raw());
        verified(&f).await;
        let routes = f.all::<Route>().await;
        assert!([0, 2_500].contains(&routes.len()), "{}", routes.len());
        let lists = [".list0.example", ".list1.example"];
        let of = |list: &str| {
            let names = routes.iter().map(|row| row.value.pattern.to_string());
            names.filter(|name| name.ends_with(list)).count()
        };
        assert!(lists.map(of).contains(&routes.len()));
    }
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
