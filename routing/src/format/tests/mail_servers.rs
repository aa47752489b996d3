//! The tables of Exim and OpenSMTPD.

use super::*;
use crate::NextHops;

#[test]
fn writes_an_exim_file() {
    assert_eq!(
        write_routes(Format::Exim, &routes()[..3]),
        "# smart-hosts 1: 3 routes, for Exim's manualroute router\n\
         example.com: <;mail.example.net:25\n\
         *.example.com: <;192.0.2.1:587\n\
         example.com:\n\
         *.example.net: <;[2001:db8::1]:25\n"
    );
    let header = "# managed-domains 1: 2 managed domains, for Exim's manualroute router\n";
    assert_eq!(
        write_managed_domains(Format::Exim, &managed(), None),
        format!(
            "{header}own.example.com: <;mail.example.com:2525\n# default.example.com: no routing of \
             its own, and no default domain routing\n"
        )
    );
}

#[test]
fn writes_an_opensmtpd_table() {
    let mut all = routes()[..3].to_vec();
    all.push(route_of("example.edu,mail.example.net,465"));
    assert_eq!(
        write_routes(Format::OpenSmtpd, &all),
        "# smart-hosts 1: 4 routes, for OpenSMTPD's \"relay domain\"\n\
         example.com smtp://mail.example.net:25\n\
         # not in OpenSMTPD: *.example.com smtp+tls://192.0.2.1:587\n\
         example.net smtp://[2001:db8::1]:25\n\
         # not in OpenSMTPD: *.example.net smtp://[2001:db8::1]:25\n\
         example.edu smtps://mail.example.net:465\n"
    );
    let default = routes().remove(0).next_hops.first().clone();
    assert_eq!(
        write_managed_domains(Format::OpenSmtpd, &managed(), Some(default)),
        "# managed-domains 1: 2 managed domains, for OpenSMTPD's \"relay domain\"\n\
         own.example.com smtp+tls://mail.example.com:2525\n\
         default.example.com smtp://mail.example.net:25\n"
    );
}

#[test]
fn further_hosts_follow_the_first() {
    let mut route = route_of("example.com,mail.example.net,25,both");
    let hops = "mail.example.net:25, [2001:db8::1]:26";
    route.next_hops = NextHops::parse(hops).unwrap().unwrap();
    let routes = [route];
    assert_eq!(
        write_routes(Format::Exim, &routes).lines().last(),
        Some("*.example.com: <;mail.example.net:25;[2001:db8::1]:26")
    );
    let table = write_routes(Format::OpenSmtpd, &routes);
    assert_eq!(
        table.split_once('\n').unwrap().1,
        "example.com smtp://mail.example.net:25\n\
         # not in OpenSMTPD: *.example.com smtp://mail.example.net:25\n\
         # not in OpenSMTPD: example.com smtp+tls://[2001:db8::1]:26\n\
         # not in OpenSMTPD: *.example.com smtp+tls://[2001:db8::1]:26\n"
    );
}

#[test]
fn tables_of_mail_servers_are_not_read() {
    for (format, words) in [
        (Format::Postfix, "A Postfix table cannot be read here."),
        (
            Format::PostfixTls,
            "A table of TLS policies cannot be read here.",
        ),
        (Format::Exim, "An Exim file cannot be read here."),
        (Format::OpenSmtpd, "An OpenSMTPD table cannot be read here."),
    ] {
        let errors = parse_routes(format, "example.com").unwrap_err();
        assert!(
            errors[0].message.starts_with(words),
            "{}",
            errors[0].message
        );
    }
}

#[test]
fn a_format_is_written_one_way() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse::<Format>(), Ok(format));
        let json = format!("\"{format}\"");
        assert_eq!(serde_json::to_string(&format).unwrap(), json);
    }
}
