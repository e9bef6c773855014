"""Secrets, read with the instance role from Secrets Manager and Parameter Store. What is told of one is its name, the
service's own words for a refusal, and never a part of it.
"""
import base64
import codecs
import json
from typing import Any, Optional, cast

from runner.aws import Answer, Aws
from runner.clock import Limit
from runner.failure import JobFailure
from runner.log import Log

# About an outage of the service or the network; what is refused is told at once.
_READ_SECONDS = 300.0
_NOT_THERE = ('ResourceNotFoundException', 'ParameterNotFound', 'ParameterVersionNotFound')


class Secrets:
    """Asks for each secret once, however many of its fields are wanted."""

    def __init__(self, aws: Aws, limit: Limit, log: Log) -> None:
        self._aws = aws
        self._limit = limit
        self._log = log
        self._read: dict[str, str] = {}

    def text(self, setting: str, reference: str) -> str:
        """The text that a setting names.

        :param reference: the name of a Secrets Manager secret, or its ARN, or ssm:NAME of an SSM parameter, and behind
            it #FIELD for one field of its JSON
        :raises JobFailure: BAD_SETTINGS when there is no such text, LOST when the service does not answer
        """
        name, _, field = reference.partition('#')
        if name not in self._read:
            self._read[name] = self._ask(setting, name)
        return _field_of(setting, reference, self._read[name], field) if field else self._read[name]

    def _ask(self, setting: str, name: str) -> str:
        limit = self._limit.no_later_than(_READ_SECONDS)
        if name.startswith('ssm:'):
            parameters = {'Name': name[len('ssm:'):], 'WithDecryption': True}
            answer = self._aws.json('ssm', 'AmazonSSM.GetParameter', parameters, limit)
        else:
            answer = self._aws.json('secretsmanager', 'secretsmanager.GetSecretValue', {'SecretId': name}, limit)
        if answer.status == 200:
            return _text_of(setting, name, answer)
        self._log.error('reading %s: the service answered %s' % (name, answer))
        raise _not_read(setting, name, answer)


def unusable(setting: str, reference: str, why: str) -> JobFailure:
    return JobFailure('BAD_SETTINGS', "%s '%s' %s" % (setting, reference, why))


def _text_of(setting: str, name: str, answer: Answer) -> str:
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
        raise unusable(setting, name, 'holds bytes that are no text: store the text itself') from None


def _field_of(setting: str, reference: str, text: str, field: str) -> str:
    """Numbers as they stand there: a port is text to whoever reads a variable."""
    document = _object(text)
    if document is None:
        raise unusable(setting, reference, 'names the field %s, and the secret is no JSON with fields: leave #%s out' % (field, field))
    if field not in document:
        raise unusable(setting, reference, 'names the field %s, which the secret does not have' % field)
    value = document[field]
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if not isinstance(value, str):
        raise unusable(setting, reference, 'names the field %s, which is neither text nor a number' % field)
    return value


def _object(text: str) -> Optional[dict[str, Any]]:
    try:
        document = json.loads(text, strict=False, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return cast('dict[str, Any]', document) if isinstance(document, dict) else None


def _not_read(setting: str, name: str, answer: Answer) -> JobFailure:
    service = 'Parameter Store' if name.startswith('ssm:') else 'Secrets Manager'
    told = "%s '%s' cannot be read: %s answered %s" % (setting, name, service, answer)
    if answer.status == 0:
        return JobFailure('LOST', "%s '%s' cannot be read: %s: %s" % (setting, name, service, answer))
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
        return 'the instance role may read what settings.yaml names alone: name it there and deploy'
    return ''
