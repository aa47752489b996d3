//! The program as a shell or a service manager runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/fed.rs"]
mod fed;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use fed::fed;
use serde_json::Value;
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smart-hosts");

/// Runs a command on a data folder.
fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data_dir)
        .env("SMART_HOSTS_ALLOW_LOOPBACK_HOSTS", "1")
        .output()
        .unwrap()
}

/// Runs a command that must end with this exit code, and returns what it printed.
#[track_caller]
fn ends_with(code: i32, data_dir: &Path, arguments: &[&str]) -> (String, String) {
    let output = run(data_dir, arguments);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {stdout}{stderr}"
    );
    (stdout, stderr)
}

/// A server on a free port.
struct Server {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    address: String,
    /// The log until it served.
    seen: String,
}

impl Server {
    fn start(data_dir: &Path) -> Self {
        Self::with(data_dir, &[])
    }

    /// One with further options.
    fn with(data_dir: &Path, options: &[&str]) -> Self {
        Self::start_with(data_dir, |command| command.args(options))
    }

    /// One for which more is said.
    fn start_with(data_dir: &Path, say: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut command = Command::new(PROGRAM);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .env("SMART_HOSTS_DATA_DIR", data_dir)
            .stderr(Stdio::piped());
        let mut child = say(&mut command).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut server = Self {
            child,
            log,
            address: String::new(),
            seen: String::new(),
        };
        while server.address.is_empty() {
            let mut line = String::new();
            assert_ne!(
                server.log.read_line(&mut line).unwrap(),
                0,
                "the server ended at once"
            );
            server.seen.push_str(&line);
            let entry: Value = serde_json::from_str(&line).unwrap();
            if let Some(address) = entry["address"].as_str() {
                address.clone_into(&mut server.address);
            }
        }
        server
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and returns the exit code and the rest of the log.
    fn wait(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str, cookie: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n");
    ask(address, &format!("{request}Connection: close\r\n\r\n"))
}

fn ask(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const PASSWORD: &str = "correct horse battery staple";

/// Runs a command that reads this from its standard input, and returns exit code and output.
fn with_input(data_dir: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env("SMART_HOSTS_DATA_DIR", data_dir);
    let output = fed(&mut command, input);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Makes an administrator on the command line and signs in; returns the cookies.
fn signed_in(server: &Server, data_dir: &Path) -> String {
    let add = ["user", "add", "anna", "--password-stdin"];
    let (code, said, why) = with_input(data_dir, &add, PASSWORD);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "Added anna as administrator\n"),
        "{why}"
    );
    let form = format!("name=anna&password={}", PASSWORD.replace(' ', "+"));
    let address = &server.address;
    let answer = ask(
        address,
        &format!(
            "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            form.len()
        ),
    );
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let cookies = answer
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "));
    let pairs: Vec<_> = cookies
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    pairs.join("; ")
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn routes_are_added_listed_and_deleted() {
    let data = folder();
    let data = data.path();
    let (said, _) = ends_with(
        0,
        data,
        &["route", "add", "Example.COM.", "Mail.Example.NET:2525"],
    );
    assert_eq!(said, "Added example.com -> [mail.example.net]:2525\n");
    ends_with(
        0,
        data,
        &[
            "route",
            "add",
            ".example.org",
            "::1",
            "--comment",
            "a, \"b\"",
        ],
    );
    let (table, _) = ends_with(0, data, &["route", "list"]);
    assert_eq!(
        table,
        "DOMAIN        SCOPE       HOST              PORT  COMMENT\n\
         example.com   domain      mail.example.net  2525\n\
         .example.org  subdomains  ::1               25    a, \"b\"\n"
    );
    let (lines, _) = ends_with(0, data, &["route", "list", "--json", "--search", "ORG"]);
    let row: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(row["domain"], "example.org");
    assert_eq!(row["scope"], "subdomains");
    assert_eq!(row["port"], 25);
    ends_with(
        0,
        data,
        &[
            "route",
            "add",
            "example.net",
            "a.example:587",
            "b.example",
            "587",
            "c.example:587",
        ],
    );
    let (table, _) = ends_with(0, data, &["route", "list", "--search", "c.example"]);
    assert_eq!(
        table,
        "DOMAIN       SCOPE   HOST       PORT  FURTHER HOSTS                    COMMENT\n\
         example.net  domain  a.example  587   [b.example]:587 [c.example]:587\n"
    );
    // One that is not there: none is deleted.
    let (_, why) = ends_with(5, data, &["route", "delete", "example.com", "example.org"]);
    assert!(why.contains("There is no route for example.org"), "{why}");
    ends_with(
        0,
        data,
        &[
            "route",
            "delete",
            "EXAMPLE.com",
            "*.example.org",
            "example.net",
        ],
    );
    let (lines, _) = ends_with(0, data, &["route", "list", "--json"]);
    assert_eq!(lines, "");
}

#[test]
fn removed_routes_hold_mail_until_it_is_released() {
    let data = folder();
    let data = data.path();
    let add = |domain| ends_with(0, data, &["route", "add", domain, "mail.example.net"]);
    for domain in ["a.example", ".a.example", "b.example", "c.example"] {
        add(domain);
    }
    let (_, note) = ends_with(
        0,
        data,
        &["route", "delete", "a.example", ".a.example", "c.example"],
    );
    assert!(note.contains("waits for 5 days"), "{note}");
    let (said, note) = ends_with(0, data, &["route", "delete", "--release", "b.example"]);
    assert_eq!((&*said, &*note), ("Deleted b.example\n", ""));

    let (table, _) = ends_with(0, data, &["route", "held"]);
    let words: Vec<Vec<_>> = (table.lines())
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(
        words,
        [
            ["DOMAIN", "SCOPE"],
            ["a.example", "domain"],
            [".a.example", "subdomains"],
            ["c.example", "domain"],
        ]
    );
    let (lines, _) = ends_with(0, data, &["route", "held", "--json", "--search", "C.EX"]);
    let row: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(row["domain"], "c.example");
    assert_eq!(row["removed_by"], "local");
    let days = row["until"].as_i64().unwrap() - row["removed_at"].as_i64().unwrap();
    assert_eq!(days, 5 * 24 * 60 * 60 * 1000);

    // One for which nothing is held: none is released.
    let (_, why) = ends_with(5, data, &["route", "release", "a.example", "b.example"]);
    assert!(why.contains("No mail is held for b.example"), "{why}");
    let (said, _) = ends_with(0, data, &["route", "release", "*.A.example"]);
    assert_eq!(said, "Released .a.example\n");
    ends_with(3, data, &["route", "release", "a b"]);
    ends_with(2, data, &["route", "release"]);
    ends_with(2, data, &["route", "release", "--all", "a.example"]);
    // A route again: its mail goes there.
    add("a.example");
    let (said, note) = ends_with(0, data, &["route", "release", "--all"]);
    assert_eq!(said, "Released c.example\n");
    assert!(note.contains("postqueue -f"), "{note}");
    let (said, note) = ends_with(0, data, &["route", "release", "--all"]);
    assert_eq!((&*said, &*note), ("", ""));
}

#[test]
fn routes_are_disabled_and_enabled() {
    let folder = folder();
    let data = folder.path();
    for domain in ["a.example.com", "b.example.com"] {
        ends_with(0, data, &["route", "add", domain, "mail.example.net"]);
    }
    ends_with(
        0,
        data,
        &[
            "route",
            "add",
            "c.example.com",
            "mail.example.net",
            "--disabled",
        ],
    );
    let (said, note) = ends_with(
        0,
        data,
        &["route", "disable", "a.example.com", "b.example.com"],
    );
    assert_eq!(said, "Disabled a.example.com\nDisabled b.example.com\n");
    assert!(note.contains("route held"), "{note}");
    let (list, _) = ends_with(0, data, &["route", "list"]);
    assert!(
        list.starts_with("DOMAIN         SCOPE   HOST              PORT  ENABLED  COMMENT\n"),
        "{list}"
    );
    let (held, _) = ends_with(0, data, &["route", "held"]);
    assert!(
        held.contains("b.example.com") && !held.contains("c.example.com"),
        "{held}"
    );
    let (said, note) = ends_with(
        0,
        data,
        &["route", "enable", "a.example.com", "c.example.com"],
    );
    assert_eq!(said, "Enabled a.example.com\nEnabled c.example.com\n");
    assert_eq!(note, "");
    let (file, _) = ends_with(0, data, &["export"]);
    assert!(
        file.contains("b.example.com,mail.example.net,25,disabled\n"),
        "{file}"
    );
    assert_eq!(file.matches("disabled").count(), 1);
    let (_, why) = ends_with(
        5,
        data,
        &["route", "disable", "a.example.com", "z.example.com"],
    );
    assert!(why.contains("Nothing was changed"), "{why}");
}

#[test]
fn exit_codes_say_what_was_wrong() {
    let data = folder();
    let data = data.path();
    ends_with(1, data, &["route", "list"]);
    ends_with(2, data, &["route", "add"]);
    ends_with(2, data, &["serve", "--listen", "0.0.0.0:3000"]);
    let (_, why) = ends_with(3, data, &["route", "add", "exa mple", "0.0.0.0", "99999"]);
    assert_eq!(
        why.trim_end().lines().count(),
        3,
        "one line for each field: {why}"
    );
    ends_with(0, data, &["managed-domain", "add", "example.com"]);
    let (_, why) = ends_with(
        4,
        data,
        &["route", "add", "example.com", "mail.example.net"],
    );
    assert!(why.contains("managed domain"), "{why}");
    ends_with(4, data, &["managed-domain", "add", "EXAMPLE.com"]);
    ends_with(5, data, &["managed-domain", "delete", "example.net"]);
}

#[test]
fn a_host_that_is_this_gateway_is_refused() {
    let data = folder();
    let refused = |arguments: &[&str]| {
        let output = Command::new(PROGRAM)
            .args(arguments)
            .env("SMART_HOSTS_DATA_DIR", data.path())
            .env(
                "SMART_HOSTS_OWN_NAMES",
                "gateway.example.net,mx.example.net",
            )
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let why = refused(&["route", "add", "example.com", "127.0.0.1:2525"]);
    assert!(why.contains("--allow-loopback-hosts"), "{why}");
    let why = refused(&[
        "route",
        "add",
        "example.com",
        "a.example",
        "mx.example.net:587",
    ]);
    assert!(why.contains("mx.example.net is this gateway"), "{why}");
    refused(&[
        "managed-domain",
        "add",
        "example.com",
        "gateway.example.net",
    ]);
    refused(&["default-routing", "set", "::1"]);
    ends_with(
        0,
        data.path(),
        &["route", "add", "example.com", "127.0.0.1:2525"],
    );
}

#[test]
fn a_log_filter_that_cannot_be_read_is_refused_at_the_start() {
    let data = folder();
    for command in ["route list", "serve --listen 127.0.0.1:0"] {
        let output = Command::new(PROGRAM)
            .args(command.split(' '))
            .env("SMART_HOSTS_DATA_DIR", data.path().join("data"))
            .env("SMART_HOSTS_LOG", "info,server=loud")
            .output()
            .unwrap();
        let why = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}: {why}");
        assert!(
            why.contains("SMART_HOSTS_LOG is \u{201c}info,server=loud\u{201d}"),
            "{why}"
        );
        assert!(why.contains("such as info"), "{why}");
    }
    assert!(!data.path().join("data").exists(), "nothing was begun");
}

#[test]
fn default_routing_is_shown_set_and_cleared() {
    let data = folder();
    let data = data.path();
    ends_with(0, data, &["managed-domain", "add", "example.com"]);
    let (said, note) = ends_with(0, data, &["default-routing", "show"]);
    assert_eq!(said, "none\n");
    assert!(
        note.contains("1 of 1 managed domains follow the default"),
        "{note}"
    );
    ends_with(0, data, &["default-routing", "set", "mx.example.net"]);
    ends_with(3, data, &["default-routing", "set", "mx..example.net"]);
    let (said, _) = ends_with(0, data, &["default-routing", "show"]);
    assert_eq!(said, "mx.example.net port 25\n");
    let (set, _) = ends_with(
        0,
        data,
        &["default-routing", "set", "mx.example.net", "26", "--json"],
    );
    let (shown, _) = ends_with(0, data, &["default-routing", "show", "--json"]);
    assert_eq!(set, shown);
    let set: serde_json::Value = serde_json::from_str(&set).unwrap();
    assert_eq!(set["next_hop"]["port"], 26);
    let (cleared, _) = ends_with(0, data, &["default-routing", "clear", "--json"]);
    let cleared: serde_json::Value = serde_json::from_str(&cleared).unwrap();
    assert!(cleared["next_hop"].is_null(), "{cleared}");
}

#[test]
fn an_export_goes_to_standard_output_or_a_file() {
    let data = folder();
    let data = data.path();
    ends_with(
        0,
        data,
        &["route", "add", "example.com", "mail.example.net"],
    );
    let text = "# smart-hosts 1: 1 route\nexample.com,mail.example.net,25\n";
    assert_eq!(ends_with(0, data, &["export"]).0, text);
    let file = data.join("out.txt");
    ends_with(0, data, &["export", "--output", file.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    assert!(!data.join("out.txt.part").exists());
    let (json, _) = ends_with(
        0,
        data,
        &["export", "--list", "managed-domains", "--format", "json"],
    );
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["count"], 0);
    ends_with(2, data, &["export", "--format", "xlsx"]);

    // A folder stands where the file should be.
    let taken = data.join("taken");
    std::fs::create_dir(&taken).unwrap();
    let (_, why) = ends_with(1, data, &["export", "--output", taken.to_str().unwrap()]);
    assert!(why.contains(taken.to_str().unwrap()), "{why}");
    assert!(!data.join("taken.part").exists());
    // There is no such folder.
    let nowhere = data.join("nowhere/out.txt");
    let (_, why) = ends_with(1, data, &["export", "--output", nowhere.to_str().unwrap()]);
    assert!(why.contains(nowhere.to_str().unwrap()), "{why}");
}

#[test]
fn commands_work_while_the_server_runs() {
    let data = folder();
    let server = Server::start(data.path());
    ends_with(
        0,
        data.path(),
        &["route", "add", "example.com", "mail.example.net"],
    );
    let page = get(&server.address, "/smtp/domains/smart-hosts", "");
    assert!(page.contains("location: /set-up"), "{page}");
    let cookie = signed_in(&server, data.path());
    let page = get(&server.address, "/smtp/domains/smart-hosts", &cookie);
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("mail.example.net"));
    assert!(get(&server.address, "/healthz", "").ends_with("\r\nok\n"));
}

#[test]
fn a_second_server_says_who_holds_the_folder() {
    let data = folder();
    let server = Server::start(data.path());
    let (_, why) = ends_with(1, data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert!(why.contains("is in use"), "{why}");
    let holder = format!(
        "process {} serves it on {}",
        server.child.id(),
        server.address
    );
    assert!(why.contains(&holder), "{why}");
    // Another folder, but the same port.
    let other = folder();
    let (_, why) = ends_with(1, other.path(), &["serve", "--listen", &server.address]);
    assert!(why.contains("in use by another program"), "{why}");
}

#[test]
fn what_crosses_a_network_is_encrypted() {
    let data = folder();
    let data = data.path().join("data");
    for (options, why) in [
        ("--listen 192.0.2.1:3000", "--tls-cert"),
        (
            "--listen 0.0.0.0:3000 --public-url http://a.example",
            "--trusted-proxy",
        ),
        ("--public-url https://a.example", "nobody speaks TLS"),
        ("--tls-cert cert.pem", "--tls-key"),
        ("--trusted-proxy proxy.example", "192.0.2.0/24"),
    ] {
        let words: Vec<_> = ["serve"].into_iter().chain(options.split(' ')).collect();
        let (_, error) = ends_with(2, &data, &words);
        assert!(error.contains(why), "{options}: {error}");
    }
    let words = "serve --tls-cert nowhere.pem --tls-key nowhere.pem".split(' ');
    let (_, error) = ends_with(1, &data, &words.collect::<Vec<_>>());
    assert!(
        error.contains("The certificate nowhere.pem cannot be read"),
        "{error}"
    );
    assert!(!data.exists(), "nothing was begun");
}

#[test]
fn the_console_speaks_tls_and_says_how_it_is_reached() {
    let data = folder();
    let made = rcgen::generate_simple_self_signed(vec!["console.example".to_owned()]).unwrap();
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| data.path().join(name));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = Server::with(
        data.path(),
        &[
            "--tls-cert",
            cert.to_str().unwrap(),
            "--tls-key",
            key.to_str().unwrap(),
            "--public-url",
            "https://console.example",
        ],
    );
    let ask = |host: &str| {
        let mut stream = tls(&server.address, made.cert.der());
        write!(
            stream,
            "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let page = ask("console.example");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("\r\nstrict-transport-security: max-age=31536000\r\n"));
    assert!(ask("attacker.test").starts_with("HTTP/1.1 421"));
    server.signal("TERM");
    let (code, log) = server.wait();
    assert_eq!(code, Some(0), "{log}");
}

/// A connection by TLS, from somebody who trusts this certificate only.
fn tls(
    address: &str,
    trusted: &CertificateDer<'static>,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("console.example").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    StreamOwned::new(session, TcpStream::connect(address).unwrap())
}

#[test]
fn a_proxy_says_who_asks() {
    let data = folder();
    let server = Server::with(
        data.path(),
        &[
            "--trusted-proxy",
            "127.0.0.0/8",
            "--public-url",
            "https://console.example",
        ],
    );
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream
        .write_all(
            b"GET /healthz HTTP/1.1\r\nHost: console.example\r\nConnection: close\r\n\
              X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\nX-Forwarded-Proto: https\r\n\r\n",
        )
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("\r\nstrict-transport-security: "),
        "{answer}"
    );
    server.signal("TERM");
    let (_, log) = server.wait();
    assert!(log.contains("\"client\":\"192.0.2.1\""), "{log}");
}

#[test]
fn a_request_in_flight_is_finished_before_the_end() {
    for signal in ["TERM", "INT"] {
        let data = folder();
        let server = Server::start(data.path());
        let cookie = signed_in(&server, data.path());
        let body = "do=add&domain=example.com&relay_host=mail.example.net&relay_port=25";
        let (first, second) = body.split_at(10);
        let mut stream = TcpStream::connect(&server.address).unwrap();
        write!(
            stream,
            "POST /smtp/domains/smart-hosts HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\n\r\n",
            server.address,
            body.len()
        )
        .unwrap();
        // The server asks for the body, so the request has reached its handler.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).unwrap();
        assert!(asked.starts_with(b"HTTP/1.1 100 Continue"));
        stream.write_all(first.as_bytes()).unwrap();
        server.signal(signal);
        stream.write_all(second.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        let (code, log) = server.wait();
        assert_eq!(code, Some(0), "{log}");
        let (list, _) = ends_with(0, data.path(), &["route", "list"]);
        assert!(list.contains("example.com"));
    }
}

#[test]
fn people_are_managed_on_the_command_line() {
    let data = folder();
    let data = data.path();
    let add = |name: &str, role: &[&str], password: &str| {
        let arguments = [&["user", "add", name, "--password-stdin"], role].concat();
        with_input(data, &arguments, password)
    };
    let (code, _, why) = add("anna", &[], "too short\n");
    assert_eq!(code, Some(3));
    assert!(why.contains("at least 12"), "{why}");
    assert!(!data.join("smart-hosts.db").exists(), "nothing was begun");
    assert_eq!(add("anna", &["--role", "viewer"], PASSWORD).0, Some(3));
    let (code, said, _) = add("Anna", &[], &format!("{PASSWORD}\n"));
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "Added anna as administrator\n")
    );
    assert_eq!(add("anna", &[], PASSWORD).0, Some(4));
    let (_, said, _) = add("ben", &[], PASSWORD);
    assert_eq!(said, "Added ben as viewer\n");
    assert_eq!(add("x y", &[], PASSWORD).0, Some(3));

    let (table, _) = ends_with(0, data, &["user", "list"]);
    assert!(table.starts_with("NAME  ROLE           STATE"), "{table}");
    ends_with(4, data, &["user", "disable", "anna"]);
    ends_with(4, data, &["user", "remove", "anna"]);
    ends_with(4, data, &["user", "set-role", "anna", "operator"]);
    ends_with(2, data, &["user", "set-role", "ben", "king"]);
    let (said, _) = ends_with(0, data, &["user", "set-role", "ben", "operator"]);
    assert_eq!(said, "ben is operator now\n");
    ends_with(0, data, &["user", "disable", "ben"]);
    let (json, _) = ends_with(0, data, &["user", "list", "--json"]);
    let people: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(people[1]["role"], "operator");
    assert_eq!(people[1]["disabled"], true);
    assert!(!json.contains("argon2"));
    ends_with(0, data, &["user", "enable", "ben"]);
    ends_with(0, data, &["user", "reset-second-factor", "ben"]);
    let set = ["user", "set-password", "ben", "--password-stdin"];
    assert_eq!(with_input(data, &set, "another good password").0, Some(0));
    let set = ["user", "set-password", "cleo", "--password-stdin"];
    assert_eq!(with_input(data, &set, PASSWORD).0, Some(5));
    ends_with(0, data, &["user", "remove", "ben"]);
    ends_with(5, data, &["user", "remove", "ben"]);
    // Where there is no terminal, it says what to do instead.
    let (code, _, why) = with_input(data, &["user", "add", "dora", "--password-stdin"], "");
    assert_eq!(code, Some(3), "{why}");
}

#[test]
fn the_key_is_replaced() {
    let data = folder();
    let data = data.path();
    let set = [
        "smart-host",
        "set",
        "mail.example.net",
        "587",
        "--tls",
        "required",
        "--user",
        "anna",
    ];
    let set = [&set[..], &["--password-stdin"]].concat();
    assert_eq!(with_input(data, &set, "canary").0, Some(0));
    let key = || std::fs::read_to_string(data.join("smart-hosts.key")).unwrap();
    let before = key();
    let (said, _) = ends_with(0, data, &["key", "rotate"]);
    assert!(said.contains("Sealed anew: 1."), "{said}");
    assert_ne!(key(), before);
    assert!(!said.contains(key().trim()));
}

#[test]
fn the_log_holds_the_set_up_link_until_there_is_somebody() {
    let data = folder();
    let link = |log: &str| log.contains("/set-up?token=");
    let server = Server::start(data.path());
    signed_in(&server, data.path());
    server.signal("TERM");
    let seen = server.seen.clone();
    let (_, log) = server.wait();
    assert!(link(&seen), "{seen}");
    assert!(!link(&log));
    assert!(!format!("{seen}{log}").contains("battery"));
    let server = Server::start(data.path());
    assert!(!link(&server.seen), "{}", server.seen);
}

#[test]
fn the_help_is_worth_reading() {
    let data = folder();
    let (help, _) = ends_with(0, data.path(), &["--help"]);
    for word in [
        "serve",
        "route",
        "managed-domain",
        "default-routing",
        "smart-host",
        "user",
        "key",
        "export",
        "Exit codes",
    ] {
        assert!(help.contains(word), "no {word} in {help}");
    }
    let (help, _) = ends_with(0, data.path(), &["serve", "--help"]);
    assert!(help.contains("SMART_HOSTS_LISTEN") && help.contains("127.0.0.1:3000"));
}

/// Not that of `postconf`'s default folder, where another Postfix may be.
#[test]
fn explanations_ask_the_postfix_that_the_console_examines() {
    let (data, programs) = (folder(), folder());
    let asked = programs.path().join("asked");
    let postconf = programs.path().join("postconf");
    let script = format!("#!/bin/sh\necho \"$*\" >> {}\nexit 1\n", asked.display());
    std::fs::write(&postconf, script).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&postconf, executable).unwrap();
    let server = Server::start_with(data.path(), |command| {
        command
            .env("PATH", programs.path())
            .args(["--postfix-config-dir", "/etc/postfix-out"])
    });
    let cookie = signed_in(&server, data.path());
    let answer = get(
        &server.address,
        "/smtp/explain?address=example.com",
        &cookie,
    );
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let asked = std::fs::read_to_string(&asked).unwrap();
    assert!(!asked.is_empty());
    for words in asked.lines() {
        assert!(words.starts_with("-c /etc/postfix-out "), "{words}");
    }
}

#[test]
fn the_history_is_listed_undone_and_verified() {
    let data = folder();
    let data = data.path();
    ends_with(0, data, &["route", "add", "example.com", "a.example.net"]);
    ends_with(0, data, &["route", "add", "example.org", "a.example.net"]);
    ends_with(0, data, &["route", "delete", "example.com"]);
    let (table, _) = ends_with(0, data, &["history", "list", "--kind", "route"]);
    let first = table.lines().nth(1).unwrap();
    assert!(
        first.starts_with("3 ")
            && first.ends_with("local  this machine  Deleted route example.com")
    );
    let (lines, _) = ends_with(
        0,
        data,
        &[
            "history",
            "list",
            "--json",
            "--object",
            "example.o*",
            "--limit",
            "1",
        ],
    );
    let entry: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(
        (&entry["name"], &entry["act"]),
        (&"example.org".into(), &2.into())
    );
    let (shown, _) = ends_with(0, data, &["history", "show", "4"]);
    assert!(shown.contains("3  Deleted route example.com\n    Domain: example.com -> (none)\n"));
    ends_with(5, data, &["history", "show", "99"]);
    ends_with(2, data, &["history", "list", "--from", "yesterday"]);

    let (said, _) = ends_with(0, data, &["history", "undo", "3"]);
    assert_eq!(said, "Undone. This is entry 5, which can be undone, too\n");
    let (_, why) = ends_with(4, data, &["history", "undo", "3"]);
    assert!(why.contains("This has been undone already"), "{why}");
    ends_with(5, data, &["history", "undo", "99"]);

    let (said, note) = ends_with(0, data, &["history", "as-it-was", "--after", "1"]);
    assert!(said.starts_with("Added route example.org\n"), "{said}");
    assert!(
        note.contains("1 were added, 0 changed and 0 deleted"),
        "{note}"
    );
    ends_with(
        0,
        data,
        &["history", "as-it-was", "--after", "1", "--restore"],
    );
    let (list, _) = ends_with(0, data, &["route", "list", "--json"]);
    assert_eq!(list.lines().count(), 1);
    ends_with(5, data, &["history", "as-it-was", "--after", "99"]);

    let (said, _) = ends_with(0, data, &["history", "verify"]);
    let head = said.trim().rsplit(' ').next().unwrap().to_owned();
    let (said, _) = ends_with(0, data, &["history", "verify", "--noted", &head, "--json"]);
    let verified: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        verified["head"]["id"],
        head.split(':').next().unwrap().parse::<i64>().unwrap()
    );
    let (exported, _) = ends_with(0, data, &["history", "export"]);
    assert_eq!(
        exported.lines().count() as u64,
        verified["entries"].as_u64().unwrap()
    );
    ends_with(0, data, &["history", "prune", "--keep", "1"]);

    let file = data.join("smart-hosts.db");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let raw = rusqlite::Connection::open_with_flags(file, flags).unwrap();
    raw.execute("DELETE FROM changes WHERE id = 2", []).unwrap();
    let (_, why) = ends_with(8, data, &["history", "verify"]);
    assert!(why.contains("Entry 2 was removed."), "{why}");
}
