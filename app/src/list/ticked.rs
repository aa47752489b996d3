//! The rows that a person has ticked.

use crate::wire::Row;

/// The ticked rows, each once, as they were when they were ticked.
///
/// A plain list: few rows are ever ticked one by one, and an ordered map would weigh more in the
/// page than it saves.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ticked(Vec<Row>);

impl Ticked {
    /// Whether the row is ticked.
    pub(super) fn has(&self, id: i64) -> bool {
        self.0.iter().any(|row| row.key.id == id)
    }

    /// Ticks or unticks a row.
    pub(super) fn put(&mut self, row: &Row, on: bool) {
        self.drop_rows(&[row.key.id]);
        if on {
            self.0.push(row.clone());
        }
    }

    /// Unticks rows.
    pub(super) fn drop_rows(&mut self, ids: &[i64]) {
        self.0.retain(|row| !ids.contains(&row.key.id));
    }

    /// Unticks what is shown here in another version: a tick belongs to what was seen.
    pub(super) fn drop_changed(&mut self, shown: &[Row]) {
        self.0.retain(|ticked| {
            let changed = |row: &Row| row.key.id == ticked.key.id && row.key != ticked.key;
            !shown.iter().any(changed)
        });
    }

    /// The rows, in the order in which they were ticked.
    pub(super) fn rows(&self) -> &[Row] {
        &self.0
    }
}

impl FromIterator<Row> for Ticked {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}
