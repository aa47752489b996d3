use proptest::prelude::*;

use super::{
    line::{Line, Reader, State, StateRef, read, write},
    *,
};
use crate::RowId;

fn route(text: &str) -> routing::Route {
    let routes = routing::parse_routes(routing::Format::Text, text).unwrap();
    routes.into_iter().next().unwrap()
}

#[test]
fn a_line_reads_back() {
    let before = route("a.example,one,25,[two]:587 [::1]:25,both,as before");
    let after = route(".b.example,192.0.2.1,65535,disabled");
    let managed = routing::parse_managed_domains(routing::Format::Text, "a.example,,,note");
    let managed = managed.unwrap().remove(0);
    let json = r#"{"domain":"a.example","scope":"domain"}"#;
    for (kind, refs, states) in [
        (
            ObjectKind::Route,
            [
                Some(StateRef::Route(&before)),
                Some(StateRef::Route(&after)),
            ],
            [
                Some(State::Route(before.clone())),
                Some(State::Route(after.clone())),
            ],
        ),
        (
            ObjectKind::ManagedDomain,
            [None, Some(StateRef::ManagedDomain(&managed))],
            [None, Some(State::ManagedDomain(managed.clone()))],
        ),
        (
            ObjectKind::Tombstone,
            [Some(StateRef::Json(json)), None],
            [Some(State::Json(json.to_owned())), None],
        ),
    ] {
        let mut bytes = Vec::new();
        write(1_000_000, kind, RowId(7), refs, &mut bytes);
        let [before, after] = states;
        let line = Line {
            number: 1_000_000,
            kind,
            object: RowId(7),
            before,
            after,
        };
        assert_eq!(read(1_000_000, &bytes), Ok(line));
    }
}

#[test]
fn a_value_in_another_form_is_none_of_ours() {
    let route = route("a.example,one,25");
    let mut bytes = Vec::new();
    let states = [None, Some(StateRef::Route(&route))];
    write(1, ObjectKind::Route, RowId(1), states, &mut bytes);
    assert!(read(1, &bytes).is_ok());
    let at = bytes
        .windows(9)
        .position(|text| text == b"a.example")
        .unwrap();
    bytes[at] = b'A';
    assert!(read(1, &bytes).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(number in any::<i64>(), bytes in any::<Vec<u8>>()) {
        let _ = read(number, &bytes);
        let mut reader = Reader(&bytes);
        while !reader.is_at_end() && reader.line().is_ok() {}
    }
}
