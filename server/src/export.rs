//! A list as text, chunk by chunk, for the web console and the command line alike.

use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt};
use routing::{Format, List};
use store::{Error, Store};

/// The text of a list: all of it, or what a search shows.
///
/// Memory stays flat whatever the size: the text comes as fast as the reader takes it. A reader that takes
/// nothing for as long as `patience` is given up.
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
    let text = store.export_text(list, format, search, patience).await?;
    let chunks = stream::unfold(
        text,
        |mut text| async move { Some((text.recv().await?, text)) },
    );
    Ok(chunks.boxed())
}
