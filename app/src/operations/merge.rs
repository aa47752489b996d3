//! An edit of a row that somebody else has changed: what both have typed, brought together.

use routing::{Field, Input, Scope};
use store::{By, Change, Stored};

use super::list::Listed;
use crate::error::AppError;

/// The fields of the editor, each with its name in a sentence.
const FIELDS: [(Field, &str); 5] = [
    (Field::Domain, "domain"),
    (Field::Scope, "scope"),
    (Field::Host, "host"),
    (Field::Port, "port"),
    (Field::Comment, "comment"),
];

/// The refusal of an edit, with what the editor is to hold then if somebody else was first.
///
/// Fields that were left as they were show what is stored now, so that saving again changes only what
/// was typed; those that both have changed are named, for saving again replaces them.
pub(super) fn refused<T: Listed>(error: store::Error, typed: &Input) -> AppError {
    let began = match &error {
        // The switch of a row is no editor: nothing was typed.
        store::Error::Changed { change, .. } if typed.enabled.is_none() => began::<T>(change),
        _ => return error.into(),
    };
    let who = match &error {
        store::Error::Changed { change, .. } if change.actor != By::LOCAL => change.actor.clone(),
        _ => "someone".to_owned(),
    };
    match AppError::from(error) {
        AppError::Changed { message, now, .. } => {
            let (merged, more) = merged(began.as_ref(), typed, &now.input(), &who);
            AppError::Changed {
                message: format!("{message} {more}"),
                now,
                merged: Box::new(merged),
            }
        }
        other => other,
    }
}

/// What the editor began with; nothing if the history no longer tells.
fn began<T: Listed>(change: &Change) -> Option<Input> {
    if change.before == change.after {
        return None;
    }
    let value = serde_json::from_value(change.before.clone()?).ok()?;
    let then = Stored::<T> {
        id: change.object_id,
        version: store::Version(change.id),
        value,
    };
    Some(T::row(&then).input())
}

/// What the editor is to hold, and what to say of it.
fn merged(began: Option<&Input>, typed: &Input, now: &Input, who: &str) -> (Input, String) {
    let mut merged = typed.clone();
    let mut both = Vec::new();
    let mut taken_over = false;
    for (field, name) in FIELDS {
        let (mine, theirs) = (value(typed, field), value(now, field));
        let before = began.map(|began| value(began, field));
        if mine == theirs {
            continue;
        }
        if before == Some(mine) {
            set(&mut merged, field, theirs);
            taken_over = true;
        } else if before != Some(theirs) {
            let (mine, theirs) = (shown(field, mine), shown(field, theirs));
            both.push(format!("{name}: you typed {mine}, {who} set {theirs}"));
        }
    }
    let mut said = Vec::new();
    if taken_over {
        said.push("What you had left as it was now shows what is stored.".to_owned());
    }
    said.push(if both.is_empty() {
        "Saving again changes only what you typed.".to_owned()
    } else {
        format!(
            "Both of you changed {}. Saving again replaces what {who} set.",
            both.join("; ")
        )
    });
    (merged, said.join(" "))
}

fn value(input: &Input, field: Field) -> &str {
    match field {
        Field::Scope => &input.scope,
        Field::Host => &input.relay_host,
        Field::Port => &input.relay_port,
        Field::Comment => &input.comment,
        Field::Domain | Field::FurtherHosts | Field::Enabled => &input.domain,
    }
}

fn set(input: &mut Input, field: Field, to: &str) {
    let place = match field {
        Field::Scope => &mut input.scope,
        Field::Host => &mut input.relay_host,
        Field::Port => &mut input.relay_port,
        Field::Comment => &mut input.comment,
        Field::Domain | Field::FurtherHosts | Field::Enabled => &mut input.domain,
    };
    to.clone_into(place);
}

/// A value as a sentence names it.
fn shown(field: Field, value: &str) -> String {
    match (field, value.parse::<Scope>()) {
        (_, _) if value.is_empty() => "nothing".to_owned(),
        (Field::Scope, Ok(scope)) => format!("\u{201c}{}\u{201d}", scope.label()),
        (Field::Comment, _) => format!("\u{201c}{value}\u{201d}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(host: &str, port: &str, comment: &str) -> Input {
        Input {
            domain: "example.com".to_owned(),
            scope: "domain".to_owned(),
            relay_host: host.to_owned(),
            relay_port: port.to_owned(),
            comment: comment.to_owned(),
            ..Input::default()
        }
    }

    #[test]
    fn what_was_left_alone_is_taken_over() {
        let (began, typed) = (input("a.net", "25", ""), input("a.net", "26", ""));
        let now = input("b.net", "25", "theirs");
        let (merged, said) = merged(Some(&began), &typed, &now, "ben");
        assert_eq!(merged, input("b.net", "26", "theirs"));
        assert_eq!(
            said,
            "What you had left as it was now shows what is stored. Saving again changes only what you \
             typed."
        );
    }

    #[test]
    fn what_both_have_changed_is_kept_and_named() {
        let (began, typed) = (input("a.net", "25", ""), input("mine.net", "26", ""));
        let now = input("theirs.net", "26", "");
        let (merged, said) = merged(Some(&began), &typed, &now, "ben");
        assert_eq!(merged, typed);
        assert_eq!(
            said,
            "Both of you changed host: you typed mine.net, ben set theirs.net. Saving again replaces \
             what ben set."
        );
    }

    #[test]
    fn where_the_beginning_is_unknown_nothing_typed_is_lost() {
        let (typed, now) = (input("a.net", "25", "mine"), input("b.net", "25", ""));
        let (merged, said) = merged(None, &typed, &now, "someone");
        assert_eq!(merged, typed);
        assert_eq!(
            said,
            "Both of you changed host: you typed a.net, someone set b.net; comment: you typed \
             \u{201c}mine\u{201d}, someone set nothing. Saving again replaces what someone set."
        );
    }
}
