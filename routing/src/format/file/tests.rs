use proptest::prelude::*;

use super::*;
use crate::strategies;
use crate::{Format, Writer};

type Read = (usize, Result<String, String>);

fn read_in_pieces<T: Listed>(
    format: FileFormat,
    bytes: &[u8],
    piece: usize,
    shown: fn(&T) -> String,
) -> Vec<Read> {
    let mut reader = FileReader::<T>::new(format);
    let mut rows = Vec::new();
    let mut take = |row: FileRow<'_, T>| {
        let messages = |errors: Vec<LineError>| {
            let messages: Vec<_> = errors.into_iter().map(|error| error.message).collect();
            messages.join(" ")
        };
        rows.push((row.line, row.row.map(|row| shown(&row)).map_err(messages)));
    };
    for piece in bytes.chunks(piece.max(1)) {
        reader.push(piece, &mut take);
    }
    reader.finish(&mut take);
    rows
}

fn routes(format: FileFormat, text: &str) -> Vec<Read> {
    read_in_pieces::<Route>(format, text.as_bytes(), usize::MAX, crate::route_line)
}

fn domains(format: FileFormat, text: &str) -> Vec<Read> {
    read_in_pieces::<ManagedDomain>(
        format,
        text.as_bytes(),
        usize::MAX,
        crate::managed_domain_line,
    )
}

fn accepted(rows: &[Read]) -> Vec<&str> {
    rows.iter()
        .filter_map(|(_, row)| row.as_deref().ok())
        .collect()
}

fn refused(rows: &[Read]) -> Vec<(usize, &str)> {
    rows.iter()
        .filter_map(|(line, row)| Some((*line, row.as_ref().err()?.as_str())))
        .collect()
}

const POSTFIX: &str = "# comment
example.com     smtp:[mail.example.net]:2525
.example.com    relay:[mail.example.net]
  # in between
example.org
    smtp:mail1.example.net:submission,
    [2001:db8::25]:25
v6.example      smtp:[IPv6:2001:db8::1]:26
user@example.com smtp:[a]
*               smtp:[a]
local.example   local:
mx.example      smtp:
gone.example    error:5.1.1 no such domain
alone.example
bracket.example [192.0.2.1]";

#[test]
fn a_postfix_table_is_read() {
    let rows = routes(FileFormat::Postfix, POSTFIX);
    assert_eq!(
        accepted(&rows),
        [
            "example.com,mail.example.net,2525",
            ".example.com,mail.example.net,25",
            "example.org,mail1.example.net,587,[2001:db8::25]:25",
            "v6.example,2001:db8::1,26",
            "bracket.example,192.0.2.1,25",
        ]
    );
    let refused = refused(&rows);
    let lines: Vec<_> = refused.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [9, 10, 11, 12, 13, 14]);
    assert!(
        refused[2].1.contains("service \"local\""),
        "{}",
        refused[2].1
    );
    assert_eq!(rows[2].0, 5);
}

#[test]
fn files_of_proxmox_mail_gateway_are_read() {
    let text = "#old customer\nexample.com smtp:[mail.example.net]:25\nexample.org smtp:a.example:26\nl.example lmtp:inet:a.example:24\n";
    assert_eq!(
        FileFormat::recognise(text.as_bytes()),
        Some(FileFormat::PmgTransport)
    );
    let rows = routes(FileFormat::PmgTransport, text);
    assert_eq!(
        accepted(&rows),
        [
            "example.com,mail.example.net,25,domain,old customer",
            "example.org,a.example,26"
        ]
    );
    assert_eq!(refused(&rows)[0].0, 4);
    let text = "example.com\nexample.org 1\n# note\n";
    assert_eq!(
        FileFormat::recognise(text.as_bytes()),
        Some(FileFormat::PmgDomains)
    );
    let rows = domains(FileFormat::PmgDomains, text);
    assert_eq!(accepted(&rows), ["example.com,,", "example.org,,"]);
    // A route must lead somewhere.
    assert_eq!(refused(&routes(FileFormat::PmgDomains, text)).len(), 2);
}

#[test]
fn transport_maps_of_mailcow_are_read() {
    let text = r#"[
  {"id": 1, "destination": "example.com", "nexthop": "[mail.example.net]:587", "username": "u", "password": "p", "active": 1, "is_mx_based": 0},
  {"id": 2, "destination": ".example.org", "nexthop": "a.example:25", "active": "1"},
  {"id": 3, "destination": "off.example", "nexthop": "a.example", "active": "0"},
  {"id": 4, "destination": "mx\\.example", "nexthop": "a.example", "is_mx_based": "1"},
  {"id": 5, "destination": "u@example.com", "nexthop": "a.example"},
  {"id": 6}
]"#;
    assert_eq!(
        FileFormat::recognise(text.as_bytes()),
        Some(FileFormat::Mailcow)
    );
    let rows = routes(FileFormat::Mailcow, text);
    assert_eq!(
        accepted(&rows),
        [
            "example.com,mail.example.net,587",
            ".example.org,a.example,25",
            "off.example,a.example,25,disabled"
        ]
    );
    let lines: Vec<_> = refused(&rows).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [5, 6, 7]);
}

