use super::{Domain, DomainError};
use crate::strategies;
use proptest::prelude::*;

fn domain(text: &str) -> Domain {
    Domain::parse(text).unwrap()
}

#[test]
fn accepts_and_normalises() {
    let label63 = "a".repeat(63);
    let longest = format!("{label63}.{label63}.{label63}.{}.{}", "b".repeat(57), "com");
    assert_eq!(longest.len(), 253);
    for (typed, canonical) in [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        (" \texample.com\r\n", "example.com"),
        ("\u{a0}example.com\u{3000}", "example.com"),
        ("example.com.", "example.com"),
        ("a.b", "a.b"),
        ("1.example", "1.example"),
        ("3com.com", "3com.com"),
        ("a-b.c--d.com", "a-b.c--d.com"),
        ("123.456.x7", "123.456.x7"),
        ("foo.localhost", "foo.localhost"),
        ("localhost.localdomain", "localhost.localdomain"),
        ("example.0xg", "example.0xg"),
        (&longest, &longest),
        (&format!("{longest}."), &longest),
    ] {
        assert_eq!(domain(typed).as_str(), canonical, "{typed:?}");
    }
}

/// Asserts the whole sentence of each refusal.
fn assert_refused<'a>(cases: impl IntoIterator<Item = (&'a str, impl AsRef<str>)>) {
    for (typed, sentence) in cases {
        let error = Domain::parse(typed).unwrap_err().to_string();
        assert_eq!(error, sentence.as_ref(), "{typed:?}");
    }
}

#[test]
fn refuses_what_is_no_name_with_a_sentence() {
    assert_refused([
        ("", "Type a domain, such as example.com."),
        (" \t ", "Type a domain, such as example.com."),
        (
            "exam ple.com",
            r#""exam ple.com" has a space in it. Type one name, without spaces."#,
        ),
        (
            "a.com\u{2003}b.com",
            "\"a.com\u{2003}b.com\" has a space in it. Type one name, without spaces.",
        ),
        (
            "exam\u{0}ple.com",
            "\"exam\\u{0}ple.com\" has a control character in it, perhaps from pasting. Type the \
             name by hand, or paste one line.",
        ),
        (
            "bob@Example.com",
            r#""bob@Example.com" is a mail address. Type example.com."#,
        ),
        (
            "Bob B <bob@example.com>",
            r#""Bob B <bob@example.com>" is a mail address. Type example.com."#,
        ),
        (
            "bob@relay",
            r#""bob@relay" is a mail address. Type only the part after the @."#,
        ),
        (
            "https://user@www.example.com:443/a?b#c",
            r#""https://user@www.example.com:443/a?b#c" is a web address or a path. Type www.example.com."#,
        ),
        (
            "example.com/",
            r#""example.com/" is a web address or a path. Type example.com."#,
        ),
        (
            "http://",
            r#""http://" is a web address or a path. Type only its host name."#,
        ),
        (
            r"\\server\share",
            r#""\\server\share" is a web address or a path. Type only its host name."#,
        ),
        (
            "example.com:25",
            r#""example.com:25" ends in a port, which has a field of its own. Type example.com here."#,
        ),
        (
            "relay:25",
            r#""relay:25" ends in a port, which has a field of its own. Type only the name here."#,
        ),
        (
            "192.0.2.1",
            r#""192.0.2.1" is an IP address. Type a domain, such as example.com."#,
        ),
        (
            "[IPv6:2001:db8::1]",
            r#""[IPv6:2001:db8::1]" is an IP address. Type a domain, such as example.com."#,
        ),
    ]);
}

