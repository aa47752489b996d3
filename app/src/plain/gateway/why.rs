//! Why a finding of the doctor matters.

/// Why the check of this name matters, in a sentence; nothing for a name that is not known.
pub(super) fn why(check: &str) -> Option<&'static str> {
    Some(match check {
        "postfix-version" => "Older versions cannot try several hosts for one route.",
        "postfix-running" => "Nothing is delivered while it does not run.",
        "postconf-warnings" => "What Postfix does not understand it ignores, or it stops there.",
        "services" => "Mail for smart hosts is delivered by these two services only.",
        "credentials" => {
            "Without them the gateway does not log in, and smart hosts refuse its mail."
        }
        "tls-policies" => "Otherwise mail may leave unencrypted, or to the wrong host.",
        "connection-reuse" => "With it, a stock Postfix defers all mail for smart hosts.",
        "service-options" => {
            "Options of main.cf would otherwise hold for mail to smart hosts, too."
        }
        "delivery-status-filter" => {
            "Without it a fault of the configuration returns mail to its sender at once."
        }
        "relay-domains" => "It says for which domains mail is accepted from outside.",
        "transport-maps" => "It says where mail goes. Without our table no route has an effect.",
        "socket-folder" | "socket" => {
            "Postfix asks through it. What it cannot reach it cannot ask."
        }
        "lookup-service" => "While nobody answers, Postfix answers 451 to every recipient.",
        "lookup-version" => "Another version may answer otherwise than this console shows.",
        "answers" | "answers-transport" => "These answers decide where mail goes.",
        "answers-relay" => "These answers decide for which domains mail is accepted.",
        "answers-accounts" => "These answers are the accounts with which the gateway logs in.",
        "answers-tls" => "These answers decide how well mail is encrypted on its way.",
        "transport-order" => "The table that answers first wins, whatever this console says.",
        "sasl-modules" => "Without them Postfix cannot log in at a smart host.",
        "chroot" => "Inside its chroot, Postfix finds only what was copied there.",
        "ca-file" => "Without it no certificate can be verified, and such mail waits.",
        "open-relay" | "relay-restrictions" | "mynetworks" => {
            "Strangers could send their mail through this gateway, which ends on block lists."
        }
        "managed-domains" => "Mail for such a domain is delivered on this machine instead.",
        _ => return None,
    })
}
