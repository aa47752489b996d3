//! The pages of removed routes that hold mail.

use store::HeldQuery;

use crate::console::Console;

const PAGE: &str = "/smtp/held";
const RELEASE: &str = "/smtp/held/release";

async fn ids(console: &Console) -> Vec<i64> {
    let held = console.store.held(HeldQuery::default()).await.unwrap();
    held.rows.iter().map(|row| row.id.0).collect()
}

async fn gone(console: &Console, domain: &str) {
    let route = console.route(domain, "mail.example.net").await;
    console.delete(&route).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_any_it_says_what_they_are() {
    let console = Console::new().await;
    let page = console.get(PAGE).await;
    assert_eq!(page.status, 200);
    page.shows("<h1>Held mail")
        .shows("No mail is held")
        .hides("Release ticked")
        .hides("<script");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_says_since_when_and_until_when_and_leads_to_the_reasons() {
    let console = Console::new().await;
    gone(&console, ".bücher.example").await;
    gone(&console, "example.com").await;
    let page = console.get(PAGE).await;
    page.shows("2 removed routes")
        .shows("removed, holding queued mail")
        .shows(".bücher.example (.xn--bcher-kva.example)")
        .shows("subdomains only")
        .shows("datetime=\"2026-01-01T12:00:00Z\"")
        .shows("2026-01-01 12:00:00 UTC (just now)")
        .shows("2026-01-06 12:00:00 UTC (in 5 days)")
        .shows("href=\"/smtp/explain?address=any%2Exn%2D%2Dbcher%2Dkva%2Eexample\"")
        .shows("href=\"/smtp/explain?address=example%2Ecom\"");
    let page = console.get(&format!("{PAGE}?search=EXAMPLE.com")).await;
    page.shows("1 removed route<")
        .shows("value=\"EXAMPLE.com\"")
        .hides("bücher");
    let page = console.get(&format!("{PAGE}?search=%3Cb%3E")).await;
    page.shows("No removed route matches \u{201c}&lt;b&gt;\u{201d}")
        .hides("<b>");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_follow_by_key() {
    let console = Console::new().await;
    for number in 0..51 {
        gone(&console, &format!("n{number:02}.example.com")).await;
    }
    let page = console.get(PAGE).await;
    page.shows("n49.example.com")
        .hides("n50.example.com")
        .hides("First page");
    let next = page
        .body
        .split("after=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let next = console
        .get(&format!("{PAGE}?after={}", next.replace("&amp;", "&")))
        .await;
    next.shows("n50.example.com")
        .shows("First page")
        .hides("n49.example.com")
        .hides("Next page");
    let odd = console
        .get(&format!("{PAGE}?after=%00&scope=x&released=-1"))
        .await;
    assert_eq!(odd.status, 200);
    odd.shows("n00.example.com").hides("Released");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_or_several_are_released_after_a_question() {
    let console = Console::new().await;
    for domain in ["a.example", "b.example", "c.example"] {
        gone(&console, domain).await;
    }
    let [a, b, c] = ids(&console).await.try_into().unwrap();
    let question = console.get(&format!("{RELEASE}?row={a}")).await;
    question
        .shows("Confirmation")
        .shows("Release mail for a.example?")
        .hides("b.example");
    let question = console.get(&format!("{RELEASE}?row={a}&row={c}")).await;
    question
        .shows("Release mail for 2 removed routes?")
        .shows("a.example")
        .shows("c.example")
        .hides("b.example");
    assert_eq!(ids(&console).await, [a, b, c], "asking releases nothing");

    let done = console.post(RELEASE, &format!("row={a}&row={c}")).await;
    assert_eq!(done.status, 303);
    assert_eq!(ids(&console).await, [b]);
    console
        .get(done.header("location"))
        .await
        .shows("Released 2 removed routes.")
        .shows("postqueue -f");
    let last = console.store.changes(0, 99).await.unwrap().pop().unwrap();
    assert_eq!(last.actor, "admin");

    let again = console.post(RELEASE, &format!("row={a}")).await;
    assert_eq!(again.status, 404);
    again.shows("It holds no mail any more").shows("b.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_not_ticked_or_cannot_be_is_refused() {
    let console = Console::new().await;
    gone(&console, "a.example").await;
    for (form, message) in [
        ("", "Nothing is ticked"),
        ("row=x", "was not understood"),
        ("row=1&row=99999999999999999999", "was not understood"),
    ] {
        for page in [
            console.get(&format!("{RELEASE}?{form}")).await,
            console.post(RELEASE, form).await,
        ] {
            assert_eq!(page.status, 422, "{form}");
            page.shows(message).shows("a.example");
        }
    }
    assert_eq!(ids(&console).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slashes_at_the_end_lead_to_the_page() {
    let console = Console::new().await;
    for page in [PAGE, "/smtp/explain"] {
        let answer = console.get(&format!("{page}/")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (308, page)
        );
    }
}
