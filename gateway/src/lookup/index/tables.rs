//! The rules themselves, found by name and by row.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use routing::decision::{At, Rules};
use routing::{NextHop, NextHops, Pattern, Scope};
use store::{RowId, Timestamp};

use super::hops::{HopsId, List, Lists};
use crate::lookup::settings::AllSettings;

/// What a rule is. Rows of different lists may have the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Is {
    Managed,
    Route,
    Held,
}

/// One row, as it is told of.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) is: Is,
    pub(super) id: RowId,
    pub(super) pattern: &'a Pattern,
    pub(super) hops: Option<&'a NextHops>,
    /// Whether the row could be read.
    pub(super) sound: bool,
    /// When a removed route ceases to count.
    pub(super) until: Option<Timestamp>,
}

/// One row, as it is kept: 32 octets and its name.
#[derive(Debug)]
pub(super) struct Rule {
    name: Box<str>,
    pub(super) id: RowId,
    hops: HopsId,
    is: Is,
    scope: Scope,
    sound: bool,
    /// In which states the rule is: a bit for the present one, another for the one that is being
    /// read anew.
    states: u8,
}

impl Rule {
    pub(super) fn is(&self) -> Is {
        self.is
    }
}

/// All rules.
///
/// There are two states, so that everything can be read anew while answers are given from what was
/// there before, without keeping two of what has not changed.
#[derive(Debug, Default)]
pub(super) struct Tables {
    rules: Vec<Option<Rule>>,
    free: Vec<u32>,
    by_name: HashTable<u32>,
    by_id: HashTable<u32>,
    hasher: DefaultHashBuilder,
    lists: Lists,
    settings: AllSettings,
    default_routing: [Option<NextHop>; 2],
    /// When removed routes cease to count.
    until: HashMap<RowId, Timestamp>,
    /// Which of the two states is the present one.
    present: u8,
}

impl Tables {
    /// How many rules there are in the present state and how many next hops they know.
    pub(super) fn count(&self) -> (usize, usize) {
        let present = |rule: &&Rule| rule.states & self.bit(State::Present) != 0;
        let rules = self.rules.iter().flatten().filter(present).count();
        (rules, self.lists.known())
    }

    fn bit(&self, state: State) -> u8 {
        match state {
            State::Present => 1 << self.present,
            State::Next => 2 >> self.present,
        }
    }

    /// Adds a row to a state, or changes it there.
    pub(super) fn put(&mut self, new: New<'_>, state: State) {
        let bit = self.bit(state);
        if let Some(slot) = self.slot_of(new.is, new.id) {
            if self.is_as(slot, new) {
                if let Some(Some(rule)) = self.rules.get_mut(slot as usize) {
                    rule.states |= bit;
                }
                return;
            }
            self.leave(slot, bit);
        }
        if let Some(until) = new.until {
            self.until.insert(new.id, until);
        }
        let hops = match new.hops {
            Some(hops) => self.lists.take(hops, &self.settings),
            None => HopsId::NONE,
        };
        self.insert(Rule {
            name: new.pattern.domain.as_str().into(),
            id: new.id,
            hops,
            is: new.is,
            scope: new.pattern.scope,
            sound: new.sound,
            states: bit,
        });
    }

    /// Takes a row out of the present state.
    pub(super) fn remove(&mut self, is: Is, id: RowId) {
        if let Some(slot) = self.slot_of(is, id) {
            self.leave(slot, self.bit(State::Present));
        }
    }

    /// Sets the default domain routing of a state.
    pub(super) fn set_default_routing(&mut self, next_hop: Option<NextHop>, state: State) {
        let next = usize::from(self.present) ^ usize::from(state == State::Next);
        if let Some(place) = self.default_routing.get_mut(next) {
            *place = next_hop;
        }
    }

    /// Replaces the settings of all smart hosts.
    pub(super) fn set_settings(&mut self, settings: AllSettings) {
        if !settings.has_services_of(&self.settings) {
            self.lists.judge(&settings);
        }
        self.settings = settings;
    }

    /// Makes the next state the present one.
    pub(super) fn turn(&mut self) {
        self.present ^= 1;
    }

    /// Clears the next state in a part of the slots; nothing is left to do once it says so.
    pub(super) fn clear_next(&mut self, slots: std::ops::Range<usize>) -> bool {
        let bit = self.bit(State::Next);
        for slot in slots.start..slots.end.min(self.rules.len()) {
            if self.rules.get(slot).is_some_and(Option::is_some) {
                // A slot's number is an index into a list of fewer than 2^32.
                self.leave(u32::try_from(slot).unwrap_or(u32::MAX), bit);
            }
        }
        self.set_default_routing(None, State::Next);
        slots.end >= self.rules.len()
    }

