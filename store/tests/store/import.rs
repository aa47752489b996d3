//! Importing files: what is shown before, what is done, and what is left of it.

use std::time::Duration;

use routing::{Field, Format, ManagedDomain, Own, Route, parse_managed_domains, parse_routes};
use store::{
    Error, HeldQuery, HistoryFilter, HistoryQuery, Import, ImportMode, ImportVerdict, LinesQuery,
    Moment, Named, NoUndo, ObjectKind, PageSize, Preview, PreviewQuery, Record, Restore, RowId,
    Selection, Store, Timestamp,
};

use crate::{
    fixture::{Fixture, by, managed, route, route_over, route_to},
    history::verified,
    model,
    own::name,
};

/// An import of these lines of our text format.
pub(crate) async fn staged(store: &Store, mode: ImportMode, lines: &str) -> Import<Route> {
    let mut import = store.import(mode).await.unwrap();
    for (line, text) in (1..).zip(lines.lines()) {
        let row = parse_routes(Format::Text, text).map(|mut rows| rows.remove(0));
        import.push(line, text, row).unwrap();
    }
    import
}

async fn staged_domains(store: &Store, mode: ImportMode, lines: &str) -> Import<ManagedDomain> {
    let mut import = store.import(mode).await.unwrap();
    for (line, text) in (1..).zip(lines.lines()) {
        let row = parse_managed_domains(Format::Text, text).map(|mut rows| rows.remove(0));
        import.push(line, text, row).unwrap();
    }
    import
}

/// Imports everything that can be imported.
pub(crate) async fn import(store: &Store, mode: ImportMode, lines: &str) -> store::Imported {
    let mut import = staged(store, mode, lines).await;
    import.check().await.unwrap();
    import.commit(&by("anna"), "routes.txt").await.unwrap()
}

async fn rows<T: Record>(
    import: &Import<T>,
    verdict: ImportVerdict,
) -> Vec<(Option<T>, Option<T>)> {
    let query = PreviewQuery {
        verdict,
        search: String::new(),
        after: None,
        most: 100,
    };
    let page = import.page(query).await.unwrap();
    page.rows
        .into_iter()
        .map(|row| (row.before, row.after))
        .collect()
}

async fn reasons<T: Record>(import: &Import<T>) -> Vec<(usize, Option<Field>, String)> {
    let page = import.refused(None, 100).await.unwrap();
    page.lines
        .into_iter()
        .map(|line| (line.line, line.column, line.reason))
        .collect()
}

async fn texts<T: Record>(f: &Fixture) -> Vec<String> {
    let rows = f.all::<T>().await;
    rows.iter()
        .map(|row| serde_json::to_string(&row.value).unwrap())
        .collect()
}

fn numbers(preview: Preview) -> [u64; 5] {
    let Preview {
        added,
        changed,
        same,
        removed,
        refused,
        ..
    } = preview;
    [added, changed, same, removed, refused]
}

