//! What a person typed into a form, and its reading.

#[cfg(test)]
mod tests;

use crate::comment::Comment;
use crate::domain::{Domain, DomainError};
use crate::enabled;
use crate::host::{Host, HostError, split_host_port};
use crate::managed::ManagedDomain;
use crate::next_hop::NextHop;
use crate::next_hops::{NextHops, NextHopsError};
use crate::pattern::{Pattern, PatternError};
use crate::port::{Port, PortError};
use crate::route::Route;
use crate::scope::Scope;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a person typed into a form, as it was typed. The same shape serves routes, managed domains
/// and the default domain routing; what is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Input {
    /// The domain; for a route also `.example.com` or `*.example.com`.
    pub domain: String,
    /// A [`Scope`]; empty for [`Scope::Domain`].
    pub scope: String,
    /// A host name or an IP address, perhaps with a port after it.
    pub relay_host: String,
    /// A port.
    pub relay_port: String,
    /// A comment.
    pub comment: String,
    /// The hosts to try after the first one, in order, as [`NextHops`] reads them; routes only.
    /// `None` where the form has no such field: an edit then keeps those that there are.
    pub further_hosts: Option<String>,
    /// Whether a route is enabled: `yes` or `no`; routes only. `None` where the form has no such
    /// field: a new route is, and an edit keeps it as it was.
    pub enabled: Option<String>,
}

/// A field of [`Input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// [`Input::domain`].
    Domain,
    /// [`Input::scope`].
    Scope,
    /// [`Input::relay_host`].
    Host,
    /// [`Input::relay_port`].
    Port,
    /// [`Input::comment`].
    Comment,
    /// [`Input::further_hosts`].
    FurtherHosts,
    /// [`Input::enabled`].
    Enabled,
}

impl Field {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Domain,
        Self::Scope,
        Self::Host,
        Self::Port,
        Self::Comment,
        Self::FurtherHosts,
        Self::Enabled,
    ];

    /// The field with this [`Field::id`].
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.id() == id)
    }

    /// The name of the form control, which is the name of the struct's field.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Scope => "scope",
            Self::Host => "relay_host",
            Self::Port => "relay_port",
            Self::Comment => "comment",
            Self::FurtherHosts => "further_hosts",
            Self::Enabled => "enabled",
        }
    }

    /// The name of the column in a file.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Port => "port",
            field => field.id(),
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong and what would be right, as a sentence.
    pub message: String,
}

