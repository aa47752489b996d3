//! Which rows may stand beside each other, and who wins where they may.

use routing::{ManagedDomain, Route};
use store::{Error, Existing, Note};

use crate::fixture::{Fixture, by, domain, managed, managed_at, pattern, route, route_to};

#[tokio::test]
async fn a_route_comes_back_as_it_was_added() {
    let f = Fixture::new().await;
    let saved = f
        .save(route_to("bücher.example.com", "2001:DB8::1", 2525))
        .await;
    assert_eq!(saved.notes, []);
    let row = saved.row;
    assert_eq!(row.id.0, row.version.0);
    assert_eq!(
        f.store.get::<Route>(row.id).await.unwrap().as_ref(),
        Some(&row)
    );
    let found = f
        .store
        .find::<Route>(&pattern("xn--bcher-kva.example.com"))
        .await
        .unwrap();
    assert_eq!(found.as_ref(), Some(&row));
    assert_eq!(
        f.store
            .find::<Route>(&pattern(".bücher.example.com"))
            .await
            .unwrap(),
        None
    );
    // The names of rows are names of rows of one list.
    assert_eq!(f.store.get::<ManagedDomain>(row.id).await.unwrap(), None);
    f.store.ping().await.unwrap();
}

#[tokio::test]
async fn a_managed_domain_comes_back_as_it_was_added() {
    let f = Fixture::new().await;
    let own = f.add(managed_at("example.com", "192.0.2.1", 26)).await;
    let default = f.add(managed("example.org")).await;
    let name = domain("EXAMPLE.com.");
    let found = f.store.find::<ManagedDomain>(&name).await.unwrap();
    assert_eq!(found.as_ref(), Some(&own));
    let ids = [default.id, store::RowId(99), own.id];
    let rows = f.store.get_many::<ManagedDomain>(&ids).await.unwrap();
    assert_eq!(rows, [default, own]);
}

#[tokio::test]
async fn routes_of_one_domain_do_not_overlap() {
    for (first, second, refused) in [
        ("example.com", "example.com", true),
        ("example.com", "example.com+", true),
        ("example.com", ".example.com", false),
        (".example.com", ".example.com", true),
        (".example.com", "example.com+", true),
        ("example.com+", "example.com+", true),
        ("example.com", "www.example.com", false),
        ("example.com+", "www.example.com+", false),
    ] {
        for (first, second) in [(first, second), (second, first)] {
            let f = Fixture::new().await;
            let there = f.add(route_to(first, "a.example.net", 25)).await;
            let added = f
                .store
                .add(&by("ben"), route_to(second, "b.example.net", 26))
                .await;
            match added {
                Ok(_) => assert!(!refused, "{first} and {second}"),
                Err(Error::Exists(Existing::Route(row))) => {
                    assert!(refused, "{first} and {second}");
                    assert_eq!(row, there);
                }
                Err(other) => panic!("{first} and {second}: {other}"),
            }
        }
    }
}

