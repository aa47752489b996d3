//! Changes in words.

use routing::{Domain, Host, NextHop, NextHops, Scope};
use serde_json::Value;

use super::person_words;
use crate::{Action, Batch, BatchKind, Change, Difference, ObjectKind, Timestamp, show};

/// One thing that a change has changed, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// What it is: "Port".
    pub label: String,
    /// What it was; nothing if it was empty or not there.
    pub before: Option<String>,
    /// What it became; nothing if it is empty or not there.
    pub after: Option<String>,
}

/// The fields in the order of the screen; others follow by name.
const ORDER: [&str; 12] = [
    "domain",
    "scope",
    "host",
    "port",
    "further_hosts",
    "tls",
    "tls_name",
    "user",
    "password_set",
    "login_reason",
    "comment",
    "enabled",
];
/// What nobody needs to read: who removed a route and when is said by the entry itself, and so is what
/// was done to many rows.
const LEFT_OUT: [&str; 6] = [
    "route",
    "removed_at",
    "removed_by",
    "batch",
    "lines",
    "hash",
];

impl ObjectKind {
    /// What people call such an object.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::ManagedDomain => "managed domain",
            Self::DefaultRouting => "default domain routing",
            Self::SmartHost => "smart host",
            Self::Tombstone => "held mail",
            Self::User => "person",
            Self::Settings => "settings",
            Self::SignIn => "sign-in",
            Self::History => "history",
        }
    }
}

impl Change {
    /// What was done, in a few words: "Deleted route example.com".
    #[must_use]
    pub fn title(&self) -> String {
        let done = match self.batch() {
            Some(batch) => many(&batch, self.kind, &self.name),
            None => person_words::title(self)
                .or_else(|| switched(self))
                .unwrap_or_else(|| title(self.action(), self.kind, &name(self.kind, &self.name))),
        };
        match self.undoes {
            Some(undone) => format!("{done} (undo of {undone})"),
            None => done,
        }
    }

    /// What it changed, field by field.
    #[must_use]
    pub fn details(&self) -> Vec<Detail> {
        if self.batch().is_some() {
            // The title has its counts, and its lines the rest.
            return Vec::new();
        }
        details(self.before.as_ref(), self.after.as_ref())
    }
}

impl Difference {
    /// What has been done since, in a few words.
    #[must_use]
    pub fn title(&self) -> String {
        title(
            self.action(),
            self.key.kind,
            &name(self.key.kind, &self.name),
        )
    }

    /// What is otherwise, field by field.
    #[must_use]
    pub fn details(&self) -> Vec<Detail> {
        details(self.then.as_ref(), self.now.as_ref())
    }
}

