//! What was typed to find entries of the history, as the history itself writes it.

use routing::{Domain, Host, NextHop, NextHops, Port};
use store::{By, HistoryFilter, HistoryPosition, HistoryQuery, Named, PageSize, Store};

/// What people call whoever sits at the machine itself.
pub(crate) const COMMAND_LINE: &str = app::plain::activity::COMMAND_LINE;

/// A person as the history names them; nothing if nothing was typed.
pub(crate) fn person(typed: &str) -> Option<String> {
    let name = typed.trim().to_lowercase();
    if name == COMMAND_LINE.to_lowercase() {
        return Some(By::LOCAL.to_owned());
    }
    (!name.is_empty()).then_some(name)
}

/// The filter, with the object that was typed: a domain in any spelling, a smart host with its port or
/// without, an account, each with `*` at the end for all whose names begin so.
///
/// # Errors
/// What the store says.
pub(crate) async fn with_object(
    store: &Store,
    filter: HistoryFilter,
    typed: &str,
) -> Result<HistoryFilter, store::Error> {
    let mut candidates = candidates(typed).into_iter().peekable();
    while let Some(name) = candidates.next() {
        let filter = HistoryFilter {
            name: Some(name),
            ..filter.clone()
        };
        // The last one is also what is said not to be there.
        if candidates.peek().is_none() || has_any(store, filter.clone()).await? {
            return Ok(filter);
        }
    }
    Ok(filter)
}

async fn has_any(store: &Store, filter: HistoryFilter) -> Result<bool, store::Error> {
    let query = HistoryQuery {
        filter,
        position: HistoryPosition::Newest,
        size: PageSize::new(1),
    };
    Ok(!store.history(query).await?.entries.is_empty())
}

/// What may be meant, the likeliest first; none if nothing was typed.
fn candidates(typed: &str) -> Vec<Named> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return Vec::new();
    }
    if typed.ends_with('*') {
        return vec![Named::typed(&typed)];
    }
    let dots = if typed.starts_with('.') { "." } else { "" };
    let domain = Domain::parse(typed.trim_start_matches('.'));
    let name = domain.map_or_else(|_| typed.clone(), |domain| format!("{dots}{domain}"));
    let mut candidates = vec![Named::Exactly(name)];
    if let Ok(host) = Host::parse(&typed) {
        // With whichever port.
        let hop = NextHop {
            host,
            port: Port::DEFAULT,
        };
        let hop = hop.to_string();
        let host = hop.trim_end_matches(|c: char| c.is_ascii_digit());
        candidates.push(Named::Beginning(host.to_owned()));
    } else if let Ok(hops) = typed.parse::<NextHops>()
        && hops.further().is_empty()
    {
        candidates.push(Named::Exactly(hops.first().to_string()));
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_in_any_case_and_the_command_line_by_its_name() {
        assert_eq!(person(" Anna ").as_deref(), Some("anna"));
        assert_eq!(person("The Command Line").as_deref(), Some(By::LOCAL));
        assert_eq!(person("local").as_deref(), Some("local"));
        assert_eq!(person(" "), None);
    }

    #[test]
    fn an_object_may_be_written_in_many_ways() {
        let exactly = |name: &str| Named::Exactly(name.to_owned());
        let beginning = |name: &str| Named::Beginning(name.to_owned());
        for (typed, meant) in [
            ("", vec![]),
            (
                "A.Example",
                vec![exactly("a.example"), beginning("[a.example]:")],
            ),
            (
                ".B\u{fc}cher.example",
                vec![exactly(".xn--bcher-kva.example")],
            ),
            ("B\u{dc}*", vec![beginning("b\u{fc}")]),
            (
                "127.0.0.1",
                vec![exactly("127.0.0.1"), beginning("[127.0.0.1]:")],
            ),
            (
                "mail.example.net:2525",
                vec![
                    exactly("mail.example.net:2525"),
                    exactly("[mail.example.net]:2525"),
                ],
            ),
            (
                "default domain routing",
                vec![exactly("default domain routing")],
            ),
        ] {
            assert_eq!(candidates(typed), meant, "{typed}");
        }
    }
}
