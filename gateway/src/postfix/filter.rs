//! The delivery status filter: faults of the configuration delay mail instead of bouncing it.
//!
//! A wrong host name, a loop, a missing or refused password are for an administrator to put right,
//! who needs time for it; by default Postfix returns the mail to its sender at once. See
//! `smtp_delivery_status_filter` in `postconf(5)` and `regexp_table(5)`.

/// The filter's file name, beside main.cf.
pub const FILE_NAME: &str = "smart-hosts-delivery-status";

/// The filter as a table of type `regexp`, which every Postfix has.
///
/// Postfix matches `STATUS TEXT`. What a smart host says itself follows `host NAME[ADDRESS] said:`;
/// of that, only refusals for want of a login are turned: 530, 534, 535 and 538 (RFC 4954 section
/// 6), so that a recipient who does not exist still bounces.
pub const CONTENTS: &str = r"# Written by: smart-hosts postfix config. See regexp_table(5).
# A fault of the configuration delays mail instead of returning it to its sender.
/^5(\.[0-9]+\.[0-9]+ host [^ ]+ said: 53[0458][ -].*)$/  4$1
/^5(\.[0-9]+\.[0-9]+ SASL authentication failed.*)$/  4$1
if !/ said: /
/^5(\.4\.[46] .*)$/  4$1
/^5(\.3\.0 unable to look up host .*)$/  4$1
endif
";

/// A status that the filter must turn into a delay, and what becomes of it. The doctor asks for it.
pub(super) const SAMPLE: (&str, &str) = (
    "5.4.4 Host or domain name not found. Name service error for name=smart.example type=A: Host not found",
    "4.4.4 Host or domain name not found. Name service error for name=smart.example type=A: Host not found",
);

/// The filter as options name it. `$config_directory` is Postfix's own word for the folder.
pub(super) fn table() -> String {
    format!("regexp:$config_directory/{FILE_NAME}")
}
