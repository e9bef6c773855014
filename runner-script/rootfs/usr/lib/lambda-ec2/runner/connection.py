"""HTTP to one server over connections that are kept: a TLS handshake costs more than most of the runner's requests."""
import http.client
import io
import socket
import ssl
import threading
from typing import BinaryIO, Mapping, NamedTuple, Optional
from urllib.parse import urlsplit

from runner.clock import Limit
from runner.connect import LEAST_SECONDS, connect
from runner.failure import Stopped, Stopping

# How long any single read or write may wait for the other side.
_SILENCE_SECONDS = 30.0
# How long a request waits for a connection that is in use before it opens another.
_SHARE_SECONDS = 0.5
_CHUNK = 1 << 16


class NoAnswer(Exception):
    """The server gave no answer, or one that broke off."""


class TooLarge(Exception):
    """The answer's body is longer than the caller can take. Nothing of it was read."""

    def __init__(self, size: int, headers: dict[str, str]) -> None:
        super().__init__('%d bytes' % size)
        self.size = size
        #: Of the answer, their names in lower case.
        self.headers = headers


class NotKept(Exception):
    """The answer's body could not be written where it was to go."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class Response(NamedTuple):
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Empty when it went into a file.
    body: bytes


class Server:
    """One server. Safe for several threads, which share a connection as long as that costs them little."""

    def __init__(self, url: str, stopping: Stopping, proxy: Optional[tuple[str, int]] = None) -> None:
        """:param url: `http://HOST[:PORT]` or `https://...`; a path in it stands before those of the requests
        :param proxy: host and port of the HTTP proxy that it is reached through
        """
        parts = urlsplit(url)
        self._tls = ssl.create_default_context() if parts.scheme == 'https' else None
        self._host = parts.hostname or ''
        self._port = parts.port or (443 if self._tls else 80)
        self._proxy = proxy
        #: What a request's Host header says.
        self.host = parts.netloc.rpartition('@')[2]
        self.path = parts.path.rstrip('/')
        self._idle: list[http.client.HTTPConnection] = []
        self._busy: set[http.client.HTTPConnection] = set()
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
        :raises NotKept: when the sink takes no more
        """
        while True:
            connection, used = self._take()
            try:
                return self._exchange(connection, method, target, headers, limit, body, sink, most)
            except (TooLarge, NotKept, Stopped):
                self._drop(connection)
                raise
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._drop(connection)
                # A kept connection may have been closed by the other side meanwhile, which is no fault of the request.
                stale = isinstance(error, (ConnectionError, http.client.RemoteDisconnected))
                self._stopping.check()
                if not (used and stale) or limit.over:
                    raise NoAnswer(_why(error, limit)) from error

    def _exchange(self, connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str],
                  limit: Limit, body: bytes, sink: Optional[BinaryIO], most: int) -> Response:
        sock: Optional[socket.socket] = connection.sock
        if sock is None:
            sock = connection.sock = connect(
                self._host, self._port, self._tls, limit, self._stopping, self._proxy)
            # Nobody could interrupt that.
            self._stopping.check()
        sock.settimeout(min(_SILENCE_SECONDS, max(limit.left, LEAST_SECONDS)))
        # A peer that sends a byte now and then never lets a read time out.
        cut = threading.Timer(limit.left, _shut, [connection])
        cut.daemon = True
        cut.start()
        try:
            refused = not _send(connection, method, target, headers, body)
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            if answer.status == 200 and answer.length is not None and answer.length > most and method != 'HEAD':
                raise TooLarge(answer.length, names)
            into = sink if answer.status == 200 else None
            content = _read(answer, into, most)
        finally:
            cut.cancel()
        if answer.will_close or refused:
            self._drop(connection)
        else:
            self._give_back(connection)
        return Response(answer.status, names, content)

    def _take(self) -> tuple[http.client.HTTPConnection, bool]:
        with self._changed:
            self._stopping.check()
            if not self._idle and self._busy:
                self._changed.wait_for(lambda: bool(self._idle) or not self._busy or bool(self._stopping), _SHARE_SECONDS)
                self._stopping.check()
            used = bool(self._idle)
            # TLS is the socket's own business.
            connection = self._idle.pop() if used else http.client.HTTPConnection(
                self._host, self._port, blocksize=_CHUNK)
            self._busy.add(connection)
            return connection, used

    def _give_back(self, connection: http.client.HTTPConnection) -> None:
        with self._changed:
            self._busy.discard(connection)
            self._idle.append(connection)
            self._changed.notify()

    def _drop(self, connection: http.client.HTTPConnection) -> None:
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


def _send(connection: http.client.HTTPConnection, method: str, target: str, headers: Mapping[str, str],
          body: bytes) -> bool:
    """False when the other side stopped to listen before the end of the body: it has answered by then."""
    # By blocks, so that the socket's limit is one for each of them and not for the whole.
    length = {'content-length': str(len(body))} if body else {}
    try:
        connection.request(method, target, io.BytesIO(body) if body else None, {**headers, **length})
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _read(answer: http.client.HTTPResponse, sink: Optional[BinaryIO], most: int) -> bytes:
    if sink is None:
        content = answer.read(most + 1)
        if len(content) > most:
            raise ValueError('the answer is longer than %d bytes' % most)
        if answer.length:
            raise ConnectionError('the answer broke off')
        return content
    _keep(sink, b'')
    while chunk := answer.read(_CHUNK):
        _keep(sink, chunk)
    if answer.length:
        raise ConnectionError('the answer broke off')
    return b''


def _keep(sink: BinaryIO, chunk: bytes) -> None:
    """The next part of a body; an empty one begins it, because an earlier try may have left something there."""
    try:
        if not chunk:
            sink.seek(0)
            sink.truncate()
        sink.write(chunk)
        sink.flush()
    except OSError as error:
        raise NotKept(error) from error


def _shut(connection: http.client.HTTPConnection) -> None:
    sock: Optional[socket.socket] = connection.sock
    try:
        if sock is not None:
            # Not the TLS socket's own: that one takes TLS off under whoever reads,
            # who would take ciphers for the answer.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        pass


def _why(error: Exception, limit: Limit) -> str:
    if isinstance(error, socket.timeout) or limit.over:
        return 'no answer in time'
    if isinstance(error, socket.gaierror):
        return 'the name of the server is not known: %s' % error.strerror
    return str(error) or type(error).__name__
