//! The words in which rows and changes are spoken of.

use routing::{Domain, ListError, NextHop, NextHops, Pattern, Route, Scope};
use serde::Deserialize;
use serde_json::Value;

use crate::{Action, By, Change, Existing, ObjectKind, RowId, Stored, Timestamp};

/// The name as people read it and, where that differs, as it is stored.
pub(crate) fn domain(domain: &Domain) -> String {
    match domain.to_unicode() {
        Some(unicode) => format!("{unicode} ({domain})"),
        None => domain.to_string(),
    }
}

/// Where mail goes: a host in the forms that [`domain`] has, and its port.
pub(crate) fn hop(hop: &NextHop) -> String {
    let NextHop { host, port } = hop;
    match host.to_unicode() {
        Some(unicode) => format!("{unicode} ({host}), port {port}"),
        None => format!("{host}, port {port}"),
    }
}

/// The hosts of a route, in the order in which they are tried.
pub(crate) fn hops(hops: &NextHops) -> String {
    hops.iter().map(hop).collect::<Vec<_>>().join("; ")
}

/// The names that a route applies to.
pub(crate) fn pattern(pattern: &Pattern) -> String {
    let name = domain(&pattern.domain);
    match pattern.scope {
        Scope::Domain => name,
        Scope::Subdomains => format!("subdomains of {name}"),
        Scope::Both => format!("{name} and its subdomains"),
    }
}

pub(crate) fn name_of(row: &Existing) -> String {
    match row {
        Existing::Route(row) => pattern(&row.value.pattern),
        Existing::ManagedDomain(row) => domain(&row.value.domain),
    }
}

pub(crate) fn exists(row: &Existing) -> String {
    match row {
        Existing::Route(row) => format!(
            "There is already a route for {}, to {}. Edit that one instead.",
            pattern(&row.value.pattern),
            hops(&row.value.next_hops)
        ),
        Existing::ManagedDomain(row) => format!(
            "{} is already a managed domain. Edit that one instead.",
            domain(&row.value.domain)
        ),
    }
}

pub(crate) fn routed(row: &Stored<Route>) -> String {
    let Pattern { domain, scope } = &row.value.pattern;
    let way_out = match scope {
        Scope::Both => "Limit the route to subdomains or delete it first.",
        Scope::Domain | Scope::Subdomains => "Delete the route first.",
    };
    format!(
        "{} is a smart host route (to {}), so it cannot be a managed domain. {way_out}",
        self::domain(domain),
        hops(&row.value.next_hops)
    )
}

pub(crate) fn gone(change: Option<&Change>) -> String {
    match change {
        Some(change) => format!("{} Nothing was changed.", meanwhile(change)),
        None => "This row does not exist. Nothing was changed. Look at the list again.".to_owned(),
    }
}

/// What someone else did meanwhile, as one or two sentences.
pub(crate) fn meanwhile(change: &Change) -> String {
    done(change, "meanwhile")
}

/// What was done, and when as an adverb says it, as one or two sentences.
pub(crate) fn done(change: &Change, when: &str) -> String {
    let object = object(change);
    let who = who(&change.actor);
    match change.action() {
        Action::Added => format!("{who} added {object} {when}."),
        Action::Deleted => format!("{who} deleted {object} {when}."),
        Action::Edited => match &*differences(change).join(", ") {
            "" => format!("{who} changed {object} {when}."),
            differences => format!("{who} changed {object} {when}: {differences}."),
        },
    }
}

/// The author of a change, as a sentence begins with it.
fn who(actor: &str) -> &str {
    if actor == By::LOCAL { "Someone" } else { actor }
}

/// The object of a change with its name: `the route .example.com`.
fn object(change: &Change) -> String {
    let value = change.after.as_ref().or(change.before.as_ref());
    let field = |name| value?.get(name)?.as_str();
    let name = field("domain").unwrap_or("without a name");
    match change.kind {
        ObjectKind::Route if field("scope") == Some("subdomains") => format!("the route .{name}"),
        ObjectKind::Route => format!("the route {name}"),
        ObjectKind::ManagedDomain => format!("the managed domain {name}"),
        ObjectKind::DefaultRouting => "the default domain routing".to_owned(),
        ObjectKind::SmartHost => match value.map(NextHop::deserialize) {
            Some(Ok(of)) => format!("the smart host {}", hop(&of)),
            _ => "a smart host".to_owned(),
        },
        ObjectKind::Tombstone => format!("the removed route {name}"),
        ObjectKind::User => match field("name") {
            Some(name) => format!("the account {name}"),
            None => "an account".to_owned(),
        },
        ObjectKind::Settings => "the settings".to_owned(),
        ObjectKind::SignIn => "a sign-in".to_owned(),
        ObjectKind::History => "the history".to_owned(),
    }
}

fn differences(change: &Change) -> Vec<String> {
    let field = |value: &Option<Value>, name| value.as_ref()?.get(name).cloned();
    let mut differences = Vec::new();
    let password = |value| field(value, "password_set");
    if password(&change.before) != password(&change.after) {
        differences.push("the password was changed".to_owned());
    }
    for name in [
        "domain",
        "scope",
        "host",
        "port",
        "comment",
        "further_hosts",
        "tls",
        "tls_name",
        "user",
        "login_reason",
    ] {
        let (before, after) = (field(&change.before, name), field(&change.after, name));
        if before != after {
            let name = name.replace('_', " ");
            differences.push(format!("{name} {} is now {}", text(before), text(after)));
        }
    }
    differences
}

fn text(value: Option<Value>) -> String {
    match value {
        None | Some(Value::Null) => "(none)".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "(empty)".to_owned(),
        Some(Value::String(text)) => text,
        Some(Value::Array(hops)) => hop_list(&hops),
        Some(other) => other.to_string(),
    }
}

pub(crate) fn list_broken(route: &Stored<Route>, error: &ListError) -> String {
    let route = pattern(&route.value.pattern);
    format!("The hosts of the route for {route} would not go together any more. {error}")
}

pub(crate) fn used(next_hop: &NextHop, routes: u64) -> String {
    let routes = match routes {
        1 => "1 route uses it".to_owned(),
        many => format!("{many} routes use it"),
    };
    let of = hop(next_hop);
    format!("{of} cannot be deleted: {routes}. Send that mail elsewhere first.")
}

fn hop_list(hops: &[Value]) -> String {
    let words = |value: &Value| match serde_json::from_value::<NextHop>(value.clone()) {
        Ok(of) => hop(&of),
        Err(_) => value.to_string(),
    };
    hops.iter().map(words).collect::<Vec<_>>().join("; ")
}

pub(crate) fn newer(newer: u64) -> String {
    match newer {
        0 => String::new(),
        newer => format!(", {newer} of them written since"),
    }
}

pub(crate) fn no_such_moment(from: Option<Timestamp>) -> String {
    match from {
        Some(from) => format!(
            "The history does not reach back so far: it begins at {from}. Choose a later moment."
        ),
        None => "This change has not been made yet. Choose an earlier moment.".to_owned(),
    }
}

pub(crate) fn row(id: Option<RowId>) -> String {
    id.map(|id| format!(", row {id}")).unwrap_or_default()
}
