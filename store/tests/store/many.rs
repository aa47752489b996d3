//! Changing and deleting many rows at once.

use routing::{Comment, ManagedDomain, Port, Route};
use store::{
    Affected, Changes, Error, HeldQuery, HistoryQuery, QueuedMail, Selection, Stored, Version,
};

use crate::{
    fixture::{Fixture, by, managed, managed_at, route, route_over, route_to},
    history::verified,
    import::texts,
    model,
};

fn rows<T>(rows: &[Stored<T>]) -> Selection {
    Selection::Rows(rows.iter().map(|row| (row.id, row.version)).collect())
}

async fn matching(f: &Fixture, search: &str, expected: u64) -> Selection {
    Selection::Matching {
        search: search.to_owned(),
        as_of: f.store.latest().await.unwrap(),
        expected,
    }
}

async fn change(f: &Fixture, of: Selection, changes: Changes) -> Result<Affected, Error> {
    f.store.change_many::<Route>(&by("ben"), of, changes).await
}

async fn latest_titles(f: &Fixture, many: usize) -> Vec<String> {
    let page = f.store.history(HistoryQuery::default()).await.unwrap();
    let titles = page.entries.iter().map(store::Change::title);
    titles.take(many).collect()
}

async fn lines(f: &Fixture) -> Vec<String> {
    let rows = f.all::<Route>().await.into_iter();
    rows.map(|row| routing::route_line(&row.value)).collect()
}

async fn held(f: &Fixture) -> usize {
    f.store.held(HeldQuery::default()).await.unwrap().rows.len()
}

fn disabling() -> Changes {
    Changes {
        enabled: Some(false),
        ..Changes::default()
    }
}

#[tokio::test]
async fn what_is_not_said_stays() {
    let f = Fixture::new().await;
    let one = f
        .add(route_over("one.example", "a.example:25, b.example:26"))
        .await;
    let two = f.add(route_to("*.two.example", "c.example", 27)).await;
    f.add(route("three.example")).await;
    let changes = Changes {
        host: Some("new.example".parse().unwrap()),
        comment: Some(Comment::parse("moved").unwrap()),
        ..Changes::default()
    };
    let done = change(&f, rows(&[one, two]), changes.clone())
        .await
        .unwrap();
    assert_eq!(done.rows, 2);
    let after = lines(&f).await;
    assert_eq!(
        after,
        [
            "one.example,new.example,25,[b.example]:26,domain,moved",
            "three.example,mail.example.net,25",
            ".two.example,new.example,27,subdomains,moved",
        ]
    );
    assert_eq!(
        latest_titles(&f, 2).await,
        ["Changed route .two.example", "Changed route one.example"]
    );
    // Again, there is nothing to do.
    let again = matching(&f, "moved", 2).await;
    let again = change(&f, again, changes).await.unwrap();
    assert_eq!(again, Affected { rows: 0, act: None });
    f.store.undo(&by("ben"), done.act.unwrap()).await.unwrap();
    assert_ne!(lines(&f).await, after);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn many_are_one_entry_that_is_undone_as_one() {
    let f = Fixture::new().await;
    for n in 0..150 {
        f.add(route(&format!("n{n}.many.example"))).await;
    }
    f.add(route("other.example")).await;
    let before = texts::<Route>(&f).await;

    let of = matching(&f, "many", 150).await;
    let disabled = change(&f, of, disabling()).await.unwrap();
    assert_eq!(disabled.rows, 150);
    assert_eq!(held(&f).await, 50, "a page of them");
    let title = "Changed routes that match \u{201c}many\u{201d}: 150 changed";
    assert_eq!(
        latest_titles(&f, 2).await,
        [title, "Added route other.example"]
    );
    model::assert_log_leads_to_rows(&f.raw());
    f.store
        .undo(&by("ben"), disabled.act.unwrap())
        .await
        .unwrap();
    assert_eq!(
        (texts::<Route>(&f).await, held(&f).await),
        (before.clone(), 0)
    );

    let of = matching(&f, "many", 150).await;
    let deleted = f
        .store
        .delete_with::<Route>(&by("ben"), of, QueuedMail::Release)
        .await
        .unwrap();
    assert_eq!((deleted.rows, held(&f).await), (150, 0));
    let title = "Deleted routes that match \u{201c}many\u{201d}: 150 removed";
    assert_eq!(latest_titles(&f, 1).await, [title]);
    model::assert_log_leads_to_rows(&f.raw());
    f.store
        .undo(&by("ben"), deleted.act.unwrap())
        .await
        .unwrap();
    assert_eq!(texts::<Route>(&f).await, before);
    model::assert_log_leads_to_rows(&f.raw());
    verified(&f).await;
}

#[tokio::test]
async fn one_that_cannot_be_so_keeps_all() {
    let f = Fixture::new().await;
    let one = f.add(route_to("one.example", "a.example", 25)).await;
    let two = f
        .add(route_over("two.example", "c.example:25, b.example:25"))
        .await;
    let before = texts::<Route>(&f).await;
    let changes = Changes {
        host: Some("b.example".parse().unwrap()),
        ..Changes::default()
    };
    let error = change(&f, rows(&[one.clone(), two.clone()]), changes)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "two.example: [b.example]:25 is in the list twice. Keep one. Nothing was changed."
    );
    // Hosts of one list have one kind of TLS.
    let changes = Changes {
        port: Some(Port::try_from(465).unwrap()),
        ..Changes::default()
    };
    let error = change(&f, rows(&[one.clone(), two]), changes)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unfit { .. }), "{error}");
    let stale = Selection::Rows(vec![(one.id, Version(0))]);
    let error = change(&f, stale, disabling()).await.unwrap_err();
    assert!(matches!(error, Error::Changed { .. }), "{error}");
    let other = matching(&f, "", 3).await;
    let error = change(&f, other, disabling()).await.unwrap_err();
    assert!(matches!(error, Error::SelectionChanged { .. }), "{error}");
    assert_eq!(texts::<Route>(&f).await, before);
}

#[tokio::test]
async fn managed_domains_are_changed_too() {
    let f = Fixture::new().await;
    let own = f.add(managed_at("own.example", "a.example", 26)).await;
    let default = f.add(managed("default.example")).await;
    let both = || rows(&[own.clone(), default.clone()]);
    let change = async |changes| {
        let by = by("ben");
        f.store
            .change_many::<ManagedDomain>(&by, both(), changes)
            .await
    };
    let port = Some(Port::try_from(27).unwrap());
    let error = change(Changes {
        port,
        ..Changes::default()
    })
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "default.example: It follows the default domain routing, which has a port of its own. Set the \
         host, too. Nothing was changed."
    );
    assert!(matches!(
        change(disabling()).await,
        Err(Error::Unfit { .. })
    ));
    let host = Some("b.example".parse().unwrap());
    let done = change(Changes {
        host,
        ..Changes::default()
    })
    .await
    .unwrap();
    assert_eq!(done.rows, 2);
    let rows = f.all::<ManagedDomain>().await.into_iter();
    let after: Vec<_> = rows
        .map(|row| routing::managed_domain_line(&row.value))
        .collect();
    assert_eq!(
        after,
        ["default.example,b.example,25", "own.example,b.example,26"]
    );
}
