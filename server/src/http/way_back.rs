//! Where a form leads back to, as it says itself.

/// The path if it is one on this server: a form made elsewhere must not be able to send people away
/// from here. Browsers read a backslash as a slash, so there may be none.
pub(super) fn way_back(path: &str) -> Option<&str> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && path.starts_with('/') && !path.starts_with("//")).then_some(path)
}

/// The same, or the first page.
pub(super) fn way_back_or_first(path: &str) -> &str {
    way_back(path).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::{way_back, way_back_or_first};

    #[test]
    fn the_way_back_stays_on_this_server() {
        for path in [
            "/",
            "/smtp/domains?q=x",
            "/smtp/domains/smart-hosts?q=a&page=last",
        ] {
            assert_eq!(way_back(path), Some(path));
            assert_eq!(way_back_or_first(path), path);
        }
        for path in [
            "",
            "//example.com",
            "/\\example.com",
            "/a\\b",
            "https://example.com",
            "smtp",
            "/a b",
            "/a\r\nb",
            "/\r\nx: y",
            "/\u{e9}",
        ] {
            assert_eq!(way_back(path), None, "{path:?}");
            assert_eq!(way_back_or_first(path), "/");
        }
    }
}
