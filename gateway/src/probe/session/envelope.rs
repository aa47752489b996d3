//! MAIL FROM, RCPT TO, and goodbye. DATA never follows.

use crate::probe::Envelope;
use crate::probe::record::{Ending, Stopped};
use crate::probe::reply::Reply;
use crate::probe::report::Kind;
use crate::probe::session::Session;

impl Session<'_> {
    /// Asks the server about a sender and a recipient, where there are any.
    pub(super) async fn envelope(&mut self) -> Result<(), Stopped> {
        let Some(Envelope { from, to }) = &self.plan().envelope else {
            let why = "No address was given to ask the server about.";
            self.record.skip(Kind::Recipient, why);
            return Ok(());
        };
        let international = from.needs_smtputf8() || to.needs_smtputf8();
        self.record.begin(Kind::Sender);
        if international && !self.ehlo.smtputf8 {
            let finding = "The server does not take addresses beyond ASCII (SMTPUTF8).";
            let advice = "Use another server for them, or other addresses.";
            return Err(self.refuse(finding, advice).await);
        }
        let parameter = if international { " SMTPUTF8" } else { "" };
        let reply = self
            .command(&format!("MAIL FROM:<{from}>{parameter}"))
            .await?;
        self.judge(
            &reply,
            "The server takes the sender.",
            "The server refuses the sender.",
        )
        .await?;
        self.record.begin(Kind::Recipient);
        let reply = self.command(&format!("RCPT TO:<{to}>")).await?;
        self.judge(
            &reply,
            "The server takes the recipient.",
            "The server refuses the recipient.",
        )
        .await
    }

    async fn judge(&mut self, reply: &Reply, good: &str, bad: &str) -> Result<(), Stopped> {
        if reply.is_positive() {
            return self.record.end(Ending::ok(good));
        }
        let advice = match reply.code {
            530 => "The server wants a login: set an account for this smart host.",
            _ if reply.is_temporary() => {
                "Try again in some minutes: servers often put off those they do not know."
            }
            550..=554 => {
                "The server says why. If it does not relay for this gateway, set an account, or \
                 have its administrator allow this gateway's address."
            }
            _ => "The server says why.",
        };
        Err(self.refuse(bad, advice).await)
    }

    /// RSET and QUIT. Whatever comes of them, Postfix does not mind.
    pub(super) async fn quit(&mut self) {
        self.record.begin(Kind::Quit);
        let commands: &[&str] = match self.plan().envelope {
            Some(_) => &["RSET", "QUIT"],
            None => &["QUIT"],
        };
        for command in commands {
            self.record.sent(command);
            let wire = &mut self.wire;
            let work = async {
                wire.send(command.as_bytes()).await?;
                wire.reply().await
            };
            let limit = self.setting.plan.limits.reply;
            let Ok(Ok(reply)) = self.record.within(limit, work).await else {
                let finding = "The server does not say goodbye. Nothing depends on it.";
                // A step that is fine stops nothing.
                let _ = self.record.end(Ending::ok(finding));
                return;
            };
            self.record.heard(&reply.lines);
        }
        // As above.
        let _ = self.record.end(Ending::ok("No mail was sent."));
    }
}
