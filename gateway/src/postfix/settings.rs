//! What varies between installations.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What varies between installations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The folder of main.cf and master.cf; `None` for Postfix's own choice (`postconf -c`).
    pub config_dir: Option<PathBuf>,
    /// Where the look-up service listens, below Postfix's queue directory.
    pub socket: SocketPath,
    /// The system user that runs the look-up service and so owns the socket's folder.
    pub owner: UserName,
    /// Where our table stands among the administrator's `transport_maps`.
    pub place: Place,
    /// The authorities by whose certificates smart hosts are verified: PEM, one file.
    pub ca_file: PathBuf,
}

impl Default for Settings {
    /// Those of Debian.
    fn default() -> Self {
        Self {
            config_dir: None,
            socket: SocketPath("smart-hosts/lookup.sock".to_owned()),
            owner: UserName("smart-hosts".to_owned()),
            place: Place::First,
            ca_file: PathBuf::from("/etc/ssl/certs/ca-certificates.crt"),
        }
    }
}

/// Where our table stands among the administrator's `transport_maps`. Postfix asks them in order,
/// and the first that has an answer wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Before them, so that what the console shows is what happens.
    #[default]
    First,
    /// After them, so that their entries for whole addresses, and their regexp tables, win.
    Last,
}

/// A setting that cannot be. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The socket's path is not one below the queue directory.
    #[error(
        "{0:?} is no path below Postfix's queue directory. Write a folder and a name, such as \
         smart-hosts/lookup.sock: every part of Postfix reaches that, in a chroot or not."
    )]
    Socket(String),
    /// The name is no user's.
    #[error(
        "{0:?} is no user name. Write the system user that runs the look-up service, such as smart-hosts."
    )]
    User(String),
}

/// The path of a unix socket relative to Postfix's queue directory, such as
/// `smart-hosts/lookup.sock`: a folder of its own, whose rights can be set, and a name in it.
///
/// Relative, because daemons in a chroot and outside of it then mean the same socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketPath(String);

/// `sun_path` of unix(7) takes 107 bytes, the queue directory included.
const LONGEST: usize = 80;

impl SocketPath {
    /// The path as Postfix's tables name it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder of the socket, in a queue directory.
    #[must_use]
    pub fn folder_in(&self, queue_directory: &Path) -> PathBuf {
        let folder = self.0.rsplit_once('/').map_or("", |(folder, _)| folder);
        queue_directory.join(folder)
    }

    /// The socket, in a queue directory.
    #[must_use]
    pub fn socket_in(&self, queue_directory: &Path) -> PathBuf {
        queue_directory.join(&self.0)
    }
}

impl FromStr for SocketPath {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let part_is_sound = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let sound =
            text.len() <= LONGEST && text.contains('/') && text.split('/').all(part_is_sound);
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(SettingsError::Socket(text.chars().take(200).collect()))
        }
    }
}

impl fmt::Display for SocketPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a system user, as useradd(8) has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, SettingsError> {
        let first = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let rest = |b: u8| first(b) || b == b'-' || b == b'.';
        let sound =
            text.len() <= 32 && text.bytes().next().is_some_and(first) && text.bytes().all(rest);
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(SettingsError::User(text.chars().take(200).collect()))
        }
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_lies_in_a_folder_below_the_queue_directory() {
        for good in ["smart-hosts/lookup.sock", "a/b/c"] {
            assert_eq!(good.parse::<SocketPath>().unwrap().as_str(), good);
        }
        let long = format!("a/{}", "b".repeat(LONGEST));
        for bad in [
            "",
            "lookup.sock",
            "/var/run/x",
            "a/../b",
            "a//b",
            "a/b:c",
            "a/b c",
            "a/$b",
            "a/",
            &long,
        ] {
            let error = bad.parse::<SocketPath>().unwrap_err().to_string();
            assert!(error.contains("smart-hosts/lookup.sock"), "{error}");
        }
        let socket = Settings::default().socket;
        assert_eq!(
            socket.folder_in(Path::new("/q")),
            Path::new("/q/smart-hosts")
        );
        assert_eq!(
            socket.socket_in(Path::new("/q")),
            Path::new("/q/smart-hosts/lookup.sock")
        );
    }

    #[test]
    fn a_user_name_is_no_option_and_no_script() {
        for good in ["smart-hosts", "_x", "www-data", "1000"] {
            assert!(good.parse::<UserName>().is_ok(), "{good}");
        }
        for bad in ["", "-o", "a b", "a;b", "ü", &"a".repeat(33)] {
            assert!(bad.parse::<UserName>().is_err(), "{bad}");
        }
    }
}
