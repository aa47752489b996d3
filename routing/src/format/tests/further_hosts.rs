//! The column of hosts to try after the first one.

use super::{Field, Format, parse_managed_domains, parse_routes, route_of, write_routes};

const LINES: [&str; 3] = [
    "example.com,a.example,25,[b.example]:587 [2001:db8::1]:25",
    "example.net,a.example,25,[b.example]:25,both",
    "example.org,a.example,25,[b.example]:25,domain,[ask] Bob, not Alice",
];

#[test]
fn is_written_in_every_format() {
    let routes = LINES.map(route_of);
    assert_eq!(
        write_routes(Format::Text, &routes),
        format!("# smart-hosts 1: 3 routes\n{}\n", LINES.join("\n"))
    );
    assert_eq!(
        write_routes(Format::Csv, &routes),
        "domain,host,port,scope,comment,further_hosts,enabled\r\n\
         example.com,a.example,25,domain,,[b.example]:587 [2001:db8::1]:25,yes\r\n\
         example.net,a.example,25,both,,[b.example]:25,yes\r\n\
         example.org,a.example,25,domain,\"[ask] Bob, not Alice\",[b.example]:25,yes\r\n"
    );
    assert_eq!(
        write_routes(Format::Json, &routes[..1]),
        r#"{"format":"smart-hosts","version":1,"count":1,"routes":[
{"domain":"example.com","scope":"domain","host":"a.example","port":25,"comment":"","further_hosts":[{"host":"b.example","port":587},{"host":"2001:db8::1","port":25}]}
]}
"#
    );
    assert_eq!(
        write_routes(Format::Postfix, &routes[1..2]),
        "# smart-hosts 1: 1 route, as a Postfix table; see transport(5)\n\
         example.net smarthost:[a.example]:25, [b.example]:25\n\
         .example.net smarthost:[a.example]:25, [b.example]:25\n"
    );
}

#[test]
fn is_read_from_text_only_where_it_starts_with_a_bracket() {
    let route = route_of(" example.com , a.example , 25 , [b.example]:25  [c.example]:25 , both");
    assert_eq!(route.next_hops.len(), 3);
    // A comment may start with a bracket, for a scope stands before it.
    let route = route_of("example.com,a.example,25,,[b.example]:25");
    assert_eq!(route.next_hops.len(), 1);
    assert_eq!(route.comment.as_str(), "[b.example]:25");
}

#[test]
fn is_refused_with_its_own_name() {
    for (format, text) in [
        (Format::Text, "example.com,a.example,25,[a.example]:25"),
        (
            Format::Csv,
            "domain,host,port,further_hosts\nexample.com,a.example,25,a.example",
        ),
        (
            Format::Json,
            r#"{"routes":[{"domain":"example.com","host":"a.example","port":25,
               "further_hosts":[{"host":"a.example","port":25}]}]}"#,
        ),
    ] {
        let errors = parse_routes(format, text).unwrap_err();
        assert_eq!(errors.len(), 1, "{format}");
        assert_eq!(errors[0].column, Some(Field::FurtherHosts), "{format}");
    }
    // Two hosts where the list has one.
    let hidden = r#"{"routes":[{"domain":"example.com","host":"a.example","port":25,
        "further_hosts":[{"host":"b.example, c.example","port":25}]}]}"#;
    assert!(parse_routes(Format::Json, hidden).is_err());
    let managed = r#"{"managed_domains":[{"domain":"example.com","host":"a.example","port":25,
        "further_hosts":[{"host":"b.example","port":25}]}]}"#;
    let errors = parse_managed_domains(Format::Json, managed).unwrap_err();
    assert_eq!(errors[0].column, Some(Field::FurtherHosts));
}
