//! How many connections there are, and from where.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::refusal::Refusal;
use crate::limits::Limits;

/// The places for connections.
#[derive(Debug)]
pub(super) struct Places {
    taken: Arc<Mutex<Taken>>,
    most: usize,
    most_per_address: usize,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_client: HashMap<IpAddr, usize>,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            taken: Arc::default(),
            most: limits.connections,
            most_per_address: limits.connections_per_address,
        }
    }

    /// A place for a connection; one that `is_proxy` has all places to itself.
    ///
    /// # Errors
    /// That there is none.
    pub(super) fn take(&self, peer: IpAddr, is_proxy: bool) -> Result<Place, Refusal> {
        let client = client(peer);
        let mut taken = lock(&self.taken);
        if taken.all >= self.most {
            return Err(Refusal::TooMany);
        }
        let has = taken.by_client.get(&client).copied().unwrap_or_default();
        if has >= self.most_per_address && !is_proxy {
            return Err(Refusal::TooManyFromYou);
        }
        taken.all += 1;
        taken.by_client.insert(client, has + 1);
        Ok(Place {
            taken: Arc::clone(&self.taken),
            client,
        })
    }
}

/// What counts as one client.
fn client(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            let network = address.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        address => address,
    }
}

/// A place, taken until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    client: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        if let Some(has) = taken.by_client.get_mut(&self.client) {
            *has -= 1;
            if *has == 0 {
                taken.by_client.remove(&self.client);
            }
        }
    }
}

/// A count is whole at all times, so a panic elsewhere has not spoilt it.
fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, connections_per_address: usize) -> Places {
        Places::new(&Limits {
            connections,
            connections_per_address,
            ..Limits::default()
        })
    }

    #[test]
    fn a_place_is_free_again_once_it_is_left() {
        let places = places(10, 2);
        let [here, there]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse().unwrap());
        let first = places.take(here, false).unwrap();
        let _second = places.take(here, false).unwrap();
        assert_eq!(
            places.take(here, false).unwrap_err(),
            Refusal::TooManyFromYou
        );
        let other = places.take(there, false).unwrap();
        drop(first);
        let _third = places.take(here, false).unwrap();
        drop(other);
        assert_eq!(lock(&places.taken).by_client.len(), 1);
    }

    #[test]
    fn a_proxy_may_have_all_places_but_no_more() {
        let places = places(3, 1);
        let proxy: IpAddr = "192.0.2.1".parse().unwrap();
        let _taken: Vec<_> = (0..3).map(|_| places.take(proxy, true).unwrap()).collect();
        assert_eq!(places.take(proxy, true).unwrap_err(), Refusal::TooMany);
        let other = "192.0.2.2".parse().unwrap();
        assert_eq!(places.take(other, false).unwrap_err(), Refusal::TooMany);
    }

    #[test]
    fn a_network_of_64_bits_is_one_client() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::1"),
        ] {
            assert_eq!(
                client(address.parse().unwrap()),
                counted.parse::<IpAddr>().unwrap(),
                "{address}"
            );
        }
    }
}
