-- Names for which a route was removed while mail may still be queued for it. Until then, or until an
-- administrator releases it, that mail waits: without the route it would be delivered by MX.
CREATE TABLE tombstones (
    domain     TEXT    NOT NULL,
    scope      TEXT    NOT NULL CHECK (scope IN ('domain', 'subdomains', 'both')),
    -- The route that was removed, or moved to other names.
    route      INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,                       -- milliseconds since 1970, UTC
    removed_by TEXT    NOT NULL CHECK (length(removed_by) BETWEEN 1 AND 255),
    until      INTEGER NOT NULL CHECK (until > removed_at),
    id         INTEGER NOT NULL UNIQUE,
    version    INTEGER NOT NULL CHECK (version >= id),
    PRIMARY KEY (domain, scope),
    CONSTRAINT domain_length CHECK (octet_length(domain) BETWEEN 3 AND 253),
    CONSTRAINT domain_characters CHECK (domain NOT GLOB '*[^a-z0-9.-]*'),
    CONSTRAINT domain_labels CHECK (domain GLOB '*?.?*' AND domain NOT GLOB '[.-]*' AND domain NOT GLOB '*[.-]'
        AND domain NOT GLOB '*[.-].*' AND domain NOT GLOB '*.-*'
        AND rtrim(domain, '0123456789') NOT GLOB '*.'),
    CONSTRAINT domain_label_length CHECK (octet_length(domain) < 64
        OR domain NOT GLOB '*' || replace(hex(zeroblob(32)), '0', '[^.]') || '*')
) STRICT, WITHOUT ROWID;

CREATE INDEX tombstones_by_until ON tombstones (until);

INSERT INTO totals (list, total) VALUES ('tombstones', 0);

CREATE TRIGGER tombstones_total_added AFTER INSERT ON tombstones
BEGIN UPDATE totals SET total = total + 1 WHERE list = 'tombstones'; END;

CREATE TRIGGER tombstones_total_deleted AFTER DELETE ON tombstones
BEGIN UPDATE totals SET total = total - 1 WHERE list = 'tombstones'; END;

-- Each name is held once, and not at all while a route of the domain stands for it.
CREATE TRIGGER tombstones_do_not_overlap_added BEFORE INSERT ON tombstones
WHEN EXISTS (SELECT 1 FROM (SELECT scope FROM tombstones WHERE domain = NEW.domain
                            UNION ALL SELECT scope FROM routes WHERE domain = NEW.domain) AS other
             WHERE other.scope = NEW.scope OR 'both' IN (other.scope, NEW.scope))
BEGIN SELECT raise(ABORT, 'a route or another tombstone of this domain stands for the same names'); END;

-- What is edited is only that fewer names are held.
CREATE TRIGGER tombstones_shrink BEFORE UPDATE OF domain, scope ON tombstones
WHEN OLD.domain <> NEW.domain OR OLD.scope <> 'both'
BEGIN SELECT raise(ABORT, 'a tombstone can only come to hold fewer names'); END;
