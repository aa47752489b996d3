//! What was done to somebody, in words.

use serde_json::Value;

use crate::{Change, ObjectKind};

/// What is told of a secret is only which change set it.
const SECRETS: [&str; 3] = ["password_set", "second_factor_set", "recovery_codes_set"];

impl Change {
    /// Whether it changed nothing of somebody but secrets, which are not in the history.
    #[must_use]
    pub fn is_of_secrets_only(&self) -> bool {
        let changed = changed(self);
        !changed.is_empty() && changed.iter().all(|field| SECRETS.contains(field))
    }
}

/// The title of a change of one thing of somebody.
pub(super) fn title(change: &Change) -> Option<String> {
    let name = &change.name;
    let after = |field: &str| change.after.as_ref().and_then(|after| after.get(field));
    let words = match *changed(change) {
        ["role"] => format!("Changed the role of {name}"),
        ["disabled"] if after("disabled") == Some(&Value::Bool(true)) => format!("Disabled {name}"),
        ["disabled"] => format!("Enabled {name}"),
        ["password_set"] => format!("Set the password of {name}"),
        ["recovery_codes_set"] => format!("Made new recovery codes of {name}"),
        ["recovery_codes_set", "second_factor_set"] => match after("second_factor_set") {
            Some(Value::Number(_)) => format!("Set the second factor of {name} up"),
            _ => format!("Removed the second factor of {name}"),
        },
        _ => return None,
    };
    Some(words)
}

/// The fields of somebody that are others than before, by name.
fn changed(change: &Change) -> Vec<&str> {
    let states = [&change.before, &change.after].map(|state| state.as_ref()?.as_object());
    let ([Some(before), Some(after)], ObjectKind::User) = (states, change.kind) else {
        return Vec::new();
    };
    let mut fields: Vec<_> = after
        .iter()
        .filter(|(field, value)| before.get(*field) != Some(value))
        .map(|(field, _)| field.as_str())
        .collect();
    fields.sort_unstable();
    fields
}
