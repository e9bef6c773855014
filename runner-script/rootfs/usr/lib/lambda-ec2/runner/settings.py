"""The job's settings: the instance tags that came with the launch template version.

The rules are those of contract/app-rules.ts and contract/app-files.ts once more, for a version that somebody wrote by
hand: test/contract/rules.test.ts proves that both sides say the same.
"""
import re
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Optional

from runner import clock, contract, demands
from runner.contract import SETTING_DEFAULTS, SETTING_KINDS, SettingKind, SettingName
from runner.failure import JobFailure
from runner.metadata import Metadata, Unavailable

Settings = Mapping[SettingName, str]

# Nothing documents that tags are there from the first moment.
_TAG_TRIES = 6
_MAX_TAG_VALUE = 256
_CONTROL = re.compile(r'[\x00-\x1f\x7f]')
# In brackets. With the one space that Python does not count as one and JavaScript does.
_SPACE = r'\s\ufeff'
_HOST = r'A-Za-z0-9_.\x80-\U0010ffff'
_FILES: tuple[SettingName, ...] = tuple(name for name, kind in SETTING_KINDS.items() if kind in ('path', 'main'))


def read(metadata: Metadata, is_variable: Callable[[str], bool] = lambda _: False) -> dict[str, str]:
    """Every setting, every variable of the app, and what the bucket demands, that has a tag.

    :raises JobFailure: when the instance shows no tags
    """
    try:
        listed = _names(metadata).split('\n')
        found = {name: metadata.tag(name) for name in listed
                 if name in SETTING_DEFAULTS or name in demands.TAGS or is_variable(name)}
    except Unavailable as error:
        raise JobFailure('BAD_SETTINGS', 'the instance metadata did not show all settings: run the job again (lambda-ec2 rerun)') from error
    return {name: value for name, value in found.items() if value is not None}


def _names(metadata: Metadata) -> str:
    for attempt in range(_TAG_TRIES):
        if attempt > 0:
            time.sleep(1)
        names = metadata.get('meta-data/tags/instance')
        if names is not None:
            return names
    raise JobFailure('BAD_SETTINGS', 'the instance shows no tags: the launch template version must set'
                     ' InstanceMetadataTags to enabled')


def with_defaults(tags: Mapping[str, str]) -> dict[SettingName, str]:
    """All settings. A missing tag and an empty one both stand for the default."""
    return {name: tags.get(name) or default for name, default in SETTING_DEFAULTS.items()}


def timeout_seconds(settings: Settings) -> int:
    """`ec2_timeout`, or its default when it is none: every job has a limit."""
    seconds = clock.duration(settings['ec2_timeout'])
    if seconds is None or seconds > contract.MAX_TIMEOUT_SECONDS:
        seconds = clock.duration(SETTING_DEFAULTS['ec2_timeout'])
    assert seconds is not None
    return seconds


def check(settings: Settings, others: Sequence[str] = ()) -> None:
    """:param others: problems that were found elsewhere
    :raises JobFailure: with every problem at once, so that one new launch template version fixes them all
    """
    problems: list[str] = []
    for name in SETTING_DEFAULTS:
        problem = problem_of(name, settings[name])
        earlier = next((other for other in _earlier_files(name) if settings[other] == settings[name]), None)
        if problem is not None:
            problems.append(problem)
        elif earlier is not None:
            problems.append("%s and %s are the same file '%s': give them different names" % (name, earlier, settings[name]))
    problems += others
    if problems:
        raise JobFailure('BAD_SETTINGS', '; '.join(problems) +
                         ' (set it in settings.yaml or in a new launch template version)')


def _earlier_files(name: SettingName) -> tuple[SettingName, ...]:
    return _FILES[:_FILES.index(name)] if name in _FILES else ()


def problem_of(name: SettingName, value: str) -> Optional[str]:
    """What is wrong with one setting, as a sentence; None when it is right."""
    return judge(SETTING_KINDS[name], name, value)


def judge(kind: SettingKind, name: str, value: str) -> Optional[str]:
    """The same of a value of some kind."""
    if _CONTROL.search(value):
        shown = '' if kind in ('url', 'credentials', 'proxy', 'secret', 'variable') else " '%s'" % _CONTROL.sub(' ', value)
        return '%s%s holds control characters: take them out' % (name, shown)
    # As JavaScript counts: a character beyond 16 bits is two.
    length = len(value) + sum(one > '\uffff' for one in value)
    if length > _MAX_TAG_VALUE:
        return '%s has %d characters: use at most %d' % (name, length, _MAX_TAG_VALUE)
    return RULES[kind](name, value)


def _text(_name: str, _value: str) -> Optional[str]:
    return None


def _url(name: str, value: str) -> Optional[str]:
    if not value:
        return '%s is empty: set the git URL of the app' % name
    if _holds_secret(value):
        return ('%s holds a user name, password or token: keep it in Secrets Manager and name that secret in'
                ' app_credentials' % name)
    if not _is_url(value):
        # Not shown: what follows a ? may be a secret as well.
        return '%s is not a git URL: use https://, ssh://, git@host:path or file://, without spaces, "?" and "#"' % name
    return None


def _is_url(value: str) -> bool:
    if re.search(r'[%s?#]' % _SPACE, value):
        return False
    server = re.match(r'(?:https?|ssh)://(?:[^/@]*@)?(?:[%s][%s-]*|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:/|$)' % (_HOST, _HOST), value)
    if server:
        return int(server[1] or 0) <= 65535
    return re.match('file://.', value) is not None or re.fullmatch(
        r'[A-Za-z0-9_.][A-Za-z0-9_.-]*@[A-Za-z0-9.-]+:(?!//)[^:@]+', value) is not None


