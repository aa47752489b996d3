//! Pages are whole as the server sends them.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::console::{Console, DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_is_complete_without_javascript() {
    let console = Console::new().await;
    let row = console.route("b\u{fc}cher.net", "mail.example.net").await;
    let page = console.get(SMART_HOSTS).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    page.shows("<table role=\"table\" aria-label=\"Smart Hosts\"")
        .shows("b\u{fc}cher.net")
        .shows("xn--bcher-kva.net")
        .shows("mail.example.net")
        .shows(&format!(
            "name=\"delete\" value=\"{}:{}\"",
            row.id.0, row.version.0
        ))
        .shows("1 route")
        .shows("<title>Smart Hosts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_answers() {
    let console = Console::new().await;
    for (path, status, text) in [
        (SMART_HOSTS, 200, "No routes yet"),
        (MANAGED_DOMAINS, 200, "No managed domains yet"),
        (DEFAULT_ROUTING, 200, "There are no managed domains yet"),
        ("/healthz", 200, "ok"),
        ("/nowhere", 404, "Page not found"),
        ("/smtp/domains/smart-hosts/nowhere", 404, "Page not found"),
        ("/api/nowhere", 404, ""),
    ] {
        let page = console.get(path).await;
        assert_eq!(page.status, status, "{path}");
        page.shows(text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_row_that_is_not_there_is_said_to_be_gone() {
    let console = Console::new().await;
    console.route("example.com", "mail.example.net").await;
    for query in ["?at=99", "?edit=99", "?q=com&at=99"] {
        let page = console.get(&format!("{SMART_HOSTS}{query}")).await;
        assert_eq!(page.status, 404, "{query}");
        page.shows("That route is no longer there.")
            .shows("example.com");
    }
    for query in ["?at=1", "?edit=1", "?q=com&edit=1"] {
        let page = console.get(&format!("{SMART_HOSTS}{query}")).await;
        assert_eq!(page.status, 200, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_search_that_would_hide_the_row_is_taken_out_of_the_address() {
    let console = Console::new().await;
    console.route("example.com", "mail.example.net").await;
    let page = console
        .get(&format!("{SMART_HOSTS}?q=other&sort=port&at=1&done=added"))
        .await;
    assert_eq!(page.status, 303);
    let next = page.header("location");
    assert_eq!(next, format!("{SMART_HOSTS}?sort=port&at=1&done=added"));
    console.get(next).await.shows("Added example.com");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_default_is_shown_in_every_form_of_its_name() {
    let console = Console::new().await;
    let version = console.store.default_routing().await.unwrap().version.0;
    let form = format!("relay_host=b%C3%BCcher.net&relay_port=26&version={version}");
    assert_eq!(console.post(DEFAULT_ROUTING, &form).await.status, 303);
    console
        .get(DEFAULT_ROUTING)
        .await
        .shows("value=\"b\u{fc}cher.net\"")
        .shows("Set now: b\u{fc}cher.net (xn--bcher-kva.net), port 26.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn short_addresses_lead_to_smart_hosts() {
    let console = Console::new().await;
    for path in ["/", "/smtp", "/smtp/domains"] {
        let answer = console.get(path).await;
        assert_eq!(answer.status, 307, "{path}");
        assert_eq!(answer.header("location"), SMART_HOSTS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_final_slash_is_taken_off() {
    let console = Console::new().await;
    for (asked, page) in [
        (format!("{SMART_HOSTS}/"), SMART_HOSTS.to_owned()),
        (
            format!("{MANAGED_DOMAINS}/?q=a%26b&sort=port"),
            format!("{MANAGED_DOMAINS}?q=a%26b&sort=port"),
        ),
        (format!("{DEFAULT_ROUTING}//"), DEFAULT_ROUTING.to_owned()),
        ("/smtp/domains/".to_owned(), "/smtp/domains".to_owned()),
        ("/smtp/test/?q=".to_owned(), "/smtp/test?q=".to_owned()),
    ] {
        let answer = console.get(&asked).await;
        assert_eq!(answer.status, 308, "{asked}");
        assert_eq!(answer.header("location"), page);
    }
    for nowhere in ["/nowhere/", "//", "//smtp/domains/"] {
        assert_eq!(console.get(nowhere).await.status, 404, "{nowhere}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_typed_is_never_markup() {
    let console = Console::new().await;
    let page = console
        .get(&format!(
            "{SMART_HOSTS}?q=%3Cscript%3Ealert(1)%3C/script%3E"
        ))
        .await;
    page.hides("<script>alert").shows("&lt;script&gt;alert");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_url_says_what_the_list_shows() {
    let console = Console::new().await;
    for number in 0..60 {
        console
            .route(
                &format!("d{number:02}.net"),
                &format!("h{}.net", number % 7),
            )
            .await;
    }
    let first = console.get(SMART_HOSTS).await;
    first
        .shows("d00.net")
        .shows("d49.net")
        .hides("d50.net")
        .shows("60 routes");
    first.shows("after=d49.net,domain").shows("page=last");
    console
        .get(&format!("{SMART_HOSTS}?after=d49.net,domain"))
        .await
        .shows("d50.net")
        .shows("d59.net")
        .hides("d49.net</span>");
    console
        .get(&format!("{SMART_HOSTS}?sort=-domain&size=25"))
        .await
        .shows("d59.net")
        .hides("d34.net");
    console
        .get(&format!("{SMART_HOSTS}?q=D07"))
        .await
        .shows("1 of 60 routes")
        .hides("d08.net");
    console
        .get(&format!("{SMART_HOSTS}?q=zzz"))
        .await
        .shows("No route matches");
    // What cannot be read shows the first page.
    for query in [
        "after=%00",
        "after=,,,,",
        "at=x",
        "size=0",
        "sort=x",
        "edit=x",
        "%ff=%ff",
    ] {
        let page = console.get(&format!("{SMART_HOSTS}?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        page.shows("d00.net");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dialogs_come_open_when_the_url_asks_for_them() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    let key = format!("{}:{}", row.id.0, row.version.0);
    console
        .get(&format!("{SMART_HOSTS}?delete={key}"))
        .await
        .shows("Delete route example.com?")
        .shows(&format!("name=\"row\" value=\"{key}\""));
    console
        .get(&format!("{SMART_HOSTS}?ask=delete"))
        .await
        .shows("Nothing is ticked");
    console
        .get(&format!("{SMART_HOSTS}?ask=export"))
        .await
        .shows("Download 1 route as a file");
    console
        .get(&format!("{SMART_HOSTS}?delete=matching"))
        .await
        .shows("Delete the only route?");
    console
        .get(&format!("{SMART_HOSTS}?q=com&delete=matching"))
        .await
        .shows("Delete the 1 route that matches \u{201c}com\u{201d}?");
    console
        .get(&format!("{SMART_HOSTS}?edit={}", row.id.0))
        .await
        .shows("id=\"edit-domain\"")
        .shows("value=\"mail.example.net\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_managed_domain_without_anywhere_to_go_is_flagged() {
    let console = Console::new().await;
    console.managed("own.net", "mail.own.net").await;
    console
        .get(MANAGED_DOMAINS)
        .await
        .hides("no default is set");
    console.managed("other.net", "").await;
    console
        .get(MANAGED_DOMAINS)
        .await
        .shows("no default is set");
    console
        .get(DEFAULT_ROUTING)
        .await
        .shows("1 of 2 managed domains uses the default now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_requests_in_a_row_and_two_hundred_at_once_are_answered() {
    let console = std::sync::Arc::new(Console::new().await);
    console.route("example.com", "mail.example.net").await;
    let patience = Duration::from_secs(10);
    let paths = [SMART_HOSTS, MANAGED_DOMAINS, DEFAULT_ROUTING, "/nowhere"];
    for path in paths.iter().cycle().take(1_000) {
        let answer = tokio::time::timeout(patience, console.get(path)).await;
        let status = answer.expect("it hangs").status;
        assert_eq!(
            status,
            if *path == "/nowhere" { 404 } else { 200 },
            "{path}"
        );
    }
    let at_once: Vec<_> = paths
        .into_iter()
        .cycle()
        .take(200)
        .map(|path| {
            let console = console.clone();
            tokio::spawn(async move { console.get(path).await.status })
        })
        .collect();
    for answer in at_once {
        let status = tokio::time::timeout(patience * 3, answer)
            .await
            .expect("it hangs")
            .unwrap();
        assert!(status == 200 || status == 404, "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_switch_of_the_colours_leads_back_to_the_list_as_it_was() {
    let console = Console::new().await;
    let page = console
        .get(&format!("{SMART_HOSTS}?q=b%C3%BCcher&sort=-port"))
        .await;
    page.shows(&format!(
        "name=\"return_to\" value=\"{SMART_HOSTS}?q=b%C3%BCcher&amp;sort=-port\""
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_people_typed_ends_no_script_and_no_tag() {
    let console = Console::new().await;
    let evil = "</script><script>alert(1)</script><!--\"'&";
    let form = format!(
        "do=add&domain=example.com&relay_host=mail.example.net&relay_port=25&scope=domain&comment={}",
        utf8_percent_encode(evil, NON_ALPHANUMERIC)
    );
    assert_eq!(console.post(SMART_HOSTS, &form).await.status, 303);
    let search = utf8_percent_encode(evil, NON_ALPHANUMERIC);
    let page = console.get(&format!("{SMART_HOSTS}?q={search}")).await;
    assert_eq!(page.status, 200);
    page.shows("&lt;/script&gt;&lt;script&gt;alert(1)");
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let (_, data) = page.body.split_once("id=\"first\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let (listing, opening) = (&data["list"][0], &data["list"][1]);
    assert_eq!(listing, "smart-hosts");
    assert_eq!(opening["page"]["rows"][0]["comment"], evil);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_list_that_cannot_be_read_says_so_and_offers_to_try_again() {
    let console = Console::new().await;
    let row = console.route("example.com", "mail.example.net").await;
    console.spoil(&row);
    let page = console.get(&format!("{SMART_HOSTS}?sort=port")).await;
    assert_eq!(page.status, 500);
    page.shows("<h1>Smart Hosts")
        .shows("Smart Hosts could not be read")
        .shows("a fault of its own")
        .shows("href=\"/smtp/domains/smart-hosts?sort=port\"");
    // There is nothing that could come to life.
    assert!(!page.body.contains("<script"));
}
