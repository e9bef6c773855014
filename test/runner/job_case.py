"""A whole job, as its instance makes it, against a bucket and a metadata service of our own."""
import json
import os
import signal
from typing import Any
from unittest import mock

from fake_s3 import FakeS3
from runner import clock
from runner.job import Job
from runner.log import Log
from runner.paths import Paths
from runner_case import Hasty, RunnerCase, limit

_TAGS = 'meta-data/tags/instance'
_ROLE = 'meta-data/iam/security-credentials/'


class JobCase(RunnerCase):
    def setUp(self) -> None:
        super().setUp()
        self.s3 = FakeS3()
        self.addCleanup(self.s3.close)
        self.s3.metadata.update({
            'dynamic/instance-identity/document': json.dumps(
                {'instanceId': 'i-1', 'region': 'eu-west-1', 'instanceType': 't3.micro', 'imageId': 'ami-1',
                 'pendingTime': clock.iso()}),
            'meta-data/services/domain': 'amazonaws.com',
            _ROLE: 'runner',
            _ROLE + 'runner': json.dumps({'AccessKeyId': 'AKID', 'SecretAccessKey': 'secret', 'Token': 'token'}),
        })
        self.set_tags(app_url='file:///app')
        self.paths = Paths(self.path('root'))
        os.makedirs(self.paths.state)
        with open(self.paths.job_line, 'w', encoding='ascii') as file:
            file.write('lambda-ec2-job: s3://jobs/app_runner/input/may.zip?versionId=v1&sequencer=01&attempt=1\n')
        self.addCleanup(os.umask, os.umask(0o022))
        for number in (signal.SIGTERM, signal.SIGINT):
            self.addCleanup(signal.signal, number, signal.getsignal(number))
        environment = {name: value for name, value in os.environ.items()
                       if name not in ('INVOCATION_ID', 'SERVICE_RESULT') and not name.startswith('AWS_')}
        environment.update(AWS_EC2_METADATA_SERVICE_ENDPOINT=self.s3.url, AWS_ENDPOINT_URL=self.s3.url)
        self.patch(mock.patch.dict(os.environ, environment, clear=True))
        # This machine is not to be powered off.
        self.patch(mock.patch('runner.system.power_off_at'))
        self.patch(mock.patch('runner.job_context.Stopping', Hasty))
        self.patch(mock.patch.object(Log, 'to_file', self.quiet_log))

    def patch(self, patch: Any) -> None:
        patch.start()
        self.addCleanup(patch.stop)

    def quiet_log(self, path: str) -> Log:
        self.log_path = path
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC)
        self.addCleanup(os.close, fd)
        return Log(fd, console=False)

    def set_tags(self, **tags: str) -> None:
        self.s3.metadata[_TAGS] = '\n'.join(tags)
        self.s3.metadata.update({'%s/%s' % (_TAGS, name): value for name, value in tags.items()})

    def hide_tags(self) -> None:
        for name in [name for name in self.s3.metadata if name.startswith(_TAGS)]:
            del self.s3.metadata[name]

    def new_job(self) -> Job:
        return Job(self.paths)

    def claimed_job(self) -> Job:
        """One whose status object says RUNNING."""
        job = self.new_job()
        self.assertEqual(job.status.write('RUNNING', limit(), {'if-none-match': '*'}).status, 200)
        with job.memory as facts:
            facts.claimed = True
        return job

    def forget_job(self) -> None:
        """Everything that would outlive the runner."""
        paths = self.paths
        for path in (paths.memory, paths.memory + '.other', paths.done, paths.finish_began, paths.app_result):
            if os.path.exists(path):
                os.unlink(path)

    def record(self) -> dict[str, Any]:
        return json.loads(self.s3.body('app_runner/output/may_status.json'))
