//! STARTTLS, the handshake, and what the policy makes of the certificate.

use routing::TlsPolicy;

use crate::probe::Plan;
use crate::probe::certificate::Certificate;
use crate::probe::ehlo::Ehlo;
use crate::probe::record::{Ending, Record, Stopped};
use crate::probe::report::Kind;
use crate::probe::session::{Ended, Session, Setting};
use crate::probe::tls::{self, HandshakeError, Secured};
use crate::probe::wire::Wire;

impl Session<'_> {
    /// Asks for TLS as the policy wants it. True: the handshake may begin.
    pub(super) async fn starttls(&mut self, clear: bool) -> Result<bool, Stopped> {
        let must = self.plan().tls.is_required();
        if self.plan().tls == TlsPolicy::None || clear {
            let why = match (clear, self.ehlo.starttls) {
                (true, _) => "Left out, because the handshake failed before.",
                (false, true) => "The TLS policy is none, though the server offers STARTTLS.",
                (false, false) => "The TLS policy is none.",
            };
            self.record.skip(Kind::StartTls, why);
            return Ok(false);
        }
        self.record.begin(Kind::StartTls);
        if !self.ehlo.starttls {
            let finding = "The server does not offer STARTTLS.";
            if must {
                let advice = "Set up TLS on the server, or choose a port that has it.";
                return Err(self.refuse(finding, advice).await);
            }
            let finding = format!("{finding} Mail goes out in clear.");
            let ending = Ending::warning(finding, "Set up TLS on the server.");
            return self.record.end(ending).map(|()| false);
        }
        let reply = self.command("STARTTLS").await?;
        if !reply.is_positive() {
            let finding = "The server offers STARTTLS and then refuses it.";
            if must {
                let advice = "Look into the server's log; its certificate may be missing.";
                return Err(self.refuse(finding, advice).await);
            }
            let finding = format!("{finding} Mail goes out in clear.");
            let ending = Ending::warning(finding, "Look into the server's log.");
            self.ehlo.starttls = false;
            return self.record.end(ending).map(|()| false);
        }
        if self.wire.has_more() {
            let begun = self.wire.begun();
            self.record.heard(&begun);
            return Err(self.record.fail(
                "More came in clear after the reply to STARTTLS, before TLS began.",
                "Somebody on the way may have put it there (CVE-2011-0411), or the server has a \
                 grave fault. Do not use it before it is mended.",
            ));
        }
        self.record.end(Ending::ok("TLS may begin.")).map(|()| true)
    }

    /// The handshake, and the judgement of the certificate.
    pub(super) async fn secure(self, by_starttls: bool) -> Result<Self, Ended> {
        let Session {
            setting,
            record,
            wire,
            helo,
            ..
        } = self;
        let plan = setting.plan;
        record.begin(Kind::Tls);
        let handshake = tls::handshake(
            wire.into_stream(),
            &plan.host,
            plan.sni.as_ref(),
            setting.now,
        );
        let secured = match record.within(plan.limits.handshake, handshake).await {
            Ok(Ok(secured)) => secured,
            Ok(Err(error)) => return Err(no_handshake(plan, record, &error, by_starttls)),
            Err(late) => {
                let advice = "Check that the port is for TLS, and look into the server's log.";
                let error = HandshakeError {
                    finding: late.to_string(),
                    advice: advice.to_owned(),
                    is_other_protocol: false,
                };
                return Err(no_handshake(plan, record, &error, by_starttls));
            }
        };
        record.end(Ending::ok(format!("{}.", secured.summary)))?;
        judge(setting, record, &secured)?;
        Ok(Session {
            setting,
            record,
            wire: Wire::new(secured.stream),
            helo,
            // What was said in clear counts no longer (RFC 3207 section 4.2).
            ehlo: Ehlo::default(),
            tls: Some(secured.summary),
        })
    }
}

/// After a failed handshake a policy that only hopes for TLS goes on in clear, unless there is a
/// login; others stop. So does Postfix, which calls again in clear once a message has waited for
/// `minimal_backoff_time` (`PLAINTEXT_FALLBACK_OK_AFTER_STARTTLS_FAILURE` in its smtp.h).
fn no_handshake(
    plan: &Plan,
    record: &mut Record,
    error: &HandshakeError,
    by_starttls: bool,
) -> Ended {
    let advice = match (error.is_other_protocol, by_starttls) {
        (true, false) => {
            "Choose another port, or a TLS policy with STARTTLS: implicit TLS is usual on port 465 \
             only."
        }
        _ => &error.advice,
    };
    if plan.tls == TlsPolicy::Opportunistic && plan.account.is_none() {
        let finding = format!(
            "{} Mail waits for some minutes and then goes out in clear.",
            error.finding
        );
        return match record.end(Ending::warning(finding, advice)) {
            Ok(()) => Ended::ClearNext,
            Err(stopped) => stopped.into(),
        };
    }
    record.fail(error.finding.as_str(), advice).into()
}

/// Shows the certificate. Only policies that verify it depend on it.
fn judge(setting: Setting<'_>, record: &mut Record, secured: &Secured) -> Result<(), Stopped> {
    let plan = setting.plan;
    let name = plan.tls.certificate_name(&plan.host);
    let must = name.is_some();
    // Where nothing is verified, it is shown what would be.
    let expected = name.unwrap_or_else(|| plan.host.to_string());
    record.begin(Kind::Certificate);
    let judged = Certificate::judge(&secured.sent, setting.trust, setting.now, &expected);
    let Some(certificate) = judged else {
        let finding = "The server shows no certificate.";
        let advice = "Install a certificate on the server.";
        return record.end(if must {
            Ending::failure(finding, advice)
        } else {
            Ending::warning(finding, advice)
        });
    };
    let days = certificate.days_left;
    let problems = certificate.problems.join(" ");
    let ending = if must && !certificate.is_verified() {
        Ending::failure(problems, advice_on(&certificate, plan))
    } else if must && !certificate.problems.is_empty() {
        Ending::warning(problems, "Renew it in time.")
    } else if must {
        Ending::ok(format!("Verified for {expected}; {days} days left."))
    } else if certificate.problems.is_empty() {
        Ending::ok(format!(
            "It could be verified, too, for {expected}; {days} days left."
        ))
    } else {
        // Not a warning: nothing depends on it, and most servers would have one.
        Ending::ok(format!("{problems} This TLS policy does not mind."))
    };
    record.end(ending.showing(certificate))
}

fn advice_on(certificate: &Certificate, plan: &Plan) -> String {
    let mut advice = Vec::new();
    if !certificate.trusted {
        advice.push(
            "Install a valid certificate from a known authority with its intermediate ones, or give \
             Postfix and this test the file of your own authority.",
        );
    }
    if !certificate.name_matches {
        advice.push(if plan.sni.is_some() {
            "Set the name to verify to one that the certificate is for."
        } else {
            "Set the name to verify to one that the certificate is for. A server with several \
             certificates shows its default one, because Postfix names none in the handshake."
        });
    }
    advice.join(" ")
}
