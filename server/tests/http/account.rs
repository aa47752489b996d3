//! The account of whoever is signed in.

use access::{Role, Seed};

use crate::console::{Console, SMART_HOSTS, by, now};
use crate::sign_in::{PASSWORD, add, get, jar, post, second_factor};

const NEW: &str = "quite another set of words";

fn encoded(text: &str) -> String {
    text.replace(' ', "+")
}

async fn signed_in(console: &Console, name: &str) -> String {
    let form = format!("name={name}&password={}", encoded(PASSWORD));
    jar(&post(console, None, "/sign-in", &form).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changing_the_password_ends_the_other_sessions() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let (here, there) = (
        signed_in(&console, "anna").await,
        signed_in(&console, "anna").await,
    );
    let change = async |present: &str, new: &str, again: &str| {
        let form = format!(
            "password={}&password_new={}&password_again={}",
            encoded(present),
            encoded(new),
            encoded(again)
        );
        post(&console, Some(&here), "/account/password", &form).await
    };
    for (present, new, again, words) in [
        ("not the password", NEW, NEW, "not your present password"),
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, "annaannaanna", "annaannaanna", "too easy"),
        (PASSWORD, NEW, "something else here", "not the same"),
    ] {
        let answer = change(present, new, again).await;
        assert_eq!(answer.status, 422, "{words}");
        answer.shows(words).hides("another set of words");
    }
    assert_eq!(get(&console, Some(&there), SMART_HOSTS).await.status, 200);
    let changed = change(PASSWORD, NEW, NEW).await;
    assert_eq!(changed.header("location"), "/account?done=password");
    assert_eq!(get(&console, Some(&here), SMART_HOSTS).await.status, 200);
    assert_eq!(get(&console, Some(&there), SMART_HOSTS).await.status, 303);
    let form = format!("name=anna&password={}", encoded(PASSWORD));
    assert_eq!(post(&console, None, "/sign-in", &form).await.status, 401);
}

/// The key that the page shows for typing it.
fn seed_on(page: &str) -> Seed {
    let seed = page.split("<code class=\"seed\">").nth(1).unwrap();
    let seed = seed.split('<').next().unwrap();
    Seed::parse(seed).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_factor_is_set_up_shown_once_and_removed() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let here = signed_in(&console, "anna").await;
    let page = get(&console, Some(&here), "/account/second-factor").await;
    page.shows("<svg").shows("Scan this code");
    let seed = seed_on(&page.body);
    let again = get(&console, Some(&here), "/account/second-factor").await;
    assert_eq!(
        seed_on(&again.body).expose(),
        seed.expose(),
        "the same until it is set up"
    );
    let code = seed.code(now().since_epoch().as_secs());
    let set = async |code: &str, password: &str| {
        let form = format!("code={code}&password={}", encoded(password));
        post(&console, Some(&here), "/account/second-factor", &form).await
    };
    assert_eq!(set("000000", PASSWORD).await.status, 422);
    set(&code, "not the password")
        .await
        .shows("not your present password");
    assert!(
        !console
            .store
            .person(&"anna".parse().unwrap())
            .await
            .unwrap()
            .unwrap()
            .second_factor
    );
    let codes = set(&code, PASSWORD).await;
    assert_eq!(codes.status, 200);
    assert_eq!(codes.header("cache-control"), "no-store");
    assert_eq!(codes.body.matches("<li><code>").count(), 10);
    get(&console, Some(&here), "/account")
        .await
        .shows("10 recovery codes are left");
    let other = get(&console, Some(&here), "/account/second-factor").await;
    assert_ne!(seed_on(&other.body).expose(), seed.expose());

    let password = format!("password={}", encoded(PASSWORD));
    let more = post(&console, Some(&here), "/account/recovery-codes", &password).await;
    assert_eq!(more.body.matches("<li><code>").count(), 10);
    let wrong = post(
        &console,
        Some(&here),
        "/account/second-factor/remove",
        "password=x",
    )
    .await;
    assert_eq!(wrong.status, 422);
    let removed = post(
        &console,
        Some(&here),
        "/account/second-factor/remove",
        &password,
    )
    .await;
    assert_eq!(removed.header("location"), "/account?done=removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn where_it_is_required_nothing_else_can_be_done_without() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let here = signed_in(&console, "anna").await;
    console
        .store
        .require_second_factor(&by(), true)
        .await
        .unwrap();
    for page in [SMART_HOSTS, "/account", "/smtp/held", "/nowhere"] {
        let answer = get(&console, Some(&here), page).await;
        assert_eq!(
            answer.header("location"),
            "/account/second-factor",
            "{page}"
        );
    }
    get(&console, Some(&here), "/account/second-factor")
        .await
        .shows("Set yours up to go on");
    second_factor(&console, "anna").await;
    // Setting it up elsewhere has ended this session.
    assert_eq!(get(&console, Some(&here), SMART_HOSTS).await.status, 303);
}
