//! Taking changes back.

use std::time::Duration;

use routing::{ManagedDomain, Route};
use store::{
    Error, HeldQuery, Login, NoUndo, QueuedMail, Release, Selection, Stored, Timestamp, Undone,
    Version,
};

use crate::{
    fixture::{
        Fixture, by, hop, hop_of, login, managed, managed_at, route, route_over, route_to, settings,
    },
    history::{later, verified},
    model,
};

async fn undo(f: &Fixture, change: i64) -> Undone {
    let undone = f.store.undo(&by("cleo"), change).await.unwrap();
    model::assert_log_leads_to_rows(&f.raw());
    undone
}

async fn refusal(f: &Fixture, change: i64) -> String {
    let before = f.store.latest().await.unwrap();
    let tried = f.store.try_undo(&by("cleo"), change, true).await;
    let error = f.store.undo(&by("cleo"), change).await.unwrap_err();
    assert!(matches!(error, Error::NoUndo(_)), "{error:?}");
    assert_eq!(tried.unwrap_err().to_string(), error.to_string());
    assert_eq!(f.store.latest().await.unwrap(), before);
    error.to_string()
}

async fn delete(f: &Fixture, rows: &[&Stored<Route>]) -> i64 {
    let rows = rows.iter().map(|row| (row.id, row.version)).collect();
    let deleted = f
        .store
        .delete::<Route>(&by("ben"), Selection::Rows(rows))
        .await;
    deleted.unwrap().act.unwrap()
}

async fn edit(f: &Fixture, row: &Stored<Route>, value: Route) -> Stored<Route> {
    let saved = f.store.edit(&by("ben"), row.id, row.version, value).await;
    saved.unwrap().row
}

/// Lets go of all held mail; returns the act.
async fn release(f: &Fixture) -> i64 {
    let released = f.store.release(&by("ben"), Release::All).await;
    released.unwrap().act.unwrap()
}

async fn held(f: &Fixture) -> Vec<String> {
    let page = f.store.held(HeldQuery::default()).await.unwrap();
    let held = page.rows.iter();
    held.map(|row| format!("{} {}", row.value.pattern, row.value.pattern.scope))
        .collect()
}

#[tokio::test]
async fn an_addition_an_edit_and_a_deletion_are_taken_back() {
    let f = Fixture::new().await;
    let added = f.add(route_over("example.com", "[a]:25, [b]:26")).await;
    let edited = edit(&f, &added, route_to("example.org", "c", 27)).await;
    let act = delete(&f, &[&edited]).await;
    let undone = undo(&f, act).await;
    assert_eq!((undone.act, undone.objects), (Some(6), 1));
    let back = f.store.get::<Route>(added.id).await.unwrap().unwrap();
    assert_eq!(back.value, edited.value);
    assert_eq!(held(&f).await, ["example.com domain"]);
    // Any change of the act stands for it.
    undo(&f, 2).await;
    let back = f.store.get::<Route>(added.id).await.unwrap().unwrap();
    assert_eq!(back.value, added.value);
    assert_eq!(held(&f).await, ["example.org domain"]);
    undo(&f, 1).await;
    assert_eq!(f.all::<Route>().await, []);
    assert_eq!(held(&f).await, ["example.com domain", "example.org domain"]);
    let changes = f.store.changes(0, 99).await.unwrap();
    let undoes: Vec<_> = changes.iter().filter_map(|change| change.undoes).collect();
    assert_eq!(undoes, [4, 4, 2, 2, 2, 1, 1]);
    verified(&f).await;
}

#[tokio::test]
async fn an_undo_is_undone() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let value = route_to("example.com", "b", 26);
    edit(&f, &row, value.clone()).await;
    let undone = undo(&f, 2).await.act.unwrap();
    let again = undo(&f, undone).await.act.unwrap();
    let now = async || f.store.get::<Route>(row.id).await.unwrap().unwrap().value;
    assert_eq!(now().await, value);
    // And so is that, and the edit itself: it is as the edit left it.
    undo(&f, again).await;
    assert_eq!(now().await, row.value);
    assert!(
        refusal(&f, 2)
            .await
            .starts_with("cleo changed the route example.com since")
    );
}

