//! The settings of smart hosts: passwords, TLS, and what routes allow.

use routing::{Comment, Route};
use store::{
    Error, Login, ObjectKind, PasswordState, Selection, StoredLogin, StoredSmartHost, Version,
};

use crate::{
    fixture::{Fixture, by, hop_of, login, route_over, settings},
    model,
};

const CANARY: &str = "canary: pass wörd";

#[tokio::test]
async fn one_that_nobody_has_set_up_has_the_defaults_of_its_port() {
    let f = Fixture::new().await;
    f.add(route_over("example.com", "a.example:587")).await;
    for (hop, tls, routes) in [
        ("a.example:587", "required", 1),
        ("a.example:25", "opportunistic", 0),
        ("a.example:465", "implicit", 0),
    ] {
        let host = f.store.smart_host(&hop_of(hop)).await.unwrap();
        assert_eq!(host.settings.tls.as_str(), tls);
        assert_eq!((host.id, host.version), (None, Version(0)));
        assert_eq!((host.routes, host.password), (routes, PasswordState::None));
        let login = f.store.smart_host_with_login(&hop_of(hop)).await.unwrap();
        assert!(login.is_none());
    }
}

#[tokio::test]
async fn it_is_set_up_changed_and_forgotten() {
    let f = Fixture::new().await;
    let of = hop_of("a.example:587");
    let made = f
        .set(settings(
            "a.example:587",
            "verified:mx.example",
            login("anna", CANARY),
        ))
        .await
        .unwrap();
    assert_eq!((made.password, made.act), (PasswordState::Set, Some(1)));
    let made = StoredSmartHost { act: None, ..made };
    assert_eq!(f.store.smart_host(&of).await.unwrap(), made);
    // The same once more is no change, the password included.
    let again = f
        .store
        .set_smart_host(
            &by("ben"),
            Version(0),
            settings(
                "a.example:587",
                "verified:mx.example",
                login("anna", CANARY),
            ),
        )
        .await
        .unwrap();
    assert_eq!(again, made);
    // Another policy, the login as it is; then another password; then none.
    let kept = f
        .set(settings("a.example:587", "required", Login::Keep))
        .await
        .unwrap();
    assert_eq!(kept.password, PasswordState::Set);
    let (shown, stored) = f.store.smart_host_with_login(&of).await.unwrap().unwrap();
    assert_eq!(shown, kept.settings);
    assert!(matches!(&stored, StoredLogin::Account(a) if a.password.expose() == CANARY));
    f.set(settings(
        "a.example:587",
        "required",
        login("anna", "other"),
    ))
    .await
    .unwrap();
    let without = f
        .set(settings("a.example:587", "required", Login::None))
        .await
        .unwrap();
    assert_eq!(
        (without.password, without.settings.user),
        (PasswordState::None, None)
    );
    model::assert_log_leads_to_rows(&f.raw());

    let forgotten = f
        .store
        .delete_smart_host(&by("ben"), &of, without.version)
        .await;
    assert_eq!(forgotten.unwrap().id, made.id);
    let gone = f
        .store
        .delete_smart_host(&by("ben"), &of, without.version)
        .await;
    assert!(matches!(gone, Err(Error::Gone { .. })));
    assert_eq!(f.store.smart_host(&of).await.unwrap().version, Version(0));
    model::assert_log_leads_to_rows(&f.raw());
    let changes = f.store.changes(0, 99).await.unwrap();
    assert_eq!(changes.len(), 5);
    assert!(
        changes
            .iter()
            .all(|change| change.kind == ObjectKind::SmartHost)
    );
    assert_eq!(changes[0].after.as_ref().unwrap()["password_set"], 1);
    assert_eq!(changes[1].after.as_ref().unwrap()["password_set"], 1);
    assert_eq!(changes[2].after.as_ref().unwrap()["password_set"], 3);
}

#[tokio::test]
async fn a_password_is_nowhere_to_be_found() {
    let f = Fixture::new().await;
    let made = f
        .set(settings("a.example:587", "required", login("anna", CANARY)))
        .await;
    let made = made.unwrap();
    f.add(route_over("example.com", "a.example:587")).await;
    let logins = f.store.feed(None).await.unwrap().settings;
    let changes = f.store.changes(0, 99).await.unwrap();
    let seen = f
        .set(settings("a.example:587", "none", Login::Keep))
        .await
        .unwrap_err();
    let shown = format!(
        "{made:?} {logins:?} {changes:?} {seen:?} {seen} {:?} {}",
        f.store,
        serde_json::to_string(&made).unwrap()
    );
    assert!(!shown.contains("canary"), "{shown}");
    f.store.close().await.unwrap();
    for file in std::fs::read_dir(f.path.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"canary"));
    }
}

