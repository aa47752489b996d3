//! Lists in Postfix's parameters: words between commas and white space, where braces hold a word
//! together; see `postconf(5)`, "mynetworks" and `inline:{ }` tables.

/// The words of a list.
pub(super) fn words(list: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut depth = 0_usize;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let separates = depth == 0 && (c == ',' || c.is_ascii_whitespace());
        match (separates, start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push(&list[from..at]);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| &list[from..]));
    words
}

/// The list with a word in it: where an older form of the same stood, else at the end, or at the
/// start if `first`. Everything else keeps its place.
pub(super) fn with(
    list: &str,
    word: &str,
    first: bool,
    is_older_form: impl Fn(&str) -> bool,
) -> String {
    let present = words(list);
    let mut result: Vec<&str> = Vec::with_capacity(present.len() + 1);
    for old in &present {
        if !is_older_form(old) {
            result.push(old);
        } else if !result.contains(&word) {
            result.push(word);
        }
    }
    if !result.contains(&word) {
        let at = if first { 0 } else { result.len() };
        result.insert(at, word);
    }
    result.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stand_between_commas_and_spaces() {
        assert_eq!(words(" a, b\tc,,d "), ["a", "b", "c", "d"]);
        assert_eq!(
            words("inline:{ {a = b, c}, d=e } $mydestination"),
            ["inline:{ {a = b, c}, d=e }", "$mydestination"]
        );
        assert_eq!(words("a} b {c"), ["a}", "b", "{c"]);
        assert!(words(" , ").is_empty());
    }

    #[test]
    fn what_the_administrator_wrote_keeps_its_place() {
        let old = |word: &str| word.starts_with("old:") || word == "new";
        for (list, first, expected) in [
            ("", true, "new"),
            ("hash:/a hash:/b", true, "new, hash:/a, hash:/b"),
            ("hash:/a hash:/b", false, "hash:/a, hash:/b, new"),
            ("hash:/a old:1, hash:/b", true, "hash:/a, new, hash:/b"),
            ("hash:/a, new", true, "hash:/a, new"),
            ("old:1 old:2 a new", true, "new, a"),
        ] {
            assert_eq!(with(list, "new", first, old), expected, "{list}");
        }
    }

    proptest! {
        #[test]
        fn words_never_panic_and_adding_twice_changes_nothing(list in r"[a-z{} ,$:ü]{0,40}", first: bool) {
            let once = with(&list, "new", first, |word| word == "new");
            let plain = !list.contains(['{', '}']);
            prop_assert_eq!(words(&once).contains(&"new") || !plain, true);
            if plain {
                prop_assert_eq!(&with(&once, "new", first, |word| word == "new"), &once);
            }
        }
    }
}
