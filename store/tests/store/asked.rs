//! Counts of what Postfix has asked for.

use routing::{ManagedDomain, Route};
use store::{Asked, Error, RowId, Selection, Timestamp};

use crate::{
    fixture::{Fixture, by, managed, route, route_to},
    model,
};

fn asked(count: u64, last_at: i64) -> Asked {
    Asked {
        count,
        last_at: Timestamp(last_at),
    }
}

#[tokio::test]
async fn counts_add_up_and_the_last_time_is_kept() {
    let f = Fixture::new().await;
    let one = f.add(route("a.example")).await;
    let two = f.add(managed("b.example")).await;
    let three = f.add(route("c.example")).await;
    let (latest, changed) = (f.store.latest().await.unwrap(), f.store.changed());
    let add = async |batch: &[(RowId, Asked)]| f.store.add_asked(batch.to_vec()).await.unwrap();
    assert_eq!(add(&[]).await, 0);
    let batch = [(one.id, asked(3, 500)), (two.id, asked(1, 400))];
    assert_eq!(add(&batch).await, 2);
    // A later batch may hold an earlier time; a row may be in it twice.
    let batch = [
        (one.id, asked(2, 100)),
        (one.id, asked(1, 200)),
        (two.id, asked(u64::MAX, 600)),
        (three.id, asked(0, 600)),
        (RowId(99), asked(7, 600)),
    ];
    assert_eq!(add(&batch).await, 3);
    let ids = [three.id, two.id, one.id, RowId(99)];
    let read = f.store.asked(&ids).await.unwrap();
    let most = u64::try_from(i64::MAX).unwrap();
    assert_eq!(
        read.into_iter().collect::<Vec<_>>(),
        [(one.id, asked(6, 500)), (two.id, asked(most, 600))]
    );
    // Nobody has changed anything.
    assert_eq!(f.store.latest().await.unwrap(), latest);
    assert!(!changed.has_changed().unwrap());
    assert_eq!(f.all::<Route>().await[0], one);
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn an_edited_row_keeps_its_count_and_a_deleted_one_does_not() {
    let f = Fixture::new().await;
    let edited = f.add(route("a.example")).await;
    let deleted = f.add(route("b.example")).await;
    let unmanaged = f.add(managed("c.example")).await;
    let ids = [edited.id, deleted.id, unmanaged.id];
    let batch = ids.map(|id| (id, asked(1, 1))).to_vec();
    f.store.add_asked(batch).await.unwrap();
    let (by, value) = (by("ben"), route_to("a.example", "new.example.net", 26));
    let edit = f.store.edit(&by, edited.id, edited.version, value);
    edit.await.unwrap();
    let rows = Selection::Rows(vec![(deleted.id, deleted.version)]);
    f.store.delete::<Route>(&by, rows).await.unwrap();
    let rows = Selection::Rows(vec![(unmanaged.id, unmanaged.version)]);
    f.store.delete::<ManagedDomain>(&by, rows).await.unwrap();
    let left = f.store.asked(&ids).await.unwrap();
    assert_eq!(left.into_keys().collect::<Vec<_>>(), [edited.id]);
}

#[tokio::test]
async fn a_count_that_cannot_be_is_named() {
    let f = Fixture::new().await;
    let row = f.add(route("a.example")).await;
    let raw = f.raw();
    let insert = format!("INSERT INTO asked VALUES ({}, -1, 0)", row.id);
    raw.execute(&insert, []).unwrap_err();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    raw.execute(&insert, []).unwrap();
    let error = f.store.asked(&[row.id]).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { table: "asked", id, .. } if id == Some(row.id)));
}
