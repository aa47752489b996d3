//! Reading what was typed into the forms of server-written pages.

use app::plain::form::Wrong;
use routing::{Field, Input, NextHop, Port};

/// What stands beside a field whose content was not kept while somebody signed in.
pub(super) const TYPE_AGAIN: &str =
    "It was not kept while you signed in, and nothing was changed. Type it again.";

/// The smart host that was typed: host and port, or both in the field for the host. Without a port
/// it is the usual one.
pub(super) fn next_hop(host: &str, port: &str, wrongs: &mut Vec<Wrong>) -> Option<NextHop> {
    if host.trim().is_empty() {
        wrongs.push(wrong(
            "host",
            &"Type the host name or IP address of a smart host, such as mail.example.net.",
        ));
        return None;
    }
    let input = Input {
        relay_host: host.to_owned(),
        relay_port: if port.is_empty() {
            Port::DEFAULT.to_string()
        } else {
            port.to_owned()
        },
        ..Input::default()
    };
    input.next_hop().unwrap_or_else(|errors| {
        wrongs.extend(errors.into_iter().map(|error| {
            let field = if error.field == Field::Port {
                "port"
            } else {
                "host"
            };
            wrong(field, &error.message)
        }));
        None
    })
}

/// The value, or nothing and what is wrong with the field.
pub(super) fn keep<T, E: ToString>(
    read: Result<T, E>,
    field: &'static str,
    wrongs: &mut Vec<Wrong>,
) -> Option<T> {
    read.map_err(|error| wrongs.push(wrong(field, &error))).ok()
}

/// What is wrong with a field.
pub(super) fn wrong(field: &'static str, message: &impl ToString) -> Wrong {
    Wrong {
        field,
        message: message.to_string(),
    }
}
