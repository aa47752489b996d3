//! People: names, roles, what ends sessions, and what is recorded of it.

use access::{AccountName, Role};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use serde_json::json;
use store::{
    By, Error, Factor, Keep, Lapse, NewPerson, NoUndo, ObjectKind, Person, RowId, SessionKey,
    SignIn, Store, StoredSeed, StoredSession, Timestamp,
};

use crate::fixture::{Fixture, by};

pub(crate) const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$canaryhash";
pub(crate) const NEVER: Lapse = Lapse {
    now: Timestamp(0),
    idle_since: Timestamp(-1),
};

pub(crate) fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

pub(crate) async fn add(store: &Store, text: &str, role: Role) -> RowId {
    let new = NewPerson {
        name: name(text),
        role,
        password_hash: HASH.to_owned(),
    };
    store.add_person(&by("anna"), new).await.unwrap().id
}

pub(crate) async fn session(store: &Store, person: Option<RowId>, key: u8) -> SessionKey {
    let key = SessionKey([key; 32]);
    let session = StoredSession {
        key,
        person,
        created: Timestamp(10),
        seen: Timestamp(10),
        expires: Timestamp(1000),
        address: "192.0.2.1".to_owned(),
        agent: "Firefox".to_owned(),
        data: "{}".to_owned(),
    };
    store.put_session(session).await.unwrap();
    key
}

#[tokio::test]
async fn people_are_added_changed_and_removed() {
    let f = Fixture::new().await;
    let store = &f.store;
    assert!(!store.has_people().await.unwrap());
    add(store, "Zoe", Role::Administrator).await;
    add(store, "ben", Role::Viewer).await;
    assert!(store.has_people().await.unwrap());
    let names: Vec<_> = store
        .people()
        .await
        .unwrap()
        .into_iter()
        .map(|p| p.name)
        .collect();
    assert_eq!(names, [name("ben"), name("zoe")]);
    let new = NewPerson {
        name: name("ZOE"),
        role: Role::Viewer,
        password_hash: HASH.to_owned(),
    };
    let taken = store
        .add_person(&by("anna"), new.clone())
        .await
        .unwrap_err();
    assert!(
        taken
            .to_string()
            .starts_with("There is an account zoe already."),
        "{taken}"
    );
    assert!(matches!(
        store.add_first_person(&by("anna"), new).await,
        Err(Error::SetUpAlready)
    ));

    let ben = store
        .set_role(&by("anna"), &name("ben"), Role::Operator)
        .await
        .unwrap();
    assert_eq!(ben.role, Role::Operator);
    assert_eq!(ben.act, Some(ben.version.0));
    let read = Person {
        act: None,
        ..ben.clone()
    };
    assert_eq!(store.person(&name("ben")).await.unwrap(), Some(read));
    // The same once more is no change.
    let again = store
        .set_role(&by("anna"), &name("ben"), Role::Operator)
        .await
        .unwrap();
    assert_eq!((again.version, again.act), (ben.version, None));
    let ben = store
        .set_disabled(&by("anna"), &name("ben"), true)
        .await
        .unwrap();
    assert!(ben.disabled);
    store
        .remove_person(&by("anna"), &name("ben"))
        .await
        .unwrap();
    assert_eq!(store.person(&name("ben")).await.unwrap(), None);
    assert!(matches!(
        store.remove_person(&by("anna"), &name("ben")).await,
        Err(Error::NoSuchPerson(_))
    ));
    let changes = store.changes(0, 99).await.unwrap();
    assert_eq!(changes.len(), 5);
    assert!(changes.iter().all(|change| change.kind == ObjectKind::User));
    assert_eq!(changes[2].before.as_ref().unwrap()["role"], "viewer");
    assert_eq!(changes[2].after.as_ref().unwrap()["role"], "operator");
    assert_eq!(changes[4].after, None);
}

