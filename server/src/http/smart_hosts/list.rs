//! The list of smart hosts.

use app::plain::smart_hosts::{List, Opened, list_page, name};
use app::wire::Notice;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use routing::{NextHop, NextHops};
use serde::Deserialize;
use store::{SmartHostPosition, SmartHostQuery};

use super::{Backend, Shared, page};
use crate::http::extract::Query;
use crate::http::just_done::JustDone;

/// Longest search that is kept, in characters; a host name has at most 253.
const SEARCH_CHARACTERS: usize = 300;

/// What the list is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    q: String,
    /// The next hop after which the page begins.
    after: String,
    /// The next hop before which it ends.
    before: String,
    /// `last` for the last page.
    page: String,
    /// The next hop whose settings were just deleted.
    deleted: String,
    #[serde(flatten)]
    just: JustDone,
}

impl Asked {
    /// What cannot be read falls back to the first page: a mistyped address still shows the list.
    fn query(&self) -> SmartHostQuery {
        let position = match (next_hop(&self.after), next_hop(&self.before)) {
            (Some(hop), _) => SmartHostPosition::After(hop),
            (None, Some(hop)) => SmartHostPosition::Before(hop),
            (None, None) if self.page == "last" => SmartHostPosition::Last,
            (None, None) => SmartHostPosition::First,
        };
        SmartHostQuery {
            search: self.q.trim().chars().take(SEARCH_CHARACTERS).collect(),
            position,
            ..SmartHostQuery::default()
        }
    }
}

fn next_hop(text: &str) -> Option<NextHop> {
    let hops: NextHops = text.parse().ok()?;
    Some(hops.first().clone())
}

/// The list.
pub(in super::super) async fn list(
    shared: Shared,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let deleted =
        next_hop(&asked.deleted).map(|hop| format!("The settings of {} were deleted.", name(&hop)));
    let said = Said {
        notice: asked.just.notice_to_postfix(&shared.backend, deleted).await,
        ..Said::default()
    };
    show(&shared, &headers, StatusCode::OK, asked.query(), said).await
}

/// What a page of the list says beside its rows.
#[derive(Default)]
pub(super) struct Said {
    pub(super) opened: Opened,
    pub(super) notice: Option<Notice>,
    pub(super) alert: Option<String>,
}

/// The first page of the list, as the answer to something that could not be.
pub(super) async fn refuse(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    said: Said,
) -> Response {
    show(shared, headers, status, SmartHostQuery::default(), said).await
}

async fn show(
    shared: &Shared,
    headers: &HeaderMap,
    status: StatusCode,
    query: SmartHostQuery,
    said: Said,
) -> Response {
    let frame = shared.frame(headers);
    let list = read(&shared.backend, query, said).await;
    page(&frame, status, list.map(|list| list_page(&frame, list)))
}

async fn read(backend: &Backend, query: SmartHostQuery, said: Said) -> Result<List, store::Error> {
    let search = query.search.clone();
    let page = backend.store.smart_hosts(query).await?;
    let hops = page.rows.iter().map(|row| row.settings.next_hop.clone());
    let tests = backend.store.tests(&hops.collect::<Vec<_>>()).await?;
    Ok(List {
        page,
        tests,
        search,
        opened: said.opened,
        notice: said.notice,
        alert: said.alert,
        now: (backend.now)(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_by_the_smart_host_at_its_edge() {
        let hop = next_hop("[a.example]:587").unwrap();
        let asked = |after: &str, before: &str, page: &str| Asked {
            after: after.to_owned(),
            before: before.to_owned(),
            page: page.to_owned(),
            ..Asked::default()
        };
        for (asked, position) in [
            (
                asked("[a.example]:587", "", ""),
                SmartHostPosition::After(hop.clone()),
            ),
            (
                asked("", "[a.example]:587", ""),
                SmartHostPosition::Before(hop),
            ),
            (asked("", "", "last"), SmartHostPosition::Last),
            (asked("", "", ""), SmartHostPosition::First),
            (asked("[a", "]:x", "7"), SmartHostPosition::First),
        ] {
            assert_eq!(asked.query().position, position);
        }
    }
}
