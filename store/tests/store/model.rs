//! What must be true of every database, whatever has happened to it.

mod lines;

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::Value;

/// Fails unless the file is sound and the log, replayed, leads to exactly the rows that are there.
pub(crate) fn assert_log_leads_to_rows(raw: &Connection) {
    let sound: String = raw
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    assert_eq!(replayed(raw), stored(raw));
    let sql = "SELECT (SELECT count(*) FROM routes), (SELECT count(*) FROM managed_domains),
                      (SELECT count(*) FROM tombstones),
                      (SELECT total FROM totals WHERE list = 'routes'),
                      (SELECT total FROM totals WHERE list = 'managed_domains'),
                      (SELECT total FROM totals WHERE list = 'tombstones')";
    let numbers = |row: &rusqlite::Row<'_>| {
        Ok((0..6)
            .map(|column| row.get(column))
            .collect::<Result<Vec<i64>, _>>()
            .unwrap())
    };
    let numbers = raw.query_row(sql, [], numbers).unwrap();
    assert_eq!(numbers[..3], numbers[3..]);
    // How often each next hop is used, as kept and as counted.
    let sql = "SELECT count(*) FROM (
                   SELECT host, port, count(*) FROM (SELECT host, port FROM routes UNION ALL
                       SELECT host, port FROM further_hosts) GROUP BY host, port
                   EXCEPT SELECT host, port, routes FROM next_hops_used)
               UNION ALL
               SELECT count(*) FROM (SELECT host, port FROM next_hops_used EXCEPT
                   SELECT host, port FROM (SELECT host, port FROM routes UNION ALL
                       SELECT host, port FROM further_hosts))";
    let mut statement = raw.prepare(sql).unwrap();
    let wrong = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(wrong.map(Result::unwrap).sum::<i64>(), 0);
}

type Rows = BTreeMap<(String, i64), (i64, Value)>;

fn replayed(raw: &Connection) -> Rows {
    let sql = "SELECT kind, object_id, id, before, after FROM changes
               WHERE kind <> 'default_routing' ORDER BY id";
    let mut rows = Rows::new();
    let mut statement = raw.prepare(sql).unwrap();
    let mut changes = statement.query([]).unwrap();
    while let Some(change) = changes.next().unwrap() {
        let json = |column| {
            let text: Option<String> = change.get(column).unwrap();
            text.map(|text| serde_json::from_str::<Value>(&text).unwrap())
        };
        let key: (String, i64) = (change.get(0).unwrap(), change.get(1).unwrap());
        let number = change.get(2).unwrap();
        let of_many = key.1 == 0 && ["route", "managed_domain"].contains(&&*key.0);
        if of_many {
            let lines = json(4).unwrap()["lines"].as_i64().unwrap();
            for line in lines::read(raw, number - lines, number) {
                replay(&mut rows, line);
            }
        } else {
            replay(&mut rows, (key, number, json(3), json(4)));
        }
    }
    rows
}

fn replay(rows: &mut Rows, (key, number, before, after): lines::Line) {
    let there = rows.remove(&key).map(|(_, value)| value);
    assert_eq!(there, before, "{key:?}");
    if let Some(after) = after {
        rows.insert(key, (number, after));
    }
}

fn stored(raw: &Connection) -> Rows {
    let sql = "SELECT 'route', id, version, json_object('domain', domain, 'scope', scope,
                   'host', host, 'port', port, 'comment', comment, 'further_hosts',
                   (SELECT json_group_array(json_object('host', further.host, 'port', further.port)
                        ORDER BY position)
                    FROM further_hosts AS further WHERE route = routes.id),
                   'enabled', json(iif(enabled, 'true', 'false'))) FROM routes
               UNION ALL
               SELECT 'managed_domain', id, version, json_object('domain', domain,
                   'host', host, 'port', port, 'comment', comment) FROM managed_domains
               UNION ALL
               SELECT 'smart_host', id, version, json_object('host', host, 'port', port, 'tls', tls,
                   'tls_name', tls_name, 'user', user, 'login_reason', login_reason,
                   'comment', comment, 'password_set', password_set) FROM smart_hosts
                UNION ALL
               SELECT 'tombstone', id, version, json_object('domain', domain, 'scope', scope,
                   'route', route, 'removed_at', removed_at, 'removed_by', removed_by,
                   'until', until) FROM tombstones";
    let mut statement = raw.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let value: String = row.get(3)?;
        let mut value: Value = serde_json::from_str(&value).unwrap();
        if value.get("further_hosts") == Some(&Value::Array(Vec::new())) {
            value.as_object_mut().unwrap().remove("further_hosts");
        }
        if value.get("enabled") == Some(&Value::Bool(true)) {
            value.as_object_mut().unwrap().remove("enabled");
        }
        Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, value)))
    });
    rows.unwrap().map(Result::unwrap).collect()
}
