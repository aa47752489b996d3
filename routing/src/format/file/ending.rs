//! What is known of a file once all of it has been read.

use super::super::List;

/// What is known of a file once all of it has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub(super) list: List,
    /// How many rows there were, whether they could be read or not.
    pub rows: u64,
    /// How many rows the file itself says it has; nothing if it does not say.
    pub announced: Option<u64>,
}

impl Ending {
    /// Why the file may not name all that it was meant to name, as a sentence: whoever replaces a list by
    /// it would remove the rest.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        match self.announced {
            Some(announced) if announced > self.rows => Some(format!(
                "The file says that it has {}, and {} were read: it may have been cut off.",
                self.list.counted(announced),
                self.rows
            )),
            _ if self.rows == 0 => Some(format!(
                "The file names no {}.",
                self.list.counted(2).trim_start_matches("2 ")
            )),
            _ => None,
        }
    }
}
