//! `smart-hosts test`: the way to a smart host, tried step by step.

mod show;
mod stored;

use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use futures::StreamExt;
use gateway::probe::{Envelope, Event, Mailbox, Names, Plan, Prober, Report, Trust};
use routing::{
    Account, Host, HostName, NextHop, Password, Port, TlsPolicy, UserName, split_host_port,
};
use store::Version;

use super::password::bounded;
use super::{DataDirArg, Failure, output};
use crate::tested::{self, Known, Login};
use crate::{clock, own};

/// Test the connection to a smart host, as far as delivery goes before it sends a message
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Test {
    /// The smart host: a name, an IPv4 or an IPv6 address; host:port is understood
    host: String,
    /// The port [default: 25]
    port: Option<String>,
    /// The TLS policy: none, opportunistic, required, verified, implicit or implicit-verified
    /// [default: as set for the smart host, else by port: 25 opportunistic, 465 implicit, others
    /// required]
    #[arg(long, value_name = "POLICY")]
    tls: Option<String>,
    /// The name that the certificate must be for, if it is not the host's; .example.com for all
    /// names below it
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        value_name = "NAME",
        requires = "tls"
    )]
    tls_name: String,
    /// Log in as this user [default: as set for the smart host]
    #[arg(long, value_name = "NAME", requires = "password_stdin")]
    user: Option<String>,
    /// Read the password from standard input, one line
    #[arg(long, requires = "user")]
    password_stdin: bool,
    /// Send the password even where TLS does not protect it
    #[arg(long, requires = "user")]
    login_without_tls: bool,
    /// Ask the server whether it takes mail for this address; none is sent
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// The sender to go with it
    #[arg(long, value_name = "ADDRESS", default_value = "<>", requires = "to")]
    from: String,
    /// A file of further certification authorities (PEM); may be given several times. Delivery trusts
    /// them only if Postfix is told to
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
    /// The name to greet with [default: this machine's name, or its address]
    #[arg(long, value_name = "NAME")]
    helo: Option<String>,
    /// The server name to ask for in the TLS handshake; Postfix asks for none unless
    /// `smtp_tls_servername` is set
    #[arg(long, value_name = "NAME")]
    sni: Option<String>,
    /// Who knows the addresses of hosts, as Postfix's `smtp_host_lookup` has it
    #[arg(long, value_enum, default_value_t)]
    host_lookup: HostLookup,
    /// Seconds to wait for each step
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: Option<u16>,
    /// Leave out what is set for the smart host, and do not note the result
    #[arg(long)]
    no_stored: bool,
    /// Print the result as JSON, at the end
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data_dir: DataDirArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum HostLookup {
    /// The name servers
    #[default]
    Dns,
    /// The system's resolver, with /etc/hosts
    Native,
}

impl HostLookup {
    pub(super) fn names(self) -> Names {
        match self {
            Self::Dns => Names::Dns,
            Self::Native => Names::Native,
        }
    }
}

impl Test {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let trust = Trust::system_and(&self.ca).map_err(invalid)?;
        let names = self.host_lookup.names();
        let next_hop = next_hop(&self.host, self.port.as_deref())?;
        // What was typed is read before anything is opened.
        let typed = self.typed(&next_hop)?;
        let store = if self.no_stored {
            None
        } else {
            stored::open(&self.data_dir).await?
        };
        let known = match &store {
            Some(store) => Some(Known::read(store, &next_hop).await?),
            None => None,
        };
        let (plan, settings) = self.plan(next_hop, typed, known)?;
        let json = self.json;
        if !json {
            let is_set = settings.is_some_and(|version| version > Version(0));
            show::heading(&plan, is_set)?;
        }
        let now = clock::now();
        let mut events = Prober::new(names, trust).events(plan, now.since_epoch());
        while let Some(event) = events.next().await {
            match event {
                Event::Step(step) if !json => show::step(&step)?,
                Event::Finished(report) => {
                    if let Some(store) = &store {
                        stored::note(store, tested::note(&report, now, settings)).await;
                    }
                    return finish(&report, json);
                }
                Event::Begun { .. } | Event::Step(_) => {}
            }
        }
        Ok(())
    }

    /// Reads what is to be otherwise than it is set.
    fn typed(&self, of: &NextHop) -> Result<Typed, Failure> {
        let tls = match &self.tls {
            Some(policy) => {
                let tls = TlsPolicy::parse(policy, &self.tls_name).map_err(invalid)?;
                tls.check(of).map_err(invalid)?;
                Some(tls)
            }
            None => None,
        };
        let envelope = match &self.to {
            Some(to) => Some(Envelope {
                from: Mailbox::parse_sender(&self.from).map_err(invalid)?,
                to: Mailbox::parse(to).map_err(invalid)?,
            }),
            None => None,
        };
        let sni = self.sni.as_deref().map(host_name).transpose()?;
        let helo = match &self.helo {
            Some(name) => Some(host_name(name)?),
            None => own::greeting_name(),
        };
        // Last, so that nobody types a password in vain.
        let login = match &self.user {
            Some(user) => Login::Account(Account {
                user: UserName::parse(user).map_err(invalid)?,
                password: read_password(io::stdin().lock())?,
            }),
            None => Login::AsSet,
        };
        Ok(Typed {
            tls,
            envelope,
            sni,
            helo,
            login,
        })
    }

    /// The test to make, and the version of the settings if it is made with nothing else than they
    /// say.
    fn plan(
        &self,
        of: NextHop,
        typed: Typed,
        known: Option<Known>,
    ) -> Result<(Plan, Option<Version>), Failure> {
        let name = of.to_string();
        let known = known.unwrap_or_else(|| Known::nothing(of));
        let (mut plan, settings) = known
            .plan(typed.tls, typed.login)
            .map_err(|unreadable| stored::unreadable(&unreadable, &name))?;
        plan.login_without_tls |= self.login_without_tls;
        plan.envelope = typed.envelope;
        plan.sni = typed.sni;
        plan.helo = typed.helo;
        if let Some(seconds) = self.timeout {
            let limit = Duration::from_secs(seconds.into());
            let limits = &mut plan.limits;
            limits.resolve = limit;
            limits.connect = limit;
            limits.reply = limit;
            limits.handshake = limit;
            // As many steps as a slow but willing server may need.
            limits.overall = limit * 15;
        }
        Ok((plan, settings))
    }
}

