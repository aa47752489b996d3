//! The choice of a colour scheme without JavaScript.

use app::shell::{Theme, theme_cookie};
use axum::extract::Form;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// What the switch posts.
#[derive(Deserialize)]
pub(super) struct Choice {
    theme: String,
    #[serde(default)]
    return_to: String,
}

/// Remembers the choice in a cookie and goes back to the page.
pub(super) async fn choose(Form(choice): Form<Choice>) -> Response {
    let Ok(theme) = choice.theme.parse::<Theme>() else {
        let words = "The colours are system, light or dark.\n";
        return (StatusCode::UNPROCESSABLE_ENTITY, words).into_response();
    };
    let cookie = [(SET_COOKIE, theme_cookie(theme))];
    (cookie, Redirect::to(local(&choice.return_to))).into_response()
}

/// The path if it is one on this server, else the first page: a form made elsewhere must not be
/// able to send people away from here.
pub(super) fn local(path: &str) -> &str {
    let inside = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\");
    if inside && path.bytes().all(|byte| byte.is_ascii_graphic()) {
        path
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_returned_to() {
        assert_eq!(local("/smtp/domains?q=x"), "/smtp/domains?q=x");
        for elsewhere in [
            "",
            "https://example.com",
            "//example.com",
            "/\\example.com",
            "/a\r\nb",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
