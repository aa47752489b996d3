//! HTML as text, for what stands on a page many times and is not alive: a browser reads fifty rows of text
//! sooner than a module can build them.

/// A piece of HTML that is being written.
///
/// Markup is what stands in the program; all else is text, and escaped. So nothing that a person has
/// typed can become markup.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// One that is to become about so many bytes long.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Adds markup.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, fit to stand between tags and in the quotes of an attribute.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_no_markup() {
        let mut html = Html::default();
        html.raw("<b title=\"")
            .text("\"><i>")
            .raw("\">")
            .text("a & 'b'");
        assert_eq!(
            html.into_text(),
            "<b title=\"&quot;&gt;&lt;i&gt;\">a &amp; &#39;b&#39;"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text: String) {
            let mut html = Html::default();
            html.text(&text);
            let html = html.into_text();
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            let back = html
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}
