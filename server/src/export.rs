//! A list as text, chunk by chunk, for the web console and the command line alike.

use std::time::Duration;

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use routing::{Format, List, ManagedDomain, Route, Writer};
use store::{Error, Export, Record, Store, Surroundings};
use tokio::sync::mpsc::Receiver;

/// The text of a list: all of it, or what a search shows.
///
/// Memory stays flat whatever the size: rows come in batches as fast as the reader takes them. A
/// reader that takes nothing for as long as `patience` is given up.
///
/// # Errors
/// Those of the store, before the first chunk or in place of a later one, which is then the last.
pub(crate) async fn export(
    store: &Store,
    list: List,
    format: Format,
    search: &str,
    patience: Duration,
) -> Result<BoxStream<'static, Result<String, Error>>, Error> {
    Ok(match list {
        List::Routes => {
            let (export, beside) = match format {
                Format::Postfix | Format::PostfixTls => {
                    store.export_with_surroundings(search, patience).await?
                }
                _ => {
                    let export = store.export_patiently::<Route>(search, patience).await?;
                    (export, Surroundings::default())
                }
            };
            text(export, beside, list, format, Writer::route).boxed()
        }
        List::ManagedDomains => {
            let export = store
                .export_patiently::<ManagedDomain>(search, patience)
                .await?;
            let beside = Surroundings::default();
            text(export, beside, list, format, Writer::managed_domain).boxed()
        }
    })
}

fn text<T: Record>(
    export: Export<T>,
    beside: Surroundings,
    list: List,
    format: Format,
    write: fn(&mut Writer, &T, &mut String),
) -> impl Stream<Item = Result<String, Error>> + Send + use<T> {
    let writer = Writer::new(format, list, export.count, export.default_next_hop)
        .knowing(beside.settings, beside.held);
    let head = stream::iter([Ok(writer.header())]);
    let rest = stream::unfold(State::Rows(writer, export.rows), move |state| {
        next(state, write)
    });
    head.chain(rest)
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
