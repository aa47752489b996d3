//! Which entries of the history are asked for.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction, params, types::Value};

use super::batch;
use crate::{Change, Error, ObjectKind, Timestamp};

/// Which entries of the history are asked for; all that hold to every condition that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Made by this person or program.
    pub person: Option<String>,
    /// Of objects of this kind.
    pub kind: Option<ObjectKind>,
    /// Of objects of this name. An entry that stands for many rows is one of each of them.
    pub name: Option<Named>,
    /// Made then or later.
    pub from: Option<Timestamp>,
    /// Made before.
    pub until: Option<Timestamp>,
}

/// What people call an object: a domain (with a dot before it where only its subdomains are meant),
/// `[host]:port`, and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Just this.
    Exactly(String),
    /// This, and whatever may follow.
    Beginning(String),
}

impl Named {
    /// What was typed: a name, or its beginning with `*` after it.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let text = text.trim();
        match text.strip_suffix('*') {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::Exactly(text.to_owned()),
        }
    }
}

impl HistoryFilter {
    /// Whether a line of an entry that holds to the filter is asked for: its kind and name are its own.
    pub(super) fn holds_line(&self, line: &Change) -> bool {
        let kind = self.kind.is_none_or(|kind| kind == line.kind);
        kind && match &self.name {
            None => true,
            Some(Named::Exactly(name)) => line.name == *name,
            Some(Named::Beginning(name)) => line.name.starts_with(name),
        }
    }
}

/// Conditions in SQL, and their values. No condition is ever made of input.
pub(super) struct Conditions {
    terms: Vec<&'static str>,
    values: Vec<Value>,
    /// Whether one of them names few entries, so that these are found first and then put in order.
    names_few: bool,
}

impl HistoryFilter {
    /// The conditions; nothing if no entry can hold to them.
    pub(super) fn conditions(&self, tx: &Transaction<'_>) -> Result<Option<Conditions>, Error> {
        let mut all = Conditions {
            terms: Vec::new(),
            values: Vec::new(),
            names_few: false,
        };
        // With a sign, no index is used for it: a name tells more than who and what kind, unless many
        // begin so.
        let many = match &self.name {
            Some(Named::Beginning(name)) => begin_so(tx, name)? > FEW,
            _ => false,
        };
        let named = self.name.is_some() && !many;
        if let Some(person) = &self.person {
            let condition = if named { "+actor = ?" } else { "actor = ?" };
            all.add(condition, [Value::Text(person.clone())]);
        }
        if let Some(kind) = self.kind {
            let condition = if named { "+kind = ?" } else { "kind = ?" };
            all.add(condition, [Value::Text(kind.as_str().to_owned())]);
        }
        if let Some(name) = &self.name {
            all.names_few = !many && matches!(name, Named::Beginning(_));
            all.add_name(name, many, batch::named(tx, name)?);
        }
        // Numbers grow with time, unless a clock was set back. So the numbers say where to look,
        // and the time is compared besides, in a way that no index is used for.
        if let Some(from) = self.from {
            let sql = "SELECT min(id) FROM changes INDEXED BY changes_by_time WHERE at >= ?";
            let Some(first) = number(tx, sql, from)? else {
                return Ok(None);
            };
            all.add("id >= ? AND +at >= ?", [first, from.0].map(Value::Integer));
        }
        if let Some(until) = self.until {
            let sql = "SELECT max(id) FROM changes INDEXED BY changes_by_time WHERE at < ?";
            let Some(last) = number(tx, sql, until)? else {
                return Ok(None);
            };
            all.add("id <= ? AND +at < ?", [last, until.0].map(Value::Integer));
        }
        Ok(Some(all))
    }
}

/// From how many entries on they are looked for in their order: then the next one is not far.
const FEW: i64 = 20_000;

/// How many entries have names that begin so; at most one more than [`FEW`].
fn begin_so(tx: &Transaction<'_>, name: &str) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM changes WHERE name >= ? AND name < ? LIMIT ?)";
    let [from, until] = beginning(name);
    let mut statement = tx.prepare_cached(sql)?;
    Ok(statement.query_row(params![from, until, FEW + 1], |row| row.get(0))?)
}

/// From where to where names lie that begin so: none has a character beyond the last one.
fn beginning(name: &str) -> [String; 2] {
    [name.to_owned(), format!("{name}\u{10ffff}")]
}

impl Conditions {
    /// One more.
    pub(super) fn add<const N: usize>(&mut self, condition: &'static str, values: [Value; N]) {
        self.terms.push(condition);
        self.values.extend(values);
    }

    /// The name of an object, of which these batches tell, too.
    fn add_name(&mut self, name: &Named, many: bool, batches: BTreeSet<i64>) {
        if let Named::Exactly(name) = name
            && batches.is_empty()
        {
            return self.add("name = ?", [Value::Text(name.clone())]);
        }
        let batches: Vec<_> = batches.into_iter().map(|id| id.to_string()).collect();
        let batches = Value::Text(format!("[{}]", batches.join(",")));
        match name {
            Named::Exactly(name) => {
                let condition = "id IN (SELECT id FROM changes WHERE name = ?
                                        UNION SELECT value FROM json_each(?))";
                self.add(condition, [Value::Text(name.clone()), batches]);
            }
            Named::Beginning(name) => {
                let condition = if many {
                    "(+name >= ? AND +name < ? OR +id IN (SELECT value FROM json_each(?)))"
                } else {
                    "id IN (SELECT id FROM changes WHERE name >= ? AND name < ?
                            UNION SELECT value FROM json_each(?))"
                };
                let [from, until] = beginning(name).map(Value::Text);
                self.add(condition, [from, until, batches]);
            }
        }
    }

    /// `WHERE …` for at most as many entries as the last value says, in the order of their numbers.
    pub(super) fn select(mut self, way: &str, limit: usize) -> (String, Vec<Value>) {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.values.push(Value::Integer(limit));
        let filter = match &*self.terms.join(" AND ") {
            "" => String::new(),
            conditions => format!("WHERE {conditions}"),
        };
        let sql = if self.names_few {
            // The names are looked up in their index alone, and only the entries that are shown are
            // read; the sign keeps the engine from going through all entries in order instead.
            format!(
                "WHERE id IN (SELECT id FROM changes {filter} ORDER BY +id {way} LIMIT ?)
                 ORDER BY id {way}"
            )
        } else {
            format!("{filter} ORDER BY id {way} LIMIT ?")
        };
        (sql, self.values)
    }
}

fn number(tx: &Transaction<'_>, sql: &str, at: Timestamp) -> Result<Option<i64>, Error> {
    let number = tx.prepare_cached(sql)?.query_row([at.0], |row| row.get(0));
    Ok(number.optional()?.flatten())
}
