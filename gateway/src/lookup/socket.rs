//! The listening socket: taken from systemd, or opened.

#[cfg(test)]
mod tests;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// Owner and group may connect. The folder is setgid and of the group postfix, so the group of the
/// socket is that, although this program is not a member of it.
const MODE: u32 = 0o660;

/// Why there is no listening socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Somebody answers on it.
    #[error("A look-up service answers on {} already. Stop it first, or give another path.", path.display())]
    Answered {
        /// The socket.
        path: PathBuf,
    },
    /// Something that is no socket.
    #[error("{} is there and is no socket. Give another path.", path.display())]
    NoSocket {
        /// The path.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("The socket {} cannot be opened: {source}", path.display())]
    System {
        /// The path.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// What systemd passed on is no listening unix socket.
    #[error(
        "The socket that systemd passed on cannot be used: {0}. The socket unit needs one \
         ListenStream= with a path."
    )]
    Passed(io::Error),
}

/// The socket that systemd listens on for this process, if it does (`sd_listen_fds(3)`). It stays open
/// while this process is restarted, so that Postfix never finds the door shut.
///
/// Call it once, before other threads run: it takes the variables out of the environment's meaning
/// for later calls.
///
/// # Errors
/// [`SocketError::Passed`].
pub fn passed() -> Result<Option<UnixListener>, SocketError> {
    let listener = listenfd::ListenFd::from_env().take_unix_listener(0);
    let listener = listener.map_err(SocketError::Passed)?;
    if let Some(listener) = &listener {
        listener
            .set_nonblocking(true)
            .map_err(SocketError::Passed)?;
    }
    Ok(listener)
}

/// A socket that this process has opened; the file goes with it.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    inode: (u64, u64),
}

/// Opens a listening socket, in place of one that nobody answers on.
///
/// # Errors
/// [`SocketError`] says what is in the way.
pub fn open(path: &Path) -> Result<(UnixListener, Opened), SocketError> {
    refuse_what_is_there(path)?;
    let failed = |source| SocketError::System {
        path: path.to_owned(),
        source,
    };
    // Made beside it and moved into place, so that whoever finds it may connect.
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(name);
    if beside.symlink_metadata().is_ok() {
        fs::remove_file(&beside).map_err(failed)?;
    }
    let listener = UnixListener::bind(&beside).map_err(failed)?;
    let placed = fs::set_permissions(&beside, Permissions::from_mode(MODE))
        .and_then(|()| listener.set_nonblocking(true))
        .and_then(|()| beside.symlink_metadata())
        .and_then(|made| fs::rename(&beside, path).map(|()| (made.dev(), made.ino())));
    match placed {
        Ok(inode) => Ok((
            listener,
            Opened {
                path: path.to_owned(),
                inode,
            },
        )),
        Err(error) => {
            // Nothing is left behind; if that fails too, the first error tells more.
            let _ = fs::remove_file(&beside);
            Err(failed(error))
        }
    }
}

fn refuse_what_is_there(path: &Path) -> Result<(), SocketError> {
    let path_of = || path.to_owned();
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(SocketError::System {
                path: path_of(),
                source,
            });
        }
        Ok(there) if !there.file_type().is_socket() => {
            return Err(SocketError::NoSocket { path: path_of() });
        }
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound
            ) =>
        {
            Ok(())
        }
        // A full queue, or one that we may not join, is somebody's too.
        Ok(_) => Err(SocketError::Answered { path: path_of() }),
        Err(source) if source.kind() == io::ErrorKind::WouldBlock => {
            Err(SocketError::Answered { path: path_of() })
        }
        Err(source) => Err(SocketError::System {
            path: path_of(),
            source,
        }),
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // Another process may have put its own socket in the place.
        let ours = self
            .path
            .symlink_metadata()
            .is_ok_and(|there| (there.dev(), there.ino()) == self.inode);
        if ours {
            let _ = fs::remove_file(&self.path);
        }
    }
}
