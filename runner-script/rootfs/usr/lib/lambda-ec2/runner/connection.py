"""HTTP to one server over connections that are kept: a TLS handshake costs more than most of the runner's requests."""
import http.client
import socket
import threading
from dataclasses import dataclass
from typing import BinaryIO, Mapping, Optional, Union
from urllib.parse import urlsplit

from runner.clock import Limit
from runner.failure import Stopped, Stopping

_Connection = Union[http.client.HTTPConnection, http.client.HTTPSConnection]

_CONNECT_SECONDS = 5.0
# How long any single read or write may wait for the other side.
_SILENCE_SECONDS = 30.0
# How long a request waits for a connection that is in use before it opens another.
_SHARE_SECONDS = 0.5
_CHUNK = 1 << 16


class NoAnswer(Exception):
    """The server gave no answer, or one that broke off."""


class TooLarge(Exception):
    """The answer's body is longer than the caller can take. Nothing of it was read."""

    def __init__(self, size: int) -> None:
        super().__init__('%d bytes' % size)
        self.size = size


@dataclass(frozen=True)
class Response:
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Empty when it went into a file.
    body: bytes


class Server:
    """One server. Safe for several threads, which share a connection as long as that costs them little."""

    def __init__(self, url: str, stopping: Stopping) -> None:
        """:param url: `http://HOST[:PORT]` or `https://...`; a path in it stands before those of the requests"""
        parts = urlsplit(url)
        self._secure = parts.scheme == 'https'
        self._host = parts.hostname or ''
        self._port = parts.port
        #: What a request's Host header says.
        self.host = parts.netloc.rpartition('@')[2]
        self.path = parts.path.rstrip('/')
        self._idle: list[_Connection] = []
        self._busy: set[_Connection] = set()
        self._changed = threading.Condition()
        self._stopping = stopping

    def request(self, method: str, target: str, headers: Mapping[str, str], limit: Limit, body: bytes = b'',
                sink: Optional[BinaryIO] = None, most: int = 1 << 24) -> Response:
        """One request with its whole answer.

        :param target: path and query, encoded
        :param limit: when it must be over, however slowly the other side answers
        :param sink: where the body of a 200 goes instead of into memory
        :param most: the longest body that is read
        :raises NoAnswer: in one sentence why
        :raises Stopped: when the job is being stopped
        :raises TooLarge: when a 200 says that its body is longer than `most`
        """
        while True:
            connection, used = self._take()
            try:
                return self._exchange(connection, method, target, headers, limit, body, sink, most)
            except (TooLarge, Stopped):
                self._drop(connection)
                raise
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._drop(connection)
                # A kept connection may have been closed by the other side meanwhile, which is no fault of the request.
                stale = isinstance(error, (ConnectionError, http.client.RemoteDisconnected))
                self._stopping.check()
                if not (used and stale) or limit.over:
                    raise NoAnswer(_why(error, limit)) from error

    def _exchange(self, connection: _Connection, method: str, target: str, headers: Mapping[str, str], limit: Limit,
                  body: bytes, sink: Optional[BinaryIO], most: int) -> Response:
        silence = min(_SILENCE_SECONDS, max(limit.left, 0.05))
        if connection.sock is None:
            connection.timeout = min(_CONNECT_SECONDS, silence)
            connection.connect()
            # Nobody could interrupt that.
            self._stopping.check()
        assert connection.sock is not None
        connection.sock.settimeout(silence)
        # A peer that sends a byte now and then never lets a read time out.
        cut = threading.Timer(limit.left, _shut, [connection])
        cut.daemon = True
        cut.start()
        try:
            connection.request(method, target, body or None, dict(headers))
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            if answer.status == 200 and answer.length is not None and answer.length > most and method != 'HEAD':
                raise TooLarge(answer.length)
            into = sink if answer.status == 200 else None
            content = _read(answer, into, most)
        finally:
            cut.cancel()
        if answer.will_close:
            self._drop(connection)
        else:
            self._give_back(connection)
        return Response(answer.status, names, content)

    def _take(self) -> tuple[_Connection, bool]:
        with self._changed:
            self._stopping.check()
            if not self._idle and self._busy:
                self._changed.wait_for(lambda: bool(self._idle) or not self._busy or bool(self._stopping), _SHARE_SECONDS)
                self._stopping.check()
            used = bool(self._idle)
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            connection = self._idle.pop() if self._idle else kind(self._host, self._port)
            self._busy.add(connection)
            return connection, used

    def _give_back(self, connection: _Connection) -> None:
        with self._changed:
            self._busy.discard(connection)
            self._idle.append(connection)
            self._changed.notify()

    def _drop(self, connection: _Connection) -> None:
        with self._changed:
            self._busy.discard(connection)
            self._changed.notify()
        connection.close()

    def interrupt(self) -> None:
        """Ends the requests under way."""
        with self._changed:
            busy = list(self._busy)
            self._changed.notify_all()
        for connection in busy:
            _shut(connection)


def _read(answer: http.client.HTTPResponse, sink: Optional[BinaryIO], most: int) -> bytes:
    if sink is None:
        content = answer.read(most + 1)
        if len(content) > most:
            raise ValueError('the answer is longer than %d bytes' % most)
        if answer.length:
            raise ConnectionError('the answer broke off')
        return content
    # An earlier try may have left a part there.
    sink.seek(0)
    sink.truncate()
    while chunk := answer.read(_CHUNK):
        sink.write(chunk)
    if answer.length:
        raise ConnectionError('the answer broke off')
    return b''


def _shut(connection: _Connection) -> None:
    sock: Optional[socket.socket] = connection.sock
    try:
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _why(error: Exception, limit: Limit) -> str:
    if isinstance(error, socket.timeout) or limit.over:
        return 'no answer in time'
    if isinstance(error, socket.gaierror):
        return 'the name of the server is not known: %s' % error.strerror
    return str(error) or type(error).__name__
