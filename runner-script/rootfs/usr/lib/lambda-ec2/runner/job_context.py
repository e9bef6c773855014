"""What the parts of a job share: its settings, its limit, its bucket, its log."""
import os
import time
from typing import Any, Optional

from runner import clock, contract, disk, job_line, restart, settings, system
from runner.aws import Aws
from runner.budget import Budget
from runner.commands import Commands
from runner.demands import Demands
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.memory import Memory, Phase
from runner.metadata import Metadata, Unavailable
from runner.paths import Paths
from runner.proxy import Proxy, s3_hosts
from runner.s3 import Bucket
from runner.status import Status
from runner.variables import Variables, is_entry


class NoJob(Exception):
    """Neither the instance nor its job could be identified; the argument is a sentence."""


class JobContext:
    """`finish` makes another one after a runner that was killed: what that knew is in the memory."""

    def __init__(self, paths: Paths) -> None:
        """:raises NoJob:"""
        self.paths = paths
        _make_folders(paths)
        self.log = Log.to_file(paths.ec2_log)
        self.metadata = Metadata()
        document, line = self._identify()
        self.line = line
        self.instance_id = str(document['instanceId'])
        #: Metadata of what this job leaves in the bucket, by which lambda/guard knows an earlier run's.
        self.written_by = {contract.WRITER_METADATA: self.instance_id}
        self.stopping = Stopping()
        region = str(document['region'])
        self.aws = Aws(self.metadata, region, self.metadata.domain(), self.stopping)
        self.commands = Commands(self.log, _environment(paths, region), self.stopping)
        self.bucket = Bucket(self.aws, line.bucket, self.commands)
        self.memory = Memory(paths.memory, paths.status_etag, self.log)
        self.status = Status(self.memory, line, paths.work, self.aws, self.bucket, self.log)
        restart.note_boot(paths.first_boot)
        if not self.memory.facts.fields:
            disk.add_ballast(paths.ballast)
            self._begin(document)
        tags = self._read_settings()
        self.settings = settings.with_defaults(tags)
        self.variables = Variables(tags)
        self.bucket.demands = Demands.of_tags(tags)
        self.proxy = self.aws.proxy = Proxy(self.settings, *s3_hosts(region, self.aws.domain))
        self.budget = self._arm()
        self.limit = self.budget.timeout

    def _identify(self) -> tuple[dict[str, Any], job_line.JobRun]:
        try:
            document = self.metadata.identity()
        except Unavailable as error:
            raise NoJob('the instance identity cannot be read: %s' % error) from error
        with open(self.paths.job_line, 'rb') as file:
            text = file.read().decode('utf-8', 'replace')
        line = job_line.parse(text)
        if line is None:
            raise NoJob('the job line cannot be read: %s' % text.strip())
        return document, line

    def _begin(self, document: dict[str, Any]) -> None:
        """Writes down what is known of the job when the runner starts."""
        launched = str(document.get('pendingTime') or '')
        with self.memory as facts:
            facts.launched = clock.epoch_of(launched) or time.time()
            facts.app_mark = '%s-%s' % (self.instance_id, os.urandom(8).hex())
            facts.fields.update(
                job_id=self.line.job_id, attempt=self.line.attempt, input_key=self.line.key,
                input_version=self.line.version, input_sequencer=self.line.sequencer, instance_id=self.instance_id,
                instance_type=document.get('instanceType'), image_id=document.get('imageId'),
                template_version=self._tag(contract.TEMPLATE_VERSION_TAG),
                price_per_hour=self._tag(contract.PRICE_TAG), message='the job runs', started=clock.iso())
            # From EC2's acceptance of the launch to the runner's first line.
            if launched:
                facts.phases.append(Phase('boot', launched, max(0, int(time.time() - facts.launched))))
        self.log.info('job %s: input s3://%s/%s version %s, attempt %d, instance %s' % (
            self.line.job_id, self.line.bucket, self.line.key, self.line.version or 'none', self.line.attempt,
            self.instance_id))

    def _tag(self, key: str) -> Optional[str]:
        try:
            return self.metadata.tag(key)
        except Unavailable:
            return None

    def _read_settings(self) -> dict[str, str]:
        """Those that were read before need not be asked for again, and may not be shown any more."""
        if self.memory.facts.settings:
            return self.memory.facts.settings
        try:
            tags = settings.read(self.metadata, is_entry)
        except JobFailure as failure:
            self.status.fail(failure)
            return {}
        with self.memory as facts:
            facts.settings = tags
        return tags

    def _arm(self) -> Budget:
        """Sets the timer, once, that turns the machine off soon after ec2_timeout."""
        budget = Budget(self.memory, self.paths.power_off_at, self.log)
        if not budget.is_set:
            budget.set(settings.timeout_seconds(self.settings))
            system.power_off_at(budget.power_off_at, self.paths.libexec, self.commands.environment, self.log)
        return budget

    def mark(self, path: str) -> None:
        """Makes an empty file that tells `finish` and libexec/finalize something. Without room for it the job goes on.
        """
        try:
            with open(path, 'w', encoding='ascii'):
                pass
        except OSError as error:
            self.log.warn('%s could not be written: %s' % (path, error))


def _make_folders(paths: Paths) -> None:
    os.umask(0o022)
    for folder in (paths.state, paths.work, paths.home, paths.tmp):
        os.makedirs(folder, exist_ok=True)
    os.chmod(paths.state, 0o700)
    os.chmod(paths.tmp, 0o1777)


def _environment(paths: Paths, region: str) -> dict[str, str]:
    """Of every program that the runner starts. On Amazon Linux 2023 /tmp is memory,
    of which the app has a limited share.
    """
    return {**os.environ, 'TMPDIR': paths.tmp, 'AWS_REGION': region, 'AWS_DEFAULT_REGION': region}
