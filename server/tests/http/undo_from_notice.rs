//! Pages without a module offer to take back what was just done there.

use routing::{Comment, NextHops, Password, Route, TlsPolicy, UserName};
use store::{HeldQuery, Login, SmartHostInput, Version};

use crate::console::{Answer, Console, by};
use crate::sign_in::PASSWORD;

const SETTINGS: &str = "/smtp/smart-host-settings";
const EDIT: &str = "/smtp/smart-host-settings/edit?host=a.example&port=587";

/// The value of a hidden field of the form that takes something back.
fn hidden(page: &Answer, name: &str) -> Option<String> {
    let form = page.body.split("action=\"/activity/undo\"").nth(1)?;
    let form = form.split("</form>").next()?;
    let field = form.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    Some(field.split('"').next()?.replace("&amp;", "&"))
}

/// The page to which an answer leads.
async fn follow(console: &Console, answer: &Answer) -> Answer {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = console.get(answer.header("location")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

/// Takes back what the page to which an answer leads offers to take back, and returns the page that
/// says so.
async fn undo(console: &Console, done: &Answer) -> Answer {
    let page = follow(console, done).await;
    let change = hidden(&page, "change").unwrap_or_else(|| panic!("no Undo: {}", page.body));
    let back = hidden(&page, "return_to").unwrap();
    let encoded = back.replace('%', "%25").replace('&', "%26");
    let form = format!("change={change}&return_to={encoded}");
    let undone = console.post("/activity/undo", &form).await;
    assert!(undone.header("location").starts_with(&back));
    let page = follow(console, &undone).await;
    page.shows("Undone.");
    // An undo is a change as any other.
    assert!(hidden(&page, "change").is_some_and(|again| again != change));
    page
}

fn login(password: &str) -> Login {
    Login::Set(routing::Account {
        user: UserName::parse("anna").unwrap(),
        password: Password::parse(password).unwrap(),
    })
}

/// Sets `a.example`, port 587, up, and returns the version.
async fn set(console: &Console, login: Login) -> Version {
    let next_hop = "[a.example]:587".parse::<NextHops>().unwrap();
    let next_hop = next_hop.first().clone();
    let seen = console.store.smart_host(&next_hop).await.unwrap().version;
    let input = SmartHostInput {
        next_hop,
        tls: TlsPolicy::Required,
        login,
        login_reason: Comment::default(),
        comment: Comment::default(),
    };
    let set = console.store.set_smart_host(&by(), seen, input).await;
    set.unwrap().version
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn settings_of_a_smart_host() {
    let console = Console::new().await;
    let form = "host=a.example&port=587&version=0&tls=implicit&comment=spare";
    let refused = console.post("/smtp/smart-host-settings/edit", form).await;
    assert_eq!(hidden(&refused, "change"), None);
    let form = "host=a.example&port=587&version=0&tls=required&comment=spare";
    let saved = console.post("/smtp/smart-host-settings/edit", form).await;
    undo(&console, &saved)
        .await
        .shows("<h1>a.example, port 587")
        .shows("Nothing has been set yet");
    console.get(EDIT).await.hides("/activity/undo");

    let version = set(&console, Login::None).await;
    // What was so already is no change.
    let form = format!("host=a.example&port=587&version={}&tls=required", version.0);
    let same = console.post("/smtp/smart-host-settings/edit", &form).await;
    let page = follow(&console, &same).await;
    page.shows("Saved.").hides("/activity/undo");
    let form = format!("host=a.example&port=587&version={}", version.0);
    let deleted = console
        .post("/smtp/smart-host-settings/delete", &form)
        .await;
    let page = undo(&console, &deleted).await;
    page.shows("<h1>Smart host settings").shows("a.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_password_that_stays_is_mentioned() {
    let console = Console::new().await;
    set(&console, login("first-7")).await;
    let version = set(&console, login("second-7")).await;
    let form = format!(
        "host=a.example&port=587&version={}&tls=verified&user=anna&password=third-7",
        version.0
    );
    let saved = console.post("/smtp/smart-host-settings/edit", &form).await;
    let page = undo(&console, &saved).await;
    page.shows("Passwords stay as they are now")
        .shows("The password is set.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_release_of_held_mail() {
    let console = Console::new().await;
    for domain in ["a.example", "b.example"] {
        let route = console.route(domain, "mail.example.net").await;
        console.delete(&route).await;
    }
    let held = async || {
        let held = console.store.held(HeldQuery::default()).await.unwrap();
        held.rows
            .iter()
            .map(|row| row.value.pattern.to_string())
            .collect::<Vec<_>>()
    };
    let rows = console.store.held(HeldQuery::default()).await.unwrap().rows;
    let form = format!("row={}&row={}", rows[0].id.0, rows[1].id.0);
    let released = console.post("/smtp/held/release", &form).await;
    assert_eq!(held().await, [""; 0]);
    undo(&console, &released).await.shows("2 removed routes<");
    assert_eq!(held().await, ["a.example", "b.example"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_hosts_of_a_route() {
    let console = Console::new().await;
    let route = console.route("example.com", "one.example.net").await;
    let form = format!(
        "id={}&version={}&hosts=two.example.net",
        route.id.0, route.version.0
    );
    let saved = console.post("/smtp/domains/smart-hosts/route", &form).await;
    let page = undo(&console, &saved).await;
    page.shows("one.example.net:25</textarea>");
    let now = console.store.get::<Route>(route.id).await.unwrap();
    assert_eq!(now.unwrap().value, route.value);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_done_to_people() {
    let console = Console::new().await;
    let anna = async || {
        let anna = console.store.person(&"anna".parse().unwrap()).await;
        anna.unwrap().map(|anna| (anna.role, anna.disabled))
    };
    let password = PASSWORD.replace(' ', "+");
    let form = format!("name=anna&role=operator&password={password}");
    let added = console.post("/people", &form).await;
    undo(&console, &added).await.shows("<h1>People");
    assert_eq!(anna().await, None);

    console.post("/people", &form).await;
    let before = anna().await;
    for change in ["do=role&role=viewer", "do=disable"] {
        let form = format!("name=anna&{change}");
        let changed = console.post("/people/edit", &form).await;
        assert_ne!(anna().await, before, "{change}");
        undo(&console, &changed).await;
        assert_eq!(anna().await, before, "{change}");
    }
    let same = console
        .post("/people/edit", "name=anna&do=role&role=operator")
        .await;
    let page = follow(&console, &same).await;
    page.shows("The role of ").hides("/activity/undo");
    // No password is kept that could be put back.
    let removed = console.post("/people/remove", "name=anna").await;
    let page = follow(&console, &removed).await;
    page.shows("Removed ").hides("/activity/undo");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_taken_back_any_more_says_why() {
    let console = Console::new().await;
    let form = "host=a.example&port=587&version=0&tls=required";
    let saved = console.post("/smtp/smart-host-settings/edit", form).await;
    let page = follow(&console, &saved).await;
    let change = hidden(&page, "change").unwrap();
    let form = format!("host=a.example&port=587&version={change}&tls=verified");
    let since = console.post("/smtp/smart-host-settings/edit", &form).await;
    assert_eq!(since.status, 303);
    let form = format!("change={change}&return_to={SETTINGS}");
    let refused = console.post("/activity/undo", &form).await;
    assert_eq!(refused.status, 409);
    refused.shows("Undo that first");
}
