//! As it was at a moment: the difference from now, and bringing it back.

use routing::{ManagedDomain, Route};
use store::{
    Action, Counts, DifferencePage, DifferenceQuery, Error, Login, Moment, ObjectKind, PageSize,
    Restore, Restored, Timestamp, Version,
};

use crate::{
    fixture::{Fixture, by, hop, hop_of, login, managed, route, route_to, settings},
    history::{later, verified},
    model,
};

async fn difference(f: &Fixture, moment: Moment) -> DifferencePage {
    let query = DifferenceQuery {
        moment,
        after: None,
        size: PageSize::MAX,
    };
    f.store.difference(query).await.unwrap()
}

fn names(page: &DifferencePage) -> Vec<(Action, &str)> {
    page.rows
        .iter()
        .map(|row| (row.action(), row.name.as_str()))
        .collect()
}

async fn restore(f: &Fixture, moment: Moment, what: Restore) -> Result<Restored, Error> {
    let seen = f.store.latest().await.unwrap();
    f.store.restore(&by("cleo"), moment, what, seen).await
}

#[tokio::test]
async fn what_is_otherwise_is_told_and_brought_back_at_once() {
    let f = Fixture::new().await;
    let edited = f.add(route("a.example.com")).await;
    let deleted = f.add(route("b.example.com")).await;
    let same = f.add(managed("example.org")).await;
    let then = verified(&f).await.id;
    let edit = route_to("c.example.com", "b", 25);
    f.store
        .edit(&later("ben", 1000), edited.id, edited.version, edit)
        .await
        .unwrap();
    let rows = store::Selection::Rows(vec![(deleted.id, deleted.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    // The names are given to others.
    f.add(managed("a.example.com")).await;
    f.add(route("b.example.com+")).await;
    f.store
        .set_default_routing(&by("ben"), Version(0), Some(hop("relay", 25)))
        .await
        .unwrap();
    f.set(settings("[relay]:25", "required", Login::None))
        .await
        .unwrap();

    let page = difference(&f, Moment::After(then)).await;
    assert_eq!(
        names(&page),
        [
            (Action::Edited, "default domain routing"),
            (Action::Added, "a.example.com"),
            (Action::Edited, "c.example.com"),
            (Action::Deleted, "b.example.com"),
            (Action::Added, "b.example.com"),
            (Action::Added, "[relay]:25"),
        ]
    );
    let counts = Counts {
        added: 3,
        changed: 2,
        removed: 1,
    };
    assert_eq!((page.counts, page.counts.all()), (counts, 6));
    let at = difference(&f, Moment::At(by("anna").at)).await;
    assert_eq!(
        (at.change, at.rows.len()),
        (f.store.latest().await.unwrap().0, 0)
    );
    let mut after = None;
    let mut paged = Vec::new();
    loop {
        let query = DifferenceQuery {
            moment: Moment::After(then),
            after,
            size: PageSize::new(2),
        };
        let part = f.store.difference(query).await.unwrap();
        assert_eq!(part.counts, counts);
        after = part.rows.last().map(|row| row.key);
        paged.extend(part.rows);
        if !part.has_next {
            break;
        }
    }
    assert_eq!(paged, page.rows);

    let restored = restore(&f, Moment::After(then), Restore::All)
        .await
        .unwrap();
    assert_eq!(restored.counts, counts);
    model::assert_log_leads_to_rows(&f.raw());
    assert_eq!(difference(&f, Moment::After(then)).await.counts.all(), 0);
    let routes = f.all::<Route>().await;
    assert_eq!(
        routes.iter().map(|row| row.id).collect::<Vec<_>>(),
        [edited.id, deleted.id]
    );
    assert_eq!(f.all::<ManagedDomain>().await, [same]);
    // All of it is one act, which is taken back as any other.
    f.store
        .undo(&by("cleo"), restored.act.unwrap())
        .await
        .unwrap();
    model::assert_log_leads_to_rows(&f.raw());
    assert_eq!(
        names(&difference(&f, Moment::After(then)).await),
        names(&page)
    );
    // Once more does nothing, and is no act.
    let latest = f.store.latest().await.unwrap();
    let nothing = restore(&f, Moment::After(latest.0), Restore::All)
        .await
        .unwrap();
    assert_eq!(nothing, Restored::default());
}

#[tokio::test]
async fn a_moment_is_found_by_time() {
    let f = Fixture::new().await;
    for (name, ms) in [("a.example.com", 0), ("b.example.com", 1000)] {
        f.store.add(&later("anna", ms), route(name)).await.unwrap();
    }
    let at = |ms| Moment::At(later("anna", ms).at);
    for (ms, change, others) in [
        (-1, 0, 2),
        (0, 1, 1),
        (999, 1, 1),
        (1000, 2, 0),
        (9000, 2, 0),
    ] {
        let page = difference(&f, at(ms)).await;
        assert_eq!((page.change, page.counts.all()), (change, others), "{ms}");
    }
    let query = |moment| DifferenceQuery {
        moment,
        after: None,
        size: PageSize::default(),
    };
    let to_come = f.store.difference(query(Moment::After(3))).await;
    assert!(matches!(to_come, Err(Error::NoSuchMoment { from: None })));
    f.store
        .prune_history(&later("cleo", 9), later("x", 1).at)
        .await
        .unwrap();
    for moment in [at(-1), Moment::After(0)] {
        let error = f.store.difference(query(moment)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "The history does not reach back so far: it begins at 2026-03-01T00:00:00Z. Choose a \
             later moment."
        );
        assert!(matches!(
            restore(&f, moment, Restore::All).await,
            Err(Error::NoSuchMoment { .. })
        ));
    }
    for moment in [at(0), Moment::After(1), Moment::At(Timestamp(i64::MAX))] {
        f.store.difference(query(moment)).await.unwrap();
    }
}

#[tokio::test]
async fn some_objects_come_back_and_others_stay() {
    let f = Fixture::new().await;
    let then = f.store.latest().await.unwrap().0;
    let a = f.add(route("a.example.com")).await;
    f.add(route("b.example.com")).await;
    let of_a = store::ObjectKey {
        kind: ObjectKind::Route,
        id: a.id,
    };
    let what = Restore::Objects(vec![of_a]);
    let restored = restore(&f, Moment::After(then), what.clone())
        .await
        .unwrap();
    assert_eq!(restored.counts.added, 1);
    assert_eq!(f.all::<Route>().await[0].value, route("b.example.com"));
    let again = restore(&f, Moment::After(then), what).await.unwrap();
    assert_eq!(again.act, None);
}

#[tokio::test]
async fn a_part_that_breaks_a_rule_is_refused_whole() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let then = f.store.latest().await.unwrap().0;
    let rows = store::Selection::Rows(vec![(row.id, row.version)]);
    f.store.delete::<Route>(&by("ben"), rows).await.unwrap();
    f.add(managed("example.com")).await;
    let key = store::ObjectKey {
        kind: ObjectKind::Route,
        id: row.id,
    };
    let before = f.store.latest().await.unwrap();
    let error = restore(&f, Moment::After(then), Restore::Objects(vec![key]))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("Nothing was restored. example.com is a managed domain"),
        "{error}"
    );
    assert_eq!(f.store.latest().await.unwrap(), before);
    // With all of it, it goes together.
    restore(&f, Moment::After(then), Restore::All)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_changed_since_it_was_seen_is_not_overwritten() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let seen = f.store.latest().await.unwrap();
    f.store
        .edit(
            &by("ben"),
            row.id,
            row.version,
            route_to("example.com", "b", 25),
        )
        .await
        .unwrap();
    let refused = f
        .store
        .restore(&by("cleo"), Moment::After(0), Restore::All, seen)
        .await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "ben changed the route example.com meanwhile: host mail.example.net is now b. Nothing was \
         restored. Look at the difference again."
    );
}

#[tokio::test]
async fn passwords_stay_as_they_are() {
    let f = Fixture::new().await;
    let set = |tls: &str, login| f.set(settings("[relay]:25", tls, login));
    set("required", login("user", "first")).await.unwrap();
    set("required", login("user", "second")).await.unwrap();
    // Only the password is otherwise: that is no difference, for it cannot be brought back.
    assert_eq!(difference(&f, Moment::After(1)).await.counts.all(), 0);
    set("verified", Login::Keep).await.unwrap();
    let restored = restore(&f, Moment::After(1), Restore::All).await.unwrap();
    assert!(restored.password_stays);
    let of = hop_of("[relay]:25");
    let now = f.store.smart_host(&of).await.unwrap();
    assert_eq!(now.settings.tls.as_str(), "required");
    assert_eq!(now.password, store::PasswordState::Set);
    restore(&f, Moment::After(0), Restore::All).await.unwrap();
    let now = f.store.smart_host(&of).await.unwrap();
    assert_eq!(now.password, store::PasswordState::None);
}
