//! Who may come in where: every path that is answered, walked by everybody.

use std::collections::BTreeSet;

use access::Role;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use server::http::{Door, FUNCTIONS, Requirement};

use crate::console::{Answer, Console, SMART_HOSTS, request_of};

async fn knock(console: &Console, door: &Door, cookie: Option<&str>) -> Answer {
    let path = door.path.replace("{*file}", "nothing");
    let mut request = request_of(cookie, door.method.clone(), &path)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded");
    if path.starts_with("/api/") {
        let headers = request.headers_mut().unwrap();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("accept", "application/json".parse().unwrap());
    }
    console.send(request.body(Body::from("x=y")).unwrap()).await
}

/// Whether the answer is that nobody is signed in.
fn is_turned_away(door: &Door, answer: &Answer) -> bool {
    match door.method {
        Method::GET if !door.path.starts_with("/api/") => {
            answer.status == StatusCode::SEE_OTHER
                && answer.header("location").starts_with("/sign-in?return_to=")
        }
        _ => {
            answer.status == StatusCode::UNAUTHORIZED && !answer.header("set-cookie").contains('=')
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_comes_in_anywhere_but_where_everybody_does() {
    let console = Console::new().await;
    assert!(console.doors.len() > 50);
    for door in &console.doors {
        let answer = knock(&console, door, None).await;
        // The sign-in itself says 401, too, but of what was typed.
        let expected = door.needs != Requirement::Public;
        if !door.path.contains("sign-in") {
            assert_eq!(
                is_turned_away(door, &answer),
                expected,
                "{door:?}: {}",
                answer.status
            );
        }
        let stale = knock(&console, door, Some("smart-hosts=BBBBBBBBBBBBBBBBBBBBBA")).await;
        assert_eq!(
            stale.status, answer.status,
            "{door:?} with a cookie of no session"
        );
        let junk = knock(&console, door, Some("smart-hosts=; smart-hosts=%00")).await;
        assert_eq!(
            junk.status, answer.status,
            "{door:?} with a cookie that is none"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_role_comes_in_where_it_may() {
    let console = Console::new().await;
    let mut id = 2_000_000;
    for role in Role::ALL {
        // The page to set up forbids by itself what comes without its link.
        for door in console.doors.iter().filter(|door| door.path != "/set-up") {
            // One who is known anew each time: some doors end sessions.
            id += 1;
            let cookie = console.person(&format!("p{id}"), role, id).await;
            let answer = knock(&console, door, Some(&cookie)).await;
            let may = match door.needs {
                Requirement::May(permission) => role.may(permission),
                _ => true,
            };
            assert_eq!(
                answer.status == StatusCode::FORBIDDEN,
                !may,
                "{role} at {door:?}: {}",
                answer.status
            );
            if let Requirement::May(permission) = door.needs
                && !may
            {
                answer.shows(&role.why_not(permission).unwrap().replace('\'', "&#x27;"));
            }
            if may && door.needs != Requirement::Public {
                assert!(!is_turned_away(door, &answer), "{role} at {door:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_form_is_open_to_viewers_but_their_own_account() {
    let console = Console::new().await;
    let open: Vec<_> = console
        .doors
        .iter()
        .filter(|door| door.method != Method::GET)
        .filter(|door| match door.needs {
            Requirement::May(permission) => Role::Viewer.may(permission),
            _ => true,
        })
        .map(|door| door.path.as_str())
        .collect();
    assert_eq!(
        open,
        [
            "/theme",
            "/set-up",
            "/sign-in",
            "/sign-in/code",
            "/sign-out",
            "/account/password",
            "/account/second-factor",
            "/account/second-factor/remove",
            "/account/recovery-codes",
            "/account/sessions",
            // Server functions that only read, and the sign-in.
            "/api/list/page",
            "/api/list/rows",
            "/api/default-routing/read",
            "/api/session/sign-in",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_server_function_is_in_the_table() {
    let console = Console::new().await;
    let table: BTreeSet<_> = FUNCTIONS
        .iter()
        .map(|(name, _)| format!("/api/{name}"))
        .collect();
    let known: BTreeSet<_> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.to_owned())
        .collect();
    assert_eq!(known, table);
    let doors = console.doors.iter().map(|door| door.path.clone());
    assert!(table.is_subset(&doors.collect()));
    // Any other is none.
    let answer = console.call("list/nothing", &serde_json::json!({})).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn server_functions_say_what_is_wrong_in_their_own_form() {
    let console = Console::new().await;
    let viewer = console.person("viewer", Role::Viewer, 7).await;
    let call = async |cookie| {
        let request = request_of(cookie, Method::POST, "/api/list/delete")
            .header("content-type", "application/json")
            .header("accept", "application/json");
        console.send(request.body(Body::from("{}")).unwrap()).await
    };
    let nobody = call(None).await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.body.as_str()),
        (401, "\"signed_out\"")
    );
    let viewer = call(Some(&viewer)).await;
    assert_eq!(viewer.status, 403);
    viewer.shows("{\"forbidden\":\"You are a viewer here.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_from_elsewhere_leads_to_the_page_once_the_cookie_comes_along() {
    let console = Console::new().await;
    let ask = async |site: &'static str| {
        let mut request = request_of(None, Method::GET, &format!("{SMART_HOSTS}?q=a&x=b"))
            .header("sec-fetch-mode", "navigate")
            .body(Body::empty())
            .unwrap();
        let site = axum::http::HeaderValue::from_static(site);
        request.headers_mut().insert("sec-fetch-site", site);
        console.send(request).await
    };
    let answer = ask("cross-site").await;
    assert_eq!(answer.status, 200);
    answer.shows(
        "<meta http-equiv=\"refresh\" content=\"0;url=/smtp/domains/smart-hosts?q=a&#38;x=b\">",
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    // Then, or where no cookie would come along, the way leads to the sign-in.
    for site in ["same-origin", "same-site", "none"] {
        let answer = ask(site).await;
        assert_eq!(answer.status, 303, "{site}");
        assert_eq!(
            answer.header("location"),
            "/sign-in?return_to=%2Fsmtp%2Fdomains%2Fsmart%2Dhosts%3Fq%3Da%26x%3Db"
        );
    }
}
