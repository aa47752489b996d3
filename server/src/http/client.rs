//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::Extensions;

/// The address of whoever asks, once it is known: behind a proxy that is not the one that connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// The address of whoever asks.
pub(super) fn address(request: &Extensions) -> IpAddr {
    if let Some(ClientAddr(address)) = request.get() {
        return *address;
    }
    let connected = request.get::<ConnectInfo<SocketAddr>>();
    connected.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(peer)| {
        peer.ip().to_canonical()
    })
}
