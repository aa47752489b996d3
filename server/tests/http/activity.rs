//! The pages of activity: the history, taking changes back, and what it was like earlier.

use access::{AccountName, Role};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use routing::Route;
use serde_json::{Value, json};
use store::{By, NewPerson, Verdict};

use crate::console::{Answer, Console, DEFAULT_ROUTING, SMART_HOSTS, by, request_of};

const PAGE: &str = "/activity";
const UNDO: &str = "/activity/undo";
const AS_IT_WAS: &str = "/activity/as-it-was";
const RESTORE: &str = "/activity/as-it-was/restore";

async fn routes(console: &Console) -> Vec<String> {
    let mut export = console.store.export::<Route>("").await.unwrap();
    let mut routes = Vec::new();
    while let Some(batch) = export.rows.recv().await {
        let batch = batch.unwrap().into_iter();
        routes.extend(batch.map(|row| row.value.pattern.to_string()));
    }
    routes
}

/// Where a redirect leads.
#[track_caller]
fn leads_to(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header("location")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_any_it_says_what_will_stand_there() {
    let console = Console::new().await;
    let page = console.get(PAGE).await;
    assert_eq!(page.status, 200);
    page.shows("<h1>Activity")
        .shows("Nothing has been changed yet")
        .hides("<script");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_change_says_who_when_from_where_and_what() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let by = By::new("anna", by().at).from("192.0.2.7");
    let mut value = route.value.clone();
    value.next_hops = "[b.example.net]:2525".parse().unwrap();
    console
        .store
        .edit(&by, route.id, route.version, value)
        .await
        .unwrap();
    let page = console.get(PAGE).await;
    page.shows("Changed route example.com")
        .shows("anna, from 192.0.2.7, ")
        .shows("2026-01-01 12:00:00 UTC (just now)")
        .shows("before: <!></span>mail.example.net<")
        .shows("after: <!></span>b.example.net<")
        .shows("Added route example.com")
        .shows("The command line, from this machine, ")
        .shows("href=\"/activity/undo?change=2\"")
        .shows("href=\"/activity/as-it-was?after=1\"")
        .hides("{&quot;");
    console
        .get(&format!("{PAGE}?person=anna"))
        .await
        .shows("Changed route")
        .hides("Added route");
    console
        .get(&format!(
            "{PAGE}?object=example*&kind=route&until=2026-01-02"
        ))
        .await
        .shows("Changed route")
        .shows("Added route")
        .shows("value=\"example*\"");
    console
        .get(&format!("{PAGE}?kind=managed_domain"))
        .await
        .shows("No change matches");
    console
        .get(&format!("{PAGE}?from=2026-01-01T12:00:01Z"))
        .await
        .shows("No change matches");
    let odd = console
        .get(&format!("{PAGE}?from=%3Cb%3E&before=x&after=-1&undone=x"))
        .await;
    assert_eq!(odd.status, 422);
    odd.shows("Write a moment in UTC").hides("<b>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_follow_by_key_and_keep_the_filters() {
    let console = Console::new().await;
    for number in 0..51 {
        console
            .route(&format!("n{number:02}.example.com"), "relay")
            .await;
    }
    let page = console.get(&format!("{PAGE}?object=n*")).await;
    page.shows("n50.example.com")
        .hides("route n00.example.com")
        .shows("href=\"/activity?object=n%2A&amp;before=2\"")
        .hides(">Newer<");
    let older = console.get(&format!("{PAGE}?object=n%2A&before=2")).await;
    older
        .shows("route n00.example.com")
        .hides("n50.example.com")
        .shows("href=\"/activity?object=n%2A&amp;after=1\"")
        .hides(">Older<");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn entries_are_downloaded_one_a_line() {
    let console = Console::new().await;
    console.route("a.example.com", "relay").await;
    console.route("b.example.com", "relay").await;
    let file = console.get("/activity/export?object=b*").await;
    assert_eq!(file.header("content-type"), "application/x-ndjson");
    assert!(
        file.header("content-disposition")
            .contains("activity.jsonl")
    );
    let lines: Vec<Value> = file
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["name"], "b.example.com");
    assert_eq!(lines[0]["after"]["host"], "relay");
    assert_eq!(lines[0]["hash"].as_str().unwrap().len(), 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_undone_after_a_question_and_so_is_the_undo() {
    let console = Console::new().await;
    let route = console.route("example.com", "relay").await;
    console.delete(&route).await;
    let question = console.get(&format!("{UNDO}?change=2")).await;
    assert_eq!(question.status, 200);
    question
        .shows("Confirmation")
        .shows("Undo all 2 changes that were made together?")
        .shows("Deleted route example.com")
        .shows("Began to hold mail for example.com")
        .shows("href=\"/activity/undo?change=2&amp;only=1\"")
        .shows(">OK<")
        .shows(">Cancel<");
    // A question changes nothing.
    assert!(routes(&console).await.is_empty());
    let done = console.post(UNDO, "change=2").await;
    assert_eq!(leads_to(&done), "/activity?undone=4");
    assert_eq!(routes(&console).await, ["example.com"]);
    let page = console.get("/activity?undone=4").await;
    page.shows("role=\"status\"")
        .shows("Undone. ")
        .shows("Added route example.com (undo of 2)")
        .shows("undone by 4");
    console.post(UNDO, "change=4").await;
    assert!(routes(&console).await.is_empty());
    let verdict = console.store.verify_history(None).await.unwrap();
    assert!(matches!(verdict, Verdict::Whole(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_undone_says_why() {
    let console = Console::new().await;
    let route = console.route("example.com", "relay").await;
    console.delete(&route).await;
    console.managed("example.com", "own.example.net").await;
    let question = console.get(&format!("{UNDO}?change=2")).await;
    question
        .shows("role=\"alert\"")
        .shows("This cannot be undone. example.com is a managed domain")
        .hides(">OK<");
    let refused = console.post(UNDO, "change=2").await;
    assert_eq!(refused.status, 409);
    refused.shows("This cannot be undone. example.com is a managed domain");
    for form in ["change=99", "change=x", ""] {
        let refused = console.post(UNDO, form).await;
        assert_eq!(refused.status, 404, "{form}");
        refused.shows("There is no change");
    }
    assert_eq!(console.get(&format!("{UNDO}?change=99")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_script_the_toast_undoes_and_leads_back() {
    let console = Console::new().await;
    let added = console
        .post(
            SMART_HOSTS,
            "do=add&domain=example.com&relay_host=relay&relay_port=25&scope=domain&comment=",
        )
        .await;
    let list = leads_to(&added).split('#').next().unwrap().to_owned();
    assert_eq!(list, "/smtp/domains/smart-hosts?at=1&done=added&undo=1");
    let page = console.get(&list).await;
    page.shows("action=\"/activity/undo\"")
        .shows("name=\"change\" value=\"1\"")
        .shows("name=\"return_to\" value=\"/smtp/domains/smart-hosts?at=1\"");
    let undone = console
        .post(UNDO, "change=1&return_to=/smtp/domains/smart-hosts?at=1")
        .await;
    let list = "/smtp/domains/smart-hosts?at=1&done=undone&undo=2";
    assert_eq!(leads_to(&undone), list);
    assert!(routes(&console).await.is_empty());
    console
        .get(list)
        .await
        .shows("Undone.")
        .shows("name=\"change\" value=\"2\"");
    let elsewhere = console
        .post(UNDO, "change=2&return_to=//example.com/")
        .await;
    assert_eq!(leads_to(&elsewhere), "/activity?undone=4");
    let saved = console
        .post(DEFAULT_ROUTING, "version=0&relay_host=relay&relay_port=25")
        .await;
    let page = leads_to(&saved).to_owned();
    assert_eq!(page, format!("{DEFAULT_ROUTING}?done=saved&undo=6"));
    console
        .get(&page)
        .await
        .shows("name=\"change\" value=\"6\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_to_a_change_says_how_to_undo_it() {
    let console = Console::new().await;
    let state = json!({"search": "", "sort": {"by": "domain", "descending": false}, "size": 50,
        "place": "first", "open": "nothing", "done": null, "undo": null});
    let route = console.route("example.com", "relay").await;
    let arguments = json!({"listing": "smart-hosts", "state": state,
        "selection": {"rows": [{"id": route.id, "version": route.version}]}});
    let answer = console.call("list/delete", &arguments).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let deleted: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(deleted["notice"]["undo"], 2);
    let answer = console.call("history/undo", &json!({"change": 2})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let notice: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(
        notice["done"],
        "Undone: \u{201c}Deleted route example.com\u{201d}."
    );
    assert_eq!(notice["undo"], 4);
    assert_eq!(routes(&console).await, ["example.com"]);
    let again = console.call("history/undo", &json!({"change": 2})).await;
    assert_eq!(again.status, 409);
    again.shows("This has been undone already.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_earlier_moment_is_shown_and_restored() {
    let console = Console::new().await;
    let route = console.route("a.example.com", "relay").await;
    console.delete(&route).await;
    console.route("b.example.com", "relay").await;
    console.get(AS_IT_WAS).await.shows("Moment (UTC)");
    let page = console.get(&format!("{AS_IT_WAS}?after=1")).await;
    page.shows("Since entry 1: 1 added, 0 changed, 1 deleted")
        .shows("Deleted route a.example.com")
        .shows("Added route b.example.com")
        .shows("value=\"route:1\"");
    console
        .get(&format!("{AS_IT_WAS}?at=2026-01-01+12:00:00"))
        .await
        .shows("Everything is as it was after entry 4.");
    console
        .get(&format!("{AS_IT_WAS}?at=2026-01-01"))
        .await
        .shows("1 added, 0 changed, 0 deleted");
    let wrong = console.get(&format!("{AS_IT_WAS}?at=yesterday")).await;
    assert_eq!(wrong.status, 422);
    wrong.shows("Write a moment in UTC");
    let to_come = console.get(&format!("{AS_IT_WAS}?after=99")).await;
    assert_eq!(to_come.status, 404);

    let nothing = console.get(&format!("{RESTORE}?after=1&seen=4")).await;
    assert_eq!(nothing.status, 422);
    nothing.shows("Nothing is ticked.").shows("Since entry 1");
    let question = console
        .get(&format!("{RESTORE}?after=1&seen=4&object=route:1"))
        .await;
    question
        .shows("Restore 1 object as it was after entry 1?")
        .shows("name=\"object\" value=\"route:1\"")
        .shows(">OK<");
    let done = console.post(RESTORE, "after=1&seen=4&object=route:1").await;
    assert_eq!(leads_to(&done), "/activity?restored=5");
    assert_eq!(routes(&console).await, ["a.example.com", "b.example.com"]);
    let page = console.get("/activity?restored=5").await;
    page.shows("Restored. ");
    // What was changed since it was shown is not restored unseen.
    let stale = console.post(RESTORE, "after=0&seen=4&all=1").await;
    assert_eq!(stale.status, 409);
    stale.shows("Look at the difference again.");
    let question = console
        .get(&format!("{RESTORE}?after=1&seen=6&all=1"))
        .await;
    question.shows("Restore everything as it was after entry 1?");
    console.post(RESTORE, "after=1&seen=6&all=1").await;
    assert_eq!(routes(&console).await, ["a.example.com"]);
    for form in [
        "",
        "after=1",
        "after=1&seen=6&object=route",
        "after=x&seen=6&all=1",
    ] {
        assert_eq!(console.post(RESTORE, form).await.status, 422, "{form}");
    }
}

/// Taking something back is doing something: it takes what it took to do it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_takes_back_what_they_could_not_have_done() {
    let console = Console::new().await;
    let operator = console.person("olga", Role::Operator, 2_000_000).await;
    let new = NewPerson {
        name: AccountName::parse("vera").unwrap(),
        role: Role::Viewer,
        password_hash: "$argon2id$none".to_owned(),
    };
    let person = console.store.add_person(&by(), new).await.unwrap();
    let ask = async |method: Method, path: &str, body: String| {
        let request = request_of(Some(&operator), method, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        console.send(request).await
    };
    let id = person.id.0;
    for (method, path, body) in [
        (Method::GET, format!("{UNDO}?change={id}"), String::new()),
        (Method::POST, UNDO.to_owned(), format!("change={id}")),
    ] {
        let answer = ask(method, &path, body).await;
        assert_eq!(answer.status, 403, "{path}");
        answer.shows("Administrators manage people.");
    }
    let call = request_of(Some(&operator), Method::POST, "/api/history/undo")
        .header("content-type", "application/json")
        .header("accept", "application/json")
        .body(Body::from(json!({ "change": id }).to_string()))
        .unwrap();
    assert_eq!(console.send(call).await.status, 403);
    let there = console.store.person(&person.name).await.unwrap();
    assert!(there.is_some());

    let route = console.route("example.com", "mail.example.net").await;
    let undone = ask(Method::POST, UNDO, format!("change={}", route.id.0)).await;
    assert_eq!(undone.status, 303);
    let page = console.get(PAGE).await;
    page.shows("olga, from 127.0.0.1, ");
}

/// The list to which a browser without JavaScript goes back is placed at the row that is gone by that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_undone_addition_is_not_missed() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    let id = route.id.0;
    let form = format!("change={id}&return_to={SMART_HOSTS}%3Fat%3D{id}");
    let undone = console.post(UNDO, &form).await;
    let page = console.get(leads_to(&undone)).await;
    assert_eq!(page.status, 200);
    page.shows("Undone.").hides("no longer there");
}

/// Everything is found as people write it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_searched_for_may_be_written_as_people_do() {
    let console = Console::new().await;
    console
        .route("b\u{fc}cher.example", "mail.example.net")
        .await;
    console.route("a.example", "mail.example.net").await;
    let next_hop = "mail.example.net:2525"
        .parse::<routing::NextHops>()
        .unwrap();
    let input = store::SmartHostInput {
        next_hop: next_hop.first().clone(),
        tls: routing::TlsPolicy::Required,
        login: store::Login::Keep,
        login_reason: routing::Comment::default(),
        comment: routing::Comment::default(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, store::Version(0), input);
    set.await.unwrap();
    let form = "do=add&domain=c.example&relay_host=mail.example.net&relay_port=25";
    assert_eq!(console.post(SMART_HOSTS, form).await.status, 303);
    for (query, found) in [
        (
            "object=B%C3%9CCHER.example",
            "route b\u{fc}cher.example (xn--bcher-kva.example)",
        ),
        ("object=A.EXAMPLE", "route a.example"),
        (
            "object=mail.example.net",
            "smart host mail.example.net, port 2525",
        ),
        (
            "object=mail.example.net%3A2525",
            "smart host mail.example.net, port 2525",
        ),
        ("person=Admin", "route c.example"),
        (
            "person=The+command+line&object=a.example",
            "route a.example",
        ),
    ] {
        let page = console.get(&format!("{PAGE}?{query}")).await;
        page.shows(found).hides("No change matches");
        let file = console.get(&format!("{PAGE}/export?{query}")).await;
        assert_eq!(file.status, 200, "{query}");
        assert!(!file.body.is_empty(), "{query}");
    }
    console
        .get(PAGE)
        .await
        .shows("<datalist id=\"people\">")
        .shows("<option value=\"The command line\">")
        .shows("<option value=\"admin\">");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_filter_that_cannot_be_read_exports_nothing() {
    let console = Console::new().await;
    console.route("a.example", "mail.example.net").await;
    for (query, why) in [
        ("from=yesterday", "Write a moment in UTC"),
        ("kind=nix", "There is no such kind"),
    ] {
        for path in [PAGE.to_owned(), format!("{PAGE}/export")] {
            let answer = console.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, 422, "{path}?{query}");
            answer.shows(why);
            assert!(answer.header("content-disposition").is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_can_never_be_undone_offers_no_undo() {
    let console = Console::new().await;
    let new = NewPerson {
        name: AccountName::parse("vera").unwrap(),
        role: Role::Viewer,
        password_hash: "$argon2id$none".to_owned(),
    };
    let name = new.name.clone();
    let (store, by) = (&console.store, by());
    store.add_person(&by, new).await.unwrap();
    let hash = "$argon2id$other".to_owned();
    store
        .set_person_password(&by, &name, hash, None)
        .await
        .unwrap();
    store.set_disabled(&by, &name, true).await.unwrap();
    let page = console.get(PAGE).await;
    page.shows("Set the password of vera")
        .hides("Undo: Set the password of vera")
        .shows("Undo: Disabled vera, entry 3")
        .hides("As it was before this");
    console.route("a.example", "mail.example.net").await;
    console.get(PAGE).await.shows("As it was before this");
    let to_come = console.get("/activity/as-it-was?at=2999-01-01").await;
    assert_eq!(to_come.status, 422);
    to_come.shows("This moment has not come yet.");
}
