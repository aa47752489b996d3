//! The last connection test of each smart host.

use routing::Comment;
use store::{Error, Login, SmartHostInput, TestNote, TestOutcome, Tested, Timestamp, Version};

use crate::{
    fixture::{Fixture, by, hop_of, login, settings},
    model,
};

fn note(of: &str, at: i64, settings: Option<Version>) -> TestNote {
    TestNote {
        next_hop: hop_of(of),
        at: Timestamp(at),
        outcome: TestOutcome::Ok,
        verdict: format!("As of {at}."),
        settings,
    }
}

async fn tested(f: &Fixture, of: &str) -> Option<Tested> {
    let of = hop_of(of);
    let found = f.store.tests(std::slice::from_ref(&of)).await.unwrap();
    found.into_values().next()
}

async fn is_as_stored(f: &Fixture) -> bool {
    tested(f, "a.example:587").await.unwrap().stored
}

#[tokio::test]
async fn the_last_test_of_each_host_and_port_is_kept() {
    let f = Fixture::new().await;
    let (latest, changed) = (f.store.latest().await.unwrap(), f.store.changed());
    f.store
        .note_test(note("a.example:587", 100, None))
        .await
        .unwrap();
    f.store
        .note_test(note("a.example:25", 300, Some(Version(0))))
        .await
        .unwrap();
    let failed = TestNote {
        outcome: TestOutcome::Failure,
        ..note("a.example:587", 200, None)
    };
    f.store.note_test(failed).await.unwrap();
    // One that began earlier and took longer.
    f.store
        .note_test(note("a.example:587", 150, None))
        .await
        .unwrap();
    let of = ["a.example:25", "a.example:587", "b.example:25"].map(hop_of);
    let found = f.store.tests(&of).await.unwrap();
    let expected = [
        (TestOutcome::Ok, 300, true),
        (TestOutcome::Failure, 200, false),
    ]
    .map(|(outcome, at, stored)| Tested {
        at: Timestamp(at),
        outcome,
        verdict: format!("As of {at}."),
        stored,
    });
    assert_eq!(found.into_values().collect::<Vec<_>>(), expected);
    // Nobody has changed anything.
    assert_eq!(f.store.latest().await.unwrap(), latest);
    assert!(!changed.has_changed().unwrap());
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn a_test_says_something_about_the_settings_that_it_was_made_with() {
    let f = Fixture::new().await;
    let test = async |seen| {
        let note = note("a.example:587", 1, Some(seen));
        f.store.note_test(note).await.unwrap();
    };
    test(Version(0)).await;
    // What changes nothing about connections does not count.
    let mut input = settings("a.example:587", "required", Login::None);
    input.comment = Comment::parse("a note").unwrap();
    let noted = f.set(input.clone()).await.unwrap();
    assert!(is_as_stored(&f).await);
    for (tls, login) in [
        ("verified", Login::None),
        ("verified:mx.example", Login::None),
        ("verified:mx.example", login("anna", "one")),
        ("verified:mx.example", login("anna", "two")),
        ("required", Login::None),
    ] {
        let before = f.store.smart_host(&input.next_hop).await.unwrap();
        test(before.version).await;
        assert!(is_as_stored(&f).await);
        f.set(settings("a.example:587", tls, login.clone()))
            .await
            .unwrap();
        assert!(!is_as_stored(&f).await, "{tls} {login:?}");
    }
    // The settings were changed while the test ran.
    test(noted.version).await;
    assert!(!is_as_stored(&f).await);
}

#[tokio::test]
async fn forgetting_settings_counts_unless_they_were_the_defaults() {
    let f = Fixture::new().await;
    for (tls, stored) in [("required", true), ("verified", false)] {
        let input: SmartHostInput = settings("a.example:587", tls, Login::None);
        let made = f.set(input).await.unwrap();
        f.store
            .note_test(note("a.example:587", 1, Some(made.version)))
            .await
            .unwrap();
        let of = &made.settings.next_hop;
        f.store
            .delete_smart_host(&by("ben"), of, made.version)
            .await
            .unwrap();
        assert_eq!(is_as_stored(&f).await, stored, "{tls}");
    }
}

#[tokio::test]
async fn the_oldest_go_when_there_are_too_many() {
    let f = Fixture::new().await;
    f.raw()
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
             INSERT INTO tests SELECT 'h' || i || '.example', 25, i, 'ok', 'Fine.', 0 FROM n",
        )
        .unwrap();
    f.store
        .note_test(note("new.example:25", 20_000, None))
        .await
        .unwrap();
    let count = "SELECT count(*) FROM tests";
    let count: i64 = f.raw().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 10_000);
    assert_eq!(tested(&f, "h1.example:25").await, None);
    assert!(tested(&f, "h2.example:25").await.is_some());
    assert!(tested(&f, "new.example:25").await.is_some());
}

#[tokio::test]
async fn a_test_that_cannot_be_is_refused_whoever_writes_and_named() {
    let f = Fixture::new().await;
    let raw = f.raw();
    for (host, port, outcome, verdict, stored) in [
        ("A.example", "25", "ok", "Fine.", "0"),
        ("a.example", "0", "ok", "Fine.", "0"),
        ("a.example", "25", "skipped", "Fine.", "0"),
        ("a.example", "25", "ok", "", "0"),
        ("a.example", "25", "ok", "two\nlines", "0"),
        ("a.example", "25", "ok", &"x".repeat(501), "0"),
        ("a.example", "25", "ok", "Fine.", "2"),
    ] {
        let sql = "INSERT INTO tests VALUES (?1, ?2, 1, ?3, ?4, ?5)";
        raw.execute(sql, [host, port, outcome, verdict, stored])
            .unwrap_err();
    }
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON;
         INSERT INTO tests VALUES ('a.example', 25, 1, 'good', 'Fine.', 0);
         INSERT INTO tests VALUES ('b.example', 25, 1, 'ok', CAST(x'ff' AS TEXT), 0);",
    )
    .unwrap();
    for of in ["a.example:25", "b.example:25"] {
        let error = f.store.tests(&[hop_of(of)]).await.unwrap_err();
        assert!(
            matches!(error, Error::Corrupt { table: "tests", .. }),
            "{error}"
        );
    }
}
