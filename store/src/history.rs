//! The history: the log of changes as a whole, and what can be done with it.
//!
//! Looking into it is in [`page`], [`act`] and [`export`]; proving that it is whole in [`chain`] and
//! [`verify`]; entries that stand for many rows in [`batch`]; taking changes back in [`undo`] and [`restore`], which both say what rows are to become
//! ([`plan`]) and leave the writing and the rules to [`apply`].

mod accounts;
mod act;
mod apply;
mod batch;
mod chain;
mod difference;
mod export;
mod filter;
mod moment;
mod no_undo;
mod page;
mod person_words;
mod plan;
mod prune;
mod pruning;
mod restore;
mod setup;
mod spans;
mod tombstones;
mod undo;
mod undo_batch;
mod upgrade;
mod verify;
mod words;

pub use self::{
    act::Act,
    batch::{Batch, BatchKind, LinesPage, LinesQuery},
    chain::{Hash, HashError, Head},
    difference::{Counts, Difference, DifferencePage, DifferenceQuery, ObjectKey},
    filter::{HistoryFilter, Named},
    moment::Moment,
    no_undo::NoUndo,
    page::{HistoryPage, HistoryPosition, HistoryQuery},
    restore::{Restore, Restored},
    undo::Undone,
    verify::{Broken, Verdict, Verified},
    words::Detail,
};
pub(crate) use self::{
    batch::{
        StagedRoute, State, StateRef, Writer, at_of, each, each_in, first_since, header_of,
        last_of, line,
    },
    chain::{Fields, head, start},
    pruning::record_start,
    tombstones::left,
    upgrade::chain_up,
    words::details as details_of,
};
