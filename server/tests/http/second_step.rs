//! Between password and code, and what signing in leaves behind.

use access::Role;
use store::ObjectKind;

use crate::console::{Console, SMART_HOSTS, by, now};
use crate::log::Listening;
use crate::sign_in::{PASSWORD, add, get, jar, post, second_factor};

fn words(text: &str) -> String {
    text.replace(' ', "+")
}

fn form(name: &str) -> String {
    format!("name={name}&password={}", words(PASSWORD))
}

/// What the history says of the last sign-in.
async fn told(console: &Console) -> serde_json::Value {
    let changes = console.store.changes(0, 99).await.unwrap();
    let last = changes.into_iter().rev();
    let mut last = last.filter(|change| change.kind == ObjectKind::SignIn);
    last.next().unwrap().after.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_password_ends_what_the_old_one_has_begun() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let (seed, codes) = second_factor(&console, "anna").await;
    let between = jar(&post(&console, None, "/sign-in", &form("anna")).await);
    let name = "anna".parse().unwrap();
    let hash = access::NewPassword::parse("quite another set of words".into(), &name);
    let hash = hash.unwrap().hash().unwrap();
    let set = console
        .store
        .set_person_password(&by(), &name, hash, None)
        .await;
    set.unwrap();
    let code = seed.code(now().since_epoch().as_secs());
    for code in [code.as_str(), codes[0].expose()] {
        let code = format!("code={code}");
        let answer = post(&console, Some(&between), "/sign-in/code", &code).await;
        assert_eq!(answer.status, 401);
    }
    let person = console.store.person(&name).await.unwrap().unwrap();
    assert_eq!(person.recovery_codes, 10, "none was used up");
}

// On one thread, for that is where the subscriber listens.
#[tokio::test]
async fn every_refused_code_is_logged_and_told_at_the_next_sign_in() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let (_, codes) = second_factor(&console, "anna").await;
    let wrong = format!("name=anna&password={}", words("a wrong password"));
    assert_eq!(post(&console, None, "/sign-in", &wrong).await.status, 401);
    let between = jar(&post(&console, None, "/sign-in", &form("anna")).await);
    let show = async |between: &str, code: &str| {
        let code = format!("code={code}");
        post(&console, Some(between), "/sign-in/code", &code).await
    };
    let log = Listening::begin();
    let none = access::RecoveryCode::set().unwrap();
    assert_eq!(show(&between, "000000").await.status, 401);
    assert_eq!(show(&between, none[0].expose()).await.status, 401);
    let log = log.end();
    assert!(log.contains("a code was refused"), "{log}");
    let refused = log
        .lines()
        .find(|line| line.contains("a sign-in was refused"));
    let refused = refused.unwrap();
    assert!(
        refused.contains("anna") && refused.contains("127.0.0.1"),
        "{log}"
    );
    assert!(!log.contains(none[0].expose()), "{log}");

    let between = jar(&post(&console, None, "/sign-in", &form("anna")).await);
    let entered = show(&between, codes[0].expose()).await;
    assert_eq!(entered.status, 303);
    let said = told(&console).await;
    assert_eq!(said["failures_before"], 3, "one password and two codes");
    assert_eq!(said["second_factor"], "recovery code, 9 left");
    console
        .get("/activity")
        .await
        .shows("recovery code, 9 left");

    let between = jar(&post(&console, Some(&jar(&entered)), "/sign-in", &form("anna")).await);
    assert_eq!(show(&between, codes[1].expose()).await.status, 303);
    assert_eq!(told(&console).await["failures_before"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_changes_the_password_is_no_stranger_afterwards() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let here = jar(&post(&console, None, "/sign-in", &form("anna")).await);
    let new = words("quite another set of words");
    let change = format!(
        "password={}&password_new={new}&password_again={new}",
        words(PASSWORD)
    );
    let changed = post(&console, Some(&here), "/account/password", &change).await;
    assert_eq!(changed.status, 303);
    for _ in 0..4 {
        let form = "name=anna&password=some+wrong+words";
        assert_eq!(post(&console, None, "/sign-in", form).await.status, 401);
    }
    let new = format!("name=anna&password={new}");
    assert_eq!(post(&console, None, "/sign-in", &new).await.status, 429);
    assert_eq!(
        post(&console, Some(&here), "/sign-in", &new).await.status,
        303
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_browser_is_known_by_what_it_was_given_at_a_sign_in_only() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    add(&console, "ben", Role::Viewer).await;
    let planted = format!("smart-hosts-device={}", "A".repeat(43));
    let entered = post(&console, Some(&planted), "/sign-in", &form("anna")).await;
    let first = jar(&entered);
    assert!(!first.contains(&planted), "{first}");
    let device = |jar: &str| {
        let cookies = jar.split("; ");
        let mut device = cookies.filter(|cookie| cookie.starts_with("smart-hosts-device="));
        device.next().unwrap().to_owned()
    };
    let again = post(&console, Some(&device(&first)), "/sign-in", &form("anna")).await;
    assert_eq!(device(&jar(&again)), device(&first), "it is known");
    // What ben was given does not make anybody known to anna.
    let ben = device(&jar(&post(&console, None, "/sign-in", &form("ben")).await));
    let anna = post(&console, Some(&ben), "/sign-in", &form("anna")).await;
    assert_ne!(device(&jar(&anna)), ben);
}

// On one thread, for that is where the subscriber listens.
#[tokio::test]
async fn the_line_of_an_answer_says_who_asked() {
    let console = Console::new().await;
    let log = Listening::begin();
    console.get(SMART_HOSTS).await;
    get(&console, None, SMART_HOSTS).await;
    let log = log.end();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("answered"))
        .collect();
    assert!(lines[0].contains("person=\"admin\""), "{log}");
    assert!(!lines[1].contains("person"), "{log}");
}
