//! `relay_domains` and `transport_maps`: whether our tables are named in them, and rightly.

use super::super::list;
use super::super::live::Live;
use super::super::plan::Plan;
use super::super::settings::Settings;
use super::super::system::System;
use super::super::table::Map;
use super::exam::Exam;

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    for (name, parameter, map, without) in [
        (
            "relay-domains",
            "relay_domains",
            Map::Relay,
            "Mail for managed domains is refused.",
        ),
        (
            "transport-maps",
            "transport_maps",
            Map::Transport,
            "No route on the screen has an effect.",
        ),
    ] {
        let value = exam.live.value(parameter).to_owned();
        match fault(&value, map, exam.settings) {
            None => exam.ok(name, format!("{parameter} = {value}")),
            Some(fault) => {
                let fix = exam.postconf(&["-e", &wanted(exam.live, exam.settings, parameter, map)]);
                exam.failure(name, format!("{fault} {without}"), fix);
            }
        }
    }
}

/// What is wrong with the way in which a list names our table.
fn fault(value: &str, map: Map, settings: &Settings) -> Option<String> {
    let table = map.table(&settings.socket);
    let words = list::words(value);
    if words.contains(&&*table) {
        return None;
    }
    if let Some(named) = words.iter().find(|word| map.is_named_by(word)) {
        return Some(if named.starts_with("proxy:") {
            format!("{named} goes through proxymap, where one slow table holds up all others.")
        } else if named.contains(":inet:") {
            format!("{named} is TCP, over which any local user could ask for passwords.")
        } else if named.starts_with("socketmap:unix:/") {
            format!("{named} is an absolute path, which a daemon in a chroot does not find.")
        } else {
            format!("{named} is another socket than {}.", settings.socket)
        });
    }
    let socket = format!("socketmap:unix:{}:", settings.socket);
    let misnamed = words
        .iter()
        .find_map(|word| word.strip_prefix(&*socket).map(|name| (word, name)));
    Some(match misnamed {
        Some((word, name)) => format!(
            "{word} asks for the map {name:?}; the right one is {map:?}.",
            map = map.as_str()
        ),
        None => format!("{table} is not named."),
    })
}

/// The parameter as it should be. Without a plan, because a service's name is taken, just our table.
fn wanted(live: &Live, settings: &Settings, parameter: &str, map: Map) -> String {
    let planned = Plan::new(live, settings).ok().and_then(|plan| {
        let found = plan.main_cf().find(|(name, _)| *name == parameter);
        found.map(|(_, value)| value.to_owned())
    });
    let value = planned.unwrap_or_else(|| map.table(&settings.socket));
    // What the fault left is no table of ours: a wrong map name would stay beside the right one.
    let socket = format!("socketmap:unix:{}:", settings.socket);
    let right = map.table(&settings.socket);
    let words: Vec<&str> = list::words(&value)
        .into_iter()
        .filter(|word| *word == right || !word.starts_with(&*socket))
        .collect();
    format!("{parameter}={}", words.join(", "))
}
