"""The versions that the packages of a job are to have (app_packages): those of an earlier run, which this one repeats."""
import re
from collections.abc import Sequence
from typing import Optional

from runner import s3_refusal
from runner.connection import TooLarge
from runner.failure import JobFailure
from runner.job_context import JobContext
from runner.pip_errors import normal
from runner.s3 import said

# Far more than a thousand packages need.
_MOST_BYTES = 1 << 20
# Whatever else stands there says no version to which pip could be held: an editable package may have none.
_PACKAGE = re.compile(r'([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)')


class PackageList:
    def __init__(self, text: str) -> None:
        """:param text: NAME==VERSION on a line each; other lines do not count"""
        packages = [match for match in (_PACKAGE.fullmatch(line.strip()) for line in text.splitlines()) if match]
        self._versions = {normal(match[1]): match[2] for match in packages}
        self._lines = [(normal(match[1]), match[0] + '\n') for match in packages]

    def constraints(self, free: Sequence[str] = ()) -> str:
        """What pip takes for a file of constraints, without these packages."""
        names = {normal(name) for name in free}
        return ''.join(line for name, line in self._lines if name not in names)

    def differing(self, there: Sequence[str]) -> list[str]:
        """What of these packages (`packages.installed`) has another version, in words."""
        found = _by_name(there)
        return ['%s %s instead of %s' % (name, found[name] or '(unknown)', version)
                for name, version in self._versions.items() if name in found and not _is_same(found[name], version)]

    def missing(self, there: Sequence[str]) -> list[str]:
        """The names of those that are not among these packages."""
        found = _by_name(there)
        return [name for name in self._versions if name not in found]


def read(job: JobContext) -> Optional[PackageList]:
    """None when the setting names none.

    :raises JobFailure: when the list cannot be read
    """
    key = job.settings['app_packages']
    if not key:
        return None
    url = 's3://%s/%s' % (job.bucket.name, key)
    try:
        answer = job.aws.retry(job.limit, lambda: job.bucket.request('GET', key, limit=job.limit, most=_MOST_BYTES))
    except TooLarge as large:
        raise JobFailure('BAD_SETTINGS', 'app_packages names %s, which is no list of packages: it has %s' % (url, large)) from large
    if answer.status != 200:
        advice = s3_refusal.reading(answer)
        told = 'app_packages names %s, which cannot be read (%s)' % (url, said(answer))
        raise JobFailure('BAD_SETTINGS', '%s: %s' % (told, advice) if advice else told)
    return PackageList(answer.body.decode('utf-8', 'replace'))


def _by_name(packages: Sequence[str]) -> dict[str, str]:
    return {normal(name): version for name, _, version in (package.partition('==') for package in packages)}


def _is_same(one: str, other: str) -> bool:
    """To pip 1.0 is 1.0.0 (https://packaging.python.org/en/latest/specifications/version-specifiers/, zero padding)."""
    first, second = (re.sub(r'(\.0)+$', '', version.lower().replace('_', '.').replace('-', '.')) for version in (one, other))
    return first == second
