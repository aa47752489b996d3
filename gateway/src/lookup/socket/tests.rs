use super::{SocketError, open};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};

#[test]
fn takes_the_place_of_a_socket_that_nobody_answers_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lookup.sock");
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists(), "a socket outlives its process");

    let (listener, opened) = open(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    let _peer = UnixStream::connect(&path).unwrap();
    listener.accept().unwrap();

    let refused = open(&path).unwrap_err();
    assert!(matches!(refused, SocketError::Answered { .. }), "{refused}");
    drop((listener, opened));
    assert_eq!(
        folder.path().read_dir().unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn leaves_what_is_not_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lookup.sock");
    std::fs::write(&path, "text").unwrap();
    assert!(matches!(
        open(&path).unwrap_err(),
        SocketError::NoSocket { .. }
    ));
    std::fs::remove_file(&path).unwrap();

    let (listener, opened) = open(&path).unwrap();
    drop(listener);
    let (_successor, _its_file) = open(&path).unwrap();
    drop(opened);
    assert!(path.exists(), "the successor's socket stays");
}

#[test]
fn says_what_is_wrong_with_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(&folder.path().join("none/lookup.sock")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("none/lookup.sock cannot be opened"),
        "{error}"
    );
}
