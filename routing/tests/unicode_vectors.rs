//! The test vectors of Unicode (`IdnaTestV2.txt`, for UTS #46) and of the `idna` crate, run against
//! what people type: `Domain` and `Host`.
//!
//! The files are those in the package of the `idna` crate that this workspace is locked to, so they
//! are of the version that the crate implements, and none is kept here.
#![cfg(feature = "idna")]

use routing::{Domain, DomainError, Host, HostError};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// A file from the tests of the `idna` package, wherever Cargo keeps it.
fn vectors(name: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .arg(concat!(
            "--manifest-path=",
            env!("CARGO_MANIFEST_DIR"),
            "/Cargo.toml"
        ))
        .output()
        .expect("cargo metadata starts");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "cargo metadata: {error}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let idna = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == "idna")
        .and_then(|package| package["manifest_path"].as_str())
        .expect("idna is a dependency");
    let path = PathBuf::from(idna).with_file_name("tests").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One line of `IdnaTestV2.txt`: a name, and what `ToASCII` (non-transitional) makes of it.
struct Line {
    number: usize,
    source: String,
    unicode: String,
    ascii: String,
    valid: bool,
}

/// The lines of the file. An empty column repeats an earlier one, and `""` is the empty text.
fn lines(file: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(file.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let columns: Vec<_> = line.split(';').map(str::trim).collect();
        let [source, unicode, unicode_status, ascii, ascii_status, ..] = columns[..] else {
            continue;
        };
        let or = |column: &str, default: &str| match column {
            "" => default.to_owned(),
            column => unescape(column),
        };
        let source = unescape(source);
        let unicode = or(unicode, &source);
        let ascii = or(ascii, &unicode);
        let status = or(ascii_status, unicode_status);
        lines.push(Line {
            number,
            source,
            unicode,
            ascii,
            valid: matches!(&*status, "" | "[]"),
        });
    }
    lines
}

/// `\uXXXX` for a character, `""` for nothing. Surrogates cannot be in a Rust text; no text with
/// one is valid, and neither is one with the replacement character.
fn unescape(column: &str) -> String {
    if column == "\"\"" {
        return String::new();
    }
    let mut parts = column.split("\\u");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(4);
        let code = u32::from_str_radix(code, 16).expect("four hexadecimal digits");
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        text.push_str(rest);
    }
    text
}

/// Whether a name has characters that Unicode gained after the version of the file (16.0): the
/// tables that the `idna` crate uses are released at a pace of their own. The file meets two of the
/// newer blocks by chance: CJK Extension J (17.0) and Seal (18.0).
fn assigned_since(line: &Line) -> bool {
    let newer = ['\u{323b0}'..='\u{33479}', '\u{3d000}'..='\u{3fc3f}'];
    line.unicode
        .contains(|character| newer.iter().any(|block| block.contains(&character)))
}

/// What both types drop before they look: white space around the name, and one final dot. A name
/// that the vectors refuse for these alone is accepted.
fn forgiven(line: &Line) -> bool {
    line.source.trim() != line.source || line.ascii.ends_with('.')
}

/// Where `Domain` is stricter than UTS #46 on purpose: see the rules in its documentation.
fn stricter(error: &DomainError) -> bool {
    matches!(
        error,
        DomainError::SingleLabel { .. }
            | DomainError::NumericTopLevel { .. }
            | DomainError::IpAddress { .. }
    )
}

#[test]
fn unicode_idna_test_v2() {
    let lines = lines(&vectors("IdnaTestV2.txt"));
    let (mut domains, mut hosts, mut refused) = (0, 0, 0);
    for line in &lines {
        let Line {
            number,
            source,
            ascii,
            valid,
            ..
        } = line;
        let domain = Domain::parse(source);
        let host = Host::parse(source);
        let place = format!("line {number}, {source:?}: {domain:?}, {host:?}");
        if !valid && !forgiven(line) && !assigned_since(line) {
            assert!(domain.is_err() && host.is_err(), "must be refused: {place}");
            refused += 1;
            continue;
        }
        let ascii = ascii.strip_suffix('.').unwrap_or(ascii);
        match domain {
            Ok(domain) => {
                assert_eq!(domain.as_str(), ascii, "{place}");
                domains += 1;
            }
            Err(error) => assert!(!valid || stricter(&error), "must be accepted: {place}"),
        }
        match host {
            Ok(host) => {
                assert_eq!(host.to_string(), ascii, "{place}");
                hosts += 1;
            }
            Err(error) => assert!(
                !valid || matches!(error, HostError::NotIpv4 { .. }),
                "must be accepted: {place}"
            ),
        }
    }
    println!(
        "{} lines: {domains} domains, {hosts} hosts, {refused} refused",
        lines.len()
    );
    // The file was read, and not skipped line by line.
    assert!(lines.len() > 6000 && domains > 400 && hosts > domains && refused > 5000);
}

/// The samples of RFC 3492 section 7.1 and more. They are about Punycode alone, so many are no
/// names: those that are must come out as the vector says, and the two forms must agree.
#[test]
fn punycode_vectors() {
    let vectors: Vec<Value> = serde_json::from_str(&vectors("punycode_tests.json")).expect("JSON");
    let mut accepted = 0;
    for vector in &vectors {
        let decoded = vector["decoded"].as_str().expect("a text");
        let encoded = vector["encoded"].as_str().expect("a text");
        let unicode = Domain::parse(&format!("{decoded}.example"));
        let ascii = Domain::parse(&format!("xn--{encoded}.example"));
        if let Ok(ascii) = &ascii {
            assert_eq!(
                ascii.as_str(),
                format!("xn--{encoded}.example").to_lowercase()
            );
            assert_eq!(unicode.as_ref(), Ok(ascii), "{decoded}");
            accepted += 1;
        }
    }
    println!("{} vectors, {accepted} of them names", vectors.len());
    assert!(accepted >= 10, "{accepted}");
}

/// Texts on which encoders have gone wrong.
#[test]
fn bad_punycode_vectors() {
    let vectors: Vec<Value> =
        serde_json::from_str(&vectors("bad_punycode_tests.json")).expect("JSON");
    assert!(!vectors.is_empty());
    for vector in &vectors {
        let decoded = vector["decoded"].as_str().expect("a text");
        assert!(Domain::parse(&format!("{decoded}.example")).is_err());
    }
}
