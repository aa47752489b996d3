//! The history: the log of changes as a whole, and what can be done with it.
//!
//! Looking into it is in [`page`], [`act`] and [`export`]; proving that it is whole in [`chain`] and
//! [`verify`]; taking changes back in [`undo`] and [`restore`], which both say what rows are to become
//! ([`plan`]) and leave the writing and the rules to [`apply`].

mod accounts;
mod act;
mod apply;
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
mod tombstones;
mod undo;
mod upgrade;
mod verify;
mod words;

pub use self::{
    act::Act,
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
    chain::{Fields, head, start},
    pruning::record_start,
    upgrade::chain_up,
};
