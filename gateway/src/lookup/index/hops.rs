//! Lists of next hops, each kept once however many rules use it.

use std::collections::HashMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use routing::postfix::Service;
use routing::{NextHop, NextHops};

use crate::lookup::settings::AllSettings;

/// The number of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HopsId(u32);

impl HopsId {
    /// No list: a managed domain without routing of its own.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// A list and what is known of it.
#[derive(Debug)]
pub(super) struct List {
    pub(super) hops: NextHops,
    /// The service of Postfix that reaches the hosts; `None` where none could reach all.
    pub(super) service: Option<Service>,
    users: u32,
}

/// All lists.
#[derive(Debug, Default)]
pub(super) struct Lists {
    kept: Vec<Option<List>>,
    free: Vec<u32>,
    by_hops: HashTable<u32>,
    /// Of each next hop, how many lists have it.
    known: HashMap<NextHop, u32>,
    hasher: DefaultHashBuilder,
}

impl Lists {
    pub(super) fn get(&self, id: HopsId) -> Option<&List> {
        self.kept.get(id.0 as usize)?.as_ref()
    }

    /// Whether some rule has this next hop.
    pub(super) fn knows(&self, next_hop: &NextHop) -> bool {
        self.known.contains_key(next_hop)
    }

    /// How many next hops are known.
    pub(super) fn known(&self) -> usize {
        self.known.len()
    }

    /// The number of a list, for one more user.
    pub(super) fn take(&mut self, hops: &NextHops, settings: &AllSettings) -> HopsId {
        let hash = self.hasher.hash_one(hops);
        let lists = &self.kept;
        let is_same = |id: &u32| at(lists, *id).is_some_and(|list| list.hops == *hops);
        if let Some(&id) = self.by_hops.find(hash, is_same) {
            if let Some(Some(list)) = self.kept.get_mut(id as usize) {
                list.users += 1;
            }
            return HopsId(id);
        }
        for hop in hops.iter() {
            *self.known.entry(hop.clone()).or_default() += 1;
        }
        let list = List {
            service: common_service(hops, settings),
            hops: hops.clone(),
            users: 1,
        };
        let id = self.place(list);
        let (lists, hasher) = (&self.kept, &self.hasher);
        let rehash = |id: &u32| at(lists, *id).map_or(0, |list| hasher.hash_one(&list.hops));
        self.by_hops.insert_unique(hash, id, rehash);
        HopsId(id)
    }

    fn place(&mut self, list: List) -> u32 {
        if let Some(id) = self.free.pop()
            && let Some(place) = self.kept.get_mut(id as usize)
        {
            *place = Some(list);
            return id;
        }
        self.kept.push(Some(list));
        // There are fewer lists than rules, and fewer rules than 2^32, see `Tables`.
        u32::try_from(self.kept.len() - 1).unwrap_or(u32::MAX)
    }

    /// One user less.
    pub(super) fn release(&mut self, id: HopsId) {
        let Some(place) = self.kept.get_mut(id.0 as usize) else {
            return;
        };
        match place {
            Some(list) if list.users > 1 => list.users -= 1,
            _ => {
                if let Some(list) = place.take() {
                    self.forget(id.0, &list);
                }
            }
        }
    }

    fn forget(&mut self, id: u32, list: &List) {
        let hash = self.hasher.hash_one(&list.hops);
        if let Ok(entry) = self.by_hops.find_entry(hash, |other| *other == id) {
            entry.remove();
        }
        self.free.push(id);
        for hop in list.hops.iter() {
            if let Some(lists) = self.known.get_mut(hop) {
                *lists -= 1;
                if *lists == 0 {
                    self.known.remove(hop);
                }
            }
        }
    }

    /// Judges all lists by other settings.
    pub(super) fn judge(&mut self, settings: &AllSettings) {
        for list in self.kept.iter_mut().flatten() {
            list.service = common_service(&list.hops, settings);
        }
    }
}

fn at(lists: &[Option<List>], id: u32) -> Option<&List> {
    lists.get(id as usize)?.as_ref()
}

fn common_service(hops: &NextHops, settings: &AllSettings) -> Option<Service> {
    Service::reaching(hops, |hop| settings.service(hop))
}
