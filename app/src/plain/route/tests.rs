use routing::{Input, NextHops, Route};

use super::{explain_href, lines, name};

fn route(domain: &str, scope: &str, further: &str) -> Route {
    let input = Input {
        domain: domain.to_owned(),
        scope: scope.to_owned(),
        relay_host: "mail.example.net".to_owned(),
        relay_port: "587".to_owned(),
        further_hosts: Some(further.to_owned()),
        ..Input::default()
    };
    input.route().unwrap()
}

#[test]
fn the_lines_that_are_shown_are_read_as_the_same_hosts() {
    let route = route(
        "example.com",
        "",
        "[2001:db8::1]:465 192.0.2.1 b\u{fc}cher.example:26",
    );
    let shown = lines(&route);
    assert_eq!(
        shown,
        "mail.example.net:587\n[2001:db8::1]:465\n192.0.2.1:25\nb\u{fc}cher.example:26"
    );
    assert_eq!(NextHops::parse(&shown), Ok(Some(route.next_hops)));
}

#[test]
fn a_route_is_called_as_people_know_it() {
    let umlaut = route("b\u{fc}cher.example", "subdomains", "").pattern;
    assert_eq!(
        name(&umlaut),
        ".b\u{fc}cher.example (.xn--bcher-kva.example)"
    );
    assert_eq!(
        explain_href(&umlaut),
        "/smtp/explain?address=any.xn%2D%2Dbcher%2Dkva%2Eexample"
    );
    let plain = route("example.com", "both", "").pattern;
    assert_eq!(name(&plain), "example.com");
    assert_eq!(explain_href(&plain), "/smtp/explain?address=example%2Ecom");
}
