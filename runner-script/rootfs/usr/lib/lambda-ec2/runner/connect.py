"""Connections to a server by its name."""
import socket
import ssl
import threading
from typing import Any, Optional

from runner.clock import Limit
from runner.failure import Stopping

_CONNECT_SECONDS = 5.0
LEAST_SECONDS = 0.05
# A proxy answers when it has reached the server itself.
_TUNNEL_SECONDS = 30.0
_LONGEST_ANSWER = 1 << 16
# How long somebody who waits for a name does not look whether the job is being stopped.
_LOOK_SECONDS = 0.2

# What socket.getaddrinfo answers.
_Addresses = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]


def connect(host: str, port: int, tls: Optional[ssl.SSLContext], limit: Limit, stopping: Stopping,
            proxy: Optional[tuple[str, int]] = None) -> socket.socket:
    """A connection to the first address that takes one. The name may stand for many.

    :param proxy: host and port of the HTTP proxy that it goes through, and that looks up the name then
    :raises OSError: when none does
    :raises Stopped: when the job is being stopped
    """
    try:
        sock = _reach(*(proxy or (host, port)), limit, stopping)
    except OSError as error:
        if proxy is None:
            raise
        raise OSError('the proxy %s:%d cannot be reached: %s' % (*proxy, error)) from error
    try:
        if proxy is not None:
            _tunnel(sock, host, port, limit, stopping)
        return tls.wrap_socket(sock, server_hostname=host) if tls else sock
    except OSError:
        sock.close()
        raise


def _reach(host: str, port: int, limit: Limit, stopping: Stopping) -> socket.socket:
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
            return sock
        except OSError as error:
            sock.close()
            failure = error
    raise failure


def _tunnel(sock: socket.socket, host: str, port: int, limit: Limit, stopping: Stopping) -> None:
    """Asks the proxy for a way to a server (RFC 9110, CONNECT). Nothing comes from there before we have spoken."""
    there = '%s:%d' % ('[%s]' % host if ':' in host else host, port)
    limit = limit.no_later_than(_TUNNEL_SECONDS)
    sock.sendall(('CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n' % (there, there)).encode())
    patience = sock.gettimeout()
    sock.settimeout(_LOOK_SECONDS)
    answer = part = b' '
    while part and b'\r\n\r\n' not in answer and len(answer) < _LONGEST_ANSWER:
        stopping.check()
        if limit.over:
            raise OSError('the proxy gave no answer for %s' % there)
        try:
            part = sock.recv(4096)
        except socket.timeout:
            continue
        answer += part
    sock.settimeout(patience)
    status = answer.strip().partition(b'\r\n')[0].partition(b' ')[2].decode('ascii', 'replace')
    if not status.startswith('2'):
        raise OSError('the proxy refuses %s: %s' % (there, status[:100] or 'it hung up'))


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
