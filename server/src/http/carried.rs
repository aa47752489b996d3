//! Forms that were posted after a session had ended: what was typed goes along through the sign-in.

use app::plain::sign_in::Carried;
use axum::extract::{Form, FromRequest, Request};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::way_back::way_back;

/// Names and values in the order in which they came.
type Pairs = Vec<(String, String)>;

/// More than this does not go along.
const MOST_BYTES: usize = 64 * 1024;

/// What a request posts, without its secrets; nothing if it is no form, or a large one.
pub(super) async fn take(request: Request) -> Option<Carried> {
    let to = request.uri().path_and_query()?.as_str().to_owned();
    let Form(pairs) = Form::<Pairs>::from_request(request, &()).await.ok()?;
    let text = write(&pairs);
    (text.len() <= MOST_BYTES).then(|| carried(to, &text))
}

/// What came along with a sign-in.
pub(super) fn read(to: &str, text: &str) -> Option<Carried> {
    let known = way_back(to).is_some() && text.len() <= MOST_BYTES;
    known.then(|| carried(to.to_owned(), text))
}

fn carried(to: String, text: &str) -> Carried {
    let fields: Pairs = pairs(text).filter(|(name, _)| !is_secret(name)).collect();
    Carried {
        to,
        text: write(&fields),
        fields,
    }
}

/// Fields that never leave the request in which they came.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "code", "token", "again", "secret"]
        .iter()
        .any(|secret| name.contains(secret))
}

fn write(pairs: &Pairs) -> String {
    let pairs = pairs.iter().filter(|(name, _)| !is_secret(name));
    let encoded = pairs.map(|(name, value)| {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!("{}={}", encode(name), encode(value))
    });
    encoded.collect::<Vec<_>>().join("&")
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(move |(name, value)| (decode(name), decode(value)))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn what_was_typed_goes_along_without_secrets() {
        let request = Request::post("/smtp/test?x=1")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(
                "host=%C3%A4%26b&password=canary&row=1&row=2&password_new=canary&code=canary",
            ))
            .unwrap();
        let taken = take(request).await.unwrap();
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(taken.to, "/smtp/test?x=1");
        assert_eq!(
            taken.fields,
            [
                field("host", "\u{e4}&b"),
                field("row", "1"),
                field("row", "2")
            ]
        );
        assert!(!taken.text.contains("canary"));
        assert_eq!(read(&taken.to, &taken.text), Some(taken));
    }

    #[tokio::test]
    async fn nothing_goes_elsewhere() {
        assert_eq!(read("//evil.example", "a=b"), None);
        assert_eq!(read("https://evil.example", "a=b"), None);
        assert_eq!(read("", "a=b"), None);
        assert_eq!(read("/x", &"a".repeat(70_000)), None);
        let json = Request::post("/x").body(Body::from("{}")).unwrap();
        assert_eq!(take(json).await, None);
    }
}
