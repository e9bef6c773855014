"""The credential of a private repository: read with the instance role, handed to git through a helper, kept in files on
tmpfs that only we can read, and removed as soon as the source is here. It is never an argument, a variable that git
shows, or a log line.
"""
import base64
import codecs
import json
import os
import shutil
from typing import Any, cast

from runner import secret_forms
from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.failure import JobFailure
from runner.log import Log
from runner.private_key import Unusable

# About an outage of the service or the network; what is refused is told at once.
_READ_SECONDS = 300.0
_NOT_THERE = ('ResourceNotFoundException', 'ParameterNotFound', 'ParameterVersionNotFound')


def read_secret(aws: Aws, name: str, limit: Limit, log: Log) -> str:
    """The text of a secret.

    :param name: of a Secrets Manager secret, or its ARN, or ssm:NAME of an SSM SecureString parameter
    :raises JobFailure: BAD_SETTINGS when the service refuses or has no text, LOST when it does not answer
    """
    limit = limit.no_later_than(_READ_SECONDS)
    if name.startswith('ssm:'):
        parameters = {'Name': name[len('ssm:'):], 'WithDecryption': True}
        answer = aws.json('ssm', 'AmazonSSM.GetParameter', parameters, limit)
    else:
        answer = aws.json('secretsmanager', 'secretsmanager.GetSecretValue', {'SecretId': name}, limit)
    if answer.status == 200:
        return _text_of(name, answer)
    log.error('reading %s: the service answered %s' % (name, answer))
    raise _not_read(name, answer)


def _text_of(name: str, answer: Answer) -> str:
    """A secret is text or, when it was made from a file, bytes
    (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
    """
    document = cast('dict[str, Any]', json.loads(answer.body))
    text = document.get('SecretString') or document.get('Parameter', {}).get('Value')
    if text:
        return str(text)
    data = base64.b64decode(document.get('SecretBinary') or '')
    try:
        return data.decode('utf-16' if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else 'utf-8')
    except UnicodeDecodeError:
        # Without its cause, which would show a part of the secret.
        raise _unusable(name, 'holds bytes that are no text: store the text of the token or the key') from None


def _not_read(name: str, answer: Answer) -> JobFailure:
    service = 'Parameter Store' if name.startswith('ssm:') else 'Secrets Manager'
    told = "app_credentials '%s' cannot be read: %s answered %s" % (name, service, answer)
    if answer.status == 0:
        return JobFailure('LOST', "app_credentials '%s' cannot be read: %s: %s" % (name, service, answer))
    if answer.status >= 500 or answer.status == 429:
        return JobFailure('LOST', told)
    return JobFailure('BAD_SETTINGS', '; '.join(text for text in (told, _advice(answer)) if text))


def _advice(answer: Answer) -> str:
    """Empty when the service's own words say it all, or nobody knows."""
    if answer.code in _NOT_THERE:
        return 'check its name, and that it is in the Region of the stack'
    if answer.code.startswith('AccessDenied') and 'kms' in answer.message.lower():
        return 'let the instance role use its KMS key (kms_key_arn), or encrypt it with the key of AWS'
    if answer.code.startswith('AccessDenied'):
        return 'the instance role may read the one of settings.yaml alone: name it there and deploy'
    return ''


def _unusable(name: str, why: str) -> JobFailure:
    return JobFailure('BAD_SETTINGS', "app_credentials '%s' %s" % (name, why))


def prepare(aws: Aws, name: str, folder: str, limit: Limit, log: Log) -> None:
    """Puts the credential where git-askpass and ssh find it. Without a name there is none.

    :raises JobFailure: when it cannot be read or is none
    """
    if not name:
        return
    try:
        files = secret_forms.files_of(read_secret(aws, name, limit, log))
    except Unusable as why:
        raise _unusable(name, str(why)) from None
    os.makedirs(folder, 0o700, exist_ok=True)
    for file, text in files.items():
        fd = os.open(os.path.join(folder, file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(fd, 'w', encoding='utf-8') as out:
            out.write(text)


def forget(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
