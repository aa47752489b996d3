//! What is found in memory is what the engine finds.

use proptest::{collection::vec, prelude::*, sample::select};
use routing::{Comment, NextHops, Pattern, Scope};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::*;
use crate::{By, Saved, Selection, Timestamp};

const DOMAINS: [&str; 6] = [
    "alpha.example",
    "beta.example",
    "bücher.example",
    "b.example",
    "a.b.example",
    "zeta.org",
];
const HOSTS: [&str; 5] = [
    "192.0.2.1:25",
    "[2001:db8::1]:587",
    "straße.example:25",
    "alpha:4096",
    "relay.example:25, second.example:26",
];
const COMMENTS: [&str; 3] = ["", "Ärzte, alt", "OLD alpha"];
const SEARCHES: [&str; 16] = [
    "a",
    "alpha",
    " ALPHA ",
    ".b",
    "*.b.example",
    "bücher",
    "xn--",
    "strasse",
    "db8",
    "second",
    "old",
    "ärzte",
    "example",
    "%",
    "nothing",
    "a\tb",
];

#[derive(Clone, Debug)]
enum Step {
    Add(Route),
    /// The row of this number, counted around.
    Edit(usize, Route),
    Delete(usize),
    UndoLast,
}

fn some_route() -> impl Strategy<Value = Route> {
    let scope = select(&[Scope::Domain, Scope::Subdomains, Scope::Both][..]);
    (
        select(&DOMAINS[..]),
        scope,
        select(&HOSTS[..]),
        select(&COMMENTS[..]),
    )
        .prop_map(|(domain, scope, hosts, comment)| Route {
            pattern: Pattern::parse(domain, scope).expect("a pattern"),
            next_hops: hosts.parse::<NextHops>().expect("hosts"),
            comment: Comment::parse(comment).expect("a comment"),
            enabled: !comment.is_empty(),
        })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => some_route().prop_map(Step::Add),
        2 => (any::<usize>(), some_route()).prop_map(|(row, route)| Step::Edit(row, route)),
        1 => any::<usize>().prop_map(Step::Delete),
        1 => Just(Step::UndoLast),
    ]
}

/// A store in a folder of its own, and what of its routes is kept in memory.
struct Fixture {
    store: Store,
    kept: Arc<search::Kept>,
    last: Option<i64>,
    _folder: TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smart-hosts.db");
        Self {
            store: Store::open(&path).await.expect("a store"),
            kept: Arc::new(search::Kept::for_more_than(0)),
            last: None,
            _folder: folder,
        }
    }

    async fn load(&self) {
        let kept = Arc::clone(&self.kept);
        let loaded = self.store.read(move |tx| kept.load(tx)).await;
        loaded.expect("the routes are read");
    }

    async fn all(&self) -> Vec<Stored<Route>> {
        let rows = self
            .store
            .read(|tx| row::all::<Route>(tx, &found::sql::<Route>(None), []))
            .await;
        rows.expect("the routes are read")
    }

    /// A step that the rules refuse changes nothing.
    async fn take(&mut self, step: Step) {
        let by = By::new("anna", Timestamp(1_772_323_200_000));
        let rows = self.all().await;
        let row = |number: usize| rows.get(number % rows.len().max(1)).cloned();
        let act = |saved: Saved<Route>| saved.act;
        let done = match step {
            Step::Add(route) => self.store.add(&by, route).await.map(act),
            Step::Edit(number, route) => match row(number) {
                Some(row) => {
                    let edited = self.store.edit(&by, row.id, row.version, route).await;
                    edited.map(act)
                }
                None => return,
            },
            Step::Delete(number) => match row(number) {
                Some(row) => {
                    let rows = Selection::Rows(vec![(row.id, row.version)]);
                    let deleted = self.store.delete::<Route>(&by, rows).await;
                    deleted.map(|deleted| deleted.act)
                }
                None => return,
            },
            Step::UndoLast => match self.last {
                Some(last) => self.store.undo(&by, last).await.map(|undone| undone.act),
                None => return,
            },
        };
        if let Ok(Some(act)) = done {
            self.last = Some(act);
        }
    }

    async fn pages(&self, query: Query) -> (Page<Route>, Page<Route>) {
        let kept = Arc::clone(&self.kept);
        let none = search::Kept::for_more_than(u64::MAX);
        let pages = self.store.read(move |tx| {
            let in_memory = page(tx, &query, &kept)?;
            Ok((in_memory, page(tx, &query, &none)?))
        });
        pages.await.expect("both pages")
    }

    /// Every page of every order, forwards and backwards, and pages at a row.
    async fn compare(&self, search: &str) {
        let orders = SortBy::ALL.map(|by| [false, true].map(|descending| Sort { by, descending }));
        for sort in orders.into_iter().flatten() {
            let at = self.all().await.into_iter().map(|row| Position::At(row.id));
            let mut positions: Vec<_> = at.chain([Position::Last, Position::First]).collect();
            let mut asked = 0;
            while let Some(position) = positions.pop() {
                let query = Query {
                    search: search.to_owned(),
                    sort,
                    size: PageSize::new(2),
                    position,
                };
                let (in_memory, by_engine) = self.pages(query.clone()).await;
                assert_eq!(in_memory, by_engine, "{query:?}");
                asked += 1;
                if asked < 12 {
                    let (first, last) = (in_memory.first_cursor(sort), in_memory.last_cursor(sort));
                    positions.extend(first.map(Position::Before));
                    positions.extend(last.map(Position::After));
                }
            }
        }
    }

    /// Whether the text is in memory, and up to date.
    async fn is_used(&self) -> bool {
        let kept = Arc::clone(&self.kept);
        let hits = self.store.read(move |tx| kept.find(tx, "a")).await;
        hits.expect("a search").is_some()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn pages_are_those_of_the_engine(
        before in vec(step(), 0..8),
        after in vec(step(), 0..12),
        follow_each in any::<bool>(),
        searches in vec(select(&SEARCHES[..]), 3),
    ) {
        Runtime::new().expect("a runtime").block_on(async {
            let mut f = Fixture::new().await;
            for step in before {
                f.take(step).await;
            }
            f.load().await;
            for step in after {
                f.take(step).await;
                // One after the other, or all of them together with the first search.
                if follow_each {
                    f.is_used().await;
                }
            }
            for search in searches {
                f.compare(search).await;
            }
            assert!(f.all().await.is_empty() || f.is_used().await);
        });
    }
}

