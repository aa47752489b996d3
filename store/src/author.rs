//! Who makes the changes of one transaction.

use std::{
    cell::{Cell, RefCell},
    ops::Deref,
};

use rusqlite::Transaction;

use crate::{
    By, Error, ObjectKind, RowId, Version,
    change::{self, Entry},
    history::{BatchKind, Hash, StateRef, Writer, head},
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
    /// What writes lines, while these are written instead of entries.
    batch: RefCell<Option<Writer>>,
}

impl Author {
    /// The author of what is changed in a transaction from now on.
    pub(crate) fn new(tx: &Transaction<'_>, by: &By) -> Result<Self, Error> {
        Ok(Self {
            by: by.clone(),
            act: change::next(tx)?,
            undoes: Cell::new(None),
            head: Cell::new(head(tx)?),
            batch: RefCell::new(None),
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

    /// The number that the next change will have.
    pub(crate) fn next(&self, tx: &Transaction<'_>) -> Result<Version, Error> {
        match &*self.batch.borrow() {
            Some(batch) => Ok(Version(batch.next())),
            None => change::next(tx),
        }
    }

    /// From now on all changes are lines of one batch, of rows of this list.
    pub(crate) fn begin_batch(
        &self,
        tx: &Transaction<'_>,
        what: BatchKind,
        kind: ObjectKind,
    ) -> Result<(), Error> {
        let first = change::next(tx)?.0;
        *self.batch.borrow_mut() = Some(Writer::new(what, kind, first));
        Ok(())
    }

    /// Writes a change as a line, if a batch is being written; returns whether it was.
    pub(crate) fn adds_line(
        &self,
        tx: &Transaction<'_>,
        of: (ObjectKind, RowId),
        name: &str,
        states: [Option<StateRef<'_>>; 2],
    ) -> Result<bool, Error> {
        match &mut *self.batch.borrow_mut() {
            Some(batch) => batch.push(tx, of, name, states).map(|()| true),
            None => Ok(false),
        }
    }

    /// Lets something else write lines of the batch; nothing if none is being written. It is to be given
    /// back before anything else is changed.
    pub(crate) fn lend_batch(&self) -> Option<Writer> {
        self.batch.take()
    }

    /// Takes the batch back.
    pub(crate) fn take_batch_back(&self, batch: Writer) {
        *self.batch.borrow_mut() = Some(batch);
    }

    /// Makes the lines that were written so far readable, and returns their numbers: the first, and the
    /// one that the next line will have.
    pub(crate) fn lines_so_far(&self, tx: &Transaction<'_>) -> Result<(i64, i64), Error> {
        match &mut *self.batch.borrow_mut() {
            Some(batch) => {
                batch.flush(tx)?;
                Ok((batch.first(), batch.next()))
            }
            None => Ok((self.act.0, self.act.0)),
        }
    }

    /// Writes the entry of the batch, under a name; nothing if it has no lines.
    pub(crate) fn end_batch(&self, tx: &Transaction<'_>, name: &str) -> Result<(), Error> {
        let Some(batch) = self.batch.take() else {
            return Ok(());
        };
        let (kind, version) = (batch.kind(), Version(batch.next()));
        let Some(batch) = batch.finish(tx)? else {
            return Ok(());
        };
        let after = serde_json::to_string(&batch)?;
        let entry = Entry {
            version,
            kind,
            object: RowId(0),
            name,
            before: None,
            after: Some(&after),
        };
        change::append(tx, self, &entry)
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
