use routing::{Input, ManagedDomain, Route};

use super::*;
use crate::{
    Timestamp, open,
    pool::{Access, Lane},
};

fn input(domain: &str, scope: &str) -> Input {
    Input {
        domain: domain.to_owned(),
        scope: scope.to_owned(),
        relay_host: "relay".to_owned(),
        relay_port: "25".to_owned(),
        ..Input::default()
    }
}

fn route(domain: &str, scope: &str) -> Route {
    input(domain, scope).route().expect("a route")
}

fn managed(domain: &str) -> ManagedDomain {
    input(domain, "")
        .managed_domain()
        .expect("a managed domain")
}

fn author(tx: &Transaction<'_>) -> Author {
    Author::new(tx, &By::new("anna", Timestamp(0))).expect("a new act")
}

/// Runs the work on a new database and takes it back.
fn on_a_new_database(work: impl FnOnce(&Transaction<'_>)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("write.db");
    let writer = open::open(&path).expect("a new database");
    let lane = Lane::new(&path, Access::Write, 1, vec![writer]);
    let done = lane.run_here(|tx| {
        work(tx);
        Ok(())
    });
    done.expect("it is committed");
}

#[test]
fn what_only_the_schema_refuses_is_still_the_refusal_of_a_rule() {
    on_a_new_database(|tx| {
        let by = author(tx);
        add(tx, &by, managed("managed.example.com")).expect("nothing is in its way");
        add(tx, &by, route("route.example.com", "both")).expect("nothing is in its way");
        let (id, version) = (RowId(9), Version(9));
        // As if the rules had not been asked first.
        let route = |name| write(tx, (id, version), None, None, &route(name, ""));
        let managed = |name| write(tx, (id, version), None, None, &managed(name));
        let refused = route("managed.example.com");
        assert!(
            matches!(refused, Err(Error::ManagedDomain(_))),
            "{refused:?}"
        );
        let refused = route("route.example.com");
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
        let refused = managed("route.example.com");
        assert!(matches!(refused, Err(Error::Routed(_))), "{refused:?}");
        let refused = managed("managed.example.com");
        assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
    });
}

#[test]
fn what_no_rule_explains_is_in_the_words_of_the_engine() {
    on_a_new_database(|tx| {
        let write = |version| {
            let value = route("example.com", "");
            write(tx, (RowId(9), Version(version)), None, None, &value)
        };
        let refused = write(8);
        assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        write(9).expect("the version may not be less than the id");
    });
}

#[test]
fn a_job_that_fails_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("write.db");
    let writer = open::open(&path).expect("a new database");
    let lane = Lane::new(&path, Access::Write, 1, vec![writer]);
    let failed: Result<(), _> = lane.run_here(|tx| {
        add(tx, &author(tx), route("example.com", ""))?;
        Err(Error::Interrupted)
    });
    assert!(matches!(failed, Err(Error::Interrupted)));
    let latest = lane.run_here(change::latest);
    assert_eq!(latest.expect("it can be read"), Version(0));
}
