-- How often Postfix has asked for a route or a managed domain. Kept out of the log and of the rows: it
-- is no change of what anybody has decided, and there are many.
CREATE TABLE asked (
    id      INTEGER PRIMARY KEY,                       -- of the route or the managed domain
    count   INTEGER NOT NULL CHECK (count > 0),
    last_at INTEGER NOT NULL                           -- milliseconds since 1970, UTC
) STRICT;

CREATE TRIGGER routes_asked_deleted AFTER DELETE ON routes
BEGIN DELETE FROM asked WHERE id = OLD.id; END;

CREATE TRIGGER managed_domains_asked_deleted AFTER DELETE ON managed_domains
BEGIN DELETE FROM asked WHERE id = OLD.id; END;
