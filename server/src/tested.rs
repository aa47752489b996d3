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
        let mut host = store.smart_host(of).await?;
        let login = match store.smart_host_with_login(of).await? {
            // A password goes with the settings that it was read with, and no others.
            Some((settings, login)) => {
                host.settings = settings;
                login
            }
            None => StoredLogin::None,
        };
        Ok(Self { host, login })
    }

    /// Whether there is a login that is set, which nobody has typed for this test.
    pub(crate) const fn has_login(&self) -> bool {
        !matches!(self.login, StoredLogin::None)
    }

    /// What applies where nothing is known.
    pub(crate) fn nothing(of: NextHop) -> Self {
        Self {
            host: StoredSmartHost {
                id: None,
                version: Version(0),
                routes: 0,
                password: PasswordState::None,
                act: None,
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

#[cfg(test)]
mod tests {
    use routing::{Host, Password, Port, UserName};

    use super::*;

    fn account() -> Account {
        Account {
            user: UserName::parse("anna").unwrap(),
            password: Password::parse("canary-7").unwrap(),
        }
    }

    /// One with an account that is set, as is usual on its port, by change 7.
    fn known(login: StoredLogin) -> Known {
        let mut known = Known::nothing(NextHop {
            host: Host::parse("a.example").unwrap(),
            port: Port::parse("587").unwrap(),
        });
        known.host.version = Version(7);
        known.login = login;
        known
    }

    #[test]
    fn a_password_that_cannot_be_read_is_left_out_only_if_asked() {
        let known = || known(StoredLogin::Unreadable);
        assert!(known().plan(None, Login::AsSet).is_err());
        let (plan, settings) = known().plan(None, Login::None).unwrap();
        assert_eq!((plan.account.is_none(), settings), (true, None));
        let (plan, settings) = known().plan(None, Login::Account(account())).unwrap();
        assert_eq!((plan.account.is_some(), settings), (true, None));
    }

    #[test]
    fn only_a_test_with_nothing_else_is_one_of_the_settings() {
        let known = || known(StoredLogin::Account(account()));
        let set = |tls, login| known().plan(tls, login).unwrap().1;
        assert_eq!(set(None, Login::AsSet), Some(Version(7)));
        assert_eq!(
            set(Some(TlsPolicy::Required), Login::AsSet),
            Some(Version(7))
        );
        assert_eq!(set(Some(TlsPolicy::None), Login::AsSet), None);
        assert_eq!(set(None, Login::None), None);
        assert_eq!(set(None, Login::Account(account())), None);
    }

    #[test]
    fn a_password_goes_in_the_clear_only_as_it_is_set_with_its_reason() {
        let in_the_clear = |login| {
            let mut known = known(StoredLogin::Account(account()));
            known.host.settings.user = Some(account().user);
            known.host.settings.tls = TlsPolicy::None;
            known.plan(None, login).unwrap().0.login_without_tls
        };
        assert!(in_the_clear(Login::AsSet));
        assert!(!in_the_clear(Login::Account(account())));
        let safe = known(StoredLogin::Account(account()));
        let (plan, _) = safe.plan(Some(TlsPolicy::None), Login::AsSet).unwrap();
        assert!(!plan.login_without_tls);
    }
}
