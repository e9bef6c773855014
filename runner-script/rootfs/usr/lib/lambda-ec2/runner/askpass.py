"""Answers git's questions from files that only the runner can read, so that the credential is in no command line. It is
told to the server of app_url alone: a submodule, a redirect or git-lfs may lead git to any other.
"""
import os
import re
import sys
from collections.abc import Mapping


class Refused(Exception):
    """There is no answer for this server."""


def main(question: str, environment: Mapping[str, str] = os.environ) -> int:
    """:param question: as git asks it, for example `Password for 'https://user@host:port': `"""
    try:
        sys.stdout.write(answer(question, environment['GIT_SECRET_URL'], environment['GIT_SECRET_DIR']))
    except Refused as error:
        sys.stderr.write('fatal: %s\n' % error)
        return 1
    return 0


def answer(question: str, app_url: str, folder: str) -> str:
    """:raises Refused: for another server than that of app_url, and where the credential is no password"""
    asked = _asked_server(question)
    path = os.path.join(folder, 'username' if question.startswith('Username') else 'password')
    if not os.path.isfile(path):
        raise Refused('%s asks for a user name and password, and app_credentials gives none' % asked)
    own = _server_of(app_url)
    if asked.lower() != own.lower():
        raise Refused('%s asks for a password, and app_credentials is told to %s alone' % (asked, own))
    with open(path, encoding='utf-8') as file:
        return file.read()


def _server_of(url: str) -> str:
    """scheme://host[:port]"""
    scheme, _, rest = url.partition('://')
    return '%s://%s' % (scheme, rest.partition('/')[0].rpartition('@')[2])


def _asked_server(question: str) -> str:
    """git-lfs asks with double quotes. What is shown of a user's name may hold any character, so the host is what
    follows the last @.
    """
    match = re.search(r''' for ['"](.*)['"]''', question, re.DOTALL)
    url = match[1] if match else question
    if '@' in url:
        url = '%s://%s' % (url.partition('://')[0], url.rpartition('@')[2])
    return url[:-1] if url.endswith('/') else url
