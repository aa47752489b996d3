//! From where somebody comes: address and browser, and whether it was used before.

use std::net::IpAddr;

use access::{Digest, Token, digest};
use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::EnterError;
use crate::http::Common;
use crate::http::client::ClientAddr;

/// The names of the cookie that remembers a browser, by TLS and without.
const NAMES: [&str; 2] = ["__Host-smart-hosts-device", "smart-hosts-device"];
/// How many characters a token has.
const TOKEN: usize = 43;

/// From where a request comes.
#[derive(Clone)]
pub(in crate::http) struct Device {
    pub(in crate::http) address: IpAddr,
    /// What the browser calls itself.
    pub(super) agent: String,
    /// What its cookie holds.
    token: Option<String>,
}

impl Device {
    /// What is kept of the cookie, if there is one.
    pub(in crate::http) fn key(&self) -> Option<Digest> {
        self.token.as_deref().map(digest)
    }

    /// What is kept of the cookie by which this browser is known from now on, and the cookie. It is
    /// another one unless the browser is known already: somebody else may have put it there.
    pub(super) fn remembered(
        &self,
        is_known: bool,
        secure: bool,
    ) -> Result<(Digest, HeaderValue), EnterError> {
        let token = match &self.token {
            Some(token) if is_known => token.clone(),
            _ => Token::new()
                .map_err(|error| EnterError::Random(error.to_string()))?
                .expose()
                .to_owned(),
        };
        let (name, only_tls) = if secure {
            (NAMES[0], "; Secure")
        } else {
            (NAMES[1], "")
        };
        let cookie = format!(
            "{name}={token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict{only_tls}"
        );
        let cookie = HeaderValue::from_str(&cookie);
        let cookie = cookie.map_err(|error| EnterError::Random(error.to_string()))?;
        Ok((digest(&token), cookie))
    }
}

impl FromRequestParts<Common> for Device {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        common: &Common,
    ) -> Result<Self, Self::Rejection> {
        let name = NAMES[usize::from(!common.entry.sessions.secure)];
        let agent = parts.headers.get(USER_AGENT);
        Ok(Self {
            address: ClientAddr::of(&parts.extensions).0,
            agent: agent
                .map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned())
                .unwrap_or_default(),
            token: cookie(&parts.headers, name),
        })
    }
}

/// The token of this cookie, if it looks like one of ours.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter();
    let token = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, token)| token)?;
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (token.len() == TOKEN && token.bytes().all(letters)).then(|| token.to_owned())
}
