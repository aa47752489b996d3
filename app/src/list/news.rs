//! Says what others have changed in the list that is shown.

use leptos::prelude::*;

use super::model::ListModel;
use crate::dom;
use crate::listing::{Listing, grouped};

/// What others have changed since the page was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// How many rows of the page have changed.
    pub(super) changed: u64,
    /// How many rows of the page are gone.
    pub(super) gone: u64,
    /// How many rows are new.
    pub(super) added: u64,
    /// Those that are new or have changed and are known by name, the first heard of first.
    pub(super) rows: Vec<i64>,
}

impl News {
    /// In words: `1 changed, 2 deleted, 3 new routes`; empty if there are none.
    fn words(&self, listing: Listing) -> String {
        let new = match self.added {
            1 => ["new ", listing.noun()].concat(),
            _ => ["new ", listing.plural()].concat(),
        };
        let parts = [
            (self.changed, "changed"),
            (self.gone, "deleted"),
            (self.added, &new),
        ];
        let said = parts.iter().filter(|(number, _)| *number > 0);
        let said: Vec<_> = said
            .map(|(number, what)| [&grouped(*number), " ", what].concat())
            .collect();
        said.join(", ")
    }
}

/// The line that says it, politely, with the way to the rows.
#[component]
pub(super) fn NewsLine(model: ListModel) -> impl IntoView {
    let news = move || model.news.get();
    view! {
        <div class="news" class:news-some=move || news() != News::default()>
            <span role="status">{move || news().words(model.listing)}</span>
            {move || {
                (news().added + news().changed > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| {
                                    model.show_news();
                                    dom::focus_content_soon();
                                }
                            >
                                "Show"
                            </button>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_said_in_few_words() {
        let words = |changed, gone, added| {
            let news = News {
                changed,
                gone,
                added,
                rows: Vec::new(),
            };
            news.words(Listing::SmartHosts)
        };
        assert_eq!(words(0, 0, 0), "");
        assert_eq!(words(0, 0, 1), "1 new route");
        assert_eq!(words(1, 2, 3000), "1 changed, 2 deleted, 3,000 new routes");
    }
}
