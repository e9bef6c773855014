"""The HTTP proxy through which an instance reaches the world: the settings http_proxy and no_proxy.

S3, which has an endpoint in every VPC that asks for one, and the instance metadata are reached without it.
"""
import re
from typing import Optional
from urllib.parse import urlsplit

from runner.settings import Settings
from runner.unit import METADATA_ADDRESSES

_NOT_REACHED = re.compile(r'\bssh: (?:connect to host|Could not resolve hostname)')
_LOOPBACK = ('localhost', '127.0.0.1', '::1')


class Proxy:
    def __init__(self, settings: Settings, *past: str) -> None:
        """:param past: hosts and domains that are reached without it, beside those of no_proxy"""
        self._url = settings['http_proxy']
        named = [part for part in settings['no_proxy'].split(',') if part]
        self._past = [*named, *_LOOPBACK, *METADATA_ADDRESSES, *past]

    def environment(self) -> dict[str, str]:
        """The variables of a program that shall use it, which go by either case. Empty without a proxy."""
        if not self._url:
            return {}
        variables = {'http_proxy': self._url, 'https_proxy': self._url, 'no_proxy': ','.join(self._past)}
        return {**variables, **{name.upper(): value for name, value in variables.items()}}

    def server_for(self, host: str) -> Optional[tuple[str, int]]:
        """Host and port of the proxy for requests to a host, None where they go past it."""
        if not self._url or any(_covers(part, host) for part in self._past):
            return None
        parts = urlsplit(self._url)
        return parts.hostname or '', parts.port or 80


def s3_hosts(region: str, domain: str) -> tuple[str, str]:
    """The domains of S3 in a Region, for IPv4 and for both (https://docs.aws.amazon.com/general/latest/gr/s3.html).

    :param domain: of the services of AWS in the Region's partition
    """
    return 's3.%s.%s' % (region, domain), 's3.dualstack.%s.%s' % (region, domain)


def ssh_advice(settings: Settings, said: str) -> str:
    """What helps when ssh has not reached a server; empty without a proxy, or when it has."""
    if not settings['http_proxy'] or not _NOT_REACHED.search(said):
        return ''
    return 'ssh does not go through http_proxy: use an https URL, or a server that instances reach without it'


def _covers(part: str, host: str) -> bool:
    """Whether one part of no_proxy means this host: its name, a domain that it is in, its address or its network."""
    name = re.sub(r'^\.|:[0-9]+$', '', part.lower()) if part.count(':') < 2 else part.lower().strip('[]')
    if host == name or host.endswith('.' + name):
        return True
    # Not at the start of every job: it takes milliseconds.
    import ipaddress
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False
