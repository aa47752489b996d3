//! Searching, against a filter in memory.

use proptest::{collection::vec, option, prelude::*, sample::select};
use routing::{Comment, ManagedDomain, Route};
use store::{PageSize, Position, Query, Record, Sort, SortBy, Store};
use tokio::runtime::Runtime;

use crate::fixture::{Fixture, hop, managed, pattern, route};

const NAMES: [&str; 6] = [
    "alpha.example",
    ".beta.example",
    "bücher.example",
    ".ärzte.beta.example",
    "b.org",
    "gamma.org+",
];
const HOSTS: [&str; 4] = ["192.0.2.1", "2001:db8::1", "straße.example", "alpha"];
const COMMENTS: [&str; 4] = ["", "Ärzte, alt", "OLD alpha", "100 % _sicher_"];
const SEARCHES: [&str; 22] = [
    "",
    " ",
    "alpha",
    "ALPHA",
    " alpha ",
    ".beta",
    "*.beta.example",
    "bücher",
    "BÜCHER",
    "xn--",
    "bcher-kva",
    "ärzte",
    "STRASSE",
    "straße",
    "db8",
    "::1",
    "%",
    "_",
    "old",
    "'",
    "a.e",
    "nothing",
];

/// The texts that are searched: each column in each of its forms.
fn holds(search: &str, texts: &[Option<String>]) -> bool {
    let search = search.trim().to_lowercase().replace("*.", ".");
    texts
        .iter()
        .flatten()
        .any(|text| text.to_lowercase().contains(&search))
}

fn route_holds(search: &str, row: &Route) -> bool {
    let dot = if row.pattern.to_string().starts_with('.') {
        "."
    } else {
        ""
    };
    let host = &row.next_hops.first().host;
    holds(
        search,
        &[
            Some(row.pattern.to_string()),
            row.pattern
                .domain
                .to_unicode()
                .map(|name| format!("{dot}{name}")),
            Some(host.to_string()),
            host.to_unicode(),
            Some(row.comment.to_string()),
        ],
    )
}

fn managed_holds(search: &str, row: &ManagedDomain) -> bool {
    let host = row.routing.as_ref().map(|hop| &hop.host);
    holds(
        search,
        &[
            Some(row.domain.to_string()),
            row.domain.to_unicode(),
            host.map(ToString::to_string),
            host.and_then(routing::Host::to_unicode),
            Some(row.comment.to_string()),
        ],
    )
}

/// Pages and counts of the search hold just what the filter leaves.
async fn compare<T: Record>(store: &Store, rows: &[T], search: &str, filter: fn(&str, &T) -> bool) {
    let expected = rows.iter().filter(|row| filter(search, row)).count();
    let mut export = store.export::<T>(search).await.unwrap();
    assert_eq!(export.count, expected as u64, "{search}");
    let mut exported = Vec::new();
    while let Some(batch) = export.rows.recv().await {
        exported.extend(batch.unwrap());
    }
    for (by, descending) in SortBy::ALL
        .into_iter()
        .flat_map(|by| [(by, false), (by, true)])
    {
        let sort = Sort { by, descending };
        let query = |position| Query {
            search: search.to_owned(),
            sort,
            size: PageSize::new(2),
            position,
        };
        let mut found = Vec::new();
        let mut page = store.page::<T>(query(Position::First)).await.unwrap();
        loop {
            assert_eq!(
                (page.matching, page.total),
                (expected as u64, rows.len() as u64)
            );
            found.extend(page.rows.iter().cloned());
            let Some(last) = page.last_cursor(sort).filter(|_| page.has_next) else {
                break;
            };
            page = store.page(query(Position::After(last))).await.unwrap();
            assert!(page.has_previous);
        }
        assert!(found.iter().all(|row| filter(search, &row.value)));
        assert_eq!(found.len(), expected, "{search}");
        found.sort_by_key(|row| row.id);
        exported.sort_by_key(|row| row.id);
        assert_eq!(found, exported);
    }
}

fn comment() -> impl Strategy<Value = Comment> {
    select(&COMMENTS[..]).prop_map(|text| Comment::parse(text).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_search_finds_what_a_filter_leaves(
        routes in vec((select(&HOSTS[..]), comment()), NAMES.len()),
        managed_domains in vec((option::of(select(&HOSTS[..])), comment()), 3),
        searches in vec(select(&SEARCHES[..]), 4),
    ) {
        let routes = NAMES.iter().zip(routes).map(|(name, (host, comment))| Route {
            pattern: pattern(name),
            next_hops: hop(host, 25).into(),
            comment,
            enabled: true,
        });
        let routes: Vec<_> = routes.collect();
        let names = ["zwölf.example", "beta.example", "alpha.test"];
        let managed_domains = names.iter().zip(managed_domains).map(|(name, (host, comment))| ManagedDomain {
            routing: host.map(|host| hop(host, 25)),
            comment,
            ..managed(name)
        });
        let managed_domains: Vec<_> = managed_domains.collect();
        Runtime::new().unwrap().block_on(async {
            let f = Fixture::new().await;
            f.seed_routes(&routes);
            f.raw().execute("DELETE FROM sqlite_sequence", []).unwrap();
            f.seed_managed_domains(&managed_domains);
            for search in searches {
                compare(&f.store, &routes, search, route_holds).await;
                compare(&f.store, &managed_domains, search, managed_holds).await;
            }
        });
    }
}

#[tokio::test]
async fn what_is_searched_for_is_never_read_as_sql() {
    let f = Fixture::new().await;
    f.add(route("example.com")).await;
    for search in [
        "'; DROP TABLE routes; --",
        "\"",
        "\0",
        "?1",
        "example.com' OR '1'='1",
    ] {
        let query = Query {
            search: search.to_owned(),
            ..Query::default()
        };
        assert_eq!(
            f.store.page::<Route>(query).await.unwrap().matching,
            0,
            "{search}"
        );
    }
    assert_eq!(f.all::<Route>().await.len(), 1);
}
