"""One job with all that its parts share, from the instance's own words about itself."""
import os
import signal
import threading
import time
from typing import Any, Optional

from runner import clock, contract, credentials, disk, job_line, restart, settings, system, unit
from runner.app import App
from runner.app_files import AppFiles
from runner.aws import Aws
from runner.budget import Budget
from runner.builder import Builder
from runner.commands import Commands
from runner.failure import JobFailure, Stopping
from runner.log import Log
from runner.logs import LiveLogs
from runner.memory import Memory, Phase
from runner.metadata import Metadata, Unavailable
from runner.metadata_block import MetadataBlock
from runner.output import Output
from runner.paths import Paths
from runner.phases import Phases
from runner.s3 import Bucket
from runner.status import Status


class NoJob(Exception):
    """Who we are or which job we have is not to be known; the argument is a sentence."""


class Job:
    """What every part of a job works with. Made anew by whoever comes after a killed runner."""

    def __init__(self, paths: Paths) -> None:
        """:raises NoJob:"""
        self.paths = paths
        _make_folders(paths)
        self.log = Log.to_file(paths.ec2_log)
        self.metadata = Metadata()
        document, line = self._identify()
        self.line = line
        self.instance_id = str(document['instanceId'])
        self.stopping = Stopping()
        self._stop_lock = threading.Lock()
        self._ending = False
        region = str(document['region'])
        self.environment = _environment(paths, region)
        self.aws = Aws(self.metadata, region, self.metadata.domain(), self.stopping)
        self.commands = Commands(self.log, self.environment, self.stopping)
        self.builder = Builder(paths, self.commands)
        self.bucket = Bucket(self.aws, line.bucket, self.commands, self.stopping, self.log)
        self.memory = Memory(paths.memory, paths.status_etag, self.log)
        self.status = Status(self.memory, line, paths.work, self.aws, self.bucket, self.log)
        self.phases = Phases(self.status, self.log)
        restart.note_boot(paths.first_boot)
        if not self.memory.facts.fields:
            disk.add_ballast(paths.ballast)
            self._begin(document)
        self.settings = settings.with_defaults(self._read_settings())
        self.budget = self._arm()
        self.limit = self.budget.timeout
        self.files = AppFiles(paths.app)
        self.app = App(paths, line, self.settings, region, self.environment, self.memory.facts.app_mark, self.stopping,
                       self.limit, self.log)
        #: None where the app has no user of its own.
        self.metadata_block = MetadataBlock(paths, self.commands, self.app.user, self.log) if self.app.user else None
        written_by_app = AppFiles(paths.app, self.app.user.pw_uid if self.app.user else None)
        self.output = Output(written_by_app, line, self.instance_id, self.settings, self.bucket, self.memory,
                             self.log)
        self.live_logs = LiveLogs(line, self.bucket, self.output, self.status, self.memory, self.log, self._superseded,
                                  float(os.environ.get('LAMBDA_EC2_LIVE_SECONDS') or 3))

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
        """What is known of the job at its first moment."""
        launched = str(document.get('pendingTime') or '')
        with self.memory as facts:
            facts.launched = clock.epoch_of(launched) or time.time()
            facts.app_mark = '%s-%s' % (self.instance_id, os.urandom(8).hex())
            facts.fields.update(
                job_id=self.line.job_id, attempt=self.line.attempt, input_key=self.line.key,
                input_version=self.line.version, input_sequencer=self.line.sequencer, instance_id=self.instance_id,
                instance_type=document.get('instanceType'), image_id=document.get('imageId'),
                template_version=self._tag('aws:ec2launchtemplate:version'),
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
            tags = settings.read(self.metadata)
        except JobFailure as failure:
            self.status.fail(failure)
            return {}
        with self.memory as facts:
            facts.settings = tags
        return tags

    def _arm(self) -> Budget:
        """Sees to it, once, that the machine is off soon after ec2_timeout."""
        budget = Budget(self.memory, self.paths.power_off_at, self.log)
        if not budget.is_set:
            budget.set(settings.timeout_seconds(self.settings))
            system.power_off_at(budget.power_off_at, self.paths.libexec, self.environment, self.log)
        return budget

    def catch_signals(self) -> None:
        """TERM and INT end the job in order. In a thread, because a handler may not wait for what it interrupted."""
        def handle(_number: int, _frame: object) -> None:
            threading.Thread(target=self._interrupted, daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, handle)

    def _interrupted(self) -> None:
        with self._stop_lock:
            self.budget.hurry()
            # The job's own end goes on: it takes no longer than that.
            if self._ending:
                return
        self.status.fail(JobFailure('INTERRUPTED', 'the instance was shut down while the job ran'))
        self.stop()

    def _superseded(self) -> None:
        with self.memory as facts:
            facts.superseded = True
        self.log.warn('a newer upload of this job has taken over: stopping')
        self._stop_all()

    def stop(self) -> None:
        """Ends whatever the job waits for, before its own end has begun. Nothing new begins."""
        with self._stop_lock:
            if not self._ending:
                self._stop_all()

    def begin_ending(self) -> None:
        """Ends whatever is left of the job's way. From now on only a newer upload stops what the end does."""
        with self._stop_lock:
            self._ending = True
            self._stop_all()
            self.output.end_clearing()
            self.stopping.end()

    def _stop_all(self) -> None:
        self.stop_requests()
        if system.has_systemd():
            unit.stop_units(self.log)
        self.app.stop()

    def stop_requests(self) -> None:
        """Ends what goes on with other machines. Nothing new begins until `stopping` ends."""
        self.stopping.begin()
        self.aws.interrupt()
        self.commands.stop_all()

    def check_main(self) -> None:
        """:raises JobFailure: when the app has no file to begin with"""
        main = self.settings['app_main']
        if not self.files.leads_to_file(main):
            raise JobFailure('BAD_SETTINGS', 'the app has no file %s: check app_main and app_ref' % main)

    def mark(self, path: str) -> None:
        """Makes an empty file for whoever comes after. Without room for it the job goes on."""
        try:
            with open(path, 'w', encoding='ascii'):
                pass
        except OSError as error:
            self.log.warn('%s could not be written: %s' % (path, error))

    def forget_secrets(self) -> None:
        credentials.forget(self.paths.git_credential)


def _make_folders(paths: Paths) -> None:
    os.umask(0o022)
    for folder in (paths.state, paths.work, paths.home, paths.tmp):
        os.makedirs(folder, exist_ok=True)
    os.chmod(paths.state, 0o700)
    os.chmod(paths.tmp, 0o1777)


def _environment(paths: Paths, region: str) -> dict[str, str]:
    """Of every program that the runner starts. On Amazon Linux 2023 /tmp is memory, of which the app has a limited share."""
    return {**os.environ, 'TMPDIR': paths.tmp, 'AWS_REGION': region, 'AWS_DEFAULT_REGION': region}
