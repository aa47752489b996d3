//! Whose files these are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder in which a file stands.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Gives a file that root has made to whom its folder belongs: it is their service that reads it, and
/// could not once root has run a command beside it.
#[cfg(unix)]
pub(crate) fn give_to_owner_of_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (file, folder) = (fs::metadata(path)?, fs::metadata(folder_of(path))?);
    if file.uid() == 0 && folder.uid() != 0 {
        chown(path, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn give_to_owner_of_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
