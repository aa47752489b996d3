//! Which state of the store answers are of, told to the other process.
//!
//! A look-up process writes the number of the last change that its answers know into a file in the
//! data folder, and holds a lock on the file for as long as it lives. The lock goes with the process,
//! however it ends, so a file without one is nobody's and says nothing. The console reads the files
//! after a change and waits, for a moment, until everybody who answers has it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::Version;

/// How many look-up processes are heard; one is usual.
const SLOTS: u8 = 8;

/// How often a file is read again while waiting.
const PAUSE: Duration = Duration::from_millis(5);

fn file(folder: &Path, slot: u8) -> PathBuf {
    folder.join(format!("lookup-{slot}.published"))
}

/// The telling end, held by a look-up process.
#[derive(Debug)]
pub struct Announcer {
    file: File,
}

impl Announcer {
    /// Takes a file that nobody holds. From now on the console waits for this process.
    ///
    /// # Errors
    /// What the system says if the folder cannot be written, or that there are too many.
    pub fn new(folder: &Path) -> io::Result<Self> {
        for slot in 0..SLOTS {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .mode(0o600)
                .open(file(folder, slot))?;
            match file.try_lock() {
                Ok(()) => {
                    file.set_len(0)?;
                    return Ok(Self { file });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Err(io::Error::other(format!(
            "{SLOTS} look-up services use this data folder already; stop those that are not needed"
        )))
    }

    /// Tells that answers know everything up to this change.
    ///
    /// # Errors
    /// What the system says.
    pub fn announce(&mut self, version: Version) -> io::Result<()> {
        // Twice, so that a reader who comes in the middle can tell.
        let text = format!("{:020} {:020}\n", version.0, version.0);
        self.file.write_all_at(text.as_bytes(), 0)
    }
}

/// Whether answers know a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// No look-up process runs on this data folder, so Postfix gets no answers at all.
    NobodyAnswers,
    /// All of them do.
    Yes,
    /// Not yet.
    NotYet,
}

/// Whether all look-up processes on this data folder know this change.
///
/// # Errors
/// What the system says if a file is there and cannot be read.
pub fn published(folder: &Path, version: Version) -> io::Result<Published> {
    Ok(match all_know(folder)? {
        None => Published::NobodyAnswers,
        Some(known) if known >= version => Published::Yes,
        Some(_) => Published::NotYet,
    })
}

/// The last change that all look-up processes on this data folder know; none if there is no such
/// process.
///
/// # Errors
/// As for [`published`].
pub async fn known(folder: PathBuf) -> io::Result<Option<Version>> {
    let looked = tokio::task::spawn_blocking(move || all_know(&folder)).await;
    looked.map_err(io::Error::other)?
}

fn all_know(folder: &Path) -> io::Result<Option<Version>> {
    let mut all = None;
    for slot in 0..SLOTS {
        let file = match File::open(file(folder, slot)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            // Nobody's. The lock goes with the file.
            Ok(()) => continue,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // One that has not said anything yet does not even know that there is nothing.
        let known = read(&file)?.unwrap_or(Version(-1));
        all = Some(all.map_or(known, |all: Version| all.min(known)));
    }
    Ok(all)
}

/// Waits until all look-up processes know a change, but not for longer than `patience`.
///
/// # Errors
/// As for [`published`].
pub async fn wait(folder: &Path, version: Version, patience: Duration) -> io::Result<Published> {
    let until = tokio::time::Instant::now() + patience;
    loop {
        let folder = folder.to_owned();
        let looked = tokio::task::spawn_blocking(move || published(&folder, version)).await;
        let found = looked.map_err(io::Error::other)??;
        if found != Published::NotYet || tokio::time::Instant::now() >= until {
            return Ok(found);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn read(file: &File) -> io::Result<Option<Version>> {
    let mut bytes = [0; 42];
    match file.read_exact_at(&mut bytes, 0) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut numbers = text.split_whitespace().map(|n| n.parse::<i64>().ok());
    Ok(match (numbers.next(), numbers.next()) {
        (Some(Some(one)), Some(Some(two))) if one == two => Some(Version(one)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Announcer, Published, SLOTS, published, wait};
    use std::time::Duration;
    use store::Version;

    #[test]
    fn tells_what_the_last_of_them_knows() {
        let folder = tempfile::tempdir().unwrap();
        let now = |version| published(folder.path(), Version(version)).unwrap();
        assert_eq!(now(0), Published::NobodyAnswers);
        let mut one = Announcer::new(folder.path()).unwrap();
        assert_eq!(now(0), Published::NotYet, "it has read nothing");
        one.announce(Version(7)).unwrap();
        assert_eq!((now(7), now(8)), (Published::Yes, Published::NotYet));
        let mut two = Announcer::new(folder.path()).unwrap();
        two.announce(Version(5)).unwrap();
        assert_eq!((now(5), now(6)), (Published::Yes, Published::NotYet));
        drop(two);
        assert_eq!(now(7), Published::Yes, "who is gone is not waited for");
        drop(one);
        assert_eq!(now(7), Published::NobodyAnswers);
        let again = Announcer::new(folder.path()).unwrap();
        assert_eq!(
            now(7),
            Published::NotYet,
            "what its predecessor said is gone"
        );
        drop(again);
    }

    #[test]
    fn too_many_are_refused_with_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let held: Vec<_> = (0..SLOTS).map(|_| Announcer::new(folder.path())).collect();
        assert!(held.iter().all(Result::is_ok));
        let error = Announcer::new(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("8 look-up services"), "{error}");
    }

    #[tokio::test]
    async fn waits_until_it_is_told_and_no_longer_than_that() {
        let folder = tempfile::tempdir().unwrap();
        let mut announcer = Announcer::new(folder.path()).unwrap();
        announcer.announce(Version(1)).unwrap();
        let version = Version(2);
        let soon = wait(folder.path(), version, Duration::from_millis(20)).await;
        assert_eq!(soon.unwrap(), Published::NotYet);
        let path = folder.path().to_owned();
        let waiting =
            tokio::spawn(async move { wait(&path, version, Duration::from_mins(10)).await });
        announcer.announce(version).unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), Published::Yes);
    }
}
