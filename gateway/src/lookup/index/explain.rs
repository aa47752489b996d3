//! The same answer with its reasons.

use routing::decision::{self, Asked, Decision, Kind, Outcome, Step};
use store::{ObjectKind, RowId, Timestamp};

use super::Index;
use super::tables::{Is, Now, Tables};

/// A rule, by the row it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// A route, a managed domain or a removed route ([`ObjectKind::Tombstone`]).
    pub kind: ObjectKind,
    /// Its row.
    pub id: RowId,
}

/// One rule that was tried, or the place where one might have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The name that was looked up.
    pub name: String,
    /// What was looked for.
    pub kind: Kind,
    /// What became of it.
    pub outcome: Outcome<Found>,
}

impl Index {
    /// What decides about mail at this moment, with every rule in the order in which it was tried.
    /// The decision is that of [`Index::transport`].
    #[must_use]
    pub fn explain(&self, asked: &Asked<'_>, at: Timestamp) -> (Decision<Found>, Vec<Tried>) {
        let tables = self.read();
        let tables = &*tables;
        let now = Now { tables, at };
        let mut all = Vec::new();
        let decision = decision::decide(&now, asked, &mut |step: Step<'_, u32>| {
            all.push(Tried {
                name: step.name.to_owned(),
                kind: step.kind,
                outcome: outcome(tables, step.outcome),
            });
        });
        (decided(tables, decision), all)
    }
}

/// A slot that was found a moment ago is there: the tables are locked.
fn found(tables: &Tables, slot: u32) -> Found {
    tables.rule(slot).map_or(
        Found {
            kind: ObjectKind::Route,
            id: RowId(0),
        },
        |rule| Found {
            kind: match rule.is() {
                Is::Managed => ObjectKind::ManagedDomain,
                Is::Route => ObjectKind::Route,
                Is::Held => ObjectKind::Tombstone,
            },
            id: rule.id,
        },
    )
}

fn outcome(tables: &Tables, outcome: Outcome<u32>) -> Outcome<Found> {
    match outcome {
        Outcome::Absent => Outcome::Absent,
        Outcome::OtherScope(slot) => Outcome::OtherScope(found(tables, slot)),
        Outcome::Wins(slot) => Outcome::Wins(found(tables, slot)),
        Outcome::PassedOver(slot) => Outcome::PassedOver(found(tables, slot)),
    }
}

fn decided(tables: &Tables, decision: Decision<u32>) -> Decision<Found> {
    match decision {
        Decision::OwnRouting(slot) => Decision::OwnRouting(found(tables, slot)),
        Decision::DefaultRouting(slot) => Decision::DefaultRouting(found(tables, slot)),
        Decision::NoRouting(slot) => Decision::NoRouting(found(tables, slot)),
        Decision::Route(slot) => Decision::Route(found(tables, slot)),
        Decision::Unusable(slot) => Decision::Unusable(found(tables, slot)),
        Decision::Held(slot) => Decision::Held(found(tables, slot)),
        Decision::NoRule => Decision::NoRule,
    }
}
