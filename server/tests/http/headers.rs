//! The headers of every answer, and what they demand of the pages.

use axum::body::Body;
use axum::http::Method;
use server::http::Reached;

use crate::console::{Answer, Console, DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, request};

/// Every kind of answer: living pages, pages of the server's, files, errors.
const PATHS: [&str; 16] = [
    SMART_HOSTS,
    MANAGED_DOMAINS,
    DEFAULT_ROUTING,
    "/nowhere",
    "/smtp/test",
    "/smtp/explain",
    "/smtp/explain?address=ann%40example.com",
    "/smtp/held",
    "/smtp/gateway",
    "/smtp/smart-host-settings",
    "/smtp/domains/smart-hosts/route?id=1",
    "/healthz",
    "/pkg/nothing",
    "/api/nowhere",
    "/favicon.svg",
    "/smtp/domains/smart-hosts/export",
];

/// What a policy says about scripts, and the rest of it.
fn scripts(answer: &Answer) -> (String, String) {
    let policy = answer.header("content-security-policy");
    let (scripts, rest): (Vec<_>, Vec<_>) = policy
        .split("; ")
        .partition(|directive| directive.starts_with("script-src "));
    assert_eq!(scripts.len(), 1, "{policy}");
    (scripts[0].to_owned(), rest.join("; "))
}

/// The nonce in a policy; none where no script may run.
fn nonce(answer: &Answer) -> Option<String> {
    let (scripts, _) = scripts(answer);
    if scripts == "script-src 'none'" {
        return None;
    }
    let nonce = scripts
        .strip_prefix("script-src 'strict-dynamic' 'nonce-")
        .and_then(|rest| rest.strip_suffix("' 'wasm-unsafe-eval'"));
    Some(nonce.unwrap_or_else(|| panic!("{scripts}")).to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_carries_the_security_headers() {
    let console = Console::new().await;
    let refused = request(Method::GET, "/").header("host", "example.com");
    let mut answers = vec![console.send(refused.body(Body::empty()).unwrap()).await];
    for path in PATHS {
        answers.push(console.get(path).await);
    }
    for answer in &answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            (
                "permissions-policy",
                "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                 magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
            ),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {}", answer.body);
        }
        assert_eq!(
            scripts(answer).1,
            "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        // Scripts and styles are kept, everything else is not.
        if answer.header("etag").is_empty() && answer.header("content-type") != "image/svg+xml" {
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn by_tls_browsers_are_told_to_come_by_nothing_else() {
    let secure = Reached {
        secure: true,
        ..Reached::default()
    };
    let console = Console::reached(secure).await;
    let told = |answer: Answer| answer.header("strict-transport-security").to_owned();
    assert_eq!(told(console.get(SMART_HOSTS).await), "max-age=31536000");
    // A proxy says that this one did not come by TLS (RFC 6797, 7.2).
    let clear = request(Method::GET, SMART_HOSTS).extension(server::http::client::ByTls(false));
    let clear = console.send(clear.body(Body::empty()).unwrap()).await;
    assert_eq!(told(clear), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_living_pages_and_those_with_passwords_have_scripts_and_each_answer_has_its_own_nonce()
{
    let console = Console::new().await;
    console.route("example.com", "mail.example.net").await;
    let mut seen = Vec::new();
    for path in PATHS.into_iter().chain([SMART_HOSTS]) {
        let page = console.get(path).await;
        let nonce = nonce(&page);
        let scripts: Vec<_> = page.body.match_indices("<script").collect();
        let Some(nonce) = nonce else {
            assert!(scripts.is_empty(), "{path}: {}", page.body);
            continue;
        };
        assert!(nonce.len() >= 22, "{path}: 128 bits: {nonce}");
        assert!(!scripts.is_empty(), "{path}");
        for (at, _) in scripts {
            let tag = page.body[at..].split('>').next().unwrap();
            if tag.contains("type=\"application/json\"") {
                // Data, which no browser runs.
                continue;
            }
            assert!(
                tag.contains(&format!(" nonce=\"{nonce}\"")),
                "{path}: {tag}"
            );
        }
        if let Some(preload) = page.body.find("rel=\"modulepreload\"") {
            let preload = page.body[preload..].split('>').next().unwrap();
            assert!(preload.contains(&nonce), "{path}: {preload}");
        } else {
            page.shows("src=\"/show-password.js\"");
        }
        assert!(!seen.contains(&nonce), "{path}: the nonce came before");
        seen.push(nonce);
    }
    assert_eq!(seen.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn passwords_can_be_shown_where_a_script_runs() {
    let console = Console::new().await;
    for path in ["/sign-in", "/account", "/people", "/smtp/test"] {
        let page = console.get(path).await;
        let nonce = nonce(&page).unwrap();
        let script = "<script type=\"module\" src=\"/show-password.js\"";
        page.shows(&format!("{script} nonce=\"{nonce}\""));
        assert_eq!(page.body.matches("<script").count(), 1, "{path}");
        // Without the script there is no control that does nothing.
        let buttons = page.body.matches("class=\"button show-password\"").count();
        let fields = page.body.matches("type=\"password\"").count();
        assert_eq!(buttons, fields, "{path}");
        let tags = page.body.split('<');
        for button in tags.filter(|tag| tag.contains("show-password\"")) {
            assert!(button.contains(" hidden"), "{path}: {button}");
        }
    }
    // Each is named by its field.
    let account = console.get("/account").await;
    for field in ["present password", "new password", "new password again"] {
        account.shows(&format!(
            "<span>Show</span><span class=\"visually-hidden\"> <!>{field}<"
        ));
    }
    let script = console.get("/show-password.js").await;
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_form_has_scripts_of_its_own_answer() {
    let console = Console::new().await;
    let refused = console.post(SMART_HOSTS, "do=add&domain=a+b").await;
    assert_eq!(refused.status, 422);
    let nonce = nonce(&refused).unwrap();
    refused.shows(&format!("nonce=\"{nonce}\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_in_a_page_is_styled_or_scripted_inline() {
    let console = Console::new().await;
    console.route("example.com", "mail.example.net").await;
    console.managed("example.org", "").await;
    for path in PATHS {
        let page = console.get(path).await;
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        for tag in page.body.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap().to_lowercase();
            for word in tag.split_whitespace() {
                let is_handler = word.starts_with("on") && word.contains("=\"");
                assert!(!is_handler, "<{tag}> of {path}");
                assert!(!word.starts_with("style="), "<{tag}> of {path}");
            }
            assert!(!tag.contains("javascript:"), "<{tag}> of {path}");
        }
        page.hides("<style")
            .hides("<base")
            .hides("<iframe")
            .hides("<object");
    }
}
