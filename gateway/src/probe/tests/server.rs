//! SMTP servers that behave, well or badly, as they are told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::probe::tests::authority::Issued;
use crate::probe::wire::ByteStream;

/// What a server does when something is said to it.
#[derive(Clone)]
pub(super) enum Act {
    /// Says these octets.
    Say(Vec<u8>),
    /// Closes the connection.
    Close,
    /// Says nothing any more.
    Silence,
    /// Says the same again and again, for ever.
    Endless(Vec<u8>),
    /// Says these octets one by one, with pauses, for ever.
    Drip(Vec<u8>),
}

pub(super) fn say(text: &str) -> Act {
    Act::Say(format!("{text}\r\n").into_bytes())
}

/// How a server behaves.
#[derive(Clone, Default)]
pub(super) struct Way {
    /// For STARTTLS, or from the beginning.
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// TLS from the beginning.
    pub(super) implicit: bool,
    /// Does not announce STARTTLS.
    pub(super) hides_starttls: bool,
    /// Further capabilities, before TLS and after it.
    pub(super) clear_offers: Vec<&'static str>,
    pub(super) tls_offers: Vec<&'static str>,
    /// Its only account.
    pub(super) account: Option<(&'static str, &'static str)>,
    /// What it does instead of the usual, by command in capitals; "" is the greeting, "TLS" what
    /// follows the reply to STARTTLS.
    pub(super) acts: HashMap<&'static str, Act>,
}

impl Way {
    /// Without TLS.
    pub(super) fn clear() -> Self {
        Self::default()
    }

    /// With STARTTLS.
    pub(super) fn starttls(issued: &Issued) -> Self {
        Self {
            tls: Some(issued.server()),
            ..Self::default()
        }
    }

    pub(super) fn implicit(issued: &Issued) -> Self {
        Self {
            implicit: true,
            ..Self::starttls(issued)
        }
    }

    pub(super) fn with(mut self, command: &'static str, act: Act) -> Self {
        self.acts.insert(command, act);
        self
    }
}

/// A server on a free port of 127.0.0.1, until it is dropped.
pub(super) struct Server {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    /// How many connections have come to their end.
    pub(super) ended: Arc<tokio::sync::Semaphore>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(super) async fn start(way: Way) -> Self {
        Self::start_at("127.0.0.1:0", way).await
    }

    pub(super) async fn start_at(address: &str, way: Way) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ended = Arc::new(tokio::sync::Semaphore::new(0));
        let (log, count) = (heard.clone(), ended.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (way, log, count) = (way.clone(), log.clone(), count.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, way, log).await;
                    count.add_permits(1);
                });
            }
        });
        Self {
            port,
            heard,
            ended,
            task,
        }
    }

    /// All that was said to it.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub(super) fn heard_verb(&self, verb: &str) -> bool {
        self.heard().iter().any(|line| line.starts_with(verb))
    }
}

type Stream = BufReader<Box<dyn ByteStream>>;

struct Conversation {
    way: Way,
    stream: Stream,
    log: Arc<Mutex<Vec<String>>>,
    in_tls: bool,
}

async fn serve(stream: TcpStream, way: Way, log: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let implicit = way.implicit;
    let mut talk = Conversation {
        way,
        stream: BufReader::new(Box::new(stream)),
        log,
        in_tls: false,
    };
    if implicit {
        talk = talk.accept().await?;
    }
    talk.act("", say("220 mail.example.net ESMTP")).await?;
    loop {
        let Some(line) = talk.line().await? else {
            return Ok(());
        };
        let verb = line
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let answer = say(&talk.capabilities());
                talk.act("EHLO", answer).await?;
            }
            "STARTTLS" => {
                let is_accepted = !talk.way.acts.contains_key("STARTTLS");
                talk.act("STARTTLS", say("220 go ahead")).await?;
                if is_accepted {
                    talk = talk.accept().await?;
                }
            }
            "AUTH" => talk.auth(&line).await?,
            "QUIT" => {
                talk.act("QUIT", say("221 bye")).await?;
                return Ok(());
            }
            "HELO" | "MAIL" | "RCPT" | "RSET" => {
                let key = ["HELO", "MAIL", "RCPT", "RSET"]
                    .into_iter()
                    .find(|key| *key == verb);
                talk.act(key.unwrap_or_default(), say("250 ok")).await?;
            }
            _ => talk.say(b"500 what?\r\n").await?,
        }
    }
}

