//! An instance of Postfix of a test's own, and a look-up service for it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use gateway::postfix::{
    Answer, AnswerSample, Expected, Host, NextHopSample, Report, Settings, examine,
};
use tempfile::TempDir;

/// An instance of Postfix, stopped when dropped.
pub(crate) struct Instance {
    folder: TempDir,
    pub(crate) settings: Settings,
}

impl Instance {
    /// A stock configuration with folders of its own.
    pub(crate) fn new(reason: &str) -> Self {
        let root = Command::new("id").arg("-u").output().unwrap();
        assert_eq!(root.stdout, b"0\n", "this test {reason}");
        let folder = tempfile::Builder::new()
            .prefix("postfix-")
            .tempdir_in("/tmp")
            .unwrap();
        // Postfix's daemons run as another user.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let settings = Settings {
            config_dir: Some(folder.path().join("etc")),
            owner: "nobody".parse().unwrap(),
            ..Settings::default()
        };
        let instance = Self { folder, settings };
        instance.configure();
        instance
    }

    fn configure(&self) {
        let path = |name: &str| self.folder.path().join(name);
        for name in ["etc", "data", "queue/etc"] {
            fs::create_dir_all(path(name)).unwrap();
        }
        for name in [
            "dynamicmaps.cf",
            "postfix-files",
            "post-install",
            "postfix-script",
        ] {
            let _ = fs::copy(Path::new("/etc/postfix").join(name), path("etc").join(name));
        }
        fs::copy("/usr/share/postfix/master.cf.dist", path("etc/master.cf")).unwrap();
        fs::copy("/etc/resolv.conf", path("queue/etc/resolv.conf")).unwrap();
        self.run("chown", &["postfix", &path("data").display().to_string()]);
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {0}/queue\ndata_directory = {0}/data\n\
             maillog_file = {0}/mail.log\nmaillog_file_prefixes = {0}\ninet_interfaces = 127.0.0.1\n\
             myhostname = gateway.example.com\nmydestination =\nalias_maps =\n\
             multi_instance_enable = yes\nmulti_instance_name = postfix-{1}\n",
            self.folder.path().display(),
            std::process::id(),
        );
        fs::write(path("etc/main.cf"), main).unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        self.command("postconf", &["-MX", "smtp/inet"]);
        self.command(
            "postconf",
            &["-M", &format!("{port}/inet={port} inet n - y - - smtpd")],
        );
    }

    pub(crate) fn config_dir(&self) -> PathBuf {
        self.folder.path().join("etc")
    }

    pub(crate) fn queue(&self) -> PathBuf {
        self.folder.path().join("queue")
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.settings.socket.socket_in(&self.queue())
    }

    /// A file of the configuration.
    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.config_dir().join(name)).unwrap()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs a command of Postfix's for this instance and returns what it prints.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> String {
        let config_dir = self.config_dir().display().to_string();
        let mut words = vec!["-c", &*config_dir];
        words.extend(arguments);
        self.run(program, &words)
    }

    pub(crate) fn postfix(&self, verb: &str) {
        self.command("postfix", &[verb]);
    }

    /// Starts a look-up service that knows one route and one managed domain.
    pub(crate) fn serve(&self) -> Service {
        let service = Service::default();
        service.set("relay m.example", "1");
        service.set(
            "transport smart-hosts-check@r.example",
            "smarthost:[127.0.0.1]:587",
        );
        service.set(
            "transport smart-hosts-check@m.example",
            "relay:[127.0.0.1]:2525",
        );
        service.set("sasl [127.0.0.1]:587", "bob:canary");
        service.set("tls [127.0.0.1]:587", "encrypt");
        service.set("about version", "0.1.0");
        service.listen(&self.socket());
        service
    }

    /// Examines the instance, whose database would say what [`Instance::serve`] serves.
    pub(crate) fn examine(&self) -> Report {
        let sample = |key: &str, answer: Answer| AnswerSample {
            key: key.to_owned(),
            answer,
        };
        let found = |value: &str| Answer::Found(value.to_owned());
        let expected = Expected {
            version: "0.1.0".to_owned(),
            transport: vec![
                sample(
                    "smart-hosts-check@r.example",
                    found("smarthost:[127.0.0.1]:587"),
                ),
                sample(
                    "smart-hosts-check@m.example",
                    found("relay:[127.0.0.1]:2525"),
                ),
            ],
            relay: vec![
                sample("m.example", found("1")),
                sample("r.example", Answer::NotFound),
            ],
            next_hops: vec![NextHopSample {
                next_hop: "[127.0.0.1]:587".to_owned(),
                user: Some("bob".to_owned()),
                tls: Some("encrypt".to_owned()),
            }],
            smart_host_domains: vec!["r.example".to_owned()],
            managed_domains: vec!["m.example".to_owned()],
            uses_accounts: true,
            ..Expected::default()
        };
        examine(&Host, &self.settings, &expected)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may not run, which is as good.
        self.postfix("stop");
    }
}

/// A look-up service in a thread, over netstrings, as `socketmap_table(5)` has it.
#[derive(Clone, Default)]
pub(crate) struct Service {
    /// Answers by "MAP KEY"; an empty one is never given.
    answers: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Service {
    pub(crate) fn set(&self, question: &str, answer: &str) {
        self.answers
            .lock()
            .unwrap()
            .insert(question.to_owned(), answer.to_owned());
    }

    pub(crate) fn forget(&self, question: &str) {
        self.answers.lock().unwrap().remove(question);
    }

    fn listen(&self, socket: &Path) {
        let listener = UnixListener::bind(socket).unwrap();
        fs::set_permissions(socket, fs::Permissions::from_mode(0o660)).unwrap();
        let this = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let this = this.clone();
                thread::spawn(move || this.talk(stream.unwrap()));
            }
        });
    }

    /// Ends with the connection.
    fn talk(&self, mut stream: UnixStream) -> Option<()> {
        loop {
            let question = netstring(&mut stream)?;
            let answer = self.answers.lock().unwrap().get(&question).cloned();
            let answer = match answer.as_deref() {
                None => "NOTFOUND ".to_owned(),
                Some("") => continue,
                Some(value) => format!("OK {value}"),
            };
            write!(stream, "{}:{answer},", answer.len()).ok()?;
        }
    }
}

fn netstring(stream: &mut UnixStream) -> Option<String> {
    let mut length = 0;
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte).ok()?;
        match byte[0] {
            b':' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut text = vec![0; length + 1];
    stream.read_exact(&mut text).ok()?;
    text.pop();
    String::from_utf8(text).ok()
}