impl FieldError {
    /// Puts a sentence beside a field.
    #[must_use]
    pub fn new(field: Field, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

impl Input {
    /// Reads a route.
    ///
    /// A port pasted along with the host (`mail.example.net:2525`) is taken where the port field is
    /// empty, agrees, or holds the suggestion, 25.
    ///
    /// # Errors
    /// Everything that is wrong, at most one sentence a field, in the order of the fields.
    pub fn route(&self) -> Result<Route, Vec<FieldError>> {
        self.read_route().map_err(shown)
    }

    /// Reads a managed domain. Host and port both empty mean the default domain routing; so does an
    /// empty host beside the suggested port, 25.
    ///
    /// # Errors
    /// As [`Input::route`]. A managed domain has no scope: anything but [`Scope::Domain`] is
    /// refused, and so is a leading dot.
    pub fn managed_domain(&self) -> Result<ManagedDomain, Vec<FieldError>> {
        self.read_managed_domain().map_err(shown)
    }

    /// Reads the default domain routing, from host and port alone. `None` where both are empty, or
    /// the host is empty beside the suggested port, 25.
    ///
    /// # Errors
    /// As [`Input::route`].
    pub fn next_hop(&self) -> Result<Option<NextHop>, Vec<FieldError>> {
        self.read_optional_next_hop().map_err(shown)
    }

    /// What a browser may say about a route before the server is asked: the errors of
    /// [`Input::route`] without [`DomainError::NeedsServer`], which is no refusal.
    #[must_use]
    pub fn route_refusals(&self) -> Vec<FieldError> {
        refusals(self.read_route())
    }

    /// As [`Input::route_refusals`], for a managed domain.
    #[must_use]
    pub fn managed_domain_refusals(&self) -> Vec<FieldError> {
        refusals(self.read_managed_domain())
    }

    /// As [`Input::route_refusals`], for the default domain routing.
    #[must_use]
    pub fn next_hop_refusals(&self) -> Vec<FieldError> {
        refusals(self.read_optional_next_hop())
    }

    fn read_route(&self) -> Result<Route, Vec<Fault>> {
        let mut faults = Vec::new();
        let scope = keep(self.read_scope(), &mut faults);
        // Beside a bad scope the domain is judged too, as though no scope had been chosen.
        let pattern = Pattern::parse(&self.domain, scope.unwrap_or_default());
        let pattern = keep(pattern.map_err(domain_fault), &mut faults);
        let next_hops = keep(self.read_next_hops(), &mut faults);
        let comment = keep(self.read_comment(), &mut faults);
        let enabled = keep(self.read_enabled(), &mut faults);
        match (pattern, next_hops, comment, enabled) {
            (Some(pattern), Some(next_hops), Some(comment), Some(enabled)) if faults.is_empty() => {
                Ok(Route {
                    pattern,
                    next_hops,
                    comment,
                    enabled,
                })
            }
            _ => Err(faults),
        }
    }

    fn read_managed_domain(&self) -> Result<ManagedDomain, Vec<Fault>> {
        let mut faults = Vec::new();
        keep(self.refuse_subdomains(), &mut faults);
        keep(self.refuse_further_hosts(), &mut faults);
        keep(self.refuse_disabled(), &mut faults);
        let domain = Domain::parse(&self.domain).map_err(PatternError::from);
        let domain = keep(domain.map_err(domain_fault), &mut faults);
        let routing = keep(self.read_optional_next_hop(), &mut faults);
        let comment = keep(self.read_comment(), &mut faults);
        match (domain, routing, comment) {
            (Some(domain), Some(routing), Some(comment)) if faults.is_empty() => {
                Ok(ManagedDomain {
                    domain,
                    routing,
                    comment,
                })
            }
            _ => Err(faults),
        }
    }

    fn read_scope(&self) -> Result<Scope, Vec<Fault>> {
        if self.scope.trim().is_empty() {
            return Ok(Scope::default());
        }
        Scope::from_str(&self.scope).map_err(|error| fault(Field::Scope, error.to_string()))
    }

    fn refuse_subdomains(&self) -> Result<(), Vec<Fault>> {
        if self.read_scope()? == Scope::Domain {
            return Ok(());
        }
        let message = format!(
            "A managed domain has no subdomains. Choose \"{}\", and add each subdomain by itself.",
            Scope::Domain.label()
        );
        Err(fault(Field::Scope, message))
    }

    fn refuse_further_hosts(&self) -> Result<(), Vec<Fault>> {
        match self.further_hosts.as_deref().map(str::trim) {
            None | Some("") => Ok(()),
            Some(_) => Err(fault(
                Field::FurtherHosts,
                "A managed domain has one host. Leave the further hosts empty.".to_owned(),
            )),
        }
    }

    fn refuse_disabled(&self) -> Result<(), Vec<Fault>> {
        if self.read_enabled()? {
            return Ok(());
        }
        Err(fault(
            Field::Enabled,
            "A managed domain cannot be disabled. Delete it instead.".to_owned(),
        ))
    }

    fn read_comment(&self) -> Result<Comment, Vec<Fault>> {
        Comment::parse(&self.comment).map_err(|error| fault(Field::Comment, error.to_string()))
    }

    fn read_enabled(&self) -> Result<bool, Vec<Fault>> {
        match self.enabled.as_deref() {
            None => Ok(true),
            Some(typed) => {
                enabled::parse(typed).map_err(|error| fault(Field::Enabled, error.to_string()))
            }
        }
    }

    /// Nothing typed, or a port that was suggested and left alone, means no next hop.
    fn read_optional_next_hop(&self) -> Result<Option<NextHop>, Vec<Fault>> {
        if !self.relay_host.trim().is_empty() {
            return self.read_next_hop().map(Some);
        }
        match Port::parse(&self.relay_port) {
            Err(PortError::Empty) | Ok(Port::DEFAULT) => Ok(None),
            Ok(port) => {
                let message = format!("Type the host for port {port}, or leave both empty.");
                Err(fault(Field::Host, message))
            }
            Err(error) => Err(fault(Field::Port, error.to_string())),
        }
    }

    fn read_next_hops(&self) -> Result<NextHops, Vec<Fault>> {
        let mut faults = Vec::new();
        let first = keep(self.read_next_hop(), &mut faults);
        let further = keep(self.read_further_hosts(), &mut faults);
        match (first, further) {
            (Some(first), Some(further)) => NextHops::new(first, further).map_err(further_fault),
            _ => Err(faults),
        }
    }

    #[cfg(feature = "idna")]
    fn read_further_hosts(&self) -> Result<Vec<NextHop>, Vec<Fault>> {
        let typed = self.further_hosts.as_deref().unwrap_or_default();
        crate::next_hops::parse_all(typed).map_err(further_fault)
    }

    /// A browser leaves them to the server, and so need not carry what reads them.
    #[cfg(not(feature = "idna"))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the shape of the other one"
    )]
    fn read_further_hosts(&self) -> Result<Vec<NextHop>, Vec<Fault>> {
        Ok(Vec::new())
    }

