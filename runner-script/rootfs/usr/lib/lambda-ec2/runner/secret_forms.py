"""What the text of a secret stands for. People store credentials in the forms of many tools; what can mean one thing
only is taken, and everything else is refused here rather than by a git server.
The list for people is in docs/operating.md.
"""
import json
import re
from collections.abc import Mapping
from typing import Any, Literal, Optional, cast
from urllib.parse import unquote

from runner import private_key
from runner.private_key import Unusable

Kind = Literal['user', 'password', 'key']

# The name that GitHub documents for tokens; GitLab, Azure DevOps and Gitea take any. Bitbucket wants these
# (https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/, .../docs/using-api-tokens/).
_TOKEN_USER = 'x-access-token'
_BITBUCKET_USERS = {'ATCTT': 'x-token-auth', 'ATATT': 'x-bitbucket-api-token-auth'}

# Names of fields, in small letters and without what joins their words: github_token,
# GITHUB_TOKEN and githubToken are one.
_WHOSE = ('(?:git|github|gh|gitlab|gl|bitbucket|bb|azure|devops|azdo|ado|ext|gitea|forgejo|codecommit|repo|repository|'
          'scm|vcs|https?|basic|auth|ssh|rsa|deploy|ci){0,4}')
_KINDS: dict[Kind, re.Pattern[str]] = {
    'user': re.compile(_WHOSE + '(?:username|user|login)'),
    'password': re.compile(
        _WHOSE + '(?:password|passwd|pass|pwd|apppassword|pat|(?:personal|access|personalaccess|api|auth|oauth2?|bearer|'
        'private|job)?token)'),
    # Of Argo CD, Flux, Jenkins, Kubernetes and Terraform's tls_private_key, and the files of ssh-keygen.
    'key': re.compile(_WHOSE + '(?:privatekey(?:pem|openssh)?|privatesshkey|key|identity|id(?:rsa|dsa|ecdsa|ed25519))'),
}
# What a GitHub App or a service account is known by: its key signs requests, and no ssh server knows it.
_OF_AN_APP = re.compile('(?:github|gh)?(?:app)?(?:appid|installationid|clientid|clientemail)')
_FIELD = re.compile(r'(?:export +)?([A-Za-z][A-Za-z0-9_.-]*)(?: *= *|: +)(.*)')
# A name that may be shown: where somebody mistook fields for values, it is the secret.
_SHOWN = re.compile('[A-Za-z][A-Za-z0-9_.-]{0,15}|[A-Za-z][A-Za-z_.-]{0,39}')
_URL = re.compile('https?://([^/:@]+):([^/@]+)@.*')
_NETRC = re.compile(r'machine\s+\S+\s+login\s+(\S+)\s+password\s+(\S+)')
_CONTROL = re.compile('[\x00-\x1f\x7f]')
_KNOWN = 'store a token, USER:PASSWORD, JSON with username and password, or an SSH private key'


def files_of(secret: str) -> dict[str, str]:
    """The files that stand for a secret: `ssh-key`, `username` and `password`.

    :raises Unusable: when it is no credential, or may be several
    """
    text = _bare(secret)
    if not text:
        raise Unusable('is empty: ' + _KNOWN)
    if text[0] in '{[':
        return _of_fields(_json(text))
    key = private_key.restore(text)
    if key is not None:
        return {'ssh-key': key}
    fields = _fields(text)
    if fields is not None:
        return _of_fields(fields)
    pair = _URL.fullmatch(text)
    if pair:
        return _pair(unquote(pair[1]), unquote(pair[2]))
    pair = _NETRC.fullmatch(text)
    return _pair(pair[1], pair[2]) if pair else _of_text(text)


def _bare(text: str) -> str:
    """Without what an editor, a shell or a form has left around it: byte order mark, white space, quotes."""
    bare = text.strip('\ufeff\u200b \t\r\n\v\f\0\xa0')
    if len(bare) < 2 or bare[0] != bare[-1] or bare[0] not in '"\'':
        return bare
    try:
        inner = json.loads(bare, strict=False) if bare[0] == '"' else bare[1:-1]
    except ValueError:
        inner = bare[1:-1]
    # Several texts in quotes are not one.
    if not isinstance(inner, str) or bare[0] in inner and not inner.lstrip().startswith('{'):
        raise Unusable('holds quotes whose meaning is not clear: ' + _KNOWN)
    return _bare(inner)


