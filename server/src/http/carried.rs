//! Forms that were posted after a session had ended: what was typed goes along through the sign-in.

use app::plain::sign_in::Carried;
use axum::extract::{Form, FromRequest, Request};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::form_page::form_page;
use super::way_back::way_back;

/// Names and values in the order in which they came.
type Pairs = Vec<(String, String)>;

/// More than this does not go along.
const MOST_BYTES: usize = 64 * 1024;

/// What a request posts, without its secrets; nothing if it is no form, or a large one.
pub(super) async fn take(request: Request) -> Option<Carried> {
    let to = request.uri().path_and_query()?.as_str().to_owned();
    let Form(pairs) = Form::<Pairs>::from_request(request, &()).await.ok()?;
    let text = write(pairs);
    (text.len() <= MOST_BYTES).then(|| carried(to, &text))
}

/// What came along with a sign-in.
pub(super) fn read(to: &str, text: &str) -> Option<Carried> {
    let known = way_back(to).is_some() && text.len() <= MOST_BYTES;
    known.then(|| carried(to.to_owned(), text))
}

/// From what [`write`] has written.
fn carried(to: String, text: &str) -> Carried {
    let fields: Pairs = pairs(text).filter(|(name, _)| !is_secret(name)).collect();
    let left_out: Vec<_> = text
        .split('&')
        .filter(|part| !part.contains('='))
        .map(decode)
        .filter(|name| is_secret(name))
        .collect();
    Carried {
        page: form_page(&to, &fields),
        text: text_of(&fields, &left_out),
        to,
        left_out,
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

/// A form as one text, without its secrets: of those that were filled in, only the names.
fn write(pairs: Pairs) -> String {
    let (secrets, fields): (Pairs, Pairs) =
        pairs.into_iter().partition(|(name, _)| is_secret(name));
    let left_out = secrets.into_iter().filter(|(_, value)| !value.is_empty());
    let left_out: Vec<_> = left_out.map(|(name, _)| name).collect();
    text_of(&fields, &left_out)
}

fn text_of(fields: &Pairs, left_out: &[String]) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    let left_out = left_out.iter().map(|name| encode(name));
    fields.chain(left_out).collect::<Vec<_>>().join("&")
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decode(name), decode(value)))
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
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
                "host=%C3%A4%26b&password=canary&row=1&row=2&password_new=&code=canary",
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
        assert_eq!(taken.left_out, ["password", "code"], "not what was empty");
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