#[test]
fn refuses_bad_spelling_with_a_sentence() {
    let label64 = "a".repeat(64);
    let long = format!("{}com", "abcdefg.".repeat(32));
    let names_only = "Names have letters, digits, hyphens and dots only.";
    assert_refused([
        (
            "LocalHost.",
            "localhost is this machine, not a mail domain. Type a domain, such as example.com."
                .into(),
        ),
        (
            "*",
            r#""*" has a * in it. Type only one domain, such as example.com."#.into(),
        ),
        (
            "*.example.com",
            r#""*.example.com" has a * in it. Type example.com."#.into(),
        ),
        (
            "a.*.example.com",
            r#""a.*.example.com" has a * in it. Type only one domain, such as example.com."#.into(),
        ),
        (
            "..example.com",
            r#""..example.com" starts with a dot. Type example.com."#.into(),
        ),
        (
            "_dmarc.example.com",
            format!(r#""_dmarc.example.com" has an underscore in it. {names_only}"#),
        ),
        (
            "com.",
            r#""com." is one word. Type the whole domain, such as example.com."#.into(),
        ),
        (
            "example.123",
            r#""example.123" ends in a number. The last part of a name has letters, as in example.com."#
                .into(),
        ),
        (
            &format!("{label64}.com"),
            format!(
                "The part \"{}…\" is 64 characters long. At most 63 may stand between two dots.",
                &label64[..60]
            ),
        ),
        (
            &long,
            "The name is 259 characters long. At most 253 are possible.".into(),
        ),
        (
            "-a.com",
            r#"The part "-a" starts or ends with a hyphen. Hyphens stand between letters or digits only."#
                .into(),
        ),
        (
            "ab--c.com",
            r#"The part "ab--c" has hyphens in third and fourth place, which only a name that starts with xn-- may have. Check the spelling."#
                .into(),
        ),
        (
            "example..com",
            r#""example..com" has a dot too many. Type one dot between parts, as in example.com."#
                .into(),
        ),
        (
            "example.com,example.net",
            format!(
                r#""example.com,example.net" has the character "," in it. {names_only}"#
            ),
        ),
    ]);
}

#[test]
fn refuses_for_the_right_reason() {
    use DomainError as E;
    for (typed, expected) in [
        (
            "a\nb.com",
            (|e| matches!(e, E::ControlCharacter { .. })) as fn(&E) -> bool,
        ),
        ("a\u{85}b.com", |e| matches!(e, E::ControlCharacter { .. })),
        ("a\u{7f}b.com", |e| matches!(e, E::ControlCharacter { .. })),
        ("a b@c.com", |e| matches!(e, E::EmailAddress { .. })),
        ("mailto:bob@example.com", |e| {
            matches!(e, E::EmailAddress { .. })
        }),
        ("@example.com", |e| {
            matches!(
                e,
                E::EmailAddress {
                    domain: Some(_),
                    ..
                }
            )
        }),
        ("ftp://example.com", |e| {
            matches!(
                e,
                E::Url {
                    domain: Some(_),
                    ..
                }
            )
        }),
        ("[192.0.2.1]", |e| matches!(e, E::IpAddress { .. })),
        ("192.0.2.1.", |e| matches!(e, E::IpAddress { .. })),
        ("192.0.2.0/24", |e| matches!(e, E::IpAddress { .. })),
        ("fe80::1%eth0", |e| matches!(e, E::IpAddress { .. })),
        ("::", |e| matches!(e, E::IpAddress { .. })),
        ("192.0.2.256", |e| matches!(e, E::NumericTopLevel { .. })),
        ("127.1", |e| matches!(e, E::NumericTopLevel { .. })),
        ("0x7f.0x1", |e| matches!(e, E::NumericTopLevel { .. })),
        ("a.0x", |e| matches!(e, E::NumericTopLevel { .. })),
        ("42", |e| matches!(e, E::NumericTopLevel { .. })),
        (".", |e| matches!(e, E::EmptyLabel { .. })),
        ("..", |e| matches!(e, E::EmptyLabel { .. })),
        ("example.com..", |e| matches!(e, E::EmptyLabel { .. })),
        ("a-.com", |e| matches!(e, E::Hyphen { .. })),
        ("example.-", |e| matches!(e, E::Hyphen { .. })),
        ("a'b.com", |e| {
            matches!(
                e,
                E::NotAllowed {
                    character: '\'',
                    ..
                }
            )
        }),
        ("a!b.com", |e| {
            matches!(e, E::NotAllowed { character: '!', .. })
        }),
        ("example.com:", |e| {
            matches!(e, E::NotAllowed { character: ':', .. })
        }),
        ("2001:db8:::1", |e| {
            matches!(e, E::NotAllowed { character: ':', .. })
        }),
    ] {
        let error = Domain::parse(typed).unwrap_err();
        assert!(expected(&error), "{typed:?}: {error:?}");
    }
}

#[test]
fn shows_what_was_typed_without_its_effects() {
    let typed = format!("\u{202e}moc._{}", "x".repeat(100));
    assert_eq!(
        Domain::parse(&typed).unwrap_err().to_string(),
        format!(
            "\"\\u{{202e}}moc._{}…\" has an underscore in it. Names have letters, digits, hyphens \
             and dots only.",
            "x".repeat(54)
        )
    );
}

#[test]
fn long_input_is_refused_quickly() {
    for text in ["a.", "*", ".", "ü", "@", ":1", "xn--", "\u{200b}", "/", "-"] {
        let typed = text.repeat(1_000_000);
        assert!(Domain::parse(&typed).unwrap_err().to_string().len() < 1000);
    }
}

#[cfg(feature = "idna")]
#[test]
fn reads_international_names() {
    for (typed, canonical, unicode) in [
        (
            "bücher.example",
            "xn--bcher-kva.example",
            Some("bücher.example"),
        ),
        (
            "BÜCHER.Example",
            "xn--bcher-kva.example",
            Some("bücher.example"),
        ),
        (
            "bu\u{308}cher.example",
            "xn--bcher-kva.example",
            Some("bücher.example"),
        ),
        (
            "XN--BCHER-KVA.example.",
            "xn--bcher-kva.example",
            Some("bücher.example"),
        ),
        // Non-transitional: the sharp s stays.
        ("straße.de", "xn--strae-oqa.de", Some("straße.de")),
        (
            "例え。テスト。",
            "xn--r8jz45g.xn--zckzah",
            Some("例え.テスト"),
        ),
        ("example．com", "example.com", None),
        ("ｅｘａｍｐｌｅ.com", "example.com", None),
        ("ex\u{ad}am\u{200b}ple.com", "example.com", None),
        ("\u{feff}example.com", "example.com", None),
        ("a.рф", "a.xn--p1ai", Some("a.рф")),
        // Hyphens in second and third place, though not by their octets.
        ("é--x.com", "xn----x-9la.com", Some("é--x.com")),
    ] {
        let domain = domain(typed);
        assert_eq!(domain.as_str(), canonical, "{typed:?}");
        assert_eq!(domain.to_unicode().as_deref(), unicode, "{typed:?}");
    }
}

#[cfg(feature = "idna")]
#[test]
fn refuses_international_names_that_uts_46_refuses() {
    for typed in [
        "xn--a.example",    // not punycode
        "xn--.example",     // nothing encoded
        "xn--example-.com", // a plain label in disguise
        "xn--strasse-.de",
        "xn--BCHER-KV.example",
        "\u{202e}moc.example",     // a bidirectional control
        "a\u{200d}b.com",          // a joiner out of place
        "אa.com",                  // both directions in a label
        "\u{301}a.com",            // starts with a combining mark
        "a＿b.com",                // a full-width underscore
        "a／b.com",                // a full-width slash
        "a\u{2024}.b\u{fffd}.com", // unassigned or replaced
        "-ü.com",
        "ü-.com",
        "üb--c.com",
    ] {
        let error = Domain::parse(typed).unwrap_err();
        assert!(
            matches!(error, DomainError::Idna { .. } | DomainError::Hyphen { .. }),
            "{typed:?}: {error:?}"
        );
    }
    // What counts as a number or an address is decided after the mapping.
    for typed in ["１９２.０.２.１", "192。0。2。1", "example.１２"] {
        let error = Domain::parse(typed).unwrap_err();
        assert!(
            matches!(error, DomainError::NumericTopLevel { .. }),
            "{typed}"
        );
    }
    // A label may be short in letters and long in octets.
    let error = Domain::parse(&format!("{}.com", "ü".repeat(60))).unwrap_err();
    assert!(
        matches!(error, DomainError::LabelTooLong { .. }),
        "{error:?}"
    );
}

#[cfg(not(feature = "idna"))]
#[test]
fn leaves_international_names_to_the_server() {
    for typed in [
        "bücher.example",
        "xn--bcher-kva.example",
        "例え。テスト",
        "ü",
    ] {
        assert_eq!(
            Domain::parse(typed),
            Err(DomainError::NeedsServer),
            "{typed}"
        );
    }
    // What is wrong whatever UTS #46 says is said at once.
    for typed in ["bü cher.example", "a@bücher.example", "-ü.com"] {
        assert_ne!(
            Domain::parse(typed),
            Err(DomainError::NeedsServer),
            "{typed}"
        );
    }
    // A list from the server can be shown all the same.
    let domain: Domain = serde_json::from_str(r#""xn--bcher-kva.example""#).unwrap();
    assert_eq!(domain.as_str(), "xn--bcher-kva.example");
    assert!(serde_json::from_str::<Domain>(r#""bücher.example""#).is_err());
}

#[test]
fn knows_what_lies_above_it() {
    let name = domain("a.b.example.com");
    assert_eq!(name.parent(), Some("b.example.com"));
    assert_eq!(
        name.parents().collect::<Vec<_>>(),
        ["b.example.com", "example.com"]
    );
    assert_eq!(domain("example.com").parent(), None);
    assert_eq!(domain("example.com").parents().count(), 0);
    for (one, two, below) in [
        ("a.example.com", "example.com", true),
        ("a.b.example.com", "example.com", true),
        ("example.com", "example.com", false),
        ("example.com", "a.example.com", false),
        ("badexample.com", "example.com", false),
    ] {
        assert_eq!(
            domain(one).is_subdomain_of(&domain(two)),
            below,
            "{one} {two}"
        );
    }
}

#[test]
fn serialises_as_a_string_and_parses_again() {
    assert_eq!(
        serde_json::to_string(&domain("Example.com")).unwrap(),
        r#""example.com""#
    );
    let read: Domain = serde_json::from_str(r#""EXAMPLE.com.""#).unwrap();
    assert_eq!(read, domain("example.com"));
    let error = serde_json::from_str::<Domain>(r#""localhost""#).unwrap_err();
    assert!(error.to_string().starts_with("localhost is this machine"));
}

/// Texts of the characters of names, right and wrong.
fn spelled() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA0-9.-]{0,12}",
        "[a-z0-9]{1,3}(\\.(xn--|a-|-|0x|ab--)?[a-z0-9-]{0,4}){0,3}\\.?",
        "[a-z]{60,66}\\.[a-z]{1,3}",
        "([a-z]{60}\\.){3,4}[a-z]{1,20}",
        "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}",
    ]
}

proptest! {
    /// The short way leads where the long one does.
    #[test]
    fn a_name_in_its_canonical_form_is_what_it_would_be_read_as(text in spelled()) {
        if let Some(name) = crate::name::canonical(&text) {
            prop_assert_eq!(&*name, &*text);
            let read = crate::name::parse(&text, crate::name::Origin::Typed);
            prop_assert_eq!(read.as_deref(), Ok(&*text));
            prop_assert!(!super::is_ip_address(&text));
            prop_assert!(text.contains('.'));
        }
    }

    #[test]
    fn plain_names_are_in_their_canonical_form(name in "[a-z][a-z0-9]{0,9}(\\.[a-z][a-z0-9]{0,9}){1,3}") {
        prop_assert!(crate::name::canonical(&name).is_some());
    }

    #[test]
    fn never_panics_and_is_idempotent(typed in strategies::name_like()) {
        match Domain::parse(&typed) {
            Ok(domain) => {
                let name = domain.as_str();
                prop_assert_eq!(Domain::parse(name), Ok(domain.clone()));
                prop_assert!(name.len() <= 253 && name.contains('.'));
                prop_assert!(name.split('.').all(|label| (1..=63).contains(&label.len())));
                prop_assert!(
                    name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
                );
                if let Some(unicode) = domain.to_unicode() {
                    prop_assert_ne!(&*unicode, name);
                    prop_assert_eq!(Domain::parse(&unicode), Ok(domain));
                }
            }
            Err(error) => {
                let sentence = error.to_string();
                prop_assert!(sentence.ends_with('.'), "{}", sentence);
                prop_assert!(!sentence.contains(char::is_control));
            }
        }
    }

    #[test]
    fn reads_what_it_displays(domain in strategies::domain()) {
        let json = serde_json::to_string(&domain).unwrap();
        prop_assert_eq!(serde_json::from_str::<Domain>(&json).unwrap(), domain.clone());
        prop_assert_eq!(domain.to_string().parse(), Ok(domain.clone()));
        for variant in [
            domain.as_str().to_ascii_uppercase(),
            format!("{domain}."),
            format!("\t {domain} \n"),
        ] {
            prop_assert_eq!(Domain::parse(&variant), Ok(domain.clone()));
        }
    }

    #[test]
    fn parents_are_exactly_the_domains_above(domain in strategies::domain()) {
        for parent in domain.parents() {
            prop_assert!(domain.is_subdomain_of(&Domain::parse(parent).unwrap()));
        }
        prop_assert_eq!(domain.parents().count() + 1, domain.as_str().matches('.').count());
    }
}
