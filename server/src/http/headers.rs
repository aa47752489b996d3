//! The headers that every answer carries.

use std::env;
use std::fmt::Write as _;
use std::sync::Arc;

use app::plain::scripts::Scripts;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::Nonce;

use super::client::ByTls;
use super::reached::Reached;

/// Which answers carry a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    /// All of them.
    Every,
    /// Those to browsers that speak TLS.
    Tls,
    /// Those that do not say otherwise.
    Silent,
}

/// Name, value and what it is for.
const HEADERS: [(HeaderName, On, &str); 9] = [
    // A file is what it is declared to be.
    (X_CONTENT_TYPE_OPTIONS, On::Every, "nosniff"),
    // What a person searches for stays here. Not `no-referrer`: with it forms would be sent with
    // `Origin: null`, and older browsers say by nothing else where a form comes from.
    (REFERRER_POLICY, On::Every, "same-origin"),
    // No other site may show the console in a frame and steer clicks in it. The policy says so, too;
    // this is for browsers that do not read it.
    (X_FRAME_OPTIONS, On::Every, "DENY"),
    // A page that opens the console, or is opened by it, has no hold on its window.
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        On::Every,
        "same-origin",
    ),
    // No other site may load pages, exports or scripts of the console into itself.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        On::Every,
        "same-origin",
    ),
    // The console loads nothing from elsewhere that does not agree to it. With the one above and the
    // first of these three, it has a process of the browser's to itself.
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        On::Every,
        "require-corp",
    ),
    // What slips into a page has no use of what the console needs none of.
    (
        HeaderName::from_static("permissions-policy"),
        On::Every,
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
    // For a year the browser comes by TLS only, whatever is typed or linked to. Without
    // `includeSubDomains`: what is below the console's name may not be ours, and cannot set our
    // cookie.
    (STRICT_TRANSPORT_SECURITY, On::Tls, "max-age=31536000"),
    // Pages, exports and refusals are kept nowhere, be it in the browser or on the way.
    (CACHE_CONTROL, On::Silent, "no-store"),
];

/// What a page may load and do: directive, value and what it is for.
const POLICY: [(&str, &str); 8] = [
    // Nothing but what follows: no fonts, media, frames, workers or plug-ins.
    ("default-src", "'none'"),
    // Scripts are those that this very answer names, and what they load; WebAssembly counts as what
    // is compiled. `{nonce}` is random, anew for each answer. Without a nonce there are none.
    (
        "script-src",
        "'strict-dynamic' 'nonce-{nonce}' 'wasm-unsafe-eval'",
    ),
    // The style sheet is a file of ours; nothing that slips into a page can restyle it.
    ("style-src", "'self'"),
    // The icon of the site; the drawings of the others stand in the style sheet.
    ("img-src", "'self' data:"),
    // Server functions, and the module itself.
    ("connect-src", "'self'"),
    // Forms go to us.
    ("form-action", "'self'"),
    // As `x-frame-options`.
    ("frame-ancestors", "'none'"),
    // Links and forms mean what they say.
    ("base-uri", "'none'"),
];

/// Whether `cargo leptos watch` runs the server, whose pages then listen on a socket for changes.
fn is_watched() -> bool {
    cfg!(debug_assertions) && env::var_os("LEPTOS_WATCH").is_some()
}

tokio::task_local! {
    /// The scripts of the answer that is being made.
    static SCRIPTS: Scripts;
}

/// The scripts of the answer that is being made: once its page names one, the policy does, too.
pub(super) fn scripts() -> Scripts {
    SCRIPTS.try_with(Scripts::clone).unwrap_or_default()
}

/// The policy of an answer; one without scripts may load none.
fn policy(scripts: Option<&Nonce>, is_watched: bool) -> String {
    let mut policy = String::new();
    for (directive, value) in POLICY {
        let value = match (directive, scripts) {
            ("script-src", None) => "'none'".to_owned(),
            ("script-src", Some(nonce)) => value.replace("{nonce}", nonce),
            ("connect-src", _) if is_watched => format!("{value} ws:"),
            _ => value.to_owned(),
        };
        let separator = if policy.is_empty() { "" } else { "; " };
        // Writing to a String never fails.
        let _ = write!(policy, "{separator}{directive} {value}");
    }
    policy
}

/// Adds the headers.
pub(super) async fn secure(
    State(reached): State<Arc<Reached>>,
    request: Request,
    next: Next,
) -> Response {
    let by_tls = ByTls::of(request.extensions(), reached.secure);
    let scripts = Scripts::default();
    let mut response = SCRIPTS.scope(scripts.clone(), next.run(request)).await;
    let policy = policy(scripts.nonce().as_ref(), is_watched());
    let headers = response.headers_mut();
    for (name, on, value) in HEADERS {
        let is_wanted = match on {
            On::Every => true,
            On::Tls => by_tls,
            On::Silent => !headers.contains_key(&name),
        };
        if is_wanted {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    // All of it is ASCII.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_with_the_nonce_of_their_answer_run() {
        let scripts = Nonce::from_value("abc");
        let rest = "style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
                    frame-ancestors 'none'; base-uri 'none'";
        assert_eq!(
            policy(Some(&scripts), false),
            format!(
                "default-src 'none'; script-src 'strict-dynamic' 'nonce-abc' 'wasm-unsafe-eval'; \
                 {rest}"
            )
        );
        assert_eq!(
            policy(None, false),
            format!("default-src 'none'; script-src 'none'; {rest}")
        );
        assert!(policy(None, true).contains("connect-src 'self' ws:;"));
    }
}
