mod mail_servers;
mod postfix;

use super::{Format, LineError, List, Writer, parse_managed_domains, parse_routes};
use crate::input::Field;
use crate::strategies::{self, route_of};
use crate::{Comment, ManagedDomain, NextHop, Route};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

mod enabled;
mod further_hosts;

fn write_routes(format: Format, routes: &[Route]) -> String {
    let mut writer = Writer::new(format, List::Routes, routes.len() as u64, None);
    let mut out = writer.header();
    for route in routes {
        writer.route(route, &mut out);
    }
    out + &writer.footer()
}

fn write_managed_domains(
    format: Format,
    managed: &[ManagedDomain],
    default: Option<NextHop>,
) -> String {
    let mut writer = Writer::new(format, List::ManagedDomains, managed.len() as u64, default);
    let mut out = writer.header();
    for managed in managed {
        writer.managed_domain(managed, &mut out);
    }
    out + &writer.footer()
}

fn routes() -> Vec<Route> {
    let mut routes: Vec<_> = [
        "example.com,mail.example.net,25",
        ".example.com,192.0.2.1,587",
        "example.net,2001:db8::1,25,both",
        r#"example.org,relay.example.net,25,domain,ask Bob, "the boss""#,
    ]
    .map(route_of)
    .into();
    let mut formula = route_of(".example.org,relay.example.net,25");
    formula.comment = Comment::parse("=1+1").unwrap();
    routes.push(formula);
    routes
}

fn managed() -> Vec<ManagedDomain> {
    let text = "own.example.com,mail.example.com,2525,with, commas\ndefault.example.com,,\n";
    parse_managed_domains(Format::Text, text).unwrap()
}

#[test]
fn writes_text() {
    assert_eq!(
        write_routes(Format::Text, &routes()),
        "# smart-hosts 1: 5 routes\n\
         example.com,mail.example.net,25\n\
         .example.com,192.0.2.1,587\n\
         example.net,2001:db8::1,25,both\n\
         example.org,relay.example.net,25,domain,ask Bob, \"the boss\"\n\
         .example.org,relay.example.net,25,subdomains,=1+1\n"
    );
    assert_eq!(
        write_managed_domains(Format::Text, &managed(), None),
        "# managed-domains 1: 2 managed domains\n\
         own.example.com,mail.example.com,2525,with, commas\n\
         default.example.com,,\n"
    );
    assert_eq!(
        write_routes(Format::Text, &routes()[..1]).lines().next(),
        Some("# smart-hosts 1: 1 route")
    );
    assert_eq!(
        write_routes(Format::Text, &[]),
        "# smart-hosts 1: 0 routes\n"
    );
}

#[test]
fn writes_csv() {
    assert_eq!(
        write_routes(Format::Csv, &routes()),
        "domain,host,port,scope,comment,further_hosts,enabled\r\n\
         example.com,mail.example.net,25,domain,,,yes\r\n\
         example.com,192.0.2.1,587,subdomains,,,yes\r\n\
         example.net,2001:db8::1,25,both,,,yes\r\n\
         example.org,relay.example.net,25,domain,\"ask Bob, \"\"the boss\"\"\",,yes\r\n\
         example.org,relay.example.net,25,subdomains,'=1+1,,yes\r\n"
    );
    assert_eq!(
        write_managed_domains(Format::Csv, &managed(), None),
        "domain,host,port,comment\r\n\
         own.example.com,mail.example.com,2525,\"with, commas\"\r\n\
         default.example.com,,,\r\n"
    );
}

#[test]
fn neutralises_formulas_in_csv() {
    for (comment, cell) in [
        ("=A1", "'=A1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝A1", "'＝A1"),
        ("=\"a\",1", "\"'=\"\"a\"\",1\""),
        ("'=A1", "''=A1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
        ("", ""),
    ] {
        let mut route = route_of("example.com,mail.example.net,25");
        route.comment = Comment::parse(comment).unwrap();
        let written = write_routes(Format::Csv, std::slice::from_ref(&route));
        let row = format!("example.com,mail.example.net,25,domain,{cell},,yes\r\n");
        assert_eq!(written.split_once('\n').unwrap().1, row);
        assert_eq!(
            parse_routes(Format::Csv, &written),
            Ok(vec![route]),
            "{comment}"
        );
    }
}

#[test]
fn writes_json() {
    let written = write_routes(Format::Json, &routes()[2..4]);
    assert_eq!(
        written,
        r#"{"format":"smart-hosts","version":1,"count":2,"routes":[
{"domain":"example.net","scope":"both","host":"2001:db8::1","port":25,"comment":""},
{"domain":"example.org","scope":"domain","host":"relay.example.net","port":25,"comment":"ask Bob, \"the boss\""}
]}
"#
    );
    assert_eq!(
        write_managed_domains(Format::Json, &managed(), None),
        r#"{"format":"managed-domains","version":1,"count":2,"managed_domains":[
{"domain":"own.example.com","host":"mail.example.com","port":2525,"comment":"with, commas"},
{"domain":"default.example.com","host":null,"port":null,"comment":""}
]}
"#
    );
    assert_eq!(
        parse_routes(Format::Json, &write_routes(Format::Json, &[])),
        Ok(vec![])
    );
}

