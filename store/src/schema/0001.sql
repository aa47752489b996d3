-- Every change that was ever made, oldest first. The number of a change also names the row that it
-- added (its id) and the state that it left behind (the version), so neither is ever given out twice:
-- AUTOINCREMENT keeps that true after old entries have been removed.
CREATE TABLE changes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,                        -- milliseconds since 1970, UTC
    actor     TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 255),
    kind      TEXT    NOT NULL CHECK (kind <> '' AND kind NOT GLOB '*[^a-z_]*'),
    object_id INTEGER NOT NULL,
    before    TEXT             CHECK (json_valid(before)),
    after     TEXT             CHECK (json_valid(after)),
    CHECK (before IS NOT NULL OR after IS NOT NULL)
) STRICT;

CREATE INDEX changes_of_object ON changes (object_id);

CREATE TRIGGER changes_stay BEFORE UPDATE ON changes
BEGIN SELECT raise(ABORT, 'a change that was recorded stays as it is'); END;

-- The CHECKs of a table run for every row of an import, so the costly ones stand behind cheap ones. For
-- a label of 64, which is one too long, the pattern is as many times "anything but a dot".
--
-- Clustered by domain: neighbours in the list are neighbours in the file, which makes the list, the
-- export and a sorted import several times quicker than a table of row numbers would be.
CREATE TABLE routes (
    domain  TEXT    NOT NULL,
    scope   TEXT    NOT NULL CHECK (scope IN ('domain', 'subdomains', 'both')),
    host    TEXT    NOT NULL,
    port    INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    comment TEXT    NOT NULL,
    id      INTEGER NOT NULL UNIQUE,
    version INTEGER NOT NULL CHECK (version >= id),
    PRIMARY KEY (domain, scope),
    CONSTRAINT domain_length CHECK (octet_length(domain) BETWEEN 3 AND 253),
    CONSTRAINT domain_characters CHECK (domain NOT GLOB '*[^a-z0-9.-]*'),
    CONSTRAINT domain_labels CHECK (domain GLOB '*?.?*' AND domain NOT GLOB '[.-]*' AND domain NOT GLOB '*[.-]'
        AND domain NOT GLOB '*[.-].*' AND domain NOT GLOB '*.-*'
        AND rtrim(domain, '0123456789') NOT GLOB '*.'),
    CONSTRAINT domain_label_length CHECK (octet_length(domain) < 64
        OR domain NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*'),
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*'),
    CONSTRAINT comment_text CHECK (comment = '' OR length(comment) <= 255
        AND comment NOT GLOB '*[' || char(1) || '-' || char(31, 127) || ']*')
) STRICT, WITHOUT ROWID;

CREATE INDEX routes_by_host ON routes (host, domain, scope);
CREATE INDEX routes_by_port ON routes (port, domain, scope);

CREATE TABLE managed_domains (
    domain  TEXT    NOT NULL PRIMARY KEY,
    host    TEXT,
    port    INTEGER CHECK (port BETWEEN 1 AND 65535),
    comment TEXT    NOT NULL,
    id      INTEGER NOT NULL UNIQUE,
    version INTEGER NOT NULL CHECK (version >= id),
    -- Default routing sorts before any host and port. Columns, because a key with an expression in it
    -- is not looked up in an index on that expression.
    host_order TEXT    NOT NULL AS (ifnull(host, '')),
    port_order INTEGER NOT NULL AS (ifnull(port, 0)),
    CONSTRAINT domain_length CHECK (octet_length(domain) BETWEEN 3 AND 253),
    CONSTRAINT domain_characters CHECK (domain NOT GLOB '*[^a-z0-9.-]*'),
    CONSTRAINT domain_labels CHECK (domain GLOB '*?.?*' AND domain NOT GLOB '[.-]*' AND domain NOT GLOB '*[.-]'
        AND domain NOT GLOB '*[.-].*' AND domain NOT GLOB '*.-*'
        AND rtrim(domain, '0123456789') NOT GLOB '*.'),
    CONSTRAINT domain_label_length CHECK (octet_length(domain) < 64
        OR domain NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*'),
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*'),
    CONSTRAINT host_with_port CHECK ((host IS NULL) = (port IS NULL)),
    CONSTRAINT comment_text CHECK (comment = '' OR length(comment) <= 255
        AND comment NOT GLOB '*[' || char(1) || '-' || char(31, 127) || ']*')
) STRICT, WITHOUT ROWID;

CREATE INDEX managed_domains_by_host ON managed_domains (host_order, domain);
CREATE INDEX managed_domains_by_port ON managed_domains (port_order, domain);

-- Where mail for managed domains without routing of their own goes: one row, empty at first.
CREATE TABLE default_routing (
    id      INTEGER PRIMARY KEY CHECK (id = 0),
    host    TEXT,
    port    INTEGER CHECK (port BETWEEN 1 AND 65535),
    version INTEGER NOT NULL,
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*'),
    CONSTRAINT host_with_port CHECK ((host IS NULL) = (port IS NULL))
) STRICT;

INSERT INTO default_routing (id, host, port, version) VALUES (0, NULL, NULL, 0);

-- How many rows each list has: counting a million takes 40 ms, and every page says the number.
CREATE TABLE totals (
    list  TEXT    NOT NULL PRIMARY KEY,
    total INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO totals (list, total) VALUES ('routes', 0), ('managed_domains', 0);

CREATE TRIGGER routes_total_added AFTER INSERT ON routes
BEGIN UPDATE totals SET total = total + 1 WHERE list = 'routes'; END;

CREATE TRIGGER routes_total_deleted AFTER DELETE ON routes
BEGIN UPDATE totals SET total = total - 1 WHERE list = 'routes'; END;

CREATE TRIGGER managed_domains_total_added AFTER INSERT ON managed_domains
BEGIN UPDATE totals SET total = total + 1 WHERE list = 'managed_domains'; END;

CREATE TRIGGER managed_domains_total_deleted AFTER DELETE ON managed_domains
BEGIN UPDATE totals SET total = total - 1 WHERE list = 'managed_domains'; END;

-- The rules between rows. The store checks them first and says which row is in the way; these hold
-- whoever writes. No two routes of a domain apply to the same names, so 'both' stands alone.
CREATE TRIGGER routes_do_not_overlap_added BEFORE INSERT ON routes
WHEN EXISTS (SELECT 1 FROM routes AS other WHERE other.domain = NEW.domain
             AND (other.scope = NEW.scope OR 'both' IN (other.scope, NEW.scope)))
BEGIN SELECT raise(ABORT, 'another route of this domain applies to the same names'); END;

CREATE TRIGGER routes_do_not_overlap_edited BEFORE UPDATE OF domain, scope ON routes
WHEN EXISTS (SELECT 1 FROM routes AS other WHERE other.domain = NEW.domain AND other.id <> OLD.id
             AND (other.scope = NEW.scope OR 'both' IN (other.scope, NEW.scope)))
BEGIN SELECT raise(ABORT, 'another route of this domain applies to the same names'); END;

-- A managed domain is never a route, in either direction.
CREATE TRIGGER routes_not_managed_added BEFORE INSERT ON routes
WHEN NEW.scope <> 'subdomains' AND EXISTS (SELECT 1 FROM managed_domains WHERE domain = NEW.domain)
BEGIN SELECT raise(ABORT, 'the domain is managed'); END;

CREATE TRIGGER routes_not_managed_edited BEFORE UPDATE OF domain, scope ON routes
WHEN NEW.scope <> 'subdomains' AND EXISTS (SELECT 1 FROM managed_domains WHERE domain = NEW.domain)
BEGIN SELECT raise(ABORT, 'the domain is managed'); END;

CREATE TRIGGER managed_domains_not_routed_added BEFORE INSERT ON managed_domains
WHEN EXISTS (SELECT 1 FROM routes WHERE domain = NEW.domain AND scope <> 'subdomains')
BEGIN SELECT raise(ABORT, 'the domain has a smart host route'); END;

CREATE TRIGGER managed_domains_not_routed_edited BEFORE UPDATE OF domain ON managed_domains
WHEN EXISTS (SELECT 1 FROM routes WHERE domain = NEW.domain AND scope <> 'subdomains')
BEGIN SELECT raise(ABORT, 'the domain has a smart host route'); END;