#[tokio::test]
async fn a_login_in_the_clear_needs_a_reason_that_is_kept() {
    let f = Fixture::new().await;
    let mut input = settings("a.example:25", "opportunistic", login("anna", CANARY));
    let refused = f.set(input.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::SmartHost(_)), "{refused}");
    input.login_reason = Comment::parse("within the data centre").unwrap();
    let made = f.set(input).await.unwrap();
    assert_eq!(
        made.settings.login_reason.as_str(),
        "within the data centre"
    );
    // The reason goes when nothing needs it any more, and cannot be taken away before.
    assert!(
        f.set(settings("a.example:25", "none", Login::Keep))
            .await
            .is_err()
    );
    let safe = f
        .set(settings("a.example:25", "required", Login::Keep))
        .await
        .unwrap();
    assert!(safe.settings.login_reason.is_empty());
    let refused = f
        .set(settings("b.example:465", "required", Login::None))
        .await;
    assert!(matches!(refused, Err(Error::SmartHost(_))));
    assert_eq!(f.store.changes(0, 99).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_someone_else_set_is_not_overwritten() {
    let f = Fixture::new().await;
    let of = hop_of("a.example:587");
    let first = f
        .set(settings("a.example:587", "required", login("anna", "one")))
        .await
        .unwrap();
    f.set(settings("a.example:587", "verified", login("ben", "two")))
        .await
        .unwrap();
    for seen in [Version(0), first.version] {
        let mine = settings("a.example:587", "required", login("cleo", "three"));
        let refused = f
            .store
            .set_smart_host(&by("cleo"), seen, mine)
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, Error::SmartHostChanged { now, .. } if now.settings.tls.is_verified())
        );
        let said = refused.to_string();
        let expected = match seen {
            Version(0) => "anna added the smart host a.example, port 587 meanwhile.",
            _ => {
                "anna changed the smart host a.example, port 587 meanwhile: the password was changed"
            }
        };
        assert!(said.starts_with(expected), "{said}");
        assert!(!said.contains("two"), "{said}");
    }
    let refused = f
        .store
        .delete_smart_host(&by("cleo"), &of, first.version)
        .await;
    assert!(matches!(refused, Err(Error::SmartHostChanged { .. })));
}

#[tokio::test]
async fn one_that_is_used_stays() {
    let f = Fixture::new().await;
    let of = hop_of("b.example:587");
    let made = f
        .set(settings("b.example:587", "required", Login::None))
        .await
        .unwrap();
    let first = f.add(route_over("example.com", "b.example:587")).await;
    let second = f
        .add(route_over("example.net", "a.example:587, b.example:587"))
        .await;
    let refused = f
        .store
        .delete_smart_host(&by("ben"), &of, made.version)
        .await
        .unwrap_err();
    assert!(matches!(&refused, Error::SmartHostUsed { routes: 2, .. }));
    assert_eq!(
        refused.to_string(),
        "b.example, port 587 cannot be deleted: 2 routes use it. Send that mail elsewhere first."
    );
    // The schema holds that by itself.
    assert!(f.raw().execute("DELETE FROM smart_hosts", []).is_err());
    let rows = [first, second].map(|row| (row.id, row.version)).to_vec();
    f.store
        .delete::<Route>(&by("ben"), Selection::Rows(rows))
        .await
        .unwrap();
    f.store
        .delete_smart_host(&by("ben"), &of, made.version)
        .await
        .unwrap();
}