#[test]
fn writes_a_postfix_table() {
    assert_eq!(
        write_routes(Format::Postfix, &routes()[..3]),
        "# smart-hosts 1: 3 routes, as a Postfix table; see transport(5)\n\
         example.com smarthost:[mail.example.net]:25\n\
         .example.com smarthost:[192.0.2.1]:587\n\
         example.net smarthost:[2001:db8::1]:25\n\
         .example.net smarthost:[2001:db8::1]:25\n"
    );
    let header = "# managed-domains 1: 2 managed domains, as a Postfix table; see transport(5)\n";
    let own = "own.example.com relay:[mail.example.com]:2525\n";
    let default = routes().remove(0).next_hops.first().clone();
    assert_eq!(
        write_managed_domains(Format::Postfix, &managed(), Some(default)),
        format!("{header}{own}default.example.com relay:[mail.example.net]:25\n")
    );
    assert_eq!(
        write_managed_domains(Format::Postfix, &managed(), None),
        format!(
            "{header}{own}# default.example.com: no routing of its own, and no default domain \
             routing\n"
        )
    );
}

#[test]
fn reads_what_people_write_by_hand() {
    let expected = Ok(vec![
        route_of("example.com,mail.example.net,25"),
        route_of(".example.net,192.0.2.1,587,subdomains,a # b"),
    ]);
    for (format, text) in [
        (
            Format::Text,
            "\u{feff}# my list\r\n\r\n Example.com , [mail.example.net] ,25\r\n  # note: 1\r\n\
             *.example.net,192.0.2.1,587,, a # b ",
        ),
        (
            Format::Csv,
            "\u{feff}Comment,PORT,\"host\", domain\n,25,mail.example.net.,EXAMPLE.COM\n\n\
             \"a # b\",0587,192.0.2.1,.example.net",
        ),
        (
            Format::Json,
            r#"{"exported":"by hand","routes":[{"domain":"example.com","host":"mail.example.net","port":"25"},
               {"domain":"example.net","scope":"subdomains","host":"192.0.2.1","port":587,"comment":"a # b"}]}"#,
        ),
    ] {
        assert_eq!(parse_routes(format, text), expected, "{format}");
    }
}

fn refused(format: Format, text: &str) -> Vec<(usize, Option<Field>, String)> {
    let errors = parse_routes(format, text).unwrap_err().into_iter();
    errors
        .map(
            |LineError {
                 line,
                 column,
                 message,
             }| (line, column, message),
        )
        .collect()
}

#[test]
fn refuses_line_by_line() {
    assert_eq!(
        refused(
            Format::Text,
            "# smart-hosts 1: 9 routes\nexample.com\nexample.com,a.example,25\n\
             bob@example.com,a.example,0\n.example.com,a.example,25,domain\n\
             example.com,a.example:26,25\nexample.com,a.example,25,all"
        ),
        [
            (
                2,
                Some(Field::Host),
                "Type a host name or an IP address, such as mail.example.net or 192.0.2.1."
            ),
            (
                2,
                Some(Field::Port),
                "Type a port from 1 to 65535; 25 is usual."
            ),
            (
                4,
                Some(Field::Domain),
                r#""bob@example.com" is a mail address. Type example.com."#
            ),
            (
                4,
                Some(Field::Port),
                r#""0" is out of range. Type a port from 1 to 65535; 25 is usual."#
            ),
            (
                5,
                Some(Field::Scope),
                "A domain that starts with a dot means its subdomains, but the scope is domain. \
                 Drop the dot, or write subdomains."
            ),
            (
                6,
                Some(Field::Host),
                "The host ends in a port, which has a column of its own. Write it there only."
            ),
            (
                7,
                Some(Field::Scope),
                r#""all" is no scope. Choose one of domain, subdomains, both."#
            ),
        ]
        .map(|(line, column, message)| (line, column, message.to_owned()))
    );
}

