//! Taking in a file that is sent: piece by piece, within limits, and put aside.

use std::io;
use std::sync::Arc;

use access::Token;
use app::listing::Listing;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::act::SOON;
use super::job::{Job, Of};
use super::registry::Refusal;
use super::show::{Chosen, refuse, to};
use super::spool::{Spool, Spooled};
use crate::http::Shared;
use crate::http::extract::Parts;

/// A field that is no file has no more bytes than this.
const SHORT: usize = 100;
/// A file's name is cut after so many characters.
const NAME: usize = 255;

/// Takes a file in, and begins to check it.
pub(in crate::http) async fn upload(
    listing: Listing,
    shared: Shared,
    headers: HeaderMap,
    Parts(mut parts): Parts,
) -> Response {
    let mut chosen = Chosen::default();
    let who = &shared.backend.who;
    let (Some(person), Some(session)) = (who.person, who.session) else {
        let nobody = (StatusCode::FORBIDDEN, "Sign in to import.".to_owned());
        return refuse(&shared, &headers, listing, chosen.how(), nobody);
    };
    let sending = match shared.imports.send(person).await {
        Ok(sending) => sending,
        Err(refusal) => {
            let status = match refusal {
                Refusal::Yours => StatusCode::CONFLICT,
                Refusal::TooMany => StatusCode::TOO_MANY_REQUESTS,
            };
            let refused = (status, refusal.to_string());
            return refuse(&shared, &headers, listing, chosen.how(), refused);
        }
    };
    let taken = take(&mut parts, &mut chosen).await;
    let how = chosen.how();
    let named = taken.and_then(|(name, file)| Ok((new_id()?, name, file)));
    let (id, name, file) = match named {
        Ok(named) => named,
        Err(untaken) => {
            drop(sending);
            return refuse(&shared, &headers, listing, how, untaken.answer());
        }
    };
    let of = Of {
        id,
        person,
        session,
        listing,
        name,
    };
    let job = Job::new(of, how, file);
    shared.imports.keep(Arc::clone(&job));
    let permit = sending.sent();
    let work = Arc::clone(&job);
    tokio::spawn(work.check(shared.backend.store.clone(), how, permit));
    // A small file is checked at once.
    job.at_rest(SOON).await;
    to(&job)
}

/// Why a file was not taken in.
enum Untaken {
    /// There is none.
    Missing,
    /// It is empty.
    Empty,
    /// There is a file, and text besides.
    Both,
    /// It is in an encoding that is not read.
    Utf16,
    /// What was sent is no such form, or broke off.
    Malformed(String),
    /// It could not be put aside.
    Io(io::Error),
    /// There were no random bytes to name it.
    Random,
}

impl Untaken {
    fn answer(self) -> (StatusCode, String) {
        let (status, why) = match self {
            Self::Missing => (422, "Choose a file, or paste some lines."),
            Self::Empty => (422, "The file is empty. Choose another one."),
            Self::Both => (422, "Choose a file or paste lines, not both."),
            Self::Utf16 => (
                422,
                "The file is in UTF-16. Save it as UTF-8, then choose it again.",
            ),
            Self::Malformed(error) => {
                tracing::info!(error, "a form with a file was not understood");
                (
                    400,
                    "The form was not understood, or broke off. Nothing was changed. Send it again.",
                )
            }
            Self::Io(error) if error.kind() == io::ErrorKind::StorageFull => (
                503,
                "There is no room for the file on the console\u{2019}s disk. Nothing was changed. Free some space, \
                 then try again.",
            ),
            Self::Io(error) => {
                tracing::error!(%error, "a file that was sent could not be put aside");
                (
                    500,
                    "The file could not be put aside. The server\u{2019}s log says more.",
                )
            }
            Self::Random => (500, "The system gave no random bytes. Try again."),
        };
        (
            StatusCode::from_u16(status).unwrap_or_default(),
            why.to_owned(),
        )
    }
}

impl From<MultipartError> for Untaken {
    fn from(error: MultipartError) -> Self {
        Self::Malformed(error.body_text())
    }
}

impl From<io::Error> for Untaken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads all fields of the form, in whatever order they come.
async fn take(
    parts: &mut axum::extract::Multipart,
    chosen: &mut Chosen,
) -> Result<(String, Spooled), Untaken> {
    let mut found: Option<(String, Spool)> = None;
    let mut was_empty = false;
    while let Some(field) = parts.next_field().await? {
        match field.name().unwrap_or_default() {
            "format" => chosen.format = short(field).await?,
            "mode" => chosen.mode = short(field).await?,
            "file" | "text" => {
                let name = field.file_name().map(plain_name);
                was_empty |= name.as_ref().is_some_and(|name| !name.is_empty());
                let Some(spool) = spooled(field).await? else {
                    continue;
                };
                if found.is_some() {
                    return Err(Untaken::Both);
                }
                found = Some((name.unwrap_or_default(), spool));
            }
            _ => {}
        }
    }
    match found {
        Some((name, spool)) => Ok((name, spool.whole().await?)),
        None if was_empty => Err(Untaken::Empty),
        None => Err(Untaken::Missing),
    }
}

/// The bytes of a file; nothing if there are none.
async fn spooled(mut field: Field<'_>) -> Result<Option<Spool>, Untaken> {
    let mut spool = None;
    while let Some(bytes) = field.chunk().await? {
        if bytes.is_empty() {
            continue;
        }
        if spool.is_none() {
            if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
                return Err(Untaken::Utf16);
            }
            spool = Some(Spool::new().await?);
        }
        if let Some(spool) = &mut spool {
            spool.write(&bytes).await?;
        }
    }
    Ok(spool)
}

/// The text of a field that is not long.
async fn short(mut field: Field<'_>) -> Result<String, Untaken> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > SHORT {
            return Err(Untaken::Malformed("a field is too long".to_owned()));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file's name without folders, and without what cannot be shown.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars()
        .filter(|c| !c.is_control())
        .take(NAME)
        .collect()
}

/// A name for an import that nobody can guess.
fn new_id() -> Result<String, Untaken> {
    let token = Token::new().map_err(|_| Untaken::Random)?;
    Ok(token.expose().to_owned())
}