#[tokio::test]
async fn a_preview_says_what_would_be_done_and_changes_nothing() {
    let f = Fixture::new().await;
    let same = f.add(route("same.example")).await;
    let old = f.add(route("old.example")).await;
    let kept = f.add(route("kept.example")).await;
    let before = f.store.latest().await.unwrap();
    let lines = "old.example,elsewhere,25\nsame.example,mail.example.net,25\nnew.example,two,26";
    for (mode, removed) in [(ImportMode::Merge, 0), (ImportMode::Replace, 1)] {
        let mut import = staged(&f.store, mode, lines).await;
        let preview = import.check().await.unwrap();
        assert_eq!(numbers(preview), [1, 1, 1, removed, 0], "{mode:?}");
        assert_eq!(preview.version, before);
        assert_eq!(
            rows(&import, ImportVerdict::Added).await,
            [(None, Some(route_to("new.example", "two", 26)))]
        );
        assert_eq!(
            rows(&import, ImportVerdict::Changed).await,
            [(
                Some(old.value.clone()),
                Some(route_to("old.example", "elsewhere", 25))
            )]
        );
        let there = Some(same.value.clone());
        assert_eq!(
            rows(&import, ImportVerdict::Same).await,
            [(there.clone(), there)]
        );
        let gone = rows(&import, ImportVerdict::Removed).await;
        let expected = vec![(Some(kept.value.clone()), None)];
        assert_eq!(gone, if removed == 1 { expected } else { Vec::new() });
    }
    assert_eq!(f.store.latest().await.unwrap(), before);
}

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
async fn lines_are_refused_with_their_reason() {
    let f = Fixture::new().await;
    f.add(managed("own.example")).await;
    f.add(route_over("wide.example+", "[one]:25")).await;
    let store = f
        .store
        .clone()
        .guarded(Own::new([name("gateway.example.net")], [], true));
    let lines = "own.example,one,25
.own.example,one,25
wide.example,one,25
a.example,one,25
a.example,two,25
b.example,one,25
b.example,one,25,both
c.example,gateway.example.net,25
nonsense
list.example,one,25,[two]:465";
    let mut import = staged(&store, ImportMode::Merge, lines).await;
    let preview = import.check().await.unwrap();
    assert_eq!(numbers(preview), [3, 0, 0, 0, 7]);
    let refused = reasons(&import).await;
    let lines: Vec<_> = refused
        .iter()
        .map(|(line, column, _)| (*line, *column))
        .collect();
    let (domain, host) = (Some(Field::Domain), Some(Field::Host));
    assert_eq!(
        lines,
        [
            (1, domain),
            (3, domain),
            (5, domain),
            (7, domain),
            (8, host),
            (9, domain),
            (10, Some(Field::FurtherHosts)),
        ]
    );
    assert!(
        refused[0].2.starts_with("own.example is a managed domain"),
        "{}",
        refused[0].2
    );
    assert!(
        refused[1].2.starts_with("There is already a route"),
        "{}",
        refused[1].2
    );
    assert!(
        refused[2]
            .2
            .starts_with("Line 4 is for a.example already, and this is line 5.")
    );
    assert!(
        refused[3].2.starts_with("Line 6 is for b.example (domain)"),
        "{}",
        refused[3].2
    );
    let page = import.refused(None, 100).await.unwrap();
    assert_eq!(page.lines[5].text, "nonsense");
    assert_eq!(page.lines[3].text, "b.example,one,25,both");
    let page = import.refused(Some(page.lines[4].number), 1).await.unwrap();
    assert_eq!((page.lines[0].line, page.has_next), (9, true));

    import.commit(&by("anna"), "").await.unwrap();
    let names: Vec<_> = f.all::<Route>().await;
    let names: Vec<_> = names
        .iter()
        .map(|row| row.value.pattern.to_string())
        .collect();
    assert_eq!(
        names,
        ["a.example", "b.example", ".own.example", "wide.example"]
    );
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn replacing_leaves_what_a_refused_line_names() {
    let f = Fixture::new().await;
    f.add(route_over("wide.example+", "[one]:25")).await;
    f.add(route("other.example")).await;
    f.add(route_over("list.example", "[one]:25")).await;
    let lines = "wide.example,two,25\nlist.example,one,25,[two]:465";
    let mut import = staged(&f.store, ImportMode::Replace, lines).await;
    let preview = import.check().await.unwrap();
    assert_eq!(numbers(preview), [1, 0, 0, 2, 1]);
    import.commit(&by("anna"), "").await.unwrap();
    let rows = f.all::<Route>().await;
    let names: Vec<_> = rows
        .iter()
        .map(|row| row.value.pattern.to_string())
        .collect();
    assert_eq!(names, ["list.example", "wide.example"]);
    // What the wide route covered beside the new one waits.
    let held = f.store.held(HeldQuery::default()).await.unwrap();
    let held: Vec<_> = held
        .rows
        .iter()
        .map(|row| row.value.pattern.to_string())
        .collect();
    assert_eq!(held, ["other.example", ".wide.example"]);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn held_mail_follows_what_is_imported() {
    let f = Fixture::new().await;
    let row = f.add(route_over("a.example+", "[one]:25")).await;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("anna"), rows).await.unwrap();
    import(&f.store, ImportMode::Merge, "a.example,two,25").await;
    let held = f.store.held(HeldQuery::default()).await.unwrap();
    assert_eq!(held.rows[0].value.pattern.to_string(), ".a.example");
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn managed_domains_are_imported_too() {
    let f = Fixture::new().await;
    f.add(route("routed.example")).await;
    f.add(managed("gone.example")).await;
    let lines = "own.example,inside,25,a note\nplain.example,,\nrouted.example,,";
    let mut import = staged_domains(&f.store, ImportMode::Replace, lines).await;
    let preview = import.check().await.unwrap();
    assert_eq!(numbers(preview), [2, 0, 0, 1, 1]);
    let reason = &reasons(&import).await[0].2;
    assert!(
        reason.starts_with("routed.example is a smart host route"),
        "{reason}"
    );
    let imported = import.commit(&by("anna"), "domains").await.unwrap();
    assert_eq!(f.all::<ManagedDomain>().await.len(), 2);
    let kinds = f.store.kinds_of_act(imported.act.unwrap()).await.unwrap();
    assert_eq!(kinds, [ObjectKind::ManagedDomain]);
    f.store
        .undo(&by("anna"), imported.act.unwrap())
        .await
        .unwrap();
    let rows = f.all::<ManagedDomain>().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].value, managed("gone.example"));
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
}