#[tokio::test]
async fn the_first_person_is_an_administrator_whatever_is_said() {
    let f = Fixture::new().await;
    let new = NewPerson {
        name: name("anna"),
        role: Role::Viewer,
        password_hash: HASH.to_owned(),
    };
    let by = By::new("anna", Timestamp(5)).from("192.0.2.1");
    let first = f.store.add_first_person(&by, new).await.unwrap();
    assert_eq!(
        (first.role, first.created),
        (Role::Administrator, Timestamp(5))
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let f = Fixture::new().await;
    let store = &f.store;
    add(store, "anna", Role::Administrator).await;
    add(store, "ben", Role::Administrator).await;
    add(store, "cleo", Role::Operator).await;
    let (anna, ben) = (name("anna"), name("ben"));
    store.set_disabled(&by("x"), &ben, true).await.unwrap();
    for refused in [
        store.set_disabled(&by("x"), &anna, true).await.map(drop),
        store
            .set_role(&by("x"), &anna, Role::Viewer)
            .await
            .map(drop),
        store.remove_person(&by("x"), &anna).await.map(drop),
    ] {
        assert!(matches!(&refused, Err(Error::LastAdministrator(last)) if *last == anna));
    }
    // One who may not sign in is nobody's last hope.
    store.set_role(&by("x"), &ben, Role::Viewer).await.unwrap();
    store
        .set_role(&by("x"), &name("cleo"), Role::Administrator)
        .await
        .unwrap();
    store.remove_person(&by("x"), &anna).await.unwrap();
    // Whoever writes.
    for sql in [
        "UPDATE people SET disabled = 1 WHERE name = 'cleo'",
        "UPDATE people SET role = 'viewer' WHERE name = 'cleo'",
        "DELETE FROM people WHERE name = 'cleo'",
    ] {
        f.raw().execute(sql, []).unwrap_err();
    }
}

#[tokio::test]
async fn of_two_who_demote_each_other_one_is_refused() {
    let f = Fixture::new().await;
    add(&f.store, "anna", Role::Administrator).await;
    add(&f.store, "ben", Role::Administrator).await;
    let other = f.another().await;
    let (x, anna, ben) = (by("x"), name("anna"), name("ben"));
    let (one, two) = tokio::join!(
        f.store.set_role(&x, &anna, Role::Viewer),
        other.set_role(&x, &ben, Role::Viewer),
    );
    assert_ne!(one.is_ok(), two.is_ok());
}

#[tokio::test]
async fn what_takes_a_right_away_ends_sessions() {
    let f = Fixture::new().await;
    let store = &f.store;
    add(store, "anna", Role::Administrator).await;
    let ben = add(store, "ben", Role::Viewer).await;
    let alive = async |key| store.signed_in(key, NEVER).await.unwrap().is_some();
    let (one, two) = (
        session(store, Some(ben), 1).await,
        session(store, Some(ben), 2).await,
    );
    assert!(alive(one).await && alive(two).await);

    for device in [[8; 32], [9; 32]] {
        store.know_device(ben, device, Timestamp(1)).await.unwrap();
    }
    let keep = Keep {
        session: two,
        device: Some([9; 32]),
    };
    let hash = HASH.replace("canary", "other");
    store
        .set_person_password(&by("ben"), &name("ben"), hash.clone(), Some(keep))
        .await
        .unwrap();
    assert!(!alive(one).await && alive(two).await);
    assert!(!store.knows_device(ben, [8; 32]).await.unwrap());
    assert!(store.knows_device(ben, [9; 32]).await.unwrap());
    let credentials = store.credentials(&name("ben")).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash.expose_secret(), hash);

    store
        .set_disabled(&by("anna"), &name("ben"), true)
        .await
        .unwrap();
    assert!(!alive(two).await);
    store
        .set_disabled(&by("anna"), &name("ben"), false)
        .await
        .unwrap();
    assert!(!alive(two).await, "it is gone, not asleep");
    let three = session(store, Some(ben), 3).await;
    store
        .remove_person(&by("anna"), &name("ben"))
        .await
        .unwrap();
    assert!(!alive(three).await);
}