#[tokio::test]
async fn hosts_of_one_list_go_together_whichever_side_changes() {
    let f = Fixture::new().await;
    // When the route changes.
    for (hops, good) in [
        ("a.example:587, b.example:587", true),
        ("a.example:587, b.example:465", false),
        ("a.example:587, b.example:25", false),
        ("a.example:25, b.example:587", true),
    ] {
        let added = f
            .store
            .add(&by("anna"), route_over("example.com", hops))
            .await;
        assert_eq!(added.is_ok(), good, "{hops}");
        match added {
            Ok(saved) => {
                let row = vec![(saved.row.id, saved.row.version)];
                f.store
                    .delete::<Route>(&by("anna"), Selection::Rows(row))
                    .await
                    .unwrap();
            }
            Err(error) => assert!(matches!(error, Error::List(_)), "{error}"),
        }
    }
    // When the settings change, of the first host as of a later one.
    f.add(route_over("example.com", "a.example:587, b.example:587"))
        .await;
    f.add(route_over("example.net", "b.example:587")).await;
    let refused = f
        .set(settings("a.example:587", "verified", Login::None))
        .await
        .unwrap_err();
    assert!(matches!(&refused, Error::ListBroken { .. }));
    assert_eq!(
        refused.to_string(),
        "The hosts of the route for example.com would not go together any more. [b.example]:587 has \
         TLS \"required\", which is weaker than \"verified\" of [a.example]:587 before it. Set it to \
         \"verified\" or stronger, or leave it out."
    );
    assert!(
        f.set(settings("b.example:587", "none", Login::None))
            .await
            .is_err()
    );
    // Nothing of it was written.
    assert_eq!(
        f.store
            .smart_host(&hop_of("a.example:587"))
            .await
            .unwrap()
            .id,
        None
    );
    // The later one first: then both can be had.
    f.set(settings("b.example:587", "verified", Login::None))
        .await
        .unwrap();
    f.set(settings("a.example:587", "verified", Login::None))
        .await
        .unwrap();
    model::assert_log_leads_to_rows(&f.raw());
}

#[tokio::test]
async fn with_another_key_all_but_the_passwords_can_be_read() {
    let f = Fixture::new().await;
    f.set(settings("a.example:587", "required", login("anna", CANARY)))
        .await
        .unwrap();
    f.add(route_over("example.com", "a.example:587")).await;
    f.store.close().await.unwrap();
    std::fs::remove_file(f.path.with_extension("key")).unwrap();
    let store = f.another().await;
    let of = hop_of("a.example:587");
    let found = store.smart_host(&of).await.unwrap();
    assert_eq!(found.password, PasswordState::Unreadable);
    assert_eq!(found.settings.user.as_ref().unwrap().as_str(), "anna");
    let (_, login_there) = store.smart_host_with_login(&of).await.unwrap().unwrap();
    assert!(matches!(login_there, StoredLogin::Unreadable));
    // Other settings can be changed around it, and entering it again mends it.
    let kept = settings("a.example:587", "verified", Login::Keep);
    let kept = store
        .set_smart_host(&by("anna"), found.version, kept)
        .await
        .unwrap();
    assert_eq!(kept.password, PasswordState::Unreadable);
    let anew = settings("a.example:587", "verified", login("anna", CANARY));
    let anew = store
        .set_smart_host(&by("anna"), kept.version, anew)
        .await
        .unwrap();
    assert_eq!(anew.password, PasswordState::Set);
}

#[tokio::test]
async fn the_schema_holds_the_rules_by_itself() {
    let f = Fixture::new().await;
    f.set(settings("a.example:587", "required", login("anna", CANARY)))
        .await
        .unwrap();
    let raw = f.raw();
    for set in [
        "host = 'A.example'",
        "port = 0",
        "port = 465",
        "tls = 'secure'",
        "tls = 'none'",
        "tls = 'implicit'",
        "tls_name = 'mx.example'",
        "tls = 'verified', tls_name = ''",
        "tls = 'verified', tls_name = 'MX.example'",
        "user = NULL",
        "user = ''",
        "user = 'a:b'",
        "password = NULL",
        "password = x'00'",
        "password_set = NULL",
        "password_set = 99",
        "version = 0",
        "comment = char(10)",
    ] {
        let refused = raw.execute(&format!("UPDATE smart_hosts SET {set}"), []);
        assert!(refused.is_err(), "{set}");
    }
    raw.execute_batch(
        "UPDATE smart_hosts SET tls = 'verified', tls_name = '.mx.example';
         UPDATE smart_hosts SET tls = 'none', tls_name = NULL, login_reason = 'a test';",
    )
    .unwrap();
    // And what gets past them is named.
    raw.execute_batch("PRAGMA ignore_check_constraints = ON")
        .unwrap();
    for set in [
        "tls = 'secure'",
        "user = 'a:b'",
        "login_reason = ''",
        "password = NULL",
    ] {
        let reset = "UPDATE smart_hosts SET tls = 'none', user = 'anna', login_reason = 'x',
                     password = zeroblob(42)";
        raw.execute(reset, []).unwrap();
        raw.execute(&format!("UPDATE smart_hosts SET {set}"), [])
            .unwrap();
        let found = f.store.smart_host(&hop_of("a.example:587")).await;
        assert!(
            matches!(
                found,
                Err(Error::Corrupt {
                    table: "smart_hosts",
                    ..
                })
            ),
            "{set}: {found:?}"
        );
    }
}
