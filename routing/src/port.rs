//! TCP ports.

use crate::name::is_digits;
use crate::typed::Typed;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

/// A TCP port, 1 to 65535. Serialises as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Port(NonZeroU16);

impl Port {
    /// 25, where mail servers listen for one another (RFC 5321 section 4.5.4.2).
    pub const DEFAULT: Self = Self(NonZeroU16::MIN.saturating_add(24));

    /// Reads ASCII digits, with white space around them.
    ///
    /// # Errors
    /// [`PortError`] says what is wrong, as a sentence.
    pub fn parse(typed: &str) -> Result<Self, PortError> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(PortError::Empty);
        }
        // `u16::from_str` alone would take a plus sign.
        if !is_digits(text) {
            return Err(PortError::NotDigits {
                typed: Typed::new(text),
            });
        }
        text.parse().map(Self).map_err(|_| PortError::OutOfRange {
            typed: Typed::new(text),
        })
    }

    /// Appends the number.
    pub(crate) fn push_to(self, out: &mut String) {
        out.push_str(&self.get().to_string());
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

/// 25.
impl Default for Port {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Port {
    type Err = PortError;

    fn from_str(typed: &str) -> Result<Self, PortError> {
        Self::parse(typed)
    }
}

impl TryFrom<u16> for Port {
    type Error = PortError;

    fn try_from(number: u16) -> Result<Self, PortError> {
        NonZeroU16::new(number)
            .map(Self)
            .ok_or_else(|| PortError::OutOfRange {
                typed: Typed::new("0"),
            })
    }
}

impl From<Port> for u16 {
    fn from(port: Port) -> Self {
        port.get()
    }
}

/// Why a text is no port. Displays as a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Nothing but white space.
    #[error("Type a port from 1 to 65535; 25 is usual.")]
    Empty,
    /// Something other than the digits 0 to 9.
    #[error("{typed} is no port. Type digits only, from 1 to 65535; 25 is usual.")]
    NotDigits {
        /// What was typed.
        typed: Typed,
    },
    /// 0, or more than 65535.
    #[error("{typed} is out of range. Type a port from 1 to 65535; 25 is usual.")]
    OutOfRange {
        /// What was typed.
        typed: Typed,
    },
}

#[cfg(test)]
mod tests {
    use super::{Port, PortError};
    use crate::strategies;
    use proptest::prelude::*;

    #[test]
    fn reads_digits_only() {
        assert_eq!(Port::DEFAULT.get(), 25);
        for (typed, number) in [
            ("1", 1),
            ("25", 25),
            (" 587\n", 587),
            ("0025", 25),
            ("65535", 65535),
        ] {
            assert_eq!(Port::parse(typed).map(Port::get), Ok(number), "{typed:?}");
        }
        for typed in ["", " "] {
            assert_eq!(Port::parse(typed), Err(PortError::Empty));
        }
        for typed in ["0", "00", "65536", "99999999999999999999"] {
            let error = Port::parse(typed).unwrap_err();
            assert!(matches!(error, PortError::OutOfRange { .. }), "{typed:?}");
        }
        for typed in [
            "+25", "-25", "25.0", "2 5", "0x19", "1e3", "２５", "٢٥", "smtp",
        ] {
            let error = Port::parse(typed).unwrap_err();
            assert!(matches!(error, PortError::NotDigits { .. }), "{typed:?}");
        }
    }

    #[test]
    fn errors_are_sentences() {
        for (typed, sentence) in [
            ("", "Type a port from 1 to 65535; 25 is usual."),
            (
                "x",
                r#""x" is no port. Type digits only, from 1 to 65535; 25 is usual."#,
            ),
            (
                "0",
                r#""0" is out of range. Type a port from 1 to 65535; 25 is usual."#,
            ),
        ] {
            assert_eq!(Port::parse(typed).unwrap_err().to_string(), sentence);
        }
    }

    #[test]
    fn serialises_as_a_number() {
        assert_eq!(serde_json::to_string(&Port::DEFAULT).unwrap(), "25");
        for json in ["0", "65536", "-1", "25.5", "\"25\""] {
            assert!(serde_json::from_str::<Port>(json).is_err(), "{json}");
        }
        assert!(Port::try_from(0).is_err());
    }

    proptest! {
        #[test]
        fn reads_what_it_displays(port in strategies::port()) {
            prop_assert_eq!(port.to_string().parse(), Ok(port));
            prop_assert_eq!(Port::try_from(u16::from(port)), Ok(port));
        }

        #[test]
        fn never_panics(typed in any::<String>()) {
            let _ = Port::parse(&typed);
        }
    }
}