#[tokio::test]
async fn a_preview_that_is_outdated_is_not_done() {
    let f = Fixture::new().await;
    let mut import = staged(
        &f.store,
        ImportMode::Merge,
        "a.example,one,25\nb.example,one,25",
    )
    .await;
    import.check().await.unwrap();
    // Something else does not matter.
    f.add(route("else.example")).await;
    let row = f.add(route("a.example")).await;
    let error = import.commit(&by("anna"), "").await.unwrap_err();
    assert!(matches!(error, Error::ImportOutdated), "{error}");
    assert_eq!(f.all::<Route>().await.len(), 2);
    let preview = import.check().await.unwrap();
    assert_eq!(numbers(preview), [1, 1, 0, 0, 0]);
    f.add(route("more.example")).await;
    let imported = import.commit(&by("anna"), "").await.unwrap();
    assert_eq!(numbers(imported.done), [1, 1, 0, 0, 0]);
    let now = f.store.get::<Route>(row.id).await.unwrap().unwrap();
    assert_eq!(now.value, route_to("a.example", "one", 25));
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn cancelled_at_any_stage_nothing_is_left() {
    let f = Fixture::new().await;
    let lines = "a.example,one,25\nb.example,one,25";
    let mut import = staged(&f.store, ImportMode::Merge, lines).await;
    import.canceller().cancel();
    assert!(matches!(import.check().await, Err(Error::Cancelled)));
    let mut import = staged(&f.store, ImportMode::Merge, lines).await;
    import.check().await.unwrap();
    import.canceller().cancel();
    let cancelled = import.commit(&by("anna"), "").await;
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    assert_eq!(f.store.latest().await.unwrap().0, 0);
    drop(import);
    let names = std::fs::read_dir(f.path.parent().unwrap()).unwrap();
    let names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("smart-hosts"))
        .collect();
    assert_eq!(names, [""; 0]);
    // And nobody is kept from writing.
    f.add(route("c.example")).await;
}

#[tokio::test]
async fn two_imports_at_once_do_not_mix() {
    let f = Fixture::new().await;
    let mut one = staged(&f.store, ImportMode::Replace, "a.example,one,25").await;
    let mut two = staged(&f.store, ImportMode::Replace, "b.example,two,25").await;
    one.check().await.unwrap();
    two.check().await.unwrap();
    let (first, second) = (by("anna"), by("bob"));
    let (first, second) = tokio::join!(one.commit(&first, ""), two.commit(&second, ""));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
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
        .changed_at(&[newest.version, row.version])
        .await
        .unwrap();
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
    let lines = (0..12_000)
        .map(|n| format!("n{n:05}.example,one,25\n"))
        .collect::<Vec<_>>()
        .concat();
    import(&f.store, ImportMode::Merge, &lines).await;
    import(&f.store, ImportMode::Replace, "a.example,one,25").await;
    let row = f.add(route("c.example")).await;
    let removed = f.store.prune_history(&by("anna"), Timestamp(i64::MAX));
    assert_eq!(removed.await.unwrap(), 3);
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
    verified(&f).await;
}

#[tokio::test]
async fn progress_is_told() {
    let f = Fixture::new().await;
    let lines = (0..3_000)
        .map(|n| format!("n{n:05}.example,one,25\n"))
        .collect::<Vec<_>>()
        .concat();
    let mut import = staged(&f.store, ImportMode::Merge, &lines).await;
    let mut progress = import.progress();
    assert_eq!(progress.borrow_and_update().done, 2_000);
    import.check().await.unwrap();
    assert_eq!(progress.borrow_and_update().phase, store::Phase::Checking);
    import.commit(&by("anna"), "").await.unwrap();
    assert_eq!(progress.borrow_and_update().phase, store::Phase::Finishing);
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
