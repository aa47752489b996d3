-- The history: every change says from where it was made, which others were made with it, what it takes
-- back, and what people call its object; and all of them form a chain that shows when one is altered.
--
-- The entries are copied by the program, for SQLite knows no SHA-256.
ALTER TABLE changes RENAME TO changes_without_chain;
DROP INDEX changes_of_object;
DROP TRIGGER changes_stay;

CREATE TABLE changes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The first change of the transaction: all changes of one transaction are one act.
    act       INTEGER NOT NULL CHECK (act BETWEEN 1 AND id),
    at        INTEGER NOT NULL,                        -- milliseconds since 1970, UTC
    actor     TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 255),
    origin    TEXT    NOT NULL CHECK (length(origin) BETWEEN 1 AND 255),
    -- The change that this one takes back.
    undoes    INTEGER          CHECK (undoes < act),
    kind      TEXT    NOT NULL CHECK (kind <> '' AND kind NOT GLOB '*[^a-z_]*'),
    object_id INTEGER NOT NULL,
    name      TEXT    NOT NULL CHECK (length(name) <= 512),
    before    TEXT             CHECK (json_valid(before)),
    after     TEXT             CHECK (json_valid(after)),
    -- SHA-256 over the hash of the change before and all columns of this one.
    hash      BLOB    NOT NULL CHECK (octet_length(hash) = 32),
    CHECK (before IS NOT NULL OR after IS NOT NULL)
) STRICT;

CREATE INDEX changes_of_object ON changes (kind, object_id);
-- Each for one filter; the number of the change, by which pages are cut, ends every index by itself.
CREATE INDEX changes_by_actor ON changes (actor);
CREATE INDEX changes_by_actor_and_kind ON changes (actor, kind);
CREATE INDEX changes_by_kind ON changes (kind);
CREATE INDEX changes_by_name ON changes (name);
CREATE INDEX changes_by_time ON changes (at);
CREATE INDEX changes_of_act ON changes (act);
CREATE INDEX changes_undone ON changes (undoes) WHERE undoes IS NOT NULL;

CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
BEGIN SELECT raise(ABORT, 'a change that was recorded stays as it is'); END;

-- Where the chain begins: the last change that was removed for its age; at first none was.
CREATE TABLE chain (
    id      INTEGER PRIMARY KEY CHECK (id = 0),
    removed INTEGER NOT NULL,
    at      INTEGER NOT NULL,                          -- milliseconds since 1970, UTC
    hash    BLOB    NOT NULL CHECK (octet_length(hash) = 32)
) STRICT;

INSERT INTO chain (id, removed, at, hash) VALUES (0, 0, 0, zeroblob(32));
