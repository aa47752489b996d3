//! Sessions of people who have signed in, and the browsers that they used before.

use std::fmt;

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::{Error, Person, RowId, Store, Timestamp, people, settings};

/// The SHA-256 of the id of a session. Who reads it cannot enter the session.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKey(pub [u8; 32]);

/// A session as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// Which one.
    pub key: SessionKey,
    /// Whose it is; nobody's yet between password and second factor.
    pub person: Option<RowId>,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// When it ends, however much it is used.
    pub expires: Timestamp,
    /// The address from which it began.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
    /// What else belongs to it, as JSON.
    pub data: String,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// When the session was last used.
    pub seen: Timestamp,
    /// A second factor is required and the person has none yet.
    pub lacks_second_factor: bool,
}

/// Which sessions are over: those whose end has come, and those that were last used before this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// The present moment.
    pub now: Timestamp,
    /// A session that was not used since then has ended.
    pub idle_since: Timestamp,
}

/// The most browsers that are remembered for one person.
const DEVICES: u32 = 20;

const SELECT: &str =
    "SELECT key, person, created, seen, expires, address, agent, data FROM sessions";

impl Store {
    /// Writes a session, in place of the one of the same key that there may be.
    pub async fn put_session(&self, session: StoredSession) -> Result<(), Error> {
        self.write(move |tx| put(tx, &session)).await
    }

    /// The session of this key, unless it is over.
    pub async fn session(
        &self,
        key: SessionKey,
        lapse: Lapse,
    ) -> Result<Option<StoredSession>, Error> {
        self.read(move |tx| {
            let sql = format!("{SELECT} WHERE key = ? AND expires > ? AND seen > ?");
            let of = params![key.0, lapse.now.0, lapse.idle_since.0];
            Ok(tx.prepare_cached(&sql)?.query_row(of, read).optional()?)
        })
        .await
    }