#[tokio::test]
async fn codes_are_used_up() {
    let f = Fixture::new().await;
    let store = &f.store;
    let anna = add(store, "anna", Role::Administrator).await;
    let credentials = store.credentials(&name("anna")).await.unwrap().unwrap();
    let password_set = credentials.password_set;
    let sign_in = |factor| SignIn {
        person: anna,
        factor,
        password_set,
        failures_before: 2,
    };
    let enter = async |factor| store.sign_in(&by("anna"), sign_in(factor)).await.unwrap();
    assert!(enter(Factor::None).await);
    assert!(
        !enter(Factor::Code { step: 1 }).await,
        "there is no second factor"
    );
    let seed = Zeroizing::new(b"canaryseed0123456789".to_vec());
    store
        .set_second_factor(
            &by("anna"),
            &name("anna"),
            seed,
            100,
            vec![[1; 32], [2; 32]],
            None,
        )
        .await
        .unwrap();
    assert!(!enter(Factor::None).await, "a second factor is needed now");
    assert!(
        !enter(Factor::Code { step: 100 }).await,
        "it was shown at the set-up"
    );
    assert!(enter(Factor::Code { step: 101 }).await);
    assert!(!enter(Factor::Code { step: 101 }).await);
    assert!(enter(Factor::Recovery([1; 32])).await);
    assert!(!enter(Factor::Recovery([1; 32])).await);
    assert!(!enter(Factor::Recovery([7; 32])).await);
    let person = store.person(&name("anna")).await.unwrap().unwrap();
    assert_eq!((person.second_factor, person.recovery_codes), (true, 1));
    let credentials = store.credentials(&name("anna")).await.unwrap().unwrap();
    let StoredSeed::Set { seed, last_step } = credentials.seed else {
        panic!("the seed is there");
    };
    assert_eq!((&seed[..], last_step), (&b"canaryseed0123456789"[..], 101));

    store
        .set_recovery_codes(&by("anna"), &name("anna"), vec![[3; 32]; 1])
        .await
        .unwrap();
    assert!(!enter(Factor::Recovery([2; 32])).await);
    store
        .remove_second_factor(&by("anna"), &name("anna"))
        .await
        .unwrap();
    assert!(!enter(Factor::Recovery([3; 32])).await);
    assert!(enter(Factor::None).await);

    let changes = store.changes(0, 99).await.unwrap();
    let signed_in: Vec<_> = changes
        .iter()
        .filter(|c| c.kind == ObjectKind::SignIn)
        .collect();
    assert_eq!(signed_in.len(), 4);
    assert_eq!(signed_in[0].before, None);
    assert_eq!(
        signed_in[1].after,
        Some(json!({"user": "anna", "second_factor": true, "failures_before": 2}))
    );
    let factors = signed_in[1..3]
        .iter()
        .map(|c| c.after.as_ref().unwrap()["second_factor"].clone());
    assert_eq!(
        factors.collect::<Vec<_>>(),
        [json!(true), json!("recovery code, 1 left")]
    );
    assert_eq!(person.seen, Some(signed_in[2].at), "without any session");

    // Who has shown the password before it became another does not come in any more.
    let hash = HASH.replace("canary", "other");
    store
        .set_person_password(&by("anna"), &name("anna"), hash, None)
        .await
        .unwrap();
    assert!(!enter(Factor::None).await);

    // Neither the history nor any file gives a secret away; the hash is where it must be.
    assert!(!format!("{changes:?} {person:?} {store:?}").contains("canary"));
    store.close().await.unwrap();
    for file in std::fs::read_dir(f.path.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(10).any(|part| part == b"canaryseed"));
    }
}

