//! Sessions, kept in the store under the hash of their id.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use store::{RowId, SessionKey, Store, StoredSession, Timestamp};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::{BETWEEN, Sessions, lapse, later};

/// Under this name a session holds who is signed in by it.
pub(super) const ENTERED: &str = "entered";

/// Who is signed in by a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entered {
    pub(super) person: RowId,
    pub(super) started: Timestamp,
    pub(super) address: String,
    pub(super) agent: String,
}

/// The sessions of the store.
#[derive(Clone, Debug)]
pub(in crate::http) struct Kept {
    pub(super) store: Store,
    pub(super) now: fn() -> Timestamp,
    pub(super) sessions: Sessions,
}

/// The name under which a session is kept. Its id has 128 random bits, so a plain hash hides it.
pub(in crate::http) fn key_of(id: Id) -> SessionKey {
    SessionKey(access::digest(&id.to_string()))
}

impl Kept {
    fn stored(&self, record: &Record) -> Result<StoredSession> {
        let now = (self.now)();
        let entered = record.data.get(ENTERED).cloned();
        let entered: Option<Entered> = entered
            .map(serde_json::from_value)
            .transpose()
            .map_err(encode)?;
        let data = serde_json::to_string(&record.data).map_err(encode)?;
        let key = key_of(record.id);
        Ok(match entered {
            Some(entered) => StoredSession {
                key,
                person: Some(entered.person),
                created: entered.started,
                seen: now,
                expires: later(entered.started, self.sessions.longest),
                address: entered.address,
                agent: entered.agent,
                data,
            },
            None => StoredSession {
                key,
                person: None,
                created: now,
                seen: now,
                expires: later(now, BETWEEN),
                address: String::new(),
                agent: String::new(),
                data,
            },
        })
    }

    async fn read(&self, id: &Id) -> Result<Option<StoredSession>> {
        let lapse = lapse((self.now)(), self.sessions.idle);
        let found = self.store.session(key_of(*id), lapse).await;
        found.map_err(backend)
    }
}

#[async_trait]
impl SessionStore for Kept {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.read(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let stored = self.stored(record)?;
        self.store.put_session(stored).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(found) = self.read(id).await? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&found.data);
        let seconds = found.expires.0.div_euclid(1000);
        let expiry_date = OffsetDateTime::from_unix_timestamp(seconds);
        Ok(Some(Record {
            id: *id,
            data: data.map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: expiry_date.map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.end_session(key_of(*id)).await.map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn encode(error: serde_json::Error) -> Error {
    Error::Encode(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn backend(error: store::Error) -> Error {
    Error::Backend(error.to_string())
}
