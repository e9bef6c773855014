"""systemd unit files, as far as a local instance needs them.

Sections are honoured as systemd does: SuccessAction= in [Service] would be ignored on an instance,
so it is ignored here.
"""
import os
import re
import shlex

_UNITS = {
    'ms': 0.001, 'msec': 0.001,
    's': 1, 'sec': 1, 'second': 1, 'seconds': 1,
    'm': 60, 'min': 60, 'minute': 60, 'minutes': 60,
    'h': 3600, 'hr': 3600, 'hour': 3600, 'hours': 3600,
    'd': 86400, 'day': 86400, 'days': 86400,
}
_SPAN = re.compile(r'(\d+(?:\.\d+)?)\s*([a-z]*)\s*')
_ACTIONS = ('poweroff', 'poweroff-force', 'poweroff-immediate')

# systemd's DefaultTimeoutStartSec= and DefaultTimeoutStopSec=.
DEFAULT_TIMEOUT = 90.0


def seconds(text):
    """systemd's time spans (`90`, `1min 30s`, `infinity`) as seconds, None for no limit; ValueError on anything else.
    """
    text = text.strip()
    if text == 'infinity':
        return None
    total, at = 0.0, 0
    while at < len(text):
        match = _SPAN.match(text, at)
        if not match or (match.group(2) and match.group(2) not in _UNITS):
            raise ValueError('%r is not a time span' % text)
        total += float(match.group(1)) * _UNITS.get(match.group(2), 1)
        at = match.end()
    if not text:
        raise ValueError('an empty time span')
    return total


class Command(object):
    """One Exec line. `may_fail` is its leading '-'."""

    def __init__(self, line):
        prefix = re.match(r'[-@:+!]*', line).group(0)
        self.may_fail = '-' in prefix
        self.argv = shlex.split(line[len(prefix):])
        if not self.argv:
            raise ValueError('an Exec line without a program')


class Unit(object):
    """What one unit file says. Read anew at every start, because the runner may write units itself."""

    def __init__(self, name, path):
        self.name = name
        self._values = _read(path)

        self.start_pre = self._commands('ExecStartPre')
        self.start = self._commands('ExecStart')
        self.stop_post = self._commands('ExecStopPost')
        self.environment = {}
        for line in self._all('Service', 'Environment'):
            for word in shlex.split(line):
                key, _, value = word.partition('=')
                self.environment[key] = value

        self.oneshot = self._last('Service', 'Type') == 'oneshot'
        self.kill_mode = self._last('Service', 'KillMode') or 'control-group'
        # A oneshot has no start limit unless it names one, and RuntimeMaxSec= does nothing to it.
        limit_key = 'TimeoutStartSec' if self.oneshot else 'RuntimeMaxSec'
        self.pre_limit = self._span('Service', 'TimeoutStartSec', None if self.oneshot else DEFAULT_TIMEOUT)
        self.limit = self._span('Service', limit_key, None)
        self.stop_limit = self._span('Service', 'TimeoutStopSec', DEFAULT_TIMEOUT)

        self.success_action = self._action('SuccessAction')
        self.failure_action = self._action('FailureAction')

        # Timers.
        self.on_boot = self._span('Timer', 'OnBootSec', None)
        self.on_active = self._span('Timer', 'OnActiveSec', None)
        self.on_unit_active = self._span('Timer', 'OnUnitActiveSec', None)
        self.target = self._last('Timer', 'Unit') or re.sub(r'\.timer$', '.service', name)

    def _all(self, section, key):
        return self._values.get((section, key), [])

    def _last(self, section, key):
        return (self._all(section, key) or [''])[-1]

    def _commands(self, key):
        return [Command(line) for line in self._all('Service', key)]

    def _span(self, section, key, default):
        text = self._last(section, key)
        return seconds(text) if text else default

    def _action(self, key):
        action = self._last('Unit', key)
        return action if action in _ACTIONS else None


def _read(path):
    """{(section, key): [values]}; an empty value clears what stood before, as in systemd."""
    values, section, pending = {}, '', ''
    with open(path, encoding='utf-8') as lines:
        for raw in lines:
            line = pending + raw.strip()
            pending = ''
            if not line or line[0] in '#;':
                continue
            if line.endswith('\\'):
                pending = line[:-1] + ' '
            elif line.startswith('['):
                section = line.strip('[]')
            else:
                key, _, value = line.partition('=')
                known = values.setdefault((section, key.strip()), [])
                if value.strip():
                    known.append(value.strip())
                else:
                    del known[:]
    return values


def load(root, name):
    """The unit of that name; None when there is none or when the name tries to leave the folder."""
    if '/' in name:
        return None
    path = os.path.join(root, 'etc/systemd/system', name)
    return Unit(name, path) if os.path.isfile(path) else None


def timers(root):
    """Every timer of the image that counts from boot."""
    try:
        names = sorted(os.listdir(os.path.join(root, 'etc/systemd/system')))
    except OSError:
        return []
    units = [load(root, name) for name in names if name.endswith('.timer')]
    return [unit for unit in units if unit is not None and unit.on_boot is not None]