    fn read_next_hop(&self) -> Result<NextHop, Vec<Fault>> {
        let mut faults = Vec::new();
        let (host, pasted_port) = split_host_port(&self.relay_host);
        let host = keep(Host::parse(host).map_err(host_fault), &mut faults);
        let port = self.read_port(pasted_port);
        let port = keep(
            port.map_err(|message| fault(Field::Port, message)),
            &mut faults,
        );
        match (host, port) {
            (Some(host), Some(port)) => Ok(NextHop { host, port }),
            _ => Err(faults),
        }
    }

    fn read_port(&self, pasted: Option<&str>) -> Result<Port, String> {
        let own = Port::parse(&self.relay_port);
        let port = match (pasted, own) {
            (None, own) => own,
            (Some(pasted), Err(PortError::Empty)) => Port::parse(pasted),
            (Some(_), Err(error)) => Err(error),
            (Some(pasted), Ok(own)) => match Port::parse(pasted) {
                Ok(pasted) if own != pasted && own != Port::DEFAULT => {
                    return Err(format!(
                        "The host ends in port {pasted}, but this field says {own}. Keep one of \
                         them."
                    ));
                }
                pasted => pasted,
            },
        };
        port.map_err(|error| error.to_string())
    }
}

/// A field error that remembers whether it is one for the server to judge.
struct Fault {
    error: FieldError,
    needs_server: bool,
}

fn fault(field: Field, message: String) -> Vec<Fault> {
    vec![Fault {
        error: FieldError::new(field, message),
        needs_server: false,
    }]
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn domain_fault(error: PatternError) -> Vec<Fault> {
    vec![Fault {
        needs_server: error == PatternError::Domain(DomainError::NeedsServer),
        error: FieldError::new(Field::Domain, error.to_string()),
    }]
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn host_fault(error: HostError) -> Vec<Fault> {
    vec![Fault {
        needs_server: error == HostError::Name(DomainError::NeedsServer),
        error: FieldError::new(Field::Host, error.to_string()),
    }]
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn further_fault(error: NextHopsError) -> Vec<Fault> {
    let needs_server = matches!(
        &error,
        NextHopsError::Host {
            error: HostError::Name(DomainError::NeedsServer),
            ..
        }
    );
    vec![Fault {
        needs_server,
        error: FieldError::new(Field::FurtherHosts, error.to_string()),
    }]
}

/// Next hops with spaces between them, as the form and the files hold them.
pub(crate) fn joined(hops: &[NextHop]) -> String {
    let hops: Vec<_> = hops.iter().map(ToString::to_string).collect();
    hops.join(" ")
}

fn keep<T>(result: Result<T, Vec<Fault>>, faults: &mut Vec<Fault>) -> Option<T> {
    result.map_err(|new| faults.extend(new)).ok()
}

/// In the order of the fields.
fn shown(mut faults: Vec<Fault>) -> Vec<FieldError> {
    faults.sort_by_key(|fault| fault.error.field);
    faults.into_iter().map(|fault| fault.error).collect()
}

fn refusals<T>(read: Result<T, Vec<Fault>>) -> Vec<FieldError> {
    let mut faults = read.err().unwrap_or_default();
    faults.retain(|fault| !fault.needs_server);
    shown(faults)
}
