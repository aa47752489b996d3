//! Signing in again from a living page.
//!
//! How it is done (hashing, delays, sessions) is the server's business; it provides the means to the one
//! function that needs them.

use std::{fmt, pin::Pin, sync::Arc};

use leptos::prelude::use_context;

use crate::error::AppError;
use crate::wire::SignInAnswer;

/// What was typed. No `Debug`: it holds a password.
pub struct Typed {
    /// The name of the account.
    pub name: String,
    /// The password.
    pub password: String,
    /// A code of the second factor, or a recovery code; empty if none was asked for.
    pub code: String,
}

/// What comes of trying.
pub type SignInFuture = Pin<Box<dyn Future<Output = Result<SignInAnswer, AppError>> + Send>>;

/// Signs the browser of this request in.
#[derive(Clone)]
pub struct SignIn(pub Arc<dyn Fn(Typed) -> SignInFuture + Send + Sync>);

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn")
    }
}

/// Signs the browser of the request being served in.
pub(crate) async fn sign_in(typed: Typed) -> Result<SignInAnswer, AppError> {
    let SignIn(sign_in) = use_context::<SignIn>().ok_or(AppError::Internal)?;
    sign_in(typed).await
}
