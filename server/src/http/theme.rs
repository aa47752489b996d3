//! The choice of a colour scheme without JavaScript.

use app::shell::{Theme, theme_cookie};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::extract::Form;
use super::way_back::way_back_or_first;

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
    let next = way_back_or_first(&choice.return_to);
    (cookie, Redirect::to(next)).into_response()
}