    /// Who is signed in by the session of this key; nobody if it is over, or if the person may not sign
    /// in any more.
    pub async fn signed_in(
        &self,
        key: SessionKey,
        lapse: Lapse,
    ) -> Result<Option<SignedIn>, Error> {
        self.read(move |tx| {
            let sql = "SELECT person, seen FROM sessions
                       WHERE key = ? AND expires > ? AND seen > ? AND person IS NOT NULL";
            let of = params![key.0, lapse.now.0, lapse.idle_since.0];
            let found = tx
                .prepare_cached(sql)?
                .query_row(of, |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((person, seen)) = found else {
                return Ok(None);
            };
            let person = people::by_id(tx, RowId(person))?;
            let Some(person) = person.filter(|person| !person.disabled) else {
                return Ok(None);
            };
            Ok(Some(SignedIn {
                lacks_second_factor: !person.second_factor && settings::second_factor_required(tx)?,
                person,
                seen: Timestamp(seen),
            }))
        })
        .await
    }

    /// Notes that a session is being used.
    pub async fn touch_session(&self, key: SessionKey, now: Timestamp) -> Result<(), Error> {
        self.write(move |tx| {
            tx.prepare_cached("UPDATE sessions SET seen = max(seen, ?) WHERE key = ?")?
                .execute(params![now.0, key.0])?;
            Ok(())
        })
        .await
    }

    /// The sessions of somebody that are not over, the last used first.
    pub async fn sessions_of(
        &self,
        person: RowId,
        lapse: Lapse,
    ) -> Result<Vec<StoredSession>, Error> {
        self.read(move |tx| {
            let sql = format!(
                "{SELECT} WHERE person = ? AND expires > ? AND seen > ? ORDER BY seen DESC, created DESC"
            );
            let mut statement = tx.prepare_cached(&sql)?;
            let of = params![person.0, lapse.now.0, lapse.idle_since.0];
            let rows = statement.query_map(of, read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Ends a session, whosever it is.
    pub async fn end_session(&self, key: SessionKey) -> Result<(), Error> {
        self.write(move |tx| {
            tx.prepare_cached("DELETE FROM sessions WHERE key = ?")?
                .execute([key.0])?;
            Ok(())
        })
        .await
    }

    /// Ends a session of this person; false if it is none of theirs.
    pub async fn end_session_of(&self, person: RowId, key: SessionKey) -> Result<bool, Error> {
        self.write(move |tx| {
            let sql = "DELETE FROM sessions WHERE key = ? AND person = ?";
            let ended = tx.prepare_cached(sql)?.execute(params![key.0, person.0])?;
            Ok(ended > 0)
        })
        .await
    }

    /// Ends all sessions of somebody, but the one to be kept.
    pub async fn end_sessions(&self, person: RowId, keep: Option<SessionKey>) -> Result<(), Error> {
        self.write(move |tx| end_all(tx, person, keep)).await
    }

    /// Forgets the sessions that are over.
    pub async fn forget_sessions(&self, lapse: Lapse) -> Result<u64, Error> {
        self.write(move |tx| {
            let sql = "DELETE FROM sessions WHERE expires <= ? OR seen <= ?";
            let gone = tx
                .prepare_cached(sql)?
                .execute(params![lapse.now.0, lapse.idle_since.0])?;
            Ok(gone as u64)
        })
        .await
    }

    /// Whether this browser was used before to sign in as this person.
    pub async fn knows_device(&self, person: RowId, key: [u8; 32]) -> Result<bool, Error> {
        self.read(move |tx| {
            let sql = "SELECT EXISTS (SELECT 1 FROM devices WHERE person = ? AND key = ?)";
            let of = params![person.0, key];
            Ok(tx.prepare_cached(sql)?.query_row(of, |row| row.get(0))?)
        })
        .await
    }

    /// Remembers the browser in which this person has signed in; of many, the last ones.
    pub async fn know_device(
        &self,
        person: RowId,
        key: [u8; 32],
        now: Timestamp,
    ) -> Result<(), Error> {
        self.write(move |tx| {
            let sql = "INSERT INTO devices (person, key, seen) VALUES (?1, ?2, ?3)
                       ON CONFLICT DO UPDATE SET seen = ?3";
            tx.prepare_cached(sql)?.execute(params![person.0, key, now.0])?;
            let sql = "DELETE FROM devices WHERE person = ?1 AND key NOT IN
                       (SELECT key FROM devices WHERE person = ?1 ORDER BY seen DESC, key LIMIT ?2)";
            tx.prepare_cached(sql)?.execute(params![person.0, DEVICES])?;
            Ok(())
        })
        .await
    }
}

/// Ends all sessions of somebody, but the one to be kept.
pub(crate) fn end_all(
    tx: &Transaction<'_>,
    person: RowId,
    keep: Option<SessionKey>,
) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM sessions WHERE person = ? AND key IS NOT ?")?
        .execute(params![person.0, keep.map(|key| key.0)])?;
    Ok(())
}

fn put(tx: &Transaction<'_>, session: &StoredSession) -> Result<(), Error> {
    let sql = "INSERT INTO sessions (key, person, created, seen, expires, address, agent, data)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
               ON CONFLICT (key) DO UPDATE SET person = ?2, seen = ?4, expires = ?5, address = ?6,
                   agent = ?7, data = ?8";
    let cut = |text: &str, most| text.chars().take(most).collect::<String>();
    tx.prepare_cached(sql)?.execute(params![
        session.key.0,
        session.person.map(|person| person.0),
        session.created.0,
        session.seen.0,
        session.expires.0,
        cut(&session.address, 64),
        cut(&session.agent, 255),
        session.data,
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<StoredSession, rusqlite::Error> {
    Ok(StoredSession {
        key: SessionKey(row.get(0)?),
        person: row.get::<_, Option<i64>>(1)?.map(RowId),
        created: Timestamp(row.get(2)?),
        seen: Timestamp(row.get(3)?),
        expires: Timestamp(row.get(4)?),
        address: row.get(5)?,
        agent: row.get(6)?,
        data: row.get(7)?,
    })
}

/// In hexadecimal digits.
impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({:02x}{:02x}\u{2026})", self.0[0], self.0[1])
    }
}

impl std::str::FromStr for SessionKey {
    type Err = ();

    /// Reads what [`fmt::Display`] wrote.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(());
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(());
            *byte = u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).map_err(|_| ())?;
        }
        Ok(Self(key))
    }
}
