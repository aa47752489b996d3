//! As it was at a moment: the difference from now, and bringing it back.

use app::plain::activity::{ACTIVITY_PATH, AsItWas, Shown, as_it_was_page, restore_page};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::{
    DifferenceQuery, Error, Moment, ObjectKey, ObjectKind, PageSize, Restore, RowId, Timestamp,
    Version,
};

use super::{Shared, failed, refusal};
use crate::http::extract::{Form, Query};

/// More objects than any page shows are not ticked by hand.
const MOST: usize = 500;

/// Which moment.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Wanted {
    at: String,
    after: String,
    beyond: String,
}

/// Names and values in the order in which they came; a name may come several times.
type Pairs = Vec<(String, String)>;

impl Wanted {
    /// The moment, if one was chosen.
    fn moment(&self) -> Option<Result<Moment, String>> {
        if let Ok(change) = self.after.parse() {
            return Some(Ok(Moment::After(change)));
        }
        let typed = self.at.trim().trim_end_matches("UTC");
        let at = typed.parse::<Timestamp>();
        (!typed.is_empty()).then(|| at.map(Moment::At).map_err(|error| error.to_string()))
    }
}

/// The page to choose a moment, with what is otherwise since.
pub(in super::super) async fn show(
    shared: Shared,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    show_with(&shared, &headers, wanted, None).await
}

async fn show_with(
    shared: &Shared,
    headers: &HeaderMap,
    wanted: Wanted,
    refused: Option<(StatusCode, String)>,
) -> Response {
    let beyond = key(&wanted.beyond);
    let difference = match wanted.moment() {
        None => Ok(None),
        Some(Err(why)) => Err((StatusCode::UNPROCESSABLE_ENTITY, why)),
        Some(Ok(Moment::At(at))) if at > (shared.backend.now)() => Err((
            StatusCode::UNPROCESSABLE_ENTITY,
            "This moment has not come yet. Choose an earlier one, in UTC.".to_owned(),
        )),
        Some(Ok(moment)) => {
            let query = DifferenceQuery {
                moment,
                after: beyond,
                size: PageSize::default(),
            };
            match shared.backend.store.difference(query).await {
                Ok(page) => Ok(Some(page)),
                Err(error @ Error::NoSuchMoment { .. }) => Err(refusal(error)),
                Err(error) => return failed(shared, headers, error),
            }
        }
    };
    let (page, wrong) = match difference {
        Ok(page) => (page, None),
        Err(wrong) => (None, Some(wrong)),
    };
    let (status, alert) = refused.or(wrong).unzip();
    let as_it_was = AsItWas {
        at: wanted.at,
        shown: page.map(|page| Shown {
            page,
            is_later: beyond.is_some(),
        }),
        alert,
        now: (shared.backend.now)(),
    };
    let page = as_it_was_page(&shared.frame(headers), as_it_was);
    (status.unwrap_or_default(), Html(page)).into_response()
}

/// What is to be brought back, as a form says it.
struct Chosen {
    change: i64,
    seen: Version,
    /// As the form named them; none for all.
    named: Vec<String>,
    what: Restore,
}

impl Chosen {
    /// Reads a form: every object readable, so that just these are meant.
    fn read(pairs: &Pairs) -> Result<Self, &'static str> {
        const WRONG: &str = "The form was not understood. Choose the moment again.";
        let value = |name| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value)
        };
        let number = |name| value(name).and_then(|value| value.parse::<i64>().ok());
        let (change, seen) = number("after").zip(number("seen")).ok_or(WRONG)?;
        let seen = Version(seen);
        if value("all").is_some() {
            return Ok(Self {
                change,
                seen,
                named: Vec::new(),
                what: Restore::All,
            });
        }
        let named: Vec<_> = pairs
            .iter()
            .filter(|(name, _)| name == "object")
            .map(|(_, value)| value.clone())
            .collect();
        let objects: Option<Vec<_>> = named.iter().map(|text| key(text)).collect();
        match objects {
            Some(objects) if objects.is_empty() => {
                Err("Nothing is ticked. Tick what is to be restored, or restore all.")
            }
            Some(objects) if objects.len() <= MOST => Ok(Self {
                change,
                seen,
                named,
                what: Restore::Objects(objects),
            }),
            _ => Err(WRONG),
        }
    }
}

/// An object, as forms name it: `route:12`.
fn key(text: &str) -> Option<ObjectKey> {
    let (kind, id) = text.split_once(':')?;
    Some(ObjectKey {
        kind: ObjectKind::named(kind)?,
        id: RowId(id.parse().ok()?),
    })
}

/// The question before it is brought back.
pub(in super::super) async fn ask_restore(
    shared: Shared,
    Query(pairs): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    let chosen = match Chosen::read(&pairs) {
        Ok(chosen) => chosen,
        Err(why) => return not_understood(&shared, &headers, &pairs, why).await,
    };
    let query = DifferenceQuery {
        moment: Moment::After(chosen.change),
        after: None,
        size: PageSize::new(1),
    };
    match shared.backend.store.difference(query).await {
        Ok(mut page) => {
            // What the person has seen, and not what has come since.
            page.latest = chosen.seen;
            Html(restore_page(&shared.frame(&headers), &page, &chosen.named)).into_response()
        }
        Err(error) => again(&shared, &headers, chosen.change, error).await,
    }
}

/// Brings it back.
pub(in super::super) async fn restore(
    shared: Shared,
    headers: HeaderMap,
    Form(pairs): Form<Pairs>,
) -> Response {
    let chosen = match Chosen::read(&pairs) {
        Ok(chosen) => chosen,
        Err(why) => return not_understood(&shared, &headers, &pairs, why).await,
    };
    let backend = &shared.backend;
    let (moment, by) = (Moment::After(chosen.change), backend.by());
    let restored = backend
        .store
        .restore(&by, moment, chosen.what, chosen.seen)
        .await;
    match restored {
        Ok(restored) => {
            backend.not_yet_published().await;
            let done = match restored.act {
                Some(act) => {
                    let password = if restored.password_stays {
                        "&password=stays"
                    } else {
                        ""
                    };
                    format!("{ACTIVITY_PATH}?restored={act}{password}")
                }
                None => ACTIVITY_PATH.to_owned(),
            };
            Redirect::to(&done).into_response()
        }
        Err(error) => again(&shared, &headers, chosen.change, error).await,
    }
}

/// The difference as it is now, saying why nothing was restored.
async fn again(shared: &Shared, headers: &HeaderMap, change: i64, error: Error) -> Response {
    let wanted = Wanted {
        after: change.to_string(),
        ..Wanted::default()
    };
    let refused = Some(refusal(error));
    show_with(shared, headers, wanted, refused).await
}

async fn not_understood(
    shared: &Shared,
    headers: &HeaderMap,
    pairs: &Pairs,
    why: &str,
) -> Response {
    let after = pairs.iter().find(|(name, _)| name == "after");
    let wanted = Wanted {
        after: after.map(|(_, value)| value.clone()).unwrap_or_default(),
        ..Wanted::default()
    };
    let refused = Some((StatusCode::UNPROCESSABLE_ENTITY, why.to_owned()));
    show_with(shared, headers, wanted, refused).await
}