#[tokio::test]
async fn a_managed_domain_is_no_route() {
    for (name, refused) in [
        ("example.com", true),
        ("example.com+", true),
        (".example.com", false),
    ] {
        let f = Fixture::new().await;
        let there = f.add(managed("example.com")).await;
        match f.store.add(&by("ben"), route(name)).await {
            Ok(_) => assert!(!refused, "{name}"),
            Err(Error::ManagedDomain(row)) => {
                assert!(refused, "{name}");
                assert_eq!(row, there);
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

#[tokio::test]
async fn a_route_is_no_managed_domain() {
    for (name, refused) in [
        ("example.com", true),
        ("example.com+", true),
        (".example.com", false),
    ] {
        let f = Fixture::new().await;
        let there = f.add(route(name)).await;
        match f.store.add(&by("ben"), managed("example.com")).await {
            Ok(_) => assert!(!refused, "{name}"),
            Err(Error::Routed(row)) => {
                assert!(refused, "{name}");
                assert_eq!(row, there);
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

#[tokio::test]
async fn a_managed_domain_is_managed_once() {
    let f = Fixture::new().await;
    let there = f.add(managed("example.com")).await;
    let again = f
        .store
        .add(&by("ben"), managed_at("example.com", "a.example.net", 25))
        .await;
    assert!(matches!(again, Err(Error::Exists(Existing::ManagedDomain(row))) if row == there));
}

#[tokio::test]
async fn refusals_say_what_is_in_the_way_and_what_would_be_right() {
    let f = Fixture::new().await;
    f.add(managed("bücher.example.com")).await;
    f.add(route("example.com+")).await;
    f.add(route("example.org")).await;
    f.add(route(".example.org")).await;
    let add_route = async |name| {
        f.store
            .add(&by("b"), route(name))
            .await
            .unwrap_err()
            .to_string()
    };
    let add_managed = async |name| {
        f.store
            .add(&by("b"), managed(name))
            .await
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        add_route("bücher.example.com").await,
        "bücher.example.com (xn--bcher-kva.example.com) is a managed domain, so it cannot be a smart \
         host route. Change its routing under Managed Domains, or delete it there first."
    );
    assert_eq!(
        add_route(".example.com").await,
        "There is already a route for example.com and its subdomains, to mail.example.net, port 25. \
         Edit that one instead."
    );
    assert_eq!(
        add_route(".example.org").await,
        "There is already a route for subdomains of example.org, to mail.example.net, port 25. Edit \
         that one instead."
    );
    assert_eq!(
        add_managed("example.com").await,
        "example.com is a smart host route (to mail.example.net, port 25), so it cannot be a managed \
         domain. Limit the route to subdomains or delete it first."
    );
    assert_eq!(
        add_managed("example.org").await,
        "example.org is a smart host route (to mail.example.net, port 25), so it cannot be a managed \
         domain. Delete the route first."
    );
    assert_eq!(
        add_managed("bücher.example.com").await,
        "bücher.example.com (xn--bcher-kva.example.com) is already a managed domain. Edit that one \
         instead."
    );
}

#[tokio::test]
async fn notes_on_a_route_say_who_wins() {
    let f = Fixture::new().await;
    let apex = f.add(managed("example.com")).await;
    let below = f.add(managed("a.example.com")).await;
    let top = f.add(route(".example.com")).await;
    let saved = f
        .store
        .find::<Route>(&pattern(".example.com"))
        .await
        .unwrap()
        .unwrap();
    let edited = f
        .store
        .edit(&by("ben"), saved.id, saved.version, saved.value)
        .await
        .unwrap();
    let expected = [
        Note::ManagedBelow {
            count: 1,
            first: below,
        },
        Note::ManagedApex { managed: apex },
    ];
    assert_eq!(edited.notes, expected);
    assert_eq!(
        f.store.get_with_notes(top.id).await.unwrap(),
        Some(edited.clone())
    );
    // Not a subdomain, for all its ending.
    f.add(managed("bexample.com")).await;
    let nearer = f.save(route("x.b.example.com+")).await;
    assert_eq!(nearer.notes, [Note::MoreSpecific { than: top }]);
    let nearest = f.save(route("y.x.b.example.com")).await;
    assert_eq!(nearest.notes, [Note::MoreSpecific { than: nearer.row }]);
    let said: Vec<_> = edited
        .notes
        .iter()
        .chain(&nearest.notes)
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        [
            "a.example.com is a managed domain and wins over this route.",
            "example.com itself is a managed domain; this route is for its subdomains only.",
            "This route wins over the route for x.b.example.com and its subdomains (to \
             mail.example.net, port 25).",
        ]
    );
}

#[tokio::test]
async fn a_broad_route_says_which_routes_it_leaves_alone() {
    let f = Fixture::new().await;
    let near = f.add(route(".x.example.com")).await;
    f.add(route("example.com")).await;
    // Not a subdomain, for all its ending.
    f.add(route("bexample.com")).await;
    let saved = f.save(route(".example.com")).await;
    assert_eq!(
        saved.notes,
        [Note::RoutesBelow {
            count: 1,
            first: near
        }]
    );
    assert_eq!(
        saved.notes[0].to_string(),
        "The route for subdomains of x.example.com (to mail.example.net, port 25) wins over this route."
    );
    let first = f.add(route("a.example.com")).await;
    f.add(route("b.a.example.com")).await;
    let seen = f.store.get_with_notes::<Route>(saved.row.id).await.unwrap();
    let notes = seen.unwrap().notes;
    assert_eq!(notes, [Note::RoutesBelow { count: 3, first }]);
    assert_eq!(
        notes[0].to_string(),
        "3 routes below it win over this route, the one for a.example.com (to \
         mail.example.net, port 25) among them."
    );
    // A route for a domain alone has nothing below it.
    assert_eq!(f.save(route("other.example")).await.notes.len(), 1);
}

#[tokio::test]
async fn notes_on_a_managed_domain_say_who_wins() {
    let f = Fixture::new().await;
    let beside = f.add(route(".example.com")).await;
    f.add(route("com.example")).await;
    let saved = f.save(managed("example.com")).await;
    let expected = [
        Note::NoDefaultRouting,
        Note::RouteForSubdomains {
            route: beside.clone(),
        },
    ];
    assert_eq!(saved.notes, expected);
    let saved = f
        .save(managed_at("a.b.example.com", "a.example.net", 25))
        .await;
    assert_eq!(saved.notes, [Note::RouteAbove { route: beside }]);
    assert_eq!(
        saved.notes[0].to_string(),
        "This managed domain wins over the smart host route for subdomains of example.com (to \
         mail.example.net, port 25)."
    );
}

#[tokio::test]
async fn unusual_names_are_cautioned_about() {
    let f = Fixture::new().await;
    let saved = f.save(route_to("intranet.local", "relay", 25)).await;
    assert_eq!(saved.notes.len(), 2);
    assert!(
        saved
            .notes
            .iter()
            .all(|note| matches!(note, Note::Caution(_)))
    );
}
