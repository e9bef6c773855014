"""What S3's refusals mean for whoever asked. Advice is given where code and words leave one meaning only.

Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""
import re

from runner.aws import Answer
from runner.commands import last_line

# What `aws` says last: the service's code and words, without the HTTP status.
_SAID = re.compile(
    r'An error occurred \(([\w.]+)\)(?: when calling the \w+ operation)?(?: \(reached max retries: \d+\))?(?:: *)?(.*)')
_PASSING = re.compile('SlowDown|InternalError|ServiceUnavailable|RequestTimeout|Throttl|OperationAborted|50[0-9]')
# Of its own words for a network or a role that is not there.
_NETWORK = re.compile('endpoint URL|time[d ]*out|connection|could not connect|unable to locate credentials', re.IGNORECASE)
# About six minutes of what nobody knows.
_MOST_TRIES = 12
# Credentials that have expired, or a role that is not known yet, look like a refusal.
_MOST_REFUSALS = 3


def of_cli(said: str) -> Answer:
    """The answer that a run of the AWS CLI ended with, by what it said."""
    code, message = ([('', last_line(said))] + _SAID.findall(said))[-1]
    return Answer(0, code=code, message=message.strip())


def most_tries(answer: Answer) -> float:
    """How often something that the AWS CLI does is tried before this answer is taken for the last."""
    if _PASSING.search(answer.code) or not answer.code and _NETWORK.search(answer.message):
        return float('inf')
    return _MOST_REFUSALS if answer.code else _MOST_TRIES


def reading(answer: Answer) -> str:
    """What to do about an object that cannot be read; empty when nobody knows."""
    # 405: of a version that is a delete marker.
    if answer.status in (404, 405) or answer.code in ('NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'):
        return 'upload it again'
    if answer.code == 'InvalidObjectState':
        return 'restore it from the archive first, or upload it into a storage class that is read at once'
    if _is_of_kms(answer):
        return 'let the instance role use the KMS key that it is encrypted with (kms_key_arn), or upload it with another'
    if answer.code == 'InvalidRequest' and 'server side encryption' in answer.message.lower():
        return 'upload it without a key of your own (SSE-C)'
    if answer.code == 'AccessDenied':
        return 'check the policy of the bucket'
    return ''


def writing(answer: Answer) -> str:
    """What to do about an object that cannot be written; empty when nobody knows."""
    if _is_of_kms(answer):
        return 'let the instance role use the KMS key of the bucket (kms_key_arn)'
    if answer.code == 'AccessDenied':
        return 'check the policy of the bucket'
    return ''


def _is_of_kms(answer: Answer) -> bool:
    return answer.code.upper().startswith('KMS') or answer.code == 'AccessDenied' and 'kms' in answer.message.lower()
