//! Importing a file by its pages: what is shown, and what is done.

use axum::body::Body;
use axum::http::{Method, Request};

use crate::console::{Console, MANAGED_DOMAINS, SMART_HOSTS, request};
use crate::sent::{Field, body, check, posted, query};

const REFUSED: &str = "/smtp/domains/import/refused";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_format_is_recognised() {
    let console = Console::new().await;
    let mailcow = r#"[{"id":1,"destination":"g.example","nexthop":"[mail.example.net]:25","username":"","active":1}]"#;
    for (list, label, text) in [
        (
            SMART_HOSTS,
            "Text",
            "# smart-hosts 1\na.example,mail.example.net,25\n",
        ),
        (
            SMART_HOSTS,
            "CSV",
            "domain,host,port\r\nb.example,mail.example.net,25\r\n",
        ),
        (
            SMART_HOSTS,
            "JSON",
            r#"{"format":"smart-hosts","version":1,"count":1,"routes":[{"domain":"c.example","host":"mail.example.net","port":25}]}"#,
        ),
        (
            SMART_HOSTS,
            "Postfix transport map",
            "d.example smtp:[mail.example.net]:2525\n.x.example relay:[a.example]\n",
        ),
        (SMART_HOSTS, "mailcow transport maps", mailcow),
        (
            MANAGED_DOMAINS,
            "Proxmox Mail Gateway domains",
            "e.example\nf.example\n",
        ),
        (
            MANAGED_DOMAINS,
            "Modoboa relay domains",
            "relaydomain; m.example; mail.example.net; 25; relay; True; True\n",
        ),
        (
            MANAGED_DOMAINS,
            "SpamTitan domains",
            "s.example,mail.example.net:25,none\n",
        ),
    ] {
        let page = console
            .send_file(list, "list", text.as_bytes(), "merge")
            .await;
        let shown = console.at_rest(&page).await;
        shown.shows(&format!("{label} (recognised). Other "));
        let done = console.carry_out(&page, "").await;
        done.shows("Imported list: ");
        done.shows(" added");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_would_change_is_shown_and_then_done_and_undone() {
    let console = Console::new().await;
    console.route("changed.example", "one.example.net").await;
    console.route("same.example", "mail.example.net").await;
    console.route("gone.example", "mail.example.net").await;
    // With a mark, as editors on Windows write it, and their line ends.
    let text = "\u{feff}domain,host,port\r\nnew.example,mail.example.net,25\r\n\
                changed.example,two.example.net,25\r\nsame.example,mail.example.net,25\r\n\
                bad.example,mail.example.net,99999\r\n";
    let page = console
        .send_file(SMART_HOSTS, "kunden\u{e4}.csv", text.as_bytes(), "replace")
        .await;
    let shown = console.at_rest(&page).await;
    assert_eq!(shown.status, 200);
    shown
        .shows("kunden\u{e4}.csv")
        .shows("Add 1 route, change 1 route and remove 1 route? 1 line is left out.")
        .shows("Other routes are removed.")
        .shows("new.example");
    let tab = async |name: &str| console.get(&format!("{page}&show={name}")).await;
    let changed = tab("changed").await;
    changed.shows("changed.example").hides("new.example");
    changed
        .shows("one.example.net<!>")
        .shows("two.example.net<!>");
    tab("removed").await.shows("gone.example");
    tab("same").await.shows("same.example");
    tab("refused")
        .await
        .shows("Line 5, port")
        .shows("bad.example,mail.example.net,99999");
    tab("added&q=nothing").await.shows("Nothing matches");
    tab("refused&q=bad.ex").await.shows("Line 5, port");
    let file = console.get(&format!("{REFUSED}?{}", query(&page))).await;
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"refused.txt\""
    );
    assert!(file.body.starts_with("# Line 5, port: "), "{}", file.body);
    assert_eq!(
        file.body.lines().nth(1),
        Some("bad.example,mail.example.net,99999")
    );

    // What the refused lines may have named goes only if that is said.
    let refused = console.carry_out(&page, "").await;
    assert_eq!(refused.status, 422);
    refused.shows("Lines were refused, so what they name would be removed.");
    console.get(SMART_HOSTS).await.shows("gone.example");
    let done = console.carry_out(&page, "&skip_refused=1").await;
    done.shows("Imported kunden\u{e4}.csv: 1 added, 1 changed, 1 removed, 1 refused.");
    let list = console.get(SMART_HOSTS).await;
    list.shows("new.example")
        .shows("two.example.net")
        .hides("gone.example");

    let (_, entry) = done.body.split_once("/activity/lines?entry=").unwrap();
    let entry = entry.split_once('"').unwrap().0.to_owned();
    let activity = console.get("/activity").await;
    activity
        .shows("Imported routes from kunden\u{e4}.csv: 1 added, 1 changed, 1 removed")
        .shows("Show its 3 lines")
        .hides("Up to entry");
    let lines = console.get(&format!("/activity/lines?entry={entry}")).await;
    lines
        .shows("Added route new.example")
        .shows("Changed route changed.example")
        .shows("Deleted route gone.example");
    let undo = format!(
        "change={entry}&return_to={}",
        page.replace('?', "%3F").replace('=', "%3D")
    );
    let undone = console.post("/activity/undo", &undo).await;
    assert_eq!(undone.status, 303);
    let back = console.get(undone.header("location")).await;
    back.shows("Undone.");
    let list = console.get(SMART_HOSTS).await;
    list.shows("gone.example")
        .shows("one.example.net")
        .hides("new.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pasted_lines_are_imported_too() {
    let console = Console::new().await;
    let fields: [Field<'_>; 3] = [
        ("file", Some(""), b""),
        (
            "text",
            None,
            b"own.example\r\nother.example,mail.example.net,25\r\n",
        ),
        ("format", None, b"text"),
    ];
    let answer = console.send_form(MANAGED_DOMAINS, &fields).await;
    let page = answer.header("location").to_owned();
    console
        .at_rest(&page)
        .await
        .shows("Text. Other managed domains stay.")
        .hides("(recognised)");
    let done = console.carry_out(&page, "").await;
    done.shows("Imported the pasted text: 2 added.");
    console.get(MANAGED_DOMAINS).await.shows("own.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_is_read_otherwise_without_being_sent_again() {
    let console = Console::new().await;
    console.route("old.example", "mail.example.net").await;
    let text = b"?\n";
    let page = console.send_file(SMART_HOSTS, "odd", text, "merge").await;
    console
        .at_rest(&page)
        .await
        .shows("In which format is odd?");
    let again = format!("{}&format=text&mode=replace", query(&page));
    let answer = console.post("/smtp/domains/import/again", &again).await;
    assert_eq!(answer.status, 303);
    let shown = console.at_rest(&page).await;
    shown
        .shows("Remove 1 route? 1 line is left out.")
        .shows("old.example");
    let old = check(&shown).to_owned();
    // What was not seen is not done.
    let merge = format!("{}&format=csv&mode=merge", query(&page));
    console.post("/smtp/domains/import/again", &merge).await;
    console.at_rest(&page).await.shows("Nothing would change");
    let form = format!("{}&check={old}&skip_refused=1", query(&page));
    let refused = console.post("/smtp/domains/import/commit", &form).await;
    assert_eq!(refused.status, 409);
    refused.shows("The import was checked again meanwhile.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_was_cut_off_is_doubted() {
    let console = Console::new().await;
    console.route("old.example", "mail.example.net").await;
    let text = b"# smart-hosts 1: 2 routes\nnew.example,mail.example.net,25\n";
    let page = console.send_file(SMART_HOSTS, "cut", text, "replace").await;
    console
        .at_rest(&page)
        .await
        .shows("The file says that it has 2 routes, and 1 were read")
        .shows("What it does not name would be removed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_outdated_preview_is_shown_anew() {
    let console = Console::new().await;
    let page = console
        .send_file(SMART_HOSTS, "a.txt", b"a.example,one.example,25\n", "merge")
        .await;
    console.at_rest(&page).await.shows("Add 1 route?");
    console.route("a.example", "two.example").await;
    let shown = console.carry_out(&page, "").await;
    shown
        .shows("The list has changed since the check")
        .shows("Change 1 route?")
        .shows("two.example<!>");
    // Something else that has changed does not matter.
    console.route("b.example", "two.example").await;
    console
        .carry_out(&page, "")
        .await
        .shows("Imported a.txt: 1 changed.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_preview_is_paged() {
    let console = Console::new().await;
    let lines = (0..120).map(|n| format!("d{n:03}.example,mail.example,25"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let page = console
        .send_file(SMART_HOSTS, "a.txt", text.as_bytes(), "merge")
        .await;
    let first = console.at_rest(&page).await;
    first
        .shows("d049.example")
        .hides("d050.example")
        .hides("Previous page");
    let next = |page: &str, name: &str| {
        let (before, _) = page.split_once(name).unwrap();
        let (_, href) = before.rsplit_once("href=\"").unwrap();
        href.split_once('"').unwrap().0.replace("&amp;", "&")
    };
    let second = console.get(&next(&first.body, "Next page")).await;
    second
        .shows("d050.example")
        .shows("d099.example")
        .hides("d100.example");
    let third = console.get(&next(&second.body, "Next page")).await;
    third.shows("d119.example").hides("Next page");
    let back = console.get(&next(&third.body, "Previous page")).await;
    back.shows("d050.example")
        .hides("d049.example")
        .hides("d100.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_that_make_no_sense_are_refused() {
    let console = Console::new().await;
    let file = |text: &'static [u8]| -> Field<'static> { ("file", Some("a"), text) };
    let none: Field<'_> = ("file", Some(""), b"");
    for (fields, status, words) in [
        (vec![], 422, "Choose a file, or paste some lines."),
        (vec![none], 422, "Choose a file, or paste some lines."),
        (vec![file(b"")], 422, "The file is empty."),
        (
            vec![file(b"a\n"), ("text", None, b"b".as_slice())],
            422,
            "not both",
        ),
        (
            vec![file(b"\xff\xfea\0\n\0")],
            422,
            "The file is in UTF-16.",
        ),
        (
            vec![("mode", None, &[b'x'; 200])],
            400,
            "The form was not understood",
        ),
    ] {
        let answer = console.send_form(SMART_HOSTS, &fields).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        answer.shows(words);
    }
    let whole = body(&[("file", Some("a"), b"a.example,b.example,25\n")]);
    let cut = whole[..whole.len() - 10].to_vec();
    let path = format!("{SMART_HOSTS}/import");
    let answer = console
        .send(posted(request(Method::POST, &path), cut))
        .await;
    assert_eq!(answer.status, 400);
    answer.shows("broke off");
    assert_eq!(
        console.post(&path, "text=a").await.status,
        400,
        "no such form"
    );
    // Nothing is left of them.
    console.get(&path).await.shows("Or paste the lines");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lines_in_another_encoding_are_refused_one_by_one() {
    let console = Console::new().await;
    let text = b"a.example,mail.example,25\nb.example,mail.example,25,,K\xe4se\n";
    let page = console
        .send_file(SMART_HOSTS, "latin1", text, "merge")
        .await;
    console
        .at_rest(&page)
        .await
        .shows("Add 1 route? 1 line is left out.");
    console
        .get(&format!("{page}&show=refused"))
        .await
        .shows("Line 2")
        .shows("UTF-8");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_forged_form_is_refused_before_it_is_read() {
    let console = Console::new().await;
    let request = Request::post(format!("{SMART_HOSTS}/import"))
        .header("host", "127.0.0.1:3000")
        .header("origin", "http://attacker.test");
    let never = Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    assert_eq!(console.send(posted(request, never)).await.status, 403);
}
