//! From a host name to addresses, as Postfix finds them.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RecordType;
use hickory_resolver::{Resolver, TokioResolver};
use routing::HostName;

/// Who is asked for the addresses of a host: A and AAAA records, never MX records, since Postfix
/// looks for none where the next hop is in brackets. No answer is kept for the next test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// The name servers in `/etc/resolv.conf`, not `/etc/hosts`: what Postfix does unless
    /// `smtp_host_lookup` says otherwise (postconf(5)).
    #[default]
    Dns,
    /// The name server at this address.
    DnsAt(SocketAddr),
    /// The system's own resolver, `/etc/hosts` included, as with `smtp_host_lookup = native`.
    Native,
}

/// Why there are no addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAddress {
    /// There is no such name.
    NoSuchName,
    /// The name has neither A nor AAAA records.
    NoRecords,
    /// Nobody can tell now, in the resolver's words.
    Unknown(String),
}

impl Names {
    /// The addresses of a name in the order of the answers, those of IPv6 first; at least one.
    ///
    /// # Errors
    /// [`NoAddress`].
    pub async fn addresses(self, name: &HostName) -> Result<Vec<IpAddr>, NoAddress> {
        let resolver = match self {
            Self::Native => return native(name).await,
            Self::Dns => system_servers(),
            Self::DnsAt(server) => one_server(server),
        };
        let resolver = resolver.map_err(|error| {
            NoAddress::Unknown(format!("/etc/resolv.conf cannot be used: {error}"))
        })?;
        let name = absolute(name);
        let (six, four) = tokio::join!(
            records(&resolver, &name, RecordType::AAAA),
            records(&resolver, &name, RecordType::A)
        );
        both(six, four)
    }
}

/// The final dot keeps the search domains of this machine out: Postfix does not use them.
fn absolute(name: &HostName) -> String {
    format!("{name}.")
}

/// What two look-ups say together. An address is good enough, whatever became of the other one; as
/// long as one is not answered, nobody can say that there is none.
fn both(
    six: Result<Vec<IpAddr>, NoAddress>,
    four: Result<Vec<IpAddr>, NoAddress>,
) -> Result<Vec<IpAddr>, NoAddress> {
    match (six, four) {
        (Ok(mut six), Ok(four)) => {
            six.extend(four);
            Ok(six)
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        (Err(unknown @ NoAddress::Unknown(_)), _) | (_, Err(unknown @ NoAddress::Unknown(_))) => {
            Err(unknown)
        }
        (Err(NoAddress::NoSuchName), Err(NoAddress::NoSuchName)) => Err(NoAddress::NoSuchName),
        (Err(_), Err(_)) => Err(NoAddress::NoRecords),
    }
}

async fn records(
    resolver: &TokioResolver,
    name: &str,
    record_type: RecordType,
) -> Result<Vec<IpAddr>, NoAddress> {
    match resolver.lookup(name, record_type).await {
        Ok(lookup) => {
            let answers = lookup.answers().iter();
            let found: Vec<_> = answers.filter_map(|record| record.data.ip_addr()).collect();
            if found.is_empty() {
                return Err(NoAddress::NoRecords);
            }
            Ok(found)
        }
        Err(error) if error.is_nx_domain() => Err(NoAddress::NoSuchName),
        Err(error) if error.is_no_records_found() => Err(NoAddress::NoRecords),
        Err(error) => Err(NoAddress::Unknown(error.to_string())),
    }
}

fn system_servers() -> Result<TokioResolver, NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    adjust(builder.options_mut());
    builder.build()
}

fn one_server(server: SocketAddr) -> Result<TokioResolver, NetError> {
    let at_port = |mut connection: ConnectionConfig| {
        connection.port = server.port();
        connection
    };
    let ways = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let server = NameServerConfig::new(server.ip(), true, ways.map(at_port).into());
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
    let mut builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
    adjust(builder.options_mut());
    builder.build()
}

/// DNS alone, and as it is now.
fn adjust(options: &mut ResolverOpts) {
    options.use_hosts_file = ResolveHosts::Never;
    options.cache_size = 0;
}

async fn native(name: &HostName) -> Result<Vec<IpAddr>, NoAddress> {
    // The port is of no use here, but this is how the system is asked.
    match tokio::net::lookup_host((name.as_str(), 25)).await {
        Ok(found) => {
            let mut addresses: Vec<IpAddr> = Vec::new();
            for address in found {
                if !addresses.contains(&address.ip()) {
                    addresses.push(address.ip());
                }
            }
            if addresses.is_empty() {
                return Err(NoAddress::NoRecords);
            }
            Ok(addresses)
        }
        // Whether the name is missing or the name server silent, only the words of getaddrinfo(3)
        // tell.
        Err(error) => Err(NoAddress::Unknown(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_hosts_file_nor_an_old_answer_counts() {
        let mut options = ResolverOpts::default();
        adjust(&mut options);
        assert_eq!(options.use_hosts_file, ResolveHosts::Never);
        assert_eq!(options.cache_size, 0);
    }

    #[test]
    fn no_search_domain_is_added() {
        let Ok(routing::Host::Name(name)) = routing::Host::parse("mail") else {
            panic!("a host name");
        };
        assert_eq!(absolute(&name), "mail.");
    }

    #[test]
    fn one_answer_is_enough_and_doubt_is_not_a_no() {
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let other: IpAddr = "2001:db8::1".parse().unwrap();
        let unknown = || Err(NoAddress::Unknown("timed out".to_owned()));
        let none = || Err(NoAddress::NoRecords);
        let no_name = || Err(NoAddress::NoSuchName);
        assert_eq!(
            both(Ok(vec![other]), Ok(vec![address])),
            Ok(vec![other, address])
        );
        assert_eq!(both(unknown(), Ok(vec![address])), Ok(vec![address]));
        assert_eq!(both(Ok(vec![other]), none()), Ok(vec![other]));
        assert_eq!(both(none(), unknown()), unknown());
        assert_eq!(both(unknown(), no_name()), unknown());
        assert_eq!(both(no_name(), no_name()), no_name());
        assert_eq!(both(none(), none()), none());
    }
}
