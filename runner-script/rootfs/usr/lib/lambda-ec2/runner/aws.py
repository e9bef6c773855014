"""Signed requests to the services of AWS, one kept connection to each."""
import json
import os
import re
import threading
import time
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any, BinaryIO, Callable, Mapping, Optional, cast
from urllib.parse import urlsplit

from runner.clock import Limit
from runner.connection import NoAnswer, Server
from runner.failure import Stopping
from runner.metadata import Metadata, Unavailable
from runner.proxy import Proxy
from runner.sigv4 import Request, signed_headers

_REQUEST_SECONDS = 60.0
_LONGEST_PAUSE = 15.0
_BY_A_WRONG_CLOCK = ('RequestTimeTooSkewed', 'RequestExpired', 'InvalidSignatureException')
# A signature bears 15 minutes.
_CLOCK_SECONDS = 300.0


class Answer(SimpleNamespace):
    def __init__(self, status: int, headers: Optional[Mapping[str, str]] = None, body: bytes = b'', code: str = '',
                 message: str = '') -> None:
        """:param status: 0 when there was none, or it is not known
        :param headers: their names in lower case
        :param code: with `message` the service's own words for a refusal
        """
        self.status = status
        self.headers = headers or {}
        self.body = body
        self.code = code
        self.message = message

    def __str__(self) -> str:
        said = ': '.join(text for text in (self.code, self.message) if text)
        return (said if self.status == 0 else ('%d %s' % (self.status, said)).strip())[:400]


class Aws:
    """Safe for several threads."""

    def __init__(self, metadata: Metadata, region: str, domain: str, stopping: Stopping,
                 environment: Mapping[str, str] = os.environ) -> None:
        """:param domain: of the Region's partition, as `amazonaws.com`"""
        self._stopping = stopping
        self._metadata = metadata
        self.region = region
        self.domain = domain
        self._environment = environment
        #: How services are reached; S3 never through it.
        self.proxy: Optional[Proxy] = None
        self._servers: dict[str, Server] = {}
        self._lock = threading.Lock()
        # What the service's clock is ahead of ours: at boot ours may be wrong by more than a signature bears.
        self._ahead = 0.0

    def server(self, service: str) -> Server:
        """The server of a service; the standard variables of the AWS SDKs move it."""
        with self._lock:
            if service not in self._servers:
                name = 'AWS_ENDPOINT_URL_' + {'secretsmanager': 'SECRETS_MANAGER'}.get(service, service.upper())
                url = self._environment.get(name) or self._environment.get('AWS_ENDPOINT_URL')
                url = url or 'https://%s.%s.%s' % (service, self.region, self.domain)
                self._servers[service] = Server(url, self._stopping, self._proxy_for(service, url))
            return self._servers[service]

    def _proxy_for(self, service: str, url: str) -> Optional[tuple[str, int]]:
        return None if self.proxy is None or service == 's3' else self.proxy.server_for(urlsplit(url).hostname or '')

    def request(self, service: str, method: str, path: str, query: str = '', headers: Optional[Mapping[str, str]] = None,
                body: bytes = b'', limit: Optional[Limit] = None, sink: Optional[BinaryIO] = None,
                most: int = 1 << 24) -> Answer:
        """One try. Paths and queries are encoded; see `Server.request` for the rest.

        :raises TooLarge: when a 200 says that its body is longer than `most`
        :raises Stopped: when the job is being stopped
        """
        server = self.server(service)
        limit = (limit or Limit.within(_REQUEST_SECONDS)).no_later_than(_REQUEST_SECONDS)
        try:
            credentials = self._metadata.credentials(limit)
            request = Request(method, server.host, server.path + path, query, headers or {}, body)
            signed = signed_headers(request, credentials, self.region, service, time.time() + self._ahead)
            target = request.path + ('?' + query if query else '')
            response = server.request(method, target, signed, limit, body, sink, most)
        except (NoAnswer, Unavailable) as error:
            return Answer(0, message=str(error))
        code, message = _refusal(response.body) if response.status >= 300 else ('', '')
        answer = Answer(response.status, response.headers, response.body, code, message)
        if answer.status in (400, 401, 403):
            self._metadata.expire_credentials()
        # The answer to a HEAD has no words.
        if answer.status == 403 and (method == 'HEAD' or code in _BY_A_WRONG_CLOCK):
            self._set_clock(response.headers.get('date', ''))
        return answer

    def json(self, service: str, target: str, parameters: Mapping[str, Any], limit: Limit) -> Answer:
        """One operation of a service that speaks the AWS JSON protocol, with retries."""
        headers = {'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1'}
        body = json.dumps(parameters).encode()
        return self.retry(limit, lambda: self.request(service, 'POST', '/', headers=headers, body=body, limit=limit))

    def interrupt(self) -> None:
        """Ends the requests under way."""
        with self._lock:
            servers = list(self._servers.values())
        for server in servers:
            server.interrupt()

    def retry(self, limit: Limit, attempt: Callable[[], Answer], refused_seconds: float = 0.0) -> Answer:
        """Tries until there is an answer that is no fault of the service or the network. Returns the last one.

        :param refused_seconds: for how long a refusal is tried again; at least once, because credentials that have
            expired or are not known yet look like one
        :raises Stopped: when the job is being stopped
        """
        refused = Limit.within(refused_seconds)
        pause, tries = 1.0, 0
        while True:
            answer = attempt()
            tries += 1
            if answer.status in (400, 401, 403):
                if tries > 1 and refused.over:
                    return answer
            elif not _may_pass(answer.status):
                return answer
            if limit.left < pause:
                return answer
            self._stopping.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _set_clock(self, date: str) -> None:
        try:
            ahead = parsedate_to_datetime(date).timestamp() - time.time()
        except (TypeError, ValueError):
            return
        if abs(ahead - self._ahead) > _CLOCK_SECONDS:
            self._ahead = ahead


def _may_pass(status: int) -> bool:
    """Whether the same request may well succeed later. 307 is S3's word for a bucket whose name is not known yet."""
    return status in (0, 307, 408, 409, 429) or status >= 500


def _refusal(body: bytes) -> tuple[str, str]:
    """The error code and the sentence in a service's answer, empty where it says none."""
    text = body[:65536].decode('utf-8', 'replace')
    if text.startswith('{'):
        try:
            document = cast('dict[str, Any]', json.loads(text))
        except (ValueError, RecursionError):
            return '', ''
        code = str(document.get('__type', '')).rpartition('#')[2]
        return code, str(document.get('message') or document.get('Message') or '')
    found = [re.search('<%s>([^<]*)</%s>' % (name, name), text) for name in ('Code', 'Message')]
    return found[0][1] if found[0] else '', found[1][1] if found[1] else ''
