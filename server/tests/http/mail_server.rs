//! A mail server to be tested.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A mail server in the clear that lets anna in with `canary-7`, and its port.
pub(crate) async fn mail_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let mut line = String::from("banner");
                loop {
                    let reply: &[u8] = match line.trim() {
                        "banner" => b"220 test.example <b>ESMTP</b>\r\n",
                        hello if hello.starts_with("EHLO") => b"250-test\r\n250 AUTH PLAIN\r\n",
                        // NUL, anna, NUL, canary-7.
                        "AUTH PLAIN AGFubmEAY2FuYXJ5LTc=" => b"235 Welcome\r\n",
                        login if login.starts_with("AUTH") => b"535 No\r\n",
                        "QUIT" => b"221 Bye\r\n",
                        _ => b"250 OK\r\n",
                    };
                    stream.write_all(reply).await.unwrap();
                    line.clear();
                    if stream.read_line(&mut line).await.unwrap() == 0 {
                        return;
                    }
                }
            });
        }
    });
    port
}