impl Conversation {
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        self.log.lock().unwrap().push(line.clone());
        Ok(Some(line))
    }

    async fn say(&mut self, octets: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(octets).await?;
        self.stream.flush().await
    }

    fn capabilities(&self) -> String {
        let mut lines = vec!["mail.example.net"];
        if self.in_tls {
            lines.extend(&self.way.tls_offers);
        } else {
            if self.way.tls.is_some() && !self.way.hides_starttls {
                lines.push("STARTTLS");
            }
            lines.extend(&self.way.clear_offers);
        }
        let last = lines.len() - 1;
        let mut text: Vec<_> = lines[..last]
            .iter()
            .map(|line| format!("250-{line}"))
            .collect();
        text.push(format!("250 {}", lines[last]));
        text.join("\r\n")
    }

    /// Does what it is told to do at this point, or the usual. An error ends the conversation.
    async fn act(&mut self, at: &'static str, usual: Act) -> std::io::Result<()> {
        match self.way.acts.get(at).cloned().unwrap_or(usual) {
            Act::Say(octets) => self.say(&octets).await,
            Act::Close => {
                self.stream.shutdown().await?;
                Err(std::io::ErrorKind::ConnectionAborted.into())
            }
            Act::Silence => {
                // Until the other side goes away.
                let mut rest = Vec::new();
                self.stream.read_to_end(&mut rest).await?;
                Err(std::io::ErrorKind::ConnectionAborted.into())
            }
            Act::Endless(octets) => loop {
                self.say(&octets).await?;
            },
            Act::Drip(octets) => loop {
                for octet in &octets {
                    self.say(&[*octet]).await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            },
        }
    }

    async fn accept(mut self) -> std::io::Result<Self> {
        if self.way.acts.contains_key("TLS") {
            self.act("TLS", Act::Close).await?;
        }
        let config = self
            .way
            .tls
            .clone()
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let stream = TlsAcceptor::from(config)
            .accept(self.stream.into_inner())
            .await?;
        Ok(Self {
            stream: BufReader::new(Box::new(stream)),
            in_tls: true,
            ..self
        })
    }

    /// PLAIN and LOGIN.
    async fn auth(&mut self, line: &str) -> std::io::Result<()> {
        if self.way.acts.contains_key("AUTH") {
            return self.act("AUTH", Act::Close).await;
        }
        let mut words = line.split(' ').skip(1);
        let (user, password) = match (words.next(), words.next()) {
            (Some("PLAIN"), response) => {
                let response = match response {
                    Some(response) => response.to_owned(),
                    None => self.ask("").await?,
                };
                let text = decoded(&response);
                let mut parts = text.splitn(3, '\0').skip(1).map(str::to_owned);
                (parts.next(), parts.next())
            }
            (Some("LOGIN"), _) => {
                let user = self.ask("VXNlcm5hbWU6").await?;
                let password = self.ask("UGFzc3dvcmQ6").await?;
                (Some(decoded(&user)), Some(decoded(&password)))
            }
            _ => (None, None),
        };
        let given = user.as_deref().zip(password.as_deref());
        if given.is_some() && given == self.way.account {
            self.say(b"235 welcome\r\n").await
        } else {
            self.say(b"535 5.7.8 wrong\r\n").await
        }
    }

    async fn ask(&mut self, challenge: &str) -> std::io::Result<String> {
        self.say(format!("334 {challenge}\r\n").as_bytes()).await?;
        Ok(self.line().await?.unwrap_or_default())
    }
}

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap_or_default()).unwrap_or_default()
}