fn plain(name: &str) -> Route {
    Route {
        pattern: Pattern::parse(name, Scope::Domain).expect("a pattern"),
        next_hops: "mail.example.net:25".parse().expect("a host"),
        comment: Comment::default(),
        enabled: true,
    }
}

#[tokio::test]
async fn what_nobody_searches_is_dropped_and_read_again() {
    let mut f = Fixture::new().await;
    f.take(Step::Add(plain("a.example"))).await;
    assert!(!f.kept.claim(), "nobody has searched");
    assert!(!f.is_used().await);
    assert!(f.kept.claim());
    assert!(!f.kept.claim(), "somebody reads already");
    f.kept.give_up();
    assert!(f.kept.claim());
    f.load().await;
    assert!(f.is_used().await);
    assert!(!f.kept.forget_if_unused());
    assert!(f.kept.forget_if_unused());
    assert!(!f.is_used().await);
}

#[tokio::test]
async fn where_the_log_does_not_reach_all_is_read_anew() {
    let mut f = Fixture::new().await;
    for name in ["a.example", "b.example"] {
        f.take(Step::Add(plain(name))).await;
    }
    f.load().await;
    f.take(Step::Add(plain("c.example"))).await;
    let forget = |tx: &Transaction<'_>| Ok(tx.execute("UPDATE chain SET removed = 3", [])?);
    f.store.write(forget).await.expect("it is removed");
    assert!(!f.is_used().await);
    f.compare("example").await;
    f.load().await;
    f.compare("example").await;
    assert!(f.is_used().await);
}

#[tokio::test]
async fn a_store_reads_the_text_of_a_long_list_once_somebody_searches() {
    let f = Fixture::new().await;
    let mut store = f.store.clone();
    store.texts = Arc::clone(&f.kept);
    let by = By::new("anna", Timestamp(0));
    store.add(&by, plain("a.example")).await.expect("added");
    let query = Query {
        search: "a.ex".to_owned(),
        ..Query::default()
    };
    let page = store.page::<Route>(query).await.expect("a page");
    assert_eq!(page.matching, 1);
    while !f.is_used().await {
        tokio::task::yield_now().await;
    }
}