/// "Imported routes from customers.csv: 5 added, 1 removed".
fn many(batch: &Batch, kind: ObjectKind, name: &str) -> String {
    let of = match batch.batch {
        BatchKind::Import if name.is_empty() => format!("Imported {}s", kind.label()),
        BatchKind::Import => format!("Imported {}s from {name}", kind.label()),
        BatchKind::Undo => format!("Took back a change of {}s", kind.label()),
        BatchKind::Change => matching("Changed", kind, name),
        BatchKind::Delete => matching("Deleted", kind, name),
    };
    let counts = [
        (batch.added, "added"),
        (batch.changed, "changed"),
        (batch.removed, "removed"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("{of}: {}", counts.join(", "))
}

/// "Deleted routes that match “net”".
fn matching(done: &str, kind: ObjectKind, search: &str) -> String {
    if search.is_empty() {
        format!("{done} {}s", kind.label())
    } else {
        format!(
            "{done} {}s that match \u{201c}{search}\u{201d}",
            kind.label()
        )
    }
}

/// "Disabled route example.com", where nothing else was changed.
fn switched(change: &Change) -> Option<String> {
    let (before, after) = (change.before.as_ref()?, change.after.as_ref()?);
    let is_route = change.kind == ObjectKind::Route;
    let [only] = &*details(Some(before), Some(after)) else {
        return None;
    };
    let done = match (only.label.as_str(), only.after.as_deref()) {
        ("Enabled", Some("yes")) => "Enabled",
        ("Enabled", _) => "Disabled",
        _ => return None,
    };
    is_route.then(|| format!("{done} route {}", name(change.kind, &change.name)))
}

/// The name of an object as people read it and, where that differs, as it is stored.
fn name(kind: ObjectKind, name: &str) -> String {
    match kind {
        ObjectKind::Route | ObjectKind::ManagedDomain | ObjectKind::Tombstone => domain(name),
        ObjectKind::SmartHost => match name.parse::<NextHops>() {
            Ok(hops) => show::hops(&hops),
            Err(_) => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// A domain in both forms, with the dot before it that stands for subdomains only.
fn domain(name: &str) -> String {
    let (dot, bare) = match name.strip_prefix('.') {
        Some(bare) => (".", bare),
        None => ("", name),
    };
    match Domain::parse(bare)
        .ok()
        .and_then(|domain| domain.to_unicode())
    {
        Some(unicode) => format!("{dot}{unicode} ({name})"),
        None => name.to_owned(),
    }
}

fn host(name: &str) -> String {
    match Host::parse(name).ok().and_then(|host| host.to_unicode()) {
        Some(unicode) => format!("{unicode} ({name})"),
        None => name.to_owned(),
    }
}

fn title(action: Action, kind: ObjectKind, name: &str) -> String {
    let done = match (kind, action) {
        (ObjectKind::Tombstone, Action::Added) => return format!("Began to hold mail for {name}"),
        (ObjectKind::Tombstone, Action::Edited) => {
            return format!("Holds mail for {name} only");
        }
        (ObjectKind::Tombstone, Action::Deleted) => {
            return format!("Stopped holding mail for {name}");
        }
        (ObjectKind::SignIn, _) => return format!("{name} signed in"),
        (ObjectKind::History, _) => return "Removed old entries of the history".to_owned(),
        (_, Action::Added) => "Added",
        (_, Action::Edited) => "Changed",
        (_, Action::Deleted) => "Deleted",
    };
    match kind {
        // It is called what it is.
        ObjectKind::DefaultRouting | ObjectKind::Settings => format!("{done} {name}"),
        kind => format!("{done} {} {name}", kind.label()),
    }
}

/// What differs between two states, field by field.
pub(crate) fn details(before: Option<&Value>, after: Option<&Value>) -> Vec<Detail> {
    let fields = [before, after]
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    let mut names: Vec<_> = fields.flat_map(|fields| fields.keys()).collect();
    let rank = |name: &str| {
        let place = ORDER.iter().position(|known| *known == name);
        place.unwrap_or(ORDER.len())
    };
    names.sort_by_key(|name| (rank(name), *name));
    names.dedup();
    // A route that does not say is enabled.
    let is_told = names.contains(&&"enabled".to_owned());
    let text = |state: Option<&Value>, name| match (state?.get(name), name) {
        (None, "enabled") if is_told => Some("yes".to_owned()),
        (value, _) => text(name, value?),
    };
    let mut details = Vec::new();
    for name in names {
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        let value =
            |state: Option<&Value>| state?.get(name).filter(|value| !value.is_null()).cloned();
        let whole = before.is_none() || after.is_none();
        // That everything is as usual goes without saying.
        if whole
            && name == "scope"
            && text(before.or(after), name).as_deref() == Some(Scope::Domain.label())
        {
            continue;
        }
        if value(before) != value(after) {
            let (before, after) = (text(before, name), text(after, name));
            if before.is_some() || after.is_some() {
                details.push(Detail {
                    label: label(name),
                    after: after.map(|after| match &before {
                        // Which password it is, nobody says.
                        Some(before) if *before == after => "another one".to_owned(),
                        _ => after,
                    }),
                    before,
                });
            }
        }
    }
    details
}

fn label(name: &str) -> String {
    match name {
        "scope" => "Applies to".to_owned(),
        "tls" => "TLS".to_owned(),
        "tls_name" => "Name in the certificate".to_owned(),
        "user" => "User name".to_owned(),
        "password_set" => "Password".to_owned(),
        "second_factor_set" => "Second factor".to_owned(),
        "recovery_codes_set" => "Recovery codes".to_owned(),
        "login_reason" => "Reason for a password in the clear".to_owned(),
        "until" => "Held until".to_owned(),
        "removed" => "Up to entry".to_owned(),
        "hash" => "Its hash".to_owned(),
        name => {
            let mut letters = name.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            let rest = letters.as_str().replace('_', " ");
            first.map_or(String::new(), |first| format!("{first}{rest}"))
        }
    }
}

fn text(name: &str, value: &Value) -> Option<String> {
    match (name, value) {
        (_, Value::Null) => None,
        ("password_set" | "second_factor_set" | "recovery_codes_set", _) => Some("set".to_owned()),
        ("scope", Value::String(scope)) => {
            let known = scope.parse::<Scope>();
            Some(known.map_or_else(|_| scope.clone(), |scope| scope.label().to_owned()))
        }
        ("domain", Value::String(name)) => Some(domain(name)),
        ("host" | "tls_name", Value::String(name)) => {
            Some(host(name)).filter(|name| !name.is_empty())
        }
        (_, Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
        (_, Value::Bool(true)) => Some("yes".to_owned()),
        (_, Value::Bool(false)) => Some("no".to_owned()),
        (name, Value::Number(number)) if name == "until" || name.ends_with("_at") => {
            let at = |at| Timestamp(at).to_string();
            let at = number.as_i64().map(at)?;
            Some(at.replace('T', " ").replace('Z', " UTC"))
        }
        (_, Value::Array(all)) => Some(all.iter().map(part).collect::<Vec<_>>().join("; ")),
        (_, other) => Some(other.to_string()),
    }
}

fn part(value: &Value) -> String {
    match (serde_json::from_value::<NextHop>(value.clone()), value) {
        (Ok(hop), _) => show::hop(&hop),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
        let line = |detail: Detail| {
            let shown = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            format!(
                "{}: {} > {}",
                detail.label,
                shown(detail.before),
                shown(detail.after)
            )
        };
        let details = details(before, after);
        details.into_iter().map(line).collect()
    }

    #[test]
    fn what_was_changed_is_told_in_the_order_of_the_screen() {
        let before = json!({"domain": "a.example", "scope": "domain", "host": "a", "port": 25,
            "comment": "", "further_hosts": [{"host": "b", "port": 26}]});
        let after = json!({"domain": "a.example", "scope": "both", "host": "a", "port": 26,
            "comment": "note"});
        assert_eq!(
            lines(Some(&before), Some(&after)),
            [
                "Applies to: This domain > Domain and subdomains",
                "Port: 25 > 26",
                "Further hosts: b, port 26 > -",
                "Comment: - > note",
            ]
        );
        assert_eq!(
            lines(Some(&before), None),
            [
                "Domain: a.example > -",
                "Host: a > -",
                "Port: 25 > -",
                "Further hosts: b, port 26 > -"
            ]
        );
    }

    #[test]
    fn names_and_moments_are_told_as_people_read_them() {
        let before = json!({"domain": "xn--bcher-kva.example", "host": "xn--bcher-kva.net",
            "until": 1_796_104_690_000_i64});
        assert_eq!(
            lines(Some(&before), None),
            [
                "Domain: b\u{fc}cher.example (xn--bcher-kva.example) > -",
                "Host: b\u{fc}cher.net (xn--bcher-kva.net) > -",
                "Held until: 2026-12-01 05:58:10 UTC > -",
            ]
        );
        let title = |kind, stored| title(Action::Added, kind, &name(kind, stored));
        assert_eq!(
            title(ObjectKind::Route, ".xn--bcher-kva.example"),
            "Added route .b\u{fc}cher.example (.xn--bcher-kva.example)"
        );
        assert_eq!(
            title(ObjectKind::SmartHost, "[a.example]:587"),
            "Added smart host a.example, port 587"
        );
    }

    #[test]
    fn that_a_route_is_disabled_is_told() {
        let enabled = json!({"domain": "a.example", "host": "a"});
        let disabled = json!({"domain": "a.example", "host": "a", "enabled": false});
        assert_eq!(
            lines(Some(&enabled), Some(&disabled)),
            ["Enabled: yes > no"]
        );
        assert_eq!(
            lines(Some(&disabled), Some(&enabled)),
            ["Enabled: no > yes"]
        );
        assert_eq!(
            lines(None, Some(&disabled)),
            ["Domain: - > a.example", "Host: - > a", "Enabled: - > no"]
        );
        assert_eq!(lines(None, Some(&enabled)).len(), 2);
    }

    #[test]
    fn of_passwords_only_that_there_is_one_is_told() {
        let of = |set: Value| json!({"user": "u", "password_set": set});
        assert_eq!(
            lines(Some(&of(json!(null))), Some(&of(json!(3)))),
            ["Password: - > set"]
        );
        assert_eq!(
            lines(Some(&of(json!(3))), Some(&of(json!(4)))),
            ["Password: set > another one"]
        );
    }

    #[test]
    fn any_other_object_is_told_too() {
        let after = json!({"seen_at": 0, "may_all": true, "names": ["a", "b"]});
        assert_eq!(
            lines(None, Some(&after)),
            [
                "May all: - > yes",
                "Names: - > a; b",
                "Seen at: - > 1970-01-01 00:00:00 UTC"
            ]
        );
        assert_eq!(lines(None, Some(&json!("text"))), [""; 0]);
    }
}
