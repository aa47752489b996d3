//! A connection test of a smart host as it is set up, and what is noted of the test.

use gateway::probe::{Outcome, Plan, Report};
use routing::{Account, NextHop, SmartHost, TlsPolicy};
use store::{
    PasswordState, Store, StoredLogin, StoredSmartHost, TestNote, TestOutcome, Timestamp, Version,
};

/// A smart host as it is set up; as is usual on its port, where nothing has been set.
pub(crate) struct Known {
    /// Its settings.
    pub(crate) host: StoredSmartHost,
    login: StoredLogin,
}

/// Which account to test with.
pub(crate) enum Login {
    /// The one that is set, if any is.
    AsSet,
    /// None, whatever is set.
    None,
    /// This one.
    Account(Account),
}

/// The password that is set cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "The password that is set for this smart host cannot be read: it was sealed with another key. \
     Enter it again."
)]
pub(crate) struct Unreadable;

impl Known {
    /// Reads what is set.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn read(store: &Store, of: &NextHop) -> Result<Self, store::Error> {
        // The version first: a change between the two is found when the test is noted.
        let host = store.smart_host(of).await?;
        let set = store.smart_host_with_login(of).await?;
        let login = set.map_or(StoredLogin::None, |(_, login)| login);
        Ok(Self { host, login })
    }

    /// What applies where nothing is known.
    pub(crate) fn nothing(of: NextHop) -> Self {
        Self {
            host: StoredSmartHost {
                id: None,
                version: Version(0),
                routes: 0,
                password: PasswordState::None,
                settings: SmartHost::default_for(of),
            },
            login: StoredLogin::None,
        }
    }

    /// The test to make: with the settings, but for what is asked for instead. Beside it the version
    /// of the settings, if it is made with nothing else.
    ///
    /// # Errors
    /// [`Unreadable`] if the account that is set is wanted.
    pub(crate) fn plan(
        self,
        tls: Option<TlsPolicy>,
        login: Login,
    ) -> Result<(Plan, Option<Version>), Unreadable> {
        let settings = self.host.settings;
        let in_the_clear = settings.logs_in_the_clear();
        let tls = tls.unwrap_or_else(|| settings.tls.clone());
        let (account, as_set) = match (login, self.login) {
            (Login::AsSet, StoredLogin::Unreadable) => return Err(Unreadable),
            (Login::AsSet, StoredLogin::Account(account)) => (Some(account), true),
            (Login::AsSet | Login::None, StoredLogin::None) => (None, true),
            (Login::None, _) => (None, false),
            (Login::Account(account), _) => (Some(account), false),
        };
        let stored = as_set && tls == settings.tls;
        let of = settings.next_hop;
        let plan = Plan {
            login_without_tls: as_set && in_the_clear,
            account,
            ..Plan::new(of.host, of.port, tls)
        };
        Ok((plan, stored.then_some(self.host.version)))
    }
}

/// What is to be noted of a test that began at `at`, with `settings` as [`Known::plan`] tells them.
pub(crate) fn note(report: &Report, at: Timestamp, settings: Option<Version>) -> TestNote {
    TestNote {
        next_hop: NextHop {
            host: report.host.clone(),
            port: report.port,
        },
        at,
        outcome: match report.outcome {
            Outcome::Ok | Outcome::Skipped => TestOutcome::Ok,
            Outcome::Warning => TestOutcome::Warning,
            Outcome::Failure => TestOutcome::Failure,
        },
        verdict: report.verdict.clone(),
        settings,
    }
}
