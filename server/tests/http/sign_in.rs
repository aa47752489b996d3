//! Signing in: what is let in, what is not, and what guessing costs.

use access::{NewPassword, RecoveryCode, Role, Seed};
use axum::body::Body;
use axum::http::Method;
use secrecy::zeroize::Zeroizing;
use serde_json::json;
use store::{NewPerson, ObjectKind};

use crate::console::{Answer, Console, SMART_HOSTS, by, now, request_of};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Somebody with this name and [`PASSWORD`].
pub(crate) async fn add(console: &Console, name: &str, role: Role) {
    let name = name.parse().unwrap();
    let password = NewPassword::parse(PASSWORD.into(), &name).unwrap();
    let new = NewPerson {
        name,
        role,
        password_hash: password.hash().unwrap(),
    };
    console.store.add_person(&by(), new).await.unwrap();
}

/// Gives somebody a second factor.
pub(crate) async fn second_factor(console: &Console, name: &str) -> (Seed, Vec<RecoveryCode>) {
    let seed = Seed::new().unwrap();
    let codes = RecoveryCode::set().unwrap();
    let kept = codes.iter().map(RecoveryCode::digest).collect();
    let bytes = Zeroizing::new(seed.expose().to_vec());
    console
        .store
        .set_second_factor(&by(), &name.parse().unwrap(), bytes, 0, kept, None)
        .await
        .unwrap();
    (seed, codes)
}

/// Posts a form with these cookies.
pub(crate) async fn post(
    console: &Console,
    cookie: Option<&str>,
    path: &str,
    form: &str,
) -> Answer {
    let request = request_of(cookie, Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()))
        .unwrap();
    console.send(request).await
}

/// Loads a page with these cookies.
pub(crate) async fn get(console: &Console, cookie: Option<&str>, path: &str) -> Answer {
    let request = request_of(cookie, Method::GET, path)
        .body(Body::empty())
        .unwrap();
    console.send(request).await
}

/// The cookies that an answer sets, with what belongs to them.
pub(crate) fn cookies(answer: &Answer) -> Vec<String> {
    let set = answer.headers.get_all("set-cookie").iter();
    set.map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect()
}

/// The cookies as a browser sends them back.
pub(crate) fn jar(answer: &Answer) -> String {
    let set = cookies(answer);
    let pairs: Vec<_> = set
        .iter()
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect();
    pairs.join("; ")
}

