//! Looking an address up: Postfix asks several times for every message.

#![allow(
    clippy::unwrap_used,
    reason = "a program that measures stops at the first fault"
)]

use divan::{Bencher, black_box};
use gateway::lookup::{AllSettings, Index, answer};
use routing::{Input, Route};
use store::{Event, RowId, Stored, Timestamp, Version};

const NOW: Timestamp = Timestamp(1_772_323_200_000);
const ROUTES: i64 = 100_000;

fn main() {
    divan::main();
}

fn event(number: i64) -> Event {
    let input = Input {
        domain: format!("customer{number:07}.example.com"),
        scope: "both".to_owned(),
        relay_host: format!("mail{}.example.net", number % 977),
        relay_port: "587".to_owned(),
        ..Input::default()
    };
    let value: Route = input.route().unwrap();
    Event::Route(Stored {
        id: RowId(number),
        version: Version(number),
        value,
    })
}

#[divan::bench(args = ["customer0050000.example.com", "a.customer0050000.example.com", "nobody.example"])]
fn look_up_an_address(bencher: Bencher<'_, '_>, domain: &str) {
    let index = Index::default();
    let mut reload = index.reload();
    for start in (1..=ROUTES).step_by(500) {
        let events: Vec<Event> = (start..start + 500).map(event).collect();
        reload.take(&events);
    }
    reload.done(AllSettings::default(), Version(ROUTES));
    let request = format!("transport somebody@{domain}");
    bencher.bench(|| answer(&index, black_box(request.as_bytes()), NOW, |_| {}));
}