#[tokio::test]
async fn nothing_is_undone_twice() {
    let f = Fixture::new().await;
    f.add(route("example.com")).await;
    undo(&f, 1).await;
    assert_eq!(
        refusal(&f, 1).await,
        "This has been undone already. Nothing was changed."
    );
}

#[tokio::test]
async fn what_was_changed_since_stays_and_says_by_whom() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let row = edit(&f, &row, route_to("example.com", "b", 25)).await;
    let row = edit(&f, &row, route_to("example.com", "c", 25)).await;
    assert_eq!(
        refusal(&f, 2).await,
        "ben changed the route example.com since: host b is now c. Undo that first, or make the \
         change by hand. Nothing was undone."
    );
    delete(&f, &[&row]).await;
    assert!(
        refusal(&f, 1)
            .await
            .starts_with("ben deleted the route example.com since.")
    );
    assert!(refusal(&f, 9).await.starts_with("There is no change 9."));
}

#[tokio::test]
async fn a_whole_deletion_comes_back_or_one_row_of_it() {
    let f = Fixture::new().await;
    let mut rows = Vec::new();
    for name in ["a.example.com", ".b.example.com", "c.example.com+"] {
        rows.push(f.add(route(name)).await);
    }
    let act = delete(&f, &rows.iter().collect::<Vec<_>>()).await;
    let of_b = act + 2;
    let undone = f.store.undo_one(&by("cleo"), of_b).await.unwrap();
    assert_eq!(undone.objects, 1);
    let names = async || {
        let all = f.all::<Route>().await;
        all.iter()
            .map(|row| row.value.pattern.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, [".b.example.com"]);
    // The others cannot come back with it any more, but each by itself.
    assert_eq!(
        refusal(&f, act).await,
        "This has been undone already. Nothing was changed."
    );
    f.store.undo_one(&by("cleo"), act).await.unwrap();
    assert_eq!(names().await, ["a.example.com", ".b.example.com"]);
    model::assert_log_leads_to_rows(&f.raw());
    undo(&f, undone.act.unwrap()).await;
    assert_eq!(names().await, ["a.example.com"]);
}

#[tokio::test]
async fn a_rule_that_stands_in_the_way_is_named() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let act = delete(&f, &[&row]).await;
    let managed_row = f.add(managed("example.com")).await;
    assert_eq!(
        refusal(&f, act).await,
        "This cannot be undone. example.com is a managed domain, so it cannot be a smart host route. \
         Change its routing under Managed Domains, or delete it there first."
    );
    let rows = Selection::Rows(vec![(managed_row.id, managed_row.version)]);
    let of_managed = f
        .store
        .delete::<ManagedDomain>(&by("ben"), rows)
        .await
        .unwrap()
        .act
        .unwrap();
    let other = f.add(route("example.com+")).await;
    assert!(
        refusal(&f, act)
            .await
            .contains("already a route for example.com")
    );
    assert!(
        refusal(&f, of_managed)
            .await
            .contains("is a smart host route")
    );
    delete(&f, &[&other]).await;
    undo(&f, act).await;
    assert_eq!(f.all::<Route>().await[0].id, row.id);
}

#[tokio::test]
async fn rows_that_took_each_others_names_swap_back() {
    let f = Fixture::new().await;
    let a = f.add(route_to("a.example.com", "a", 25)).await;
    let b = f.add(route_to("b.example.com", "b", 25)).await;
    f.store
        .add_asked(vec![(
            a.id,
            store::Asked {
                count: 7,
                last_at: Timestamp(1),
            },
        )])
        .await
        .unwrap();
    let act = delete(&f, &[&a, &b]).await;
    let a2 = f.add(route_to("b.example.com", "a", 25)).await;
    let b2 = f.add(route_to("a.example.com", "b", 25)).await;
    // As it was after the two: one goes where the other is.
    let moved = edit(&f, &a2, route_to("c.example.com", "a", 25)).await;
    let moved_b = edit(&f, &b2, route_to("b.example.com", "b", 25)).await;
    edit(&f, &moved, route_to("a.example.com", "a", 25)).await;
    let seen = f.store.latest().await.unwrap();
    let moment = store::Moment::After(b2.version.0);
    f.store
        .restore(&by("cleo"), moment, store::Restore::All, seen)
        .await
        .unwrap();
    let all = f.all::<Route>().await;
    assert_eq!(all[0].id, b2.id);
    assert_eq!(all[1].value, a2.value);
    assert_eq!(moved_b.id, b2.id);
    assert_eq!(held(&f).await, ["c.example.com domain"]);
    model::assert_log_leads_to_rows(&f.raw());
    assert!(refusal(&f, act).await.contains("already a route"));
}

