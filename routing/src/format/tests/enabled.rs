//! Routes that are disabled.

use super::{Format, parse_routes, route_of, write_routes};

const LINES: [&str; 3] = [
    "example.com,a.example,25,disabled",
    "example.net,a.example,25,[b.example]:25,disabled,both",
    "example.org,a.example,25,disabled,domain,disabled, as Bob asked",
];

#[test]
fn are_written_with_that_word_and_read_back() {
    let routes = LINES.map(route_of);
    assert!(routes.iter().all(|route| !route.enabled));
    assert_eq!(routes[2].comment.as_str(), "disabled, as Bob asked");
    assert_eq!(
        write_routes(Format::Text, &routes),
        format!("# smart-hosts 1: 3 routes\n{}\n", LINES.join("\n"))
    );
    assert_eq!(
        write_routes(Format::Csv, &routes[..1]),
        "domain,host,port,scope,comment,further_hosts,enabled\r\n\
         example.com,a.example,25,domain,,,no\r\n"
    );
    assert_eq!(
        write_routes(Format::Json, &routes[1..2]).lines().nth(1),
        Some(
            r#"{"domain":"example.net","scope":"both","host":"a.example","port":25,"comment":"","further_hosts":[{"host":"b.example","port":25}],"enabled":false}"#
        )
    );
    for format in [Format::Text, Format::Csv, Format::Json] {
        let text = write_routes(format, &routes);
        assert_eq!(parse_routes(format, &text).unwrap(), routes, "{format}");
    }
}

#[test]
fn decide_nothing_in_the_tables_of_mail_servers() {
    let routes = [route_of(LINES[0]), route_of("example.edu,c.example,25")];
    for format in [Format::Postfix, Format::Exim, Format::OpenSmtpd] {
        let table = write_routes(format, &routes);
        assert_eq!(
            table.lines().nth(1),
            Some("# example.com: disabled"),
            "{format}"
        );
        assert_eq!(table.matches("a.example").count(), 0, "{format}");
        assert_eq!(table.lines().count(), 3, "{format}");
    }
    let policies = write_routes(Format::PostfixTls, &routes);
    assert_eq!(
        policies.lines().skip(1).collect::<Vec<_>>(),
        ["[c.example]:25 may"]
    );
}

#[test]
fn say_so_in_a_word_that_is_known() {
    let text = "domain,host,port,enabled\nexample.com,a.example,25,perhaps";
    let errors = parse_routes(Format::Csv, text).unwrap_err();
    assert_eq!(
        errors[0].message,
        "\"perhaps\" is neither yes nor no. Write yes for an enabled route, no for a disabled one."
    );
    // A comment may be that word, for a scope stands before it.
    assert!(route_of("example.com,a.example,25,,disabled").enabled);
}
