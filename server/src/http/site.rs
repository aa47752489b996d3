//! The files that browsers load, carried inside the program.

use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::config::LeptosOptions;
use rust_embed::{EmbeddedFile, RustEmbed};

/// The site as `cargo xtask build` made it, each file beside its compressed forms.
#[derive(RustEmbed)]
#[folder = "$SMART_HOSTS_SITE"]
#[allow_missing = true]
struct Site;

/// The style sheets as they are written. In debug builds they are served in place of the joined
/// one, so that a change shows when the page is loaded again.
#[cfg(debug_assertions)]
#[derive(RustEmbed)]
#[folder = "../style"]
struct Styles;

/// The name of the script, the module and the style sheet.
const NAME: &str = "smart-hosts";

/// The style sheet.
#[cfg(debug_assertions)]
const SHEET: &str = "smart-hosts.css";

/// A file under a path that holds a hash of it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A file under a fixed path is asked for again each time, and answered 304 if it is the same.
const ASK_AGAIN: &str = "no-cache";

/// The compressed forms, best first: name in HTTP and ending of the file.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// What an answer depends on, besides the path.
const VARIES: &str = "accept-encoding";

/// What leptos needs to know of the site to link to it.
pub(super) fn options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(NAME)
        .site_pkg_dir(env!("SMART_HOSTS_PKG"))
        .build()
}

/// The icon.
pub(super) async fn favicon(headers: HeaderMap) -> Response {
    fixed("favicon.svg", &headers)
}

/// What shows passwords on pages without a module.
pub(super) async fn show_password(headers: HeaderMap) -> Response {
    fixed("show-password.js", &headers)
}

/// What shows how far an import has come.
pub(super) async fn import(headers: HeaderMap) -> Response {
    fixed("import.js", &headers)
}

/// A file under a path without a hash.
fn fixed(name: &str, headers: &HeaderMap) -> Response {
    #[cfg(debug_assertions)]
    if let Some(file) = Styles::get(&format!("static/{name}")) {
        return plain(name, file);
    }
    file(name, headers, ASK_AGAIN)
}

/// The script, the module and the style sheet.
pub(super) async fn package(Path(path): Path<String>, headers: HeaderMap) -> Response {
    #[cfg(debug_assertions)]
    if let Some((_, name)) = path.rsplit_once('/')
        && let Some(sheet) = Styles::get(if name == SHEET { "main.css" } else { name })
    {
        return plain(name, sheet);
    }
    file(&format!("pkg/{path}"), &headers, FOR_EVER)
}

/// A file that is read from disk each time, in debug builds.
#[cfg(debug_assertions)]
fn plain(name: &str, file: EmbeddedFile) -> Response {
    let headers = [
        (CONTENT_TYPE, content_type(name)),
        (CACHE_CONTROL, ASK_AGAIN),
    ];
    (headers, file.data).into_response()
}

fn file(path: &str, request: &HeaderMap, cache: &'static str) -> Response {
    let Some(plain) = Site::get(path) else {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    };
    let etag = etag(&plain);
    if request
        .get(IF_NONE_MATCH)
        .is_some_and(|known| names(known, &etag))
    {
        return (
            StatusCode::NOT_MODIFIED,
            [
                (ETAG, etag),
                (CACHE_CONTROL, cache.to_owned()),
                (VARY, VARIES.to_owned()),
            ],
        )
            .into_response();
    }
    let (encoding, body) =
        encoded(path, request).map_or((None, plain), |(name, file)| (Some(name), file));
    let mut response = (
        [
            (CONTENT_TYPE, content_type(path).to_owned()),
            (ETAG, etag),
            (CACHE_CONTROL, cache.to_owned()),
            (VARY, VARIES.to_owned()),
        ],
        body.data,
    )
        .into_response();
    if let Some(name) = encoding {
        response
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// The best compressed form that the browser takes.
fn encoded(path: &str, request: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = request.get(ACCEPT_ENCODING)?.to_str().ok()?;
    ENCODINGS.into_iter().find_map(|(name, ending)| {
        let file = accepts(accepted, name).then(|| Site::get(&format!("{path}{ending}")))?;
        file.map(|file| (name, file))
    })
}

/// Whether `Accept-Encoding` lists an encoding and does not rule it out (RFC 9110, 12.5.3).
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let ruled_out = parts.any(|part| {
            part.split_once('=').is_some_and(|(name, q)| {
                name.eq_ignore_ascii_case("q") && q.parse().is_ok_and(|q: f32| q <= 0.0)
            })
        });
        named && !ruled_out
    })
}

/// Weak, because the compressed forms share it.
fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let start = hash
        .first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("W/\"{start:016x}\"")
}

/// Whether `If-None-Match` names the tag (RFC 9110, 13.1.2).
fn names(header: &HeaderValue, etag: &str) -> bool {
    header.to_str().is_ok_and(|known| {
        known
            .split(',')
            .any(|known| matches!(known.trim(), "*") || known.trim() == etag)
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::{collection, option};

    use super::*;

    #[test]
    fn compression_follows_what_the_browser_takes() {
        for (header, br) in [
            ("gzip, deflate, br", true),
            ("BR;q=1", true),
            ("br;q=0", false),
            ("br; q=0.0, gzip", false),
            ("gzip", false),
            ("brotli", false),
        ] {
            assert_eq!(accepts(header, "br"), br, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_is_too_odd(header in any::<String>(), encoding in "br|gzip") {
            if accepts(&header, &encoding) {
                prop_assert!(header.to_ascii_lowercase().contains(&encoding));
            }
        }

        #[test]
        fn an_encoding_is_taken_unless_it_is_ruled_out(
            items in collection::vec(
                ("br|BR|gzip|zstd|\\*", option::of(0..=1000_u16), "[qQ]"),
                0..5,
            ),
        ) {
            let taken = |(name, q, _): &(String, Option<u16>, String)| {
                name.eq_ignore_ascii_case("br") && *q != Some(0)
            };
            let written: Vec<_> = items
                .iter()
                .map(|(name, q, letter)| match q {
                    Some(q) => format!("{name} ; {letter}={}.{:03}", q / 1000, q % 1000),
                    None => name.clone(),
                })
                .collect();
            prop_assert_eq!(accepts(&written.join(", "), "br"), items.iter().any(taken));
        }
    }

    #[test]
    fn a_known_tag_is_recognised_in_a_list() {
        for (header, known) in [
            ("W/\"ab\"", true),
            ("\"x\", W/\"ab\"", true),
            ("*", true),
            ("W/\"abc\"", false),
        ] {
            assert_eq!(
                names(&HeaderValue::from_static(header), "W/\"ab\""),
                known,
                "{header}"
            );
        }
    }
}
