-- What the last connection test of each smart host has found. This is not in the log of changes: it is
-- nothing that anybody has decided. Smart hosts that no route uses are tested, too.
CREATE TABLE tests (
    host    TEXT    NOT NULL,
    port    INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    at      INTEGER NOT NULL,                          -- milliseconds since 1970, UTC
    outcome TEXT    NOT NULL CHECK (outcome IN ('ok', 'warning', 'failure')),
    verdict TEXT    NOT NULL,
    -- Whether TLS and account were those that are stored.
    stored  INTEGER NOT NULL CHECK (stored IN (0, 1)),
    PRIMARY KEY (host, port),
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*'),
    CONSTRAINT verdict_text CHECK (length(verdict) BETWEEN 1 AND 500
        AND verdict NOT GLOB '*[' || char(1) || '-' || char(31, 127) || ']*')
) STRICT, WITHOUT ROWID;

CREATE INDEX tests_by_at ON tests (at);
