//! One row of a file before it is understood: the same whatever the format.

use super::LineError;
use crate::host::split_host_port;
use crate::input::{Field, FieldError, Input};
use crate::managed::ManagedDomain;
use crate::pattern;
use crate::route::Route;
use crate::scope::Scope;
use std::borrow::Cow;

/// Takes a row that was read: its line, its text, and its columns or what is wrong with it.
pub(super) type Take<'t> = dyn FnMut(usize, &str, Result<Record<'_>, LineError>) + 't;

/// One row of a file, column by column, and where it stood. What a column lacks is empty.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    pub(super) line: usize,
    pub(super) domain: Cow<'a, str>,
    pub(super) scope: Cow<'a, str>,
    pub(super) host: Cow<'a, str>,
    pub(super) port: Cow<'a, str>,
    pub(super) comment: Cow<'a, str>,
    pub(super) further_hosts: Cow<'a, str>,
    pub(super) enabled: Cow<'a, str>,
}

impl Record<'_> {
    pub(super) fn route(&self) -> Result<Route, Vec<LineError>> {
        self.read(Input::route)
    }

    pub(super) fn managed_domain(&self) -> Result<ManagedDomain, Vec<LineError>> {
        self.read(Input::managed_domain)
    }

    /// Reads the row as though it had been typed into the form, so that one set of rules and
    /// sentences serves both. The form's two courtesies, which rest on suggested values, do not
    /// suit a file, where every value was written on purpose: they are refused first.
    fn read<T>(
        &self,
        parse: impl Fn(&Input) -> Result<T, Vec<FieldError>>,
    ) -> Result<T, Vec<LineError>> {
        if pattern::below(&self.domain).is_some()
            && self.scope.trim().eq_ignore_ascii_case("domain")
        {
            return Err(vec![self.error(FieldError::new(
                Field::Scope,
                format!(
                    "A domain that starts with a dot means its subdomains, but the scope is {}. \
                     Drop the dot, or write {}.",
                    Scope::Domain,
                    Scope::Subdomains
                ),
            ))]);
        }
        if split_host_port(&self.host).1.is_some() && !self.port.trim().is_empty() {
            return Err(vec![self.error(FieldError::new(
                Field::Host,
                "The host ends in a port, which has a column of its own. Write it there only.",
            ))]);
        }
        let input = Input {
            domain: self.domain.clone().into_owned(),
            scope: self.scope.clone().into_owned(),
            relay_host: self.host.clone().into_owned(),
            relay_port: self.port.clone().into_owned(),
            comment: self.comment.clone().into_owned(),
            further_hosts: Some(self.further_hosts.clone().into_owned()),
            enabled: Some(self.enabled.clone().into_owned()),
        };
        parse(&input).map_err(|errors| errors.into_iter().map(|e| self.error(e)).collect())
    }

    fn error(&self, error: FieldError) -> LineError {
        LineError {
            line: self.line,
            column: Some(error.field),
            message: error.message,
        }
    }
}
