//! A client that asks again and again over one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// An answer: its first line, its cookies, and how many bytes its body has.
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) cookies: Vec<String>,
    pub(crate) bytes: usize,
}

/// One connection.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn ask(&mut self, request: &str) -> std::io::Result<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let (mut cookies, mut length, mut chunked) = (Vec::new(), 0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name {
                "set-cookie" => cookies.extend(value.split(';').next().map(str::to_owned)),
                "content-length" => length = value.parse().unwrap(),
                "transfer-encoding" => chunked = true,
                _ => {}
            }
        }
        let bytes = if chunked {
            self.chunks()?
        } else {
            self.skip(length)?
        };
        Ok(Answer {
            status,
            cookies,
            bytes,
        })
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn skip(&mut self, length: usize) -> std::io::Result<usize> {
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(length)
    }

    fn chunks(&mut self) -> std::io::Result<usize> {
        let mut bytes = 0;
        loop {
            let length = usize::from_str_radix(&self.line()?, 16).unwrap();
            bytes += self.skip(length)?;
            self.line()?;
            if length == 0 {
                return Ok(bytes);
            }
        }
    }
}

/// The request for a page.
pub(crate) fn get(address: SocketAddr, path: &str, cookies: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookies}\r\n\r\n")
}

/// What came of asking from several connections at once.
pub(crate) struct Load {
    pub(crate) a_second: f64,
    pub(crate) bytes: usize,
    /// How long each answer took.
    pub(crate) times: Vec<Duration>,
}

/// Asks the same from so many connections for so long. Every answer must be good.
pub(crate) fn load(address: SocketAddr, request: &str, connections: usize, time: Duration) -> Load {
    let over = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let askers: Vec<_> = (0..connections)
        .map(|_| {
            let (over, request) = (Arc::clone(&over), request.to_owned());
            std::thread::spawn(move || {
                let mut client = Client::connect(address).unwrap();
                let (mut times, mut bytes) = (Vec::new(), 0);
                while !over.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let answer = client.ask(&request).unwrap();
                    times.push(began.elapsed());
                    assert_eq!(answer.status, "HTTP/1.1 200 OK");
                    bytes = answer.bytes;
                }
                (times, bytes)
            })
        })
        .collect();
    std::thread::sleep(time);
    over.store(true, Ordering::Relaxed);
    let (mut times, mut bytes) = (Vec::new(), 0);
    for asker in askers {
        let (took, of) = asker.join().unwrap();
        times.extend(took);
        bytes = of;
    }
    let count = f64::from(u32::try_from(times.len()).unwrap());
    Load {
        a_second: count / began.elapsed().as_secs_f64(),
        bytes,
        times,
    }
}
