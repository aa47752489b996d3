//! Whose files they are that root makes in somebody else's folder.

use std::os::unix::fs::{MetadataExt, chown};

use routing::Route;
use store::Store;

use crate::fixture::{by, login, route, settings};

/// Nobody, on Debian.
const SOMEBODY: u32 = 65534;

#[tokio::test]
async fn what_root_makes_belongs_to_whom_the_folder_belongs() {
    let folder = tempfile::tempdir().unwrap();
    if std::fs::metadata(folder.path()).unwrap().uid() != 0 {
        // Only root can give files away, and only what root makes has to be.
        return;
    }
    chown(folder.path(), Some(SOMEBODY), Some(SOMEBODY)).unwrap();
    let owners = || {
        let files = std::fs::read_dir(folder.path())
            .unwrap()
            .map(Result::unwrap);
        let owner = |file: std::fs::DirEntry| {
            let of = file.metadata().unwrap();
            (file.file_name().into_string().unwrap(), of.uid(), of.gid())
        };
        files.map(owner).collect::<Vec<_>>()
    };
    let store = Store::open(&folder.path().join("smart-hosts.db"))
        .await
        .unwrap();
    store
        .add::<Route>(&by("anna"), route("example.com"))
        .await
        .unwrap();
    let input = settings("mail.example.net:587", "required", login("gateway", "x"));
    store
        .set_smart_host(&by("anna"), store::Version(0), input)
        .await
        .unwrap();
    store.rotate_key(&by("anna")).await.unwrap();
    let files = owners();
    assert!(files.len() >= 3, "{files:?}");
    for (name, user, group) in files {
        assert_eq!((user, group), (SOMEBODY, SOMEBODY), "{name}");
    }
    store.close().await.unwrap();
}