#[test]
fn refuses_whole_files_of_another_kind() {
    let v2 = "This file has version 2 of the format, and only version 1 is known here. Export it \
              as version 1.";
    let other = "This file holds the other list, managed domains. Choose a smart-hosts file, or import it \
                 into that list.";
    let header = "The first line does not name the columns. Start with \
                  domain,host,port,scope,comment,further_hosts,enabled.";
    for (format, text, sentence) in [
        (Format::Text, "# smart-hosts 2: 0 routes\nx", v2),
        (
            Format::Text,
            "# managed-domains 1: 1 managed domain\nexample.com,,",
            other,
        ),
        (Format::Csv, "", header),
        (Format::Csv, "example.com,a.example,25\r\n", header),
        (
            Format::Csv,
            "domain,host\r\n",
            "The column port is missing. The columns are domain,host,port,scope,comment,further_hosts,enabled.",
        ),
        (
            Format::Csv,
            "domain,host,port,Host\r\n",
            "The column host is there twice. Keep one.",
        ),
        (
            Format::Csv,
            "domain,host,port,tls\r\n",
            r#"The column "tls" is unknown. The columns are domain,host,port,scope,comment,further_hosts,enabled."#,
        ),
        (
            Format::Json,
            r#"{"format":"smart-hosts","version":2,"routes":[]}"#,
            v2,
        ),
        (
            Format::Json,
            r#"{"format":"managed-domains","version":1,"managed_domains":[]}"#,
            other,
        ),
        (
            Format::Json,
            r#"{"format":"lots","routes":[]}"#,
            r#"The format "lots" is unknown. Choose a smart-hosts file."#,
        ),
        (
            Format::Json,
            "{}",
            r#"There is no list named "routes" in the file."#,
        ),
        (
            Format::Json,
            "",
            "The JSON is not as expected: EOF while parsing a value.",
        ),
        (
            Format::Json,
            "3",
            "The JSON is not as expected: invalid type: integer `3`, expected an object with a list of \
             rows.",
        ),
        (
            Format::Postfix,
            "example.com smtp:[a.example]:25",
            "A Postfix table cannot be read here. Choose text, CSV or JSON.",
        ),
    ] {
        assert_eq!(
            refused(format, text),
            [(1, None, sentence.to_owned())],
            "{text}"
        );
    }
}

#[test]
fn csv_errors_name_the_line_where_the_row_starts() {
    let text = "domain,host,port,comment\r\na.example,b.example,25,\"two\nlines\"\r\n\
                a.example,b.example,25,c,d\r\na.example,\"b\"x,25\na.example,b.example,0\n\
                a.example,b.example,\"25\nrest";
    let found: Vec<_> = refused(Format::Csv, text)
        .into_iter()
        .map(|(line, column, _)| (line, column))
        .collect();
    assert_eq!(
        found,
        [
            (2, Some(Field::Comment)),
            (4, None),
            (5, None),
            (6, Some(Field::Port)),
            (7, None),
        ]
    );
}

#[test]
fn json_errors_name_the_line_of_the_row() {
    let text = "{\"routes\":[\n{\"domain\":\"a.example\",\"host\":\"b.example\",\"port\":25},\n\n\
                {\"domain\":\"a.example\",\n \"host\":\"b.example\",\"port\":70000},\n\
                {\"domain\":\"a.example\",\n\"coment\":\"\"},\n3\n]}";
    assert_eq!(
        refused(Format::Json, text),
        [
            (
                4,
                Some(Field::Port),
                r#""70000" is out of range. Type a port from 1 to 65535; 25 is usual."#
            ),
            (
                7,
                None,
                "The JSON is not as expected: unknown field `coment`, expected one of `domain`, \
                 `scope`, `host`, `port`, `comment`, `further_hosts`, `enabled`."
            ),
            (
                8,
                None,
                "The JSON is not as expected: invalid type: integer `3`, expected an object with \
                 domain, host and port."
            ),
        ]
        .map(|(line, column, message)| (line, column, message.to_owned()))
    );
    // Broken syntax is found where it breaks.
    assert_eq!(refused(Format::Json, "{\"routes\":[\n{}\n{}]}")[0].0, 3);
}

