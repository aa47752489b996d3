//! What is known of the rows of a page besides what stands in them.

use std::collections::BTreeMap;

use routing::NextHop;

use crate::{Asked, Error, RowId, Store, Tested, Timestamp, Version, asked, change, tested};

/// What is known of rows. All of it is of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// How often Postfix asked for them, but for those that it never asked for.
    pub asked: BTreeMap<RowId, Asked>,
    /// When they were last changed, but for those of which the log does not know any more.
    pub changed: BTreeMap<Version, Timestamp>,
    /// How the last test of a smart host went, but for those that were never tested.
    pub tests: BTreeMap<NextHop, Tested>,
}

impl Store {
    /// What is known of the rows with these ids and versions, and of these smart hosts.
    pub async fn known(
        &self,
        ids: Vec<RowId>,
        versions: Vec<Version>,
        hops: Vec<NextHop>,
    ) -> Result<Known, Error> {
        self.read(move |tx| {
            Ok(Known {
                asked: asked::read(tx, &ids)?,
                changed: change::times(tx, &versions)?,
                tests: tested::all(tx, hops)?,
            })
        })
        .await
    }
}
