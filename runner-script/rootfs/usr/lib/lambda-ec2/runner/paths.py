"""Where the runner's files are.

Every path hangs on the root that the runner itself lies under, so that the same files run from `/` on an instance and
from any other root on a machine of a developer.
"""
import os

# The runner lies in ROOT/usr/lib/lambda-ec2/runner.
_ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), '../../../..'))


class Paths:
    def __init__(self, root: str = '' if _ROOT == '/' else _ROOT) -> None:
        """:param root: empty on an instance"""
        self.root = root
        self.libexec = root + '/usr/libexec/lambda-ec2'

        # On tmpfs: what must be writable when the disk is full, and secrets, which must never reach the disk.
        self.state = root + '/run/lambda-ec2'
        #: The instance's user data, as boot found it.
        self.job_line = self.state + '/job-line'
        #: What the job has come to, for whoever comes after a killed runner (memory.py).
        self.memory = self.state + '/memory.json'
        #: Seconds of uptime at which libexec/deadline powers the machine off.
        self.power_off_at = self.state + '/power-off-at'
        #: ETag of our status object, for the record that libexec/finalize writes when no interpreter runs.
        self.status_etag = self.state + '/status-etag'
        #: There when the final record is written, or is not this instance's to write.
        self.done = self.state + '/done'
        #: There when `finish` knows the job: whatever it could not write is nobody else's to tell.
        self.finish_began = self.state + '/finish-began'
        #: How systemd says that the app ended, written by libexec/unit-result.
        self.app_result = self.state + '/app-result'
        #: The same of the last command that the builder ran.
        self.build_result = self.state + '/build-result'
        #: The same of what tried the block of the instance metadata.
        self.check_result = self.state + '/check-result'
        #: Not below `state`, where the user who runs git has no way in.
        self.git_credential = root + '/run/lambda-ec2-git'
        #: How pip signs in, and where packages are: likewise.
        self.pip_secrets = root + '/run/lambda-ec2-pip'

        # On disk: what may be large.
        self.work = root + '/var/lib/lambda-ec2'
        self.app = self.work + '/app'
        self.home = self.work + '/home'
        self.input = self.work + '/input.zip'
        #: The versions of app_packages, for pip.
        self.constraints = self.work + '/constraints.txt'
        self.ec2_log = self.work + '/ec2.log'
        #: The only file that tells a restart of the instance: what is on tmpfs is gone then.
        self.first_boot = self.work + '/first-boot'
        #: There when the job was ours in the first boot: what is in S3 then may be somebody else's by now.
        self.claimed = self.work + '/claimed'
        self.tmp = self.work + '/tmp'
        self.ballast = self.work + '/ballast'

        # Baked into the image.
        self.venvs = root + '/opt/venvs'
        #: What its interpreters said when they were asked for their build.
        self.interpreters = root + '/opt/interpreters'
        self.wheelhouse = root + '/opt/wheelhouse'
        self.pip = root + '/opt/pip'
        #: What an environment of this interpreter holds besides: empty for Python 3.12 and newer.
        self.setuptools = root + '/opt/setuptools'

    def python(self, version: str) -> str:
        return self.root + '/opt/python%s/bin/python3' % version
