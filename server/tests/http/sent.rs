//! Forms with a file, as browsers send them, and what comes of them.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::console::{Answer, Console, request};

const BOUNDARY: &str = "----boundary";

/// A field of a form: its name, the file's name if it is one, and what is in it.
pub(crate) type Field<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// The body of such a form.
pub(crate) fn body(fields: &[Field<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in fields {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        body.extend(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
            )
            .bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

/// Such a form on its way to a list's import, from whoever has the cookie in the request.
pub(crate) fn posted(
    request: axum::http::request::Builder,
    body: impl Into<Body>,
) -> Request<Body> {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    request
        .header("content-type", kind)
        .body(body.into())
        .unwrap()
}

impl Console {
    /// Posts such a form as the administrator.
    pub(crate) async fn send_form(&self, list: &str, fields: &[Field<'_>]) -> Answer {
        let request = request(Method::POST, &format!("{list}/import"));
        self.send(posted(request, body(fields))).await
    }

    /// Sends a file as browsers do, and returns the path of its page. Fails unless it was taken.
    pub(crate) async fn send_file(
        &self,
        list: &str,
        name: &str,
        text: &[u8],
        mode: &str,
    ) -> String {
        let fields: [Field<'_>; 4] = [
            ("file", Some(name), text),
            ("text", None, b""),
            ("format", None, b""),
            ("mode", None, mode.as_bytes()),
        ];
        let answer = self.send_form(list, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// The page of an import, once it does not work any more.
    pub(crate) async fn at_rest(&self, page: &str) -> Answer {
        loop {
            let answer = self.get(page).await;
            if !answer.body.contains("data-progress") {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Presses the button that carries an import out, on its page; returns the page that follows.
    pub(crate) async fn carry_out(&self, page: &str, more: &str) -> Answer {
        let shown = self.at_rest(page).await;
        let form = format!("{}&check={}{more}", query(page), check(&shown));
        let answer = self.post("/smtp/domains/import/commit", &form).await;
        match answer.status.as_u16() {
            303 => self.at_rest(page).await,
            _ => answer,
        }
    }
}

/// What the address of an import says: `id=…`.
pub(crate) fn query(page: &str) -> &str {
    page.split_once('?').unwrap().1
}

/// The number of the check that a page shows.
pub(crate) fn check(page: &Answer) -> &str {
    let (_, rest) = page.body.split_once("name=\"check\" value=\"").unwrap();
    rest.split_once('"').unwrap().0
}
