use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;
use routing::NextHops;
use tempfile::TempDir;

use super::*;

fn hop(text: &str) -> NextHop {
    text.parse::<NextHops>()
        .expect("a next hop")
        .first()
        .clone()
}

fn user(text: &str) -> UserName {
    UserName::parse(text).expect("a user name")
}

fn password(text: &str) -> Password {
    Password::parse(text).expect("a password")
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("smart-hosts.db");
    (folder, database)
}

#[test]
fn a_key_is_made_once_and_for_its_owner_only() {
    let (folder, database) = folder();
    let made = SealingKey::of(&database).expect("a new key");
    let again = SealingKey::of(&database).expect("the same key");
    assert_eq!(*made.0, *again.0);
    let files: Vec<_> = fs::read_dir(folder.path())
        .expect("the folder")
        .map(|file| file.expect("a file").path())
        .collect();
    assert_eq!(files, [folder.path().join("smart-hosts.key")]);
    let found = files[0].metadata().expect("its mode");
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    assert_eq!(format!("{made:?}"), "SealingKey([REDACTED])");
    let (_other, database) = self::folder();
    let other = SealingKey::of(&database).expect("another key");
    assert_ne!(*made.0, *other.0);
}

#[test]
fn of_many_who_make_a_key_all_use_the_same() {
    let (folder, database) = folder();
    let keys: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| SealingKey::of(&database).expect("a key").0))
            .collect();
        let keys = threads
            .into_iter()
            .map(|thread| thread.join().expect("it ends"));
        keys.collect()
    });
    assert!(keys.windows(2).all(|two| two[0] == two[1]));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn a_key_that_others_may_read_is_refused_with_the_remedy() {
    let (_folder, database) = folder();
    SealingKey::of(&database).expect("a new key");
    let path = database.with_extension("key");
    for (mode, refused) in [(0o640, true), (0o604, true), (0o400, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("chmod");
        let opened = SealingKey::of(&database);
        assert_eq!(opened.is_err(), refused, "{mode:o}");
        if let Err(error) = opened {
            let remedy = format!("run: chmod 600 {}", path.display());
            assert!(error.to_string().ends_with(&remedy), "{error}");
        }
    }
}

#[test]
fn what_is_no_key_is_refused_and_left_alone() {
    let (_folder, database) = folder();
    let path = database.with_extension("key");
    for content in [
        &b""[..],
        b"\n",
        b"ab",
        &[b'g'; 64],
        &[b'a'; 66],
        &[0xff; 64],
    ] {
        fs::write(&path, content).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
        let opened = SealingKey::of(&database);
        assert!(
            matches!(opened, Err(OpenError::KeyDamaged { .. })),
            "{content:?}"
        );
        assert_eq!(fs::read(&path).expect("it is there"), content);
    }
}

#[test]
fn a_sealed_password_opens_only_where_it_belongs() {
    let (_folder, database) = folder();
    let key = SealingKey::of(&database).expect("a key");
    let (of, anna) = (hop("mail.example.net:587"), user("anna"));
    let seal = || {
        key.seal(&password("canary: ä"), &of, &anna)
            .expect("sealed")
    };
    let sealed = seal();
    assert_ne!(sealed, seal(), "a nonce of its own each time");
    let opened = |sealed: &[u8], of: &NextHop, user: &UserName| {
        let password = key.unseal(sealed, of, user);
        password.map(|password| password.expose().to_owned())
    };
    assert_eq!(opened(&sealed, &of, &anna).as_deref(), Some("canary: ä"));
    assert_eq!(opened(&sealed, &hop("mail.example.net:25"), &anna), None);
    assert_eq!(opened(&sealed, &hop("evil.example:587"), &anna), None);
    assert_eq!(opened(&sealed, &of, &user("ben")), None);
    for byte in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[byte] ^= 1;
        assert_eq!(opened(&damaged, &of, &anna), None, "byte {byte}");
        assert_eq!(opened(&sealed[..byte], &of, &anna), None, "{byte} bytes");
    }
    let (_other, database) = self::folder();
    let other = SealingKey::of(&database).expect("another key");
    assert!(other.unseal(&sealed, &of, &anna).is_none());
}

proptest! {
    #[test]
    fn opens_whatever_it_seals(text in "\\PC{1,60}", junk in any::<Vec<u8>>()) {
        let key = SealingKey(Zeroizing::new([7; KEY_BYTES]));
        let (of, anna) = (hop("mail.example.net:587"), user("anna"));
        let sealed = key.seal(&password(&text), &of, &anna).expect("sealed");
        prop_assert!((42..=2048).contains(&sealed.len()));
        let opened = key.unseal(&sealed, &of, &anna).expect("opened");
        prop_assert_eq!(opened.expose(), text);
        prop_assert!(key.unseal(&junk, &of, &anna).is_none());
    }
}
