//! Where mail goes next, and where it goes if that fails.

#[cfg(test)]
mod tests;

use crate::host::{Host, HostError, split_host_port};
use crate::next_hop::NextHop;
use crate::port::{Port, PortError};
use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Next hops in the order in which they are tried: 1 to 8, each different.
///
/// Displays as `[host]:port, [host2]:port2`, Postfix's form (transport(5), "RESULT FORMAT"; several
/// since Postfix 3.5). Serialises as a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<NextHop>", into = "Vec<NextHop>")]
pub struct NextHops {
    first: NextHop,
    further: Box<[NextHop]>,
}

impl NextHops {
    /// The most next hops that a list may have. Each that does not answer holds a message up for
    /// half a minute (postconf(5) `smtp_connect_timeout`), so a longer list helps nobody.
    pub const MAX: usize = 8;

    /// A list of a first next hop and others to try after it.
    ///
    /// # Errors
    /// [`NextHopsError::TooMany`], [`NextHopsError::Twice`].
    pub fn new(first: NextHop, further: Vec<NextHop>) -> Result<Self, NextHopsError> {
        if further.len() >= Self::MAX {
            return Err(NextHopsError::TooMany {
                count: further.len() + 1,
            });
        }
        let hops = Self {
            first,
            further: further.into(),
        };
        let twice = |(index, hop): (usize, &NextHop)| hops.iter().take(index).any(|h| h == hop);
        if let Some((_, hop)) = hops.iter().enumerate().find(|&entry| twice(entry)) {
            return Err(NextHopsError::Twice {
                next_hop: Box::new(hop.clone()),
            });
        }
        Ok(hops)
    }

    /// Reads the form in which it displays, and what people write: hosts with or without brackets,
    /// between commas or white space, without a port for 25. Nothing is `None`.
    ///
    /// # Errors
    /// [`NextHopsError`] says what is wrong with the first that cannot be, as a sentence.
    pub fn parse(typed: &str) -> Result<Option<Self>, NextHopsError> {
        let mut hops = parse_all(typed)?.into_iter();
        let Some(first) = hops.next() else {
            return Ok(None);
        };
        Self::new(first, hops.collect()).map(Some)
    }

    /// The one that is tried first.
    #[must_use]
    pub const fn first(&self) -> &NextHop {
        &self.first
    }

    /// Those that are tried after it, in this order.
    #[must_use]
    pub fn further(&self) -> &[NextHop] {
        &self.further
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &NextHop> + Clone {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// How many there are: 1 to [`NextHops::MAX`].
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "a list of next hops is never empty"
    )]
    pub fn len(&self) -> usize {
        self.further.len() + 1
    }
}

/// Reads next hops, none included.
pub(crate) fn parse_all(typed: &str) -> Result<Vec<NextHop>, NextHopsError> {
    let parts = typed.split([',', ' ', '\t', '\r', '\n']);
    parts
        .filter(|part| !part.is_empty())
        .map(parse_one)
        .collect()
}

fn parse_one(typed: &str) -> Result<NextHop, NextHopsError> {
    let (host, port) = split_host_port(typed);
    let host = Host::parse(host).map_err(|error| NextHopsError::Host {
        typed: Typed::new(typed),
        error,
    })?;
    let port = port.map_or(Ok(Port::DEFAULT), Port::parse);
    let port = port.map_err(|error| NextHopsError::Port {
        typed: Typed::new(typed),
        error,
    })?;
    Ok(NextHop { host, port })
}

impl From<NextHop> for NextHops {
    fn from(first: NextHop) -> Self {
        Self {
            first,
            further: Box::default(),
        }
    }
}

impl TryFrom<Vec<NextHop>> for NextHops {
    type Error = NextHopsError;

    fn try_from(hops: Vec<NextHop>) -> Result<Self, NextHopsError> {
        let mut hops = hops.into_iter();
        let first = hops.next().ok_or(NextHopsError::Empty)?;
        Self::new(first, hops.collect())
    }
}

impl From<NextHops> for Vec<NextHop> {
    fn from(hops: NextHops) -> Self {
        std::iter::once(hops.first).chain(hops.further).collect()
    }
}

impl FromStr for NextHops {
    type Err = NextHopsError;

    fn from_str(typed: &str) -> Result<Self, NextHopsError> {
        Self::parse(typed)?.ok_or(NextHopsError::Empty)
    }
}

impl fmt::Display for NextHops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.further
            .iter()
            .try_for_each(|next_hop| write!(f, ", {next_hop}"))
    }
}

/// Why there is no list of next hops. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NextHopsError {
    /// Nothing at all.
    #[error("Type a host and a port, such as mail.example.net:25.")]
    Empty,
    /// More than [`NextHops::MAX`].
    #[error(
        "{count} hosts are too many. At most {} are possible, the first one included.",
        NextHops::MAX
    )]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// One of them again.
    #[error("{next_hop} is in the list twice. Keep one.")]
    Twice {
        /// Which one.
        next_hop: Box<NextHop>,
    },
    /// A host cannot be.
    #[error("{typed}: {error}")]
    Host {
        /// What was typed.
        typed: Typed,
        /// What is wrong with it.
        error: HostError,
    },
    /// A port cannot be.
    #[error("{typed}: {error}")]
    Port {
        /// What was typed.
        typed: Typed,
        /// What is wrong with it.
        error: PortError,
    },
}