def _holds_secret(value: str) -> bool:
    """A token is as often the user name as the password; only ssh has user names that are none."""
    scheme = re.match(r'(?:[A-Za-z][A-Za-z0-9+.-]*://)?', value)
    assert scheme is not None
    rest = value[scheme.end():]
    if re.match(r'[^/]*:[^/]*@', rest):
        return True
    return scheme[0] not in ('', 'ssh://') and re.match(r'[^/]*@', rest) is not None


def _ref(name: str, value: str) -> Optional[str]:
    # git's own rules (git check-ref-format), and no leading dash: git would read an option.
    bad = r'^[-/.]|[' + _SPACE + r'~^:?*\[\\]|\.\.|@\{|//|[/.]$|\.lock$'
    return "%s '%s' is not a branch, tag or commit" % (name, value) if not value or re.search(bad, value) else None


def _path(name: str, value: str) -> Optional[str]:
    parts = value.split('/')
    if '' in parts or '.' in parts or '..' in parts or parts[0] == '.git' or value[:1] in ('~', '-'):
        return "%s '%s' is not the path of a file in the app: use one relative to its root" % (name, value)
    return None


def _main(name: str, value: str) -> Optional[str]:
    if not value.startswith('-m'):
        return _path(name, value)
    is_module = re.fullmatch(r'-m [A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*', value) and not value.endswith('.py')
    return None if is_module else (
        "%s '%s' is no module: use -m and the name of one, such as -m my.package (arguments go into app_args)" % (name, value))


def _arguments(name: str, value: str) -> Optional[str]:
    try:
        shlex.split(value)
    except ValueError as error:
        return "%s '%s' cannot be split into words (%s): close each quote" % (name, value, error)
    return None


def _credentials(name: str, value: str) -> Optional[str]:
    forms = (r'', r'ssm:/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*', r'[A-Za-z0-9/_+=.@][A-Za-z0-9/_+=.@-]*',
             r'arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+')
    if any(re.fullmatch(form, value) for form in forms):
        return None
    return '%s is not a name: use that of a Secrets Manager secret, or ssm:/name of an SSM SecureString' % name


def _secret(name: str, value: str) -> Optional[str]:
    bare, sign, field = value.partition('#')
    is_field = bare != '' and re.fullmatch(r'[A-Za-z0-9_.@/-]{1,100}', field) is not None
    if (is_field or not sign) and _credentials(name, bare) is None:
        return None
    # Not shown: it may be the secret itself.
    return ('%s names no secret: use the name of a Secrets Manager secret, or ssm:/name of an SSM SecureString, and behind it'
            ' #field for one field of its JSON' % name)


def _variable(name: str, value: str) -> Optional[str]:
    if re.search('://[^/@%s]*:[^/@%s]+@' % (_SPACE, _SPACE), value):
        return ('%s holds a password: put the whole value into a secret and name that in app_secrets' % name)
    return None


def _variable_name(name: str, value: str) -> Optional[str]:
    if not re.fullmatch('[A-Za-z_][A-Za-z0-9_]{0,99}', value):
        return "%s '%s' names no variable: use letters, digits and _, no digit first, at most 100" % (name, value)
    if re.fullmatch(contract.RESERVED_VARIABLES, value):
        return "%s '%s' is the runner's or the loader's own: use another name" % (name, value)
    return None


def _duration(name: str, value: str) -> Optional[str]:
    seconds = clock.duration(value)
    if seconds is not None and seconds <= contract.MAX_TIMEOUT_SECONDS:
        return None
    return "%s '%s' is not a duration of at most 7d: use 60s, 15m or 8h" % (name, value)


def _python_version(name: str, value: str) -> Optional[str]:
    match = re.fullmatch(r'3\.([0-9]{1,2})(\.[0-9]{1,2})?', value)
    return None if match and int(match[1]) >= 6 else "%s '%s' is not 3.6 or newer: use 3.6" % (name, value)


def _package_list(name: str, value: str) -> Optional[str]:
    below = value[len(contract.PACKAGES_PREFIX):] if value.startswith(contract.PACKAGES_PREFIX) else ''
    if not value or re.fullmatch(r'[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*', below):
        return None
    return "%s '%s' is not a key below %s: use one of letters, digits and . _ - alone" % (
        name, value, contract.PACKAGES_PREFIX)


def _proxy(name: str, value: str) -> Optional[str]:
    if '@' in value:
        return ('%s holds a user name or password, which anybody who sees the instance could read: let the proxy know'
                ' instances by their addresses' % name)
    match = re.fullmatch(r'http://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})/?', value)
    if not value or match and 1 <= int(match[1]) <= 65535:
        return None
    return "%s '%s' is not the URL of a proxy: use http://host:port" % (name, value)


def _host_list(name: str, value: str) -> Optional[str]:
    part = r'[A-Za-z0-9.:\[][A-Za-z0-9._:\[\]/-]*'
    if not value or re.fullmatch('%s(,%s)*' % (part, part), value):
        return None
    return "%s '%s' is no list of hosts: use names, domains such as .example.com and addresses, separated by commas" % (
        name, value)


def _boolean(name: str, value: str) -> Optional[str]:
    return None if value in ('true', 'false') else "%s '%s' is neither true nor false" % (name, value)


RULES: dict[SettingKind, Callable[[str, str], Optional[str]]] = {
    'text': _text,
    'url': _url,
    'ref': _ref,
    'path': _path,
    'main': _main,
    'arguments': _arguments,
    'duration': _duration,
    'credentials': _credentials,
    'python_version': _python_version,
    'package_list': _package_list,
    'proxy': _proxy,
    'host_list': _host_list,
    'secret': _secret,
    'variable': _variable,
    'variable_name': _variable_name,
    'boolean': _boolean,
}
