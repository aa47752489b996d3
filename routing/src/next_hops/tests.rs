use super::{NextHops, NextHopsError};
use crate::strategies;
use proptest::prelude::*;

fn hops(text: &str) -> NextHops {
    text.parse().unwrap()
}

#[test]
fn reads_what_people_and_postfix_write() {
    for (typed, shown) in [
        ("mail.example.net", "[mail.example.net]:25"),
        (
            "[a.example]:25, [2001:DB8::1]:465",
            "[a.example]:25, [2001:db8::1]:465",
        ),
        (
            "a.example:587\nb.example:587",
            "[a.example]:587, [b.example]:587",
        ),
        (
            " , a.example,,192.0.2.1:2525 ",
            "[a.example]:25, [192.0.2.1]:2525",
        ),
        ("2001:db8::1 [::2]:26", "[2001:db8::1]:25, [::2]:26"),
    ] {
        assert_eq!(hops(typed).to_string(), shown);
    }
    let list = hops("a.example:587, b.example:587 c.example:587");
    assert_eq!(list.first().to_string(), "[a.example]:587");
    assert_eq!(list.further().len(), 2);
    assert_eq!((list.len(), list.iter().count()), (3, 3));
    assert_eq!(NextHops::parse(" ,\n").unwrap(), None);
}

#[test]
fn refuses_what_cannot_be() {
    let nine: Vec<_> = (1..10).map(|n| format!("mail{n}.example.net")).collect();
    for (typed, sentence) in [
        ("", "Type a host and a port, such as mail.example.net:25."),
        (
            nine.join(",").as_str(),
            "9 hosts are too many. At most 8 are possible, the first one included.",
        ),
        (
            "a.example, b.example, A.Example.:25",
            "[a.example]:25 is in the list twice. Keep one.",
        ),
        (
            "a.example:0",
            "\"a.example:0\": \"0\" is out of range. Type a port from 1 to 65535; 25 is usual.",
        ),
    ] {
        let refused = typed.parse::<NextHops>().unwrap_err();
        assert_eq!(refused.to_string(), sentence);
    }
    for typed in [
        "a.example b_c!",
        "[a.example:25",
        "[]:25",
        "smtp:[a.example]",
    ] {
        let refused = typed.parse::<NextHops>().unwrap_err();
        assert!(matches!(refused, NextHopsError::Host { .. }), "{refused}");
    }
    assert_eq!(hops(&nine[..8].join(" ")).len(), NextHops::MAX);
    assert!(serde_json::from_str::<NextHops>("[]").is_err());
}

proptest! {
    #[test]
    fn reads_what_it_displays(hops in strategies::next_hops()) {
        prop_assert_eq!(hops.to_string().parse(), Ok(hops.clone()));
        let json = serde_json::to_string(&hops).unwrap();
        prop_assert_eq!(serde_json::from_str::<NextHops>(&json).unwrap(), hops);
    }

    #[test]
    fn never_panics(typed in strategies::name_like(), other in any::<String>()) {
        let _ = format!("{typed},{other}").parse::<NextHops>();
    }
}
