//! Answers to clients that are not served, written without reading what they ask for.

/// Why a connection is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Its address has all the connections that one may have: 429.
    TooManyFromYou,
    /// There is no room for anybody: 503.
    TooMany,
    /// It does not come through the proxy, on the way to which it would be encrypted: 403.
    NotThroughTheProxy,
    /// The headers of its request did not come in time: 408.
    TooSlow,
}

impl Refusal {
    /// In a few words, for the log.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::TooManyFromYou => "too many connections from one address",
            Self::TooMany => "too many connections",
            Self::NotThroughTheProxy => "not through a trusted proxy",
            Self::TooSlow => "headers came too slowly",
        }
    }

    fn status(self) -> &'static str {
        match self {
            Self::TooManyFromYou => "429 Too Many Requests",
            Self::TooMany => "503 Service Unavailable",
            Self::NotThroughTheProxy => "403 Forbidden",
            Self::TooSlow => "408 Request Timeout",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::TooManyFromYou => {
                "There are too many connections from your address. Close some, or try again in a \
                 moment.\n"
            }
            Self::TooMany => {
                "The server has no room for more connections. Try again in a moment.\n"
            }
            Self::NotThroughTheProxy => {
                "This console is reached through its proxy only. If this is the proxy, its address \
                 belongs to --trusted-proxy.\n"
            }
            Self::TooSlow => "The request did not come in time. Try again.\n",
        }
    }

    /// The whole answer.
    pub(super) fn answer(self) -> String {
        let (status, words) = (self.status(), self.words());
        let later = match self {
            Self::TooManyFromYou | Self::TooMany => "retry-after: 5\r\n",
            Self::NotThroughTheProxy | Self::TooSlow => "",
        };
        format!(
            "HTTP/1.1 {status}\r\n\
             content-type: text/plain; charset=utf-8\r\n\
             content-length: {}\r\n\
             cache-control: no-store\r\n\
             x-content-type-options: nosniff\r\n\
             {later}connection: close\r\n\r\n{words}",
            words.len()
        )
    }
}
