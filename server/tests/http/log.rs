//! What a request leaves in the log.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::console::{Console, SMART_HOSTS};

/// Writes into a text.
#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged on this thread from [`Listening::begin`] on.
pub(crate) struct Listening {
    written: Arc<Mutex<Vec<u8>>>,
    guard: tracing::subscriber::DefaultGuard,
}

impl Listening {
    pub(crate) fn begin() -> Self {
        let written = Arc::new(Mutex::new(Vec::new()));
        let lines = Lines(written.clone());
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || lines.clone())
            .finish();
        Self {
            written,
            guard: tracing::subscriber::set_default(subscriber),
        }
    }

    /// All that was logged.
    pub(crate) fn end(self) -> String {
        drop(self.guard);
        String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
    }
}

// On one thread, for that is where the subscriber listens.
#[tokio::test]
async fn an_answer_is_logged_once() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    console.spoil(&row);
    let log = Listening::begin();
    let answer = console.get(&format!("{SMART_HOSTS}?q=example")).await;
    let log = log.end();
    assert_eq!(answer.status, 500);
    let of_the_answer: Vec<_> = log.lines().filter(|line| line.contains("500")).collect();
    assert_eq!(of_the_answer.len(), 1, "{log}");
    assert!(of_the_answer[0].contains("ERROR"), "{log}");
    assert!(!log.contains("q=example"), "{log}");
}
