//! A list as text, chunk by chunk, for the web console and the command line alike.

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use routing::{Format, List, ManagedDomain, Route, Writer};
use store::{Error, Record, Store};
use tokio::sync::mpsc::Receiver;

/// The text of a list: all of it, or what a search shows.
///
/// Memory stays flat whatever the size: rows come in batches as fast as the reader takes them.
///
/// # Errors
/// Those of the store, before the first chunk or in place of a later one.
pub(crate) async fn export(
    store: &Store,
    list: List,
    format: Format,
    search: &str,
) -> Result<BoxStream<'static, Result<String, Error>>, Error> {
    Ok(match list {
        List::Routes => text::<Route>(store, list, format, search, Writer::route)
            .await?
            .boxed(),
        List::ManagedDomains => {
            text::<ManagedDomain>(store, list, format, search, Writer::managed_domain)
                .await?
                .boxed()
        }
    })
}

async fn text<T: Record>(
    store: &Store,
    list: List,
    format: Format,
    search: &str,
    write: fn(&mut Writer, &T, &mut String),
) -> Result<impl Stream<Item = Result<String, Error>> + Send + use<T>, Error> {
    let export = store.export::<T>(search).await?;
    let writer = Writer::new(format, list, export.count, export.default_next_hop);
    let head = stream::iter([Ok(writer.header())]);
    let rest = stream::unfold(State::Rows(writer, export.rows), move |state| {
        next(state, write)
    });
    Ok(head.chain(rest))
}

/// How far the text has come.
enum State<T> {
    Rows(Writer, Receiver<Result<Vec<store::Stored<T>>, Error>>),
    Done,
}

async fn next<T: Record>(
    state: State<T>,
    write: fn(&mut Writer, &T, &mut String),
) -> Option<(Result<String, Error>, State<T>)> {
    let State::Rows(mut writer, mut rows) = state else {
        return None;
    };
    match rows.recv().await {
        Some(Ok(batch)) => {
            let mut text = String::new();
            for row in &batch {
                write(&mut writer, &row.value, &mut text);
            }
            Some((Ok(text), State::Rows(writer, rows)))
        }
        Some(Err(error)) => Some((Err(error), State::Done)),
        None => Some((Ok(writer.footer()), State::Done)),
    }
}
