//! What a server's certificate says, and whether Postfix would trust it.

mod names;
#[cfg(test)]
mod tests;
mod trusted;

use std::fmt::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::prelude::{ASN1Time, FromDer, X509Certificate, X509Name};

use crate::probe::Trust;
use crate::probe::certificate::names::Names;
use crate::probe::words::line_shown;

const DAY: i64 = 24 * 60 * 60;
/// More certificates above the server's own are not shown.
const CHAIN_SHOWN: usize = 10;

/// A server's certificate, and how it is judged. All texts are fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Whose it is, as a distinguished name.
    pub subject: String,
    /// Who signed it, as a distinguished name.
    pub issuer: String,
    /// The names and addresses it is for, from the subject alternative names.
    pub names: Vec<String>,
    /// The subject's common name, which counts where there are no DNS names.
    pub common_name: Option<String>,
    /// Valid from this moment, RFC 3339 in UTC.
    pub not_before: String,
    /// Valid until this moment, RFC 3339 in UTC.
    pub not_after: String,
    /// Whole days until then, rounded down; negative if it is past.
    pub days_left: i64,
    /// SHA-256 of the whole certificate, as Postfix writes it (`smtp_tls_fingerprint_cert_match`).
    pub sha256: String,
    /// The certificates that the server sent along, in its order.
    pub chain: Vec<Link>,
    /// The name it was compared with.
    pub expected_name: String,
    /// Whether it is for that name.
    pub name_matches: bool,
    /// Whether it is valid now and a trusted authority stands at the end of its chain.
    pub trusted: bool,
    /// What is wrong with it, or soon will be, as sentences.
    pub problems: Vec<String>,
}

/// A certificate above the server's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Valid until this moment, RFC 3339 in UTC.
    pub not_after: String,
}

impl Certificate {
    /// Whether Postfix is content with it on level `secure` with `match=` the expected name.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.trusted && self.name_matches
    }

    /// Reads and judges what a server sent: its own certificate first. `now` is the time since the
    /// epoch.
    pub(super) fn judge(
        sent: &[CertificateDer<'_>],
        trust: &Trust,
        now: Duration,
        expected_name: &str,
    ) -> Option<Self> {
        let (own, above) = sent.split_first()?;
        let Ok((_, parsed)) = X509Certificate::from_der(own) else {
            return Some(Self::unreadable(own, expected_name));
        };
        let names = Names::of(&parsed);
        let validity = parsed.validity();
        let now_seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let left = validity.not_after.timestamp().saturating_sub(now_seconds);
        let mut certificate = Self {
            subject: name_shown(parsed.subject()),
            issuer: name_shown(parsed.issuer()),
            name_matches: names.matches(expected_name),
            names: names.shown(),
            common_name: names.common_name.as_deref().map(text_shown),
            not_before: moment(validity.not_before),
            not_after: moment(validity.not_after),
            days_left: left.div_euclid(DAY),
            sha256: fingerprint(own),
            chain: above.iter().take(CHAIN_SHOWN).filter_map(link).collect(),
            expected_name: expected_name.to_owned(),
            trusted: true,
            problems: Vec::new(),
        };
        if let Err(problem) = trusted::check(own, &parsed, above, trust, now) {
            certificate.trusted = false;
            certificate.problems.push(problem);
        }
        if !certificate.name_matches {
            let problem = certificate.wrong_name();
            certificate.problems.push(problem);
        }
        let lifetime = validity.not_after.timestamp() - validity.not_before.timestamp();
        if (0..14 * DAY).contains(&left) && left < lifetime / 3 {
            certificate.problems.push(format!(
                "It ends in {} days, on {}.",
                certificate.days_left,
                date(validity.not_after)
            ));
        }
        Some(certificate)
    }

    fn unreadable(own: &CertificateDer<'_>, expected_name: &str) -> Self {
        Self {
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            common_name: None,
            not_before: String::new(),
            not_after: String::new(),
            days_left: 0,
            sha256: fingerprint(own),
            chain: Vec::new(),
            expected_name: expected_name.to_owned(),
            name_matches: false,
            trusted: false,
            problems: vec!["It cannot be read.".to_owned()],
        }
    }

    fn wrong_name(&self) -> String {
        let mut names = self
            .names
            .iter()
            .map(String::as_str)
            .take(3)
            .collect::<Vec<_>>();
        names.extend(
            self.common_name
                .as_deref()
                .filter(|_| self.names.is_empty()),
        );
        let more = if self.names.len() > 3 {
            " and others"
        } else {
            ""
        };
        match names.join(", ") {
            names if names.is_empty() => {
                format!("It is for no name, not for {}.", self.expected_name)
            }
            names => format!("It is for {names}{more}, not for {}.", self.expected_name),
        }
    }
}

fn link(der: &CertificateDer<'_>) -> Option<Link> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    Some(Link {
        subject: name_shown(parsed.subject()),
        issuer: name_shown(parsed.issuer()),
        not_after: moment(parsed.validity().not_after),
    })
}

fn name_shown(name: &X509Name<'_>) -> String {
    text_shown(&name.to_string())
}

fn text_shown(text: &str) -> String {
    line_shown(text.as_bytes())
}

fn date(time: ASN1Time) -> String {
    time.to_datetime().date().to_string()
}

fn moment(time: ASN1Time) -> String {
    let time = time.to_datetime();
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", time.date())
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(der) {
        if !text.is_empty() {
            text.push(':');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    text
}
