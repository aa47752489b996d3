//! How many connections the system lets the process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than this is never needed: each entry of the table costs memory.
const MOST: u64 = 16 * 1024;

/// How many files and connections the process may have open, once it has asked for as many as it is
/// entitled to. Systems begin with 1024, for programs that cannot do with more.
pub(crate) fn open_at_most() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // No limit is more than enough.
    let wanted = maximum.unwrap_or(MOST).min(MOST);
    let mut granted = current.unwrap_or(MOST);
    if granted < wanted {
        let raised = Rlimit {
            current: Some(wanted),
            maximum,
        };
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => granted = wanted,
            Err(error) => tracing::warn!(%error, "no more files can be opened"),
        }
    }
    usize::try_from(granted).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_gets_what_it_is_entitled_to() {
        let files = open_at_most();
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        assert_eq!(current, Some(files as u64));
        assert!(files as u64 >= maximum.unwrap_or(MOST).min(MOST));
        assert_eq!(open_at_most(), files);
    }
}
