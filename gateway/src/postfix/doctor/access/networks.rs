//! Who may relay by address: `mynetworks`.

use std::net::IpAddr;

use super::super::super::list;
use super::super::super::system::System;
use super::super::exam::{Asked, Exam};

/// An address of nobody's (TEST-NET-1, RFC 5737), which no table may list.
const NOBODYS_ADDRESS: &str = "192.0.2.1";

/// Networks with fewer fixed bits than these are larger than any one organisation's.
const BROAD_V4: u8 = 8;
const BROAD_V6: u8 = 19;

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    let name = "mynetworks";
    let servers = exam
        .live
        .services()
        .iter()
        .filter(|service| service.command == "smtpd");
    let mut lists = vec![("main.cf".to_owned(), exam.live.value(name).to_owned())];
    for server in servers {
        let entry = format!("{}/{}", server.name, server.kind);
        if let Some(value) = exam.live.option(&entry, name) {
            lists.push((entry, value.to_owned()));
        }
    }
    for (place, value) in &lists {
        for word in list::words(value) {
            let Some(width) = width(exam, word) else {
                continue;
            };
            let fix = if place == "main.cf" {
                exam.postconf(&["-e", "mynetworks=127.0.0.0/8 [::1]/128"])
            } else {
                exam.postconf(&["-P", &format!("{place}/mynetworks=127.0.0.0/8,[::1]/128")])
            };
            match width {
                Width::Everybody => {
                    return exam.failure(
                        name,
                        format!("mynetworks in {place} has {word}: everybody may relay through this gateway."),
                        fix,
                    );
                }
                Width::Broad => {
                    return exam.warning(
                        name,
                        format!("mynetworks in {place} has {word}, more than one organisation's network; all of it may relay."),
                        fix,
                    );
                }
            }
        }
    }
    exam.ok(name, format!("Only {} may relay by address.", lists[0].1));
}

/// How much too wide a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Everybody,
    Broad,
}

fn width<S: System>(exam: &Exam<'_, S>, word: &str) -> Option<Width> {
    if word.starts_with('!') {
        return None;
    }
    if word.starts_with('/') {
        let text = exam.system.read(word.as_ref()).unwrap_or_default();
        let widths = list::words(&text).into_iter().filter_map(network);
        return widths.min_by_key(|width| u8::from(*width == Width::Broad));
    }
    if let Some(width) = network(word) {
        return Some(width);
    }
    let is_table = word.split_once(':').is_some_and(|(kind, rest)| {
        kind.bytes().all(|b| b.is_ascii_lowercase()) && !kind.is_empty() && !rest.is_empty()
    });
    (is_table && matches!(exam.ask(NOBODYS_ADDRESS, word).0, Asked::Found(_)))
        .then_some(Width::Everybody)
}

/// A network as `mynetworks` has it: `192.0.2.0/24`, `[2001:db8::]/32`, an address alone.
fn network(word: &str) -> Option<Width> {
    let (address, bits) = word.rsplit_once('/')?;
    let address: IpAddr = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(address)
        .parse()
        .ok()?;
    let bits: u8 = bits.parse().ok()?;
    // `[::ffff:0.0.0.0]/96` is all of IPv4.
    let (bits, broad) = match address {
        IpAddr::V4(_) => (bits, BROAD_V4),
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() && bits >= 96 => (bits - 96, BROAD_V4),
        IpAddr::V6(_) => (bits, BROAD_V6),
    };
    match bits {
        0 => Some(Width::Everybody),
        bits if bits < broad => Some(Width::Broad),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_measured() {
        for (word, expected) in [
            ("0.0.0.0/0", Some(Width::Everybody)),
            ("[::]/0", Some(Width::Everybody)),
            ("[::ffff:0.0.0.0]/96", Some(Width::Everybody)),
            ("128.0.0.0/1", Some(Width::Broad)),
            ("[2000::]/3", Some(Width::Broad)),
            ("10.0.0.0/8", None),
            ("[::ffff:127.0.0.0]/104", None),
            ("[2001:db8::]/32", None),
            ("192.0.2.1", None),
            ("[::1]/128", None),
            ("hash:/x/0", None),
            ("a/b", None),
        ] {
            assert_eq!(network(word), expected, "{word}");
        }
    }
}
