//! Importing files: what is shown before, what is done, and what is left of it.

use routing::{Field, Format, ManagedDomain, Own, Route, parse_managed_domains, parse_routes};
use store::{
    Error, HeldQuery, Import, ImportMode, ImportVerdict, ObjectKind, Phase, Preview, PreviewPlace,
    PreviewQuery, Progress, Record, RefusedQuery, Selection, Store,
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

/// The lines of so many routes.
pub(crate) fn many_lines(count: u32) -> String {
    let lines = (0..count).map(|n| format!("n{n:05}.example,one,25\n"));
    lines.collect()
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
        place: PreviewPlace::First,
        most: 100,
    };
    let page = import.page(query).await.unwrap();
    page.rows
        .into_iter()
        .map(|row| (row.before, row.after))
        .collect()
}

fn asking(place: PreviewPlace<i64>, most: usize) -> RefusedQuery {
    RefusedQuery {
        search: String::new(),
        place,
        most,
    }
}

async fn reasons<T: Record>(import: &Import<T>) -> Vec<(usize, Option<Field>, String)> {
    let page = import
        .refused(asking(PreviewPlace::First, 100))
        .await
        .unwrap();
    page.lines
        .into_iter()
        .map(|line| (line.line, line.column, line.reason))
        .collect()
}

pub(crate) async fn texts<T: Record>(f: &Fixture) -> Vec<String> {
    let rows = f.all::<T>().await;
    rows.iter()
        .map(|row| serde_json::to_string(&row.value).unwrap())
        .collect()
}

pub(crate) fn numbers(preview: Preview) -> [u64; 5] {
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
    let page = import
        .refused(asking(PreviewPlace::First, 100))
        .await
        .unwrap();
    assert_eq!(page.lines[5].text, "nonsense");
    assert_eq!(page.lines[3].text, "b.example,one,25,both");
    let page = import
        .refused(asking(PreviewPlace::After(page.lines[4].number), 1))
        .await
        .unwrap();
    assert_eq!((page.lines[0].line, page.has_next), (9, true));
    let first = page.lines[0].number;
    let page = import
        .refused(asking(PreviewPlace::Before(first), 2))
        .await
        .unwrap();
    let numbers: Vec<_> = page.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [first - 2, first - 1]);
    assert_eq!((page.has_previous, page.has_next), (true, true));
    let search = "NONSENSE".to_owned();
    let found = RefusedQuery {
        search,
        ..asking(PreviewPlace::First, 100)
    };
    let found = import.refused(found).await.unwrap();
    assert_eq!(found.lines.len(), 1, "found in the line, whatever its case");
    assert_eq!((found.has_previous, found.has_next), (false, false));

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
async fn progress_is_told() {
    let f = Fixture::new().await;
    let lines = many_lines(3_000);
    let mut import = staged(&f.store, ImportMode::Merge, &lines).await;
    let mut progress = import.progress();
    assert_eq!(progress.borrow_and_update().done, 2_000);
    import.check().await.unwrap();
    assert_eq!(progress.borrow_and_update().phase, Phase::Checking);
    import.commit(&by("anna"), "").await.unwrap();
    assert_eq!(progress.borrow_and_update().phase, Phase::Finishing);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_while_it_is_written_nothing_is_left() {
    let f = Fixture::new().await;
    let lines = many_lines(30_000);
    let mut import = staged(&f.store, ImportMode::Merge, &lines).await;
    import.check().await.unwrap();
    let (mut progress, stop) = (import.progress(), import.canceller());
    let stopping = tokio::spawn(async move {
        // Only the newest is told: by then all rows may be there.
        let written = |progress: &Progress| match progress.phase {
            Phase::Writing => progress.done > 0,
            phase => phase == Phase::Finishing,
        };
        progress.wait_for(written).await.unwrap();
        stop.cancel();
    });
    let stopped = import.commit(&by("anna"), "").await;
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    stopping.await.unwrap();
    assert_eq!(f.all::<Route>().await, []);
    model::assert_log_leads_to_rows(&f.raw());
    drop(import);
    assert_eq!(
        numbers(self::import(&f.store, ImportMode::Merge, &lines).await.done),
        [30_000, 0, 0, 0, 0]
    );
}

#[tokio::test]
async fn a_preview_is_paged_in_both_directions_and_told_in_words() {
    let f = Fixture::new().await;
    f.add(route_over("c.example", "[one]:25")).await;
    let lines = "a.example,one,25\nb.example,one,25\nc.example,two,25\nd.example,one,25";
    let mut import = staged(&f.store, ImportMode::Merge, lines).await;
    import.check().await.unwrap();
    let page = async |verdict, place, search: &str| {
        let query = PreviewQuery {
            verdict,
            search: search.to_owned(),
            place,
            most: 1,
        };
        let page = import.page(query).await.unwrap();
        let names = page.rows.iter().map(|row| row.name().unwrap());
        let key = page.rows.first().map(|row| row.key.clone());
        let ends = (page.has_previous, page.has_next);
        (names.collect::<Vec<_>>().join(" "), ends, key)
    };
    let added = ImportVerdict::Added;
    let (name, ends, key) = page(added, PreviewPlace::First, "").await;
    assert_eq!((name.as_str(), ends), ("a.example", (false, true)));
    let (name, ends, key) = page(added, PreviewPlace::After(key.unwrap()), "").await;
    assert_eq!((name.as_str(), ends), ("b.example", (true, true)));
    let (name, ends, _) = page(added, PreviewPlace::Before(key.unwrap()), "").await;
    assert_eq!((name.as_str(), ends), ("a.example", (false, true)));
    let (name, ends, _) = page(added, PreviewPlace::First, "d.ex").await;
    assert_eq!((name.as_str(), ends), ("d.example", (false, false)));

    let query = PreviewQuery {
        verdict: ImportVerdict::Changed,
        search: String::new(),
        place: PreviewPlace::First,
        most: 9,
    };
    let changed = import.page(query).await.unwrap();
    let details = changed.rows[0].details().unwrap();
    assert_eq!(details.len(), 1);
    assert_eq!(
        (details[0].before.as_deref(), details[0].after.as_deref()),
        (Some("one"), Some("two"))
    );
}

/// Not when others write next, who would have to wait for it.
#[tokio::test]
async fn what_was_imported_is_soon_in_the_file_itself() {
    let f = Fixture::new().await;
    let lines = (0..3_000)
        .map(|n| format!("n{n:05}.example,mail.example.net,25\n"))
        .collect::<Vec<_>>()
        .concat();
    import(&f.store, ImportMode::Merge, &lines).await;
    let size = || std::fs::metadata(&f.path).unwrap().len();
    for _ in 0..500 {
        if size() > lines.len() as u64 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("only {} bytes are in the file", size());
}