/// What is to be otherwise than it is set.
struct Typed {
    tls: Option<TlsPolicy>,
    envelope: Option<Envelope>,
    sni: Option<HostName>,
    helo: Option<HostName>,
    login: Login,
}

fn finish(report: &Report, json: bool) -> Result<(), Failure> {
    if json {
        output::json(report)?;
    }
    if report.is_delivering() {
        return if json { Ok(()) } else { show::verdict(report) };
    }
    // What would be right is in the step that failed, and in the report.
    Err(Failure::Undeliverable(report.verdict.clone()))
}

fn invalid(error: impl std::fmt::Display) -> Failure {
    Failure::Value(error.to_string())
}

fn next_hop(host: &str, port: Option<&str>) -> Result<NextHop, Failure> {
    let (name, pasted) = split_host_port(host);
    let port = match (port, pasted) {
        (Some(port), None) | (None, Some(port)) => Port::parse(port).map_err(invalid)?,
        (None, None) => Port::DEFAULT,
        (Some(_), Some(_)) => {
            return Err(Failure::Value(
                "The port is given twice. Give it once.".to_owned(),
            ));
        }
    };
    Ok(NextHop {
        host: Host::parse(name).map_err(invalid)?,
        port,
    })
}

fn host_name(typed: &str) -> Result<HostName, Failure> {
    match Host::parse(typed).map_err(invalid)? {
        Host::Name(name) => Ok(name),
        Host::V4(_) | Host::V6(_) => Err(Failure::Value(format!(
            "{typed} is an address. Type a host name."
        ))),
    }
}

/// The first line, without its end.
fn read_password(input: impl Read) -> Result<Password, Failure> {
    match bounded(input) {
        Ok(mut text) => {
            let end = text.find('\n').unwrap_or(text.len());
            text.truncate(end);
            if text.ends_with('\r') {
                text.pop();
            }
            Password::parse(text).map_err(invalid)
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Failure::Value(
            "The password is not UTF-8, which Postfix needs.".to_owned(),
        )),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_read_together_or_apart() {
        for (host, port, read) in [
            ("mail.example.net", None, "[mail.example.net]:25"),
            ("mail.example.net", Some("587"), "[mail.example.net]:587"),
            ("mail.example.net:587", None, "[mail.example.net]:587"),
            ("[2001:db8::1]:587", None, "[2001:db8::1]:587"),
            ("2001:db8::1", Some("25"), "[2001:db8::1]:25"),
        ] {
            assert_eq!(next_hop(host, port).unwrap().to_string(), read);
        }
        for (host, port) in [
            ("mail.example.net:587", Some("25")),
            ("mail.example.net", Some("0")),
            ("", None),
            ("a b", None),
        ] {
            assert!(matches!(next_hop(host, port), Err(Failure::Value(_))));
        }
    }

    #[test]
    fn the_password_is_the_first_line() {
        let longest = "x".repeat(Password::MAX_BYTES);
        for (input, password) in [
            ("secret\n", "secret"),
            (" se:cret \r\nmore", " se:cret "),
            ("no line end", "no line end"),
            (&format!("{longest}\r\n"), longest.as_str()),
        ] {
            assert_eq!(read_password(input.as_bytes()).unwrap().expose(), password);
        }
        for bad in [&b""[..], b"\n", b"\xff\n", &[b'x'; Password::MAX_BYTES + 1]] {
            assert!(matches!(read_password(bad), Err(Failure::Value(_))));
        }
    }
}
