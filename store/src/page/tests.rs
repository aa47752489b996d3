mod in_memory;

use routing::{ManagedDomain, Route};

use super::*;
use crate::{
    SortBy, open,
    pool::{Access, Lane},
};

/// What the engine means to do for every statement that a page of this list can need.
fn plans<T: Row>(search: Option<&str>) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.db");
    let writer = open::open(&path).expect("a new database");
    let lane = Lane::new(&path, Access::Write, 1, vec![writer]);
    let plans = lane.run_here(|tx| {
        let mut plans = Vec::new();
        for (by, descending) in SortBy::ALL
            .into_iter()
            .flat_map(|by| [(by, false), (by, true)])
        {
            let list = List::<T>::new(tx, Sort { by, descending }, search);
            for included in [None, Some(false), Some(true)] {
                let key = vec![Value::Text("1".to_owned()); T::order(by).len()];
                let start = included.map(|included| Start { key, included });
                for direction in [Direction::Forwards, Direction::Backwards] {
                    let sql = list.sql(direction, start.as_ref());
                    plans.push((sql.clone(), explain(tx, &sql)));
                }
            }
        }
        Ok(plans)
    });
    plans.expect("every statement is valid")
}

fn explain(tx: &Transaction<'_>, sql: &str) -> String {
    let mut statement = tx
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("valid SQL");
    let places = statement.parameter_count();
    let steps = statement
        .query_map(params_from_iter(vec![1; places]), |row| {
            row.get::<_, String>("detail")
        })
        .expect("a plan");
    let steps: Result<Vec<_>, _> = steps.collect();
    steps.expect("a plan").join("; ")
}

#[test]
fn every_page_is_read_in_the_order_of_an_index() {
    for search in [None, Some("example")] {
        let plans = [plans::<Route>(search), plans::<ManagedDomain>(search)].concat();
        assert_eq!(plans.len(), 2 * 6 * 6);
        for (sql, plan) in plans {
            assert!(!plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
            // With a key, the reading starts at the key and not at the end of the list.
            let has_key = ["> (?", "< (?", "= (?"]
                .iter()
                .any(|part| sql.contains(part));
            assert_eq!(has_key, plan.starts_with("SEARCH"), "{sql}\n{plan}");
        }
    }
}

#[test]
fn the_whole_key_is_looked_up_in_the_index() {
    for (_, plan) in plans::<Route>(None) {
        if plan.contains("routes_by_host") && plan.starts_with("SEARCH") {
            assert!(plan.contains("(host,domain,scope)"), "{plan}");
        }
    }
}
