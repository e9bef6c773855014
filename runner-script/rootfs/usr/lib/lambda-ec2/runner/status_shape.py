"""What a status object is: contract/status.ts once more. test/contract/parsers proves that both sides take the same for one."""
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Optional, cast, get_args

from runner.contract import USAGE_NAMES, State

# Far more than any setting allows.
_MAX_ATTEMPT = 99
_Check = Callable[[Any], bool]


def parse(body: bytes) -> Optional[Mapping[str, Any]]:
    """The fields of a status; None for anything else, whoever put it there."""
    try:
        # In UTF-8 alone, and without NaN, as JavaScript reads it. What is too large for a float is in a field of nobody's.
        document = json.loads(body.decode('utf-8', 'replace'), parse_int=float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return cast('Mapping[str, Any]', document) if _is_status(document) else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _fields(required: Mapping[str, _Check], others: Mapping[str, _Check]) -> _Check:
    """An object with these fields; of the others each may be missing or null. Unknown ones are a newer version's."""
    def check(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        fields = cast('Mapping[str, Any]', value)
        return all(name in fields and known(fields[name]) for name, known in required.items()) and all(
            fields.get(name) is None or known(fields[name]) for name, known in others.items())
    return check


def _each(of: _Check) -> _Check:
    return lambda value: isinstance(value, list) and all(map(of, cast('list[Any]', value)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


_TEXTS = ('git_commit', 'python', 'image_id', 'template_version', 'instance_id', 'instance_type', 'input_key',
          'input_version', 'submitted', 'started', 'ended', 'updated')
_is_phase = _fields({'name': _is_text, 'start': _is_text, 'seconds': lambda value: value is None or _is_number(value)}, {})
_is_status = _fields(
    {
        'job_id': _is_text,
        'state': lambda value: value in get_args(State),
        'message': _is_text,
        'attempt': lambda value: _is_number(value) and value.is_integer() and 1 <= value <= _MAX_ATTEMPT,
    },
    {
        # Any: the functions may be newer than the image, and know more of them.
        'reason': _is_text,
        'exit_code': _is_number,
        'cost_estimate_usd': _is_number,
        'packages': _each(_is_text),
        'phases': _each(_is_phase),
        'usage': _fields({}, dict.fromkeys(USAGE_NAMES, _is_number)),
        # Any other would stay the newest for ever.
        'input_sequencer': lambda value: _is_text(value) and re.fullmatch('[0-9A-Fa-f]{0,64}', value) is not None,
        **dict.fromkeys(_TEXTS, _is_text),
    },
)
