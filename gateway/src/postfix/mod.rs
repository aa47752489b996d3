//! The Postfix that asks us: what its configuration must say, and whether it does.
//!
//! - [`Plan`] is what must change in main.cf and master.cf, as commands that an administrator can
//!   copy; [`apply()`] runs the very same ones, with a backup to which [`undo()`] goes back.
//! - [`examine`] is the doctor: it reads the live configuration through postconf(1), asks the tables
//!   through postmap(1), and says what is wrong and which command puts it right. [`ask`] does so for
//!   one address.
//!
//! Nothing here starts, stops or reloads Postfix.

mod apply;
mod backup;
mod doctor;
pub mod filter;
mod identity;
mod list;
mod live;
mod plan;
mod service;
mod settings;
mod shell;
mod system;
mod table;
#[cfg(test)]
mod testing;
mod undo;

pub use apply::{Applied, ApplyError, apply};
pub use backup::{Backup, BackupError};
pub use doctor::{
    Answer, AnswerSample, Check, Examination, Expected, NextHopSample, Outcome, Report, Standing,
    Wanted, WantedHop, ask, examine, look,
};
pub use identity::{Identity, identity};
pub use live::{Live, LiveError};
pub use plan::{Plan, PlanError, Step};
pub use settings::{Place, Settings, SettingsError, SocketPath, UserName};
pub use shell::quoted;
pub use system::{FileFacts, FileKind, Host, Ran, System};
pub use table::Map;
pub use undo::{UndoError, Undone, undo};
