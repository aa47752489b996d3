//! The program itself, as it runs beside Postfix, on a database with all routes: what it takes up.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use gateway::lookup::netstring;
use store::Store;

use crate::{HOSTS, REQUESTS, ask_all, domain, memory, next_hop, request};

/// Starts `smart-hosts lookup` on a database with so many routes, asks it, and prints its memory.
pub(crate) fn measure(program: &Path, folder: &Path, routes: u64) {
    let socket = folder.join("process.sock");
    let began = Instant::now();
    let child = Command::new(program)
        .args(["lookup", "--data-dir"])
        .arg(folder)
        .arg("--socket")
        .arg(&socket)
        .env("SMART_HOSTS_LOG", "warn")
        .spawn();
    let child = Running(child.unwrap());
    while !answers(&socket, routes) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let id = child.0.id().to_string();
    println!(
        "smart-hosts lookup: {} MiB resident with {routes} routes to {HOSTS} smart hosts, {} ms after its start",
        memory(&id, "VmRSS:"),
        began.elapsed().as_millis()
    );
    ask_all(&socket, REQUESTS, routes);
    println!(
        "smart-hosts lookup: {} MiB after {REQUESTS} questions, {} MiB at most",
        memory(&id, "VmRSS:"),
        memory(&id, "VmHWM:")
    );
}

/// Makes the database: one row by one through the store would take as long as a million syncs.
pub(crate) async fn fill(folder: &Path, routes: u64) {
    let path = folder.join("smart-hosts.db");
    Store::open(&path).await.unwrap().close().await.unwrap();
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let mut database = rusqlite::Connection::open_with_flags(path, flags).unwrap();
    let all = database.transaction().unwrap();
    let sql = "INSERT INTO routes (domain, scope, host, port, comment, id, version)
               VALUES (?1, ?2, ?3, 587, '', ?4, ?4)";
    let mut insert = all.prepare(sql).unwrap();
    for number in 0..routes {
        let scope = if number % 2 == 0 { "domain" } else { "both" };
        let id = i64::try_from(number).unwrap() + 1;
        let row = (domain(number), scope, next_hop(number), id);
        insert.execute(row).unwrap();
    }
    drop(insert);
    let last = i64::try_from(routes).unwrap();
    let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', ?)";
    all.execute(sql, [last]).unwrap();
    all.commit().unwrap();
}

/// Whether a route is answered with, so that all have been read.
fn answers(socket: &Path, routes: u64) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = UnixStream::connect(socket)?;
        let mut bytes = Vec::new();
        netstring::encode(&request(1, routes), &mut bytes);
        stream.write_all(&bytes)?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        Ok(reply)
    };
    ask().is_ok_and(|reply| reply.contains("OK smarthost:"))
}

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
