"""The instance metadata service, version 2 (IMDSv2)."""
import json
import os
import re
import threading
import time
from typing import Any, Callable, Mapping, Optional

from runner.clock import Limit
from runner.connection import NoAnswer, Response, Server
from runner.failure import Stopping
from runner.sigv4 import Credentials

_ADDRESS = 'http://169.254.169.254'
_TOKEN_SECONDS = '21600'
_TOKEN = re.compile('[^<>\x00-\x1f]+')
_HOST = re.compile('[a-z0-9.-]+')
# Names of roles (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html), one a line.
_ROLES = re.compile(r'[\w+=,.@-]*(?:\n[\w+=,.@-]*)*', re.ASCII)
_DOMAIN = 'amazonaws.com'
_ROLE = 'meta-data/iam/security-credentials/'
_REQUEST_SECONDS = 5.0
_PAUSE_SECONDS = 0.5
# It shows new credentials five minutes before the old ones expire
# (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html).
_CREDENTIALS_SECONDS = 240.0


class Unavailable(Exception):
    """The service gives no answer."""


class Metadata:
    """Safe for several threads."""

    def __init__(self, environment: Mapping[str, str] = os.environ, wait: float = 30.0) -> None:
        """:param wait: for how many seconds a question is asked again: network-online.target promises no network"""
        # The answers come at once, so no question is ever cut short.
        self._server = Server(environment.get('AWS_EC2_METADATA_SERVICE_ENDPOINT') or _ADDRESS, Stopping())
        self._wait = wait
        self._lock = threading.Lock()
        self._token = ''
        self._credentials: Optional[Credentials] = None
        self._credentials_until = 0.0

    def get(self, path: str, until: Optional[Limit] = None, form: Optional[Callable[[str], bool]] = None) -> Optional[str]:
        """The text at a path below /latest/, None when there is no such thing.

        :param form: whether a text can be what is asked for; another is no answer
        :raises Unavailable: when the service gives no answer for `wait` seconds, or not until then
        """
        limit = until.no_later_than(self._wait) if until else Limit.within(self._wait)
        while True:
            said = ''
            try:
                token = self._token or self._new_token(until)
                answer = self._ask('GET', path, {'X-aws-ec2-metadata-token': token}, until)
                if answer.status == 404:
                    return None
                if answer.status == 401:
                    self._token = ''
                said = 'it answers %d' % answer.status
                if answer.status == 200:
                    text = answer.body.decode('utf-8', 'replace')
                    if not _is_page(answer) and (form is None or form(text)):
                        return text
                    said = 'it answers something else'
            except NoAnswer as error:
                said = str(error)
            if limit.over:
                raise Unavailable('the instance metadata service does not show %s: %s' % (path, said))
            time.sleep(_PAUSE_SECONDS)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], until: Optional[Limit]) -> Response:
        target = '%s/latest/%s' % (self._server.path, path)
        limit = until.no_later_than(_REQUEST_SECONDS) if until else Limit.within(_REQUEST_SECONDS)
        return self._server.request(method, target, headers, limit)

    def _new_token(self, until: Optional[Limit]) -> str:
        answer = self._ask('PUT', 'api/token', {'X-aws-ec2-metadata-token-ttl-seconds': _TOKEN_SECONDS}, until)
        if answer.status != 200:
            raise NoAnswer('it gives no token and answers %d' % answer.status)
        token = answer.body.decode('ascii', 'replace')
        if not _TOKEN.fullmatch(token):
            raise NoAnswer('it gives something else for a token')
        self._token = token
        return token

    def identity(self) -> dict[str, Any]:
        """The instance identity document: instanceId, region, instanceType, imageId, pendingTime and more."""
        document = self.get('dynamic/instance-identity/document', form=_is_object)
        if document is None:
            raise Unavailable('the instance metadata service shows no instance identity')
        return json.loads(document)

    def domain(self) -> str:
        """Of the services of AWS in the Region's partition."""
        try:
            return self.get('meta-data/services/domain', form=lambda text: _HOST.fullmatch(text) is not None) or _DOMAIN
        except Unavailable:
            return _DOMAIN

    def tag(self, key: str) -> Optional[str]:
        """The value of an instance tag."""
        return self.get('meta-data/tags/instance/' + key)

    def credentials(self, until: Optional[Limit] = None) -> Credentials:
        """The instance role's, asked for again before they expire. They are kept in memory alone.

        :raises Unavailable: as `get`
        """
        if not self._lock.acquire(timeout=until.left if until else -1):
            raise Unavailable('the instance metadata service does not show the credentials in time')
        try:
            if self._credentials is None or time.monotonic() >= self._credentials_until:
                self._credentials = self._new_credentials(until)
                self._credentials_until = time.monotonic() + _CREDENTIALS_SECONDS
            return self._credentials
        finally:
            self._lock.release()

    def _new_credentials(self, until: Optional[Limit]) -> Credentials:
        role = (self.get(_ROLE, until, lambda text: _ROLES.fullmatch(text) is not None) or '').partition('\n')[0]
        document = self.get(_ROLE + role, until, _is_object) if role else None
        if document is None:
            raise Unavailable('the instance has no role')
        values = json.loads(document)
        # It answers 200 as well when EC2 cannot assume the role.
        if 'AccessKeyId' not in values:
            raise Unavailable('the instance has no credentials: %s' % values.get('Message', values.get('Code')))
        return Credentials(values['AccessKeyId'], values['SecretAccessKey'], values['Token'])

    def expire_credentials(self) -> None:
        """Makes the next request ask for new ones."""
        self._credentials_until = 0.0


def _is_page(answer: Response) -> bool:
    """Whatever else answers at the address, a proxy or a portal, does so with pages for people."""
    return answer.headers.get('content-type', '').startswith('text/html')


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