#[test]
fn formats_and_lists_have_names() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
        let json = serde_json::to_string(&format).unwrap();
        assert_eq!(json, format!("\"{format}\""));
        assert!(format.content_type().contains("charset=utf-8"));
    }
    assert_eq!(
        "xml".parse::<Format>().unwrap_err().to_string(),
        r#""xml" is no format. Choose one of text, csv, json, postfix, postfix-tls, exim, opensmtpd."#
    );
    let names = Format::ALL.map(|format| List::Routes.file_name(format));
    assert_eq!(
        names,
        [
            "smart-hosts.txt",
            "smart-hosts.csv",
            "smart-hosts.json",
            "smart-hosts.transport",
            "smart-hosts.tls",
            "smart-hosts.exim",
            "smart-hosts.opensmtpd"
        ]
    );
    assert_eq!(
        List::ManagedDomains.file_name(Format::Text),
        "managed-domains.txt"
    );
}

const READABLE: [Format; 3] = [Format::Text, Format::Csv, Format::Json];

proptest! {
    #[test]
    fn routes_read_back_as_written(routes in vec(strategies::route(), 0..5)) {
        for format in READABLE {
            let written = write_routes(format, &routes);
            prop_assert_eq!(parse_routes(format, &written), Ok(routes.clone()), "{}", written);
        }
        // Windows line ends do no harm, nor does the lack of the last one.
        let text = write_routes(Format::Text, &routes).replace('\n', "\r\n");
        prop_assert_eq!(parse_routes(Format::Text, text.trim_end()), Ok(routes));
    }

    #[test]
    fn managed_domains_read_back_as_written(
        managed in vec(strategies::managed_domain(), 0..5),
        default in option::of(strategies::next_hop()),
    ) {
        for format in READABLE {
            let written = write_managed_domains(format, &managed, default.clone());
            let read = parse_managed_domains(format, &written);
            prop_assert_eq!(read, Ok(managed.clone()), "{}", written);
        }
    }

    #[test]
    fn json_has_the_shape_of_the_types(
        route in strategies::route(),
        managed in strategies::managed_domain(),
    ) {
        let json = write_routes(Format::Json, std::slice::from_ref(&route));
        prop_assert_eq!(json.lines().nth(1), Some(&*serde_json::to_string(&route).unwrap()));
        let json = write_managed_domains(Format::Json, std::slice::from_ref(&managed), None);
        prop_assert_eq!(json.lines().nth(1), Some(&*serde_json::to_string(&managed).unwrap()));
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }

    #[test]
    fn each_row_is_one_line(routes in vec(strategies::route(), 0..5)) {
        let lines = |format| write_routes(format, &routes).matches('\n').count();
        prop_assert_eq!(lines(Format::Text), routes.len() + 1);
        prop_assert_eq!(lines(Format::Csv), routes.len() + 1);
        prop_assert_eq!(lines(Format::Json), routes.len() + 2);
    }

    #[test]
    fn readers_never_panic(
        bytes in vec(any::<u8>(), 0..200),
        text in r#"([a-z.,":\[\]{}'=#0-9\r\n]|domain|host,|port|\{"routes":\[|smart-hosts 1: ){0,40}"#,
        headed in r#"([a-z.,"'=#0-9\r\n]|""|,","|\r\n){0,60}"#,
    ) {
        let headed = format!("domain,host,port,comment\n{headed}");
        for text in [&*String::from_utf8_lossy(&bytes), &text, &headed] {
            let lines = text.matches('\n').count() + 1;
            for format in Format::ALL {
                if let Err(errors) = parse_routes(format, text) {
                    prop_assert!(!errors.is_empty());
                    prop_assert!(errors.iter().all(|error| error.line >= 1));
                    prop_assert!(errors.is_sorted_by_key(|error| error.line));
                    if format != Format::Csv {
                        prop_assert!(errors.iter().all(|error| error.line <= lines));
                    }
                }
                if let Err(errors) = parse_managed_domains(format, text) {
                    prop_assert!(!errors.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_damaged_file_never_panics(
        routes in vec(strategies::route(), 1..4),
        at in any::<prop::sample::Index>(),
        insert in r#"["',\r\n{}\[\]#=]?"#,
    ) {
        for format in READABLE {
            let mut written = write_routes(format, &routes);
            let mut at = at.index(written.len());
            while !written.is_char_boundary(at) {
                at -= 1;
            }
            written.insert_str(at, &insert);
            let _ = parse_routes(format, &written);
            written.truncate(at);
            let _ = parse_routes(format, &written);
        }
    }
}
