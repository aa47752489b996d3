//! The whole test: all addresses of a host, as Postfix goes through them.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use routing::Host;
use tokio::net::TcpStream;

use crate::probe::names::NoAddress;
use crate::probe::record::{Ending, Record, Stopped};
use crate::probe::report::{Kind, Outcome, Report, Step};
use crate::probe::session::{self, Ended, Setting, Summary};
use crate::probe::{Plan, Prober};

/// Addresses that Postfix tries at most (`smtp_mx_address_limit`, postconf(5)).
const ADDRESSES: usize = 5;
/// Conversations that Postfix begins at most for one delivery (`smtp_mx_session_limit`).
const SESSIONS: usize = 2;

/// Makes the test. Every step goes to `record` as it happens.
pub(super) async fn run(plan: &Plan, prober: &Prober, now: Duration, mut record: Record) -> Report {
    let ended = deliver(plan, prober, now, &mut record).await;
    report(plan, record.into_steps(), ended.as_ref().ok())
}

async fn deliver(
    plan: &Plan,
    prober: &Prober,
    now: Duration,
    record: &mut Record,
) -> Result<Summary, Stopped> {
    let addresses = resolve(plan, prober, record).await?;
    let count = addresses.len().min(ADDRESSES);
    let mut sessions = 0;
    let mut done = None;
    for (index, address) in addresses.into_iter().take(count).enumerate() {
        let has_more = index + 1 < count;
        let setting = Setting {
            plan,
            trust: &prober.trust,
            greeting: plan.helo.as_ref().or(prober.greeting.as_ref()),
            now,
            address: SocketAddr::new(address, plan.port.get()),
        };
        if done.is_some() {
            // Delivery would not come here; but it might next time, since Postfix shuffles them.
            record.at(setting.address, true);
            let _ = connect(setting, record).await;
            continue;
        }
        record.at(setting.address, has_more);
        let Ok(stream) = connect(setting, record).await else {
            continue;
        };
        sessions += 1;
        record.at(setting.address, has_more && sessions < SESSIONS);
        match visit(setting, record, stream).await {
            Ok(summary) => done = Some(summary),
            Err(Stopped) if sessions == SESSIONS => break,
            Err(Stopped) => {}
        }
    }
    done.ok_or(Stopped)
}

/// One address, with the second call in clear where Postfix would make one.
async fn visit(
    setting: Setting<'_>,
    record: &mut Record,
    stream: TcpStream,
) -> Result<Summary, Stopped> {
    match session::converse(setting, record, stream, false).await {
        Ok(summary) => Ok(summary),
        Err(Ended::Stopped) => Err(Stopped),
        Err(Ended::ClearNext) => {
            let stream = connect(setting, record).await?;
            let second = session::converse(setting, record, stream, true).await;
            second.map_err(|_| Stopped)
        }
    }
}

async fn resolve(
    plan: &Plan,
    prober: &Prober,
    record: &mut Record,
) -> Result<Vec<IpAddr>, Stopped> {
    record.begin(Kind::Resolve);
    let name = match &plan.host {
        Host::V4(address) => return literal(record, IpAddr::V4(*address)),
        Host::V6(address) => return literal(record, IpAddr::V6(*address)),
        Host::Name(name) => name,
    };
    let look_up = prober.names.addresses(name);
    let found = match record.within(plan.limits.resolve, look_up).await {
        Ok(found) => found,
        Err(late) => Err(NoAddress::Unknown(late.to_string())),
    };
    match found {
        Ok(addresses) => {
            let shown: Vec<_> = addresses.iter().take(20).map(IpAddr::to_string).collect();
            let finding = format!("{name} has {}.", shown.join(", "));
            record.end(if addresses.len() > ADDRESSES {
                Ending::ok(format!("{finding} Delivery tries {ADDRESSES} of them."))
            } else {
                Ending::ok(finding)
            })?;
            Ok(addresses)
        }
        Err(NoAddress::NoSuchName) => Err(record.fail(
            format!("There is no host {name} in DNS."),
            "Check the spelling. Postfix asks DNS only, not this machine's hosts file, unless \
             smtp_host_lookup says otherwise.",
        )),
        Err(NoAddress::NoRecords) => Err(record.fail(
            format!("{name} has no address in DNS, neither A nor AAAA."),
            "Type the name of the server itself: MX records are not followed.",
        )),
        Err(NoAddress::Unknown(reason)) => Err(record.fail(
            format!("No name server can tell the address of {name}: {reason}"),
            "Check the name servers of this machine. Mail would wait.",
        )),
    }
}

fn literal(record: &mut Record, address: IpAddr) -> Result<Vec<IpAddr>, Stopped> {
    record.end(Ending::skipped("An address needs no name resolution."))?;
    Ok(vec![address])
}

async fn connect(setting: Setting<'_>, record: &mut Record) -> Result<TcpStream, Stopped> {
    record.begin(Kind::Connect);
    let address = setting.address;
    let limit = setting.plan.limits.connect;
    match record.within(limit, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => {
            record.end(Ending::ok(format!("Connected to {address}.")))?;
            Ok(stream)
        }
        Ok(Err(error)) => {
            let advice = match error.kind() {
                ErrorKind::ConnectionRefused => {
                    "Nothing listens there, or a firewall refuses it. Check the port, and that the \
                     server runs."
                }
                ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
                    "This machine knows no way there. Check its network."
                }
                _ => "Check the network between this machine and the server.",
            };
            Err(record.fail(format!("No connection to {address}: {error}."), advice))
        }
        Err(late) => Err(record.fail(
            format!("No connection to {address}. {late}"),
            "A firewall may drop it on the way. Check that the server may be reached from here.",
        )),
    }
}

fn report(plan: &Plan, steps: Vec<Step>, summary: Option<&Summary>) -> Report {
    let worst = steps.iter().map(|step| step.outcome).max();
    // A way that failed was a failure only if it was the last one.
    let (outcome, decisive) = match (summary, worst) {
        (None, _) => (Outcome::Failure, steps.last()),
        (Some(_), Some(Outcome::Warning)) => (
            Outcome::Warning,
            steps.iter().find(|step| step.outcome == Outcome::Warning),
        ),
        (Some(_), _) => (Outcome::Ok, None),
    };
    let verdict = match (summary, decisive) {
        (Some(summary), None) => success(plan, summary),
        (Some(summary), Some(step)) => {
            format!(
                "{} But: {}: {}",
                success(plan, summary),
                step.kind,
                step.finding
            )
        }
        (None, Some(step)) => format!(
            "Mail would not be delivered. {}: {}",
            step.kind, step.finding
        ),
        (None, None) => "Mail would not be delivered.".to_owned(),
    };
    Report {
        host: plan.host.clone(),
        port: plan.port,
        outcome,
        verdict,
        advice: decisive.and_then(|step| step.advice.clone()),
        steps,
    }
}

fn success(plan: &Plan, summary: &Summary) -> String {
    let way = match &summary.tls {
        Some(_) => "over TLS",
        None => "in clear",
    };
    let who = if summary.logged_in {
        ", with login"
    } else {
        ", without login"
    };
    let end = match &plan.envelope {
        Some(envelope) => format!("; the server takes {}", envelope.to),
        None => ", as far as can be told without a recipient".to_owned(),
    };
    format!("Mail would be delivered {way}{who}{end}.")
}
