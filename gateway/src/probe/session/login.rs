//! AUTH (RFC 4954).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use routing::Account;
use secrecy::zeroize::Zeroizing;

use crate::probe::record::{Ending, Stopped};
use crate::probe::reply::Reply;
use crate::probe::report::Kind;
use crate::probe::session::Session;
use crate::probe::words::MASK;

impl Session<'_> {
    /// Logs in where there is an account. True: it succeeded.
    pub(super) async fn login(&mut self) -> Result<bool, Stopped> {
        let Some(account) = &self.plan().account else {
            let why = match &self.ehlo.auth {
                Some(_) => "No account is set, though the server offers login.",
                None => "No account is set.",
            };
            self.record.skip(Kind::Login, why);
            return Ok(false);
        };
        self.record.begin(Kind::Login);
        let Some(mechanisms) = self.ehlo.auth.clone() else {
            let finding = "An account is set, but the server does not offer login. Postfix would \
                           send without it, and say nothing.";
            let advice = if self.tls.is_none() {
                "Many servers offer login only after TLS: choose the policy required or implicit."
            } else {
                "Set up login on the server, choose the port for it (587 or 465), or remove the \
                 account."
            };
            return Err(self.refuse(finding, advice).await);
        };
        if self.tls.is_none() && !self.plan().login_without_tls {
            let finding = "A password is never sent without TLS.";
            let advice = "Choose the policy required, verified or implicit, or give a reason for a \
                          login without TLS.";
            return Err(self.refuse(finding, advice).await);
        }
        self.hide(account);
        let has = |name: &str| mechanisms.iter().any(|offered| offered == name);
        let reply = if has("PLAIN") {
            self.plain(account).await?
        } else if has("LOGIN") {
            self.in_turns(account).await?
        } else {
            return self.no_common_mechanism(&mechanisms).await;
        };
        if reply.code == 235 {
            let finding = format!("Logged in as {}.", shown(account.user.as_str()));
            return self.record.end(Ending::ok(finding)).map(|()| true);
        }
        let (finding, advice) = refusal(&reply);
        Err(self.refuse(finding, advice).await)
    }

    /// Neither PLAIN nor LOGIN. Whether Postfix can log in depends on its SASL modules, so this is
    /// no failure, unless there is nothing to choose from at all.
    async fn no_common_mechanism(&mut self, mechanisms: &[String]) -> Result<bool, Stopped> {
        if mechanisms.is_empty() {
            let finding = "The server offers login, but no way to do it.";
            let advice = "Let the server offer PLAIN.";
            return Err(self.refuse(finding, advice).await);
        }
        let ending = Ending::warning(
            "The login was not tried: the server offers neither PLAIN nor LOGIN.",
            "Let the server offer PLAIN. Whether Postfix can log in depends on its SASL modules.",
        );
        self.record.end(ending).map(|()| false)
    }

    /// RFC 4616, with the initial response.
    async fn plain(&mut self, account: &Account) -> Result<Reply, Stopped> {
        let response = plain_response(account);
        let command = Zeroizing::new(format!("AUTH PLAIN {}", &*response));
        let shown = format!("AUTH PLAIN {MASK}");
        let reply = self.exchange(command.as_bytes(), &shown).await?;
        if reply.code == 334 {
            // The server wants it once more, by itself.
            return self.exchange(response.as_bytes(), MASK).await;
        }
        Ok(reply)
    }

    /// The mechanism LOGIN, which no RFC describes: user name and password, each when asked for.
    async fn in_turns(&mut self, account: &Account) -> Result<Reply, Stopped> {
        let mut reply = self.command("AUTH LOGIN").await?;
        let user = Zeroizing::new(STANDARD.encode(account.user.as_str()));
        let password = Zeroizing::new(STANDARD.encode(account.password.expose()));
        for answer in [user, password] {
            if reply.code != 334 {
                return Ok(reply);
            }
            reply = self.exchange(answer.as_bytes(), MASK).await?;
        }
        Ok(reply)
    }

    /// From now on no form of the password is shown, even if the server repeats it.
    fn hide(&mut self, account: &Account) {
        let password = account.password.expose();
        let secrets = &mut self.record.secrets;
        secrets.hide(password.as_bytes());
        secrets.hide(Zeroizing::new(STANDARD.encode(password)).as_bytes());
        secrets.hide(plain_response(account).as_bytes());
    }
}

fn plain_response(account: &Account) -> Zeroizing<String> {
    let password = account.password.expose();
    let message = Zeroizing::new(format!("\0{}\0{password}", account.user));
    Zeroizing::new(STANDARD.encode(message.as_bytes()))
}

fn shown(user: &str) -> String {
    crate::probe::words::line_shown(user.as_bytes())
}

/// What a refused login means (RFC 4954 section 6).
fn refusal(reply: &Reply) -> (&'static str, &'static str) {
    match reply.code {
        535 => (
            "The server does not accept user name and password.",
            "Check both. Mail would wait until they are right.",
        ),
        530 | 538 => (
            "The server wants TLS before a login.",
            "Choose the policy required, verified or implicit.",
        ),
        534 => (
            "The server finds this kind of login too weak.",
            "Ask its administrator for an account for programs, such as an application password.",
        ),
        334 => (
            "The server goes on asking after user name and password.",
            "Let the server offer PLAIN as RFC 4616 has it.",
        ),
        _ if reply.is_temporary() => (
            "The server cannot check the login now.",
            "Try again later. Mail would wait.",
        ),
        _ => (
            "The server refuses the login.",
            "The server says why; look into its log.",
        ),
    }
}
