-- People who sign in. A name is never given out twice in two spellings: it is kept in small letters.
CREATE TABLE people (
    id            INTEGER PRIMARY KEY,
    version       INTEGER NOT NULL CHECK (version >= id),
    name          TEXT    NOT NULL UNIQUE,
    role          TEXT    NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer')),
    disabled      INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    created       INTEGER NOT NULL,                    -- milliseconds since 1970, UTC
    -- In the PHC string format. Renewed in place when its parameters change, which is no change of
    -- the password; password_set is the change that set that.
    password      TEXT    NOT NULL CHECK (password GLOB '$argon2id$*' AND length(password) <= 255),
    password_set  INTEGER NOT NULL,
    -- The seed of the second factor, sealed; the change that set it; and the step of the last code that
    -- was taken.
    seed          BLOB             CHECK (length(seed) BETWEEN 42 AND 255),
    seed_set      INTEGER,
    seed_step     INTEGER NOT NULL DEFAULT 0,
    -- The change that made the recovery codes.
    codes_set     INTEGER,
    CONSTRAINT seed_whole CHECK ((seed IS NULL) = (seed_set IS NULL)),
    CONSTRAINT name_characters CHECK (length(name) BETWEEN 1 AND 64 AND name NOT GLOB '*[^a-z0-9._@-]*')
) STRICT;

-- Somebody must always be able to manage the others. The store says so first; this holds whoever
-- writes.
CREATE TRIGGER people_last_administrator_edited BEFORE UPDATE OF role, disabled ON people
WHEN OLD.role = 'administrator' AND NOT OLD.disabled AND (NEW.role <> 'administrator' OR NEW.disabled)
    AND NOT EXISTS (SELECT 1 FROM people WHERE id <> OLD.id AND role = 'administrator' AND NOT disabled)
BEGIN SELECT raise(ABORT, 'the last administrator stays'); END;

CREATE TRIGGER people_last_administrator_deleted BEFORE DELETE ON people
WHEN OLD.role = 'administrator' AND NOT OLD.disabled
    AND NOT EXISTS (SELECT 1 FROM people WHERE id <> OLD.id AND role = 'administrator' AND NOT disabled)
BEGIN SELECT raise(ABORT, 'the last administrator stays'); END;

-- What is kept of recovery codes: SHA-256 of 100 random bits. A code goes when it is used.
CREATE TABLE recovery_codes (
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    code   BLOB    NOT NULL CHECK (length(code) = 32),
    PRIMARY KEY (person, code)
) STRICT, WITHOUT ROWID;

-- Sessions, by the SHA-256 of their id: who reads the table cannot enter one. Without a person it is
-- one of somebody who has shown a password and not yet a second factor.
CREATE TABLE sessions (
    key     BLOB    NOT NULL PRIMARY KEY CHECK (length(key) = 32),
    person  INTEGER          REFERENCES people (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    address TEXT    NOT NULL CHECK (length(address) <= 64),
    agent   TEXT    NOT NULL CHECK (length(agent) <= 255),
    data    TEXT    NOT NULL CHECK (json_valid(data))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_person ON sessions (person, created);
CREATE INDEX sessions_by_expiry ON sessions (expires);

-- Browsers in which somebody has signed in before, by the SHA-256 of what their cookie holds: what
-- others do wrong elsewhere does not slow them down.
CREATE TABLE devices (
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key    BLOB    NOT NULL CHECK (length(key) = 32),
    seen   INTEGER NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

-- What holds for everybody: one row.
CREATE TABLE settings (
    id            INTEGER PRIMARY KEY CHECK (id = 0),
    version       INTEGER NOT NULL,
    second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1)),
    -- SHA-256 of the key that seals: after a crash in the middle of its replacement it tells which
    -- file holds the right one. Nothing before the first replacement.
    sealing_key   BLOB             CHECK (length(sealing_key) = 32)
) STRICT;

INSERT INTO settings (id, version, second_factor) VALUES (0, 0, 0);
