//! What DNS says of next hops now.

use std::net::IpAddr;
use std::time::Duration;

use futures::future::join_all;
use routing::{Host, Own};
use serde::Serialize;

use super::{Explanation, Hop};
use crate::probe::{Names, NoAddress};

/// Addresses that are shown of a name.
const SHOWN: usize = 20;

/// What DNS says of a host now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dns {
    /// The addresses, in the order of the answers; at most 20. That of the host itself where it is
    /// an address.
    pub addresses: Vec<IpAddr>,
    /// Why there are none; sentences.
    pub problem: Option<String>,
    /// Whether DNS itself says that there are none, and not only nothing.
    #[serde(skip)]
    pub is_nowhere: bool,
    /// That mail would come back, because the host is this gateway; a sentence.
    pub caution: Option<String>,
}

/// Asks for the addresses of all next hops at the same time, for no longer than `limit`.
pub async fn look_up(explanation: &mut Explanation, names: Names, own: &Own, limit: Duration) {
    let hosts = explanation.next_hops.iter().map(|hop| &hop.next_hop.host);
    let found = join_all(hosts.map(|host| of(host, names, own, limit))).await;
    for (hop, dns) in explanation.next_hops.iter_mut().zip(found) {
        hop.dns = Some(dns);
    }
    if !explanation.next_hops.is_empty() && explanation.next_hops.iter().all(Hop::is_nowhere) {
        let nowhere = "But DNS has no address for it now, so it waits: see below.";
        explanation.advice.get_or_insert_with(|| nowhere.to_owned());
    }
}

async fn of(host: &Host, names: Names, own: &Own, limit: Duration) -> Dns {
    let known = own.check(host).err().map(|error| error.to_string());
    let name = match host {
        Host::Name(name) => name,
        Host::V4(address) => return literal(IpAddr::V4(*address), known),
        Host::V6(address) => return literal(IpAddr::V6(*address), known),
    };
    match tokio::time::timeout(limit, names.addresses(name)).await {
        Ok(Ok(addresses)) => {
            let ours = own.found_among(addresses.iter().copied());
            Dns {
                caution: known.or_else(|| {
                    ours.map(|ours| {
                        format!(
                            "{name} is at {ours} now, an address of this gateway: its mail would \
                             come back."
                        )
                    })
                }),
                addresses: addresses.into_iter().take(SHOWN).collect(),
                problem: None,
                is_nowhere: false,
            }
        }
        Ok(Err(error)) => Dns {
            is_nowhere: !matches!(error, NoAddress::Unknown(_)),
            ..none(problem(name.as_str(), &error), known)
        },
        Err(_late) => none(
            format!(
                "No name server has told the address of {name} within {} s. Mail would wait.",
                limit.as_secs()
            ),
            known,
        ),
    }
}

fn literal(address: IpAddr, caution: Option<String>) -> Dns {
    Dns {
        addresses: vec![address],
        caution,
        ..Dns::default()
    }
}

fn none(problem: String, caution: Option<String>) -> Dns {
    Dns {
        problem: Some(problem),
        caution,
        ..Dns::default()
    }
}

fn problem(name: &str, error: &NoAddress) -> String {
    match error {
        NoAddress::NoSuchName => {
            format!("There is no host {name} in DNS: mail cannot go there. Check the spelling.")
        }
        NoAddress::NoRecords => format!(
            "{name} has no address in DNS, neither A nor AAAA: mail cannot go there. Type the name of the \
             server itself: MX records are not followed."
        ),
        NoAddress::Unknown(reason) => {
            let reason: String = reason
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            format!("No name server can tell the address of {name} ({reason}). Mail would wait.")
        }
    }
}
