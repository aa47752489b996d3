//! Forms that were sent when the session had ended, with a password in them: it does not go along, and
//! nothing is done without it.

use access::Role;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use routing::{Account, Comment, NextHop, Password, TlsPolicy, UserName};
use store::{Login, SmartHostInput, Version};

use crate::console::{Answer, Console, by};
use crate::sign_in::{PASSWORD, add, jar, post};

const EDIT: &str = "/smtp/smart-host-settings/edit";

/// Sends a form without a session, and signs anna in on the page that answers.
async fn sent_too_late(console: &Console, path: &str, form: &str) -> Answer {
    let refused = post(console, None, path, form).await;
    assert_eq!(refused.status, 401);
    refused.hides("canary");
    let value = |name: &str| {
        let marked = format!("name=\"{name}\" value=\"");
        let rest = refused.body.split(&marked).nth(1).unwrap();
        let text = rest.split('"').next().unwrap().replace("&amp;", "&");
        utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
    };
    let form = format!(
        "name=anna&password={}&carried_to={}&carried={}&return_to={}",
        PASSWORD.replace(' ', "+"),
        value("carried_to"),
        value("carried"),
        value("return_to"),
    );
    post(console, None, "/sign-in", &form).await
}

/// Sends what "Continue" sends.
async fn go_on(console: &Console, page: &Answer) -> Answer {
    let to = page.body.split("action=\"").nth(1).unwrap();
    let to = to.split('"').next().unwrap();
    let fields = page.body.split("<input type=\"hidden\" name=\"").skip(1);
    let fields: Vec<_> = fields
        .map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            let value = rest.split('"').next().unwrap();
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        })
        .collect();
    post(console, Some(&jar(page)), to, &fields.join("&")).await
}

async fn console() -> Console {
    let console = Console::new().await;
    add(&console, "anna", Role::Administrator).await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_are_not_saved_without_the_password_that_was_typed() {
    let console = console().await;
    let of = NextHop {
        host: "mail.example.net".parse().unwrap(),
        port: "587".parse().unwrap(),
    };
    let input = SmartHostInput {
        next_hop: of.clone(),
        tls: TlsPolicy::Required,
        login: Login::Set(Account {
            user: UserName::parse("gw").unwrap(),
            password: Password::parse("the old one").unwrap(),
        }),
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, Version(0), input).await;
    let version = set.unwrap().version;
    let form = format!(
        "host=mail.example.net&port=587&version={}&tls=required&tls_name=&user=gw&login_reason=&comment=new",
        version.0
    );
    let late = sent_too_late(&console, EDIT, &format!("{form}&password=canary")).await;
    late.shows("asks for it again")
        .shows("name=\"left_out\" value=\"password\"")
        .shows("href=\"/smtp/smart-host-settings/edit?host=mail%2Eexample%2Enet&amp;port=587\"");
    let filled_in = go_on(&console, &late).await;
    assert_eq!(filled_in.status, 422);
    filled_in
        .shows("value=\"new\"")
        .shows("value=\"gw\"")
        .shows("Type it again");
    let now = console.store.smart_host(&of).await.unwrap();
    assert_eq!(now.version, version, "nothing was changed");

    // Whoever has typed none has lost none.
    let late = sent_too_late(&console, EDIT, &format!("{form}&password=")).await;
    late.shows("It was kept.").hides("left_out");
    assert_eq!(go_on(&console, &late).await.status, 303);
    let now = console.store.smart_host(&of).await.unwrap();
    assert_eq!(now.settings.comment.as_str(), "new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_tested_and_nobody_added_without_the_password_that_was_typed() {
    let console = console().await;
    for (path, form) in [
        (
            "/smtp/test",
            "host=127.0.0.1&port=9&user=gw&password=canary",
        ),
        (
            "/people",
            "name=ben&role=viewer&password=canary-that-signs-in",
        ),
    ] {
        let late = sent_too_late(&console, path, form).await;
        let filled_in = go_on(&console, &late).await;
        assert_eq!(filled_in.status, 422, "{path}");
        filled_in.shows("Type it again");
    }
    assert_eq!(console.store.people().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_of_passwords_leads_back_to_its_page() {
    let console = console().await;
    for (path, form, page) in [
        (
            "/account/password",
            "password=canary&password_new=canary&password_again=canary",
            "/account",
        ),
        ("/people/sessions", "name=ben&password=canary", "/people"),
    ] {
        let late = sent_too_late(&console, path, form).await;
        late.shows("passwords and codes are not kept")
            .shows(&format!("href=\"{page}\""))
            .hides("<form");
    }
}
