-- The hosts of a route that are tried after its first one, in this order. The first one stays in the
-- route, where the list is sorted and searched by it.
CREATE TABLE further_hosts (
    route    INTEGER NOT NULL REFERENCES routes (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 7),
    host     TEXT    NOT NULL,
    port     INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    PRIMARY KEY (route, position),
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX further_hosts_by_host ON further_hosts (host, port, route);

-- The store writes the route first, and then its further hosts anew.
CREATE TRIGGER further_hosts_differ_from_the_first BEFORE INSERT ON further_hosts
WHEN EXISTS (SELECT 1 FROM routes WHERE id = NEW.route AND host = NEW.host AND port = NEW.port)
BEGIN SELECT raise(ABORT, 'the host is in the list twice'); END;

-- How many routes use each next hop: counting takes a second where a million use the same.
CREATE TABLE next_hops_used (
    host   TEXT    NOT NULL,
    port   INTEGER NOT NULL,
    routes INTEGER NOT NULL,
    PRIMARY KEY (host, port)
) STRICT, WITHOUT ROWID;

INSERT INTO next_hops_used (host, port, routes) SELECT host, port, count(*) FROM routes GROUP BY host, port;

CREATE TRIGGER routes_use_added AFTER INSERT ON routes
BEGIN
    INSERT INTO next_hops_used (host, port, routes) VALUES (NEW.host, NEW.port, 1)
    ON CONFLICT DO UPDATE SET routes = routes + 1;
END;

CREATE TRIGGER routes_use_edited AFTER UPDATE OF host, port ON routes
WHEN (OLD.host, OLD.port) <> (NEW.host, NEW.port)
BEGIN
    UPDATE next_hops_used SET routes = routes - 1 WHERE host = OLD.host AND port = OLD.port;
    DELETE FROM next_hops_used WHERE host = OLD.host AND port = OLD.port AND routes = 0;
    INSERT INTO next_hops_used (host, port, routes) VALUES (NEW.host, NEW.port, 1)
    ON CONFLICT DO UPDATE SET routes = routes + 1;
END;

CREATE TRIGGER routes_use_deleted AFTER DELETE ON routes
BEGIN
    UPDATE next_hops_used SET routes = routes - 1 WHERE host = OLD.host AND port = OLD.port;
    DELETE FROM next_hops_used WHERE host = OLD.host AND port = OLD.port AND routes = 0;
END;

CREATE TRIGGER further_hosts_use_added AFTER INSERT ON further_hosts
BEGIN
    INSERT INTO next_hops_used (host, port, routes) VALUES (NEW.host, NEW.port, 1)
    ON CONFLICT DO UPDATE SET routes = routes + 1;
END;

CREATE TRIGGER further_hosts_stay BEFORE UPDATE ON further_hosts
BEGIN SELECT raise(ABORT, 'a list of hosts is written anew, not edited'); END;

CREATE TRIGGER further_hosts_use_deleted AFTER DELETE ON further_hosts
BEGIN
    UPDATE next_hops_used SET routes = routes - 1 WHERE host = OLD.host AND port = OLD.port;
    DELETE FROM next_hops_used WHERE host = OLD.host AND port = OLD.port AND routes = 0;
END;

-- The settings of a smart host: once, however many routes use it, since Postfix holds one account for
-- each next hop. One without a row has the defaults that go by its port.
--
-- The password is sealed with a key that is not in this file.
CREATE TABLE smart_hosts (
    host         TEXT    NOT NULL,
    port         INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    tls          TEXT    NOT NULL CHECK (tls IN ('none', 'opportunistic', 'required', 'verified',
                                                 'implicit', 'implicit-verified')),
    tls_name     TEXT,
    user         TEXT    CHECK (octet_length(user) BETWEEN 1 AND 255 AND user NOT GLOB '*:*'),
    password     BLOB    CHECK (octet_length(password) BETWEEN 42 AND 2048),
    -- The change that set the password.
    password_set INTEGER CHECK (password_set <= version),
    -- Why a password may go along without encryption being required.
    login_reason TEXT    NOT NULL CHECK (length(login_reason) <= 255),
    comment      TEXT    NOT NULL,
    id           INTEGER NOT NULL UNIQUE,
    version      INTEGER NOT NULL CHECK (version >= id),
    PRIMARY KEY (host, port),
    CONSTRAINT host_characters CHECK (octet_length(host) BETWEEN 1 AND 253 AND host NOT GLOB '*[^a-z0-9.:-]*'),
    CONSTRAINT tls_name_is_verified CHECK (tls_name IS NULL OR tls IN ('verified', 'implicit-verified')
        AND octet_length(tls_name) BETWEEN 1 AND 254 AND tls_name NOT GLOB '*[^a-z0-9.-]*'),
    CONSTRAINT tls_of_port CHECK (iif(tls IN ('implicit', 'implicit-verified'), port NOT IN (25, 587), port <> 465)),
    CONSTRAINT user_with_password CHECK ((user IS NULL) = (password IS NULL)
        AND (user IS NULL) = (password_set IS NULL)),
    CONSTRAINT login_in_the_clear CHECK (user IS NULL OR tls NOT IN ('none', 'opportunistic') OR login_reason <> ''),
    CONSTRAINT comment_text CHECK (comment = '' OR length(comment) <= 255
        AND comment NOT GLOB '*[' || char(1) || '-' || char(31, 127) || ']*')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER smart_hosts_used_stay BEFORE DELETE ON smart_hosts
WHEN EXISTS (SELECT 1 FROM next_hops_used WHERE host = OLD.host AND port = OLD.port)
BEGIN SELECT raise(ABORT, 'routes use this smart host'); END;
