//! Who is signed in, as every page knows it.

use access::{Permission, Role};
use leptos::prelude::*;

/// Who is signed in. On the document as `data-person` and `data-role`, where the living page finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The name of the account.
    pub name: String,
    /// What the person may do.
    pub role: Role,
}

impl Visitor {
    /// Who is signed in on this page: on the server the request says it, in the browser the document.
    pub(crate) fn current() -> Option<Self> {
        if cfg!(feature = "hydrate") {
            let html = document().document_element()?;
            Some(Self {
                name: html.get_attribute("data-person")?,
                role: html.get_attribute("data-role")?.parse().ok()?,
            })
        } else {
            use_context::<Self>()
        }
    }
}

/// Why whoever is signed in may not do this, for the controls that do it; nothing if they may.
pub(crate) fn why_not(permission: Permission) -> Option<String> {
    Visitor::current()?.role.why_not(permission)
}
