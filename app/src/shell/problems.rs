//! The line on every page that says what is wrong with the gateway. Only the server writes it.

use leptos::prelude::*;

use super::Section;

/// What is wrong with the gateway: at least one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problems {
    postfix: usize,
    loops: usize,
}

impl Problems {
    /// How many problems Postfix has, and how many hosts lead back to this gateway. Nothing where
    /// there is none of either.
    #[must_use]
    pub fn new(postfix: usize, loops: usize) -> Option<Self> {
        (postfix + loops > 0).then_some(Self { postfix, loops })
    }

    /// How many there are.
    #[must_use]
    pub const fn count(self) -> usize {
        self.postfix + self.loops
    }

    /// In words: `Postfix does not obey: 2 problems. Mail may go round: 1 host leads back to this
    /// gateway.`
    pub(crate) fn sentence(self) -> String {
        let postfix = match self.postfix {
            0 => None,
            1 => Some("Postfix does not obey: 1 problem.".to_owned()),
            count => Some(format!("Postfix does not obey: {count} problems.")),
        };
        let loops = match self.loops {
            0 => None,
            1 => Some("Mail may go round: 1 host leads back to this gateway.".to_owned()),
            count => Some(format!(
                "Mail may go round: {count} hosts lead back to this gateway."
            )),
        };
        let sentences: Vec<_> = postfix.into_iter().chain(loops).collect();
        sentences.join(" ")
    }
}

/// The line. It is the last thing in a document, and the style sheet puts it above the page: so the
/// browser, which brings the rest to life from the front, never comes to it.
#[component]
pub(crate) fn ProblemsLine(problems: Option<Problems>) -> impl IntoView {
    problems.map(|problems| {
        view! {
            <aside class="problems" aria-label="Problems">
                <p>
                    {problems.sentence()} " See "
                    <a href=Section::Gateway.path()>{Section::Gateway.name()}</a> "."
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
        assert_eq!(Problems::new(0, 0), None);
        let sentence = |postfix, loops| Problems::new(postfix, loops).unwrap().sentence();
        assert_eq!(sentence(1, 0), "Postfix does not obey: 1 problem.");
        assert_eq!(
            sentence(0, 2),
            "Mail may go round: 2 hosts lead back to this gateway."
        );
        assert_eq!(
            sentence(2, 1),
            "Postfix does not obey: 2 problems. Mail may go round: 1 host leads back to this gateway."
        );
    }
}
