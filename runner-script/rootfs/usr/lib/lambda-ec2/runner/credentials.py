"""The credential of a private repository: read with the instance role, handed to git through a helper, kept in files on
tmpfs that only we can read, and removed as soon as the source is here. It is never an argument, a variable that git
shows, or a log line.
"""
import os
import shutil

from runner import secret_forms
from runner.private_key import Unusable
from runner.secret import Secrets, unusable

_SETTING = 'app_credentials'


def prepare(secrets: Secrets, name: str, folder: str) -> None:
    """Puts the credential where git-askpass and ssh find it. Without a name there is none.

    :raises JobFailure: when it cannot be read or is none
    """
    if not name:
        return
    try:
        files = secret_forms.files_of(secrets.text(_SETTING, name))
    except Unusable as why:
        raise unusable(_SETTING, name, str(why)) from None
    os.makedirs(folder, 0o700, exist_ok=True)
    for file, text in files.items():
        fd = os.open(os.path.join(folder, file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(fd, 'w', encoding='utf-8') as out:
            out.write(text)


def forget(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
