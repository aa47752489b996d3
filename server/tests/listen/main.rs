//! What happens on real connections: limits, slow clients, TLS, proxies.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod limits;
mod proxies;
mod served;
mod slow;
mod tls;
