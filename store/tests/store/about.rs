//! What decides about a few names.

use routing::Route;
use store::{Event, ObjectKind, Selection, StoredLogin, Version};

use crate::fixture::{Fixture, by, hop, login, managed, managed_at, route, route_over, settings};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[tokio::test]
async fn only_what_bears_the_names_is_read() {
    let f = Fixture::new().await;
    let none = f.store.about(names(&["example.com", ""])).await.unwrap();
    assert_eq!(none.events, [Event::DefaultRouting(None)]);
    assert_eq!(none.version, Version(0));

    let own = f.add(managed_at("example.com", "own.example", 26)).await;
    let below = f
        .add(route_over(
            ".example.com",
            "[a.example]:587, [b.example]:587",
        ))
        .await;
    f.add(managed("other.example.com")).await;
    f.add(route("an.example.com")).await;
    let gone = f.add(route("gone.example.com")).await;
    let rows = Selection::Rows(vec![(gone.id, gone.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    for unused in ["b.example:587", "unused.example:587"] {
        let input = settings(unused, "verified", login("anna", "secret"));
        f.set(input).await.unwrap();
    }
    let asked = names(&["gone.example.com", "example.com", &"x".repeat(300)]);
    let about = f.store.about(asked).await.unwrap();
    assert_eq!(about.version, f.store.latest().await.unwrap());
    let [default, held, managed, route] = about.events.try_into().unwrap();
    assert_eq!(default, Event::DefaultRouting(None));
    assert!(matches!(held, Event::Held(row) if row.value.route == gone.id));
    assert_eq!(managed, Event::Managed(own));
    assert_eq!(route, Event::Route(below));
    let [(settings, login)] = about.settings.try_into().unwrap();
    assert_eq!(settings.next_hop, hop("b.example", 587));
    assert!(matches!(login, StoredLogin::Account(account) if account.user.as_str() == "anna"));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_of() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let raw = f.raw();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    raw.execute("UPDATE routes SET port = 0", []).unwrap();
    let about = f.store.about(names(&["example.com"])).await.unwrap();
    let Some(Event::Invalid(invalid)) = about.events.last() else {
        panic!("{:?}", about.events);
    };
    assert_eq!((invalid.kind, invalid.id), (ObjectKind::Route, row.id));
}
