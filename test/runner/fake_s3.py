"""A small S3 of our own: versions, ETags, conditional writes, and faults on request."""
import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Optional, Union, cast
from urllib.parse import parse_qs, unquote, urlsplit

# Longer than any test takes: whoever still waits then has hung.
_HANG_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b''
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    path: str
    query: str
    #: Names in lower case.
    headers: dict[str, str]
    body: bytes
    #: Which of the server's connections it came over, from 1.
    connection: int

    @property
    def key(self) -> str:
        return unquote(self.path).lstrip('/').partition('/')[2]


@dataclass(frozen=True)
class Version:
    name: str
    etag: str
    body: bytes
    content_type: str
    #: Headers that S3 keeps with the object.
    metadata: dict[str, str] = field(default_factory=dict[str, str])


def error(status: int, code: str, message: str = '') -> Reply:
    """A refusal as S3 words it."""
    text = '<?xml version="1.0"?>\n<Error><Code>%s</Code><Message>%s</Message></Error>' % (code, message)
    return Reply(status, text.encode(), {'content-type': 'application/xml'})


def etag_of(body: bytes) -> str:
    return '"%s"' % hashlib.md5(body).hexdigest()


#: What answers a request instead of the store: a reply, or None when the store is to answer after all. One that
#: speaks with the client by itself says False.
Script = Callable[[Seen, 'Talk'], Union[Reply, None, bool]]


class Talk(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    s3: 'FakeS3'

    def setup(self) -> None:
        super().setup()
        self.number = self.s3.new_connection()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            # The client has gone, which is what many a test is about.
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get('content-length') or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, url.path, url.query, headers, body, self.number)
        reply = self.s3.answer(seen, self)
        if reply is None:
            return
        self.send_response(reply.status)
        for name, value in {'content-length': str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(reply.body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()

    def hang_up(self) -> None:
        self.close_connection = True

    def hang(self) -> None:
        """Never answers, as long as the test lasts."""
        self.s3.closing.wait(_HANG_SECONDS)
        self.hang_up()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve


class FakeS3:
    """Also answers for the instance metadata, at the paths that are put into `metadata`."""

    def __init__(self) -> None:
        #: Of each key its versions, the current one last. A key without a current version has None there.
        self.versions: dict[str, list[Optional[Version]]] = {}
        self.metadata: dict[str, str] = {}
        self.seen: list[Seen] = []
        #: For one request each, in their order.
        self.scripts: list[Script] = []
        #: For every request.
        self.always: Optional[Script] = None
        self.closing = threading.Event()
        self.connections = 0
        self._count = 0
        self._lock = threading.RLock()
        handler = type('Handler', (Talk,), {'s3': self})
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), cast('type[Talk]', handler))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = 'http://127.0.0.1:%d' % self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def new_connection(self) -> int:
        with self._lock:
            self.connections += 1
            return self.connections

    def put(self, key: str, body: bytes, content_type: str = '', metadata: Optional[dict[str, str]] = None) -> Version:
        """Puts an object there as somebody else would."""
        with self._lock:
            self._count += 1
            version = Version('v%d' % self._count, etag_of(body), body, content_type, metadata or {})
            self.versions.setdefault(key, []).append(version)
            return version

    def current(self, key: str) -> Optional[Version]:
        with self._lock:
            versions = self.versions.get(key)
            return versions[-1] if versions else None

    def body(self, key: str) -> bytes:
        version = self.current(key)
        assert version is not None, 'there is no %s' % key
        return version.body

    def remove(self, key: str) -> None:
        with self._lock:
            self.versions.setdefault(key, []).append(None)

    def methods(self) -> list[str]:
        return [seen.method for seen in self.seen]

    def answer(self, seen: Seen, talk: Talk) -> Optional[Reply]:
        """None when the answer was given already."""
        with self._lock:
            self.seen.append(seen)
            script = self.scripts.pop(0) if self.scripts else self.always
        said = script(seen, talk) if script is not None else None
        if said is False:
            return None
        if isinstance(said, Reply):
            return said
        with self._lock:
            if seen.path.startswith('/latest/'):
                return self._metadata(seen)
            return self._store(seen)

    def _metadata(self, seen: Seen) -> Reply:
        path = seen.path[len('/latest/'):]
        if seen.method == 'PUT' and path == 'api/token':
            return Reply(200, b'a token')
        text = self.metadata.get(path)
        return Reply(404) if text is None else Reply(200, text.encode())

    def _store(self, seen: Seen) -> Reply:
        now = self.current(seen.key)
        if seen.method == 'PUT':
            refused = self._refused(seen, now)
            if refused is not None:
                return refused
            metadata = {name: value for name, value in seen.headers.items() if name.startswith('x-amz-meta-')}
            made = self.put(seen.key, seen.body, seen.headers.get('content-type', ''), metadata)
            return Reply(200, b'', {'etag': made.etag, 'x-amz-version-id': made.name})
        if seen.method == 'DELETE':
            refused = self._refused(seen, now)
            if refused is not None:
                return refused
            self._delete(seen)
            return Reply(204)
        if now is None:
            return error(404, 'NoSuchKey', 'The specified key does not exist.')
        return Reply(200, now.body, {'etag': now.etag, 'x-amz-version-id': now.name, **now.metadata})

    def _refused(self, seen: Seen, now: Optional[Version]) -> Optional[Reply]:
        wanted = seen.headers.get('if-match')
        if wanted is not None and now is None:
            return error(404, 'NoSuchKey')
        if (wanted is not None and now is not None and now.etag != wanted) or (
                seen.headers.get('if-none-match') == '*' and now is not None):
            return error(412, 'PreconditionFailed')
        return None

    def _delete(self, seen: Seen) -> None:
        name = parse_qs(seen.query).get('versionId', [''])[0]
        if not name:
            self.remove(seen.key)
            return
        versions = self.versions.get(seen.key, [])
        self.versions[seen.key] = [one for one in versions if one is None or one.name != name]


def hangs(_seen: Seen, talk: Talk) -> bool:
    """A server that takes the request and never answers."""
    talk.hang()
    return False


def breaks_off(_seen: Seen, talk: Talk) -> bool:
    """An answer of which half comes."""
    talk.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')
    talk.hang_up()
    return False


def says_nothing(_seen: Seen, talk: Talk) -> bool:
    """A server that closes the connection without a word."""
    talk.hang_up()
    return False


def replies(reply: Reply) -> Script:
    return lambda _seen, _talk: reply


def loses_the_answer(seen: Seen, talk: Talk) -> bool:
    """Does what is asked, but its answer never arrives."""
    talk.s3.scripts.insert(0, lambda _seen, _talk: None)
    talk.s3.answer(seen, talk)
    talk.s3.seen.pop()
    talk.hang_up()
    return False
