//! Who makes the changes of one transaction.

use std::{cell::Cell, ops::Deref};

use rusqlite::Transaction;

use crate::{
    By, Error, Version, change,
    history::{Hash, head},
};

/// Who makes the changes of one transaction, and what these have in common: together they are one
/// act.
pub(crate) struct Author {
    by: By,
    /// The number of the first change.
    act: Version,
    /// The change that is being taken back.
    undoes: Cell<Option<i64>>,
    /// The hash of the last change. Nobody else writes meanwhile.
    head: Cell<Hash>,
}

impl Author {
    /// The author of what is changed in a transaction from now on.
    pub(crate) fn new(tx: &Transaction<'_>, by: &By) -> Result<Self, Error> {
        Ok(Self {
            by: by.clone(),
            act: change::next(tx)?,
            undoes: Cell::new(None),
            head: Cell::new(head(tx)?),
        })
    }

    /// The number of the act: of its first change, should there be one.
    pub(crate) fn act(&self) -> Version {
        self.act
    }

    /// The number of the act; nothing if nothing was changed.
    pub(crate) fn done(&self, tx: &Transaction<'_>) -> Result<Option<i64>, Error> {
        Ok((change::latest(tx)? >= self.act).then_some(self.act.0))
    }

    /// From now on this change is taken back, or none.
    pub(crate) fn takes_back(&self, change: Option<i64>) {
        self.undoes.set(change);
    }

    pub(crate) fn undoes(&self) -> Option<i64> {
        self.undoes.get()
    }

    pub(crate) fn head(&self) -> Hash {
        self.head.get()
    }

    pub(crate) fn moves_head(&self, to: Hash) {
        self.head.set(to);
    }
}

impl Deref for Author {
    type Target = By;

    fn deref(&self) -> &By {
        &self.by
    }
}