    fn insert(&mut self, rule: Rule) {
        let (name_hash, id_hash) = (
            self.hasher.hash_one(&*rule.name),
            self.hasher.hash_one(rule.id.0),
        );
        let slot = if let Some(slot) = self.free.pop() {
            if let Some(place) = self.rules.get_mut(slot as usize) {
                *place = Some(rule);
            }
            slot
        } else {
            let Ok(slot) = u32::try_from(self.rules.len()) else {
                tracing::error!("there are more rules than can be counted");
                return;
            };
            self.rules.push(Some(rule));
            slot
        };
        let (rules, hasher) = (&self.rules, &self.hasher);
        let by_name = |slot: &u32| rule_at(rules, *slot).map_or(0, |r| hasher.hash_one(&*r.name));
        self.by_name.insert_unique(name_hash, slot, by_name);
        let by_id = |slot: &u32| rule_at(rules, *slot).map_or(0, |r| hasher.hash_one(r.id.0));
        self.by_id.insert_unique(id_hash, slot, by_id);
    }

    fn slot_of(&self, is: Is, id: RowId) -> Option<u32> {
        let same = |slot: &u32| self.rule(*slot).is_some_and(|r| r.is == is && r.id == id);
        self.by_id.find(self.hasher.hash_one(id.0), same).copied()
    }

    fn is_as(&self, slot: u32, new: New<'_>) -> bool {
        self.rule(slot).is_some_and(|rule| {
            *rule.name == *new.pattern.domain.as_str()
                && rule.scope == new.pattern.scope
                && rule.sound == new.sound
                && self.lists.get(rule.hops).map(|list| &list.hops) == new.hops
                && (new.until.is_none() || self.until.get(&new.id).copied() == new.until)
        })
    }

    /// Takes a rule out of a state, and away if it is in no other.
    fn leave(&mut self, slot: u32, bit: u8) {
        let Some(Some(rule)) = self.rules.get_mut(slot as usize) else {
            return;
        };
        rule.states &= !bit;
        if rule.states != 0 {
            return;
        }
        let (name_hash, id_hash) = (
            self.hasher.hash_one(&*rule.name),
            self.hasher.hash_one(rule.id.0),
        );
        for (table, hash) in [(&mut self.by_name, name_hash), (&mut self.by_id, id_hash)] {
            if let Ok(entry) = table.find_entry(hash, |other| *other == slot) {
                entry.remove();
            }
        }
        if let Some(rule) = self.rules.get_mut(slot as usize).and_then(Option::take) {
            self.lists.release(rule.hops);
            if rule.is == Is::Held {
                self.until.remove(&rule.id);
            }
        }
        self.free.push(slot);
    }

    pub(super) fn rule(&self, slot: u32) -> Option<&Rule> {
        rule_at(&self.rules, slot)
    }

    /// The next hops of a rule.
    pub(super) fn list(&self, slot: u32) -> Option<&List> {
        self.lists.get(self.rule(slot)?.hops)
    }

    pub(super) fn default_routing(&self) -> Option<&NextHop> {
        self.default_routing
            .get(usize::from(self.present))?
            .as_ref()
    }

    pub(super) fn settings(&self) -> &AllSettings {
        &self.settings
    }

    /// Whether mail may be on its way to this next hop.
    pub(super) fn knows(&self, next_hop: &NextHop) -> bool {
        self.lists.knows(next_hop)
            || self.settings.get(next_hop).is_some()
            || self.default_routing() == Some(next_hop)
    }
}

/// Which state is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The one from which answers are given.
    Present,
    /// The one that is being read.
    Next,
}

fn rule_at(rules: &[Option<Rule>], slot: u32) -> Option<&Rule> {
    rules.get(slot as usize)?.as_ref()
}

/// The rules as they are at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now<'a> {
    pub(super) tables: &'a Tables,
    pub(super) at: Timestamp,
}

impl Now<'_> {
    fn is_over(&self, held: &Rule) -> bool {
        let until = self.tables.until.get(&held.id);
        until.is_some_and(|until| *until <= self.at)
    }
}

impl Rules for Now<'_> {
    type Rule = u32;

    fn at(&self, name: &str) -> At<u32> {
        let mut at = At::default();
        let tables = self.tables;
        let present = tables.bit(State::Present);
        for &slot in tables.by_name.iter_hash(tables.hasher.hash_one(name)) {
            let Some(rule) = tables.rule(slot) else {
                continue;
            };
            if *rule.name != *name || rule.states & present == 0 {
                continue;
            }
            let (domain, subdomains) = match rule.is {
                Is::Managed => {
                    at.managed = Some(slot);
                    continue;
                }
                Is::Route => (&mut at.domain, &mut at.subdomains),
                Is::Held if self.is_over(rule) => continue,
                Is::Held => (&mut at.held_domain, &mut at.held_subdomains),
            };
            if rule.scope.covers_domain() {
                *domain = Some(slot);
            }
            if rule.scope.covers_subdomains() {
                *subdomains = Some(slot);
            }
        }
        at
    }

    fn has_own_routing(&self, managed: u32) -> bool {
        self.tables.list(managed).is_some()
    }

    fn has_default_routing(&self) -> bool {
        self.tables.default_routing().is_some()
    }

    fn is_usable(&self, slot: u32) -> bool {
        let Some(rule) = self.tables.rule(slot) else {
            return false;
        };
        let reachable = match rule.is {
            Is::Managed | Is::Held => true,
            Is::Route => self
                .tables
                .list(slot)
                .is_some_and(|list| list.service.is_some()),
        };
        rule.sound && reachable
    }
}
