"""The credential of a private repository: read with the instance role, handed to git through a helper, kept in files on
tmpfs that only we can read, and removed as soon as the source is here. It is never an argument, a variable that git
shows, or a log line.
"""
import json
import os
import shutil
from typing import Any, cast

from runner.aws import Aws
from runner.clock import Limit
from runner.failure import JobFailure
from runner.log import Log

_READ_SECONDS = 30.0
# The name that GitHub documents for tokens; other servers take any.
_TOKEN_USER = 'x-access-token'


def read_secret(aws: Aws, name: str, log: Log) -> str:
    """The text of a secret, empty when it cannot be read.

    :param name: of a Secrets Manager secret, or its ARN, or ssm:NAME of an SSM SecureString parameter
    """
    limit = Limit.within(_READ_SECONDS)
    if name.startswith('ssm:'):
        parameters = {'Name': name[len('ssm:'):], 'WithDecryption': True}
        answer = aws.json('ssm', 'AmazonSSM.GetParameter', parameters, limit)
    else:
        answer = aws.json('secretsmanager', 'secretsmanager.GetSecretValue', {'SecretId': name}, limit)
    if answer.status != 200:
        log.error('reading %s: the service answered %s' % (name, answer))
        return ''
    document = cast('dict[str, Any]', json.loads(answer.body))
    return str(document.get('SecretString') or document.get('Parameter', {}).get('Value') or '')


def files_of(secret: str) -> dict[str, str]:
    """The files that stand for a secret: `ssh-key`, or `username` and `password`.

    Known forms: an SSH private key, {"username", "password"} as JSON, with a token alone {"password"}, USER:PASSWORD, and a
    bare token.

    :raises ValueError: for anything else
    """
    if 'PRIVATE KEY-----' in secret:
        return {'ssh-key': secret + '\n'}
    if secret.startswith('{'):
        pair = cast('dict[str, Any]', json.loads(secret))
        username, password = pair.get('username', _TOKEN_USER), pair.get('password')
        if not isinstance(username, str) or not isinstance(password, str):
            raise ValueError('username and password must be texts')
        return {'username': username, 'password': password}
    user, colon, password = secret.partition(':')
    return {'username': user, 'password': password} if colon else {'username': _TOKEN_USER, 'password': secret}


def prepare(aws: Aws, name: str, folder: str, log: Log) -> None:
    """Puts the credential where git-askpass and ssh find it. Without a name there is none.

    :raises JobFailure: when it cannot be read or is none
    """
    if not name:
        return
    secret = read_secret(aws, name, log)
    if not secret:
        raise JobFailure('BAD_SETTINGS', "app_credentials '%s' cannot be read: check its name and that the instance role"
                         ' may read it' % name)
    try:
        files = files_of(secret)
    except ValueError:
        # Without its cause, which would show a part of the secret.
        raise JobFailure('BAD_SETTINGS', "app_credentials '%s' is not readable as a credential: store a token,"
                         ' USER:PASSWORD, a JSON object with username and password, or an SSH private key' % name) from None
    os.makedirs(folder, 0o700, exist_ok=True)
    for file, text in files.items():
        fd = os.open(os.path.join(folder, file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(fd, 'w', encoding='utf-8') as out:
            out.write(text)


def forget(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
