"""Where the runner's files are.

Every path hangs on the root that the runner itself lies under, so that the same files run from `/` on an instance and
from any other root on a machine of a developer.
"""
import os
from dataclasses import dataclass

_HERE = os.path.dirname(os.path.realpath(__file__))
# The runner lies in ROOT/usr/lib/lambda-ec2/runner.
_ROOT = os.path.normpath(os.path.join(_HERE, '../../../..'))


@dataclass(frozen=True)
class Paths:
    """`root` is empty on an instance. What is below `state` is on tmpfs, what is below `work` on the disk."""

    root: str = '' if _ROOT == '/' else _ROOT

    def _below(self, path: str) -> str:
        return self.root + path

    @property
    def libexec(self) -> str:
        return self._below('/usr/libexec/lambda-ec2')

    # On tmpfs: what must be writable when the disk is full, and secrets, which must never reach the disk.

    @property
    def state(self) -> str:
        return self._below('/run/lambda-ec2')

    @property
    def job_line(self) -> str:
        """The instance's user data, as boot found it."""
        return self.state + '/job-line'

    @property
    def memory(self) -> str:
        """What the job has come to, for whoever comes after a killed runner (memory.py)."""
        return self.state + '/memory.json'

    @property
    def power_off_at(self) -> str:
        """Seconds of uptime at which libexec/deadline powers the machine off."""
        return self.state + '/power-off-at'

    @property
    def status_etag(self) -> str:
        """ETag of our status object, for the record that libexec/finalize writes when no interpreter runs."""
        return self.state + '/status-etag'

    @property
    def done(self) -> str:
        """There when the final record is written, or is not this instance's to write."""
        return self.state + '/done'

    @property
    def finish_began(self) -> str:
        """There when `finish` knows the job: whatever it could not write is nobody else's to tell."""
        return self.state + '/finish-began'

    @property
    def app_result(self) -> str:
        """systemd's own word on how the app ended, written by libexec/unit-result."""
        return self.state + '/app-result'

    @property
    def build_result(self) -> str:
        """The same of the last command that the builder ran."""
        return self.state + '/build-result'

    @property
    def check_result(self) -> str:
        """The same of what tried the block of the instance metadata."""
        return self.state + '/check-result'

    @property
    def git_credential(self) -> str:
        """Not below `state`, where the user who runs git has no way in."""
        return self._below('/run/lambda-ec2-git')

    # On disk: what may be large.

    @property
    def work(self) -> str:
        return self._below('/var/lib/lambda-ec2')

    @property
    def app(self) -> str:
        return self.work + '/app'

    @property
    def home(self) -> str:
        return self.work + '/home'

    @property
    def input(self) -> str:
        return self.work + '/input.zip'

    @property
    def ec2_log(self) -> str:
        return self.work + '/ec2.log'

    @property
    def first_boot(self) -> str:
        """The only file that tells a restart of the instance: what is on tmpfs is gone then."""
        return self.work + '/first-boot'

    @property
    def tmp(self) -> str:
        return self.work + '/tmp'

    @property
    def ballast(self) -> str:
        return self.work + '/ballast'

    # Baked into the image.

    @property
    def venvs(self) -> str:
        return self._below('/opt/venvs')

    @property
    def wheelhouse(self) -> str:
        return self._below('/opt/wheelhouse')

    @property
    def pip(self) -> str:
        return self._below('/opt/pip')

    @property
    def setuptools(self) -> str:
        """What an environment of this interpreter holds besides: empty for Python 3.12 and newer."""
        return self._below('/opt/setuptools')

    def python(self, version: str) -> str:
        return self._below('/opt/python%s/bin/python3' % version)
