//! Replacing the key that seals, at whatever point it is broken off.

use std::{fs, path::PathBuf};

use access::Role;
use routing::NextHop;
use secrecy::zeroize::Zeroizing;
use store::{Login, Rotated, Store, StoredLogin, StoredSeed};

use crate::{
    fixture::{Fixture, by, hop_of, login, settings},
    people::{add, name},
};

const SEED: &[u8] = b"seed0123456789012345";

struct Sealed {
    f: Fixture,
    host: NextHop,
}

impl Sealed {
    /// One password and one second factor.
    async fn new() -> Self {
        let f = Fixture::new().await;
        f.set(settings(
            "a.example:587",
            "required",
            login("anna", "secret"),
        ))
        .await
        .unwrap();
        f.set(settings("b.example:587", "required", Login::None))
            .await
            .unwrap();
        add(&f.store, "anna", Role::Administrator).await;
        add(&f.store, "ben", Role::Viewer).await;
        let seed = Zeroizing::new(SEED.to_vec());
        f.store
            .set_second_factor(&by("anna"), &name("anna"), seed, 1, Vec::new(), None)
            .await
            .unwrap();
        Self {
            f,
            host: hop_of("a.example:587"),
        }
    }

    fn file(&self) -> PathBuf {
        self.f.path.with_extension("key")
    }

    fn next_file(&self) -> PathBuf {
        self.f.path.with_extension("key.next")
    }

    fn key(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    async fn is_readable(&self, store: &Store) -> bool {
        let (_, login) = store
            .smart_host_with_login(&self.host)
            .await
            .unwrap()
            .unwrap();
        let password = matches!(&login, StoredLogin::Account(account) if account.password.expose() == "secret");
        let anna = store.credentials(&name("anna")).await.unwrap().unwrap();
        let seed = matches!(&anna.seed, StoredSeed::Set { seed, .. } if seed[..] == *SEED);
        assert_eq!(password, seed);
        password
    }

    fn put(file: &PathBuf, key: &str) {
        use std::os::unix::fs::PermissionsExt;
        fs::write(file, key).unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

const BOTH: Rotated = Rotated {
    sealed: 2,
    unreadable: 0,
};

#[tokio::test]
async fn everything_is_sealed_with_the_new_key() {
    let s = Sealed::new().await;
    let before = s.key();
    let running = s.f.another().await;
    assert!(s.is_readable(&running).await);
    assert_eq!(s.f.store.rotate_key(&by("anna")).await.unwrap(), BOTH);
    let after = s.key();
    assert_ne!(before, after);
    assert!(!s.next_file().exists());
    assert!(s.is_readable(&s.f.store).await);
    assert!(s.is_readable(&running).await, "a running program notices");
    assert!(s.is_readable(&s.f.another().await).await);
    // Again, by the other one.
    assert_eq!(running.rotate_key(&by("anna")).await.unwrap(), BOTH);
    assert_ne!(s.key(), after);
    assert!(s.is_readable(&s.f.store).await && s.is_readable(&s.f.another().await).await);
    // What is sealed now is sealed with it.
    s.f.set(settings(
        "a.example:587",
        "required",
        login("anna", "secret"),
    ))
    .await
    .unwrap();
    assert!(s.is_readable(&running).await);

    let changes = s.f.store.changes(0, 99).await.unwrap();
    let last = changes.last().unwrap();
    let (was, is) = (last.before.as_ref().unwrap(), last.after.as_ref().unwrap());
    assert_eq!(was["sealing_key"].as_str().unwrap().len(), 16);
    assert_ne!(was, is);
    assert!(!format!("{changes:?}").contains(after.trim()));
}

#[tokio::test]
async fn broken_off_before_it_counts_the_old_key_is_good() {
    let s = Sealed::new().await;
    let before = s.key();
    s.f.store.close().await.unwrap();
    Sealed::put(&s.next_file(), &"ab".repeat(32));
    let again = s.f.another().await;
    assert!(s.is_readable(&again).await);
    assert_eq!(s.key(), before);
    // What was left over is no hindrance, even if it is no key.
    Sealed::put(&s.next_file(), "half a k");
    assert_eq!(again.rotate_key(&by("anna")).await.unwrap(), BOTH);
    assert!(s.is_readable(&s.f.another().await).await);
    // The same once a fingerprint is recorded.
    Sealed::put(&s.next_file(), &"cd".repeat(32));
    assert!(s.is_readable(&s.f.another().await).await);
}

#[tokio::test]
async fn broken_off_once_it_counts_the_new_key_is_good() {
    let s = Sealed::new().await;
    let before = s.key();
    let running = s.f.another().await;
    s.f.store.rotate_key(&by("anna")).await.unwrap();
    let after = s.key();
    // As if the new file had not taken its place yet.
    Sealed::put(&s.next_file(), &after);
    Sealed::put(&s.file(), &before);
    assert!(
        s.is_readable(&running).await,
        "who runs finds it where it is"
    );
    let again = s.f.another().await;
    assert!(s.is_readable(&again).await);
    assert_eq!(s.key(), after, "the next start brings it to its end");
    assert!(!s.next_file().exists());
    // Or the next replacement does.
    Sealed::put(&s.next_file(), &after);
    Sealed::put(&s.file(), &before);
    assert_eq!(running.rotate_key(&by("anna")).await.unwrap(), BOTH);
    assert!(s.is_readable(&s.f.another().await).await);
}

#[tokio::test]
async fn a_lost_key_loses_secrets_and_nothing_else() {
    let s = Sealed::new().await;
    s.f.store.rotate_key(&by("anna")).await.unwrap();
    s.f.store.close().await.unwrap();
    Sealed::put(&s.file(), &"ab".repeat(32));
    let again = s.f.another().await;
    assert!(!s.is_readable(&again).await);
    let login = login("anna", "secret");
    let host = again.smart_host(&s.host).await.unwrap();
    let input = settings("a.example:587", "required", login);
    again
        .set_smart_host(&by("anna"), host.version, input)
        .await
        .unwrap();
    let (_, login) = again.smart_host_with_login(&s.host).await.unwrap().unwrap();
    assert!(matches!(login, StoredLogin::Account(_)));
    let rotated = again.rotate_key(&by("anna")).await.unwrap();
    assert_eq!((rotated.sealed, rotated.unreadable), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_replace_it_at_once_and_read_meanwhile() {
    let s = Sealed::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let store = s.f.another().await;
        tasks.spawn(async move {
            for _ in 0..5 {
                store.rotate_key(&by("anna")).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            }
        });
    }
    let readers = [s.f.store.clone(), s.f.another().await];
    while tasks.try_join_next().is_none_or(|ended| {
        ended.unwrap();
        !tasks.is_empty()
    }) {
        for reader in &readers {
            assert!(s.is_readable(reader).await);
        }
    }
    assert!(s.is_readable(&s.f.another().await).await);
    assert!(!s.next_file().exists());
}
