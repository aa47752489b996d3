//! The program itself, serving.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Client, get};

/// Who signs in.
pub(crate) const NAME: &str = "annabell";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A process that ends with this.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it on a data folder; returns how long it took until it answered with a page.
pub(crate) fn start(program: &Path, folder: &Path) -> (Running, SocketAddr, Duration) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let began = Instant::now();
    let child = Command::new(program)
        .args(["serve", "--listen", &address.to_string(), "--data-dir"])
        .arg(folder)
        .env("SMART_HOSTS_LOG", "warn")
        .stdout(Stdio::null())
        .spawn();
    let running = Running(child.unwrap());
    let request = get(address, "/sign-in", "");
    loop {
        let answer = Client::connect(address).and_then(|mut client| client.ask(&request));
        if answer.is_ok_and(|answer| answer.status == "HTTP/1.1 200 OK") {
            return (running, address, began.elapsed());
        }
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "it does not start"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Signs in; returns the cookies.
pub(crate) fn sign_in(address: SocketAddr) -> String {
    let form = format!("name={NAME}&password={}", PASSWORD.replace(' ', "+"));
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = Client::connect(address).unwrap().ask(&request).unwrap();
    assert!(
        answer.status.starts_with("HTTP/1.1 303"),
        "{}",
        answer.status
    );
    answer.cookies.join("; ")
}
