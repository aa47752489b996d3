//! What administrators do for somebody who has lost a password or a browser, and to themselves.

use access::Role;

use crate::console::{Console, SMART_HOSTS};
use crate::sign_in::{PASSWORD, add, get, jar, post};

const NEW: &str = "quite another set of words";

fn words(text: &str) -> String {
    text.replace(' ', "+")
}

async fn signed_in(console: &Console, name: &str) -> String {
    let form = format!("name={name}&password={}", words(PASSWORD));
    jar(&post(console, None, "/sign-in", &form).await)
}

/// A console with two people who know their passwords.
async fn console() -> (Console, String, String) {
    let console = Console::new().await;
    add(&console, "anna", Role::Administrator).await;
    add(&console, "ben", Role::Viewer).await;
    let (anna, ben) = (
        signed_in(&console, "anna").await,
        signed_in(&console, "ben").await,
    );
    (console, anna, ben)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn somebody_is_given_a_new_password() {
    let (console, anna, ben) = console().await;
    get(&console, Some(&anna), "/people")
        .await
        .shows("href=\"/people/password?name=ben\"")
        .hides("href=\"/people/password?name=anna\"");
    get(&console, Some(&anna), "/people/password?name=ben")
        .await
        .shows("A new password for ben")
        .shows("Your own present password");
    let set = async |own: &str, new: &str, again: &str| {
        let form = format!(
            "name=ben&password={}&password_new={}&password_again={}",
            words(own),
            words(new),
            words(again)
        );
        post(&console, Some(&anna), "/people/password", &form).await
    };
    for (own, new, again, why) in [
        ("not the password", NEW, NEW, "not your present password"),
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, NEW, "something else here", "not the same"),
    ] {
        let answer = set(own, new, again).await;
        assert_eq!(answer.status, 422, "{why}");
        answer.shows(why).hides("another set of words");
    }
    assert_eq!(get(&console, Some(&ben), SMART_HOSTS).await.status, 200);
    let done = set(PASSWORD, NEW, NEW).await;
    assert_eq!(done.header("location"), "/people?done=password&name=ben");
    assert_eq!(get(&console, Some(&ben), SMART_HOSTS).await.status, 303);
    let form = format!("name=ben&password={}", words(NEW));
    assert_eq!(post(&console, None, "/sign-in", &form).await.status, 303);
    get(&console, Some(&anna), "/activity")
        .await
        .shows("Set the password of ben")
        .hides("aria-label=\"Undo: Set the password of ben");
    // Their own stands under their account.
    let own = get(&console, Some(&anna), "/people/password?name=anna").await;
    assert_eq!(own.header("location"), "/account");
    let gone = get(&console, Some(&anna), "/people/password?name=cleo").await;
    assert_eq!(gone.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_sessions_of_somebody_end() {
    let (console, anna, ben) = console().await;
    let elsewhere = signed_in(&console, "anna").await;
    get(&console, Some(&anna), "/people/sessions?name=ben")
        .await
        .shows("End all sessions of ben?");
    let end = async |name: &str, own: &str| {
        let form = format!("name={name}&password={}", words(own));
        post(&console, Some(&anna), "/people/sessions", &form).await
    };
    let wrong = end("ben", "not the password").await;
    assert_eq!(wrong.status, 422);
    wrong.shows("not your present password");
    assert_eq!(get(&console, Some(&ben), SMART_HOSTS).await.status, 200);
    let done = end("ben", PASSWORD).await;
    assert_eq!(done.header("location"), "/people?done=sessions&name=ben");
    assert_eq!(get(&console, Some(&ben), SMART_HOSTS).await.status, 303);
    // Of their own, all but the one in which they ask.
    assert_eq!(end("anna", PASSWORD).await.status, 303);
    assert_eq!(get(&console, Some(&anna), SMART_HOSTS).await.status, 200);
    assert_eq!(
        get(&console, Some(&elsewhere), SMART_HOSTS).await.status,
        303
    );
    assert_eq!(end("cleo", PASSWORD).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_takes_a_right_from_themselves_unasked() {
    let (console, anna, _) = console().await;
    let edit = async |form: &str| post(&console, Some(&anna), "/people/edit", form).await;
    for (form, question) in [
        (
            "name=anna&do=role&role=viewer",
            "Give yourself another role?",
        ),
        ("name=Anna&do=disable", "Disable your own account?"),
        (
            "name=anna&do=reset-second-factor",
            "Remove your own second factor?",
        ),
    ] {
        let answer = edit(form).await;
        assert_eq!(answer.status, 200, "{form}");
        answer.shows(question).shows("name=\"sure\" value=\"yes\"");
    }
    get(&console, Some(&anna), "/people/remove?name=anna")
        .await
        .shows("This is your own account");
    // Nor are they asked what takes nothing from them.
    assert_eq!(
        edit("name=anna&do=role&role=administrator").await.status,
        303
    );
    let role = edit("name=anna&do=role&role=viewer&sure=yes").await;
    assert_eq!(role.header("location"), "/account?done=role");
    get(&console, Some(&anna), "/account?done=role")
        .await
        .shows("Your role was set.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_disables_themselves_is_signed_out() {
    let (console, anna, _) = console().await;
    let form = "name=anna&do=disable&sure=yes";
    let answer = post(&console, Some(&anna), "/people/edit", form).await;
    assert_eq!(answer.header("location"), "/sign-in?done=signed-out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_shows_who_was_here_though_no_session_is_left() {
    let (console, anna, ben) = console().await;
    add(&console, "cleo", Role::Viewer).await;
    post(&console, Some(&ben), "/sign-out", "").await;
    let page = get(&console, Some(&anna), "/people").await;
    let row = |name: &str| {
        let label = format!("aria-label=\"Change {name}\"");
        let before = page.body.split(&label).next().unwrap();
        before.rsplit("<li").next().unwrap().to_owned()
    };
    assert!(row("ben").contains("Last seen"), "{}", row("ben"));
    assert!(
        row("cleo").contains("No sign-in is known."),
        "{}",
        row("cleo")
    );
}
