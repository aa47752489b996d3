//! Administrators say who may sign in.

use access::Role;
use axum::http::StatusCode;

use crate::console::{Console, SMART_HOSTS};
use crate::sign_in::{PASSWORD, get, jar, post, second_factor};

fn form(name: &str, role: &str, password: &str) -> String {
    format!(
        "name={name}&role={role}&password={}",
        password.replace(' ', "+")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_are_added_changed_and_removed() {
    let console = Console::new().await;
    console
        .get("/people")
        .await
        .shows("admin")
        .shows("Add somebody");
    for (form, words) in [
        (form("an na", "viewer", PASSWORD), "cannot hold"),
        (form("anna", "king", PASSWORD), "The roles are"),
        (form("anna", "viewer", "short"), "at least 12"),
        (
            form("admin", "viewer", PASSWORD),
            "There is an account admin already",
        ),
    ] {
        let answer = console.post("/people", &form).await;
        assert_eq!(answer.status, 422, "{words}");
        answer.hides("battery");
        if words != "The roles are" {
            answer.shows(words);
        }
    }
    let added = console
        .post("/people", &form("Anna", "operator", PASSWORD))
        .await;
    let location = added.header("location").to_owned();
    assert_eq!(location, "/people?done=added&name=anna&undo=1");
    console.get(&location).await.shows("Added anna.");
    let anna = jar(&post(&console, None, "/sign-in", &form("anna", "", PASSWORD)).await);
    let reach = async |path: &'static str| get(&console, Some(&anna), path).await.status;
    assert_eq!(
        reach("/smtp/held/release?row=1").await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(reach("/people").await, StatusCode::FORBIDDEN);

    let set = console
        .post("/people/edit", "name=anna&do=role&role=viewer")
        .await;
    assert_eq!(set.header("location"), "/people?done=role&name=anna&undo=3");
    assert_eq!(
        reach("/smtp/held/release?row=1").await,
        StatusCode::FORBIDDEN,
        "at once"
    );
    second_factor(&console, "anna").await;
    console
        .post("/people/edit", "name=anna&do=reset-second-factor")
        .await;
    let person = console
        .store
        .person(&"anna".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert!(!person.second_factor);
    console.post("/people/edit", "name=anna&do=disable").await;
    assert_eq!(reach(SMART_HOSTS).await, StatusCode::SEE_OTHER);
    console.get("/people").await.shows("disabled");
    console.post("/people/edit", "name=anna&do=enable").await;

    console
        .get("/people/remove?name=anna")
        .await
        .shows("Confirmation")
        .shows("Remove anna?");
    let removed = console.post("/people/remove", "name=anna").await;
    assert_eq!(removed.header("location"), "/people?done=removed&name=anna");
    assert_eq!(console.get("/people/remove?name=anna").await.status, 404);
    assert_eq!(
        console
            .post("/people/edit", "name=anna&do=disable")
            .await
            .status,
        404
    );
    assert_eq!(
        console
            .post("/people/edit", "name=admin&do=dance")
            .await
            .status,
        400
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_administrator_stays() {
    let console = Console::new().await;
    for (path, form) in [
        ("/people/edit", "name=admin&do=disable&sure=yes"),
        ("/people/edit", "name=admin&do=role&role=viewer&sure=yes"),
        ("/people/remove", "name=admin"),
    ] {
        let answer = console.post(path, form).await;
        assert_eq!(answer.status, 409);
        answer.shows("admin is the last administrator");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_factor_can_be_required_of_all() {
    let console = Console::new().await;
    let set = console.post("/people/second-factor", "required=yes").await;
    assert_eq!(set.header("location"), "/people?done=settings&undo=1");
    assert_eq!(
        console.get("/people").await.header("location"),
        "/account/second-factor"
    );
    assert!(console.store.second_factor_required().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_say_who_made_them_and_from_where() {
    let console = Console::new().await;
    let form = "do=add&domain=example.com&relay_host=mail.example.net&relay_port=25";
    assert_eq!(console.post(SMART_HOSTS, form).await.status, 303);
    let changes = console.store.changes(0, 9).await.unwrap();
    assert_eq!(changes[0].actor, "admin");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_role_may_not_use_is_disabled_and_says_why() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    let viewer = console.person("viewer", Role::Viewer, 5).await;
    let page = get(&console, Some(&viewer), SMART_HOSTS).await;
    page.shows("You are a viewer here. Operators and administrators change where mail goes.")
        .shows("aria-describedby=\"why-not\"")
        .hides("href=\"/people\"");
    for label in ["Edit example.com", "Delete example.com"] {
        let button = page
            .body
            .split("<button")
            .find(|button| button.contains(label))
            .unwrap();
        assert!(button.contains(" disabled"), "{button}");
    }
    // Nor by an address.
    let asked = format!("{SMART_HOSTS}?delete={}:{}", row.id.0, row.version.0);
    get(&console, Some(&viewer), &asked)
        .await
        .hides("Delete route example.com?");
    let operator = console.person("operator", Role::Operator, 6).await;
    get(&console, Some(&operator), SMART_HOSTS)
        .await
        .hides("why-not")
        .hides("href=\"/people\"");
    let settings = "/smtp/smart-host-settings/edit?host=mail.example.net&port=25";
    get(&console, Some(&operator), settings)
        .await
        .shows("Administrators change smart host settings.");
    console.get(SMART_HOSTS).await.shows("href=\"/people\"");
}
