-- Entries that stand for many rows, a batch: such an entry has object_id 0, and its number is the last
-- of those that it reserves. Its lines have the numbers before it, as if each were an entry, and lie here
-- by the hundred; the entry has a hash over them. A million entries would be written too slowly.
CREATE TABLE batch_lines (
    first    INTEGER PRIMARY KEY,                      -- the number of the first of these lines
    count    INTEGER NOT NULL CHECK (count > 0),
    -- What is the first and what the last in the alphabet of the names of their objects.
    min_name TEXT    NOT NULL,
    max_name TEXT    NOT NULL,
    lines    BLOB    NOT NULL
) STRICT;

CREATE INDEX batch_lines_by_name ON batch_lines (min_name, max_name, first);

CREATE TRIGGER batch_lines_stay BEFORE UPDATE ON batch_lines
BEGIN SELECT raise(ABORT, 'a change that was recorded stays as it is'); END;

-- Which lines tell of an object that was there before the batch. One that a batch has added needs none:
-- its id is the number of the line.
CREATE TABLE batch_objects (
    kind   TEXT    NOT NULL,
    object INTEGER NOT NULL,
    line   INTEGER NOT NULL,
    PRIMARY KEY (kind, object, line)
) STRICT, WITHOUT ROWID;
