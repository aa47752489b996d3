//! The first start: nobody can sign in, and a link in the log makes the first administrator.

use std::sync::atomic::{AtomicI64, Ordering};

use access::Role;
use store::{ObjectKind, Timestamp};

use crate::console::{Console, SMART_HOSTS};
use crate::sign_in::{PASSWORD, get, jar, post};

fn form(token: &str, name: &str, password: &str, again: &str) -> String {
    let encode = |text: &str| text.replace(' ', "+");
    format!(
        "token={token}&name={name}&password={}&again={}",
        encode(password),
        encode(again)
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_link_makes_the_first_administrator_once() {
    let (console, path) = Console::empty(crate::console::now).await;
    let token = path.split_once('=').unwrap().1.to_owned();
    assert_eq!(token.len(), 43);
    // Every page leads to where it says what to do.
    for page in ["/", SMART_HOSTS, "/nowhere", "/sign-in", "/people"] {
        let answer = get(&console, None, page).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/set-up"),
            "{page}"
        );
    }
    get(&console, None, "/set-up")
        .await
        .shows("set-up link in the log")
        .hides("<form");
    let wrong = get(&console, None, "/set-up?token=wrong").await;
    assert_eq!(wrong.status, 403);
    get(&console, None, &path)
        .await
        .shows("first administrator")
        .shows("new-password");

    for (form, words, field) in [
        (form(&token, "", PASSWORD, PASSWORD), "Type a name", "name"),
        (
            form(&token, "anna", "short", "short"),
            "at least 12",
            "password",
        ),
        (
            form(&token, "anna", "password1234", "password1234"),
            "too easy to guess",
            "password",
        ),
        (
            form(&token, "anna", PASSWORD, "another one entirely"),
            "not the same",
            "again",
        ),
    ] {
        let answer = post(&console, None, "/set-up", &form).await;
        assert_eq!(answer.status, 422);
        answer.shows(words).hides("battery").hides("password1234");
        // The focus goes to what is to be typed again.
        let before = answer.body.split(" autofocus").next().unwrap();
        let input = before.rsplit("<input").next().unwrap();
        assert!(input.contains(&format!("id=\"{field}\"")), "{input}");
        assert_eq!(answer.body.matches(" autofocus").count(), 1);
    }
    let forged = post(
        &console,
        None,
        "/set-up",
        &form("x", "anna", PASSWORD, PASSWORD),
    )
    .await;
    assert_eq!(forged.status, 403);
    assert!(!console.store.has_people().await.unwrap());

    let made = post(
        &console,
        None,
        "/set-up",
        &form(&token, "Anna", PASSWORD, PASSWORD),
    )
    .await;
    assert_eq!(made.status, 303);
    let people = console.store.people().await.unwrap();
    assert_eq!(
        (people[0].name.as_str(), people[0].role),
        ("anna", Role::Administrator)
    );
    assert_eq!(
        get(&console, Some(&jar(&made)), "/people").await.status,
        200
    );
    let changes = console.store.changes(0, 9).await.unwrap();
    assert_eq!(changes[0].kind, ObjectKind::User);
    assert!(!format!("{changes:?}").contains("argon2"));

    let again = post(
        &console,
        None,
        "/set-up",
        &form(&token, "ben", PASSWORD, PASSWORD),
    )
    .await;
    // As after a second click: it is done.
    assert_eq!(
        (again.status.as_u16(), again.header("location")),
        (303, "/sign-in")
    );
    let page = get(&console, None, &path).await;
    assert_eq!(page.header("location"), "/sign-in");
    assert_eq!(console.store.people().await.unwrap().len(), 1);
}

static CLOCK: AtomicI64 = AtomicI64::new(1_767_268_800_000);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_link_lives_for_a_day() {
    let (console, path) = Console::empty(|| Timestamp(CLOCK.load(Ordering::Relaxed))).await;
    CLOCK.fetch_add(86_399_999, Ordering::Relaxed);
    assert_eq!(get(&console, None, &path).await.status, 200);
    CLOCK.fetch_add(1, Ordering::Relaxed);
    assert_eq!(get(&console, None, &path).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_command_line_makes_the_link_useless() {
    let (console, path) = Console::empty(crate::console::now).await;
    crate::sign_in::add(&console, "anna", Role::Administrator).await;
    assert_eq!(
        get(&console, None, &path).await.header("location"),
        "/sign-in"
    );
    let token = path.split_once('=').unwrap().1;
    let late = post(
        &console,
        None,
        "/set-up",
        &form(token, "ben", PASSWORD, PASSWORD),
    )
    .await;
    assert_eq!(late.header("location"), "/sign-in");
    assert_eq!(console.store.people().await.unwrap().len(), 1);
}
