"""Connections to a server by its name."""
import socket
import ssl
import threading
from typing import Any, Optional

from runner.clock import Limit
from runner.failure import Stopping

_CONNECT_SECONDS = 5.0
LEAST_SECONDS = 0.05
# How long somebody who waits for a name does not look whether the job is being stopped.
_LOOK_SECONDS = 0.2

# What socket.getaddrinfo answers.
_Addresses = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]


def connect(host: str, port: int, tls: Optional[ssl.SSLContext], limit: Limit, stopping: Stopping) -> socket.socket:
    """A connection to the first address that takes one. The name may stand for many.

    :raises OSError: when none does
    :raises Stopped: when the job is being stopped
    """
    failure = OSError('the name of the server has no address')
    for family, kind, protocol, _, address in _addresses(host, port, limit, stopping):
        stopping.check()
        if limit.over:
            raise socket.timeout
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(min(_CONNECT_SECONDS, max(limit.left, LEAST_SECONDS)))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return tls.wrap_socket(sock, server_hostname=host) if tls else sock
        except OSError as error:
            sock.close()
            failure = error
    raise failure


def _addresses(host: str, port: int, limit: Limit, stopping: Stopping) -> _Addresses:
    """In a thread: the resolver has limits of its own, which may be minutes, and nobody can interrupt it."""
    found: list[_Addresses] = []
    failed: list[Exception] = []

    def look() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(min(_LOOK_SECONDS, limit.left))
        stopping.check()
        if thread.is_alive() and limit.over:
            raise socket.timeout
    if failed:
        raise failed[0]
    return found[0]
