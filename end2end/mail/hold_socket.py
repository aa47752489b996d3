"""Holds a listening socket for a service and starts the service again whenever it ends.

This is what systemd does with a .socket and a .service unit (sd_listen_fds(3), Restart=always),
without systemd; after many starts it gives up and closes the socket, as systemd does after many in a
short time. The only argument is a JSON object:

    socket    the path; a socket that is there is replaced
    uid, gid  who the service runs as
    command   the service

It writes {"event": "started", "pid": N} for each start, and passes on what the service writes. It
ends, with the service, when its standard input does.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import threading

FIRST_FD = 3
# Far more than any test makes, and few enough for a service that cannot start at all.
MOST_STARTS = 30


def start(settings, listener):
    pid = os.fork()
    if pid:
        print(json.dumps({"event": "started", "pid": pid}), flush=True)
        return pid
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(listener.fileno(), FIRST_FD)
    os.set_inheritable(FIRST_FD, True)
    os.setgroups([])
    os.setgid(settings["gid"])
    os.setuid(settings["uid"])
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
    os.execvp(settings["command"][0], settings["command"])


def main():
    settings = json.loads(sys.argv[1])
    path = settings["socket"]
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o660)
    listener.listen(1024)
    # Beyond 3, where it will be duplicated to.
    if listener.fileno() == FIRST_FD:
        listener = socket.socket(fileno=os.dup(listener.detach()))

    # Held while a service is started or ended, so that none is started after the last one was ended.
    turn = threading.Lock()
    ending = False
    service = start(settings, listener)

    def end_with_the_test():
        nonlocal ending
        sys.stdin.buffer.read()
        with turn:
            ending = True
            # Nobody new shall come; who waits already is turned away when the last process that
            # has the socket is gone.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            for number in (signal.SIGTERM, signal.SIGCONT):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(service, number)

    threading.Thread(target=end_with_the_test, daemon=True).start()
    for _ in range(MOST_STARTS):
        os.waitpid(service, 0)
        with turn:
            if ending:
                return
            service = start(settings, listener)
    os.waitpid(service, 0)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    sys.exit("the service ended again and again")


main()
