//! Writing without the schema's CHECKs, which take half of the time that a row takes to be written: the
//! types of what is written hold to the same rules, and more, and each value was read through them in
//! this very transaction, or when it was put aside where nobody else can write.

use rusqlite::Transaction;

use crate::Error;

/// A connection that is not held to the CHECKs of the schema until this goes. Whatever else the schema
/// says holds.
pub(super) struct Unchecked<'a>(&'a Transaction<'a>);

impl<'a> Unchecked<'a> {
    pub(super) fn begin(tx: &'a Transaction<'a>) -> Result<Self, Error> {
        let unchecked = Self(tx);
        unchecked.set(true)?;
        Ok(unchecked)
    }

    /// Lets the CHECKs hold again.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.set(false)
    }

    fn set(&self, ignored: bool) -> Result<(), Error> {
        Ok(self
            .0
            .pragma_update(None, "ignore_check_constraints", ignored)?)
    }
}

impl Drop for Unchecked<'_> {
    fn drop(&mut self) {
        // A flag of the connection: nothing is written, so nothing fails.
        let _ = self.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open;

    #[test]
    fn the_checks_hold_again_afterwards_whatever_happens() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("smart-hosts.db");
        let mut connection = open::open(&path).expect("a new database");
        let tx = connection.transaction().expect("a transaction");
        let wrong = |domain: &str, id: i64| {
            let sql = "INSERT INTO managed_domains (domain, comment, id, version)
                       VALUES (?, '', ?, ?)";
            tx.execute(sql, (domain, id, id)).is_ok()
        };
        assert!(!wrong("-.example", 1));
        let unchecked = Unchecked::begin(&tx).expect("no checks");
        assert!(wrong("-.example", 1));
        unchecked.finish().expect("checks");
        assert!(!wrong("-a.example", 2));
        // As where an error ends it.
        drop(Unchecked::begin(&tx).expect("no checks"));
        assert!(!wrong("-b.example", 3));
    }
}
