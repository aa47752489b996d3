//! The connection test with what is set for a smart host.

use access::Role;
use routing::{Account, Comment, NextHop, Password, TlsPolicy, UserName};
use store::{Login, SmartHostInput, TestOutcome, Tested};

use crate::console::{Answer, Console, by};
use crate::mail_server::mail_server;
use crate::sign_in::{get, post};

const PAGE: &str = "/smtp/test";

fn hop(port: u16) -> NextHop {
    NextHop {
        host: "127.0.0.1".parse().unwrap(),
        port: port.try_into().unwrap(),
    }
}

/// A console in which the server is set up with anna's account.
async fn set_up(tls: TlsPolicy, reason: &str) -> (Console, u16) {
    let (console, port) = (Console::new().await, mail_server().await);
    let input = SmartHostInput {
        next_hop: hop(port),
        tls,
        login: Login::Set(Account {
            user: UserName::parse("anna").unwrap(),
            password: Password::parse("canary-7").unwrap(),
        }),
        login_reason: Comment::parse(reason).unwrap(),
        comment: Comment::default(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, store::Version(0), input);
    set.await.unwrap();
    (console, port)
}

async fn test(console: &Console, port: u16, more: &str) -> Answer {
    let form = format!("host=127.0.0.1&port={port}{more}");
    let page = console.post(PAGE, &form).await;
    page.hides("canary-7").hides("AGFubmEAY2FuYXJ5LTc=");
    page
}

async fn noted(console: &Console, port: u16) -> Tested {
    let mut tests = console.store.tests(&[hop(port)]).await.unwrap();
    tests.remove(&hop(port)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_form_offers_what_is_set() {
    let (console, port) = set_up(TlsPolicy::None, "here only").await;
    let page = console
        .get(&format!("{PAGE}?host=127.0.0.1&port={port}"))
        .await;
    page.shows("As set for this smart host (None)")
        .shows("As set (anna)")
        .shows("Show settings")
        .hides("canary-7");
    let page = console
        .get(&format!("{PAGE}?host=127.0.0.1&port=465"))
        .await;
    page.shows("As usual on this port (Implicit)").hides("anna");
    console
        .get(PAGE)
        .await
        .shows("As set, or as usual on its port");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_set_is_tested_and_what_is_typed_wins() {
    let (console, port) = set_up(TlsPolicy::None, "here only").await;
    for (more, found, outcome, stored) in [
        ("", "in clear, with login", TestOutcome::Ok, true),
        (
            "&user=anna&tls=none",
            "in clear, with login",
            TestOutcome::Ok,
            true,
        ),
        (
            "&login=none",
            "in clear, without login",
            TestOutcome::Ok,
            false,
        ),
        (
            "&tls=required",
            "Mail would not be delivered",
            TestOutcome::Failure,
            false,
        ),
        (
            "&user=ben&password=x&login_reason=here",
            "does not accept user name and password",
            TestOutcome::Failure,
            false,
        ),
        (
            "&login=none&user=anna&password=canary-7&login_reason=here",
            "with login",
            TestOutcome::Ok,
            false,
        ),
        // The password of an account that is not saved goes in the clear for a reason only.
        (
            "&user=anna&password=canary-7",
            "Mail would not",
            TestOutcome::Failure,
            false,
        ),
    ] {
        let page = test(&console, port, more).await;
        assert_eq!(page.status, 200, "{more}");
        page.shows(found);
        let noted = noted(&console, port).await;
        assert_eq!((noted.outcome, noted.stored), (outcome, stored), "{more}");
        assert!(
            page.body.contains(&noted.verdict),
            "{more}: {}",
            noted.verdict
        );
        assert!(!noted.verdict.contains("canary"), "{}", noted.verdict);
    }
    let page = console.get("/smtp/smart-host-settings").await;
    page.shows("step-failure").shows("just now");
    for (more, field) in [
        ("&user=ben", "password"),
        ("&tls_name=x.example", "tls_name"),
    ] {
        let page = test(&console, port, more).await;
        assert_eq!(page.status, 422, "{more}");
        let error = page.body.split(&format!("id=\"{field}-error\"")).nth(1);
        let error = error.unwrap().split("</p>").next().unwrap();
        assert!(error.len() > 20, "{more}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_are_tested_before_they_are_saved() {
    let (console, port) = set_up(TlsPolicy::Required, "").await;
    test(&console, port, "")
        .await
        .shows("Mail would not be delivered");
    assert!(noted(&console, port).await.stored);
    // As the form of the settings sends it, with the password typed anew.
    let typed =
        "&version=1&tls=none&tls_name=&user=anna&password=canary-7&login_reason=here&comment=x";
    let page = test(&console, port, typed).await;
    page.shows("in clear, with login")
        // For the next test.
        .shows("name=\"login_reason\" value=\"here\"");
    assert!(!noted(&console, port).await.stored);
    // One that is set does not go in the clear for a reason that nobody has saved.
    let page = test(&console, port, &typed.replace("canary-7", "")).await;
    assert_eq!(page.status, 422);
    page.shows("goes in the clear only for a reason that is saved");
    let without_reason = "&tls=none&user=anna&password=";
    let page = test(&console, port, without_reason).await;
    page.shows("Mail would not be delivered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_operator_sends_the_login_that_is_set_only_as_it_is_set() {
    let (console, port) = set_up(TlsPolicy::Required, "").await;
    let operator = console.person("olga", Role::Operator, 7).await;
    let page = format!("{PAGE}?host=127.0.0.1&port={port}");
    let host = format!("host=127.0.0.1&port={port}");
    for more in [
        "tls=none&login_reason=because",
        "tls=none&user=anna",
        "tls=opportunistic",
        "tls=verified&tls_name=attacker.example",
        "tls=implicit",
    ] {
        let form = format!("{host}&{more}");
        let answer = post(&console, Some(&operator), PAGE, &form).await;
        assert_eq!(answer.status, 422, "{more}");
        let error = answer.body.split("id=\"tls-error\"").nth(1).unwrap();
        let error = error.split("</p>").next().unwrap();
        assert!(
            error.contains("Administrators change smart host settings"),
            "{more}: {error}"
        );
        answer.hides("Greeting");
    }
    assert!(console.store.tests(&[hop(port)]).await.unwrap().is_empty());
    // A reason that is typed does not count for it either.
    for more in ["", "login_reason=because", "tls=required&user=anna"] {
        let form = format!("{host}&{more}");
        let answer = post(&console, Some(&operator), PAGE, &form).await;
        answer.shows("Mail would not be delivered").hides("AGFubmE");
    }
    // Without it, or with another, anything can be tested.
    for (more, found) in [
        ("tls=none&login=none", "in clear, without login"),
        (
            "tls=none&user=anna&password=canary-7&login_reason=mine",
            "in clear, with login",
        ),
    ] {
        let form = format!("{host}&{more}");
        let answer = post(&console, Some(&operator), PAGE, &form).await;
        answer.shows(found);
    }
    // The form says so before.
    let form = get(&console, Some(&operator), &page).await;
    form.shows("<option value=\"none\" disabled>None")
        .shows("the login that is set goes with the TLS that is set")
        .shows("Test without the login that is set, with any TLS");
    get(&console, Some(&operator), &format!("{page}&login=none"))
        .await
        .hides("<option value=\"none\" disabled>None")
        .shows("Test with the login that is set");
    console
        .get(&page)
        .await
        .hides("goes with the TLS that is set");
    let settings = format!("/smtp/smart-host-settings/edit?{host}");
    get(&console, Some(&operator), &settings)
        .await
        .shows("<option value=\"none\" disabled>None");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_smart_host_without_settings_is_tested_as_usual_and_noted() {
    let (console, port) = (Console::new().await, mail_server().await);
    test(&console, port, "")
        .await
        .shows("Mail would not be delivered");
    let noted = noted(&console, port).await;
    assert_eq!((noted.outcome, noted.stored), (TestOutcome::Failure, true));
    let by_default = store::Version(0);
    assert_eq!(console.store.latest().await.unwrap(), by_default);
}