#[tokio::test]
async fn a_hash_is_renewed_unless_it_was_changed_meanwhile() {
    let f = Fixture::new().await;
    let anna = add(&f.store, "anna", Role::Administrator).await;
    let now = async || {
        let found = f.store.credentials(&name("anna")).await.unwrap().unwrap();
        found.password_hash.expose_secret().to_owned()
    };
    let newer = HASH.replace("canary", "newer");
    f.store
        .renew_hash(anna, "other".into(), newer.clone())
        .await
        .unwrap();
    assert_eq!(now().await, HASH);
    f.store
        .renew_hash(anna, HASH.into(), newer.clone())
        .await
        .unwrap();
    assert_eq!(now().await, newer);
    assert_eq!(
        f.store.changes(0, 99).await.unwrap().len(),
        1,
        "nothing is recorded"
    );
}

#[tokio::test]
async fn a_second_factor_can_be_required() {
    let f = Fixture::new().await;
    let store = &f.store;
    let anna = add(store, "anna", Role::Administrator).await;
    let key = session(store, Some(anna), 1).await;
    let lacks = async || {
        let signed_in = store.signed_in(key, NEVER).await.unwrap();
        signed_in.unwrap().lacks_second_factor
    };
    assert!(!store.second_factor_required().await.unwrap() && !lacks().await);
    let require = async || {
        let by = by("anna");
        let act = store.require_second_factor(&by, true).await;
        act.unwrap()
    };
    assert_eq!(require().await, Some(store.latest().await.unwrap().0));
    assert_eq!(require().await, None, "it was so already");
    assert!(store.second_factor_required().await.unwrap() && lacks().await);
    let seed = Zeroizing::new(vec![1; 20]);
    store
        .set_second_factor(&by("anna"), &name("anna"), seed, 1, Vec::new(), Some(key))
        .await
        .unwrap();
    assert!(!lacks().await);
    let changes = store.changes(0, 99).await.unwrap();
    let settings: Vec<_> = changes
        .iter()
        .filter(|c| c.kind == ObjectKind::Settings)
        .collect();
    assert_eq!(settings.len(), 1);
    assert_eq!(
        settings[0].after.as_ref().unwrap()["second_factor_required"],
        true
    );
}

#[tokio::test]
async fn what_was_done_to_people_is_taken_back_as_far_as_no_secret_is_missing() {
    let f = Fixture::new().await;
    let (store, by) = (&f.store, by("anna"));
    add(store, "anna", Role::Administrator).await;
    let ben = add(store, "ben", Role::Viewer).await;
    let promoted = store
        .set_role(&by, &name("ben"), Role::Operator)
        .await
        .unwrap();
    store.undo(&by, promoted.act.unwrap()).await.unwrap();
    let role = async || {
        let people = store.people().await.unwrap();
        people
            .into_iter()
            .find(|one| one.id == ben)
            .map(|one| one.role)
    };
    assert_eq!(role().await, Some(Role::Viewer));

    let disabled = store.set_disabled(&by, &name("ben"), true).await.unwrap();
    store
        .set_role(&by, &name("ben"), Role::Operator)
        .await
        .unwrap();
    let why = store.undo(&by, disabled.version.0).await.unwrap_err();
    assert!(matches!(why, Error::NoUndo(NoUndo::Changed(_))), "{why}");

    let hash = HASH.to_owned();
    store
        .set_person_password(&by, &name("ben"), hash, None)
        .await
        .unwrap();
    let latest = store.latest().await.unwrap();
    let why = store.undo(&by, latest.0).await.unwrap_err();
    assert!(matches!(why, Error::NoUndo(NoUndo::Secret(_))), "{why}");

    let required = store.require_second_factor(&by, true).await.unwrap();
    store.undo(&by, required.unwrap()).await.unwrap();
    assert!(!store.second_factor_required().await.unwrap());

    store.remove_person(&by, &name("ben")).await.unwrap();
    let latest = store.latest().await.unwrap();
    let why = store.undo(&by, latest.0).await.unwrap_err();
    assert!(
        matches!(why, Error::NoUndo(NoUndo::RemovedPerson(_))),
        "{why}"
    );

    let cleo = add(store, "cleo", Role::Viewer).await;
    store.undo(&by, cleo.0).await.unwrap();
    assert_eq!(store.people().await.unwrap().len(), 1);
    assert_eq!(role().await, None);
}
