//! Whether those who answer Postfix know what was saved.

use std::time::Duration;

use gateway::lookup::published::{Published, known, wait};
use store::Version;

use super::Backend;
use crate::wire::Notice;

/// How long the answer to a change waits for those who answer Postfix; usually they need some
/// hundredths of a second.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);

/// What is said where it takes longer.
pub const NOT_YET: &str = "Saved, but not yet published to Postfix.";

/// Whether Postfix is answered by what was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// It is.
    Yes,
    /// It is still answered by what was there before.
    NotYet,
    /// Nobody answers it.
    NobodyAnswers,
    /// That cannot be found out.
    Unknown,
}

/// The change up to which Postfix is answered, at one moment.
pub(super) enum Known {
    UpTo(Version),
    NobodyAnswers,
    Unknown,
}

impl Known {
    /// Whether Postfix is answered by what this change led to.
    pub(super) fn publication_of(&self, version: Version) -> Publication {
        match self {
            Self::UpTo(known) if *known >= version => Publication::Yes,
            Self::UpTo(_) => Publication::NotYet,
            Self::NobodyAnswers => Publication::NobodyAnswers,
            Self::Unknown => Publication::Unknown,
        }
    }
}

impl Backend {
    /// The change up to which Postfix is answered.
    pub(super) async fn published(&self) -> Known {
        let Some(folder) = self.store.path().parent() else {
            return Known::Unknown;
        };
        match known(folder.to_owned()).await {
            Ok(Some(version)) => Known::UpTo(version),
            Ok(None) => Known::NobodyAnswers,
            Err(error) => {
                tracing::warn!(%error, "what is published to Postfix cannot be read");
                Known::Unknown
            }
        }
    }

    /// Whether Postfix is answered by what this change led to, waiting for at most `patience`.
    /// Nothing if that cannot be found out.
    async fn publication(&self, version: Version, patience: Duration) -> Option<Published> {
        let folder = self.store.path().parent()?;
        let found = wait(folder, version, patience).await;
        found
            .inspect_err(|error| {
                tracing::warn!(%error, "what is published to Postfix cannot be read");
            })
            .ok()
    }

    /// Whether Postfix is answered by what this change led to, without waiting.
    pub async fn publication_of(&self, version: Version) -> Publication {
        match self.publication(version, Duration::ZERO).await {
            Some(Published::Yes) => Publication::Yes,
            Some(Published::NotYet) => Publication::NotYet,
            Some(Published::NobodyAnswers) => Publication::NobodyAnswers,
            None => Publication::Unknown,
        }
    }

    /// What is to be said of a change that was just made, once all who answer Postfix know of it or
    /// half a second has passed: [`NOT_YET`], or nothing. Nothing is said where nobody answers.
    pub async fn not_yet_published(&self) -> Option<&'static str> {
        self.unpublished(PATIENCE).await
    }

    /// The same of a page that follows such an answer: it says so if it is still the case, and does not
    /// wait again.
    pub async fn still_not_published(&self) -> Option<&'static str> {
        self.unpublished(Duration::ZERO).await
    }

    /// The notice, saying so where Postfix is not answered by the last change after this time.
    pub(super) async fn with_publication(&self, mut notice: Notice, patience: Duration) -> Notice {
        let unpublished = self.unpublished(patience).await;
        notice.notes.extend(unpublished.map(str::to_owned));
        notice
    }

    async fn unpublished(&self, patience: Duration) -> Option<&'static str> {
        // Not that of the row: one form may lead to several changes.
        let latest = self.store.latest().await.ok()?;
        let found = self.publication(latest, patience).await;
        (found == Some(Published::NotYet)).then_some(NOT_YET)
    }
}
