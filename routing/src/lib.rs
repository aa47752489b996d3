//! The vocabulary of mail routing: what a domain, a smart host, a port and a route are, which of two
//! rules wins, and how routes are written to and read from files.
//!
//! Everything here is pure and total: no input or output, no clock, no panics, whatever was typed.
//! A value of a type such as [`Domain`] can only be made by parsing, so whoever holds one need not
//! check it again. Every error displays as a sentence for the person who typed: what is wrong, and
//! what would be right.
//!
//! # Features
//! - `idna`: names beyond ASCII, by UTS #46, and the module `decision`, which must know them. Without
//!   it (the browser) such a name is answered with [`DomainError::NeedsServer`]; everything else is
//!   judged alike.
//! - `public-suffix`: [`Caution::PublicSuffix`].

mod account;
mod caution;
mod clash;
mod comment;
#[cfg(feature = "idna")]
pub mod decision;
mod domain;
mod enabled;
pub mod format;
mod host;
mod input;
mod managed;
mod name;
mod next_hop;
mod next_hops;
mod own;
mod pattern;
mod port;
pub mod postfix;
mod route;
mod scope;
mod smart_host;
#[cfg(test)]
mod strategies;
mod tls;
mod typed;

pub use account::{Account, Password, PasswordError, UserName, UserNameError};
pub use caution::{Caution, SpecialUse};
pub use clash::{Overlap, route_against_managed};
pub use comment::{Comment, CommentError};
pub use domain::{Domain, DomainError};
pub use format::{
    Ending, FileFormat, FileFormatError, FileReader, FileRow, Format, FormatError, LineError, List,
    Listed, Writer, managed_domain_line, parse_managed_domains, parse_routes, route_line,
};
pub use host::{Host, HostError, HostName, split_host_port};
pub use input::{Field, FieldError, Input};
pub use managed::ManagedDomain;
pub use next_hop::NextHop;
pub use next_hops::{NextHops, NextHopsError};
pub use own::{LoopError, Own};
pub use pattern::{Pattern, PatternError};
pub use port::{Port, PortError};
pub use route::Route;
pub use scope::{Scope, ScopeError};
pub use smart_host::{ListError, SmartHost, SmartHostError};
pub use tls::{TlsError, TlsKind, TlsName, TlsNameError, TlsPolicy};
pub use typed::{Typed, is_deceptive};
