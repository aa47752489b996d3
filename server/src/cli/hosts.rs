//! Several hosts on one command line: `mail1.example.net 587 mail2.example.net:587`.

use routing::Port;

/// The first host, its port, and the further hosts as `host:port`. Nothing is judged here: a bare
/// number is the port of the host before it, and a host without one has port 25.
pub(super) fn read(arguments: Vec<String>) -> (String, String, Vec<String>) {
    let mut hosts: Vec<(String, Option<String>)> = Vec::new();
    for argument in arguments {
        match hosts.last_mut() {
            Some((_, port @ None)) if is_number(&argument) => *port = Some(argument),
            _ => hosts.push((argument, None)),
        }
    }
    let mut hosts = hosts.into_iter();
    let (host, port) = hosts.next().unwrap_or_default();
    let port = port.unwrap_or_else(|| Port::DEFAULT.to_string());
    (host, port, hosts.map(joined).collect())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn joined((host, port): (String, Option<String>)) -> String {
    match port {
        None => host,
        Some(port) if host.contains(':') && !host.starts_with('[') => format!("[{host}]:{port}"),
        Some(port) => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_number_is_the_port_of_the_host_before_it() {
        for (arguments, host, port, further) in [
            ("a.example", "a.example", "25", ""),
            ("a.example 587", "a.example", "587", ""),
            ("a.example:587", "a.example:587", "25", ""),
            ("a.example b.example", "a.example", "25", "b.example"),
            (
                "a.example 587 b.example:26 ::1 2525 [::2] 465",
                "a.example",
                "587",
                "b.example:26 [::1]:2525 [::2]:465",
            ),
            // Not a port: the host's own sentence says what is wrong with it.
            ("a.example 587 588", "a.example", "587", "588"),
            ("587", "587", "25", ""),
        ] {
            let arguments = arguments.split(' ').map(str::to_owned).collect();
            let expected = (host.to_owned(), port.to_owned(), further.to_owned());
            let (host, port, further) = read(arguments);
            assert_eq!((host, port, further.join(" ")), expected);
        }
    }
}