#[tokio::test]
async fn how_often_a_row_was_asked_for_stays_with_it() {
    let f = Fixture::new().await;
    let row = f.add(route("a.example.com")).await;
    edit(&f, &row, route("b.example.com")).await;
    let asked = store::Asked {
        count: 7,
        last_at: Timestamp(1),
    };
    f.store.add_asked(vec![(row.id, asked)]).await.unwrap();
    undo(&f, 2).await;
    assert_eq!(f.store.asked(&[row.id]).await.unwrap()[&row.id], asked);
}

#[tokio::test]
async fn default_routing_and_managed_domains_are_taken_back() {
    let f = Fixture::new().await;
    let row = f.add(managed("example.com")).await;
    let value = managed_at("example.com", "relay", 25);
    f.store
        .edit(&by("ben"), row.id, row.version, value)
        .await
        .unwrap();
    let anna = by("anna");
    let set = |seen, next_hop| f.store.set_default_routing(&anna, Version(seen), next_hop);
    set(0, Some(hop("a", 25))).await.unwrap();
    set(3, Some(hop("b", 25))).await.unwrap();
    let next_hop = async || f.store.default_routing().await.unwrap().next_hop;
    assert!(
        refusal(&f, 3)
            .await
            .starts_with("anna changed the default domain routing since")
    );
    undo(&f, 4).await;
    assert_eq!(next_hop().await, Some(hop("a", 25)));
    undo(&f, 3).await;
    assert_eq!(next_hop().await, None);
    undo(&f, 2).await;
    undo(&f, 1).await;
    assert!(f.all::<ManagedDomain>().await.is_empty());
}

#[tokio::test]
async fn settings_of_smart_hosts_are_taken_back_but_for_passwords() {
    let f = Fixture::new().await;
    let of = hop_of("[relay]:25");
    let set = |tls: &str, login| f.set(settings("[relay]:25", tls, login));
    let now = async || f.store.smart_host(&of).await.unwrap();
    set("required", Login::None).await.unwrap(); // 1
    set("required", login("user", "first")).await.unwrap(); // 2
    set("verified", Login::Keep).await.unwrap(); // 3
    set("verified", login("user", "second")).await.unwrap(); // 4
    // A password that is not known any more.
    assert!(
        refusal(&f, 4)
            .await
            .starts_with("A password cannot be brought back")
    );
    // What was changed since is the password, which this has nothing to do with.
    let undone = undo(&f, 3).await;
    assert!(!undone.password_stays);
    assert_eq!(now().await.settings.tls.as_str(), "required");
    assert_eq!(now().await.password, store::PasswordState::Set);
    set("verified", login("other", "third")).await.unwrap(); // 6
    let undone = undo(&f, 6).await;
    assert!(undone.password_stays);
    assert_eq!(now().await.settings.tls.as_str(), "required");
    let with = f.store.smart_host_with_login(&of).await.unwrap().unwrap().1;
    assert!(
        matches!(with, store::StoredLogin::Account(account) if account.user.as_str() == "other")
    );
    verified(&f).await;
}

#[tokio::test]
async fn an_account_that_was_set_first_goes_again() {
    let f = Fixture::new().await;
    let of = hop_of("[relay]:25");
    f.set(settings("[relay]:25", "required", login("user", "first")))
        .await
        .unwrap();
    undo(&f, 1).await;
    let now = f.store.smart_host(&of).await.unwrap();
    assert_eq!((now.id, now.password), (None, store::PasswordState::None));
    // The settings come back, and who signs in does not.
    assert!(undo(&f, 2).await.password_stays);
    let now = f.store.smart_host(&of).await.unwrap();
    assert_eq!(
        (now.settings.tls.as_str(), now.password),
        ("required", store::PasswordState::None)
    );
    undo(&f, 3).await;
    // Where routes use it, the defaults stand in its row.
    f.set(settings("[relay]:25", "required", Login::None))
        .await
        .unwrap();
    f.add(route_to("example.com", "relay", 25)).await;
    undo(&f, 5).await;
    let now = f.store.smart_host(&of).await.unwrap();
    assert_eq!(now.settings, routing::SmartHost::default_for(of.clone()));
}

