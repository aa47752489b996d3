//! The cells of a row that is only looked at, as text. Their buttons are told apart by their ids: see
//! [`super::row::clicked`].

use routing::Scope;

use crate::html::Html;
use crate::icon::IconName;
use crate::listing::Listing;
use crate::panel::WHY_NOT;
use crate::wire::{Fact, Row};

/// The page that shows all that is known of a route.
const DETAILS_PATH: &str = "/smtp/domains/smart-hosts/route";

/// What the cells say besides what stands in the row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// The list.
    pub(super) listing: Listing,
    /// Whoever looks may not change rows.
    pub(super) locked: bool,
    /// Managed domains without routing of their own have nowhere to go.
    pub(super) default_missing: bool,
}

/// What has become of a row while it is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Since {
    /// Somebody else has deleted the row.
    pub(super) is_gone: bool,
    /// The row is ticked.
    pub(super) is_ticked: bool,
}

/// A row as it is stored, with all its cells.
#[cfg(feature = "ssr")]
pub(super) fn whole_row(row: &Row, around: Around, class: &str) -> String {
    let mut html = Html::with_room(ROW);
    html.raw(r#"<tr role="row" id="row-"#)
        .text(&row.key.id.to_string())
        .raw(r#"" class=""#)
        .text(class)
        .raw("\">");
    write_cells(&mut html, row, around, Since::default());
    html.raw("</tr>");
    html.into_text()
}

/// The cells of a row.
pub(super) fn cells(row: &Row, around: Around, since: Since) -> String {
    let mut html = Html::with_room(ROW);
    write_cells(&mut html, row, around, since);
    html.into_text()
}

/// A usual row has so many bytes, or a few less.
const ROW: usize = 2048;

fn write_cells(html: &mut Html, row: &Row, around: Around, since: Since) {
    let name = row.name();
    let names = Names {
        name: &name,
        id: &row.key.id.to_string(),
        key: &row.key.to_string(),
    };
    tick(html, row.enabled, around, since.is_ticked, &names);
    domain(html, row, around.listing, since.is_gone, &names);
    host(html, row, around, &names);
    let port = row.port.map(|port| port.to_string()).unwrap_or_default();
    html.raw(r#"<td role="cell" class="cell-port">"#)
        .text(&port)
        .raw("</td>");
    actions(html, row, around, &names);
}

/// What a row is called, by people and by the page.
struct Names<'a> {
    name: &'a str,
    id: &'a str,
    key: &'a str,
}

fn tick(html: &mut Html, enabled: bool, around: Around, is_ticked: bool, names: &Names<'_>) {
    html.raw(r#"<td role="cell" class="cell-tick"><input type="checkbox" id="tick-"#)
        .text(names.id)
        .raw(r#"" form="selection" autocomplete="off" name="delete" value=""#)
        .text(names.key)
        .raw(r#"" aria-label="Select "#)
        .text(names.name)
        .raw("\"");
    if is_ticked {
        html.raw(" checked");
    }
    if around.locked {
        html.raw(" disabled");
    }
    html.raw(">");
    if around.listing == Listing::SmartHosts {
        switch(html, enabled, around, names);
    }
    html.raw("</td>");
}

/// Whether the route is enabled, and the way to change that.
fn switch(html: &mut Html, enabled: bool, around: Around, names: &Names<'_>) {
    html.raw(r#"<button type="submit" class="icon-button switch" role="switch" form="switch" id="switch-"#)
        .text(names.id)
        .raw(if enabled {
            r#"" aria-checked="true" name="disable" title="Disable" value=""#
        } else {
            r#"" aria-checked="false" name="enable" title="Enable" value=""#
        })
        .text(names.key)
        .raw(r#"" aria-label=""#)
        .text(names.name)
        .raw(" is enabled\"");
    may(html, around);
    html.raw("></button>");
}

/// Disables a control for whoever may not use it.
fn may(html: &mut Html, around: Around) {
    if around.locked {
        html.raw(" disabled aria-describedby=\"")
            .raw(WHY_NOT)
            .raw("\"");
    }
}

fn domain(html: &mut Html, row: &Row, listing: Listing, is_gone: bool, names: &Names<'_>) {
    html.raw(r#"<td role="cell" class="cell-domain"><div class="about"><span class="name">"#)
        .text(names.name)
        .raw("</span> ");
    if let Some(words) = scope_in_words(row.scope) {
        badge(html, words);
    }
    if !row.enabled {
        badge(html, "Disabled");
    }
    if is_gone {
        badge(html, "Deleted");
    }
    if row.domain_unicode.is_some() {
        span(html, "also", &row.pattern());
    }
    html.raw(" ");
    if !row.comment.is_empty() {
        span(html, "comment", &row.comment);
    }
    html.raw("</div> ");
    if listing == Listing::ManagedDomains {
        html.raw(r#"<span class="also">"#);
        facts(html, &row.facts);
        html.raw("</span>");
    } else {
        html.raw(r#"<a class="also" id="details-"#)
            .text(names.id)
            .raw("\" href=\"")
            .raw(DETAILS_PATH)
            .raw("?id=")
            .text(names.id)
            .raw("\">");
        facts(html, &row.facts);
        html.raw(r#"<span class="fact">Details<span class="visually-hidden"> of "#)
            .text(names.name)
            .raw("</span></span></a>");
    }
    html.raw("</td>");
}

/// What a scope is called beside a domain; nothing for that domain alone.
pub(super) fn scope_in_words(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Domain => None,
        Scope::Subdomains => Some("subdomains only"),
        Scope::Both => Some("and subdomains"),
    }
}

fn badge(html: &mut Html, words: &'static str) {
    span(html, "badge", words);
}

fn span(html: &mut Html, class: &'static str, text: &str) {
    html.raw("<span class=\"")
        .raw(class)
        .raw("\">")
        .text(text)
        .raw("</span>");
}

fn facts(html: &mut Html, facts: &[Fact]) {
    for fact in facts {
        let class = if fact.warning {
            "fact fact-warning"
        } else {
            "fact"
        };
        span(html, class, &fact.text);
    }
}

fn host(html: &mut Html, row: &Row, around: Around, names: &Names<'_>) {
    html.raw(r#"<td role="cell" class="cell-host">"#);
    if row.port.is_none() {
        span(html, "default", "Default");
        html.raw(" ");
        if around.default_missing {
            span(html, "badge badge-warning", "no default is set");
        }
    } else {
        span(html, "name", row.host_unicode.as_ref().unwrap_or(&row.host));
        html.raw(" ");
        further(html, &row.further, names);
        if row.host_unicode.is_some() {
            span(html, "also", &row.host);
        }
    }
    html.raw("</td>");
}

/// The hosts that are tried when the first cannot be reached.
fn further(html: &mut Html, hosts: &[String], names: &Names<'_>) {
    if hosts.is_empty() {
        return;
    }
    let count = hosts.len().to_string();
    html.raw(r#"<details class="further"><summary id="further-"#)
        .text(names.id)
        .raw(r#"" aria-label="+"#)
        .text(&count)
        .raw(" further host")
        .raw(if hosts.len() == 1 { "" } else { "s" })
        .raw("\">+")
        .text(&count)
        .raw("</summary><ol>");
    for host in hosts {
        html.raw("<li>").text(host).raw("</li>");
    }
    html.raw("</ol></details>");
}

fn actions(html: &mut Html, row: &Row, around: Around, names: &Names<'_>) {
    html.raw(r#"<td role="cell" class="cell-action">"#);
    questions(html, row, around, names);
    act(
        html,
        around,
        [
            r#"<button type="submit" class="icon-button" form="row-action" name="edit" title="Edit" id="edit-"#,
            "Edit ",
        ],
        names.id,
        names,
        IconName::Edit,
    );
    act(
        html,
        around,
        [
            r#"<button type="submit" class="icon-button icon-button-danger" form="row-action" name="delete" title="Delete" id="delete-"#,
            "Delete ",
        ],
        names.key,
        names,
        IconName::Delete,
    );
    html.raw("</td>");
}

fn act(
    html: &mut Html,
    around: Around,
    [button, label]: [&'static str; 2],
    value: &str,
    names: &Names<'_>,
    icon: IconName,
) {
    html.raw(button)
        .text(names.id)
        .raw("\" value=\"")
        .text(value)
        .raw("\" aria-label=\"")
        .raw(label)
        .text(names.name)
        .raw("\"");
    may(html, around);
    html.raw(">");
    icon.write(html);
    html.raw("</button>");
}

/// Links to what can be asked about a row. Whoever may not change rows may not test connections either.
fn questions(html: &mut Html, row: &Row, around: Around, names: &Names<'_>) {
    const LINK: &str = r#"<a class="icon-button" id=""#;
    if let Some(port) = row.port
        && !around.locked
    {
        html.raw(LINK)
            .raw("test-")
            .text(names.id)
            .raw(r#"" title="Test connection" href="/smtp/test?host="#)
            .text(&row.host)
            .raw("&amp;port=")
            .text(&port.to_string());
        if let Some(transport) = around.listing.delivered_by() {
            html.raw("&amp;by=").text(transport);
        }
        html.raw(r#"" aria-label="Test the connection for "#);
        end_link(html, names, IconName::Test);
    }
    // A subdomain is what such a row is for.
    let example = if row.scope == Scope::Subdomains {
        "any"
    } else {
        ""
    };
    html.raw(LINK)
        .raw("explain-")
        .text(names.id)
        .raw(r#"" title="Where will mail go?" href="/smtp/explain?address="#)
        .raw(example)
        .text(&row.pattern())
        .raw(r#"" aria-label="Where will mail go for "#);
    end_link(html, names, IconName::Explain);
}

fn end_link(html: &mut Html, names: &Names<'_>, icon: IconName) {
    html.text(names.name).raw("\">");
    icon.write(html);
    html.raw("</a>");
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::list_state::RowRef;

    const AROUND: Around = Around {
        listing: Listing::SmartHosts,
        locked: false,
        default_missing: false,
    };

    /// A route with nothing besides.
    pub(in crate::list) fn row() -> Row {
        Row {
            key: RowRef { id: 7, version: 9 },
            domain: "example.com".to_owned(),
            domain_unicode: None,
            scope: Scope::Domain,
            host: "mail.example.net".to_owned(),
            host_unicode: None,
            port: Some(587),
            comment: String::new(),
            enabled: true,
            further: Vec::new(),
            facts: Vec::new(),
        }
    }

    #[test]
    fn every_control_is_found_by_its_id_and_works_without_a_script() {
        let html = cells(&row(), AROUND, Since::default());
        for control in [
            r#"id="tick-7" form="selection" autocomplete="off" name="delete" value="7:9""#,
            r#"form="switch" id="switch-7" aria-checked="true" name="disable" title="Disable" value="7:9""#,
            r#"form="row-action" name="edit" title="Edit" id="edit-7" value="7""#,
            r#"form="row-action" name="delete" title="Delete" id="delete-7" value="7:9""#,
            r#"href="/smtp/test?host=mail.example.net&amp;port=587""#,
            r#"href="/smtp/explain?address=example.com""#,
            r#"href="/smtp/domains/smart-hosts/route?id=7""#,
        ] {
            assert!(html.contains(control), "{control} is not in {html}");
        }
        assert!(!html.contains("disabled"));
        assert!(!html.contains("badge"));
    }

    #[test]
    fn what_people_typed_is_no_markup() {
        let evil = "<script>\"'&";
        let row = Row {
            host_unicode: Some(evil.to_owned()),
            domain_unicode: Some(evil.to_owned()),
            comment: evil.to_owned(),
            further: vec![evil.to_owned()],
            facts: vec![Fact {
                text: evil.to_owned(),
                warning: true,
            }],
            ..row()
        };
        let html = cells(&row, AROUND, Since::default());
        assert!(!html.contains("<script"));
        assert!(!html.contains("\"'&"));
        assert_eq!(html.matches("&lt;script&gt;&quot;&#39;&amp;").count(), 12);
    }

    #[test]
    fn whoever_may_not_change_rows_is_offered_nothing_to_change_them_with() {
        let around = Around {
            locked: true,
            ..AROUND
        };
        let html = cells(&row(), around, Since::default());
        assert_eq!(html.matches(" disabled").count(), 4);
        assert_eq!(html.matches(WHY_NOT).count(), 3);
        assert!(!html.contains("/smtp/test"));
    }

    #[test]
    fn a_row_says_what_has_become_of_it() {
        let off = Row {
            enabled: false,
            scope: Scope::Subdomains,
            ..row()
        };
        let since = Since {
            is_gone: true,
            is_ticked: true,
        };
        let html = cells(&off, AROUND, since);
        for badge in ["subdomains only", "Disabled", "Deleted"] {
            assert!(html.contains(&format!("<span class=\"badge\">{badge}</span>")));
        }
        assert!(html.contains(" checked>"));
        assert!(html.contains("name=\"enable\""));
        assert!(html.contains("address=any.example.com"));
    }

    #[test]
    fn a_managed_domain_that_follows_no_default_says_so() {
        let row = Row {
            port: None,
            host: String::new(),
            ..row()
        };
        let around = Around {
            listing: Listing::ManagedDomains,
            default_missing: true,
            ..AROUND
        };
        let html = cells(&row, around, Since::default());
        assert!(html.contains("no default is set"));
        assert!(html.contains(r#"<td role="cell" class="cell-port"></td>"#));
        for not_there in ["switch", "/smtp/test", "Details"] {
            assert!(!html.contains(not_there), "{not_there}");
        }
    }
}
