//! The machine, as far as Postfix's configuration is concerned.

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How much of a command's output is kept; `postconf` prints about 60 KiB.
const LONGEST_OUTPUT: u64 = 4 << 20;

/// How often a command is looked at for its end.
const POLL: Duration = Duration::from_millis(3);

/// What a command did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// The exit code; `None` if a signal ended it, or if it was ended because its time was up.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether it was ended because its time was up.
    pub timed_out: bool,
}

impl Ran {
    /// Whether it ended with code 0.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.code == Some(0)
    }
}

/// What kind of file something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A unix socket.
    Socket,
    /// Anything else.
    Other,
}

/// What is known of a file without opening it; symbolic links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Its kind.
    pub kind: FileKind,
    /// Its permission bits, set-id bits included: `0o2750`.
    pub mode: u32,
    /// Its owner's number.
    pub uid: u32,
    /// Its group's number.
    pub gid: u32,
    /// Its size in bytes.
    pub size: u64,
}

/// The machine, as far as Postfix's configuration is concerned: [`Host`], or a recording in tests.
pub trait System {
    /// Runs a command in a folder (the present one if `None`), for at most `limit`.
    ///
    /// # Errors
    /// If it cannot be started.
    fn run(&self, words: &[&str], folder: Option<&Path>, limit: Duration) -> io::Result<Ran>;

    /// What is known of a file.
    ///
    /// # Errors
    /// If it is not there, or a folder above it may not be searched.
    fn facts(&self, path: &Path) -> io::Result<FileFacts>;

    /// The text of a small file.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self, path: &Path) -> io::Result<String>;

    /// The names in a folder.
    ///
    /// # Errors
    /// If it cannot be read.
    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>>;
}

/// This machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

impl System for Host {
    fn run(&self, words: &[&str], folder: Option<&Path>, limit: Duration) -> io::Result<Ran> {
        let Some((program, arguments)) = words.split_first() else {
            return Err(io::Error::other("there is no command"));
        };
        let mut command = Command::new(program);
        command
            .args(arguments)
            // Postfix's programs live where an administrator's PATH looks and a user's does not.
            .env("PATH", search_path())
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        let started = Instant::now();
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().map(collect);
        let stderr = child.stderr.take().map(collect);
        let mut timed_out = false;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if started.elapsed() >= limit {
                timed_out = true;
                child.kill()?;
                break child.wait()?;
            }
            thread::sleep(POLL);
        };
        let elapsed = started.elapsed();
        Ok(Ran {
            code: if timed_out { None } else { status.code() },
            stdout: text_of(stdout),
            stderr: text_of(stderr),
            elapsed,
            timed_out,
        })
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        let found = fs::metadata(path)?;
        let kind = found.file_type();
        Ok(FileFacts {
            kind: if kind.is_file() {
                FileKind::File
            } else if kind.is_dir() {
                FileKind::Folder
            } else if kind.is_socket() {
                FileKind::Socket
            } else {
                FileKind::Other
            },
            mode: found.mode() & 0o7777,
            uid: found.uid(),
            gid: found.gid(),
            size: found.size(),
        })
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        let mut bytes = Vec::new();
        fs::File::open(path)?
            .take(LONGEST_OUTPUT)
            .read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }
}

/// A machine that is asked until a moment, and from then on has no answers.
pub(super) struct Until<'a, S> {
    pub(super) system: &'a S,
    pub(super) end: Instant,
}

impl<S: System> System for Until<'_, S> {
    fn run(&self, words: &[&str], folder: Option<&Path>, limit: Duration) -> io::Result<Ran> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Ran {
                timed_out: true,
                ..Ran::default()
            });
        }
        self.system.run(words, folder, limit.min(left))
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        self.system.facts(path)
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        self.system.read(path)
    }

    fn names_in(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.system.names_in(folder)
    }
}

fn search_path() -> String {
    let own = std::env::var("PATH").unwrap_or_default();
    format!("{own}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin")
}

type Collector = thread::JoinHandle<String>;

/// Reads a pipe beside the waiting, or a command with much to say would never end.
fn collect(mut pipe: impl Read + Send + 'static) -> Collector {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error still helps.
        let _ = pipe.by_ref().take(LONGEST_OUTPUT).read_to_end(&mut bytes);
        let _ = io::copy(&mut pipe, &mut io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn text_of(collector: Option<Collector>) -> String {
    collector
        .and_then(|reading| reading.join().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn a_command_is_heard() {
        let ran = Host
            .run(
                &["sh", "-c", "pwd; echo no >&2; exit 3"],
                Some(Path::new("/")),
                LONG,
            )
            .unwrap();
        assert_eq!(
            (ran.code, &*ran.stdout, &*ran.stderr),
            (Some(3), "/\n", "no\n")
        );
        assert!(!ran.succeeded() && !ran.timed_out);
        assert!(Host.run(&["/no/such/program"], None, LONG).is_err());
        assert!(Host.run(&[], None, LONG).is_err());
    }

    #[test]
    fn a_command_with_much_to_say_comes_to_its_end() {
        let ran = Host
            .run(
                &["sh", "-c", "head -c 9000000 /dev/zero | tr '\\0' x"],
                None,
                LONG,
            )
            .unwrap();
        assert!(ran.succeeded());
        assert_eq!(ran.stdout.len() as u64, LONGEST_OUTPUT);
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let ran = Host
            .run(&["sleep", "600"], None, Duration::from_millis(20))
            .unwrap();
        assert!(ran.timed_out);
        assert_eq!(ran.code, None);
    }

    #[test]
    fn after_the_end_nothing_is_started() {
        let late = Until {
            system: &Host,
            end: Instant::now(),
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        let path = file.to_str().unwrap();
        assert!(late.run(&["touch", path], None, LONG).unwrap().timed_out);
        assert!(!file.exists());
        let in_time = Until {
            system: &Host,
            end: Instant::now() + LONG,
        };
        assert!(
            in_time
                .run(&["touch", path], None, LONG)
                .unwrap()
                .succeeded()
        );
        assert!(in_time.facts(&file).is_ok());
    }

    #[test]
    fn files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::fs::write(folder.path().join("file"), "text").unwrap();
        assert_eq!(Host.facts(&socket).unwrap().kind, FileKind::Socket);
        assert_eq!(Host.facts(folder.path()).unwrap().kind, FileKind::Folder);
        assert_eq!(Host.facts(&folder.path().join("file")).unwrap().size, 4);
        assert_eq!(Host.read(&folder.path().join("file")).unwrap(), "text");
        assert!(Host.facts(&folder.path().join("none")).is_err());
        let mut names = Host.names_in(folder.path()).unwrap();
        names.sort();
        assert_eq!(names, ["file", "socket"]);
    }
}
