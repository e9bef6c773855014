"""Transient units of systemd: a program as another user, with all that it starts, in limits that it cannot leave.
Nothing of it is left when it ends.
"""
import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

from runner.commands import STOP_SECONDS
from runner.log import Log

# What the system and the runner need while a unit takes all it can get.
_RESERVED_KIB = 262144
# A unit is stopped within TimeoutStopSec and killed then.
_STOPPED_SECONDS = 3 * STOP_SECONDS
# A machine that is being shut down starts no unit any more, and tells the runner so in a moment: until then a unit that
# did not begin is no sign of anything else.
SHUTDOWN_SECONDS = 5.0
# The addresses of the instance metadata service, which hands out the credentials of the instance role
# (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
METADATA_ADDRESSES = ('169.254.169.254', 'fd00:ec2::254')


class Result(NamedTuple):
    """SERVICE_RESULT, EXIT_CODE and EXIT_STATUS (systemd.exec(5)), empty where they are missing."""

    result: str
    code: str
    status: str


#: The names of the units. The first two are also the users who run them (imagebuilder/files/runner.sh).
APP = 'lambda-ec2-app'
BUILD = 'lambda-ec2-build'
CHECK = 'lambda-ec2-check'


class Unit(NamedTuple):
    """What units have in common that run one after the other."""

    name: str
    #: Who runs it; the runner's own when there is none.
    user: Optional[pwd.struct_passwd]
    #: Of the runner's, which libexec/unit-result fills.
    result_file: str
    libexec: str

    def command(self, argv: Sequence[str], environment: Mapping[str, str], folder: str, seconds: int, metadata: bool,
                more: Sequence[str] = ()) -> list[str]:
        """The command that runs a program in this unit, with its standard streams, and waits for its end.

        :param environment: beside what systemd gives to each unit
        :param folder: the working directory
        :param seconds: after which it is stopped
        :param metadata: whether the instance metadata service, and with it the instance role, is within reach
        :param more: other properties of the unit
        """
        properties = [
            'Type=exec', 'WorkingDirectory=' + folder, 'RuntimeMaxSec=%d' % seconds,
            'TimeoutStopSec=%d' % STOP_SECONDS, 'KillMode=control-group', 'MemoryMax=%dK' % memory_limit_kib(),
            'MemorySwapMax=0', 'OOMPolicy=kill', 'NoNewPrivileges=yes',
            'ExecStopPost=+%s/unit-result %s' % (self.libexec, self.result_file), *more,
        ]
        if self.user is not None:
            properties += ['User=' + self.user.pw_name, 'Group=%d' % self.user.pw_gid]
        if not metadata:
            properties.append('IPAddressDeny=' + ' '.join(METADATA_ADDRESSES))
        command = ['systemd-run', '--quiet', '--wait', '--collect', '--pipe', '--unit=' + self.name + '.service']
        command += ['--property=' + text for text in properties]
        command += ['--setenv=%s=%s' % pair for pair in environment.items()]
        # systemd replaces $NAME in what it starts, and takes $$ for the character (systemd.service(5), Command lines).
        return [*command, '--', *[word.replace('$', '$$') for word in argv]]


def stop_units(log: Log) -> None:
    """Ends the units of the build and of the app, whoever started them."""
    try:
        subprocess.run(['systemctl', 'stop', BUILD + '.service', APP + '.service'], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_STOPPED_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        log.warn('the units of the build and the app could not be stopped')


def read_result(path: str) -> Optional[Result]:
    """systemd's word on how the unit ended; None when it did not begin."""
    try:
        with open(path, encoding='ascii') as file:
            result, code, status = (file.read().split() + ['', '', ''])[:3]
    except FileNotFoundError:
        return None
    return Result(result, code, status)


def find_user(name: str) -> Optional[pwd.struct_passwd]:
    """The user, None where there is none or we cannot become it."""
    try:
        return pwd.getpwnam(name) if os.geteuid() == 0 else None
    except KeyError:
        return None


def memory_limit_kib() -> int:
    """What a unit may take, in KiB."""
    total = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 1024
    # On a very small machine the reserve would leave nothing.
    return total - _RESERVED_KIB if total > 4 * _RESERVED_KIB else total * 3 // 4