#[tokio::test]
async fn settings_that_would_break_a_list_do_not_come_back() {
    let f = Fixture::new().await;
    for of in ["[a]:25", "[b]:25"] {
        f.set(settings(of, "required", Login::None)).await.unwrap();
    }
    f.add(route_over("example.com", "[a]:25, [b]:25")).await;
    let error = refusal(&f, 2).await;
    assert!(
        error.starts_with("This cannot be undone. The hosts of the route"),
        "{error}"
    );
}

#[tokio::test]
async fn mail_that_was_released_is_held_again_where_no_rule_stands() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    delete(&f, &[&row]).await;
    let act = release(&f).await;
    let undone = undo(&f, act).await;
    assert_eq!(held(&f).await, ["example.com domain"]);
    undo(&f, undone.act.unwrap()).await;
    assert!(held(&f).await.is_empty());
    undo(&f, act).await;
    let act = release(&f).await;
    f.add(managed("example.com")).await;
    assert_eq!(
        refusal(&f, act).await,
        "There is a rule for example.com again, so no mail is held for it. Nothing was undone."
    );
}

/// A release is taken back twice: what it had released holds one part of its names by then, and
/// something else the other part.
#[tokio::test]
async fn names_are_held_again_though_what_held_them_is_back_with_others() {
    let f = Fixture::new().await;
    let add_and_delete = async |f: &Fixture, name| {
        let row = f.add(route(name)).await;
        delete(f, &[&row]).await;
    };
    add_and_delete(&f, "example.com+").await;
    let whole = release(&f).await;
    undo(&f, whole).await;
    let domain = f.add(route("example.com")).await;
    let part = release(&f).await;
    delete(&f, &[&domain]).await;
    undo(&f, whole).await;
    add_and_delete(&f, ".example.com").await;
    let all = ["example.com domain", ".example.com subdomains"];
    assert_eq!(held(&f).await, all);
    let undone = undo(&f, part).await;
    assert_eq!(held(&f).await, all);
    undo(&f, undone.act.unwrap()).await;
    assert_eq!(held(&f).await, all);
    verified(&f).await;
}

/// While mail was released, a route for one of the names came and went: mail of that time waits its own time.
#[tokio::test]
async fn what_is_held_again_is_held_as_long_as_what_it_replaces() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com+")).await;
    delete(&f, &[&row]).await;
    let released = release(&f).await;
    let again = f.add(route("example.com")).await;
    let rows = Selection::Rows(vec![(again.id, again.version)]);
    let later = later("ben", 1000);
    f.store.delete::<Route>(&later, rows).await.unwrap();
    let until = async |f: &Fixture| {
        let page = f.store.held(HeldQuery::default()).await.unwrap();
        let held = page.rows.into_iter();
        held.map(|row| row.value.until).collect::<Vec<_>>()
    };
    let before = until(&f).await;
    undo(&f, released).await;
    assert_eq!(held(&f).await, ["example.com both"]);
    assert_eq!(until(&f).await, before);
}

#[tokio::test]
async fn mail_is_not_held_beyond_its_time() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    let rows = Selection::Rows(vec![(row.id, row.version)]);
    let queued = QueuedMail::Hold(Duration::from_secs(1));
    let ben = by("ben");
    let deleted = f.store.delete_with::<Route>(&ben, rows, queued);
    deleted.await.unwrap();
    f.store.release_expired(&later("x", 1000)).await.unwrap();
    let error = f.store.undo(&later("cleo", 1000), 4).await.unwrap_err();
    assert!(
        matches!(error, Error::NoUndo(NoUndo::Expired(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_was_removed_for_its_age_cannot_be_undone() {
    let f = Fixture::new().await;
    let row = f.add(route("example.com")).await;
    f.store
        .edit(
            &later("ben", 9),
            row.id,
            row.version,
            route_to("example.com", "b", 25),
        )
        .await
        .unwrap();
    f.store
        .prune_history(&later("cleo", 9), later("x", 1).at)
        .await
        .unwrap();
    assert!(refusal(&f, 1).await.contains("so long ago"));
    f.store.undo(&by("cleo"), 2).await.unwrap();
    verified(&f).await;
}
