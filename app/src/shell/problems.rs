//! The line on every page that says that Postfix does not obey. Only the server writes it.

use std::num::NonZeroUsize;

use leptos::prelude::*;

use super::Section;

/// How many problems Postfix has: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problems(NonZeroUsize);

impl Problems {
    /// Nothing where there is none.
    #[must_use]
    pub fn new(count: usize) -> Option<Self> {
        NonZeroUsize::new(count).map(Self)
    }

    /// How many there are.
    #[must_use]
    pub const fn count(self) -> usize {
        self.0.get()
    }

    /// In words: `Postfix does not obey: 2 problems.`
    pub(crate) fn sentence(self) -> String {
        match self.count() {
            1 => "Postfix does not obey: 1 problem.".to_owned(),
            count => format!("Postfix does not obey: {count} problems."),
        }
    }
}

/// The line. It is the last thing in a document, and the style sheet puts it above the page: so the
/// browser, which brings the rest to life from the front, never comes to it.
#[component]
pub(crate) fn ProblemsLine(problems: Option<Problems>) -> impl IntoView {
    problems.map(|problems| {
        view! {
            <aside class="problems" aria-label="Postfix">
                <p>
                    {problems.sentence()} " See "
                    <a href=Section::Gateway.path() rel="external">{Section::Gateway.name()}</a> "."
                </p>
            </aside>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::Problems;

    #[test]
    fn no_problem_is_none() {
        assert_eq!(Problems::new(0), None);
        let sentence = |count| Problems::new(count).unwrap().sentence();
        assert_eq!(sentence(1), "Postfix does not obey: 1 problem.");
        assert_eq!(sentence(2), "Postfix does not obey: 2 problems.");
    }
}
