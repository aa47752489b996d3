//! Reading names: every row of a list goes through it, whenever it is read.

use divan::{Bencher, black_box};
use routing::{Domain, Host};

fn main() {
    divan::main();
}

#[divan::bench(args = ["customer0001234.example.com", "Customer.Example.COM", "münchen.example"])]
fn parse_a_domain(bencher: Bencher<'_, '_>, typed: &str) {
    bencher.bench(|| Domain::parse(black_box(typed)));
}

#[divan::bench(args = ["mail17.example.net", "192.0.2.17", "2001:db8::17"])]
fn parse_a_host(bencher: Bencher<'_, '_>, typed: &str) {
    bencher.bench(|| Host::parse(black_box(typed)));
}
