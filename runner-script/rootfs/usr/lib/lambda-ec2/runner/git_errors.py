"""Why git failed, out of all that git, ssh, git-lfs and the server said: the cause in their words, as one line."""
import re

from runner.commands import last_line

_MOST = 400
# Of many lines of one failure the first say why.
_LINES = 3
_TELLING = re.compile(
    r'^(?:fatal: |error: |ERROR: |remote: |ssh: |kex_|Connection |Load key |Error downloading |batch response: |'
    r'No user exists |Host key |.*Permission denied \().*(?:\n +(?:asked for|redirect): .*)*', re.MULTILINE)
# What git says whatever the cause is.
_GENERIC = re.compile(
    r'Could not read from remote repository|external filter|smudge filter|Failed to clone|the remote end hung up|'
    r'early EOF|^remote: *$|Could not fetch origin')
_MISSING_OBJECT = re.compile(r'Object does not exist on the server')
_SIGN_IN = re.compile(
    r'authentication failed|could not read (?:username|password)|permission denied|access denied|returned error: 40[13]|'
    r'authentication required|not found', re.IGNORECASE)
_REF = re.compile(r"couldn't find remote ref|no commit begins")
_URL = re.compile(r'could not resolve host|does not appear to be a git|not valid: is this a git|host key verification|'
                  r'url base from redirection', re.IGNORECASE)


def cause(said: str) -> str:
    """Empty when nothing was said."""
    lines = [_line(line) for line in _TELLING.findall(said)]
    telling = [line for line in lines if not _GENERIC.search(line)]
    # Each is said once for every try.
    first = list(dict.fromkeys(telling or lines))[:_LINES]
    text = '; '.join(first) or _line(last_line(said))
    return text if len(text) <= _MOST else text[:_MOST - 3] + '...'


def advice(text: str) -> str:
    """What helps against a cause; empty when nobody knows."""
    if _MISSING_OBJECT.search(text):
        return 'push what is missing to the LFS server (git lfs push --all)'
    if _REF.search(text):
        return 'check app_ref'
    if _SIGN_IN.search(text):
        return 'check app_url and app_credentials'
    return 'check app_url' if _URL.search(text) else ''


def _line(text: str) -> str:
    """Without control characters, and without what follows a ? in a URL: it may be somebody's secret."""
    bare = re.sub(r'(://[^\s?]*)\?\S*', r'\1', text)
    return ' '.join(re.sub(r'[\x00-\x1f\x7f-\x9f]', ' ', bare).split())
