//! The settings of smart hosts: the list of them, one smart host's form, and the question before its
//! settings are forgotten.

mod delete;
mod edit;
mod last_test;
mod list;
mod parts;

pub use delete::{Delete, delete_page};
pub use edit::{Edit, SettingsForm, edit_page};
pub use list::{List, Opened, list_page};

use leptos::prelude::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use routing::NextHop;

use crate::plain::Frame;
use crate::shell::Section;
use crate::wire;

/// The path of the list.
pub const SETTINGS_PATH: &str = "/smtp/smart-host-settings";
/// The path of one smart host's settings; `host` and `port` in the query say which.
pub const EDIT_PATH: &str = "/smtp/smart-host-settings/edit";
/// The path of the question before its settings are forgotten; the query as for [`EDIT_PATH`].
pub const DELETE_PATH: &str = "/smtp/smart-host-settings/delete";

/// How many of the routes that use a smart host are named.
pub const NAMED: u32 = 20;

/// The page that says why none of the others could be shown.
#[must_use]
pub fn failed_page(frame: &Frame, why: &str) -> String {
    frame.page(Section::SmartHostSettings, "", || {
        view! {
            <section class="panel panel-failed" role="alert">
                <h2>"The settings could not be read"</h2>
                <p>{why.to_owned()}</p>
                <a class="button" href=SETTINGS_PATH>"Try again"</a>
            </section>
        }
        .into_any()
    })
}

/// A path with a query.
#[must_use]
pub fn href(path: &str, query: &[(&str, &str)]) -> String {
    let pairs = query
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The address of a page about one smart host, with more in its query.
#[must_use]
pub fn href_of(path: &str, of: &NextHop, more: &[(&str, &str)]) -> String {
    let (host, port) = (of.host.to_string(), of.port.to_string());
    let mut query = vec![("host", host.as_str()), ("port", port.as_str())];
    query.extend(more);
    href(path, &query)
}

/// A smart host in words: `mail.example.net, port 587`.
#[must_use]
pub fn name(of: &NextHop) -> String {
    let unicode = of.host.to_unicode();
    wire::next_hop(&of.host.to_string(), unicode.as_deref(), of.port.get())
}

#[cfg(test)]
mod tests {
    use routing::{Host, Port};

    use super::*;

    fn hop(host: &str) -> NextHop {
        NextHop {
            host: Host::parse(host).unwrap(),
            port: Port::parse("587").unwrap(),
        }
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(href("/x", &[]), "/x");
        assert_eq!(
            href("/x", &[("q", "a&b=c #ü")]),
            "/x?q=a%26b%3Dc%20%23%C3%BC"
        );
        let of = href_of(EDIT_PATH, &hop("2001:db8::1"), &[("done", "saved")]);
        let query = "host=2001%3Adb8%3A%3A1&port=587&done=saved";
        assert_eq!(of, format!("{EDIT_PATH}?{query}"));
    }

    #[test]
    fn a_name_is_told_in_both_forms() {
        assert_eq!(name(&hop("mail.example.net")), "mail.example.net, port 587");
        assert_eq!(
            name(&hop("bücher.example")),
            "bücher.example (xn--bcher-kva.example), port 587"
        );
    }
}
