//! Measures how long the answer to a wrong password takes: for an account that there is, for one that
//! is disabled, for one with a second factor, for a name that nobody has and for one that nobody can
//! have. The console as a whole is asked, but for the network. Numbers that lie apart would tell
//! strangers who has an account.
//!
//! `cargo run --release -p server --example sign_in -- 200`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures says what it found, and stops at the first fault"
)]

use std::net::{IpAddr, Ipv6Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use access::{NewPassword, Role, Seed};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use gateway::probe::{Names, Prober, Trust};
use secrecy::zeroize::Zeroizing;
use server::doctor::Doctor;
use server::http::client::ClientAddr;
use server::http::{Reached, Sessions};
use server::{Cautions, Console, SetUpLink, router};
use store::{By, NewPerson, Store, Timestamp};
use tower::ServiceExt;

/// Some day: nothing here depends on time.
const NOW: Timestamp = Timestamp(1_767_268_800_000);
/// What nobody has as a password.
const WRONG: &str = "not+the+password+of+anybody";
/// Who is asked for, and what they are; all as long as the others.
const NAMES: [(&str, &str); 5] = [
    ("annabell", "an account"),
    ("benjamin", "a disabled account"),
    ("claudine", "an account with a second factor"),
    ("nobodyat", "no account"),
    ("no+body%21", "no possible name"),
];

/// The console, with the accounts above.
async fn console(folder: &Path) -> Router {
    let store = Store::open(&folder.join("smart-hosts.db")).await.unwrap();
    let by = By::new("local", NOW);
    for (name, _) in &NAMES[..3] {
        let name = name.parse().unwrap();
        let password = NewPassword::parse("correct horse battery staple".into(), &name).unwrap();
        let new = NewPerson {
            name,
            role: Role::Administrator,
            password_hash: password.hash().unwrap(),
        };
        store.add_person(&by, new).await.unwrap();
    }
    let disabled = NAMES[1].0.parse().unwrap();
    store.set_disabled(&by, &disabled, true).await.unwrap();
    let (name, seed) = (NAMES[2].0.parse().unwrap(), Seed::new().unwrap());
    let seed = Zeroizing::new(seed.expose().to_vec());
    let set = store.set_second_factor(&by, &name, seed, 0, Vec::new(), None);
    set.await.unwrap();
    router(Console {
        now: || NOW,
        cautions: Cautions::none(),
        prober: Prober::new(Names::Native, Trust::files(&[]).unwrap()),
        doctor: Doctor::new(store.clone(), || NOW, Arc::new(|_| None)),
        reached: Reached::default(),
        sessions: Sessions::default(),
        link: SetUpLink::default(),
        store,
    })
}

/// Tries to sign in from an address from which nobody has tried before, so that nothing is put off;
/// returns how long the answer takes.
async fn attempt(router: &Router, name: &str, turn: u128) -> Duration {
    let mut request = Request::post("/sign-in")
        .header("host", "127.0.0.1:3000")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("name={name}&password={WRONG}")))
        .unwrap();
    // Addresses of one /64 count as one.
    let address = Ipv6Addr::from_bits((0x2001_0db8 << 96) | (turn << 64));
    let client = ClientAddr(IpAddr::V6(address));
    request.extensions_mut().insert(client);
    let router = router.clone();
    let began = Instant::now();
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status();
    to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let took = began.elapsed();
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{name}");
    took
}

#[tokio::main]
async fn main() {
    let given = std::env::args()
        .nth(1)
        .map(|rounds| rounds.parse().unwrap());
    let rounds: usize = given.unwrap_or(200);
    let folder = tempfile::tempdir().unwrap();
    let router = console(folder.path()).await;
    let mut took: [Vec<Duration>; NAMES.len()] = Default::default();
    let mut turn = 0;
    // The first rounds find everything cold.
    for round in 0..rounds + 5 {
        // By turns, so that whatever else the machine does hits all alike.
        for shift in 0..NAMES.len() {
            let which = (round + shift) % NAMES.len();
            turn += 1;
            let time = attempt(&router, NAMES[which].0, turn).await;
            if round >= 5 {
                took[which].push(time);
            }
        }
    }
    println!("a wrong password for            tries    10 %     median     90 %");
    for ((_, what), took) in NAMES.iter().zip(&mut took) {
        took.sort_unstable();
        let [low, middle, high] = [10, 50, 90].map(|hundredth| {
            let time = took[took.len() * hundredth / 100];
            time.as_secs_f64() * 1000.0
        });
        println!("{what:<31} {rounds:>5} {low:>7.2} ms {middle:>7.2} ms {high:>7.2} ms");
    }
}
