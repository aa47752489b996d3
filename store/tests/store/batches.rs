//! What an import leaves in the history: one entry, with lines.

use std::time::Duration;

use routing::Route;
use store::{
    Error, HistoryFilter, HistoryQuery, ImportMode, LinesQuery, Moment, Named, NoUndo, PageSize,
    Restore, RowId, Timestamp,
};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    history::verified,
    import::{import, many_lines, numbers, texts},
    model,
};

#[tokio::test]
async fn an_import_is_one_entry_that_is_undone_as_one() {
    let f = Fixture::new().await;
    f.add(route("old.example")).await;
    f.add(route("kept.example")).await;
    let before = texts::<Route>(&f).await;
    let lines = "new.example,two,26,[three]:26,both,a note\nold.example,elsewhere,25";
    let imported = import(&f.store, ImportMode::Replace, lines).await;
    assert_eq!(numbers(imported.done), [1, 1, 0, 1, 0]);
    let act = imported.act.unwrap();
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;

    let page = f.store.history(HistoryQuery::default()).await.unwrap();
    let entry = &page.entries[0];
    assert_eq!(page.entries.len(), 3);
    assert_eq!((entry.act, entry.object_id), (act, RowId(0)));
    assert_eq!(
        entry.title(),
        "Imported routes from routes.txt: 1 added, 1 changed, 1 removed"
    );
    // Three lines, and what is held for the route that went.
    let whole = f.store.act(entry.id).await.unwrap().unwrap();
    assert_eq!((whole.count, whole.batch.as_ref()), (4, Some(entry)));
    let titles: Vec<_> = whole.entries.iter().map(store::Change::title).collect();
    assert_eq!(
        titles,
        [
            "Deleted route kept.example",
            "Changed route old.example",
            "Added route new.example",
            "Began to hold mail for kept.example",
        ]
    );
    assert_eq!(f.store.act(act).await.unwrap(), Some(whole.clone()));
    assert_eq!(
        f.store.change(act).await.unwrap().as_ref(),
        whole.entries.first()
    );
    let after = texts::<Route>(&f).await;

    let undone = f.store.undo(&by("bob"), act).await.unwrap();
    assert_eq!(undone.objects, 3);
    assert_eq!(texts::<Route>(&f).await, before);
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
    let page = f.store.history(HistoryQuery::default()).await.unwrap();
    assert_eq!(page.entries.len(), 4);
    assert_eq!(page.undone[&entry.id], undone.act.unwrap());
    assert_eq!(page.entries[0].undoes, Some(entry.id));
    let again = f.store.undo(&by("bob"), act).await.unwrap_err();
    assert!(
        matches!(again, Error::NoUndo(NoUndo::Already(_))),
        "{again}"
    );

    f.store.undo(&by("bob"), undone.act.unwrap()).await.unwrap();
    assert_eq!(texts::<Route>(&f).await, after);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn one_line_can_be_taken_back() {
    let f = Fixture::new().await;
    let act = import(
        &f.store,
        ImportMode::Merge,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    let first = act.act.unwrap();
    f.store.undo_one(&by("bob"), first + 1).await.unwrap();
    let left = f.all::<Route>().await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].value, route_to("a.example", "one", 25));
    let refused = f.store.undo(&by("bob"), first).await.unwrap_err();
    assert!(matches!(refused, Error::NoUndo(_)), "{refused}");
    let tried = f.store.try_undo(&by("bob"), first, false).await.unwrap();
    assert_eq!(tried.objects, 1);
    assert_eq!(f.all::<Route>().await.len(), 1);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn lines_are_found_as_entries_are() {
    let f = Fixture::new().await;
    let row = f.add(route("b.example")).await;
    let lines = (0..600)
        .map(|n| format!("n{n:04}.example,one,25\n"))
        .chain(["b.example,one,25\n".to_owned()])
        .collect::<Vec<_>>()
        .concat();
    let act = import(&f.store, ImportMode::Merge, &lines)
        .await
        .act
        .unwrap();
    let entry = f.store.latest().await.unwrap().0;
    let found = async |name: &str| -> Vec<i64> {
        let query = HistoryQuery {
            filter: HistoryFilter {
                name: Some(Named::typed(name)),
                ..HistoryFilter::default()
            },
            ..HistoryQuery::default()
        };
        let page = f.store.history(query).await.unwrap();
        page.entries.iter().map(|entry| entry.id).collect()
    };
    assert_eq!(found("n0300.example").await, [entry]);
    assert_eq!(found("b.example").await, [entry, row.id.0]);
    assert_eq!(found("n03*").await, [entry]);
    assert_eq!(found("b.*").await, [entry, row.id.0]);
    assert_eq!(found("routes.txt").await, [entry]);
    assert_eq!(found("none.example").await, [0; 0]);

    // Who changed a row last, and when.
    let last = f.store.last_change::<Route>(row.id).await.unwrap().unwrap();
    assert_eq!((last.id, last.act), (act, act));
    assert_eq!(last.before.unwrap()["host"], "mail.example.net");
    let newest = f.all::<Route>().await.pop().unwrap();
    let last = f
        .store
        .last_change::<Route>(newest.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(last.title(), "Added route n0599.example");
    let at = f
        .store
        .known(Vec::new(), vec![newest.version, row.version], Vec::new())
        .await
        .unwrap()
        .changed;
    assert_eq!(at.len(), 2);
    let stale = f
        .store
        .edit(&by("bob"), row.id, row.version, route("b.example"))
        .await;
    assert!(matches!(stale, Err(Error::Changed { change, .. }) if change.id == act));

    // Page by page.
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let query = LinesQuery {
            batch: entry,
            after,
            size: PageSize::new(100),
        };
        let page = f.store.lines(query).await.unwrap().unwrap();
        seen.extend(page.lines.iter().map(|line| line.id));
        after = seen.last().copied();
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen, (act..entry).collect::<Vec<_>>());

    // The export has every line.
    let filter = HistoryFilter::default();
    let mut entries = f.store.export_history(filter, Duration::MAX).await.unwrap();
    let mut ids = Vec::new();
    while let Some(batch) = entries.recv().await {
        ids.extend(batch.unwrap().iter().map(|entry| entry.id));
    }
    assert_eq!(ids, (1..=entry).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_batch_that_was_altered_does_not_verify() {
    let f = Fixture::new().await;
    f.add(route("b.example")).await;
    import(
        &f.store,
        ImportMode::Replace,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    f.add(route("c.example")).await;
    verified(&f).await;
    for sql in [
        "UPDATE batch_lines SET lines = CAST(replace(lines, 'one', 'two') AS BLOB)",
        "UPDATE batch_lines SET min_name = 'b'",
        "DELETE FROM batch_lines",
        "DELETE FROM batch_objects",
        "INSERT INTO batch_objects (kind, object, line) VALUES ('route', 77, 3)",
        "DELETE FROM changes WHERE object_id = 0",
        "UPDATE changes SET after = json_set(after, '$.lines', 1) WHERE object_id = 0",
    ] {
        let raw = f.raw();
        raw.execute_batch(
            "DROP TRIGGER IF EXISTS batch_lines_stay; DROP TRIGGER IF EXISTS changes_stay; BEGIN;",
        )
        .unwrap();
        raw.execute_batch(&format!("{sql}; COMMIT;")).unwrap();
        let verdict = f.store.verify_history(None).await.unwrap();
        assert!(matches!(verdict, store::Verdict::Broken(_)), "{sql}");
        begin_anew(&f).await;
    }
}

/// What was broken stays so, so all of it is made once more.
async fn begin_anew(f: &Fixture) {
    let raw = f.raw();
    raw.execute_batch(
        "DELETE FROM changes; DELETE FROM batch_lines; DELETE FROM batch_objects;
         DELETE FROM routes; DELETE FROM tombstones; DELETE FROM sqlite_sequence;",
    )
    .unwrap();
    f.add(route("b.example")).await;
    import(
        &f.store,
        ImportMode::Replace,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    f.add(route("c.example")).await;
    verified(f).await;
}

#[tokio::test]
async fn a_batch_is_removed_for_its_age_as_a_whole() {
    let f = Fixture::new().await;
    let lines = many_lines(12_000);
    import(&f.store, ImportMode::Merge, &lines).await;
    import(&f.store, ImportMode::Replace, "a.example,one,25").await;
    let row = f.add(route("c.example")).await;
    let (anna, end) = (by("anna"), Timestamp(i64::MAX));
    assert_eq!(f.store.prune_history(&anna, end).await.unwrap(), 3);
    let counts: (i64, i64, i64) = f
        .raw()
        .query_row(
            "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM batch_lines),
                    (SELECT count(*) FROM batch_objects)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    // That they were removed is an entry of its own.
    assert_eq!(counts, (1, 0, 0));
    verified(&f).await;
    assert_eq!(f.store.last_change::<Route>(row.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_moment_within_a_batch_is_after_it() {
    let f = Fixture::new().await;
    import(
        &f.store,
        ImportMode::Merge,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    let act = import(&f.store, ImportMode::Replace, "a.example,two,25")
        .await
        .act;
    let seen = f.store.latest().await.unwrap();
    let moment = Moment::After(1);
    let restored = f
        .store
        .restore(&by("cleo"), moment, Restore::All, seen)
        .await
        .unwrap();
    assert_eq!((restored.counts.changed, restored.counts.removed), (1, 1));
    assert_eq!(f.all::<Route>().await.len(), 2);
    assert!(act.is_some());
    model::assert_log_leads_to_rows(&f.raw());
}

/// Enough rows that indexes and triggers are made anew.
#[tokio::test]
async fn many_rows_at_once_are_as_single_ones_would_be() {
    let f = Fixture::new().await;
    f.add(managed("own.example")).await;
    let schema = |f: &Fixture| -> Vec<String> {
        let raw = f.raw();
        let sql = "SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name";
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let before = schema(&f);
    let lines = (0..2_100)
        .map(|n| {
            format!(
                "n{n:05}.example,mail{}.example.net,25,[further]:25\n",
                n % 7
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let act = import(&f.store, ImportMode::Merge, &lines)
        .await
        .act
        .unwrap();
    assert_eq!(schema(&f), before);
    model::assert_log_leads_to_rows(&f.raw());
    let exported = texts::<Route>(&f).await;
    // With the schema's CHECKs.
    let sound = |f: &Fixture| -> String {
        let raw = f.raw();
        raw.pragma_query_value(None, "quick_check", |row| row.get(0))
            .unwrap()
    };
    assert_eq!(sound(&f), "ok");

    let other = (1_000..3_100)
        .map(|n| format!("n{n:05}.example,other{}.example.net,25\n", n % 5))
        .collect::<Vec<_>>()
        .concat();
    let replaced = import(&f.store, ImportMode::Replace, &other).await;
    assert_eq!(numbers(replaced.done), [1_000, 1_100, 0, 1_000, 0]);
    assert_eq!(schema(&f), before);
    model::assert_log_leads_to_rows(&f.raw());
    f.store
        .undo(&by("bob"), replaced.act.unwrap())
        .await
        .unwrap();
    assert_eq!(texts::<Route>(&f).await, exported);
    assert_eq!(schema(&f), before);
    model::assert_log_leads_to_rows(&f.raw());
    f.store.undo(&by("bob"), act).await.unwrap();
    assert_eq!(f.all::<Route>().await, []);
    model::assert_log_leads_to_rows(&f.raw());
    assert_eq!(sound(&f), "ok");
    let held = f.raw().query_row(
        "SELECT count(*), (SELECT total FROM totals WHERE list = 'tombstones') FROM tombstones",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    assert_eq!(held, Ok((3_100, 3_100)));
    verified(&f).await;
}

/// Enough rows, in every form that they have, that the engine copies them.
#[tokio::test]
async fn many_rows_of_every_form_are_added_as_they_stand_in_the_file() {
    let f = Fixture::new().await;
    f.add(managed("n00007.example")).await;
    f.add(route_to("n00008.example", "one", 25)).await;
    f.add(route_to("n00009.example+", "elsewhere", 25)).await;
    let line = |n: u32| match n % 8 {
        0 => format!("n{n:05}.example,one,25"),
        1 => format!("n{n:05}.example,two,587,both,a note and more"),
        2 => format!(".n{n:05}.example,192.0.2.1,25"),
        3 => format!("n{n:05}.example,2001:db8::1,65535,disabled"),
        4 => format!("n{n:05}.example,one,25,[two]:26 [2001:db8::1]:25 [three]:25,both,Ä"),
        5 => format!(".n{n:05}.example,one,25,[two]:26,disabled"),
        _ => format!("n{n:05}.example,xn--bcher-kva.example,25"),
    };
    let lines: Vec<_> = (0..4_100).map(line).collect();
    let before = texts::<Route>(&f).await;
    let done = import(&f.store, ImportMode::Merge, &lines.join("\n")).await;
    assert_eq!(numbers(done.done), [4_097, 1, 1, 0, 1]);
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;

    let routes = lines.iter().map(|line| {
        let routes = routing::parse_routes(routing::Format::Text, line).unwrap();
        routes.into_iter().next().unwrap()
    });
    let mut expected: Vec<_> = routes
        .filter(|route| route.pattern.domain.as_str() != "n00007.example")
        .collect();
    expected.sort_by(|one, two| one.pattern.domain.as_str().cmp(two.pattern.domain.as_str()));
    let rows = f.all::<Route>().await;
    let now: Vec<_> = rows.iter().map(|row| row.value.clone()).collect();
    assert_eq!(now, expected);

    // Each is found in the history, by its id and by its name.
    for row in rows.iter().step_by(501) {
        let last = f.store.last_change::<Route>(row.id).await.unwrap().unwrap();
        assert_eq!(last.id, row.version.0);
        let query = HistoryQuery {
            filter: HistoryFilter {
                name: Some(Named::typed(&row.value.pattern.to_string())),
                ..HistoryFilter::default()
            },
            ..HistoryQuery::default()
        };
        let page = f.store.history(query).await.unwrap();
        assert!(
            page.entries
                .iter()
                .any(|entry| entry.act == done.act.unwrap())
        );
    }

    f.store.undo(&by("bob"), done.act.unwrap()).await.unwrap();
    assert_eq!(texts::<Route>(&f).await, before);
    model::assert_log_leads_to_rows(&f.raw());
}

/// What follows a batch is told to whoever answers from memory.
#[tokio::test]
async fn the_feed_tells_of_every_line() {
    let f = Fixture::new().await;
    let gone = f.add(route("gone.example")).await;
    let since = f.store.latest().await.unwrap();
    import(
        &f.store,
        ImportMode::Replace,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    let mut feed = f.store.feed(Some(since)).await.unwrap();
    assert!(!feed.whole);
    assert_eq!(feed.version, f.store.latest().await.unwrap());
    let events = feed.rest().await.unwrap();
    let routes = f.all::<Route>().await;
    for row in routes {
        assert!(events.contains(&store::Event::Route(row)));
    }
    assert!(events.contains(&store::Event::RouteGone(gone.id)));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, store::Event::Held(_)))
    );
    assert_eq!(events.len(), 4);
}
