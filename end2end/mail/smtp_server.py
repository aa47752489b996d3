"""A smart host for tests: a real SMTP server that keeps a journal of what happens to it.

The only argument is a JSON object:

    name      what it calls itself
    port      0 for a free one
    tls       "none", "starttls" (and demanded before MAIL) or "implicit"
    cert, key PEM files; for "starttls" and "implicit"
    accounts  {user: password}; where there are any, a login is demanded

The journal goes to standard output, one JSON object a line, each with an "event": "listening",
"connected", "tls", "auth", "sender" and "message". It ends when standard input does, so that it
never outlives the test that started it.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def note(event, **what):
    sys.stdout.write(json.dumps({"event": event, **what}) + "\n")
    sys.stdout.flush()


def tls_version(server):
    """The version of the connection's TLS, or None for one in clear."""
    tls = server.transport.get_extra_info("ssl_object")
    return tls.version() if tls else None


class Journal:
    """What aiosmtpd calls for each command that the journal tells of."""

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        if tls_version(server):
            note("tls", version=tls_version(server))
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        note("sender", sender=address, tls=tls_version(server), user=user_of(session))
        return "250 2.1.0 Ok"

    async def handle_DATA(self, server, session, envelope):
        headers, _, body = envelope.content.partition(b"\r\n\r\n")
        identity = ""
        for line in headers.split(b"\r\n"):
            if line.lower().startswith(b"x-test-id:"):
                identity = line.split(b":", 1)[1].strip().decode("ascii", "replace")
        note(
            "message",
            id=identity,
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            tls=tls_version(server),
            user=user_of(session),
            bytes=len(body),
        )
        return "250 2.0.0 Kept"


def user_of(session):
    return session.auth_data if session.authenticated else None


def authenticator(accounts):
    def authenticate(server, session, envelope, mechanism, data):
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = data.login.decode("utf-8", "replace")
        password = data.password.decode("utf-8", "replace")
        accepted = user in accounts and accounts[user] == password
        note("auth", user=user, accepted=accepted, tls=tls_version(server))
        return AuthResult(success=accepted, handled=False, auth_data=user if accepted else None)

    return authenticate


class Noting(SMTP):
    """Tells of each connection, before anything is said on it."""

    def connection_made(self, transport):
        if self.transport is None:
            note("connected", peer=transport.get_extra_info("peername")[0])
        super().connection_made(transport)


async def main():
    settings = json.loads(sys.argv[1])
    tls = settings["tls"]
    context = None
    if tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(settings["cert"], settings["key"])
    accounts = settings["accounts"]

    def server():
        return Noting(
            Journal(),
            hostname=settings["name"],
            enable_SMTPUTF8=True,
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            auth_required=bool(accounts),
            # aiosmtpd counts only STARTTLS as encryption.
            auth_require_tls=tls == "starttls",
            authenticator=authenticator(accounts),
            command_call_limit={"*": 100_000},
        )

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        server, "127.0.0.1", settings["port"], ssl=context if tls == "implicit" else None
    )
    note("listening", port=listener.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.buffer.read)


asyncio.run(main())
