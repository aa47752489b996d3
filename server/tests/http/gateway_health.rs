//! Whether Postfix obeys: the page, and the line on every other one.

use std::sync::Arc;

use gateway::postfix::{Check, Examination, Outcome, Report, Standing};

use crate::console::{Console, DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS};

const PAGE: &str = "/smtp/gateway";
const LINE: &str = "class=\"problems\"";

fn check(name: &str, outcome: Outcome, found: &str, fix: Option<&str>) -> Check {
    Check {
        name: name.to_owned(),
        outcome,
        found: found.to_owned(),
        fix: fix.map(str::to_owned),
    }
}

fn checks() -> Vec<Check> {
    vec![
        check("services", Outcome::Ok, "They are there.", None),
        check(
            "socket",
            Outcome::Failure,
            "There is no socket <x>.",
            Some("systemctl start smart-hosts-lookup.socket && echo \"done\""),
        ),
        check(
            "chroot",
            Outcome::Warning,
            "An old file.",
            Some("cp /etc/resolv.conf x"),
        ),
        check(
            "postfix-running",
            Outcome::Unknown,
            "Only root may ask.",
            None,
        ),
        check(
            "transport-maps",
            Outcome::Failure,
            "Not named.",
            Some("postconf -e x"),
        ),
    ]
}

async fn console(standing: Standing, checks: Vec<Check>) -> Console {
    let report = Report { checks };
    let look = move |_: &_| {
        Some(Examination {
            standing,
            report: report.clone(),
        })
    };
    Console::with(Arc::new(look)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_comes_first_with_its_fix() {
    let console = console(Standing::Open, checks()).await;
    console.get(PAGE).await.shows("has not been examined yet");
    let checked = console.post(PAGE, "").await;
    assert_eq!(
        (checked.status.as_u16(), checked.header("location")),
        (303, PAGE)
    );
    let page = console.get(PAGE).await;
    assert_eq!(page.status, 200);
    page.shows("<h1>Gateway health")
        .shows("Postfix does not obey: 2 problems.")
        .shows("There is no socket &lt;x&gt;.")
        .shows("What it cannot reach it cannot ask.")
        .shows("systemctl start smart-hosts-lookup.socket &amp;&amp; echo")
        .shows("1 check is fine")
        .shows("title=\"2026-01-01T12:00:00Z\"")
        .shows("just now")
        .hides("<script");
    let place = |text: &str| page.body.find(text).unwrap();
    let folded = place("<details");
    for (earlier, later) in [
        ("There is no socket", "An old file"),
        ("Not named.", "An old file"),
        ("An old file", "Only root may ask."),
    ] {
        assert!(place(earlier) < place(later), "{earlier}, {later}");
    }
    assert!(place("Only root may ask.") < folded && folded < place("They are there."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_says_when_postfix_does_not_obey() {
    let console = console(Standing::Restricted, checks()).await;
    let route = console.route("example.com", "mail.example.net").await;
    let details = format!("{SMART_HOSTS}/route?id={}", route.id.0);
    let pages = [
        SMART_HOSTS,
        MANAGED_DOMAINS,
        DEFAULT_ROUTING,
        "/nowhere",
        "/smtp/test",
        PAGE,
        &details,
    ];
    for page in pages {
        console.get(page).await.hides(LINE);
    }
    console.doctor.examine().await;
    for page in pages {
        let shown = console.get(page).await;
        shown.shows("Postfix does not obey: 2 problems.");
        // Behind everything that the browser brings to life.
        let behind = shown.body.split("</main>").nth(1).unwrap();
        assert!(behind.contains(LINE), "{page}: {behind}");
        assert!(behind.contains("href=\"/smtp/gateway\""), "{page}");
    }
    // And so does a form that is refused.
    let refused = console.post(SMART_HOSTS, "do=add&domain=x+y").await;
    assert_eq!(refused.status, 422);
    refused.shows(LINE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hosts_that_lead_back_are_named_and_every_page_says_so() {
    let console = console(Standing::Open, checks()).await;
    let caution = "<x> is an address of this gateway";
    console.doctor.note_loops(vec![caution.to_owned()]);
    let line = "Mail may go round: 1 host leads back to this gateway.";
    console.get(SMART_HOSTS).await.shows(LINE).shows(line);
    console
        .get(PAGE)
        .await
        .shows("Hosts that lead back")
        .shows("&lt;x&gt; is an address of this gateway");
    console.doctor.examine().await;
    let both = format!("Postfix does not obey: 2 problems. {line}");
    console.get("/smtp/test").await.shows(&both);
    console.doctor.note_loops(Vec::new());
    console.get(PAGE).await.hides("Hosts that lead back");
    console.get(SMART_HOSTS).await.shows(LINE).hides(line);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_known_is_no_alarm() {
    let failed = || {
        vec![check(
            "transport-maps",
            Outcome::Failure,
            "Not named.",
            None,
        )]
    };
    let unknown = || {
        let found = "Only root may ask.";
        vec![check("postfix-running", Outcome::Unknown, found, None)]
    };
    let warned = || vec![check("chroot", Outcome::Warning, "An old file.", None)];
    for (standing, checks, words) in [
        (
            Standing::Absent,
            unknown(),
            "There is no Postfix on this machine.",
        ),
        (Standing::Unreadable, unknown(), "--postfix-config-dir"),
        (
            Standing::NotSetUp,
            failed(),
            "sudo smart-hosts postfix config --apply",
        ),
        (
            Standing::Restricted,
            unknown(),
            "sudo smart-hosts postfix check --data-dir",
        ),
        (Standing::Open, warned(), "Postfix obeys, with 1 warning."),
    ] {
        let console = console(standing, checks).await;
        console.doctor.examine().await;
        let page = console.get(PAGE).await;
        page.shows(words).hides(LINE).hides("does not obey");
        console.get(SMART_HOSTS).await.hides(LINE);
    }
    let broken_off = Console::new().await;
    broken_off.doctor.examine().await;
    broken_off
        .get(PAGE)
        .await
        .shows("was broken off")
        .hides(LINE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_examination_is_not_asked_for_without_end() {
    let console = console(Standing::Open, checks()).await;
    let mut statuses = Vec::new();
    for _ in 0..7 {
        statuses.push(console.post(PAGE, "").await.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 303, 429]);
    let refused = console.post(PAGE, "").await;
    refused.shows("Try again in").shows("Postfix does not obey");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_slash_at_the_end_leads_to_the_page() {
    let console = Console::new().await;
    let answer = console.get("/smtp/gateway/").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (308, PAGE)
    );
}
