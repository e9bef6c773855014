"""What the runner's tests share: a folder and a log of their own, the runner's parts, and a bucket to work with."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from fake_s3 import FakeS3
from runner.app_files import AppFiles
from runner.aws import Aws
from runner.clock import Limit
from runner.commands import Commands
from runner.failure import Stopping
from runner.job_context import JobContext
from runner.job_line import JobRun
from runner.log import Log
from runner.memory import Memory
from runner.metadata import Metadata
from runner.proxy import Proxy
from runner.s3 import Bucket
from runner.sigv4 import Credentials
from runner.settings import with_defaults
from runner.status import Status

# Only catches a hang: whatever is waited for comes at once, on however slow a machine.
TIMEOUT = 60.0
NO_PROXY = Proxy(with_defaults({}))


def status_body(**fields: object) -> bytes:
    """A whole status object, of a job that runs unless the fields say something else."""
    return json.dumps({'job_id': 'may', 'state': 'RUNNING', 'message': '', 'attempt': 1, **fields}).encode()


class Hasty(Stopping):
    """Its waits take no time, so that a test of many tries takes none."""

    def sleep(self, seconds: float) -> None:
        self.check()


class FakeMetadata(Metadata):
    """Credentials without a service, of which each new asking gives others."""

    def __init__(self) -> None:
        super().__init__({'AWS_EC2_METADATA_SERVICE_ENDPOINT': 'http://127.0.0.1:9'}, wait=0.0)
        self.asked = 0
        self._known = False

    def credentials(self, until: Optional[Limit] = None) -> Credentials:
        if not self._known:
            self._known = True
            self.asked += 1
        return Credentials('AKID%d' % self.asked, 'secret', 'token')

    def expire_credentials(self) -> None:
        self._known = False


class PartialContext(JobContext):
    """With only these parts, for what needs no others."""

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)


class RunnerCase(unittest.TestCase):
    def setUp(self) -> None:
        # The runner keeps its connections for as long as it lives, and the pipe of a daemon that still writes.
        warnings.simplefilter('ignore', ResourceWarning)
        self.folder = tempfile.mkdtemp(prefix='runner-test-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.log_path = self.path('ec2.log')
        self.log = Log(os.open(self.log_path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC), console=False)
        self.addCleanup(os.close, self.log.fd)
        self.stopping: Stopping = Hasty()

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def logged(self) -> str:
        return Path(self.log_path).read_text('utf-8', 'replace')

    def write(self, name: str, content: bytes = b'') -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    def script(self, name: str, text: str) -> str:
        """A program of the test's own."""
        path = self.write(name, text.encode())
        os.chmod(path, 0o755)
        return path

    def open(self, path: str, flags: int = os.O_RDONLY) -> int:
        fd = os.open(path, flags | os.O_CLOEXEC)
        self.addCleanup(os.close, fd)
        return fd

    def app_files(self, name: str = 'app') -> AppFiles:
        """An app's folder, with a secret beside it."""
        os.makedirs(self.path(name), exist_ok=True)
        self.write('secret', b'secret')
        return AppFiles(self.path(name))

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        limit = Limit.within(TIMEOUT)
        while not condition():
            if limit.over:
                self.fail('never came: ' + what)
            time.sleep(0.005)

    def in_thread(self, work: Callable[[], object]) -> 'Work':
        return Work(self, work)

    def ends(self, work: Callable[[], Any], within: int = 20) -> Any:
        """Does the work in the main thread, and fails when it does not end at all."""
        def too_long(_number: int, _frame: object) -> None:
            raise self.failureException('it does not end')
        before = signal.signal(signal.SIGALRM, too_long)
        signal.alarm(within)
        try:
            return work()
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)


class Work:
    """Something that goes on beside the test, and how it ended."""

    def __init__(self, case: RunnerCase, work: Callable[[], object]) -> None:
        self._case = case
        self._work = work
        self.result: object = None
        self.error: Optional[BaseException] = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error

    def join(self, seconds: float = TIMEOUT) -> 'Work':
        self._thread.join(seconds)
        self._case.assertFalse(self._thread.is_alive(), 'it goes on and on')
        return self


class S3Case(RunnerCase):
    """With a bucket `jobs`."""

    def setUp(self) -> None:
        super().setUp()
        self.s3 = FakeS3()
        self.addCleanup(self.s3.close)
        self.metadata = FakeMetadata()
        self.aws = self.new_aws()
        self.commands = self.new_commands({'PATH': os.environ['PATH']})
        self.bucket = self.new_bucket()

    def new_aws(self) -> Aws:
        return Aws(self.metadata, 'eu-west-1', 'amazonaws.com', self.stopping, {'AWS_ENDPOINT_URL': self.s3.url})

    def new_commands(self, environment: Mapping[str, str]) -> Commands:
        return Commands(self.log, environment, self.stopping)

    def new_bucket(self) -> Bucket:
        return Bucket(self.aws, 'jobs', self.commands)


def job_run(version: str = 'v1', sequencer: str = '01', attempt: int = 1) -> JobRun:
    return JobRun('jobs', 'app_runner/input/may.zip', 'may', version, sequencer, attempt)


class StatusCase(S3Case):
    """With a job that this instance may claim."""

    instance_id = 'i-1'

    def setUp(self) -> None:
        super().setUp()
        self.job = job_run()
        self.memory = self.new_memory('memory')
        self.status = self.new_status(self.memory, self.job, self.instance_id)

    def new_memory(self, name: str) -> Memory:
        return Memory(self.path(name), self.path(name + '-etag'), self.log)

    def new_status(self, memory: Memory, job: JobRun, instance_id: str) -> Status:
        with memory as facts:
            facts.launched = time.time()
            facts.fields.update(job_id=job.job_id, attempt=job.attempt, input_version=job.version,
                                input_sequencer=job.sequencer, instance_id=instance_id)
        return Status(memory, job, self.folder, self.aws, self.bucket, self.log)


def can_mount() -> bool:
    """As root, or as anybody where the kernel lets him be root of a namespace of his own."""
    try:
        tried = subprocess.run(['unshare', '--mount', '--map-root-user', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return tried.returncode == 0


def limit(seconds: float = TIMEOUT) -> Limit:
    return Limit.within(seconds)
