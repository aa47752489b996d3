//! By which names and addresses a Postfix knows itself.

use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use routing::{Host, HostName};

use super::live::{command, run};
use super::{Settings, System};

/// How long postconf(1) may take; it reads one small file. Nobody waits longer for a route to be saved.
const LIMIT: Duration = Duration::from_secs(2);

/// Where Debian and most others have Postfix's configuration.
const USUAL: &str = "/etc/postfix/main.cf";

/// By which names and addresses a Postfix knows itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `myhostname`, and names in `proxy_interfaces`.
    pub names: Vec<HostName>,
    /// Addresses in `proxy_interfaces`: those of a proxy or an address translator before it.
    pub addresses: Vec<IpAddr>,
}

/// Asks postconf(1) for `myhostname` and `proxy_interfaces` of the Postfix whose main.cf is in this
/// folder; in Postfix's own if there is none.
///
/// # Errors
/// If postconf cannot be started, as where there is no Postfix, or fails; of kind
/// [`io::ErrorKind::NotFound`] where a Postfix has no configuration in the usual place.
pub fn identity(system: &impl System, config_dir: Option<PathBuf>) -> io::Result<Identity> {
    if config_dir.is_none() {
        // Without its configuration, postconf sleeps a second before it fails.
        system.facts(Path::new(USUAL))?;
    }
    let settings = Settings {
        config_dir,
        ..Settings::default()
    };
    let words = command(
        "postconf",
        &settings,
        &["-x", "myhostname", "proxy_interfaces"],
    );
    let ran = run(system, &words, None, LIMIT)?;
    if ran.succeeded() {
        Ok(read(&ran.stdout))
    } else {
        Err(io::Error::other(ran.stderr.trim().to_owned()))
    }
}

/// What cannot be a host is left out: Postfix itself complains of that.
fn read(stdout: &str) -> Identity {
    let mut found = Identity::default();
    let values = stdout.lines().filter_map(|line| line.split_once('='));
    let words = values.flat_map(|(_, value)| value.split([' ', '\t', ',']));
    for word in words.filter(|word| !word.is_empty()) {
        match Host::parse(word) {
            Ok(Host::Name(name)) => found.names.push(name),
            Ok(Host::V4(address)) => found.addresses.push(address.into()),
            Ok(Host::V6(address)) => found.addresses.push(address.into()),
            Err(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::Recorded;
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        let mut system = Recorded::debian();
        system.file(USUAL, 0o644, "");
        system.answer(
            "postconf -x myhostname proxy_interfaces",
            0,
            "myhostname = Gateway.example.net\n\
             proxy_interfaces = 192.0.2.7, [2001:db8::7] nat.example.net $bad\n",
            "",
        );
        let found = identity(&system, None).unwrap();
        let names: Vec<_> = found.names.iter().map(HostName::as_str).collect();
        assert_eq!(names, ["gateway.example.net", "nat.example.net"]);
        let addresses: Vec<IpAddr> = ["192.0.2.7", "2001:db8::7"]
            .map(|address| address.parse().unwrap())
            .to_vec();
        assert_eq!(found.addresses, addresses);
    }

    #[test]
    fn one_without_a_configuration_is_not_asked() {
        let mut system = Recorded::debian();
        system.answer("postconf -x myhostname proxy_interfaces", 0, "", "");
        let error = identity(&system, None).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn the_folder_of_the_configuration_is_that_which_is_named() {
        let mut system = Recorded::debian();
        let folder = PathBuf::from("/etc/postfix-out");
        assert!(identity(&system, Some(folder.clone())).is_err());
        let asked = "postconf -c /etc/postfix-out -x myhostname proxy_interfaces";
        system.answer(
            asked,
            0,
            "myhostname = out.example.net\nproxy_interfaces =\n",
            "",
        );
        let found = identity(&system, Some(folder.clone())).unwrap();
        assert_eq!(found.names.len(), 1);
        assert_eq!(found.addresses, [] as [IpAddr; 0]);
        system.answer(asked, 1, "", "postconf: fatal: open main.cf\n");
        let error = identity(&system, Some(folder)).unwrap_err();
        assert_eq!(error.to_string(), "postconf: fatal: open main.cf");
    }
}
