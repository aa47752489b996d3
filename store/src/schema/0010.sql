-- A disabled route decides nothing, but keeps its place: the rules between rows hold for it as for any
-- other, so that it can always be enabled again.
ALTER TABLE routes ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1));

-- Mail that may be queued for a route which was disabled is held as though it had been removed.
DROP TRIGGER tombstones_do_not_overlap_added;

CREATE TRIGGER tombstones_do_not_overlap_added BEFORE INSERT ON tombstones
WHEN EXISTS (SELECT 1 FROM (SELECT scope FROM tombstones WHERE domain = NEW.domain
                            UNION ALL SELECT scope FROM routes WHERE domain = NEW.domain AND enabled) AS other
             WHERE other.scope = NEW.scope OR 'both' IN (other.scope, NEW.scope))
BEGIN SELECT raise(ABORT, 'a route or another tombstone of this domain stands for the same names'); END;
