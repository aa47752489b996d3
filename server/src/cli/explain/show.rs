//! An explanation as text.

use gateway::explain::{Explanation, Hop, RuleOutcome};
use gateway::postfix::Check;
use store::PasswordState;

use super::super::{Failure, output};

/// The answer first, then why.
pub(super) fn explanation(explanation: &Explanation) -> Result<(), Failure> {
    output::line(&explanation.answer)?;
    if let Some(advice) = &explanation.advice {
        output::line(advice)?;
    }
    if let Some(domain) = &explanation.domain {
        output::line(if explanation.accepted {
            format!("{domain} is a managed domain: its mail is accepted from outside.")
        } else {
            format!("{domain} is no managed domain: its mail is not accepted from outside.")
        })?;
    }
    if !explanation.rules.is_empty() {
        output::line("\nRules, in the order in which they are tried:")?;
    }
    for rule in &explanation.rules {
        let mark = match rule.outcome {
            RuleOutcome::Wins => "wins",
            RuleOutcome::PassedOver => "passed over",
            RuleOutcome::OtherScope => "other scope",
            RuleOutcome::Disabled => "disabled",
            RuleOutcome::Absent => "none",
        };
        output::line(format_args!(
            "  {mark:<12} {}{}",
            rule.title,
            if rule.outcome == RuleOutcome::Absent {
                String::new()
            } else {
                format!(". {}", rule.finding)
            }
        ))?;
    }
    if !explanation.next_hops.is_empty() {
        output::line("\nNext hops:")?;
    }
    for hop in &explanation.next_hops {
        next_hop(hop)?;
    }
    output::line("\nPostfix:")?;
    match &explanation.postfix {
        None => output::line("  There is no Postfix on this machine to compare with."),
        Some(checks) => checks.iter().try_for_each(check),
    }
}

fn next_hop(hop: &Hop) -> Result<(), Failure> {
    let tls = match &hop.tls {
        Some(tls) => format!("TLS {tls}"),
        None => "TLS as Postfix itself is set".to_owned(),
    };
    let login = match (&hop.user, hop.password) {
        (Some(user), _) => format!("signs in as {user}"),
        (None, PasswordState::Unreadable) => {
            "the password cannot be read: enter it again".to_owned()
        }
        (None, _) => "does not sign in".to_owned(),
    };
    output::line(format_args!("  {}  {tls}, {login}", hop.next_hop))?;
    let Some(dns) = &hop.dns else {
        return Ok(());
    };
    if !dns.addresses.is_empty() && hop.host_is_name() {
        let addresses: Vec<_> = dns.addresses.iter().map(ToString::to_string).collect();
        output::line(format_args!("    DNS now: {}", addresses.join(", ")))?;
    }
    for words in [&dns.problem, &dns.caution].into_iter().flatten() {
        output::line(format_args!("    {words}"))?;
    }
    Ok(())
}

fn check(check: &Check) -> Result<(), Failure> {
    let outcome = check.outcome.to_string();
    output::line(format_args!("  {outcome:<8} {}", check.found))?;
    match &check.fix {
        Some(fix) => output::line(format_args!("           -> {fix}")),
        None => Ok(()),
    }
}
