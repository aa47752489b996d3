//! The list of smart hosts, page by page, and the routes that use one of them.

use routing::{Comment, NextHop};
use store::{Login, PageSize, SmartHostInput, SmartHostPage, SmartHostPosition, SmartHostQuery};

use crate::fixture::{Fixture, hop_of, route_over, settings};

async fn page(f: &Fixture, search: &str, position: SmartHostPosition) -> SmartHostPage {
    let query = SmartHostQuery {
        search: search.to_owned(),
        size: PageSize::new(2),
        position,
    };
    f.store.smart_hosts(query).await.unwrap()
}

fn hops(page: &SmartHostPage) -> Vec<(String, u64)> {
    let hops = page.rows.iter();
    hops.map(|row| (row.settings.next_hop.to_string(), row.routes))
        .collect()
}

async fn five() -> Fixture {
    let f = Fixture::new().await;
    f.add(route_over("example.com", "c.example:587, b.example:2525"))
        .await;
    f.add(route_over("example.net", "b.example:2525")).await;
    f.add(route_over(".example.net", "a.example:465")).await;
    f.set(SmartHostInput {
        comment: Comment::parse("The Spare").unwrap(),
        ..settings("d.example:587", "verified", Login::None)
    })
    .await
    .unwrap();
    f.set(settings("b.example:25", "required", Login::None))
        .await
        .unwrap();
    f
}

#[tokio::test]
async fn pages_hold_those_that_are_used_and_those_that_are_set_up() {
    let f = five().await;
    let all = [
        ("[a.example]:465", 1),
        ("[b.example]:25", 0),
        ("[b.example]:2525", 2),
        ("[c.example]:587", 1),
        ("[d.example]:587", 0),
    ]
    .map(|(hop, routes)| (hop.to_owned(), routes));
    let edge = |page: &SmartHostPage, last: bool| -> NextHop {
        let row = if last {
            page.rows.last()
        } else {
            page.rows.first()
        };
        row.unwrap().settings.next_hop.clone()
    };
    let first = page(&f, "", SmartHostPosition::First).await;
    assert_eq!(hops(&first), all[..2]);
    assert_eq!((first.matching, first.total), (5, 5));
    assert_eq!((first.has_previous, first.has_next), (false, true));
    let second = page(&f, "", SmartHostPosition::After(edge(&first, true))).await;
    assert_eq!(hops(&second), all[2..4]);
    assert_eq!((second.has_previous, second.has_next), (true, true));
    let third = page(&f, "", SmartHostPosition::After(edge(&second, true))).await;
    assert_eq!(hops(&third), all[4..]);
    assert_eq!((third.has_previous, third.has_next), (true, false));
    let back = page(&f, "", SmartHostPosition::Before(edge(&third, false))).await;
    assert_eq!(back, second);
    assert_eq!(hops(&page(&f, "", SmartHostPosition::Last).await), all[3..]);
    // Beyond the ends there is the page at that end.
    let beyond = SmartHostPosition::After(hop_of("z.example"));
    assert_eq!(hops(&page(&f, "", beyond).await), all[3..]);
    let beyond = SmartHostPosition::Before(hop_of("0.example"));
    assert_eq!(hops(&page(&f, "", beyond).await), all[..2]);
}

#[tokio::test]
async fn a_search_looks_at_host_and_comment() {
    let f = five().await;
    for (search, found) in [
        ("B.EX", &["[b.example]:25", "[b.example]:2525"][..]),
        ("spare", &["[d.example]:587"]),
        ("example.com", &[]),
    ] {
        let page = page(&f, search, SmartHostPosition::First).await;
        let names: Vec<_> = hops(&page).into_iter().map(|(hop, _)| hop).collect();
        assert_eq!(names, found, "{search}");
        assert_eq!((page.matching, page.total), (found.len() as u64, 5));
    }
}

#[tokio::test]
async fn the_routes_that_use_one_come_by_domain_and_in_pages() {
    let f = Fixture::new().await;
    let mut expected = Vec::new();
    for n in 0..7 {
        let hops = [
            "x.example:587, b.example:587",
            "b.example:587",
            "x.example:587",
        ];
        let row = f
            .add(route_over(&format!("{n}.example.com"), hops[n % 3]))
            .await;
        if n % 3 < 2 {
            expected.push(row);
        }
    }
    let of = hop_of("b.example:587");
    let all = f.store.routes_of_smart_host(&of, None, 99).await.unwrap();
    assert_eq!(all, expected);
    let mut after = None;
    let mut paged = Vec::new();
    loop {
        let page = f.store.routes_of_smart_host(&of, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.value.pattern.clone());
        paged.extend(page);
    }
    assert_eq!(paged, expected);
    let other = hop_of("b.example:25");
    assert_eq!(
        f.store.routes_of_smart_host(&other, None, 9).await.unwrap(),
        []
    );
}
