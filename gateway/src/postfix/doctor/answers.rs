//! Whether the look-up service, and Postfix with all its tables, answer what the console says.

use super::super::list;
use super::super::live::Live;
use super::super::system::System;
use super::super::table::Map;
use super::exam::{Asked, Exam};
use super::{Answer, AnswerSample};

pub(super) const RESTART: &str = "systemctl restart smart-hosts-lookup.service";

pub(super) fn examine(exam: &mut Exam<'_, impl System>) {
    if let Some(problem) = &exam.expected.problem {
        return exam.unknown(
            "answers",
            format!("There is nothing to compare answers with: {problem}"),
        );
    }
    if !exam.answering {
        return exam.unknown(
            "answers",
            "Without a look-up service there are no answers to compare.",
        );
    }
    let expected = exam.expected;
    compare(
        exam,
        "answers-transport",
        Map::Transport,
        &expected.transport,
    );
    compare(exam, "answers-relay", Map::Relay, &expected.relay);
    order(exam);
    accounts(exam);
    policies(exam);
}

fn compare(exam: &mut Exam<'_, impl System>, name: &str, map: Map, samples: &[AnswerSample]) {
    let mut different = Vec::new();
    for sample in samples {
        let (asked, _) = exam.ask_service(&sample.key, map);
        if !agree(&asked, &sample.answer) {
            different.push(format!(
                "{}: {} instead of {}",
                sample.key,
                asked.in_words(),
                in_words(&sample.answer)
            ));
        }
    }
    report(
        exam,
        name,
        samples.len(),
        &different,
        "The look-up service answers what the database says",
    );
}

fn report(
    exam: &mut Exam<'_, impl System>,
    name: &str,
    asked: usize,
    different: &[String],
    fine: &str,
) {
    match different {
        [] if asked == 0 => exam.ok(name, "There is nothing to compare yet."),
        [] => exam.ok(name, format!("{fine} ({asked} compared).")),
        [first, ..] => {
            let found = format!("{first} ({} of {asked} differ).", different.len());
            exam.failure(name, found, RESTART);
        }
    }
}

fn agree(asked: &Asked, answer: &Answer) -> bool {
    match (asked, answer) {
        (Asked::Found(value), Answer::Found(wanted)) => value == wanted,
        (Asked::NotFound, Answer::NotFound) => true,
        _ => false,
    }
}

fn in_words(answer: &Answer) -> String {
    match answer {
        Answer::Found(value) => super::exam::shown(value),
        Answer::NotFound => "not found".to_owned(),
    }
}

/// The tables in `transport_maps` before ours, which answer before it is asked.
fn before_ours(live: &Live) -> Vec<String> {
    list::words(live.value("transport_maps"))
        .into_iter()
        .take_while(|word| !Map::Transport.is_named_by(word))
        .map(str::to_owned)
        .collect()
}

/// A table of the administrator's that stands before ours and knows the same address wins in silence.
fn order(exam: &mut Exam<'_, impl System>) {
    let name = "transport-order";
    let tables = before_ours(exam.live);
    let expected = exam.expected;
    let mut asked = 0;
    for table in &tables {
        for sample in &expected.transport {
            if sample.answer == Answer::NotFound {
                continue;
            }
            asked += 1;
            match exam.ask(&sample.key, table).0 {
                Asked::NotFound => {}
                Asked::Found(value) => {
                    let value = super::exam::shown(&value);
                    let fix = format!(
                        "postmap -q {} {table}",
                        super::super::shell::quoted(&sample.key)
                    );
                    return exam.warning(
                        name,
                        format!(
                            "{table} stands before the look-up service and sends {} to {value}.",
                            sample.key
                        ),
                        fix,
                    );
                }
                other => {
                    let fix = format!(
                        "postmap -q {} {table}",
                        super::super::shell::quoted(&sample.key)
                    );
                    let found = format!(
                        "{table} in transport_maps gives {}. Mail waits.",
                        other.in_words()
                    );
                    return exam.failure(name, found, fix);
                }
            }
        }
    }
    exam.ok(
        name,
        match tables.len() {
            0 => "The look-up service is asked first.".to_owned(),
            number => format!("{number} tables are asked before the look-up service; none has an answer of its own ({asked} asked)."),
        },
    );
}

/// Postfix asks for the bare host first, then for `[host]:port`. An account under the first would be
/// used for every port of the host.
fn accounts(exam: &mut Exam<'_, impl System>) {
    let mut different = Vec::new();
    let expected = exam.expected;
    for sample in &expected.next_hops {
        let wanted = sample.user.as_deref();
        let (asked, _) = exam.ask_service(&sample.next_hop, Map::Sasl);
        let user = match &asked {
            Asked::Found(account) => account.split_once(':').map(|(user, _)| user),
            _ => None,
        };
        let agrees = match &asked {
            Asked::Found(_) => user.is_some() && user == wanted,
            Asked::NotFound => wanted.is_none(),
            _ => false,
        };
        if !agrees {
            // The answer holds a password: only that there is one is said.
            let wanted = wanted.map_or_else(
                || "no account".to_owned(),
                |user| format!("the account {user:?}"),
            );
            different.push(format!(
                "{}: {} instead of {wanted}",
                sample.next_hop,
                asked.in_short()
            ));
        }
        let bare = bare_host(&sample.next_hop);
        let (asked, _) = exam.ask_service(bare, Map::Sasl);
        if asked != Asked::NotFound {
            different.push(format!(
                "{bare} without a port: {} instead of not found",
                asked.in_short()
            ));
        }
    }
    report(
        exam,
        "answers-accounts",
        expected.next_hops.len(),
        &different,
        "Accounts are found by [host]:port only",
    );
}

fn bare_host(next_hop: &str) -> &str {
    next_hop
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or(next_hop, |(host, _)| host)
}

fn policies(exam: &mut Exam<'_, impl System>) {
    let mut different = Vec::new();
    let expected = exam.expected;
    let mut compared = 0;
    for sample in &expected.next_hops {
        let Some(wanted) = &sample.tls else { continue };
        compared += 1;
        let (asked, _) = exam.ask_service(&sample.next_hop, Map::Tls);
        if !agree(&asked, &Answer::Found(wanted.clone())) {
            let asked = asked.in_words();
            different.push(format!(
                "{}: {asked} instead of {wanted:?}",
                sample.next_hop
            ));
        }
    }
    report(
        exam,
        "answers-tls",
        compared,
        &different,
        "TLS policies are as in the database",
    );
}