async fn sign_in(console: &Console, cookie: Option<&str>, name: &str, password: &str) -> Answer {
    let password = password.replace(' ', "+");
    post(
        console,
        cookie,
        "/sign-in",
        &format!("name={name}&password={password}"),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_signs_in_and_out() {
    let console = Console::new().await;
    add(&console, "anna", Role::Operator).await;
    let form = format!(
        "name=Anna&password={}&return_to=%2Fsmtp%2Fheld",
        PASSWORD.replace(' ', "+")
    );
    let answer = post(&console, None, "/sign-in", &form).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/smtp/held")
    );
    let set = cookies(&answer);
    let session = set
        .iter()
        .find(|cookie| cookie.starts_with("smart-hosts="))
        .unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Strict"),
        "{session}"
    );
    assert!(
        session.contains("Path=/") && !session.contains("Max-Age"),
        "{session}"
    );
    let device = set
        .iter()
        .find(|cookie| cookie.starts_with("smart-hosts-device="))
        .unwrap();
    assert!(
        device.contains("HttpOnly") && device.contains("SameSite=Strict"),
        "{device}"
    );
    let jar = jar(&answer);
    let page = get(&console, Some(&jar), SMART_HOSTS).await;
    assert_eq!(page.status, 200);
    page.shows("data-person=\"anna\"")
        .shows("data-role=\"operator\"")
        .shows("Sign out");

    let changes = console.store.changes(0, 99).await.unwrap();
    let last = changes.last().unwrap();
    assert_eq!(
        (last.kind, last.actor.as_str()),
        (ObjectKind::SignIn, "anna")
    );
    let out = post(&console, Some(&jar), "/sign-out", "").await;
    assert_eq!(out.header("location"), "/sign-in?done=signed-out");
    assert_eq!(get(&console, Some(&jar), SMART_HOSTS).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn by_tls_cookies_go_no_other_way() {
    let console = Console::over_tls().await;
    add(&console, "anna", Role::Viewer).await;
    let answer = sign_in(&console, None, "anna", PASSWORD).await;
    assert_eq!(answer.status, 303);
    let set = cookies(&answer);
    assert_eq!(set.len(), 2);
    for (cookie, name) in set
        .iter()
        .zip(["__Host-smart-hosts-device=", "__Host-smart-hosts="])
    {
        assert!(set.iter().any(|cookie| cookie.starts_with(name)), "{set:?}");
        assert!(
            cookie.contains("; Secure") && cookie.contains("Path=/"),
            "{cookie}"
        );
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert_eq!(
        get(&console, Some(&jar(&answer)), SMART_HOSTS).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_answer_is_the_same_whatever_is_wrong() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    add(&console, "ben", Role::Viewer).await;
    console
        .store
        .set_disabled(&by(), &"ben".parse().unwrap(), true)
        .await
        .unwrap();
    let mut answers = Vec::new();
    for (name, password) in [
        ("anna", "another password"),
        ("nobody", PASSWORD),
        ("ben", PASSWORD),
        ("anna", ""),
    ] {
        let answer = sign_in(&console, None, name, password).await;
        assert_eq!(answer.status, 401, "{name}");
        assert!(cookies(&answer).is_empty());
        // But for the number with which each answer names its script.
        let nonce = answer.body.split("nonce=\"").nth(1).unwrap();
        let nonce = nonce.split('"').next().unwrap();
        answers.push(answer.body.replace(nonce, "NONCE").replace(name, "NAME"));
    }
    for answer in &answers {
        assert_eq!(*answer, answers[0]);
    }
    assert!(answers[0].contains("do not belong together"));
    assert!(!answers[0].contains("another+password") && !answers[0].contains("another password"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_id_that_somebody_else_knows_is_not_the_one_of_the_session() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    for planted in [
        "smart-hosts=CCCCCCCCCCCCCCCCCCCCCA",
        "smart-hosts=AAAAAAAAAAAAA1000000AA",
    ] {
        let answer = sign_in(&console, Some(planted), "anna", PASSWORD).await;
        assert_eq!(answer.status, 303);
        assert!(!jar(&answer).contains(planted), "{planted}");
        assert_ne!(get(&console, Some(planted), "/account").await.status, 200);
    }
    // Two sign-ins are two sessions.
    let (one, two) = (
        jar(&sign_in(&console, None, "anna", PASSWORD).await),
        jar(&sign_in(&console, None, "anna", PASSWORD).await),
    );
    assert_ne!(one, two);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_factor_is_asked_for_and_each_code_is_good_once() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let (seed, codes) = second_factor(&console, "anna").await;
    let code = seed.code(now().since_epoch().as_secs());
    let begin = async || {
        let asked = sign_in(&console, None, "anna", PASSWORD).await;
        assert_eq!(asked.status, 200);
        asked.shows("Second factor").shows("one-time-code");
        let between = jar(&asked);
        // A password alone opens nothing.
        assert_eq!(get(&console, Some(&between), SMART_HOSTS).await.status, 303);
        between
    };
    let between = begin().await;
    let wrong = post(&console, Some(&between), "/sign-in/code", "code=000000").await;
    assert_eq!(wrong.status, 401);
    let right = post(
        &console,
        Some(&between),
        "/sign-in/code",
        &format!("code={code}"),
    )
    .await;
    assert_eq!(right.status, 303);
    assert!(!jar(&right).contains(&between), "a new id");
    assert_eq!(
        get(&console, Some(&jar(&right)), SMART_HOSTS).await.status,
        200
    );
    let again = post(
        &console,
        Some(&begin().await),
        "/sign-in/code",
        &format!("code={code}"),
    )
    .await;
    assert_eq!(
        again.status, 401,
        "a code that was watched is worth nothing"
    );

    let recovery = codes[0].expose();
    let by_recovery = post(
        &console,
        Some(&begin().await),
        "/sign-in/code",
        &format!("code={recovery}"),
    )
    .await;
    assert_eq!(by_recovery.status, 303);
    let again = post(
        &console,
        Some(&begin().await),
        "/sign-in/code",
        &format!("code={recovery}"),
    )
    .await;
    assert_eq!(again.status, 401);
    // Without a password there is nothing to show a code for.
    let none = post(
        &console,
        None,
        "/sign-in/code",
        &format!("code={}", codes[1].expose()),
    )
    .await;
    assert_eq!(none.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guessing_is_slow_and_locks_nobody_out_who_was_here_before() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let known = jar(&sign_in(&console, None, "anna", PASSWORD).await);
    for _ in 0..4 {
        assert_eq!(
            sign_in(&console, None, "anna", "a wrong password")
                .await
                .status,
            401
        );
    }
    let answer = sign_in(&console, None, "anna", PASSWORD).await;
    assert_eq!(answer.status, 429);
    answer.shows("Try again in");
    // A name that nobody has is treated the same.
    for _ in 0..4 {
        assert_eq!(
            sign_in(&console, None, "nobody", "a wrong password")
                .await
                .status,
            401
        );
    }
    assert_eq!(
        sign_in(&console, None, "nobody", "a wrong password")
            .await
            .status,
        429
    );
    // The browser that was signed in before is not slowed down by what others did.
    let answer = sign_in(&console, Some(&known), "anna", PASSWORD).await;
    assert_eq!(answer.status, 303);
    let changes = console.store.changes(0, 99).await.unwrap();
    assert_eq!(
        changes.last().unwrap().after.as_ref().unwrap()["failures_before"],
        4,
        "but it is told of them"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_typed_into_a_form_is_kept_through_the_sign_in() {
    let console = Console::new().await;
    add(&console, "anna", Role::Operator).await;
    let form =
        "do=add&domain=kept.example&relay_host=mail.example.net&relay_port=25&password=canary";
    let page = format!("{SMART_HOSTS}?q=x");
    let refused = post(&console, None, &page, form).await;
    assert_eq!(refused.status, 401);
    refused
        .shows("What you typed is kept")
        .hides("canary")
        .shows("kept%2Eexample");
    let carried = "do=add&domain=kept%2Eexample&relay%5Fhost=mail%2Eexample%2Enet&relay%5Fport=25";
    let encode = |text: &str| {
        text.replace('%', "%25")
            .replace('&', "%26")
            .replace('=', "%3D")
    };
    let form = format!(
        "name=anna&password={}&carried_to={}&carried={}",
        PASSWORD.replace(' ', "+"),
        page.replace('/', "%2F")
            .replace('?', "%3F")
            .replace('=', "%3D"),
        encode(carried)
    );
    let signed_in = post(&console, None, "/sign-in", &form).await;
    assert_eq!(signed_in.status, 200);
    signed_in
        .shows("Continue")
        .shows("It was kept.")
        .shows("name=\"domain\" value=\"kept.example\"")
        .shows(&format!("action=\"{page}\""));
    // Nothing goes where no form is.
    let form = form.replace("smart-hosts%3F", "elsewhere%3F");
    let signed_in = post(&console, None, "/sign-in", &form).await;
    assert_eq!(signed_in.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_living_page_signs_in_again() {
    let console = Console::new().await;
    add(&console, "anna", Role::Viewer).await;
    let (seed, _) = second_factor(&console, "anna").await;
    let call = async |cookie: Option<&str>, password: &str, code: &str| {
        let body = json!({ "name": "anna", "password": password, "code": code });
        let request = request_of(cookie, Method::POST, "/api/session/sign-in")
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        console.send(request).await
    };
    let wrong = call(None, "a wrong password", "").await;
    assert_eq!(wrong.status, 401);
    wrong.shows("{\"refused\":");
    let asked = call(None, PASSWORD, "").await;
    assert_eq!(
        (asked.status.as_u16(), asked.body.as_str()),
        (200, "\"code_needed\"")
    );
    let code = seed.code(now().since_epoch().as_secs());
    let done = call(Some(&jar(&asked)), PASSWORD, &code).await;
    assert_eq!(
        (done.status.as_u16(), done.body.as_str()),
        (200, "\"done\"")
    );
    assert_eq!(
        get(&console, Some(&jar(&done)), SMART_HOSTS).await.status,
        200
    );
    assert!(jar(&done).contains("smart-hosts-device="));
}