def _json(text: str) -> Mapping[str, Any]:
    try:
        # A key with real line ends in it is no JSON to the letter.
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        # Without its cause, which would show a part of the secret.
        raise Unusable('begins like JSON and is none: ' + _KNOWN) from None
    if not isinstance(document, dict):
        raise Unusable('is a list in JSON: ' + _KNOWN)
    return cast('dict[str, Any]', document)


def _fields(text: str) -> Optional[dict[str, str]]:
    """NAME=VALUE or `NAME: VALUE` on every line, as in a file of variables or in YAML. None when it is something else.
    """
    lines = [line.strip() for line in text.splitlines()]
    found = [_FIELD.fullmatch(line) for line in lines if line and not line.startswith('#')]
    fields = {match[1]: match[2] for match in found if match}
    return fields if all(found) and any(map(_kind_of, fields)) else None


def _kind_of(name: str) -> Optional[Kind]:
    plain = re.sub('[^a-z0-9]', '', name.lower()[:80])
    return next((kind for kind, names in _KINDS.items() if names.fullmatch(plain)), None)


def _of_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    found: dict[Kind, str] = {}
    named: dict[Kind, str] = {}
    for name, value in fields.items():
        kind = _kind_of(name)
        if kind is None or value is None or value == '':
            continue
        if not isinstance(value, str):
            raise Unusable('has a field %s that is no text: %s' % (_show([name]), _KNOWN))
        value = _bare(value)
        if found.setdefault(kind, value) != value:
            raise Unusable('has the fields %s, of which only one can be meant: leave one' % _show([named[kind], name]))
        named.setdefault(kind, name)
    if 'key' in found and any(_OF_AN_APP.fullmatch(re.sub('[^a-z]', '', name.lower()[:80])) for name in fields):
        raise Unusable('has the fields %s: a key of a GitHub App or a service account is none for ssh; %s' % (
            _show(fields), _KNOWN))
    if 'key' not in found and not found.get('password'):
        raise Unusable('has %s, of which none is known to hold a password, a token or a private key: %s' % (
            'the fields ' + _show(fields) if fields else 'no fields', _KNOWN))
    return {**_key_files(found, named), **_password_files(found)}


def _key_files(found: Mapping[Kind, str], named: Mapping[Kind, str]) -> dict[str, str]:
    if 'key' not in found:
        return {}
    key = private_key.restore(found['key'])
    if key is None:
        raise Unusable('has a field %s that holds no private key: %s' % (_show([named['key']]), _KNOWN))
    return {'ssh-key': key}


def _password_files(found: Mapping[Kind, str]) -> dict[str, str]:
    if not found.get('password'):
        return {}
    return _pair(found['user'], found['password']) if found.get('user') else _of_token(found['password'])


def _show(names: 'Mapping[str, Any] | list[str]') -> str:
    """At most ten, for a sentence."""
    shown = [name if _SHOWN.fullmatch(name) else '(one that is not shown)' for name in list(names)[:10]]
    return ', '.join(shown) + (' and more' if len(names) > 10 else '')


def _of_text(text: str) -> dict[str, str]:
    if _CONTROL.search(text):
        raise Unusable('has several lines and is no private key: ' + _KNOWN)
    if '://' in text:
        raise Unusable('is a URL whose user name and password are not clear: ' + _KNOWN)
    user, colon, password = text.partition(':')
    return _pair(user, password) if colon else _of_token(text)


def _pair(user: str, password: str) -> dict[str, str]:
    password = password.strip()
    if _CONTROL.search(user + password) or ' ' in user.strip() or not password:
        raise Unusable('is no pair of a user name and a password: ' + _KNOWN)
    return {'username': user.strip(), 'password': password}


def _of_token(token: str) -> dict[str, str]:
    if not re.fullmatch('[!-~]+', token):
        raise Unusable('holds spaces or other characters that no token has: ' + _KNOWN)
    return {'username': _BITBUCKET_USERS.get(token[:5], _TOKEN_USER), 'password': token}