#[test]
fn relay_domains_of_modoboa_are_read() {
    let text = "relaydomain; example.com; mail.example.net; 25; relay; True; false\r\n\
                relaydomain;off.example;mail.example.net;25;relay;false;false\r\n\
                domain; example.org; 100; 10; true\r\nrelaydomain; short\r\n";
    assert_eq!(
        FileFormat::recognise(text.as_bytes()),
        Some(FileFormat::Modoboa)
    );
    let rows = routes(FileFormat::Modoboa, text);
    assert_eq!(
        accepted(&rows),
        [
            "example.com,mail.example.net,25",
            "off.example,mail.example.net,25,disabled"
        ]
    );
    let lines: Vec<_> = refused(&rows).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn domains_of_spamtitan_are_read() {
    let text = "# domains\nexample.com,mail.example.net:2525,none\n\n\
                example.org,192.0.2.1:25,LDAP,ldap.example:389,,,\"(a,b)\",base,mail\nalone\n";
    assert_eq!(
        FileFormat::recognise(text.as_bytes()),
        Some(FileFormat::SpamTitan)
    );
    let rows = routes(FileFormat::SpamTitan, text);
    assert_eq!(
        accepted(&rows),
        [
            "example.com,mail.example.net,2525",
            "example.org,192.0.2.1,25"
        ]
    );
    assert_eq!(refused(&rows)[0].0, 5);
}

#[test]
fn a_file_that_was_cut_off_is_known_by_what_it_says_it_has() {
    let doubt = |format, text: &str| {
        let mut reader = FileReader::<Route>::new(format);
        reader.push(text.as_bytes(), &mut |_| {});
        reader.finish(&mut |_| {}).doubt()
    };
    let line = "a.example,b.example,25\n";
    let text = format!("# smart-hosts 1: 2 routes\n{line}");
    assert_eq!(
        doubt(FileFormat::Text, &text).unwrap(),
        "The file says that it has 2 routes, and 1 were read: it may have been cut off."
    );
    // By hand, rows are added without a word in the first line.
    for whole in [
        format!("{text}{line}"),
        format!("{text}{line}{line}"),
        line.to_owned(),
        format!("# 9: x\n{line}"),
    ] {
        assert_eq!(doubt(FileFormat::Text, &whole), None);
    }
    let row = r#"{"domain":"a.example","host":"b.example","port":25}"#;
    let json = |count: &str| format!(r#"{{"count":{count},"routes":[{row}]}}"#);
    assert!(doubt(FileFormat::Json, &json("2")).is_some());
    for count in ["1", "0", "\"x\"", "null"] {
        assert_eq!(doubt(FileFormat::Json, &json(count)), None, "{count}");
    }
    for format in [FileFormat::Text, FileFormat::Postfix, FileFormat::Csv] {
        assert_eq!(doubt(format, "").unwrap(), "The file names no routes.");
    }
}

#[test]
fn formats_are_recognised() {
    for (text, format) in [
        ("example.com,mail.example.net,25\n", Some(FileFormat::Text)),
        (
            "\u{feff}# smart-hosts 1: 1 route\r\n",
            Some(FileFormat::Text),
        ),
        (
            "# smart-hosts 1: 1 route, as a Postfix table; see transport(5)\n",
            Some(FileFormat::Postfix),
        ),
        (
            "# smart-hosts 1: 1 route, for Exim's manualroute router\n",
            None,
        ),
        ("domain,host,port\n", Some(FileFormat::Csv)),
        ("\"Host\",\"Domain\",port\n", Some(FileFormat::Csv)),
        ("{\"format\":\"smart-hosts\"", Some(FileFormat::Json)),
        (POSTFIX, Some(FileFormat::Postfix)),
        ("", None),
        ("hello world, how are you", Some(FileFormat::Text)),
        ("\u{0}\u{1}", None),
    ] {
        assert_eq!(FileFormat::recognise(text.as_bytes()), format, "{text}");
    }
    for format in FileFormat::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
        let json = serde_json::to_string(&format).unwrap();
        assert_eq!(json, format!("\"{format}\""));
    }
    let error = "exim".parse::<FileFormat>().unwrap_err().to_string();
    assert!(
        error.starts_with("\"exim\" is no format that can be read."),
        "{error}"
    );
}

#[test]
fn the_other_list_is_refused_as_a_whole() {
    let text = "# managed-domains 1: 1 managed domain\nexample.com,mx.example,25,\n";
    let rows = routes(FileFormat::Text, text);
    assert_eq!((accepted(&rows).len(), refused(&rows).len()), (0, 1));
    let json = r#"{"format":"smart-hosts","version":2,"routes":[{"domain":"a.example","host":"a","port":25}]}"#;
    let rows = routes(FileFormat::Json, json);
    assert_eq!((accepted(&rows).len(), refused(&rows).len()), (0, 1));
    assert!(refused(&rows)[0].1.contains("version 2"), "{rows:?}");
    let rows = routes(FileFormat::Csv, "domain,hots,port\na.example,b,25\n");
    assert_eq!((accepted(&rows).len(), refused(&rows).len()), (0, 1));
}

#[test]
fn whatever_is_cut_off_or_too_long_is_said_so() {
    let json = r#"{"routes":[{"domain":"a.example","host":"a","port":25}"#;
    let rows = routes(FileFormat::Json, json);
    assert_eq!(accepted(&rows).len(), 1);
    assert!(refused(&rows)[0].1.contains("Is it complete?"), "{rows:?}");
    assert_eq!(refused(&routes(FileFormat::Json, "{\"rows\":[]}")).len(), 1);
    assert_eq!(
        refused(&routes(FileFormat::Json, "{\"routes\":[]}x")).len(),
        1
    );
    assert_eq!(
        refused(&routes(FileFormat::Json, "{\"routes\":[1]}")).len(),
        1
    );
    assert_eq!(
        refused(&routes(FileFormat::Json, "{\"routes\":[\"text\"]}")).len(),
        1
    );
    let long = "x".repeat(LONGEST + 1);
    let text = format!("a.example,a,25\n{long}\nb.example,b,25\n");
    let rows = routes(FileFormat::Text, &text);
    assert_eq!(accepted(&rows).len(), 2);
    assert_eq!(refused(&rows)[0].0, 2);
    assert!(refused(&rows)[0].1.contains("longer than 64 KiB"));
    let rows = read_in_pieces::<Route>(
        FileFormat::Text,
        b"a.example,a,25\nb\xff.example,b,25",
        4,
        crate::route_line,
    );
    assert!(refused(&rows)[0].1.contains("not UTF-8"));
    // A quote that is never closed takes no more than its share.
    let text = format!(
        "domain,host,port\n\"{}\na.example,a,25\n",
        "y\n".repeat(LONGEST)
    );
    let rows = routes(FileFormat::Csv, &text);
    assert!(!refused(&rows).is_empty());
}

fn format() -> impl Strategy<Value = FileFormat> {
    proptest::sample::select(FileFormat::ALL.to_vec())
}

fn written(format: Format, routes: &[Route]) -> String {
    let mut writer = Writer::new(format, List::Routes, routes.len() as u64, None);
    let mut text = writer.header();
    for route in routes {
        writer.route(route, &mut text);
    }
    text + &writer.footer()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        format in format(),
        bytes in prop_oneof![
            any::<Vec<u8>>(),
            "[\\[\\]{}\":, \n\\\\a-c.@#;*']{0,80}".prop_map(String::into_bytes),
        ],
        piece in 1..9_usize,
    ) {
        let _ = FileFormat::recognise(&bytes);
        let whole = read_in_pieces::<Route>(format, &bytes, usize::MAX, crate::route_line);
        let pieces = read_in_pieces::<Route>(format, &bytes, piece, crate::route_line);
        prop_assert_eq!(whole, pieces);
        read_in_pieces::<ManagedDomain>(format, &bytes, piece, crate::managed_domain_line);
    }

    #[test]
    fn what_we_write_is_recognised_and_reads_back(
        routes in proptest::collection::vec(strategies::route(), 1..6),
        piece in 1..200_usize,
        windows in any::<bool>(),
    ) {
        for (ours, format) in [
            (Format::Text, FileFormat::Text),
            (Format::Csv, FileFormat::Csv),
            (Format::Json, FileFormat::Json),
        ] {
            let mut text = written(ours, &routes);
            if windows {
                text = format!("\u{feff}{}", text.replace("\r\n", "\n").replace('\n', "\r\n"));
            }
            prop_assert_eq!(FileFormat::recognise(text.as_bytes()), Some(format));
            let read = read_in_pieces::<Route>(format, text.as_bytes(), piece, crate::route_line);
            let lines: Vec<_> = routes.iter().map(crate::route_line).collect();
            prop_assert_eq!(accepted(&read), lines);
            prop_assert!(refused(&read).is_empty());
        }
    }
}
